"""A copy of a leaderboard: a folder that is one itself, on SQLite, whatever database the original has.

The rows are one moment of the database; the files, which never change once a row points at them, are copied after
it, and the copy's database gets its name last. So every row of a copy has its files, nothing needs to stop, and a
copying that was cut off leaves the copy before it as it was.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, func, insert, inspect, select
from sqlalchemy.engine import make_url

from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.runtime.cache import atomic_file

from ..storage.migrations import MIGRATIONS, migrate, migrations_seen
from ..storage.schema import ApiToken, AuditEvent, System
from ..storage.store import Store

__all__ = ["Copied", "back_up", "restore_backup", "stored_migrations"]

DATABASE: Final = "leaderboard.sqlite"
FOLDERS: Final = ("blobs", "runs", "challenges")
_VERSION: Final = "schema_version"
_ROWS_AT_ONCE: Final = 1_000
_SIDE_FILES: Final = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        rows: of all tables.
        files: that were not there before.
        present: files that were.
    """

    rows: int
    files: int
    present: int


def stored_migrations(store: Store) -> int:
    """How many migrations the database of a leaderboard has seen, without applying any; 0 if there is none.

    Raises:
        DataUnavailableError: it does not answer, or a newer version of this software made it.
    """
    if store.is_sqlite and not Path(make_url(store.settings.database).database or "").is_file():
        return 0  # connecting would make the file
    with store.raw_connection() as connection:
        return migrations_seen(connection)


def back_up(store: Store, out: Path) -> Copied:
    """Copy a leaderboard into a folder; where an earlier copy of it lies there, only the new files are copied.

    The database is copied with the tables it has: no migration is applied to the original.

    Raises:
        InvalidInputError: the folder holds something else, or there is nothing to copy.
        DataUnavailableError: the database does not answer, or the folder cannot be written.
    """
    out = out.expanduser().absolute()
    if not stored_migrations(store):
        hint = "Set URECA_LEADERBOARD_DATA_DIR and URECA_LEADERBOARD_DATABASE_URL as for `ureca board serve`."
        raise InvalidInputError("backup", [f"there is no leaderboard in {store.folder} to copy"], hint)
    _check_place(store, out)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        with atomic_file(out / DATABASE, durable=True) as temporary:
            rows = _copy_out(store, temporary)
            files, present = _copy_files(store.folder, out)
            os.sync()
            for ending in _SIDE_FILES:  # of somebody who opened the earlier copy: they do not fit the new one
                (out / f"{DATABASE}{ending}").unlink(missing_ok=True)
    except (OSError, shutil.Error) as error:
        if isinstance(error, DataUnavailableError):
            raise
        raise DataUnavailableError(f"cannot copy to {out} ({error}); an earlier copy there is as it was") from error
    return Copied(rows, files, present)


def restore_backup(store: Store, folder: Path) -> Copied:
    """Fill an empty leaderboard, on either kind of database, with a copy, which may be of an older version.

    Raises:
        InvalidInputError: the folder holds no copy, or the leaderboard is not empty.
        DataUnavailableError: something cannot be read or written; the database is as empty as before.
    """
    folder = folder.expanduser().absolute()
    source = folder / DATABASE
    if not source.is_file():
        hint = f"A backup is a folder with {DATABASE}, blobs/ and runs/, as `ureca board backup` makes it."
        raise InvalidInputError("restore", [f"{source}: no such file"], hint)
    if folder == store.folder:
        raise InvalidInputError("restore", [f"{folder} is the folder of the leaderboard itself"])
    _check_empty(store)
    try:
        with _opened_copy(source) as copy:
            files, present = _copy_files(folder, store.folder)
            os.sync()
            with store.session() as session:
                rows = _copy_rows(copy, session.connection())
    except (OSError, shutil.Error, sqlite3.Error) as error:
        if isinstance(error, DataUnavailableError):
            raise
        raise DataUnavailableError(f"cannot restore {folder} ({error}); the database is as empty as before") from error
    return Copied(rows, files, present)


def _check_place(store: Store, out: Path) -> None:
    problems = []
    if out == store.folder or out.is_relative_to(store.folder):
        problems.append(f"{out} is inside the leaderboard's own folder")
    elif out.exists() and not out.is_dir():
        problems.append(f"{out} is not a folder")
    elif out.is_dir() and any(out.iterdir()):
        if not (out / DATABASE).is_file() and any(path.name not in FOLDERS for path in _shown(out)):
            problems.append(f"{out} holds something that is not a backup")
        elif not _is_same_board(store, out / DATABASE):
            problems.append(f"{out} holds a backup of another leaderboard")
    if problems:
        raise InvalidInputError("backup", problems, "Give a new folder, or one with an earlier backup.")


def _shown(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if not path.name.startswith(".")]


def _is_same_board(store: Store, database: Path) -> bool:
    """Whether the newest event of a copy is in the log; true where the copy has none."""
    if not database.is_file():
        return True
    try:
        with contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as copy:
            newest = copy.execute("select hash from audit_event order by sequence desc limit 1").fetchone()
    except sqlite3.Error:
        return False
    if newest is None:
        return True
    with store.raw_connection() as connection:
        return connection.execute(select(AuditEvent.sequence).where(AuditEvent.hash == newest[0])).first() is not None


def _check_empty(store: Store) -> None:
    if not stored_migrations(store):
        return
    with store.reading() as session:
        filled = [
            f"the database has rows in {table.__tablename__}"
            for table in (System, ApiToken, AuditEvent)
            if session.scalars(select(func.count()).select_from(table)).one()
        ]
    if filled:
        hint = "Restore into a new URECA_LEADERBOARD_DATA_DIR, with a new database where it is PostgreSQL."
        raise InvalidInputError("restore", filled, hint)


def _copy_out(store: Store, path: Path) -> int:
    engine = _plain_engine(path)
    try:
        with store.raw_connection(one_moment=True) as source, engine.begin() as target:
            migrate(target, MIGRATIONS[: migrations_seen(source)])
            return _copy_rows(source, target)
    finally:
        engine.dispose()


@contextlib.contextmanager
def _opened_copy(database: Path) -> Iterator[Connection]:
    """A copy's database, copied once more and brought up to date: the copy itself stays what it is."""
    with tempfile.TemporaryDirectory(prefix="ureca-restore-") as scratch:
        path = Path(scratch, DATABASE)
        with (
            contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
            contextlib.closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)
        engine = _plain_engine(path)
        try:
            with engine.begin() as connection:
                if not migrations_seen(connection):
                    raise InvalidInputError("restore", [f"{database}: not the database of a leaderboard"])
                migrate(connection)
                yield connection
        finally:
            engine.dispose()


def _plain_engine(path: Path) -> Engine:
    return create_engine(f"sqlite:///{path}")


def _copy_rows(source: Connection, target: Connection) -> int:
    """Copy the rows of all tables that both have, those first to which others point."""
    theirs, ours = MetaData(), MetaData()
    ours.reflect(target)
    theirs.reflect(source, only=[name for name in inspect(source).get_table_names() if name in ours.tables])
    count = 0
    for table in ours.sorted_tables:
        if table.name == _VERSION or table.name not in theirs.tables:
            continue
        result = source.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(theirs.tables[table.name]))
        for part in result.mappings().partitions():
            rows: list[dict[str, Any]] = [dict(row) for row in part]
            target.execute(insert(table), rows)
            count += len(rows)
        if target.dialect.name == "postgresql":
            _continue_numbers(target, table)
    return count


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let a table's own numbers go on after the largest that was copied."""
    for column in table.primary_key.columns:
        if column.autoincrement is True or column.server_default is not None:
            sequence = select(func.pg_get_serial_sequence(table.name, column.name)).scalar_subquery()
            largest = connection.execute(select(func.max(column))).scalar_one()
            if largest is not None:
                connection.execute(select(func.setval(sequence, largest)))


def _copy_files(source: Path, target: Path) -> tuple[int, int]:
    """Copy what is in `FOLDERS` and not there yet; temporary files, whose names begin with a point, are left out."""
    copied = present = 0
    for name in FOLDERS:
        for folder, folders, files in os.walk(source / name):
            folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
            place = target / Path(folder).relative_to(source)
            place.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):  # swept meanwhile: no row points at it
                shutil.copymode(folder, place)
            for file in sorted(file for file in files if not file.startswith(".")):
                if _is_same(Path(folder, file), place / file):
                    present += 1
                    continue
                with contextlib.suppress(FileNotFoundError), atomic_file(place / file) as temporary:
                    shutil.copy2(Path(folder, file), temporary)
                    copied += 1
    return copied, present


def _is_same(source: Path, copy: Path) -> bool:
    """Whether a copy has the size and the time of its original."""
    try:
        one, other = source.stat(), copy.stat()
    except FileNotFoundError:
        return False
    return one.st_size == other.st_size and int(one.st_mtime) == int(other.st_mtime)
