"""Scores for region captions: exact, and honest about uniqueness."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

_check = run_path(str(Path(__file__).parents[1] / "dataset/runtime/namesakes.py"))["check_packages"]
_check("dataset")

from dataset.runtime.lazy import lazy_names  # noqa: E402 - whose `dataset` it is had to be checked

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
