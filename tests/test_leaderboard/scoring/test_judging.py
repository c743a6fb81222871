"""Protects the judge of a board: its scores are columns, they can lead and rank, and it never costs a submission."""

from __future__ import annotations

import json

import pytest

from benchmark.verdicts.calibration import Calibration, CalibrationItem
from benchmark.verdicts.verdict import Verdict, write_verdicts
from dataset.errors import InvalidInputError
from leaderboard.boards.board import list_boards
from leaderboard.reading.ranking import compare_runs
from leaderboard.reading.standings import read_standings
from leaderboard.reading.systems import read_run, read_system, reproduce_command
from leaderboard.scoring.judging import check_judge, judge_of
from leaderboard.settings import BoardSettings, get_settings
from leaderboard.storage.store import Store
from tests.test_leaderboard.conftest import SMALL


def verdict(region, caption, unique, judge="m@h"):
    other = f"{region.image_id}/x"
    fits = (region.region_id,) if unique else (other,)
    return Verdict(region.region_id, caption, (region.region_id, other), fits, False, judge=judge)


def known_errors(judge="m@h"):
    """Sensitivity 90%, specificity 95%."""
    return Calibration(
        judge,
        "scenes/validation",
        tuple(
            CalibrationItem(f"c{number}", "part", "", "reference", truth, truth, accepted, accepted)
            for number in range(100)
            for truth, accepted in ((True, number < 90), (False, number >= 95))
        ),
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory, add_system, regions):
    """A board that its judge leads: a good and a bad system with verdicts, and one that nobody judged, the newest."""
    folder = tmp_path_factory.mktemp("judged")
    good = {region.region_id: region.caption for region in regions}
    bad = {region.region_id: f"the {number}th thing" for number, region in enumerate(regions)}
    rows = [verdict(region, good[region.region_id], True) for region in regions[::3]]
    rows += [verdict(region, bad[region.region_id], number % 4 == 0) for number, region in enumerate(regions)]
    write_verdicts(rows, folder / "v.jsonl")
    known_errors().write(folder / "c.json")
    board = BoardSettings(
        config="photos", verdicts=str(folder / "v.jsonl"), calibration=str(folder / "c.json"), lead="judge_correct"
    )
    settings = {**SMALL, "boards": {"photos": board}}
    store = Store(get_settings(data_dir=folder / "board", database_url="", **settings))
    add_system(store, "Good", good)
    add_system(store, "Bad", bad)
    add_system(store, "Not judged", {region.region_id: "a thing" for region in regions})
    yield store
    store.close()


def test_the_judge_leads_and_ranks_those_it_has_judged(judged):
    standings = read_standings(judged, "photos")
    assert standings.score == standings.columns()[0] == "judge_correct"
    assert [entry.name for entry in standings.entries] == ["Good", "Bad", "Not judged"]
    good, bad, neither = standings.entries
    assert good.numbers["judge_correct"].value == 1  # of the third that was judged
    assert (str(good.rank), str(bad.rank), neither.rank) == ("1", "2", None)
    assert good.numbers["judge_correct"].current
    run = read_run(judged, neither.run_id)
    assert any("none of its verdicts is of these captions" in note for note in run.notes)


def test_corrected_rates_rank_and_compare_with_the_errors_that_the_runs_keep(judged):
    standings = read_standings(judged, "photos", "judge_correct_corrected")
    assert [str(entry.rank) for entry in standings.entries[:2]] == ["1", "2"]
    runs = [entry.run_id for entry in standings.entries]
    [difference] = compare_runs(judged, runs, ["judge_correct_corrected"])
    bad = standings.entries[1].numbers["judge_correct_corrected"].value
    assert difference.second_value == pytest.approx(bad)
    assert bad == pytest.approx((100 / 399 - 0.05) / 0.85, abs=0.002)
    assert difference.pair.low < difference.pair.difference < difference.pair.high
    part = next(iter(standings.parts))
    assert compare_runs(judged, runs, ["judge_correct_corrected", "judge_correct"], part)


def test_the_command_that_computes_it_again_names_the_files(judged):
    entry = read_standings(judged, "photos").entries[0]
    record = read_system(judged, entry.system_id).submissions[0]
    assert "--judge VERDICTS --calibration CALIBRATION" in reproduce_command(record, "judge_true_corrected")
    assert "CALIBRATION" not in reproduce_command(record, "judge_true")


def test_files_that_cannot_be_used_are_named_to_the_operator_and_cost_no_submission(tmp_path, caplog):
    write_verdicts([Verdict("a/1", "the cup", ("a/1",), ("a/1",), False, judge="m@h")], tmp_path / "v.jsonl")
    known_errors("other@h").write(tmp_path / "c.json")
    (tmp_path / "bad.jsonl").write_text(json.dumps({"region_id": 1}) + "\n")
    boards = {
        "none": BoardSettings(config="photos", verdicts=str(tmp_path / "missing.jsonl")),
        "bad": BoardSettings(config="photos", verdicts=str(tmp_path / "bad.jsonl")),
        "other": BoardSettings(
            config="photos", verdicts=str(tmp_path / "v.jsonl"), calibration=str(tmp_path / "c.json")
        ),
        "alone": BoardSettings(config="photos", calibration=str(tmp_path / "c.json")),
        "good": BoardSettings(config="photos", verdicts=str(tmp_path / "v.jsonl")),
    }
    listed = list_boards(Store(get_settings(data_dir=tmp_path / "board", database_url="", boards=boards)))
    with pytest.raises(InvalidInputError) as caught:
        check_judge(listed)
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["none", "bad", "other", "alone"]
    for name in ("none", "bad", "other"):
        judge = judge_of(listed[name], {"a/1": "the cup"})
        assert judge.verdicts is None
        assert "operator's log" in judge.notes[0]
        assert str(tmp_path) not in judge.notes[0]
    assert str(tmp_path / "missing.jsonl") in caplog.text
    assert judge_of(listed["good"], {"a/1": "the cup"}).verdicts
