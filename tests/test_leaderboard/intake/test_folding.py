"""Protects: two hundred equal mistakes are one line, and different ones stay apart."""

from leaderboard.intake.folding import fold_problems


def test_equal_problems_of_many_lines_are_one():
    problems = [f"line {number}: no region_id, found 'id', 'text'" for number in range(1, 201)]
    [folded] = fold_problems(problems)
    assert folded == "lines 1-200 (200 times), the first: line 1: no region_id, found 'id', 'text'"


def test_what_is_quoted_may_differ_and_gaps_are_shown():
    problems = [f"line {number}: unknown region 'x/{number}'" for number in (1, 2, 3, 7, 9)]
    [folded] = fold_problems(problems)
    assert folded.startswith("lines 1-3, 7, 9 (5 times)")


def test_few_and_different_problems_stay_as_they_are():
    problems = ["line 1: a", "line 2: a", "line 3: b", "no caption for 3 regions"]
    assert fold_problems(problems) == problems
    assert fold_problems([]) == []


def test_problems_without_a_place_are_counted():
    assert fold_problems([f"/items/{n}/caption: expected text" for n in range(4)]) == [
        "4 times, the first: /items/0/caption: expected text"
    ]
