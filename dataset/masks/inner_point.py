"""The point of a mask that is farthest from its border."""

from __future__ import annotations

import numpy as np

from ..runtime.arrays import BoolArray
from ..runtime.compiled import compiled

__all__ = ["inner_point"]


def inner_point(mask: BoolArray) -> tuple[int, int]:
    """The (x, y) of the pixel farthest from all that is outside, in Euclid's distance; the first of equal ones.

    Args:
        mask: (height, width), not empty; outside of the array is outside of the mask.
    """
    place = _farthest(np.pad(mask, 1))
    y, x = divmod(int(place), mask.shape[1] + 2)
    return x - 1, y - 1


@compiled
def _farthest(mask: BoolArray) -> int:
    """Place, in rows one after the other, of the largest distance to a pixel that is False; the border is False."""
    height, width = mask.shape
    vertical = np.zeros((height, width), np.int64)  # distance to the nearest False of the column
    for x in range(width):
        for y in range(1, height):
            vertical[y, x] = vertical[y - 1, x] + 1 if mask[y, x] else 0
        for y in range(height - 2, -1, -1):
            vertical[y, x] = min(vertical[y, x], vertical[y + 1, x] + 1)
    place, largest = 0, 0
    for y in range(height):
        for x in range(width):
            nearest = vertical[y, x] * vertical[y, x]
            step = 1
            while step * step < nearest:  # columns farther away than the nearest pixel cannot hold a nearer one
                left = vertical[y, x - step] if x >= step else 0
                right = vertical[y, x + step] if x + step < width else 0
                nearest = min(nearest, step * step + left * left, step * step + right * right)
                step += 1
            if nearest > largest:
                place, largest = y * width + x, nearest
    return place
