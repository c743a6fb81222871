"""A small leaderboard as a checkout makes it, kept for tests: ``scripts/released_board.py CHECKOUT OUT``.

Run it at every release that has a new migration, with the release's own checkout. All is done by commands, which stay
the same when the code changes: three systems on the photographs, of which one is hidden, one reproduced and one waits
to be scored; two tokens; a challenge. ``OUT`` gets the folder of the leaderboard, its database as text
(``leaderboard.sql``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

_SETTINGS = {
    "BOARDS": '{"photos": {"config": "photos", "title": "Photos"}}',
    "METRICS": "bleu,duplicate_rate",
    "RESAMPLES": "20",
    "FREE_MIB": "1",
}
_PUBLISHED = ("https://example.org/paper", "https://example.org/code")


def make_board(checkout: Path, folder: Path) -> None:
    """Fill a leaderboard in `folder` with the code of `checkout`."""
    variables = {f"URECA_LEADERBOARD_{name}": value for name, value in _SETTINGS.items()}
    variables |= {"URECA_LEADERBOARD_DATA_DIR": str(folder), "PYTHONPATH": str(checkout)}

    def call(module: str, *words: str) -> str:
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(
            command, cwd=checkout, env={**os.environ, **variables}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.stderr}")
        return done.stdout

    def board(*words: str) -> str:
        return call("leaderboard", *words)

    with tempfile.TemporaryDirectory() as scratch:
        entries = {}
        for name in ("category", "category-color", "constant"):
            file = Path(scratch, f"{name}.jsonl")
            call("baselines.predict", name, "--config", "photos", "--out", str(file))
            paper, code = _PUBLISHED
            card = ["--paper", paper, "--code", code, "--parameters", "8e9"] if name == "category" else []
            if name == "constant":
                board("worker", "--until-idle", "--quiet")  # the last one waits in the queue for ever
            entries[name] = board("submit", str(file), "--system", f"Released {name}", *card).partition(":")[0]
    board("admin", "hide", entries["category-color"], "--reason", "asked for by its owner")
    board("admin", "verify", entries["category"], "--by", "Ana", "--reason", "captions made again")
    board("admin", "token", "new", "Ana", "--quota", "7")
    identity = board("admin", "token", "new", "Bo").split("_")[1]
    board("admin", "token", "revoke", identity)
    board("challenge", "new", "spring", "--images", "4", "--resolution", "96")


def keep(folder: Path, out: Path) -> None:
    """Copy a leaderboard, its database as text; what tests do not read is left out."""
    unread = shutil.ignore_patterns("leaderboard.sqlite*", "similarity.npz", "uploads", "scoring", "rankings")
    shutil.copytree(folder, out, ignore=unread)
    with sqlite3.connect(folder / "leaderboard.sqlite") as database:
        (out / "leaderboard.sql").write_text("\n".join(database.iterdump()) + "\n", encoding="utf-8")


def main() -> None:
    """Make it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", type=Path, help="root of the released software")
    parser.add_argument("out", type=Path, help="folder to make")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "board")
        make_board(options.checkout.absolute(), folder)
        keep(folder, options.out)


if __name__ == "__main__":
    main()
