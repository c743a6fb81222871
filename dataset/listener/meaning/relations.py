"""Spatial relations between two regions, three-valued, from what is seen in the picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from ..world import WorldRegion
from .bits import bits
from .scales import DISTANCE_RATIO, SMALLEST_GAP
from .structure import Structure, Truth

__all__ = ["TOUCHING", "lies_between", "relation_holds", "room_between"]

TOUCHING: Final = 0.015
"""Room between two boxes that touch, in widths of the picture."""
NEAR: Final = 0.45
"""Farther apart than this, people do not name the one to find the other: vague."""

AHEAD, ASIDE = 25.0, 55.0
"""Degrees between a thing's front and the direction to another, up to which it faces it, and from which on not."""
IN_REACH: Final = 4.0
"""Metres up to which a thing is certainly said to face another."""


def relation_holds(model: Structure, relation: str, k: int, landmark: int) -> Truth:
    """Whether region `k` stands in a relation to the region `landmark`."""
    if k == landmark:
        return False
    one, other = model.regions[k], model.regions[landmark]
    if relation == "closest":
        return _closest(model, k, landmark)
    if relation == "touching":
        gap = room_between(model.regions[k], model.regions[landmark])
        return True if gap <= SMALLEST_GAP else None if gap <= 4 * SMALLEST_GAP else False
    is_part = bool(model.above[k] >> landmark & 1)
    if relation == "on":
        return _on(model, one, other, is_part)
    if relation == "under":
        return True if other.supported_by == one.id else _level(one, other, below=True)
    if is_part or model.below[k] >> landmark & 1:
        return False
    return _RELATIONS[relation](one, other)


def _closest(model: Structure, k: int, landmark: int) -> Truth:
    """Closest to, among those of its kind with the same whole, or of all where it is a whole itself."""
    one, other = model.regions[k], model.regions[landmark]
    rivals = model.noun(one.category, one.is_group) & ~(1 << landmark)
    if model.above[k]:
        within = next((j for j in reversed(list(bits(model.above[k]))) if not model.regions[j].is_group), None)
        rivals &= model.below[within] if within is not None else rivals
    distances = {j: _apart(model.regions[j], other) for j in bits(rivals | 1 << k)}
    least = min(distances.values())
    return True if distances[k] <= least else None if distances[k] <= 1.3 * least + SMALLEST_GAP else False


def room_between(one: WorldRegion, other: WorldRegion) -> float:
    """Room between the boxes of two regions, the larger of both directions, 0 where they touch."""
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down, 0.0)


def _apart(one: WorldRegion, other: WorldRegion) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def lies_between(model: Structure, k: int, a: int, b: int) -> Truth:
    """Whether region `k` is between two others across the picture, and not far above or below both."""
    one, left, right = model.regions[k], model.regions[a], model.regions[b]
    if left.x > right.x:
        left, right = right, left
    if not left.x < one.x < right.x or (model.above[k] | model.below[k]) & (1 << a | 1 << b):
        return False
    share = (one.x - left.x) / (right.x - left.x)
    level = min(left.top, right.top) <= one.y <= max(left.bottom, right.bottom)
    return True if level and 0.2 <= share <= 0.8 else None


def _on(model: Structure, one: WorldRegion, other: WorldRegion, is_part: bool) -> Truth:
    if one.supported_by == other.id:
        return True
    if is_part and not other.is_group:
        return True
    supporter = model.world.by_id.get(one.supported_by or "")
    if other.granularity == "background" and one.supported_by is None and one.granularity in ("object", "group"):
        return None
    return None if supporter is not None and other.id in model.world.ancestors(supporter.id) else False


def _beside(one: WorldRegion, other: WorldRegion) -> Truth:
    """Left of: the centre clearly to the left, boxes mostly apart, about as high in the picture."""
    apart = other.x - one.x
    if apart <= 0:
        return False
    clear = apart >= 2 * SMALLEST_GAP and one.right - other.left <= 0.25 * min(_width(one), _width(other))
    level = abs(one.y - other.y) <= max(0.5 * max(_height(one), _height(other)), 0.12)
    return True if clear and level and other.left - one.right <= NEAR else None


def _front(one: WorldRegion, other: WorldRegion) -> Truth:
    """In front of: nearer to the viewer, and they overlap across the picture."""
    if one.distance is None or other.distance is None:
        return None if one.granularity != "background" and other.granularity == "background" else False
    if one.distance >= other.distance:
        return False
    overlap = min(one.right, other.right) - max(one.left, other.left)
    clear = other.distance >= one.distance * DISTANCE_RATIO and one.bottom > other.bottom
    near = other.distance <= one.distance * 1.6
    return True if clear and near and overlap >= 0.35 * min(_width(one), _width(other)) else None


def _next_to(one: WorldRegion, other: WorldRegion) -> Truth:
    """Next to: side by side with little room between."""
    gap = max(one.left, other.left) - min(one.right, other.right)
    rows = max(one.top, other.top) - min(one.bottom, other.bottom)
    if gap > 0.3 or rows > 0.15:
        return False
    same_depth = one.distance is None or other.distance is None or _ratio(one.distance, other.distance) <= 1.2
    return True if -0.04 <= gap <= 0.08 and rows < 0 and same_depth else None


def _level(one: WorldRegion, other: WorldRegion, *, below: bool) -> Truth:
    """Above or below in the picture, overlapping across."""
    upper, lower = (other, one) if below else (one, other)
    if upper.y >= lower.y:
        return False
    overlap = min(one.right, other.right) - max(one.left, other.left)
    apart = upper.bottom - lower.top <= 0.3 * min(_height(one), _height(other))
    return True if apart and overlap >= 0.35 * min(_width(one), _width(other)) else None


def _facing(one: WorldRegion, other: WorldRegion) -> Truth:
    """Facing: what is not too far away in the direction of its front."""
    if len(one.stands) < 3 or len(other.stands) < 2:
        return None
    x, y = other.stands[0] - one.stands[0], other.stands[1] - one.stands[1]
    turned = abs((math.degrees(math.atan2(x, -y)) - one.stands[2] + 180) % 360 - 180)
    if turned > ASIDE:
        return False
    return True if turned <= AHEAD and math.hypot(x, y) <= IN_REACH else None


_RELATIONS: Final[dict[str, Callable[[WorldRegion, WorldRegion], Truth]]] = {
    "left of": _beside,
    "right of": lambda one, other: _beside(other, one),
    "in front of": _front,
    "behind": lambda one, other: _front(other, one),
    "next to": _next_to,
    "facing": _facing,
    "above": lambda one, other: _level(one, other, below=False),
    "below": lambda one, other: _level(one, other, below=True),
}


def _width(region: WorldRegion) -> float:
    return region.right - region.left


def _height(region: WorldRegion) -> float:
    return region.bottom - region.top


def _ratio(a: float, b: float) -> float:
    return max(a, b) / min(a, b)
