"""A scoring worker: takes jobs one after the other and scores each in a process of its own, with limits.

Whatever the submission does, only that process suffers. A worker may be killed at any time: its jobs go to others when
their leases run out. When it is asked to stop, or the disk is full, it gives its job back unharmed.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import signal
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dataset.errors import DataUnavailableError, UnknownNameError
from dataset.runtime.interpreter import module_command

from ..boards.board import Board, find_board
from ..intake.submissions import blobs, check_space
from ..queue import jobs
from ..queue.jobs import Claim
from ..reading.standings import warm_rankings
from ..storage.schema import Job, Submission, Worker
from ..storage.store import Store
from . import results
from .child import ScoringProcess
from .score_one import FULL, INVALID, NO_MEMORY, NO_SPACE, UNAVAILABLE, Task

__all__ = ["ScoringWorker"]

logger = logging.getLogger(__name__)
_COMMAND = tuple(module_command("leaderboard.scoring.score_one"))
_FORGET_SECONDS = 86_400.0
_LOOK_SECONDS = 0.1


def _is_running(pid: int) -> bool:
    """Whether this machine has such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@dataclass(slots=True)
class ScoringWorker:
    """Scores jobs until it is stopped.

    Args:
        store: of the leaderboard.
        command: what is started for each job; it gets a `scoring.Task`.
        stopping: set it to stop the worker soon.
    """

    store: Store
    command: Sequence[str] = _COMMAND
    stopping: threading.Event = field(default_factory=threading.Event)
    id: str = field(default_factory=lambda: f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}")
    _renew_at: float = 0.0
    _report_at: float = 0.0
    _last_state: tuple[str, int | None] = ("", None)

    def run(self, *, until_idle: bool = False) -> int:
        """Take jobs until stopped, or until no job is due.

        Returns:
            How many jobs were worked on.
        """
        worked = ranked = 0
        self._bury_the_dead()
        while not self.stopping.is_set():
            try:
                claim = self._next_job()
                if claim is not None:
                    self._work_on(claim)
                    worked += 1
                    continue
                if worked > ranked:
                    warm_rankings(self.store)  # now, while no job waits
                    ranked = worked
            except DataUnavailableError as error:
                logger.warning("%s", error)
            if until_idle:
                break
            self.stopping.wait(self.store.settings.poll_seconds)
        self._report_state("stopped")
        return worked

    def _bury_the_dead(self) -> None:
        """Note workers of this machine whose processes are gone, and remove what they were writing."""

        def bury(session: Session) -> list[str]:
            rows = session.scalars(select(Worker).where(Worker.host == socket.gethostname(), Worker.state != "stopped"))
            for row in rows:
                if row.id != self.id and not _is_running(row.pid):
                    row.state, row.job_id = "stopped", None
            running = select(Job).where(Job.state == "running")
            return [f"{job.submission_id}-{job.id}-{job.attempts}" for job in session.scalars(running)]

        try:
            open_runs = self.store.transact(bury)
        except DataUnavailableError as error:
            logger.warning("%s", error)
            return
        for folder in (self.store.folder / "scoring").glob("*"):
            if folder.name not in open_runs:
                shutil.rmtree(folder, ignore_errors=True)

    def _next_job(self) -> Claim | None:
        settings = self.store.settings
        try:
            check_space(self.store)
        except DataUnavailableError:
            self._report_state("waiting: the disk is full")
            raise

        def take(session: Session) -> Claim | None:
            now = self.store.now(session)
            jobs.reap(session, now, settings.attempts, settings.retry_seconds)
            return jobs.claim(session, self.id, now, settings.lease_seconds)

        claim = self.store.transact(take)
        self._report_state("idle" if claim is None else "scoring", claim)
        self._renew_at = time.monotonic() + settings.lease_seconds / 4
        return claim

    def _work_on(self, claim: Claim) -> None:
        folder = self.store.folder / "scoring" / claim.run_id
        shutil.rmtree(folder, ignore_errors=True)
        started = time.monotonic()
        try:
            folder.mkdir(parents=True)
            board, task = self._task(claim, folder)
            child = ScoringProcess.start(self.command, task, folder)
            ending = self._watch(child, claim, started)
            if ending == "":
                self._conclude(child, claim, board, folder, time.monotonic() - started)
            elif ending == "stopped":
                self._release(claim, 0.0, "the worker was stopped; scored again soon")
            elif ending == "time":
                self._fail(
                    claim, f"scoring took longer than {self.store.settings.score_seconds:,.0f} s and was stopped"
                )
        except UnknownNameError as error:
            self._fail(claim, str(error), final=True)  # a board that the settings no longer have
        except OSError as error:
            if error.errno not in FULL:
                raise
            self._wait_for_space(claim)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _task(self, claim: Claim, folder: Path) -> tuple[Board, Task]:
        settings = self.store.settings

        def read(session: Session) -> tuple[str, str, str]:
            submission = session.get_one(Submission, claim.submission_id)
            return submission.board, submission.predictions_sha256, submission.system.name

        name, sha256, system = self.store.transact(read)
        board = find_board(self.store, name)
        task = Task(
            board=board.to_dict(),
            blobs=str(blobs(self.store).folder),
            predictions_sha256=sha256,
            system=system,
            folder=str(folder),
            metrics=settings.metrics,
            resamples=settings.resamples,
            memory_mib=settings.score_memory_mib,
        )
        return board, task

    def _watch(self, child: ScoringProcess, claim: Claim, started: float) -> str:
        """Wait for the end of the process; ``""`` if it ended by itself, else why it was killed."""
        settings = self.store.settings
        while True:
            if child.ended(_LOOK_SECONDS):
                return ""
            ending = ""
            if self.stopping.is_set():
                ending = "stopped"
            elif time.monotonic() - started > settings.score_seconds:
                ending = "time"
            elif not self._renew(claim, child.doing):
                ending = "lost"
            if ending:
                child.kill()
                return ending

    def _renew(self, claim: Claim, doing: str) -> bool:
        """Renew the lease when it is time to; False if the job is lost. Without the database, scoring continues."""
        if time.monotonic() < self._renew_at:
            return True
        self._renew_at = time.monotonic() + self.store.settings.lease_seconds / 4
        try:
            with self.store.session() as session:
                now = self.store.now(session)
                mine = jobs.heartbeat(session, claim, now, self.store.settings.lease_seconds, doing)
        except DataUnavailableError as error:
            logger.warning("no heartbeat: %s", error)
            self._renew_at = time.monotonic() + min(1.0, self.store.settings.lease_seconds / 8)
            return True
        self._report_state("scoring", claim)
        return mine

    def _conclude(self, child: ScoringProcess, claim: Claim, board: Board, folder: Path, seconds: float) -> None:
        code = child.code
        if code == 0:
            if not results.record(self.store, claim, folder, seconds):
                logger.warning("job %d was taken over by another worker; this result is dropped", claim.job_id)
            return
        logger.warning("job %d ended with code %d: %s\n%s", claim.job_id, code, child.error, child.log())
        if code == NO_SPACE or (code not in (INVALID, NO_MEMORY) and self._is_full()):
            self._wait_for_space(claim)
        elif code == INVALID:
            # Messages about data may quote references, and those of an open challenge are secret.
            self._fail(claim, "scoring refused the captions" if board.hidden else child.error, final=True)
        elif code == NO_MEMORY:
            self._fail(
                claim, f"scoring needs more memory than the {self.store.settings.score_memory_mib:,} MiB allowed"
            )
        elif code == UNAVAILABLE:
            self._fail(claim, "a file that scoring needs is missing or damaged; the operator's log says which")
        else:
            how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
            self._fail(claim, f"the scoring process crashed ({how})")

    def _fail(self, claim: Claim, error: str, *, final: bool = False) -> None:
        settings = self.store.settings
        last = final or claim.attempt >= settings.attempts
        message = (
            error if final or settings.attempts == 1 else f"{error}; attempt {claim.attempt} of {settings.attempts}"
        )

        def note(session: Session) -> bool:
            now = self.store.now(session)
            retry_at = None if last else now + settings.retry_seconds * claim.attempt
            return jobs.fail(session, claim, now, message, retry_at)

        self.store.transact(note)

    def _release(self, claim: Claim, pause: float, why: str) -> None:
        self.store.transact(lambda session: jobs.release(session, claim, self.store.now(session) + pause, why))

    def _is_full(self) -> bool:
        """Whether a crash may come from a full disk, whatever the process reported."""
        return shutil.disk_usage(self.store.folder).free < max(1, self.store.settings.free_mib) * 2**20

    def _wait_for_space(self, claim: Claim) -> None:
        self._report_state("waiting: the disk is full")
        self._release(
            claim, max(1.0, self.store.settings.retry_seconds), "the disk is full; scored when there is space again"
        )

    def _report_state(self, state: str, claim: Claim | None = None) -> None:
        """Report that this worker is alive, at every change and from time to time."""
        job_id = None if claim is None else claim.job_id
        if (state, job_id) == self._last_state and time.monotonic() < self._report_at:
            return
        self._last_state, self._report_at = (state, job_id), time.monotonic() + self.store.settings.lease_seconds / 4

        def write(session: Session) -> None:
            now = self.store.now(session)
            values = {"state": state, "job_id": job_id, "seen_at": now}
            ids = session.execute(update(Worker).where(Worker.id == self.id).values(values).returning(Worker.id))
            if ids.one_or_none() is None:
                session.execute(delete(Worker).where(Worker.seen_at < now - _FORGET_SECONDS))
                row = Worker(id=self.id, host=socket.gethostname(), pid=os.getpid(), started_at=now, **values)
                session.add(row)

        try:
            with self.store.session() as session:
                write(session)
        except DataUnavailableError as error:
            logger.warning("could not report the state %r: %s", state, error)
