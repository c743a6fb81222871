"""Outlines as other data sets give them (polygons, run lengths, boxes) as masks, checked before use."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidInputError
from ..masks.rle import MaskRle, area_of, decode_mask, encode_mask, encode_polygons, encode_runs, whole_number

__all__ = ["box_mask", "outline_mask"]


def outline_mask(segmentation: Any, height: int, width: int) -> MaskRle:
    """The mask of a COCO ``segmentation``: polygons or run lengths, compressed or not; of a list of either the union.

    Raises:
        InvalidInputError: it is none of these, or does not fit an image of this size.
    """
    if isinstance(segmentation, list):
        if segmentation and all(isinstance(part, Mapping) for part in segmentation):
            return _united(segmentation, height, width)
        return _polygon_mask(segmentation, height, width)
    if not isinstance(segmentation, Mapping):
        raise _refused(f"expected polygons or run lengths, found {type(segmentation).__name__}")
    if not {"size", "counts"} <= segmentation.keys():
        raise _refused("expected an object with size and counts")
    size, counts = segmentation["size"], segmentation["counts"]
    if not isinstance(size, list | tuple) or [whole_number(side) for side in size] != [height, width]:
        raise _refused(f"is of size {str(size)[:50]}, its image is [{height}, {width}] (height, width)")
    if isinstance(counts, list):
        return _run_mask(counts, height, width)
    if isinstance(counts, bytes):
        counts = counts.decode("ascii", "replace")
    if not isinstance(counts, str) or not counts.isascii():
        raise _refused("counts: expected a list or a text in COCO's alphabet")
    from ..masks.column_runs import decode_runs  # compiles: only for its users

    _, wrong = decode_runs([counts.encode("ascii")], height, width)
    if wrong:
        raise _refused(f"counts: {wrong[0][1]}")
    return {"size": [height, width], "counts": counts}


def box_mask(box: Sequence[float], height: int, width: int) -> MaskRle:
    """The pixels of an XYWH box, rounded to whole pixels and clipped to the image.

    Raises:
        InvalidInputError: no pixel of the image is in the box.
    """
    if not all(math.isfinite(side) for side in box):
        raise _refused(f"box {list(box)}: expected finite numbers")
    left, right = (min(max(round(side), 0), width) for side in (box[0], box[0] + box[2]))
    top, bottom = (min(max(round(side), 0), height) for side in (box[1], box[1] + box[3]))
    rows, columns = bottom - top, right - left
    if rows <= 0 or columns <= 0:
        raise _refused(f"box {list(box)} holds no pixel of an image of [{height}, {width}] (height, width)")
    if rows == height:
        runs = [left * height, columns * height]
    else:
        runs = [left * height + top, rows] + [height - rows, rows] * (columns - 1)
    rest = height * width - sum(runs)
    return _run_mask([*runs, rest] if rest else runs, height, width)


def _polygon_mask(polygons: list[Any], height: int, width: int) -> MaskRle:
    far = 2 * max(height, width)
    for index, polygon in enumerate(polygons):
        if not isinstance(polygon, list) or len(polygon) < 6 or len(polygon) % 2:
            raise _refused(f"polygon {index}: expected x, y of three points or more")
        if not all(isinstance(number, int | float) and abs(number) <= far for number in polygon):
            raise _refused(f"polygon {index}: expected numbers near an image of [{height}, {width}] (height, width)")
    if not polygons:
        raise _refused("has no polygon")
    return encode_polygons(polygons, height, width)


def _united(parts: Sequence[Mapping[str, Any]], height: int, width: int) -> MaskRle:
    """The pixels of several masks, each of which must hold some."""
    masks = []
    for index, part in enumerate(parts):
        try:
            masks.append(outline_mask(part, height, width))
        except InvalidInputError as error:
            raise _refused(f"mask {index}: {error.problems[0]}") from None
        if not area_of(masks[-1]):
            raise _refused(f"mask {index}: holds no pixel of its image")
    return masks[0] if len(masks) == 1 else encode_mask(np.logical_or.reduce([decode_mask(mask) for mask in masks]))


def _run_mask(counts: list[Any], height: int, width: int) -> MaskRle:
    runs = [whole_number(count) for count in counts]
    whole = [run for run in runs if run is not None and run >= 0]
    if len(whole) != len(counts) or sum(whole) != height * width:
        raise _refused(f"counts: expected run lengths that add up to {height * width:,}")
    return encode_runs(whole, height, width)


def _refused(problem: str) -> InvalidInputError:
    return InvalidInputError("segmentation", [problem])
