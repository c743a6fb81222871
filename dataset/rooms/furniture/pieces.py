"""Which triangles hang together, and which of them a viewer takes for one piece of a set."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray, Int32Array, IntArray

__all__ = ["connected", "gathered"]


def connected(vertices: FloatArray, triangles: Int32Array) -> Int32Array:
    """(m,) int32: the component of every triangle; triangles with a point in common are of one.

    Args:
        vertices: (n, 3); those at the same place count as one.
        triangles: (m, 3), indices of vertices.
    """
    _, point = np.unique(vertices, axis=0, return_inverse=True)
    corners = point.reshape(-1)[triangles]
    label = np.arange(int(corners.max()) + 1)
    while True:
        lowest = label[corners].min(axis=1)
        fewer = label.copy()
        np.minimum.at(fewer, corners.reshape(-1), np.repeat(lowest, 3))
        fewer = fewer[fewer]
        if (fewer == label).all():
            break
        label = fewer
    _, component = np.unique(label[corners[:, 0]], return_inverse=True)
    return component.reshape(-1).astype(np.int32)


def gathered(
    corners: FloatArray, component: Int32Array, count: int, split: tuple[int, int, int] | None = None
) -> Int32Array:
    """(m,) int32: the piece of every triangle of a set, from 0, upwards, then to the back, then to the right.

    Components nearest to each other are joined until there are as many as there should be. Where there are fewer
    components than pieces, or `split` is given, the part's box is cut into equal cells.

    Args:
        corners: (m, 3, 3), corners of the part's triangles.
        component: (m,), see `connected`.
        count: the number of pieces.
        split: numbers of cells along x, y and z.
    """
    if split is not None:
        return _ordered(corners, _cells(corners, split))
    _, label = np.unique(component, return_inverse=True)
    label = label.reshape(-1)
    number = int(label.max()) + 1
    if number < count:
        return np.zeros(len(corners), dtype=np.int32)
    low, high = np.full((number, 3), np.inf), np.full((number, 3), -np.inf)
    np.minimum.at(low, label, corners.min(axis=1))
    np.maximum.at(high, label, corners.max(axis=1))
    return _ordered(corners, _joined(low, high, count)[label])


def _joined(low: FloatArray, high: FloatArray, count: int) -> IntArray:
    """(k,): the cluster of each of k boxes, after joining the nearest again and again until `count` are left."""
    owner = np.arange(len(low))
    alive = list(range(len(low)))
    low, high = low.copy(), high.copy()
    middle = (low + high) / 2
    gap = np.linalg.norm(np.maximum(np.maximum(low[:, None] - high[None], low[None] - high[:, None]), 0), axis=-1)
    far = np.linalg.norm(middle[:, None] - middle[None], axis=-1)
    cost = gap + 1e-3 * far
    np.fill_diagonal(cost, np.inf)
    while len(alive) > count:
        first, second = np.unravel_index(int(cost.argmin()), cost.shape)
        a, b = int(min(first, second)), int(max(first, second))
        cost[a] = np.minimum(cost[a], cost[b])
        cost[:, a] = cost[a]
        cost[a, a] = np.inf
        cost[b], cost[:, b] = np.inf, np.inf
        owner[owner == b] = a
        alive.remove(b)
    return owner


def _cells(corners: FloatArray, split: tuple[int, int, int]) -> IntArray:
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    share = (corners.mean(axis=1) - low) / np.where(high > low, high - low, 1)
    cell = np.clip((share * split).astype(int), 0, np.array(split) - 1)
    numbers: IntArray = (cell[:, 2] * split[1] + cell[:, 1]) * split[0] + cell[:, 0]
    return numbers


def _ordered(corners: FloatArray, label: IntArray) -> Int32Array:
    """The labels renumbered in the order of the pieces' middles, coarsely upwards, then to the back, then right."""
    names = np.unique(label)
    middles = np.array(
        [(corners[label == k].min(axis=(0, 1)) + corners[label == k].max(axis=(0, 1))) / 2 for k in names]
    )
    extent = np.ptp(middles, axis=0)
    level = np.round(middles / np.where(extent > 0, extent, 1) * 4)
    order = np.lexsort((level[:, 0], level[:, 1], level[:, 2]))
    rank = np.empty(len(names), dtype=np.int32)
    rank[order] = np.arange(len(names))
    return rank[np.searchsorted(names, label)]
