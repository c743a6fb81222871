"""Protects: `mask-only` uses masks alone, and the listener never takes its phrases for a region."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from baselines.mask_only import mask_only, pretend_world
from dataset.errors import InvalidInputError
from dataset.listener import listen
from dataset.loading.regions import load_images, load_worlds
from dataset.masks.rle import encode_mask
from dataset.schema import Region


def region(number, mask):
    return Region(f"image/{number}", "image", ("a secret",), mask=encode_mask(mask), category="car")


def masks():
    whole, part, other = np.zeros((3, 40, 60), bool)
    whole[10:30, 5:25] = True
    part[12:18, 6:12] = True
    other[20:30, 40:50] = True
    return np.array([whole, part, other])


def test_the_pretend_world_nests_masks():
    world = pretend_world(masks())
    assert [region.parent for region in world.regions] == [None, "0", None]
    assert world.by_id["2"].left == pytest.approx(40 / 60)
    assert world.by_id["0"].area == pytest.approx(400 / 2400)


def test_phrases_without_pixels_and_without_words():
    captions = mask_only(Path("nowhere.png"), [region(k, mask) for k, mask in enumerate(masks())])
    assert len(set(captions)) == 3
    assert not any("car" in caption or "secret" in caption for caption in captions)
    empty = mask_only(Path("nowhere.png"), [region(0, np.zeros((4, 4), bool))])
    assert len(empty) == 1
    with pytest.raises(InvalidInputError, match="no mask"):
        mask_only(Path("nowhere.png"), [replace(region(0, masks()[0]), mask=None)])


def test_the_listener_takes_none_of_them():
    worlds = load_worlds("test")
    path, regions = next(iter(load_images("scenes", "test")))
    for each, caption in zip(regions, mask_only(path, regions), strict=True):
        image_id, _, target = each.region_id.rpartition("/")
        assert listen(caption, worlds[image_id], target).outcome != "correct", caption
