"""Protects what is checked of sides within an outline, of slopes, stretches and shelves."""

import pytest

from dataset.listener import World
from dataset.listener.listen import interpret
from tests.support.small_worlds import group, region

ROOM = World(
    (
        region("floor", "floor", 0.5, 0.7, size=(1.0, 0.6), granularity="background", color="gray"),
        region("board", "skirting board", 0.5, 0.4, size=(1.0, 0.03), granularity="background", color="white"),
        region("table", "table", 0.3, 0.7, size=(0.4, 0.3), color="brown", distance=4.0),
        region("top", "tabletop", 0.3, 0.58, parent="table", size=(0.4, 0.06), color="brown"),
        region("bowl", "bowl", 0.15, 0.54, size=(0.06, 0.06), color="red", distance=4.0, supported_by="table"),
        region("mug", "mug", 0.45, 0.54, size=(0.05, 0.06), color="green", distance=4.0, supported_by="table"),
        region("ball", "ball", 0.12, 0.8, size=(0.06, 0.06), color="orange", distance=3.0, supported_by="floor"),
        region("bench", "bench", 0.75, 0.75, size=(0.4, 0.3), color="blue", distance=3.5),
        region("seat", "seat", 0.72, 0.8, parent="bench", size=(0.36, 0.08), color="blue"),
        region("back", "backrest", 0.78, 0.66, parent="bench", size=(0.36, 0.12), color="blue"),
        group("arms", "armrest", ("left arm", "right arm"), 0.75, 0.76, parent="bench", color="black"),
        region("left arm", "armrest", 0.57, 0.8, parent="arms", size=(0.05, 0.16), color="black"),
        region("right arm", "armrest", 0.93, 0.72, parent="arms", size=(0.03, 0.1), color="black"),
        region("case", "bookshelf", 0.5, 0.2, size=(0.3, 0.3), color="purple", distance=8.0),
        group("books", "book", ("one", "two"), 0.42, 0.2, parent="case", size=(0.12, 0.2)),
        region("one", "book", 0.39, 0.2, parent="books", size=(0.04, 0.2), color="teal", granularity="subpart"),
        region("two", "book", 0.44, 0.2, parent="books", size=(0.04, 0.2), color="pink", granularity="subpart"),
        region("cabinet", "cabinet", 0.85, 0.25, size=(0.2, 0.2), color="yellow", distance=8.0),
        group("doors", "door", ("left door", "right door"), 0.85, 0.25, parent="cabinet", color="yellow"),
        region("left door", "door", 0.8, 0.25, parent="doors", size=(0.1, 0.2), color="yellow", tiny=("yellow knob",)),
        region("right door", "door", 0.9, 0.25, parent="doors", size=(0.1, 0.2), color="yellow", tiny=("yellow knob",)),
        region("car", "car", 0.1, 0.25, size=(0.2, 0.1), color="white", distance=9.0),
        region("lamp", "headlight", 0.18, 0.26, parent="car", size=(0.02, 0.02), color="pink"),
        region("other lamp", "headlight", 0.02, 0.25, parent="car", size=(0.02, 0.02), color="pink"),
        region("van", "van", 0.33, 0.25, size=(0.08, 0.1), color="teal", distance=9.0),
        region("van lamp", "headlight", 0.35, 0.26, parent="van", size=(0.02, 0.02), color="pink"),
        region("other tire", "tire", 0.04, 0.29, parent="car", size=(0.03, 0.03), color="gray", granularity="subpart"),
        region("tire", "tire", 0.16, 0.29, parent="car", size=(0.03, 0.03), color="black", granularity="subpart"),
    )
)


@pytest.mark.parametrize(
    ("target", "caption", "word"),
    [
        ("bowl", "The red bowl. It stands at the left end of the brown table.", "left"),
        ("bowl", "The red bowl. It stands near the table's left edge.", "left"),
        ("mug", "The green mug. It stands over the right half of the table.", "right"),
        ("table", "The brown table with a red bowl near its left end.", "left"),
        ("back", "The backrest of the bench. It slopes up to the right.", "right"),
        ("arms", "The arms of the bench. They rise to the right.", "right"),
        ("seat", "The seat of the bench. It runs from the lower left to the upper right.", "left"),
        ("board", "The skirting board. It runs from the left edge to the right edge.", "right"),
        ("board", "The skirting board. It is seen at the far left, behind the table, and at the right.", "left"),
        ("case", "The purple bookshelf. It leaves an empty space on the right.", "right"),
        ("books", "The books in the purple bookshelf. They fill only the left part of it.", "left"),
        ("left door", "The left door of the yellow cabinet. It has a small knob near its right edge.", "right edge"),
        ("arms", "The arms of the bench. The right one sits higher than the other.", "right"),
        ("bench", "The blue bench with two arms, the right one higher than the other.", "right"),
        ("arms", "The arms of the bench. The left one shows its outer side.", "left"),
        ("bench", "The blue bench, turned a little to the left.", "left"),
        ("ball", "The orange ball. It lies on the floor at the left.", "left"),
        ("tire", "The black tire with some glossy spots, on the white car at left.", "left"),
        ("tire", "A black tire beside the car's right headlight.", "right"),
    ],
)
def test_a_side_is_true_or_not(target, caption, word):
    """A true caption is correct; with the side turned round it is not."""
    opposite = {"left": "right", "right": "left", "right edge": "left edge"}[word]
    untrue = opposite.join(caption.rsplit(word, 1))
    assert interpret(caption, ROOM, target).outcome == "correct", interpret(caption, ROOM, target)
    assert interpret(untrue, ROOM, target).outcome != "correct", interpret(untrue, ROOM, target)


@pytest.mark.parametrize(
    ("target", "caption"),
    [
        ("table", "The brown table. The other table stands at its right end."),
        ("table", "The brown table, and its right end is near the bench."),
        ("left arm", "The left arm of the bench. The matching arm at the right end of the bench is not meant."),
        ("table", "The brown table. It shows a red bowl at the left and an orange ball at the left."),
        ("left door", "The left door of the yellow cabinet. The knob of the other door is on the left."),
        ("arms", "The arms of the bench. The left one has a higher top."),
    ],
)
def test_a_side_of_something_else_is_not_held_against_it(target, caption):
    """Other things, clauses on what is not meant, and what cannot be known keep a caption."""
    assert interpret(caption, ROOM, target).outcome == "correct", interpret(caption, ROOM, target)
