"""Protects that what is said in passing is checked too: each rule with a true sentence and the same made untrue."""

import pytest

from dataset.listener import World
from dataset.listener.listen import interpret
from tests.support.small_worlds import group, region

WORLD = World(
    (
        region("floor", "floor", 0.5, 0.8, size=(1.0, 0.4), granularity="background", color="gray"),
        region("sky", "sky", 0.5, 0.1, size=(1.0, 0.2), granularity="background", color="blue"),
        region("mug", "mug", 0.2, size=(0.1, 0.1), color="red", distance=3.0),
        region("handle", "handle", 0.26, parent="mug", size=(0.03, 0.06), color="green"),
        region("van", "van", 0.7, size=(0.4, 0.3), color="yellow", distance=5.0),
        region("pane", "side window", 0.7, 0.45, parent="van", size=(0.06, 0.06), color="teal"),
        group("wheels", "wheel", ("front", "rear"), 0.7, parent="van", color="black"),
        region("front", "wheel", 0.55, 0.62, parent="wheels", size=(0.06, 0.08), color="black"),
        region("rear", "wheel", 0.85, 0.62, parent="wheels", size=(0.06, 0.08), color="black"),
        region("hub", "hubcap", 0.85, 0.62, parent="rear", size=(0.02, 0.02), color="white", granularity="subpart"),
        region("ball", "ball", 0.4, 0.7, size=(0.06, 0.08), color="orange", distance=2.0),
        region("bowl", "bowl", 0.13, 0.5, size=(0.06, 0.06), color="black", distance=2.5),
        group("lamps", "street lamp", ("left lamp", "right lamp"), 0.35),
        region("left lamp", "street lamp", 0.3, 0.3, parent="lamps", size=(0.02, 0.3), color="white", distance=8.0),
        region("bed", "bed", 0.15, 0.85, size=(0.2, 0.2), color="brown", distance=1.5),
        region("headboard", "headboard", 0.15, 0.78, parent="bed", size=(0.2, 0.06), color="brown"),
        region("pillow", "pillow", 0.15, 0.83, parent="bed", size=(0.1, 0.06), color="white"),
        region("tall pine", "pine", 0.9, 0.3, size=(0.1, 0.3), color="blue", distance=9.0),
        region("pine", "pine", 0.95, 0.3, size=(0.05, 0.1), color="pink", distance=12.0),
        region("right lamp", "street lamp", 0.4, 0.3, parent="lamps", size=(0.02, 0.3), color="green", distance=8.0),
    )
)


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("pane", "A window of the van. It is a plain teal pane.", "A window of the van. It is a plain pink pane."),
        ("pane", "A window of the van. It is almost teal.", "A window of the van. It is almost red."),
        ("pane", "A window of the van. It is below the roof.", "A window of the van. It is above the roof."),
        ("mug", "The red mug. It is half hidden behind the bowl.", "The red mug. It is half hidden above the bowl."),
        ("mug", "The red mug, seen on both sides.", "The red mug. It is seen at all three ends."),
        ("sky", "The blue sky above the horizon.", "The blue sky below the horizon."),
        ("wheels", "The wheels of the van. Two black rings.", "The wheels of the van. Three black tires can be seen."),
        ("wheels", "The wheels of the van. One is at the left and one is at the right.",
         "The wheels of the van. Two are at the left and one is at the right."),
        ("wheels", "The wheels of the van. All two are black.", "The wheels of the van. Dirt lies on all three."),
        ("mug", "The red mug. It stands before two street lamps.", "The red mug. It stands before five street lamps."),
        ("hub", "The white hub. The van's front wheel is further left.",
         "The white hub. The van's front wheel is further right."),
        ("mug", "The red mug. To its right stands the van.", "The red mug. To its left stands the van."),
        ("mug", "The red mug. It is further left than the van.", "The red mug. It is further right than the van."),
        ("mug", "The red mug. Its handle is to the right.", "The red mug. Its handle is to the left."),
        ("mug", "The red mug. It is mottled red.", "The red mug. It is mottled purple."),
        ("left lamp", "The white lamp. To its right is a green lamp.", "The white lamp. To its right is a pink lamp."),
        ("mug", "The red mug. It is half hidden at the lower right by the orange ball.",
         "The red mug. It is half hidden at the lower right by the pink ball."),
        ("ball", "The yellow-orange ball.", "The blue-grey ball."),
        ("left lamp", "The white lamp, a tunnel shape.", "The white lamp. It stands in a tunnel."),
        ("mug", "The red mug. It stands in front of the lamps.", "The red mug. It stands in front of the van."),
        ("mug", "The red mug. Rim and handle are both included.",
         "The red mug. Rim and handle are all three included."),
        ("front", "The wheel left of the white hub.", "The wheel right of the white hub."),
        ("front", "The left wheel of the van, dusty, at the van's left end.",
         "The left wheel of the van, dusty, at the van's right end."),
        ("hub", "The dusty hub of the yellow van's rear wheel, on the right, in the sun.",
         "The dusty hub of the yellow van's rear wheel, on the left, in the sun."),
        ("hub", "The white hub, dusty, of the right wheel of the van.",
         "The white hub, dusty, of the left wheel of the van."),
        ("mug", "The dusty mug, red, standing on the left in the sun.",
         "The dusty mug, red, standing on the right in the sun."),
        ("right lamp", "The green lamp, dusty, on the right of the two.",
         "The green lamp, dusty, on the left of the two."),
        ("mug", "The red mug. A black bowl, dusty, overlaps the left edge of it.",
         "The red mug. A black bowl, dusty, overlaps the right edge of it."),
        ("ball", "The orange ball. It is not the yellow van on the right.",
         "The orange ball. It is not the yellow van on the left."),
        ("lamps", "The lamps. The green one is at the right.", "The lamps. The green one is at the left."),
        ("lamps", "The lamps. There is one white one.", "The lamps. There are two white ones."),
        ("left lamp", "The white lamp. It is the left of the two lamps.",
         "The white lamp. It is the right of the two lamps."),
        ("wheels", "The wheels of the van. The two on its left side are black.",
         "The wheels of the van. The three on its left side are black."),
        ("pane", "A window of the van. It is above the headlights.",
         "A window of the van. It is below the headlights."),
        ("lamps", "The lamps. The left one is white.", "The lamps. The left one is purple."),
        ("lamps", "The two lamps, one white, one green.", "The two lamps, one white, one brown."),
        ("mug", "The mug. Its left end is hidden by the bowl.", "The red mug. Its right end is hidden by the bowl."),
        ("mug", "The red mug. The bowl to its left is black.", "The red mug. The bowl to its left is pink."),
        ("handle", "The handle of the mug. It sticks out to the right.",
         "The handle of the mug. It sticks out to the left."),
        ("rear", "The wheel of the van around a hub. The other wheel is farther left.",
         "The wheel of the van around a hub. The other wheel is farther right."),
        ("lamps", "The lamps. Two lamps, white and green, stand there.",
         "The lamps. Two lamps, white, green and brown, stand there."),
        ("mug", "The red mug. The gray floor is not meant.", "The red mug. The leg of the table is not meant."),
        ("mug", "The red mug, not the one by the yellow van.", "The red mug, not the one by the purple van."),
        ("mug", "The red mug. The van at the right is not meant.", "The red mug. The van at the left is not meant."),
        ("mug", "The red mug. The bowl on the left is not meant.", "The red mug. The bowl on the right is not meant."),
        ("mug", "The red mug. To the right is a yellow van.", "The red mug. To the left is a yellow van."),
        ("front", "The front wheel of the van. Its twin on the right has a white hub.",
         "The front wheel of the van. Its twin on the left has a white hub."),
        ("mug", "The red mug. Unlike the lamps to its right, it is low.",
         "The red mug. Unlike the lamps to its left, it is low."),
        ("mug", "The red mug. It stands left of the centre.", "The red mug. It stands right of the centre."),
        ("mug", "The red mug. The bowl covers its left side.", "The red mug. The bowl covers its right side."),
        ("pane", "A window of the van. The van has two wheels.", "A window of the van. The van has three wheels."),
        ("rear", "The right wheel of the van, one out of two.", "The right wheel of the van, one out of three."),
        ("pane", "A window of the van. It is above the hood.", "A window of the van. It is below the hood."),
        ("pane", "A window of the van. It is above the bonnet.", "A window of the van. It is below the bonnet."),
        ("mug", "The red mug. The hub of the van's rear wheel is white.",
         "The red mug. The hub of the wagon's rear wheel is white."),
        ("mug", "The red mug. Its loop-like green handle sticks out.",
         "The red mug. Its loop-like pink handle sticks out."),
        ("mug", "The red mug, seen behind the gray strip of floor.",
         "The red mug, seen behind the blue strip of floor."),
        ("left lamp", "The white lamp. The other lamp is green.", "The white lamp. The other two lamps are green."),
        ("lamps", "The lamps. One is white and one is green.", "The lamps. Two are white and one is green."),
        ("mug", "The red mug. A rim and a handle, both red and green, can be seen.",
         "The red mug. A rim and a handle, all three red and green, can be seen."),
        ("headboard", "The headboard of the bed, behind the white pillow.",
         "The headboard of the bed, in front of the white pillow."),
        ("pillow", "The pillow of the bed. It lies under the upper edge of the headboard.",
         "The pillow of the bed. It lies above the upper edge of the headboard."),
        ("hub", "The hubcap of the wheel below the window.", "The hubcap of the wheel above the van."),
        ("mug", "The red mug. The black bowl hides part of it.", "The red mug. The yellow van hides part of it."),
        ("mug", "The red mug. Far behind it are lamps.", "The red mug. Far behind it is a bicycle."),
        ("rear", "The right wheel of the van, a round wheel.", "The right wheel of the van, a square wheel."),
        ("floor", "The gray floor, cut off by the right edge of the image.",
         "The gray floor, cut off by the upper edge of the image."),
        ("headboard", "The headboard of the brown bed, without the pillow.",
         "The headboard of the brown bed, together with the pillow."),
        ("lamps", "The lamps, behind the yellow van.", "The lamps, behind the striped van."),
        ("rear", "The right wheel of the van. It is partly hidden by the van.",
         "The right wheel of the van. It is partly hidden by the mug."),
        ("pane", "A window of the van. The red mug stands in front of it.",
         "A window of the van. The red mug stands behind it."),
        ("pane", "A window of the van. The lamps behind it are not meant.",
         "A window of the van. The lamps in front of it are not meant."),
        ("mug", "The red mug. A yellow van is behind, with an orange ball in front of it.",
         "The red mug. A yellow van is behind, with an orange ball behind it."),
        ("van", "The van. The front wheel below its window is black.",
         "The van. The front wheel above its window is black."),
        ("pane", "A window of the van. Below it are the two wheels.",
         "A window of the van. Above it are the two wheels."),
        ("mug", "The red mug. The black bowl partly covers it.", "The red mug. It partly covers the black bowl."),
        ("bowl", "The black bowl, which hides part of the mug.", "The black bowl. Part of it is hidden by the mug."),
        ("rear", "The right wheel of the van. It is the last of the two wheels.",
         "The right wheel of the van. It is the last of the five wheels."),
        ("tall pine", "The blue pine. It is the taller of the two.", "The blue pine. It is the shorter of the two."),
        ("tall pine", "The blue pine. It is nearer than the other one.",
         "The blue pine. It is farther than the other one."),
        ("pine", "The pink pine, standing there, the smaller of the two pines.",
         "The pink pine, standing there, the larger of the two pines."),
        ("mug", "The red mug. The two lamps are not it.", "The red mug. The two nearer lamps are not it."),
        ("lamps", "The two lamps, the white one and the green one.",
         "The two lamps, the white one and the two green ones."),
        ("lamps", "The lamps. There are two of them.", "The lamps. There are three of them."),
        ("mug", "The red mug. It stands by the yellow van.", "The red mug. It stands by the teal van."),
        ("pane", "The van's window. It's a flat teal rectangle.", "The van's window. It's a flat pink rectangle."),
        ("mug", "The red mug. The black bowl and the yellow van both have a shadow.",
         "The red mug. The black bowl and the yellow van all three have a shadow."),
        ("mug", "The red mug. It is not the two-armed lamp.", "The red mug. It is not the three-armed lamp."),
        ("wheels", "The wheels of the van. Each has one hub.", "The wheels of the van. Each has three hubs."),
    ],
)  # fmt: skip
def test_what_is_said_in_passing_is_checked(target, true, untrue):
    """A true caption is correct; with one word changed it is not."""
    assert interpret(true, WORLD, target).outcome == "correct", interpret(true, WORLD, target)
    assert interpret(untrue, WORLD, target).outcome in ("false", "nothing", "wrong"), interpret(untrue, WORLD, target)


@pytest.mark.parametrize(
    ("target", "caption"),
    [
        ("floor", "The gray floor that runs from the left edge up to the right edge."),
        ("floor", "The gray floor. It has a shine that mirrors the mug."),
        ("mug", "The red mug. Its handle and supports are green."),
        ("mug", "The red mug. It has a handle, but those of the others are blue."),
        ("ball", "The orange ball. Orange flecks adorn it."),
        ("ball", "The orange ball. The gray glass behind it is not meant."),
        ("sky", "A band of sky."),
        ("van", "The van. The black wheels and supports are seen from the left edge up to the right edge."),
        ("ball", "The orange ball. In front of it the floor is gray."),
        ("pane", "The window of the van. The van's rear wheel is black."),
        ("lamps", "The lamps. The front one stands partly before the sky."),
        ("mug", "The red mug with its handle. Two pieces of it can be seen."),
        ("mug", "The red mug. To the left is a black bowl. On the right is a yellow one."),
        ("left lamp", "The white lamp. It stands between the van and the green lamp."),
        ("left lamp", "The white lamp. The lamp on the right is green."),
        ("mug", "The red mug. It stands behind the orange ball to its left."),
        ("mug", "The red mug. The van has black wheels, the lamps white ones."),
        ("mug", "The red mug. It stands left of the van, which has black wheels."),
        ("mug", "The red mug. A white speckled lamp stands behind it, and the round one is orange."),
        ("ball", "The orange ball. It is round, like a small crate, and rolls out of the picture at the left."),
        ("left lamp", "The white lamp, turned a little toward the right. It is not the van, which is on the right."),
    ],
)
def test_what_is_about_something_else_is_not_held_against_it(target, caption):
    """Verbs are no nouns, ranges no places, and another subject's looks are not the region's."""
    assert interpret(caption, WORLD, target).outcome == "correct", interpret(caption, WORLD, target)


HOUSE = World(
    (
        region("house", "house", 0.5, size=(0.4, 0.6), color="brown", distance=9.0),
        group("windows", "window", ("low", "left", "right"), 0.5, parent="house"),
        region("low", "window", 0.6, 0.6, parent="windows", size=(0.08, 0.08)),
        region("left", "window", 0.4, 0.48, parent="windows", size=(0.08, 0.08)),
        region("right", "window", 0.61, 0.48, parent="windows", size=(0.08, 0.08)),
        region("plant", "potted plant", 0.85, 0.75, size=(0.2, 0.3), distance=5.0),
        group("leaves", "leaf", ("one", "other"), 0.85, parent="plant", color="green"),
        region("one", "leaf", 0.8, 0.65, parent="leaves", size=(0.06, 0.1), color="green"),
        region("other", "leaf", 0.92, 0.65, parent="leaves", size=(0.06, 0.1), color="green"),
        region("table", "table", 0.15, 0.7, size=(0.2, 0.3), color="red", distance=5.0),
        region("top", "tabletop", 0.15, 0.6, parent="table", size=(0.2, 0.1), color="orange"),
        region("foot", "pedestal", 0.15, 0.75, parent="table", size=(0.04, 0.2), color="blue"),
    )
)


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("left", "brown house, upper left window", "brown house, lower left window"),
        ("right", "upper right window (brown house)", "upper right window (pink house)"),
        ("foot", "A blue pedestal running down from the table.", "A pink pedestal running down from the table."),
        ("other", "The leaf that sticks out to the right of the plant.", "The leaf that sticks out to the left."),
        ("foot", "table - pedestal", "table - drawer"),
        ("top", "The top. It belongs to the red table.", "The pedestal. It belongs to the red table."),
        ("table", "the table with the orange top and blue foot", "the table with the blue top and orange foot"),
        ("table", "red table w/ an orange top", "red table w/ a pink top"),
        ("windows", "All three of the windows.", "All five of the windows."),
        ("house", "The two-storey house.", "The three-storey house."),
        ("plant", "The plant, table left out.", "The table, plant left out."),
        ("house", "The house. Before it to the right is the plant.", "The house. Before it to the left is the plant."),
    ],
)
def test_how_sentences_are_put_together(target, true, untrue):
    """Protects: what follows a comma, a dash or a verb finds what it belongs to, and untrue captions stay so."""
    assert interpret(true, HOUSE, target).outcome == "correct", interpret(true, HOUSE, target)
    assert interpret(untrue, HOUSE, target).outcome != "correct", interpret(untrue, HOUSE, target)


SIDED = World(
    (
        region("floor", "floor", 0.5, 0.8, size=(1.0, 0.4), granularity="background", color="gray"),
        group("tables", "table", ("red table", "blue table"), 0.45),
        region("red table", "table", 0.25, 0.6, size=(0.16, 0.2), color="red", distance=3.0),
        group("black legs", "leg", ("leg a", "leg b"), 0.25, parent="red table", color="black"),
        region("leg a", "leg", 0.19, 0.65, parent="black legs", size=(0.02, 0.1), color="black"),
        region("leg b", "leg", 0.31, 0.65, parent="black legs", size=(0.02, 0.1), color="black"),
        region("blue table", "table", 0.65, 0.55, size=(0.3, 0.2), color="blue", distance=6.0),
        region("mug", "mug", 0.3, 0.5, size=(0.05, 0.08), color="orange", distance=2.8),
        region("lamp", "lamp", 0.5, 0.3, size=(0.06, 0.2), color="white", distance=7.0),
        region("teal lamp", "lamp", 0.1, 0.3, size=(0.06, 0.2), color="white", distance=8.0),
        region("pole", "pole", 0.1, 0.35, parent="teal lamp", size=(0.02, 0.1), color="teal"),
        region("dim lamp", "lamp", 0.9, 0.3, size=(0.06, 0.2), color="white", distance=8.0),
        region("post", "pole", 0.9, 0.35, parent="dim lamp", size=(0.02, 0.1), color="brown"),
        region("car", "car", 0.8, 0.8, size=(0.2, 0.1), color="yellow", distance=2.0),
        region("tail", "taillight", 0.88, 0.8, parent="car", size=(0.02, 0.02), color="red"),
        region("truck", "truck", 0.2, 0.85, size=(0.2, 0.1), color="green", distance=2.0),
        region("light", "taillight", 0.12, 0.85, parent="truck", size=(0.02, 0.02), color="red"),
        region("cactus", "cactus", 0.5, 0.8, size=(0.2, 0.2), color="green", distance=1.5),
        group("arms", "arm", ("low arm", "high arm"), 0.5, parent="cactus", color="green"),
        region("low arm", "arm", 0.44, 0.85, parent="arms", size=(0.04, 0.06), color="green"),
        region("high arm", "arm", 0.56, 0.75, parent="arms", size=(0.04, 0.06), color="green"),
    )
)


@pytest.mark.parametrize(
    ("target", "caption", "side", "other"),
    [
        ("tables", "The two tables. The {} one is partly hidden by the mug.", "left", "right"),
        ("tables", "Both tables. The orange mug stands in front of the {} one.", "left", "right"),
        ("mug", "The orange mug. A truck just below it to the {} is green.", "left", "right"),
        ("tables", "The two tables. The larger one stands at the {}.", "right", "left"),
        ("tables", "The two tables. The nearer one is at the {}.", "left", "right"),
        ("tables", "The two tables, a red one with black legs at the {} and a blue one.", "left", "right"),
        ("tables", "Both tables. The {} one, nearer to us, is red.", "left", "right"),
        ("tables", "Both tables. The one on the {} is a red table.", "left", "right"),
        ("arms", "The arms of the cactus. The {} one is attached higher than the other.", "right", "left"),
        ("low arm", "The lower arm of the cactus. The matching {} arm is higher.", "right", "left"),
        ("lamp", "The lamp in the middle. Another lamp on a teal pole is to the {}.", "left", "right"),
        ("lamp", "The lamp in the middle. The other lamp, farthest {}, has a teal pole.", "left", "right"),
        ("lamp", "The lamp in the middle. The green truck's own red taillight, further {}, is not meant.",
         "left", "right"),
        ("lamp", "The lamp in the middle. It stands at the back, with an orange mug to the {}.", "left", "right"),
        ("mug", "The orange mug. The yellow car is its neighbour on the {}.", "right", "left"),
        ("mug", "The orange mug. The yellow car is on the other side, at the {}.", "right", "left"),
        ("mug", "The orange mug. The green truck with ornate corners at {} is larger.", "left", "right"),
    ],
)  # fmt: skip
def test_what_is_on_a_side_is_told_by_all_that_is_said_of_it(target, caption, side, other):
    assert interpret(caption.format(side), SIDED, target).outcome == "correct"
    assert interpret(caption.format(other), SIDED, target).outcome in ("false", "nothing", "wrong")


@pytest.mark.parametrize(
    ("target", "true", "untrue"),
    [
        ("van", "The yellow van. It is right of the middle.", "The yellow van. It is left of the middle."),
        ("van", "The yellow van, right of the middle.", "The yellow van, left of the middle."),
        ("mug", "The red mug. It stands on the grey plain.", "The red mug. It stands on the pink plain."),
        ("mug", "The red mug. The grey floor is to its left.", "The red mug. The yellow van is to its left."),
        ("floor", "The grey floor. It shows to the left of the red mug.",
         "The grey floor. It shows to the left of the pink mug."),
        ("wheels", "The wheels of the van. Between them are the yellow walls.",
         "The wheels of the van. Between them are the pink walls."),
        ("pane", "A window of the van. It is teal, with the brown headboard beneath its frame.",
         "A window of the van. It is teal, with the brown headboard."),
        ("van", "The yellow van. Two street lamps are stacked on top of each other.",
         "The yellow van. Five street lamps are stacked on top of each other."),
        ("front", "The left wheel of the van. It rises to the right.",
         "The left wheel of the van. It sticks out to the right."),
        ("front", "The left wheel of the van. It slants outward to the left.",
         "The left wheel of the van. It slants outward to the right."),
        ("mug", "The red mug. It is a cup whose left end touches the black bowl.",
         "The red mug. It is a cup whose right end touches the black bowl."),
        ("mug", "The red mug. The black bowl hides the cup.",
         "The red mug. The black bowl hides the cup at its right edge."),
        ("left lamp", "The white lamp. The street lamp of that antenna is green.",
         "The white lamp. The street lamp of that antenna is pink."),
        ("pine", "The pink pine. It is a small cone, at the right of the picture.",
         "The pink pine. It is a small cone, at the left of the picture."),
    ],
)  # fmt: skip
def test_what_is_said_of_sides_and_of_grounds_is_read_as_it_is_meant(target, true, untrue):
    assert interpret(true, WORLD, target).outcome == "correct", interpret(true, WORLD, target)
    assert interpret(untrue, WORLD, target).outcome != "correct", interpret(untrue, WORLD, target)


PANES = World(
    (
        region("van", "van", 0.4, size=(0.5, 0.3), color="yellow", distance=5.0),
        group("panes", "side window", ("a", "b", "c"), 0.4, parent="van"),
        region("a", "side window", 0.3, 0.45, parent="panes", size=(0.06, 0.06), color="teal"),
        region("b", "side window", 0.4, 0.45, parent="panes", size=(0.06, 0.06), color="teal"),
        region("c", "side window", 0.5, 0.45, parent="panes", size=(0.06, 0.06), color="teal"),
        region("bus", "bus", 0.85, size=(0.25, 0.3), color="red", distance=6.0),
        group("far panes", "side window", ("d", "e"), 0.85, parent="bus"),
        region("d", "side window", 0.8, 0.45, parent="far panes", size=(0.06, 0.06), color="teal"),
        region("e", "side window", 0.9, 0.45, parent="far panes", size=(0.06, 0.06), color="teal"),
    )
)


@pytest.mark.parametrize(("side", "outcome"), [("left", "correct"), ("right", "false")])
def test_so_many_beside_a_region_are_not_a_group_elsewhere(side, outcome):
    caption = f"The rightmost pane of the van. It is teal, with two panes to its {side}."
    assert interpret(caption, PANES, "c").outcome == outcome
