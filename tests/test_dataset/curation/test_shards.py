"""Protects shards: committed whole or not at all, made once, the same bytes whatever the order, bad images named."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from PIL import Image

from dataset.curation.rehearsal import RehearsalDescriber, write_rehearsal_images
from dataset.curation.run_options import STAGES, RunSettings
from dataset.curation.runs.plan import extend_plan, planned_images
from dataset.curation.runs.shards import committed_report, run_shard
from dataset.curation.stages import ServerUnavailableError
from dataset.errors import DataUnavailableError, InvalidInputError
from tests.support.planned_shards import hashes


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
