"""Changes of the tables, numbered from 1; a database remembers how many it has seen.

Append, never edit: a released migration never changes.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, inspect, select, text, update

from dataset.errors import DataUnavailableError

from .first_tables import TABLES
from .survey_tables import create_survey_tables

__all__ = ["MIGRATIONS", "migrate", "migrations_seen"]

_LOCK = 0x75726563  # "urec"
_version = Table("schema_version", MetaData(), Column("version", Integer, nullable=False))


def _first_tables(connection: Connection) -> None:
    TABLES.create_all(connection, checkfirst=False)


def _kind_of_models(connection: Connection) -> None:
    """Trained captioners of the package are a kind of their own: they have ranks, trivial ones have none."""
    connection.execute(text("update system set kind = 'model' where kind = 'baseline' and parameters is not null"))


def _facts_about_systems(connection: Connection) -> None:
    """Who made a system, whether its weights are open, and what it was trained on; nobody has said so before."""
    for name in ("organisation", "licence", "weights", "method", "training_data", "saw_source"):
        connection.execute(text(f"alter table system add column {name} varchar not null default ''"))


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _first_tables,
    create_survey_tables,
    _kind_of_models,
    _facts_about_systems,
)
"""Applied in order, each once."""


def migrations_seen(connection: Connection) -> int:
    """How many migrations a database has seen; 0 if it holds no leaderboard.

    Raises:
        DataUnavailableError: a newer version of this software made the database.
    """
    if not inspect(connection).has_table(_version.name):
        return 0
    seen: int = connection.execute(select(_version.c.version)).scalar_one()
    if seen > len(MIGRATIONS):
        raise _too_new(seen, len(MIGRATIONS))
    return seen


def migrate(connection: Connection, migrations: tuple[Callable[[Connection], None], ...] = MIGRATIONS) -> int:
    """Bring the tables up to date inside the transaction of `connection`; processes that start at once wait.

    The transaction has to hold SQLite's write lock already (`Store` starts it so); on PostgreSQL a lock is taken here.

    Returns:
        How many migrations were applied.

    Raises:
        DataUnavailableError: a newer version of this software made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if not inspect(connection).has_table(_version.name):
        _version.create(connection)
        connection.execute(insert(_version).values(version=0))
    seen: int = connection.execute(select(_version.c.version)).scalar_one()
    if seen > len(migrations):
        raise _too_new(seen, len(migrations))
    for migration in migrations[seen:]:
        migration(connection)
    connection.execute(update(_version).values(version=len(migrations)))
    return len(migrations) - seen


def _too_new(seen: int, newest: int) -> DataUnavailableError:
    return DataUnavailableError(
        f"the database has version {seen}, this software knows versions up to {newest}: install the newer version"
        " again, or restore a backup."
    )
