"""Masks as COCO run-length encodings (RLE): encode, decode, area and box.

An RLE is ``{"size": [height, width], "counts": str}``, column-major runs in pycocotools' compressed form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from ..errors import InvalidInputError
from ..runtime.arrays import BoolArray

__all__ = ["MaskRle", "area_of", "bbox_xywh_of", "decode_mask", "encode_mask", "encode_polygons", "encode_runs"]


class MaskRle(TypedDict):
    """COCO compressed run-length encoding; ``counts`` is text, so that it survives JSON and Arrow."""

    size: list[int]
    counts: str


def encode_mask(mask: BoolArray) -> MaskRle:
    """Encode a boolean mask of shape (height, width)."""
    if mask.ndim != 2:
        raise InvalidInputError("mask", [f"expected shape (height, width), found {mask.shape}"])
    return _as_text(_coco_mask().encode(np.asfortranarray(mask.astype(np.uint8))))


def encode_runs(counts: Sequence[int], height: int, width: int) -> MaskRle:
    """Compress run lengths along columns, the first of them outside the mask; they must fill the image."""
    return _as_text(_coco_mask().frPyObjects({"size": [height, width], "counts": list(counts)}, height, width))


def encode_polygons(polygons: Sequence[Sequence[float]], height: int, width: int) -> MaskRle:
    """Encode the union of polygons, each x, y, x, y, ... of three points or more, as COCO draws them."""
    coco_mask = _coco_mask()
    return _as_text(coco_mask.merge(coco_mask.frPyObjects(polygons, height, width)))


def decode_mask(mask_rle: MaskRle) -> BoolArray:
    """Decode an RLE to a boolean array of shape (height, width)."""
    decoded: BoolArray = _coco_mask().decode(_as_bytes(mask_rle)).astype(bool)
    return decoded


def area_of(mask_rle: MaskRle) -> int:
    """Number of pixels of the mask, without decoding it."""
    return int(_coco_mask().area(_as_bytes(mask_rle)))


def bbox_xywh_of(mask_rle: MaskRle) -> list[float]:
    """Tight box [x, y, width, height] in pixels, without decoding; zeros for an empty mask."""
    return [float(value) for value in _coco_mask().toBbox(_as_bytes(mask_rle))]


def _coco_mask() -> Any:
    # imported late: a machine that only draws scenes for training does not need it
    from pycocotools import mask

    return mask


def _as_text(rle: Mapping[str, Any]) -> MaskRle:
    return {"size": [int(side) for side in rle["size"]], "counts": rle["counts"].decode("ascii")}


def _as_bytes(mask_rle: MaskRle) -> dict[str, object]:
    return {"size": list(mask_rle["size"]), "counts": mask_rle["counts"].encode("ascii")}
