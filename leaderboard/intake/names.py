"""Names that a reader would take for another one: compared as Unicode's table of confusable characters has them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

__all__ = ["look_alike", "name_key"]


def name_key(name: str) -> str:
    """What two spellings of one name have in common: case, spaces, width of letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def look_alike(name: str, others: Iterable[str]) -> str | None:
    """The first of other names that a name looks like without being a spelling of it; None if there is none."""
    own, key = _shapes(name), name_key(name)
    return next((other for other in others if own & _shapes(other) and name_key(other) != key), None)


@lru_cache(maxsize=8_192)
def _shapes(name: str) -> frozenset[str]:
    """How a name looks as it is written, and in lower case."""
    return frozenset((_shape(name).casefold(), _shape(name.casefold())))


def _shape(text: str) -> str:
    table = _prototypes()
    letters = []
    for letter in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(letter)
        if category == "Pd":
            letters.append("-")
        elif category not in ("Cf", "Cc") and not letter.isspace():
            letters.append(table.get(letter, letter))
    return "".join(letters)


@cache
def _prototypes() -> dict[str, str]:
    """Character -> the ASCII text that it looks like; for ASCII itself, one of those that look the same."""
    from confusable_homoglyphs.confusables import confusables_data

    table: dict[str, str] = {}
    for letter, alike in confusables_data.items():
        texts = sorted(one["c"] for one in alike if one["c"].isascii() and (one["c"].isalnum() or one["c"] == "-"))
        if len(letter) == 1 and texts and (not letter.isascii() or letter in "1I|0"):
            table[letter] = texts[0]
    same = {"1": "l", "I": "l", "|": "l", "0": "o", "O": "o"}
    return {letter: same.get(text, text) for letter, text in table.items()} | same
