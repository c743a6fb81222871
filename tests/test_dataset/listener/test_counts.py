"""Protects that numbers and colours of what a caption names in passing are counted in the picture."""

import pytest

from dataset.listener import World
from dataset.listener.listen import interpret
from tests.support.small_worlds import group, region

WORLD = World(
    (
        region("floor", "floor", 0.5, 0.8, size=(1.0, 0.4), granularity="background", color="gray"),
        region("chest", "cabinet", 0.15, 0.6, size=(0.2, 0.4), color="red", distance=3.0,
               tiny=("brown foot",)),
        group("drawers", "drawer", ("upper", "middle", "lower"), 0.15, parent="chest", color="red"),
        region("middle", "drawer", 0.15, 0.58, parent="drawers", size=(0.18, 0.1), color="red"),
        region("upper", "drawer", 0.15, 0.5, parent="drawers", size=(0.18, 0.1), color="red"),
        region("lower", "drawer", 0.15, 0.65, parent="drawers", size=(0.18, 0.1), color="red"),
        region("window", "window", 0.5, 0.3, size=(0.2, 0.2), distance=6.0),
        region("bars", "frame", 0.5, 0.3, parent="window", size=(0.2, 0.2), color="white"),
        region("panes", "pane", 0.5, 0.3, parent="window", size=(0.16, 0.16), color="teal", pieces=4, plural="panes"),
        region("table", "table", 0.8, 0.7, size=(0.3, 0.3), color="yellow", distance=4.0),
        group("legs", "leg", ("leg", "rear leg", "right leg", "far leg"), 0.8, parent="table", color="black"),
        region("leg", "leg", 0.68, 0.8, parent="legs", size=(0.03, 0.2), color="black", slots={"depth": "front"}),
        region("rear leg", "leg", 0.72, 0.75, parent="legs", size=(0.03, 0.2), color="black", slots={"depth": "back"}),
        region("right leg", "leg", 0.9, 0.8, parent="legs", size=(0.03, 0.2), color="black", slots={"depth": "front"}),
        region("far leg", "leg", 0.86, 0.75, parent="legs", size=(0.03, 0.2), color="black", slots={"depth": "back"}),
        region("big mug", "mug", 0.75, 0.5, size=(0.06, 0.1), color="pink", supported_by="table", distance=4.0),
        region("small mug", "mug", 0.85, 0.5, size=(0.06, 0.1), color="green", supported_by="table", distance=4.0),
        region("far mug", "mug", 0.15, 0.35, size=(0.06, 0.1), color="pink", supported_by="chest", distance=3.0),
        group("balls", "ball", ("one", "two", "three"), 0.4, color="orange"),
        region("one", "ball", 0.35, 0.9, parent="balls", size=(0.08, 0.1), color="orange"),
        region("two", "ball", 0.45, 0.9, parent="balls", size=(0.08, 0.1), color="orange"),
        region("three", "ball", 0.55, 0.9, parent="balls", size=(0.08, 0.1), color="orange"),
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("drawers", "The drawers of the chest. The desk has three of its own.",
         "The drawers of the chest. The desk has five of its own."),
        ("table", "The yellow table. Four of its dusty legs can be seen.",
         "The yellow table. Five of its dusty legs can be seen."),
        ("table", "The yellow table. The two front legs, dusty, are black.",
         "The yellow table. The three left legs, dusty, are black."),
        ("bars", "The white bars of the window. They hold four dusty squares.",
         "The white bars of the window. It holds six dusty squares."),
        ("panes", "The panes of the window. The upper two are cut off.",
         "The panes of the window. The upper three are cut off."),
        ("panes", "The panes of the window, arranged two by two.", "The panes of the window, arranged two by three."),
        ("panes", "The panes of the window, arranged two above and two below.",
         "The panes of the window, arranged two above and three below."),
        ("table", "The yellow table. Two mugs, dusty, stand on its rear half.",
         "The yellow table. Three mugs, dusty, stand on its rear half."),
        ("small mug", "The green mug. The two mugs with pink handles are others.",
         "The green mug. The three mugs with pink handles are others."),
        ("balls", "The balls, three to be seen, dusty.", "The balls, two to be seen, dusty."),
        ("balls", "The balls. Three of them can be seen.", "The balls. Two of them can be seen."),
        ("floor", "The gray floor, the lower two thirds of the picture.",
         "The gray floor, the lower three thirds of the picture."),
        ("chest", "The red chest. Top and drawers both count.", "The red chest. Top and drawer all three count."),
        ("chest", "The red chest. It has a mug and a dusty knob, both included.",
         "The red chest. It has a mug and a dusty knob, all three included."),
    ],
)  # fmt: skip
def test_numbers(target, true, untrue):
    """Protects: a number above all that there may be, or below all that are clearly seen, makes a caption untrue."""
    assert interpret(true, WORLD, target).outcome == "correct", interpret(true, WORLD, target)
    assert interpret(untrue, WORLD, target).outcome != "correct", interpret(untrue, WORLD, target)


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("table", "The yellow table, in front of the window with the white sill.",
         "The yellow table, in front of the window with the blue sill."),
        ("table", "The yellow table. The chest has a pink disc too.",
         "The yellow table. The chest has a blue disc too."),
        ("chest", "The red chest. Others are pink or green.", "The red chest. Others are purple or green."),
    ],
)  # fmt: skip
def test_colors(target, true, untrue):
    """Protects: a colour that nothing shows makes a caption untrue, also in a sentence with alternatives."""
    assert interpret(true, WORLD, target).outcome == "correct", interpret(true, WORLD, target)
    assert interpret(untrue, WORLD, target).outcome != "correct", interpret(untrue, WORLD, target)
