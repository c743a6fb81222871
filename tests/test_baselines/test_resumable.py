"""Protects predictions from being lost, mixed or made up: killed anywhere, the same file; or an error, and no file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL.Image import Image

from baselines import Captioner, OpenCaptioner, caption_regions, check_regions
from baselines.resumable import answers_path, journal_path
from dataset.errors import CaptioningError, DataUnavailableError, InsufficientMemoryError, InvalidInputError
from dataset.masks.rle import area_of
from dataset.prompting.journal import Journal
from tests.support.chat_server import fingerprint


class Measuring:
    """Says what it sees; counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.bad: set[int] = set()
        self.broken_at: int | None = None

    def caption(self, image: Image, masks: Sequence[np.ndarray]) -> list[str]:
        image, masks = check_regions(image, masks)
        if self.asked == self.broken_at:
            raise KeyboardInterrupt
        self.asked += 1
        areas = [int(mask.sum()) for mask in masks]
        failed = {f"mask {k}": "too dull" for k, area in enumerate(areas) if area in self.bad}
        if failed:
            raise CaptioningError("image", failed)
        pixels = np.asarray(image)
        return [f"{area} pixels ü of {pixels[mask].mean():.3f}" for area, mask in zip(areas, masks, strict=True)]


def opened(captioner: Captioner, **changed: object) -> OpenCaptioner:
    return replace(OpenCaptioner("measuring", captioner, {"depth": 1}), **changed)


def read(out: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_every_region_gets_the_caption_of_its_own_pixels(images, tmp_path):
    out = tmp_path / "deep" / "p.jsonl"
    counts: list[int] = []
    assert caption_regions(opened(Measuring()), images, out, on_image=counts.append) == 12
    assert counts == [3, 3, 3, 3]
    assert [row["region_id"] for row in read(out)] == [region.region_id for _, regions in images for region in regions]
    areas = [int(row["caption"].split()[0]) for row in read(out)]
    assert areas == [area_of(region.mask) for _, regions in images for region in regions]
    assert sorted(path.name for path in out.parent.iterdir()) == ["p.jsonl"]


def test_a_run_broken_off_at_any_byte_of_its_journal_ends_the_same(images, tmp_path):
    whole = tmp_path / "whole.jsonl"
    caption_regions(opened(Measuring()), images, whole)
    broken = tmp_path / "broken.jsonl"
    captioner = Measuring()
    captioner.broken_at = 3
    with pytest.raises(KeyboardInterrupt):
        caption_regions(opened(captioner), images, broken)
    assert not broken.exists()
    journal = journal_path(broken).read_bytes()
    assert journal.count(b"\n") == 1 + 3
    for length in range(0, len(journal) + 1, 7):
        journal_path(broken).write_bytes(journal[:length])
        again = Measuring()
        caption_regions(opened(again), images, broken)
        done = max(journal[:length].count(b"\n") - 1, 0)
        assert again.asked == 4 - done
        assert broken.read_bytes() == whole.read_bytes()
        assert not journal_path(broken).exists()


def test_order_of_completion_does_not_show(images, tmp_path):
    """Images under way at once may end in any order; the file has the order of the data."""
    barrier = threading.Barrier(4)

    class Backwards(Measuring):
        def caption(self, image: Image, masks: Sequence[np.ndarray]) -> list[str]:
            barrier.wait(10)  # all four are under way
            time.sleep(
                0.02 * (4 - len({int(mask.sum()) for mask in masks})) + 0.001 * float(np.asarray(image)[0, 0, 0])
            )
            return super().caption(image, masks)

    one, many = tmp_path / "one.jsonl", tmp_path / "many.jsonl"
    caption_regions(opened(Measuring()), images, one)
    caption_regions(opened(Backwards(), images_at_once=4), images, many)
    assert many.read_bytes() == one.read_bytes()


def test_a_failed_region_is_named_and_asked_again(images, tmp_path):
    out = tmp_path / "p.jsonl"
    captioner = Measuring()
    captioner.bad = {area_of(images[1][1][2].mask)}
    with pytest.raises(CaptioningError, match=r"1 region has no caption\n  image-1/2: too dull\n.*again") as caught:
        caption_regions(opened(captioner), images, out)
    assert caught.value.failures == {"image-1/2": "too dull"}
    assert not out.exists()
    assert captioner.asked == 4
    captioner.bad = set()
    assert caption_regions(opened(captioner), images, out) == 12
    assert captioner.asked == 5
    assert all(row["caption"] for row in read(out))


def test_failed_regions_can_be_left_out_and_tried_later(images, tmp_path):
    out = tmp_path / "p.jsonl"
    captioner = Measuring()
    captioner.bad = {area_of(images[1][1][2].mask)}
    assert caption_regions(opened(captioner), images, out, skip_failed=True) == 9
    assert {row["region_id"].split("/")[0] for row in read(out)} == {"image-0", "image-2", "image-3"}
    captioner.bad = set()
    assert caption_regions(opened(captioner), images, out, skip_failed=True) == 12
    assert captioner.asked == 5
    assert not journal_path(out).exists()


def test_a_run_is_not_gone_on_with_by_another(images, tmp_path):
    """Captions of two captioners, or of two states of the data, never end up in one file."""
    out = tmp_path / "p.jsonl"
    captioner = Measuring()
    captioner.broken_at = 2
    with pytest.raises(KeyboardInterrupt):
        caption_regions(opened(captioner), images, out, {"split": "test"})
    before = journal_path(out).read_bytes()
    for other, data in (
        (opened(Measuring(), identity={"depth": 2}), {"split": "test"}),
        (opened(Measuring(), identity={}), {"split": "test"}),
        (opened(Measuring(), name="other"), {"split": "test"}),
        (opened(Measuring()), {"split": "train"}),
    ):
        with pytest.raises(InvalidInputError, match=r"then, .* now\n.*delete this file to start afresh") as caught:
            caption_regions(other, images, out, data)
        assert len(caught.value.problems) == 1
        assert journal_path(out).read_bytes() == before
    caption_regions(opened(Measuring()), images, out, {"split": "test"})


def test_a_journal_that_is_none_is_refused(images, tmp_path):
    out = tmp_path / "p.jsonl"
    for records, message in (
        ([{"image": 0, "captions": ["a", "b", "c"]}], "not the journal of a run"),
        ([{"begun": {"captioner": "measuring", "depth": 1}}, {"image": 9, "captions": ["a"] * 3}], "line 2 is damaged"),
        ([{"begun": {"captioner": "measuring", "depth": 1}}, {"image": 0, "captions": ["a"]}], "line 2 is damaged"),
        ([{"begun": {"captioner": "measuring", "depth": 1}}, {"image": 0, "captions": [1, 2, 3]}], "line 2 is damaged"),
        ([{"begun": {"captioner": "measuring", "depth": 1}}, {"picture": 0}], "line 2 is damaged"),
    ):
        journal_path(out).write_text("".join(json.dumps(record) + "\n" for record in records))
        with pytest.raises(DataUnavailableError, match=message):
            caption_regions(opened(Measuring()), images, out)
        assert not out.exists()


def test_two_runs_do_not_write_one_file(images, tmp_path):
    out = tmp_path / "p.jsonl"
    with Journal(journal_path(out)), pytest.raises(DataUnavailableError, match="another process is writing"):
        caption_regions(opened(Measuring()), images, out)


def test_a_captioner_with_the_wrong_number_of_captions_is_refused(images, tmp_path):
    class Short(Measuring):
        def caption(self, image: Image, masks: Sequence[np.ndarray]) -> list[str]:
            return super().caption(image, masks)[:-1]

    with pytest.raises(CaptioningError, match="2 captions for 3 regions"):
        caption_regions(opened(Short()), images, tmp_path / "p.jsonl")


def test_a_captioner_that_sees_pixels_gets_nothing_else(images):
    """No annotation reaches it: not the captions, not the categories."""
    seen: list[tuple[object, ...]] = []

    class Watching:
        def caption(self, *arguments: object) -> list[str]:
            seen.append(arguments)
            return ["x"] * 3

    OpenCaptioner("watching", Watching()).caption_regions(*images[0])
    ((image, masks),) = seen
    assert isinstance(image, Image)
    assert image.info == {}
    assert [type(mask) for mask in masks] == [np.ndarray] * 3


def test_regions_without_masks_and_masks_that_do_not_fit_are_named(images, monkeypatch):
    path, regions = images[0]
    bare = [replace(regions[0], mask=None), regions[1], replace(regions[2], mask=None)]
    with pytest.raises(InvalidInputError, match=r"image-0/0 has no mask.*\n.*image-0/2 has no mask"):
        opened(Measuring()).caption_regions(path, bare)
    monkeypatch.setattr("baselines.memory.free_memory", lambda: 3 * 40 * 60 - 1)
    with pytest.raises(InsufficientMemoryError, match="3 masks at once needs"):
        opened(Measuring()).caption_regions(path, regions)


COMMAND = ["baselines.predict", "prompted", "--config", "photos", "--out", "p.jsonl", "--option", "model=model-a"]


def test_a_killed_command_goes_on_to_the_same_bytes(chat_server, tmp_path, repository):
    """The real command, killed by the operating system in the middle."""
    chat_server.behave = lambda body, _: f"the {fingerprint(body)} thing"
    quick = ["--images", "2", "--option", "view=crop", "--option", "view_size=96"]
    command = [sys.executable, "-m", *COMMAND, "--option", f"url={chat_server.url}", *quick]
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    undisturbed, disturbed = tmp_path / "a", tmp_path / "b"
    for folder in (undisturbed, disturbed):
        folder.mkdir()
    subprocess.run(command, cwd=undisturbed, env=environment, check=True, capture_output=True, timeout=600)
    regions = len(read(undisturbed / "p.jsonl"))
    requests = len(chat_server.bodies)
    assert requests == regions
    chat_server.seconds = 0.4
    running = subprocess.Popen(command, cwd=disturbed, env=environment, stderr=subprocess.DEVNULL)
    while len(chat_server.bodies) < requests + regions // 2 and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert not (disturbed / "p.jsonl").exists()
    chat_server.seconds = 0.0
    before = len(chat_server.bodies)
    subprocess.run(command, cwd=disturbed, env=environment, check=True, capture_output=True, timeout=600)
    assert len(chat_server.bodies) - before < regions  # something was kept
    assert (disturbed / "p.jsonl").read_bytes() == (undisturbed / "p.jsonl").read_bytes()
    assert sorted(path.name for path in disturbed.iterdir()) == ["p.jsonl"]
    assert not answers_path(disturbed / "p.jsonl").exists()
