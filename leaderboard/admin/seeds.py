"""What a new leaderboard starts with: submissions of the built-in captioners, and numbers that the paper published.

The captioners run in processes of their own on the very data of each board, and their files come in as anybody's do,
so that their scores are computed here. Published numbers are only shown: they were made on other data, some by other
implementations, and each table stays by itself.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dataset.errors import DataUnavailableError
from dataset.runtime.checkpoint_files import bundled_checkpoints, count_weights
from dataset.runtime.interpreter import module_command, module_environment

from ..boards.board import CHALLENGE, Board, list_boards
from ..intake.card import SystemCard, name_key
from ..intake.submissions import submit
from ..storage.schema import Reported, Submission, System
from ..storage.store import Store

__all__ = [
    "BASELINES",
    "Seed",
    "add_all",
    "add_published_numbers",
    "add_seed",
    "bundled_models",
    "missing_seeds",
    "published_tables",
]

BASELINES: Final = {
    "constant": "The same words for every region. The floor: a score it does well on measures something else.",
    "category": "The name of each region's category, read from the data. Right, and seldom unique.",
    "category-color": "The category after the colour word nearest to the region's mean colour.",
    "sibling": "The caption of another region of the same parent: well written, and never of its region.",
    "reference": "Each region's own unique caption, read from the data. The ceiling, and rightly flagged as a copy.",
}
"""Captioners of `baselines.predict` that need no model -> what they are. No entries of a comparison but its frame."""

_TRAINED: Final = "A model that comes with the package: `python -m baselines.predict {}` makes these captions."
_TAIL: Final = 500


@dataclass(frozen=True, slots=True)
class Seed:
    """A built-in captioner on a board.

    Attributes:
        parameters: of a trained one.
    """

    board: Board
    captioner: str
    description: str
    parameters: int | None = None

    def command(self, out: Path) -> list[str]:
        """What writes its predictions; after ``python -m`` anybody can run the same."""
        options = [f"--data-option={name}={value}" for name, value in self.board.options.items()]
        data = ["--config", self.board.config, "--split", self.board.split, *options]
        return ["baselines.predict", self.captioner, *data, "--out", str(out)]


def missing_seeds(store: Store) -> list[Seed]:
    """Built-in captioners that are not yet on each public board."""
    with store.reading() as session:
        query = select(Submission.board, System.name_key).join(Submission.system).where(System.kind == "baseline")
        entries = {(board, name) for board, name in session.execute(query)}
    trained = bundled_models()
    descriptions = {**BASELINES, **{name: _TRAINED.format(name) for name in trained}}
    return [
        Seed(board, captioner, description, trained.get(captioner))
        for board in list_boards(store).values()
        if board.config != CHALLENGE
        for captioner, description in descriptions.items()
        if (board.name, name_key(captioner)) not in entries
    ]


def bundled_models() -> dict[str, int]:
    """Name -> number of weights of the trained captioners in the package; none where torch is not installed."""
    if find_spec("torch") is None:
        return {}
    counts = {name: count_weights(folder) for name, folder in bundled_checkpoints().items()}
    return {name: weights for name, (weights, problems) in counts.items() if not problems}


def add_seed(store: Store, seed: Seed) -> str:
    """Run a captioner and submit its file; a worker scores it as any other.

    Returns:
        The id of the submission.

    Raises:
        DataUnavailableError: the captioner failed; its last words are in the message.
    """
    with tempfile.TemporaryDirectory(prefix="ureca-seed-") as folder:
        out = Path(folder) / f"{seed.captioner}.jsonl"
        done = subprocess.run(
            module_command(*seed.command(out)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=folder,
            env=module_environment(),
            check=False,
        )
        if done.returncode != 0:
            raise DataUnavailableError(
                f"the captioner {seed.captioner!r} failed on {seed.board.name}: {done.stderr[-_TAIL:].strip()}"
            )
        card = SystemCard(name=seed.captioner, description=seed.description, parameters=seed.parameters)
        receipt = submit(store, out, seed.board.name, card, source="seed", name=out.name, kind="baseline")
    return receipt.submission_id


def add_all(store: Store, on_seed: Callable[[Seed], None] = lambda _: None) -> int:
    """Bring a leaderboard to what a new one starts with; returns how many submissions were added.

    Raises:
        DataUnavailableError: captioners failed; the others are there nevertheless.
    """
    add_published_numbers(store)
    seeds, failures = missing_seeds(store), []
    for seed in seeds:
        on_seed(seed)
        try:
            add_seed(store, seed)
        except DataUnavailableError as error:
            failures.append(str(error))
    if failures:
        raise DataUnavailableError("\n".join(failures))
    return len(seeds)


def published_tables() -> dict[str, dict[str, Any]]:
    """Name of each published table -> its content as in ``reported/<name>.json``."""
    folder = files(__package__) / "reported"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".json")), key=lambda path: path.name)
    return {path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8")) for path in paths}


def add_published_numbers(store: Store) -> None:
    """Make the published tables in the database those of this version of the software."""
    rows = [row for name, table in published_tables().items() for row in _rows(name, table)]
    rows_by_key = {(row["table_name"], row["system"], row["metric"]): row for row in rows}

    def write(session: Session) -> None:
        database_rows = {(row.table_name, row.system, row.metric): row for row in session.scalars(select(Reported))}
        if database_rows.keys() == rows_by_key.keys() and all(
            getattr(row, name) == value
            for key, row in database_rows.items()
            for name, value in rows_by_key[key].items()
        ):
            return
        session.execute(delete(Reported))
        session.add_all(Reported(**row) for row in rows)

    store.transact(write)


def _rows(name: str, table: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "table_name": name,
            "system": system,
            "metric": metric,
            "position": row * len(table["columns"]) + column,
            "value": value,
            "scale": float(table["scale"]),
            "implementation": table["implementations"].get(metric, ""),
            "source": table["source"],
            "url": table["url"],
        }
        for row, (system, values) in enumerate(table["rows"].items())
        for column, (metric, value) in enumerate(zip(table["columns"], values, strict=True))
    ]
