"""The submissions that a new leaderboard starts with: those of the built-in captioners, on every public board.

Each captioner runs in a process of its own on the board's data, and its file is submitted like any other file, so that
its scores are computed here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sqlalchemy import select

from dataset import __version__
from dataset.errors import DataUnavailableError
from dataset.runtime.cache import atomic_file, cache_root
from dataset.runtime.checkpoint_files import bundled_checkpoints, count_weights
from dataset.runtime.fingerprint import content_hash
from dataset.runtime.interpreter import module_command, module_environment

from ..boards.board import CHALLENGE, Board, list_boards
from ..intake.card import SystemCard
from ..intake.names import name_key
from ..intake.submissions import submit
from ..storage.schema import BASELINE, MODEL, SUBMITTED, Submission, System
from ..storage.store import Store
from .paper_tables import add_published_numbers

__all__ = ["BASELINES", "Seed", "add_all", "add_seed", "bundled_models", "missing_seeds", "submit_seed"]

BASELINES: Final = {
    "constant": "The same words for every region. The floor: a score it does well on measures something else.",
    "mask-only": "What the masks alone say: place, order and size. It never sees a pixel: what it earns is given away.",
    "category": "The name of each region's category, read from the data. Right, and seldom unique.",
    "category-color": "The category after the colour word nearest to the region's mean colour.",
    "sibling": "The caption of another region of the same parent: well written, and never of its region.",
    "reference": "Each region's own unique caption, read from the data. The ceiling, and rightly flagged as a copy.",
}
"""Captioners of `baselines.predict` that need no model -> what they are: reference points, not competitors."""

_TRAINED: Final = "A model that comes with the package: `python -m baselines.predict {}` makes these captions."
_TAIL: Final = 500
_SLOW_DATA: Final = {"scenes": 1, "rooms": 2}
"""Configs with many regions, which come after the others."""


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
        """The module and its arguments that write the predictions to `out`; ``python -m`` runs them."""
        options = [f"--data-option={name}={value}" for name, value in self.board.options.items()]
        data = ["--config", self.board.config, "--split", self.board.split, *options]
        return ["baselines.predict", self.captioner, *data, "--out", str(out)]


def missing_seeds(store: Store) -> list[Seed]:
    """Built-in captioners that are not yet on each public board: those that need no model first, on all boards."""
    with store.reading() as session:
        query = select(Submission.board, System.name_key).join(Submission.system).where(System.kind != SUBMITTED)
        entries = {(board, name) for board, name in session.execute(query)}
    trained = bundled_models()
    descriptions = {**BASELINES, **{name: _TRAINED.format(name) for name in trained}}
    seeds = [
        Seed(board, captioner, description, trained.get(captioner))
        for board in list_boards(store).values()
        if board.config != CHALLENGE
        for captioner, description in descriptions.items()
        if (board.name, name_key(captioner)) not in entries
    ]
    return sorted(seeds, key=lambda seed: (seed.parameters or 0, _SLOW_DATA.get(seed.board.config, 0)))


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
        DataUnavailableError: the captioner failed; the end of its error output is in the message.
    """
    cache = _cache_of(seed)
    if cache is not None and cache.is_file():
        return submit_seed(store, seed, cache)
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
        if cache is not None:
            with contextlib.suppress(OSError, DataUnavailableError), atomic_file(cache) as temporary:
                shutil.copyfile(out, temporary)
        return submit_seed(store, seed, out)


def _cache_of(seed: Seed) -> Path | None:
    """Where a trained captioner's file is kept, so that it is made once on a machine; None for the others."""
    checkpoint = bundled_checkpoints().get(seed.captioner)
    if checkpoint is None:
        return None
    digest = hashlib.sha256(json.dumps([__version__, content_hash(), seed.command(Path("out"))]).encode())
    for file in sorted(checkpoint.iterdir()):
        if file.is_file():
            digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return cache_root() / "captions" / f"{seed.captioner}-{digest.hexdigest()[:16]}.jsonl"


def submit_seed(store: Store, seed: Seed, out: Path) -> str:
    """Submit the file that a captioner wrote; returns the id of the submission."""
    card = SystemCard(name=seed.captioner, description=seed.description, parameters=seed.parameters)
    kind = BASELINE if seed.parameters is None else MODEL
    return submit(store, out, seed.board.name, card, source="seed", name=out.name, kind=kind).submission_id


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
