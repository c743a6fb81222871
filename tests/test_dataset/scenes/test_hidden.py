"""Protects hidden tests: nobody draws them without the secret, everybody with it, and ids tell nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dataset.errors import InvalidInputError
from dataset.listener import World, listen
from dataset.loading.regions import data_sha256, identify
from dataset.masks.rle import decode_mask
from dataset.scenes.hidden import HiddenScene, _renamed, draw_hidden_scenes

SECRET = bytes(range(32))
SMALL = 128


@pytest.fixture(scope="module")
def scenes() -> list[HiddenScene]:
    return list(draw_hidden_scenes(SECRET, "winter", 4, SMALL))


def _captions(scenes: list[HiddenScene]) -> list[tuple[str, ...]]:
    return [region.captions for scene in scenes for region in scene.regions]


def test_the_secret_gives_the_same_scenes_every_time(scenes: list[HiddenScene]) -> None:
    again = list(draw_hidden_scenes(SECRET, "winter", 4, SMALL))
    assert [scene.image_id for scene in again] == [scene.image_id for scene in scenes]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(again, scenes, strict=True))
    digests = [data_sha256([region for scene in drawn for region in scene.regions]) for drawn in (again, scenes)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize(("secret", "name"), [(SECRET[:-1] + b"\0", "winter"), (SECRET, "summer")])
def test_another_secret_or_name_gives_other_scenes(scenes: list[HiddenScene], secret: bytes, name: str) -> None:
    others = list(draw_hidden_scenes(secret, name, 4, SMALL))
    assert not {scene.image_id for scene in others} & {scene.image_id for scene in scenes}
    assert not any(np.array_equal(a.image, b.image) for a in others for b in scenes)


def test_more_images_keep_the_ones_there_are(scenes: list[HiddenScene]) -> None:
    more = {scene.image_id: scene for scene in draw_hidden_scenes(SECRET, "winter", 5, SMALL)}
    assert all(np.array_equal(more[scene.image_id].image, scene.image) for scene in scenes)


def test_short_secrets_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 16 bytes, found 15"):
        next(draw_hidden_scenes(bytes(15), "winter", 1))


def test_every_caption_denotes_its_region_under_the_new_ids(scenes: list[HiddenScene]) -> None:
    for scene in scenes:
        world = World.from_dict(scene.world.to_dict())
        for region in scene.regions:
            own = region.region_id.rpartition("/")[2]
            assert all(listen(caption, world, own).outcome == "correct" for caption in region.captions)
            parent = region.parent_id
            assert parent is None or parent.rpartition("/")[2] in world.ancestors(own)


def test_ids_are_numbers_in_no_order_of_the_tree(scenes: list[HiddenScene]) -> None:
    after_parent = before_parent = 0
    for scene in scenes:
        numbers = [int(region.region_id.rpartition("/")[2]) for region in scene.regions]
        assert numbers == sorted(numbers)
        for region in scene.regions:
            if region.parent_id is not None:
                number, parent = (int(name.rpartition("/")[2]) for name in (region.region_id, region.parent_id))
                after_parent, before_parent = after_parent + (number > parent), before_parent + (number < parent)
    # Drawn in order, a parent's number is below its child's wherever the parent is no group.
    assert 0.3 < after_parent / (after_parent + before_parent) < 0.7


def test_ids_look_like_no_public_data(scenes: list[HiddenScene]) -> None:
    assert identify(region.region_id for scene in scenes for region in scene.regions) == []


def test_masks_fit_the_image(scenes: list[HiddenScene]) -> None:
    for scene in scenes:
        for region in scene.regions:
            assert region.mask is not None
            mask = decode_mask(region.mask)
            assert mask.shape == scene.image.shape[:2] == (SMALL, SMALL)
            assert mask.sum() == region.area


def test_sets_with_members_too_small_for_a_region_are_renamed(scenes: list[HiddenScene]) -> None:
    """A set of parts may hold some that have no region of their own, and so no new id."""
    world = scenes[0].world
    first, *others = world.regions
    new = {region.id: f"{number}0" for number, region in enumerate(world.regions, start=1)}
    renamed = _renamed(World((replace(first, members=(others[0].id, "9999")), *others)), new)
    assert renamed.regions[0].members == (new[others[0].id], "0")
