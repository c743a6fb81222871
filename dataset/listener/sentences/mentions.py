"""What a caption names in passing, with its colour: whoever it is, it must be in the picture.

Free text hides what a phrase is about, and denials hide whether it is said at all; but "not the one on the green
bottle" is said only where there is a green bottle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from .clauses import clauses
from .fact import LOOKS, Fact
from .islands import Island

__all__ = ["mentions_of"]

COLORS: Final = frozenset({"color", "accent"})


def mentions_of(tokens: tuple[str, ...], islands: Sequence[Island], *, first: bool) -> tuple[Fact, ...]:
    """The things that a sentence names with a colour or on a side, as facts that hold if the picture shows them so.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        first: whether it is the first sentence, which names the region first.
    """
    colored = [Fact("mentioned", phrase) for island in islands for phrase in _phrases(island)[:1] for phrase in _colored(phrase)]
    return tuple(dict.fromkeys((*colored, *_sided(tokens, islands, first=first))))


def _sided(tokens: tuple[str, ...], islands: Sequence[Island], *, first: bool) -> Iterator[Fact]:
    """What is said to be on the left or right by an adjective, or by what follows: then it may be of what is before."""
    clause: list[Phrase] = []
    asides = [(part.start, part.end) for part in clauses(tokens) if part.is_aside] if not first else []
    after_denial = False
    for k, island in enumerate(islands):
        denied = after_denial or any(start <= island.start < end for start, end in asides)
        if island.kind == "denial":
            after_denial = True
        elif island.kind == "joint" and tokens[island.start] == ",":
            after_denial, clause = False, []
        elif island.kind == "phrase":
            is_head = first and not any(other.kind == "phrase" for other in islands[:k])
            phrase = _phrases(island)[0]
            side = _side(phrase.constraints)
            thing = _looks(phrase)
            if side and thing is not None and not is_head:
                yield Fact("mentioned", thing, (Constraint("place", side),), "denied" if denied else "")
            elif thing is not None:
                clause.append(thing)
        elif island.kind == "attribute" and clause and tokens[island.start] in ("on", "at"):
            side = _side(island.readings[0])
            following = islands[k + 1].link if k + 1 < len(islands) else ("", "")
            if side and (denied or not first) and following != ("of", ""):
                yield Fact(
                    "mentioned", clause[-1], (Constraint("place", side),), "denied" if denied else "it", tuple(clause[:-1])
                )


def _side(constraints: Sequence[Constraint]) -> str:
    """The only side that is named."""
    sides = {c.value for c in constraints if c.kind in ("place", "most") and c.value in ("left", "right")}
    return sides.pop() if len(sides) == 1 else ""


def _looks(phrase: Phrase) -> Phrase | None:
    """A noun with its looks, and with parts that have looks."""
    if phrase.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return None
    return Phrase(phrase.noun, phrase.plural, tuple(c for c in phrase.constraints if c.kind in LOOKS or c.kind == "with"))


def _phrases(island: Island) -> list[Phrase]:
    return [reading for reading in island.readings if isinstance(reading, Phrase)]


def _colored(phrase: Phrase) -> list[Phrase]:
    """The phrase and those inside of it that say a colour of a noun."""
    inner = [c.phrase for c in phrase.constraints if c.phrase is not None]
    nested = [named for one in inner for named in _colored(one)]
    colors = tuple(c for c in phrase.constraints if c.kind in COLORS)
    if not colors or phrase.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return nested
    return [Phrase(phrase.noun, phrase.plural, colors), *nested]
