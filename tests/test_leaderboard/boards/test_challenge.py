"""Protects the life of a hidden test: opened, scored, closed, renewed, published, and drawn again by anybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from dataset.errors import (
    InvalidInputError,
    LimitReachedError,
    MissingDependencyError,
    NotAllowedError,
    UnknownNameError,
)
from dataset.rooms import hidden as hidden_rooms
from dataset.rooms.options import RoomsOptions
from leaderboard.__main__ import app
from leaderboard.boards.board import challenge_folder, find_board, list_boards
from leaderboard.boards.challenge import (
    close_challenge,
    facts_of,
    list_challenges,
    open_challenge,
    publish_challenge,
    renew_challenge,
)
from leaderboard.boards.challenge_files import redraw
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.reading.explore import open_gallery
from leaderboard.settings import BoardSettings, get_settings
from leaderboard.storage import audit
from leaderboard.storage.schema import AuditEvent, Score, ScoreRun
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import Actor
from leaderboard.web.api import api_routes
from leaderboard.web.views import shell
from tests.support.challenges import SMALL, regions_of, submit_words, write
from tests.support.painted_rooms import write_room
from tests.support.scoring_here import score_queued


def test_listener_and_metrics_score_it(store: Store, tmp_path: Path) -> None:
    open_challenge(store, "winter", **SMALL)
    right = {region.region_id: region.captions[-1] for region in regions_of(store)}
    identity = submit(store, write(tmp_path / "r.json", right), "winter", SystemCard(name="Oracle")).submission_id
    score_queued(store)
    with store.reading() as session:
        run = session.scalars(select(ScoreRun).where(ScoreRun.submission_id == identity)).one()
        scores = {
            score.metric: score.value
            for score in session.scalars(select(Score).where(Score.run_id == run.id, Score.slice == ""))
        }
    assert scores["listener_correct"] == 1.0
    assert scores["bleu_4"] == pytest.approx(1.0)
    assert scores["duplicate_rate"] == 0.0


def test_a_sender_has_few_tries_a_day(store: Store, tmp_path: Path) -> None:
    open_challenge(store, "winter", quota_per_day=2, **SMALL)
    for number in range(2):
        submit_words(store, tmp_path / "p.json", f"try {number}")
    with pytest.raises(LimitReachedError, match="2 submissions in 24 hours"):
        submit_words(store, tmp_path / "p.json", "try 3")
    with pytest.raises(NotAllowedError):  # a name of Ana's
        submit_words(store, tmp_path / "p.json", "try 4", actor=Actor("token:ben", 100))


def test_from_opening_to_checking(store: Store, tmp_path: Path) -> None:
    opened = open_challenge(store, "winter", **SMALL)
    submit_words(store, tmp_path / "p.json", "one")
    with pytest.raises(NotAllowedError, match="challenge close winter"):
        publish_challenge(store, "winter")
    assert close_challenge(store, "winter").state == "closed"
    with pytest.raises(NotAllowedError, match="no more submissions"):
        submit_words(store, tmp_path / "p.json", "two")
    assert find_board(store, "winter").hidden
    client = TestClient(Starlette(routes=api_routes(store)))
    assert "secret" not in client.get("/api/v1/challenges/winter").json()
    published = publish_challenge(store, "winter")
    assert published.state == "published"
    assert not find_board(store, "winter").hidden
    record = client.get("/api/v1/challenges/winter").json()
    assert record["commitment"] == opened.details["commitment"]
    assert record["secret"] == (challenge_folder(store, "winter") / "secret").read_text().strip()
    gallery = open_gallery(store, "winter")
    assert len(gallery.files) == 4
    assert all(path.is_file() for path in gallery.files.values())
    assert audit.verify(store).problems == ()


def test_anybody_can_draw_a_published_challenge_again(store: Store, tmp_path: Path) -> None:
    open_challenge(store, "winter", **SMALL)
    close_challenge(store, "winter")
    publish_challenge(store, "winter")
    record = TestClient(Starlette(routes=api_routes(store))).get("/api/v1/challenges/winter").json()
    path = write(tmp_path / "published.json", record)
    honest = CliRunner().invoke(app, ["challenge", "check", str(path)])
    assert honest.exit_code == 0, honest.output
    assert record["commitment"] in honest.output
    for field, value in (("secret", "00" * 32), ("images", 5), ("commitment", "0" * 64)):
        write(path, {**record, field: value})
        forged = CliRunner().invoke(app, ["challenge", "check", str(path)])
        assert forged.exit_code == 1, field
        assert "differ" in forged.output


def test_the_same_on_postgresql(store: Store, postgresql: Any) -> None:
    other = Store(store.settings.model_copy(update={"database_url": postgresql.new_database()}))
    opened = open_challenge(other, "winter", **SMALL)
    assert find_board(other, "winter").accepts
    renewed = renew_challenge(other, "winter")
    published = publish_challenge(other, "winter")
    assert published.details["commitment"] == opened.details["commitment"]
    assert [row.state for row in list_challenges(other)] == ["published", "open"]
    assert renewed.details["renews"] == "winter"
    with other.reading() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert actions == ["opened", "opened", "closed", "published"]
    assert audit.verify(other).problems == ()
    other.close()


def test_renewing_closes_one_and_opens_the_next(store: Store) -> None:
    open_challenge(store, "winter", title="Winter", **SMALL)
    second = renew_challenge(store, "winter")
    third = renew_challenge(store, "winter-2")
    assert [(row.name, row.title, row.state) for row in list_challenges(store)] == [
        ("winter", "Winter", "closed"),
        ("winter-2", "Winter 2", "closed"),
        ("winter-3", "Winter 3", "open"),
    ]
    assert third.details["renews"] == "winter-2"
    assert second.details["commitment"] != third.details["commitment"]
    ids = [{region.image_id for region in regions_of(store, name)} for name in ("winter", "winter-2", "winter-3")]
    assert not ids[0] & ids[1]
    assert not ids[1] & ids[2]
    assert list(list_boards(store)) == ["winter", "winter-2", "winter-3"]


@pytest.mark.parametrize(
    "name", ["", "Winter", "-a", "a--b", "../a", "a/b", "a b", "a" * 41, "scenes-test", "winter\n", "é"]
)
def test_names_are_safe_as_folders_and_addresses(store: Store, name: str) -> None:
    with pytest.raises(InvalidInputError, match="name"):
        open_challenge(store, name, **SMALL)


def test_names_of_boards_are_taken(opened: Store, store: Store) -> None:
    with pytest.raises(InvalidInputError, match="challenge renew winter"):
        open_challenge(opened, "winter", **SMALL)
    photos = Store(get_settings(data_dir=store.folder, database_url=""))
    with pytest.raises(InvalidInputError, match="there is a board 'photos'"):
        open_challenge(photos, "photos", **SMALL)


def test_all_problems_of_the_arguments_come_at_once(store: Store) -> None:
    with pytest.raises(InvalidInputError) as found:
        open_challenge(store, "A", images=1, resolution=10, quota_per_day=0)
    assert len(found.value.problems) == 4


def test_an_interrupted_opening_leaves_nothing_in_the_way(store: Store) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_challenge(store, "winter", on_scene=stop, **SMALL)
    assert list_challenges(store) == []
    folder = challenge_folder(store, "winter")
    folder.mkdir()  # drawn, and killed before the row was written
    (folder / "secret").write_text("00")
    open_challenge(store, "winter", **SMALL)
    assert len((folder / "secret").read_text().strip()) == 64


def test_rooms_can_be_hidden_where_they_can_be_rendered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: hidden rooms are committed to and drawn again like scenes; who cannot render is told why."""

    def missing() -> None:
        raise MissingDependencyError("Blender's module bpy", "Rendering rooms", "pip install --no-deps bpy")

    monkeypatch.setattr(hidden_rooms, "check_tools", missing)
    with pytest.raises(MissingDependencyError, match="--no-deps bpy"):
        open_challenge(store, "winter", config="rooms", images=4)
    with pytest.raises(UnknownNameError, match="photos"):
        open_challenge(store, "winter", config="photos", images=4)
    assert (list_challenges(store), challenge_folder(store, "winter").exists()) == ([], False)

    def draw(folder: Path, split: str, index: int, options: RoomsOptions) -> None:
        write_room(folder, options.image_id(split, index))

    monkeypatch.setattr(hidden_rooms, "check_tools", lambda: None)
    monkeypatch.setattr(hidden_rooms, "draw_negative", draw)
    row = open_challenge(store, "winter", config="rooms", images=4)
    assert (facts_of(row).config, facts_of(row).resolution) == ("rooms", 512)
    regions = regions_of(store)
    assert len({region.image_id for region in regions}) == 4
    assert {"the red box", "the wall"} <= {region.caption for region in regions}
    assert facts_of(renew_challenge(store, "winter")).config == "rooms"
    secret = bytes.fromhex(publish_challenge(store, "winter").details["secret"])
    assert redraw(facts_of(row), secret) == (row.data_sha256, row.details["commitment"])


def test_two_operators_at_once_open_one(store: Store) -> None:
    def opening(_: int) -> str:
        try:
            return str(open_challenge(store, "winter", **SMALL).details["commitment"])
        except InvalidInputError as error:
            return str(error)

    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(opening, range(3)))
    [row] = list_challenges(store)
    assert sorted("already" in text for text in said) == [False, True, True]
    close_challenge(store, "winter")
    published = publish_challenge(store, "winter")
    secret = bytes.fromhex(published.details["secret"])
    assert redraw(facts_of(row), secret) == (row.data_sha256, row.details["commitment"])


def board_page() -> None:
    from types import SimpleNamespace

    from leaderboard.web.views import board, shell

    shell.run(SimpleNamespace(url_path="home", run=board.show), {})


def test_an_open_challenge_leads_the_page_of_public_boards(store: Store, tmp_path: Path, monkeypatch) -> None:
    """Protects: what nobody could copy comes first, with its first systems, and not after it was published."""
    open_challenge(store, "winter", title="Winter_1", **SMALL)
    submit_words(store, tmp_path / "p.json", "the red mug")
    score_queued(store)
    boards = {"photos": BoardSettings(config="photos", title="Photos")}
    with_public = Store(store.settings.model_copy(update={"boards": boards}))
    monkeypatch.setattr(shell, "open_store", lambda: with_public)
    monkeypatch.setattr(shell, "link", lambda *_, **__: None)  # pages are known to the running app alone
    st.cache_resource.clear()
    page = AppTest.from_function(board_page, default_timeout=60).run()
    assert not page.exception
    assert any("Winter\\_1** is open" in part.value for part in page.markdown)
    assert any(
        "Plain" in str(part.proto) and "Hidden challenge, 1 entry" in str(part.proto) for part in page.get("html")
    )
    close_challenge(store, "winter")
    assert "is open" not in "".join(part.value for part in page.run().markdown)
    st.cache_resource.clear()
    with_public.close()
