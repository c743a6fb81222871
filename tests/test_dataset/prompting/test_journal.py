"""Protects the journal: nothing answered is lost, nothing is asked twice, and a caption costs its own line alone."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from dataset.curation.records import Ledger, Record
from dataset.curation.rehearsal import RehearsalDescriber, write_rehearsal_images
from dataset.curation.run_options import STAGES, CurationOptions, RunSettings, start_run
from dataset.curation.runs.plan import extend_plan
from dataset.curation.runs.shards import run_shard
from dataset.errors import DataUnavailableError
from dataset.prompting.journal import Journal, read_journal


def written(path: Path, *records: dict) -> None:
    with Journal(path) as journal:
        for record in records:
            journal.append(record)


def test_what_is_appended_is_read_again(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"n": 1, "text": "naïve \U0001f600 \n \u2028"})
    written(path, {"n": 2})
    assert [record["n"] for record in read_journal(path)[0]] == [1, 2]
    assert read_journal(path)[0][0]["text"] == "naïve \U0001f600 \n \u2028"
    assert read_journal(tmp_path / "none.jsonl") == ([], 0)


@pytest.mark.parametrize("torn", [b'{"n": 3', b"\x00" * 4096, b'{"n": 3}', b"\xff\xfe\n", b"[1]\n", b'{"n": 3\n{"n'])
def test_a_torn_last_line_is_cut_off(tmp_path, torn):
    path = tmp_path / "journal.jsonl"
    written(path, {"n": 1}, {"n": 2})
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    assert [record["n"] for record in read_journal(path)[0]] == [1, 2]
    assert path.read_bytes() == whole + torn, "reading changes nothing"
    written(path, {"n": 3})
    assert path.read_bytes() == whole + b'{"n":3}\n'


def test_a_torn_write_at_any_byte_loses_its_own_line_only(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"n": 1}, {"n": 2, "word": "é"})
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        expected = 2 if length == len(whole) else 1 if length >= first else 0
        assert len(read_journal(path)[0]) == expected, length


def test_damage_in_the_middle_is_named(tmp_path):
    path = tmp_path / "journal.jsonl"
    written(path, {"n": 1}, {"n": 2}, {"n": 3})
    path.write_bytes(path.read_bytes().replace(b'{"n":2}', b'{"n":2'))
    with pytest.raises(DataUnavailableError, match="line 2 is damaged"):
        read_journal(path)


def test_two_writers_keep_out_of_each_others_way(tmp_path):
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        with pytest.raises(DataUnavailableError, match="another process"), Journal(path, wait_seconds=0.05):
            pass
        journal.append({"n": 1})
    written(path, {"n": 2})
    assert len(read_journal(path)[0]) == 2


def test_a_caption_costs_its_own_line(tmp_path, monkeypatch):
    """However long the journal is, a record is one write of its own length."""
    writes: list[int] = []
    write = os.write

    def counting(file: int, data: bytes) -> int:
        writes.append(len(data))
        return write(file, data)

    monkeypatch.setattr("dataset.prompting.journal.os.write", counting)
    path = tmp_path / "journal.jsonl"
    with Journal(path, sync_seconds=60) as journal:
        ledger = Ledger(journal)
        for number in range(3000):
            ledger.add(Record("short", "image", f"image/{number:04d}", "a caption", prompt="0" * 64, model="m"))
    assert len(writes) == 3000
    assert max(writes) == min(writes)
    assert sum(writes) == path.stat().st_size


def test_a_region_has_one_record_for_each_stage(tmp_path):
    with Journal(tmp_path / "journal.jsonl") as journal:
        ledger = Ledger(journal)
        ledger.add(Record("short", "image", "image/1", "one"))
        with pytest.raises(ValueError, match="has a record"):
            ledger.add(Record("short", "image", "image/1", "another"))
        ledger.forget("image")
        ledger.add(Record("short", "image", "image/1", "another"))
    with Journal(tmp_path / "journal.jsonl") as journal:
        assert Ledger(journal).caption("short", "image/1") == "another"


def test_a_failure_that_may_pass_is_written_once_the_server_answered_again(tmp_path):
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        ledger = Ledger(journal)
        ledger.add(Record("short", "image", "image/1", failure="status: HTTP 500", prompt="0"))
        assert ledger.failures_held_back == 1
        assert read_journal(path)[0] == []
        ledger.add(Record("short", "image", "image/2", "two", prompt="0"))
        assert ledger.failures_held_back == 0
    assert [record["region_id"] for record in read_journal(path)[0]] == ["image/1", "image/2"]


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    """Images of 28 regions, planned as one shard of four images."""
    write_rehearsal_images(tmp_path / "images", 4)
    return tmp_path


def begin(base: Path, name: str) -> Path:
    out = base / name
    start_run(out, CurationOptions("rehearsal", encoder="none", levels=1, smallest=0, view_size=64))
    assert extend_plan(out, base / "images", 4) == ([0], [])
    return out


def make(base: Path, out: Path, stages=STAGES, seconds: float = 0.0) -> None:
    settings = RunSettings(str(base / "images"), "rehearsal", stages=stages, images_at_once=2)
    run_shard(0, out, settings, describer=RehearsalDescriber(seconds))


def kill_at_random_points(base: Path, out: Path, kills: int, seed: int) -> int:
    """Start the shard and kill it, again and again; the number of starts that were killed before their end."""
    rng = random.Random(seed)
    killed = 0
    journal = out / "journal" / "shard-00000.jsonl"
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                make(base, out, seconds=0.003)
                os._exit(0)
            os._exit(1)
        enough = (journal.stat().st_size if journal.exists() else 0) + rng.randrange(12_000)
        while not (journal.exists() and journal.stat().st_size > enough):
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
            time.sleep(0.001)
        time.sleep(rng.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        killed += os.WIFSIGNALED(status)
    return killed


def lines_of(out: Path) -> list[str]:
    return sorted((out / "journal" / "shard-00000.jsonl").read_text().splitlines())


def test_killed_at_random_points_the_result_is_byte_identical(shard):
    """More kills: speed/curation_kills.py."""
    whole, broken = begin(shard, "whole"), begin(shard, "broken")
    make(shard, whole)
    assert kill_at_random_points(shard, broken, kills=10, seed=0) >= 3
    make(shard, broken)
    assert lines_of(broken) == lines_of(whole), "every answer once, none lost"
    name = "data/shard-00000.parquet"
    assert (broken / name).read_bytes() == (whole / name).read_bytes()
    records = [json.loads(line) for line in lines_of(whole)]
    captions = [record for record in records if record.get("stage") in ("short", "detailed", "unique")]
    assert len(captions) == 3 * 4 * 14
    assert all(record["caption"] for record in captions)
    assert not list((broken / "data").glob(".*tmp*"))


def test_verification_goes_on_where_it_was(shard):
    """A verification that is broken off is neither started again nor appended twice."""
    whole, out = begin(shard, "whole"), begin(shard, "out")
    make(shard, whole)
    make(shard, out, stages=("short", "detailed", "unique"))
    journal = out / "journal" / "shard-00000.jsonl"
    before = journal.read_bytes()
    make(shard, out)
    lines = journal.read_bytes()
    assert lines.startswith(before)
    verified = lines[len(before) :].splitlines(keepends=True)
    assert len(verified) == 4 * 14
    (out / "data" / "shard-00000.parquet").unlink()
    journal.write_bytes(before + b"".join(verified[:20]) + verified[20][:30])
    make(shard, out)
    assert journal.read_bytes().startswith(before + b"".join(verified[:20]))
    assert lines_of(out) == lines_of(whole)
