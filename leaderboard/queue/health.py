"""Is the queue moving? What pages and the API show of jobs and workers, without names of machines."""

from __future__ import annotations

import hashlib
import statistics
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..settings import Settings
from ..storage.schema import Job, ScoreRun, Worker
from ..storage.tokens import DAY

__all__ = ["QueueHealth", "WorkerHealth", "queue_health"]

_RECENT_RUNS = 20
_FORGET_SECONDS = 3_600.0
_FORGET_LEASES = 3


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """A worker that reported within the last three leases, or the last hour if that is less.

    Attributes:
        name: says nothing about its machine.
        state: ``idle``, ``scoring``, ``waiting: ...``, ``stopped`` or ``silent`` (its report is overdue).
        job_id: what it is scoring.
        silent_seconds: since its last report.
    """

    name: str
    state: str
    job_id: int | None
    silent_seconds: float


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """The queue at one moment.

    Attributes:
        queued, running, failed: jobs; `failed` of the last 24 hours.
        oldest_seconds: how long the first job in the queue has waited; None if there is none.
        seconds_per_job: median of the last runs; None before the first.
        workers: newest first.
    """

    queued: int
    running: int
    failed: int
    oldest_seconds: float | None
    seconds_per_job: float | None
    workers: tuple[WorkerHealth, ...]

    @property
    def alive(self) -> int:
        """Workers that take jobs."""
        return sum(worker.state in ("idle", "scoring") for worker in self.workers)

    def wait_seconds(self, position: int) -> float | None:
        """About when a job at this position of the queue is done; None if it cannot be estimated."""
        if self.seconds_per_job is None or not self.alive:
            return None
        return self.seconds_per_job * (1 + (position + self.running - 1) // self.alive)


def queue_health(session: Session, settings: Settings, now: float) -> QueueHealth:
    """Count the jobs and the workers that report."""
    counts = dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all())
    failed = session.scalars(select(func.count()).where(Job.state == "failed", Job.finished_at > now - DAY)).one()
    oldest = session.scalars(select(func.min(Job.created_at)).where(Job.state == "queued")).one()
    recent = select(ScoreRun.seconds).order_by(ScoreRun.created_at.desc()).limit(_RECENT_RUNS)
    seconds = session.scalars(recent).all()
    forget = min(_FORGET_SECONDS, _FORGET_LEASES * settings.lease_seconds)
    worker_query = select(Worker).where(Worker.seen_at > now - forget).order_by(Worker.started_at.desc())
    return QueueHealth(
        queued=counts.get("queued", 0),
        running=counts.get("running", 0),
        failed=failed,
        oldest_seconds=None if oldest is None else max(0.0, now - oldest),
        seconds_per_job=statistics.median(seconds) if seconds else None,
        workers=tuple(_health(worker, settings, now) for worker in session.scalars(worker_query)),
    )


def _health(worker: Worker, settings: Settings, now: float) -> WorkerHealth:
    silent = max(0.0, now - worker.seen_at)
    state = "silent" if worker.state != "stopped" and silent > settings.lease_seconds else worker.state
    name = "worker-" + hashlib.sha256(worker.id.encode()).hexdigest()[:6]
    return WorkerHealth(name, state, worker.job_id, silent)
