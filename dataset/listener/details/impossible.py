"""What no picture can show, whatever is in it: a caption that says so is untrue.

Nothing is hidden in front of something; nothing has three ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import Constraint
from ..sentences.fact import Fact
from ..words.vocabulary import ARTICLES, NUMBERS
from .relation_words import DISAPPEARS

__all__ = ["impossible_in"]

HIDDEN: Final = DISAPPEARS | {"hidden", "concealed", "obscured", "tucked"}
"""What is so is behind, below or inside of something."""
BEFORE_IT: Final = (("in", "front", "of"), ("before", "the"), ("above",), ("over",), ("on", "top", "of"))
LOWER: Final = frozenset({"below", "under", "beneath", "underneath"})
SEEN: Final = frozenset({"seen", "viewed", "shown", "looked", "visible", "view"})
AFTER_VIEW: Final = frozenset({",", "and", "at", "as", "in", "so", "against", "with", "on", "but"})
MOST_BETWEEN: Final = 4
"""So many words before "from" may be "seen"."""
DIALS: Final = frozenset({"dial", "disc", "disk", "circle"})
LIGHTS: Final = frozenset({"dots", "lights", "buttons", "lamps"})
"""A robot's panel has a dial above a row of lights."""
PAIRS: Final = frozenset({"ends", "halves", "flanks"})
"""Of these a thing has two."""
EVEN: Final = frozenset({"uprights"})
"""Of these a thing has two; several things have an even number."""
OUTLINES: Final = frozenset({"sides", "edges", "corners", "borders"})
"""Of these a thing has two or four; on three sides of it there may be something."""
MOST_SIDES: Final = 4
FRACTIONS: Final = {"thirds": 3, "quarters": 4, "fifths": 5}
"""Fewer of these than they are named after are a part of something."""


def impossible_in(tokens: tuple[str, ...]) -> tuple[Fact, ...]:
    """What a sentence says that cannot be, as facts that hold of nothing.

    Args:
        tokens: the words.
    """
    return tuple(
        Fact("impossible", None, (Constraint("relation", words),))
        for words in (*_hidden_before(tokens), *_from_below(tokens), *_upside_down(tokens), *_odd_numbers(tokens))
    )


def _hidden_before(tokens: tuple[str, ...]) -> Iterator[str]:
    for k, word in enumerate(tokens):
        if word in HIDDEN:
            for words in BEFORE_IT:
                if tokens[k + 1 : k + 1 + len(words)] == words:
                    yield " ".join((word, *words))


def _from_below(tokens: tuple[str, ...]) -> Iterator[str]:
    """Seen from below: the viewer always looks down a little."""
    for k, word in enumerate(tokens):
        if word not in LOWER or (tokens[k + 1 : k + 2] and tokens[k + 1] not in AFTER_VIEW):
            continue
        start = next((j for j in range(k - 1, max(k - 4, -1), -1) if tokens[j] == "from"), 0)
        if start and not SEEN.isdisjoint(tokens[max(start - MOST_BETWEEN, 0) : start]):
            yield " ".join(tokens[start : k + 1])


def _upside_down(tokens: tuple[str, ...]) -> Iterator[str]:
    """A robot's white dial below its three red lights."""
    if DIALS.isdisjoint(tokens) or LIGHTS.isdisjoint(tokens) or "red" not in tokens:
        return
    for k, word in enumerate(tokens[1:], 1):
        if word in LOWER and tokens[k - 1] in DIALS and not LIGHTS.isdisjoint(tokens[k + 1 :]):
            yield " ".join(tokens[k - 1 : k + 1])


def _odd_numbers(tokens: tuple[str, ...]) -> Iterator[str]:
    """Three ends, all three sides, five corners, the lower three thirds."""
    for k, word in enumerate(tokens):
        if word in FRACTIONS and NUMBERS.get(tokens[max(k - 1, 0)], 0) >= FRACTIONS[word]:
            yield " ".join(tokens[k - 1 : k + 1])
        if word not in PAIRS and word not in OUTLINES and word not in EVEN:
            continue
        for j in range(max(k - 3, 0), k):
            number = NUMBERS.get(tokens[j], 2)
            if word in EVEN:
                if number % 2:
                    yield " ".join(tokens[j : k + 1])
                continue
            is_all = j > 0 and (tokens[j - 1] == "all" or tokens[j - 1] in ARTICLES)
            most_odd = 2 if word in PAIRS or is_all else MOST_SIDES
            if number > most_odd and (word in PAIRS or number != MOST_SIDES):
                yield " ".join(tokens[j : k + 1])
