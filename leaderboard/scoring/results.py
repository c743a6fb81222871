"""From the files of a finished scoring to an immutable score run: files first, then one transaction."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from dataset.errors import DataUnavailableError
from dataset.runtime.cache import sync_to_disk

from ..checks.resubmission import note_resubmission, sketch_of
from ..intake.submissions import predictions
from ..queue import jobs
from ..queue.jobs import Claim
from ..storage import audit
from ..storage.schema import Probe, Score, ScoreRun
from ..storage.store import Store
from .score_one import FILES

__all__ = ["file_digest", "record", "run_file"]

_CHUNK = 1 << 20


def record(store: Store, claim: Claim, folder: Path, seconds: float) -> bool:
    """Make a score run of the files in a folder, which is moved to its place.

    Args:
        store: of the leaderboard.
        claim: the job that was done.
        folder: with `scoring.FILES`, inside the store's folder.
        seconds: how long scoring took.

    Returns:
        False if another worker had the job by now: then nothing was recorded and the files are gone.

    Raises:
        DataUnavailableError: files are missing, or the database is unreachable.
        OSError: the disk is full.
    """
    digests = {name: file_digest(folder / name) for name in FILES}
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    rest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    home = store.runs / claim.run_id
    _settle(folder, home)
    sketch = sketch_of(predictions(store, claim.submission_id))

    def write(session: Session) -> bool:
        earlier = session.get(ScoreRun, claim.run_id)
        if earlier is not None:
            return True  # the answer to an earlier try was lost
        now = store.now(session)
        if not jobs.finish(session, claim, now):
            return False
        run = _run(claim, report, rest, digests, seconds, now)
        session.add(run)
        session.flush()
        session.execute(insert(Score), _scores(claim.run_id, report))
        _probes(session, claim.submission_id, rest["probes"], now)
        note_resubmission(session, claim.submission_id, sketch, now)
        details = {"run": run.id, "signature": run.signature, "report_sha256": digests["report.json"]}
        audit.append(session, now, "worker", "scored", f"submission:{claim.submission_id}", details)
        return True

    recorded = store.transact(write)
    if not recorded:
        shutil.rmtree(home, ignore_errors=True)
    return recorded


def run_file(store: Store, run_id: str, name: str) -> Path:
    """One file of a recorded run.

    Raises:
        DataUnavailableError: there is no such file.
    """
    path = store.runs / run_id / name
    if name not in FILES or path.parent.parent != store.runs or not path.is_file():
        raise DataUnavailableError(f"the run {run_id!r} has no file {name!r}")
    return path


def file_digest(path: Path) -> str:
    """SHA-256 of a file.

    Raises:
        DataUnavailableError: it is not there.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError as error:
        raise DataUnavailableError(f"{path} is missing") from error
    return digest.hexdigest()


def _settle(folder: Path, home: Path) -> None:
    """Put the files where a run's files belong, durably; those of an earlier try with the same name are replaced."""
    for name in FILES:
        sync_to_disk(folder / name)
    sync_to_disk(folder)
    shutil.rmtree(home, ignore_errors=True)
    folder.rename(home)
    sync_to_disk(home.parent)


def _run(
    claim: Claim,
    report: Mapping[str, Any],
    rest: Mapping[str, Any],
    digests: dict[str, Any],
    seconds: float,
    now: float,
) -> ScoreRun:
    signatures = {name: score["signature"] for name, score in report["metrics"].items()}
    canonical = json.dumps(signatures, sort_keys=True).encode()
    return ScoreRun(
        id=claim.run_id,
        submission_id=claim.submission_id,
        job_id=claim.job_id,
        batch=claim.batch,
        signature=hashlib.sha256(canonical).hexdigest(),
        signatures=signatures,
        lower_is_better=rest["lower_is_better"],
        data_sha256=report["data"]["sha256"],
        regions=report["data"]["regions"],
        images=report["data"]["images"],
        scored=report["coverage"]["scored"],
        missing=report["coverage"]["missing"],
        versions=report["versions"],
        notes=rest["notes"],
        files=digests,
        seconds=round(seconds, 3),
        created_at=now,
    )


def _scores(run_id: str, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    parts = {"": {"n": report["data"]["regions"], "metrics": report["metrics"]}, **report["slices"]}
    return [
        {
            "run_id": run_id,
            "slice": part,
            "metric": metric,
            "value": score["value"],
            "low": score["low"],
            "high": score["high"],
            "n": values["n"],
        }
        for part, values in parts.items()
        for metric, score in values["metrics"].items()
    ]


def _probes(session: Session, submission_id: str, findings: Sequence[Mapping[str, Any]], now: float) -> None:
    session.execute(delete(Probe).where(Probe.submission_id == submission_id))
    session.add_all(Probe(submission_id=submission_id, created_at=now, **finding) for finding in findings)
