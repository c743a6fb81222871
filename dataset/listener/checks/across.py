"""Where things are across the picture: which way a side is, what is on one, and which of several is the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..goodwill.model import GenerousModel
from ..goodwill.neighbours import gap
from ..world import WorldRegion

__all__ = ["SIGNS", "centres", "is_surrounding", "nearest"]

SIGNS: Final = {"left": -1, "right": 1}
WIDE: Final = 0.5
"""What is so wide, in widths of the picture, and in the background surrounds the rest."""
CLEARLY_NEARER: Final = 0.02
"""Of several things those are meant that no other is nearer than by this share of the picture."""


def is_surrounding(region: WorldRegion) -> bool:
    """Whether something is on no side itself: floors, walls and skies, not a picture or a rug."""
    return region.granularity == "background" and region.right - region.left > WIDE


def nearest(model: GenerousModel, k: int, group: Sequence[int]) -> list[int]:
    """Of regions those that no other is clearly nearer to a region than."""
    gaps = {j: gap(model.regions[k], model.regions[j]) for j in group}
    return [j for j in group if gaps[j] <= min(gaps.values()) + CLEARLY_NEARER]


def centres(thing: WorldRegion, box: WorldRegion) -> tuple[float, float]:
    """Where across a thing is, and where what it shares with a box is."""
    left, right = max(thing.left, box.left), min(thing.right, box.right)
    return thing.x, (left + right) / 2 if left < right else thing.x
