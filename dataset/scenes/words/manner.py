"""How the regions of one kind of pictures are spoken of; the default is how scenes are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...listener.logic import Constraint
from ...listener.world import WorldRegion
from .forms import looks_of
from .regions import TARGET_SHARE

__all__ = ["RELATIONS", "SCENES", "Extent", "Manner"]

Extent = tuple[float, float]
"""Height, and size in all, in metres."""
CLEARLY: Final = 1.25
"""Ratio of two things' sizes from which on the one is spoken of as larger."""
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
        level: ids of regions of which none is the upper or the lower one of its kind, whatever the picture's axes say.
        relations: to what a thing is told from others by, in order of preference.
        suits: whether a person would name the second thing to find the first by a relation.
        corners: nouns of things that are told apart by two places at once: the left front chair.
        carriers: nouns of things that are known by what stands on them.
        indoors: whether nouns are those of rooms: shelves, not boards.
    """

    target_share: float = TARGET_SHARE
    untold: frozenset[str] = frozenset()
    looks: Callable[[WorldRegion], list[Constraint]] = looks_of
    extents: Mapping[str, Extent] | None = None
    level: frozenset[str] = frozenset()
    relations: tuple[str, ...] = RELATIONS
    suits: Callable[[str, WorldRegion, WorldRegion], bool] = _suits
    corners: frozenset[str] = frozenset()
    carriers: frozenset[str] = frozenset()
    indoors: bool = False

    def differs_in_extent(self, region: WorldRegion, others: Sequence[WorldRegion], value: str) -> bool:
        """Whether a thing itself is clearly larger or smaller than all others, whose extents are known too.

        Args:
            region: the thing.
            others: those that it is compared with.
            value: big, small, tall or short.
        """
        extents = self.extents or {}
        sizes = [extents.get(each.id) for each in (region, *others)]
        if None in sizes:
            return False
        axis = 0 if value in ("tall", "short") else 1
        own, *rest = (size[axis] for size in sizes if size is not None)
        return all(own >= CLEARLY * size if value in ("big", "tall") else CLEARLY * own <= size for size in rest)


SCENES: Final = Manner()
