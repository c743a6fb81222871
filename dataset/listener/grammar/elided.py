"""Phrases without a noun: "the red" in "between the red and the blue one", "the other"."""

from __future__ import annotations

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Phrase
from ..words.connectives import SEPARATORS, SIDES
from ..words.vocabulary import ARTICLES
from .chart import Chart
from .modifiers import goes_on, modifiers
from .parse import simple_phrases

__all__ = ["elided"]


def elided(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """A phrase without its noun: "the red" in "between the red and the blue one"."""
    if chart.word(start) not in ARTICLES:
        return []
    if chart.tokens[start : start + 2] == ("the", "other") and not goes_on(chart, start + 2):
        return [(Phrase(ANY_NOUN), start + 2)]  # "the vase right of the other"
    readings = [(constraints, end) for constraints, end in modifiers(chart, start + 1) if constraints]
    named = [
        (phrase.adding(*constraints), last)
        for constraints, end in readings
        if chart.word(end) in SIDES  # "the white edge line"
        for phrase, last in simple_phrases(chart, end + 1)
        if phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN)
    ]
    return named or [
        (Phrase(ANY_NOUN, False, constraints), end)
        for constraints, end in readings
        if chart.word(end - 1) not in SEPARATORS
        and not any(c.kind == "count" for c in constraints)
        and not (constraints[0].kind == "place" and "," in chart.tokens[start:end])  # "on the right, brown"
    ]
