"""Noun phrases of place, order and size, in which no word names a kind of thing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

__all__ = ["nounless_phrases"]

NOUNS = ("thing", "things", "object", "one", "item", "part", "region", "group")
MOST = (
    "leftmost",
    "rightmost",
    "topmost",
    "lowest",
    "nearest",
    "farthest",
    "biggest",
    "smallest",
    "tallest",
    "shortest",
)
PLACES = ("left", "right", "top", "bottom", "middle")
RANKS = ("second", "third", "fourth")


def nounless_phrases() -> Iterator[str]:
    """Such phrases, and pairs of them."""
    simple = [f"{most} {noun}" for most in MOST for noun in NOUNS]
    simple += [f"{place} {noun}" for place in PLACES for noun in NOUNS[:2]]
    simple += [f"{rank} {noun} from the {place}" for rank in RANKS for noun in NOUNS[:2] for place in PLACES[:4]]
    yield from (f"the {phrase}" for phrase in simple)
    yield from (f"the {one} of the {other}" for one, other in itertools.product(simple[::7], simple[::5]))
