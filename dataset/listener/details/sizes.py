"""Other things of the region's kind that a sentence calls larger or smaller, and things at the front or the back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import Phrase
from ..sentences.claims import DENIALS, Noun, noun_after, nouns_in
from ..sentences.fact import Fact
from ..words.connectives import COPULAS
from .looks import described
from .side_words import clause_start

__all__ = ["depths_in", "sizes_in"]

SIZES: Final = {"larger": "larger", "bigger": "larger", "smaller": "smaller"}
DEGREES: Final = frozenset({"much", "clearly", "far", "slightly", "bit", "a", "little", "looks", "appears", "alike"})
PLACES: Final = {
    "front": "front", "foreground": "front", "back": "back", "rear": "back", "background": "back", "distance": "back",
}  # fmt: skip


def sizes_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a further sentence on another thing of the kind that is larger or smaller than the region.

    Args:
        tokens: the words.
        first: whether it is the first sentence, which may call the region so.
    """
    if first or "than" in tokens or "of" in tokens[:3]:
        return ()
    return tuple(_sizes(tokens, nouns_in(tokens)))


def _sizes(tokens: tuple[str, ...], nouns: tuple[Noun, ...]) -> Iterator[Fact]:
    for k, word in enumerate(tokens):
        if word not in SIZES or tokens[0] in ("it", "they"):
            continue
        noun = noun_after(tokens, k)
        if noun is not None:
            looks = tuple(c for c in described(tokens, k, noun.start) if c.kind == "color")
            yield Fact("sized", Phrase(noun.lemmas[0], False, looks), value=SIZES[word])
            continue
        j = k - 1
        while j > 0 and tokens[j] in DEGREES:
            j -= 1
        before = [noun for noun in nouns if noun.end <= j]
        if tokens[j] in COPULAS and before:
            begins = clause_start(tokens, j)
            subject = next((noun for noun in before if noun.start >= begins), None)
            if subject is not None:
                looks = tuple(c for c in described(tokens, begins, subject.start) if c.kind == "color")
                yield Fact("sized", Phrase(subject.lemmas[0], False, looks), value=SIZES[word])


def depths_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on things at the front or the back: "the table in front", "the bus at the back".

    Args:
        tokens: the words.
        first: whether it is the first sentence; further ones put other things there.
    """
    if not first or not DENIALS.isdisjoint(tokens):
        return ()
    facts = []
    for noun in nouns_in(tokens):
        after = tokens[noun.end : noun.end + 4]
        is_long = after[:2] in (("at", "the"), ("in", "the"))
        words = after[2:3] if is_long else after[1:2] if after[:1] == ("in",) else ()
        if words and words[0] in PLACES and "of" not in after[2:]:
            things = tuple(map(Phrase, noun.lemmas))
            facts.append(Fact("far", things[0], value=PLACES[words[0]], others=things[1:]))
    return tuple(facts)
