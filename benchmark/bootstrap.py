"""Confidence from resampling images: regions of one image are correlated, so whole images are drawn.

Only sums of per-item statistics are drawn again, never text: a resample of the corpus BLEU is the BLEU of the summed
counts, and CIDEr's document frequencies stay those of the whole reference set.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["LEVEL", "RESAMPLES", "percentile_interval", "resample_sums"]

RESAMPLES = 2_000
"""Resamples drawn unless told otherwise."""

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
        resamples: how many times as many images as there are get drawn.
        seed: of the random generator; equal seeds and image counts draw the same images.

    Returns:
        (resamples, width).
    """
    count = int(images.max()) + 1
    per_image = np.zeros((count, statistics.shape[1]))
    np.add.at(per_image, images, statistics)
    generator = np.random.default_rng(seed)
    sums = np.empty((resamples, statistics.shape[1]))
    chunk = max(1, _CELLS_PER_CHUNK // count)
    for start in range(0, resamples, chunk):
        rows = min(chunk, resamples - start)
        drawn = generator.integers(0, count, size=(rows, count))
        drawn += np.arange(rows)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        sums[start : start + rows] = times.astype(np.float64) @ per_image
    return sums


def percentile_interval(values: FloatArray, level: float = LEVEL) -> tuple[FloatArray, FloatArray]:
    """Lower and upper end of the middle `level` share of the values along the first axis, NaN values left out."""
    outside = (1 - level) / 2 * 100
    low, high = np.nanpercentile(values, [outside, 100 - outside], axis=0)
    return low, high
