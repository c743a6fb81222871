"""States that a stopped run goes on from: one at a time, each whole or not there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from accelerate import Accelerator

__all__ = ["find_state", "load_state", "remove_states", "save_state"]

NEWEST, UNFINISHED, PREVIOUS = "state", "state.new", "state.old"
NAMES: Final = (NEWEST, UNFINISHED, PREVIOUS)
WHERE: Final = "where.json"
"""Written last: a state without it is not whole."""


def save_state(accelerator: Accelerator, folder: Path, where: Mapping[str, Any], feed: Mapping[str, Any]) -> None:
    """Save a state; it replaces the one before only when it is whole.

    Args:
        accelerator: with model and optimizer.
        folder: of the stage.
        where: how far the run is, the same in all processes.
        feed: what this process goes on learning from, see `feed.Plan`.
    """
    newest, unfinished, previous = (folder / name for name in NAMES)
    if accelerator.is_main_process:
        shutil.rmtree(unfinished, ignore_errors=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(str(unfinished))
    (unfinished / _feed_file(accelerator)).write_text(json.dumps(feed))
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        (unfinished / WHERE).write_text(json.dumps(where))
        shutil.rmtree(previous, ignore_errors=True)
        if newest.is_dir():
            newest.rename(previous)
        unfinished.rename(newest)
        shutil.rmtree(previous, ignore_errors=True)
    accelerator.wait_for_everyone()


def find_state(folder: Path) -> Path | None:
    """The newest whole state of a stage's folder."""
    return next((folder / name for name in NAMES if (folder / name / WHERE).is_file()), None)


def load_state(accelerator: Accelerator, state: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Load a state into model and optimizer; returns what `save_state` was given as `where` and `feed`."""
    accelerator.load_state(str(state))
    return json.loads((state / WHERE).read_text()), json.loads((state / _feed_file(accelerator)).read_text())


def remove_states(folder: Path) -> None:
    """Delete all states of a stage's folder."""
    for name in NAMES:
        shutil.rmtree(folder / name, ignore_errors=True)


def _feed_file(accelerator: Accelerator) -> str:
    return f"feed-{accelerator.process_index}.json"
