"""Protects what free text is taken for: which of several is meant, which parts can be asked for, whose clause it is."""

from dataclasses import replace

import pytest

from dataset.listener import World, WorldRegion, listen
from dataset.listener.goodwill.generous import generous_model_of
from dataset.listener.goodwill.preference import preferred
from dataset.listener.logic import Constraint, Phrase
from dataset.listener.sentences.clauses import clauses, number_of_members
from dataset.listener.words.anatomy import is_checkable, is_part_noun
from dataset.listener.words.spelling import tokenize


def region(name, category, x, parent=None, **fields):
    kind = "object" if parent is None else "part"
    box = {"left": x - 0.05, "top": 0.4, "right": x + 0.05, "bottom": 0.6}
    return WorldRegion(name, parent, category, kind, x, 0.5, area=0.01, **box, **fields)


WORLD = World(
    (
        region("first", "vase", 0.1, attributes={"color": "gray"}, distance=3.0),
        region("second", "vase", 0.3, attributes={"color": "gray"}, distance=3.0),
        region("third", "vase", 0.7, attributes={"color": "gray"}, distance=3.0),
        region("mug", "mug", 0.8, attributes={"color": "red"}, distance=3.0),
        region("handle", "handle", 0.85, "mug", attributes={"color": "green"}),
    )
)


@pytest.mark.parametrize(
    ("constraint", "name"),
    [
        (Constraint("place", "left"), "first"),
        (Constraint("place", "right"), "third"),
        (Constraint("relation", "closest", Phrase("mug")), "third"),
    ],
)
def test_the_best_of_several_is_meant(constraint, name):
    """Of several that fit, the farthest to that side, the nearest to the landmark."""
    model = generous_model_of(WORLD)
    several = sum(1 << model.position[vase] for vase in ("first", "second", "third"))
    assert preferred(model, Phrase("vase", False, (constraint,)), several) == 1 << model.position[name]


def test_parts_that_would_be_regions():
    """A wheel of a car can be looked for, its mirror cannot; a car is no part."""
    assert is_part_noun("wheel")
    assert not is_part_noun("car")
    assert is_checkable("wheel", "car")
    assert not is_checkable("wheel", "mug")


def test_clauses_of_something_else():
    """A clause about another thing is one of its own, also after a comma inside of it."""
    tokens = tokenize("It is red, and the other mug, to its left, has a green handle")
    assert [clause.is_aside for clause in clauses(tokens)] == [False, True]
    assert [clause.is_aside for clause in clauses(tokenize("The gray vase is left out"))] == [True]
    assert number_of_members(tokenize("two of them stand on the left")) == 2
    assert number_of_members(tokenize("two vases stand on the left")) == 0


ROOM = World(
    (
        region("round", "table", 0.2, attributes={"color": "pink"}, distance=3.0),
        region("top", "tabletop", 0.2, "round", attributes={"color": "pink"}),
        region("column", "pedestal", 0.2, "round", attributes={"color": "pink"}),
        region("long", "table", 0.8, attributes={"color": "pink"}, distance=3.0),
        region("leg", "leg", 0.75, "long", attributes={"color": "red"}),
        region("apron", "apron", 0.8, "long", attributes={"color": "red"}),
        region("flower", "flower", 0.5, "vase"),
        region("blossom", "blossom", 0.5, "flower", attributes={"color": "blue"}),
        region("stem", "stem", 0.5, "flower", attributes={"color": "green"}),
        region("vase", "vase", 0.5, attributes={"color": "black"}, distance=3.0),
        region("panel", "chest panel", 0.6, "robot", attributes={"color": "gray"}, tiny=("red button",) * 3),
        region("robot", "robot", 0.6, attributes={"color": "teal"}, distance=3.0),
    )
)


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("the round pink table", "round", "correct"),
        ("the rectangular pink table", "long", "correct"),
        ("the rectangular pink table", "round", "wrong"),
        ("round pink table, pedestal", "column", "correct"),
        ("red leg, rectangular pink table", "leg", "correct"),
        ("the blue flower", "blossom", "correct"),
        ("the blue flower with its green stem", "flower", "correct"),
        ("apron strip of the rectangular table", "apron", "correct"),
        ("pink top, round table", "top", "correct"),
        ("round table: just the pedestal", "column", "correct"),
        ("round table, just its pink pedestal", "column", "correct"),
        ("pink-coloured top of the round table", "top", "correct"),
        ("dark vase", "vase", "correct"),
        ("bluish vase", "vase", "nothing"),
        ("blue flower and its vase", "vase", "correct"),
        ("black vase: blue blossom of its flower", "blossom", "correct"),
        ("vase with a flower, blossom of its flower", "blossom", "correct"),
        ("The gray chest panel. It has three red buttons.", "panel", "correct"),
        ("The gray chest panel. It has five red buttons.", "panel", "false"),
        ("The teal robot. The two tables are not meant.", "robot", "correct"),
        ("The teal robot. The five tables are not meant.", "robot", "false"),
        ("The black vase on the left.", "vase", "false"),
    ],
)
def test_what_people_say_of_things(caption, target, outcome):
    """Shapes, the part named after its whole, flowers by colour, two nouns for one thing, numbers of what is there."""
    assert listen(caption, ROOM, target).outcome == outcome


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("A gray vase. It stands next to it. It is the one on the far right.", "third", "correct"),
        ("The red mug. It is not the purple vase.", "mug", "false"),
        ("The red mug. The gray vase at the left is not meant.", "mug", "correct"),
    ],
)
def test_what_further_sentences_say(caption, target, outcome):
    """They choose among what the first leaves open; what they name with "the", denied or not, must be there."""
    assert listen(caption, WORLD, target).outcome == outcome


BEDROOM = World(
    (
        region("near", "bed", 0.3, attributes={"color": "red"}, distance=3.0),
        region("near-left", "pillow", 0.26, "near", attributes={"color": "white"}),
        region("near-right", "pillow", 0.33, "near", attributes={"color": "white"}),
        region("far", "bed", 0.7, attributes={"color": "gray"}, distance=6.0),
        region("far-left", "pillow", 0.67, "far", attributes={"color": "white"}),
        region("far-right", "pillow", 0.75, "far", attributes={"color": "gray"}, maybe_colors=("white",)),
        region("lamp", "lamp", 0.45, attributes={"material": "metal"}, distance=4.0),
        region("other", "lamp", 0.9, distance=6.0),
    )
)


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("the white pillow of the gray bed", "far-left", "correct"),
        ("the white pillow of the gray bed", "far-right", "wrong"),
        ("the leftmost pillow of the bed", "near-left", "ambiguous"),
        ("the lamp next to the red bed", "lamp", "correct"),
        ("the lamp next to the red bed", "other", "wrong"),
        ("the metal lamp", "lamp", "ambiguous"),
        ("the pillow", "near-left", "ambiguous"),
        ("gray bed: pillow on its left", "far-left", "correct"),
        ("gray bed: pillow on its left", "far-right", "wrong"),
        ("white pillow furthest left, red bed", "near-left", "correct"),
        ("pillow at the far right, gray bed", "far-right", "correct"),
        ("lamp nearest the camera", "lamp", "correct"),
        ("2nd pillow from the left, red bed", "near-right", "correct"),
        ("last pillow on the right, red bed", "near-right", "correct"),
        ("near bed: right pillow", "near-right", "correct"),
        ("white pillow, near bed, left", "far-left", "wrong"),
        ("red bed, its leftmost pillow", "near-left", "correct"),
    ],
)
def test_words_choose_where_they_can(caption, target, outcome):
    """What is so for certain is meant before what may be so, but not where a fact is missing or wholes differ."""
    assert listen(caption, BEDROOM, target).outcome == outcome


VANS = World(
    (
        region("one", "van", 0.2, attributes={"pattern": "checker"}, distance=3.0),
        region("two", "van", 0.5, attributes={"pattern": "checker"}, distance=4.0),
        region("three", "van", 0.8, attributes={"color": "red"}, distance=6.0),
        region("two-door", "door", 0.5, "two"),
        region("one-door", "door", 0.2, "one"),
        region("sides", "side panel", 0.9, "case", plural="side panels", count=2, members=("a", "b")),
        region("case", "bookshelf", 0.9, attributes={"color": "red"}, distance=5.0),
    )
)


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("the door of the middle checkered van", "two-door", "correct"),
        ("the door of the middle checkered van", "one-door", "wrong"),
        ("the van farther away", "three", "correct"),
        ("the van farther away", "one", "wrong"),
        ("The two upright sides of the bookcase", "sides", "correct"),
        ("The three upright sides of the bookcase", "sides", "nothing"),
    ],
)
def test_the_middle_of_all_and_the_number_of_its_own(caption, target, outcome):
    """The middle one of all vans may be one of two checkered ones; a number must be the region's own."""
    assert listen(caption, VANS, target).outcome == outcome


def piece(name, category, x, area, parent=None, **fields):
    """A region of a given area."""
    return replace(region(name, category, x, parent, **fields), area=area)


YARD = World(
    (
        region("wagon", "wagon", 0.5, attributes={"color": "pink"}, distance=3.0),
        region("bare", "wheel", 0.2, "wagon"),
        region("left", "wheel", 0.4, "wagon"),
        region("left-hub", "hubcap", 0.4, "left", attributes={"color": "blue"}),
        region("right", "wheel", 0.6, "wagon"),
        region("right-hub", "hubcap", 0.6, "right", attributes={"color": "blue"}),
        piece("tulip", "flower", 0.1, 0.0100),
        piece("bloom", "blossom", 0.1, 0.0085, "tulip", attributes={"color": "red"}),
        piece("stalk", "stem", 0.1, 0.0015, "tulip", attributes={"color": "green"}),
        piece("bench", "bench", 0.8, 0.0400, distance=4.0),
        piece("back", "backrest", 0.8, 0.0200, "bench"),
        piece("slats", "slat", 0.8, 0.0190, "back", plural="slats", count=3, members=("a", "b", "c")),
        piece("lamp", "lamp", 0.9, 0.0100, distance=4.0),
        piece("shade", "lampshade", 0.9, 0.0085, "lamp", attributes={"color": "red"}),
    )
)


GALLERY = World(
    (
        region("picture", "picture", 0.3),
        piece("canvas", "canvas", 0.3, 0.007, "picture", attributes={"color": "teal", "pattern": "dots"}),
        region("frame", "frame", 0.3, "picture", attributes={"color": "brown"}),
        region("chair", "chair", 0.7, attributes={"color": "black"}, distance=3.0),
        region("upper", "slat", 0.69, "chair", attributes={"color": "pink"}),
        replace(region("lower", "slat", 0.7, "chair", attributes={"color": "pink"}), y=0.6),
        replace(region("lowest", "slat", 0.71, "chair", attributes={"color": "pink"}), y=0.7),
        region("plant", "potted plant", 0.1, distance=3.0),
        region("leaves", "leaf", 0.1, "plant", plural="leaves", attributes={"color": "green"}, members=("a", "b")),
        region("truck", "truck", 0.5, attributes={"color": "black"}, distance=5.0),
    )
)


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("teal dotted picture", "picture", "correct"),
        ("It is the teal dotted picture. The frame around it is left out.", "canvas", "correct"),
        ("It is the teal dotted picture. The frame around it is left out.", "picture", "false"),
        ("A pink slat of the chair. One slat is above it and one is below.", "lower", "correct"),
        ("A pink slat of the chair. Two slats are above it.", "lowest", "correct"),
        ("A pink slat of the chair. Three slats are above it.", "lowest", "false"),
        ("A tuft of green leaves rising from the plant", "leaves", "correct"),
        ("A shiny panel, the canvas of the picture", "canvas", "correct"),
        ("A big dark grey vehicle parked there", "truck", "correct"),
        ("A big pale grey vehicle parked there", "truck", "nothing"),
        ("A black chair, slat to the left", "chair", "correct"),
    ],
)
def test_wholes_heads_and_numbers_beside(caption, target, outcome):
    """What most shows is the whole's look; forms, amounts, what is left out and how many are beside it are read."""
    assert listen(caption, GALLERY, target).outcome == outcome


@pytest.mark.parametrize(
    ("caption", "target", "outcome"),
    [
        ("the blue hub of the left wheel of the wagon", "left-hub", "correct"),
        ("the blue hub of the right wheel of the wagon", "left-hub", "wrong"),
        ("the flower", "bloom", "correct"),
        ("the flower", "tulip", "correct"),
        ("the flower with its stem", "bloom", "wrong"),
        ("the stem of the flower", "bloom", "wrong"),
        ("the backrest of the bench", "slats", "correct"),
        ("the bench", "slats", "wrong"),
        ("the lamp", "shade", "wrong"),
    ],
)
def test_what_is_seen_of_a_whole(caption, target, outcome):
    """The left wheel is the left of those with a hub; a part is its whole where hardly more is seen of that."""
    assert listen(caption, YARD, target).outcome == outcome


KINDS = World(
    (
        region("chest", "cabinet", 0.2, attributes={"color": "red"}, distance=3.0),
        region("drawer", "drawer", 0.2, "chest", attributes={"color": "red"}),
        region("cupboard", "cabinet", 0.6, attributes={"color": "red"}, distance=3.0),
        region("picture", "picture", 0.4),
        region("frame", "frame", 0.4, "picture", attributes={"color": "black"}),
        region("bed", "bed", 0.8, distance=3.0),
        region("bedstead", "frame", 0.8, "bed", attributes={"color": "black"}),
        region("lemons", "fruit", 0.9, "bowl", plural="fruits", members=("one", "two"), attributes={"color": "yellow"}),
        region("one", "fruit", 0.89, "lemons", attributes={"color": "yellow"}),
        region("two", "fruit", 0.91, "lemons", attributes={"color": "yellow"}),
        region("bowl", "bowl", 0.9, distance=3.0),
        region("body", "body", 0.9, "bowl"),
        region("plain", "stool", 0.1, attributes={"color": "green"}, distance=3.0),
        region(
            "dotted", "stool", 0.5, attributes={"color": "green", "pattern": "dots", "accent": "white"}, distance=3.0
        ),
    )
)


@pytest.mark.parametrize(
    ("caption", "target"),
    [
        ("red chest of drawers", "chest"),
        ("picture frame", "frame"),
        ("yellow fruit in the bowl", "lemons"),
        ("bowl, not the fruit", "body"),
        ("bowl only", "body"),
        ("green stool", "plain"),
    ],
)
def test_words_for_one_kind(caption, target):
    """Protects: kinds by what they show, compounds by their owner, piles, contents left out, plain colours."""
    assert listen(caption, KINDS, target).outcome == "correct"


def test_between_two_of_one_name():
    """Protects: no text raises an error, also not two sides that are called the same."""
    assert listen("the bowl between the stool and the stool", KINDS, "bowl").outcome != "correct"


def test_what_is_left_of_a_thing_without_a_part():
    """Protects: a fir minus its trunk is its foliage; minus a star that it has not, it is not."""
    world = World(
        (
            region("fir", "pine", 0.3, attributes={"color": "teal"}, distance=5.0),
            piece("trunk", "trunk", 0.3, 0.001, "fir"),
            piece("tier", "foliage tier", 0.3, 0.009, "fir"),
        )
    )
    for caption in ("teal fir minus the trunk", "teal fir, trunk excluded", "teal fir sans trunk"):
        assert listen(caption, world, "tier").outcome == "correct", caption
    assert listen("teal fir minus the star", world, "tier").outcome != "correct"


PAIRS = World(
    (
        region("robot", "robot", 0.5, attributes={"color": "yellow"}),
        replace(region("arms", "arm", 0.5, "robot", members=("arm-left", "arm-right"), count=2), plural="arms"),
        replace(region("arm-left", "arm", 0.4, "arms"), area=0.01),
        replace(region("arm-right", "arm", 0.6, "arms"), area=0.004),
        region("car", "car", 0.2, attributes={"color": "red"}),
        region("pot", "pot", 0.8, attributes={"color": "teal"}),
    )
)


@pytest.mark.parametrize(
    ("caption", "turned"),
    [
        ("The two arms. The {} one is fully visible, the other one less.", ("left", "right")),
        ("The two arms. The {} one is partly hidden.", ("right", "left")),
        ("A yellow robot. It stands far from the red car at {}.", ("left", "right")),
        ("A yellow robot. The teal pot stands lower and to the {}.", ("right", "left")),
        ("A yellow robot. To the {} of it, a teal pot stands.", ("right", "left")),
    ],
)
def test_sides_of_members_and_of_things_beside(caption, turned):
    """Protects: a side of a member or of another thing that is turned round makes a caption untrue."""
    target = "arms" if "arms" in caption else "robot"
    true, untrue = (listen(caption.format(side), PAIRS, target).outcome for side in turned)
    assert true == "correct"
    assert untrue != "correct"
