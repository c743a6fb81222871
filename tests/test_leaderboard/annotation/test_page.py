"""Protects the page Annotate, run as Streamlit runs it: a token, one question after the other, corrections, the end."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from leaderboard.annotation.answers import people_verdicts
from leaderboard.annotation.surveys import close_survey, open_survey
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import revoke_token
from leaderboard.web.views import shell
from tests.support.api_client import new_token
from tests.test_leaderboard.annotation.test_surveys import add_captions, answer_all

NASTY = "<b>bold</b> [x](javascript:alert(1)) **stars** the"


def annotate() -> None:
    from types import SimpleNamespace

    from leaderboard.web.views import annotate, shell

    shell.run(SimpleNamespace(url_path="annotate", run=annotate.show), {})


@pytest.fixture
def board(sqlite_store: Store, prediction_file, monkeypatch) -> Store:
    """A board with a survey of three captions that a stranger wrote."""
    add_captions(sqlite_store, prediction_file, "Stranger", NASTY)
    open_survey(sqlite_store, "pilot", "photos", captions=3, size=64)
    monkeypatch.setattr(shell, "open_store", lambda: sqlite_store)
    return sqlite_store


def page_of(board: Store, token: str) -> AppTest:
    page = AppTest.from_function(annotate, default_timeout=60).run()
    page.text_input[0].input(token)
    return page.button[0].click().run()


def save(page: AppTest, *labels: str) -> AppTest:
    for box in page.checkbox:
        if box.label in labels:
            box.check()
    next(button for button in page.button if button.label == "Save").click()
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    next(button for button in page.button if button.label == label).click()
    return page.run()


def test_a_person_judges_stops_returns_corrects_and_is_thanked(board) -> None:
    token = new_token(board, "Ana")
    page = page_of(board, token)
    assert not page.exception
    assert page.caption[1].value.startswith("You have judged 0; 3 left")
    assert len([box for box in page.checkbox if box.label.startswith("It fits panel")]) == 8
    caption = page.markdown[0].value
    assert "\\<b\\>" in caption  # markup of a stranger stays text
    page = save(page)
    assert page.warning[0].value.startswith("Tick the panels")
    page = save(page, "It fits panel 2", "It fits none of them")
    assert page.warning
    page = save(page_of(board, token), "It fits panel 2", "It fits panel 5", "I am not sure")
    assert page.caption[1].value.startswith("You have judged 1; 2 left")
    page = press(page, "Correct my last answer")
    assert [box.label for box in page.checkbox if box.value] == ["It fits panel 2", "It fits panel 5", "I am not sure"]
    next(box for box in page.checkbox if box.label == "It fits panel 5").uncheck()
    page = save(page)
    page = page_of(board, token)  # another visit goes on where the last one ended
    assert page.caption[1].value.startswith("You have judged 1; 2 left")
    page = save(page, "It fits none of them", "It fits another region of this picture, too, which no panel shows")
    page = save(page, "It fits none of them")
    assert "nothing left" in page.success[0].value
    verdicts = people_verdicts(board, "pilot")
    assert [len(verdict.fits) for verdict in verdicts] == [1, 0, 0]
    assert verdicts[0].fits == (verdicts[0].candidates[1],)
    assert [(verdict.elsewhere, verdict.sure) for verdict in verdicts] == [(False, False), (True, True), (False, True)]


def test_nobody_gets_in_without_a_token_or_saves_with_one_that_was_revoked(board) -> None:
    assert "not known" in page_of(board, "ureca_0_0").error[0].value
    token = new_token(board, "Ana")
    page = page_of(board, token)
    with board.session() as session:
        revoke_token(session, board.now(session), token.split("_")[1])
    assert "not known" in save(page, "It fits none of them").error[0].value
    assert people_verdicts(board, "pilot") == []


def test_answers_that_come_too_late_are_not_kept(board) -> None:
    page = page_of(board, new_token(board, "Ana"))
    answer_all(board, "token:x")
    with board.session() as session:
        from sqlalchemy import update

        from leaderboard.storage.survey_tables import SurveyAnswer

        session.execute(update(SurveyAnswer).where(SurveyAnswer.given_at.is_(None)).values(claimed_at=1.0))
    answer_all(board, "token:y")
    page = save(page, "It fits none of them")
    assert "not needed" in page.toast[0].value or "nothing left" in page.success[0].value
    assert people_verdicts(board, "pilot", 2) == []


def test_a_closed_survey_asks_nobody(board) -> None:
    close_survey(board, "pilot")
    page = AppTest.from_function(annotate, default_timeout=60).run()
    assert "at the moment" in page.info[0].value
