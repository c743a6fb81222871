"""How a model sees a region: crops with a blurred context, contours, numbered contours.

All views are rendered in memory at the size that the model reads. They serve the curation and the prompted baselines.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import InvalidInputError
from ..masks.boxes import Box
from ..masks.windows import Mask, MaskWindows
from ..runtime.arrays import BoolArray, ByteArray
from .blur import BlurredImage
from .contours import RED, Color, contour_colors, contrasting_color, draw_contour, draw_numbers, grow

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["RegionViews"]


LEAST_MARGIN: Final = 4
"""Pixels of context around a crop, however small."""
SMALLEST: Final = 32
"""Pixels of the longer side of a view: smaller ones have no room for contours."""


class RegionViews:
    """The views of one image's regions.

    Masks are RLEs or boolean arrays of the image's size; every view is a new RGB array (height, width, 3), uint8, but
    for the one with alpha. The reduced and the blurred image are made on first use, once for all views.

    Args:
        image: RGB, a Pillow image or an array (height, width, 3), uint8.
        size: longer side of every view in pixels.
        sigma: standard deviation of the blur, in pixels of `image`.
        margin: context around a crop, as a share of its longer side.

    Raises:
        InvalidInputError: the image, or later a mask, is not of the expected kind or size, or a mask is empty.
    """

    def __init__(self, image: Image | ByteArray, *, size: int = 448, sigma: float = 100.0, margin: float = 0.1) -> None:
        if size < SMALLEST or sigma <= 0 or margin < 0:
            expected = f"size of at least {SMALLEST}, a positive sigma and no negative margin"
            raise InvalidInputError("views", [f"expected a {expected}, found {size}, {sigma}, {margin}"])
        self.image = _as_pillow(image)
        self.size, self.sigma, self.margin = size, sigma, margin
        self._contour_width = max(2, round(size / 150))
        self._pad = self._contour_width + 1

    def full(self) -> ByteArray:
        """The whole image, nothing drawn."""
        return np.asarray(self._sharp(self._whole, self.size)).copy()

    def with_alpha(self, mask: Mask) -> ByteArray:
        """The whole image in its own pixels, whatever `size`, and the region as its alpha channel.

        Returns:
            RGBA array (height, width, 4), uint8; alpha is 255 in the region and 0 elsewhere.
        """
        region = self._windows(mask)
        inside, (x, y) = _drawn_mask(region, self._whole, self.image.size)
        alpha = np.zeros((self.image.height, self.image.width, 1), np.uint8)
        alpha[y : y + inside.shape[0], x : x + inside.shape[1], 0] = 255 * inside
        return np.concatenate([np.asarray(self.image), alpha], axis=2)

    def crop(self, mask: Mask) -> ByteArray:
        """The region's box with its margin, nothing drawn."""
        return np.asarray(self._sharp(self._box_around(self._windows(mask)), self.size)).copy()

    def crop_blurred(self, mask: Mask) -> ByteArray:
        """The region's box with its margin; outside of the region the image is blurred."""
        region = self._windows(mask)
        return np.asarray(self._with_blurred_context(region, self._box_around(region), self.size)).copy()

    def in_parent(self, mask: Mask, parent: Mask | None, *, sharp: str = "parent") -> ByteArray:
        """The parent's box, the region contoured in red and all outside of the parent blurred.

        Without a parent the whole image is shown and nothing is blurred.

        Args:
            mask: the region.
            parent: its parent in the mask tree, None at the top.
            sharp: "parent", or "region" to blur the parent's other pixels too.

        Raises:
            InvalidInputError: see the class; also another value of `sharp`.
        """
        if sharp not in ("parent", "region"):
            raise InvalidInputError("sharp", [f'expected "parent" or "region", found {sharp!r}'])
        region = self._windows(mask)
        inner = self.size - 2 * self._pad
        if parent is None:
            box, picture = self._whole, self._small
        else:
            whole = self._windows(parent)
            box = _union(self._box_around(whole), region.box)
            picture = self._with_blurred_context(whole if sharp == "parent" else region, box, inner)
        return self._contoured(picture, box, [region])

    def contour(self, mask: Mask, *, contrast: bool = False) -> ByteArray:
        """The whole image with the region contoured in red, or in the colour that contrasts best with its border."""
        region = self._windows(mask)
        color = self._contrasting(self._small, self._whole, region) if contrast else RED
        return self._contoured(self._small, self._whole, [region], first=color)

    def close_up(self, mask: Mask) -> ByteArray:
        """The region's box with its margin, the region contoured in the colour that contrasts best with its border."""
        region = self._windows(mask)
        box = self._box_around(region)
        picture = self._sharp(box, self.size - 2 * self._pad)
        return self._contoured(picture, box, [region], first=self._contrasting(picture, box, region))

    def numbered(self, masks: Sequence[Mask]) -> ByteArray:
        """The whole image with each region contoured in its own colour and numbered from 0; 0 is red."""
        return self._contoured(self._small, self._whole, [self._windows(mask) for mask in masks], numbers=True)

    @property
    def _whole(self) -> Box:
        return (0, 0, self.image.width, self.image.height)

    @cached_property
    def _small(self) -> Image:
        """The whole image at the size at which contours are drawn on it."""
        return self._sharp(self._whole, self.size - 2 * self._pad)

    @cached_property
    def _blurred(self) -> BlurredImage:
        return BlurredImage(self.image, self.sigma)

    def _windows(self, mask: Mask) -> MaskWindows:
        region = MaskWindows(mask, self.image.width, self.image.height)
        if region.is_empty:
            raise InvalidInputError("mask", ["it is empty: there is nothing to show"])
        return region

    def _box_around(self, region: MaskWindows) -> Box:
        left, top, right, bottom = region.box
        margin = max(LEAST_MARGIN, round(self.margin * max(right - left, bottom - top)))
        return (
            max(left - margin, 0),
            max(top - margin, 0),
            min(right + margin, self.image.width),
            min(bottom + margin, self.image.height),
        )

    def _sharp(self, box: Box, longer_side: int) -> Image:
        from PIL.Image import Resampling

        return self.image.resize(_drawn_size(box, longer_side), Resampling.BICUBIC, box=box, reducing_gap=2.0)

    def _with_blurred_context(self, focus: MaskWindows, box: Box, longer_side: int) -> Image:
        from PIL import Image as PillowImage

        picture = self._sharp(box, longer_side)
        coverage = focus.coverage(box, picture.size)
        if coverage.getextrema()[0] == 255:  # nothing is outside
            return picture
        return PillowImage.composite(picture, self._blurred.window(box, picture.size), coverage)

    def _contrasting(self, picture: Image, box: Box, region: MaskWindows) -> Color:
        """The colour that contrasts best with the pixels just inside and outside of the region's border."""
        mask, (x, y) = _drawn_mask(region, box, picture.size)
        reach = self._pad
        whole = np.zeros((picture.height, picture.width), np.bool_)
        whole[y : y + mask.shape[0], x : x + mask.shape[1]] = mask
        beside = grow(whole, reach) & grow(~whole, reach)
        return contrasting_color(np.asarray(picture)[beside] if beside.any() else np.asarray(picture)[whole])

    def _contoured(
        self,
        picture: Image,
        box: Box,
        regions: Sequence[MaskWindows],
        *,
        numbers: bool = False,
        first: Color = RED,
    ) -> ByteArray:
        """The picture of a box on a canvas with room for contours at its borders, and the regions' contours."""
        pad = self._pad
        canvas = np.pad(np.asarray(picture), ((pad, pad), (pad, pad), (0, 0)), mode="edge")
        masks = [_drawn_mask(region, box, picture.size) for region in regions]
        windows = [(mask, (x + pad, y + pad)) for mask, (x, y) in masks]
        colors = contour_colors(len(regions)) if len(regions) > 1 else (first,)
        for k in sorted(range(len(regions)), key=lambda k: (k == 0, -regions[k].area)):  # small ones on top, 0 last
            draw_contour(canvas, *windows[k], colors[k], self._contour_width)
        return draw_numbers(canvas, windows, colors) if numbers else canvas


def _as_pillow(image: Image | ByteArray) -> Image:
    from PIL import Image as PillowImage

    if isinstance(image, np.ndarray):
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
            actual = f"{image.dtype} {image.shape}"
            raise InvalidInputError("image", [f"expected a uint8 array of shape (height, width, 3), found {actual}"])
        return PillowImage.fromarray(np.ascontiguousarray(image))
    return image if image.mode == "RGB" else image.convert("RGB")


def _union(one: Box, other: Box) -> Box:
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def _drawn_size(box: Box, longer_side: int) -> tuple[int, int]:
    width, height = box[2] - box[0], box[3] - box[1]
    scale = longer_side / max(width, height)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _drawn_mask(region: MaskWindows, box: Box, size: tuple[int, int]) -> tuple[BoolArray, tuple[int, int]]:
    """The region as drawn in the picture of a box: its own window of drawn pixels, and the window's first pixel.

    A pixel belongs to it if it covers half of it; a region too thin for that keeps every pixel it touches.
    """
    across, down = size[0] / (box[2] - box[0]), size[1] / (box[3] - box[1])
    left = max(int((region.box[0] - box[0]) * across), 0)
    top = max(int((region.box[1] - box[1]) * down), 0)
    right = min(int(np.ceil((region.box[2] - box[0]) * across)), size[0])
    bottom = min(int(np.ceil((region.box[3] - box[1]) * down)), size[1])
    right, bottom = max(right, left + 1), max(bottom, top + 1)
    source = (box[0] + left / across, box[1] + top / down, box[0] + right / across, box[1] + bottom / down)
    coverage = np.asarray(region.coverage(source, (right - left, bottom - top)))
    mask: BoolArray = coverage >= 128
    return (mask if mask.any() else coverage > 0), (left, top)
