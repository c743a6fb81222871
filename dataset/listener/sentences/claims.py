"""What a sentence claims of the picture word by word, whoever it is said of: that things are there, and their colours.

Free text hides what a phrase is about, but not that it names a truck or a purple lid. Both are looked for in the words
themselves, so that they are found also where no noun phrase was read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ..logic import Constraint, Phrase
from ..words.anatomy import SHAPES as FORMS
from ..words.categories import OWN_NAMES
from ..words.connectives import COPULAS, SIDES, VERBS
from ..words.lexicon import NOUN_WORDS, SHAPES, categories_of, is_thing
from ..words.synonyms import loosely
from ..words.vocabulary import COLOR_WORDS, PATTERN_NOUNS, PATTERN_WORDS
from .fact import Fact

__all__ = ["DENIALS", "ENDS", "NOT_A_PART", "Noun", "claims_of", "colors_before", "noun_after", "nouns_in", "shades_at"]

LONGEST_NOUN: Final = max(map(len, NOUN_WORDS))
REACH: Final = 6
"""So many words after a colour its noun begins."""
ENDS: Final = frozenset(
    {",", "of", "with", "in", "on", "at", "is", "are", "by", "to", "that", "which", "has", "have", "while", "from",
     "for", "but", "the", "a", "an", "its", "their", *COPULAS}
)  # fmt: skip
"""Words that end the noun phrase that a colour begins."""
SHADES: Final = {
    "dark": "black",
    "darker": "black",
    "deep": "black",
    "light": "white",
    "lighter": "white",
    "pale": "white",
}
"""Words before gray, and what may be called so."""
DENIALS: Final = frozenset({"no", "not", "without", "nor", "neither", "none", "never", "like", "as", "than", "if"})
"""Words after which a thing need not be there."""
NOT_A_THING: Final = FORMS | SHAPES | {"cup"}
"""Nouns of things that are used of a form, too."""
NOT_A_PART: Final = (
    FORMS | SHAPES | PATTERN_NOUNS.keys() | {verb for verb in VERBS if verb.endswith("s")}
    | {"rim", "bar", "ring", "band", "slab", "cover", "body", "frame", "stem", "stand", "foot end"}
)  # fmt: skip
"""Nouns that are also used of parts that are no regions, of patterns or as verbs."""


class Noun(NamedTuple):
    """A noun in a sentence.

    Attributes:
        start, end: its span of tokens.
        lemmas: what it may be.
        plural: whether it is in the plural only.
    """

    start: int
    end: int
    lemmas: tuple[str, ...]
    plural: bool


@lru_cache(maxsize=1024)
def nouns_in(tokens: tuple[str, ...]) -> tuple[Noun, ...]:
    """All nouns of a sentence, the longest at each place."""
    nouns: list[Noun] = []
    k = 0
    while k < len(tokens):
        for end in range(min(k + LONGEST_NOUN, len(tokens)), k, -1):
            entries = NOUN_WORDS.get(tokens[k:end])
            if entries:
                nouns.append(Noun(k, end, tuple(lemma for lemma, _ in entries), all(several for _, several in entries)))
                k = end - 1
                break
        k += 1
    return tuple(nouns)


def claims_of(tokens: tuple[str, ...]) -> tuple[Fact, ...]:
    """The facts of a sentence on what the picture shows at all.

    Args:
        tokens: the words.
    """
    if "like" in tokens:
        tokens = tokens[: tokens.index("like")]  # what it looks like need not be there
    nouns = tuple(noun for noun in nouns_in(tokens) if not _is_infinitive(tokens, noun))
    return (*_things(nouns, is_denied=not DENIALS.isdisjoint(tokens)), *_colors(tokens))


def _is_infinitive(tokens: tuple[str, ...], noun: Noun) -> bool:
    """Whether it is a verb: "glossy enough to mirror the room"."""
    return tokens[max(noun.start - 1, 0)] == "to" and tokens[noun.end : noun.end + 1] in (("the",), ("its",), ("it",))


def _things(nouns: tuple[Noun, ...], *, is_denied: bool) -> Iterator[Fact]:
    """The things whose absence counts: no picture without a truck has something on "the truck"."""
    for lemmas in dict.fromkeys(noun.lemmas for noun in nouns if (noun.lemmas, noun.plural) != (("mirror",), True)):
        if all(map(_is_well_known, lemmas)) or (not is_denied and all(map(_is_of_rooms, lemmas))):
            yield Fact("named", Phrase(lemmas[0]), others=tuple(map(Phrase, lemmas[1:])))


@lru_cache(maxsize=1024)
def _is_well_known(lemma: str) -> bool:
    """Whether a noun names things that scenes have, and says no mere form."""
    covered = categories_of(lemma) or frozenset()
    return lemma not in NOT_A_THING and any(is_thing(category) for category in covered - OWN_NAMES)


@lru_cache(maxsize=1024)
def _is_of_rooms(lemma: str) -> bool:
    """Whether a noun names things that only furnished rooms have, and means nothing else to anyone."""
    covered = categories_of(lemma) or frozenset()
    return bool(covered) and covered <= OWN_NAMES and all(map(is_thing, covered)) and not loosely(lemma)


def _colors(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """The colours before a noun, one by one: of "a red and black lid" each is that of some lid."""
    for k, word in enumerate(tokens):
        noun = noun_after(tokens, k) if word in COLOR_WORDS else None
        if (
            noun is None
            or SIDES.intersection(noun.lemmas)
            or NOT_A_PART.intersection((*noun.lemmas, *tokens[noun.start : noun.end]))
        ):
            continue
        looks = shades_at(tokens, k)
        phrases = [Phrase(lemma, False, looks) for lemma in (*noun.lemmas, *_owners(tokens, k, noun))]
        is_of_part = any(word.endswith("ed") and word not in PATTERN_WORDS for word in tokens[k + 1 : noun.start])
        is_of_part = is_of_part or "and" in tokens[k - 1 : noun.start]  # "the red and white bench"
        how = "part" if is_of_part else "inner" if _is_new(tokens, k) else ""
        yield Fact("colored", phrases[0], value=how, others=tuple(phrases[1:]))


def _is_new(tokens: tuple[str, ...], k: int) -> bool:
    """Whether a phrase is named for the first time, and not as what something else has: "divided by a white post"."""
    while k and tokens[k] not in ENDS:
        k -= 1
    return tokens[k] in ("a", "an") and tokens[max(k - 1, 0)] != "with"


def colors_before(tokens: tuple[str, ...], k: int) -> int:
    """Where the colours begin that stand before a word: "two red and blue ones"."""
    while k and (tokens[k - 1] in COLOR_WORDS or tokens[k - 1] == "and"):
        k -= 1
    return k


def shades_at(tokens: tuple[str, ...], k: int) -> tuple[Constraint, ...]:
    """The colour that a word names, and what else may be called so: black is a dark gray.

    Args:
        tokens: the words.
        k: index of the colour.
    """
    colors = [COLOR_WORDS[tokens[k]]]
    if colors == ["gray"] and k and tokens[k - 1] in SHADES:
        colors.append(SHADES[tokens[k - 1]])
    return tuple(Constraint("color", color) for color in colors)


def _owners(tokens: tuple[str, ...], k: int, head: Noun) -> tuple[str, ...]:
    """The things named between a colour and the noun: of "blue car back tyre" the car may be blue."""
    between = [noun for noun in nouns_in(tokens) if k < noun.start and noun.end <= head.start]
    return tuple(lemma for noun in between for lemma in noun.lemmas if _is_well_known(lemma))


def noun_after(tokens: tuple[str, ...], k: int) -> Noun | None:
    """The noun that an adjective is said of: of "blue strip of sky" the sky, of "black block feet" the feet.

    Args:
        tokens: the words.
        k: index of the adjective.
    """
    begins = {noun.start: noun for noun in nouns_in(tokens)}
    for j in range(k + 1, min(k + REACH, len(tokens))):
        noun = begins.get(j)
        if noun is not None:
            while (following := begins.get(noun.end)) is not None and tokens[noun.end] not in VERBS | {"one"}:
                noun = following
            if FORMS.intersection(noun.lemmas) and tokens[noun.end : noun.end + 1] == ("of",):
                noun = begins.get(noun.end + 1, noun)
            return noun
        if tokens[j] in ENDS:
            return None
    return None
