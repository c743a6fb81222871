"""What is near a thing, and what all else is on."""

from __future__ import annotations

from typing import Final

from ..meaning.denote import Model
from ..meaning.structure import Denotation

__all__ = ["LYING", "families", "linked"]

LYING: Final = frozenset(
    {"floor", "tabletop", "tablecloth", "lawn", "pavement", "gravel", "dirt", "snow", "sand", "road", "rug", "placemat",
     "wall", "sky"}
)  # fmt: skip
"""Surroundings on which all else is."""


def linked(true: int, vague: int, links: list[int], base: Denotation) -> Denotation:
    """The base, and vaguely what is linked otherwise to the regions of a phrase."""
    more = 0
    for k, linked in enumerate(links):
        if linked & (true | vague):
            more |= 1 << k
    return base[0], (base[1] | more) & ~base[0]


def families(model: Model) -> list[int]:
    """For each region the bit mask of all else of its object, with what that stands on and what stands on it."""
    return [model.family(k) & ~(1 << k) for k in range(len(model.regions))]
