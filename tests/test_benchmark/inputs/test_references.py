"""Protects: reference files of foreign benchmarks are read with optional fields, or refused with every problem."""

import json
from dataclasses import fields

import pytest

from benchmark import read_references
from benchmark.inputs.references import OPTIONAL_FIELDS, region_problems
from dataset.errors import InvalidInputError
from dataset.schema import Region

ROW = {"region_id": "1/2", "image_id": "1", "captions": ["a tie", "the tie"]}


def test_optional_fields(tmp_path):
    path = tmp_path / "references.jsonl"
    full = {**ROW, "region_id": "1/3", "parent_id": "1/2", "granularity": "part", "bbox": [0, 1, 2, 3.5]}
    full["mask"] = {"size": [2, 2], "counts": "04"}
    path.write_text(json.dumps(ROW) + "\n" + json.dumps(full) + "\n")
    first, second = read_references(path)
    assert (first.region_id, first.image_id, first.captions) == ("1/2", "1", ("a tie", "the tie"))
    assert (second.parent_id, second.granularity, second.bbox) == ("1/2", "part", (0, 1, 2, 3.5))
    assert second.mask == {"size": [2, 2], "counts": "04"}


def test_every_problem_at_once(tmp_path):
    rows = [
        {**ROW, "captions": []},
        {**ROW, "captions": ["", 3]},
        {**ROW, "image_id": 1},
        ROW,
        ROW,
        {**ROW, "region_id": "1/5", "bbox": [1, 2]},
        {**ROW, "region_id": "1/6", "mask": "rle"},
        {**ROW, "region_id": "1/7", "granularity": 4},
        {**ROW, "region_id": "1/8", "area": "large", "depth": [1]},
    ]
    path = tmp_path / "references.json"
    path.write_text(json.dumps(rows))
    with pytest.raises(InvalidInputError) as caught:
        read_references(path)
    assert caught.value.problems == [
        "/0: captions: expected a list of at least one text, found a list",
        "/1: captions/0: it is empty",
        "/1: captions/1: expected text, found the number 3",
        "/2: image_id: expected text, found the number 1",
        "/4: region_id '1/2' again, first at /3",
        "/5: bbox: expected [x, y, width, height] or null",
        '/6: mask: expected {"size": [height, width], "counts": text} or null',
        "/7: granularity: expected text or null, found the number 4",
        "/8: area: expected a number or null, found text",
        "/8: depth: expected a number or null, found a list",
    ]


def test_no_references(tmp_path):
    path = tmp_path / "references.jsonl"
    path.write_text("[]")
    with pytest.raises(InvalidInputError, match="line 1"):
        read_references(path)


def test_every_optional_field_is_checked():
    assert {*OPTIONAL_FIELDS, "region_id", "image_id", "captions"} == {field.name for field in fields(Region)}
    for name in OPTIONAL_FIELDS:
        [problem] = region_problems({**ROW, name: {"not": "this"}})
        assert problem.startswith(f"{name}: expected ")
        assert region_problems({**ROW, name: None}) == []
