"""Scoring all history again, after a change of metrics or data, and what that does to the ranks."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..boards.board import Board, list_boards
from ..queue.jobs import enqueue
from ..storage import audit
from ..storage.schema import Job, Score, ScoreRun, Submission, System
from ..storage.store import Store

__all__ = ["BatchState", "RankChange", "batch_state", "rank_changes", "start_batch"]


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is."""

    total: int
    done: int
    failed: int

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.done + self.failed == self.total


@dataclass(frozen=True, slots=True)
class RankChange:
    """One submission before and after.

    Attributes:
        metric: by which it is ranked, the first headline of its board.
        old, new: the score; None where there is none.
        old_rank, new_rank: by the score alone, without ties; None without a score.
        same: whether the signatures are the same: then the scores have to be, too.
    """

    board: str
    submission_id: str
    system: str
    metric: str
    old: float | None
    new: float | None
    old_rank: int | None
    new_rank: int | None
    same: bool


def start_batch(store: Store, board: str | None = None) -> str:
    """Ask for every submission, of one board or of all, to be scored again; hidden ones too.

    Submissions that still wait for their first scoring are left to it.

    Returns:
        Name of the batch.
    """
    batch = time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + "-" + secrets.token_hex(2)

    def ask(session: Session) -> None:
        now = store.now(session)
        audit.lock(session)
        if session.scalars(select(Job.id).where(Job.batch == batch).limit(1)).first() is not None:
            return  # committed by an earlier try whose answer was lost
        query = select(Submission.id).order_by(Submission.created_at)
        submission_ids = session.scalars(query if board is None else query.where(Submission.board == board)).all()
        jobs = [enqueue(session, submission, now, batch) for submission in submission_ids]
        count = sum(job.batch == batch for job in jobs)
        audit.append(session, now, "operator", "rescored", f"batch:{batch}", {"board": board, "submissions": count})

    store.transact(ask)
    return batch


def batch_state(session: Session, batch: str) -> BatchState:
    """Count the jobs of a batch."""
    query = select(Job.state, func.count()).where(Job.batch == batch).group_by(Job.state)
    counts = dict(session.execute(query).all())
    return BatchState(sum(counts.values()), counts.get("done", 0), counts.get("failed", 0))


def rank_changes(store: Store, session: Session, batch: str) -> list[RankChange]:
    """What the runs of a batch changed, board by board, best new rank first; by the score that leads each board."""
    query = (
        select(ScoreRun, Submission, System.name)
        .join(Submission, ScoreRun.submission_id == Submission.id)
        .join(System, Submission.system_id == System.id)
        .where(ScoreRun.batch == batch)
    )
    boards: dict[str, list[tuple[ScoreRun, Submission, str]]] = {}
    for run, submission, system in session.execute(query):
        boards.setdefault(submission.board, []).append((run, submission, system))
    listed = list_boards(store)
    return [
        change
        for name in sorted(boards)
        for change in _of_board(session, listed.get(name) or Board(name, name, "", ""), boards[name])
    ]


def _of_board(session: Session, board: Board, rows: list[tuple[ScoreRun, Submission, str]]) -> list[RankChange]:
    metric = board.headlines({name: None for run, _, _ in rows for name in run.signatures})[0]
    sign = 1.0 if metric in rows[0][0].lower_is_better else -1.0
    before = {run.id: _run_before(session, run) for run, _, _ in rows}
    new = {run.id: _value(session, run.id, metric) for run, _, _ in rows}
    old = {
        run.id: None if (earlier := before[run.id]) is None else _value(session, earlier.id, metric) for run, *_ in rows
    }
    new_ranks, old_ranks = _ranks(new, sign), _ranks(old, sign)
    changes = []
    for run, submission, system in rows:
        earlier = before[run.id]
        same = earlier is not None and earlier.signature == run.signature
        changes.append(
            RankChange(
                board.name,
                submission.id,
                system,
                metric,
                old[run.id],
                new[run.id],
                old_ranks.get(run.id),
                new_ranks.get(run.id),
                same,
            )
        )
    return sorted(changes, key=lambda change: change.new_rank or len(changes) + 1)


def _ranks(values: dict[str, float | None], sign: float) -> dict[str, int]:
    numbers = [value for value in values.values() if value is not None]
    return {
        run: 1 + sum(sign * other < sign * value for other in numbers)
        for run, value in values.items()
        if value is not None
    }


def _run_before(session: Session, run: ScoreRun) -> ScoreRun | None:
    query = select(ScoreRun).where(ScoreRun.submission_id == run.submission_id, ScoreRun.job_id < run.job_id)
    return session.scalars(query.order_by(ScoreRun.job_id.desc()).limit(1)).one_or_none()


def _value(session: Session, run_id: str, metric: str) -> float | None:
    query = select(Score.value).where(Score.run_id == run_id, Score.slice == "", Score.metric == metric)
    return session.scalars(query).one_or_none()
