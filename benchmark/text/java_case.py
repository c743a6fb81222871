"""Lower-casing as Java does it, which differs from Python's in one letter.

A capital sigma becomes a final sigma where a letter with a case stands before it and none after it in the same word.
What a word is, Java asks its own word breaker: letters; digits beside them; hyphens, dots, quotes and underscores
between letters. Observed on every character between letters and sigmas, with Java 25.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

__all__ = ["java_lower"]

_CAPITAL_SIGMA, _SIGMA, _FINAL_SIGMA = "\u03a3", "\u03c3", "\u03c2"

# Words over the kinds of `_kind`: letters with single marks between them, numbers with single marks between digits.
_LETTERS = "L+(?:[mqd]L+)*"
_NUMBER = "N+(?:[cqd]N+)*"
_WORD = re.compile(f"(?:{_LETTERS})?(?:{_NUMBER}{_LETTERS})*(?:{_NUMBER})?")
_WRITTEN_WITHOUT_SPACES = re.compile("[\u3005\u3041-\u3094\u3099-\u309e\u30a1-\u30fe\u4e00-\u9fa5\uf900-\ufa2d]")
_CASED_MARKS = re.compile("[\u02b0-\u02b8\u02c0\u02c1\u02e0-\u02e4\u0345\u037a\u1d2c-\u1d61\u2160-\u217f\u24b6-\u24e9]")


def java_lower(text: str) -> str:
    """The text as Java's ``String.toLowerCase(Locale.ENGLISH)`` makes it."""
    if _CAPITAL_SIGMA not in text:
        return text.lower()
    finals = set(_final_places(text))
    marked = "".join(_FINAL_SIGMA if place in finals else character for place, character in enumerate(text))
    return _SIGMA.join(part.lower() for part in marked.split(_CAPITAL_SIGMA))


def _final_places(text: str) -> Iterator[int]:
    """Places of the capital sigmas that become final: the last of the letters with a case in a word of several."""
    kinds = [_kind(character) for character in text]
    for mark, following in enumerate(kinds[1:]):
        if kinds[mark] in "mqd" and following == "i":
            kinds[mark] = "x"
    visible = [place for place, kind in enumerate(kinds) if kind != "i"]
    ends = [*visible, len(text)]
    for word in _WORD.finditer("".join(kinds[place] for place in visible)):
        cased = [place for place in range(ends[word.start()], ends[word.end()]) if _is_cased(text[place])]
        if len(cased) > 1 and text[cased[-1]] == _CAPITAL_SIGMA:
            yield cased[-1]


@functools.lru_cache(4096)
def _kind(character: str) -> str:
    """What a character is to Java's word breaker.

    Returns:
        L letter, N number, m mark between letters, c mark between digits, q and d quote and dot, which are both,
        i ignored, x something else.
    """
    if character in "\"'":
        return "q"
    if character == ".":
        return "d"
    if character in ",\u066b":
        return "c"
    if character in "\u00ad\u2027":
        return "m"
    if _WRITTEN_WITHOUT_SPACES.match(character):
        return "x"
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return "i"
    if category[0] == "L" or category == "Mc":
        return "L"
    if category[0] == "N":
        return "N"
    return "m" if category in ("Pd", "Pc") else "x"


def _is_cased(character: str) -> bool:
    return unicodedata.category(character) in ("Lu", "Ll", "Lt") or _CASED_MARKS.match(character) is not None
