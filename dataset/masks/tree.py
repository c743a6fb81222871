"""The mask tree: which mask of an image lies in which.

The rule of the published curation (arXiv 2504.05305, stage 1; policy ``first_fit``): masks are inserted by descending
area, equal areas in the order of the annotations. A mask starts at the root and goes to the first child, in insertion
order, that contains at least 80% of its pixels, then to the first such child of that one, and so on; it becomes a child
of the last one reached. The search never goes back: the parent is neither always the smallest mask nor always the
deepest one that contains it. Policy ``smallest`` takes the smallest mask that contains 80% of it.

Masks are compared as runs, never as bitmaps, and a comparison ends as soon as its answer is certain.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InvalidInputError, check_name
from ..runtime.arrays import Int32Array, IntArray
from ..runtime.compiled import compiled
from .column_runs import LARGEST_IMAGE, Runs, covers, decode_runs

__all__ = ["POLICIES", "MaskTree", "build_mask_tree", "tree_depths"]

POLICIES = ("first_fit", "smallest")


@dataclass(frozen=True, eq=False)
class MaskTree:
    """The tree over the n masks of an image. Masks are named by their index in the annotations.

    Attributes:
        ids: the annotations' ids.
        parents: shape (n,), index of the parent, -1 for a child of the root.
        order: shape (n,), indices in insertion order: by descending area.
        areas: shape (n,), pixels of each mask.
        boxes_xywh: shape (n, 4), tight boxes in pixels, zeros for an empty mask.
    """

    ids: tuple[Any, ...]
    parents: Int32Array
    order: Int32Array
    areas: IntArray
    boxes_xywh: Int32Array

    @property
    def depths(self) -> Int32Array:
        """Shape (n,): 1 for a child of the root, 2 for its children, and so on."""
        depths = np.zeros(len(self.parents) + 1, np.int32)  # the last is the root's, which index -1 names
        for index in self.order:  # parents come first
            depths[index] = depths[self.parents[index]] + 1
        return depths[:-1]

    @property
    def parent_ids(self) -> dict[Any, Any]:
        """Id -> id of the parent, None for a child of the root; in the order of the annotations."""
        return {
            own: None if parent < 0 else self.ids[parent]
            for own, parent in zip(self.ids, self.parents.tolist(), strict=True)
        }

    @property
    def children(self) -> list[list[int]]:
        """Indices of the children of each mask in insertion order; the last list holds the root's."""
        children: list[list[int]] = [[] for _ in range(len(self.parents) + 1)]
        for index in self.order.tolist():
            children[self.parents[index]].append(index)
        return children


def build_mask_tree(
    annotations: Sequence[Mapping[str, Any]], threshold: float = 0.8, policy: str = "first_fit"
) -> MaskTree:
    """Build the mask tree of one image.

    Args:
        annotations: SA-1B annotations: ``id`` (unique), ``segmentation`` (``size`` [height, width] and compressed
            ``counts``, text or bytes) and ``area``, which sorts them (the pixel count where it is not given).
        threshold: least share of a mask's pixels that its parent contains, in (0, 1].
        policy: ``first_fit`` (the published rule) or ``smallest`` (of several of equal area, the last).

    Raises:
        InvalidInputError: annotations that cannot be used, all of them; a threshold that is out of range.
        UnknownNameError: no such policy.
    """
    check_name("policy", policy, POLICIES)
    if not 0 < threshold <= 1:
        raise InvalidInputError("threshold", [f"expected a number in (0, 1], found {threshold!r}"])
    runs = _runs_of(annotations)
    # `sorted` keeps equal areas in their given order, also when reversed
    areas = [
        annotation.get("area", pixels) for annotation, pixels in zip(annotations, runs.areas.tolist(), strict=True)
    ]
    order = np.array(sorted(range(len(areas)), key=areas.__getitem__, reverse=True), np.int32)
    parents = np.full(len(annotations), -1, np.int32)
    place = _first_fit if policy == "first_fit" else _smallest
    place(runs.starts, runs.ends, runs.offsets, runs.areas, runs.boxes, _needed(runs.areas, threshold), order, parents)
    boxes = runs.boxes.copy()
    boxes[:, 2:] -= boxes[:, :2]
    return MaskTree(tuple(annotation["id"] for annotation in annotations), parents, order, runs.areas, boxes)


def tree_depths(parents: Mapping[Hashable, Hashable | None]) -> dict[Hashable, int]:
    """Depth of every node of a stored tree, 1 for a child of the root.

    Args:
        parents: id -> id of the parent, None for a child of the root.

    Raises:
        InvalidInputError: parents that are not nodes, and cycles, all of them.
    """
    problems = [
        f"{own!r}: its parent {up!r} is not a node"
        for own, up in parents.items()
        if up is not None and up not in parents
    ]
    depths: dict[Hashable, int] = {}
    for node in parents:
        path: list[Hashable] = []
        on_path: set[Hashable] = set()
        at: Hashable | None = node
        while at is not None and at not in depths and at in parents and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = parents[at]
        if at in on_path:
            cycle = path[path.index(at) :]
            names = [repr(member) for member in cycle[:8]] + ["..."] * (len(cycle) > 8)
            problems.append(f"a cycle: {' -> '.join(names)} -> {at!r}")
        depth = depths.get(at, 0)
        for above in reversed(path):
            depth += 1
            depths[above] = depth
    if problems:
        raise InvalidInputError("mask tree", problems)
    return depths


def _runs_of(annotations: Sequence[Mapping[str, Any]]) -> Runs:
    """Decode all masks, or raise one error with every annotation that is wrong."""
    problems: dict[int, str] = {}
    first_with: dict[str, int] = {}
    size: Any = None
    counts: list[bytes] = []
    for index, annotation in enumerate(annotations):
        wrong = _problem_of(annotation, size)
        if wrong is None:
            mask, own = annotation["segmentation"], str(annotation["id"])
            size = mask["size"] if size is None else size
            if first_with.setdefault(own, index) != index:
                wrong = f"/id: {own!r} is also the id of /{first_with[own]}"
        if wrong is not None:
            problems[index] = wrong
        text = b"" if wrong is not None else mask["counts"]
        counts.append(text.encode("utf-8") if isinstance(text, str) else text)
    height, width = (0, 0) if size is None else size
    runs, undecodable = decode_runs(counts, height, width)
    for index, what in undecodable:
        if index not in problems:
            problems[index] = f"/segmentation/counts (id {annotations[index]['id']!r}, {height} x {width}): {what}"
    if problems:
        raise InvalidInputError("annotations", [f"/{index}{problem}" for index, problem in sorted(problems.items())])
    return runs


def _problem_of(annotation: Any, size: Any) -> str | None:
    """What makes one annotation useless, before its counts are read; `size` is the first annotation's."""
    if not isinstance(annotation, Mapping):
        return f": expected an object, found {type(annotation).__name__}"
    own = annotation.get("id")
    if isinstance(own, bool) or not isinstance(own, int | str):
        return f"/id: expected a number or a text, found {own!r}"
    area = annotation.get("area", 0)
    if isinstance(area, bool) or not isinstance(area, int | float) or not math.isfinite(area):
        return f"/area (id {own!r}): expected a number, found {area!r}"
    mask = annotation.get("segmentation")
    if not isinstance(mask, Mapping) or not {"size", "counts"} <= mask.keys():
        return f"/segmentation (id {own!r}): expected an object with size and counts"
    if not isinstance(mask["counts"], str | bytes):
        return f"/segmentation/counts (id {own!r}): expected compressed text, found {type(mask['counts']).__name__}"
    mask_size = mask["size"]
    if size is not None and mask_size == size:
        return None
    if (
        not isinstance(mask_size, list | tuple)
        or len(mask_size) != 2
        or any(type(side) is not int for side in mask_size)
    ):
        return f"/segmentation/size (id {own!r}): expected [height, width], found {mask_size!r}"
    if min(mask_size) < 1 or mask_size[0] * mask_size[1] > LARGEST_IMAGE:
        return f"/segmentation/size (id {own!r}): expected 1 to {LARGEST_IMAGE:,} pixels, found {mask_size}"
    if size is not None and list(mask_size) != list(size):
        return f"/segmentation/size (id {own!r}): expected {list(size)} as the first mask, found {list(mask_size)}"
    return None


def _needed(areas: IntArray, threshold: float) -> IntArray:
    """The smallest k of each mask with k / area >= threshold in doubles; 1, out of reach, for an empty mask."""
    whole = np.maximum(areas, 1)
    needed = np.ceil(threshold * whole).astype(np.int64)
    # the product may round to either side of what the quotient rounds to
    needed -= (needed - 1) / whole >= threshold
    needed += needed / whole < threshold
    return needed


@compiled
def _first_fit(
    starts: Int32Array,
    ends: Int32Array,
    offsets: IntArray,
    areas: IntArray,
    boxes: Int32Array,
    needed: IntArray,
    order: Int32Array,
    parents: Int32Array,
) -> None:
    """Fill `parents`.

    If a mask lies wholly in the one inserted just before it, it lies wholly in all the masks that one is known to lie
    wholly in: these comparisons are saved, which keeps long chains cheap and changes no answer.
    """
    count = len(order)
    first_child = np.full(count + 1, -1, np.int32)  # the last is the root's
    last_child = np.full(count + 1, -1, np.int32)
    next_sibling = np.full(count, -1, np.int32)
    within_parent = np.zeros(count, np.bool_)  # wholly
    surely_contains = np.full(count, -1, np.int32)  # the mask for which that is known
    for rank in range(count):
        mask = order[rank]
        if rank > 0 and covers(starts, ends, offsets, areas, boxes, order[rank - 1], mask, areas[mask]):
            above = order[rank - 1]
            surely_contains[above] = mask
            while within_parent[above]:
                above = parents[above]
                surely_contains[above] = mask
        at, child = count, first_child[count]
        while child >= 0:
            if surely_contains[child] == mask or covers(starts, ends, offsets, areas, boxes, child, mask, needed[mask]):
                at, child = child, first_child[child]
            else:
                child = next_sibling[child]
        if at < count:
            parents[mask] = at
            within_parent[mask] = surely_contains[at] == mask or covers(
                starts, ends, offsets, areas, boxes, at, mask, areas[mask]
            )
        if last_child[at] < 0:
            first_child[at] = mask
        else:
            next_sibling[last_child[at]] = mask
        last_child[at] = mask


@compiled
def _smallest(
    starts: Int32Array,
    ends: Int32Array,
    offsets: IntArray,
    areas: IntArray,
    boxes: Int32Array,
    needed: IntArray,
    order: Int32Array,
    parents: Int32Array,
) -> None:
    """Fill `parents` with the nearest mask before each in the order that contains enough of it."""
    for rank in range(len(order)):
        mask = order[rank]
        for before in range(rank - 1, -1, -1):
            if covers(starts, ends, offsets, areas, boxes, order[before], mask, needed[mask]):
                parents[mask] = order[before]
                break
