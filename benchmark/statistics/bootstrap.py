"""Confidence from resampling images: regions of one image are correlated, so whole images are drawn.

Only sums of per-item statistics are drawn again, never text: a resample of the corpus BLEU is the BLEU of the summed
counts, and CIDEr's document frequencies stay those of the whole reference set.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["LEVEL", "RESAMPLES", "image_sums", "percentile_interval", "resample_slices", "resample_sums"]

RESAMPLES = 2_000
"""Default number of resamples."""

LEVEL = 0.95
"""Share of resamples inside an interval."""

_CELLS_PER_CHUNK = 4_000_000

FloatArray = npt.NDArray[np.float64]


def resample_sums(
    statistics: FloatArray, images: npt.NDArray[np.int64], resamples: int = RESAMPLES, seed: int = 0
) -> FloatArray:
    """Sums of statistics over images drawn with replacement.

    Args:
        statistics: per item, (items, width).
        images: which image an item belongs to, numbers from 0 without gaps, (items,).
        resamples: how many resamples to draw, each of as many images as there are.
        seed: of the random generator; equal seeds and image counts draw the same images.

    Returns:
        (resamples, width).
    """
    return resample_slices(statistics, images, [np.ones(len(statistics), bool)], resamples, seed)[0]


def resample_slices(
    statistics: FloatArray,
    images: npt.NDArray[np.int64],
    masks: Sequence[npt.NDArray[np.bool_]],
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[FloatArray]:
    """As `resample_sums` for subsets of the items, all from the same draws of images.

    Args:
        statistics: per item, (items, width).
        images: which image an item belongs to, numbers from 0 without gaps, (items,).
        masks: which items are in each subset, (items,) each.
        resamples: how many resamples to draw, each of as many images as there are.
        seed: of the random generator.

    Returns:
        (resamples, width) for each subset.
    """
    count = int(images.max()) + 1
    parts = [image_sums(statistics[mask], images[mask]) for mask in masks]
    sums = [np.empty((resamples, statistics.shape[1])) for _ in masks]
    generator = np.random.default_rng(seed)
    chunk = max(1, _CELLS_PER_CHUNK // count)
    for start in range(0, resamples, chunk):
        rows = min(chunk, resamples - start)
        drawn = generator.integers(0, count, size=(rows, count))
        # Numbers that differ from row to row: one bincount counts how often each row drew each image.
        drawn += np.arange(rows)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count).astype(np.float64)
        for part, (present, totals) in zip(sums, parts, strict=True):
            weights = times if len(present) == count else times[:, present]
            part[start : start + rows] = weights @ totals
    return sums


def image_sums(statistics: FloatArray, images: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], FloatArray]:
    """The images that have items, (present,), and the sums of their items' statistics, (present, width)."""
    order = np.argsort(images, kind="stable")
    present, starts = np.unique(images[order], return_index=True)
    if not len(present):
        return present, np.zeros((0, statistics.shape[1]))
    return present, np.add.reduceat(statistics[order], starts, axis=0)


def percentile_interval(values: FloatArray, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """Lower and upper end of the middle `level` share of the values along the first axis.

    NaN values are left out; where all are NaN, so are the ends.
    """
    outside = (1 - level) / 2 * 100
    columns = values.reshape(len(values), -1)
    missing = np.isnan(columns)
    ends = np.full((2, columns.shape[1]), np.nan)
    whole, some = ~missing.any(axis=0), missing.any(axis=0) & ~missing.all(axis=0)
    ends[:, whole] = np.percentile(columns[:, whole], [outside, 100 - outside], axis=0)
    if some.any():
        ends[:, some] = np.nanpercentile(columns[:, some], [outside, 100 - outside], axis=0)
    low, high = ends.reshape(2, *values.shape[1:])
    return low, high
