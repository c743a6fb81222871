"""The images of one split of another data set: their files, sizes and regions, in the order of the annotations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..masks.rle import whole_number
from .data_options import PUBLISHED_SPLITS
from .described_image import DescribedRegion
from .files import by_id, load_json, plain_id, rows_of
from .refcocog import referred_regions, refs_of_split
from .visual_genome import read_visual_genome

__all__ = ["ListedImage", "grouped", "refcocog_images", "visual_genome_images"]


@dataclass(frozen=True, slots=True)
class ListedImage:
    """An image whose file is still to be found.

    Attributes:
        image_id: as in the data set.
        file_name: name of its file, with the folders that its list names before it.
        size: (height, width), None where the annotations do not say.
        regions: in the order of the annotations.
    """

    image_id: str
    file_name: str
    size: tuple[int, int] | None
    regions: tuple[DescribedRegion, ...]


def refcocog_images(refs: Path, instances: Path, split: str, left_out: list[str]) -> list[ListedImage]:
    """Images of a split of RefCOCOg. Every region is an ``object`` of depth 1 with COCO's category.

    Args:
        refs: ``refs(umd).p`` or ``refs(google).p``.
        instances: COCO's ``instances.json``.
        split: a split.
        left_out: a line is added for every row, region and image that cannot be used.

    Raises:
        UnknownNameError: the refs file has no such split.
        InvalidInputError: a hostile or damaged pickle, or a file that is none of these.
    """
    references = refs_of_split(refs, PUBLISHED_SPLITS[split], left_out)
    content = load_json(instances)
    fields = ["id", "image_id", "bbox", "category_id", "segmentation"]
    unusable: list[str] = []  # most annotations of COCO are of no region: a region that needs such a one is named below
    annotations = by_id(instances, rows_of(instances, content, "annotations", fields, unusable), left_out=unusable)
    names = by_id(instances, rows_of(instances, content, "categories", ["id", "name"]), left_out=left_out)
    rows = rows_of(instances, content, "images", ["id", "file_name", "height", "width"], unusable)
    images = by_id(instances, rows, left_out=unusable)
    regions = []
    for region in referred_regions(refs, references, instances, annotations, left_out):
        annotation = annotations[region.region_id.rpartition("/")[2]]
        named = names.get(plain_id(annotation["category_id"]))
        category = None if named is None else str(named["name"])
        described = replace(region, granularity="object", depth=1, category=category)
        regions.append(DescribedRegion(described, annotation["segmentation"]))
    return grouped(regions, instances, images, "", left_out)


def visual_genome_images(
    descriptions: Path, sizes: Path | None, splits: Path | None, split: str, left_out: list[str]
) -> list[ListedImage]:
    """Images of a split of Visual Genome; their regions have a box and no place in a hierarchy.

    Args:
        descriptions: ``region_descriptions.json``.
        sizes: ``image_data.json``; the images' own sizes are taken without it.
        splits: ``densecap_splits.json``; everything is train without it.
        split: a split.
        left_out: a line is added for every row, region and image that cannot be used.

    Raises:
        UnknownNameError: the splits file has no such split.
        InvalidInputError: a file that is none of these.
    """
    read = read_visual_genome(descriptions, splits, PUBLISHED_SPLITS[split], left_out)
    regions = [DescribedRegion(region) for region in read]
    if sizes is None:
        return grouped(regions, descriptions, None, ".jpg", left_out)
    rows = rows_of(sizes, load_json(sizes), "", ["image_id", "width", "height"], [])
    return grouped(regions, sizes, by_id(sizes, rows, "image_id", left_out), ".jpg", left_out)


def grouped(
    regions: Iterable[DescribedRegion],
    file: Path,
    images: Mapping[str, Mapping[str, Any]] | None,
    suffix: str,
    left_out: list[str],
) -> list[ListedImage]:
    """Regions by image.

    Args:
        regions: in the order of the annotations.
        file: of the images' records, for messages.
        images: image_id -> record with ``height``, ``width`` and perhaps ``file_name``; None where there are none.
        suffix: after image_id where no record names the file.
        left_out: a line is added for every image without a whole record.
    """
    of_image: dict[str, list[DescribedRegion]] = {}
    for described in regions:
        of_image.setdefault(described.region.image_id, []).append(described)
    grouped = []
    for name, members in of_image.items():
        if images is not None and name not in images:
            left_out.append(f"image {name}: {file.name} has no whole entry of it ({len(members):,} regions)")
            continue
        record = None if images is None else images[name]
        sides = None if record is None else (whole_number(record["height"]), whole_number(record["width"]))
        if record is not None and not all(side is not None and side > 0 for side in sides or ()):
            wrong = [record["height"], record["width"]]
            left_out.append(
                f"image {name}: expected height and width in pixels, found {wrong} ({len(members):,} regions)"
            )
            continue
        size = None if sides is None else (sides[0] or 0, sides[1] or 0)
        file_name = str(record.get("file_name", f"{name}{suffix}")) if record is not None else f"{name}{suffix}"
        grouped.append(ListedImage(name, file_name, size, tuple(members)))
    return grouped
