"""The page of the listener's words, made from its tables: ``python -m dataset.listener.vocabulary_page``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from .logic import Constraint
from .words.categories import CATEGORIES, HYPERNYMS, VAGUE_WORDS
from .words.connectives import DENIALS, IDIOMS, LINKS
from .words.forms import ABSENT, UNKNOWN_FORMS, UNKNOWN_MATERIALS
from .words.furnishings import LOOSELY_TOO
from .words.synonyms import LOOSE
from .words.vocabulary import (
    ADVERBS,
    HAVING_WORDS,
    MATERIAL_NOUNS,
    MODIFIERS,
    NUMBERS,
    ORDINALS,
    PATTERN_NOUNS,
    POSTURES,
)

__all__ = ["PAGE", "vocabulary_page"]

PAGE: Final = Path(__file__).parents[2] / "docs" / "listener-vocabulary.md"
ADJECTIVES: Final = ("color", "pattern", "material", "state", "size", "place", "most")


def vocabulary_page() -> str:
    """The page as Markdown."""
    parts = [
        "# The words that the listener knows",
        "Made from the tables of `dataset/listener/` by `python -m dataset.listener.vocabulary_page`.",
        "## Nouns: each category and its synonyms",
        _table(CATEGORIES),
        "## Words above several categories",
        _table({word: ", ".join(names) or "everything" for word, names in HYPERNYMS.items()}),
        f"These do not say what a thing is: {', '.join(VAGUE_WORDS)}.",
        "## What else a noun may mean, where a caption would mean nothing otherwise",
        _table(LOOSE),
        "## The same of things in rooms, which may be called by their last word alone too",
        _table(LOOSELY_TOO),
    ]
    for kind in ADJECTIVES:
        parts += [f"## Adjectives: {kind}", _table(_adjectives(kind))]
    parts += [
        '## Having: "red-capped" is with a red cap',
        _table(HAVING_WORDS),
        "## Numbers, ranks, postures, adverbs",
        _table(_more_words()),
        "## Links between noun phrases",
        _table(_links()),
        "## Denials: what follows says nothing that can be checked",
        ", ".join(DENIALS),
        "## Phrases without content",
        ", ".join(IDIOMS),
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: Mapping[str, str]) -> str:
    return "\n".join(["| word | meaning |", "|---|---|", *(f"| {word} | {text} |" for word, text in rows.items())])


def _adjectives(kind: str) -> dict[str, str]:
    words: dict[str, list[str]] = defaultdict(list)
    for written, constraint in MODIFIERS.items():
        if isinstance(constraint, Constraint) and constraint.kind == kind:
            words[constraint.value].append(" ".join(written))
    return {value: ", ".join(names) for value, names in words.items()}


def _more_words() -> dict[str, str]:
    tables: dict[str, Iterable[str]] = {
        "numbers": NUMBERS,
        "ranks": ORDINALS,
        "postures": POSTURES,
        "adverbs": sorted(ADVERBS),
        "patterns as nouns": PATTERN_NOUNS,
        "materials as nouns": MATERIAL_NOUNS,
        "things that no picture shows": sorted(ABSENT),
        "forms and materials that nothing has": sorted(UNKNOWN_FORMS | UNKNOWN_MATERIALS),
    }
    return {title: ", ".join(words) for title, words in tables.items()}


def _links() -> dict[str, str]:
    words: dict[str, list[str]] = defaultdict(list)
    for written, (kind, value) in LINKS.items():
        words[value or kind].append(written)
    return {meaning: ", ".join(names) for meaning, names in words.items()}


if __name__ == "__main__":
    PAGE.write_text(vocabulary_page(), encoding="utf-8")
