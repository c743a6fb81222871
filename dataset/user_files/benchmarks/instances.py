"""Instance files of COCO's shape: COCO, LVIS, PACO and DLC-Bench. What a region is called is its reference.

- COCO (``instances_val2017.json``): the category's name. Crowds are no regions.
- LVIS (``lvis_v1_val.json``): the category's synonyms; images without a name have it in ``coco_url``.
- PACO (``paco_lvis_v1_val.json``): parts are categories such as ``bottle:cap`` and name their object's annotation as
  ``obj_ann_id``: they become "cap of the bottle", with the object as parent.
- DLC-Bench (``annotations.json``): the same shape; its own scores come from a judge and not from these names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ...errors import InvalidInputError
from ...schema import Region
from ..described_image import DescribedRegion
from ..files import by_id, leave_out, load_json, plain_id, rows_of, xywh
from ..splits import ListedImage, grouped

__all__ = ["instance_images", "names_of"]

_SENSE: Final = re.compile(r"[_ ]?\([^)]*\)")
_PART: Final = ":"
_NO_CROWD: Final = ("0", "false")


def instance_images(path: Path, left_out: list[str]) -> list[ListedImage]:
    """Images of an instance file with their regions.

    Args:
        path: the file.
        left_out: a line is added for every row, region and image that cannot be used.

    Raises:
        InvalidInputError: another layout, or no region in it.
    """
    content = load_json(path)
    fields = ["id", "image_id", "category_id", "bbox", "segmentation"]
    rows = by_id(path, rows_of(path, content, "annotations", fields, left_out), left_out=left_out)
    annotations = [row for row in rows.values() if plain_id(row.get("iscrowd") or 0).lower() in _NO_CROWD]
    named = by_id(path, rows_of(path, content, "categories", ["id", "name"], left_out), left_out=left_out)
    categories = {own: names_of(row) for own, row in named.items() if _is_named(row)}
    listed = by_id(path, rows_of(path, content, "images", ["id", "height", "width"], left_out), left_out=left_out)
    images = {own: _with_file_name(row) for own, row in listed.items()}
    names = {plain_id(row["id"]): f"{plain_id(row['image_id'])}/{plain_id(row['id'])}" for row in annotations}
    regions, problems = [], []
    for row in annotations:
        name, category = names[plain_id(row["id"])], categories.get(plain_id(row["category_id"]))
        if category is None:
            problems.append(f"region {name}: category_id {row['category_id']} is not in /categories, or has no name")
        elif xywh(row["bbox"]) is None:
            problems.append(f"region {name}: box: expected x, y, width and height, found {str(row['bbox'])[:50]}")
        else:
            regions.append(DescribedRegion(_region(row, name, category, names), row["segmentation"]))
    leave_out(path, problems, left_out)
    if not regions:
        raise InvalidInputError(str(path), left_out or ["no region in it"], limit=20)
    return grouped(regions, path, images, "", left_out)


def names_of(category: Mapping[str, Any]) -> tuple[str, ...]:
    """What a category is called: its synonyms if it has them, else its name, as words.

    A name in parentheses only tells senses apart; ``object:part`` is "part of the object".
    """
    synonyms = category.get("synonyms")
    names = synonyms if isinstance(synonyms, list) and synonyms else [category["name"]]
    return tuple(dict.fromkeys(filter(None, map(_words, map(str, names))))) or (str(category["name"]),)


def _words(name: str) -> str:
    whole, _, part = name.partition(_PART)
    words = [" ".join(_SENSE.sub("", each).replace("_", " ").split()) for each in (whole, part)]
    return f"{words[1]} of the {words[0]}" if words[1] else words[0]


def _region(row: Mapping[str, Any], name: str, category: tuple[str, ...], names: Mapping[str, str]) -> Region:
    whole, image = plain_id(row.get("obj_ann_id", row["id"])), plain_id(row["image_id"])
    parent = names.get(whole, "")
    region = Region(name, image, category, bbox=xywh(row["bbox"]), depth=1, granularity="object")
    region = replace(region, category=category[0].partition(" of the ")[0])
    if whole == plain_id(row["id"]):
        return region
    own = parent if parent.startswith(f"{image}/") else None
    return replace(region, parent_id=own, depth=2, granularity="part")


def _with_file_name(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """LVIS names files by their address alone."""
    address = row.get("coco_url")
    if "file_name" in row or not isinstance(address, str):
        return row
    return {**row, "file_name": "/".join(address.split("/")[-2:])}


def _is_named(category: Mapping[str, Any]) -> bool:
    return isinstance(category["name"], str) and bool(category["name"].strip())
