"""The parser's chart: tokens, phrase tables and memory, and the bound on work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TypeVar

from ..logic import Phrase

__all__ = ["Chart", "ChartFull", "PhraseTable", "rule"]

V = TypeVar("V")
MAX_ITEMS = 4000


class ChartFull(Exception):  # noqa: N818 -- control flow inside the package, not an error of the user's
    """The text has more partial readings than the chart may hold."""


class PhraseTable(dict[str, list[tuple[tuple[str, ...], V]]]):
    """Phrases of one or more words, by their first word."""

    def __init__(self, entries: Mapping[tuple[str, ...], V]) -> None:
        super().__init__()
        for words, value in entries.items():
            self.setdefault(words[0], []).append((words, value))

    @classmethod
    def of_text(cls, entries: Mapping[str, V]) -> PhraseTable[V]:
        """A table from phrases written as text."""
        return cls({tuple(text.split()): value for text, value in entries.items()})


PhraseRule = Callable[["Chart", int], "list[tuple[Phrase, int]]"]


class Chart:
    """The tokens of one caption and what was found at each of them.

    Attributes:
        tokens: lower-case words, ``'s`` and commas.
        phrases: the rule for noun phrases, which the rules for what follows a noun need and that needs them.
        unread: positions of words that no table has.
        tolerant: whether such words, and adverbs without an adjective, may be passed over before a noun.
    """

    def __init__(self, tokens: tuple[str, ...], phrases: PhraseRule, unread: frozenset[int] | None = None) -> None:
        self.tokens = tokens
        self.phrases = phrases
        self.tolerant = unread is not None
        self.unread = unread or frozenset()
        self.memory: dict[tuple[str, int], list[object]] = {}
        self.items = 0

    def word(self, start: int) -> str:
        """The token at a position, empty past the end."""
        return self.tokens[start] if start < len(self.tokens) else ""

    def after(self, start: int, words: Iterable[str]) -> int:
        """The position after one of the words if it is there, else the position itself."""
        return start + 1 if self.word(start) in words else start

    def find(self, table: PhraseTable[V], start: int) -> list[tuple[V, int]]:
        """Every phrase of the table that begins at a position, with its end."""
        matches = []
        for words, value in table.get(self.word(start), ()):
            end = start + len(words)
            if len(words) == 1 or self.tokens[start:end] == words:
                matches.append((value, end))
        return matches


Rule = Callable[[Chart, int], list[tuple[V, int]]]


def rule(function: Rule[V]) -> Rule[V]:
    """Remember what a rule finds at a position; count it against the bound."""

    @wraps(function)
    def remembered(chart: Chart, start: int) -> list[tuple[V, int]]:
        key = (function.__name__, start)
        if key not in chart.memory:
            readings = list(dict.fromkeys(function(chart, start)))
            chart.items += 1 + len(readings)
            if chart.items > MAX_ITEMS:
                raise ChartFull
            chart.memory[key] = readings  # type: ignore[assignment]
        return chart.memory[key]  # type: ignore[return-value]

    return remembered
