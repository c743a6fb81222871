"""How much room an object takes: boxes around its solids, and rectangles on the ground that must not overlap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from .graph import Node, Placement, Primitive, Vector

__all__ = ["Extent", "Footprint", "extent_of", "footprint_of", "rounded_cos_sin"]


@dataclass(frozen=True)
class Extent:
    """An axis-aligned box in an object's own frame."""

    low: Vector
    high: Vector


@dataclass(frozen=True)
class Footprint:
    """A rectangle on a floor: centre, unit vector of its own x axis, half extents."""

    x: float
    y: float
    cos: float
    sin: float
    half_x: float
    half_y: float

    @cached_property
    def radius(self) -> float:
        """Radius of the circle around it."""
        return math.sqrt(self.half_x * self.half_x + self.half_y * self.half_y)

    def corners(self) -> list[tuple[float, float]]:
        """The four corners."""
        out = []
        for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
            u, v = sx * self.half_x, sy * self.half_y
            out.append((self.x + self.cos * u - self.sin * v, self.y + self.sin * u + self.cos * v))
        return out

    def overlaps(self, other: Footprint, gap: float = 0.0) -> bool:
        """Whether the two come nearer to each other than about `gap` (separating axes)."""
        dx, dy = other.x - self.x, other.y - self.y
        reach = self.radius + other.radius + gap
        if dx * dx + dy * dy >= reach * reach:
            return False
        across = abs(self.cos * other.cos + self.sin * other.sin)
        along = abs(self.cos * other.sin - self.sin * other.cos)
        for one, two in ((self, other), (other, self)):
            if abs(dx * one.cos + dy * one.sin) >= one.half_x + two.half_x * across + two.half_y * along + gap:
                return False
            if abs(dy * one.cos - dx * one.sin) >= one.half_y + two.half_x * along + two.half_y * across + gap:
                return False
        return True


def extent_of(node: Node) -> Extent:
    """The box around all solids of a node, in its object's own frame, before scaling."""
    low, high = [math.inf] * 3, [-math.inf] * 3
    for part in node.walk():
        for primitive in part.primitives:
            for axis, reach in enumerate(_reach(primitive)):
                low[axis] = min(low[axis], primitive.center[axis] - reach)
                high[axis] = max(high[axis], primitive.center[axis] + reach)
    return Extent((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def footprint_of(extent: Extent, place: Placement) -> Footprint:
    """The rectangle on which an object stands."""
    cos, sin = rounded_cos_sin(place.yaw)
    middle_x, middle_y = ((extent.low[k] + extent.high[k]) / 2 * place.scale for k in (0, 1))
    half_x, half_y = ((extent.high[k] - extent.low[k]) / 2 * place.scale for k in (0, 1))
    x = place.x + cos * middle_x - sin * middle_y
    y = place.y + sin * middle_x + cos * middle_y
    return Footprint(x, y, cos, sin, half_x, half_y)


def rounded_cos_sin(degrees: float) -> tuple[float, float]:
    """Cosine and sine of an angle in degrees to nine digits, the same on every machine."""
    angle = math.radians(degrees)
    return round(math.cos(angle), 9), round(math.sin(angle), 9)


def _reach(primitive: Primitive) -> tuple[float, float, float]:
    """Half extents along the object's axes; exact for ellipsoids, an upper bound for the rest."""
    half = primitive.half
    if primitive.shape == "torus":
        half = (half[0] + half[2], half[1] + half[2], half[2])
    elif primitive.shape == "frustum":
        wide = max(1.0, primitive.top)
        half = (half[0] * wide, half[1] * wide, half[2])
    elif primitive.shape == "box":
        wide_x, wide_y = (
            max(half[k], half[k] * primitive.taper[k] + abs(primitive.shear[k]) * half[2]) for k in (0, 1)
        )
        half = (wide_x, wide_y, half[2])
    if primitive.rotation == (0.0, 0.0, 0.0):
        return half
    round_xy = primitive.shape in ("frustum", "torus")
    rows = _rotation(primitive.rotation)
    if primitive.shape == "ellipsoid":
        return _triple([math.sqrt(sum((r * h) * (r * h) for r, h in zip(row, half, strict=True))) for row in rows])
    if round_xy:
        return _triple([half[0] * math.sqrt(row[0] ** 2 + row[1] ** 2) + abs(row[2]) * half[2] for row in rows])
    return _triple([sum(abs(r) * h for r, h in zip(row, half, strict=True)) for row in rows])


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    return values[0], values[1], values[2]


def _rotation(degrees: Vector) -> tuple[Vector, Vector, Vector]:
    """Rows of the rotation about x, then y, then z."""
    (cx, sx), (cy, sy), (cz, sz) = (rounded_cos_sin(angle) for angle in degrees)
    return (
        (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
        (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
        (-sy, cy * sx, cy * cx),
    )
