"""The region row: the unit of the data and of the benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from .masks.rle import MaskRle, area_of, bbox_xywh_of

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa

__all__ = ["GRANULARITIES", "Region", "arrow_schema", "features"]

GRANULARITIES = ("group", "object", "part", "subpart", "background")

_COLUMNS: Final[Mapping[str, Any]] = {
    "image_id": "string",
    "region_id": "string",
    "parent_id": "string",
    "mask": {"size": ("int32", 2), "counts": "string"},
    "bbox": ("float32", 4),
    "area": "int64",
    "depth": "int32",
    "granularity": "string",
    "category": "string",
    "caption": "string",
    "captions": ("string", -1),
    "short_caption": "string",
    "slice": "string",
}
"""Column -> type: one of Arrow's names, (type of an item, number of items or -1) for a list, a mapping for a struct."""


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

    def with_mask(self, mask: MaskRle) -> Region:
        """The region with this mask, and with the box and the area of its pixels."""
        x, y, width, height = bbox_xywh_of(mask)
        return replace(self, mask=mask, bbox=(x, y, width, height), area=area_of(mask))

    def to_row(self) -> dict[str, Any]:
        """The columns of every config but the image, in the order of the schema; the opposite of `from_row`."""
        return {
            "image_id": self.image_id,
            "region_id": self.region_id,
            "parent_id": self.parent_id,
            "mask": self.mask,
            "bbox": None if self.bbox is None else list(self.bbox),
            "area": self.area,
            "depth": self.depth,
            "granularity": self.granularity,
            "category": self.category,
            "caption": self.caption,
            "captions": list(self.captions),
            "short_caption": self.short_caption,
            "slice": self.slice,
        }

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
    from datasets import Features, Image

    return Features({"image": Image(mode="RGB"), **{name: _feature(kind) for name, kind in _COLUMNS.items()}})


def arrow_schema() -> pa.Schema:
    """The schema of every config as Arrow's, without the image and without fixed lengths of lists."""
    import pyarrow as pa

    return pa.schema([(name, _arrow_type(kind)) for name, kind in _COLUMNS.items()])


def _feature(kind: Any) -> Any:
    from datasets import List, Value

    if isinstance(kind, Mapping):
        return {name: _feature(of) for name, of in kind.items()}
    if isinstance(kind, tuple):
        return List(Value(kind[0]), length=kind[1])
    return Value(kind)


def _arrow_type(kind: Any) -> pa.DataType:
    import pyarrow as pa

    if isinstance(kind, Mapping):
        return pa.struct([(name, _arrow_type(of)) for name, of in kind.items()])
    if isinstance(kind, tuple):
        return pa.list_(pa.type_for_alias(kind[0]))
    return pa.type_for_alias(kind)
