"""Protects the charts: the unbeaten systems and the running best are the right ones, and every chart can be drawn."""

import json

import pytest

from leaderboard.reading.chart_style import Ink
from leaderboard.reading.charts import (
    Dot,
    Milestone,
    Pair,
    Part,
    cost_chart,
    difference_chart,
    pareto_front,
    part_chart,
    part_map,
    progress_chart,
    running_best,
    win_matrix,
)

_DOTS = [
    Dot("small", 1e6, 20.0),
    Dot("beaten", 1e8, 15.0),
    Dot("middle", 1e8, 40.0, 35.0, 45.0),
    Dot("large", 1e10, 41.0),
]
_INK = Ink.of_theme("dark")


def rows_of(chart):
    """Every row of data in a chart."""
    drawn = json.loads(chart.to_json())  # which fails on a chart that Vega-Lite would not draw
    return [row for part in (drawn, *drawn["layer"]) for row in part.get("data", {}).get("values", [])]


def test_the_front_is_whoever_no_other_beats():
    assert [dot.name for dot in pareto_front(_DOTS, more_cost_is_better=False)] == ["small", "middle", "large"]
    assert [dot.name for dot in pareto_front(_DOTS, more_cost_is_better=True)] == ["large"]
    lower = pareto_front(_DOTS, more_cost_is_better=False, lower_is_better=True)
    assert [dot.name for dot in lower] == ["small", "beaten"]


def test_equal_systems_are_not_both_on_the_front():
    twice = [Dot("a", 1.0, 1.0), Dot("b", 1.0, 1.0)]
    assert len(pareto_front(twice, more_cost_is_better=False)) == 1


@pytest.mark.parametrize("more_cost_is_better", [False, True])
@pytest.mark.parametrize("dots", [_DOTS, _DOTS[:1]])
def test_the_frontier_is_drawn_in_steps_over_unbeaten_systems(dots, more_cost_is_better):
    chart = cost_chart(dots, "Parameters", "CIDEr", _INK, more_cost_is_better=more_cost_is_better)
    front = pareto_front(dots, more_cost_is_better=more_cost_is_better)
    corners = sorted((row for row in rows_of(chart) if "order" in row), key=lambda row: row["order"])
    assert len(corners) == 2 * len(front)
    assert {corner["value"] for corner in corners} == {dot.value for dot in front}
    assert all(a["value"] == b["value"] for a, b in zip(corners[::2], corners[1::2], strict=True))
    unbeaten = {row["name"] for row in rows_of(chart) if row.get("unbeaten")}
    assert unbeaten == {dot.name for dot in front}


def test_the_running_best_only_gets_better():
    milestones = [Milestone("c", 3, 5.0), Milestone("a", 1, 4.0), Milestone("b", 2, 3.0), Milestone("d", 4, 5.0)]
    assert [one.name for one in running_best(milestones)] == ["a", "c"]
    assert [one.name for one in running_best(milestones, lower_is_better=True)] == ["a", "b"]
    chart = progress_chart(milestones, 9.0, "CIDEr", _INK)
    assert {row["name"] for row in rows_of(chart) if row.get("record")} == {"a", "c"}


def test_deep_colours_are_good_ones():
    parts = [Part("x", "object", 30, 10.0), Part("y", "object", 30, 90.0), Part("z", "object", 30, None)]
    deep = {row["name"]: row["deep"] for row in rows_of(part_map(parts, "Duplicates", _INK))}
    assert deep == {"x": False, "y": True}
    lower = {row["name"]: row["deep"] for row in rows_of(part_map(parts, "Duplicates", _INK, lower_is_better=True))}
    assert lower == {"x": True, "y": False}


def test_who_wins_stands_on_both_sides_of_the_matrix():
    pairs = [Pair("a", "b", 3.0, 1.0, 5.0, True), Pair("a", "c", 0.01, -1.0, 1.0, False)]
    cells = {(row["row"], row["column"]): row for row in rows_of(win_matrix(pairs, ["a", "b", "c"], "CIDEr", _INK))}
    assert cells["a", "b"]["verdict"] == "the row is better"
    assert cells["b", "a"]["verdict"] == "the column is better"
    assert cells["a", "c"]["verdict"] == cells["c", "a"]["verdict"] == "a tie"
    assert cells["c", "a"]["text"] == "+0.0"  # and not -0.0


def test_differences_and_parts_carry_their_intervals():
    row = next(
        row for row in rows_of(difference_chart([Pair("a", "b", 3.0, 1.0, 5.0, True)], "CIDEr", _INK)) if "low" in row
    )
    assert (row["low"], row["difference"], row["high"]) == (1.0, 3.0, 5.0)
    part = rows_of(part_chart([Part("a", "All regions", 9, 5.0, 4.0, 6.0)], "CIDEr", _INK))
    assert {"part": "All regions (9)", "value": 5.0, "low": 4.0, "high": 6.0} in part
