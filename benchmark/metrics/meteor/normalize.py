"""METEOR's `-norm` preprocessing of English: splits punctuation from words and lower-cases.

The steps are those of the Moses tokenizer with three changes of METEOR's own: hyphens between letters or digits become
spaces, the dots of abbreviations go ("a.m." becomes "am"), and only Latin and Cyrillic letters count as letters.
Each step and each character class was found by feeding METEOR 1.5 text and reading what it aligned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["MeteorNormalizer"]

_LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e\u0400-\u0527\u1d00-\u1d7f\ua640-\ua66e\ua67e-\ua697"
_UNCHANGED = re.compile(r"[a-z0-9 ]*\Z")
_TYPOGRAPHY = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": " - "}
    | dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
)
_SYMBOL = re.compile(rf"([^{_LETTERS}0-9 \t\n\v\f\r.'`,\-])")
_DOTS = re.compile(r"(\.\.+)")
# Three passes, because each consumes the characters beside its comma.
_COMMAS = tuple(
    re.compile(f"({left}),({right})")
    for left, right in (("[^0-9]", "[^0-9]"), ("[0-9]", "[^0-9]"), ("[^0-9]", "[0-9]"))
)
_HYPHEN = re.compile(rf"([{_LETTERS}0-9.])-([{_LETTERS}0-9])")
_APOSTROPHES = (
    (re.compile(rf"([^{_LETTERS}])'([^{_LETTERS}])"), r"\1 ' \2"),
    (re.compile(rf"([^{_LETTERS}0-9])'([{_LETTERS}])"), r"\1 ' \2"),
    (re.compile(rf"([{_LETTERS}])'([^{_LETTERS}])"), r"\1 ' \2"),
    (re.compile(rf"([{_LETTERS}])'([{_LETTERS}])"), r"\1 '\2"),
    (re.compile(r"([0-9])'(s)"), r"\1 '\2"),
)
_LETTER = re.compile(f"[{_LETTERS}]")
_SPACES = re.compile("[ \t\n\r\f]+")
# Lower-case letters that Java 25 knows (Unicode 16) and Python 3.11 does not.
_NEW_LOWER = str.maketrans({0x1C89: 0x1C8A, 0xA7CB: 0x0264, 0xA7CC: 0xA7CD, 0xA7DA: 0xA7DB, 0xA7DC: 0x019B})


class MeteorNormalizer:
    """Turns a text into the words that METEOR aligns.

    Args:
        prefixes: words that a final dot belongs to, with True for those it belongs to only before a number.
    """

    def __init__(self, prefixes: Mapping[str, bool]) -> None:
        self.prefixes = dict(prefixes)

    def words(self, text: str) -> list[str]:
        """The words of one line of text, lower-cased, punctuation marks as words of their own."""
        if _UNCHANGED.match(text):
            return text.split()
        text = _SYMBOL.sub(r" \1 ", f" {text.translate(_TYPOGRAPHY)} ")
        if "." in text:
            text = _DOTS.sub(r" \1 ", text)
        if "," in text:
            for comma in _COMMAS:
                text = comma.sub(r"\1 , \2", text)
        if "-" in text:
            text = _HYPHEN.sub(r"\1 \2", text.replace("--", "-"))
        text = text.replace("`", "'").replace("''", ' " ')
        if "'" in text:
            for apostrophe, spaced in _APOSTROPHES:
                text = apostrophe.sub(spaced, text)
        words = [word for word in _SPACES.split(text) if word]
        if "." in text:
            words = self._with_dots_settled(words)
        return " ".join(words).translate(_NEW_LOWER).lower().split(" ") if words else []

    def _with_dots_settled(self, words: list[str]) -> list[str]:
        settled = []
        for word, following in zip(words, [*words[1:], ""], strict=True):
            stem = word[:-1]
            if not word.endswith(".") or not stem.strip("."):
                settled.append(word)
            elif "." in stem and _LETTER.search(stem):
                settled.append(word.replace(".", ""))
            elif self._keeps_dot(stem, following):
                settled.append(word)
            else:
                settled += [stem, "."]
        return settled

    def _keeps_dot(self, stem: str, following: str) -> bool:
        numeric_only = self.prefixes.get(stem)
        if numeric_only is False or "a" <= following[:1] <= "z":
            return True
        return numeric_only is True and "0" <= following[:1] <= "9"
