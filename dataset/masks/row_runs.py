"""Masks as the lengths of their runs along rows, by numpy alone: how training shards keep them.

The files of the data have COCO's compressed runs, which go along columns (`rle`, and `column_runs` for their decoder).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..runtime.arrays import BoolArray

__all__ = ["mask_to_runs", "runs_to_mask"]


def mask_to_runs(mask: BoolArray) -> npt.NDArray[np.uint32]:
    """Lengths of the runs of a mask (height, width), row by row; the first run is of zeros and may be empty."""
    # A zero in front makes the first run one of zeros, and the last pixel inverted behind ends the last run.
    flat = np.concatenate([[False], mask.reshape(-1), [not mask.reshape(-1)[-1]]])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return np.diff(edges, prepend=0).astype(np.uint32)


def runs_to_mask(runs: npt.NDArray[np.uint32], height: int, width: int) -> BoolArray:
    """The mask (height, width) whose runs `mask_to_runs` returns."""
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(height, width)
