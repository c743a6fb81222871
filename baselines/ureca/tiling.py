"""Tiles of a mask, cut on the grid on which the image processor cuts the image ("dynamic mask" in the paper).

The published code resizes the mask's thumbnail bicubically and feeds 0/255; here every tile is strictly {0, 1}.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import get_optimal_tiled_canvas

from dataset.runtime.arrays import BoolArray, ByteArray

__all__ = ["grid_of", "sampled", "tile_mask"]


def grid_of(height: int, width: int, image_processor: Any) -> tuple[int, int]:
    """(columns, rows) of tiles that the image processor cuts an image of this size into, without the thumbnail."""
    if not image_processor.crop_to_patches or image_processor.max_patches <= 1:
        return 1, 1
    size = (image_processor.size["height"], image_processor.size["width"])
    limits = (image_processor.min_patches, image_processor.max_patches)
    columns, rows = get_optimal_tiled_canvas((height, width), size, *limits)
    return columns, rows


def tile_mask(mask: BoolArray, grid: tuple[int, int], side: int, *, thumbnail: bool = True) -> ByteArray:
    """Tiles of a mask of shape (height, width), in the order of the image's tiles.

    Args:
        mask: the region.
        grid: (columns, rows), from `grid_of`.
        side: of a tile in pixels.
        thumbnail: add the whole mask as the last tile where there are several, as the image processor does.

    Returns:
        Strictly {0, 1}, of shape (columns * rows + thumbnail, side, side). A region never vanishes: what sampling loses
        comes back as the nearest pixel to its centre.
    """
    columns, rows = grid
    whole = _resized(mask, columns * side, rows * side)
    tiles = whole.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows * columns, side, side)
    if thumbnail and len(tiles) > 1:
        tiles = np.concatenate([tiles, _resized(mask, side, side)[None]])
    return np.ascontiguousarray(tiles)


def _resized(mask: BoolArray, width: int, height: int) -> ByteArray:
    rows, columns = sampled(mask.shape[0], height), sampled(mask.shape[1], width)
    resized = np.asarray(mask, np.bool_).view(np.uint8)[rows].take(columns, axis=1)
    if not resized.any() and mask.any():
        rows, columns = np.nonzero(mask)
        row, column = int(rows.mean()) * height // mask.shape[0], int(columns.mean()) * width // mask.shape[1]
        resized[row, column] = 1
    return resized


@lru_cache(maxsize=256)
def sampled(length: int, size: int) -> npt.NDArray[np.intp]:
    """Which of `length` pixels Pillow's nearest-neighbour resize takes for each of `size` (ImagingScaleAffine)."""
    places = np.full(size, length / size)
    places[0] /= 2
    return np.add.accumulate(places).astype(np.intp)  # summed one by one, as Pillow does: other roundings differ
