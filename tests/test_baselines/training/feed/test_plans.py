"""Protects the order of learning: epochs, a memory that is too small, scenes without end, and going on after a stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np
import pytest

from baselines.training.base import build_model
from baselines.training.feed.data import FolderData
from baselines.training.feed.memory import Shelf, ShelfSize
from baselines.training.feed.plans import Feed, FeedOptions, Plan
from baselines.training.presets import Preset
from baselines.training.shards import Scenes
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import PromptHalves, find_conditioning

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
    feed = feed_of(boxes, prompts, EVERYTHING)
    feed._source.close()

    def go_on() -> None:
        for _ in range(8):
            next(feed)
            feed._taken = 0  # ask the source again

    with pytest.raises(Exception, match=r"closed|cannot schedule|Event loop|scenes"):
        go_on()
    feed.close()


def test_a_scene_larger_than_the_memory_is_refused() -> None:
    shelf = Shelf(ShelfSize(1, 10, 3, 10))
    with pytest.raises(ValueError, match="no room for a scene with 4"):
        shelf.make_room(4)
    place, masks = shelf.make_room(3)
    assert place == 0
    assert sorted(np.asarray(masks)) == [0, 1, 2]
