"""Protects the database layer: migrations, transactions on both databases, a database that goes away and returns."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from dataset.errors import DataUnavailableError, InvalidInputError
from leaderboard.settings import Settings, get_settings
from leaderboard.storage.migrations import MIGRATIONS, migrate
from leaderboard.storage.schema import Base, System
from leaderboard.storage.store import Store


def system(name: str) -> System:
    return System(name=name, name_key=name.lower(), owner="operator")


def shape_of(connection: Connection, schema: str | None = None) -> dict[str, object]:
    """Columns, keys and indexes of every table."""
    found = inspect(connection)
    columns, keys, foreign = found.get_columns, found.get_pk_constraint, found.get_foreign_keys
    unique, indexes = found.get_unique_constraints, found.get_indexes
    return {
        name: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in columns(name, schema)},
            keys(name, schema)["constrained_columns"],
            sorted((key["constrained_columns"], key["referred_table"]) for key in foreign(name, schema)),
            sorted(key["column_names"] for key in unique(name, schema)),
            sorted((index["name"] or "", index["column_names"], index["unique"]) for index in indexes(name, schema)),
        )
        for name in found.get_table_names(schema)
        if name != "schema_version"
    }


def test_tables_after_migrations_are_those_of_the_schema(bare_store: Store) -> None:
    """Who changes the schema has to write a migration, or old databases would break."""
    store = bare_store
    with store.session() as session:
        migrated = shape_of(session.connection())
    if not store.is_sqlite:
        with store.session() as session:
            session.execute(text("create schema fresh"))
            session.execute(text("set local search_path to fresh"))
            Base.metadata.create_all(session.connection(), checkfirst=False)
            assert shape_of(session.connection(), "fresh") == migrated
        return
    fresh = create_engine("sqlite://")
    with fresh.begin() as connection:
        Base.metadata.create_all(connection)
        assert shape_of(connection) == migrated
    fresh.dispose()


def test_migrations_run_once_in_order_and_keep_what_is_there(store: Store) -> None:
    with store.session() as session:
        session.add(system("Kept"))

    def add_column(connection: Connection) -> None:
        connection.execute(text("alter table system add column colour text"))

    with store.session() as session:
        assert migrate(session.connection(), (*MIGRATIONS, add_column)) == 1
    with store.session() as session:
        assert migrate(session.connection(), (*MIGRATIONS, add_column)) == 0
        assert session.execute(text("select name, colour from system")).all() == [("Kept", None)]


def test_a_failed_migration_leaves_no_trace(store: Store) -> None:
    def half(connection: Connection) -> None:
        connection.execute(text("create table half (id integer)"))
        raise RuntimeError("power cut")

    store.prepare()
    with pytest.raises(RuntimeError), store.session() as session:
        migrate(session.connection(), (*MIGRATIONS, half))
    with store.reading() as session:
        assert not inspect(session.connection()).has_table("half")
        assert session.execute(text("select version from schema_version")).scalar_one() == len(MIGRATIONS)


def test_a_database_of_a_newer_version_is_refused(store: Store) -> None:
    with store.session() as session:
        session.execute(text("update schema_version set version = 99"))
    with pytest.raises(DataUnavailableError, match="version 99"):
        Store(store.settings).prepare()


def test_stores_that_start_at_once_migrate_once(bare_store: Store) -> None:
    store = bare_store

    def start(_: int) -> None:
        mine = Store(store.settings)
        mine.prepare()
        mine.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(6)))
    with store.reading() as session:
        assert session.execute(text("select count(*) from schema_version")).scalar_one() == 1


def test_an_error_rolls_everything_back(store: Store) -> None:
    with pytest.raises(IntegrityError), store.session() as session:
        session.add_all([system("One"), system("One")])
    with store.reading() as session:
        assert session.scalars(select(System)).all() == []


def test_writers_queue_up_instead_of_failing(store: Store) -> None:
    """On SQLite the naive way (read, then write) answers BUSY; 4 writers x 25 read-modify-write must all count."""
    with store.session() as session:
        session.add(System(name="Counter", name_key="counter", owner="operator", parameters=0.0))

    def count(_: int) -> None:
        for _ in range(25):
            with store.session() as session:
                row = session.scalars(select(System).with_for_update()).one()
                row.parameters = (row.parameters or 0) + 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with store.reading() as session:
        assert session.scalars(select(System.parameters)).one() == 100


def test_readers_do_not_wait_for_a_writer(sqlite_store: Store) -> None:
    with sqlite_store.session() as writing:
        writing.add(system("Unfinished"))
        writing.flush()
        with sqlite_store.reading() as session:  # one that waited would wait for this very thread, and fail
            assert session.scalars(select(System)).all() == []


def test_a_database_that_goes_away_and_returns_loses_nothing(postgresql: Any, settings: Settings) -> None:
    store = Store(settings.model_copy(update={"database_url": postgresql.new_database()}))
    with store.session() as session:
        session.add(system("Before"))
    postgresql.stop()
    threading.Timer(0.5, postgresql.start).start()
    tries = []

    def add(session: Any) -> None:
        tries.append(1)
        session.add(system("During"))

    store.transact(add)
    with store.reading() as session:
        assert set(session.scalars(select(System.name))) == {"Before", "During"}
    store.close()


def test_a_locked_database_is_waited_for(sqlite_store: Store) -> None:
    sqlite_store.prepare()
    other = sqlite3.connect(sqlite_store.folder / "leaderboard.sqlite", isolation_level=None, check_same_thread=False)
    other.execute("begin exclusive")
    threading.Timer(0.4, lambda: other.execute("rollback")).start()
    sqlite_store.transact(lambda session: session.add(system("Patient")))
    with sqlite_store.reading() as session:
        assert session.scalars(select(System.name)).all() == ["Patient"]
    other.close()


def test_a_database_that_stays_away_is_an_error_of_ours(settings: Settings) -> None:
    url = "postgresql+psycopg://ureca@127.0.0.1:9/nothing"
    store = Store(settings.model_copy(update={"database_url": url, "database_patience_seconds": 0.2}))
    with pytest.raises(DataUnavailableError, match="does not answer"):
        store.transact(lambda session: session.execute(select(System)))


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(settings.model_copy(update={"data_dir": tmp_path / "file" / "below"}))
    with pytest.raises(DataUnavailableError, match="URECA_LEADERBOARD_DATA_DIR"):
        store.prepare()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me@db/boards")
    monkeypatch.setenv("URECA_LEADERBOARD_METRICS", "bleu, cider")
    monkeypatch.setenv("URECA_LEADERBOARD_BOARDS", '{"mine": {"config": "scenes", "options": {"test": 5}}}')
    found = get_settings()
    assert found.database == "postgresql+psycopg://me@db/boards"
    assert found.metrics == ("bleu", "cider")
    assert found.boards["mine"].options == {"test": 5}


def test_all_bad_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://nowhere")
    monkeypatch.setenv("URECA_LEADERBOARD_PORT", "99999")
    monkeypatch.setenv("URECA_LEADERBOARD_LEASE_SECONDS", "soon")
    with pytest.raises(InvalidInputError) as caught:
        get_settings()
    assert len(caught.value.problems) == 3


def test_every_setting_is_documented(repository: Path) -> None:
    rows = [line.split("|") for line in (repository / "docs" / "leaderboard.md").read_text().splitlines()]
    documented = {cells[1].strip(" `"): " ".join(cells[2:]) for cells in rows if len(cells) == 5}
    for name, field in Settings.model_fields.items():
        assert name.upper() in documented, name
        if isinstance(field.default, int | float) and not isinstance(field.default, bool):
            assert f"`{field.default:g}`" in documented[name.upper()], name
