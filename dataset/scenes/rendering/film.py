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
    light, seen = colors.reshape(-1), surface.reshape(-1)
    image, nodes = np.empty(len(light), np.uint8), np.empty(len(seen), np.int32)
    for k in range(len(light)):
        image[k] = np.uint8(np.int32(np.sqrt(light[k]) * 255 + 0.5))
    for k in range(len(seen)):
        nodes[k] = node[seen[k] // 8] if seen[k] >= 0 else -1
    return image.reshape(side, side, 3), nodes.reshape(side, side)
