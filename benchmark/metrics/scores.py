"""Label, meaning and direction of scores; every metric describes its own.

Tables, pages and boards read these descriptions and know no score by name, so that a new metric appears in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "LAST_HEADLINE",
    "ScoreInfo",
    "by_importance",
    "headlines",
    "lower_scores",
    "percent",
    "scale_note",
    "screenful",
]

LAST_HEADLINE = 100
"""Headline place of a score that comes after all that have a place of their own."""

_FALLBACK = 10
_SCREENFUL = 30


@dataclass(frozen=True, slots=True)
class ScoreInfo:
    """The description of a score.

    Attributes:
        name: its key in reports.
        label: as a heading; made from the name if empty.
        meaning: one sentence for readers, or empty.
        lower_is_better: whether less is better.
        highest: upper end of its range; values are written x 100.
        headline: place among the scores to look at first, 1 being the first; None for a component.
        item_place: place among the scores that single regions are ordered by; None if it is unsuited, as a
            yes-or-no score is.
        is_verdict: whether its value of a single region says that the caption is right, 1, or wrong, 0: the page of an
            image shows the first such headline beside the caption.
        in_figures: whether figures of many scores show it even though it is not a headline.
    """

    name: str
    label: str = ""
    meaning: str = ""
    lower_is_better: bool = False
    highest: float = 1.0
    headline: int | None = None
    item_place: int | None = None
    is_verdict: bool = False
    in_figures: bool = False

    @property
    def heading(self) -> str:
        """The label, or the name in words."""
        return self.label or self.name.replace("_", " ").capitalize()

    @property
    def arrow(self) -> str:
        """Which way is better."""
        return "↓" if self.lower_is_better else "↑"


def lower_scores(scores: Iterable[ScoreInfo]) -> frozenset[str]:
    """Names of the scores where less is better."""
    return frozenset(score.name for score in scores if score.lower_is_better)


def headlines(scores: Iterable[ScoreInfo]) -> list[str]:
    """Names of the headlines among some scores, the most important first; the first of the scores if there are none."""
    available = list(scores)
    return [score.name for score in _headlines(available) or available[:_FALLBACK]]


def by_importance(scores: Iterable[ScoreInfo]) -> list[str]:
    """Names of all scores, headlines first."""
    available = list(scores)
    return list(dict.fromkeys(score.name for score in (*_headlines(available), *available)))


def screenful(scores: Iterable[ScoreInfo]) -> list[str]:
    """What a terminal shows: all scores in their order, or the headlines if all are more than a screen holds."""
    available = list(scores)
    return [score.name for score in available] if len(available) <= _SCREENFUL else headlines(available)


def scale_note(scores: Iterable[ScoreInfo], factor: int = 100) -> str:
    """The ranges that are not 0 to 1, for a note under a table: " (CIDEr: 0 to 1000)"; empty if there are none.

    Args:
        scores: those of the table.
        factor: what the table multiplies values by.
    """
    ranges = [f"{score.heading}: 0 to {factor * score.highest:g}" for score in scores if score.highest != 1]
    return f" ({', '.join(ranges)})" if ranges else ""


def percent(value: float | None, digits: int = 2, missing: str = "-") -> str:
    """A value x 100 as text, or `missing` where there is none."""
    return missing if value is None else f"{100 * value:.{digits}f}"


def _headlines(scores: Iterable[ScoreInfo]) -> list[ScoreInfo]:
    ranked = [(score.headline, score) for score in scores if score.headline is not None]
    return [score for _, score in sorted(ranked, key=lambda pair: pair[0])]
