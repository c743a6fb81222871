"""From a rendered room to its visible regions: their masks, and the world that captions are checked against.

The same builder as for drawn scenes (`scenes.words.regions`) makes them; only how things look is found in another way:
colours are named from the reflectances that the renderer saw, not from what the layout meant them to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ...listener.words.palette import FINISHES
from ...listener.world import World, WorldRegion
from ...runtime.arrays import BoolArray, Float32Array, Int32Array, IntArray
from ...scenes.layout.graph import Camera, Node, Placement
from ...scenes.words.looks import PATTERN_VISIBLE, Look
from ...scenes.words.pixel_counts import PixelCounts, count_pixels
from ...scenes.words.regions import regions_in
from ..negatives import Negative
from .albedo import NONE, WORDS, color_words
from .depth import depth_slots, points_of
from .spoken import spoken_tree

__all__ = ["visible_regions", "world_of"]

CERTAIN_SHARE: Final = 0.6
"""A word that is certain of this share of a region's pixels is its colour, if no other is certain of `RIVAL_SHARE`."""
RIVAL_SHARE: Final = 0.2
MAYBE_SHARE: Final = 0.15
"""A word that may be said of this share of a region's pixels is one that somebody may use for it."""
EVEN: Final = 0.06
"""Standard deviation of lightness (displayed, 0..1) up to which a surface has no pattern."""
COLORLESS: Final = frozenset({"glass", "mirror", "window", "pane", "screen", "print", "sky"})
"""Materials and nouns of what shows other things' colours, or pictures."""
LIT: Final = frozenset({"lampshade", "bulb"})
"""What gives light where the lamp is on: it has no reflectance, so the colour that the layout meant counts."""
MEANT: Final = {"beige": ("white", "yellow", "orange", "brown"), "cream": ("white", "yellow")}
"""Colours of the layout that have no word of their own -> what they may be called."""
PATTERN_WORDS: Final = {"striped": "stripes", "checked": "checker", "stripes": "stripes", "checks": "checker"}
"""Patterns of two colours as the layout calls them -> the listener's words; they are said with both colours."""
TILED: Final = "tiles"
"""A pattern that is said by itself."""
FRONTED: Final = frozenset({"chair", "armchair", "sofa", "office chair", "lounge chair", "bench"})
"""Things that face what is before them."""
METALLIC: Final = frozenset({"radiator"})
"""What is of metal in any case. Bright metal has a white reflectance and looks like what it mirrors."""
SLIVER: Final = 0.03
"""Share of the picture's side up to which a thing at its edge is not recognised."""
NEAREST: Final = 0.1
"""Metres."""
MOST_COUNTED: Final = 12
"""Of more things than these nobody says the number."""
MATERIALS: Final = frozenset(FINISHES) - {"matte", "glow"}


@dataclass(frozen=True)
class _Shown:
    """What a picture shows."""

    roots: list[Node]
    camera: Camera


def visible_regions(
    roots: Sequence[Node],
    camera: Camera,
    node_map: Int32Array,
    albedo: Float32Array,
    distance: Float32Array | None = None,
    *,
    outdoors: bool,
    models: Mapping[int, str] | None = None,
) -> tuple[World, dict[str, BoolArray]]:
    """The visible regions of a rendered room.

    Args:
        roots: background and objects, all nodes numbered in walk order from 0. Their attributes may name the material
            (a word of `palette.FINISHES`) and the pattern; colours are ignored.
        camera: where it is seen from.
        node_map: (h, w), the index of the node at each pixel, -1 where there is none.
        albedo: (h, w, 3), linear RGB reflectances in [0, 1].
        distance: (h, w), metres along the camera's axis; without, things are as far away as where they were placed.
        outdoors: whether pixels without a node show the sky.
        models: index of a thing's node -> id of its furniture model.

    Returns:
        The world, parents before their parts, and the mask (h, w) of every region by its id.
    """
    plain, node_map = spoken_tree(roots, node_map, models)
    own = [node for root in plain for node in root.walk()]
    sky, nothing = (Node(name, "background", index=len(own) + k) for k, name in enumerate(("sky", "nothing")))
    nodes = [*own, sky, nothing]
    covered = np.where(node_map < 0, np.int32((sky if outdoors else nothing).index), node_map).astype(np.int32)
    _hide_slivers(covered, plain, nothing)
    counts, parent = count_pixels(nodes, covered, np.zeros((*node_map.shape, 3), np.uint8))
    lit = [node for root in plain if root.attributes.get("state") == "on" for node in root.walk()]
    looks = _Looks(covered, albedo, parent, [node for node in lit if node.category in LIT], own)
    picture = _Shown([*plain, sky] if outdoors else plain, camera)
    world, masks = regions_in(picture, covered, counts, looks, in_pieces=frozenset())  # every pane is its own node
    regions = (_as_seen(region, distance, masks[region.id]) for region in _with_shared_doubts(world.regions))
    if distance is not None:
        slots = depth_slots(plain, covered, distance, camera)
        depths = {str(index): {"depth": slot} for index, slot in slots.items()}
        regions = (replace(region, slots=depths.get(region.id, region.slots)) for region in regions)
        fronts = {str(root.index): root.placement for root in plain if root.category in FRONTED and root.placement}
        regions = (_on_plan(region, fronts, masks[region.id], distance, camera) for region in regions)
    return World(tuple(regions)), masks


def _hide_slivers(covered: Int32Array, roots: Sequence[Node], nothing: Node) -> None:
    """Let what the picture's edge leaves only a sliver of show nothing: nobody would know what it is."""
    height, width = covered.shape
    for root in roots:
        if root.granularity != "object":
            continue
        seen = np.isin(covered, [node.index for node in root.walk()])
        for along, side in ((seen.any(axis=0), width), (seen.any(axis=1), height)):
            places = np.nonzero(along)[0]
            if len(places) and 0 in (places[0], side - 1 - places[-1]) and np.ptp(places) < SLIVER * side:
                covered[seen] = nothing.index


def _with_shared_doubts(regions: Sequence[WorldRegion]) -> Iterator[WorldRegion]:
    """The regions; pieces of a set that have a colour which others of the set only may have, only may have it too."""
    sets: dict[str, list[WorldRegion]] = {}
    uncolored = {
        region.id for region in regions if region.granularity == "group" and not region.attributes.get("color")
    }
    for region in regions:
        if region.parent in uncolored and region.granularity in ("part", "subpart"):
            sets.setdefault(region.parent or "", []).append(region)
    doubts = {name: {word for piece in pieces for word in piece.maybe_colors} for name, pieces in sets.items()}
    for region in regions:
        color = region.attributes.get("color")
        if color is not None and color in doubts.get(region.parent or "", ()) and "accent" not in region.attributes:
            rest = {name: value for name, value in region.attributes.items() if name != "color"}
            yield replace(region, attributes=rest, maybe_colors=(*region.maybe_colors, color))
        else:
            yield region


def _as_seen(region: WorldRegion, distance: Float32Array | None, mask: BoolArray) -> WorldRegion:
    """The region as far away as what is seen of it, and counted only if a person would count it."""
    count = region.count if region.count <= MOST_COUNTED else 0
    if region.distance is None or region.granularity == "background":  # a wall is near and far
        return replace(region, count=count, distance=None)
    seen = region.distance if distance is None else float(np.median(distance[mask]))
    return replace(region, count=count, distance=round(max(seen, NEAREST), 3))


def _on_plan(
    region: WorldRegion,
    fronts: Mapping[str, Placement],
    mask: BoolArray,
    distance: Float32Array,
    camera: Camera,
) -> WorldRegion:
    """The thing with where it stands: where it was placed if it has a front, else where its pixels are."""
    if region.distance is None:
        return region
    place = fronts.get(region.id)
    if place is not None:
        return replace(region, stands=(round(place.x, 2), round(place.y, 2), round(place.yaw % 360, 1)))
    x, y = np.median(points_of(mask, distance, camera)[:, :2], axis=0).tolist()
    return replace(region, stands=(round(x, 2), round(y, 2)))


def world_of(negative: Negative) -> tuple[World, dict[str, BoolArray]]:
    """The visible regions of a rendered room, see `visible_regions`."""
    outdoors = negative.kind == "terrace"
    return visible_regions(
        negative.roots,
        negative.camera,
        negative.node_map,
        negative.albedo,
        negative.distance,
        outdoors=outdoors,
        models=negative.models,
    )


class _Looks:
    """How the nodes of one room look, by their reflectances."""

    def __init__(
        self, node_map: Int32Array, albedo: Float32Array, parent: IntArray, lit: list[Node], own: list[Node]
    ) -> None:
        certain, may = color_words(albedo.astype(np.float64))
        for node in lit:
            color = node.attributes.get("color", "")
            words = (color,) if color in WORDS else MEANT.get(color, WORDS)
            here = node_map == node.index
            certain[here] = WORDS.index(color) if color in WORDS else NONE
            may[here] = sum(1 << WORDS.index(word) for word in words)
        metal = [node.index for node in own if node.attributes.get("material") == "metal" or node.category in METALLIC]
        bright = np.isin(node_map, metal) & (certain == WORDS.index("white"))
        certain[bright], may[bright] = NONE, sum(1 << WORDS.index(word) for word in ("white", "gray", "black"))
        flat, count = node_map.reshape(-1), len(parent)
        displayed = np.sqrt(np.clip(albedo.mean(axis=-1), 0, 1)).reshape(-1).astype(np.float64)
        table = [np.bincount(flat[(certain == k).reshape(-1)], minlength=count) for k in range(NONE)]
        table += [np.bincount(flat[(may >> k & 1).astype(bool).reshape(-1)], minlength=count) for k in range(NONE)]
        table += [np.bincount(flat, displayed, count), np.bincount(flat, displayed**2, count)]
        sums = np.array(table, dtype=np.float64)
        for k in range(count - 1, -1, -1):
            if parent[k] >= 0:
                sums[:, parent[k]] += sums[:, k]
        self.certain, self.may, self.light = sums[:NONE].T, sums[NONE : 2 * NONE].T, sums[2 * NONE :].T

    def __call__(self, node: Node, counts: PixelCounts) -> Look:
        """The look of a node."""
        area = counts.area[node.index]
        attributes = {}
        material = node.attributes.get("material", "")
        if material in MATERIALS:
            attributes["material"] = material
        if node.category == "door":
            attributes["state"] = node.attributes.get("state", "closed")  # those of furniture are all closed
        mean, square = self.light[node.index] / area
        uneven, large = square - mean**2 > EVEN**2, area >= PATTERN_VISIBLE * counts.pixels
        pattern = PATTERN_WORDS.get(node.attributes.get("pattern", "")) if large and not node.children else None
        if node.attributes.get("pattern") == TILED and large:
            attributes["pattern"] = TILED
        elif uneven and pattern:
            attributes["pattern"] = pattern
        elif uneven or material in COLORLESS or node.category in COLORLESS:
            attributes["pattern"] = "unclear"
        if material in COLORLESS or node.category in COLORLESS:
            return Look(attributes, () if node.category == "sky" else WORDS)
        certain, may = self.certain[node.index] / area, self.may[node.index] / area
        first, second = (int(k) for k in np.argsort(certain)[::-1][:2])
        if pattern and certain[second] >= RIVAL_SHARE:
            attributes |= {"color": WORDS[first], "accent": WORDS[second], "pattern": pattern}
        elif attributes.get("pattern") in PATTERN_WORDS.values():
            pass  # of two colours, of which one alone would mislead
        elif certain[first] >= CERTAIN_SHARE and certain[second] < RIVAL_SHARE:
            attributes["color"] = WORDS[first]
        named = {attributes.get("color"), attributes.get("accent")}
        maybe = (word for k, word in enumerate(WORDS) if may[k] >= MAYBE_SHARE and word not in named)
        return Look(attributes, tuple(maybe))
