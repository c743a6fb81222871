"""Protects the readers of other benchmarks' files: every protocol keyed its own way, hostile files refused."""

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmark.convert import PROTOCOLS, convert_results
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.user_files import (
    read_glamm,
    read_grit,
    read_opengvlab,
    read_osprey,
    read_refcocog,
    read_visual_genome,
)

COCO = {
    "images": [
        {"id": 7, "original_id": 99, "file_name": "COCO_99.jpg", "caption": "the left dog"},
        {"id": 8, "original_id": 99, "file_name": "COCO_99.jpg", "caption": "the other dog"},
    ],
    "annotations": [
        {"id": 70, "image_id": 7, "caption": "the left dog", "bbox": [1, 2, 3, 4]},
        {"id": 71, "image_id": 7, "caption": "a dog on the left", "bbox": [1, 2, 3, 4]},
        {"id": 80, "image_id": 8, "caption": "the other dog", "bbox": [5, 6, 7, 8]},
    ],
}
REFS = [
    {"ref_id": 1, "ann_id": 5, "image_id": 3, "split": "val", "sentences": [{"raw": "A cat.", "sent": "a cat"}]},
    {"ref_id": 2, "ann_id": 5, "image_id": 3, "split": "val", "sentences": [{"raw": "Grey cat.", "sent": "grey cat"}]},
    {"ref_id": 3, "ann_id": 6, "image_id": 3, "split": "train", "sentences": [{"raw": "A sofa.", "sent": "a sofa"}]},
]
INSTANCES = {"annotations": [{"id": 5, "bbox": [0, 0, 9, 9]}, {"id": 6, "bbox": [1, 1, 2, 2]}]}


def write(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content))
    return path


def as_pickle(path: Path, content: Any) -> Path:
    path.write_bytes(pickle.dumps(content, protocol=2))
    return path


def test_glamm_keys_by_entry_and_keeps_all_references(tmp_path: Path) -> None:
    regions = read_glamm(write(tmp_path / "a.json", COCO))
    assert [(r.region_id, r.image_id) for r in regions] == [("99/7", "99"), ("99/8", "99")]
    assert regions[0].captions == ("the left dog", "a dog on the left")
    assert regions[0].bbox == (1.0, 2.0, 3.0, 4.0)


def test_osprey_keys_by_annotation_with_the_entrys_caption(tmp_path: Path) -> None:
    regions = read_osprey(write(tmp_path / "a.json", COCO))
    assert [(r.region_id, r.captions) for r in regions] == [
        ("99/70", ("the left dog",)),
        ("99/71", ("the left dog",)),
        ("99/80", ("the other dog",)),
    ]


def test_grit_keys_by_annotation_with_its_own_caption(tmp_path: Path) -> None:
    regions = read_grit(write(tmp_path / "a.json", COCO))
    assert [(r.region_id, r.captions) for r in regions][1] == ("7/71", ("a dog on the left",))


def test_opengvlab_takes_one_category_and_its_reference_file(tmp_path: Path) -> None:
    questions = [
        {"question_id": 0, "ann_id": 7, "category": "refcocog_val", "image": "a.jpg"},
        {"question_id": 1, "ann_id": 8, "category": "vg_test", "image": "b.jpg"},
    ]
    path = tmp_path / "region_caption_eval.jsonl"
    path.write_text("\n".join(map(json.dumps, questions)))
    write(tmp_path / "refcocog_val_coco_format.json", COCO)
    (region,) = read_opengvlab(path, "refcocog_val")
    assert region.region_id == "a.jpg/0"
    assert region.captions == ("the left dog", "a dog on the left")
    with pytest.raises(UnknownNameError, match="refcocog_val, vg_test"):
        read_opengvlab(path, "refcocog_dev")


def test_refcocog_gathers_all_sentences_of_an_object(tmp_path: Path) -> None:
    refs, instances = as_pickle(tmp_path / "refs(umd).p", REFS), write(tmp_path / "instances.json", INSTANCES)
    (region,) = read_refcocog(refs, instances, "val")
    assert (region.region_id, region.captions, region.bbox) == ("3/5", ("A cat.", "Grey cat."), (0.0, 0.0, 9.0, 9.0))
    with pytest.raises(UnknownNameError, match="train, val"):
        read_refcocog(refs, instances, "test")


class Hostile:
    """A pickle that would run a command when it is loaded."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.witness}",)


def test_a_hostile_pickle_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    path = as_pickle(tmp_path / "refs.p", [Hostile(tmp_path / "witness")])
    with pytest.raises(InvalidInputError, match="not a pickle of plain data"):
        read_refcocog(path, tmp_path / "instances.json", "val")
    assert not (tmp_path / "witness").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x02garbage", b"PK\x03\x04", b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f"]
)
def test_a_damaged_pickle_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "refs.p").write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"refs\.p"):
        read_refcocog(tmp_path / "refs.p", tmp_path / "instances.json", "val")


def test_visual_genome_reads_regions_of_a_split(tmp_path: Path) -> None:
    box = {"x": 1, "y": 2, "width": 3, "height": 4}
    images = [
        {"id": i, "regions": [{"region_id": 10 * i, "image_id": i, "phrase": f"thing {i}", **box}]} for i in (1, 2)
    ]
    descriptions = write(tmp_path / "region_descriptions.json", images)
    assert len(read_visual_genome(descriptions)) == 2
    splits = write(tmp_path / "splits.json", {"test": [2]})
    (region,) = read_visual_genome(descriptions, splits, "test")
    assert (region.region_id, region.captions, region.bbox) == ("2/20", ("thing 2",), (1.0, 2.0, 3.0, 4.0))


def test_every_row_that_does_not_fit_is_named(tmp_path: Path) -> None:
    broken = {"images": [{"id": 1}], "annotations": [{"id": 1}, {"image_id": 1}, {"image_id": 1, "caption": "a"}]}
    with pytest.raises(InvalidInputError) as caught:
        read_glamm(write(tmp_path / "a.json", broken))
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["/annotations/0", "/annotations/1"]


def test_results_that_name_no_region_are_refused(tmp_path: Path) -> None:
    regions = read_glamm(write(tmp_path / "a.json", COCO))
    results = write(tmp_path / "results.json", [{"image_id": 7, "caption": "a"}, {"image_id": 9, "caption": "b"}])
    with pytest.raises(InvalidInputError, match="/1: image_id '9' is not a region"):
        convert_results(results, PROTOCOLS["glamm"], regions, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_the_command_converts_references_and_results(tmp_path: Path) -> None:
    write(tmp_path / "a.json", COCO)
    write(tmp_path / "results.json", [{"image_id": 7, "caption": "a dog"}, {"image_id": 8, "caption": "b"}])
    command = [sys.executable, "-m", "benchmark.convert", "--protocol", "glamm", "--annotations", "a.json"]
    done = subprocess.run(
        [*command, "--results", "results.json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "predictions.jsonl").read_text().splitlines()]
    assert [(row["region_id"], row["caption"]) for row in rows] == [("99/7", "a dog"), ("99/8", "b")]
    assert all("not GLaMM's" in row["protocol"] for row in rows)
    assert len((tmp_path / "references.jsonl").read_text().splitlines()) == 2

    done = subprocess.run([*command[:-1], "none.json"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "none.json" in done.stderr
    assert "Traceback" not in done.stderr
