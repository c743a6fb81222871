"""Scores for region captions: exact, and honest about uniqueness."""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    from dataset.runtime.lazy import lazy_names
except ModuleNotFoundError as error:
    raise ImportError(
        "the installed package `dataset` is not URECA's: another project of that name has overwritten it or comes "
        "first on the path. Repair with: pip uninstall -y dataset && pip install --force-reinstall --no-deps ureca"
    ) from error

if TYPE_CHECKING:
    from .evaluation import evaluate
    from .inputs.predictions import Predictions, load_predictions
    from .inputs.references import read_references
    from .metrics import METRICS, Metric
    from .report import Report
    from .reports.html_report import write_html
    from .statistics.signature import Signature
    from .systems import Comparison, compare_systems
    from .text.corpus import Corpus

__all__ = [
    "METRICS",
    "Comparison",
    "Corpus",
    "Metric",
    "Predictions",
    "Report",
    "Signature",
    "compare_systems",
    "evaluate",
    "load_predictions",
    "read_references",
    "write_html",
]

_HOMES = {
    "METRICS": "metrics",
    "Comparison": "systems",
    "Corpus": "text.corpus",
    "Metric": "metrics",
    "Predictions": "inputs.predictions",
    "Report": "report",
    "Signature": "statistics.signature",
    "compare_systems": "systems",
    "evaluate": "evaluation",
    "load_predictions": "inputs.predictions",
    "read_references": "inputs.references",
    "write_html": "reports.html_report",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
