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
from .depth import STANDING, points_of

__all__ = ["manner_of"]

TARGET_SHARE: Final = 150 / 512**2
"""Smaller regions get no caption of their own, as a share of the picture."""
WICK: Final = 0.001
"""Share of the picture from which on a candle on its saucer is no cup."""
THINNEST: Final = 0.008
"""Mean thickness, in sides of the picture, from which on a thing is recognised that is not thin by nature."""
THIN: Final = frozenset(
    {"leg", "pole", "rung", "slat", "cable", "skirting board", "frame", "window sill", "curtain rod", "handle", "board",
     "post", "book", "side panel", "towel rail", "wall shelf", "worktop", "tabletop", "border", "rocker", "candlestick",
     "curtain", "ring", "armrest", "trunk", "base", "lid", "foot", "stem"}
)  # fmt: skip
"""What is thin by nature and is known by where it is."""
FAINT: Final = 0.0025
"""Share of the picture from which on pieces of a wall or a skirting board are one to a viewer."""
LONGEST_ROW: Final = 4
"""Of a set of more pieces than these, only the first `TOLD_OF_ROW` are spoken of one by one."""
TOLD_OF_ROW: Final = 2
LEVEL: Final = 0.3
"""Of pieces that are less far apart in height than this share of their own, none is the upper one."""
SIDE_BY_SIDE: Final = STANDING | {"armrest", "side panel", "pedal"}
"""Pieces of which none ever is the upper one."""
PAINTED: Final = frozenset({"white", "gray", "black", "red", "green", "teal", "blue", "purple", "pink"})
"""Colours that wood has from paint alone."""
SELF_EVIDENT: Final = {
    "metal": frozenset({"tap", "handle", "radiator", "knob", "curtain rod", "pole", "cable", "wall lamp", "chandelier",
                        "towel rail", "hob", "speaker", "toaster", "oven", "basin", "sink", "candlestick", "frame"}),
    "glass": frozenset({"ceiling lamp", "lampshade", "pane", "glass", "mirror", "window", "hob", "screen",
                        "wine glass", "bulb", "bottle"}),
    "leather": frozenset({"ball", "chair", "handbag", "briefcase", "leg", "frame", "base"}),
    "wood": frozenset({"decking", "fence", "trunk"}),
}  # fmt: skip
"""Material -> things that are of it in any case, of which nobody says so."""
CARRIERS: Final = frozenset(
    {"table", "coffee table", "side table", "nightstand", "desk", "sideboard", "cabinet", "chest of drawers",
     "bookshelf", "wall shelf", "dressing table", "stool", "piano"}
)  # fmt: skip
"""Things that are found by what stands on them."""
CORNERS: Final = frozenset(
    {"leg", "post", "chair", "armchair", "stool", "side table", "cup", "mug", "candle", "vase", "bottle", "bowl", "box",
     "potted plant", "deck chair", "toy block"}
)  # fmt: skip
"""Things that stand about, which two places tell apart at once."""
HUNG: Final = frozenset({*HANGING, "picture", "window"})
RELATIONS: Final = ("on", "above", "under", "left of", "right of", "in front of", "behind", "next to", "facing")
FACED: Final = frozenset(
    {"table", "coffee table", "desk", "window", "television", "bed", "fireplace", "piano", "bookshelf", "sofa", "door"}
)
"""What chairs and sofas face."""
UNPLACED: Final = frozenset({"rug", "bath mat", "worktop", "window sill", "curtain rod", "curtain", "hob", "sink"})
"""What lies, hangs or is built in along others: beside and behind mean nothing of it."""
LITTLE: Final = frozenset({"box", "toy block", "ball", "book", "cup", "mug", "candle", "bottle", "towel", "handbag"})
"""By what lies about nobody finds a larger thing."""
OVER, NEAR = 1.0, 2.2
"""Metres on the plan up to which one thing is above another, or beside it."""
OCCLUDED: Final = 0.08
"""Share of the pixels around a thing that show something nearer, up to which all of it is seen."""
NEARER: Final = 0.12
"""Metres."""
HIDDEN: Final = ((0.4, 0.004), (0.5, 0.006))
"""Things of which more of the outline than this is covered by nearer things are not recognised if they are smaller."""


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
        untold=frozenset(_untold(world, masks, distance)),
        looks=_looks,
        extents=dict(_extents(world, masks, distance, camera)),
        level=frozenset(_level(world, masks, distance, camera)),
        relations=RELATIONS,
        suits=_suits,
        corners=CORNERS,
        carriers=CARRIERS,
        indoors=True,
    )


def _looks(region: WorldRegion) -> list[Constraint]:
    """Colour, pattern, whether a door of the room is open, and what it is made of where a person would say so."""
    looks = [look for look in looks_of(region) if look.kind != "material"]
    if "state" in region.attributes and region.granularity == "object":
        looks.append(Constraint("state", region.attributes["state"]))
    material = region.attributes.get("material", "")
    if material not in SELF_EVIDENT or region.category in SELF_EVIDENT[material]:
        return looks
    if material == "wood":
        color = region.attributes.get("color")
        wooden = color in WOODEN_COLORS if color else {"brown", "orange"} & set(region.maybe_colors)
        if not wooden or (not color and PAINTED & set(region.maybe_colors) - {"white", "gray"}):
            return looks
    return [*looks, Constraint("material", material)]


def _suits(relation: str, region: WorldRegion, landmark: WorldRegion) -> bool:
    """Whether a person would find the region by the landmark so: it is near in the room too, and no mere detail."""
    hung, by_hung = region.category in HUNG, landmark.category in HUNG
    if relation == "on":
        return True
    if relation == "facing":
        return landmark.category in FACED
    if {region.category, landmark.category} & UNPLACED or landmark.category in LITTLE:
        return False
    apart = math.dist(region.stands[:2], landmark.stands[:2]) if region.stands and landmark.stands else math.inf
    if relation in ("above", "under"):
        upper, lower = (hung, by_hung) if relation == "above" else (by_hung, hung)
        return upper and not lower and apart <= OVER
    return hung == by_hung and apart <= NEAR


def _level(world: World, masks: Mapping[str, BoolArray], distance: Float32Array, camera: Camera) -> Iterator[str]:
    """Pieces of sets that are side by side in the room, even where one is seen higher up than the other."""
    for region in world.regions:
        pieces = _members(world, region)
        if region.granularity != "group" or region.parent is None or not pieces:
            continue
        heights = [points_of(masks[piece.id], distance, camera)[:, 2] for piece in pieces]
        tall = float(np.median([np.ptp(np.quantile(each, (0.05, 0.95))) for each in heights]))
        if region.category in SIDE_BY_SIDE or np.ptp([np.median(each) for each in heights]) < LEVEL * tall:
            yield from region.members


def _untold(world: World, masks: Mapping[str, BoolArray], distance: Float32Array) -> Iterator[str]:
    """Regions of which so little is seen that nobody knows what they are, and most pieces of long rows."""
    unclear = {region.id for region in world.regions if _is_unclear(region, masks[region.id], distance)}
    for region in world.regions:
        objects = [each.id for each in _members(world, region) if each.granularity == "object"]
        if not unclear.isdisjoint((region.id, *world.ancestors(region.id), *objects)):
            yield region.id
        if len(region.members) > LONGEST_ROW and region.parent is not None:
            pieces = sorted(_members(world, region), key=lambda piece: -piece.area)
            yield from (piece.id for piece in pieces[TOLD_OF_ROW:])


def _members(world: World, region: WorldRegion) -> list[WorldRegion]:
    """Those of its members that are regions themselves."""
    return [world.by_id[name] for name in region.members if name in world.by_id]


def _is_unclear(region: WorldRegion, mask: BoolArray, distance: Float32Array) -> bool:
    """Whether a person would not see what it is: a shred of a wall, a thin strip, or hidden for the most part."""
    if region.granularity == "background":
        return region.area < FAINT
    if region.is_group:
        return False
    if region.category == "candle" and region.area < WICK:
        return True
    if region.granularity == "object" and region.area < max(area for _, area in HIDDEN):
        share = _hidden_share(mask, distance)
        if any(share > most and region.area < area for most, area in HIDDEN):
            return True
    if region.category in THIN:
        return False
    rows, columns = np.nonzero(mask)
    across, down = np.ptp(columns) + 1, np.ptp(rows) + 1
    return len(rows) / math.hypot(across, down) < THINNEST * len(mask)


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
        if _hidden_share(masks[region.id], distance) > OCCLUDED:
            continue
        height = (region.bottom - region.top) * scale * region.distance
        width = (region.right - region.left) * scale * region.distance
        yield region.id, (height, math.sqrt(height * width))


def _hidden_share(mask: BoolArray, distance: Float32Array) -> float:
    """The share of the pixels around a thing that show something nearer than it is there."""
    own = np.pad(np.where(mask, distance, 0.0), 1)
    beside = np.max([own[:-2, 1:-1], own[2:, 1:-1], own[1:-1, :-2], own[1:-1, 2:]], axis=0)
    around = (beside > 0) & ~mask
    return float(np.mean(distance[around] < beside[around] - NEARER)) if around.any() else 0.0
