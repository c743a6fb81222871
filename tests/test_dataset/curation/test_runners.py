"""Protects runners of shards: dead workers replaced, poison set aside, nothing lost or done twice."""

from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest

from dataset.curation.runs.crews import Outcome
from dataset.curation.runs.local import LocalCrew
from dataset.curation.runs.runners import run_shards
from dataset.curation.runs.shards import run_shard
from dataset.errors import UnknownNameError
from tests.support.planned_shards import hashes


@pytest.mark.parametrize("runner", ["here", "local"])
def test_a_failing_shard_harms_no_other(planned, runner):
    out = planned.begin()
    plan = out / "plan" / "shard-00000.json"
    names = plan.read_text()
    plan.write_text('{"poison"')
    report = run_shards([0, 1], out, planned.settings, runner=runner, attempts=2)
    assert list(report.reports) == [1]
    assert "cannot read the plan" in report.quarantine[0]
    record = json.loads((out / "quarantine" / "shard-00000.json").read_text())
    assert any("planned_images" in line for line in record["traceback"])
    assert record["attempts"] == 2
    again = run_shards([0, 1], out, planned.settings, runner="here")
    assert list(again.quarantine) == [0], "it is counted until it is made"
    plan.write_text(names)
    cured = run_shards([0, 1], out, planned.settings, runner="here", retry=True)
    assert cured.complete
    assert not list((out / "quarantine").iterdir())


def test_killed_workers_are_replaced_and_nothing_is_lost_or_done_twice(planned, monkeypatch):
    crews: list[LocalCrew] = []
    open_crew = LocalCrew.__init__

    def watched(crew, *arguments, **named):
        open_crew(crew, *arguments, **named)
        crews.append(crew)

    monkeypatch.setattr(LocalCrew, "__init__", watched)
    out, whole = planned.begin(), planned.begin("whole")
    killed: list[int] = []

    def kill_two() -> None:
        journals = out / "journal"
        deadline = time.monotonic() + 60
        while len(killed) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
            sizes = [path.stat().st_size for path in journals.glob("*.jsonl")]
            process = crews[0].process_ids.get(0) if crews else None
            if process and process not in killed and sum(sizes) > 2000 * (1 + len(killed)):
                os.kill(process, signal.SIGKILL)
                killed.append(process)

    killer = threading.Thread(target=kill_two)
    killer.start()
    report = run_shards([0, 1], out, planned.slow(0.02), runner="local", attempts=4)
    killer.join()
    assert len(killed) == 2
    assert report.complete
    for shard in (0, 1):
        run_shard(shard, whole, planned.settings)
        name = f"journal/shard-{shard:05d}.jsonl"
        assert sorted((out / name).read_text().splitlines()) == sorted((whole / name).read_text().splitlines())
    assert hashes(out) == hashes(whole)


def test_a_shard_that_kills_its_workers_is_set_aside(planned, monkeypatch):
    """As when an image exhausts the memory: the worker is gone without a word."""
    out = planned.begin()
    start_worker = LocalCrew._start_worker

    def doomed(crew):
        worker = start_worker(crew)
        if len(deaths) < 2:
            deaths.append(worker.pid)
            os.kill(worker.pid, signal.SIGKILL)
        return worker

    deaths: list[int] = []
    monkeypatch.setattr(LocalCrew, "_start_worker", doomed)
    report = run_shards([0, 1], out, planned.settings, runner="local", attempts=1)
    assert list(report.quarantine) == [0, 1]
    assert "signal 9" in report.quarantine[0]
    assert not list((out / "data").glob("*")) if (out / "data").exists() else True
    assert run_shards([0, 1], out, planned.settings, runner="here", retry=True).complete


def test_a_worker_ends_with_its_parent(planned):
    crew = LocalCrew(1, planned.begin(), planned.slow(5), retry=False, on_progress=lambda images, answers: None)
    crew.start(0)
    deadline = time.monotonic() + 30
    while not (crew.process_ids and list((planned.base / "out" / "journal").glob("*.jsonl"))):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker = crew._workers[0]
    worker.stdin.close()  # as the system does for a parent that was killed
    assert worker.wait(10) == 0
    assert crew.wait().kind == "failed"
    crew.close()


def test_when_the_server_is_down_no_further_shard_is_started(planned):
    class Down:
        size = 1

        def __init__(self) -> None:
            self.started: list[int] = []

        def start(self, shard: int) -> None:
            self.started.append(shard)

        def wait(self) -> Outcome:
            return Outcome(self.started[-1], "server", error="no connection")

        def close(self) -> None:
            pass

    import dataset.curation.runs.runners as runners

    crew, open_crew = Down(), runners._open_crew
    runners._open_crew = lambda *_: crew
    try:
        report = run_shards([0, 1, 2], planned.begin(), planned.settings)
    finally:
        runners._open_crew = open_crew
    assert crew.started == [0]
    assert sorted(report.unfinished) == [0, 1, 2]
    assert report.quarantine == {}


def test_unknown_runners_are_named(planned):
    with pytest.raises(UnknownNameError, match="Did you mean 'local'"):
        run_shards([0], planned.begin(), planned.settings, runner="lokal")


def test_ray_makes_the_same_bytes_beside_somebody_elses_dataset(planned, tmp_path, monkeypatch):
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    (tmp_path / "dataset.py").write_text("raise ImportError('somebody else')")
    monkeypatch.chdir(tmp_path)  # Ray puts it in front of the path of its workers
    out, whole = planned.begin(), planned.begin("whole")
    report = run_shards([0, 1], out, planned.settings, runner="ray", workers=1)
    assert report.complete, report
    run_shards([0, 1], whole, planned.settings, runner="here")
    assert hashes(out) == hashes(whole)
