"""Protects that true sentences of several clauses are read of what they are said of, and untrue ones stay noticed."""

import pytest

from dataset.listener import World
from dataset.listener.listen import interpret
from tests.support.small_worlds import group, region

WORLD = World(
    (
        region("lawn", "lawn", 0.5, 0.7, size=(1.0, 0.6), granularity="background", color="green"),
        region("hill", "hill", 0.5, 0.35, size=(1.0, 0.1), granularity="background", color="green"),
        region("rug", "rug", 0.3, 0.9, size=(0.5, 0.2), granularity="background", color="red", pattern="stripes"),
        region("mug", "mug", 0.2, size=(0.1, 0.1), color="red", distance=3.0, supported_by="lawn"),
        region("handle", "handle", 0.26, parent="mug", size=(0.03, 0.06), color="green"),
        region("van", "van", 0.7, size=(0.3, 0.3), color="yellow", distance=5.0),
        region("pane", "side window", 0.72, 0.45, parent="van", size=(0.06, 0.06), color="teal"),
        region("headlight", "headlight", 0.56, 0.55, parent="van", size=(0.02, 0.02), color="white"),
        group("wheels", "wheel", ("front", "rear"), 0.7, 0.62, parent="van", color="black"),
        region("front", "wheel", 0.6, 0.62, parent="wheels", size=(0.06, 0.08), color="black"),
        region("rear", "wheel", 0.8, 0.62, parent="wheels", size=(0.06, 0.08), color="black"),
        region("mailbox", "mailbox", 0.45, 0.5, size=(0.04, 0.2), color="blue", distance=6.0),
        region("post", "post", 0.45, 0.55, parent="mailbox", size=(0.01, 0.1), color="gray"),
        region("orange ball", "ball", 0.1, 0.8, size=(0.06, 0.08), color="orange", accent="white", pattern="stripes"),
        region("blue ball", "ball", 0.4, 0.8, size=(0.06, 0.08), color="blue", accent="white", pattern="stripes"),
        region("tall pine", "pine", 0.92, 0.3, size=(0.1, 0.3), color="green", distance=9.0),
        region("low pine", "pine", 0.83, 0.3, size=(0.05, 0.1), color="green", distance=12.0),
        region("truck", "truck", 0.3, 0.55, size=(0.2, 0.1), color="white", distance=7.0),
        region("cab", "cab", 0.23, 0.53, parent="truck", size=(0.06, 0.1), color="white"),
        region("bed", "cargo bed", 0.33, 0.55, parent="truck", size=(0.14, 0.06), color="white"),
        group("panels", "side panel", ("far", "near"), 0.33, 0.55, parent="bed", size=(0.12, 0.05), color="white",
              granularity="part"),
        region("far", "side panel", 0.34, 0.54, parent="panels", size=(0.1, 0.02), granularity="subpart"),
        region("near", "side panel", 0.32, 0.56, parent="panels", size=(0.1, 0.03), granularity="subpart"),
        region("lights", "headlight", 0.21, 0.55, parent="truck", size=(0.01, 0.02), color="white"),
        region("gray truck", "truck", 0.35, 0.48, size=(0.2, 0.1), color="gray", distance=8.0),
        region("other lights", "headlight", 0.44, 0.5, parent="gray truck", size=(0.01, 0.02), color="white"),
        region("house", "house", 0.6, 0.2, size=(0.2, 0.2), color="brown", distance=15.0),
        group("windows", "window", ("left", "right"), 0.6, 0.2, parent="house"),
        region("left", "window", 0.55, 0.2, parent="windows", size=(0.04, 0.04)),
        region("right", "window", 0.65, 0.2, parent="windows", size=(0.04, 0.04)),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("low pine", "The smaller, fluffier pine.", "The larger, fluffier pine."),
        ("mug", "The red mug. It has a green handle, and a red, woven rug is below it.",
         "The red mug. It has a red handle, and a red, woven rug is below it."),
        ("mug", "The mug. It is a plain shape, narrower at the right.", "The mug. It is at the right."),
        ("pane", "A window of the van, by a narrow yellow post.", "A window of the van, by a narrow pink post."),
        ("orange ball", "The orange and white ball. The blue and white ball is farther right.",
         "The orange and white ball. The pink and white ball is farther right."),
        ("van", "The van. It has a side window facing right.", "The van. It is facing right."),
        ("lawn", "The green lawn. It goes from the top to the lower edge.", "The green lawn. It is at the top."),
        ("tall pine", "The taller pine. The lower end of its trunk is hidden.", "The taller pine. It is at the left."),
        ("house", "The house. It shows the two windows of the upper row.",
         "The house. It shows the five windows of the upper row."),
        ("wheels", "The wheels of the van. Two of them can be seen: one at the left and one at the right.",
         "The wheels of the van. Four of them can be seen: one at the left and three at the right."),
        ("orange ball", "The orange ball. It is the only orange one of two balls.",
         "The orange ball. It is the only orange one of three balls."),
        ("mug", "The mug. It is the left one of the three things here.", "The mug. It is the left one of three mugs."),
        ("mug", "The mug. It stands on the striped rug.", "The mug. It stands on the van."),
        ("lawn", "The green grass of the meadow.", "The pink grass of the meadow."),
        ("panels", "The open bed of the white truck.", "The open bed of the yellow truck."),
        ("truck", "The white truck. It hides part of another truck, which faces right.",
         "The white truck. It faces right."),
        ("van", "The yellow van. The two other vehicles have two side windows each.",
         "The yellow van. It has two side windows."),
    ],
)  # fmt: skip
def test_what_free_text_says_is_read_of_what_it_is_said_of(target, true, untrue):
    """Protects both ways: the true caption is correct, the same made untrue is not."""
    assert interpret(true, WORLD, target).outcome == "correct", interpret(true, WORLD, target)
    assert interpret(untrue, WORLD, target).outcome != "correct", interpret(untrue, WORLD, target)
