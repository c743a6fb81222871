"""Protects the row: one list of columns for rows, `datasets` and Arrow, and regions that survive being rows."""

import numpy as np

from dataset.masks.rle import encode_mask
from dataset.schema import Region, arrow_schema, features

MASK = np.zeros((5, 9), bool)
MASK[1:3, 2:6] = True
REGION = Region(
    "a/1",
    "a",
    ("the dot", "a dot"),
    "a/2",
    depth=2,
    granularity="part",
    category="dot",
    short_caption="dot",
    slice="standard",
)


def test_a_region_survives_being_a_row() -> None:
    region = REGION.with_mask(encode_mask(MASK))
    assert Region.from_row(region.to_row()) == region
    assert Region.from_row(REGION.to_row()) == REGION, "what is not known is None on both sides"


def test_a_mask_brings_its_box_and_area() -> None:
    region = REGION.with_mask(encode_mask(MASK))
    assert region.bbox == (2.0, 1.0, 4.0, 2.0)
    assert region.area == 8
    assert region.captions == REGION.captions


def test_rows_and_both_schemas_have_the_same_columns() -> None:
    row = REGION.with_mask(encode_mask(MASK)).to_row()
    assert list(row) == arrow_schema().names == [name for name in features() if name != "image"]
    assert row["caption"] == row["captions"][0]


def test_rows_fit_both_schemas_as_they_are() -> None:
    import pyarrow as pa

    row = REGION.with_mask(encode_mask(MASK)).to_row()
    assert pa.Table.from_pylist([row], schema=arrow_schema()).to_pylist() == [row]
    whole = pa.Table.from_pylist([{"image": None, **row}], schema=features().arrow_schema)
    assert whole.to_pylist() == [{"image": None, **row}]
