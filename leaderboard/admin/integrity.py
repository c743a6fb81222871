"""Checks of the stored files against the database: damaged and missing files, and leftovers that no row refers to."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from sqlalchemy import select

from dataset.errors import DataUnavailableError

from ..intake.submissions import blobs
from ..scoring.results import file_digest
from ..storage.blobs import ORPHAN_SECONDS
from ..storage.schema import ScoreRun, Submission
from ..storage.store import Store

__all__ = ["damaged_files", "sweep_files"]


def damaged_files(store: Store) -> list[str]:
    """A line for every file of a submission or a run that is missing or was changed."""
    with store.reading() as session:
        submissions = session.execute(select(Submission.id, Submission.predictions_sha256)).all()
        runs = session.execute(select(ScoreRun.id, ScoreRun.files)).all()
    problems = []
    for submission, sha256 in submissions:
        try:
            blobs(store).get(sha256)
        except DataUnavailableError as error:
            problems.append(f"submission {submission}: {error}")
    for run, files in runs:
        for name, expected in files.items():
            try:
                if file_digest(store.runs / run / name) != expected:
                    problems.append(f"run {run}: {name} was changed")
            except DataUnavailableError as error:
                problems.append(f"run {run}: {error}")
    return problems


def sweep_files(store: Store) -> int:
    """Remove blobs, runs, uploads and scratch folders that no row refers to and that are a day old or older.

    Returns:
        How many were removed.
    """
    with store.reading() as session:
        known_blobs = session.scalars(select(Submission.predictions_sha256)).all()
        known_runs = set(session.scalars(select(ScoreRun.id)).all())
    removed = blobs(store).sweep(known_blobs)
    leftovers = [path for path in store.runs.iterdir() if path.name not in known_runs]
    for folder in (store.uploads, store.folder / "scoring"):
        leftovers += folder.iterdir() if folder.is_dir() else []
    for path in leftovers:
        removed += _remove_old(path)
    return removed


def _remove_old(path: Path) -> bool:
    if time.time() - path.stat().st_mtime < ORPHAN_SECONDS:
        return False
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return True
