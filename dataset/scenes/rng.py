"""SplitMix64: a random number generator with the same stream on every Python, numpy and machine.

Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014). Scenes must be bit-identical
wherever they are drawn, which neither `random` nor numpy promises across versions for all of their methods.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["SplitMix64", "mix64"]

T = TypeVar("T")
MASK_64 = (1 << 64) - 1
GOLDEN_GAMMA = 0x9E3779B97F4A7C15


def mix64(value: int) -> int:
    """The finaliser of SplitMix64: a bijection on 64-bit integers."""
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK_64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK_64
    return value ^ (value >> 31)


class SplitMix64:
    """Random numbers from a 64-bit seed; only integer and IEEE double operations."""

    def __init__(self, seed: int) -> None:
        self._state = seed & MASK_64

    def next_u64(self) -> int:
        """A uniform integer in [0, 2**64)."""
        self._state = (self._state + GOLDEN_GAMMA) & MASK_64
        return mix64(self._state)

    def random(self) -> float:
        """A uniform double in [0, 1) with 53 random bits."""
        return (self.next_u64() >> 11) / 9007199254740992.0

    def uniform(self, low: float, high: float) -> float:
        """A uniform double in [low, high)."""
        return low + (high - low) * self.random()

    def below(self, n: int) -> int:
        """A uniform integer in [0, n); the modulo bias is below n / 2**64."""
        return self.next_u64() % n

    def choice(self, options: Sequence[T]) -> T:
        """One element of a non-empty sequence."""
        return options[self.below(len(options))]

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random() < probability

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """A new list with the items in random order (Fisher-Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out

    def sample(self, items: Sequence[T], k: int) -> list[T]:
        """Return k distinct elements in random order."""
        return self.shuffled(items)[:k]
