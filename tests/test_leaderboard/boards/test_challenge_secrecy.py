"""Protects hidden tests: the secret and the references stay on the server until they are published."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from dataset.errors import InvalidInputError, NotAllowedError, UnknownNameError
from leaderboard.__main__ import app
from leaderboard.boards.board import challenge_folder
from leaderboard.boards.challenge import (
    open_challenge,
    package_of,
)
from leaderboard.boards.challenge_files import parse_secret
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.reading.explore import open_gallery
from leaderboard.reading.snapshot import write_snapshot
from leaderboard.storage.schema import Job, ScoreRun
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import Actor, issue_token
from tests.support.api_client import client_of
from tests.support.challenges import ANA, SECRET, SMALL, regions_of, submit_words, telling, write
from tests.support.scoring_here import score_queued


def test_files_are_for_the_operator_alone(opened: Store) -> None:
    folder = challenge_folder(opened, "winter")
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert (folder / "secret").read_text().strip() == SECRET.hex()


def test_participants_get_images_and_masks_and_nothing_else(opened: Store) -> None:
    with zipfile.ZipFile(package_of(opened, "winter")) as package:
        names = package.namelist()
        rows = [json.loads(line) for line in package.read("regions.jsonl").decode().splitlines()]
        content = b"".join(package.read(name) for name in names).decode("latin1")
        pictures = [name for name in names if name.startswith("images/")]
        chunks = {package.read(name)[12:16] for name in pictures}
    assert {key for row in rows for key in row} == {"region_id", "image_id", "mask"}
    assert {row["region_id"] for row in rows} == {region.region_id for region in regions_of(opened)}
    assert len(pictures) == 4
    assert chunks == {b"IHDR"}
    assert not [text for text in telling(opened) if text in content]
    assert sorted(names) == sorted(["README.txt", "challenge.json", "regions.jsonl", *pictures])


def test_neither_database_nor_log_holds_the_secret(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    row = open_challenge(store, "winter", **SMALL)
    secret = (challenge_folder(store, "winter") / "secret").read_text().strip()
    assert len(secret) == 64
    with sqlite3.connect(store.folder / "leaderboard.sqlite") as connection:
        dump = "\n".join(connection.iterdump())
    assert row.details["commitment"] in dump
    assert secret not in dump
    assert secret not in caplog.text


def test_two_challenges_share_nothing(store: Store) -> None:
    first, second = (open_challenge(store, name, **SMALL) for name in ("winter", "summer"))
    assert first.details["commitment"] != second.details["commitment"]
    secrets = {(challenge_folder(store, name) / "secret").read_text() for name in ("winter", "summer")}
    assert len(secrets) == 2


@pytest.fixture(scope="module")
def scored(opened: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str, str]:
    """A scored submission of words that no reference has, with the token of its sender."""
    with opened.session() as session:
        token = issue_token(session, opened.now(session), "Ana")
    actor = Actor(f"token:{token.split('_')[1]}", 100)
    identity = submit_words(opened, tmp_path_factory.mktemp("s") / "p.json", "qwx zvb", actor=actor)
    score_queued(opened)
    with opened.reading() as session:
        assert [job.state for job in session.scalars(select(Job))] == ["done"]
    return opened, identity, token


def answers(store: Store, identity: str, token: str) -> Iterator[tuple[str, int, bytes]]:
    """What the API answers to everything that can be asked, well and badly, by everybody and by the sender."""
    with store.reading() as session:
        run = session.scalars(select(ScoreRun.id)).one()
    region = regions_of(store)[0]
    files = ["report.json", "run.json", "items.parquet", "statistics.npz", "references.jsonl", "../../challenges"]
    paths = [
        "boards",
        "boards/winter",
        "challenges",
        "challenges/winter",
        "challenges/nobody",
        "queue",
        "log",
        f"submissions/{identity}",
        f"submissions/{identity}/predictions",
        "challenges/winter/package.zip",
        "challenges/winter/secret",
        "challenges/winter/references.jsonl",
        "challenges/winter/%2e%2e/secret",
        "challenges/..%2fwinter/package.zip",
        *(f"runs/{run}/{name}" for name in files),
        "nothing",
    ]
    bodies: list[Any] = [
        {},
        [],
        {region.region_id: "x"},
        {region.region_id: 1},
        {"winter-000000000000/1": "x"},
        "[",
        {"a": {"b": []}},
        [{"region_id": region.region_id, "caption": "x"}] * 2,
        {"references": []},
        {region.region_id: "x " * 600},
    ]
    with client_of(store) as client:
        for headers in ({}, {"Authorization": f"Bearer {token}"}):
            for path in paths:
                answer = client.get(f"/api/v1/{path}", headers=headers)
                yield path, answer.status_code, answer.content + repr(answer.headers).encode()
            for body in bodies:
                content = body if isinstance(body, str) else json.dumps(body)
                for flags in ("dry_run=true", "allow_missing=true"):
                    query = f"board=winter&system=Probe&{flags}"
                    answer = client.post(f"/api/v1/submissions?{query}", content=content, headers=headers)
                    yield f"POST {content[:40]} {flags}", answer.status_code, answer.content


@pytest.fixture(scope="module")
def seen(scored: tuple[Store, str, str]) -> list[tuple[str, int, bytes]]:
    return list(answers(*scored))


def test_no_answer_of_the_api_tells_a_reference_or_the_secret(
    scored: tuple[Store, str, str], seen: list[tuple[str, int, bytes]]
) -> None:
    store, identity, _ = scored
    forbidden = telling(store)
    for asked, code, content in seen:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                content = b"".join(package.read(name) for name in package.namelist())
        text = content.decode("latin1")
        assert [told for told in forbidden if told in text] == [], f"{asked} -> {code}"
    codes = {asked: code for asked, code, _ in seen}
    assert codes["challenges/winter/secret"] == codes["challenges/winter/references.jsonl"] == 404
    assert codes[f"submissions/{identity}"] == codes["challenges/winter"] == 200
    assert all(code != 500 for code in codes.values()), codes


def test_scores_of_single_regions_are_kept_even_from_their_sender(seen: list[tuple[str, int, bytes]]) -> None:
    codes = {asked.rpartition("/")[2]: code for asked, code, _ in seen if "runs/" in asked}
    assert codes["items.parquet"] == codes["statistics.npz"] == 403
    assert codes["report.json"] == 200


def test_captions_are_shown_to_their_sender_alone_until_all_is_published(seen: list[tuple[str, int, bytes]]) -> None:
    codes = [code for asked, code, _ in seen if asked.endswith("/predictions")]
    assert codes == [403, 200]


def test_regions_cannot_be_looked_at(opened: Store) -> None:
    with pytest.raises(NotAllowedError, match="hidden"):
        open_gallery(opened, "winter")


def test_a_static_copy_tells_no_more(scored: tuple[Store, str, str], tmp_path: Path) -> None:
    import pyarrow.parquet

    store, _, _ = scored
    write_snapshot(store, tmp_path / "copy")
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    texts = [path.read_bytes().decode("latin1") for path in files]
    texts += [str(pyarrow.parquet.read_table(path).to_pylist()) for path in files if path.suffix == ".parquet"]
    assert any("Plain" in text for text in texts)
    assert [told for told in telling(store) for text in texts if told in text] == []


def test_every_region_needs_a_caption_whatever_was_asked_for(opened: Store, tmp_path: Path) -> None:
    # A score of one caption would tell whether it is right.
    region = regions_of(opened)[0]
    path = write(tmp_path / "one.json", {region.region_id: "x"})
    with pytest.raises(InvalidInputError, match="have no caption"):
        submit(opened, path, "winter", SystemCard(name="Plain"), actor=ANA, allow_missing=True)


def test_secrets_of_ones_own_are_checked_and_never_repeated(tmp_path: Path) -> None:
    assert parse_secret("ab" * 16 + "\n", "file") == bytes([0xAB] * 16)
    for bad in ("ab" * 15, "xyz" * 20, ""):
        with pytest.raises(InvalidInputError) as found:
            parse_secret(bad, "file")
        assert not bad or bad not in str(found.value)


def test_the_command_line_tells_no_secret_before_publishing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URECA_LEADERBOARD_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()

    def call(*arguments: str, code: int = 0) -> str:
        done = runner.invoke(app, ["challenge", *arguments])
        assert done.exit_code == code, done.output
        return done.output

    said = call("new", "winter", "--images", "4", "--resolution", "96")
    said += call("list") + call("export", "winter", "--out", str(tmp_path / "winter.zip"))
    said += call("publish", "winter", code=2) + call("close", "winter") + call("close", "nobody", code=2)
    secret = (tmp_path / "data" / "challenges" / "winter" / "secret").read_text().strip()
    assert secret not in said
    assert "did you mean" not in said.lower() or "nobody" in said
    assert zipfile.is_zipfile(tmp_path / "winter.zip")
    assert secret in call("publish", "winter", "--out", str(tmp_path / "published.json"))
    assert "what was committed to" in call("check", str(tmp_path / "published.json"))
    (tmp_path / "bad.json").write_text("[]")
    assert "not a published challenge" in call("check", str(tmp_path / "bad.json"), code=2)
    assert UnknownNameError.__name__ not in said
