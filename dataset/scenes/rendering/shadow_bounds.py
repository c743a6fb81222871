"""Bounds on the depth maps of the sun and sky, which settle most samples without a look at the maps themselves."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from ...runtime.arrays import Float32Array, FloatArray
from ...runtime.compiled import compiled

__all__ = ["BLOCK_BITS", "SunBounds", "block_of", "sky_bounds_of", "sun_bounds_of"]

BLOCK_BITS: Final = 2
BLOCK: Final = 1 << BLOCK_BITS
"""Texels per side of a block."""


class SunBounds(NamedTuple):
    """What samples in each block of the sun map can meet, as far as `lights.sun_seen` looks from there.

    Attributes:
        reach: (2,) how far it looks along x and y, in texels, at least.
        nearest: (blocks, blocks) least depth within reach of the block; what lies outside the map does not count.
        farthest: (blocks, blocks) greatest depth within reach; infinite where that passes the edge of the map.
    """

    reach: FloatArray
    nearest: Float32Array
    farthest: Float32Array


@compiled
def sun_bounds_of(views: FloatArray, maps: Float32Array, softness: float) -> SunBounds:
    """Bounds on a sun map.

    Args:
        views: (1, 4, 3) view from the sun.
        maps: (1, side, side) its depth map.
        softness: tangent of the sun's apparent size.
    """
    side = maps.shape[1]
    blocks = (side + BLOCK - 1) // BLOCK
    nearest, farthest = np.full((blocks, blocks), np.inf, np.float32), np.full((blocks, blocks), -np.inf, np.float32)
    _reduce(maps[0], nearest, farthest)
    reach, spread = np.zeros(2), np.zeros(2, np.int64)
    for k in range(2):
        axis = views[0, 2 + k]
        # In the world, the search for blockers looks 1.5 times the softness far, and the blur no farther.
        reach[k] = 1.5 * softness * np.sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]) * side / 2
        reach[k] *= 1.000001
        spread[k] = min(int(np.ceil((np.ceil(reach[k]) + 3) / BLOCK)), blocks)
    wide_nearest, wide_farthest = nearest.copy(), farthest.copy()
    _spread(nearest, farthest, spread[1], wide_nearest, wide_farthest)
    nearest, farthest = wide_nearest.T.copy(), wide_farthest.T.copy()
    wide_nearest, wide_farthest = nearest.copy(), farthest.copy()
    _spread(nearest, farthest, spread[0], wide_nearest, wide_farthest)
    return SunBounds(reach, wide_nearest.T.copy(), wide_farthest.T.copy())


@compiled(allocates=False)
def block_of(texel: float, blocks: int) -> int:
    """Block of a texel coordinate; the first or last where it lies outside the map, for that is nearest to it."""
    return min(max(int(np.floor(min(max(texel, -1.0), 1e6))) // BLOCK, 0), blocks - 1)


@compiled
def sky_bounds_of(maps: Float32Array) -> Float32Array:
    """Least depth that a look from each block of the sky's maps can meet: (k, blocks, blocks) of (k, side, side)."""
    count, side = maps.shape[0], maps.shape[1]
    blocks = (side + BLOCK - 1) // BLOCK
    nearest = np.full((count, blocks, blocks), np.inf, np.float32)
    for k in range(count):
        _reach_next(maps[k], nearest[k])
    return nearest


@compiled(allocates=False)
def _reach_next(depth: Float32Array, nearest: Float32Array) -> None:
    """Least depth of each block and the row and column of texels after it, for looks are spread over two of each."""
    side, blocks = len(depth), len(nearest)
    for row in range(side):
        for part in range(max(row - 1, 0) // BLOCK, row // BLOCK + 1):
            for at in range(blocks):
                least = nearest[part, at]
                for column in range(at * BLOCK, min(at * BLOCK + BLOCK + 1, side)):
                    least = min(least, depth[row, column])
                nearest[part, at] = least


@compiled(allocates=False)
def _reduce(depth: Float32Array, nearest: Float32Array, farthest: Float32Array) -> None:
    """Least and greatest depth of each block."""
    for row in range(depth.shape[0]):
        low, high = nearest[row // BLOCK], farthest[row // BLOCK]
        for column in range(depth.shape[1]):
            value, at = depth[row, column], column // BLOCK
            low[at], high[at] = min(low[at], value), max(high[at], value)


@compiled(allocates=False)
def _spread(
    nearest: Float32Array, farthest: Float32Array, spread: int, wide_nearest: Float32Array, wide_farthest: Float32Array
) -> None:
    """Bounds of each block and of so many blocks above and below it."""
    blocks = len(nearest)
    for row in range(blocks):
        low, high = wide_nearest[row], wide_farthest[row]
        for other in range(row - spread, row + spread + 1):
            if other < 0 or other >= blocks:
                high[:] = np.inf
                continue
            for column in range(blocks):
                low[column] = min(low[column], nearest[other, column])
                high[column] = max(high[column], farthest[other, column])
