"""Protects the drawings: the unbeaten systems are the right ones, names cannot act, everything is where it belongs."""

import re
from xml.etree import ElementTree

import pytest

from leaderboard.reading.charts import Dot, pareto_chart, pareto_front, radar_chart

_DOTS = [
    Dot("small", 1e6, 20.0),
    Dot("beaten", 1e8, 15.0),
    Dot("middle", 1e8, 40.0, 35.0, 45.0),
    Dot("large", 1e10, 41.0),
]


def test_the_front_is_whoever_no_other_beats():
    assert [dot.name for dot in pareto_front(_DOTS, more_cost_is_better=False)] == ["small", "middle", "large"]
    assert [dot.name for dot in pareto_front(_DOTS, more_cost_is_better=True)] == ["large"]
    lower = pareto_front(_DOTS, more_cost_is_better=False, lower_is_better=True)
    assert [dot.name for dot in lower] == ["small", "beaten"]


def test_equal_systems_are_not_both_on_the_front():
    twice = [Dot("a", 1.0, 1.0), Dot("b", 1.0, 1.0)]
    assert len(pareto_front(twice, more_cost_is_better=False)) == 1


def test_dots_lie_in_order_of_cost_and_value():
    drawn = ElementTree.fromstring(str(pareto_chart(_DOTS, "Parameters", "CIDEr", more_cost_is_better=False)))
    circles = [(float(one.get("cx")), float(one.get("cy"))) for one in drawn.iter("circle")]
    assert [x for x, _ in circles] == sorted(x for x, _ in circles)
    small, beaten, middle, large = (y for _, y in circles)
    assert large < middle < small < beaten  # downwards
    assert "unbeaten: small, middle, large" in drawn.get("aria-label")
    marks = [text.text for text in drawn.iter("text")]
    assert {"1M", "10M", "100M", "1B", "10B"} <= set(marks)


@pytest.mark.parametrize("dots", [[Dot("one", 5.0, 3.0)], [Dot("a", 1e9, 0.0), Dot("b", 1e9, 0.0)]])
def test_one_system_or_equal_ones_can_be_drawn(dots):
    svg = str(pareto_chart(dots, "Parameters", "CIDEr", more_cost_is_better=False))
    assert "nan" not in svg.lower()
    assert len(re.findall("<circle", svg)) == len(dots)


def test_names_are_text():
    nasty = '"><script>alert(1)</script><b>'
    for svg in (
        pareto_chart([Dot(nasty, 1.0, 1.0)], nasty, nasty, more_cost_is_better=False),
        radar_chart({nasty: [0.1, 0.2, 0.3]}, [nasty, "b", "c"]),
    ):
        assert "<script" not in svg
        assert [element.tag for element in ElementTree.fromstring(str(svg)).iter("b")] == []


def test_a_profile_reaches_as_far_as_its_values():
    drawn = ElementTree.fromstring(
        str(radar_chart({"full": [1.0, 1.0, 1.0], "none": [None, 0.0, 0.0]}, ["a", "b", "c"]))
    )
    polygons = [one.get("points") for one in drawn.iter("polygon")]
    rim, full, none = polygons[3], polygons[4], polygons[5]
    assert full == rim
    assert len(set(none.split())) == 1
