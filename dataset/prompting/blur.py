"""A wide Gaussian blur at the cost of a thumbnail: down, blur, up.

A Gaussian of sigma 100 leaves nothing finer than some hundred pixels, so that a sixteenth of the pixels per side
holds all of the result. Borders are mirrored with the edge pixel repeated (d c b a | a b c d | d c b a).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from ..runtime.arrays import FloatArray
from ..runtime.compiled import compiled

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["BlurredImage"]


LEAST_SMALL_SIGMA: Final = 6.0
"""Sigma in pixels of the reduced image, below which the reduction would be visible."""
LARGEST_FACTOR: Final = 64
REACH: Final = 4.0
"""The kernel is cut at so many sigmas."""


class BlurredImage:
    """An RGB image blurred by a Gaussian, kept small; any window of it can be drawn at any size.

    Args:
        image: RGB.
        sigma: standard deviation in pixels of the image; must be positive.
    """

    def __init__(self, image: Image, sigma: float) -> None:
        from PIL import Image as PillowImage

        self.factor = _factor(sigma)
        reduced = image.reduce(self.factor) if self.factor > 1 else image
        # a box of f pixels has the variance (f^2 - 1) / 12, which the reduction has already spent
        small_sigma = math.sqrt(max(sigma**2 - (self.factor**2 - 1) / 12, 0.0)) / self.factor
        weights = _kernel(small_sigma)
        columns = _blur_down(np.asarray(reduced, np.float64), weights)
        blurred = _blur_down(columns.transpose(1, 0, 2), weights).transpose(1, 0, 2)
        self._small = PillowImage.fromarray(np.ascontiguousarray((blurred + 0.5).astype(np.uint8)))

    def window(self, box_xyxy: tuple[float, float, float, float], size: tuple[int, int]) -> Image:
        """A window of the blurred image, drawn at (width, height) `size`; the box is in pixels of the image."""
        from PIL.Image import Resampling

        left, top, right, bottom = (side / self.factor for side in box_xyxy)
        box = (left, top, min(right, self._small.width), min(bottom, self._small.height))
        return self._small.resize(size, Resampling.BILINEAR, box=box)


def _factor(sigma: float) -> int:
    factor = LARGEST_FACTOR
    while factor > 1 and sigma / factor < LEAST_SMALL_SIGMA:
        factor //= 2
    return factor


def _kernel(sigma: float) -> FloatArray:
    """Weights of shape (2 * reach + 1,) that sum to 1."""
    offsets = np.arange(-int(REACH * sigma + 0.5), int(REACH * sigma + 0.5) + 1)
    weights: FloatArray = np.exp(-0.5 * (offsets / max(sigma, 1e-6)) ** 2)
    weights /= weights.sum()
    return weights


def _blur_down(pixels: FloatArray, weights: FloatArray) -> FloatArray:
    """Blur along the first axis of an array (length, width, channels)."""
    flat = np.ascontiguousarray(pixels).reshape(len(pixels), -1)
    return _mirrored_sums(flat, weights).reshape(pixels.shape)


@compiled
def _mirrored_sums(rows: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted sums over neighbouring rows of a (length, width) array, mirrored at both ends."""
    length, width = rows.shape
    reach = len(weights) // 2
    sums = np.zeros((length, width))
    for row in range(length):
        for tap in range(len(weights)):
            source = (row + tap - reach) % (2 * length)
            if source >= length:
                source = 2 * length - 1 - source
            for column in range(width):
                sums[row, column] += weights[tap] * rows[source, column]
    return sums
