"""The metrics. `METRICS` maps each name to its class; add your own with ``METRICS["name"] = YourMetric``."""

from __future__ import annotations

from collections.abc import Sequence

from dataset.errors import UnknownNameError

from .base import FloatArray, Metric
from .bertscore import BertScore
from .duplicates import DuplicateRate
from .judge import JudgeCorrected, JudgeOutcomes
from .listener import ListenerOutcomes
from .meteor.metric import Meteor
from .ngrams import Bleu, Cider, RougeL
from .uniqueness.metric import EmbeddingUniqueness, Uniqueness

__all__ = [
    "METRICS",
    "BertScore",
    "Bleu",
    "Cider",
    "DuplicateRate",
    "EmbeddingUniqueness",
    "FloatArray",
    "JudgeCorrected",
    "JudgeOutcomes",
    "ListenerOutcomes",
    "Meteor",
    "Metric",
    "RougeL",
    "Uniqueness",
    "find_metrics",
]

METRICS: dict[str, type[Metric]] = {
    metric.name: metric
    for metric in (
        Bleu,
        RougeL,
        Meteor,
        Cider,
        BertScore,
        DuplicateRate,
        Uniqueness,
        EmbeddingUniqueness,
        ListenerOutcomes,
        JudgeOutcomes,
        JudgeCorrected,
    )
}
"""Name -> class, in the order of reports."""


def find_metrics(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which metrics to run for some names, and which of their scores were asked for.

    Args:
        names: metrics ("bleu") or single scores of theirs ("bleu_4").

    Returns:
        metric name -> score names, in the order of `METRICS`.

    Raises:
        UnknownNameError: a name is neither.
    """
    homes = {score: name for name, metric in METRICS.items() for score in metric.score_names()}
    wanted: dict[str, set[str]] = {}
    for name in names:
        if name in METRICS:
            wanted.setdefault(name, set()).update(METRICS[name].score_names())
        elif name in homes:
            wanted.setdefault(homes[name], set()).add(name)
        else:
            raise UnknownNameError("metric", name, dict.fromkeys([*METRICS, *homes]))
    return {
        name: tuple(score for score in metric.score_names() if score in wanted[name])
        for name, metric in METRICS.items()
        if name in wanted
    }
