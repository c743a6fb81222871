"""What a sentence says of where things are: facts with a side or a relation, whoever they are about.

A reading says what stands where, but free text hides who is meant: "tucked above the roof" may be of the region or of
what was named before it. Such a fact keeps everyone who may be meant, and is false only if it is so of none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import OWNED
from ..words.vocabulary import NUMBERS, STANDING
from .clauses import OTHERS, is_predicate
from .fact import INVERSE, LOOKS, Fact
from .islands import Island

__all__ = ["sites_of"]

GEOMETRY: Final = frozenset({"left of", "right of", "in front of", "behind", "above", "below", "under"})
SIDES: Final = frozenset({"left", "right"})
RELATIVES: Final = frozenset({"which", "whom", "that", "where"})
TO_ONE_SIDE: Final = {f"{word} its {side}": side for word in ("to", "on") for side in ("left", "right")}
MOST_BETWEEN: Final = 3
"""So many words may stand between a number and what it counts."""
SUBJECT: Final = (Constraint("about", "subject"),)
ANOTHER: Final = (Constraint("about", "another"),)
ANOTHERS: Final = frozenset({"a", "an", "another", "other", "second"})
"""Words in a later sentence with what is not the region's own."""
TOUCHING: Final = (Constraint("relation", "touching"),)
HIDING: Final = (("relation", "touching"), ("relation", "behind"), ("relation", "next to"))
FARTHEST_LANDMARK: Final = 4
"""So many islands before "to its left" may be what the region stands by."""
FARTHEST_HIDER: Final = 8
"""Among so many islands after a side is what hides it."""
PAST: Final = frozenset({"over", "beyond", "past"})
"""What is "just beyond the corner of the rug", or "over the edge" of it, is still on it."""
MEMBERS: Final = frozenset({"one", "others", *NUMBERS})
OF_MEMBERS: Final = frozenset({"of", "them", "these", "fully", "seen", "visible", "is", "are", *STANDING})


def sites_of(tokens: tuple[str, ...], islands: Sequence[Island], *, first: bool) -> tuple[Fact, ...]:
    """The facts on places of a sentence.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        first: whether it is the first sentence, whose sides may be the picture's.
    """
    scan = _Scan(tokens, islands, first)
    for k in range(len(islands)):
        scan.take(k)
    return tuple(dict.fromkeys(scan.facts))


class _Scan:
    """Goes from left to right and keeps the things that were named, in the sentence and in the clause."""

    def __init__(self, tokens: tuple[str, ...], islands: Sequence[Island], first: bool) -> None:
        self.tokens, self.islands, self.first = tokens, islands, first
        self.facts: list[Fact] = []
        self.things: list[Phrase] = []
        self.clause: list[Phrase] = []
        self.last: Phrase | None = None
        self.member: Phrase | None = None
        self.dropping = self.is_another = False

    def take(self, k: int) -> None:
        """Take in the next island."""
        island = self.islands[k]
        if island.kind == "joint" and self.tokens[island.start] == ",":
            self.clause, self.dropping = [], False
        if island.kind == "denial":
            self.dropping = True
        if self.dropping:
            return
        if island.kind == "phrase":
            self._phrase(k, _phrases(island)[0])
        elif island.kind == "idiom":
            looks = self._looks_after(k)
            things = [thing.adding(*looks) for thing in self._thing_before()]
            if not self._is_side_of_landmark(k):
                self._beside(TO_ONE_SIDE.get(self._words(island)), things)
        elif island.kind == "attribute" and self.first and self._words(island).split()[0] in ("at", "on", "in"):
            of = k + 1 < len(self.islands) and self.islands[k + 1].link == ("of", "")
            whole = self._landmark(k + 2, _phrases(self.islands[k + 2])[0]) if of and self._is_phrase(k + 2) else None
            side = next((c for c in _constraints(island) if c.value in SIDES), None)
            if OWNED.intersection(self.tokens[island.start : island.end]) or self._is_of_member(island.start):
                side = None  # "hidden at its right end"
            if k and self.islands[k - 1].kind == "phrase" and _phrases(self.islands[k - 1])[0].noun == UNKNOWN_NOUN:
                side = None  # "tapering to a corner at lower right"
            self._located(side, "of" if of else "", whole)

    def _is_of_member(self, start: int) -> bool:
        """Whether a place is that of some of a group: "one standing at the left end and the rest at the right"."""
        k = next((k for k in range(start - 1, -1, -1) if self.tokens[k] not in OF_MEMBERS), 0)
        return self.tokens[k] == "rest" or (self.tokens[k] in MEMBERS and self.tokens[k - 1] != "the")

    def _is_side_of_landmark(self, k: int) -> bool:
        """Whether the region is on a side of what it stands by, "behind the bench, on its right", or at its own end."""
        before = [island for island in self.islands[max(k - FARTHEST_LANDMARK, 0) : k] if island.kind != "skipped"]
        before = before[:-1] if before and before[-1].kind == "joint" else before
        is_landmark = len(before) > 1 and before[-1].kind == "phrase" and before[-2].link[0] == "relation"
        end = self.islands[k].end
        return is_landmark or self.tokens[end : end + 1] in (("end",), ("side",), ("edge",), ("half",))

    def _phrase(self, k: int, phrase: Phrase) -> None:
        before, island = self.islands[k - 1] if k else None, self.islands[k]
        is_said_of_region = before.kind == "copula" if before is not None else is_predicate(self.tokens, self.islands)
        landmark, side = self._landmark(k, phrase), _side(phrase)
        relation = self._relation_before(k)
        if relation in GEOMETRY and landmark is not None and not self._is_around(k):
            is_other = self.is_another and not OTHERS.isdisjoint(self._words(self.islands[0]).split())
            claims = ANOTHER if is_other else self._of_subject() or (ANOTHER if self.is_another else ())
            self.facts.append(Fact("stands", landmark, claims, relation, self._subjects()))
        if side and not _is_named(phrase) and before is not None and before.kind in ("link", "skipped"):
            if self.tokens[self.islands[k].start] in OWNED:
                touching = TOUCHING if before.link in HIDING or before.kind == "skipped" else ()
                self._beside(side, self.clause[:1], touching)
            elif landmark is not None and relation not in GEOMETRY:
                self.facts.append(Fact("stands", landmark, (), f"{side} of", self._subjects()))
            elif self.first and self.tokens[before.start] in ("at", "on"):
                self._located(Constraint("place", side))
        elif self.tokens[self.islands[k].start] in OWNED and not _is_named(phrase) and (side or self._side_after(k)):
            side = side or self._side_after(k)
            self._beside(side, self._hider(k), TOUCHING)
        if phrase.noun == ANY_NOUN and not phrase.plural and not self.first:
            self.member = phrase  # "the right one" of a group
            self.is_another |= k == 0 and not ANOTHERS.isdisjoint(self._words(island).split())  # "the other blue one"
        elif before is None or before.kind not in ("link", "skipped", "attribute"):
            self.member = None
        if _is_named(phrase) and not is_said_of_region:
            is_new = not self.first and self.tokens[0] not in ("it", "they")
            self.is_another |= is_new and not ANOTHERS.isdisjoint(self._words(island).split())
            if not (self.first and self.last is None):  # the region itself
                self.things.append(phrase)
            self.clause.append(landmark or phrase)
        self.last = phrase

    def _is_around(self, k: int) -> bool:
        """Whether it says of pieces that they are "above and below" a thing."""
        links = [island.link[1] for island in self.islands[max(k - 3, 0) : k]]
        return len(links) == 3 and self.islands[k - 2].kind == "joint" and links[2] == INVERSE.get(links[0])

    def _relation_before(self, k: int) -> str:
        """What is said before a phrase of who stands how to it: "behind", "above the hanging", "below the edge of"."""
        for j in range(k - 1, max(k - 2 - MOST_BETWEEN, -1), -1):
            island = self.islands[j]
            if island.kind == "link" and island.link != ("of", ""):
                return island.link[1]
            is_of_edge = island.link == ("of", "") and j > 0 and self.islands[j - 1].kind == "skipped"
            if is_of_edge and self.tokens[self.islands[max(j - 3, 0)].start] in PAST:
                return ""
            is_adjective = island.kind in ("skipped", "attribute") and self.tokens[island.start] not in RELATIVES
            if not (is_of_edge or is_adjective):
                return ""
        return ""

    def _subjects(self) -> tuple[Phrase, ...]:
        """Who may stand somewhere: what a sentence or clause begins with, and what was named just before."""
        member = [self.member] if self.member is not None else []
        last = self.things[-2:] if not self.clause and self.is_another else ()  # "its other window, left of the door"
        return tuple(dict.fromkeys((*self.things[:1], *self.clause[:1], *self.clause[-1:], *member, *last)))

    def _of_subject(self) -> tuple[Constraint, ...]:
        """A mark for what is said of the subject of the sentence, and not of the region, if that is another thing."""
        begins = not self.first and self.tokens[0] in ("the", "a", "an") and len(self.clause) == 1
        phrase = _phrases(self.islands[0])[:1] if self.islands else []
        return SUBJECT if begins and phrase and _is_named(phrase[0]) and self.clause[0] in self.things[:1] else ()

    def _landmark(self, k: int, phrase: Phrase) -> Phrase | None:
        """The thing itself, or the one that a side or a corner is of."""
        if not _is_named(phrase) and self.tokens[self.islands[k].end - 1] == "bonnet":
            return Phrase("bonnet")  # never a region, but what is above it is known
        if _is_named(phrase):
            rest = self.islands[k + 1 : k + 3]
            if len(rest) == 2 and rest[0].link == ("of", "") and rest[1].kind == "phrase":
                return phrase.adding(Constraint("of", "", _phrases(rest[1])[0]))
            return phrase
        for constraint in phrase.constraints:
            if constraint.kind == "of" and constraint.phrase is not None and _is_named(constraint.phrase):
                return constraint.phrase
        rest = [island for island in self.islands[k + 1 : k + 4] if island.kind != "skipped"]
        if len(rest) > 1 and rest[0].link == ("of", "") and rest[1].kind == "phrase":
            owner = _phrases(rest[1])[0]
            return owner if _is_named(owner) else None
        return None

    def _hider(self, k: int) -> list[Phrase]:
        """What hides or touches a side: "its lower left is covered by the bottle"."""
        link = ("", "")
        for j in range(k + 1, min(k + 1 + FARTHEST_HIDER, len(self.islands))):
            island = self.islands[j]
            if island.kind == "link":
                link = island.link
            elif island.kind == "phrase":
                hider = self._landmark(j, _phrases(island)[0]) if link in HIDING else None
                return [] if hider is None else [hider]
            elif island.kind not in ("skipped", "copula", "attribute"):
                return []
        return []

    def _thing_before(self) -> list[Phrase]:
        """What an idiom is about: the thing just named, or behind a word that is not known, the clause's subject."""
        if self.last is None or self.last.noun == ANY_NOUN:
            return []
        return [self.last] if _is_named(self.last) else self.clause[:1]

    def _beside(self, side: str | None, things: Sequence[Phrase], how: tuple[Constraint, ...] = ()) -> None:
        if side is not None:
            self.facts += [Fact("beside", thing, how, side) for thing in things]

    def _side_after(self, k: int) -> str:
        """The side of "its lower part on the right"."""
        rest = [island for island in self.islands[k + 1 : k + 3] if island.kind != "skipped"][:1]
        return next((c.value for island in rest for c in _constraints(island) if c.value in SIDES), "")

    def _looks_after(self, k: int) -> tuple[Constraint, ...]:
        """How the thing looks that an idiom puts somewhere: "the stool to its left is black"."""
        rest = [island for island in self.islands[k + 1 : k + 3] if island.kind != "copula"][:1]
        readings = [_phrases(island)[0].constraints if _phrases(island) else _constraints(island) for island in rest]
        return tuple(c for constraints in readings for c in constraints if c.kind in LOOKS)

    def _is_phrase(self, k: int) -> bool:
        return k < len(self.islands) and self.islands[k].kind == "phrase"

    def _located(self, side: Constraint | None, kind: str = "of", whole: Phrase | None = None) -> None:
        if side is not None:
            self.facts.append(Fact("located", whole, (side,), kind, tuple(self.things)))

    def _words(self, island: Island) -> str:
        return " ".join(self.tokens[island.start : island.end])


def _phrases(island: Island) -> list[Phrase]:
    return [reading for reading in island.readings if isinstance(reading, Phrase)]


def _constraints(island: Island) -> tuple[Constraint, ...]:
    return next((reading for reading in island.readings if not isinstance(reading, Phrase)), ())


def _is_named(phrase: Phrase) -> bool:
    return phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN, "front", "rim")


def _side(phrase: Phrase) -> str:
    return next((c.value for c in phrase.constraints if c.kind == "place" and c.value in SIDES), "")
