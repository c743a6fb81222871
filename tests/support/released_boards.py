"""Leaderboards that released versions made (``scripts/released_board.py``), each in a folder of its own."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

RELEASED = Path(__file__).resolve().parents[1] / "test_leaderboard" / "storage" / "released"
MIGRATIONS_OF = {
    "0.1.0": 1,
    "0.2.0": 1,
    "0.3.0": 1,
    "0.4.0": 4,
    "0.5.0": 4,
    "0.6.0": 4,
    "0.7.0": 4,
    "0.8.0": 4,
    "0.9.0": 4,
    "0.10.0": 4,
    "0.11.0": 4,
}
"""Release -> how many migrations its databases have seen. A release that has new ones needs a folder in `RELEASED`."""


def released_board(version: str, folder: Path) -> Path:
    """A copy of a released version's leaderboard with a real database; returns its folder."""
    shutil.copytree(RELEASED / version, folder)
    script = folder / "leaderboard.sql"
    with closing(sqlite3.connect(folder / "leaderboard.sqlite")) as database:
        database.executescript(script.read_text(encoding="utf-8"))
    script.unlink()
    return folder
