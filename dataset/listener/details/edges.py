"""Edges of the picture that a sentence says something is cut off by, or reaches: it must be there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.claims import DENIALS, nouns_in
from ..sentences.fact import Fact
from ..words.vocabulary import PICTURE_WORDS

__all__ = ["edges_in", "wholes_in"]

SIDES: Final = {"top": "top", "upper": "top", "bottom": "bottom", "lower": "bottom", "left": "left", "right": "right"}
STEMS: Final = frozenset({"stem", "stalk"})
BLOOMS: Final = frozenset({"blossom", "bloom", "flower"})
UNMEANT: Final = frozenset({"included", "excluded", "counted", "out", "meant", "belong", "part", "only", "head"})
MOST_LOOKS: Final = 4
"""So many words may stand before a stem that say how it looks and whose it is."""
LONGEST: Final = 9
"""So many words after a verb its side is looked for."""
CUT: Final = frozenset({"cut", "cropped", "clipped"})
LEAVES: Final = (("runs", "out"), ("runs", "off"), ("run", "out"), ("goes", "out"), ("leaves", "the"))
WITH: Final = (("together", "with"), ("including",), ("complete", "with"), ("along", "with"), ("inclusive", "of"))
PART_REACH: Final = 3
"""So many words after these may stand before the noun of a part."""


def edges_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on edges of the picture: the region or something named before reaches that edge.

    Args:
        tokens: the words.
        first: whether it is the first sentence.
    """
    if not DENIALS.isdisjoint(tokens):
        return ()
    return tuple(
        Fact("reaches", None, (Constraint("place", side),), others=others)
        for k, side in _cut_off(tokens)
        for others in [_before(tokens, k, first=first)]
        if Phrase(ANY_NOUN) not in others
    )


def _before(tokens: tuple[str, ...], end: int, *, first: bool) -> tuple[Phrase, ...]:
    """What is named before a place, and may be what reaches the edge."""
    if tokens[max(end - 1, 0)] == "," or (not first and tokens[0] == "it"):
        return ()
    nouns = [noun for noun in nouns_in(tokens) if noun.end <= end]
    return tuple(Phrase(lemma) for noun in nouns[-1:] for lemma in noun.lemmas)


def _cut_off(tokens: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Of "its bottom is cropped by the picture's edge", "cut off at the top" the side."""
    for k, word in enumerate(tokens):
        after = tokens[k + 1 : k + LONGEST]
        if (word not in CUT and tokens[k : k + 2] not in LEAVES) or "corner" in after:
            continue
        if "by" in after and not {"edge", "border", "margin", *PICTURE_WORDS}.intersection(after[after.index("by") :]):
            continue
        sides = [SIDES[w] for w in after if w in SIDES]
        ends = {"by", "at", "on", "off"}.intersection(after)
        ends_so = after[-1:] and (PICTURE_WORDS.intersection(after) or k + LONGEST >= len(tokens) or "," in after)
        if len(set(sides)) == 1 and ends and ends_so:
            yield k, sides[0]
        elif not sides and PICTURE_WORDS.intersection(after):
            before = [SIDES[w] for w in tokens[max(k - 3, 0) : k] if w in SIDES and tokens[max(k - 4, 0)] == "its"]
            before = [SIDES[w] for w in tokens[max(k - 2, 0) : k] if w in ("top", "bottom")] or before
            if len(before) == 1:
                yield k, before[0]


def _has_stem(tokens: tuple[str, ...], *, first: bool) -> bool:
    """Whether a bloom is told with its stem, "a bloom on a green stalk", and so is a flower."""
    stems = [k for k, word in enumerate(tokens) if word in STEMS]
    if len(stems) != 1 or not (DENIALS | UNMEANT).isdisjoint(tokens):
        return False
    before = tokens[max(stems[0] - MOST_LOOKS, 0) : stems[0]]
    if first:
        noun = next((word for word in tokens if word in BLOOMS), "")
        of_bloom = noun and tokens[: tokens.index(noun)].count("of") == 0 and "vase" not in tokens[: stems[0]]
        return bool(of_bloom) and ("on" in before or "with" in before) and "petals" not in tokens[: tokens.index(noun)]
    return (tokens[0] == "its" and stems[0] <= MOST_LOOKS) or (tokens[:2] == ("it", "has") and "a" in before)


def wholes_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """Of "the backrest together with the seat" that the region has a seat: a fact, of the first sentence.

    Args:
        tokens: the words.
        first: whether it is the first sentence.
    """
    facts = [Fact("comprises", Phrase("stem"))] if _has_stem(tokens, first=first) else []
    for start in _after_with(tokens) if first else ():
        for noun in nouns_in(tokens):
            between = tokens[start : noun.start]
            if start <= noun.start <= start + PART_REACH and {",", "and", "of", "in", "on"}.isdisjoint(between):
                things = tuple(map(Phrase, noun.lemmas))
                facts.append(Fact("comprises", things[0], others=things[1:]))
                break
    return tuple(facts)


def _after_with(tokens: tuple[str, ...]) -> Iterator[int]:
    """Where what is told behind "together with" begins."""
    for k in range(len(tokens)):
        for link in WITH:
            if tokens[k : k + len(link)] == link and DENIALS.isdisjoint(tokens[:k]):
                yield k + len(link)
