"""Many problems of one kind as one line: two hundred equal mistakes are one mistake."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["fold_problems"]

_PLACE: Final = re.compile(r"^(?P<kind>line|item|row) (?P<number>\d+)(?P<rest>.*)$", re.DOTALL)
_OWN: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\d+")
_FEWEST: Final = 3


def fold_problems(problems: Sequence[str]) -> list[str]:
    """Problems with those that differ in their place and in what they quote alone folded into the first of them.

    Args:
        problems: a sentence each, such as ``line 12: expected text, found the number 3``.

    Returns:
        One sentence for each kind, in the order in which kinds appear: ``lines 1-200 (200 times), the first: ...``.
        Fewer than three of a kind stay as they are.
    """
    kinds: dict[str, list[str]] = {}
    for problem in problems:
        kinds.setdefault(_OWN.sub("…", problem), []).append(problem)
    folded: list[str] = []
    for members in kinds.values():
        folded += members if len(members) < _FEWEST else [_folded(members)]
    return folded


def _folded(problems: Sequence[str]) -> str:
    places = [_PLACE.match(problem) for problem in problems]
    numbers = sorted({int(place["number"]) for place in places if place is not None})
    first = problems[0]
    if len(numbers) != len(problems) or places[0] is None:
        return f"{len(problems):,} times, the first: {first}"
    where = _ranges(numbers)
    return f"{places[0]['kind']}s {where} ({len(problems):,} times), the first: {first}"


def _ranges(numbers: Sequence[int], most: int = 6) -> str:
    """Numbers as ranges: ``1-200, 205``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    texts = [f"{first:,}" if first == last else f"{first:,}-{last:,}" for first, last in ranges[:most]]
    return ", ".join([*texts, *(["…"] if len(ranges) > most else [])])
