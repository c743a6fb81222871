"""Logical forms: what a caption says, apart from its wording.

A `Phrase` is a noun with constraints, read as a conjunction: ``wheel[front, left, of car[red]]``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ANY_NOUN", "BOTH", "RELATIVE", "UNKNOWN_NOUN", "Constraint", "Phrase"]

UNKNOWN_NOUN: Final = "?"
"""Stands for a noun that the lexicon does not have."""
ANY_NOUN: Final = "thing"
"""The noun of "the one", "the thing": every region."""
BOTH: Final = "both"
"""The noun of the two things in "between A and B", which are its constraints."""
RELATIVE: Final = frozenset({"among", "size", "place", "picture", "most", "nth"})
"""Kinds of constraints that compare what fits all others."""


class Constraint(NamedTuple):
    """One thing said of the referent.

    ==============  =======================================  ==========================================
    kind            value                                    truth
    ==============  =======================================  ==========================================
    color, accent   a colour word                            main colour; second colour of a pattern
    pattern         stripes, dots, ... or plain              the pattern that is seen
    material        wood, metal, ...                         what it is made of
    state           open, closed                             doors
    shape           round, angular, conical                  its form, of tables and trees
    count           "3"                                      members of a group
    among           "3"                                      it is one of so many
    of              phrase                                   it is a part of such a thing
    with            phrase                                   such a thing is a part of it or stands on it
    without         phrase                                   no such thing is part of it
    relation        on, under, left of, right of, ...        it stands so to such a thing
    between         two phrases, or a plural                 it is between such things
    posture         standing, lying, parked, growing, ...    a thing of its kind can be so
    about           phrase                                   there is such a thing at or near it
    size            big, small, tall, short                  against the others that fit
    place           left, right, top, bottom, middle, ...    where among the others that fit
    picture         same                                     where in the picture
    most            same, big, small, tall, short            the extreme one among those that fit
    nth             "2 left"                                 its rank among those that fit
    ==============  =======================================  ==========================================
    """

    kind: str
    value: str = ""
    phrase: Phrase | None = None

    @property
    def inner(self) -> Phrase:
        """The phrase of a constraint that has one.

        Raises:
            ValueError: a constraint without a phrase, of a kind that needs one.
        """
        if self.phrase is None:
            raise ValueError(f"the constraint {self} needs a phrase")
        return self.phrase

    def __str__(self) -> str:
        return " ".join(str(part) for part in (_SHOWN.get(self.kind, ""), self.value, self.phrase) if part)


class Phrase(NamedTuple):
    """A noun phrase; ``plural`` ones refer to groups."""

    noun: str
    plural: bool = False
    constraints: tuple[Constraint, ...] = ()

    def adding(self, *constraints: Constraint) -> Phrase:
        """The phrase with more constraints at its end."""
        return Phrase(self.noun, self.plural, self.constraints + constraints)

    def __str__(self) -> str:
        noun = f"{self.noun}+" if self.plural else self.noun
        return f"{noun}[{', '.join(map(str, self.constraints))}]" if self.constraints else noun


_SHOWN = {
    "of": "of", "with": "with", "without": "without", "most": "most", "nth": "nth", "accent": "and", "count": "count",
    "among": "one of", "picture": "at picture", "between": "between", "about": "about",
}  # fmt: skip
