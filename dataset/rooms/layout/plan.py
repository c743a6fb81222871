"""The floor plan: walls with their frames, what is taken already, and where a box of some size still fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ...scenes.rng import SplitMix64
from ..projection import turn
from .room import Box, Placement, Solid

__all__ = ["FRONT", "Plan", "Space", "Wall", "apart", "space_of", "walls_of"]

FRONT: Final = "front"
GAP: Final = 0.015
"""Metres that are kept free between any two things, and between things and walls."""


@dataclass(frozen=True)
class Wall:
    """One wall, seen from inside: u runs to the right from its start, the room lies along its normal."""

    name: str
    start: tuple[float, float]
    along: tuple[float, float]
    length: float
    yaw: float

    @property
    def normal(self) -> tuple[float, float]:
        """Into the room."""
        return self.along[1], -self.along[0]

    def at(self, u: float, z: float = 0.0, out: float = 0.0) -> Placement:
        """The place of something whose back is on the wall, ``out`` metres in front of it."""
        x = self.start[0] + u * self.along[0] + out * self.normal[0]
        y = self.start[1] + u * self.along[1] + out * self.normal[1]
        return Placement(x, y, z, self.yaw, 1.0)


def walls_of(width: float, depth: float) -> dict[str, Wall]:
    """The walls of a room whose floor is [-width / 2, width / 2] x [0, depth]."""
    half = width / 2
    return {
        "back": Wall("back", (-half, depth), (1.0, 0.0), width, 0.0),
        "left": Wall("left", (-half, 0.0), (0.0, 1.0), depth, 90.0),
        "right": Wall("right", (half, depth), (0.0, -1.0), depth, -90.0),
        FRONT: Wall(FRONT, (half, 0.0), (-1.0, 0.0), width, 180.0),
    }


@dataclass(frozen=True)
class Space:
    """A turned box: its footprint's middle, half width and half depth, its direction, and from where to where up."""

    x: float
    y: float
    half_width: float
    half_depth: float
    cosine: float
    sine: float
    bottom: float
    top: float

    def corners(self) -> list[tuple[float, float]]:
        """Of the footprint."""
        return [
            (
                self.x + a * self.half_width * self.cosine - b * self.half_depth * self.sine,
                self.y + a * self.half_width * self.sine + b * self.half_depth * self.cosine,
            )
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]


def space_of(box: Box, placement: Placement, margin: float = 0.0) -> Space:
    """The space that a box takes at a place, with a margin around its footprint."""
    left, front, bottom, right, back, top = (placement.scale * number for number in box)
    cosine, sine = turn(placement.yaw)
    x, y = (left + right) / 2, (front + back) / 2
    return Space(
        placement.x + cosine * x - sine * y,
        placement.y + sine * x + cosine * y,
        (right - left) / 2 + margin,
        (back - front) / 2 + margin,
        cosine,
        sine,
        placement.z + bottom,
        placement.z + top,
    )


def apart(first: Space, second: Space, gap: float = 0.0) -> bool:
    """Whether two spaces are more than ``gap`` apart, seen from above, or one is above the other."""
    if first.bottom >= second.top - 1e-6 or second.bottom >= first.top - 1e-6:
        return True
    a, b = first.corners(), second.corners()
    for space in (first, second):
        for nx, ny in ((space.cosine, space.sine), (-space.sine, space.cosine)):
            of_a, of_b = [nx * x + ny * y for x, y in a], [nx * x + ny * y for x, y in b]
            if max(of_a) + gap <= min(of_b) or max(of_b) + gap <= min(of_a):
                return True
    return False


@dataclass
class Plan:
    """What is taken in a room so far."""

    width: float
    depth: float
    height: float
    taken: list[Space] = field(default_factory=list)
    owners: dict[int, Solid] = field(default_factory=dict)
    """Index in `taken` -> whose space it is."""
    reserved: list[Space] = field(default_factory=list)
    """Kept free of things on the floor: before doors, under the camera."""

    @property
    def walls(self) -> dict[str, Wall]:
        """Name -> wall."""
        return walls_of(self.width, self.depth)

    def fits(self, space: Space, gap: float = GAP) -> bool:
        """Whether a space is in the room and free."""
        half = self.width / 2
        inside = all(
            -half + 0.002 <= x <= half - 0.002 and 0.002 <= y <= self.depth - 0.002 for x, y in space.corners()
        )
        free = inside and space.top <= self.height and all(apart(space, other, gap) for other in self.taken)
        return free and all(apart(space, other) for other in self.reserved)

    def free(self, solid: Solid, placement: Placement, gap: float = GAP) -> bool:
        """Whether a solid fits at a place."""
        return all(self.fits(space_of(hull, placement), gap) for hull in solid.hulls or (solid.box,))

    def take(self, solid: Solid) -> Solid:
        """Put a solid that has its place into the plan."""
        for hull in solid.hulls or (solid.box,):
            self.owners[len(self.taken)] = solid
            self.taken.append(space_of(hull, solid.placement))
        return solid

    def clear(self, space: Space, support: Solid) -> bool:
        """Whether a space on something meets nothing but what it is on."""
        return all(apart(space, other) for k, other in enumerate(self.taken) if self.owners.get(k) is not support)

    def along_wall(
        self, solid: Solid, wall: Wall, rng: SplitMix64, z: float = 0.0, spread: tuple[float, float] = (0.0, 1.0),
        scale: float = 1.0, out: float = GAP, tries: int = 24,
    ) -> Placement | None:  # fmt: skip
        """A free place with the back to a wall; ``spread`` is the part of the wall in which its middle may be."""
        left, _, _, right, back, _ = (scale * number for number in solid.box)
        lowest = max(spread[0] * wall.length, 0.01 - left)
        highest = min(spread[1] * wall.length, wall.length - 0.01 - right)
        for _ in range(tries if highest > lowest else 0):
            spot = wall.at(rng.uniform(lowest, highest), z, out + back)
            placement = Placement(spot.x, spot.y, z, wall.yaw, scale)
            if self.free(solid, placement):
                return placement
        return None

    def free_place(
        self, solid: Solid, rng: SplitMix64, area: tuple[float, float, float, float],
        yaws: tuple[float, float] = (0, 360),
        scale: float = 1.0, tries: int = 30, gap: float = 0.06,
    ) -> Placement | None:  # fmt: skip
        """A free place on the floor in an area (left, front, right, back), turned between two angles."""
        for _ in range(tries):
            placement = Placement(
                rng.uniform(area[0], area[2]), rng.uniform(area[1], area[3]), 0.0, rng.uniform(*yaws), scale
            )
            if self.free(solid, placement, gap):
                return placement
        return None
