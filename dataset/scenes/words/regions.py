"""From a drawn scene to its visible regions: their masks, and the world that captions are checked against."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from ...listener.words.lexicon import plural_of
from ...listener.world import World, WorldRegion
from ...runtime.arrays import BoolArray, Int32Array
from ..layout.graph import Camera, Node, Scene
from .looks import Looks, look_of_drawn
from .pixel_counts import PixelCounts, count_pixels, piece_sizes

if TYPE_CHECKING:
    from ..rendering.render import Rendering

__all__ = ["DISTRACTOR_SHARE", "TARGET_SHARE", "Picture", "regions_in", "visible_regions"]

Masks = dict[str, BoolArray]

DISTRACTOR_SHARE: Final = 40 / 448**2
"""Smaller regions, as a share of the picture, do not count as seen."""
TARGET_SHARE: Final = 200 / 448**2
"""Smaller regions get no caption of their own."""
SAME_SHARE: Final = 0.98
"""A part that covers at least this share of its whole has no region of its own."""
TINY_SHARE: Final = 6 / 448**2
"""Parts of fewer pixels are not seen at all."""
LARGEST_GROUP: Final = 6
IN_PIECES: Final = frozenset({"pane"})
"""Things of which several are taken from one node: bars in front make them."""
ALIKE: Final = 0.5
"""The pieces are counted if the smallest has at least this share of the largest one's pixels."""
OWN_FRONT: Final = frozenset(
    {"car", "van", "bus", "truck", "chair", "office chair", "armchair", "sofa", "bed", "tractor", "train", "locomotive"}
)
"""Things whose own front anybody knows; of others, front means the side that faces the viewer."""


class Picture(Protocol):
    """What is shown, its nodes numbered in walk order from 0, and where it is seen from."""

    @property
    def roots(self) -> list[Node]:
        """Background and objects."""

    @property
    def camera(self) -> Camera:
        """Where it is seen from."""


def visible_regions(scene: Scene, rendering: Rendering) -> tuple[World, Masks]:
    """The visible regions of a drawn scene, see `regions_in`."""
    node_map = rendering.node_map
    sky = next((node.index for node in scene.roots if node.category == "sky"), -1)
    if sky >= 0:
        node_map = np.where(node_map < 0, np.int32(sky), node_map)
    counts, _ = count_pixels(scene.nodes(), node_map, rendering.image)
    return regions_in(scene, node_map, counts, look_of_drawn)


def regions_in(
    picture: Picture,
    node_map: Int32Array,
    counts: PixelCounts,
    looks: Looks,
    in_pieces: frozenset[str] = IN_PIECES,
) -> tuple[World, Masks]:
    """The visible regions of a picture.

    A region is the union of the visible pixels of a node and all below it. Two to six objects of one category form a
    group, their parent in the mask tree. Parts that cover all that is seen of their whole are merged into it; a set
    with a single visible member is left out in its favour.

    Args:
        picture: what is shown.
        node_map: (h, w), the index of the node at each pixel, none negative.
        counts: what every node covers.
        looks: says how a node looks.
        in_pieces: categories of which several are seen where one node is seen in pieces.

    Returns:
        The world, parents before their parts, and the mask (h, w) of every region by its id.
    """
    builder = _Builder(picture, node_map, counts, looks, in_pieces)
    for root in picture.roots:
        builder.visit(root, None, root)
    builder.add_groups()
    return World(tuple(builder.regions.values())), builder.masks


class _Builder:
    """Collects the regions of one picture."""

    def __init__(
        self, picture: Picture, node_map: Int32Array, counts: PixelCounts, looks: Looks, in_pieces: frozenset[str]
    ) -> None:
        self.scene, self.node_map, self.counts, self.looks = picture, node_map, counts, looks
        self.in_pieces = in_pieces
        self.least = DISTRACTOR_SHARE * node_map.size
        self.regions: dict[str, WorldRegion] = {}
        self.masks: Masks = {}

    def seen(self, node: Node) -> bool:
        """Whether enough of the node is visible."""
        return self.counts.area[node.index] >= self.least

    def visit(self, node: Node, parent: str | None, root: Node) -> None:
        """Add the regions of a node and of all below it."""
        if not self.seen(node):
            return
        visible = [child for child in node.children if self.seen(child)]
        region_id = str(node.index)
        if _is_set(node) and len(visible) < 2:
            region_id = parent or region_id
        elif parent is not None and self.counts.area[node.index] >= SAME_SHARE * self._pixels(parent):
            merged = self.regions[parent]
            self.regions[parent] = replace(merged, also=(*merged.also, node.category))
            region_id = parent
        else:
            mask = self.masks[region_id] = self._mask(node)
            self.regions[region_id] = self._in_pieces(self._region(node, parent, root, visible), mask)
        nearest = region_id if region_id in self.regions else None
        for child in visible:
            self.visit(child, nearest, root)

    def _pixels(self, region_id: str) -> int:
        return self.counts.area[int(region_id)]

    def _mask(self, node: Node) -> BoolArray:
        counts, k = self.counts, node.index
        rows = slice(counts.top[k], counts.bottom[k] + 1)
        columns = slice(counts.left[k], counts.right[k] + 1)
        mask = np.zeros(self.node_map.shape, np.bool_)
        inside = self.node_map[rows, columns]
        mask[rows, columns] = (inside >= k) & (inside < k + counts.size[k])
        return mask

    def _region(self, node: Node, parent: str | None, root: Node, visible: list[Node]) -> WorldRegion:
        members: tuple[str, ...] = ()
        count = 0
        if _is_set(node):
            members = tuple(str(child.index) for child in visible)
            glimpsed = [child for child in node.children if 0 < self.counts.area[child.index] < self.least]
            count = 0 if glimpsed else len(visible)
        look = self.looks(node, self.counts)
        return WorldRegion(
            id=str(node.index),
            parent=parent,
            category=node.category,
            granularity=node.granularity,
            plural=node.plural,
            count=count,
            attributes=look.attributes,
            slots=_slots(node, root, self.scene),
            supported_by=self._support(node) if node is root else None,
            distance=_distance(node, self.scene) if node is root else None,
            members=members,
            maybe_colors=look.maybe_colors,
            held_out=node.held_out,
            shades=look.shades,
            faint=look.faint,
            tiny=tuple(self._tiny(node)),
            **_geometry(self.counts, [node.index], self.node_map.shape),
        )

    def _in_pieces(self, region: WorldRegion, mask: BoolArray) -> WorldRegion:
        """The region; in the plural if it is seen as several pieces, which are counted if they are alike."""
        if region.category not in self.in_pieces:
            return region
        sizes = [size for size in piece_sizes(mask) if size >= TINY_SHARE * mask.size]
        if len(sizes) < 2:
            return region
        count = len(sizes) if sizes[-1] >= ALIKE * sizes[0] else 0
        return replace(region, pieces=len(sizes), count=count, plural=plural_of(region.category))

    def _tiny(self, node: Node) -> Iterator[str]:
        """Visible parts without a region, down to the parts that have one: colour and noun."""
        least = TINY_SHARE * self.node_map.size
        for child in node.children:
            if self.seen(child) and not (_is_set(child) and sum(map(self.seen, child.children)) < 2):
                continue
            if not _is_set(child) and least <= self.counts.area[child.index] < self.least:
                yield " ".join(filter(None, (child.attributes.get("color"), child.category)))
            yield from self._tiny(child)

    def _support(self, node: Node) -> str | None:
        """What it stands on: another object, or the ground right below its lowest pixels."""
        if node.granularity != "object":
            return None
        if node.supported_by is not None:
            return str(node.supported_by.index)
        lowest = self.counts.bottom[node.index]
        if lowest + 2 >= len(self.node_map):
            return None
        row = self.node_map[lowest]
        columns = (row >= node.index) & (row < node.index + self.counts.size[node.index])
        below = {int(index) for index in self.node_map[lowest + 2][columns]}
        for root in self.scene.roots:
            span = range(root.index, root.index + self.counts.size[root.index])
            if root.granularity == "background" and below and all(index in span for index in below):
                return str(root.index)
        return None

    def _union(self, regions: Sequence[str]) -> BoolArray:
        union = self.masks[regions[0]].copy()
        for name in regions[1:]:
            union |= self.masks[name]
        return union

    def add_groups(self) -> None:
        """Put a group above the visible objects of each category of which there are two to six."""
        objects: dict[str, list[Node]] = defaultdict(list)
        for root in self.scene.roots:
            if root.granularity == "object" and str(root.index) in self.regions:
                objects[root.category].append(root)
        fresh = len(self.counts.area)
        groups: dict[str, WorldRegion] = {}
        for category, members in objects.items():
            if 2 <= len(members) <= LARGEST_GROUP:
                group = self._group(str(fresh + len(groups)), category, members)
                groups[group.id] = group
                self.masks[group.id] = self._union(group.members)
                for name in group.members:
                    self.regions[name] = replace(self.regions[name], parent=group.id)
        self.regions = {**groups, **self.regions}

    def _group(self, group_id: str, category: str, members: list[Node]) -> WorldRegion:
        regions = [self.regions[str(node.index)] for node in members]
        glimpsed = any(
            root.category == category and 0 < self.counts.area[root.index] < self.least for root in self.scene.roots
        )
        first = regions[0].attributes
        shared = {key: word for key, word in first.items() if all(r.attributes.get(key) == word for r in regions)}
        colors = {color for r in regions for color in (r.attributes.get("color"), *r.maybe_colors) if color}
        return WorldRegion(
            id=group_id,
            parent=None,
            category=category,
            granularity="group",
            plural=plural_of(category),
            count=0 if glimpsed else len(members),
            attributes=shared,
            members=tuple(region.id for region in regions),
            maybe_colors=tuple(sorted(colors - {shared.get("color")})) if "color" not in shared else (),
            held_out=any(region.held_out for region in regions),
            **_geometry(self.counts, [node.index for node in members], self.node_map.shape),
        )


def _is_set(node: Node) -> bool:
    return bool(node.plural and node.count)


def _geometry(counts: PixelCounts, nodes: list[int], shape: tuple[int, ...]) -> dict[str, Any]:
    """Centroid, box and area of the union of disjoint nodes, as shares of the picture."""
    height, width = shape
    area = sum(counts.area[k] for k in nodes)
    return {
        "x": round((sum(counts.sum_x[k] for k in nodes) / area + 0.5) / width, 5),
        "y": round((sum(counts.sum_y[k] for k in nodes) / area + 0.5) / height, 5),
        "left": round(min(counts.left[k] for k in nodes) / width, 5),
        "top": round(min(counts.top[k] for k in nodes) / height, 5),
        "right": round((max(counts.right[k] for k in nodes) + 1) / width, 5),
        "bottom": round((max(counts.bottom[k] for k in nodes) + 1) / height, 5),
        "area": round(area / (height * width), 7),
    }


def _slots(node: Node, root: Node, scene: Picture) -> dict[str, str]:
    """Front or back along the whole's own axis, where that is what a viewer would say too."""
    depth = node.slots.get("depth")
    if depth is None or root.placement is None:
        return {}
    if root.category not in OWN_FRONT and math.cos(_turned_away(root, scene)) < 0.64:
        return {}
    return {"depth": str(depth)}


def _turned_away(root: Node, scene: Picture) -> float:
    """Angle in radians between a thing's front and the direction to the viewer."""
    placement = root.placement
    if placement is None:
        return 0.0
    eye = scene.camera.position
    to_viewer = math.atan2(eye[0] - placement.x, -(eye[1] - placement.y))
    return math.radians(placement.yaw) - to_viewer


def _distance(node: Node, scene: Picture) -> float | None:
    """Metres from the viewer along the line of sight."""
    if node.placement is None:
        return None
    eye, aim = scene.camera.position, scene.camera.target
    forward = [b - a for a, b in zip(eye, aim, strict=True)]
    length = math.sqrt(sum(part * part for part in forward))
    place = (node.placement.x, node.placement.y, node.placement.z)
    return round(sum((p - e) * f for p, e, f in zip(place, eye, forward, strict=True)) / length, 3)
