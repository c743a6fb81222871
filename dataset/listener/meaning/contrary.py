"""Which of two regions is clearly not behind, in front of, above or below the other, in no way that this is meant.

Depth goes by the distance of the things that both are of, and by their lower edges; height by centres and boxes.
"""

from __future__ import annotations

from typing import Final

from ..world import WorldRegion
from .bits import bits
from .relations import TOUCHING, room_between
from .structure import Structure

__all__ = ["DEEP", "FLAT", "is_contrary"]

FAR: Final = frozenset({"wall", "sky", "skirting board", "hill", "back panel"})
"""What is in front of nothing and has nothing behind it."""
FLAT: Final = frozenset({"rug", "placemat", "floor", "lawn", "dirt", "gravel", "snow", "sand", "pavement", "road"})
"""What lies under things and hides none."""
CLOTHS: Final = frozenset({"rug", "placemat"})
"""What lies on other flat things."""
HUNG: Final = frozenset({"picture", "window"})
TOPS: Final = FLAT | {"table", "tabletop", "top"}
"""What hides nothing that stands on it."""
DEEP: Final = frozenset({"bed", "sofa", "armchair", "chair", "bench"})
"""Furniture of which what is farther back is higher in the picture: a headboard is behind the pillows."""
VESSELS: Final = frozenset({"vase", "potted plant", "bowl"})
"""What stands in these is above them."""
FARTHER: Final = 0.01
"""Share of the distance by which one thing whose lower edge is higher is clearly farther than another."""
MUCH_FARTHER: Final = 0.15
"""The same wherever their lower edges are: one may stand on a table."""
LEVEL: Final = 0.01
"""Centres that differ by less, in heights of the picture, are level."""
OF_WHOLE: Final = 0.1
"""A part that begins within this share of its whole's height from the top of that is its upper part."""


def is_contrary(model: Structure, relation: str, k: int, j: int) -> bool:
    """Whether region `k` clearly stands in no such relation to region `j`."""
    if relation == "hides":
        one, other = model.regions[k], model.regions[j]
        is_own = bool(model.own(k) & model.own(j))
        lies = one.category in FLAT and (one.category not in CLOTHS or other.granularity != "background")
        lies = lies and (other.category in CLOTHS or other.category not in FLAT)
        lies = lies or (one.category in TOPS and _stands_on(model, j, k))
        is_apart = room_between(one, other) > TOUCHING
        return is_apart or (not is_own and (lies or _is_depth_contrary(model, j, k)))
    if relation in ("behind", "in front of"):
        return _is_depth_contrary(model, *((k, j) if relation == "behind" else (j, k)))
    return _is_level_contrary(model, relation, k, j)


def _is_level_contrary(model: Structure, relation: str, k: int, j: int) -> bool:
    one, other = model.regions[k], model.regions[j]
    if relation == "under" and other.supported_by == one.id:
        return False
    if relation == "above" and other.supported_by == one.id:
        return True
    if model.above[k] >> j & 1:
        return _is_of_whole_contrary(one, other, above=relation == "above")
    if model.below[k] >> j & 1:
        return _is_of_whole_contrary(other, one, above=relation != "above")
    if relation != "above" and other.granularity == "background" and other.category in FLAT - CLOTHS:
        return one.bottom < other.bottom and one.y < other.bottom  # the ground is below all that stands on it
    upper, lower = (other, one) if relation == "above" else (one, other)
    if upper.y > lower.y - LEVEL:
        return False
    return upper.top < lower.top and upper.bottom < lower.bottom


def _is_of_whole_contrary(part: WorldRegion, whole: WorldRegion, *, above: bool) -> bool:
    """Whether a part is clearly not above the rest of its whole, or not below it."""
    height = whole.bottom - whole.top
    if above and whole.category in VESSELS:
        return part.y > whole.y
    if above:
        return part.top > whole.top + OF_WHOLE * height
    return part.top <= whole.top + OF_WHOLE * height and part.y < whole.y - 2 * OF_WHOLE * height


def _is_depth_contrary(model: Structure, k: int, j: int) -> bool:
    """Whether region `k` is clearly not behind region `j`: the nearer one."""
    one, other = model.regions[k], model.regions[j]
    if (other.category in FAR and one.category not in FAR) or (_hangs(model, j) and not _hangs(model, k)):
        return _root(model, k).granularity != "background"
    if one.granularity == "background" or other.granularity == "background":
        return _is_beyond_contrary(model, k, j)
    if model.above[k] >> j & 1 or model.below[k] >> j & 1:
        return False
    if model.own(k) & model.own(j):
        is_like = one.category == other.category
        if not is_like:  # a headboard is behind the pillows
            is_deep = _thing(model, k).category in DEEP
            return is_deep and one.y > other.y + LEVEL and one.top > other.top + LEVEL
        return one.bottom > other.bottom + LEVEL and one.y > other.y + LEVEL
    own, its = _distance(model, k), _distance(model, j)
    if own is None or its is None:
        return False
    return its > own * (1 + MUCH_FARTHER) or (its > own * (1 + FARTHER) and _foot(model, k) > _foot(model, j))


def _is_beyond_contrary(model: Structure, k: int, j: int) -> bool:
    """Whether one of two, what lies flat, is clearly not farther, or not nearer, than the other."""
    one, other = model.regions[k], model.regions[j]
    if other.category in FLAT | {"fence"} and _distance(model, k) is not None:
        return _foot(model, k) > other.bottom
    if one.category in FLAT and _distance(model, j) is not None:
        return _foot(model, j) < one.top
    return False


def _root(model: Structure, k: int) -> WorldRegion:
    return next(model.regions[j] for j in (k, *bits(model.above[k])) if not model.above[j])


def _hangs(model: Structure, k: int) -> bool:
    """Whether a region is of a picture or a window on a wall."""
    root = _root(model, k)
    return root.granularity == "background" and root.category in HUNG


def _stands_on(model: Structure, k: int, j: int) -> bool:
    """Whether the thing that a region is of stands on what another is of."""
    return any(model.regions[i].supported_by in model.ids(model.own(j)) for i in (k, *bits(model.above[k])))


def _thing(model: Structure, k: int) -> WorldRegion:
    """The thing that a region is of."""
    every = (k, *bits(model.above[k]))
    return next((model.regions[j] for j in every if model.regions[j].distance is not None), model.regions[k])


def _foot(model: Structure, k: int) -> float:
    return _thing(model, k).bottom


def _distance(model: Structure, k: int) -> float | None:
    """Metres from the viewer to the thing that a region is of, None of a group."""
    return _thing(model, k).distance
