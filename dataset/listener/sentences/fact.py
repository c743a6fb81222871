"""One statement of a sentence on the region, which holds or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ..logic import UNKNOWN_NOUN, Constraint, Phrase

__all__ = ["INVERSE", "LOOKS", "PLACES", "Fact", "says_something", "so_many", "unnamed"]

INVERSE: Final = {
    "left of": "right of", "right of": "left of", "in front of": "behind", "behind": "in front of", "above": "below",
    "below": "above", "under": "above", "on": "under", "next to": "next to",
}  # fmt: skip
"""Relation -> how the second stands to the first."""
LOOKS: Final = frozenset({"color", "accent", "pattern", "material", "shape", "state"})
PLACES: Final = frozenset({"place", "picture", "most"})


class Fact(NamedTuple):
    """One statement on the region.

    Attributes:
        kind: is (`constraints` hold of the region itself), some (of one member, or as many as are said), shows (there
            is such a thing at it or near it), leaves out (no part of it is such a thing), has (the same of its
            parts), lacks (it has no such part), part (it is of such a thing),
            relation (`value` to such a thing), stands (it or one of the others is in a relation to such a thing),
            beside (such a thing is on a side of it), located (it or one of the others is on a side), among (it is one
            of so many, of such looks), number (it is so many), fewer (so many are some of it), elsewhere (such a
            thing is in the picture), enough (so many such things are in the picture), flank (so many like it are on a
            side of it), tally (a sentence lists so many of its members), other (another such thing is on a side of
            it), side (what a construction may mean is on a side), impossible (what no picture shows), named (the
            picture shows something that it may be), colored (something of that name has the colour), patterned,
            formed (the same of patterns and forms), hides (such a thing touches it, or is near), supported (it stands
            on it), placed (one of `others` stands so to such a thing, or to one of the constraints' phrases), reaches
            (an edge of the picture), comprises (such a part is in it), sized (another of its kind is larger or
            smaller), ranked (it comes first among such things, in size or the like), far (such things are at the
            front or the back), where (such a thing, which is another than the region, is on a side),
            numbered (a thing has so many parts of a kind, storeys, or rows of books), each (so has a member of it),
            several (so many such things are shown), most (what may have such parts has so many: one of it, a row
            of one, or all), total (its members are so many), fuller (of two members that on a side shows more),
            inside (one of `others` is on a side of an outline), rises (the region does to a side), across (it runs from
            a side to that side again), room (a shelf has some on a side), knob (a door has it there), higher (of two
            parts that on a side is).
        phrase: the thing, for the kinds that are about one; for ``located`` what the side is of, if that is said.
        constraints: for these.
        value: for a relation or a side.
        others: what may be meant instead of the region; for ``elsewhere`` the subject, if that may be the region.
    """

    kind: str
    phrase: Phrase | None = None
    constraints: tuple[Constraint, ...] = ()
    value: str = ""
    others: tuple[Phrase, ...] = ()

    @property
    def number(self) -> int:
        """How many, for the kinds that count."""
        return int(self.constraints[0].value)

    @property
    def things(self) -> tuple[Phrase, ...]:
        """All that the thing may be: `phrase`, if there is one, and `others`."""
        return self.others if self.phrase is None else (self.phrase, *self.others)

    def __str__(self) -> str:
        content = self.phrase if self.phrase is not None else ", ".join(map(str, self.constraints))
        return " ".join(filter(None, (self.kind, self.value, str(content))))


def so_many(kind: str, number: int, things: Sequence[Phrase] = (), how: str = "", *more: Constraint) -> Fact:
    """A fact on so many of one of some things, or of the region's members."""
    count = Constraint("among" if kind == "among" else "count", str(number))
    return Fact(kind, next(iter(things), None), (count, *more), how, tuple(things[1:]))


def unnamed(fact: Fact) -> tuple[Constraint, ...]:
    """What is said of a thing whose noun was not read, and what such things a thing is of: "rows of white dashes"."""
    if fact.phrase is None:
        return ()
    if fact.phrase.noun == UNKNOWN_NOUN:
        return fact.phrase.constraints
    return tuple(c for c in fact.phrase.constraints if c.phrase is not None and c.phrase.noun == UNKNOWN_NOUN)


def says_something(fact: Fact) -> bool:
    """Whether a fact says anything that can be checked."""
    phrase = fact.phrase
    if phrase is None:
        return bool(fact.constraints)
    names = phrase.noun != UNKNOWN_NOUN and (phrase.noun != "picture" or phrase.plural)  # that may be all we see
    return names or any(c.kind in LOOKS for c in phrase.constraints)
