"""How many of its like are on a side of the region: "one slat is above it and two more are below"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.vocabulary import NUMBERS
from .clauses import FINITE
from .fact import Fact
from .islands import Island
from .phrases import may_be_the_same

__all__ = ["flanks_of"]

LEVELS: Final = {"above": "above", "below": "below", "beneath": "below", "underneath": "below", "under": "below"}
SIDES: Final = frozenset({"left", "right"})
MORE: Final = frozenset({"more", "other", "others", "further", "similar", "such"})
BETWEEN: Final = FINITE | {"follow", "follows", "seen", "visible", "directly", "just"}
"""Words that may stand between what is counted and its side."""


def flanks_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> tuple[Fact, ...]:
    """The numbers of like things on a side of the region that a further sentence names.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
    """
    return () if head.plural else tuple(dict.fromkeys(_flanks(tokens, islands, head)))


def _flanks(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    goes_on = False
    for k, word in enumerate(tokens):
        number = 1 if word == "one" else NUMBERS.get(word, 0)
        if not number:
            continue
        after, is_named = _after_things(tokens, islands, head, k)
        side, is_of_it = _side(tokens, after) if after else ("", False)
        if side and (is_of_it if is_named else goes_on):
            yield Fact("flank", None, (Constraint("count", str(number)),), side)
            goes_on = True


def _after_things(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, k: int) -> tuple[int, bool]:
    """The position after what a number counts, if that may be things like the region, and whether they are named."""
    end = k + 1
    while tokens[end : end + 1] and tokens[end] in MORE:
        end += 1
    is_named = False
    for island in islands:
        readings = [reading for reading in island.readings if isinstance(reading, Phrase)]
        if readings and island.start <= k < island.end:
            noun = readings[0]
            if noun.noun in (ANY_NOUN, UNKNOWN_NOUN):
                return 0, False
            if not may_be_the_same(noun, head):
                return 0, False
            end, is_named = island.end, True
    while tokens[end : end + 1] and tokens[end] in BETWEEN:
        end += 1
    return end, is_named


def _side(tokens: tuple[str, ...], k: int) -> tuple[str, bool]:
    """The side of the region that begins at a position, and whether the region is named there."""
    rest = tokens[k : k + 5]
    if rest[:1] and rest[0] in LEVELS:
        is_of_it = rest[1:2] == ("it",)
        ends = is_of_it or rest[1:2] in ((), (",",), ("and",))
        return (LEVELS[rest[0]], is_of_it) if ends else ("", False)
    if rest[:1] and rest[0] in ("to", "on") and len(rest) > 2 and rest[2] in SIDES:
        is_of_it = rest[1] == "its" or rest[3:5] == ("of", "it")
        return (rest[2], is_of_it) if is_of_it else ("", False)
    return "", False
