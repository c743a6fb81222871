"""Scores for region captions: exact, and honest about uniqueness."""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    from dataset.lazy import lazy_names
except ModuleNotFoundError as error:
    raise ImportError(
        "the installed package `dataset` is not URECA's: another project of that name has overwritten it or comes "
        "first on the path. Repair with: pip uninstall -y dataset && pip install --force-reinstall --no-deps ureca"
    ) from error

if TYPE_CHECKING:
    from .corpus import Corpus
    from .evaluation import evaluate
    from .html_report import write_html
    from .metrics import METRICS, Metric
    from .predictions import Predictions, load_predictions
    from .references import read_references
    from .report import Report
    from .signature import Signature
    from .systems import Comparison, compare_systems

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
    "Corpus": "corpus",
    "Metric": "metrics",
    "Predictions": "predictions",
    "Report": "report",
    "Signature": "signature",
    "compare_systems": "systems",
    "evaluate": "evaluation",
    "load_predictions": "predictions",
    "read_references": "references",
    "write_html": "html_report",
}

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
