"""Numbers that a sentence says in passing: of what a thing has, of other things, and of all that it lists.

"A three-seater", "the two nearer benches are not it", "all three: the two red ones and the blue one".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import Constraint, Phrase
from ..sentences.claims import NOT_A_PART, Noun, noun_after, nouns_in
from ..sentences.fact import Fact
from ..words.connectives import COPULAS, SIDES
from ..words.lexicon import categories_of, is_thing
from ..words.vocabulary import COLOR_WORDS, NUMBERS
from .looks import described

__all__ = ["COMPOUNDS", "counts_in"]

COMPOUNDS: Final = {
    "tier": ("pine", "foliage tier"), "layer": ("pine", "foliage tier"), "seat": ("sofa", "cushion"),
    "seater": ("sofa", "cushion"), "storey": ("house", ""), "story": ("house", ""), "floor": ("house", ""),
    "lantern": ("street lamp", "lantern"), "headed": ("street lamp", "lantern"), "armed": ("street lamp", "lantern"),
    "arm": ("street lamp", "lantern"), "light": ("street lamp", "lantern"), "head": ("street lamp", "lantern"),
    "leg": ("stool", "leg"), "pane": ("window", "pane"),
    "door": ("cabinet", "door"), "drawer": ("cabinet", "drawer"),
}  # fmt: skip
"""Word after a number before a noun, "three-seat" -> what is so, and the parts that are counted."""
SOME: Final = frozenset(
    {"front", "rear", "back", "nearer", "farther", "further", "nearest", "farthest", "closer", "closest", "other",
     "others", "remaining", "rearmost", "frontmost", "foremost"}
)  # fmt: skip
"""Words by which some of several things are told from the others."""
LEFT_OUT: Final = (
    ("not",), ("aren't",), ("excluded",), ("left", "out"), ("omitted",), ("do", "not"), ("belong", "to"), ("ignored",),
)  # fmt: skip
BEFORE_OTHERS: Final = frozenset({"beside", "behind", "than", "unlike", "near", "between", "from", "besides"})
"""Prepositions after which others than the region are named."""


def counts_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on numbers.

    Args:
        tokens: the words.
        first: whether it is the first sentence, which names the region first.
    """
    if NUMBERS.keys().isdisjoint(tokens):
        return ()
    nouns = nouns_in(tokens)
    facts = [*_compounds(tokens, nouns, first=first), *_others(tokens)]
    return tuple(dict.fromkeys(facts))


def _compounds(tokens: tuple[str, ...], nouns: tuple[Noun, ...], *, first: bool) -> Iterator[Fact]:
    """Of "the three-seat sofa" and "a two-storey house" there is one, of the colour that is said before."""
    for k, word in enumerate(tokens[:-2]):
        if word != "numbered" or tokens[k + 1] not in NUMBERS or tokens[k + 2] not in COMPOUNDS:
            continue
        start = k
        while start and (tokens[start - 1] in COLOR_WORDS or tokens[start - 1] == "and"):
            start -= 1
        colors = tuple(c for c in described(tokens, start, k) if c.kind == "color")
        is_region = first and not any(noun.end <= k for noun in nouns)
        count = Constraint("count", str(NUMBERS[tokens[k + 1]]))
        yield Fact("numbered", None, (count, *colors[:1]), f"{tokens[k + 2]} {'own' if is_region else 'any'}")


def _others(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Things of a number that is said of others: there are so many, and one more where they are only some."""
    for k, word in enumerate(tokens):
        noun = noun_after(tokens, k) if word in NUMBERS and tokens[max(k - 1, 0)] != "numbered" else None
        if noun is None or not noun.plural or not all(map(_is_of_things, noun.lemmas)):
            continue
        if NOT_A_PART.intersection((*noun.lemmas, *tokens[noun.start : noun.end])) or SIDES.intersection(noun.lemmas):
            continue
        words = tokens[max(k - 1, 0) : noun.start]
        is_some = not SOME.isdisjoint(words) and tokens[max(k - 1, 0)] != "all"
        colors = [c for c in described(tokens, k, noun.start) if c.kind == "color"]
        looks = tuple(colors) if len(colors) == 1 and tokens[noun.start - 1] in COLOR_WORDS else ()
        number = NUMBERS[word] + is_some
        things = [Phrase(lemma, False, looks) for lemma in noun.lemmas]
        yield Fact("mentioned", things[0], (Constraint("count", str(number)),), "", tuple(things[1:]))


def _is_of_things(lemma: str) -> bool:
    kinds = categories_of(lemma)
    return bool(kinds) and all(map(is_thing, kinds or ()))
