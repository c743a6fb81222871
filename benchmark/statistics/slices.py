"""Subsets of regions that scores are also reported for: granularity, area, depth, look-alikes, novelty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dataset.schema import GRANULARITIES, Region

__all__ = ["look_alikes", "slice_masks"]

# Each step doubles the side of a region.
_AREAS = ((0.005, "<0.5%"), (0.02, "0.5-2%"), (0.08, "2-8%"), (0.32, "8-32%"), (np.inf, ">32%"))
_DEPTHS = ((1, "1"), (2, "2"), (3, "3"), (np.inf, "4+"))
_FOREIGN_VALUES = 10
_LOOK_ALIKES = ((0, "0"), (1, "1"), (3, "2-3"), (7, "4-7"), (np.inf, "8+"))


def slice_masks(regions: Sequence[Region]) -> dict[str, npt.NDArray[np.bool_]]:
    """Which regions are in each subset, as "name=value" -> bool (regions,), in the order of reports.

    Names are ``granularity``; ``area``, the share of the image; ``depth`` in the mask tree; ``look_alikes``, see
    `look_alikes`; and ``slice``, every one but the standard one. A region that does not say is in none of a name's
    subsets; subsets without regions are left out. Of values that are not ours, which a foreign file may hold any
    number of, the most frequent are taken.
    """
    granularities, named = [region.granularity for region in regions], [region.slice for region in regions]
    families = {
        "granularity": (granularities, [*GRANULARITIES, *_most_frequent(granularities, GRANULARITIES)]),
        "area": _binned([_area_share(region) for region in regions], _AREAS),
        "depth": _binned([region.depth for region in regions], _DEPTHS),
        "look_alikes": _binned(look_alikes(regions), _LOOK_ALIKES),
        "slice": (named, _most_frequent(named, ("standard",))),
    }
    masks = {
        f"{family}={value}": np.array([label == value for label in labels])
        for family, (labels, values) in families.items()
        for value in values
    }
    return {name: mask for name, mask in masks.items() if mask.any()}


def look_alikes(regions: Sequence[Region]) -> list[int | None]:
    """How many other regions of the same category the same image has; None where no category is given."""
    counts = Counter((region.image_id, region.category) for region in regions)
    return [counts[region.image_id, region.category] - 1 if region.category else None for region in regions]


def _most_frequent(values: Sequence[str | None], without: Sequence[str]) -> list[str]:
    counts = Counter(value for value in values if value and value not in without)
    return sorted(value for value, _ in counts.most_common(_FOREIGN_VALUES))


def _binned(
    values: Sequence[float | None], bins: Sequence[tuple[float, str]]
) -> tuple[list[str | None], list[str]]:  # fmt: skip
    """The label of each value's bin, whose upper ends are included, and all labels in order."""
    found = [None if value is None else next(label for end, label in bins if value <= end) for value in values]
    return found, [label for _, label in bins]


def _area_share(region: Region) -> float | None:
    if region.mask is None or region.area is None:
        return None
    height, width = region.mask["size"]
    return region.area / (height * width)
