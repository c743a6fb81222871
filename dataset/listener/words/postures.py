"""Which things can stand, lie, hang, grow: a van is parked, a mug is not."""

from __future__ import annotations

from typing import Final

from .furnishings import HANGING, UPRIGHT

__all__ = ["can_be"]

_GROWING: Final = frozenset(
    {"potted plant", "cactus", "tree", "pine", "leaf", "flower", "blossom", "stem", "fruit", "foliage", "trunk", "lawn",
     "foliage tier", "arm", "flower center"}
)  # fmt: skip

_HANGING: Final = frozenset(
    {"picture", "canvas", "frame", "lantern", "fruit", "flag", "arm", "hand", "drawer", "window", "blanket", "leaf",
     "bulb", "birdhouse", "mailbox", "lampshade", "blossom", "flower", "tablecloth", "balcony", *HANGING}
)  # fmt: skip

_PARKED: Final = frozenset({"car", "van", "bus", "truck", "wagon"})

_UPRIGHT: Final = frozenset(
    {"lamp", "tree", "pine", "house", "street lamp", "bookshelf", "cabinet", "car", "van", "bus", "truck", "bench",
     "chair", "armchair", "sofa", "stool", "table", "bed", "television", "mailbox", "wall", "robot", "wagon", *UPRIGHT}
)  # fmt: skip

_FLAT: Final = frozenset(
    {"floor", "wall", "rug", "road", "sky", "lawn", "pavement", "gravel", "snow", "dirt", "sand", "placemat", "curb",
     "tablecloth", "skirting board"}
)  # fmt: skip

_STACKED: Final = frozenset({"book", "fruit", "board", "crate", "ball", "cushion", "pillow", "suitcase", "slat"})


def can_be(category: str, posture: str) -> bool:
    """Whether a thing of a category can have a posture: a van is parked, a mug is not."""
    if posture == "growing":
        return category in _GROWING
    if posture == "hanging":
        return category in _HANGING
    if posture == "parked":
        return category in _PARKED
    if posture == "lying":
        return category not in _UPRIGHT
    if posture == "stacked":
        return category in _STACKED
    return category not in _FLAT
