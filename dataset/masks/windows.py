"""A mask of an image, decoded only where it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InvalidInputError
from ..runtime.arrays import BoolArray, Int32Array
from ..runtime.compiled import compiled
from .boxes import Box, box_of
from .column_runs import decode_runs
from .rle import MaskRle

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Mask", "MaskWindows"]

Mask = MaskRle | BoolArray


class MaskWindows:
    """One mask: its tight box, and its pixels in any window.

    Args:
        mask: an RLE, or a boolean array (height, width).
        width: of the image.
        height: of the image.

    Raises:
        InvalidInputError: the mask is not of the image's size, or its runs cannot be decoded.
    """

    def __init__(self, mask: Mask, width: int, height: int) -> None:
        shape = mask.shape if isinstance(mask, np.ndarray) else tuple(mask["size"])
        if shape != (height, width):
            raise InvalidInputError(
                "mask", [f"expected the image's size (height, width) {(height, width)}, found {shape}"]
            )
        self.width, self.height = width, height
        self._pixels: BoolArray | None = None
        if isinstance(mask, np.ndarray):
            if mask.dtype != np.bool_:
                raise InvalidInputError("mask", [f"expected a boolean array, found {mask.dtype}"])
            self._pixels = mask
            self.box = box_of(mask)
            self.area = int(np.count_nonzero(mask))
            return
        runs, wrong = decode_runs([mask["counts"].encode("ascii", "replace")], height, width)
        if wrong:
            raise InvalidInputError("mask", [fault for _, fault in wrong])
        left, top, right, bottom = runs.boxes[0].tolist()
        self.box = (left, top, right, bottom)
        self.area = int(runs.areas[0])
        self._starts, self._ends = runs.starts, runs.ends

    @property
    def is_empty(self) -> bool:
        """Whether no pixel belongs to it."""
        return self.area == 0

    def pixels(self, box: Box) -> BoolArray:
        """The mask in a window of the image, shape (bottom - top, right - left)."""
        left, top, right, bottom = box
        if self._pixels is not None:
            return self._pixels[top:bottom, left:right]
        out = np.zeros((bottom - top, right - left), np.bool_)
        _paint(self._starts, self._ends, self.height, left, top, out)
        return out

    def coverage(self, box_xyxy: tuple[float, float, float, float], size: tuple[int, int]) -> Image:
        """How much of each drawn pixel the mask covers: a window drawn at (width, height) `size`, mode "L"."""
        from PIL import Image as PillowImage

        left, top = int(box_xyxy[0]), int(box_xyxy[1])
        right = min(int(np.ceil(box_xyxy[2])), self.width)
        bottom = min(int(np.ceil(box_xyxy[3])), self.height)
        window = np.ascontiguousarray(self.pixels((left, top, right, bottom))).view(np.uint8) * np.uint8(255)
        inside = (
            box_xyxy[0] - left,
            box_xyxy[1] - top,
            min(box_xyxy[2] - left, right - left),
            min(box_xyxy[3] - top, bottom - top),
        )
        return PillowImage.fromarray(window).resize(size, PillowImage.Resampling.BILINEAR, box=inside)


@compiled
def _paint(starts: Int32Array, ends: Int32Array, height: int, left: int, top: int, out: BoolArray) -> None:
    """Paint runs of column-major pixels into a window whose corner is (left, top)."""
    rows, columns = out.shape
    low, high = left * height, (left + columns) * height
    for run in range(len(starts)):
        start, end = max(starts[run], low), min(ends[run], high)
        while start < end:
            column = start // height
            stop = min(end, (column + 1) * height)
            first = max(start - column * height - top, 0)
            last = min(stop - column * height - top, rows)
            for row in range(first, last):
                out[row, column - left] = True
            start = stop
