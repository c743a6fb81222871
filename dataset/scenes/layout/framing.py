"""The camera: where it stands, what part of its view a thing takes, and how it is turned to frame all objects."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .extents import Extent, rounded_cos_sin
from .graph import Camera, Placement, Vector

__all__ = ["View", "ViewRect", "corners_of", "cross", "frame_all"]

NARROWEST, WIDEST = 24.0, 58.0
"""Limits of the field of view in degrees."""


@dataclass(frozen=True)
class ViewRect:
    """A rectangle on the image plane at unit distance; y grows upwards."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def area(self) -> float:
        """Its area."""
        return (self.right - self.left) * (self.top - self.bottom)

    def shared(self, other: ViewRect) -> float:
        """Area of the overlap."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0 and height > 0 else 0.0


class View:
    """A pinhole view from a position along a direction, z up."""

    def __init__(self, position: Vector, forward: Vector) -> None:
        self.position = position
        self.forward = _unit(forward)
        self.right = _unit((self.forward[1], -self.forward[0], 0.0))
        self.up = cross(self.right, self.forward)

    def rect(self, points: Iterable[Vector]) -> ViewRect:
        """The rectangle around the projections of points in front of the viewer."""
        xs, ys = [], []
        for point in points:
            offset = (point[0] - self.position[0], point[1] - self.position[1], point[2] - self.position[2])
            depth = max(_dot(offset, self.forward), 0.1)
            xs.append(_dot(offset, self.right) / depth)
            ys.append(_dot(offset, self.up) / depth)
        return ViewRect(min(xs), max(xs), min(ys), max(ys))


def corners_of(extent: Extent, place: Placement) -> list[Vector]:
    """World positions of the eight corners of an object's box."""
    cos, sin = rounded_cos_sin(place.yaw)
    out = []
    for x in (extent.low[0] * place.scale, extent.high[0] * place.scale):
        for y in (extent.low[1] * place.scale, extent.high[1] * place.scale):
            px, py = place.x + cos * x - sin * y, place.y + sin * x + cos * y
            out += [(px, py, place.z + extent.low[2] * place.scale), (px, py, place.z + extent.high[2] * place.scale)]
    return out


def frame_all(position: Vector, points: Sequence[Vector], margin: float) -> Camera:
    """The camera at `position` that shows all points, with `margin` times their half size to each side."""
    forward: Vector = (0.0, 1.0, -0.3)
    for _ in range(3):
        view = View(position, forward)
        rect = view.rect(points)
        x, y = (rect.left + rect.right) / 2, (rect.bottom + rect.top) / 2
        forward = _unit(
            (
                view.forward[0] + x * view.right[0] + y * view.up[0],
                view.forward[1] + x * view.right[1] + y * view.up[1],
                view.forward[2] + x * view.right[2] + y * view.up[2],
            )
        )
    rect = View(position, forward).rect(points)
    half = max(-rect.left, rect.right, -rect.bottom, rect.top) * margin
    angle = round(2 * math.degrees(math.atan(half)), 6)
    target = (position[0] + 7 * forward[0], position[1] + 7 * forward[1], position[2] + 7 * forward[2])
    return Camera(position, target, min(max(angle, NARROWEST), WIDEST))


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """The cross product."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _unit(v: Vector) -> Vector:
    length = math.sqrt(_dot(v, v))
    return (v[0] / length, v[1] / length, v[2] / length)
