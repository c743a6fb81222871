"""Boxes of masks that are arrays; those of encoded masks are in `rle` and `column_runs`."""

from __future__ import annotations

import numpy as np

from ..runtime.arrays import BoolArray

__all__ = ["Box", "box_of", "to_xywh"]

Box = tuple[int, int, int, int]
"""First column, first row, and one past the last column and row, in pixels."""


def box_of(mask: BoolArray) -> Box:
    """Tight box of a mask (height, width); zeros for an empty one."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return 0, 0, 0, 0
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def to_xywh(box: Box) -> tuple[float, float, float, float]:
    """The same box as COCO has it: left, top, width and height."""
    left, top, right, bottom = box
    return float(left), float(top), float(right - left), float(bottom - top)
