"""Nouns as they are written: `NOUN_WORDS` leads from words to lemmas, `categories_of` from a lemma to categories.

The last word of a compound covers it too: a side window is a window.
"""

from __future__ import annotations

from typing import Final

from ..logic import UNKNOWN_NOUN
from .categories import CATEGORIES, HYPERNYMS, IRREGULAR, OWN_NAMES, VAGUE_WORDS
from .kinds import LACKING, OWNED, SHOWING
from .synonyms import LOOSE

__all__ = ["COVERED", "NOUN_WORDS", "SHAPES", "categories_of", "is_part", "is_thing", "plural_of"]


def plural_of(noun: str) -> str:
    """The plural of a noun or compound, formed at its last word."""
    start, _, last = noun.rpartition(" ")
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if last in IRREGULAR:
        plural = IRREGULAR[last]
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        plural = last + "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        plural = last[:-1] + "ies"
    else:
        plural = last + "s"
    return f"{start} {plural}".strip()


def categories_of(lemma: str) -> frozenset[str] | None:
    """The categories that a noun covers; None for a word that covers all."""
    if lemma == UNKNOWN_NOUN:
        return None
    if lemma in HYPERNYMS:
        return frozenset(HYPERNYMS[lemma]) or None
    return COVERED.get(lemma, frozenset())


def is_part(category: str) -> bool:
    """Whether a category is one of parts, not of things or surroundings."""
    return _FIRST_PART <= _ORDER.get(category, 0) < _FIRST_SURROUNDING


def is_thing(category: str) -> bool:
    """Whether a category is one of things, not of parts or surroundings."""
    return 0 <= _ORDER.get(category, -1) < _FIRST_PART


def _noun_words() -> dict[tuple[str, ...], tuple[tuple[str, bool], ...]]:
    words: dict[tuple[str, ...], list[tuple[str, bool]]] = {}
    for lemma in [*COVERED, *HYPERNYMS]:
        for written, is_plural in ((lemma, False), (plural_of(lemma), True)):
            words.setdefault(tuple(written.split()), []).append((lemma, is_plural))
    for lemma in LOOSE:
        if lemma not in COVERED and lemma not in HYPERNYMS and lemma not in VAGUE_WORDS:
            words.setdefault(tuple(lemma.split()), []).append((lemma, False))
            words.setdefault(tuple(plural_of(lemma).split()), []).append((lemma, True))
    for written in VAGUE_WORDS:
        words[(written,)] = [("thing", False)]
        words[(written + "s",)] = [("thing", True)]
    same = {categories_of(category): category for category in reversed(CATEGORIES)}
    own_meaning = CATEGORIES.keys() | LOOSE.keys() | LACKING.keys() | OWNED.keys() | SHOWING.keys()
    main = {lemma: lemma if lemma in own_meaning else same.get(covered, lemma) for lemma, covered in COVERED.items()}
    return {
        key: tuple(dict.fromkeys((main.get(lemma, lemma), is_plural) for lemma, is_plural in value))
        for key, value in words.items()
    }


def _covered() -> dict[str, frozenset[str]]:
    """Noun -> categories: of that name, ending in it, or having it (or what ends in it) as a synonym."""
    ending: dict[str, set[str]] = {}
    for category in sorted(CATEGORIES, key=OWN_NAMES.__contains__):  # those of scenes first
        words = category.split()
        for start in range(1 if "of" in words else len(words)):
            noun = " ".join(words[start:])
            if start == 0 or category not in OWN_NAMES or noun in ending or noun in OWN_NAMES:
                ending.setdefault(noun, set()).add(category)
    covered = {noun: set(categories) for noun, categories in ending.items()}
    for category, synonyms in CATEGORIES.items():
        for synonym in filter(None, synonyms.split(", ")):
            covered.setdefault(synonym, set()).update(ending[category] - (OWN_NAMES if synonym in OWN_NAMES else set()))
    return {noun: frozenset(categories) for noun, categories in covered.items()}


COVERED: Final = _covered()

_ORDER: Final = {category: k for k, category in enumerate(CATEGORIES)}

_FIRST_PART: Final = _ORDER["seat"]

_FIRST_SURROUNDING: Final = _ORDER["ceiling"]

NOUN_WORDS: Final = _noun_words()
"""Words as written -> (lemma, is plural)."""


def _says_only_shape(lemma: str) -> bool:
    """Whether a noun names no category; those that only rooms have do not count where it also has a loose meaning."""
    covered = COVERED.get(lemma, frozenset())
    return lemma not in HYPERNYMS and (not covered or (lemma in LOOSE and covered <= OWN_NAMES))


SHAPES: Final = frozenset(
    words[0]
    for words, entries in NOUN_WORDS.items()
    if len(words) == 1 and not entries[0][1] and all(_says_only_shape(lemma) for lemma, _ in entries)
)
"""Nouns that say a shape or a use only; before another noun they are passed over."""
