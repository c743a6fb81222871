"""Sets of regions as bit masks: bit k stands for the k-th region of a world."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["bits"]


def bits(mask: int) -> Iterator[int]:
    """Positions of the ones of a bit mask, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
