"""Protects scenes without end: the scenes of train in their order, each once, whatever becomes of who draws them."""

import logging
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from baselines.training.draw import draw_shards
from baselines.training.shards import read_shards, write_shard
from baselines.training.stream import FolderSource, SceneItem, SceneSource, SceneStream, endless
from baselines.training.stream.jobs import LAST_INDEX, Patience
from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.masks.bits import unpack_bits
from dataset.runtime.interpreter import module_environment
from dataset.scenes.options import ScenesOptions
from dataset.scenes.rng import MASK_64
from tests.support import staged_scenes

STAGED = "tests.support.staged_scenes:"
WAIT = 60


@pytest.fixture(autouse=True)
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(staged_scenes.FOLDER, str(tmp_path))
    return tmp_path


def staged(function: str = "plain", first: int = 0, workers: int = 2, **options) -> SceneStream:
    return SceneStream(0, first, workers, draw=STAGED + function, **options)


def take(source: SceneSource, count: int) -> list[SceneItem]:
    return [source.get(WAIT) for _ in range(count)]


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until(condition) -> bool:
    end = time.monotonic() + WAIT
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def assert_same(item: SceneItem, index: int, example) -> None:
    assert item.index == index
    assert np.array_equal(item.image, example.image)
    torch = pytest.importorskip("torch")
    masks = unpack_bits(torch.from_numpy(item.bits), item.image.shape[1]).numpy()
    assert np.array_equal(masks, example.masks)
    assert item.captions == tuple(region.caption for region in example.regions)
    assert item.short_captions == tuple(region.short_caption for region in example.regions)


def test_a_stream_and_a_folder_give_the_scenes_of_train(tmp_path: Path) -> None:
    folder = draw_shards(tmp_path / "train", "train", 2, workers=1)
    with SceneStream(0, 0, 2) as stream, FolderSource(folder, seed=4) as source:
        for item in take(stream, 2):
            assert_same(item, item.index, folder[item.index])
            assert item.image.flags.writeable
        items = take(source, 4)
    assert sorted(item.index for item in items[:2]) == sorted(item.index for item in items[2:]) == [0, 1]
    for item in items[:2]:
        assert_same(item, item.index, folder[item.index])


def test_the_order_is_that_of_the_indices_whoever_draws() -> None:
    with staged(first=7, workers=3) as stream, staged(first=7, workers=1, ahead=1) as alone:
        items, others = take(stream, 20), take(alone, 20)
    assert [item.index for item in items] == list(range(7, 27))
    for item, other in zip(items, others, strict=True):
        assert_same(item, other.index, staged_scenes.plain(ScenesOptions(), "train", item.index)[0])
        assert item.captions == other.captions


def test_a_resumed_stream_goes_on_with_the_same_scenes() -> None:
    with staged(first=10, workers=1) as stream:
        before = [item.index for item in take(stream, 6)]
        state = stream.state_dict()
        after = [item.index for item in take(stream, 3)]
    assert state == {"seed": 0, "next": 16, "again": []}
    with staged(first=state["next"], workers=1, again=before[-2:]) as resumed:
        first = resumed.get(WAIT)
        assert resumed.state_dict() == {"seed": 0, "next": 16, "again": before[-1:]}
        assert [first.index, *(item.index for item in take(resumed, 4))] == before[-2:] + after
        assert resumed.state_dict()["next"] == 19


def test_several_learners_share_the_indices() -> None:
    with staged(first=0, workers=1, step=2) as even, staged(first=1, workers=1, step=2) as odd:
        indices = [item.index for source in (even, odd) for item in take(source, 4)]
        assert odd.state_dict()["next"] == 9
    assert indices == [0, 2, 4, 6, 1, 3, 5, 7]


def test_what_is_ready_is_taken_without_waiting() -> None:
    with staged(workers=1, ahead=5) as stream:
        assert len(stream.ready()) <= 5
        first = stream.get(WAIT).index
        assert wait_until(lambda: stream._jobs and all(job.sizes for job in stream._jobs.values()))
        assert [item.index for item in stream.ready(2)] == [first + 1, first + 2]
        assert first + 3 in [item.index for item in stream.ready()]
        with pytest.raises(TimeoutError, match=r"was not there in 0 s"):
            [stream.get(0) for _ in range(1000)]


def test_one_process_compiles_while_the_others_wait(stage: Path) -> None:
    with staged("slow_first", workers=3) as stream:
        take(stream, 12)
    starts = [line.split() for line in (stage / "starts").read_text().splitlines()]
    (_, first_index, first_time), *later = starts
    assert first_index == "0"
    assert all(float(start) - float(first_time) > staged_scenes.SLOW for _, _, start in later)
    assert len({process for process, *_ in starts}) == 3


def test_a_scene_that_fails_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with staged("bad", workers=1) as stream:
        assert [item.index for item in take(stream, 5)] == [0, 1, 2, 4, 5]
        assert stream.skipped == [3]
        assert stream.state_dict()["next"] == 6
    assert "scene 3 of train was left out" in caplog.text
    assert "ValueError: a tree without a crown" in caplog.text


def test_scenes_that_all_fail_end_the_stream() -> None:
    with staged("all_bad") as stream:
        with pytest.raises(DataUnavailableError, match=r"(?s)6 scenes in a row .*ValueError: no scene") as error:
            stream.get(WAIT)
        assert "The next would have been" in str(error.value)
        assert "ureca draw --split train" in str(error.value)
        assert wait_until(lambda: all(map(gone, stream.process_ids)))
        with pytest.raises(DataUnavailableError, match="6 scenes in a row"):
            stream.ready()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_process_that_dies_is_replaced(workers: int, caplog: pytest.LogCaptureFixture) -> None:
    with staged("deadly_once", workers=workers) as stream:
        assert [item.index for item in take(stream, 8)] == list(range(8))
    assert "ended and is started again: signal 9" in caplog.text


def test_a_scene_that_kills_is_left_out() -> None:
    with staged("deadly") as stream:
        assert [item.index for item in take(stream, 6)] == [0, 1, 2, 4, 5, 6]
        assert stream.skipped == [3]


def test_processes_that_only_die_end_the_stream_with_their_last_words() -> None:
    last_words = r"ended 4 times .* exit code 7\nlast words"
    with staged("all_deadly", workers=1) as stream, pytest.raises(DataUnavailableError, match=last_words):
        stream.get(WAIT)
    with staged("no_such_function", workers=1) as stream:
        with pytest.raises(DataUnavailableError, match=r"(?s)exit code 1\n.*AttributeError: .*no_such_function"):
            stream.get(WAIT)
        assert stream.skipped == []  # it was no scene's fault


@pytest.mark.parametrize("function", ["sleeping", "hanging_once"])
def test_a_scene_that_hangs_is_left_out_at_once(
    function: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process pays for it; the scenes after it are drawn meanwhile, and the log says what is waited for."""
    monkeypatch.setattr(endless, "ANNOUNCED", 0.5)
    with staged(function, patience=Patience(WAIT, 2.0)) as stream:
        assert [item.index for item in take(stream, 9)] == [0, 1, 2, 4, 5, 6, 7, 8, 9]
        assert stream.skipped == [3]
    assert (
        "scene 3 of train was left out, it could not be drawn: a process hung at it, no answer for 2 s" in caplog.text
    )
    assert caplog.text.count("ended and is started again") == 1
    waited = r"scene 3 of train has not come for 0.5 s; later scenes that wait for it: [1-9]\d*. .* silent for 2 s"
    assert re.search(waited, caplog.text)


def test_a_process_that_hangs_at_its_start_is_replaced(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have compiled: its scene is drawn by the next one, and the patience is that for a start."""
    monkeypatch.setattr(endless, "ANNOUNCED", 0.5)
    with staged("sleeping_start", patience=Patience(4.0, 0.1), workers=1) as stream:
        assert stream.get(WAIT).index == 0
        assert stream.skipped == []
    assert "started again: no answer for 4 s" in caplog.text
    assert "no process has drawn a scene yet" in caplog.text


def test_a_closed_stream_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    descriptors = psutil.Process().num_fds()
    stream = staged()
    pids = stream.process_ids
    stream.get(WAIT)
    stream.close()
    stream.close()
    assert all(map(gone, pids))
    assert psutil.Process().num_fds() == descriptors
    assert not caplog.text
    with pytest.raises(DataUnavailableError, match="closed"):
        stream.get()
    with pytest.raises(DataUnavailableError, match="closed"):
        stream.ready()


LEARNER = """
from baselines.training.stream import SceneStream
stream = SceneStream(0, 0, 2, draw="tests.support.staged_scenes:plain")
stream.get(60)
print(*stream.process_ids, flush=True)
while True:
    stream.get()
"""


def test_a_killed_learner_leaves_nothing_behind() -> None:
    learner = subprocess.Popen(
        [sys.executable, "-c", LEARNER], env=module_environment(), stdout=subprocess.PIPE, text=True
    )
    with learner:
        pids = [int(word) for word in learner.stdout.readline().split()]
        assert len(pids) == 2
        assert not any(map(gone, pids))
        learner.send_signal(signal.SIGKILL)
    assert wait_until(lambda: all(map(gone, pids)))


def test_arguments_out_of_range_are_named_all_at_once() -> None:
    with pytest.raises(InvalidInputError, match=r"(?s)5 problems.*first: .*again: .*workers: .*step: .*device: "):
        SceneStream(0, LAST_INDEX + 1, 0, "tpu", again=[-1], step=-1, ahead=1)
    with pytest.raises(InvalidInputError, match="seed"):
        SceneStream(-1, 0, 1)


def test_no_scene_of_train_is_one_of_validation_or_test() -> None:
    """The seed of a scene is (seed, split, index) packed and mixed by a bijection: unmixed, it shows its split."""
    options = ScenesOptions()
    seeds = np.array([options.scene_seed("train", index) for index in range(1_000_000)], np.uint64)
    assert len(np.unique(seeds)) == len(seeds)
    others = [options.scene_seed(split, index) for split in ("validation", "test") for index in range(20_000)]
    assert not np.isin(np.array(others, np.uint64), seeds).any()
    for index in (0, 999_999, LAST_INDEX):
        for seed in (0, 2**22 - 1):
            packed = {split: unmixed(ScenesOptions(seed=seed).scene_seed(split, index)) for split in SPLIT_BITS}
            assert {split: value >> 40 & 3 for split, value in packed.items()} == SPLIT_BITS
            assert {value & LAST_INDEX for value in packed.values()} == {index}


SPLIT_BITS = {"train": 0, "validation": 1, "test": 2}


def unmixed(value: int) -> int:
    """The opposite of `mix64`."""
    value ^= value >> 31 ^ value >> 62
    value = value * pow(0x94D049BB133111EB, -1, 2**64) & MASK_64
    value ^= value >> 27 ^ value >> 54
    value = value * pow(0xBF58476D1CE4E5B9, -1, 2**64) & MASK_64
    return value ^ value >> 30 ^ value >> 60


@pytest.fixture
def folder(tmp_path: Path):
    examples = [staged_scenes.plain(ScenesOptions(), "train", index) for index in range(5)]
    write_shard(tmp_path / "shards", 0, 5, examples)
    (tmp_path / "shards" / "summary.json").write_text('{"format": 1, "images": 5, "split": "train"}')
    return read_shards(tmp_path / "shards")


def test_a_folder_comes_epoch_after_epoch_and_goes_on_after_a_stop(folder) -> None:
    with FolderSource(folder, seed=1, ahead=2) as source:
        items = take(source, 8)
        state = source.state_dict()
        rest = [item.index for item in take(source, 9)]
    order = [item.index for item in items]
    assert sorted(order[:5]) == sorted([*order[5:], *rest[:2]]) == list(range(5))
    assert state == {"seed": 1, "next": 8, "again": []}
    for item in items:
        assert_same(item, item.index, folder[item.index])
    with FolderSource(folder, seed=1, first=state["next"], again=order[-2:]) as resumed:
        assert [item.index for item in take(resumed, 11)] == order[-2:] + rest
    with FolderSource(folder, seed=2, ahead=8) as other:
        assert wait_until(lambda: all(item.done() for item in other._items))
        assert len(other.ready(3)) == 3
        assert len(other.ready()) >= 5
        assert [item.index for item in take(other, 5)] != rest


def test_a_folder_that_cannot_be_read_says_so(folder) -> None:
    with pytest.raises(InvalidInputError, match=r"(?s)2 problems.*first.*again: expected images 0 to 4, found 5"):
        FolderSource(folder, seed=0, first=-1, again=[0, 5])
    source = FolderSource(folder, seed=0, ahead=1)
    source.get(WAIT)
    source.get(WAIT)
    (folder.folder / "000000-000005" / "pixels.npy").unlink()
    with pytest.raises(FileNotFoundError, match=r"pixels\.npy"):
        take(source, 3)
    source.close()
    with pytest.raises(DataUnavailableError, match="closed"):
        source.get()
