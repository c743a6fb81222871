"""What is said to be on the left or right, told by the construction in which the word stands.

"The left drawer", "on the left", "at its left end", "the left side of the car", "farther left", "sticks out to the
left", "not the one on the left": each is said of something else, and on a side of something else. One table of
constructions says of what (`checks.sides.CHECKS`); here they are told apart by the words around.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import COPULAS, LEFT_RIGHT, NO_SIDES, OUTWARD, OWNED, PRONOUNS, SLOPING, TURNED, WAYS
from ..words.lexicon import is_part
from ..words.vocabulary import NUMBERS
from .clauses import FINITE, clauses
from .fact import LOOKS, Fact
from .islands import Island

__all__ = ["sides_of"]

BORDERS: Final = frozenset(
    {"side", "edge", "end", "corner", "half", "part", "portion", "flank", "area", "border", "rim", "tip", "foreground",
     "background", "hand", "third", "margin", "face", "section", "strip", "piece", "edges", "bit", "shoulder"}
)  # fmt: skip
"""Nouns after a side that are no things: "its left end"."""
NO_THINGS: Final = BORDERS | {ANY_NOUN, UNKNOWN_NOUN, "one", "front", "rim"}
LEVELS: Final = frozenset(
    {"upper", "lower", "top", "bottom", "front", "back", "rear", "near", "far", "very", "extreme", "outer", "nearer",
     "middle", "central", "visible", "whole", "other", "distant", "outermost", "inner", "left", "right"}
)  # fmt: skip
"""Words that may stand between an article and a side: "the far left"."""
ARTICLES: Final = frozenset({"the", "its", "their", "'s", "a", "this", "that", "each", "both"})
AT: Final = frozenset({"at", "on", "in", "along", "near", "over", "under", "by", "across", "against", "around"})
FARTHER: Final = frozenset(
    {"further", "farther", "higher", "lower", "up", "back", "down", "nearer", "closer", "off", "away", "furthest",
     "farthest"}
)  # fmt: skip
STANDING: Final = FINITE | TURNED | {"standing", "sitting", "parked", "hanging", "lying"}
HIDING: Final = frozenset(
    {"hides", "hide", "hiding", "covers", "cover", "covering", "conceals", "overlaps", "overlapping", "crosses",
     "blocks", "obscures", "cuts", "touches", "overlap", "conceal", "concealing", "obscure", "block", "touch"}
)  # fmt: skip
"""Verbs after which a side is the one that something lies on."""
HIDDEN: Final = frozenset({"hidden", "covered", "cut", "overlapped", "obscured", "clipped"})
OBJECTS: Final = frozenset({"it", "them", "those", "part"})
"""Words for what such a verb is said of."""
PICTURES: Final = frozenset({"picture", "image", "scene", "room", "view"})
MOST: Final = frozenset({"furthest", "farthest"})
OTHERS: Final = frozenset({"other", "another", "second"})
"""Words of a thing that is not the region."""
COMPARED: Final = OTHERS | {"smaller", "larger", "bigger", "taller", "shorter"}
"""Words of a subject that is set against the region."""
DENIALS: Final = frozenset({"not", "unlike", "nor", "than", "neither", "isn", "aren", "doesn", "don"})
WHERE: Final = frozenset({"at", "at a part", "way", "farther", "farther at"})
"""Constructions that say where something is, if they are not denied."""
VERB_REACH: Final = 6
"""So many words before a side may stand the verb that it belongs to."""
DENIAL_REACH: Final = 18
"""So many words before a side may stand what denies it."""
ONE_REACH: Final = 4
"""So many words before a side may stand the "one" that it is said of."""
NEXT_THING: Final = 4
"""A thing that begins so many words after a side may be what lies there."""


class _Thing(NamedTuple):
    """A noun phrase that names something: its island, its span, and the phrase with its looks."""

    number: int
    start: int
    end: int
    phrase: Phrase
    is_end_part: bool


class _Place(NamedTuple):
    """The words around a side.

    Attributes:
        start: where the words begin that lead up to it: "at the far left".
        end: where what follows begins.
        kind: the construction.
    """

    start: int
    end: int
    kind: str


def sides_of(tokens: tuple[str, ...], islands: Sequence[Island], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on sides, each with the construction that says who may be meant.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        first: whether it is the first sentence, whose sides may be the picture's.
    """
    if LEFT_RIGHT.keys().isdisjoint(tokens):
        return ()
    things = list(_things(islands))
    facts: list[Fact] = []
    for k, word in enumerate(tokens):
        if word in LEFT_RIGHT and not _is_no_side(tokens, k):
            facts += _said_at(tokens, islands, things, k, first=first)
    return tuple(dict.fromkeys(facts))


def _things(islands: Sequence[Island]) -> Iterator[_Thing]:
    for number, island in enumerate(islands):
        phrase = next((reading for reading in island.readings if isinstance(reading, Phrase)), None)
        if phrase is not None and phrase.noun not in NO_THINGS:
            ends = any(c.kind == "place" and c.value in ("front", "back") for c in phrase.constraints)
            looks = tuple(c for c in phrase.constraints if c.kind in LOOKS or c.kind in ("with", "of"))
            thing = Phrase(phrase.noun, phrase.plural, looks)
            yield _Thing(number, island.start, island.end, thing, ends and is_part(phrase.noun))


def _is_no_side(tokens: tuple[str, ...], k: int) -> bool:
    """Whether it is "right behind", "is left out" or the like."""
    rest = tokens[k + 1 : k + 3]
    if tokens[k] == "right":
        return rest[:1] != () and (rest[0] in NO_SIDES or rest in (("in", "front"), ("at", "the"), ("on", "top")))
    is_verb = tokens[max(k - 1, 0)] in ("is", "are") and rest[:1] in ((",",), ("and",))
    return tokens[k] == "left" and (rest[:1] in (("out",), ("aside",), ("off",)) or is_verb)


def _said_at(
    tokens: tuple[str, ...], islands: Sequence[Island], things: Sequence[_Thing], k: int, *, first: bool
) -> Iterator[Fact]:
    """What the side at a position says, in the construction in which it stands."""
    place = _place(tokens, islands, things, k)
    before = [thing for thing in things if thing.end <= k]
    begin = next(part.start for part in clauses(tokens) if part.start <= k < part.end)
    hides = tokens[begin] not in PRONOUNS and HIDING.intersection(tokens[max(0, k - VERB_REACH - 1) : k])
    is_denied = not first and (_is_denied(tokens, k) or _is_another(tokens, before))
    side = _Side(tokens, place, k, before, bool(hides), is_denied)
    chain = _chain(islands, things, before[-1]) if before else None
    last, subject = before[-1].phrase if before else None, _subject(tokens, before, k)
    after = next((thing.phrase for thing in things if place.end <= thing.start <= place.end + NEXT_THING), None)
    name = "its side" if side.is_of_hidden else side.in_first() if first else side.in_later()
    if first and place.kind in WHERE and any(thing.is_end_part for thing in before[-3:]):
        name = "end part"
    if place.kind in ("adjective", "among") and not side.is_of_hidden:
        thing = next(thing for thing in things if thing.start <= k < thing.end)
        is_head = first and not any(island.kind == "phrase" for island in islands[: thing.number])
        name = place.kind if place.kind == "among" else "head" if is_head else "adjective" if first else "named later"
        is_other = name == "named later" and thing.start == begin
        if name == "adjective" and tokens[k - 1] in (*OWNED, "'s"):
            name = "own adjective"
        name, last = "denied" if side.is_denied else "" if is_other else name, thing.phrase
    if name == "its side":
        yield _fact(name, LEFT_RIGHT[tokens[k]], chain, subject if hides else after)
    elif name == "side of":
        owner = last if tokens[place.start : place.start + 1] == ("'s",) else after
        yield _fact("side of it", LEFT_RIGHT[tokens[k]])
        if owner is not None:
            yield _fact(name, LEFT_RIGHT[tokens[k]], owner)
    elif name == "hidden one":
        yield _fact(name, LEFT_RIGHT[tokens[k]], after)
    elif name == "of its own":
        yield _fact(name, LEFT_RIGHT[tokens[k]], last, chain)
    elif name == "denied" and place.kind in WHERE and side.follows != "thing":
        yield _fact(name, LEFT_RIGHT[tokens[k]], subject or last)
    elif name:
        yield _fact(name, LEFT_RIGHT[tokens[k]], None if first and name == "turned" else last)


class _Side(NamedTuple):
    """A word for a side in its sentence: the words, where it is, what was named before, whether it is denied."""

    tokens: tuple[str, ...]
    place: _Place
    k: int
    before: Sequence[_Thing]
    hides: bool
    is_denied: bool

    @property
    def follows(self) -> str:
        """What the place comes after."""
        return _follows(self.tokens, self.before, self.place.start)

    @property
    def is_of_hidden(self) -> bool:
        """Whether it is the side of something on which a thing lies: "hides its left end"."""
        kind, word = self.place.kind, self.tokens[max(self.place.start - 1, 0)]
        is_own = self.tokens[self.place.start] in OWNED
        if kind in ("adjective", "among"):
            return self.hides and is_own
        return self.hides and ((kind == "at" and word in OBJECTS) or kind not in ("its side", "at its side", "at"))

    def in_first(self) -> str:
        """The construction in a first sentence."""
        kind = self.place.kind
        if kind in ("at", "at a part"):
            if self._is_with_part():
                return "against"
            if self.tokens[self.place.end : self.place.end + 1] == ("by",):
                return ""  # "overlapped on the right by the hill"
            if kind == "at" and self.tokens[self.k - 1] in AT and self.follows == "thing" and len(self.before) > 1:
                return "bare"
            return {"verb": "stands at", "other": "at last"}.get(self.follows, "at") if kind == "at" else "at last"
        if kind == "at its side":
            return "farther" if "with" not in self.tokens[: self.k] else ""
        if kind == "its side":
            return kind if self.hides else ""
        if kind == "way" and self.follows == "verb":
            return "stands at"
        return kind if kind in ("side of", "of the picture", "farther", "farthest", "turned", "hidden one") else ""

    def _is_with_part(self) -> bool:
        """Whether it is where a part of the region is: "with a knob on the right", "its knob at the right edge"."""
        thing = self.before[-1] if self.before else None
        if thing is None or not is_part(thing.phrase.noun) or self.follows != "thing":
            return False
        return self.tokens[thing.start] in OWNED or self.tokens[max(thing.start - 1, 0)] == "with"

    def _is_the_one(self) -> bool:
        """Whether the region is: "it is the one further left"."""
        near = self.tokens[max(self.k - ONE_REACH, 0) : self.k]
        return self.tokens[:2] in (("it", "is"), ("it", "'s")) and "one" in near and "," not in near

    def in_later(self) -> str:
        """The construction in a further sentence."""
        kind = self.place.kind
        if self.is_denied:
            return "denied" if kind in WHERE and self.before else ""
        if kind in ("farther", "at") and self._is_the_one():
            return kind
        if kind == "at" and self.before:
            if self.follows != "thing" or _is_predicate(self.tokens, self.before[-1]):
                return ""
            return "of its own" if self.tokens[0] in PRONOUNS else "against"
        kind = "its side" if kind == "at its side" and self.hides else kind  # "cuts it off at its left end"
        if kind == "of the picture" and self.before and self.before[-1].start:
            return "of the picture later"
        return kind if kind in ("farthest", "turned", "its side", "hidden one") else ""


def _fact(how: str, side: str, phrase: Phrase | None = None, *others: Phrase | None) -> Fact:
    return Fact("side", phrase, (Constraint("said", how),), side, tuple(filter(None, others)))


def _place(tokens: tuple[str, ...], islands: Sequence[Island], things: Sequence[_Thing], k: int) -> _Place:
    """The construction in which a side stands, and where that begins and ends."""
    end = k + 1 + (tokens[k + 1 : k + 2] in (("hand",), ("facing",), ("most",)))
    border = tokens[end : end + 1] != () and tokens[end] in BORDERS
    end += border
    start = k
    while start and tokens[start - 1] in LEVELS:
        start -= 1
    article = tokens[start - 1] if start and tokens[start - 1] in ARTICLES else ""
    begin = start - 1 if article else start
    link = tokens[begin - 1] if begin else ""
    first = begin - 1 if link in WAYS | AT else begin
    thing = next((thing for thing in things if thing.start <= k < thing.end), None)
    kind = ""
    if thing is not None and not border:
        readings = [phrase for phrase in islands[thing.number].readings if isinstance(phrase, Phrase)]
        kind = "among" if any(c.kind == "among" for c in readings[0].constraints) else "adjective"
    elif (of_ones := _of_ones(tokens, k, end, link)) is not None:
        kind, end = of_ones, end + 3 * (of_ones == "hidden one")
    elif article in OWNED:
        kind = "its way" if not border and link in WAYS | {"on", "at"} else "at its side" if link in AT else "its side"
    elif article == "'s":
        kind = "side of"
    elif MOST.intersection(tokens[max(0, k - 3) : k]):
        kind = "farthest"
    elif tokens[end : end + 1] == ("of",) and PICTURES.intersection(tokens[end + 1 : end + 3]):
        kind = "of the picture"
    elif tokens[end : end + 1] == ("of",):
        kind = "side of" if border and link not in WAYS and (article or link in AT) else ""
    elif link in WAYS or (not article and link not in AT):
        is_far = tokens[max(first - 1, 0)] in FARTHER or FARTHER.intersection(tokens[max(0, start - 2) : start])
        is_bare = link in COPULAS or (not article and tokens[k - 1] == "far")
        turned = _turned(tokens[max(0, k - VERB_REACH) : k])
        kind = "farther" if is_far else turned or ("way" if link in WAYS else "at" if is_bare else "")
    elif link in AT:
        is_far = FARTHER.intersection(tokens[max(0, begin - 3) : max(begin - 1, 0)])
        kind = "farther at" if is_far else "at a part" if border else "at"
    return _Place(first, end, kind)


def _turned(near: tuple[str, ...]) -> str:
    """The construction after a verb of direction: of what only slopes to a side nothing says where it is."""
    verbs = TURNED.intersection(near)
    return "" if not verbs else "slope" if verbs <= SLOPING and OUTWARD.isdisjoint(near) else "turned"


def _of_ones(tokens: tuple[str, ...], k: int, end: int, link: str) -> str | None:
    """The construction of "the left one", "on the left of the two", "from the left"; None of anything else."""
    number, following = tokens[end + 2 : end + 3], tokens[end + 3 : end + 4]
    is_number = number == ("pair",) or any(word in NUMBERS for word in number)
    is_of_several = tokens[end : end + 2] == ("of", "the") and is_number and following in ((), (",",), ("and",))
    if tokens[end : end + 2] == ("one", "of") or (link in AT and is_of_several):
        return "farthest"
    if tokens[end : end + 1] == ("one",) and not HIDDEN.isdisjoint(tokens[end + 1 : end + 4]):
        return "hidden one"
    return "" if tokens[end : end + 1] in (("one",), ("ones",)) or "from" in (link, tokens[k - 1]) else None


def _chain(islands: Sequence[Island], things: Sequence[_Thing], last: _Thing) -> Phrase:
    """What a thing is a part of the description of: of "the mug with the teal handle" the mug with it."""
    by_number = {thing.number: thing for thing in things}
    number = last.number
    while number - 2 in by_number and islands[number - 1].link[0] in ("of", "in", "with"):
        number -= 2
    phrase, following = by_number[number].phrase, by_number.get(number + 2)
    link = islands[number + 1].link[0] if following is not None else ""
    if following is not None and link in ("of", "with") and not any(c.kind == link for c in phrase.constraints):
        phrase = phrase.adding(Constraint(link, "", following.phrase))
    return phrase


def _subject(tokens: tuple[str, ...], before: Sequence[_Thing], k: int) -> Phrase | None:
    """What the clause of a word names first."""
    start = next(part.start for part in clauses(tokens) if part.start <= k < part.end)
    return next((thing.phrase for thing in before if thing.start >= start), None)


def _follows(tokens: tuple[str, ...], things: Sequence[_Thing], start: int) -> str:
    """What a place comes after: a thing, a comma, a verb, or something other."""
    while start and tokens[start - 1] in LEVELS | ARTICLES | AT | WAYS:
        start -= 1
    if any(thing.end == start for thing in things):
        return "thing"
    if not start:
        return "other"
    return "comma" if tokens[start - 1] == "," else "verb" if tokens[start - 1] in STANDING else "other"


def _is_another(tokens: tuple[str, ...], before: Sequence[_Thing]) -> bool:
    """Whether the last thing is told from one like it: "the other red table", "The smaller sofa, at the right, has"."""
    words = [word for thing in before[-1:] for word in tokens[thing.start : thing.end]]
    begins = bool(before) and before[-1].start == 0
    return not (COMPARED if begins else OTHERS).isdisjoint(words)


def _is_predicate(tokens: tuple[str, ...], thing: _Thing) -> bool:
    """Whether it is what something is said to be: "it is the leg on the right"."""
    return tokens[max(thing.start - 1, 0)] in COPULAS


def _is_denied(tokens: tuple[str, ...], k: int) -> bool:
    """Whether a side is said of what the region is not."""
    is_aside = any(part.is_aside for part in clauses(tokens) if part.start <= k < part.end)
    return is_aside or not DENIALS.isdisjoint(tokens[max(0, k - DENIAL_REACH) : k])
