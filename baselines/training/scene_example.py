"""One image with its regions, as it is learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["SceneExample", "SceneText"]


@dataclass(frozen=True)
class SceneText:
    """The regions of one image without pixels; every tuple has one entry for each region, in the order of the data.

    Attributes:
        image_id: the image's id.
        height, width: of the image, pixels.
        captions: all references of each region, the unique caption first.
        short_captions: terse and not necessarily unique; None where there is none.
        region_ids: ``<image_id>/<mask id>``.
        parent_ids: region_id of the nearest enclosing region that is in the data, or None.
        bboxes_xywh: pixels.
        areas: pixels.
        granularities: group, object, part, subpart or background; None if unknown.
        categories: head nouns; None if unknown.
        slices: ``standard`` or ``novel``; None if unknown.
    """

    image_id: str
    height: int
    width: int
    captions: tuple[tuple[str, ...], ...]
    short_captions: tuple[str | None, ...]
    region_ids: tuple[str, ...]
    parent_ids: tuple[str | None, ...]
    bboxes_xywh: tuple[tuple[float, float, float, float], ...]
    areas: tuple[int, ...]
    granularities: tuple[str | None, ...]
    categories: tuple[str | None, ...]
    slices: tuple[str | None, ...]

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.region_ids)


@dataclass(frozen=True, eq=False)
class SceneExample(SceneText):
    """One image with its regions.

    Attributes:
        image: (height, width, 3) uint8, RGB.
        masks: (regions, height, width) bool.
    """

    image: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.bool_]
