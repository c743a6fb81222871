"""The scores to look at first: what tables and pages show where all of them would be too many."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["HEADLINES", "headline_scores", "shown_scores"]

HEADLINES = (
    "unique_and_correct_embedding",
    "unique_and_correct",
    "listener_correct",
    "retrieval_r1",
    "cider",
    "meteor",
    "bertscore",
    "rouge_l",
    "bleu_4",
    "duplicate_rate",
)
"""Names of scores, most telling first."""

_SCREENFUL = 30


def headline_scores(names: Iterable[str], most: int = len(HEADLINES)) -> list[str]:
    """Those of `names` that are headlines, in the order of `HEADLINES`; the first of the others if there are none."""
    available = list(names)
    return [name for name in HEADLINES if name in available][:most] or available[:most]


def shown_scores(names: Iterable[str]) -> list[str]:
    """What a terminal shows of `names`: all of them, or the headlines if that would be more than a screen holds."""
    available = list(names)
    return available if len(available) <= _SCREENFUL else headline_scores(available)
