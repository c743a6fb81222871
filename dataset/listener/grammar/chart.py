"""The parser's chart: tokens, phrase tables and memory, and the bound on work.

What a rule reads at a position depends on nothing but the words from there on, where every word is known. So the
captions of a scene, most of which end alike ("... of the red car"), share their memory: see `Suffix`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Final, TypeVar

from ..logic import Phrase

__all__ = ["MAX_ITEMS", "SUFFIXES", "Chart", "ChartFull", "PhraseTable", "rule"]

V = TypeVar("V")
MAX_ITEMS: Final = 4000
"""How many partial readings a chart may hold."""
MOST_SUFFIXES: Final = 3000
"""How many suffixes are remembered before all of them are forgotten."""


class ChartFull(Exception):  # noqa: N818 -- control flow inside the package, not an error of the user's
    """The text has more partial readings than the chart may hold."""


Match = tuple[tuple[str, ...], V]


class PhraseTable(dict[str, tuple[list[Match[V]], dict[str, list[Match[V]]]]]):
    """Phrases of one or more words, by their first word: those of one word, and by the second word all that may match.

    "red" begins dozens of phrases ("red capped"); none but "red" itself is looked at before most words.
    """

    def __init__(self, entries: Mapping[tuple[str, ...], V]) -> None:
        super().__init__()
        for words, value in entries.items():
            single, longer = self.setdefault(words[0], ([], {}))
            if len(words) == 1:
                single.append((words, value))
                for matches in longer.values():
                    matches.append((words, value))
            else:
                longer.setdefault(words[1], list(single)).append((words, value))

    @classmethod
    def of_text(cls, entries: Mapping[str, V]) -> PhraseTable[V]:
        """A table from phrases written as text."""
        return cls({tuple(text.split()): value for text, value in entries.items()})


PhraseRule = Callable[["Chart", int], "list[tuple[Phrase, int]]"]


class Suffix:
    """The last words of captions, and what the rules read from the first of them on.

    Attributes:
        memory: rule -> its readings.
        items: how many partial readings these are.
        longer: the suffixes with one more word in front, by that word.
    """

    __slots__ = ("items", "longer", "memory")

    def __init__(self) -> None:
        self.memory: dict[str, list[object]] = {}
        self.items = 0
        self.longer: dict[str, Suffix] = {}


class Suffixes:
    """The suffixes of all captions that were read, as many as may be kept."""

    def __init__(self) -> None:
        self._empty, self._count = Suffix(), 1

    def forget(self) -> None:
        """Begin anew."""
        self._empty, self._count = Suffix(), 1

    def of(self, tokens: tuple[str, ...]) -> list[Suffix]:
        """Every suffix of a caption, the longest first, the empty one last."""
        if self._count > MOST_SUFFIXES:
            self.forget()
        suffix = self._empty
        suffixes = [suffix]
        for token in reversed(tokens):
            longer = suffix.longer.get(token)
            if longer is None:
                longer = suffix.longer[token] = Suffix()
                self._count += 1
            suffix = longer
            suffixes.append(suffix)
        suffixes.reverse()
        return suffixes


SUFFIXES: Final = Suffixes()
"""Of all captions that were read; who is done with the captions of a scene may forget them."""


class Chart:
    """The tokens of one caption and what was found at each of them.

    Attributes:
        tokens: lower-case words, ``'s`` and commas.
        phrases: the rule for noun phrases, which the rules for what follows a noun need and that needs them.
        unread: positions of words that no table has.
        tolerant: whether such words, and adverbs without an adjective, may be passed over before a noun.
        suffixes: what was found at every position, and at the end.
        items: partial readings found by this chart itself.
    """

    def __init__(self, tokens: tuple[str, ...], phrases: PhraseRule, unread: frozenset[int] | None = None) -> None:
        self.tokens = tokens
        self.phrases = phrases
        self.tolerant = unread is not None
        self.unread = unread or frozenset()
        self.suffixes = [Suffix() for _ in range(len(tokens) + 1)]
        self.items = 0

    @classmethod
    def shared(cls, tokens: tuple[str, ...], phrases: PhraseRule, width: int) -> Chart:
        """A strict chart that shares its memory with all others of the same width.

        Args:
            tokens: the caption.
            phrases: the rule for noun phrases.
            width: positions are counted so that every caption ends at this one.
        """
        chart = cls((), phrases)
        before = width - len(tokens)
        chart.tokens = ("",) * before + tokens
        chart.suffixes = chart.suffixes * before + SUFFIXES.of(tokens)
        return chart

    def most_items(self, first: int) -> int:
        """No fewer than all partial readings that a chart of its own would hold for what begins at a position."""
        return sum([suffix.items for suffix in self.suffixes[first:]])

    def word(self, start: int) -> str:
        """The token at a position, empty past the end."""
        try:
            return self.tokens[start]
        except IndexError:
            return ""

    def after(self, start: int, words: Iterable[str]) -> int:
        """The position after one of the words if it is there, else the position itself."""
        return start + 1 if self.word(start) in words else start

    def find(self, table: PhraseTable[V], start: int) -> list[tuple[V, int]]:
        """Every phrase of the table that begins at a position, with its end."""
        phrases = table.get(self.word(start))
        if phrases is None:
            return []
        single, longer = phrases
        matches = []
        for words, value in longer.get(self.word(start + 1), single) if longer else single:
            end = start + len(words)
            if end <= start + 2 or self.tokens[start:end] == words:
                matches.append((value, end))
        return matches


Rule = Callable[[Chart, int], list[tuple[V, int]]]


def rule(function: Rule[V]) -> Rule[V]:
    """Remember what a rule finds at a position; count it against the bound."""
    name = function.__name__

    @wraps(function)
    def remembered(chart: Chart, start: int) -> list[tuple[V, int]]:
        suffix = chart.suffixes[start]
        readings: list[tuple[V, int]] | None = suffix.memory.get(name)  # type: ignore[assignment]
        if readings is None:
            readings = function(chart, start)
            if len(readings) > 1:
                readings = list(dict.fromkeys(readings))
            items = 1 + len(readings)
            chart.items += items
            if chart.items > MAX_ITEMS:
                raise ChartFull
            suffix.items += items
            suffix.memory[name] = readings  # type: ignore[assignment]
        return readings

    return remembered
