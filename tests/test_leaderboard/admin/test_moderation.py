"""Protects moderation: every decision takes effect at once, has a reason in the log, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typer.testing import CliRunner

from dataset.errors import InvalidInputError, UnknownNameError
from leaderboard.__main__ import app
from leaderboard.admin.moderation import flagged_submissions, hide, restore, unverify, verify
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.storage import audit
from leaderboard.storage.schema import AuditEvent, Probe, Submission
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import Actor, issue_token
from leaderboard.web.api import api_routes

Writer = Callable[..., Path]


@pytest.fixture
def submission(store: Store, prediction_file: Writer, card: SystemCard) -> str:
    return submit(store, prediction_file(), "photos", card).submission_id


def read(store: Store, submission: str) -> Submission:
    with store.reading() as session:
        return session.get_one(Submission, submission)


def events(store: Store) -> list[tuple[str, dict[str, Any]]]:
    with store.reading() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
        return [(row.action, row.details) for row in rows if row.action not in ("submitted", "issued token")]


def test_hiding_and_restoring(store: Store, submission: str) -> None:
    assert hide(store, submission, "  a copy of\n the references ")
    assert read(store, submission).visibility == "hidden"
    assert read(store, submission).hidden_reason == "a copy of the references"
    assert not hide(store, submission, "again")
    assert restore(store, submission, "the authors explained it")
    assert not restore(store, submission, "again")
    assert (read(store, submission).visibility, read(store, submission).hidden_reason) == ("public", "")
    assert events(store) == [
        ("hidden", {"reason": "a copy of the references"}),
        ("restored", {"reason": "the authors explained it"}),
    ]
    assert audit.verify(store).problems == ()


def test_verifying_and_taking_it_back(store: Store, submission: str) -> None:
    assert verify(store, submission, "A. Person", "ran the published weights")
    found = read(store, submission)
    assert (found.verified_by, found.verified_reason) == ("A. Person", "ran the published weights")
    assert found.verified_at is not None
    assert not verify(store, submission, "A. Person", "ran the published weights")
    assert unverify(store, submission, "the weights changed")
    assert not unverify(store, submission, "again")
    assert (read(store, submission).verified_by, read(store, submission).verified_at) == ("", None)
    assert [action for action, _ in events(store)] == ["verified", "unverified"]


def test_a_decision_needs_a_reason_and_a_submission(store: Store, submission: str) -> None:
    for reason in ("", " \n ", "x" * 501, "up\u202eside down", "bell \x07"):
        with pytest.raises(InvalidInputError, match="reason"):
            hide(store, submission, reason)
    with pytest.raises(InvalidInputError, match="by"):
        verify(store, submission, "", "a reason")
    with pytest.raises(UnknownNameError, match="submission"):
        hide(store, "0" * 16, "a reason")
    assert events(store) == []


def test_what_is_hidden_is_seen_by_its_sender_alone(
    sqlite_store: Store, prediction_file: Writer, card: SystemCard
) -> None:
    store = sqlite_store
    with store.session() as session:
        mine, other = (issue_token(session, store.now(session), name) for name in ("Ana", "Ben"))
    actor = Actor(f"token:{mine.split('_')[1]}", 5)
    identity = submit(store, prediction_file(), "photos", card, actor=actor).submission_id
    client = TestClient(Starlette(routes=api_routes(store)))

    def codes(path: str) -> list[int]:
        senders: list[dict[str, str]] = [{}, *({"Authorization": f"Bearer {token}"} for token in (other, mine))]
        return [client.get(f"/api/v1/{path}", headers=headers).status_code for headers in senders]

    assert codes(f"submissions/{identity}") == [200, 200, 200]
    assert len(client.get("/api/v1/boards/photos").json()["submissions"]) == 1
    hide(store, identity, "a reason")
    assert codes(f"submissions/{identity}") == [404, 404, 200]
    assert codes(f"submissions/{identity}/predictions") == [404, 404, 200]
    assert client.get("/api/v1/boards/photos").json()["submissions"] == []


def test_flagged_submissions_are_listed_with_their_evidence(store: Store, submission: str) -> None:
    with store.session() as session:
        for name, flagged in (("constant", True), ("duplicate", False)):
            session.add(Probe(submission_id=submission, name=name, flagged=flagged, message=f"{name}!", details={}))
    found = flagged_submissions(store)
    assert [(row.submission_id, row.system, row.findings) for row in found] == [
        (submission, "Plain", {"constant": "constant!"})
    ]


def test_a_decision_that_is_edited_out_of_the_log_is_noticed(store: Store, submission: str) -> None:
    hide(store, submission, "a reason")
    restore(store, submission, "another")
    with store.session() as session:
        session.execute(text("update audit_event set details = '{\"reason\": \"nicer\"}' where action = 'hidden'"))
    assert audit.verify(store).problems == ("event 2: its content was changed",)


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_store: Store, prediction_file: Writer, card: SystemCard
) -> None:
    monkeypatch.setenv("URECA_LEADERBOARD_DATA_DIR", str(sqlite_store.folder))
    identity = submit(sqlite_store, prediction_file(), "photos", card).submission_id
    runner = CliRunner()

    def call(*arguments: str, code: int = 0) -> str:
        done = runner.invoke(app, ["admin", *arguments])
        assert done.exit_code == code, done.output
        return done.output

    assert f"{identity} is hidden" in call("hide", identity, "--reason", "a copy")
    assert "was hidden already" in call("hide", identity, "--reason", "a copy")
    assert "is public" in call("restore", identity, "--reason", "a mistake")
    assert "is verified" in call("verify", identity, "--by", "A. Person", "--reason", "ran it")
    assert "is not verified" in call("unverify", identity, "--reason", "a mistake")
    assert "unknown submission" in call("hide", "nothing", "--reason", "a copy", code=2)
    assert "--reason" in call("hide", identity, code=2)
    assert "evidence" in call("flagged")
    assert audit.verify(sqlite_store).problems == ()
