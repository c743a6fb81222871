"""The database and the folders beside it: one `Store` for each process.

with store.session() as session: ...    # reads and writes, committed at the end of the block
with store.reading() as session: ...    # reads only; on SQLite it never waits
store.transact(work)                    # work(session), again if the database was busy or unreachable
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from dataset.errors import DataUnavailableError, MissingDependencyError

from ..settings import Settings, get_settings
from .migrations import migrate

__all__ = ["Store"]

logger = logging.getLogger(__name__)
_BUSY_SECONDS = 30
_CONNECT_SECONDS = 5
_PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR")

Result = TypeVar("Result")


class Store:
    """Database, blobs and runs of one leaderboard. Cheap to make; it connects, and migrates, on first use.

    Args:
        settings: from the environment if not given.

    Raises:
        MissingDependencyError: the driver of the database is not installed.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or get_settings()
        self.folder = self.settings.data_dir.expanduser().absolute()
        url = make_url(self.settings.database)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = (
            {"timeout": _BUSY_SECONDS} if self.is_sqlite else {"connect_timeout": _CONNECT_SECONDS}
        )
        try:
            self.engine: Engine = create_engine(url, connect_args=options, pool_pre_ping=not self.is_sqlite)
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                "psycopg", "a leaderboard on PostgreSQL", 'pip install "ureca[postgresql]"'
            ) from error
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_up_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)
        self._ready = False

    @property
    def runs(self) -> Path:
        """Folder with one folder for each score run."""
        return self.folder / "runs"

    @property
    def uploads(self) -> Path:
        """Folder for files that are being received."""
        return self.folder / "uploads"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end of the block, rolled back on an error.

        On SQLite it holds the write lock from the start, so that what it has read is still valid when it writes.

        Raises:
            DataUnavailableError: the database is unreachable or busy.
        """
        with _database_errors():
            self.prepare()
            with self._writing.begin() as session:
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: one snapshot on SQLite.

        Raises:
            DataUnavailableError: the database is unreachable.
        """
        with _database_errors():
            self.prepare()
            with self._sessions.begin() as session:
                yield session

    @contextmanager
    def raw_connection(self, *, one_moment: bool = False) -> Iterator[Connection]:
        """A connection to the database as it is: no folder is made and no migration is applied.

        Args:
            one_moment: all that is read is of the moment when the reading began, on PostgreSQL too.

        Raises:
            DataUnavailableError: the database is unreachable.
        """
        with _database_errors():
            engine = self.engine
            if one_moment and not self.is_sqlite:
                engine = engine.execution_options(isolation_level="REPEATABLE READ")
            with engine.connect() as connection:
                yield connection

    def transact(self, work: Callable[[Session], Result]) -> Result:
        """Return ``work(session)`` after its transaction is committed; tried again while the database is unreachable.

        `work` must be right when it runs a second time although the first was committed: the connection may break
        between the commit and the answer.

        Raises:
            DataUnavailableError: the database was unreachable for `Settings.database_patience_seconds`.
        """
        deadline = time.monotonic() + self.settings.database_patience_seconds
        pause = 0.05
        while True:
            try:
                with self.session() as session:
                    return work(session)
            except DataUnavailableError as error:
                if not isinstance(error.__cause__, DBAPIError) or time.monotonic() + pause > deadline:
                    raise
                logger.warning("%s; trying again in %.2f s", error, pause)
            time.sleep(pause)
            pause = min(2.0, 2 * pause)

    def now(self, session: Session) -> float:
        """The time of the database, which all hosts agree on; seconds since 1970."""
        if self.is_sqlite:
            return time.time()
        return float(session.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())

    def prepare(self) -> None:
        """Make the folders and bring the tables up to date, once for each store."""
        if self._ready:
            return
        try:
            for folder in (self.folder, self.runs, self.uploads):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataUnavailableError(
                f"cannot write to {self.folder} ({error}). Set URECA_LEADERBOARD_DATA_DIR to a folder you may write to."
            ) from error
        with self._writing.begin() as session:
            migrate(session.connection())
        self._ready = True

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()


@contextmanager
def _database_errors() -> Iterator[None]:
    """Raise temporary errors of the database as a `DataUnavailableError`, others (broken constraints) unchanged."""
    try:
        yield
    except DBAPIError as error:
        if not _is_passing(error):
            raise
        raise DataUnavailableError(f"the database does not answer ({error.orig})") from error


def _is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction may succeed later: connection lost, server stopping, lock not given, disk full."""
    code = getattr(error.orig, "sqlstate", None) or ""
    if error.connection_invalidated or code.startswith(("08", "40", "53", "55P03", "57P")):
        return True
    if not isinstance(error, OperationalError):
        return False
    if getattr(error.orig, "sqlite_errorname", None) is not None:
        return str(error.orig.sqlite_errorname).startswith(_PASSING)  # type: ignore[union-attr]
    return not code  # psycopg: no answer from a server at all


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # `_begin_sqlite` starts transactions, sqlite3 does not
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"pragma {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")
