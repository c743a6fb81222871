"""Protects verdicts as data: what is written is read back, what is wrong is named, and an outcome means one thing."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from benchmark.inputs.verdicts import read_verdicts
from benchmark.verdicts.outcomes import outcome_of
from benchmark.verdicts.verdict import Verdict, verdicts_sha256, write_verdicts
from dataset.errors import InvalidInputError
from dataset.schema import Region

CANDIDATES = ("i/house", "i/window", "i/pane", "i/door", "i/tree")
REGIONS = {
    region_id: Region(region_id, "i", ("x",), parent)
    for region_id, parent in (
        ("i/house", None),
        ("i/window", "i/house"),
        ("i/pane", "i/window"),
        ("i/door", "i/house"),
        ("i/tree", None),
    )
}


def verdict(*fits: str, **more: object) -> Verdict:
    return Verdict("i/window", "the window", CANDIDATES, fits, bool(more.pop("elsewhere", False)), **more)


@pytest.mark.parametrize(
    ("judged", "outcome"),
    [
        (verdict("i/window"), "correct"),
        (verdict("i/window", elsewhere=True), "ambiguous"),
        (verdict("i/window", "i/door"), "ambiguous"),
        (verdict("i/house"), "wrong_parent"),
        (verdict("i/pane"), "wrong_child"),
        (verdict("i/door"), "wrong_sibling"),
        (verdict("i/tree"), "wrong_other"),
        (verdict("i/tree", "i/door"), "wrong_sibling"),
        (verdict(), "nothing"),
        (verdict(elsewhere=True), "wrong_other"),
        (verdict("i/window", closest="i/window", statements=(("it is red", False),)), "nothing"),
        (verdict("i/window", closest="i/window", statements=(("it is red", True),)), "correct"),
        (verdict("i/window", closest="i/door", statements=(("it is red", False),)), "correct"),
    ],
)
def test_outcomes_have_the_listener_s_meaning(judged, outcome) -> None:
    assert outcome_of(judged, REGIONS) == outcome
    assert judged.is_unique == (outcome == "correct")
    assert not judged.is_unique or judged.is_true


def test_a_circle_of_parents_ends() -> None:
    regions = {"i/a": Region("i/a", "i", ("x",), "i/b"), "i/b": Region("i/b", "i", ("x",), "i/a")}
    judged = Verdict("i/a", "x", ("i/a", "i/b"), ("i/b",), False)
    assert outcome_of(judged, regions) == "wrong_parent"


def test_written_verdicts_are_read_back(tmp_path) -> None:
    verdicts = [
        verdict("i/window", system="a", judge="m@h"),
        verdict(system="b", sure=False, closest="i/door", statements=(("it is ü", True), ("it is red", False))),
        Verdict("i/door", "", (), (), False),
    ]
    path = tmp_path / "deep" / "v.jsonl"
    assert write_verdicts(verdicts, path) == 3
    assert read_verdicts(path) == verdicts
    (tmp_path / "v.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert read_verdicts(tmp_path / "v.gz") == verdicts
    assert verdicts_sha256(verdicts) == verdicts_sha256(verdicts[::-1])
    assert verdicts_sha256(verdicts) != verdicts_sha256([replace(verdicts[0], elsewhere=True), *verdicts[1:]])


def test_the_bundled_verdicts_are_in_the_layout(repository) -> None:
    verdicts = read_verdicts(repository / "benchmark/validation/reader_verdicts/verdicts.jsonl")
    assert len(verdicts) == 100
    assert {len(each.candidates) for each in verdicts} == {8}
    assert sum(each.is_unique for each in verdicts) == 52
    assert sorted({each.system for each in verdicts}) == ["category-color", "mini", "nano"]


def test_every_problem_of_a_file_is_named(tmp_path) -> None:
    good = verdict("i/window").to_dict()
    rows = [
        good,
        good,
        {**good, "caption": "b", "fits": ["i/roof"]},
        {**good, "caption": "c", "candidates": ["i/door"], "fits": []},
        {**good, "caption": "d", "elsewhere": "no"},
        {key: value for key, value in good.items() if key != "fits"},
        {**good, "caption": "e", "candidates": [*CANDIDATES, "i/door"]},
        {**good, "caption": "f", "closest": "i/roof"},
        7,
    ]
    path = tmp_path / "v.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
    with pytest.raises(InvalidInputError) as caught:
        read_verdicts(path)
    assert len(caught.value.problems) == 9
    for line, words in (
        (2, "again, first at line 1"),
        (3, "i/roof"),
        (4, "not among them"),
        (5, "elsewhere"),
        (6, "fits"),
        (7, "comes twice"),
        (8, "i/roof"),
        (9, "expected an object"),
    ):
        assert any(problem.startswith(f"line {line}") and words in problem for problem in caught.value.problems), line
