"""Protects the step from a drawn scene to regions: masks, the mask tree, what counts as seen, what is said of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dataset.listener import World, listen
from dataset.scenes.layout.graph import Camera, Material, Node, Placement, Scene
from dataset.scenes.layout.objects.parts import box
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.rendering.render import Rendering, render
from dataset.scenes.words.pixel_counts import piece_sizes
from dataset.scenes.words.regions import DISTRACTOR_SHARE, TARGET_SHARE, visible_regions

SEEDS = (0, 1, 3, 9)
RED, GREEN, GRAY = (189, 81, 77), (95, 177, 105), (165, 165, 167)


@pytest.fixture(scope="module")
def drawn():
    scenes = [build_scene(seed) for seed in SEEDS]
    renderings = [render(scene) for scene in scenes]
    return [(s, r, *visible_regions(s, r)) for s, r in zip(scenes, renderings, strict=True)]


def painted(size, *patches):
    """A scene of flat nodes: (node, rows, columns, colour) painted one over the other on a grey floor."""
    floor = Node("floor", "background", attributes={"color": "gray"})
    roots = [floor]
    for node, *_ in patches:
        if node.placement is not None:
            roots.append(node)
    scene = Scene(0, True, Camera((0, -5, 1), (0, 0, 1), 40), (0, 0, 1), roots)
    for index, node in enumerate(scene.nodes()):
        node.index = index
    node_map = np.zeros((size, size), np.int32)
    image = np.full((size, size, 3), GRAY, np.uint8)
    for node, rows, columns, color in patches:
        node_map[rows, columns] = node.index
        image[rows, columns] = color
    return scene, Rendering(image, node_map)


def thing(category, color, children=(), x=0.0, granularity="object", **more):
    placement = Placement(x, 0, 0, 0, 1) if granularity == "object" else None
    return Node(
        category, granularity, attributes={"color": color}, children=list(children), placement=placement, **more
    )


def test_masks_are_unions_of_visible_pixels(drawn):
    """Every mask is exactly the pixels of its node and all below it; groups are the union of their members."""
    for scene, rendering, world, masks in drawn:
        nodes = scene.nodes()
        sky = [node.index for node in scene.roots if node.category == "sky"]
        for region in world.regions:
            if int(region.id) >= len(nodes):
                expected = np.logical_or.reduce([masks[member] for member in region.members])
            else:
                inside = [node.index for node in nodes[int(region.id)].walk()]
                expected = np.isin(rendering.node_map, [*inside, *([-1] if int(region.id) in sky else [])])
            assert np.array_equal(masks[region.id], expected), (scene.seed, region.id)
            assert masks[region.id].mean() == pytest.approx(region.area, abs=1e-6)


def test_regions_form_a_tree(drawn):
    """Parents come first and contain their children; children of one parent never overlap or equal it."""
    for _, _, world, masks in drawn:
        seen = set()
        cover = {}
        for region in world.regions:
            assert region.id not in seen
            seen.add(region.id)
            if region.parent is not None:
                assert region.parent in seen
                assert not (masks[region.id] & ~masks[region.parent]).any()
                assert masks[region.id].sum() < masks[region.parent].sum()
            covered = cover.setdefault(region.parent, np.zeros_like(masks[region.id]))
            assert not (covered & masks[region.id]).any()
            covered |= masks[region.id]
            assert region.area >= DISTRACTOR_SHARE


def test_geometry_matches_the_mask(drawn):
    """Centroid and box are those of the mask, in shares of the picture."""
    _, _, world, masks = drawn[0]
    for region in world.regions:
        ys, xs = np.nonzero(masks[region.id])
        size = masks[region.id].shape[0]
        assert region.x == pytest.approx((xs.mean() + 0.5) / size, abs=1e-4)
        assert region.y == pytest.approx((ys.mean() + 0.5) / size, abs=1e-4)
        assert region.left == pytest.approx(xs.min() / size, abs=1e-4)
        assert region.bottom == pytest.approx((ys.max() + 1) / size, abs=1e-4)


def test_groups_of_two_to_six(drawn):
    """Objects of one category form a counted group that is their parent."""
    groups = 0
    for _, _, world, _ in drawn:
        objects = [region for region in world.regions if region.granularity == "object"]
        for category in {region.category for region in objects}:
            members = [region for region in objects if region.category == category]
            parents = {region.parent for region in members}
            assert len(parents) == 1
            if 2 <= len(members) <= 6:
                groups += 1
                group = world.by_id[parents.pop()]
                assert group.members == tuple(region.id for region in members)
                assert group.plural
                assert group.count in (0, len(members))
            else:
                assert parents == {None}
    assert groups > 0


def test_worlds_survive_json_and_are_small(drawn):
    """A world is stored once per image: it reads back equal and stays compact."""
    for _, _, world, _ in drawn:
        text = json.dumps(world.to_dict(), separators=(",", ":"))
        assert World.from_dict(json.loads(text)) == world
        assert len(text) < 300 * len(world.regions)


def test_colour_words_need_pixels():
    """A colour word that the picture does not bear out is dropped, and kept as one that somebody might use."""
    green, lit = thing("ball", "green", x=-1.0), thing("mug", "green", x=1.0)
    scene, rendering = painted(
        100, (green, slice(40, 60), slice(10, 40), GREEN), (lit, slice(40, 60), slice(60, 90), RED)
    )
    world, _ = visible_regions(scene, rendering)
    by_category = {region.category: region for region in world.regions}
    assert by_category["ball"].attributes["color"] == "green"
    assert "color" not in by_category["mug"].attributes
    assert {"green", "red"} <= set(by_category["mug"].maybe_colors)


def test_patterns_need_room_and_both_colours():
    """A pattern on a few pixels, or of which one colour is not to be seen, is unclear and therefore vague."""
    small, blurred, clear = (thing("ball", "red", x=x) for x in (-1.0, 0.0, 1.0))
    for node in (small, blurred, clear):
        node.attributes |= {"pattern": "stripes", "pattern_color": "green"}
    scene, rendering = painted(
        448, (small, slice(10, 20), slice(10, 20), RED), (blurred, slice(100, 150), slice(100, 150), RED),
        (clear, slice(300, 350), slice(300, 350), RED), (clear, slice(300, 350), slice(300, 320), GREEN),
    )  # fmt: skip
    world, _ = visible_regions(scene, rendering)
    patterns = [region.attributes["pattern"] for region in world.regions if region.granularity == "object"]
    assert patterns == ["unclear", "unclear", "stripes"]
    assert listen("the striped ball", world, str(clear.index)).outcome == "ambiguous"
    assert listen("the dotted ball", world, str(clear.index)).outcome == "wrong"


def test_rings_on_an_upright_board_are_not_named():
    """Rings around the upright axis of a flat board look like stripes."""
    canvas, rug = (
        Node(name, "part", attributes={"color": "red", "pattern": "rings"}, primitives=[box((0, 0, 0), half, paint)])
        for paint in [Material("red", "matte", "rings", "green")]
        for name, half in (("canvas", (0.5, 0.01, 0.4)), ("rug", (0.5, 0.4, 0.01)))
    )
    whole = thing("crate", "red", [canvas, rug])
    scene, rendering = painted(
        448, (whole, slice(10, 200), slice(10, 200), RED), (canvas, slice(20, 80), slice(20, 80), RED),
        (rug, slice(90, 150), slice(20, 80), RED),
    )  # fmt: skip
    world, _ = visible_regions(scene, rendering)
    assert [region.attributes["pattern"] for region in world.regions[2:]] == ["unclear", "rings"]


def test_same_masks_are_one_region():
    """A part that hides all of its whole is merged into it, but its noun is remembered."""
    lid = Node("lid", "part", attributes={"color": "red"})
    label = Node("label", "subpart", attributes={"color": "green"})
    lid.children.append(label)
    crate = thing("crate", "red", [lid])
    scene, rendering = painted(
        100, (crate, slice(0, 0), slice(0, 0), RED), (lid, slice(20, 60), slice(20, 60), RED),
        (label, slice(30, 40), slice(30, 40), GREEN),
    )  # fmt: skip
    world, masks = visible_regions(scene, rendering)
    assert [region.category for region in world.regions] == ["floor", "crate", "label"]
    crate_region = world.by_id[str(crate.index)]
    assert crate_region.also == ("lid",)
    assert world.by_id[str(label.index)].parent == crate_region.id
    assert masks[crate_region.id].sum() == 1600


def test_lonely_members_replace_their_set():
    """A set of wheels of which one is seen is no plural: only the wheel is a region."""
    wheels = [Node("wheel", "part", attributes={"color": "black"}) for _ in range(2)]
    pair = Node("wheel", "group", plural="wheels", count=2, children=wheels)
    car = thing("car", "red", [pair])
    scene, rendering = painted(
        100, (car, slice(30, 60), slice(20, 70), RED), (wheels[0], slice(50, 60), slice(25, 35), (20, 20, 20))
    )
    world, _ = visible_regions(scene, rendering)
    assert [(region.category, region.is_group) for region in world.regions] == [
        ("floor", False), ("car", False), ("wheel", False),
    ]  # fmt: skip
    assert world.regions[2].parent == world.regions[1].id


def test_glimpses_make_counts_uncertain():
    """A third wheel of a few pixels is no region, but then the number of wheels is not certain."""
    wheels = [Node("wheel", "part", attributes={"color": "black"}) for _ in range(3)]
    trio = Node("wheel", "group", plural="wheels", count=3, children=wheels)
    car = thing("car", "red", [trio])
    dark = (20, 20, 20)
    full = [(wheels[k], slice(50, 60), slice(25 + 15 * k, 35 + 15 * k), dark) for k in range(2)]
    scene, rendering = painted(300, (car, slice(30, 60), slice(20, 80), RED), *full)
    assert [r.count for r in visible_regions(scene, rendering)[0].regions if r.is_group] == [2]
    scene, rendering = painted(
        300, (car, slice(30, 60), slice(20, 80), RED), *full, (wheels[2], slice(50, 52), slice(70, 72), dark)
    )
    assert [r.count for r in visible_regions(scene, rendering)[0].regions if r.is_group] == [0]


def test_things_stand_on_what_is_below_them():
    """Support is the object that carries it, or else the ground right below its lowest pixels."""
    table = thing("table", "brown", x=0.0)
    mug = thing("mug", "red", x=0.1, supported_by=table)
    scene, rendering = painted(
        100, (table, slice(50, 80), slice(20, 70), (120, 90, 60)), (mug, slice(40, 52), slice(30, 40), RED)
    )
    world, _ = visible_regions(scene, rendering)
    by_category = {region.category: region for region in world.regions}
    assert by_category["mug"].supported_by == by_category["table"].id
    assert by_category["table"].supported_by == by_category["floor"].id


def test_thresholds_scale_with_the_picture():
    """The thresholds are 40 and 200 pixels at 448 x 448."""
    assert round(DISTRACTOR_SHARE * 448 * 448) == 40
    assert round(TARGET_SHARE * 448 * 448) == 200


def test_panes_between_bars_are_several():
    """Panes that bars part are spoken of in the plural, and counted where they are alike; one whole pane is one."""
    parted, hidden, whole = (thing("pane", "blue", granularity="part") for _ in range(3))
    windows = [thing("window", "white", [pane], x=x) for x, pane in ((-1.0, parted), (0.0, hidden), (1.0, whole))]
    scene, rendering = painted(
        200,
        (windows[0], slice(20, 60), slice(10, 50), RED), (parted, slice(25, 35), slice(15, 45), GREEN),
        (parted, slice(45, 55), slice(15, 45), GREEN),
        (windows[1], slice(20, 60), slice(80, 120), RED), (hidden, slice(25, 35), slice(85, 115), GREEN),
        (hidden, slice(45, 55), slice(85, 90), GREEN),
        (windows[2], slice(20, 60), slice(150, 190), RED), (whole, slice(25, 55), slice(155, 185), GREEN),
    )  # fmt: skip
    world, _ = visible_regions(scene, rendering)
    panes = [world.by_id[str(pane.index)] for pane in (parted, hidden, whole)]
    assert [(pane.pieces, pane.count, pane.is_group) for pane in panes] == [(2, 2, True), (2, 0, True), (0, 0, False)]
    assert listen("the two panes of the left window", world, panes[0].id).outcome == "correct"
    assert listen("the pane of the right window", world, panes[2].id).outcome == "correct"
    assert World.from_dict(world.to_dict()) == world


def test_pieces_touch_at_corners():
    """Pixels that touch at a corner belong to one piece; the largest piece comes first."""
    mask = np.zeros((6, 8), np.bool_)
    mask[0, 0] = mask[1, 1] = True
    mask[3:6, 4:8] = True
    assert piece_sizes(mask) == [12, 2]
    assert piece_sizes(mask & False) == []
