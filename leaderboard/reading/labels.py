"""Headings of scores and of facts about entries, and numbers as readers see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmark.metrics import described_scores, find_score, headline_order
from benchmark.metrics.scores import percent

from .entries import Number

__all__ = [
    "format_interval",
    "format_number",
    "format_score",
    "heading_of",
    "label_of",
    "meaning_of",
    "meanings",
    "reported_label",
]

_FACTS: Final[Mapping[str, str]] = {
    "parameters": "Parameters",
    "captions_per_second": "Captions/s",
    "coverage": "Coverage",
    "created_at": "Submitted",
    "name": "System",
}


def label_of(name: str) -> str:
    """A score or a fact as a heading."""
    return _FACTS.get(name) or find_score(name).heading


def reported_label(name: str) -> str:
    """A column of a published table as a heading: a score's where it is one, the column's own name otherwise."""
    described = described_scores()
    names = [one for one in (name, f"{name}_l") if one in described]
    return described[names[0]].heading if names else name


def heading_of(name: str) -> str:
    """A score as a heading, with an arrow to where it is better."""
    score = find_score(name)
    return f"{score.heading} {score.arrow}"


def meaning_of(name: str) -> str:
    """One sentence about a score; empty if there is none."""
    return find_score(name).meaning


def meanings() -> list[list[str]]:
    """Heading and meaning of every score that has a meaning, headlines first."""
    described = described_scores()
    ordered = [described[name] for name in headline_order(described)]
    return [[score.heading, score.meaning] for score in ordered if score.meaning]


def format_score(value: float | None, digits: int = 2) -> str:
    """A score x 100; a dash where there is none."""
    return percent(value, digits, "–")


def format_interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """An interval x 100; empty where there is none."""
    return "" if low is None or high is None else f"{percent(low, digits)}–{percent(high, digits)}"


def format_number(number: Number | None) -> str:
    """A score x 100 with its interval in brackets; a dash where there is none."""
    if number is None or number.value is None:
        return format_score(None)
    interval = format_interval(number.low, number.high)
    return f"{format_score(number.value)} ({interval})" if interval else format_score(number.value)
