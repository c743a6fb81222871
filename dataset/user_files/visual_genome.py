"""Visual Genome as published: ``region_descriptions.json``, with the splits of DenseCap and GRiT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import InvalidInputError, find_name
from ..schema import Region
from .files import by_region, load_json, plain_id, rows_of

__all__ = ["read_visual_genome", "visual_genome_protocol"]


def visual_genome_protocol(descriptions: str, splits: str | None, split: str | None) -> str:
    """The protocol of a split: its name, a colon, and what it means.

    Args:
        descriptions: name of the file of region descriptions.
        splits: name of the file that lists the images of each split, None if all are taken.
        split: as in it.
    """
    if splits is None:
        return f"visual-genome, all regions of {descriptions}: no paper's test set"
    return f"visual-genome, {split} of {splits}: whole images; every phrase is a region with one reference"


def read_visual_genome(
    descriptions: Path, splits: Path | None = None, split: str | None = None, left_out: list[str] | None = None
) -> list[Region]:
    """Regions of Visual Genome, one reference each.

    Args:
        descriptions: ``region_descriptions.json``.
        splits: ``densecap_splits.json``: split name -> list of image ids; all images without it.
        split: which of these splits.
        left_out: where a line goes for each region that cannot be used; None raises instead.

    Raises:
        UnknownNameError: the splits file has no such split.
        InvalidInputError: rows that do not fit.
    """
    image_ids = None if splits is None else _image_ids(splits, split or "test")
    fields = ["region_id", "image_id", "phrase", "x", "y", "width", "height"]
    rows = (  # one at a time: there are 5.4 million
        {
            "caption": region["phrase"],
            "image": plain_id(region["image_id"]),
            "region": plain_id(region["region_id"]),
            "bbox": [region["x"], region["y"], region["width"], region["height"]],
        }
        for image in rows_of(descriptions, load_json(descriptions), "", ["regions"], left_out)
        for region in rows_of(descriptions, _of_split(image["regions"], image_ids), "", fields, left_out)
    )
    return by_region(descriptions, rows, lambda row: (row["image"], row["region"]), left_out)


def _of_split(regions: Any, image_ids: set[str] | None) -> Any:
    """The regions of some images, and those that do not say of which image they are."""
    if image_ids is None or not isinstance(regions, list):
        return regions
    return [
        region
        for region in regions
        if not isinstance(region, dict) or "image_id" not in region or plain_id(region["image_id"]) in image_ids
    ]


def _image_ids(splits: Path, split: str) -> set[str]:
    lists = load_json(splits)
    if not isinstance(lists, dict) or not all(isinstance(images, list) for images in lists.values()):
        raise InvalidInputError(str(splits), ["expected an object split -> list of image ids"])
    return {plain_id(image_id) for image_id in lists[find_name("split", split, lists)]}
