"""Protects the cache of scenes: whole shards or none, whatever kills the process; no two scenes with one seed."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dataset.cache import make_folder_once, remove_abandoned
from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.scenes import generate
from dataset.scenes.options import SPLITS, ScenesOptions

OPTIONS = ScenesOptions(train=60, validation=2, test=4, resolution=96)


def digest(folder: Path) -> str:
    """Hash of all files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()


def test_killed_in_the_middle_and_started_again_gives_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "whole"))
    generate.generate(OPTIONS, "train")
    whole = digest(tmp_path / "whole")

    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "killed"))
    code = (
        "from dataset.scenes import generate; from dataset.scenes.options import ScenesOptions;"
        "generate.generate(ScenesOptions(train=60, validation=2, test=4, resolution=96), 'train', workers=1)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stderr=subprocess.DEVNULL)
    folder = generate.shards_of(OPTIONS, "train")[0].folder
    deadline = time.monotonic() + 120
    while not folder.is_dir() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    there = [shard for shard in generate.shards_of(OPTIONS, "train") if shard.folder.is_dir()]
    assert 1 <= len(there) < 3, "the process was to be killed between the first and the last shard"
    generate.generate(OPTIONS, "train")
    assert digest(tmp_path / "killed") == whole
    assert not list((tmp_path / "killed").rglob(".*.tmp"))


def test_a_failing_worker_is_reported_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("URECA_CACHE", str(blocked))
    with pytest.raises(DataUnavailableError, match="URECA_CACHE"):
        generate.generate(OPTIONS, "test", workers=1)


def test_no_two_scenes_share_a_seed() -> None:
    seeds = [
        ScenesOptions(seed=seed).scene_seed(split, index)
        for seed in range(20)
        for split in SPLITS
        for index in range(200)
    ]
    assert len(set(seeds)) == len(seeds)


def test_of_two_makers_one_wins_and_nothing_is_left(tmp_path: Path) -> None:
    def fill(temporary: Path) -> None:
        (temporary / "ours").touch()
        if not (tmp_path / "made").exists():  # another process finishes first
            (tmp_path / "made").mkdir()
            (tmp_path / "made" / "theirs").touch()

    made = make_folder_once(tmp_path / "made", fill)
    assert [path.name for path in made.iterdir()] == ["theirs"]
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_only_dead_processes_leftovers_are_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / f".shard.{dead.pid}.tmp").mkdir()
    (tmp_path / f".shard.{os.getpid()}.tmp").mkdir()
    remove_abandoned(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f".shard.{os.getpid()}.tmp"]


def test_every_bad_option_is_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        ScenesOptions(seed=-1, resolution=10**6, train=1.5)  # type: ignore[arg-type]
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["seed", "resolution", "train"]
