"""Protects mirrored training samples: picture, masks, boxes and words change together, and stay true."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.training.draw import draw_example
from baselines.training.shards import SceneExample
from dataset.listener import World, listen
from dataset.masks.boxes import box_of, to_xywh
from dataset.scenes.options import ScenesOptions
from dataset.scenes.words.mirrored import mirrored_caption
from tests.support.mirrored_scenes import mirrored

SCENES = 30


@pytest.fixture(scope="module")
def examples() -> list[tuple[SceneExample, World]]:
    return [draw_example(ScenesOptions(), "validation", index) for index in range(SCENES)]


def test_every_caption_of_30_scenes_survives_the_mirror(examples: list[tuple[SceneExample, World]]) -> None:
    """All captions, also those that name no side, are heard as their region alone in the mirrored world."""
    heard = sided = 0
    for example, world in examples:
        other, other_world = mirrored(example, world, verify=False)
        for region, before in zip(other.regions, example.regions, strict=True):
            for caption in region.captions:
                assert listen(caption, other_world, region.region_id.rpartition("/")[2]).outcome == "correct", caption
            heard += len(region.captions)
            sided += sum(a != b for a, b in zip(region.captions, before.captions, strict=True))
    assert heard > 150 * SCENES
    assert sided > 0.25 * heard
    assert all(mirrored(*pair)[0].regions == mirrored(*pair, verify=False)[0].regions for pair in examples[:5])


def test_pixels_masks_and_boxes_are_mirrored_with_the_words(examples: list[tuple[SceneExample, World]]) -> None:
    example, world = examples[0]
    other, _ = mirrored(example, world)
    assert np.array_equal(other.image, example.image[:, ::-1])
    assert np.array_equal(other.masks, example.masks[:, :, ::-1])
    for region, mask, before in zip(other.regions, other.masks, example.regions, strict=True):
        assert region.bbox == to_xywh(box_of(mask))
        assert region.area == before.area == mask.sum()
        assert region.image_id == other.image_id == f"{example.image_id}-mirrored"
        assert region.region_id == before.region_id.replace(example.image_id, other.image_id)
        assert region.captions == tuple(map(mirrored_caption, before.captions))
        assert region.short_caption == before.short_caption


def test_what_is_false_in_the_mirror_is_left_out(examples: list[tuple[SceneExample, World]]) -> None:
    """Heard in a world that was not mirrored with the words, captions that name a side fall away."""
    example, world = examples[0]
    _, backwards = mirrored(example, world)
    other, _ = mirrored(example, backwards)  # mirrored twice: the world of the picture as it was
    kept = {caption for region in other.regions for caption in region.captions}
    assert 0 < len(kept) < sum(len(region.captions) for region in example.regions)
