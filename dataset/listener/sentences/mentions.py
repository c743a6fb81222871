"""What a caption names in passing, with its colour: whoever it is, it must be in the picture.

Free text hides what a phrase is about, and denials hide whether it is said at all; but "not the one on the green
bottle" is said only where there is a green bottle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Phrase
from .fact import Fact
from .islands import Island

__all__ = ["mentions_of"]

COLORS: Final = frozenset({"color", "accent"})


def mentions_of(tokens: tuple[str, ...], islands: Sequence[Island]) -> tuple[Fact, ...]:
    """The coloured things that a sentence names, as facts that hold if the picture shows them.

    Args:
        tokens: the words.
        islands: from `islands_of`.
    """
    facts = []
    for island in islands:
        phrases = [reading for reading in island.readings if isinstance(reading, Phrase)]
        for which in (_colored(phrase) for phrase in phrases[:1]):
            for phrase in which:
                facts.append(Fact("mentioned", phrase, (), "", ()))
    return tuple(dict.fromkeys(facts))


def _colored(phrase: Phrase) -> list[Phrase]:
    """The phrase and those inside of it that say a colour of a noun."""
    inner = [c.phrase for c in phrase.constraints if c.phrase is not None]
    nested = [found for one in inner for found in _colored(one)]
    colors = tuple(c for c in phrase.constraints if c.kind in COLORS)
    if not colors or phrase.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return nested
    return [Phrase(phrase.noun, phrase.plural, colors), *nested]
