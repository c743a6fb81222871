"""Subsets of regions that scores are also reported for: granularity, area, depth, look-alikes, novelty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataset.schema import GRANULARITIES, Region

__all__ = [
    "FAMILIES",
    "SliceFamily",
    "family_of",
    "is_fine",
    "look_alikes",
    "slice_label",
    "slice_masks",
    "slice_order",
]

# Each step doubles the side of a region.
_AREAS = ((0.005, "<0.5%"), (0.02, "0.5-2%"), (0.08, "2-8%"), (0.32, "8-32%"), (np.inf, ">32%"))
_DEPTHS = ((1, "1"), (2, "2"), (3, "3"), (np.inf, "4+"))
_FOREIGN_VALUES = 10
_LOOK_ALIKES = ((0, "0"), (1, "1"), (3, "2-3"), (7, "4-7"), (np.inf, "8+"))


@dataclass(frozen=True, slots=True)
class SliceFamily:
    """Subsets by one property of regions; a subset is named "name=value".

    Attributes:
        name: in names of subsets.
        title: over a group of its subsets.
        labels: the value of every region, None for a region without one.
        prefix: before a value where a subset stands alone: "depth 2"; empty where the value says enough.
        values: those known in advance, in the order of reports.
        ordinary: a value that makes no subset.
        fine: whether its subsets are many and by numbers: terminals leave them out.
    """

    name: str
    title: str
    labels: Callable[[Sequence[Region]], Sequence[str | None]]
    prefix: str = ""
    values: tuple[str, ...] = ()
    ordinary: str = ""
    fine: bool = False


def family_of(name: str) -> SliceFamily:
    """The family of a subset ("depth=2"); a bare one for a subset of a family that is not (any more) in `FAMILIES`."""
    family = name.partition("=")[0]
    return FAMILIES.get(family) or SliceFamily(family, family, lambda regions: [None] * len(regions), f"{family} ")


def is_fine(name: str) -> bool:
    """Whether a subset is one of many by numbers."""
    return family_of(name).fine


def slice_label(name: str) -> str:
    """A subset for readers; the empty name stands for all regions."""
    return f"{family_of(name).prefix}{name.partition('=')[2]}" if name else "All regions"


def slice_order(name: str) -> tuple[int, int, str]:
    """Sorts names of subsets into the order of reports."""
    family, value = family_of(name), name.partition("=")[2]
    place = list(FAMILIES).index(family.name) if family.name in FAMILIES else len(FAMILIES)
    return place, family.values.index(value) if value in family.values else len(family.values), value


def slice_masks(regions: Sequence[Region]) -> dict[str, npt.NDArray[np.bool_]]:
    """Which regions are in each subset, as "name=value" -> bool (regions,), in the order of reports.

    A region without a value is in none of a family's subsets; subsets without regions are left out. Of values that
    a family does not know, which a foreign file may hold any number of, the most frequent are taken.
    """
    masks = {}
    for family in FAMILIES.values():
        labels = family.labels(regions)
        for value in (*family.values, *_most_frequent(labels, (*family.values, family.ordinary))):
            masks[f"{family.name}={value}"] = np.array([label == value for label in labels])
    return {name: mask for name, mask in masks.items() if mask.any()}


def look_alikes(regions: Sequence[Region]) -> list[int | None]:
    """How many other regions of the same category the same image has; None where no category is given."""
    counts = Counter((region.image_id, region.category) for region in regions)
    return [counts[region.image_id, region.category] - 1 if region.category else None for region in regions]


def _most_frequent(values: Sequence[str | None], without: Sequence[str]) -> list[str]:
    counts = Counter(value for value in values if value and value not in without)
    return sorted(value for value, _ in counts.most_common(_FOREIGN_VALUES))


def _binned(values: Sequence[float | None], bins: Sequence[tuple[float, str]]) -> list[str | None]:
    """The label of each value's bin, whose upper ends are included."""
    return [None if value is None else next(label for end, label in bins if value <= end) for value in values]


def _names(bins: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(label for _, label in bins)


def _area_share(region: Region) -> float | None:
    if region.mask is None or region.area is None:
        return None
    height, width = region.mask["size"]
    return region.area / (height * width)


FAMILIES = {
    family.name: family
    for family in (
        SliceFamily(
            "granularity",
            "granularity",
            lambda regions: [region.granularity for region in regions],
            values=GRANULARITIES,
        ),
        SliceFamily(
            "area",
            "area, share of the image",
            lambda regions: _binned([_area_share(region) for region in regions], _AREAS),
            prefix="area ",
            values=_names(_AREAS),
            fine=True,
        ),
        SliceFamily(
            "depth",
            "depth in the mask tree",
            lambda regions: _binned([region.depth for region in regions], _DEPTHS),
            prefix="depth ",
            values=_names(_DEPTHS),
            fine=True,
        ),
        SliceFamily(
            "look_alikes",
            "look-alikes in the image",
            lambda regions: _binned(look_alikes(regions), _LOOK_ALIKES),
            prefix="look-alikes ",
            values=_names(_LOOK_ALIKES),
            fine=True,
        ),
        SliceFamily("slice", "slice", lambda regions: [region.slice for region in regions], ordinary="standard"),
    )
}
"""Name -> family, in the order of reports."""
