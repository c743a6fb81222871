"""Protects ingest: every problem before anything counts, one submission per content, owners, quota, blobs."""

import gzip
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmark.inputs.predictions import read_predictions
from dataset.errors import (
    DataUnavailableError,
    InvalidInputError,
    LimitReachedError,
    NotAllowedError,
    UnknownNameError,
)
from dataset.schema import Region
from leaderboard.admin.integrity import damaged_files, sweep_files
from leaderboard.boards.board import find_board
from leaderboard.intake.card import SystemCard, read_card
from leaderboard.intake.submissions import blobs, predictions, submit
from leaderboard.intake.validation import validate
from leaderboard.storage import audit
from leaderboard.storage.blobs import Blobs
from leaderboard.storage.schema import AuditEvent, Job, Submission, System
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import Actor

ANA, BEN = Actor("token:ana", 3), Actor("token:ben", 3)
Writer = Callable[..., Path]


def counts(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return {
            table.__tablename__: session.scalars(select(func.count()).select_from(table)).one()
            for table in (System, Submission, Job, AuditEvent)
        }


def test_a_file_becomes_a_submission_with_a_job_a_blob_and_an_event(
    store: Store, prediction_file: Writer, card: SystemCard, regions: list[Region]
) -> None:
    receipt = submit(store, prediction_file(), "photos", card)
    assert receipt.created
    assert (receipt.captions, receipt.missing) == (len(regions), 0)
    assert counts(store) == {"system": 1, "submission": 1, "job": 1, "audit_event": 1}
    found = predictions(store, receipt.submission_id)
    assert list(found) == [region.region_id for region in regions]
    assert found[regions[0].region_id] == f"a thing {regions[0].category}"


def test_the_same_captions_are_one_submission_however_they_are_written(
    store: Store, prediction_file: Writer, card: SystemCard, tmp_path: Path
) -> None:
    plain = prediction_file()
    captions = json.loads(plain.read_text())
    lines = tmp_path / "other order.jsonl.gz"
    rows = [json.dumps({"caption": text, "region_id": key}) for key, text in reversed(captions.items())]
    lines.write_bytes(gzip.compress("\r\n".join(rows).encode()))
    first = submit(store, plain, "photos", card, actor=ANA)
    again = submit(store, lines, "photos", SystemCard(name="Another name"), actor=BEN)
    assert (first.created, again.created) == (True, False)
    assert again.submission_id == first.submission_id
    assert again.system == "Plain"
    assert counts(store) == {"system": 1, "submission": 1, "job": 1, "audit_event": 1}


def test_ten_at_once_make_one(store: Store, prediction_file: Writer, card: SystemCard) -> None:
    path = prediction_file()
    with ThreadPoolExecutor(10) as pool:
        receipts = list(pool.map(lambda _: submit(store, path, "photos", card, actor=ANA), range(10)))
    assert sum(receipt.created for receipt in receipts) == 1
    assert counts(store) == {"system": 1, "submission": 1, "job": 1, "audit_event": 1}


def test_a_dry_run_finds_the_same_problems_and_leaves_nothing(
    sqlite_store: Store, prediction_file: Writer, card: SystemCard, regions: list[Region]
) -> None:
    receipt = submit(sqlite_store, prediction_file(), "photos", card, dry_run=True)
    assert (receipt.created, receipt.dry_run) == (True, True)
    assert not any(counts(sqlite_store).values())
    assert not (sqlite_store.folder / "blobs").exists()
    with pytest.raises(InvalidInputError, match="empty"):
        submit(sqlite_store, prediction_file(**{regions[0].region_id: ""}), "photos", card, dry_run=True)


def test_every_problem_is_named_with_its_place_and_nothing_is_stored(
    sqlite_store: Store, card: SystemCard, tmp_path: Path, regions: list[Region]
) -> None:
    path = tmp_path / "stored under another name.jsonl"
    path.write_text('{"region_id": "astronaut/1"}\n{"region_id": "astronaut/1", "caption": NaN}\nnot json\n')
    with pytest.raises(InvalidInputError) as caught:
        submit(sqlite_store, path, "photos", card, name="mine.jsonl")
    assert str(caught.value).startswith("mine.jsonl: ")
    assert "stored under" not in str(caught.value)
    for place in ("line 1", "line 2", "line 3", f"{len(regions) - 1} of {len(regions)}"):
        assert any(place in problem for problem in caught.value.problems), place
    assert not any(counts(sqlite_store).values())


def test_no_message_tells_a_reference(
    sqlite_store: Store, card: SystemCard, tmp_path: Path, regions: list[Region]
) -> None:
    references = {text for region in regions for text in region.captions}
    bad = [
        "[]",
        "{",
        '{"astronaut/1": 5}',
        '{"astronaut/999": "x"}',
        '{"astronaut/1": "x", "astronaut/1": "y"}',
        json.dumps([{"region_id": region.region_id, "caption": "w " * 20_000} for region in regions]),
    ]
    for number, text in enumerate(bad):
        path = tmp_path / f"{number}.json"
        path.write_text(text)
        with pytest.raises(InvalidInputError) as caught:
            submit(sqlite_store, path, "photos", card)
        assert not any(reference in str(caught.value) for reference in references)


def test_missing_captions_have_to_be_allowed_and_are_counted(
    sqlite_store: Store, prediction_file: Writer, card: SystemCard, regions: list[Region]
) -> None:
    path = prediction_file(**{regions[0].region_id: "", regions[5].region_id: " "})
    with pytest.raises(InvalidInputError, match="allowing missing ones scores"):
        submit(sqlite_store, path, "photos", card)
    receipt = submit(sqlite_store, path, "photos", card, allow_missing=True)
    assert (receipt.captions, receipt.missing) == (len(regions) - 2, 2)
    assert regions[0].region_id not in predictions(sqlite_store, receipt.submission_id)


def test_a_caption_is_refused_by_its_length_and_counts_as_missing_where_that_is_allowed(
    sqlite_store: Store, prediction_file: Writer, regions: list[Region]
) -> None:
    board = find_board(sqlite_store, "photos")
    validate(prediction_file(**{regions[3].region_id: "don't " * 5_000}), board)
    long = prediction_file(name="long.json", **{regions[3].region_id: "don't " * 6_000})
    with pytest.raises(InvalidInputError, match="36,000 characters; at most 32,768"):
        validate(long, board)
    assert validate(long, board, allow_missing=True).missing == (regions[3].region_id,)


@pytest.mark.speed
def test_a_large_object_is_read_as_quickly_as_a_list(tmp_path: Path) -> None:
    """Counting the lines before every entry once made 20 MB take half a minute of processor time."""
    captions = {f"astronaut/{number}": "word " * 400 for number in range(5_000)}
    paths = [tmp_path / "object.json", tmp_path / "list.json"]
    paths[0].write_text(json.dumps(captions))
    paths[1].write_text(json.dumps([{"region_id": key, "caption": text} for key, text in captions.items()]))
    seconds = []
    for path in paths:
        started = time.process_time()
        assert len(read_predictions(path).captions) == 5_000
        seconds.append(time.process_time() - started)
    assert seconds[0] < 5 * seconds[1]


def test_a_name_belongs_to_who_used_it_first(store: Store, prediction_file: Writer) -> None:
    submit(store, prediction_file("one"), "photos", SystemCard(name="My Net"), actor=ANA)
    submit(store, prediction_file("two"), "photos", SystemCard(name="my  NET"), actor=ANA)
    with pytest.raises(NotAllowedError, match="somebody else"):
        submit(store, prediction_file("three"), "photos", SystemCard(name="Ｍy Net"), actor=BEN)
    assert counts(store)["system"] == 1
    submit(store, prediction_file("four"), "photos", SystemCard(name="My Net"))  # the operator may
    assert counts(store)["submission"] == 3


def test_a_card_fills_what_was_not_given_before(sqlite_store: Store, prediction_file: Writer) -> None:
    submit(sqlite_store, prediction_file("one"), "photos", SystemCard(name="A", paper="https://a.org/p"), actor=ANA)
    submit(sqlite_store, prediction_file("two"), "photos", SystemCard(name="A", parameters=8e9), actor=ANA)
    with sqlite_store.reading() as session:
        row = session.scalars(select(System)).one()
        assert (row.paper, row.parameters) == ("https://a.org/p", 8e9)


def test_quota_counts_accepted_files_alone(
    store: Store, prediction_file: Writer, card: SystemCard, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text("{}")
    for _ in range(5):
        with pytest.raises(InvalidInputError):
            submit(store, tmp_path / "bad.json", "photos", card, actor=ANA)
    for word in ("one", "two", "three"):
        submit(store, prediction_file(word), "photos", card, actor=ANA)
    submit(store, prediction_file("three"), "photos", card, actor=ANA)  # known already: costs nothing
    with pytest.raises(LimitReachedError) as caught:
        submit(store, prediction_file("four"), "photos", card, actor=ANA)
    assert 86_000 < caught.value.retry_after <= 86_400
    submit(store, prediction_file("five"), "photos", SystemCard(name="Other"), actor=BEN)
    with store.session() as session:
        session.scalars(select(Job)).first().state = "failed"  # type: ignore[union-attr]
    assert submit(store, prediction_file("four"), "photos", card, actor=ANA).created


def test_quota_is_exact_when_files_come_at_once(store: Store, prediction_file: Writer, card: SystemCard) -> None:
    paths = [prediction_file(f"word{number}", f"{number}.json") for number in range(8)]

    def send(path: Path) -> bool:
        try:
            return submit(store, path, "photos", card, actor=ANA).created
        except LimitReachedError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, paths)) == 3


def test_unknown_boards_and_full_disks_refuse(sqlite_store: Store, prediction_file: Writer, card: SystemCard) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'photos'"):
        submit(sqlite_store, prediction_file(), "photo", card)
    full = Store(sqlite_store.settings.model_copy(update={"free_mib": 10**9}))
    with pytest.raises(DataUnavailableError, match="are free"):
        submit(full, prediction_file(), "photos", card)
    assert not any(counts(sqlite_store).values())


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("name", "", "expected some text"),
        ("name", "x" * 61, "at most 60"),
        ("name", "evil\x00name", "cannot be shown"),
        ("name", "evil\u202ename", "cannot be shown"),
        ("name", "evil\ud800", "cannot be shown"),
        ("paper", "javascript:alert(1)", "https://"),
        ("code", 'https://a.org/" onclick="x', "percent-encoded"),
        ("parameters", "many", "valid number"),
        ("parameters", "inf", "finite"),
        ("captions_per_second", "-1", "greater than 0"),
        ("colour", "red", "no such field"),
    ],
)
def test_cards_that_cannot_be_shown_are_refused(field: str, value: str, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint) as caught:
        read_card({"name": "Fine", "description": "ok", field: value})
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(field)


def test_all_problems_of_a_card_come_at_once() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_card({"paper": "ftp://x", "parameters": "0", "hardware": "x" * 101})
    assert len(caught.value.problems) == 4


def test_blobs_are_what_they_were_or_an_error(tmp_path: Path) -> None:
    kept = Blobs(tmp_path / "blobs")
    digest = kept.put(b"captions")
    assert kept.put(b"captions") == digest
    assert kept.get(digest) == b"captions"
    assert [path.name for path in (tmp_path / "blobs").glob("*/*")] == [digest]
    kept.path(digest).write_bytes(gzip.compress(b"Captions"))
    with pytest.raises(DataUnavailableError, match="damaged"):
        kept.get(digest)
    kept.path(digest).write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(DataUnavailableError, match="cannot be read"):
        kept.get(digest)
    with pytest.raises(DataUnavailableError, match="cannot be read"):
        kept.get("0" * 64)


def test_sweeping_takes_old_orphans_alone(sqlite_store: Store, prediction_file: Writer, card: SystemCard) -> None:
    receipt = submit(sqlite_store, prediction_file(), "photos", card)
    young = blobs(sqlite_store).put(b"just being submitted")
    old = blobs(sqlite_store).put(b"left behind")
    (sqlite_store.runs / "left behind").mkdir()
    (sqlite_store.uploads / "left behind").write_text("")
    known = blobs(sqlite_store).path(receipt.predictions_sha256)
    left = [blobs(sqlite_store).path(old), sqlite_store.runs / "left behind", sqlite_store.uploads / "left behind"]
    for path in (known, *left):
        os.utime(path, (1, 1))
    assert sweep_files(sqlite_store) == 3
    assert known.exists()
    assert blobs(sqlite_store).path(young).exists()
    assert damaged_files(sqlite_store) == []


def test_damaged_files_are_named(sqlite_store: Store, prediction_file: Writer, card: SystemCard) -> None:
    receipt = submit(sqlite_store, prediction_file(), "photos", card)
    blobs(sqlite_store).path(receipt.predictions_sha256).unlink()
    (problem,) = damaged_files(sqlite_store)
    assert receipt.submission_id in problem


def test_the_log_finds_every_kind_of_tampering(store: Store) -> None:
    def tell(count: int) -> None:
        with store.session() as session:
            for number in range(count):
                audit.append(
                    session, 1e9 + 0.123456, "operator", "noted", f"thing:{number}", {"x": 0.1, "ü": [1, None]}
                )

    tell(5)
    sound = audit.verify(store)
    assert (sound.events, sound.problems) == (5, ())
    tell(1)
    assert audit.verify(store, sound.head).problems == ()
    changes = [
        lambda event: setattr(event, "details", {"x": 0.2}),
        lambda event: setattr(event, "actor", "nobody"),
        lambda event: setattr(event, "at", event.at + 1),
    ]
    for change in changes:
        with store.session() as session:
            event = session.get_one(AuditEvent, 3)
            before = {"details": event.details, "actor": event.actor, "at": event.at}
            change(event)
        assert audit.verify(store).problems == ("event 3: its content was changed",)
        with store.session() as session:
            for name, value in before.items():
                setattr(session.get_one(AuditEvent, 3), name, value)
    with store.session() as session:  # rewritten with a hash that fits: the next event gives it away
        event = session.get_one(AuditEvent, 3)
        event.actor = "nobody"
        event.hash = audit.event_hash(event)
    assert audit.verify(store).problems == ("event 4: does not follow on the event before it",)
    with store.session() as session:
        session.delete(session.get_one(AuditEvent, 3))
    assert "event 3: missing" in audit.verify(store).problems[0]
    with store.session() as session:  # cut off behind: only somebody who wrote the newest hash down can tell
        for sequence in (4, 5, 6):
            session.delete(session.get_one(AuditEvent, sequence))
    assert audit.verify(store).problems == ()
    assert audit.verify(store, sound.head).problems


def test_events_appended_at_once_make_one_chain(store: Store) -> None:
    def tell(_: int) -> None:
        for number in range(10):
            with store.session() as session:
                audit.append(session, 1e9, "operator", "noted", f"thing:{number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))
    state = audit.verify(store)
    assert (state.events, state.problems) == (40, ())
