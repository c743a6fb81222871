"""The metrics. `METRICS` maps each name to its class; add your own with ``METRICS["name"] = YourMetric``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dataset.errors import InvalidInputError, UnknownNameError, find_name, nearest_names, plain_name

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

_OTHER_NAMES = {"ciderd": "cider", "bert": "bertscore", "bertscoref1": "bertscore", "rouge": "rouge_l"}
"""Names of papers and of other packages -> ours."""

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
        InvalidInputError: SPICE, which cannot be had here.
    """
    homes = {score: name for name, metric in METRICS.items() for score in metric.score_names()}
    selection: dict[str, set[str]] = {}
    for name in names:
        name = _find_name(name, homes)
        if name in METRICS:
            selection.setdefault(name, set()).update(METRICS[name].score_names())
        else:
            selection.setdefault(homes[name], set()).add(name)
    return {
        name: tuple(score for score in metric.score_names() if score in selection[name])
        for name, metric in METRICS.items()
        if name in selection
    }


def _find_name(name: str, homes: Mapping[str, str]) -> str:
    """The metric or score that is meant, in any case and with any marks: METEOR, Bleu_4, CIDEr-D."""
    plain = plain_name(name)
    if plain.startswith("spice"):
        reason = "SPICE is not computed here: it needs Stanford CoreNLP 3.6, which is on no package registry"
        raise InvalidInputError("metrics", [reason])
    names = dict.fromkeys([*METRICS, *homes])
    if plain in _OTHER_NAMES:
        return _OTHER_NAMES[plain]
    try:
        return find_name("metric", name, names)
    except UnknownNameError:
        # The names of metrics first: there are a hundred scores.
        raise UnknownNameError("metric", name, dict.fromkeys([*nearest_names(name, names), *METRICS])) from None
