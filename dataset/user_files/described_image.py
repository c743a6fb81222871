"""Region rows of one image of another data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InvalidInputError
from ..masks.rle import area_of, bbox_xywh_of
from ..masks.turns import turn_box, turn_mask
from ..schema import Region
from .frames import StoredPicture, read_picture, turn_of
from .outlines import box_mask, outline_mask

__all__ = ["DescribedImage", "DescribedRegion", "read_rows"]


@dataclass(frozen=True, slots=True)
class DescribedRegion:
    """A region as in its data set.

    Attributes:
        region: ids, captions, box, and what else is known of it.
        segmentation: COCO polygons or run lengths; None where the data set has boxes only.
    """

    region: Region
    segmentation: Any = None


@dataclass(frozen=True, slots=True)
class DescribedImage:
    """What is needed to make the rows of one image, wherever it is.

    Attributes:
        image_id: as in the data set.
        file: path of the image.
        size: (height, width) that the annotations are made for; None where they do not say.
        regions: in the order of the annotations.
        boxes_only: masks are the boxes, filled.
        frame: what the annotations are made for, one of `FRAMES`; None to read it off their size.
    """

    image_id: str
    file: str
    size: tuple[int, int] | None
    regions: tuple[DescribedRegion, ...]
    boxes_only: bool
    frame: str | None = None


def read_rows(image: DescribedImage) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of one image, without the image itself, and one line for each region that cannot be used.

    ``area`` counts the pixels of the mask. ``bbox`` is the published one, or that of the mask where there is none
    or masks are boxes: clipped to the image. A parent that cannot be used is none. Masks and boxes are of the picture
    as it is shown: turned as its EXIF data say.

    Raises:
        InvalidInputError: the image cannot be read, is not of the size that its annotations are made for, or it cannot
            be told whether they are made for the stored or for the turned picture.
    """
    picture, turn = _picture_of(image)
    height, width = picture.upright_size if turn == 1 else picture.size
    rows, problems = [], []
    for described in image.regions:
        region = described.region
        try:
            if min(region.bbox[2:]) < 0 if region.bbox is not None else image.boxes_only:
                raise InvalidInputError("box", [f"box: expected x, y, width and height, found {region.bbox}"])
            if image.boxes_only and region.bbox is not None:
                mask = box_mask(region.bbox, height, width)
            else:
                mask = outline_mask(described.segmentation, height, width)
            if not area_of(mask):
                raise InvalidInputError("segmentation", ["holds no pixel of its image"])
        except InvalidInputError as error:
            problems.append(f"region {region.region_id}: {error.problems[0]}")
            continue
        if region.bbox is not None and not image.boxes_only and not _touch(region.bbox, bbox_xywh_of(mask)):
            problems.append(f"region {region.region_id}: its box {list(region.bbox)} lies beside its mask")
            continue
        published = None if image.boxes_only or region.bbox is None else turn_box(region.bbox, turn, height, width)
        measured = region.with_mask(turn_mask(mask, turn))
        rows.append(replace(measured, bbox=published or measured.bbox).to_row())
    names = {row["region_id"] for row in rows}
    for row in rows:
        row["parent_id"] = row["parent_id"] if row["parent_id"] in names else None
    return rows, problems


def _touch(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether two XYWH boxes have pixels in common, or are neighbours."""
    return all(
        first[axis] <= second[axis] + second[axis + 2] + 1 and second[axis] <= first[axis] + first[axis + 2] + 1
        for axis in (0, 1)
    )


def _picture_of(image: DescribedImage) -> tuple[StoredPicture, int]:
    """The header of the image file, and the orientation by which its annotations are to be turned."""
    picture = read_picture(image.file, image.file)
    try:
        return picture, turn_of(picture, set() if image.size is None else {image.size}, image.frame)
    except InvalidInputError as error:
        raise InvalidInputError(image.file, error.problems) from None
