"""Protects what captions say in passing of depth, of height and of what hides what: each with the same made untrue."""

import pytest

from dataset.listener import World
from dataset.listener.details.impossible import impossible_in
from dataset.listener.listen import interpret
from tests.support.small_worlds import group, region

FLOOR = {"granularity": "background"}
ROOM = World(
    (
        region("wall", "wall", 0.5, 0.2, size=(1.0, 0.4), color="gray", **FLOOR),
        region("floor", "floor", 0.5, 0.7, size=(1.0, 0.6), color="brown", **FLOOR),
        region("rug", "rug", 0.4, 0.75, size=(0.4, 0.2), color="green", **FLOOR),
        region("picture", "picture", 0.3, 0.2, size=(0.1, 0.1), color="red", **FLOOR),
        region("lamp", "lamp", 0.33, 0.4, size=(0.06, 0.4), distance=8.0, supported_by="floor"),
        region("shade", "lampshade", 0.33, 0.24, parent="lamp", size=(0.06, 0.08), color="teal"),
        region("desk", "table", 0.7, 0.55, size=(0.3, 0.3), color="pink", distance=6.0, supported_by="floor"),
        region("top", "tabletop", 0.7, 0.45, parent="desk", size=(0.3, 0.1), color="pink"),
        region("tv", "television", 0.65, 0.38, size=(0.1, 0.12), color="black", distance=6.0, supported_by="desk"),
        region("stand", "base", 0.65, 0.43, parent="tv", size=(0.06, 0.02), color="black"),
        region("far", "table", 0.6, 0.4, size=(0.3, 0.16), color="blue", distance=8.0, supported_by="floor"),
        group("balls", "ball", ("near ball", "far ball"), 0.45),
        region("near ball", "ball", 0.5, 0.68, parent="balls", size=(0.06, 0.08), color="red", distance=5.0),
        region("far ball", "ball", 0.4, 0.6, parent="balls", size=(0.06, 0.08), color="white", distance=6.5),
        region("sofa", "sofa", 0.15, 0.6, size=(0.2, 0.2), color="purple", distance=6.0, supported_by="floor"),
        region("seat", "seat", 0.15, 0.62, parent="sofa", size=(0.16, 0.05), color="yellow"),
        region("crate", "crate", 0.4, 0.85, size=(0.1, 0.1), color="orange", distance=4.0, supported_by="rug"),
    )
)


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("picture", "The red picture. The teal lampshade covers its right edge.",
         "The red picture. The teal lampshade is covered by its right edge."),
        ("top", "The pink tabletop. The black television stands on it and hides a bit of its back edge.",
         "The pink tabletop. The black television stands on it and is hidden by a bit of its back edge."),
        ("rug", "The green rug. An orange crate stands on it and hides a piece of it.",
         "The green rug. An orange crate stands on it and is hidden by a piece of it."),
        ("rug", "The green rug. The crate stands on the floor and hides the lower left of it.",
         "The green rug. The crate stands on the floor and is hidden by the lower left of it."),
        ("far", "The blue table. The pink desk hides the rest.",
         "The blue table. The pink desk is hidden by the rest."),
        ("lamp", "The lamp. It stands by the wall, and it hides part of the picture.",
         "The lamp. It stands by the wall, and it is hidden by part of the picture."),
        ("picture", "The red picture. It hangs above the gap between the lamp and the desk.",
         "The red picture. It hangs below the gap between the crate and the rug."),
        ("balls", "The balls. The red one is near, and the white one behind it is far.",
         "The balls. The white one is far, and the red one behind it is near."),
        ("tv", "The television, seen a little from above.", "The television, seen a little from below."),
        ("lamp", "The lamp. A ball with a green rug lies in front of it.",
         "The lamp. A ball with a green rug lies behind it."),
        ("sofa", "A purple sofa, dusty, standing there below the edge of the picture.",
         "A purple sofa, dusty, standing there above the edge of the picture."),
        ("top", "The pink tabletop. A red ball is in front, and it hides the far table's top.",
         "The pink tabletop. A red ball is in front, and it is hidden by the far table's top."),
        ("crate", "The orange crate. It stands on the rug in front of the white ball, just above the floor.",
         "The orange crate. It stands on the rug in front of the white ball, just below the floor."),
    ],
)  # fmt: skip
def test_relations_and_hiding_are_checked(target, true, untrue):
    """A true caption is correct; with the relation turned round it is not."""
    assert interpret(true, ROOM, target).outcome == "correct", interpret(true, ROOM, target)
    assert interpret(untrue, ROOM, target).outcome in ("false", "nothing", "wrong"), interpret(untrue, ROOM, target)


@pytest.mark.parametrize(
    ("target", "caption"),
    [
        ("floor", "The brown floor that covers the lower part of the picture."),
        ("rug", "The green rug. It covers part of the floor."),
        ("lamp", "The lamp. Its base is hidden by the white ball."),
        ("sofa", "The purple sofa. The seat below is not meant, and in front the orange crate."),
    ],
)
def test_what_hides_nothing_is_not_held_against_it(target, caption):
    """Patterns, what is built so, and what lies on the ground hide nothing that could be untrue."""
    assert interpret(caption, ROOM, target).outcome == "correct", interpret(caption, ROOM, target)


def test_a_dial_is_above_the_lights():
    """Protects: a robot's panel is the same on all robots, though its dial and lights are no regions."""
    assert not impossible_in(("it", "has", "a", "white", "dial", "above", "a", "row", "of", "red", "dots"))
    assert impossible_in(("it", "has", "a", "white", "dial", "below", "a", "row", "of", "red", "dots"))
