"""What each region contributes to each metric, kept on disk: systems are compared later without their captions."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError

from .bootstrap import image_sums

__all__ = ["ItemStatistics", "MetricStatistics", "read_statistics"]

_METRIC, _SLICE = "metric:", "slice:"

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """All of an evaluation.

    Attributes:
        metrics: metric name -> its statistics, (regions, width).
        image_numbers: which image a region belongs to, from 0 without gaps, (regions,).
        slices: "granularity=part" -> which regions are in it, (regions,).
    """

    metrics: Mapping[str, FloatArray]
    image_numbers: IntArray
    slices: Mapping[str, BoolArray]

    def write(self, path: Path) -> None:
        """Write a compressed npz file."""
        arrays: dict[str, Any] = {f"{_METRIC}{name}": values for name, values in self.metrics.items()}
        arrays |= {f"{_SLICE}{name}": mask for name, mask in self.slices.items()}
        with path.open("wb") as stream:
            np.savez_compressed(stream, images=self.image_numbers, **arrays)


@dataclass(frozen=True, slots=True)
class MetricStatistics:
    """One metric of an evaluation, summed over the regions of each image: all that comparing systems needs.

    Attributes:
        sums: of its statistics, (images, width).
        items: how many regions were summed, (images,).
    """

    sums: FloatArray
    items: FloatArray


def read_statistics(path: str | Path, metric: str, part: str = "") -> MetricStatistics | None:
    """One metric of what `Report.write_statistics` wrote.

    Args:
        path: the file.
        metric: name of the metric.
        part: name of a slice; empty for all regions. Images without a region in it have sums of 0.

    Returns:
        None if the evaluation did not have the metric or the slice.

    Raises:
        InvalidInputError: the file cannot be read.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            images = stored["images"]
            values = stored.get(f"{_METRIC}{metric}")
            mask = stored.get(f"{_SLICE}{part}") if part else np.ones(len(images), bool)
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidInputError(str(path), [f"not a file of statistics, as --statistics writes it: {error}"]) from error
    if values is None or mask is None:
        return None
    count = int(images.max()) + 1
    present, sums = image_sums(values[mask], images[mask])
    spread = np.zeros((count, values.shape[1]))
    spread[present] = sums
    return MetricStatistics(spread, np.bincount(images[mask], minlength=count).astype(np.float64))
