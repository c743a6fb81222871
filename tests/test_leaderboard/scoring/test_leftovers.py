"""Protects against what killed workers leave behind: the next worker on the machine notes them and sweeps."""

import socket
import subprocess
import sys

from leaderboard.scoring.worker import ScoringWorker
from leaderboard.storage.schema import Job, Worker


def test_the_next_worker_removes_scratch_files_and_notes_the_dead(store, prediction_file, card):
    from leaderboard.intake.submissions import submit

    identity = submit(store, prediction_file(), "photos", card).submission_id
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with store.session() as session:
        job = session.query(Job).one()
        job.state, job.attempts, job.lease_until = "running", 1, store.now(session) + 1_000  # of another worker, alive
        for name, pid in (("dead", gone.pid), ("elsewhere", gone.pid)):
            host = socket.gethostname() if name == "dead" else "another-host"
            session.add(Worker(id=name, host=host, pid=pid, state="scoring", job_id=1, seen_at=store.now(session)))
    for run in (f"{identity}-1-1", f"{identity}-1-0"):
        (store.folder / "scoring" / run).mkdir(parents=True)
    assert ScoringWorker(store).run(until_idle=True) == 0
    assert [path.name for path in (store.folder / "scoring").iterdir()] == [f"{identity}-1-1"]
    with store.reading() as session:
        states = {worker.id: worker.state for worker in session.query(Worker) if worker.id in ("dead", "elsewhere")}
    assert states == {"dead": "stopped", "elsewhere": "scoring"}
