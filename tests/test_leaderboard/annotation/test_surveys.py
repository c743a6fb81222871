"""Protects surveys: each caption gets its answers and no more, from different people, blind, in the judge's view."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from benchmark.inputs.verdicts import read_verdicts
from benchmark.judge.agreement import agreement_of_pairs
from benchmark.verdicts.verdict import Verdict, write_verdicts
from dataset.errors import InvalidInputError, NotAllowedError, UnknownNameError
from leaderboard.__main__ import app
from leaderboard.annotation.answers import people_verdicts, verdict_pairs
from leaderboard.annotation.desk import (
    PersonProgress,
    PersonQuestion,
    draw_question,
    give_answer,
    last_question,
    next_question,
)
from leaderboard.annotation.surveys import close_survey, find_survey, list_surveys, open_survey
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.storage.store import Store
from leaderboard.storage.survey_tables import SurveyAnswer


def add_captions(store: Store, prediction_file, system: str, word: str) -> None:
    submit(store, prediction_file(word, f"{system}.json"), "photos", SystemCard(name=system))


def with_survey(store: Store, prediction_file) -> Store:
    """The board with a survey of six captions of two systems."""
    add_captions(store, prediction_file, "Plain", "a thing")
    add_captions(store, prediction_file, "Grand", "the great")
    open_survey(store, "pilot", "photos", captions=6, size=64)
    return store


@pytest.fixture
def asked_on_each(store, prediction_file) -> Store:
    return with_survey(store, prediction_file)


@pytest.fixture
def asked(sqlite_store, prediction_file) -> Store:
    return with_survey(sqlite_store, prediction_file)


def answer_all(store: Store, actor: str, fits=lambda question: [0]) -> int:
    count = 0
    while isinstance(question := next_question(store, "pilot", actor), PersonQuestion):
        assert give_answer(store, "pilot", question.number, actor, fits(question), elsewhere=False, sure=True)
        count += 1
    return count


def test_each_caption_gets_two_answers_of_different_people(asked_on_each) -> None:
    first = next_question(asked_on_each, "pilot", "token:a")
    assert (first.progress, first.panels, first.fits) == (PersonProgress(0, 6), 8, None)
    assert (
        next_question(asked_on_each, "pilot", "token:a").number == first.number
    )  # they return to what they have in hand
    assert answer_all(asked_on_each, "token:a") == 6
    assert next_question(asked_on_each, "pilot", "token:a") == PersonProgress(6, 0)
    assert answer_all(asked_on_each, "token:b") == 6
    assert next_question(asked_on_each, "pilot", "token:c") == PersonProgress(0, 0)
    state = find_survey(asked_on_each, "pilot")
    assert (state.items, state.answers, state.complete) == (6, 12, 6)
    assert [len(people_verdicts(asked_on_each, "pilot", place)) for place in range(3)] == [6, 6, 0]


def test_a_question_in_somebody_s_hands_is_theirs_for_half_an_hour(asked_on_each) -> None:
    numbers = [next_question(asked_on_each, "pilot", f"token:{name}").number for name in "abc"]
    assert numbers == [0, 0, 1]
    with asked_on_each.session() as session:
        session.execute(update(SurveyAnswer).where(SurveyAnswer.actor == "token:a").values(claimed_at=1.0))
    assert next_question(asked_on_each, "pilot", "token:d").number == 0
    for name in "bd":
        assert give_answer(asked_on_each, "pilot", 0, f"token:{name}", [1], elsewhere=False, sure=True)
    assert not give_answer(
        asked_on_each, "pilot", 0, "token:a", [2], elsewhere=False, sure=True
    )  # too late, and not needed
    assert next_question(asked_on_each, "pilot", "token:a").number == 1
    assert [len(people_verdicts(asked_on_each, "pilot", place)) for place in range(3)] == [1, 1, 0]


def test_captions_with_one_answer_come_first(asked) -> None:
    for number in (4, 2):
        give_answer(asked, "pilot", number, "token:a", [0], elsewhere=False, sure=True)
    assert next_question(asked, "pilot", "token:b").number == 2


def test_an_answer_can_be_corrected(asked) -> None:
    question = next_question(asked, "pilot", "token:a")
    assert last_question(asked, "pilot", "token:a", question.progress) is None
    give_answer(asked, "pilot", question.number, "token:a", [3, 1], elsewhere=True, sure=False)
    last = last_question(asked, "pilot", "token:a", question.progress)
    assert (last.number, last.fits, last.elsewhere, last.sure) == (question.number, (1, 3), True, False)
    give_answer(asked, "pilot", question.number, "token:a", [], elsewhere=False, sure=True)
    [verdict] = people_verdicts(asked, "pilot")
    assert (verdict.fits, verdict.elsewhere, verdict.sure) == ((), False, True)


def test_a_question_says_nothing_of_system_and_target(asked) -> None:
    question = next_question(asked, "pilot", "token:a")
    shown = repr(question)
    assert "Plain" not in shown
    assert "Grand" not in shown
    assert "/" not in shown  # no region id
    targets = [verdict.candidates.index(verdict.region_id) for verdict in _answered(asked)]
    assert len(set(targets)) > 1  # the target has no place of its own


def _answered(store: Store) -> list[Verdict]:
    answer_all(store, "token:z")
    return people_verdicts(store, "pilot")


def test_the_panels_are_those_of_the_judge(asked, regions) -> None:
    from benchmark.judge.candidates import ImageRegions
    from benchmark.judge.panels import PanelOptions, PanelPainter

    [verdict, *_] = _answered(asked)
    of_image = [region for region in regions if region.image_id == verdict.image_id]
    options = PanelOptions(size=64, rounds=1)
    [candidates] = ImageRegions(of_image).rounds(verdict.region_id, verdict.caption, most=1)
    assert verdict.candidates == candidates
    from leaderboard.boards.board import find_board

    path = find_board(asked, "photos").data().images()[verdict.image_id]
    expected = PanelPainter(path, {region.region_id: region for region in of_image}, options).pictures(candidates)
    drawn = draw_question(asked, "pilot", 0)
    assert all((one == other).all() for one, other in zip(drawn, expected, strict=True))


def test_people_s_verdicts_are_exported_and_compared(asked, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("URECA_LEADERBOARD_DATA_DIR", str(asked.folder))
    monkeypatch.setenv("URECA_LEADERBOARD_DATABASE_URL", asked.engine.url.render_as_string(hide_password=False))
    answer_all(asked, "token:a")
    answer_all(asked, "token:b", lambda question: [0] if question.number % 2 else [1])
    judge = [
        Verdict(each.region_id, each.caption, each.candidates, each.fits, False, judge="m@h")
        for each in people_verdicts(asked, "pilot")
    ]
    write_verdicts(judge, tmp_path / "judge.jsonl")
    run = CliRunner().invoke
    result = run(app, ["survey", "agreement", "pilot", "--judge", str(tmp_path / "judge.jsonl")])
    assert result.exit_code == 0, result.output
    assert "6 captions have two verdicts" in result.output
    assert "exactly the same panels: 50.0 [" in result.output
    assert "| other verdicts | 6 |" in result.output
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    result = run(app, ["survey", "export", "pilot", "--out", str(first), "--second", str(second)])
    assert result.exit_code == 0, result.output
    assert read_verdicts(first) == people_verdicts(asked, "pilot")
    assert [each.key for each in read_verdicts(second)] == [each.key for each in judge]
    assert read_verdicts(first)[0].judge.startswith("people,survey=pilot,view=")
    result = run(app, ["survey", "list"])
    assert "12 of 12" in result.output


def test_the_panels_of_a_judge_s_verdicts_are_shown_again(asked, regions) -> None:
    region = regions[3]
    others = [each.region_id for each in regions if each.image_id == region.image_id and each is not region][:3]
    panels = (others[0], region.region_id, *others[1:])
    caption = f"the great {region.category}"
    verdict = Verdict(region.region_id, caption, panels, (region.region_id,), False, judge="m@h")
    state = open_survey(asked, "check", "photos", judged=[verdict], size=64)
    assert state.items == 1
    question = next_question(asked, "check", "token:a")
    assert (question.caption, question.panels) == (caption, 4)
    give_answer(asked, "check", 0, "token:a", [1], elsewhere=False, sure=True)
    [given] = people_verdicts(asked, "check")
    assert (given.candidates, given.fits, given.system) == (panels, (region.region_id,), "Grand")


def test_what_cannot_be_asked_is_refused(asked) -> None:
    with pytest.raises(InvalidInputError, match="already"):
        open_survey(asked, "pilot", "photos")
    with pytest.raises(InvalidInputError) as caught:
        open_survey(asked, "Bad name", "photos", captions=0, people=0)
    assert len(caught.value.problems) == 3
    with pytest.raises(UnknownNameError, match="system"):
        open_survey(asked, "other", "photos", systems=["Plane"])
    with pytest.raises(InvalidInputError, match="no question 99"):
        give_answer(asked, "pilot", 99, "token:a", [0], elsewhere=False, sure=True)
    with pytest.raises(InvalidInputError, match="panels"):
        give_answer(asked, "pilot", 0, "token:a", [8], elsewhere=False, sure=True)
    with pytest.raises(UnknownNameError, match="survey"):
        next_question(asked, "pilots", "token:a")
    close_survey(asked, "pilot")
    with pytest.raises(NotAllowedError, match="closed"):
        give_answer(asked, "pilot", 0, "token:a", [0], elsewhere=False, sure=True)
    assert not list_surveys(asked)[0].is_open


def test_agreement_of_two_is_beyond_chance_or_not() -> None:
    def verdict(image: int, unique: bool) -> Verdict:
        return Verdict(f"i{image}/1", "the cup", (f"i{image}/1",), (f"i{image}/1",) if unique else (), False)

    alike = [(verdict(n, n % 2 == 0), verdict(n, n % 2 == 0)) for n in range(20)]
    assert agreement_of_pairs(alike).alpha.value == 1
    chance = [(verdict(n, n % 2 == 0), verdict(n, n % 4 < 2)) for n in range(200)]
    assert agreement_of_pairs(chance).unique.value == 0.5
    assert abs(agreement_of_pairs(chance).alpha.value) < 0.01
    with pytest.raises(InvalidInputError, match="two verdicts"):
        agreement_of_pairs(alike[:1])


def test_pairs_are_of_the_same_caption(asked) -> None:
    answer_all(asked, "token:a")
    answer_all(asked, "token:b")
    assert all(one.key == other.key for one, other in verdict_pairs(asked, "pilot"))
