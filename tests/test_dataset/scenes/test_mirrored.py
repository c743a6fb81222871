"""Protects mirrored words: left and right change places where they are sides, and nowhere else."""

from __future__ import annotations

import pytest

from dataset.listener import World, WorldRegion, listen
from dataset.scenes.words.mirrored import mirrored_caption, mirrored_world

PAIRS = (
    ("the left front wheel of the red car", "the right front wheel of the red car"),
    ("the leftmost mug", "the rightmost mug"),
    ("the second book from the left", "the second book from the right"),
    ("the car farthest to the left", "the car farthest to the right"),
    ("the chair to the left of the table", "the chair to the right of the table"),
    ("lamp on the left side of the picture", "lamp on the right side of the picture"),
    ("The Left door", "The Right door"),
)
SIDELESS = (
    "the car right behind the red van",
    "the mug right next to the bottle",
    "the bright red headlight of the van",
    "the upright post",
    "the top red book of the bookshelf in the middle of the picture",
    "the group of three cars",
    "",
)


@pytest.mark.parametrize(("caption", "other"), PAIRS)
def test_sides_change_places(caption: str, other: str) -> None:
    assert mirrored_caption(caption) == other
    assert mirrored_caption(other) == caption


@pytest.mark.parametrize("caption", SIDELESS)
def test_words_that_name_no_side_stay(caption: str) -> None:
    assert mirrored_caption(caption) == caption


def test_only_the_side_changes_in_a_text_with_both_senses() -> None:
    mirrored = mirrored_caption("the left mug right next to the bottle")
    assert mirrored == "the right mug right next to the bottle"


def test_a_mirrored_world_has_its_regions_on_the_other_side() -> None:
    mugs = [
        WorldRegion(id=name, parent=None, category="mug", granularity="object", x=x, y=0.5, left=round(x - 0.1, 5),
                    top=0.4, right=round(x + 0.1, 5), bottom=0.6, area=0.04, distance=3.0)
        for name, x in (("a", 0.2), ("b", 0.5), ("c", 0.8))
    ]  # fmt: skip
    world = World(tuple(mugs))
    mirrored = mirrored_world(world)
    for name, caption in (("a", "the leftmost mug"), ("c", "the first mug from the right")):
        assert listen(caption, world, name).outcome == "correct"
        assert listen(caption, mirrored, name).outcome == "wrong"
        assert listen(mirrored_caption(caption), mirrored, name).outcome == "correct"
    assert mirrored_world(mirrored) == world
