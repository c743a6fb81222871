"""Protects scoring: right numbers, immutable runs, and that whatever breaks, every job is scored once in the end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmark.evaluation import evaluate
from benchmark.text.ptb import PtbTokenizer
from dataset.errors import DataUnavailableError
from dataset.schema import Region
from leaderboard.admin.integrity import damaged_files
from leaderboard.admin.rescore import batch_state, rank_changes, start_batch
from leaderboard.boards.board import Board
from leaderboard.intake.card import SystemCard
from leaderboard.intake.submissions import predictions, submit
from leaderboard.intake.validation import canonical_lines
from leaderboard.queue.jobs import progress_of
from leaderboard.scoring.score_one import FILES, Task, score
from leaderboard.scoring.worker import ScoringWorker
from leaderboard.settings import BoardSettings, Settings
from leaderboard.storage import audit
from leaderboard.storage.blobs import Blobs
from leaderboard.storage.schema import Job, Probe, Score, ScoreRun, Worker
from leaderboard.storage.store import Store

Writer = Callable[..., Path]
Command = tuple[str, ...]


def changed(store: Store, **changes: Any) -> Store:
    return Store(store.settings.model_copy(update=changes))


def send(store: Store, path: Path, name: str = "Plain") -> str:
    return submit(store, path, "photos", SystemCard(name=name)).submission_id


def job_of(store: Store, submission: str) -> Job:
    with store.reading() as session:
        return session.scalars(select(Job).where(Job.submission_id == submission).order_by(Job.id.desc())).first()  # type: ignore[return-value]


def runs(store: Store) -> list[ScoreRun]:
    with store.reading() as session:
        return list(session.scalars(select(ScoreRun).order_by(ScoreRun.job_id)))


def wait_until(true: Callable[[], Any], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_run_holds_what_benchmark_computes(
    store: Store, prediction_file: Writer, regions: list[Region], quick_scorer: Command
) -> None:
    submission = send(store, prediction_file())
    worker = ScoringWorker(store) if store.is_sqlite else ScoringWorker(store, quick_scorer)  # of the same captions
    assert worker.run(until_idle=True) == 1
    found = job_of(store, submission)
    assert (found.state, found.attempts, found.error) == ("done", 1, "")
    report = evaluate(predictions(store, submission), regions, metrics=["bleu", "duplicate_rate"], resamples=20)
    (run,) = runs(store)
    assert run.signatures == {name: score.signature for name, score in report.metrics.items()}
    assert (run.regions, run.scored, run.missing) == (len(regions), len(regions), 0)
    with store.reading() as session:
        whole = session.scalars(select(Score).where(Score.slice == "")).all()
        assert {s.metric: (s.value, s.low, s.high) for s in whole} == {
            name: (score.value, score.low, score.high) for name, score in report.metrics.items()
        }
        parts = set(session.execute(select(Score.slice, Score.n).where(Score.slice != "")).all())
        assert parts == {(name, part.n) for name, part in report.slices.items()}
        assert session.scalars(select(func.count()).select_from(Probe)).one() > 0
        assert set(session.scalars(select(Worker.state))) == {"stopped"}
    on_disk = json.loads((store.runs / run.id / "report.json").read_text())
    assert on_disk["metrics"]["bleu_4"]["value"] == report.metrics["bleu_4"].value
    assert set(run.files) <= {path.name for path in (store.runs / run.id).iterdir()}
    assert damaged_files(store) == []
    (store.runs / run.id / "report.json").write_text("{}")
    assert damaged_files(store) == [f"run {run.id}: report.json was changed"]
    assert audit.verify(store).problems == ()
    assert not list((store.folder / "scoring").iterdir())


def test_poison_hurts_itself_alone(store: Store, prediction_file: Writer, quick_scorer: Command) -> None:
    bad = send(store, prediction_file("poison"), "Bad")
    good = send(store, prediction_file("fine"), "Good")
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    failed = job_of(store, bad)
    assert (failed.state, failed.attempts) == ("failed", 3)
    assert "crashed (killed by SIGABRT)" in failed.error
    assert job_of(store, good).state == "done"
    assert len(runs(store)) == 1


def test_time_is_limited(sqlite_store: Store, prediction_file: Writer, quick_scorer: Command, tmp_path: Path) -> None:
    store = changed(sqlite_store, score_seconds=1.0, attempts=1)
    submission = send(store, prediction_file("slow"))
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    assert "longer than 1 s" in job_of(store, submission).error
    assert not is_running(int((tmp_path / "slow.pid").read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_memory_is_limited(sqlite_store: Store, prediction_file: Writer) -> None:
    store = changed(sqlite_store, score_memory_mib=64, attempts=1)
    submission = send(store, prediction_file())
    ScoringWorker(store).run(until_idle=True)
    assert job_of(store, submission).state == "failed"
    assert "memory" in job_of(store, submission).error


def test_a_scorer_gets_no_secrets(
    sqlite_store: Store, prediction_file: Writer, quick_scorer: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/name")
    submission = send(sqlite_store, prediction_file("secret"))
    ScoringWorker(sqlite_store, quick_scorer).run(until_idle=True)
    found = job_of(sqlite_store, submission)
    assert (found.state, found.attempts) == ("failed", 1)  # refused captions are not tried again
    assert "SCORED" in found.error
    assert "DATABASE_URL" not in found.error


def test_a_full_disk_costs_time_and_nothing_else(
    sqlite_store: Store, prediction_file: Writer, quick_scorer: Command
) -> None:
    store = changed(sqlite_store, retry_seconds=1000.0)
    submission = send(store, prediction_file("full"))
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    found = job_of(store, submission)
    assert (found.state, found.attempts) == ("queued", 0)
    assert "disk is full" in found.error


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("file systems cannot be mounted here (needs root)")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_really_full_disk(
    small_disk: Path, settings: Settings, tmp_path: Path, prediction_file: Writer, quick_scorer: Command
) -> None:
    """The blobs' and runs' disk fills up while the database's does not."""
    data = {"data_dir": small_disk / "data", "database_url": f"sqlite:///{tmp_path / 'db.sqlite'}", "free_mib": 0}
    store = Store(settings.model_copy(update=data))
    kept = send(store, prediction_file("kept"))
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 2**22)
    with pytest.raises(DataUnavailableError, match="nothing was submitted"):
        send(store, prediction_file("refused"))
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    found = job_of(store, kept)
    assert (found.state, found.attempts) == ("queued", 0)
    assert runs(store) == []
    filler.unlink()
    send(store, prediction_file("refused"))
    time.sleep(1.1)  # it looks again after a second
    assert ScoringWorker(store, quick_scorer).run(until_idle=True) == 2
    assert len(runs(store)) == 2
    assert damaged_files(store) == []


def test_a_full_disk_under_the_database(small_disk: Path, settings: Settings, prediction_file: Writer) -> None:
    data = {"data_dir": small_disk / "data", "free_mib": 0, "database_patience_seconds": 0.2}
    store = Store(settings.model_copy(update=data))
    kept = send(store, prediction_file("kept"))
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(b"x" * 2**22)
    for number in range(3):
        with pytest.raises(DataUnavailableError):
            send(store, prediction_file(f"refused{number}"))
    filler.unlink()
    send(store, prediction_file("refused0"))
    with store.reading() as session:
        assert len(session.scalars(select(Job)).all()) == 2
    assert job_of(store, kept).state == "queued"
    assert audit.verify(store).problems == ()
    assert damaged_files(store) == []


def test_a_worker_asked_to_stop_gives_its_job_back(
    store: Store, prediction_file: Writer, quick_scorer: Command, tmp_path: Path
) -> None:
    submission = send(store, prediction_file("slow"))
    worker = ScoringWorker(store, quick_scorer)
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_until((tmp_path / "slow.pid").exists)
    worker.stopping.set()
    thread.join(timeout=30)
    assert not thread.is_alive()
    found = job_of(store, submission)
    assert (found.state, found.attempts) == ("queued", 0)
    assert not is_running(int((tmp_path / "slow.pid").read_text()))


RUN = "import sys; from leaderboard.storage.store import Store; from leaderboard.scoring.worker import ScoringWorker; "
RUN += "ScoringWorker(Store(), tuple(sys.argv[1:])).run()"


def start_worker(store: Store, scorer: Command) -> subprocess.Popen[bytes]:
    prefix = "URECA_LEADERBOARD_"
    chosen = {
        "DATA_DIR": str(store.folder),
        "DATABASE_URL": store.settings.database_url,
        "LEASE_SECONDS": str(store.settings.lease_seconds),
        "POLL_SECONDS": "0.05",
        "RETRY_SECONDS": "0",
        "FREE_MIB": "1",
        "BOARDS": json.dumps({"photos": {"config": "photos"}}),
    }
    environment = {**os.environ, **{prefix + name: value for name, value in chosen.items()}}
    return subprocess.Popen([sys.executable, "-c", RUN, *scorer], env=environment)


def test_a_killed_worker_loses_no_job(
    store: Store, prediction_file: Writer, quick_scorer: Command, tmp_path: Path
) -> None:
    store = changed(store, lease_seconds=0.5)
    submission = send(store, prediction_file("slow"))
    worker = start_worker(store, quick_scorer)
    wait_until(lambda: (tmp_path / "slow.pid").exists() and (tmp_path / "slow.pid").read_text())
    scorer = int((tmp_path / "slow.pid").read_text())
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_until(lambda: not is_running(scorer))  # it noticed that its worker is gone
    assert job_of(store, submission).state == "running"
    time.sleep(0.6)
    # the next worker takes it; this time the scorer answers
    (tmp_path / "scorer.py").write_text((tmp_path / "scorer.py").read_text().replace('"slow" in text', "False"))
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    assert (job_of(store, submission).state, job_of(store, submission).attempts) == ("done", 2)
    assert [run.id.rpartition("-")[2] for run in runs(store)] == ["2"]


def test_workers_racing_score_each_submission_once(
    store: Store, prediction_file: Writer, quick_scorer: Command
) -> None:
    for number in range(8):
        send(store, prediction_file(f"word{number}"))
    workers = [start_worker(store, quick_scorer) for _ in range(2)]
    wait_until(lambda: len(runs(store)) == 8, 120)
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    with store.reading() as session:
        assert set(session.scalars(select(Job.attempts))) == {1}
        assert session.scalars(select(func.count(func.distinct(Job.worker_id)))).one() == 2
    assert len({run.submission_id for run in runs(store)}) == 8
    assert audit.verify(store).problems == ()


def test_a_result_that_comes_too_late_is_dropped(store: Store, prediction_file: Writer, quick_scorer: Command) -> None:
    """A worker that slept (a paused machine) wakes up and finishes after another one did."""
    submission = send(store, prediction_file())
    sleepy = ScoringWorker(store, quick_scorer)
    held = sleepy._next_job()
    assert held is not None
    with store.session() as session:
        session.scalars(select(Job)).one().lease_until = 1.0
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    sleepy._work_on(held)
    (run,) = runs(store)
    assert run.id == f"{submission}-{held.job_id}-2"
    assert [path.name for path in store.runs.iterdir()] == [run.id]


def test_the_database_goes_away_while_scoring_and_returns(
    postgresql: Any, settings: Settings, prediction_file: Writer, quick_scorer: Command
) -> None:
    store = Store(settings.model_copy(update={"database_url": postgresql.new_database(), "lease_seconds": 1.0}))
    for word in ("one", "two", "three"):
        send(store, prediction_file(word))
    worker = ScoringWorker(store, quick_scorer)
    thread = threading.Thread(target=worker.run)
    thread.start()
    wait_until(lambda: len(runs(store)) >= 1)
    store.close()
    postgresql.stop()
    time.sleep(0.6)
    postgresql.start()
    wait_until(lambda: len(runs(store)) == 3)
    worker.stopping.set()
    thread.join(timeout=30)
    assert len({run.submission_id for run in runs(store)}) == 3
    assert audit.verify(store).problems == ()
    assert damaged_files(store) == []
    store.close()


def test_a_board_that_is_gone_fails_its_jobs(
    sqlite_store: Store, prediction_file: Writer, quick_scorer: Command
) -> None:
    submission = send(sqlite_store, prediction_file())
    other = changed(sqlite_store, boards={"mine": BoardSettings(config="photos")})
    ScoringWorker(other, quick_scorer).run(until_idle=True)
    assert "unknown board 'photos'" in job_of(other, submission).error


def test_rescoring_makes_new_runs_and_tells_the_ranks(
    store: Store, prediction_file: Writer, quick_scorer: Command
) -> None:
    first, second = send(store, prediction_file("one"), "One"), send(store, prediction_file("two"), "Two")
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    before = {run.id: run.files for run in runs(store)}
    batch = start_batch(store)
    with store.reading() as session:
        assert (batch_state(session, batch).total, batch_state(session, batch).over) == (2, False)
        assert progress_of(session, second).position == 2  # type: ignore[union-attr]
    ScoringWorker(store, quick_scorer).run(until_idle=True)
    after = runs(store)
    assert len(after) == 4
    assert {run.id: run.files for run in after if run.batch == ""} == before
    with store.reading() as session:
        assert batch_state(session, batch).over
        changes = rank_changes(store, session, batch)
    assert {change.submission_id for change in changes} == {first, second}
    assert all(change.same and change.old == change.new and change.new_rank == 1 for change in changes)


def test_rescoring_shows_who_rises(sqlite_store: Store, prediction_file: Writer, quick_scorer: Command) -> None:
    first, second = send(sqlite_store, prediction_file("one"), "One"), send(sqlite_store, prediction_file("two"), "Two")
    ScoringWorker(sqlite_store, quick_scorer).run(until_idle=True)
    with sqlite_store.session() as session:
        values = dict(session.execute(select(ScoreRun.submission_id, ScoreRun.id)).all())
        for submission, value in ((first, 0.1), (second, 0.2)):
            key = {"run_id": values[submission], "slice": "", "metric": "bleu_4"}
            session.get_one(Score, key).value = value
    batch = start_batch(sqlite_store, "photos")
    ScoringWorker(sqlite_store, quick_scorer).run(until_idle=True)
    with sqlite_store.session() as session:
        for run in session.scalars(select(ScoreRun).where(ScoreRun.batch == batch)):
            run_key = {"run_id": run.id, "slice": "", "metric": "bleu_4"}
            session.get_one(Score, run_key).value = 0.3 if run.submission_id == first else 0.05
    with sqlite_store.reading() as session:
        changes = rank_changes(sqlite_store, session, batch)
    assert [(change.system, change.old_rank, change.new_rank) for change in changes] == [("One", 2, 1), ("Two", 1, 2)]


def test_a_submission_is_tokenised_once(regions: list[Region], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    tokenize = PtbTokenizer.tokenize

    def counted(self: PtbTokenizer, texts: Sequence[str]) -> list[str]:
        calls.append(len(texts))
        return tokenize(self, texts)

    monkeypatch.setattr(PtbTokenizer, "tokenize", counted)
    captions = {region.region_id: f"a thing {region.category or ''}".strip() for region in regions}
    sha256 = Blobs(tmp_path / "blobs").put(canonical_lines(captions, captions))
    (tmp_path / "run").mkdir()
    board = Board("photos", "Photos", "photos", "test").to_dict()
    score(Task(board, str(tmp_path / "blobs"), sha256, "Plain", str(tmp_path / "run"), ("bleu", "listener"), 10, 4096))
    distinct = {*captions.values(), *(caption for region in regions for caption in region.captions)}
    assert calls == [len(distinct)]
    assert {path.name for path in (tmp_path / "run").iterdir()} == set(FILES)
    notes = json.loads((tmp_path / "run" / "run.json").read_text())["notes"]
    assert "cider is left out by the settings of this leaderboard" in notes
