"""Texts that lead the tokenizer's automaton into each of its states, so that every rule and its neighbours are met."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np

from benchmark.text.lexer_tables import read_lexer_tables

__all__ = ["AutomatonWalks"]

_START = 2
_SURROGATES = range(0xD800, 0xE000)


class AutomatonWalks:
    """Makes texts along shortest ways to states in which a rule ends, each rule as often as the others.

    Args:
        seed: everything follows from it.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        tables = read_lexer_tables()
        classes = int(tables.classes.max()) + 1
        self._next = np.stack([tables.transitions[row : row + classes] for row in tables.rows])
        self._characters: list[list[str]] = [[] for _ in range(classes)]
        for code, number in enumerate(tables.classes.tolist()):
            if code not in _SURROGATES:
                self._characters[number].append(chr(code))
        self._ways = self._shortest_ways()
        states = defaultdict(list)
        for state in self._ways:
            if tables.ends[state]:
                states[int(tables.rules[state])].append(state)
        self._states = list(states.values())

    def text(self) -> str:
        """A way to a state, with a few steps on from it."""
        state = self.random.choice(self.random.choice(self._states))
        way = list(self._ways[state])
        while self.random.random() < 0.6:
            steps = [number for number in np.flatnonzero(self._next[state] >= 0).tolist() if self._characters[number]]
            if not steps:
                break
            way.append(self.random.choice(steps))
            state = int(self._next[state, way[-1]])
        return "".join(self.random.choice(self._characters[number]) for number in way)

    def _shortest_ways(self) -> dict[int, tuple[int, ...]]:
        """Classes of characters that lead to each state, of several shortest ways one."""
        ways: dict[int, tuple[int, ...]] = {_START: ()}
        coming = [_START]
        for state in coming:
            numbers = np.flatnonzero(self._next[state] >= 0).tolist()
            self.random.shuffle(numbers)
            for number in numbers:
                following = int(self._next[state, number])
                if following not in ways and self._characters[number]:
                    ways[following] = (*ways[state], number)
                    coming.append(following)
        return ways
