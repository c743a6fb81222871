"""What a sentence says to hide, to touch or to stand beside the region: it must be where it can do so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import Phrase
from ..sentences.claims import DENIALS, Noun, nouns_in
from ..sentences.fact import Fact
from ..words.anatomy import SHAPES
from ..words.connectives import SIDES
from ..words.lexicon import is_part
from ..words.vocabulary import COLOR_WORDS
from .looks import PATTERNS, described

__all__ = ["hiders_in"]

HIDDEN: Final = frozenset(
    {"hidden", "covered", "blocked", "concealed", "obscured", "overlapped", "interrupted", "masked", "crossed",
     "screened", "broken", "cut"}
)  # fmt: skip
HIDES: Final = frozenset(
    {"hides", "hide", "covers", "conceals", "conceal", "obscures", "obscure", "overlaps", "overlap",
     "blocks", "interrupts", "interrupt"}
)  # fmt: skip
CARRIES: Final = frozenset(
    {"bears", "bearing", "carries", "carrying", "supports", "supporting", "touches", "touching", "meets", "hides",
     "overlaps", "overlapping"}
)  # fmt: skip
"""The subject of these is the one in front."""
COVER: Final = frozenset({"cover", "block", "break"})
"""Verbs that are also nouns."""
OBJECTS: Final = frozenset({"part", "parts", "its", "most", "some", "much", "it", "one", "them"})
GOES: Final = frozenset({"goes", "continues", "passes", "ends", "ending", "going", "sight", "extends", "runs"})
STANDS_ON: Final = 3
"""Where the thing of "it stands on the rug" begins."""
PARTLY: Final = frozenset({"partly", "half", "mostly", "partially", "largely"})
STANDS: Final = frozenset(
    {"stands", "standing", "lies", "lying", "sits", "sitting", "rests", "resting", "stand", "lie"}
)
PICTURES: Final = frozenset({"image", "picture", "scene", "photo", "view", "frame"})
VANISHES: Final = frozenset({"disappears", "disappear", "vanishes", "vanish", "disappearing", "vanishing", "hidden"})
NEAR: Final = frozenset({"beside", "against"})
BORDERS: Final = frozenset(
    {"corner", "edge", "end", "side", "part", "top", "bottom", "rim", "tip", "back", "front", "half", "piece", "row",
     "heap", "bunch", "pair", "group", "one", "rear", "middle", "foot", "lower end"}
)  # fmt: skip
"""Of these the thing that they are of is meant."""
ENDS: Final = frozenset(
    {",", "with", "in", "on", "at", "is", "are", "by", "to", "that", "which", "has", "have", "while", "from", "for",
     "but", "behind", "below", "above", "near", "so", "where"}
)  # fmt: skip
VERBS: Final = HIDDEN | HIDES | COVER | CARRIES | STANDS | GOES | NEAR | VANISHES | {"behind"}
MOST_WORDS: Final = 7


def hiders_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on what hides the region, or what else it is about.

    Args:
        tokens: the words.
        first: whether it is the first sentence, whose first noun is the region.
    """
    if not DENIALS.isdisjoint(tokens) or VERBS.isdisjoint(tokens):
        return ()
    nouns = nouns_in(tokens)
    return tuple(
        Fact("supported", phrase)
        if how == "touches" and tokens[:1] == ("it",) and tokens[1] in STANDS and start == STANDS_ON
        else Fact(
            "hides",
            phrase,
            value="hides" if how == "active" else how,
            others=_subjects(tokens, start, end, how, first=first),
        )
        for how, start, end, phrase in (*_passive(tokens, nouns), *_active(tokens, nouns))
    )


def _passive(tokens: tuple[str, ...], nouns: tuple[Noun, ...]) -> Iterator[tuple[str, int, int, Phrase]]:
    """Of "partly hidden by the red tabletop", "disappears behind the sofa", "beside the bench" the second."""
    for k, word in enumerate(tokens):
        begins = k + 1
        if word in HIDDEN or word in VANISHES:
            links = {"by"} if word in HIDDEN else set()
            links |= {"behind"} if word in VANISHES else set()
            begins = next((j + 1 for j in range(k + 1, min(k + 4, len(tokens))) if tokens[j] in links), 0)
        elif word in GOES and tokens[k + 1 : k + 2] in (("behind",), ("under",), ("beneath",)):
            begins = k + 2
        elif word == "behind" and tokens[max(k - 1, 0)] in PARTLY:
            pass
        elif word in STANDS and tokens[k + 1 : k + 2] == ("on",):
            begins = k + 2
        elif word in CARRIES and tokens[k + 1 : k + 2] in (("a",), ("an",), ("the",)):
            pass
        elif word not in NEAR:
            continue
        for start, end, phrase in _thing_at(tokens, nouns, begins) if begins else ():
            yield (
                ("near" if word in NEAR else "touches" if word in CARRIES or word in STANDS else "hides"),
                start,
                end,
                phrase,
            )


def _active(tokens: tuple[str, ...], nouns: tuple[Noun, ...]) -> Iterator[tuple[str, int, int, Phrase]]:
    """Of "a striped chair hides part of it" the chair."""
    for k, word in enumerate(tokens):
        is_verb = word in HIDES or (word in COVER and tokens[k + 1 : k + 2] and tokens[k + 1] in OBJECTS)
        if not is_verb or tokens[k + 1 : k + 2] == ("by",) or tokens[k - 1] in ("that", "which"):
            continue
        start = max((j + 1 for j in range(k) if tokens[j] in (",", ";", "and", "while", "but", "where")), default=0)
        for begins, end, phrase in _thing_at(tokens[:k], nouns, start):
            if tokens[begins] not in ("it", "they", "its", "which", "that") and end >= k - 3:
                yield "active", begins, end, phrase


def _thing_at(tokens: tuple[str, ...], nouns: tuple[Noun, ...], start: int) -> Iterator[tuple[int, int, Phrase]]:
    """The thing that the words from a place on name, with its looks."""
    begins = {noun.start: noun for noun in nouns if noun.end <= len(tokens)}
    j = start
    while j < min(start + MOST_WORDS, len(tokens)) and tokens[j] not in ENDS and tokens[j] != "and":
        noun = begins.get(j)
        if tokens[j] == "of" and j > start and tokens[j - 1] not in BORDERS:
            return
        if tokens[j] in ("its", "their"):
            return
        if noun is not None and tokens[noun.end - 1] not in BORDERS and not SIDES.intersection(noun.lemmas):
            while (following := begins.get(noun.end)) is not None:
                noun = following
            whole = begins.get(_after_of(tokens, noun.end))
            if whole is not None and any(is_part(lemma) for lemma in noun.lemmas):
                start, noun = noun.end + 2, whole  # of "the seat of the brown stool" the stool
            if SHAPES.intersection(noun.lemmas) - {"ball"}:
                return
            looks = described(tokens, start, noun.start)
            is_edge = PICTURES.intersection(tokens[start : noun.end]) and "border" in noun.lemmas
            if noun.lemmas[0] == "thing" or is_edge or (not looks and tokens[noun.end - 1] in PICTURES):
                return
            is_several = len({c.value for c in looks if c.kind == "color"}) > 1
            colors = tuple(c for c in looks if c.kind != "pattern" and not is_several)
            for lemma in noun.lemmas[:1]:
                yield start, noun.end, Phrase(lemma, noun.plural, colors)
            return
        j += 1


def _after_of(tokens: tuple[str, ...], end: int) -> int:
    """Where the noun of "of the brown stool" begins, behind what only says how it looks; -1 without "of the"."""
    if tokens[end : end + 2] != ("of", "the"):
        return -1
    k = end + 2
    while k < len(tokens) and (tokens[k] in COLOR_WORDS or tokens[k] in PATTERNS):
        k += 1
    return k


def _subjects(tokens: tuple[str, ...], start: int, end: int, how: str, *, first: bool) -> tuple[Phrase, ...]:
    """What else the sentence names on the other side of the verb, which may be what is hidden."""
    is_after = how == "active"
    nouns = nouns_in(tokens)[1 if first and not is_after else 0 :]
    others = [noun for noun in nouns if (noun.start >= end if is_after else noun.end <= start)]
    return tuple(
        Phrase(lemma)
        for noun in others
        if tokens[noun.end - 1].removesuffix("s") not in BORDERS and not SIDES.intersection(noun.lemmas)
        for lemma in noun.lemmas
    )
