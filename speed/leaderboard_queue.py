"""The leaderboard under load: a long queue with workers that get killed, and large uploads all at once.

    python -m speed.leaderboard_queue
    python -m speed.leaderboard_queue --jobs 200 --uploads 4

The queue is on PostgreSQL, with eight processes that claim jobs and record score runs as a worker does; the scores
are those of one real scoring, made before. Some of the processes are killed with SIGKILL in the middle of it. In the
end every job has exactly one run. The uploads go to `python -m leaderboard serve`, whose memory is read before, during
and after.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from dataset.loading.regions import load_regions
from leaderboard.admin.integrity import damaged_files
from leaderboard.boards.board import Board
from leaderboard.intake.submissions import blobs
from leaderboard.intake.validation import canonical_lines
from leaderboard.queue import jobs
from leaderboard.scoring import results
from leaderboard.scoring.score_one import Task, score
from leaderboard.settings import get_settings
from leaderboard.storage import audit
from leaderboard.storage.blobs import Blobs
from leaderboard.storage.schema import Job, ScoreRun, Submission, System
from leaderboard.storage.store import Store
from leaderboard.storage.tokens import issue_token
from tests.support.postgresql import PostgresqlServer, find_programs, free_port

LEASE_SECONDS = 10.0
UPLOAD_BYTES = 20 * 2**20
SCENES = {"resolution": 64, "test": 200}


def score_once(folder: Path) -> tuple[str, bytes]:
    """Put the files of a real scoring into a folder; digest and content of what was scored."""
    captions = {region.region_id: region.category or "thing" for region in load_regions("photos")}
    content = canonical_lines(captions, captions)
    sha256 = Blobs(folder.parent / "blobs").put(content)
    board = Board("photos", "Photos", "photos", "test").to_dict()
    folder.mkdir()
    score(Task(board, str(folder.parent / "blobs"), sha256, "S", str(folder), ("duplicate_rate",), 20, 8192))
    return sha256, content


def fill(store: Store, count: int, sha256: str, content: bytes) -> None:
    """A queue of so many submissions."""
    blobs(store).put(content)
    same = {
        "board": "photos",
        "config": "photos",
        "split": "test",
        "system_id": 1,
        "predictions_sha256": sha256,
        "upload_sha256": sha256,
        "upload_bytes": 1,
        "captions": 1,
        "missing": 0,
        "actor": "operator",
        "source": "seed",
    }
    with store.session() as session:
        session.add(System(id=1, name="S", name_key="s", owner="operator"))
        session.flush()
        session.execute(insert(Submission), [{"id": f"{number:016x}", **same} for number in range(count)])
        session.execute(insert(Job), [{"submission_id": f"{number:016x}"} for number in range(count)])


def work(files: Path, name: str) -> None:
    """Claim jobs and record runs until there is nothing left: what one process does."""
    store = Store(get_settings())
    settings = store.settings
    while True:

        def take(session: Session) -> tuple[jobs.Claim | None, int]:
            now = store.now(session)
            jobs.reap(session, now, settings.attempts, settings.retry_seconds)
            claim = jobs.claim(session, name, now, LEASE_SECONDS)
            left = select(func.count()).where(Job.state.in_(("queued", "running")))
            return claim, 0 if claim else session.scalars(left).one()

        claim, left = store.transact(take)
        if claim is not None:
            folder = store.folder / "scoring" / claim.run_id
            shutil.copytree(files, folder, dirs_exist_ok=True)
            results.record(store, claim, folder, 0.1)
        elif left:
            time.sleep(0.2)
        else:
            return


def measure_queue(count: int, workers: int, kills: int, programs: Path) -> None:
    """Run the queue dry and check that nothing was lost and nothing was done twice."""
    server = PostgresqlServer(programs, durable=True)
    with tempfile.TemporaryDirectory() as root:
        files = Path(root) / "files"
        sha256, content = score_once(files)
        url = server.new_database()
        store = Store(get_settings(data_dir=Path(root) / "data", database_url=url))
        fill(store, count, sha256, content)
        environment = {
            **os.environ,
            "URECA_LEADERBOARD_DATA_DIR": str(store.folder),
            "DATABASE_URL": url,
            "URECA_LEADERBOARD_RETRY_SECONDS": "0",
        }

        def start(number: int) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "speed.leaderboard_queue", "--work", str(files), "--name", f"w{number}"]
            return subprocess.Popen(command, env=environment)

        running = [start(number) for number in range(workers)]
        rng = random.Random(0)
        for number in range(kills):
            share = (number + 1) / (kills + 1)
            while runs_of(store) < share * count:
                time.sleep(0.2)
            place = rng.randrange(workers)
            running[place].send_signal(signal.SIGKILL)
            running[place].wait()
            running[place] = start(workers + number)
        for process in running:
            process.wait()
        report_queue(store, count, workers, kills)
        store.close()
    server.remove()


def runs_of(store: Store) -> int:
    """How many runs are recorded."""
    with store.reading() as session:
        return session.scalars(select(func.count()).select_from(ScoreRun)).one()


def report_queue(store: Store, count: int, workers: int, kills: int) -> None:
    """Print the figures.

    Raises:
        SystemExit: something was lost or done twice.
    """
    with store.reading() as session:
        done = session.scalars(select(func.count()).where(Job.state == "done")).one()
        again = session.scalars(select(func.count()).where(Job.attempts > 1)).one()
        scored = session.scalars(select(func.count(func.distinct(ScoreRun.submission_id)))).one()
        first, last = session.execute(select(func.min(ScoreRun.created_at), func.max(ScoreRun.created_at))).one()
    seconds = last - first  # without the start of the processes
    runs, state, damaged = runs_of(store), audit.verify(store), damaged_files(store)
    print(f"{count:,} jobs, {workers} workers, {kills} of them killed: {seconds:.1f} s, {count / seconds:.0f} jobs/s")
    print(f"done {done:,}, runs {runs:,} of {scored:,} submissions, started again after a kill {again}")
    print(f"log: {state.events:,} events, {len(state.problems)} problems; damaged files: {len(damaged)}")
    if not done == runs == scored == state.events == count or state.problems or damaged:
        raise SystemExit("lost or done twice")


def measure_uploads(count: int) -> None:
    """Send large files at once to a real server and look at its memory."""
    regions = load_regions("scenes", "test", **SCENES)
    length = UPLOAD_BYTES // len(regions)
    words = "abcdefghijklmnopqrst " * (length // 21)
    with tempfile.TemporaryDirectory() as root:
        board = {"config": "scenes", "options": SCENES}
        port = free_port()
        environment = {
            **os.environ,
            "URECA_LEADERBOARD_DATA_DIR": str(Path(root) / "data"),
            "URECA_LEADERBOARD_BOARDS": json.dumps({"scenes": board}),
            "URECA_LEADERBOARD_DATABASE_URL": f"sqlite:///{root}/data/leaderboard.sqlite",
            "URECA_LEADERBOARD_QUOTA_PER_DAY": "1000",
            "URECA_LEADERBOARD_REQUESTS_PER_MINUTE": "1000",
        }
        store = Store(
            get_settings(data_dir=Path(root) / "data", database_url=environment["URECA_LEADERBOARD_DATABASE_URL"])
        )
        with store.session() as session:
            token = issue_token(session, store.now(session), "bench")
        command = [sys.executable, "-m", "leaderboard", "serve", "--port", str(port), "--workers", "0", "--no-seed"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        url = f"http://127.0.0.1:{port}/api/v1"

        def send(number: int) -> float:
            captions = {region.region_id: f"{words} number {number}" for region in regions}
            body = json.dumps(captions).encode()
            begun = time.monotonic()
            answer = httpx.post(
                f"{url}/submissions",
                params={"board": "scenes", "system": "Large"},
                content=body,
                headers={"Authorization": f"Bearer {token}"},
                timeout=600,
            )
            answer.raise_for_status()
            return time.monotonic() - begun

        try:
            wait_for(f"{url}/queue")
            send(-1)  # imports, caches
            memory = psutil.Process(process.pid).memory_info
            time.sleep(2)
            before = memory().rss / 2**20
            peak = Peak(process.pid)
            with ThreadPoolExecutor(count) as pool, peak:
                seconds = list(pool.map(send, range(count)))
            time.sleep(5)
            after = memory().rss / 2**20
        finally:
            process.terminate()
            process.wait()
    size = len(regions) * length / 2**20
    print(
        f"{count} uploads of {size:.0f} MB at once: {max(seconds):.1f} s for the last, {min(seconds):.1f} s the first"
    )
    change = f"{after / before - 1:+.0%}"
    print(f"memory of the server: {before:.0f} MiB before, {peak.most:.0f} at most, {after:.0f} after ({change})")
    if after > 1.2 * before:
        raise SystemExit("memory was not given back")


class Peak:
    """The most memory a process had while this was entered, MiB."""

    def __init__(self, pid: int) -> None:
        self.most = 0.0
        self._process = psutil.Process(pid)
        self._pool = ThreadPoolExecutor(1)
        self._over = False

    def __enter__(self) -> Peak:
        self._pool.submit(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._pool.shutdown()

    def _look(self) -> None:
        while not self._over:
            self.most = max(self.most, self._process.memory_info().rss / 2**20)
            time.sleep(0.05)


def wait_for(url: str) -> None:
    """Until something answers there."""
    deadline = time.monotonic() + 300
    while True:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> None:
    """Measure both, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2_000)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--uploads", type=int, default=10)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is not None:
        work(options.work, options.name)
        return
    programs = find_programs()
    if programs is None:
        print("the queue is not measured: PostgreSQL is not installed (apt-get install postgresql)")
    elif options.jobs:
        measure_queue(options.jobs, options.workers, options.kills, programs)
    if options.uploads:
        measure_uploads(options.uploads)


if __name__ == "__main__":
    main()
