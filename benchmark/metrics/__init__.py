"""The metrics. `METRICS` maps each name to its class; add your own with ``METRICS["name"] = YourMetric``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dataset.errors import UnknownNameError

from .base import FloatArray, Metric
from .bertscore import BertScore
from .duplicates import DuplicateRate
from .judge import JudgeCorrected, JudgeOutcomes
from .listener import ListenerOutcomes
from .meteor.metric import Meteor
from .ngrams import Bleu, Cider, RougeL
from .scores import ScoreInfo, by_importance, headlines
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
    "ScoreInfo",
    "Uniqueness",
    "described_scores",
    "find_metrics",
    "find_score",
    "headline_order",
    "headline_scores",
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


def described_scores() -> dict[str, ScoreInfo]:
    """Score name -> description, of all scores of `METRICS` in the order of reports."""
    return {score.name: score for metric in METRICS.values() for score in metric.described()}


def find_score(name: str) -> ScoreInfo:
    """The description of a score; only its name for a score that no metric has (any more)."""
    return described_scores().get(name) or ScoreInfo(name)


def headline_order(names: Iterable[str]) -> list[str]:
    """Names of scores, the most important first."""
    described = described_scores()
    return by_importance(described.get(name) or ScoreInfo(name) for name in names)


def headline_scores(names: Iterable[str]) -> list[str]:
    """Those of some names that are headlines, the most important first; the first of the others if there are none."""
    described = described_scores()
    return headlines(described.get(name) or ScoreInfo(name) for name in names)


def find_metrics(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The metrics to run for some names, with the scores that these names request.

    Args:
        names: metrics ("bleu") or single scores ("bleu_4").

    Returns:
        metric name -> score names, in the order of `METRICS`.

    Raises:
        UnknownNameError: a name is neither.
    """
    homes = {score: name for name, metric in METRICS.items() for score in metric.score_names()}
    selection: dict[str, set[str]] = {}
    for name in names:
        if name in METRICS:
            selection.setdefault(name, set()).update(METRICS[name].score_names())
        elif name in homes:
            selection.setdefault(homes[name], set()).add(name)
        else:
            raise UnknownNameError("metric", name, dict.fromkeys([*METRICS, *homes]))
    return {
        name: tuple(score for score in metric.score_names() if score in selection[name])
        for name, metric in METRICS.items()
        if name in selection
    }
