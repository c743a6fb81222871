"""The truth of rooms: colours of reflectances, regions, and captions that are heard as exactly their region."""

from __future__ import annotations

import numpy as np
import pytest

from dataset.listener import Phrase, listen, parse
from dataset.listener.words.categories import CATEGORIES, OWN_NAMES
from dataset.listener.words.furnishings import ANATOMY, APPLIANCES, FURNITURE, LOOSELY_TOO
from dataset.listener.words.lexicon import categories_of, plural_of
from dataset.listener.words.palette import COLORS
from dataset.listener.words.synonyms import loosely
from dataset.rooms.facts.albedo import NONE, WORDS, color_words
from dataset.rooms.facts.captions import tell
from dataset.rooms.facts.regions import visible_regions
from dataset.rooms.furniture.models import load_models
from dataset.rooms.negatives import Negative
from dataset.scenes.layout.graph import Camera, Node, Placement
from dataset.scenes.words.describe import describe_scene

WHITE, OAK, RED, BLUE, GREEN = (
    (0.87, 0.86, 0.83),
    (0.36, 0.2, 0.1),
    (0.6, 0.05, 0.05),
    (0.1, 0.24, 0.66),
    (0.14, 0.48, 0.17),
)
BLACK, BEIGE = (0.03, 0.03, 0.03), (0.8, 0.72, 0.55)
CAMERA = Camera((0, 0, 1.6), (0, 4, 1), 60)
SIZE = 256


class Drawing:
    """A room of rectangles."""

    def __init__(self) -> None:
        self.roots: list[Node] = []
        self.painted: list[tuple[Node, tuple[int, int, int, int], tuple[float, float, float]]] = []

    def add(
        self, category: str, box: tuple, color: tuple, granularity: str = "object", whole: Node | None = None
    ) -> Node:
        """A rectangle (left, top, right, bottom) of a colour that is a thing or a part of one."""
        node = Node(category, granularity, plural_of(category))  # type: ignore[arg-type]
        if granularity == "object":
            node.placement = Placement((box[0] - 128) / 60, 2 + (SIZE - box[3]) / 60, 0, 0, 1)
        (self.roots if whole is None else whole.children).append(node)
        self.painted.append((node, box, color))
        return node

    def legs(self, whole: Node, boxes: list[tuple], color: tuple) -> None:
        """A set of legs."""
        group = Node("leg", "group", "legs", count=len(boxes))
        whole.children.append(group)
        for box in boxes:
            self.add("leg", box, color, "part", group)

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """The node map and the reflectances of what is drawn."""
        for index, node in enumerate(node for root in self.roots for node in root.walk()):
            node.index = index
        node_map, albedo = np.full((SIZE, SIZE), -1, np.int32), np.zeros((SIZE, SIZE, 3), np.float32)
        for node, (left, top, right, bottom), color in self.painted:
            node_map[top:bottom, left:right] = node.index
            albedo[top:bottom, left:right] = color
        return node_map, albedo

    def world(self, *, outdoors: bool = False) -> tuple:
        """The world and masks of what is drawn."""
        return visible_regions(self.roots, CAMERA, *self.arrays(), outdoors=outdoors)


def study() -> Drawing:
    """Three chairs that differ in one fact, a desk, a coffee table, a lamp and two cups on the desk, a cabinet."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 170), WHITE, "background")
    room.add("floor", (0, 170, 256, 256), OAK, "background")
    for left, bottom, tall, color in ((20, 230, 70, RED), (80, 225, 66, BLUE), (210, 240, 76, RED)):
        chair = room.add("chair", (left, bottom - tall, left + 36, bottom), color)
        room.add("seat", (left, bottom - 38, left + 36, bottom - 31), color, "part", chair)
        boxes = [(left + k, bottom - 30, left + k + 7, bottom) for k in (0, 29)]
        room.legs(chair, boxes, BLACK)
    desk = room.add("desk", (120, 150, 200, 200), OAK)
    room.add("tabletop", (120, 150, 200, 158), WHITE, "part", desk)
    room.add("coffee table", (140, 215, 190, 240), OAK)
    lamp = room.add("table lamp", (150, 120, 165, 150), GREEN)
    room.add("lampshade", (145, 110, 170, 128), WHITE, "part", lamp)
    for node in (lamp, room.add("cup", (174, 136, 186, 150), WHITE), room.add("cup", (188, 136, 199, 150), BLUE)):
        node.supported_by = desk
    cabinet = room.add("filing cabinet", (215, 90, 250, 160), BEIGE)
    room.add("handle", (225, 110, 240, 116), BLACK, "part", cabinet)
    return room


def test_every_region_has_a_caption_that_is_heard_as_it_alone() -> None:
    """Protects: with furniture that scenes have not, every caption of every region denotes exactly its region."""
    world, masks = study().world()
    descriptions, left_out = describe_scene(world, 1)
    assert left_out == 0
    assert {region.id for region in world.regions} == set(masks)
    by_id = {description.region_id: description for description in descriptions}
    captions = {world.by_id[name].category: each.canonical for name, each in by_id.items()}
    assert captions["desk"] == "the desk"
    assert captions["coffee table"] == "the coffee table"
    assert "the blue chair" in {each.canonical for each in descriptions}
    for description in descriptions:
        for caption in description.references:
            assert listen(caption, world, description.region_id).outcome == "correct", caption


def test_a_negative_is_told_the_same_every_time() -> None:
    """Protects: rows of a room have its masks, parents among its rows, and do not change from run to run."""
    room = study()
    node_map, albedo = room.arrays()
    negative = Negative(
        "rooms-test-00000", "study", CAMERA, room.roots, node_map, albedo, np.ones(node_map.shape, np.float32), [], {}
    )
    told = tell(negative)
    assert told == tell(negative)
    by_id = {region.region_id: region for region in told.regions}
    assert {region.parent_id for region in told.regions} <= {None, *by_id}
    desk = next(region for region in told.regions if region.category == "desk")
    assert desk.captions[0] == "the desk"
    assert told.left_out == 0


def test_colours_are_those_that_are_seen() -> None:
    """Protects: a region's colour is named from its pixels; what could be called two colours is certainly neither."""
    world, _ = study().world()
    wall, cabinet = (next(r for r in world.regions if r.category == name) for name in ("wall", "filing cabinet"))
    assert wall.attributes["color"] == "white"
    assert "color" not in cabinet.attributes
    assert {"brown", "white"} & set(cabinet.maybe_colors)


def test_two_colours_of_a_pattern_are_said_together() -> None:
    """Protects: a striped rug is not called by one of its colours alone."""
    room = Drawing()
    room.add("floor", (0, 100, 256, 256), OAK, "background")
    rug = room.add("rug", (40, 120, 140, 220), WHITE)
    rug.attributes["pattern"] = "stripes"
    room.painted += [(rug, (40, top, 140, top + 10), BLUE) for top in range(120, 220, 20)]
    room.add("rug", (160, 120, 240, 220), BLUE)
    world, _ = room.world()
    captions = {each.region_id: each.canonical for each in describe_scene(world, 1)[0]}
    assert captions["1"] in ("the white and blue striped rug", "the blue and white striped rug")
    assert captions["2"] != "the blue rug"


def test_what_nobody_speaks_of_belongs_to_its_whole() -> None:
    """Protects: the leaf of a door is the door, in its mask too, and has no caption of its own."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    door = room.add("door", (60, 40, 140, 220), OAK)
    room.add("door leaf", (70, 50, 130, 220), OAK, "part", door)
    room.add("handle", (110, 120, 128, 126), BLACK, "part", door)
    world, masks = room.world()
    assert [region.category for region in world.regions] == ["wall", "door", "handle"]
    assert masks["1"].sum() == 80 * 180


def test_a_lit_lamp_has_the_colour_that_it_was_given() -> None:
    """Protects: what shines has no reflectance; a beige shade is not called yellow because its light is."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    lamp = room.add("table lamp", (100, 150, 110, 200), BLACK)
    shade = room.add("lampshade", (80, 100, 130, 150), (1.0, 1.0, 0.4), "part", lamp)
    assert next(r for r in room.world()[0].regions if r.category == "lampshade").attributes["color"] == "yellow"
    lamp.attributes["state"], shade.attributes["color"] = "on", "beige"
    lit = next(region for region in room.world()[0].regions if region.category == "lampshade")
    assert "color" not in lit.attributes
    assert {"white", "brown"} <= set(lit.maybe_colors)


def test_a_pane_behind_a_lamp_is_one_pane() -> None:
    """Protects: what stands before a thing does not make several of it."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    window = room.add("window", (60, 40, 200, 160), OAK)
    room.add("pane", (70, 50, 190, 150), BLUE, "part", window)
    room.add("floor lamp", (120, 30, 134, 250), BLACK)
    pane = next(region for region in room.world()[0].regions if region.category == "pane")
    assert not pane.is_group


def test_pixels_of_nothing_are_the_sky_outdoors_and_no_region_indoors() -> None:
    """Protects: what is seen of the world outside is no part of a room."""
    room = Drawing()
    room.add("floor", (0, 128, 256, 256), OAK, "background")
    outdoors, masks = room.world(outdoors=True)
    sky = next(region for region in outdoors.regions if region.category == "sky")
    assert masks[sky.id].sum() == SIZE * 128
    indoors, _ = room.world()
    assert [region.category for region in indoors.regions] == ["floor"]


@pytest.mark.parametrize("name", COLORS)
def test_palette_colours_keep_their_words(name: str) -> None:
    """Protects: the reflectances that scenes call red, brown or gray are called so in rooms."""
    certain, may = color_words(np.array(COLORS[name]))
    assert int(may) >> WORDS.index(name) & 1
    assert certain in (WORDS.index(name), NONE)


def test_all_names_of_the_table_are_nouns_of_the_listener() -> None:
    """Protects: whatever a caption of a room calls a thing or part is understood, in the singular and plural."""
    names = {
        name for model in load_models().values() for name in (model.category, *(part.name for part in model.parts))
    }
    assert names <= set(CATEGORIES)
    for name in sorted(names | OWN_NAMES):
        assert any(reading == Phrase(name) for reading in parse(f"the {name}")), name
        assert any(reading.noun == name and reading.plural for reading in parse(f"the {plural_of(name)}")), name
    assert len({plural_of(name) for name in names}) == len(names)
    assert {name for listed in LOOSELY_TOO.values() for name in listed.split(", ")} <= set(CATEGORIES)
    assert "table lamp" in loosely("light")
    parts = {part.replace("_", " ") for listed in ANATOMY.values() for part in listed.split()}
    assert parts | set(ANATOMY) | set(FURNITURE) | set(APPLIANCES) <= set(CATEGORIES)
    assert {"desk", "nightstand"} <= set(categories_of("piece of furniture") or ())
    assert "coffee table" in (categories_of("table") or ())


def test_what_the_edge_leaves_a_sliver_of_is_not_there() -> None:
    """Protects: "the bookshelf" stays unique where the edge shows three columns of another that nobody recognises."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    room.add("bookshelf", (100, 50, 160, 200), OAK)
    sliver = room.add("bookshelf", (250, 50, 256, 200), OAK)
    world, masks = room.world()
    assert [region.category for region in world.regions] == ["wall", "bookshelf"]
    assert not masks["0"][100, 252]
    room.painted[-1] = (sliver, (240, 50, 256, 200), OAK)
    assert [region.category for region in room.world()[0].regions].count("bookshelf") == 3  # and both together


def test_a_thing_beside_the_camera_is_the_nearest() -> None:
    """Protects: a bed of which the middle is behind the camera is described, and is nearer than any other."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    near, far = room.add("bed", (0, 150, 100, 256), BLUE), room.add("bed", (150, 100, 230, 160), BLUE)
    near.placement = Placement(-1, -2, 0, 0, 1)
    world, _ = room.world()
    by_id = {region.id: region for region in world.regions}
    assert 0 < (by_id[str(near.index)].distance or 0) < (by_id[str(far.index)].distance or 0)
    assert describe_scene(world, 1)[1] == 0


def test_bright_metal_has_no_certain_colour() -> None:
    """Protects: a chrome radiator, whose reflectance is white and which looks gray, is not called white."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), OAK, "background")
    room.add("radiator", (50, 50, 150, 150), WHITE)
    radiator = next(region for region in room.world()[0].regions if region.category == "radiator")
    assert "color" not in radiator.attributes
    assert {"white", "gray"} <= set(radiator.maybe_colors)


def test_pieces_of_a_set_share_their_doubts() -> None:
    """Protects: no "chair with a brown slat" where all slats are of one paint that may or may not be called brown."""
    tan = (0.36, 0.3, 0.22)
    assert color_words(np.array([tan]))[0][0] == NONE
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    chair = room.add("chair", (40, 40, 140, 200), BLACK)
    slats = Node("slat", "group", "slats", count=3)
    chair.children.append(slats)
    for top, color in ((50, OAK), (80, tan), (110, tan)):
        room.add("slat", (40, top, 140, top + 20), color, "part", slats)
    pieces = [region for region in room.world()[0].regions if region.granularity == "part"]
    assert len(pieces) == 3
    assert all("color" not in piece.attributes and "brown" in piece.maybe_colors for piece in pieces)


def test_the_corridor_behind_a_door_is_no_part_of_it() -> None:
    """Protects: an open door's mask is the door, and the corridor is called just that."""
    room = Drawing()
    room.add("wall", (0, 0, 256, 256), WHITE, "background")
    door = room.add("door", (60, 40, 140, 220), OAK)
    corridor = room.add("corridor", (70, 50, 100, 220), WHITE, "background", door)
    room.add("chair", (160, 120, 228, 226), BLACK)
    world, masks = room.world()
    assert masks[str(door.index)].sum() == 80 * 180 - 30 * 170
    captions = {each.region_id: each.canonical for each in describe_scene(world, 1)[0]}
    assert captions[str(corridor.index)] == "the corridor"
    assert captions[str(door.index)] == "the door"
