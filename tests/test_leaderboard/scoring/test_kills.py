"""Protects what was acknowledged: the process is killed (SIGKILL) at every step, 150 times on each database.

A run is a fork that submits a file, or records a scoring, and dies when it comes to the n-th line of the leaderboard's
own code. The lines of one undisturbed run are counted first; the killed runs are spread evenly over all of them, so
that a kill falls between any two steps: before, within and after files, folders, transactions and the answer.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import select

import leaderboard
from leaderboard.admin.integrity import damaged_files
from leaderboard.boards.board import find_board
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import submit
from leaderboard.queue import jobs
from leaderboard.scoring import results
from leaderboard.storage import audit
from leaderboard.storage.schema import Job, ScoreRun, Submission
from leaderboard.storage.store import Store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

SUBMISSIONS, RECORDINGS = 100, 50
OURS = str(Path(leaderboard.__file__).parent)


def die_at(line: int) -> list[int]:
    """Kill this process at its n-th line of the leaderboard's code; returns the count of lines so far."""
    seen = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            seen[0] += 1
            if seen[0] == line:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    return seen


def in_a_fork(work: Callable[[], str], line: int) -> tuple[str, int]:
    """What `work` acknowledged before it was killed at that line ("" if nothing), and how many lines it came to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            seen = die_at(line)
            answer = work()
            os.write(writing, answer.encode())  # the acknowledgement; a kill may still follow
            sys.settrace(None)
            os.write(writing, f" {seen[0]}".encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode().split()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status)
    assert killed or os.WEXITSTATUS(status) == 0
    return (said[0] if said else ""), (0 if killed else int(said[1]))


def spread(lines: int, runs: int) -> list[int]:
    return [1 + number * lines // runs for number in range(runs)]


def test_a_submission_survives_a_kill_at_every_step(
    store: Store, prediction_file: Callable[..., Path], card: SystemCard
) -> None:
    find_board(store, "photos").data()  # read once, before the forks
    store.prepare()
    store.close()

    def send(word: str) -> Callable[[], str]:
        path = prediction_file(word)
        return lambda: submit(Store(store.settings), path, "photos", card).submission_id

    _, lines = in_a_fork(send("undisturbed"), 0)
    assert lines > 100
    acknowledged = [in_a_fork(send(f"word{line}"), line)[0] for line in spread(lines, SUBMISSIONS)]

    with store.reading() as session:
        rows = set(session.scalars(select(Submission.id)))
        queued = set(session.scalars(select(Job.submission_id)))
    assert set(filter(None, acknowledged)) <= rows, "an acknowledged submission is lost"
    assert rows == queued, "a submission without a job, or a job without a submission"
    assert damaged_files(store) == [], "a row without its file"
    assert audit.verify(store).problems == ()
    assert 0 < sum(not answer for answer in acknowledged) <= SUBMISSIONS
    for line in spread(lines, SUBMISSIONS):  # sent again, every file is in, once
        submit(store, prediction_file(f"word{line}"), "photos", card)
    with store.reading() as session:
        assert len(session.scalars(select(Submission.id)).all()) == len(set(spread(lines, SUBMISSIONS))) + 1


def test_a_score_run_survives_a_kill_at_every_step(
    store: Store, prediction_file: Callable[..., Path], card: SystemCard, scored: Path, tmp_path: Path
) -> None:
    submission = submit(store, prediction_file(), "photos", card).submission_id
    store.close()

    def record(number: int) -> Callable[[], str]:
        with store.session() as session:
            jobs.enqueue(session, submission, 0.0, f"batch{number}")
        store.close()
        folder = tmp_path / f"files{number}"
        shutil.copytree(scored, folder)

        def work() -> str:
            mine = Store(store.settings)
            held = mine.transact(lambda session: jobs.claim(session, "w", 1.0, 60.0))
            assert held is not None
            return held.run_id if results.record(mine, held, folder, 1.0) else "no"

        return work

    _, lines = in_a_fork(record(0), 0)
    assert lines > 80
    acknowledged = []
    for number, line in enumerate(spread(lines, RECORDINGS), start=1):
        acknowledged.append(in_a_fork(record(number), line)[0])
        with store.session() as session:  # what a worker that comes later does
            jobs.reap(session, 1e9, attempts=1, retry_seconds=0.0)
            for job in session.scalars(select(Job).where(Job.state == "queued")):
                job.state = "failed"
        store.close()

    with store.reading() as session:
        runs = {run.id: run.job_id for run in session.scalars(select(ScoreRun))}
        done = set(session.scalars(select(Job.id).where(Job.state == "done")))
    assert set(filter(None, acknowledged)) <= set(runs), "an acknowledged run is lost"
    assert set(runs.values()) == done, "a job that is done without a run, or a run of a job that is not done"
    assert damaged_files(store) == [], "a run without its files"
    assert audit.verify(store).problems == ()


def test_a_claim_is_one_attempt_whatever_happens(store: Store, prediction_file: Callable[..., Path]) -> None:
    """A worker killed while it claims leaves the job queued, or leased and to be reaped: never lost, never twice."""
    submit(store, prediction_file(), "photos", SystemCard(name="Plain"))
    store.close()

    def claim() -> str:
        held = Store(store.settings).transact(lambda session: jobs.claim(session, "w", 1.0, 60.0))
        return "nothing" if held is None else f"attempt{held.attempt}"

    answer, lines = in_a_fork(claim, 0)
    assert answer == "attempt1"
    for line in range(1, lines, max(1, lines // 20)):
        with store.session() as session:
            job = session.scalars(select(Job)).one()
            job.state, job.attempts = "queued", 0
        store.close()
        answer, _ = in_a_fork(claim, line)
        with store.reading() as session:
            job = session.scalars(select(Job)).one()
            state = (job.state, job.attempts)
        store.close()
        assert state in (("queued", 0), ("running", 1))
        assert not answer or state == ("running", 1)
