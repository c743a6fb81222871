"""Leaderboards in temporary folders: on SQLite, and on a PostgreSQL server that is started for the tests."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dataset.regions import load_regions
from dataset.schema import Region
from leaderboard.card import SystemCard
from leaderboard.settings import BoardSettings, Settings, get_settings
from leaderboard.store import Store

SMALL = {
    "boards": {"photos": BoardSettings(config="photos", title="Photos")},
    "metrics": ("bleu", "duplicate_rate"),
    "resamples": 20,
    "lease_seconds": 30.0,
    "retry_seconds": 0.0,
    "poll_seconds": 0.05,
    "free_mib": 1,
    "database_patience_seconds": 15.0,
}
"""Settings that keep scoring short."""


class PostgresqlServer:
    """A real server on the loopback address, with its data in a folder that goes away."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="ureca-postgresql-", dir="/tmp"))
        self.user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root
        if self.user:
            shutil.chown(self.folder, self.user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "ureca", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -c unix_socket_directories= -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", options, "-w", "start")

    def stop(self) -> None:
        """At once, cutting every connection, as a crash would."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def new_database(self) -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "ureca", name)
        return f"postgresql+psycopg://ureca@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            user=self.user,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open in the server
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{program} failed: {done}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A running server; the test is skipped where Debian's `postgresql` is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = PostgresqlServer(found[-1].parent)
    yield server
    server.remove()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A leaderboard of the photos alone, on SQLite."""
    return get_settings(data_dir=tmp_path / "leaderboard", database_url="", **SMALL)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An empty leaderboard, on each kind of database."""
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        settings = settings.model_copy(update={"database_url": server.new_database()})
    made = Store(settings)
    yield made
    made.close()


@pytest.fixture
def sqlite_store(settings: Settings) -> Iterator[Store]:
    """An empty leaderboard on SQLite, for what does not depend on the database."""
    made = Store(settings)
    yield made
    made.close()


@pytest.fixture(scope="session")
def regions() -> list[Region]:
    """Of the photos."""
    return load_regions("photos")


@pytest.fixture
def prediction_file(tmp_path: Path, regions: list[Region]) -> Callable[..., Path]:
    """Writes a valid prediction file; files with different words are different submissions."""

    def write(word: str = "a thing", name: str = "predictions.json", **changes: Any) -> Path:
        captions = {region.region_id: f"{word} {region.category or ''}".strip() for region in regions}
        path = tmp_path / name
        path.write_text(json.dumps(captions | changes), encoding="utf-8")
        return path

    return write


@pytest.fixture
def card() -> SystemCard:
    """Of a system called "Plain"."""
    return SystemCard(name="Plain")
