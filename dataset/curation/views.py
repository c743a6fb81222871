"""How a region is shown to a model: crops with a blurred context, contours, numbered contours.

All views are rendered in memory at the size that the model reads. They serve the curation and the prompted baselines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ..masks import MaskRle

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["RegionViews"]

Pixels = npt.NDArray[np.uint8]
Mask = MaskRle | npt.NDArray[np.bool_]


class RegionViews:
    """The views of one image's regions.

    Masks are RLEs or boolean arrays of the image's size; every view is a new RGB array (height, width, 3), uint8.

    Args:
        image: RGB, a Pillow image or an array (height, width, 3), uint8.
        size: longer side of every view in pixels.
        sigma: standard deviation of the blur, in pixels of `image`.
        margin: context around a crop, as a share of its longer side.

    Raises:
        InvalidInputError: the image, or later a mask, is not of the expected kind or size, or a mask is empty.
    """

    def __init__(self, image: Image | Pixels, *, size: int = 448, sigma: float = 100.0, margin: float = 0.1) -> None:
        raise NotImplementedError

    def full(self) -> Pixels:
        """The whole image, nothing drawn."""
        raise NotImplementedError

    def crop(self, mask: Mask) -> Pixels:
        """The region's box with its margin, nothing drawn."""
        raise NotImplementedError

    def crop_blurred(self, mask: Mask) -> Pixels:
        """The region's box with its margin; outside of the region the image is blurred."""
        raise NotImplementedError

    def in_parent(self, mask: Mask, parent: Mask | None) -> Pixels:
        """The parent's box, the region contoured in red and all outside of the parent blurred.

        Without a parent the whole image is shown and nothing is blurred.
        """
        raise NotImplementedError

    def contour(self, mask: Mask) -> Pixels:
        """The whole image with the region contoured in red."""
        raise NotImplementedError

    def numbered(self, masks: Sequence[Mask]) -> Pixels:
        """The whole image with each region contoured in a colour of its own and numbered from 0; 0 is red."""
        raise NotImplementedError
