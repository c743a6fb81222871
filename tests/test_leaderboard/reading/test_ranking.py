"""Protects: ranks are those of `benchmark.compare`, are computed once, and many systems are ranked by their leaders."""

import json

import numpy as np
import pytest

from benchmark import compare_systems
from benchmark.statistics.item_statistics import ItemStatistics
from dataset.errors import InvalidInputError, UnknownNameError
from leaderboard.reading import ranking
from leaderboard.reading.ranking import ALL_PAIRS, compare_runs, rank_runs, ranking_is_ready
from leaderboard.reading.standings import read_standings

_SCORES = ("unique_and_correct", "cider", "bleu_4", "duplicate_rate")


@pytest.fixture(scope="module")
def compared(systems, regions):
    return compare_systems(systems, regions, metrics=list(_SCORES), allow_missing=True)


@pytest.fixture(scope="module")
def runs(filled):
    return {entry.name: entry.run_id for entry in read_standings(filled, "photos").entries}


@pytest.mark.parametrize("score", _SCORES)
def test_ranks_are_those_of_the_compare_command(filled, systems, compared, runs, score):
    ranks = rank_runs(filled, list(runs.values()), score).ranks()
    expected = {name: compared.scores[score].rank(place) for place, name in enumerate(systems)}
    assert {name: ranks[run_id].position for name, run_id in runs.items()} == expected


def test_systems_of_equal_rank_are_a_tie_and_told_so(filled, runs):
    ranks = rank_runs(filled, list(runs.values()), "unique_and_correct").ranks()
    assert str(ranks[runs["Reference"]]) == "1"
    assert str(ranks[runs["Half"]]) == str(ranks[runs["Other half"]]) == "2="
    assert ranks[runs["Half"]].tied == 2


def test_differences_are_those_of_the_compare_command(filled, systems, compared, runs):
    names = list(systems)
    found = compare_runs(filled, [runs[name] for name in names], ["cider"])
    by_pair = {(one.first, one.second): one.pair for one in found}
    for expected in compared.scores["cider"].pairs:
        pair = by_pair[runs[names[expected.first]], runs[names[expected.second]]]
        assert (pair.difference, pair.low, pair.high) == pytest.approx(
            (expected.difference, expected.low, expected.high), abs=1e-9
        )
        assert pair.adjusted == expected.adjusted


def test_a_ranking_is_computed_once(filled, runs, monkeypatch):
    chosen = list(runs.values())[:3]
    first = rank_runs(filled, chosen, "cider", "granularity=part")
    monkeypatch.setattr(ranking, "_rank", lambda *_: pytest.fail("computed again"))
    assert rank_runs(filled, list(reversed(chosen)), "cider", "granularity=part") == first


def test_scores_that_do_not_exist_are_refused(filled, runs):
    with pytest.raises(UnknownNameError, match="Did you mean"):
        rank_runs(filled, list(runs.values()), "cidre")


@pytest.fixture
def many(sqlite_store):
    """Runs of 60 systems in three steps, on 50 images."""
    generator = np.random.default_rng(0)
    sqlite_store.prepare()
    difficulty = generator.uniform(0.2, 0.4, 50)
    images = np.repeat(np.arange(50), 4)
    steps = {}
    for number in range(60):
        step = number // 20
        run_id = f"run-{number:02}"
        steps[run_id] = step
        chance = difficulty[images] + 0.25 * (2 - step)
        values = (generator.uniform(size=200) < chance).astype(float)[:, None]
        (sqlite_store.runs / run_id).mkdir(parents=True)
        statistics = ItemStatistics({"duplicate_rate": 1 - values}, images, {"granularity=part": images < 25})
        statistics.write(sqlite_store.runs / run_id / "statistics.npz")
    return sqlite_store, steps


def test_many_systems_are_ranked_by_their_leaders(many):
    store, steps = many
    assert len(steps) > ALL_PAIRS
    assert not ranking_is_ready(store, list(steps), "duplicate_rate")
    found = rank_runs(store, list(steps), "duplicate_rate")
    assert not found.all_pairs
    assert sorted(run for group in found.groups for run in group) == sorted(steps)
    assert {steps[run] for run in found.groups[0]} == {0}
    assert {steps[run] for run in found.groups[-1]} == {2}
    assert ranking_is_ready(store, list(steps), "duplicate_rate")


def test_a_slice_is_ranked_by_its_own_regions(many):
    store, steps = many
    some = list(steps)[::10]
    whole = rank_runs(store, some, "duplicate_rate")
    part = rank_runs(store, some, "duplicate_rate", "granularity=part")
    assert [steps[run] for group in part.groups for run in group] == sorted(steps[run] for run in some)
    assert part.part == "granularity=part"
    assert whole.part == ""


def test_a_damaged_run_is_named(many):
    store, _ = many
    (store.runs / "run-03" / "statistics.npz").write_bytes(b"no archive")
    with pytest.raises(InvalidInputError, match="run-03"):
        rank_runs(store, ["run-01", "run-03"], "duplicate_rate")


def test_rankings_on_disk_are_plain_json(many):
    store, steps = many
    rank_runs(store, list(steps)[:3], "duplicate_rate")
    [path] = (store.folder / "rankings").iterdir()
    assert json.loads(path.read_text())["score"] == "duplicate_rate"
