"""The tables as they are now; a change here needs a migration as well (see `migrations`).

Times are seconds since 1970 in UTC. Files lie beside the database, never in it.

    System ── Submission ── Job ── ScoreRun ── Score
                   └─ Probe
    ApiToken   Worker   AuditEvent   Challenge   Reported

A submission exists only together with its file, a score run only together with its folder (see `blobs`, `results`).
Score runs are never updated: scoring again makes a new run.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

__all__ = [
    "BASELINE",
    "MODEL",
    "SUBMITTED",
    "ApiToken",
    "AuditEvent",
    "Base",
    "Challenge",
    "Job",
    "Probe",
    "Reported",
    "Score",
    "ScoreRun",
    "Submission",
    "System",
    "Worker",
]

OPEN_STATES = ("queued", "running")
"""States of a job that is not over."""

SUBMITTED, MODEL, BASELINE = "submitted", "model", "baseline"
"""Kinds of systems: of others, trained ones that come with the software, and trivial captioners, which have no rank."""


class Base(DeclarativeBase):
    """Base of the tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, float: Float(53), str: String, bool: Boolean}  # noqa: RUF012 - SQLAlchemy's name for it


class System(Base):
    """A captioner, as its makers describe it; its submissions share name and links."""

    __tablename__ = "system"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    """The name in lower case with single spaces: two systems must not look alike."""
    owner: Mapped[str]
    """Who may submit for it and change it: ``token:ID``, ``login:DIGEST``, ``claim:DIGEST``, ``operator``."""
    kind: Mapped[str] = mapped_column(default="submitted")
    """`SUBMITTED`, `MODEL` or `BASELINE`."""
    description: Mapped[str] = mapped_column(default="")
    paper: Mapped[str] = mapped_column(default="")
    """URL, like `code` and `model_card`; always http or https."""
    code: Mapped[str] = mapped_column(default="")
    model_card: Mapped[str] = mapped_column(default="")
    parameters: Mapped[float | None]
    """Number of parameters, billions as 1e9."""
    captions_per_second: Mapped[float | None]
    hardware: Mapped[str] = mapped_column(default="")
    """On which `captions_per_second` was measured."""
    organisation: Mapped[str] = mapped_column(default="")
    licence: Mapped[str] = mapped_column(default="")
    """Of the weights."""
    weights: Mapped[str] = mapped_column(default="")
    """``open`` or ``closed``; empty where nobody says, like the three below."""
    method: Mapped[str] = mapped_column(default="")
    """``trained`` or ``prompted``."""
    training_data: Mapped[str] = mapped_column(default="")
    saw_source: Mapped[str] = mapped_column(default="")
    """``yes`` if it was trained on data from where the board's images come from, such as the generator; or ``no``."""
    created_at: Mapped[float] = mapped_column(default=time.time)

    submissions: Mapped[list[Submission]] = relationship(back_populates="system", order_by="Submission.created_at")


class Submission(Base):
    """One prediction file on one board. Its id follows from board and content, so that a file counts once."""

    __tablename__ = "submission"
    __table_args__ = (
        Index("submission_of_board", "board", "visibility"),
        Index("submission_of_actor", "actor", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """16 hexadecimal digits: SHA-256 of board and `predictions_sha256`, cut."""
    board: Mapped[str]
    """Name of the board: ``scenes``, ``photos``, or a challenge's name."""
    config: Mapped[str]
    split: Mapped[str]
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id"), index=True)
    note: Mapped[str] = mapped_column(default="")
    """What sets this submission apart from the system's others (checkpoint, prompt)."""
    predictions_sha256: Mapped[str]
    """Of the canonical predictions, which `blobs` keeps under it."""
    upload_sha256: Mapped[str]
    """Of the file as it was sent."""
    upload_bytes: Mapped[int]
    captions: Mapped[int]
    """Regions with a caption."""
    missing: Mapped[int]
    """Regions without one; they score 0."""
    actor: Mapped[str]
    """Who sent it, see `System.owner`; ``page`` without a login."""
    source: Mapped[str]
    """``api``, ``page``, ``command line`` or ``seed``."""
    visibility: Mapped[str] = mapped_column(default="public")
    """``public``, ``hidden`` (by the operator), ``private`` or ``withdrawn`` (by its owner)."""
    hidden_reason: Mapped[str] = mapped_column(default="")
    """Why it is hidden or withdrawn."""
    verified_by: Mapped[str] = mapped_column(default="")
    """Who reproduced the predictions; empty if nobody has."""
    verified_at: Mapped[float | None]
    verified_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[float] = mapped_column(default=time.time)

    system: Mapped[System] = relationship(back_populates="submissions")
    jobs: Mapped[list[Job]] = relationship(back_populates="submission", order_by="Job.id")
    runs: Mapped[list[ScoreRun]] = relationship(back_populates="submission", order_by="ScoreRun.job_id")
    probes: Mapped[list[Probe]] = relationship(back_populates="submission", order_by="Probe.name")


class Job(Base):
    """A request to score a submission. A worker holds it by a lease; see `jobs`."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_queue", "state", "available_at", "id"),
        Index(
            "job_open_once",
            "submission_id",
            unique=True,
            sqlite_where=text("state in ('queued', 'running')"),
            postgresql_where=text("state in ('queued', 'running')"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    batch: Mapped[str] = mapped_column(default="", index=True)
    """Which `rescore` asked for it; empty for a submission's first scoring."""
    state: Mapped[str] = mapped_column(default="queued")
    """``queued``, ``running``, ``done`` or ``failed``."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often a worker started it, the running attempt included."""
    worker_id: Mapped[str | None]
    lease_until: Mapped[float | None]
    available_at: Mapped[float] = mapped_column(default=0.0)
    """Not before this time (pause after a failure)."""
    progress: Mapped[str] = mapped_column(default="")
    """What is being computed."""
    error: Mapped[str] = mapped_column(default="")
    """Why the last attempt failed; public."""
    created_at: Mapped[float] = mapped_column(default=time.time)
    started_at: Mapped[float | None]
    """Of the last attempt."""
    finished_at: Mapped[float | None]

    submission: Mapped[Submission] = relationship(back_populates="jobs")


class ScoreRun(Base):
    """Scores of a submission as computed once: never changed afterwards. Its files are in ``runs/<id>``."""

    __tablename__ = "score_run"

    id: Mapped[str] = mapped_column(primary_key=True)
    """``<submission id>-<job id>-<attempt>``."""
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), unique=True)
    """Unique: a job cannot be recorded twice, whatever its workers do. The newest run of a submission counts."""
    batch: Mapped[str] = mapped_column(default="", index=True)
    signature: Mapped[str]
    """SHA-256 over `signatures`: runs compare only if theirs are equal."""
    signatures: Mapped[dict[str, Any]]
    """Score name -> its signature."""
    lower_is_better: Mapped[list[Any]]
    """Names of scores where less is better."""
    data_sha256: Mapped[str]
    regions: Mapped[int]
    images: Mapped[int]
    scored: Mapped[int]
    missing: Mapped[int]
    versions: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    """What was left out, a line each."""
    files: Mapped[dict[str, Any]]
    """File name -> SHA-256 of every file of the run's folder."""
    seconds: Mapped[float]
    """How long scoring took."""
    created_at: Mapped[float] = mapped_column(default=time.time)

    submission: Mapped[Submission] = relationship(back_populates="runs")
    scores: Mapped[list[Score]] = relationship(back_populates="run")


class Score(Base):
    """One number of a run, on 0..1 (CIDEr 0..10)."""

    __tablename__ = "score"
    __table_args__ = (Index("score_column", "slice", "metric"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("score_run.id"), primary_key=True)
    slice: Mapped[str] = mapped_column(primary_key=True)
    """``granularity=part`` and the like; empty for all regions."""
    metric: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    """None where there is nothing to compute it from."""
    low: Mapped[float | None]
    """95% interval over images; None with one image."""
    high: Mapped[float | None]
    n: Mapped[int]
    """Regions in the slice."""

    run: Mapped[ScoreRun] = relationship(back_populates="scores")


class Probe(Base):
    """What an automatic check found in a submission, good or bad."""

    __tablename__ = "probe"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    flagged: Mapped[bool]
    value: Mapped[float | None]
    message: Mapped[str]
    """Why, for the system's page."""
    details: Mapped[dict[str, Any]]
    created_at: Mapped[float] = mapped_column(default=time.time)

    submission: Mapped[Submission] = relationship(back_populates="probes")


class Worker(Base):
    """A scoring worker and the time of its last report."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    state: Mapped[str]
    """``idle``, ``scoring``, ``waiting: ...`` or ``stopped``."""
    job_id: Mapped[int | None]
    started_at: Mapped[float] = mapped_column(default=time.time)
    seen_at: Mapped[float] = mapped_column(default=time.time)


class ApiToken(Base):
    """A bearer token; the secret itself is nowhere, only its SHA-256."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(primary_key=True)
    """The first part of the token, which may be shown."""
    name: Mapped[str]
    """Whom it was given to."""
    secret_sha256: Mapped[str]
    quota_per_day: Mapped[int | None]
    """None for the setting's."""
    minute: Mapped[int] = mapped_column(default=0)
    """Minute since 1970 that `requests` counts in."""
    requests: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[float] = mapped_column(default=time.time)
    expires_at: Mapped[float | None]
    revoked_at: Mapped[float | None]


class AuditEvent(Base):
    """One line of the tamper-evident log; see `audit`."""

    __tablename__ = "audit_event"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """From 1 without gaps."""
    at: Mapped[float]
    actor: Mapped[str]
    action: Mapped[str]
    """``submitted``, ``scored``, ``hidden``, ..."""
    subject: Mapped[str]
    """``submission:ID``, ``token:ID``, ``challenge:NAME``, ..."""
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class Reported(Base):
    """A number that a paper published: shown apart from what was computed here."""

    __tablename__ = "reported"

    table_name: Mapped[str] = mapped_column(primary_key=True)
    """Which published table, such as ``ureca-table-2``."""
    system: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    """Column of that table, such as ``meteor`` or ``refcocog``."""
    position: Mapped[int]
    """Of the number in the published table, row by row."""
    value: Mapped[float | None]
    """As published; None for a dash."""
    scale: Mapped[float] = mapped_column(default=100.0)
    """What the published value was multiplied by."""
    implementation: Mapped[str] = mapped_column(default="")
    """Which implementation of the metric, where several exist; numbers of different ones do not compare."""
    source: Mapped[str]
    """Citation."""
    url: Mapped[str] = mapped_column(default="")


class Challenge(Base):
    """A hidden test that can be renewed. What it is made of lies in the operator's folder, not here."""

    __tablename__ = "challenge"

    name: Mapped[str] = mapped_column(primary_key=True)
    """Also the name of its board."""
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    """``open``, ``closed`` or ``published``."""
    images: Mapped[int]
    resolution: Mapped[int]
    data_sha256: Mapped[str] = mapped_column(default="")
    """Commitment to the references: published later, they can be checked against it."""
    details: Mapped[dict[str, Any]]
    created_at: Mapped[float] = mapped_column(default=time.time)
    closed_at: Mapped[float | None]
    published_at: Mapped[float | None]
