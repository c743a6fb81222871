"""Protects shards and runners: committed whole or not at all, dead workers replaced, poison set aside, nothing lost."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from dataset.curation.rehearsal import RehearsalDescriber, write_rehearsal_images
from dataset.curation.run_options import STAGES, CurationOptions, RunSettings, start_run
from dataset.curation.runs.crews import Outcome
from dataset.curation.runs.local import LocalCrew
from dataset.curation.runs.plan import extend_plan, planned_images
from dataset.curation.runs.runners import run_shards
from dataset.curation.runs.shards import committed_report, run_shard
from dataset.curation.stages import ServerUnavailableError
from dataset.errors import DataUnavailableError, InvalidInputError, UnknownNameError


class Settings:
    """A folder of images, planned into shards."""

    def __init__(self, base: Path, images: int = 4, per_shard: int = 2) -> None:
        self.base = base
        write_rehearsal_images(base / "images", images, levels=2)
        self.settings = RunSettings(str(base / "images"), "rehearsal", images_at_once=2)
        self.per_shard = per_shard

    def begin(self, name: str = "out") -> Path:
        out = self.base / name
        start_run(out, CurationOptions("rehearsal", encoder="none", levels=1, smallest=0, view_size=64))
        extend_plan(out, self.base / "images", self.per_shard)
        return out

    def slow(self, seconds: float) -> RunSettings:
        return RunSettings(str(self.base / "images"), f"rehearsal:{seconds}", images_at_once=2)


@pytest.fixture
def planned(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def hashes(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((out / "data").glob("*"))}


def test_a_shard_is_made_once(planned, monkeypatch):
    out = planned.begin()
    first = run_shard(0, out, planned.settings)
    before = hashes(out)
    monkeypatch.setattr(RehearsalDescriber, "answer", None)
    assert run_shard(0, out, planned.settings) == first
    assert hashes(out) == before
    assert first.regions == 12
    assert first.records == 48


def test_a_shard_is_made_in_a_notebook(planned):
    """Where an event loop runs already."""
    outside, inside = planned.begin("outside"), planned.begin("inside")
    run_shard(0, outside, planned.settings)

    async def cell():
        return run_shard(0, inside, planned.settings)

    assert asyncio.run(cell()).regions == 12
    assert hashes(inside) == hashes(outside)


@pytest.mark.parametrize("damage", ["cut", "gone", "options", "foreign"])
def test_a_shard_that_does_not_validate_is_made_again(planned, damage):
    out = planned.begin()
    run_shard(0, out, planned.settings)
    before = hashes(out)
    path = out / "data" / "shard-00000.parquet"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "gone":
        path.unlink()
    elif damage == "foreign":
        table = pq.read_table(path)
        pq.write_table(table.replace_schema_metadata(None), path)
    else:
        record = json.loads((out / "run.json").read_text())
        (out / "run.json").write_text(json.dumps({**record, "seed": 5}))
    assert committed_report(out, 0) is None
    run_shard(0, out, planned.settings)
    assert committed_report(out, 0) is not None
    assert (hashes(out) == before) == (damage != "options")


def test_the_refined_caption_is_exported(planned):
    out = planned.begin()
    run_shard(0, out, planned.settings, describer=Refining(), encoder=AllAlike())
    rows = pq.read_table(out / "data" / "shard-00000.parquet").to_pylist()
    assert {row["caption_stage"] for row in rows} == {"unique"}
    for row in rows:
        captions = {record["stage"]: record["caption"] for record in row["provenance"]}
        assert row["captions"] == [row["caption"]] == [captions["unique"]]
        assert row["caption"].startswith("refined")
        assert row["short_caption"] == captions["short"]
        assert row["detailed_caption"] == captions["detailed"]
        assert row["provenance"][2]["given_caption"] == captions["detailed"]
        assert row["provenance"][2]["look_alikes"]
        assert len(row["provenance"][2]["prompt"]) == 64


class Refining(RehearsalDescriber):
    async def answer(self, prompt, *, seed=0):
        from dataset.prompting.describer import Answer

        answer = await super().answer(prompt)
        return Answer(f"refined {answer.text}") if prompt.stage == "unique" else answer


class AllAlike:
    name, input_size = "efficientnet-lite0", 32

    def encode(self, crops):
        import numpy as np

        return np.ones((len(crops), 4), np.float32) / 2


def test_the_hash_seed_and_the_number_of_images_at_once_change_no_byte(planned):
    script = (
        "import sys; from pathlib import Path; from dataset.curation.run_options import RunSettings;"
        "from dataset.curation.runs.shards import run_shard;"
        "run_shard(0, Path(sys.argv[1]), RunSettings(sys.argv[2], 'rehearsal', images_at_once=int(sys.argv[3])))"
    )
    found = []
    for seed, at_once in (("1", "1"), ("2", "4")):
        out = planned.begin(seed)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[3])}
        arguments = [sys.executable, "-c", script, str(out), planned.settings.images, at_once]
        subprocess.run(arguments, env=environment, check=True, timeout=600)
        found.append(hashes(out))
    assert found[0] == found[1] != {}


def test_stages_alone_end_where_all_at_once_do(planned):
    whole, out = planned.begin("whole"), planned.begin("parts")
    run_shard(0, whole, planned.settings)
    images = planned.settings.images
    with pytest.raises(InvalidInputError, match="builds on short"):
        run_shard(0, out, RunSettings(images, "rehearsal", stages=("detailed",)))
    for stage in STAGES:
        report = run_shard(0, out, RunSettings(images, "rehearsal", stages=(stage,)))
        assert report.stages[-1] == stage
    assert hashes(whole) == hashes(out)


def test_new_images_come_into_new_shards(planned):
    out = planned.begin()
    before = [planned_images(out, shard) for shard in (0, 1)]
    write_rehearsal_images(planned.base / "images", 7, levels=2)
    (planned.base / "images" / "below").mkdir()
    (planned.base / "images" / "below" / "image-00001.jpg").write_bytes(b"another of the same id")
    shards, twice = extend_plan(out, planned.base / "images", 2)
    assert shards == [0, 1, 2, 3]
    assert [planned_images(out, shard) for shard in (0, 1)] == before
    assert len(planned_images(out, 3)) == 1
    assert len(twice) == 1
    assert "same id" in twice[0]


def test_tar_shards_are_read_where_they_are(planned):
    """Members that would lead out of the folder are taken by their name alone, or not at all; nothing is extracted."""
    packed = planned.base / "packed"
    packed.mkdir()
    with tarfile.open(packed / "sa_000000.tar", "w") as tar:
        for number in range(4):
            image = Image.open(planned.base / "images" / f"image-{number:05d}.png")
            image.save(planned.base / f"sa_{number}.jpg", quality=95)
            tar.add(planned.base / f"sa_{number}.jpg", f"../../sa_{number}.jpg" if number else "sa_0.jpg")
            tar.add(planned.base / "images" / f"image-{number:05d}.json", f"sa_{number}.json")
        tar.add(planned.base / "sa_0.jpg", "/etc/passwd.jpg")
    out = planned.begin("tarred")
    shutil.rmtree(out / "plan")
    assert extend_plan(out, packed, 3) == ([0, 1], [])
    assert planned_images(out, 1) == ["sa_000000.tar/sa_3.jpg"]
    settings = RunSettings(str(packed), "rehearsal")
    reports = [run_shard(shard, out, settings) for shard in (0, 1)]
    assert [report.regions for report in reports] == [18, 6]
    assert reports[0].problems == {}
    row = pq.read_table(out / "data" / "shard-00001.parquet").to_pylist()[0]
    assert row["region_id"] == "sa_3/0"
    assert row["image"]["bytes"] == (planned.base / "sa_3.jpg").read_bytes()
    assert [path.name for path in packed.iterdir()] == ["sa_000000.tar"]
    (packed / "sa_000001.tar").write_bytes(b"no tar")
    shards, left_out = extend_plan(out, packed, 3)
    assert shards == [0, 1]
    assert "sa_000001.tar: not a whole tar shard" in left_out[0]


def test_bad_images_are_named_and_cost_themselves_alone(planned):
    out = planned.begin()
    bad = planned.base / "images" / "image-00000.json"
    good = bad.read_text()
    bad.write_text(good[: len(good) // 2])
    report = run_shard(0, out, planned.settings)
    assert list(report.problems) == ["image-00000"]
    assert report.regions == 6
    bad.write_text(good)
    assert run_shard(0, out, planned.settings).regions == 6, "what is committed stays until a retry is asked for"
    assert run_shard(0, out, planned.settings, retry=True).problems == {}
    whole = planned.begin("whole")
    run_shard(0, whole, planned.settings)
    assert hashes(out) == hashes(whole)


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


def test_the_last_region_of_all_may_fail_for_good(planned, chat_server):
    """Nothing else is left to show that the server lives: it is asked itself. A server that is gone fails nothing."""
    out = planned.begin()
    record = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**record, "model": "model-a"}))
    chat_server.behave = lambda body, number: "a thing"
    settings = RunSettings(planned.settings.images, chat_server.url, attempts=1, stages=("short",))
    run_shard(0, out, settings)
    (out / "data" / "shard-00000.parquet").unlink()
    journal = out / "journal" / "shard-00000.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    last = max(index for index, line in enumerate(lines) if '"stage"' in line)
    journal.write_text("".join(lines[:last] + lines[last + 1 :]))
    shutil.rmtree(out / "responses")
    chat_server.behave = lambda body, number: "!500"
    gone = replace(settings, server="http://127.0.0.1:9")
    with pytest.raises(ServerUnavailableError):
        run_shard(0, out, gone)
    report = run_shard(0, out, settings)
    assert len(report.failures) == 1
    assert report.failures[0]["reason"].startswith("status")
    assert report.regions == 11


def test_two_runs_do_not_make_the_same_shard(planned, monkeypatch):
    from dataset.prompting.journal import Journal

    out = planned.begin()
    with Journal(out / "journal" / "shard-00000.jsonl"):
        monkeypatch.setattr("dataset.curation.runs.shards.Journal", lambda path: Journal(path, wait_seconds=0.05))
        with pytest.raises(DataUnavailableError, match="another process"):
            run_shard(0, out, planned.settings)


def test_what_a_killed_commit_left_is_removed(planned):
    out = planned.begin()
    (out / "data").mkdir()
    (out / "data" / ".shard-00000.parquet.12345.tmp").write_bytes(b"half")
    run_shard(0, out, planned.settings)
    assert [path.name for path in (out / "data").iterdir()] == ["shard-00000.parquet"]


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
