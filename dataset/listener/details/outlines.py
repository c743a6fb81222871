"""What a sentence puts on a side of an outline: of the region's own, or of that of a thing that is named.

"It stands at the left end of the table", "below the right half of the seat", "with a white armrest at its right end",
"hides the lower left of the wall", "a knob near its left edge".
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.claims import Noun, noun_after, nouns_in
from ..sentences.clauses import JOINTS, OTHERS
from ..sentences.fact import Fact
from ..words.connectives import OPPOSITE, OWNED, SIDES, WAYS
from ..words.vocabulary import ARTICLES
from .bystanders import DENIALS
from .hiding import STANDS
from .looks import described
from .named import PRONOUNS
from .relation_words import HIDES
from .side_words import AT, BORDERS, PICTURES, clause_start, side_at

__all__ = ["is_on_another", "outlines_in"]

INSIDE: Final = AT | WAYS | {"over", "under", "behind", "below", "above"}
"""Words before "its left end", where something is."""
ANOTHER: Final = OTHERS | DENIALS | {"no", "isn", "without", "excluded", "included"}
"""Words of a sentence on something else than the region."""
TOUCHES: Final = frozenset({"touches", "crosses"})
KNOBS: Final = frozenset({"knob", "doorknob", "handle"})
KNOB_REACH: Final = 8
"""So many words before a side is the knob that is there."""
MOST_LOOKS: Final = 4
"""So many words before a noun say how it looks."""


def outlines_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on what is on a side of an outline.

    Args:
        tokens: the words.
        first: whether it is the first sentence, which is about the region.
    """
    if OPPOSITE.keys().isdisjoint(tokens):
        return ()
    facts: list[Fact] = []
    for k, word in enumerate(tokens):
        if word in OPPOSITE:
            facts += (*_inside(tokens, k, first=first), *_knob(tokens, k))
    return tuple(dict.fromkeys(facts))


def is_on_another(tokens: tuple[str, ...]) -> bool:
    """Whether words are on something else than the region, or on what is left out.

    Args:
        tokens: the words.
    """
    return not ANOTHER.isdisjoint(tokens) or ("left", "out") in pairwise(tokens)


def _inside(tokens: tuple[str, ...], k: int, *, first: bool) -> Iterator[Fact]:
    """The fact that something is on a side of an outline."""
    start, end = side_at(tokens, k)
    article = tokens[start] if start >= 0 else ""
    after = end + (end < len(tokens) and tokens[end] in BORDERS)
    if is_on_another(tokens[: after + 1] if tokens[0] in PRONOUNS else tokens):
        return
    if tokens[after : after + 1] == ("of",) and after + 1 < len(tokens):
        boxes = _of(tokens, after, is_bare=after == end, link=tokens[max(start - 1, 0)])
        yield from _fact(tokens[k], boxes, _before(tokens, start, first=first))
    elif article == "'s" and after > end:
        owner = next((noun for noun in nouns_in(tokens) if noun.end == start), None)
        boxes = () if owner is None else _named(tokens, owner)
        yield from _fact(tokens[k], boxes, _before(tokens, start - 1, first=first))
    elif article in OWNED and after > end:
        yield from _in_its_own(tokens, k, start, first=first)


def _fact(side: str, boxes: tuple[Phrase, ...], subjects: tuple[Phrase, ...], frame: str = "box") -> Iterator[Fact]:
    if subjects and boxes:
        claims = (Constraint("frame", frame), *(Constraint("of", "", box) for box in boxes))
        yield Fact("inside", None, claims, side, subjects)


def _of(tokens: tuple[str, ...], after: int, *, is_bare: bool, link: str) -> tuple[Phrase, ...]:
    """What a side before "of" is of: "the left end of the table", "hides the lower right of the wall"."""
    rest = tokens[after + 1 : after + 3]
    if rest[0] not in ARTICLES or (is_bare and link not in AT | HIDES | TOUCHES) or not PICTURES.isdisjoint(rest):
        return ()
    noun = noun_after(tokens, after + 1)
    if noun is not None and tokens[noun.end : noun.end + 1] == ("'s",):
        noun = noun_after(tokens, noun.end)
    return () if noun is None else _named(tokens, noun)


def _in_its_own(tokens: tuple[str, ...], k: int, start: int, *, first: bool) -> Iterator[Fact]:
    """Of "a lamp at its left end" the fact on the lamp: of the region, or of what else was named, that is the end."""
    nouns = _nouns_before(tokens, start)
    if not start or tokens[start - 1] not in INSIDE or not nouns:
        return  # "and its left end is hidden"
    others = (phrase for phrase in _before(tokens, start, first=first) if phrase.noun not in nouns[-1].lemmas)
    boxes = tuple(dict.fromkeys((Phrase(ANY_NOUN), *others)))
    yield from _fact(tokens[k], boxes, _named(tokens, nouns[-1]), "whole" if first else "box")


def _named(tokens: tuple[str, ...], noun: Noun) -> tuple[Phrase, ...]:
    """The things that a noun may name, with the colours before it."""
    start = noun.start
    while start and tokens[start - 1] not in ARTICLES | JOINTS and noun.start - start < MOST_LOOKS:
        start -= 1
    looks = tuple(c for c in described(tokens, start, noun.start) if c.kind == "color")
    return tuple(Phrase(lemma, noun.plural, looks) for lemma in noun.lemmas if lemma not in SIDES | PICTURES)


def _nouns_before(tokens: tuple[str, ...], end: int) -> list[Noun]:
    return [noun for noun in nouns_in(tokens) if noun.end <= end and tokens[noun.start] not in STANDS]


def _before(tokens: tuple[str, ...], end: int, *, first: bool) -> tuple[Phrase, ...]:
    """Who may be meant before a place: what its clause names, or else the sentence, and the region."""
    begin = clause_start(tokens, end)
    nouns = _nouns_before(tokens, end)
    nouns = [noun for noun in nouns if noun.start >= begin] or nouns
    is_on_region = first or tokens[0] in PRONOUNS or tokens[begin] in PRONOUNS
    named = (phrase for noun in nouns for phrase in _named(tokens, noun))
    return tuple(dict.fromkeys((*((Phrase(ANY_NOUN),) if is_on_region else ()), *named)))


def _knob(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that the region, a door, has its knob on a side: "a small knob near its right edge"."""
    start, end = side_at(tokens, k)
    words = tokens[max(clause_start(tokens, k), k - KNOB_REACH) : k]
    has_border = tokens[end : end + 1] != () and tokens[end] in BORDERS
    is_place = tokens[start] in (*OWNED, "the") and tokens[max(start - 1, 0)] in (AT | WAYS if has_border else AT)
    ends_so = end + has_border == len(tokens) or tokens[end + has_border] in (",", "and", "next", "close")
    if is_place and ends_so and not KNOBS.isdisjoint(words) and not is_on_another(tokens[:k]):
        yield Fact("knob", None, (Constraint("place", tokens[k]),), tokens[k])
