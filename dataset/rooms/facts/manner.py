"""How the regions of rooms are spoken of: which get no caption, and what of their look, size and place is said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from ...listener.logic import Constraint
from ...listener.words.furnishings import HANGING
from ...listener.world import World, WorldRegion
from ...runtime.arrays import BoolArray, Float32Array
from ...scenes.layout.graph import Camera
from ...scenes.words.forms import WOODEN_COLORS, looks_of
from ...scenes.words.manner import Extent, Manner

__all__ = ["manner_of"]

TARGET_SHARE: Final = 150 / 512**2
"""Smaller regions get no caption of their own, as a share of the picture."""
THINNEST: Final = 0.008
"""Mean thickness, in sides of the picture, from which on a thing is recognised that is not thin by nature."""
THIN: Final = frozenset(
    {"leg", "pole", "rung", "slat", "cable", "skirting board", "frame", "window sill", "curtain rod", "handle", "board",
     "post", "book", "side panel", "towel rail", "wall shelf", "worktop", "tabletop", "border", "rocker", "candlestick",
     "curtain", "ring", "armrest", "side panel", "trunk", "base", "lid", "foot", "stem"}
)  # fmt: skip
"""What is thin by nature and is known by where it is."""
LONGEST_ROW: Final = 4
"""Of a set of more pieces than these, only the first `TOLD_OF_ROW` are spoken of one by one."""
TOLD_OF_ROW: Final = 2
UPRIGHT: Final = frozenset({"leg", "post", "pole", "curtain", "chair", "table", "skirting board", "wall", "armrest"})
"""Things side by side, of which none is the upper one even if it is seen higher up."""
PAINTED: Final = frozenset({"white", "gray", "black", "red", "green", "teal", "blue", "purple", "pink"})
"""Colours that wood has from paint alone."""
SELF_EVIDENT: Final = {
    "metal": frozenset({"tap", "handle", "radiator", "knob", "curtain rod", "pole", "cable", "wall lamp", "chandelier",
                        "towel rail", "hob", "speaker", "toaster", "oven", "basin", "sink", "candlestick", "frame"}),
    "glass": frozenset({"pane", "glass", "mirror", "window", "hob", "screen", "wine glass", "bulb", "bottle"}),
    "leather": frozenset({"handbag", "briefcase"}),
    "wood": frozenset({"decking", "fence", "trunk"}),
}  # fmt: skip
"""Material -> things that are of it in any case, of which nobody says so."""
CARRIERS: Final = frozenset(
    {"table", "coffee table", "side table", "nightstand", "desk", "sideboard", "cabinet", "chest of drawers",
     "bookshelf", "wall shelf", "dressing table", "stool", "piano"}
)  # fmt: skip
"""Things that are found by what stands on them."""
HUNG: Final = frozenset({*HANGING, "picture", "window"})
RELATIONS: Final = ("on", "above", "under", "left of", "right of", "in front of", "behind", "next to")
OCCLUDED: Final = 0.08
"""Share of the pixels around a thing that show something nearer, up to which all of it is seen."""
NEARER: Final = 0.12
"""Metres."""


def manner_of(world: World, masks: Mapping[str, BoolArray], distance: Float32Array, camera: Camera) -> Manner:
    """How the regions of one room are spoken of.

    Args:
        world: its regions.
        masks: the mask (h, w) of each by its id.
        distance: (h, w), metres along the camera's axis.
        camera: where it is seen from.
    """
    return Manner(
        target_share=TARGET_SHARE,
        untold=frozenset(_untold(world, masks)),
        looks=_looks,
        extents=dict(_extents(world, masks, distance, camera)),
        upright=UPRIGHT,
        relations=RELATIONS,
        suits=_suits,
        corners=True,
        carriers=CARRIERS,
        indoors=True,
    )


def _looks(region: WorldRegion) -> list[Constraint]:
    """Colour, pattern, and what it is made of where a person would say so."""
    looks = [look for look in looks_of(region) if look.kind != "material"]
    material = region.attributes.get("material", "")
    if material not in SELF_EVIDENT or region.category in SELF_EVIDENT[material]:
        return looks
    if material == "wood":
        color = region.attributes.get("color")
        shown = color in WOODEN_COLORS if color else {"brown", "orange"} & set(region.maybe_colors)
        if not shown or (not color and PAINTED & set(region.maybe_colors) - {"white", "gray"}):
            return looks
    return [*looks, Constraint("material", material)]


def _suits(relation: str, region: WorldRegion, landmark: WorldRegion) -> bool:
    """Whether a person would find the region by the landmark so."""
    hung, by_hung = region.category in HUNG, landmark.category in HUNG
    if relation == "above":
        return hung and not by_hung
    if relation == "under":
        return by_hung and not hung
    if relation == "on":
        return True
    return hung == by_hung


def _untold(world: World, masks: Mapping[str, BoolArray]) -> Iterator[str]:
    """Regions of which so little is seen that nobody knows what they are, and most pieces of long rows."""
    for region in world.regions:
        if region.granularity != "background" and region.category not in THIN and not region.is_group:
            mask = masks[region.id]
            rows, columns = np.nonzero(mask)
            across, down = np.ptp(columns) + 1, np.ptp(rows) + 1
            if len(rows) / math.hypot(across, down) < THINNEST * len(mask):
                yield region.id
        if len(region.members) > LONGEST_ROW and region.parent is not None:
            pieces = sorted((world.by_id[name] for name in region.members), key=lambda piece: -piece.area)
            yield from (piece.id for piece in pieces[TOLD_OF_ROW:])


def _extents(
    world: World, masks: Mapping[str, BoolArray], distance: Float32Array, camera: Camera
) -> Iterator[tuple[str, Extent]]:
    """How large the things are of which all is seen: nothing stands before them, and the edge does not cut them."""
    scale = 2 * math.tan(math.radians(camera.field_of_view) / 2)
    for region in world.regions:
        if region.granularity != "object" or region.distance is None:
            continue
        if min(region.left, region.top) <= 0 or max(region.right, region.bottom) >= 1:
            continue
        around = _around(masks[region.id])
        if np.mean(distance[around] < region.distance - NEARER) > OCCLUDED:
            continue
        height = (region.bottom - region.top) * scale * region.distance
        width = (region.right - region.left) * scale * region.distance
        yield region.id, (height, math.sqrt(height * width))


def _around(mask: BoolArray) -> BoolArray:
    """The pixels next to those of a mask."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    return wide & ~mask
