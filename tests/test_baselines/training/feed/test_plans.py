"""Protects the order of learning: epochs, a memory that is too small, scenes without end, and going on after a stop.

Of scenes without end also that a burst of them delays no batch, and that the log says when they stop to come.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest

from baselines.training.base import build_model
from baselines.training.feed import plans
from baselines.training.feed.data import FolderData
from baselines.training.feed.memory import Shelf, ShelfSize
from baselines.training.feed.plans import Feed, FeedOptions, Plan
from baselines.training.presets import Preset
from baselines.training.shards import Scenes
from baselines.training.stream import FolderSource, SceneItem, SceneStream
from baselines.training.stream.jobs import Patience
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import PromptHalves, find_conditioning
from dataset.errors import DataUnavailableError
from dataset.scenes.options import ScenesOptions
from tests.support import staged_scenes

EVERYTHING = 10**9


@pytest.fixture
def prompts(boxes: Scenes, smoke: Preset) -> PromptHalves:
    tokenizer = train_tokenizer(caption_texts(boxes.texts()), 600)
    _, processor = build_model(smoke, tokenizer, "ureca", seed=0)
    return PromptHalves(processor, find_conditioning("ureca"))


def feed_of(
    boxes: Scenes, prompts: PromptHalves, memory: int, state: Mapping[str, Any] | None = None, **options: Any
) -> Feed:
    data = FolderData(boxes)
    settings = {"images": 4, "regions_per_image": 3, "seed": 5, "total": len(boxes), "remember_every": 1, **options}
    return Feed(
        data.source(settings["seed"], 0, 1, state), prompts, data.shelf_size(memory, 4), FeedOptions(**settings), state
    )


def taken(feed: Feed, batches: int) -> list[Plan]:
    plans = list(islice(feed, batches))
    feed.close()
    return plans


def contents(plan: Plan) -> list[Any]:
    return [[(c.scene.index, c.regions.tolist(), c.is_mirrored) for c in plan.choices], plan.packs.ids.tolist()]


def test_every_image_comes_once_in_an_epoch(boxes: Scenes, prompts: PromptHalves) -> None:
    plans = taken(feed_of(boxes, prompts, EVERYTHING), 9)
    for epoch in range(3):
        images = [choice.scene.index for plan in plans[3 * epoch : 3 * epoch + 3] for choice in plan.choices]
        assert sorted(images) == list(range(12))
    assert sum(len(plan.writes) for plan in plans) == 12  # each is carried to the device once
    assert {plan.packs.ids.shape for plan in plans} == {plans[0].packs.ids.shape}


def test_a_memory_that_is_too_small_is_refreshed(boxes: Scenes, prompts: PromptHalves) -> None:
    """All images come, and none is chosen that is not there."""
    image = boxes[0].image.nbytes + 4 * boxes[0].image.nbytes // 24
    feed = feed_of(boxes, prompts, 5 * image)
    seen: Counter[int] = Counter()
    there: dict[int, int] = {}
    for plan in islice(feed, 40):
        for write in plan.writes:
            there[write.scene.place] = id(write.scene)
        for choice in plan.choices:
            assert there[choice.scene.place] == id(choice.scene)
            seen[choice.scene.index] += 1
    feed.close()
    assert set(seen) == set(range(12))
    assert len(there) == 5


@pytest.mark.parametrize("memory", [EVERYTHING, 200_000])
@pytest.mark.parametrize("after", [1, 2, 7])
def test_a_feed_goes_on_with_the_same_batches(memory: int, after: int, boxes: Scenes, prompts: PromptHalves) -> None:
    whole = taken(feed_of(boxes, prompts, memory, mirrored=True), 12)
    state = whole[after - 1].state
    later = taken(feed_of(boxes, prompts, memory, state, mirrored=True), 12 - after)
    assert [contents(plan) for plan in later] == [contents(plan) for plan in whole[after:]]


def test_processes_share_the_images_of_an_epoch(boxes: Scenes, prompts: PromptHalves) -> None:
    data = FolderData(boxes)
    shares = []
    for rank in (0, 1):
        options = FeedOptions(2, 3, seed=5, total=data.total(2))
        feed = Feed(data.source(5, rank, 2, None), prompts, data.shelf_size(EVERYTHING, 2), options)
        shares.append([choice.scene.index for plan in taken(feed, 3) for choice in plan.choices])
    assert sorted(shares[0] + shares[1]) == list(range(12))


def test_an_error_of_the_source_is_raised_where_the_batch_is_asked_for(boxes: Scenes, prompts: PromptHalves) -> None:
    class Broken(FolderSource):
        def get(self, timeout: float | None = None) -> SceneItem:
            if self.state_dict()["next"] == 12:
                raise DataUnavailableError("the disk is gone")
            return super().get(timeout)

    memory = 5 * (boxes[0].image.nbytes + 4 * boxes[0].image.nbytes // 24)  # too small, so that images come again
    options = FeedOptions(4, 3, seed=5, total=12)
    size = FolderData(boxes).shelf_size(memory, 4)
    feed = Feed(Broken(boxes, 5), prompts, size, options)
    with pytest.raises(DataUnavailableError, match="the disk is gone"):
        taken(feed, 20)
    feed.close()


class Plenty:
    """A source without end that never has to be waited for."""

    def __init__(self) -> None:
        self.next = 0

    def get(self, timeout: float | None = None) -> SceneItem:
        options, self.next = ScenesOptions(), self.next + 1
        return SceneItem.of_example(self.next - 1, staged_scenes.plain(options, "train", 3 * self.next + 2)[0])

    def ready(self, most: int | None = None) -> list[SceneItem]:
        return [self.get() for _ in range(most or 1000)]

    def state_dict(self) -> dict[str, Any]:
        return {"seed": 0, "next": self.next, "again": []}

    def close(self) -> None:
        pass


ENDLESS = FeedOptions(4, 3, seed=5)
SMALL_SCENES = ShelfSize(1000, 3 * 5 * 9, 3000, 5 * 2)


def test_a_burst_of_new_scenes_is_taken_in_parts(prompts: PromptHalves) -> None:
    feed = Feed(Plenty(), prompts, SMALL_SCENES, ENDLESS)
    first, *later = taken(feed, 12)
    assert list(first.new_indices) == list(range(plans.MEASURED))
    assert all(plans.AT_ONCE <= len(plan.new_indices) <= plans.MOST_NEW for plan in later)
    assert len(later[0].new_indices) == plans.AT_ONCE  # fewer than two batches were waiting
    news = [index for plan in (first, *later) for index in plan.new_indices]
    assert news == list(range(len(news)))


def test_the_log_says_when_new_scenes_stop_and_when_they_come_again(
    prompts: PromptHalves, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scene that is never drawn stops the stream; the batches go on, and after its patience the new scenes too."""
    monkeypatch.setattr(plans, "QUIET", 1.0)
    draw = "tests.support.staged_scenes:sleeping_late"
    feed = Feed(SceneStream(0, 0, 1, patience=Patience(60, 3), draw=draw), prompts, SMALL_SCENES, ENDLESS)
    news: list[int] = []
    end = time.monotonic() + 90
    while (not news or news[-1] < staged_scenes.LATE_INDEX) and time.monotonic() < end:
        news += next(feed).new_indices
    feed.close()
    assert (
        "no new scene has come for 1 s: until one comes, the 66 scenes in memory are learned from again" in caplog.text
    )
    assert "scene 100 of train was left out" in caplog.text
    assert "new scenes come again, after" in caplog.text
    assert news == [index for index in range(news[-1] + 1) if index % 3 and index != staged_scenes.LATE_INDEX]


def test_regions_longer_than_a_pack_are_left_out_and_counted(
    boxes: Scenes, prompts: PromptHalves, caplog: pytest.LogCaptureFixture
) -> None:
    taken(feed_of(boxes, prompts, EVERYTHING), 3)
    assert caplog.text == ""

    class Talkative(FolderSource):
        def get(self, timeout: float | None = None) -> SceneItem:
            item = super().get(timeout)
            return replace(item, captions=(" ".join(item.captions * 20), *item.captions[1:]))

    options, room = FeedOptions(4, 3, seed=5, total=12), 256
    feed = Feed(Talkative(boxes, 5), prompts, FolderData(boxes).shelf_size(EVERYTHING, 4), options, length=room)
    assert all(len(choice.scene.regions) == 3 for choice in next(feed).choices)
    feed.close()
    assert f"longer than a pack of {room} tokens" in caplog.text


def test_a_scene_larger_than_the_memory_is_refused() -> None:
    shelf = Shelf(ShelfSize(1, 10, 3, 10))
    with pytest.raises(ValueError, match="no room for a scene with 4"):
        shelf.make_room(4)
    place, masks = shelf.make_room(3)
    assert place == 0
    assert sorted(np.asarray(masks)) == [0, 1, 2]
