"""The images of one split of another data set: their files, sizes and regions, in the order of the annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError
from .files import load_json, rows_of
from .refcocog import referred_regions, refs_of_split
from .rows import DescribedRegion
from .visual_genome import read_visual_genome

__all__ = ["ListedImage", "refcocog_images", "visual_genome_images"]

_PUBLISHED = {"train": "train", "validation": "val", "test": "test"}
"""Our names of splits -> those in RefCOCOg's and DenseCap's files."""


@dataclass(frozen=True, slots=True)
class ListedImage:
    """An image whose file is still to be found.

    Attributes:
        image_id: as in the data set.
        file_name: name of its file, without folders.
        size: (height, width), None where the annotations do not say.
        regions: in the order of the annotations.
    """

    image_id: str
    file_name: str
    size: tuple[int, int] | None
    regions: tuple[DescribedRegion, ...]


def refcocog_images(refs: Path, instances: Path, split: str) -> list[ListedImage]:
    """Images of a split of RefCOCOg. Every region is an ``object`` of depth 1 with COCO's category.

    Raises:
        UnknownNameError: the refs file has no such split.
        InvalidInputError: a hostile or damaged pickle, or rows that do not fit.
    """
    references = refs_of_split(refs, _PUBLISHED[split])
    content = load_json(instances)
    rows = rows_of(instances, content, "annotations", ["id", "image_id", "bbox", "category_id", "segmentation"])
    annotations = {str(row["id"]): row for row in rows}
    categories = {str(row["id"]): str(row["name"]) for row in rows_of(instances, content, "categories", ["id", "name"])}
    images = {
        str(row["id"]): row for row in rows_of(instances, content, "images", ["id", "file_name", "height", "width"])
    }
    regions = []
    for region in referred_regions(refs, references, instances, annotations):
        annotation = annotations[region.region_id.rpartition("/")[2]]
        category = categories.get(str(annotation["category_id"]))
        described = replace(region, granularity="object", depth=1, category=category)
        regions.append(DescribedRegion(described, annotation["segmentation"]))
    return _grouped(regions, instances, images, "")


def visual_genome_images(descriptions: Path, sizes: Path | None, splits: Path | None, split: str) -> list[ListedImage]:
    """Images of a split of Visual Genome; their regions have a box and no place in a hierarchy.

    Args:
        descriptions: ``region_descriptions.json``.
        sizes: ``image_data.json``; the images' own sizes are taken without it.
        splits: ``densecap_splits.json``; everything is train without it.
        split: a split.

    Raises:
        UnknownNameError: the splits file has no such split.
        InvalidInputError: rows that do not fit.
    """
    regions = [DescribedRegion(region) for region in read_visual_genome(descriptions, splits, _PUBLISHED[split])]
    if sizes is None:
        return _grouped(regions, descriptions, None, ".jpg")
    rows = rows_of(sizes, load_json(sizes), "", ["image_id", "width", "height"])
    return _grouped(regions, sizes, {str(row["image_id"]): row for row in rows}, ".jpg")


def _grouped(
    regions: Iterable[DescribedRegion], file: Path, images: Mapping[str, Mapping[str, Any]] | None, suffix: str
) -> list[ListedImage]:
    """Regions by image; the file's name is its record's, or else image_id and suffix."""
    of_image: dict[str, list[DescribedRegion]] = {}
    for described in regions:
        of_image.setdefault(described.region.image_id, []).append(described)
    unknown = [f"image_id {name!r} is not in it" for name in of_image if images is not None and name not in images]
    if unknown:
        raise InvalidInputError(str(file), unknown)
    grouped, problems = [], []
    for name, members in of_image.items():
        record = None if images is None else images[name]
        size = None if record is None else (record["height"], record["width"])
        if size is not None and not all(type(side) is int and side > 0 for side in size):
            problems.append(f"image_id {name!r}: expected height and width in pixels, found {list(size)}")
            continue
        file_name = str(record.get("file_name", f"{name}{suffix}")) if record is not None else f"{name}{suffix}"
        grouped.append(ListedImage(name, file_name.rpartition("/")[2], size, tuple(members)))
    if problems:
        raise InvalidInputError(str(file), problems)
    return grouped
