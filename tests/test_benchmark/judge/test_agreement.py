"""Protects agreement: of a score with verdicts, of two judges, each with its interval over images."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from benchmark.inputs.scoring_data import scoring_data
from benchmark.inputs.verdicts import read_verdicts
from benchmark.judge.agreement import (
    agreement_lines,
    agreement_with_scores,
    agreement_with_verdicts,
    app,
    item_scores,
)
from benchmark.judge.disagreements import app as page_app
from benchmark.judge.disagreements import disagreements
from benchmark.verdicts.estimates import powered_by_people
from benchmark.verdicts.verdict import Verdict, write_verdicts
from dataset.errors import InvalidInputError


def verdicts(unique: list[bool]) -> list[Verdict]:
    """One caption each, two of an image."""
    return [
        Verdict(
            f"i{number // 2}/{number}",
            f"caption {number}",
            (f"i{number // 2}/{number}",),
            (f"i{number // 2}/{number}",) if fits else (),
            False,
        )
        for number, fits in enumerate(unique)
    ]


def test_agreement_is_the_share_the_correlation_and_the_area() -> None:
    judged = verdicts([True] * 10 + [False] * 10)
    scores = {
        "right": {each.key: float(each.is_unique) for each in judged},
        "wrong": {each.key: 1.0 - each.is_unique for each in judged},
        "fine": {each.key: 0.1 * number for number, each in enumerate(judged)},
        "nothing": {each.key: math.nan for each in judged},
        "constant": {each.key: 1.0 for each in judged},
        "mostly": {each.key: float(each.is_unique or number == 15) for number, each in enumerate(judged)},
    }
    rows = {row.name: row for row in agreement_with_scores(judged, scores, frozenset(["fine"]), resamples=200)}
    assert set(rows) == {"right", "wrong", "fine", "mostly"}
    right = rows["right"]
    assert (right.items, right.area.value, right.phi.value) == (20, 1, 1)
    assert right.agrees is not None
    assert right.agrees.value == 1
    assert rows["wrong"].area.value == 0
    assert rows["wrong"].phi.value == -1
    assert rows["fine"].agrees is None
    assert rows["fine"].area.value == 1  # less is better
    assert rows["fine"].is_reversed
    mostly = rows["mostly"]
    assert mostly.agrees.value == pytest.approx(0.95)
    assert mostly.agrees.low < 0.95 < mostly.agrees.high
    table = agreement_lines([*rows.values()])
    assert any(line.startswith("| fine ↓ | 20 | 100.0") for line in table)


def test_two_judges_are_compared_on_what_both_have_judged() -> None:
    one = verdicts([True] * 6 + [False] * 6)
    other = [replace(each, judge="people") for each in verdicts([True] * 5 + [False] * 7)][:11]
    row = agreement_with_verdicts(one, other, resamples=100)
    assert row.items == 11
    assert row.agrees is not None
    assert row.agrees.value == pytest.approx(10 / 11)
    with pytest.raises(InvalidInputError, match="found 0"):
        agreement_with_verdicts(one, [replace(each, caption="x") for each in other])


def test_scores_of_each_system_s_captions(repository) -> None:
    """On the first scenes: the listener hears what the reader of the bundled verdicts sees."""
    data = scoring_data("scenes", "test", test=16)
    known = {region.region_id for region in data.regions}
    path = repository / "benchmark/validation/reader_verdicts/verdicts.jsonl"
    judged = [each for each in read_verdicts(path) if each.region_id in known]
    scores, lower = item_scores(judged, data, ["listener", "duplicate_rate"])
    assert set(scores["listener_correct"]) == {each.key for each in judged}
    assert "listener_nothing" in lower
    (row, *_) = agreement_with_scores(judged, {"listener_correct": scores["listener_correct"]}, resamples=100)
    assert (row.items, row.agrees.value) == (8, 1)


def test_the_command_compares_files_offline(tmp_path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    write_verdicts(verdicts([True, False] * 5), one)
    write_verdicts(verdicts([True, False] * 4 + [True, True]), other)
    out = tmp_path / "table.md"
    result = CliRunner().invoke(app, [str(one), "--other", str(other), "--out", str(out)])
    assert result.exit_code == 0
    assert "| other verdicts | 10 |" in out.read_text()
    assert "90.0 [" in out.read_text()
    result = CliRunner().invoke(app, [str(tmp_path / "none.jsonl")])
    assert result.exit_code == 2
    assert not result.output.count("Traceback")


def test_a_page_lists_what_listener_and_judge_take_differently(repository, tmp_path) -> None:
    """The judge is turned round on two captions: they are listed, with their panels, and nothing else is."""
    data = scoring_data("scenes", "test", test=16)
    known = {region.region_id for region in data.regions}
    path = repository / "benchmark/validation/reader_verdicts/verdicts.jsonl"
    judged = [each for each in read_verdicts(path) if each.region_id in known]
    assert not disagreements(judged, data.worlds())
    turned = [
        replace(each, fits=() if each.is_unique else (each.region_id,), elsewhere=False, caption=each.caption)
        if number < 2
        else each
        for number, each in enumerate(judged)
    ]
    assert [each.verdict.caption for each in disagreements(turned, data.worlds())] == [
        each.caption for each in judged[:2]
    ]
    write_verdicts(turned, tmp_path / "v.jsonl")
    page = tmp_path / "page.html"
    result = CliRunner().invoke(page_app, [str(tmp_path / "v.jsonl"), "--out", str(page), "--option", "test=16"])
    assert result.exit_code == 0
    text = page.read_text()
    assert "2 of 8 captions" in text
    assert text.count("data:image/jpeg;base64,") == 2
    assert all(each.caption in text for each in judged[:2])


def test_people_s_verdicts_on_a_part_move_the_judge_s_rate() -> None:
    """The judge takes all of 40 captions; people refuse half of the ten that they read."""
    judged = verdicts([True] * 40)
    people = verdicts([True] * 5 + [False] * 5)
    estimate = powered_by_people(judged, people)
    assert estimate.value == pytest.approx(0.5)
    assert estimate.low < 0.35
    assert estimate.high > 0.65
    with pytest.raises(InvalidInputError, match="found 0"):
        powered_by_people(judged, [replace(each, caption="x") for each in people])
