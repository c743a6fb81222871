"""What a sentence says to carry, to touch or to stand beside the region: it must be where it can do so.

Also which of two members is said to be seen whole, and which only in part.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ..logic import Constraint, Phrase
from ..sentences.claims import DENIALS, Noun, nouns_in
from ..sentences.clauses import JOINTS
from ..sentences.fact import Fact
from ..words.anatomy import SHAPES
from ..words.connectives import OPPOSITE, SIDES
from ..words.lexicon import is_part
from ..words.vocabulary import COLOR_WORDS, PICTURE_WORDS
from .looks import PATTERNS, described
from .named import ENDS, GENERIC
from .relation_words import HIDDEN, HIDES, PARTLY

__all__ = ["STANDS", "fuller_in", "hiders_in"]

CARRIES: Final = frozenset(
    {"bears", "bearing", "carries", "carrying", "supports", "supporting", "touches", "touching", "meets", "hides",
     "overlaps", "overlapping"}
)  # fmt: skip
"""Words before what something touches: not "covers the ground"."""
STANDS_ON: Final = 3
"""Where the thing of "it stands on the rug" begins."""
STANDS: Final = frozenset(
    {"stands", "standing", "lies", "lying", "sits", "sitting", "rests", "resting", "stand", "lie"}
)
NEAR: Final = frozenset({"beside", "against"})
ASIDE: Final = frozenset({"this", "near", "far", "other", "opposite"})
"""What is on "this side of the road" is not on it."""
BORDERS: Final = GENERIC | {"heap", "foot", "one", "top"}
"""Of these the thing that they are of is meant."""
WHOLE: Final = frozenset({"fully", "completely", "wholly", "entirely", "whole", "full", "complete", "entire", "free"})
"""Words of a member that is seen whole."""
SEEN_IN_PART: Final = HIDDEN | {"tucked", "cut", "cropped"}
"""Words of a member that is seen in part."""
LITTLE: Final = PARTLY | {"only"}
SHOWN: Final = frozenset({"behind", "shows", "show", "appears", "visible", "seen", "peeks", "peeps", "sticks"})
"""After words for a part only, these say that a member is seen in part."""
OUTER: Final = frozenset({"outer", "outside"})
INNER: Final = frozenset({"inner", "inside", "within"})
"""Words of the side that an arm of a seat shows: of the one that shows its outer side more is seen."""
VERBS: Final = CARRIES | STANDS | NEAR
MOST_WORDS: Final = 7


def hiders_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on what touches the region, or what else it is about.

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
        else Fact("hides", phrase, value=how, others=_subjects(tokens, start, first=first))
        for how, start, phrase in _beside(tokens, nouns)
    )


def _beside(tokens: tuple[str, ...], nouns: tuple[Noun, ...]) -> Iterator[tuple[str, int, Phrase]]:
    """Of "it stands on the rug", "it touches the ball", "beside the bench" how they stand and the second."""
    for k, word in enumerate(tokens):
        begins = k + 1
        if word in STANDS and tokens[k + 1 : k + 2] == ("on",):
            begins = k + 2
        elif word in CARRIES and tokens[k + 1 : k + 2] in (("a",), ("an",), ("the",)):
            pass
        elif word not in NEAR:
            continue
        for start, phrase in _thing_at(tokens, nouns, begins):
            yield "near" if word in NEAR else "touches", start, phrase


def _thing_at(tokens: tuple[str, ...], nouns: tuple[Noun, ...], start: int) -> Iterator[tuple[int, Phrase]]:
    """The thing that the words from a place on name, with its looks."""
    begins = {noun.start: noun for noun in nouns}
    j = start
    while j < min(start + MOST_WORDS, len(tokens)) and tokens[j] not in ENDS:
        noun = begins.get(j)
        if tokens[j] == "of" and j > start and tokens[j - 1] not in BORDERS:
            return
        if tokens[j] in ("its", "their") or (tokens[j] == "side" and tokens[j - 1] in ASIDE):
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
            is_edge = PICTURE_WORDS.intersection(tokens[start : noun.end]) and "border" in noun.lemmas
            if noun.lemmas[0] == "thing" or is_edge or (not looks and tokens[noun.end - 1] in PICTURE_WORDS):
                return
            is_several = len({c.value for c in looks if c.kind == "color"}) > 1
            colors = tuple(c for c in looks if c.kind != "pattern" and not is_several)
            yield start, Phrase(noun.lemmas[0], noun.plural, colors)
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


def _subjects(tokens: tuple[str, ...], start: int, *, first: bool) -> tuple[Phrase, ...]:
    """What else the sentence names before, which may be what touches it."""
    others = [noun for noun in nouns_in(tokens)[int(first) :] if noun.end <= start]
    return tuple(
        Phrase(lemma)
        for noun in others
        if tokens[noun.end - 1].removesuffix("s") not in BORDERS and not SIDES.intersection(noun.lemmas)
        for lemma in noun.lemmas
    )


def fuller_in(tokens: tuple[str, ...], head: Phrase) -> tuple[Fact, ...]:
    """The facts of a sentence on a pair that its left or right one shows more: "the left one is partly hidden".

    Args:
        tokens: the words.
        head: what the first sentence is about.
    """
    if not head.plural or OPPOSITE.keys().isdisjoint(tokens) or not DENIALS.isdisjoint(tokens):
        return ()
    facts: list[Fact] = []
    joints = [-1, *(k for k, word in enumerate(tokens) if word in JOINTS), len(tokens)]
    for start, end in pairwise(joints):
        words = tokens[start + 1 : end]
        members = [k for k, word in enumerate(words) if word in OPPOSITE and _is_member(words, k, head.noun)]
        fullness = _fullness(words, members[0]) if len(members) == 1 else 0
        if fullness:
            side = words[members[0]] if fullness > 0 else OPPOSITE[words[members[0]]]
            facts.append(Fact("fuller", None, (Constraint("place", side),), side))
    return tuple(dict.fromkeys(facts))


def _is_member(words: tuple[str, ...], k: int, noun: str) -> bool:
    """Whether a side tells a member: "the left one", "the one on the right"."""
    members = ("one", noun)
    following, before = words[k + 1 : k + 2], words[max(k - 3, 0) : k]
    is_named = bool(following) and following[0] in members
    is_told = len(before) == 3 and before[0] in members and before[1] in ("on", "at", "to") and before[2] == "the"
    return is_named or (is_told and following != ("side",))


def _fullness(words: tuple[str, ...], k: int) -> int:
    """Whether a clause says that its member is seen whole (1), or in part (-1); 0 where it says neither."""
    outer, inner = not OUTER.isdisjoint(words[k:]), not INNER.isdisjoint(words[k:])
    if outer != inner:
        return 1 if outer else -1
    is_hidden = not SEEN_IN_PART.isdisjoint(words) or not HIDES.isdisjoint(words[:k])
    if is_hidden or (not LITTLE.isdisjoint(words) and not SHOWN.isdisjoint(words)):
        return -1 if HIDES.isdisjoint(words[k:]) else 0
    return 0 if WHOLE.isdisjoint(words[k:]) or not HIDES.isdisjoint(words) else 1
