"""Patterns that a sentence names with a noun, and things that no picture shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.claims import DENIALS, NOT_A_PART, noun_after, nouns_in
from ..sentences.fact import Fact
from ..words.connectives import SIDES
from ..words.forms import ABSENT, FORMS, UNKNOWN_FORMS, UNKNOWN_MATERIALS
from ..words.vocabulary import ADVERBS, COLOR_WORDS, PATTERN_WORDS

__all__ = ["described", "looks_in"]

PATTERNS: Final = {
    word: pattern
    for word, pattern in PATTERN_WORDS.items()
    if word not in ("target", "solid", "plank", "unpatterned", "single color", "concentric", "speckled")
}
"""Adjectives that say a pattern and nothing else."""
JOINTS: Final = frozenset({"pattern", "and", "check", "print"})
"""Words after which a noun begins anew."""
LINED: Final = frozenset({"curb", "kerb", "road", "lane", "street", "border", "edge"})
"""In a sentence with these, stripes are the lines of a road."""


def looks_in(tokens: tuple[str, ...]) -> tuple[Fact, ...]:
    """The facts of a sentence on patterns and on things that no picture shows.

    Args:
        tokens: the words.
    """
    return (*_absent(tokens), *_patterned(tokens), *_with_pattern(tokens), *_formed(tokens))


def described(tokens: tuple[str, ...], start: int, end: int) -> tuple[Constraint, ...]:
    """The colours and patterns among the words of a span, in order."""
    looks: list[Constraint] = []
    for word in tokens[start:end]:
        if word in COLOR_WORDS:
            looks.append(Constraint("color", COLOR_WORDS[word]))
        elif word in PATTERNS:
            looks.append(Constraint("pattern", PATTERNS[word]))
    return tuple(dict.fromkeys(looks))


def _absent(tokens: tuple[str, ...]) -> Iterator[Fact]:
    for k, word in enumerate(tokens):
        if word in ABSENT and tokens[k + 1 : k + 2] not in (("shaped",), ("like",), ("style",), ("shape",), ("form",)):
            if not DENIALS.isdisjoint(tokens[:k]):
                return
            yield Fact("impossible", None, (Constraint("named", word),))


def _patterned(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """A pattern before a noun, with the colours that stand with it: "the red dotted lid"."""
    for k, word in enumerate(tokens):
        noun = noun_after(tokens, k) if word in PATTERNS else None
        if noun is None or SIDES.intersection(noun.lemmas):
            continue
        words = tokens[noun.start : noun.end]
        if NOT_A_PART.intersection((*noun.lemmas, *words)) or JOINTS.intersection(tokens[k + 1 : noun.start]):
            continue
        start = k
        while start and (tokens[start - 1] in COLOR_WORDS or tokens[start - 1] in ADVERBS):
            start -= 1
        looks: tuple[Constraint, ...] = (Constraint("pattern", PATTERNS[word]),)
        if not noun.plural and "and" not in tokens[max(start - 1, 0) : noun.start]:
            looks += tuple(c for c in described(tokens, start, noun.start) if c.kind == "color")[:1]
        phrases = [Phrase(lemma, noun.plural, looks) for lemma in noun.lemmas]
        yield Fact("patterned", phrases[0], others=tuple(phrases[1:]))


def _with_pattern(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Of "orange and white stripes" something that the sentence names, or the region, has such."""
    things = tuple(Phrase(lemma) for noun in nouns_in(tokens) for lemma in noun.lemmas)
    if "stripes" not in tokens or not LINED.isdisjoint(thing.noun for thing in things):
        return
    end = start = tokens.index("stripes")
    while start and (tokens[start - 1] in COLOR_WORDS or tokens[start - 1] in ADVERBS | {"and", ","}):
        start -= 1
    colors = tuple(c for c in described(tokens, start, end) if c.kind == "color")
    yield Fact("patterned", Phrase(ANY_NOUN, True, (Constraint("pattern", "stripes"), *colors)), others=things)


def _formed(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """A form or a material before a noun: what the noun means may have it, or else it is untrue."""
    for k, word in enumerate(tokens):
        written = f"{word} shaped" if tokens[k + 1 : k + 2] == ("shaped",) else word
        if written not in FORMS and written not in UNKNOWN_FORMS and written not in UNKNOWN_MATERIALS:
            continue
        noun = noun_after(tokens, k + (written != word))
        if noun is None or JOINTS.intersection(tokens[k + 1 : noun.start]) or not DENIALS.isdisjoint(tokens[:k]):
            continue
        form = Constraint("shape", FORMS.get(written, ""))
        phrases = [Phrase(lemma, noun.plural, (form,)) for lemma in noun.lemmas]
        yield Fact("formed", phrases[0], value=written, others=tuple(phrases[1:]))
