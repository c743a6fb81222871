"""Protects what the listener makes of captions that people may write: outcomes, relations, and safety on any text."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from dataset.errors import InvalidInputError
from dataset.listener import World, WorldRegion, listen, parse

PARAPHRASES = [
    # nouns, synonyms, articles, capitals, stops, sentences
    ("the house", "house", "correct"),
    ("House.", "house", "correct"),
    ("a building", "house", "correct"),
    ("It is a house!", "house", "correct"),
    ("this is the house", "house", "correct"),
    ("The region shows a white brick house.", "house", "correct"),
    ("the automobile that is red", "red", "correct"),
    ("the red car", "red", "correct"),
    ("the Red Automobile", "red", "correct"),
    ("red car", "red", "correct"),
    ("a car in red", "red", "correct"),
    ("the red coloured car", "red", "correct"),
    ("the bright red car", "red", "correct"),
    ("the car which is red", "red", "correct"),
    ("the car is red", "red", "correct"),
    ("the one that is teal", "vase", "ambiguous"),
    ("the turquoise vase", "vase", "correct"),
    ("the car", "red", "ambiguous"),
    ("car", "blue", "ambiguous"),
    ("the vehicle", "blue", "ambiguous"),
    ("the wheel", "red-front", "ambiguous"),
    ("the green car", "red", "nothing"),
    ("the sofa", "house", "nothing"),
    ("the blue car", "red", "wrong"),
    # looks
    ("the striped ball", "striped-ball", "correct"),
    ("the ball with stripes", "striped-ball", "correct"),
    ("the red and white striped ball", "striped-ball", "correct"),
    ("the ball with red and white stripes", "striped-ball", "correct"),
    ("the red ball with white stripes", "striped-ball", "correct"),
    ("the rubber ball", "striped-ball", "ambiguous"),
    ("the grey ball", "gray-ball", "correct"),
    ("the gray ball", "gray-ball", "correct"),
    ("the plain ball", "gray-ball", "correct"),
    ("the dotted ball", "striped-ball", "nothing"),
    ("the spotted ball", "gray-ball", "nothing"),
    ("the wooden door", "door", "correct"),
    ("the door made of wood", "door", "correct"),
    ("the door that is made of wood", "door", "correct"),
    # parts and wholes
    ("the left front wheel of the red car", "red-front", "correct"),
    ("left front wheel of the red car", "red-front", "correct"),
    ("the red car's left front wheel", "red-front", "correct"),
    ("the red car's front left wheel", "red-front", "correct"),
    ("the front wheel on the red car", "red-front", "correct"),
    ("front wheel of red automobile", "red-front", "correct"),
    ("the rear wheel of the red car", "red-back", "correct"),
    ("the wheel on the left side of the red car", "red-front", "correct"),
    ("the right wheel belonging to the red car", "red-back", "correct"),
    ("the red car's wheel", "red-back", "ambiguous"),
    ("the hubcap of the front wheel of the blue car", "blue-front-hub", "correct"),
    ("the blue car's front wheel's hubcap", "blue-front-hub", "correct"),
    ("the yellow hub cap of the blue car's back wheel", "blue-back-hub", "correct"),
    ("the back wheel of the house", "red-back", "nothing"),
    ("the door of the house", "door", "correct"),
    ("the house door", "door", "correct"),
    ("the house's red wooden door", "door", "correct"),
    ("the house with a red door", "house", "correct"),
    ("the house whose door is red", "house", "correct"),
    ("the house that has a red door", "house", "correct"),
    ("the house with a blue door", "house", "nothing"),
    ("the car with yellow hubcaps", "blue", "correct"),  # vague, and true of nothing else
    ("the car with a yellow hubcap", "blue", "correct"),
    ("the bench with a vase on it", "bench", "correct"),
    # groups and sets
    ("the cars", "cars", "correct"),
    ("two cars", "cars", "correct"),
    ("both cars", "cars", "correct"),
    ("all the cars", "cars", "correct"),
    ("the group of 2 cars", "cars", "correct"),
    ("a pair of cars", "cars", "correct"),
    ("the three cars", "cars", "nothing"),
    ("the wheels of the red car", "red-wheels", "correct"),
    ("the red car's wheels", "red-wheels", "correct"),
    ("both headlights of the red car", "red-lights", "correct"),
    ("the pair of headlights", "red-lights", "correct"),
    ("the set of wheels of the blue car", "blue-wheels", "correct"),
    ("the wheels", "red-wheels", "ambiguous"),
    # places
    ("the car on the left", "red", "correct"),
    ("the left car", "red", "correct"),
    ("the car at the far left of the picture", "red", "correct"),
    ("the leftmost car", "red", "correct"),
    ("the car on the left-hand side of the image", "red", "correct"),
    ("the car farthest to the left", "red", "correct"),
    ("the car, on the right.", "blue", "correct"),
    ("this is the car on the right side", "blue", "correct"),
    ("the ball in the middle", "gray-ball", "ambiguous"),
    ("the car in the foreground", "red", "correct"),
    ("the car in the background", "blue", "correct"),
    ("the car closest to the camera", "red", "correct"),
    ("the farthest car", "blue", "correct"),
    ("the car that is furthest away", "blue", "correct"),
    ("the big car", "red", "correct"),
    ("the small car", "blue", "correct"),
    ("the smaller car", "blue", "correct"),
    ("the larger of the two cars", "red", "correct"),
    ("the leftmost of the cars", "red", "correct"),
    ("the second of the slats from the bottom", "slat-1", "correct"),
    ("the left one of the two balls", "striped-ball", "correct"),
    ("the left one of the three balls", "striped-ball", "nothing"),
    ("the blue car (right)", "blue", "correct"),
    ("only the whole red car", "red", "correct"),
    ("a close-up of the red car", "red", "correct"),
    ("the largest car", "red", "correct"),
    ("the left headlight of the red car", "red-light-left", "correct"),
    ("the headlight on the right", "red-light-right", "correct"),
    # ranks
    ("the second slat from the bottom", "slat-1", "correct"),
    ("the second slat from the bottom of the bench", "slat-1", "correct"),
    ("the bench's third slat from the bottom", "slat-2", "correct"),
    ("slat, second from the top, of the bench", "slat-2", "correct"),
    ("the first slat from the top", "slat-3", "correct"),
    ("the top slat of the bench", "slat-3", "correct"),
    ("the topmost slat", "slat-3", "correct"),
    ("the slat that is lowest", "slat-0", "correct"),
    ("the second ball from the left", "gray-ball", "correct"),
    ("the 2nd ball from the left", "gray-ball", "correct"),
    ("the second ball", "gray-ball", "ambiguous"),
    # neighbours
    ("the ball to the left of the gray ball", "striped-ball", "correct"),
    ("the ball left of the grey one", "striped-ball", "correct"),
    ("the ball next to the striped ball", "gray-ball", "correct"),
    ("the ball beside the gray ball", "striped-ball", "correct"),
    ("the car on the road that is blue", "blue", "correct"),
    ("the vase on top of the bench", "vase", "correct"),
    ("the vase standing on the white bench", "vase", "correct"),
    ("the vase between the two cars", "vase", "correct"),
    ("the bench between the red car and the house", "bench", "correct"),
    ("the house between the red car and the bench", "house", "nothing"),
    ("the thing on the bench", "vase", "ambiguous"),
    # words that are not known are left out where that can only widen the meaning
    ("the red car, which looks fast", "red", "correct"),
    ("a beautiful red car", "red", "correct"),
    ("the white-roofed red car", "house", "nothing"),
    ("the bright dark red car", "red", "unparsed"),
    ("the red red car", "red", "unparsed"),
    ("the red or blue car", "red", "unparsed"),
    ("his red car", "red", "unparsed"),
    ("the red car at (0.22, 0.72)", "red", "unparsed"),
    ("the red frobnicator", "red", "unparsed"),
    ("the red car growing on the road", "red", "nothing"),
    ("the red car parked on the road", "red", "correct"),
    # what does not say what the thing is
    ("the leftmost thing", "red-light-left", "ambiguous"),
    ("the biggest object", "road", "ambiguous"),
    # further sentences
    ("The red car on the left. It has black wheels and two yellow headlights.", "red", "correct"),
    ("The red car on the left. It has green wheels.", "red", "false"),
    ("The red car on the left. Its wheels are white.", "red", "false"),
    ("The white house behind the cars. It has a red door.", "house", "correct"),
    ("The white house behind the cars. It has a yellow door.", "house", "false"),
    ("The small car. It is on the left.", "blue", "false"),
    ("The small car. It is on the right.", "blue", "correct"),
    ("The cars. The left one is red and the right one is blue.", "cars", "correct"),
    ("the red", "red", "ambiguous"),
    ("red", "red", "unparsed"),
    ("", "red", "unparsed"),
    ("...", "red", "unparsed"),
    ("I don't know", "red", "unparsed"),
]


def region(name, category, center, size, parent=None, **more):
    """A region with a box of some size around a centre; `color` and `plural` are shorthand."""
    (x, y), (width, height) = center, size
    attributes = dict(more.pop("attributes", {}))
    if "color" in more:
        attributes["color"] = more.pop("color")
    granularity = more.pop("granularity", "object" if parent in (None, "cars") else "part")
    return WorldRegion(
        id=name,
        parent=parent,
        category=category,
        granularity=granularity,
        x=x,
        y=y,
        left=x - width / 2,
        right=x + width / 2,
        top=y - height / 2,
        bottom=y + height / 2,
        area=round(width * height * 0.7, 6),
        attributes=attributes,
        **more,
    )


def car(name, x, y, size, color, hub_color, distance):
    """A car that faces left: its front wheel is the left one."""
    wheel = (0.18 * size, 0.18 * size)
    low = y + 0.12 * size
    parts = [
        region(name, "car", (x, y), (size, 0.4 * size), "cars", color=color, supported_by="road", distance=distance),
        region(
            f"{name}-wheels", "wheel", (x, low), (0.8 * size, 0.18 * size), name, color="black", plural="wheels",
            count=2, members=(f"{name}-front", f"{name}-back"), granularity="group",
        ),
    ]  # fmt: skip
    for end, dx in (("front", -0.3), ("back", 0.3)):
        place = (x + dx * size, low)
        wheel_id = f"{name}-{end}"
        parts += [
            region(wheel_id, "wheel", place, wheel, f"{name}-wheels", color="black", slots={"depth": end}),
            region(
                f"{wheel_id}-hub", "hubcap", place, (0.08 * size, 0.08 * size), wheel_id, color=hub_color,
                granularity="subpart",
            ),
        ]  # fmt: skip
    return parts


@pytest.fixture(scope="module")
def street():
    """A road with a red car on the left, a small blue one on the right; a house with a red door; a bench; two balls."""
    white_slats = [
        region(f"slat-{k}", "slat", (0.5, 0.46 - 0.03 * k), (0.16, 0.02), "slats", color="white", granularity="subpart")
        for k in range(4)
    ]
    headlights = [
        region(f"red-light-{side}", "headlight", (x, 0.7), (0.02, 0.02), "red-lights", color="yellow")
        for side, x in (("left", 0.08), ("right", 0.14))
    ]
    regions = [
        region("sky", "sky", (0.5, 0.15), (1.0, 0.3), color="blue", granularity="background"),
        region("road", "road", (0.5, 0.8), (1.0, 0.3), color="black", granularity="background"),
        region(
            "cars", "car", (0.45, 0.7), (0.9, 0.25), granularity="group", plural="cars", count=2,
            members=("red", "blue"), maybe_colors=("blue", "red"),
        ),
        *car("red", 0.22, 0.72, 0.4, "red", "gray", 5.0),
        *car("blue", 0.75, 0.68, 0.24, "blue", "yellow", 8.0),
        region(
            "red-lights", "headlight", (0.11, 0.7), (0.08, 0.02), "red", color="yellow", plural="headlights", count=2,
            members=("red-light-left", "red-light-right"), granularity="group",
        ),
        *headlights,
        region("house", "house", (0.8, 0.4), (0.3, 0.3), color="white", attributes={"pattern": "brick"}, distance=12.0),
        region("door", "door", (0.8, 0.48), (0.06, 0.12), "house", color="red", attributes={"material": "wood"}),
        region("bench", "bench", (0.5, 0.46), (0.2, 0.16), color="white", distance=9.0),
        region(
            "slats", "slat", (0.5, 0.415), (0.16, 0.12), "bench", color="white", plural="slats", count=4,
            members=tuple(f"slat-{k}" for k in range(4)), granularity="group",
        ),
        *white_slats,
        region("striped-ball", "ball", (0.4, 0.88), (0.08, 0.08), distance=3.0,
               attributes={"color": "red", "pattern": "stripes", "accent": "white", "material": "rubber"}),
        region("gray-ball", "ball", (0.55, 0.88), (0.08, 0.08), color="gray", distance=3.0),
        region("vase", "vase", (0.5, 0.36), (0.04, 0.08), color="teal", supported_by="bench", distance=9.0),
    ]  # fmt: skip
    return World(tuple(regions))


@pytest.mark.parametrize(("caption", "target", "outcome"), PARAPHRASES)
def test_paraphrases(street, caption, target, outcome):
    """Each caption a person may write gets the outcome a person would give it."""
    hearing = listen(caption, street, target)
    assert hearing.outcome == outcome, hearing


@pytest.mark.parametrize(
    ("caption", "target", "relation"),
    [
        ("the red car", "red-front", "parent"),
        ("the red car", "red-front-hub", "parent"),
        ("the cars", "red", "parent"),
        ("the front wheel of the red car", "red", "child"),
        ("the hubcap of the front wheel of the red car", "red", "child"),
        ("the blue car", "red", "sibling"),
        ("the back wheel of the red car", "red-front", "sibling"),
        ("the door of the house", "red", "other"),
    ],
)
def test_wrong_captions_say_how_they_are_related(street, caption, target, relation):
    """A wrong caption is told apart by what it denotes in the mask tree."""
    hearing = listen(caption, street, target)
    assert (hearing.outcome, hearing.relation) == ("wrong", relation)


def test_relation_only_when_wrong(street):
    """No relation is reported for captions that are not wrong."""
    for caption in ("the red car", "the car", "the pink car", "gibberish"):
        assert listen(caption, street, "red").relation is None


def test_left_and_right_are_the_viewers(street):
    """The red car's front is at its left in the picture: its left wheel is the front one, whatever a driver says."""
    assert listen("the left wheel of the red car", street, "red-front").outcome == "correct"
    assert listen("the right wheel of the red car", street, "red-front").outcome == "wrong"


def test_merged_parts_still_count(street):
    """A part with the mask of its whole has no region, but its noun must not point at another region for sure."""
    record = street.to_dict()
    for entry in record["regions"]:
        if entry["id"] == "vase":
            entry["also"] = ["door"]
    assert listen("the door", World.from_dict(record), "door").outcome == "ambiguous"


def test_vague_margins_are_not_correct(street):
    """Two things at nearly the same place cannot be told by left and right."""
    record = street.to_dict()
    by_id = {entry["id"]: entry for entry in record["regions"]}
    by_id["gray-ball"]["box"][0] = by_id["striped-ball"]["box"][0] + 0.004
    world = World.from_dict(record)
    assert listen("the left ball", world, "striped-ball").outcome == "ambiguous"
    assert listen("the rightmost ball", world, "gray-ball").outcome == "ambiguous"


def test_world_survives_json(street):
    """A world read back is the same world; damage is an error of ours."""
    import json

    assert World.from_dict(json.loads(json.dumps(street.to_dict()))) == street
    for damaged in ({}, {"regions": [{}]}, {"regions": [{"id": "1", "box": [1]}]}, {"regions": 3}):
        with pytest.raises(InvalidInputError, match="world"):
            World.from_dict(damaged)


def random_texts():
    """Texts of the grammar's own words in any order, with strange characters."""
    rng = random.Random(5)
    words = [
        "the", "a", "of", "left", "right", "car", "wheel", "red", "and", ",", "'s", "with", "on", "from", "second",
        "that", "is", "two", "group", "top", "which", "to", "in", "front", "picture", "between", "é", "🚗", "\ud800",
        "\x00", "|||", "not", "one", "most", "side", "'", '"', "-", "closest", "back", "whose", "belonging", "all",
    ]  # fmt: skip
    return [" ".join(rng.choice(words) for _ in range(rng.randrange(1, 45))) for _ in range(1500)]


TANGLED = [
    "the left wheel of " * 2500,
    "red " * 55 + "car",
    "car of " * 29 + "car",
    "the car's " * 19 + "wheel",
    "with a door and " * 14,
    "x" * 1_000_000,
    "on the left of the " * 12 + "car",
    "\n" * 100_000,
    "and, " * 30,
    "the car on the left of the house on the road in front of the bench with a slat next to the ball " * 2,
]


def test_any_text_is_heard(street):
    """No text raises, and long or tangled text is refused."""
    for text in [*random_texts(), *TANGLED]:
        listen(text, street, "red")
    assert listen("the left wheel of " * 2500, street, "red").outcome == "unparsed"


@pytest.mark.speed
def test_any_text_is_heard_quickly(street):
    """Random text takes milliseconds, and long or tangled text does not take minutes."""
    started = time.process_time()
    for text in random_texts():
        listen(text, street, "red")
    assert time.process_time() - started < 20
    started = time.process_time()
    for text in TANGLED:
        listen(text, street, "red")
    assert time.process_time() - started < 3


def test_readings_are_all_kept():
    """An ambiguous attachment has both readings; "of" after "of" attaches low only."""
    assert len(parse("the wheel of the car on the left")) >= 2
    assert len(parse("the hubcap of the front wheel of the car")) == len(parse("the hubcap of the front wheel"))


def test_unknown_target_is_an_error(street):
    """A target that is not in the world is a mistake of the caller's."""
    with pytest.raises(KeyError):
        listen("the car", street, "no such region")


def test_documented_examples():
    """The examples of docs/listener-grammar.md read as it says."""
    text = (Path(__file__).parents[3] / "docs" / "listener-grammar.md").read_text(encoding="utf-8")
    examples = [line.split("->") for line in text.splitlines() if "->" in line]
    assert len(examples) >= 15
    for caption, form in examples:
        assert form.strip() in map(str, parse(caption.strip())), (caption, list(map(str, parse(caption.strip()))))
