"""Protects results of other projects: every id is matched whole, no caption reaches another region, all files count."""

import gzip
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmark.convert import PROTOCOLS, Files, convert_results
from benchmark.foreign.results import match_results, read_results
from dataset.errors import InvalidInputError

BOX = [1, 2, 3, 4]
RESTARTING = {
    "annotations": [
        {"id": 1, "image_id": 1, "caption": "the red cup", "bbox": BOX},
        {"id": 1, "image_id": 2, "caption": "the blue cup", "bbox": BOX},
        {"id": 2, "image_id": 1, "caption": "the green cup", "bbox": BOX},
    ]
}


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def lines(*rows: Any) -> str:
    return "\n".join(map(json.dumps, rows))


def captions_of(folder: Path, protocol: str, annotations: Any, results: Any, **files: Any) -> dict[str, str]:
    """Captions by region_id after converting; the results are written as JSON unless they are text."""
    source = write(folder / "annotations.json", annotations)
    layout, arguments = PROTOCOLS[protocol], Files(source, **files)
    path = results if isinstance(results, Path) else write(folder / "results.json", results)
    elsewhere = layout.elsewhere(arguments)
    convert_results(path, layout, layout.read(arguments), folder / "out.jsonl", elsewhere)
    rows = map(json.loads, (folder / "out.jsonl").read_text().splitlines())
    return {row["region_id"]: row["caption"] for row in rows}


def problems_of(folder: Path, protocol: str, annotations: Any, results: Any, **files: Any) -> list[str]:
    with pytest.raises(InvalidInputError) as caught:
        captions_of(folder, protocol, annotations, results, **files)
    assert not (folder / "out.jsonl").exists()
    return caught.value.problems


def test_an_id_that_restarts_in_every_image_is_refused_with_both_regions(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "grit", RESTARTING, [{"image_id": 1, "caption": "a red cup"}])
    assert "'1/1'" in problem
    assert "'2/1'" in problem


def test_an_image_beside_the_id_settles_it(tmp_path: Path) -> None:
    results = [{"image_id": 2, "ann_id": 1, "caption": "b"}, {"image_id": 1, "ann_id": 1, "caption": "a"}]
    assert captions_of(tmp_path, "grit", RESTARTING, results) == {"2/1": "b", "1/1": "a"}


def test_an_id_of_another_image_than_the_named_one_is_no_match(tmp_path: Path) -> None:
    [problem] = problems_of(tmp_path, "grit", RESTARTING, [{"image_id": 2, "ann_id": 2, "caption": "green"}])
    assert "ann_id '2' is not a region" in problem


def test_ids_with_slashes_are_matched_whole(tmp_path: Path) -> None:
    names = ["VG_100K/0.jpg", "VG_100K_2/0.jpg"]
    content = {
        "images": [{"id": name} for name in names],
        "annotations": [{"image_id": name, "caption": f"thing {name}"} for name in names],
    }
    results = [{"image_id": name, "caption": name} for name in names]
    assert captions_of(tmp_path, "glamm", content, results) == {f"{name}/{name}": name for name in names}


def test_the_end_of_an_id_is_no_id(tmp_path: Path) -> None:
    content = {"images": [{"id": "a/0.jpg"}], "annotations": [{"image_id": "a/0.jpg", "caption": "thing"}]}
    [problem] = problems_of(tmp_path, "glamm", content, [{"image_id": "0.jpg", "caption": "a"}])
    assert "image_id '0.jpg' is not a region" in problem


def all_seeing(folder: Path) -> None:
    for category, name in (("vg_test", 7), ("refcocog_val", 8)):
        rows = {"annotations": [{"image_id": name, "caption": category}]}
        write(folder / f"{category}_coco_format.json", rows)


QUESTIONS = lines(
    {"question_id": 0, "ann_id": 7, "category": "vg_test", "image": "a.jpg"},
    {"question_id": 3, "ann_id": 8, "category": "refcocog_val", "image": "b.jpg"},
)
ANSWERS = lines({"question_id": 0, "text": "x", "answer_id": "k"}, {"question_id": 3, "text": "y", "answer_id": "l"})


def test_answers_of_all_categories_are_filtered_as_the_references_are(tmp_path: Path) -> None:
    all_seeing(tmp_path)
    assert captions_of(tmp_path, "opengvlab", QUESTIONS, ANSWERS, split="vg_test") == {"a.jpg/0": "x"}
    assert captions_of(tmp_path, "opengvlab", QUESTIONS, ANSWERS, split="RefCOCOg_val") == {"b.jpg/3": "y"}


def test_an_answer_to_no_question_is_refused_all_the_same(tmp_path: Path) -> None:
    all_seeing(tmp_path)
    answers = ANSWERS + "\n" + lines({"question_id": 9, "text": "z"})
    assert problems_of(tmp_path, "opengvlab", QUESTIONS, answers, split="vg_test") == [
        "line 3: question_id '9' is not a region of the references"
    ]


def test_refer_and_refcocog_results_of_all_splits(tmp_path: Path) -> None:
    refs = [
        {"ref_id": 1, "ann_id": 5, "image_id": 3, "split": "val", "sentences": [{"raw": "A cat."}]},
        {"ref_id": 2, "ann_id": 5, "image_id": 3, "split": "val", "sentences": [{"raw": "Grey cat."}]},
        {"ref_id": 3, "ann_id": 6, "image_id": 3, "split": "train", "sentences": [{"raw": "A sofa."}]},
    ]
    path = tmp_path / "refs.p"
    path.write_bytes(pickle.dumps(refs, protocol=2))
    instances = {"annotations": [{"id": 5, "bbox": BOX}, {"id": 6, "bbox": BOX}]}
    results = [{"ref_id": number, "sent": f"s{number}"} for number in (1, 2, 3)]
    expected = {"3/1": "s1", "3/2": "s2"}
    assert captions_of(tmp_path, "refer", instances, results, refs=path, split="validation") == expected
    results = [{"annotation_id": 5, "generated_refexp": "g"}, {"annotation_id": 6, "generated_refexp": "h"}]
    assert captions_of(tmp_path, "refcocog", instances, results, refs=path, split="val") == {"3/5": "g"}


def test_google_refexp_keys_by_annotation(tmp_path: Path) -> None:
    content = {
        "annotations": {"11": {"image_id": 4, "refexp_ids": [1, 2], "bbox": BOX}},
        "refexps": {"1": {"raw": "the cat"}, "2": {"raw": "grey cat"}},
        "images": {},
    }
    results = [{"annotation_id": 11, "generated_refexp": "a cat"}]
    assert captions_of(tmp_path, "google-refexp", content, results) == {"4/11": "a cat"}


def test_vip_llava_answers_name_the_question(tmp_path: Path) -> None:
    questions = [
        {
            "id": "vg-7",
            "image": "vg/7.jpg",
            "conversations": [{"from": "human", "value": "What is it?"}, {"from": "gpt", "value": "a cat"}],
        }
    ]
    answers = lines({"question_id": "vg-7", "text": "cat", "model_id": "vip"})
    assert captions_of(tmp_path, "vip-llava", questions, answers) == {"vg/7.jpg/vg-7": "cat"}


def test_an_object_of_annotation_ids_as_describe_anything_writes_it(tmp_path: Path) -> None:
    content = {"annotations": [{"id": 1007, "image_id": 1, "caption": "a cup", "bbox": BOX}]}
    for protocol in ("describe-anything", "grasp-any-region"):
        assert captions_of(tmp_path, protocol, content, {"1007": "a large cup"}) == {"1/1007": "a large cup"}
    (tmp_path / "out.jsonl").unlink()
    assert "found null" in problems_of(tmp_path, "describe-anything", content, {"1007": None})[0]


def test_mdvp_results_follow_the_annotations_and_repeat_their_captions(tmp_path: Path) -> None:
    mask = {"size": [2, 2], "counts": "04"}
    rows = [{"image_path": f"{n}.jpg", "mask_rle": mask, "caption": f"thing {n}"} for n in range(2)]
    results = [{"image_path": f"data/{n}.jpg", "caption": f"c{n}", "gt": f"thing {n}"} for n in range(2)]
    expected = {"0.jpg/0": "c0", "1.jpg/1": "c1"}
    assert captions_of(tmp_path, "grasp-any-region", rows, results) == expected
    (tmp_path / "out.jsonl").unlink()
    assert len(problems_of(tmp_path, "grasp-any-region", rows, results[::-1])) == 2


COCO = {
    "images": [{"id": 7}, {"id": 8}],
    "annotations": [{"image_id": 7, "caption": "left dog"}, {"image_id": 8, "caption": "right dog"}],
}


def test_a_folder_holds_the_files_of_all_ranks_and_repeats_are_taken_once(tmp_path: Path) -> None:
    folder = tmp_path / "ranks"
    folder.mkdir()
    write(folder / "model_vg_0.json", [{"image_id": 7, "caption": "a"}])
    write(folder / "model_vg_1.json", [{"image_id": 8.0, "caption": "b"}, {"image_id": 7, "caption": "a"}])
    write(folder / "metrics.txt", "CIDEr: 1")
    assert captions_of(tmp_path, "glamm", COCO, folder) == {"7/7": "a", "8/8": "b"}
    regions = PROTOCOLS["glamm"].read(Files(tmp_path / "annotations.json"))
    matched = match_results(read_results([folder], PROTOCOLS["glamm"]), PROTOCOLS["glamm"], regions)
    assert matched.notes == ["1 repeated results, equal to others, are taken once"]


def test_repeats_that_differ_are_refused_by_name_and_place(tmp_path: Path) -> None:
    folder = tmp_path / "ranks"
    folder.mkdir()
    write(folder / "0.json", [{"image_id": 7, "caption": "a"}])
    write(folder / "1.json", [{"image_id": 7, "caption": "b"}])
    assert problems_of(tmp_path, "glamm", COCO, folder) == [
        "1.json: /0: region '7/7' again, with another caption: 'b', first 'a' at 0.json: /0"
    ]


def test_null_and_list_captions_are_refused_in_place(tmp_path: Path) -> None:
    results = [{"image_id": 7, "caption": None}, {"image_id": 8, "caption": ["a"]}]
    assert problems_of(tmp_path, "glamm", COCO, results) == [
        "/0: caption of image_id 7: expected text, found null",
        "/1: caption of image_id 8: expected text, found a list",
    ]


@pytest.mark.parametrize("pack", [lambda data: b"\xef\xbb\xbf" + data, gzip.compress], ids=["BOM", "gzip"])
def test_marks_and_compression_are_read_on_both_sides(tmp_path: Path, pack: Any) -> None:
    results, annotations = tmp_path / "results.json", tmp_path / "annotations.json"
    results.write_bytes(pack(json.dumps([{"image_id": 7, "caption": "a"}]).encode()))
    annotations.write_bytes(pack(json.dumps(COCO).encode()))
    regions = PROTOCOLS["glamm"].read(Files(annotations))
    assert convert_results(results, PROTOCOLS["glamm"], regions, tmp_path / "out.jsonl") == 1


def test_parquet_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_bytes(b"PAR1....PAR1")
    with pytest.raises(InvalidInputError, match="this is a parquet file"):
        read_results([tmp_path / "results.json"], PROTOCOLS["glamm"])


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmark.convert", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_command_takes_several_files_and_names_in_any_case(tmp_path: Path) -> None:
    write(tmp_path / "a.json", COCO)
    write(tmp_path / "0.json", [{"image_id": 7, "caption": "a"}])
    write(tmp_path / "1.json", [{"image_id": 8, "caption": "b"}])
    done = run(tmp_path, "--protocol", "GLaMM", "--annotations", "a.json", "--results", "0.json", "--results", "1.json")
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "predictions.jsonl").read_text().splitlines()) == 2
