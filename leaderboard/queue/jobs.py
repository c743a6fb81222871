"""The queue of scoring jobs. A worker holds a job by a lease that it renews; without the lease it has lost the job.

Every function works inside the caller's transaction. Only the worker and the attempt that hold a job can end it:
a worker that was thought dead and comes back changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from ..storage.schema import OPEN_STATES, Job

__all__ = ["Claim", "JobProgress", "claim", "enqueue", "fail", "finish", "heartbeat", "progress_of", "reap", "release"]

_ERROR_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker holds."""

    job_id: int
    submission_id: str
    batch: str
    worker_id: str
    attempt: int

    @property
    def run_id(self) -> str:
        """Name of the score run that this attempt may make."""
        return f"{self.submission_id}-{self.job_id}-{self.attempt}"


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Where the newest job of a submission stands.

    Attributes:
        state: ``queued``, ``running``, ``done`` or ``failed``.
        position: how many jobs are scored before it, plus one; None unless queued.
        attempts: how often it was started.
        doing: what is being computed.
        error: why it failed, or the last attempt did.
    """

    job_id: int
    state: str
    position: int | None
    attempts: int
    doing: str
    error: str
    created_at: float
    started_at: float | None
    finished_at: float | None


def enqueue(session: Session, submission_id: str, now: float, batch: str = "") -> Job:
    """Ask for a submission to be scored; a submission has one open job at most, which is then returned."""
    query = select(Job).where(Job.submission_id == submission_id, Job.state.in_(OPEN_STATES))
    job = session.scalars(query).one_or_none()
    if job is None:
        job = Job(submission_id=submission_id, batch=batch, created_at=now)
        session.add(job)
        session.flush()
    return job


def claim(session: Session, worker_id: str, now: float, lease_seconds: float) -> Claim | None:
    """Take the next job: first scorings before rescorings, each in the order of arrival. None if nothing is due."""
    due = (
        select(Job.id)
        .where(Job.state == "queued", Job.available_at <= now)
        .order_by(Job.batch != "", Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = session.execute(
        update(Job)
        .where(Job.id == due, Job.state == "queued")
        .values(
            state="running",
            worker_id=worker_id,
            attempts=Job.attempts + 1,
            lease_until=now + lease_seconds,
            started_at=now,
            progress="",
        )
        .returning(Job.id, Job.submission_id, Job.batch, Job.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if taken is None else Claim(taken.id, taken.submission_id, taken.batch, worker_id, taken.attempts)


def heartbeat(session: Session, claim: Claim, now: float, lease_seconds: float, doing: str = "") -> bool:
    """Renew the lease; False if another worker has the job by now."""
    return _change(session, claim, lease_until=now + lease_seconds, progress=doing)


def finish(session: Session, claim: Claim, now: float) -> bool:
    """Mark the job as done; False if another worker has it by now."""
    return _change(session, claim, state="done", finished_at=now, lease_until=None, progress="", error="")


def fail(session: Session, claim: Claim, now: float, error: str, retry_at: float | None) -> bool:
    """Note why the attempt failed, and try again at some time, or never; False if another worker has the job by now."""
    message = error.replace("\0", "?")[:_ERROR_LENGTH]
    if retry_at is None:
        return _change(session, claim, state="failed", finished_at=now, lease_until=None, progress="", error=message)
    return _change(
        session,
        claim,
        state="queued",
        available_at=retry_at,
        worker_id=None,
        lease_until=None,
        progress="",
        error=message,
    )


def release(session: Session, claim: Claim, available_at: float, why: str = "") -> bool:
    """Give the job back unharmed: the attempt does not count. False if another worker has it by now."""
    return _change(
        session,
        claim,
        state="queued",
        attempts=claim.attempt - 1,
        available_at=available_at,
        worker_id=None,
        lease_until=None,
        progress="",
        error=why,
    )


def reap(session: Session, now: float, attempts: int, retry_seconds: float) -> int:
    """Take jobs from workers whose leases ran out; those that were tried `attempts` times have failed.

    Returns:
        How many jobs were taken.
    """
    lost: ColumnElement[bool] = and_(Job.state == "running", Job.lease_until < now)
    reason = "the worker that scored it stopped without reporting (killed, or its machine went down)"
    common = {"worker_id": None, "lease_until": None, "progress": ""}
    dead = session.execute(
        update(Job)
        .where(lost, Job.attempts >= attempts)
        .values(**common, state="failed", finished_at=now, error=f"{reason}; tried {attempts} times")
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    again = session.execute(
        update(Job)
        .where(lost)
        .values(**common, state="queued", available_at=now + retry_seconds * Job.attempts, error=reason)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(dead) + len(again)


def progress_of(session: Session, submission_id: str) -> JobProgress | None:
    """Where the newest job of a submission stands; None if it has none."""
    query = select(Job).where(Job.submission_id == submission_id).order_by(Job.id.desc()).limit(1)
    job = session.scalars(query).one_or_none()
    if job is None:
        return None
    position = None
    if job.state == "queued":
        first = Job.id < job.id if job.batch else and_(Job.id < job.id, Job.batch == "")
        before = first if not job.batch else first | (Job.batch == "")
        position = 1 + session.scalars(select(func.count()).where(Job.state == "queued", before)).one()
    return JobProgress(
        job.id,
        job.state,
        position,
        job.attempts,
        job.progress,
        job.error,
        job.created_at,
        job.started_at,
        job.finished_at,
    )


def _change(session: Session, claim: Claim, **values: object) -> bool:
    mine = (Job.id == claim.job_id, Job.state == "running", Job.worker_id == claim.worker_id)
    changed = session.execute(
        update(Job)
        .where(*mine, Job.attempts == claim.attempt)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return changed is not None
