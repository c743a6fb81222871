"""Protects the describer without a model: terse, then detailed, then unique captions, and an honest verification."""

from __future__ import annotations

import asyncio
from collections import Counter

import numpy as np
import pytest

from dataset.curation.embedded import EmbeddedDescriber
from dataset.listener import World, WorldRegion, listen
from dataset.prompting.describer import Describer
from dataset.prompting.prompts import detailed_prompt, short_prompt, unique_prompt, verification_prompt

PIXELS = np.zeros((2, 2, 3), np.uint8)


def region(
    name: str, parent: str | None, category: str, x: float, y: float = 0.5, size: float = 0.05, **more
) -> WorldRegion:
    granularity = "object" if parent is None else "part"
    box = (x - size, y - size, x + size, y + size)
    return WorldRegion(name, parent, category, granularity, x, y, *box, 3 * size**2, **more)


WORLD = World(
    (
        region("ball-1", None, "ball", 0.1, attributes={"color": "red"}, distance=4.0),
        region("ball-2", None, "ball", 0.4, attributes={"color": "blue"}, distance=4.0),
        region("ball-3", None, "ball", 0.9, attributes={"color": "blue"}, distance=4.0),
        region("house", None, "house", 0.7, 0.3, 0.15, attributes={"color": "white"}, distance=9.0),
        region("door", "house", "door", 0.7, 0.35, 0.03, attributes={"color": "green"}),
    )
)


def ask(prompt, worlds=None) -> str:
    describer = EmbeddedDescriber({"s": WORLD} if worlds is None else worlds)
    answers = [asyncio.run(describer.answer(prompt, seed=seed)) for seed in (0, 1)]
    assert answers[0] == answers[1]
    assert isinstance(describer, Describer)
    return answers[0].text


def about(name: str) -> dict:
    return {"image_id": "s", "region_id": f"s/{name}"}


def short(name: str) -> str:
    return ask(short_prompt(PIXELS, PIXELS, parent_caption=None, **about(name)))


def unique(name: str, caption: str, *others: str) -> str:
    return ask(
        unique_prompt(PIXELS, caption=caption, look_alikes={f"s/{each}": "a ball" for each in others}, **about(name))
    )


def test_short_captions_are_terse():
    assert {short(f"ball-{k}") for k in (1, 2, 3)} <= {"a ball", "a red ball", "a blue ball"}
    assert short("door") in ("a door", "a green door")


def test_detailed_captions_use_the_captions_of_children_and_parent():
    house = detailed_prompt(
        PIXELS, short_caption="a house", parent_caption=None, child_captions=["a green door"], **about("house")
    )
    assert ask(house) == "a white house with a green door"
    door = detailed_prompt(PIXELS, short_caption="a door", parent_caption="a white house", **about("door"))
    assert ask(door) == "a green door of the white house"
    alone = detailed_prompt(PIXELS, short_caption="a door", parent_caption=None, **about("door"))
    assert ask(alone) == "a green door"
    wrong = detailed_prompt(
        PIXELS, short_caption="a house", parent_caption=None, child_captions=["a roof", "!"], **about("house")
    )
    assert ask(wrong) == "a white house"


def test_refinement_tells_from_the_look_alikes_and_from_no_more():
    assert unique("ball-2", "a blue ball", "ball-1", "ball-3") != "a blue ball"
    assert listen(unique("ball-2", "a blue ball", "ball-1", "ball-3"), WORLD, "ball-2").outcome == "correct"
    missed = unique("ball-2", "a blue ball", "ball-1")
    assert missed == "the blue ball"
    assert listen(missed, WORLD, "ball-2").outcome == "ambiguous"


def test_refinement_keeps_what_the_caption_told():
    caption = "a white house with a green door"
    assert unique("house", caption) == "the white house with a green door"
    assert unique("house", "what a day!") == "the house"


def test_verification_is_the_listeners():
    for caption, verdict in (("the red ball", "True"), ("the ball", "False"), ("the house", "False"), ("hm?", "False")):
        assert ask(verification_prompt(PIXELS, caption=caption, **about("ball-1"))) == verdict


def test_unknown_regions_are_failures():
    for names in ({"image_id": "s", "region_id": "s/roof"}, {"image_id": "t", "region_id": "t/ball-1"}):
        answer = asyncio.run(EmbeddedDescriber({"s": WORLD}).answer(verification_prompt(PIXELS, caption="x", **names)))
        assert answer.failure is not None
        assert answer.failure.kind == "unknown_region"


@pytest.mark.parametrize("index", [0, 5])
def test_each_stage_adds_uniqueness(index):
    """With all things of a kind as look-alikes, refinement makes nearly every caption of a scene unique."""
    from dataset.scenes.options import ScenesOptions
    from dataset.scenes.rows import draw
    from dataset.scenes.words.regions import TARGET_SHARE

    world = draw(ScenesOptions(), "validation", index)[1]
    worlds = {"s": world}
    regions = [each for each in world.regions if each.area >= TARGET_SHARE]
    outcomes: Counter[tuple[str, str]] = Counter()
    for each in regions:
        caption = ask(short_prompt(PIXELS, PIXELS, parent_caption=None, **about(each.id)), worlds)
        outcomes["short", listen(caption, world, each.id).outcome] += 1
        caption = ask(detailed_prompt(PIXELS, short_caption=caption, parent_caption=None, **about(each.id)), worlds)
        outcomes["detailed", listen(caption, world, each.id).outcome] += 1
        others = {f"s/{other.id}": "" for other in regions if other.category == each.category and other is not each}
        caption = ask(unique_prompt(PIXELS, caption=caption, look_alikes=others, **about(each.id)), worlds)
        outcomes["unique", listen(caption, world, each.id).outcome] += 1
    shares = [outcomes[stage, "correct"] / len(regions) for stage in ("short", "detailed", "unique")]
    assert shares[0] <= shares[1] < shares[2], shares
    assert shares[0] < 0.5
    assert shares[2] > 0.8
    for stage in ("short", "detailed", "unique"):  # of two back legs the listener may choose the other one
        assert outcomes[stage, "unparsed"] == 0
        assert outcomes[stage, "wrong"] <= 0.03 * len(regions)
