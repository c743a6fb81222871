"""The region row: the unit of the data and of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .masks.rle import MaskRle

if TYPE_CHECKING:
    import datasets

__all__ = ["GRANULARITIES", "Region", "features"]

GRANULARITIES = ("group", "object", "part", "subpart", "background")


@dataclass(frozen=True, slots=True)
class Region:
    """One region without its pixels: what scoring needs.

    Attributes:
        region_id: ``<image_id>/<mask id>``, unique over the whole dataset.
        image_id: the image it belongs to.
        captions: all references; the first is the unique caption.
        parent_id: region_id of the nearest enclosing region that is in the data, None for a root's child.
        mask: COCO compressed RLE.
        bbox: XYWH in pixels.
        area: pixels.
        depth: depth in the mask tree, a root's child is 1.
        granularity: one of `GRANULARITIES`.
        category: head noun, in the plural for a group; None if unknown.
        short_caption: terse and not necessarily unique.
        slice: ``standard``, or ``novel`` for attribute combinations and part chains never seen in train.

    Fields after ``captions`` are None where a foreign benchmark does not give them.
    """

    region_id: str
    image_id: str
    captions: tuple[str, ...]
    parent_id: str | None = None
    mask: MaskRle | None = None
    bbox: tuple[float, float, float, float] | None = None
    area: int | None = None
    depth: int | None = None
    granularity: str | None = None
    category: str | None = None
    short_caption: str | None = None
    slice: str | None = None

    @property
    def caption(self) -> str:
        """The unique caption."""
        return self.captions[0]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Region:
        """Build a region from a row of any config; the image and unknown columns are ignored."""
        bbox = row.get("bbox")
        mask = row.get("mask")
        return cls(
            region_id=row["region_id"],
            image_id=row["image_id"],
            captions=tuple(row["captions"]),
            parent_id=row.get("parent_id"),
            mask=None if mask is None else MaskRle(size=list(mask["size"]), counts=mask["counts"]),
            bbox=None if bbox is None else (bbox[0], bbox[1], bbox[2], bbox[3]),
            area=row.get("area"),
            depth=row.get("depth"),
            granularity=row.get("granularity"),
            category=row.get("category"),
            short_caption=row.get("short_caption"),
            slice=row.get("slice"),
        )


def features() -> datasets.Features:
    """The schema of every config as `datasets.Features`."""
    from datasets import Features, Image, List, Value

    return Features(
        {
            "image": Image(mode="RGB"),
            "image_id": Value("string"),
            "region_id": Value("string"),
            "parent_id": Value("string"),
            "mask": {"size": List(Value("int32"), length=2), "counts": Value("string")},
            "bbox": List(Value("float32"), length=4),
            "area": Value("int64"),
            "depth": Value("int32"),
            "granularity": Value("string"),
            "category": Value("string"),
            "caption": Value("string"),
            "captions": List(Value("string")),
            "short_caption": Value("string"),
            "slice": Value("string"),
        }
    )
