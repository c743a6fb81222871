"""Visual Genome as published: ``region_descriptions.json``, with the splits of DenseCap and GRiT."""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidInputError, find_name
from ..schema import Region
from .files import by_region, load_json, rows_of

__all__ = ["read_visual_genome"]


def read_visual_genome(descriptions: Path, splits: Path | None = None, split: str | None = None) -> list[Region]:
    """Regions of Visual Genome, one reference each.

    Args:
        descriptions: ``region_descriptions.json``.
        splits: ``densecap_splits.json``: split name -> list of image ids; all images without it.
        split: which of these splits.

    Raises:
        UnknownNameError: the splits file has no such split.
        InvalidInputError: rows that do not fit.
    """
    images = rows_of(descriptions, load_json(descriptions), "", ["regions"])
    image_ids = None if splits is None else _image_ids(splits, split or "test")
    rows = (  # one at a time: there are 5.4 million
        {
            "caption": region["phrase"],
            "image": str(region["image_id"]),
            "region": str(region["region_id"]),
            "bbox": [region["x"], region["y"], region["width"], region["height"]],
        }
        for image in images
        for region in rows_of(
            descriptions, image["regions"], "", ["region_id", "image_id", "phrase", "x", "y", "width", "height"]
        )
        if image_ids is None or str(region["image_id"]) in image_ids
    )
    return by_region(descriptions, rows, lambda row: (row["image"], row["region"]))


def _image_ids(splits: Path, split: str) -> set[str]:
    lists = load_json(splits)
    if not isinstance(lists, dict) or not all(isinstance(images, list) for images in lists.values()):
        raise InvalidInputError(str(splits), ["expected an object split -> list of image ids"])
    return {str(image_id) for image_id in lists[find_name("split", split, lists)]}
