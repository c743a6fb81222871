"""Protects captions of detected boxes: matched by overlap, in the frame they were written in, each given once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmark.foreign.boxes import match_boxes
from benchmark.foreign.results import Result
from dataset.errors import InvalidInputError
from dataset.schema import Region

REGIONS = [
    Region("1/10", "1", ("a red cup",), bbox=(0.0, 0.0, 100.0, 100.0)),
    Region("1/11", "1", ("a blue cup",), bbox=(200.0, 0.0, 100.0, 100.0)),
    Region("2/12", "2", ("a dog",), bbox=(0.0, 0.0, 50.0, 50.0)),
]
SIZES = {"1": (1440, 900), "2": (1440, 900)}


def box(image: int, text: str, *bbox: float, score: float = 0.5) -> Result:
    row = {"image_id": image, "category_id": 0, "bbox": list(bbox), "score": score, "object_descriptions": text}
    return Result("/0", row)


def test_each_region_takes_the_box_that_overlaps_it_most_and_no_box_serves_two() -> None:
    boxes = [
        box(1, "far", 500, 500, 10, 10, score=0.9),
        box(1, "near", 0, 0, 100, 80),
        box(1, "red", 0, 0, 100, 100),
        box(1, "blue", 210, 0, 100, 100),
    ]
    matched = match_boxes(boxes, REGIONS, {})
    assert matched.captions == {"1/10": "red", "1/11": "blue"}
    assert "IoU of at least 0.5" in matched.notes[0]
    assert "2 of 3 regions have a box" in matched.notes[0]
    assert match_boxes(boxes, REGIONS, {}, least=0.9).captions == {"1/10": "red"}


def test_equal_overlaps_are_settled_by_the_score() -> None:
    boxes = [box(1, "low", 0, 0, 100, 100, score=0.1), box(1, "high", 0, 0, 100, 100, score=0.2)]
    assert match_boxes(boxes, REGIONS, {}).captions == {"1/10": "high"}


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_the_frame_of_the_boxes_is_found(scale: float) -> None:
    texts = {"1/10": "red", "1/11": "blue", "2/12": "dog"}
    boxes = [
        box(int(region.image_id), texts[region.region_id], *(side * scale for side in region.bbox or ()))
        for region in REGIONS
    ]
    matched = match_boxes(boxes, REGIONS, SIZES)
    assert matched.captions == texts
    assert ("longer side is 720" in matched.notes[0]) == (scale == 0.5)


def test_boxes_that_fit_two_frames_alike_are_refused_until_the_frame_is_named() -> None:
    regions = [Region("1/1", "1", ("a",), bbox=(0, 0, 100, 100)), Region("1/2", "1", ("b",), bbox=(0, 0, 50, 50))]
    boxes = [box(1, "x", 0, 0, 50, 50)]
    with pytest.raises(InvalidInputError, match="--longer-side 720"):
        match_boxes(boxes, regions, SIZES)
    assert match_boxes(boxes, regions, SIZES, longer_side=720).captions == {"1/1": "x"}
    assert match_boxes(boxes, regions, SIZES, longer_side=0).captions == {"1/2": "x"}


def test_bad_boxes_are_named_and_regions_without_a_box_too() -> None:
    with pytest.raises(InvalidInputError, match="bbox: expected"):
        match_boxes([box(1, "x", 1, 2)], REGIONS, {})
    with pytest.raises(InvalidInputError, match="1/1: no box"):
        match_boxes([box(1, "x", 1, 2, 3, 4)], [Region("1/1", "1", ("a",))], {})


def test_the_command_reads_grits_own_file_and_prints_the_threshold(tmp_path: Path) -> None:
    annotations: dict[str, Any] = {
        "images": [{"id": 1, "width": 1440, "height": 900}],
        "annotations": [
            {"id": 10, "image_id": 1, "caption": "a red cup", "bbox": [0, 0, 100, 100]},
            {"id": 11, "image_id": 1, "caption": "a blue cup", "bbox": [200, 0, 100, 100]},
        ],
    }
    (tmp_path / "test.json").write_text(json.dumps(annotations))
    rows = [
        box(1, "red mug", 0, 0, 50, 50).row,
        box(1, "blue mug", 100, 0, 50, 50).row,
    ]
    (tmp_path / "vg_instances_results.json").write_text(json.dumps(rows))
    command = [sys.executable, "-m", "benchmark.convert", "--protocol", "grit", "--annotations", "test.json"]
    done = subprocess.run(
        [*command, "--results", "vg_instances_results.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "IoU of at least 0.5" in done.stdout + done.stderr
    captions = [json.loads(line) for line in (tmp_path / "predictions.jsonl").read_text().splitlines()]
    assert {row["region_id"]: row["caption"] for row in captions} == {"1/10": "red mug", "1/11": "blue mug"}
