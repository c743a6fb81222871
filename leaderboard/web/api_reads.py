"""The reading half of the API (GET); no answer contains what the pages would not show."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from starlette.responses import FileResponse, JSONResponse, Response

from dataset.errors import DataUnavailableError, UnknownNameError

from ..boards.board import find_board, list_boards
from ..boards.board_package import board_package
from ..boards.challenge import facts_of, find_challenge, list_challenges, package_of
from ..intake.access import readable_run, readable_submission, refuse_hidden_file
from ..intake.card import SystemCard
from ..intake.submissions import blobs
from ..queue.health import queue_health
from ..queue.jobs import progress_of
from ..reading.entries import standing_of
from ..scoring import results
from ..storage.audit import read_log
from ..storage.schema import AuditEvent, Challenge, Probe, Score, ScoreRun, Submission
from ..storage.store import Store
from ..storage.tokens import Actor

__all__ = [
    "board",
    "board_images",
    "boards",
    "challenge",
    "challenges",
    "health",
    "log",
    "package",
    "predictions",
    "queue",
    "run_file",
    "submission",
]

_LOG_ROWS = 1_000

Path = Mapping[str, str]


def boards(store: Store, _: Actor | None, __: Path) -> Response:
    """``GET /boards``: what can be submitted to."""
    rows = [
        {"name": board.name, "title": board.title, "config": board.config, "split": board.split}
        | {"hidden_references": board.hidden, "accepts_submissions": board.accepts}
        for board in list_boards(store).values()
    ]
    return JSONResponse({"boards": rows})


def board(store: Store, _: Actor | None, path: Path) -> Response:
    """``GET /boards/{board}``: the newest run of every public submission, in no order; ranks are on the pages."""
    name = find_board(store, path["board"]).name
    query = (
        select(Submission)
        .where(Submission.board == name, Submission.visibility == "public")
        .options(joinedload(Submission.system))
        .order_by(Submission.created_at)
    )
    with store.reading() as session:
        rows = [_entry(session, row) for row in session.scalars(query)]
    return JSONResponse({"board": name, "submissions": rows})


def board_images(store: Store, _: Actor | None, path: Path) -> Response:
    """``GET /boards/{board}/package.zip``: its images and masks."""
    file = board_package(store, path["board"])
    return FileResponse(file, media_type="application/zip", filename=f"{path['board']}.zip")


def submission(store: Store, actor: Actor | None, path: Path) -> Response:
    """``GET /submissions/{submission}``: where it stands, and its scores when it has them."""
    with store.reading() as session:
        row = readable_submission(session, path["submission"], actor)
        now = store.now(session)
        health = queue_health(session, store.settings, now)
        progress = progress_of(session, row.id)
        probes = session.scalars(select(Probe).where(Probe.submission_id == row.id).order_by(Probe.name)).all()
        job = None if progress is None else asdict(progress)
        if job is not None and progress is not None:
            position = progress.position
            job["wait_seconds"] = None if position is None else health.wait_seconds(position)
        flags = [{"name": probe.name, "flagged": probe.flagged, "message": probe.message} for probe in probes]
        entry = _entry(session, row) | {"job": job, "probes": flags}
    return JSONResponse(entry)


def predictions(store: Store, actor: Actor | None, path: Path) -> Response:
    """``GET /submissions/{submission}/predictions``: its captions, JSON Lines, gzipped."""
    with store.reading() as session:
        row = readable_submission(session, path["submission"], actor)
        refuse_hidden_file(store, row, "predictions", actor)
        sha256, identity = row.predictions_sha256, row.id
    content = gzip.compress(blobs(store).get(sha256), mtime=0)
    headers = {"Content-Disposition": f'attachment; filename="predictions-{identity}.jsonl.gz"'}
    return Response(content, media_type="application/gzip", headers=headers)


def run_file(store: Store, actor: Actor | None, path: Path) -> Response:
    """``GET /runs/{run}/{file}``: report.json, items.parquet or statistics.npz of a run."""
    with store.reading() as session:
        run = readable_run(session, path["run"], actor)
        refuse_hidden_file(store, readable_submission(session, run.submission_id, actor), path["file"], actor)
    try:
        file = results.run_file(store, run.id, path["file"])
    except DataUnavailableError as error:
        raise UnknownNameError("file of a run", path["file"][:60], run.files) from error
    return FileResponse(file, filename=f"{run.id}-{path['file']}")


def health(store: Store, _: Actor | None, __: Path) -> Response:
    """``GET /health``: that server and database answer; 503 if the database does not."""
    with store.reading() as session:
        workers = queue_health(session, store.settings, store.now(session)).alive
    return JSONResponse({"status": "ok", "workers_alive": workers})


def queue(store: Store, _: Actor | None, __: Path) -> Response:
    """``GET /queue``: jobs waiting, and the health of the workers."""
    with store.reading() as session:
        health = queue_health(session, store.settings, store.now(session))
    return JSONResponse(asdict(health) | {"workers_alive": health.alive})


def log(store: Store, _: Actor | None, __: Path) -> Response:
    """``GET /log``: the newest events of the log, newest first."""
    columns = [column.key for column in AuditEvent.__table__.columns]
    rows = [{name: getattr(event, name) for name in columns} for event in read_log(store, _LOG_ROWS)]
    return JSONResponse({"events": rows, "head": rows[0]["hash"] if rows else None})


def challenges(store: Store, _: Actor | None, __: Path) -> Response:
    """``GET /challenges``: all of them, oldest first."""
    return JSONResponse({"challenges": [_challenge(row) for row in list_challenges(store)]})


def challenge(store: Store, _: Actor | None, path: Path) -> Response:
    """``GET /challenges/{challenge}``: one of them; what ``challenge check`` reads once it is published."""
    with store.reading() as session:
        return JSONResponse(_challenge(find_challenge(session, path["challenge"])))


def package(store: Store, _: Actor | None, path: Path) -> Response:
    """``GET /challenges/{challenge}/package.zip``: images and masks."""
    file = package_of(store, path["challenge"])
    return FileResponse(file, media_type="application/zip", filename=f"{path['challenge']}.zip")


def _entry(session: Session, row: Submission) -> dict[str, Any]:
    query = select(ScoreRun).where(ScoreRun.submission_id == row.id).order_by(ScoreRun.job_id.desc()).limit(1)
    run = session.scalars(query).one_or_none()
    return {
        "submission": row.id,
        "board": row.board,
        "system": {
            "id": row.system_id,
            "name": row.system.name,
            "kind": row.system.kind,
            **SystemCard.of_row(row.system).facts(),
        },
        "note": row.note,
        "captions": row.captions,
        "missing": row.missing,
        "predictions_sha256": row.predictions_sha256,
        "standing": standing_of(row.system.kind, row.verified_by),
        "verified_by": row.verified_by,
        "created_at": row.created_at,
        "run": None if run is None else run.id,
        "scores": None if run is None else _scores(session, run),
    }


def _scores(session: Session, run: ScoreRun) -> dict[str, Any]:
    scores = session.scalars(select(Score).where(Score.run_id == run.id, Score.slice == "")).all()
    return {
        score.metric: {"value": score.value, "low": score.low, "high": score.high}
        | {"signature": run.signatures.get(score.metric, "")}
        for score in scores
    }


def _challenge(row: Challenge) -> dict[str, Any]:
    """Fields are listed one by one, so that no other one becomes public."""
    public = {"title": row.title, "state": row.state, "renews": row.details["renews"], "opened_at": row.created_at}
    record = {**facts_of(row).to_dict(), **public, "quota_per_day": row.details["quota_per_day"]}
    if row.state == "published":
        record |= {"secret": row.details["secret"], "references_sha256": row.data_sha256}
    return record
