"""Leaderboards in temporary folders: on SQLite, and on a PostgreSQL server that is started for the tests."""

import contextlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from dataset.loading.regions import load_regions
from dataset.schema import Region
from leaderboard.boards.board import Board
from leaderboard.intake import submissions
from leaderboard.intake.card import SystemCard
from leaderboard.intake.validation import canonical_lines
from leaderboard.scoring.score_one import Task, score
from leaderboard.settings import BoardSettings, Settings, get_settings
from leaderboard.storage.blobs import Blobs
from leaderboard.storage.store import Store
from tests.support.postgresql import PostgresqlServer, find_programs
from tests.support.scoring_here import score_queued

SMALL: dict[str, Any] = {
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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A running server; the test is skipped where Debian's `postgresql` is not installed."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    server = PostgresqlServer(programs)
    yield server
    server.remove()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A leaderboard of the photos alone, on SQLite."""
    return get_settings(data_dir=tmp_path / "leaderboard", database_url="", **SMALL)


@pytest.fixture(scope="session")
def postgresql_tables(postgresql: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a database that has seen the migrations and holds nothing: a copy of it takes a fifth of their time."""
    url = postgresql.new_database()
    made = Store(get_settings(data_dir=tmp_path_factory.mktemp("tables"), database_url=url, **SMALL))
    made.prepare()
    made.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """An empty leaderboard, on each kind of database."""
    if request.param == "postgresql":
        server, tables = (request.getfixturevalue(name) for name in ("postgresql", "postgresql_tables"))
        settings = settings.model_copy(update={"database_url": server.new_database(like=tables)})
    made = Store(settings)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Store]:
    """The same, of which even the tables have still to be made."""
    if request.param == "postgresql":
        settings = settings.model_copy(update={"database_url": request.getfixturevalue("postgresql").new_database()})
    made = Store(settings)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A leaderboard on SQLite for all tests of a module that leave nothing there, or look only at what is theirs."""
    folder = tmp_path_factory.mktemp("shared")
    limits = {"requests_per_minute": 10_000, "quota_per_day": 1_000}
    made = Store(get_settings(data_dir=folder, database_url="", **limits, **SMALL))
    yield made
    made.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_store(request: pytest.FixtureRequest, shared_sqlite_store: Store, tmp_path_factory: Any) -> Iterator[Store]:
    """The same on each kind of database."""
    if request.param == "sqlite":
        yield shared_sqlite_store
        return
    server, tables = (request.getfixturevalue(name) for name in ("postgresql", "postgresql_tables"))
    changes = {"database_url": server.new_database(like=tables)}
    made = Store(shared_sqlite_store.settings.model_copy(update=changes | {"data_dir": tmp_path_factory.mktemp("sql")}))
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


SCORER = """
import gzip, json, os, pathlib, shutil, sys, time

task = json.loads(sys.stdin.readline())
sha256 = task["predictions_sha256"]
text = gzip.decompress(pathlib.Path(task["blobs"], sha256[:2], sha256).read_bytes()).decode()
print(json.dumps({"doing": "bleu"}), flush=True)
if "poison" in text:
    os.abort()
if "slow" in text:
    pathlib.Path(os.environ["SLOW_PID"]).write_text(str(os.getpid()))
    while sys.stdin.read(1):
        pass
    sys.exit(1)
if "full" in text:
    sys.exit(4)
if "secret" in text:
    print(json.dumps({"error": repr(sorted(os.environ))}), flush=True)
    sys.exit(2)
for path in pathlib.Path(os.environ["SCORED"]).iterdir():
    shutil.copy(path, task["folder"])
"""
"""A scorer that answers with the files of an earlier scoring, and does worse when the captions say so."""


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory, regions: list[Region]) -> Path:
    """A folder with the files of a real scoring of the photos."""
    root = tmp_path_factory.mktemp("scored")
    files = root / "files"
    files.mkdir()
    captions = {region.region_id: f"a thing {region.category or ''}".strip() for region in regions}
    sha256 = Blobs(root / "blobs").put(canonical_lines(captions, captions))
    board = Board("photos", "Photos", "photos", "test")
    blobs, metrics = str(root / "blobs"), SMALL["metrics"]
    score(Task(board.to_dict(), blobs, sha256, "Plain", str(files), metrics, SMALL["resamples"], 4096))
    return files


@pytest.fixture
def quick_scorer(scored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Command of `SCORER`."""
    monkeypatch.setenv("SCORED", str(scored))
    monkeypatch.setenv("SLOW_PID", str(tmp_path / "slow.pid"))
    (tmp_path / "scorer.py").write_text(SCORER)
    return (sys.executable, str(tmp_path / "scorer.py"))


FILLED: dict[str, Any] = SMALL | {"metrics": ("bleu", "cider", "duplicate_rate", "uniqueness"), "resamples": 200}
"""Settings of `filled`."""


@pytest.fixture(scope="session")
def systems(regions: list[Region]) -> dict[str, dict[str, str]]:
    """Name -> captions of the systems on `filled`, the best first; the second ties with the third."""
    following = {region.region_id: region for region in regions}
    for region, after in itertools.pairwise(regions):
        if after.image_id == region.image_id:
            following[region.region_id] = after
    half = {region.region_id: region.caption if number % 2 else "a thing" for number, region in enumerate(regions)}
    other_half = {
        region.region_id: "a thing" if number % 2 else region.caption for number, region in enumerate(regions)
    }
    return {
        "Reference": {region.region_id: region.caption for region in regions},
        "Half": half,
        "Other half": other_half,
        "<b>Bold</b> & co": {
            region.region_id: f"<img src=x onerror=alert(1)> {following[region.region_id].caption}"
            for region in regions
        },
        "Constant": {region.region_id: "a thing" for region in regions[:-40]},
    }


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, systems: dict[str, dict[str, str]]) -> Iterator[Store]:
    """A leaderboard of the photos with the `systems`, all of them scored; do not write to it."""
    once = Path(os.environ["URECA_TESTS_ROOT"]) / "filled"  # for every process of this run
    with FileLock(once.with_suffix(".lock")):
        if not once.exists():
            making = once.with_suffix(".making")
            with contextlib.closing(Store(get_settings(data_dir=making, database_url="", **FILLED))) as store:
                for name, captions in systems.items():
                    facts = {
                        "description": f"System {name}.",
                        "parameters": 1e6 * (1 + len(name)),
                        "code": "https://example.org/code",
                    }
                    add_scored(store, name, captions, "baseline" if name == "Constant" else "submitted", **facts)
            making.rename(once)
    folder = tmp_path_factory.mktemp("filled") / "data"
    shutil.copytree(once, folder)
    made = Store(get_settings(data_dir=folder, database_url="", **FILLED))
    yield made
    made.close()


def add_scored(store: Store, name: str, captions: dict[str, str], kind: str = "submitted", **facts: Any) -> str:
    """Submit captions of the photos and score them in this process; returns the id of the submission."""
    store.prepare()
    path = store.uploads / "given.json"
    path.write_text(json.dumps(captions), encoding="utf-8")
    receipt = submissions.submit(store, path, "photos", SystemCard(name=name, **facts), kind=kind, allow_missing=True)
    score_queued(store)
    return receipt.submission_id


@pytest.fixture(scope="session")
def add_system() -> Callable[..., str]:
    """`add_scored`, for leaderboards of a test's own."""
    return add_scored
