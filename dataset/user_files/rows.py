"""Region rows of one image of another data set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..errors import InvalidInputError
from ..masks.rle import area_of
from ..schema import Region
from .outlines import MOST_PIXELS, box_mask, outline_mask

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
    """

    image_id: str
    file: str
    size: tuple[int, int] | None
    regions: tuple[DescribedRegion, ...]
    boxes_only: bool


def read_rows(image: DescribedImage) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of one image, without the image itself, and one line for each region that cannot be used.

    ``area`` counts the pixels of the mask. ``bbox`` is the published one, or that of the mask where masks are boxes:
    clipped to the image.

    Raises:
        InvalidInputError: the image cannot be read, or is not of the size that its annotations are made for.
    """
    height, width = _size_of(image)
    rows, problems = [], []
    for described in image.regions:
        region = described.region
        try:
            if image.boxes_only and region.bbox is None:
                raise InvalidInputError("box", ["expected four numbers"])
            if image.boxes_only and region.bbox is not None:
                mask = box_mask(region.bbox, height, width)
            else:
                mask = outline_mask(described.segmentation, height, width)
            if not area_of(mask):
                raise InvalidInputError("segmentation", ["holds no pixel of its image"])
        except InvalidInputError as error:
            problems.append(f"region {region.region_id}: {error.problems[0]}")
            continue
        published = None if image.boxes_only else region.bbox
        measured = region.with_mask(mask)
        rows.append(replace(measured, bbox=published or measured.bbox).to_row())
    return rows, problems


def _size_of(image: DescribedImage) -> tuple[int, int]:
    """Height and width of the image file; only its header is read, so that decompression bombs stay closed."""
    from PIL import Image

    try:
        with Image.open(image.file) as picture:
            size = picture.height, picture.width
    except (OSError, Image.DecompressionBombError) as error:
        raise InvalidInputError(image.file, [f"cannot be read as an image ({error})"]) from None
    if image.size is not None and size != image.size:
        problem = f"is {list(size)} (height, width), its annotations are for {list(image.size)}"
        raise InvalidInputError(image.file, [problem])
    if size[0] * size[1] > MOST_PIXELS:
        raise InvalidInputError(image.file, [f"has {size[0] * size[1]:,} pixels, more than {MOST_PIXELS:,}"])
    return size
