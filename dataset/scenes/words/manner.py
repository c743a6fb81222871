"""How the regions of one kind of pictures are spoken of; the default is how scenes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ...listener.logic import Constraint
from ...listener.world import WorldRegion
from .forms import looks_of
from .regions import TARGET_SHARE

__all__ = ["RELATIONS", "SCENES", "Extent", "Manner"]

Extent = tuple[float, float]
"""Height, and size in all, in metres."""
RELATIONS: Final = ("on", "left of", "right of", "in front of", "behind", "next to")


def _suits(_relation: str, _region: WorldRegion, _landmark: WorldRegion) -> bool:
    return True


@dataclass(frozen=True)
class Manner:
    """What is said of regions beyond what is true of them.

    Attributes:
        target_share: regions of a smaller share of the picture get no caption of their own.
        untold: ids of further regions that get none.
        looks: what is said of a region's look, in order of preference.
        extents: region id -> how large the thing itself is; only sizes that hold of it are said. None: a thing's size
            is taken for what its pixels and its distance make of it.
        upright: nouns of which the upper and the lower one are never spoken of.
        relations: to what a thing is told from others by, in order of preference.
        suits: whether a person would name the second thing to find the first by a relation.
        corners: whether things are told apart by two places at once: the left front chair.
        carriers: nouns of things that are known by what stands on them.
        indoors: whether nouns are those of rooms: shelves, not boards.
    """

    target_share: float = TARGET_SHARE
    untold: frozenset[str] = frozenset()
    looks: Callable[[WorldRegion], list[Constraint]] = looks_of
    extents: Mapping[str, Extent] | None = None
    upright: frozenset[str] = frozenset()
    relations: tuple[str, ...] = RELATIONS
    suits: Callable[[str, WorldRegion, WorldRegion], bool] = _suits
    corners: bool = False
    carriers: frozenset[str] = frozenset()
    indoors: bool = False


SCENES: Final = Manner()
