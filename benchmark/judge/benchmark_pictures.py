"""What is shown to a judge with another benchmark's question: image, mask, and crops around each mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.masks.rle import decode_mask
from dataset.schema import Region
from dataset.user_files.files import ImageFiles
from dataset.user_files.frames import opened_image
from dataset.user_files.outlines import outline_mask

__all__ = ["Pictures"]

Pixels = npt.NDArray[np.uint8]

LEAST_SIDE: Final = 56
"""Pixels of a box that is cropped, at least; GAR-Bench's own."""


class Pictures:
    """Images of a folder, at any depth, or those of a config, with masks.

    Args:
        folder: of images that questions name themselves; None where they name regions.
        regions: name of a region, the last part of its id -> its image's file, and the region.

    Raises:
        InvalidInputError: there is no such folder.
    """

    def __init__(self, folder: Path | None, regions: Mapping[str, tuple[Path, Region]] | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise InvalidInputError(str(folder), ["expected a folder of images"])
        self._regions = dict(regions or {})
        self._files = None if folder is None else ImageFiles(folder)

    def image_and_mask(self, name: str) -> list[Pixels]:
        """The image of a region, and its mask as a picture.

        Raises:
            InvalidInputError: there is no such region or image.
        """
        if name not in self._regions:
            raise InvalidInputError("--config", [f"region {name} is not in it"])
        path, region = self._regions[name]
        image = _pixels(path)
        return [image, _as_picture(decode_mask(region.mask, image.shape[:2]))]

    def with_crops(self, file: str, outlines: Sequence[Any]) -> list[Pixels]:
        """An image, and of each mask the part of the image around it and the same part of the mask.

        A part is three times as wide and as high as the box of the mask, inside of the image.
        """
        image = self._image(file)
        pictures = [image]
        for outline in outlines:
            mask = decode_mask(outline_mask(outline, *image.shape[:2]))
            rows, columns = _around(np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0)))
            pictures += [np.ascontiguousarray(image[rows, columns]), _as_picture(mask[rows, columns])]
        return pictures

    def _image(self, file: str) -> Pixels:
        if self._files is None:
            raise InvalidInputError("--images", [f"is needed: {file}"])
        return _pixels(self._files.find(file))


def _pixels(path: Path) -> Pixels:
    with opened_image(path, str(path)) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


def _around(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> tuple[slice, slice]:
    """Three times the span of some rows and columns."""
    parts = []
    for places in (rows, columns):
        low, high = (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 1)
        middle, side = (low + high) / 2, max(high - low, LEAST_SIDE)
        parts.append(slice(max(int(middle - 1.5 * side), 0), int(middle + 1.5 * side)))
    return parts[0], parts[1]


def _as_picture(mask: npt.NDArray[np.bool_]) -> Pixels:
    return np.repeat((mask.astype(np.uint8) * 255)[..., None], 3, axis=2)
