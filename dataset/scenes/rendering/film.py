"""From pixels to samples, and from their colours to the bytes of an image."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import ByteArray, FloatArray, Int32Array, IntArray
from ...runtime.compiled import compiled

__all__ = ["centres", "develop"]


@compiled
def centres(depth: FloatArray) -> FloatArray:
    """Image x, image y and depth of every pixel's centre, (pixels, 3)."""
    side = len(depth)
    out = np.empty((side * side, 3))
    for row in range(side):
        gy = -((row + 0.5) / side * 2 - 1)
        for column in range(side):
            s = row * side + column
            out[s, 0], out[s, 1], out[s, 2] = (column + 0.5) / side * 2 - 1, gy, depth[row, column]
    return out


@compiled
def develop(colors: FloatArray, surface: IntArray, node: IntArray) -> tuple[ByteArray, Int32Array]:
    """The image (side, side, 3) and the node map (side, side), see `render.Rendering`.

    Args:
        colors: (pixels, 3) proportional to light.
        surface: (side, side) what the pixels' centres see.
        node: (n,) of the solids.
    """
    side = len(surface)
    image, nodes = np.empty((side, side, 3), np.uint8), np.empty((side, side), np.int32)
    for row in range(side):
        for column in range(side):
            for c in range(3):
                image[row, column, c] = np.uint8(np.sqrt(colors[row * side + column, c]) * 255 + 0.5)
            seen = surface[row, column]
            nodes[row, column] = node[seen // 8] if seen >= 0 else -1
    return image, nodes
