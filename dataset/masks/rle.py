"""Masks as COCO run-length encodings (RLE): encode, decode, area and box.

An RLE is ``{"size": [height, width], "counts": str}``, column-major runs in pycocotools' compressed form. All that COCO
itself allows is read: counts as text, as bytes, or as a list of run lengths, and polygons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np

from ..errors import InvalidInputError
from ..runtime.arrays import BoolArray

__all__ = [
    "MaskRle",
    "area_of",
    "as_pixels",
    "bbox_xywh_of",
    "decode_mask",
    "encode_mask",
    "encode_polygons",
    "encode_runs",
    "whole_number",
]


class MaskRle(TypedDict):
    """COCO compressed run-length encoding; ``counts`` is text, so that it survives JSON and Arrow."""

    size: list[int]
    counts: str


def encode_mask(mask: Any) -> MaskRle:
    """Encode a mask.

    Args:
        mask: shape (height, width), NumPy array or torch tensor on any device, of booleans, of zeros and ones, or of 0
            and 255.

    Raises:
        InvalidInputError: another shape, or other values: which of them are inside would be a guess.
    """
    return _as_text(_coco_mask().encode(np.asfortranarray(as_pixels(mask).view(np.uint8))))


def as_pixels(mask: Any) -> BoolArray:
    """A mask as booleans; see `encode_mask`.

    Raises:
        InvalidInputError: another shape, or other values.
    """
    array = np.asarray(mask.detach().cpu() if hasattr(mask, "detach") else mask)
    if array.ndim != 2:
        raise InvalidInputError("mask", [f"expected shape (height, width), found {array.shape}"])
    if array.dtype == np.bool_:
        return array
    if array.dtype.kind not in "uif":
        raise InvalidInputError("mask", [f"expected booleans, found an array of {array.dtype}"])
    inside: BoolArray = array != 0
    if not bool((array[inside] == 1).all() or (array[inside] == 255).all()):  # not a number is neither
        values = np.unique(array)
        examples = ", ".join(str(value) for value in values[:5].tolist()) + (" ..." if len(values) > 5 else "")
        problem = f"expected booleans, 0 and 1, or 0 and 255, found the values {examples}"
        raise InvalidInputError("mask", [problem], "Compare with a threshold, or with the label that is meant, first.")
    return inside


def encode_runs(counts: Sequence[int], height: int, width: int) -> MaskRle:
    """Compress run lengths along columns, the first of them outside the mask; they must fill the image."""
    return _as_text(_coco_mask().frPyObjects({"size": [height, width], "counts": list(counts)}, height, width))


def encode_polygons(polygons: Sequence[Sequence[float]], height: int, width: int) -> MaskRle:
    """Encode the union of polygons, each x, y, x, y, ... of three points or more, as COCO draws them."""
    coco_mask = _coco_mask()
    return _as_text(coco_mask.merge(coco_mask.frPyObjects(polygons, height, width)))


def decode_mask(mask_rle: Any, size: Sequence[int] | None = None) -> BoolArray:
    """Decode a mask to a boolean array of shape (height, width).

    Args:
        mask_rle: an RLE, with counts as text, bytes or a list of run lengths; or polygons, a list of x, y, x, y, ...
        size: (height, width) of the image, which polygons need and an RLE has.

    Raises:
        InvalidInputError: it is none of these, or its runs do not fit its size.
    """
    if not isinstance(mask_rle, Mapping):
        mask_rle = _drawn(mask_rle, size)
    rle = _as_bytes(mask_rle)
    if size is not None and list(rle["size"]) != list(size):
        raise InvalidInputError("mask", [f"is of size {rle['size']}, the image is {list(size)}"])
    problem = _problem_of(rle["counts"], rle["size"][0] * rle["size"][1])
    if problem is not None:
        raise InvalidInputError("mask", [f"counts: {problem}"])
    decoded: BoolArray = _coco_mask().decode(rle).astype(bool)
    return decoded


def area_of(mask_rle: Mapping[str, Any] | MaskRle) -> int:
    """Number of pixels of the mask, without decoding it."""
    return int(_coco_mask().area(_as_bytes(mask_rle)))


def bbox_xywh_of(mask_rle: Mapping[str, Any] | MaskRle) -> list[float]:
    """Tight box [x, y, width, height] in pixels, without decoding; zeros for an empty mask."""
    return [float(value) for value in _coco_mask().toBbox(_as_bytes(mask_rle))]


def whole_number(value: Any) -> int | None:
    """A whole number, also where a program wrote 848.0; None if it is anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    return int(value) if -(2**63) < value < 2**63 and int(value) == value else None


def _coco_mask() -> Any:
    # imported late: a machine that only draws scenes for training does not need it
    from pycocotools import mask

    return mask


def _as_text(rle: Mapping[str, Any]) -> MaskRle:
    return {"size": [int(side) for side in rle["size"]], "counts": rle["counts"].decode("ascii")}


def _problem_of(counts: bytes, pixels: int) -> str | None:
    """What is wrong with compressed counts; pycocotools draws some of the wrong ones in part, without a word."""
    digits = np.frombuffer(counts, np.uint8).astype(np.int64) - 48
    if ((digits < 0) | (digits > 63)).any():
        return "a character that is not in COCO's alphabet '0' to 'o'"
    last = np.flatnonzero(digits & 32 == 0)  # the last digit of each number
    if not len(digits) or digits[-1] & 32:
        return "end in the middle of a number"
    first = np.concatenate([[0], last[:-1] + 1])
    if (last - first).max() > 6:
        return "a number of more than 35 bits"
    places = 5 * (np.arange(len(digits)) - np.repeat(first, last - first + 1))
    numbers = np.add.reduceat((digits & 31) << places, first)
    numbers -= np.where(digits[last] & 16, np.int64(1) << (5 * (last - first + 1)), 0)
    # from the fourth on, a number is the difference to the one two places before
    runs = np.concatenate([numbers[:1], np.cumsum(numbers[1::2]), np.cumsum(numbers[2::2])])
    if (runs < 0).any():
        return "a negative run length"
    total = int(runs.sum())
    return None if total == pixels else f"the runs sum to {total:,}, the image has {pixels:,} pixels"


def _as_bytes(mask_rle: Mapping[str, Any]) -> dict[str, Any]:
    """An RLE as pycocotools takes it."""
    size, counts = mask_rle.get("size"), mask_rle.get("counts")
    sides = [whole_number(side) or 0 for side in size] if isinstance(size, list | tuple | np.ndarray) else []
    if len(sides) != 2 or min(sides) < 1:
        raise InvalidInputError("mask", [f"size: expected [height, width], found {size!r}"])
    if isinstance(counts, str | bytes):
        return {"size": sides, "counts": counts if isinstance(counts, bytes) else counts.encode("ascii", "replace")}
    if not isinstance(counts, list | tuple | np.ndarray):
        raise InvalidInputError("mask", [f"counts: expected text, bytes or run lengths, found {type(counts).__name__}"])
    height, width = sides
    runs = [whole_number(count) for count in counts]
    if not all(run is not None and run >= 0 for run in runs) or sum(run or 0 for run in runs) != height * width:
        raise InvalidInputError("mask", [f"counts: expected run lengths that add up to {height * width:,}"])
    compressed = encode_runs([run or 0 for run in runs], height, width)
    return {"size": compressed["size"], "counts": compressed["counts"].encode("ascii")}


def _drawn(polygons: Any, size: Sequence[int] | None) -> MaskRle:
    """Polygons as a mask."""
    if not isinstance(polygons, list | tuple):
        raise InvalidInputError("mask", [f"expected an RLE or polygons, found {type(polygons).__name__}"])
    if size is None:
        raise InvalidInputError("mask", ["polygons do not say how large their image is"], "Name it: size=(240, 320).")
    shapes = [list(polygon) if isinstance(polygon, list | tuple | np.ndarray) else [] for polygon in polygons]
    numbers = all(isinstance(number, int | float | np.number) for shape in shapes for number in shape)
    if not shapes or not numbers or any(len(shape) < 6 or len(shape) % 2 for shape in shapes):
        raise InvalidInputError("mask", ["expected polygons, each a list x, y, x, y, ... of three points or more"])
    far = 2 * max(size)
    if not all(abs(number) <= far for shape in shapes for number in shape):  # not a number is not near either
        raise InvalidInputError("mask", [f"polygons: expected numbers near an image of {list(size)} (height, width)"])
    return encode_polygons([[float(number) for number in shape] for shape in shapes], size[0], size[1])
