"""Protects the cache of scenes: whole shards or none, whatever kills the process; no two scenes with one seed."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.runtime.cache import make_folder_once
from dataset.scenes import generate
from dataset.scenes.options import SPLITS, ScenesOptions

OPTIONS = ScenesOptions(train=41, validation=2, test=4, resolution=96)


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
        "generate.generate(ScenesOptions(train=41, validation=2, test=4, resolution=96), 'train', workers=1)"
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


def test_of_two_makers_one_waits_for_the_other(tmp_path: Path) -> None:
    made = []

    def fill(temporary: Path) -> None:
        time.sleep(0.2)
        (temporary / "whole").touch()
        made.append(temporary)

    makers = [threading.Thread(target=make_folder_once, args=(tmp_path / "made", fill)) for _ in range(4)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(made) == 1
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["whole"]


def test_what_a_killed_maker_left_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / ".made.tmp").mkdir()
    (tmp_path / ".made.tmp" / "half").touch()
    made = make_folder_once(tmp_path / "made", lambda temporary: (temporary / "whole").touch())
    assert [path.name for path in made.iterdir()] == ["whole"]
    assert not (tmp_path / ".made.tmp").exists()


def test_a_maker_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fill(temporary: Path) -> None:
        (temporary / "half").touch()
        raise OSError(28, "No space left on device")

    with pytest.raises(DataUnavailableError, match="No space left"):
        make_folder_once(tmp_path / "made", fill)
    assert [path.name for path in tmp_path.iterdir()] == [".made.lock"]


def test_every_bad_option_is_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        ScenesOptions(seed=-1, resolution=10**6, train=1.5)  # type: ignore[arg-type]
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["seed", "resolution", "train"]
