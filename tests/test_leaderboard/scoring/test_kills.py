"""Protects what was acknowledged: the process is killed (SIGKILL) at every step, on both databases.

A run is a fork that submits a file, or records a scoring, and dies when it comes to the n-th step. A step is a line of
our own code; one that a loop comes to again and again, as over the regions of a file, counts the first times alone.
The steps of one undisturbed run are counted first, and the killed runs are spread evenly over all of them, so that a
kill falls between any two: before, within and after files, folders, transactions and the answer.
"""

import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from sqlalchemy import select

import leaderboard
from dataset.runtime import cache
from dataset.schema import Region
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

OURS = (str(Path(leaderboard.__file__).parent), cache.__file__)
SUBMISSIONS, RECORDINGS, CLAIMS = 40, 25, 8
"""Kills on each database; those on one fall between those on the other."""
TIMES = 3
"""How often a line counts: transactions and files are begun, written and ended by the same lines."""


def die_at(step: int) -> list[int]:
    """Kill this process at its n-th step; returns the count of steps so far."""
    seen = [0]
    times: Counter[tuple[int, int]] = Counter()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            line = (id(frame.f_code), frame.f_lineno)  # a code object's own hash takes longer than most lines
            times[line] += 1
            seen[0] += times[line] <= TIMES
            if seen[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    return seen


def in_a_fork(work: Callable[[], str], step: int) -> tuple[str, int]:
    """What `work` acknowledged before it was killed at that step ("" if nothing), and how many steps it came to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            seen = die_at(step)
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


def spread(store: Store, steps: int, runs: int) -> list[int]:
    """The steps to be killed at: so many, and the last, between the end of the transaction and the answer."""
    first = 0.0 if store.is_sqlite else 0.5
    return sorted({1 + int((number + first) * steps / runs) for number in range(runs)} | {steps - 1, steps})


def test_a_submission_survives_a_kill_at_every_step(
    store: Store, regions: list[Region], card: SystemCard, tmp_path: Path
) -> None:
    find_board(store, "photos").data()  # read once, before the forks
    store.prepare()
    store.close()

    def send(word: str) -> Callable[[], str]:
        path = tmp_path / f"{word}.json"
        path.write_text(json.dumps({region.region_id: word for region in regions[:3]}))
        return lambda: submit(Store(store.settings), path, "photos", card, allow_missing=True).submission_id

    _, steps = in_a_fork(send("undisturbed"), 0)
    assert steps > 200
    chosen = spread(store, steps, SUBMISSIONS)
    acknowledged = [in_a_fork(send(f"word{step}"), step)[0] for step in chosen]

    with store.reading() as session:
        rows = set(session.scalars(select(Submission.id)))
        queued = set(session.scalars(select(Job.submission_id)))
    assert set(filter(None, acknowledged)) <= rows, "an acknowledged submission is lost"
    assert rows == queued, "a submission without a job, or a job without a submission"
    assert damaged_files(store) == [], "a row without its file"
    assert audit.verify(store).problems == ()
    assert not all(acknowledged)
    assert 0 < len(rows) - 1 < len(chosen), "some were killed before their row was there, and some after"
    for step in chosen:  # sent again, every file is in, once
        send(f"word{step}")()
    with store.reading() as session:
        assert len(session.scalars(select(Submission.id)).all()) == len(chosen) + 1


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

    _, steps = in_a_fork(record(0), 0)
    assert steps > 200
    acknowledged = []
    for number, step in enumerate(spread(store, steps, RECORDINGS), start=1):
        acknowledged.append(in_a_fork(record(number), step)[0])
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
    assert 1 < len(runs) <= len(acknowledged), "some were killed before their run was there, and some after"
    assert damaged_files(store) == [], "a run without its files"
    assert audit.verify(store).problems == ()


def test_a_claim_is_one_attempt_whatever_happens(store: Store, prediction_file: Callable[..., Path]) -> None:
    """A worker killed while it claims leaves the job queued, or leased and to be reaped: never lost, never twice."""
    submit(store, prediction_file(), "photos", SystemCard(name="Plain"))
    store.close()

    def claim() -> str:
        held = Store(store.settings).transact(lambda session: jobs.claim(session, "w", 1.0, 60.0))
        return "nothing" if held is None else f"attempt{held.attempt}"

    answer, steps = in_a_fork(claim, 0)
    assert answer == "attempt1"
    states = []
    for step in spread(store, steps, CLAIMS):
        with store.session() as session:
            job = session.scalars(select(Job)).one()
            job.state, job.attempts = "queued", 0
        store.close()
        answer, _ = in_a_fork(claim, step)
        with store.reading() as session:
            job = session.scalars(select(Job)).one()
            states.append((job.state, job.attempts))
        store.close()
        assert not answer or states[-1] == ("running", 1)
    assert set(states) == {("queued", 0), ("running", 1)}
