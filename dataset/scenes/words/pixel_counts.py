"""Integer statistics of what each node of a scene covers in its picture, in one pass over the pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...runtime.arrays import BoolArray, ByteArray, Int32Array, IntArray
from ...runtime.compiled import compiled
from ..layout.graph import Node
from .colors import COLOR_NAMES, fitting_words

__all__ = ["PixelCounts", "count_pixels", "piece_sizes"]


@dataclass(frozen=True)
class PixelCounts:
    """Exact sums over the visible pixels of each node and all below it; lists are indexed by `Node.index`.

    Attributes:
        size: nodes in the subtree, itself included; a subtree's indices are consecutive.
        area: pixels.
        sum_x, sum_y: sums of pixel columns and rows.
        left, top, right, bottom: the box, inclusive.
        words: for each node and colour word, pixels that the word fits.
        pixels: of the whole picture.
    """

    size: list[int]
    area: list[int]
    sum_x: list[int]
    sum_y: list[int]
    left: list[int]
    top: list[int]
    right: list[int]
    bottom: list[int]
    words: list[list[int]]
    pixels: int


def count_pixels(nodes: list[Node], node_map: Int32Array, image: ByteArray) -> tuple[PixelCounts, IntArray]:
    """Count what every node covers.

    Args:
        nodes: of what is shown, numbered in walk order.
        node_map: (h, w), the index of the node at each pixel, none negative.
        image: (h, w, 3), RGB.

    Returns:
        The counts, and each node's parent index (-1 for roots).
    """
    parent = np.full(len(nodes), -1, np.int64)
    for node in nodes:
        for child in node.children:
            parent[child.index] = node.index
    sums = np.zeros((len(nodes), 4), np.int64)
    box = np.empty((len(nodes), 4), np.int64)
    words = np.zeros((len(nodes), len(COLOR_NAMES)), np.int64)
    _count(node_map, image, fitting_words(), parent, sums, box, words)
    area, sum_x, sum_y, size = sums.T.tolist()
    left, top, right, bottom = box.T.tolist()
    return PixelCounts(size, area, sum_x, sum_y, left, top, right, bottom, words.tolist(), node_map.size), parent


def piece_sizes(mask: BoolArray) -> list[int]:
    """Pixels of each connected piece of a mask (h, w), the largest first; pieces that touch at a corner are one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    inside = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return sorted(_piece_sizes(np.pad(inside, 1)).tolist(), reverse=True)


@compiled
def _piece_sizes(mask: BoolArray) -> IntArray:
    """Flood fill of a mask with an empty border."""
    height, width = mask.shape
    left = mask.copy()
    waiting = np.empty(height * width, np.int64)
    sizes = np.empty(height * width, np.int64)
    pieces = 0
    for y in range(height):
        for x in range(width):
            if not left[y, x]:
                continue
            left[y, x] = False
            waiting[0] = y * width + x
            size, number = 0, 1
            while size < number:
                row, column = divmod(waiting[size], width)
                size += 1
                for above in range(row - 1, row + 2):
                    for beside in range(column - 1, column + 2):
                        if left[above, beside]:
                            left[above, beside] = False
                            waiting[number] = above * width + beside
                            number += 1
            sizes[pieces] = size
            pieces += 1
    return sizes[:pieces]


@compiled
def _count(
    node_map: Int32Array,
    image: ByteArray,
    fitting: npt.NDArray[np.uint16],
    parent: IntArray,
    sums: IntArray,
    box: IntArray,
    words: IntArray,
) -> None:
    height, width = node_map.shape
    box[:, 0] = width
    box[:, 1] = height
    box[:, 2] = -1
    box[:, 3] = -1
    for y in range(height):
        for x in range(width):
            node = node_map[y, x]
            sums[node, 0] += 1
            sums[node, 1] += x
            sums[node, 2] += y
            box[node, 0] = min(box[node, 0], x)
            box[node, 1] = min(box[node, 1], y)
            box[node, 2] = max(box[node, 2], x)
            box[node, 3] = y
            fits = fitting[image[y, x, 0] >> 3, image[y, x, 1] >> 3, image[y, x, 2] >> 3]
            for word in range(words.shape[1]):
                words[node, word] += (fits >> word) & 1
    for node in range(len(parent) - 1, -1, -1):  # children come after their parents
        sums[node, 3] += 1
        above = parent[node]
        if above >= 0:
            sums[above] += sums[node]
            words[above] += words[node]
            box[above, 0] = min(box[above, 0], box[node, 0])
            box[above, 1] = min(box[above, 1], box[node, 1])
            box[above, 2] = max(box[above, 2], box[node, 2])
            box[above, 3] = max(box[above, 3], box[node, 3])
