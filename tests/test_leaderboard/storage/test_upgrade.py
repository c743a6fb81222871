"""Protects upgrades and copies: leaderboards of every release open in this one, go through backups, lose nothing."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from dataset.errors import DataUnavailableError, InvalidInputError
from leaderboard.admin import backup
from leaderboard.admin.backup import back_up, restore_backup, stored_migrations
from leaderboard.admin.integrity import damaged_files
from leaderboard.boards.challenge import list_challenges
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.queue import jobs
from leaderboard.reading.standings import read_standings
from leaderboard.settings import Settings, get_settings
from leaderboard.storage import audit
from leaderboard.storage.migrations import MIGRATIONS
from leaderboard.storage.schema import ApiToken, Base, Job, Score, Submission, System
from leaderboard.storage.store import Store
from tests.support.pages import text_of
from tests.support.released_boards import MIGRATIONS_OF, RELEASED, released_board
from tests.test_leaderboard.conftest import SMALL

RELEASES = sorted(path.name for path in RELEASED.iterdir())


KINDS_OF_MODELS = 3
"""The migration that makes trained captioners of the package a kind of their own."""


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    version: str = request.param
    return version


@pytest.fixture
def released(release: str, tmp_path: Path) -> Iterator[Store]:
    """A leaderboard as a release made it, not opened yet."""
    folder = released_board(release, tmp_path / "released")
    made = Store(get_settings(data_dir=folder, database_url="", **SMALL))
    yield made
    made.close()


def rows_of(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for table in Base.metadata.sorted_tables
        }


def check_contents(store: Store) -> None:
    """What the commands of `scripts/released_board.py` have put there."""
    with store.reading() as session:
        visible = dict(session.execute(select(System.name, Submission.visibility).join(Submission.system)).all())
        verified = session.scalars(select(Submission.verified_by).where(Submission.verified_by != "")).all()
        states = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
        quotas = session.scalars(select(ApiToken.quota_per_day).where(ApiToken.revoked_at.is_(None))).all()
        scores = session.scalars(select(func.count()).select_from(Score)).one()
    shown = {f"Released {name}": "public" for name in ("category", "constant")}
    assert visible == shown | {"Released category-color": "hidden"}
    assert (verified, quotas, states) == (["Ana"], [7], {"done": 2, "queued": 1})
    assert scores > 50
    assert [row.name for row in list_challenges(store)] == ["spring"]
    assert audit.verify(store).problems == ()
    left_out = "similarity.npz is missing"  # hundreds of kilobytes that only the maps of Explore read
    assert [problem for problem in damaged_files(store) if not problem.endswith(left_out)] == []


def test_every_release_has_its_tables_here() -> None:
    """A new release stands in `MIGRATIONS_OF`, and has a leaderboard of its own if its tables are new."""
    versions = set(re.findall(r"^## \[(\d[\d.]*)\]", text_of("CHANGELOG.md"), re.MULTILINE))
    assert versions <= set(MIGRATIONS_OF), "add the release to tests/support/released_boards.py"
    assert {MIGRATIONS_OF[version] for version in RELEASES} == set(MIGRATIONS_OF.values())


def test_a_released_leaderboard_opens_with_all_it_had(release: str, released: Store) -> None:
    had_kinds = MIGRATIONS_OF[release] >= KINDS_OF_MODELS
    with closing(sqlite3.connect(released.folder / "leaderboard.sqlite")) as database:
        kind = "model" if had_kinds else "baseline"  # as its seeds were
        database.execute("update system set kind = ? where parameters is not null", (kind,))
        database.commit()
    assert stored_migrations(released) == MIGRATIONS_OF[release]
    check_contents(released)
    assert stored_migrations(released) == len(MIGRATIONS)
    with released.reading() as session:
        indexes = {index["name"] for index in inspect(session.connection()).get_indexes("job")}
    assert "job_open_once" in indexes
    [entry] = read_standings(released, "photos").entries
    assert entry.card.name == "Released category"
    assert (entry.kind, entry.rank is None) == ("model", False)
    with released.session() as session:
        assert jobs.claim(session, "test", released.now(session), 60.0) is not None, "the waiting job is due"


def test_a_backup_of_a_release_is_restored_on_each_database(
    release: str, released: Store, bare_store: Store, tmp_path: Path
) -> None:
    """The original is not migrated, the copy is of its version, and what is restored is of today's."""
    store = bare_store
    copied = back_up(released, tmp_path / "copy")
    assert stored_migrations(released) == MIGRATIONS_OF[release]
    with closing(sqlite3.connect(tmp_path / "copy" / "leaderboard.sqlite")) as database:
        assert database.execute("select version from schema_version").fetchall() == [(MIGRATIONS_OF[release],)]
    store.prepare()  # as a worker does that was started too early
    restored = restore_backup(store, tmp_path / "copy")
    assert restored.rows == copied.rows
    check_contents(store)
    assert rows_of(store) == rows_of(released)
    with pytest.raises(InvalidInputError, match="rows in system"):
        restore_backup(store, tmp_path / "copy")


def test_a_restored_leaderboard_goes_on(
    released: Store, bare_store: Store, tmp_path: Path, prediction_file: Any
) -> None:
    """Numbers that the database gives continue after the restored ones."""
    store = bare_store
    back_up(released, tmp_path / "copy")
    restore_backup(store, tmp_path / "copy")
    with store.reading() as session:
        largest = session.scalars(select(func.max(System.id))).one()
    submit(store, prediction_file(), "photos", SystemCard(name="Newcomer"))
    with store.reading() as session:
        assert session.scalars(select(System.id).where(System.name == "Newcomer")).one() == largest + 1
    assert audit.verify(store).problems == ()


def test_a_second_backup_copies_what_is_new(store: Store, tmp_path: Path, prediction_file: Any) -> None:
    out = tmp_path / "copy"
    submit(store, prediction_file("one"), "photos", SystemCard(name="One"))
    (store.folder / "blobs" / ".x.tmp").touch()
    first = back_up(store, out)
    submit(store, prediction_file("two"), "photos", SystemCard(name="Two"))
    second = back_up(store, out)
    assert (first.files, second.files, second.present) == (1, 1, 1)
    assert out.stat().st_mode & 0o077 == 0, "tokens' digests and hidden tests are nobody else's"
    copy = Store(get_settings(data_dir=out, database_url="", **SMALL))
    assert rows_of(copy) == rows_of(store)
    assert damaged_files(copy) == []
    copy.close()


def test_a_backup_that_fails_leaves_the_one_before(
    sqlite_store: Store, tmp_path: Path, prediction_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "copy"
    submit(sqlite_store, prediction_file("one"), "photos", SystemCard(name="One"))
    back_up(sqlite_store, out)
    before = (out / "leaderboard.sqlite").read_bytes()
    submit(sqlite_store, prediction_file("two"), "photos", SystemCard(name="Two"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup.shutil, "copy2", full)
    with pytest.raises(DataUnavailableError, match="No space left"):
        back_up(sqlite_store, out)
    assert (out / "leaderboard.sqlite").read_bytes() == before
    assert {path.name for path in out.iterdir()} == {"leaderboard.sqlite", "blobs", "runs"}


def test_places_that_cannot_be_used_are_named(sqlite_store: Store, tmp_path: Path, prediction_file: Any) -> None:
    with pytest.raises(InvalidInputError, match="no leaderboard"):
        back_up(sqlite_store, tmp_path / "copy")
    assert not sqlite_store.folder.exists(), "looking makes nothing"
    submit(sqlite_store, prediction_file("one"), "photos", SystemCard(name="One"))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    (tmp_path / "file").touch()
    places = {"full": "not a backup", "file": "not a folder", "leaderboard/copy": "inside the leaderboard"}
    for place, reason in places.items():
        with pytest.raises(InvalidInputError, match=reason):
            back_up(sqlite_store, tmp_path / place)
    other = Store(get_settings(data_dir=tmp_path / "other", database_url="", **SMALL))
    submit(other, prediction_file("two"), "photos", SystemCard(name="Two"))
    back_up(other, tmp_path / "copy")
    with pytest.raises(InvalidInputError, match="another leaderboard"):
        back_up(sqlite_store, tmp_path / "copy")
    other.close()


@pytest.mark.parametrize(("content", "reason"), [(None, "no such file"), (b"not SQLite" * 200, "cannot restore")])
def test_what_is_no_backup_is_refused(settings: Settings, tmp_path: Path, content: bytes | None, reason: str) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    if content is not None:
        (folder / "leaderboard.sqlite").write_bytes(content)
    empty = Store(settings)
    with pytest.raises((InvalidInputError, DataUnavailableError), match=reason):
        restore_backup(empty, folder)
    empty.close()


def test_a_newer_database_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    sqlite_store.prepare()
    with closing(sqlite3.connect(sqlite_store.folder / "leaderboard.sqlite")) as database:
        database.execute("update schema_version set version = 99")
        database.commit()
    with pytest.raises(DataUnavailableError, match="install the newer version"):
        back_up(sqlite_store, tmp_path / "copy")
