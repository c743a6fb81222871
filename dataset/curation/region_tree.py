"""Which masks of an image become regions, and how they lie in one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInputError
from ..masks.rle import MaskRle, area_of, bbox_xywh_of
from ..masks.tree import build_mask_tree, tree_depths
from .run_options import CurationOptions

__all__ = ["RegionNode", "RegionTree", "build_region_tree"]


@dataclass(frozen=True)
class RegionNode:
    """A mask that is to be captioned.

    Attributes:
        region_id: ``<image_id>/<mask id>``.
        mask: COCO compressed RLE of the image's size.
        parent: index of the parent in the tree, -1 for a child of the root.
        children: indices of the children, in insertion order.
        depth: 1 for a child of the root.
        area: pixels.
        bbox_xywh: tight box in pixels.
    """

    region_id: str
    mask: MaskRle
    parent: int
    children: tuple[int, ...]
    depth: int
    area: int
    bbox_xywh: tuple[float, float, float, float]


@dataclass(frozen=True)
class RegionTree:
    """The regions of one image, parents before children.

    Attributes:
        nodes: the regions.
        left_out: why masks are not regions -> how many.
    """

    nodes: tuple[RegionNode, ...]
    left_out: Mapping[str, int]

    @property
    def tops(self) -> tuple[int, ...]:
        """Indices of the children of the root, in insertion order."""
        return tuple(index for index, node in enumerate(self.nodes) if node.parent < 0)

    @property
    def levels(self) -> list[list[int]]:
        """Indices by depth, the tops first."""
        levels: list[list[int]] = [[] for _ in range(max((node.depth for node in self.nodes), default=0))]
        for index, node in enumerate(self.nodes):
            levels[node.depth - 1].append(index)
        return levels


def build_region_tree(
    image_id: str, annotations: Sequence[Mapping[str, Any]], pixels: int, options: CurationOptions
) -> RegionTree:
    """Build the mask tree and choose its regions as in arXiv 2504.05305, stage 1.

    A mask larger than `options.largest` is left out and its children rise to its parent; smaller ones than
    `options.smallest`, and trees of fewer than `options.levels` levels, are left out with all below them.

    Args:
        image_id: the image.
        annotations: with ``id`` and ``segmentation``; for tree "given" also ``parent_id``.
        pixels: of the image.
        options: see `CurationOptions`.

    Raises:
        InvalidInputError: given parents that do not form a tree.
    """
    order, parents = _stored_tree(annotations) if options.tree == "given" else _built_tree(annotations, options)
    areas = [area_of(annotation["segmentation"]) for annotation in annotations]
    left_out: Counter[str] = Counter()
    above: dict[int, int] = {-1: -1}  # mask -> nearest mask at or above it that stays
    indices: list[int] = []
    for index in order:
        above[index] = above[parents[index]]
        if areas[index] > options.largest * pixels:
            left_out["too large"] += 1
        elif areas[index] < max(options.smallest * pixels, 1):
            left_out["too small"] += 1
        else:
            above[index] = index
            indices.append(index)
    up = {index: above[parents[index]] for index in indices}
    heights = _heights(indices, up)
    tall = [index for index in indices if heights[index] >= options.levels]
    for levels in sorted(heights[index] for index in indices if heights[index] < options.levels):
        left_out[f"in a tree of {levels} level{'s' if levels > 1 else ''}"] += 1
    return RegionTree(_nodes(image_id, annotations, areas, tall, up), dict(left_out))


def _built_tree(annotations: Sequence[Mapping[str, Any]], options: CurationOptions) -> tuple[list[int], list[int]]:
    tree = build_mask_tree(annotations, options.containment, options.tree)
    return tree.order.tolist(), tree.parents.tolist()


def _stored_tree(annotations: Sequence[Mapping[str, Any]]) -> tuple[list[int], list[int]]:
    position = {annotation["id"]: index for index, annotation in enumerate(annotations)}
    ups = {
        annotation["id"]: None if annotation.get("parent_id") is None else str(annotation["parent_id"])
        for annotation in annotations
    }
    unknown = [own for own, up in ups.items() if up is not None and up not in position]
    if unknown:
        problems = [f"{own!r}: its parent {ups[own]!r} is not a mask of the image" for own in unknown]
        raise InvalidInputError("parent_id", problems)
    depths = tree_depths(dict(ups))
    order = sorted(range(len(annotations)), key=lambda index: depths[annotations[index]["id"]])
    parents = [-1 if up is None else position[up] for up in ups.values()]
    return order, parents


def _heights(indices: Sequence[int], up: Mapping[int, int]) -> dict[int, int]:
    """Mask -> how many levels its tree has."""
    top: dict[int, int] = {}
    depth: dict[int, int] = {-1: 0}
    tallest: Counter[int] = Counter()
    for index in indices:
        top[index] = index if up[index] < 0 else top[up[index]]
        depth[index] = depth[up[index]] + 1
        tallest[top[index]] = max(tallest[top[index]], depth[index])
    return {index: tallest[top[index]] for index in indices}


def _nodes(
    image_id: str,
    annotations: Sequence[Mapping[str, Any]],
    areas: Sequence[int],
    indices: Sequence[int],
    up: Mapping[int, int],
) -> tuple[RegionNode, ...]:
    place = {index: at for at, index in enumerate(indices)} | {-1: -1}
    children: list[list[int]] = [[] for _ in indices]
    depths: list[int] = []
    for at, index in enumerate(indices):
        parent = place[up[index]]
        depths.append(1 if parent < 0 else depths[parent] + 1)
        if parent >= 0:
            children[parent].append(at)
    nodes = []
    for at, index in enumerate(indices):
        mask = annotations[index]["segmentation"]
        x, y, width, height = bbox_xywh_of(mask)
        region_id = f"{image_id}/{annotations[index]['id']}"
        parent, below = place[up[index]], tuple(children[at])
        nodes.append(RegionNode(region_id, mask, parent, below, depths[at], areas[index], (x, y, width, height)))
    return tuple(nodes)
