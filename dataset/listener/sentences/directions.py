"""Sides that are said of the region's like, "the other wheel is farther right", and of where a part sticks out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from .clauses import FINITE, clauses
from .fact import Fact
from .islands import Island

__all__ = ["directions_of"]

SIDES: Final = frozenset({"left", "right"})
LIKE: Final = frozenset({"other", "counterpart", "partner", "twin", "neighbour", "neighbor"})
PROJECTING: Final = frozenset(
    {"sticks", "stick", "sticking", "projects", "project", "projecting", "protrudes", "protrude", "protruding", "juts",
     "jut", "jutting", "pokes", "poke", "poking", "rises", "rising", "extends", "extending", "reaching", "points",
     "pointing", "leans", "leaning", "leading"}
)  # fmt: skip
BETWEEN: Final = frozenset({"out", "to", "towards", "toward", "at", "on", "over", "the", "upper", "lower", "far"})
"""Words between such a verb and its side."""
NOT_A_SIDE: Final = frozenset({"behind", "beside", "next", "above", "below", "under", "beneath", "in"})
"""After "right" these make it an adverb."""


def directions_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on which side of the region its like is, and of its whole what sticks out.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence.
    """
    if SIDES.isdisjoint(tokens):
        return ()
    others = () if first else tuple(_others(tokens, islands, head))
    return (*_projecting(tokens, islands), *others)


def _others(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """Of each clause about the region's like, the side where that is."""
    for start, end, _ in clauses(tokens):
        verb = next((k for k in range(start, end) if tokens[k] in FINITE), end)
        if not LIKE.intersection(tokens[start:verb]) or "and" in tokens[start:verb]:
            continue
        mentions = [k for k in range(start, end) if _is_side(tokens, k)]
        sides = {tokens[k] for k in mentions}
        if len(sides) == 1 and tokens[mentions[0] + 1 : mentions[0] + 2] != ("of",):
            named = (_named(island) for island in islands if start <= island.start < verb)
            other = next(filter(None, named), head)
            yield Fact("other", Phrase(other.noun, False), (), sides.pop())


def _projecting(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    for k, word in enumerate(tokens):
        if word not in PROJECTING:
            continue
        end = k + 1
        while end < len(tokens) and tokens[end] in BETWEEN:
            end += 1
        if end < len(tokens) and end > k + 1 and _is_side(tokens, end):
            before = [island for island in islands if island.start < k and island.kind != "skipped"]
            part = _named(before[-1]) if before else None
            yield Fact("projects", part or Phrase(ANY_NOUN), (), tokens[end])


def _is_side(tokens: tuple[str, ...], k: int) -> bool:
    return tokens[k] in SIDES and not (k + 1 < len(tokens) and tokens[k + 1] in NOT_A_SIDE)


def _named(island: Island) -> Phrase | None:
    """The noun of a phrase with its looks."""
    for reading in island.readings:
        if isinstance(reading, Phrase) and reading.noun not in (ANY_NOUN, UNKNOWN_NOUN):
            looks = tuple(c for c in reading.constraints if isinstance(c, Constraint) and c.kind == "color")
            return Phrase(reading.noun, False, looks)
    return None
