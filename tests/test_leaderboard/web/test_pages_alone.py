"""Protects what pages say and cost, run as Streamlit runs them, without a browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from leaderboard.boards.board import Board
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.reading.image_record import _is_too_short
from leaderboard.reading.standings import read_standings
from leaderboard.storage.schema import Submission
from leaderboard.storage.store import Store
from leaderboard.web.views import shell


def submit_page() -> None:
    from leaderboard.web.views import shell, submit

    shell.run(SimpleNamespace(url_path="submit", run=submit.show), {})


def about_page() -> None:
    from leaderboard.web.views import about, shell

    shell.run(SimpleNamespace(url_path="about", run=about.show), {})


def compare_page() -> None:
    from leaderboard.web.views import compare, shell

    shell.run(SimpleNamespace(url_path="compare", run=compare.show), {})


def choice_of_boards() -> None:
    from leaderboard.web.views import shell

    shell.run(SimpleNamespace(url_path="explore", run=lambda: shell.choose_board(with_regions=True)), {})


def page_of(store: Store, monkeypatch: pytest.MonkeyPatch, page: object) -> AppTest:
    monkeypatch.setattr(shell, "open_store", lambda: store)
    return AppTest.from_string(f"from {__name__} import SimpleNamespace, {page.__name__}\n{page.__name__}()")


def test_the_form_asks_each_thing_once_and_its_errors_speak_of_the_form(sqlite_store, prediction_file, monkeypatch):
    page = page_of(sqlite_store, monkeypatch, submit_page)
    page.session_state["upload"] = {"path": prediction_file(), "name": "mine.json"}
    page.run(timeout=60)
    assert not page.exception
    labels = [field.label for field in page.text_input]
    assert labels.count("Hardware") == 1
    assert len(labels) == len(set(labels))
    next(field for field in page.text_input if field.label == "System *").input("Mine")
    next(field for field in page.text_input if field.label == "Paper").input("javascript:alert(1)")
    next(button for button in page.button if button.label == "Submit").click()
    page.run(timeout=60)
    told = page.error[0].value
    assert "The file is fine; the form is not yet." in told
    assert "Paper\\: expected an address" in told
    assert "mine.json" not in told


def test_problems_name_their_file_and_say_what_the_box_refuses_itself(sqlite_store, tmp_path, monkeypatch):
    """Protects: under a box that has refused a larger file, nobody takes the former file's problems for its own."""
    path = tmp_path / "former.json"
    path.write_text("{", encoding="utf-8")
    page = page_of(sqlite_store, monkeypatch, submit_page)
    page.session_state["upload"] = {"path": path, "name": "former.json"}
    page.run(timeout=60)
    assert "former\\.json" in page.error[0].value
    note = next(caption.value for caption in page.caption if "These are the problems of" in caption.value)
    assert "former\\.json" in note
    assert "more than 25 MB is refused by the box above" in note


@pytest.mark.parametrize(("is_over", "every"), [(True, None), (False, 1.0)])
def test_a_page_whose_jobs_are_over_asks_no_more(
    sqlite_store, filled, prediction_file, monkeypatch, is_over, every
) -> None:
    if is_over:
        store = filled
        with filled.reading() as session:
            identity = session.scalars(select(Submission.id)).first()
    else:
        store = sqlite_store
        identity = submit(store, prediction_file(), "photos", SystemCard(name="Plain")).submission_id
    asked: list[float | None] = []
    fragment = st.fragment

    def recorded(*functions, run_every=None):
        asked.append(run_every)
        return fragment(*functions)

    monkeypatch.setattr(st, "fragment", recorded)
    page = page_of(store, monkeypatch, submit_page)
    page.query_params["mine"] = identity
    page.run(timeout=60)
    assert any("Your submissions" in heading.value for heading in page.subheader)
    assert asked == [every]


def test_comparing_begins_with_two_systems_and_not_with_a_baseline(filled, monkeypatch) -> None:
    page = page_of(filled, monkeypatch, compare_page).run(timeout=60)
    assert not page.exception
    entries = next(field for field in page.multiselect if field.label == "Entries, two or more")
    kinds = {entry.run_id: entry.kind for entry in read_standings(filled, "photos").entries}
    assert [kinds[run] for run in entries.value] == ["submitted", "submitted"]


def test_who_cites_finds_the_authors(sqlite_store, monkeypatch) -> None:
    page = page_of(sqlite_store, monkeypatch, about_page).run(timeout=60)
    assert not page.exception
    entry = next(code.value for code in page.code if code.value.startswith("@"))
    assert "author" in entry
    assert "Lim, Sangbeom" in entry


def test_a_hidden_board_is_no_choice_where_regions_are_shown(sqlite_store, monkeypatch) -> None:
    boards = {
        "photos": Board("photos", "Photos", "photos", "test"),
        "winter": Board("winter", "Winter", "photos", "test", hidden=True),
    }
    monkeypatch.setattr(shell, "list_boards", lambda _: boards)
    page = page_of(sqlite_store, monkeypatch, choice_of_boards).run(timeout=60)
    assert not page.exception
    assert [str(getattr(option, "content", option)) for option in page.button_group[0].options] == ["Photos"]


def test_a_choice_that_the_browser_has_yet_to_draw_is_no_step(monkeypatch) -> None:
    """Protects: with a click that comes before, the browser says of the boxes and buttons beside it: nothing chosen."""
    steps: list[object] = []
    monkeypatch.setattr(shell.place, "step", lambda changes, **_: steps.append(changes))
    monkeypatch.setattr(shell.place, "key_of", lambda name: name)
    monkeypatch.setattr(st, "session_state", {"board": None, "score": None})
    shell._take_board("board", "photos")
    shell._take("score", "score", "bleu_4")
    assert steps == []
    st.session_state["score"] = "cider"
    shell._take("score", "score", "bleu_4")
    assert steps == [{"score": ["cider"]}]


def test_short_captions_have_no_value_of_longer_phrases() -> None:
    assert _is_too_short("bleu_4", "the yellow table")
    assert not _is_too_short("bleu_3", "the yellow table")
    assert not _is_too_short("cider", "table")


def test_controls_are_called_by_what_they_do() -> None:
    """Protects: wordings that readers did not understand stay away."""
    pages = Path(shell.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in pages.rglob("*.py"))
    former = (
        "Nothing counts before you have seen",
        "a token of the operator",
        "Only those without a suspicion",
        "Only those that somebody reproduced",
        "Built-in captioners take part",
        "Look into the images",
    )
    assert [words for words in former if words in text] == []
