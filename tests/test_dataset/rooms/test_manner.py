"""How rooms are spoken of: what is a thing of its own, which leg is in front, what gets no caption, what is near."""

from __future__ import annotations

import numpy as np
import pytest

from dataset.listener import World, WorldRegion, listen
from dataset.rooms.facts.depth import depth_slots
from dataset.rooms.facts.manner import manner_of
from dataset.rooms.facts.spoken import spoken_tree
from dataset.scenes.layout.graph import Camera, Node, Placement
from dataset.scenes.words.describe import describe_scene

CAMERA = Camera((0.0, 0.0, 1.0), (0.0, 4.0, 1.0), 60.0)
SIDE = 128


def node(category: str, *children: Node, granularity: str = "part", count: int = 0, at: float | None = None) -> Node:
    """A node, an object if it has a place."""
    made = Node(category, "object" if at is not None else granularity, count=count, children=list(children))  # type: ignore[arg-type]
    made.placement = None if at is None else Placement(at, 3.0, 0.0, 0.0, 1.0)
    return made


def numbered(*roots: Node) -> list[Node]:
    """The roots with indices in walk order."""
    for index, each in enumerate(each for root in roots for each in root.walk()):
        each.index = index
    return list(roots)


def region(name: str, category: str, box: tuple[float, float, float, float], **facts: object) -> WorldRegion:
    """A region of which the box is the mask."""
    left, top, right, bottom = box
    return WorldRegion(
        name, None, category, "object", (left + right) / 2, (top + bottom) / 2, left, top, right, bottom,
        (right - left) * (bottom - top), **facts,  # type: ignore[arg-type]
    )  # fmt: skip


def masks_of(world: World) -> dict[str, np.ndarray]:
    """The boxes of regions as masks."""
    masks = {}
    for each in world.regions:
        masks[each.id] = np.zeros((SIDE, SIDE), np.bool_)
        rows, columns = (
            slice(int(a * SIDE), int(b * SIDE)) for a, b in ((each.top, each.bottom), (each.left, each.right))
        )
        masks[each.id][rows, columns] = True
    return masks


def told(world: World, distance: np.ndarray | None = None) -> dict[str, tuple[str, ...]]:
    """The captions of each region that has some."""
    distances = np.full((SIDE, SIDE), 3.0, np.float32) if distance is None else distance
    manner = manner_of(world, masks_of(world), distances, CAMERA)
    return {each.region_id: each.references for each in describe_scene(world, 1, manner)[0]}


def test_what_has_a_name_of_its_own_is_a_thing_of_its_own() -> None:
    """Protects: a kitchen has one worktop with a sink; curtains hang by themselves; books are rows of their shelf."""
    shelf = node("bookshelf", at=4.0)
    row = node("row of books", node("book", node("book"), node("book"), granularity="group", count=2), at=4.0)
    row.supported_by = shelf
    pair = node("curtain", node("curtain"), node("curtain"), granularity="group", count=2)
    unit = node("kitchen cabinet", node("worktop"), node("door", node("door leaf")), at=0.0)
    mixer = node("mixer", at=0.0)
    mixer.supported_by = unit
    roots = numbered(
        unit, node("sink unit", node("worktop"), node("basin"), node("tap"), at=1.0), mixer,
        node("pair of curtains", pair, at=2.0), shelf, row,
    )  # fmt: skip
    count = sum(1 for root in roots for _ in root.walk())
    spoken, node_map = spoken_tree(roots, np.array([[-1, *range(count)]], np.int32))
    outline = [(root.category, [child.category for child in root.children]) for root in spoken]
    assert outline == [
        ("kitchen cabinet", ["door"]), ("worktop", []), ("kitchen cabinet", []), ("sink", ["tap"]), ("mixer", []),
        ("pair of curtains", []), ("curtain", []), ("curtain", []), ("bookshelf", ["book"]),
    ]  # fmt: skip
    names = [each.category for root in spoken for each in root.walk()]
    assert [each.index for root in spoken for each in root.walk()] == list(range(len(names)))
    seen = ["" if index < 0 else names[index] for index in node_map[0]]
    assert seen[:6] == ["", "kitchen cabinet", "worktop", "door", "door", "kitchen cabinet"]
    assert seen[6] == "worktop"
    assert all(root.granularity == "object" for root in spoken)
    assert spoken[4].supported_by is spoken[1]
    assert unit.children[0].category == "worktop", "the layout's own tree stays as it was"


def test_front_legs_are_those_in_front() -> None:
    """Protects: which legs are the front ones is said of two nearer and two farther ones, and of nothing else."""
    legs = node("leg", *(node("leg") for _ in range(4)), granularity="group", count=4)
    table, chair = node("table", legs, at=0.0), node("chair", at=0.0)
    roots = numbered(table, chair)
    node_map, distance = np.full((SIDE, SIDE), -1, np.int32), np.full((SIDE, SIDE), 9.0, np.float32)
    for leg, left, away in zip(legs.children, (20, 100, 40, 80), (2.5, 2.5, 3.4, 3.4), strict=True):
        node_map[60:110, left : left + 6], distance[60:110, left : left + 6] = leg.index, away
    slots = depth_slots(roots, node_map, distance, CAMERA)
    assert [slots[leg.index] for leg in legs.children] == ["front", "front", "back", "back"]
    distance[distance < 9] = 3.0
    assert depth_slots(roots, node_map, distance, CAMERA) == {}
    legs.category = "cushion"
    assert depth_slots(roots, node_map, distance, CAMERA) == {}


def test_nobody_is_asked_for_what_nobody_recognises() -> None:
    """Protects: what nearer things hide for the most part, and candles that look like cups, have no caption."""
    world = World(
        (region("1", "ball", (0.1, 0.1, 0.15, 0.15), distance=3.0), region("2", "candle", (0.5, 0.5, 0.52, 0.52)))
    )
    near = np.full((SIDE, SIDE), 1.0, np.float32)
    near[masks_of(world)["1"]] = 3.0
    assert told(world).keys() == {"1"}
    assert told(world, near).keys() == set()


def test_only_true_sizes_are_said() -> None:
    """Protects: of two vases of one size the nearer is not the big one, however large it looks."""
    far, near = (0.1, 0.4, 0.2, 0.5), (0.5, 0.4, 0.7, 0.6)
    same = World((region("1", "vase", far, distance=6.0), region("2", "vase", near, distance=3.0)))
    other = World((region("1", "vase", far, distance=3.0), region("2", "vase", near, distance=3.0)))
    small = {
        word for world in (same,) for captions in told(world).values() for text in captions for word in text.split()
    }
    assert not small & {"big", "small", "smallest", "biggest", "large", "little", "tall", "short"}
    manner = manner_of(other, masks_of(other), np.full((SIDE, SIDE), 3.0, np.float32), CAMERA)
    assert manner.differs_in_extent(other.regions[1], other.regions[:1], "big")
    assert not manner.differs_in_extent(same.regions[1], (region("3", "vase", far),), "big")


@pytest.mark.parametrize(
    ("caption", "outcome"),
    [("the open door", "correct"), ("the closed door", "wrong"), ("the chair facing the table", "correct"),
     ("the chair facing the window", "wrong")],
)  # fmt: skip
def test_doors_are_open_and_chairs_face_tables(caption: str, outcome: str) -> None:
    """Protects: "open" and "facing" are heard as the room has them."""
    world = World(
        (
            region("1", "door", (0.0, 0.1, 0.1, 0.6), attributes={"state": "open"}),
            region("2", "door", (0.8, 0.1, 0.9, 0.6), attributes={"state": "closed"}),
            region("3", "chair", (0.2, 0.5, 0.3, 0.8), distance=2.0, stands=(0.0, 2.0, 180.0)),
            region("4", "chair", (0.6, 0.5, 0.7, 0.8), distance=2.0, stands=(1.0, 2.0, 0.0)),
            region("5", "table", (0.2, 0.4, 0.4, 0.5), distance=3.0, stands=(0.0, 3.0)),
            region("6", "window", (0.5, 0.1, 0.7, 0.3), distance=5.0, stands=(1.0, 0.0)),
        )
    )
    assert World.from_dict(world.to_dict()) == world
    assert listen(caption, world, "1" if "door" in caption else "3").outcome == outcome
