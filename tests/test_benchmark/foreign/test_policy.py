"""Protects the one policy for rows that cannot be used: refused all at once, or left out by name and count."""

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmark.convert import PROTOCOLS, Files
from benchmark.foreign.boxes import match_boxes
from benchmark.foreign.results import match_results, read_results
from dataset.errors import InvalidInputError

BOX = [1, 2, 30, 40]
GOOD = {"id": 1, "image_id": 7, "caption": "a cup", "bbox": BOX}
BAD_ANNOTATIONS = {
    "null caption": {**GOOD, "id": 2, "caption": None},
    "blank caption": {**GOOD, "id": 2, "caption": " "},
    "a list of captions": {**GOOD, "id": 2, "caption": ["a"]},
    "no caption": {"id": 2, "image_id": 7, "bbox": BOX},
    "a box of three": {**GOOD, "id": 2, "bbox": [1, 2, 3]},
    "a box of words": {**GOOD, "id": 2, "bbox": ["left", 0, 1, 1]},
    "no object": 5,
}


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def coco(*annotations: Any) -> dict[str, Any]:
    return {"images": [{"id": 7, "caption": "the cup", "width": 64, "height": 48}], "annotations": list(annotations)}


@pytest.mark.parametrize("protocol", ["grit", "describe-anything", "grasp-any-region"])
@pytest.mark.parametrize("kind", list(BAD_ANNOTATIONS))
def test_a_bad_annotation_is_refused_or_left_out_by_name(kind: str, protocol: str, tmp_path: Path) -> None:
    files = Files(write(tmp_path / "a.json", coco(GOOD, BAD_ANNOTATIONS[kind])))
    with pytest.raises(InvalidInputError) as caught:
        PROTOCOLS[protocol].read(files)
    left_out: list[str] = []
    [region] = PROTOCOLS[protocol].read(files, left_out)
    assert (region.region_id, region.captions, region.bbox) == ("7/1", ("a cup",), tuple(map(float, BOX)))
    assert len(left_out) == len(caught.value.problems) == 1
    assert left_out[0].startswith(("region 7/2", "row a.json /annotations/1"))


def test_float_ids_of_annotations_and_results_are_one(tmp_path: Path) -> None:
    content = coco({**GOOD, "id": 1.0, "image_id": 7.0})
    for protocol, result in (("grit", {"ann_id": 1}), ("glamm", {"image_id": 7.0}), ("osprey", {"ann_id": 1.0})):
        files = Files(write(tmp_path / "a.json", content))
        regions = PROTOCOLS[protocol].read(files)
        results = read_results([write(tmp_path / "r.json", [{**result, "caption": "x"}])], PROTOCOLS[protocol])
        name = "7/7" if protocol == "glamm" else "7/1"
        assert match_results(results, PROTOCOLS[protocol], regions).captions == {name: "x"}


@pytest.mark.parametrize("protocol", ["glamm", "osprey"])
def test_an_annotation_of_no_image_is_named(protocol: str, tmp_path: Path) -> None:
    files = Files(write(tmp_path / "a.json", coco(GOOD, {**GOOD, "id": 2, "image_id": 8})))
    with pytest.raises(InvalidInputError, match="image_id '8' is not in /images"):
        PROTOCOLS[protocol].read(files)
    left_out: list[str] = []
    assert len(PROTOCOLS[protocol].read(files, left_out)) == 1
    assert left_out == ["row a.json /annotations: image_id '8' is not in /images"]


def test_refs_whose_object_or_sentence_is_missing_are_named(tmp_path: Path) -> None:
    refs = [
        {"ref_id": n, "ann_id": n, "image_id": 3, "split": "val", "sentences": [{"raw": text}]}
        for n, text in ((1, "a cat"), (2, "of no annotation"), (3, ""), (4, "of no box"))
    ]
    refs.append({"ann_id": 1, "image_id": 3, "split": "val", "sentences": [{"raw": "again"}]})
    (tmp_path / "refs.p").write_bytes(pickle.dumps(refs))
    rows = [{"id": 1, "bbox": BOX}, {"id": 3, "bbox": BOX}, {"id": 4}]
    files = Files(write(tmp_path / "i.json", {"annotations": rows}), tmp_path / "refs.p", split="val")
    for protocol, captions in (("refcocog", ("a cat", "again")), ("refer", ("a cat",))):
        left_out: list[str] = []
        [region] = PROTOCOLS[protocol].read(files, left_out)
        assert (region.region_id, region.captions) == ("3/1", captions)
        named = {line.split(":")[0].split(" (")[0] for line in left_out}
        assert named == {"region 3/2", "region 3/3", "region 3/4"} | ({"region 3/1"} if protocol == "refer" else set())


def test_a_question_without_answer_or_reference_is_named(tmp_path: Path) -> None:
    turns = [{"from": "human", "value": "?"}, {"from": "gpt", "value": "a cat"}]
    content = [{"id": 1, "image": "a.jpg", "conversations": turns}, {"id": 2, "image": "a.jpg", "conversations": 5}]
    left_out: list[str] = []
    [region] = PROTOCOLS["vip-llava"].read(Files(write(tmp_path / "a.json", content)), left_out)
    assert (region.region_id, left_out) == ("a.jpg/1", ["region a.jpg/2: conversations: no answer"])


def test_no_region_at_all_is_refused_under_either_policy(tmp_path: Path) -> None:
    files = Files(write(tmp_path / "a.json", coco(BAD_ANNOTATIONS["null caption"])))
    for left_out in (None, []):
        with pytest.raises(InvalidInputError, match="region 7/2"):
            PROTOCOLS["grit"].read(files, left_out)


def test_a_mask_list_keeps_its_positions_when_a_row_is_left_out(tmp_path: Path) -> None:
    mask = {"size": [2, 2], "counts": "04"}
    rows = [{"image_path": f"{n}.jpg", "mask_rle": mask, "caption": "a thing" if n != 1 else None} for n in range(3)]
    results = [{"image_path": f"{n}.jpg", "caption": f"c{n}", "gt": "a thing"} for n in range(3)]
    layout, left_out = PROTOCOLS["grasp-any-region"], []
    regions = layout.read(Files(write(tmp_path / "a.json", rows)), left_out)
    matched = match_results(
        read_results([write(tmp_path / "r.json", [results[0], 5, results[2]])], layout, left_out), layout, regions
    )
    assert matched.captions == {"0.jpg/0": "c0", "2.jpg/2": "c2"}
    assert [line.split(":")[0] for line in left_out] == ["region 1.jpg/1 (row 1)", "result /1"]


def test_bad_results_are_left_out_by_place_and_a_disputed_region_has_no_caption(tmp_path: Path) -> None:
    content = coco(*({**GOOD, "id": n} for n in range(1, 5)))
    results = [
        {"ann_id": 1, "caption": "kept"},
        {"ann_id": 2, "caption": None},
        {"ann_id": 3, "caption": "one"},
        {"ann_id": 3, "caption": "another"},
        {"ann_id": 99, "caption": "of nothing"},
        {"caption": "of no id"},
    ]
    layout, left_out = PROTOCOLS["grit"], []
    regions = layout.read(Files(write(tmp_path / "a.json", content)))
    matched = match_results(
        read_results([write(tmp_path / "r.json", results)], layout), layout, regions, left_out=left_out
    )
    assert matched.captions == {"7/1": "kept"}
    assert [line.split(":")[0] for line in left_out] == ["result /1", "result /3", "result /4", "result /5"]


def test_bad_boxes_of_a_detector_are_left_out(tmp_path: Path) -> None:
    good = {"image_id": 7, "bbox": BOX, "score": 0.9, "object_descriptions": "a cup"}
    rows = [good, {**good, "bbox": [1]}, {**good, "object_descriptions": None}]
    layout, left_out = PROTOCOLS["grit"], []
    regions = layout.read(Files(write(tmp_path / "a.json", coco(GOOD))))
    results = read_results([write(tmp_path / "r.json", rows)], layout)
    matched = match_boxes(results, regions, {}, left_out=left_out)
    assert matched.captions == {"7/1": "a cup"}
    assert left_out == [
        "result /1: bbox: expected [x, y, width, height]",
        "result /2: object_descriptions: expected text, found null",
    ]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmark.convert", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_command_names_counts_and_writes_what_it_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a.json", coco(GOOD, BAD_ANNOTATIONS["null caption"]))
    write(tmp_path / "r.json", [{"ann_id": 1, "caption": "x"}, {"ann_id": 2, "caption": "of a region left out"}])
    command = ["--protocol", "grit", "--annotations", "a.json", "--results", "r.json"]
    done = run(tmp_path, *command)
    assert done.returncode == 2
    assert "--on-missing skip leaves these out" in done.stderr
    assert not (tmp_path / "references.jsonl").exists()
    done = run(tmp_path, *command, "--on-missing", "skip", "--left-out", "left_out.txt")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "left_out.txt").read_text().splitlines()
    assert lines == [
        "region 7/2 (row 1): caption: expected text, found 'None'",
        "result /1: ann_id '2' is not a region of the references",
    ]
    assert "left out: 1 region, 1 result" in done.stderr
    assert all(line in done.stderr for line in lines)
    assert len((tmp_path / "references.jsonl").read_text().splitlines()) == 1
    assert len((tmp_path / "predictions.jsonl").read_text().splitlines()) == 1
