"""Protects the renderer: what each pixel shows, where things stand, and that every machine draws the same bits."""

import hashlib
import math
from dataclasses import replace

import numpy as np
import pytest

from dataset.errors import InvalidInputError, UnknownNameError
from dataset.listener.words.palette import COLORS, FINISHES, PATTERNS
from dataset.scenes.layout.graph import Camera, Material, Node, Placement, Primitive, Scene
from dataset.scenes.rendering.render import render

CAMERA = Camera((0.4, -6.0, 2.4), (0.0, 0.0, 0.6), 40.0)
RED = Material("red")


def scene_of(*roots: Node, indoor: bool = False, camera: Camera = CAMERA) -> Scene:
    scene = Scene(7, indoor, camera, (-0.5, -0.55, 0.8), list(roots))
    for index, node in enumerate(scene.nodes()):
        node.index = index
    return scene


def thing(*primitives: Primitive, x: float = 0.0, y: float = 0.0, yaw: float = 0.0, scale: float = 1.0) -> Node:
    return Node("thing", "object", primitives=list(primitives), placement=Placement(x, y, 0.0, yaw, scale))


def ground(color: str = "green", finish: str = "matte", pattern: str | None = "noise") -> Node:
    box = Primitive("box", (0, 0, -0.5), (5, 5, 0.5), Material(color, finish, pattern, "black"))
    return Node("ground", "background", primitives=[box])


def shapes_scene() -> Scene:
    return scene_of(
        ground(),
        thing(
            Primitive("box", (0, 0, 0.4), (0.3, 0.4, 0.4), RED, (0, 0, 20), taper=(0.6, 0.8), shear=(0.2, 0)), x=-1.5
        ),
        thing(Primitive("ellipsoid", (0, 0, 0.5), (0.3, 0.5, 0.4), RED, (30, 0, 40)), x=-0.6, y=0.7, yaw=30),
        thing(Primitive("frustum", (0, 0, 0.5), (0.4, 0.3, 0.5), RED, top=0.3), x=0.3, y=-0.8, scale=0.8),
        thing(Primitive("frustum", (0, 0, 0.5), (0.2, 0.3, 0.3), RED, (0, 90, 0), top=1.5), x=0.3, y=0.9, yaw=50),
        thing(Primitive("torus", (0, 0, 0.6), (0.4, 0.4, 0.15), RED, (70, 0, 20)), x=1.2, y=-0.3),
        thing(Primitive("gable", (0, 0, 0.5), (0.5, 0.4, 0.3), RED), x=1.7, y=1.2, yaw=-35),
    )


def materials_scene(indoor: bool) -> Scene:
    patterns = [None, *PATTERNS]
    balls = [
        thing(
            Primitive("ellipsoid", (0, 0, 0.3), (0.3, 0.3, 0.3), Material(color, FINISHES[k % 10], patterns[k])),
            Primitive("box", (0, 0.6, 0.3), (0.2, 0.2, 0.3), Material(color, FINISHES[(k + 3) % 10], patterns[-k - 1])),
            x=-2 + 0.8 * (k % 6),
            y=1.6 * (k // 6) - 1,
            yaw=10.0 * k,
        )
        for k, color in enumerate(COLORS)
    ]
    wall = Node("wall", "background", primitives=[Primitive("box", (0, 4, 2), (9, 0.1, 2), Material("white", "matte"))])
    return scene_of(ground("brown", "wood", "planks"), *([wall] if indoor else []), *balls, indoor=indoor)


def rotation(degrees: tuple[float, float, float]) -> np.ndarray:
    """About x, then y, then z."""
    a, b, c = (math.radians(angle) for angle in degrees)
    x = np.array([[1, 0, 0], [0, math.cos(a), -math.sin(a)], [0, math.sin(a), math.cos(a)]])
    y = np.array([[math.cos(b), 0, math.sin(b)], [0, 1, 0], [-math.sin(b), 0, math.cos(b)]])
    z = np.array([[math.cos(c), -math.sin(c), 0], [math.sin(c), math.cos(c), 0], [0, 0, 1]])
    return z @ y @ x


def inside(solid: Primitive, p: np.ndarray) -> np.ndarray:
    """Whether points (n, 3) of the own frame are in the solid: its definition, without any ray."""
    (hx, hy, hz), (x, y, z) = solid.half, p.T
    up = (z / hz + 1) / 2
    if solid.shape == "ellipsoid":
        return (x / hx) ** 2 + (y / hy) ** 2 + (z / hz) ** 2 <= 1
    if solid.shape == "torus":
        return (np.hypot(x, y) - hx) ** 2 + z**2 <= hz**2
    if solid.shape == "gable":
        return (np.abs(x) <= hx) & (up >= 0) & (np.abs(y) <= hy * (1 - up))
    if solid.shape == "frustum":
        return (np.abs(z) <= hz) & (np.hypot(x / hx, y / hy) <= 1 + (solid.top - 1) * up)
    wide, deep = (half * (1 + (taper - 1) * up) for half, taper in zip((hx, hy), solid.taper, strict=True))
    return (np.abs(z) <= hz) & (np.abs(x - solid.shear[0] * z) <= wide) & (np.abs(y - solid.shear[1] * z) <= deep)


def seen_by_marching(scene: Scene, pixels: list[tuple[int, int]], resolution: int) -> list[int]:
    """Node at each pixel by testing 8,000 points along its ray against every solid's definition."""
    position, target = np.array(scene.camera.position), np.array(scene.camera.target)
    forward = (target - position) / np.linalg.norm(target - position)
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right)
    up, slope = np.cross(right, forward), math.tan(math.radians(scene.camera.field_of_view / 2))
    steps = np.linspace(2, 14, 8_000)[:, None]
    found = []
    for row, column in pixels:
        gx, gy = (column + 0.5) / resolution * 2 - 1, 1 - (row + 0.5) / resolution * 2
        points = position + steps * (forward + slope * (gx * right + gy * up))
        best, owner = len(steps), -1
        for node in scene.nodes():
            place = node.placement or Placement(0, 0, 0, 0, 1)
            own = (points - (place.x, place.y, place.z)) @ rotation((0, 0, place.yaw)) / place.scale
            for solid in node.primitives:
                hits = np.flatnonzero(inside(solid, (own - solid.center) @ rotation(solid.rotation)))
                if len(hits) and hits[0] < best:
                    best, owner = hits[0], node.index
        found.append(owner)
    return found


def test_node_map_agrees_with_the_definition_of_every_shape() -> None:
    scene, resolution = shapes_scene(), 64
    node_map = render(scene, resolution).node_map
    assert set(np.unique(node_map)) >= set(range(7))
    pixels = [(row, column) for row in range(16, 64, 3) for column in range(0, 64, 3)]
    wanted = seen_by_marching(scene, pixels, resolution)
    found = [int(node_map[pixel]) for pixel in pixels]
    assert sum(a != b for a, b in zip(wanted, found, strict=True)) <= 2  # rays that graze between two steps


def test_right_is_right_up_is_up_and_nothing_is_sky() -> None:
    ball = Primitive("ellipsoid", (0, 0, 0.3), (0.3, 0.3, 0.3), RED)
    high = Node("high", "background", primitives=[replace(ball, center=(0.0, 0.0, 1.6))])
    drawn = render(scene_of(thing(ball, x=-1), thing(ball, x=1), high), 64).node_map
    (left_y, left_x), (_, right_x), (high_y, _) = (np.argwhere(drawn == index).mean(0) for index in range(3))
    assert left_x < 31 < right_x
    assert high_y < left_y
    assert drawn[0, 0] == drawn[-1, -1] == -1


@pytest.mark.parametrize(("yaw", "seen"), [(0, 0), (180, 1), (90, 2), (-90, 3)])
def test_the_front_faces_the_viewer_at_yaw_0_and_yaw_turns_counterclockwise(yaw: float, seen: int) -> None:
    sides = [(0, -0.5, 0.5), (0, 0.5, 0.5), (-0.5, 0, 0.5), (0.5, 0, 0.5)]
    parts = [
        Node(f"side {k}", "part", primitives=[Primitive("box", side, (0.2, 0.2, 0.4), RED)])
        for k, side in enumerate(sides)
    ]
    core = Primitive("box", (0, 0, 0.5), (0.4, 0.4, 0.5), Material("blue"))
    whole = Node("whole", "object", primitives=[core], children=parts, placement=Placement(0, 0, 0, yaw, 1))
    drawn = render(scene_of(whole, camera=Camera((0, -6, 0.6), (0, 0, 0.5), 30)), 64).node_map
    assert drawn[32, 32] == parts[seen].index


def test_a_placement_scales_and_carries_everything_below_it() -> None:
    leaf = Node("leaf", "part", primitives=[Primitive("ellipsoid", (0.5, 0, 0), (0.1, 0.1, 0.1), RED)])
    drawn = [
        render(scene_of(Node("whole", "object", children=[leaf], placement=Placement(-0.5 * s, 0, 0.6, 0, s))), 96)
        for s in (1.0, 2.0)
    ]
    areas = [int((one.node_map == 1).sum()) for one in drawn]
    centers = [np.argwhere(one.node_map == 1).mean(0) for one in drawn]
    assert 3.5 < areas[1] / areas[0] < 4.5
    assert np.abs(centers[0] - centers[1]).max() < 1


def test_a_label_on_a_face_wins_over_the_face() -> None:
    body = Primitive("box", (0, 0, 0.5), (0.5, 0.5, 0.5), RED)
    label = Node("label", "part", primitives=[Primitive("box", (0, -0.45, 0.5), (0.2, 0.05, 0.2), Material("white"))])
    whole = Node("whole", "object", primitives=[body], children=[label], placement=Placement(0, 0, 0, 17, 1))
    drawn = render(scene_of(whole, camera=Camera((0, -5, 0.6), (0, 0, 0.5), 30)), 64).node_map
    assert (drawn == 1).sum() > 100


def test_edges_are_smooth_and_leave_the_node_map_alone() -> None:
    ball = thing(Primitive("ellipsoid", (0, 0, 0.6), (0.6, 0.6, 0.6), Material("black", "rubber")))
    drawn = render(scene_of(ball), 96)
    dark, silhouette = drawn.image.max(axis=2) < 110, drawn.node_map == 0
    between = (drawn.image.max(axis=2) > 110) & (drawn.image.max(axis=2) < 190)
    assert set(np.unique(drawn.node_map)) == {-1, 0}
    assert between.sum() > 20  # neither ball nor sky: mixed colours along the edge
    assert (dark & ~silhouette).sum() == 0
    double = render(scene_of(ball), 192).node_map.reshape(96, 2, 96, 2) == 0
    assert silhouette[double.all(axis=(1, 3))].all()
    assert not silhouette[~double.any(axis=(1, 3))].any()


def test_things_cast_shadows() -> None:
    box = Primitive("box", (0, 0, 1.0), (0.5, 0.5, 0.5), RED)
    empty, full = (render(scene_of(ground("gray", "matte", None), *things), 96) for things in ([], [thing(box)]))
    both = (empty.node_map == 0) & (full.node_map == 0)
    darker = empty.image[both].astype(int).sum(axis=1) - full.image[both].astype(int).sum(axis=1)
    assert (darker > 90).sum() > 100
    assert (np.abs(darker) <= 6).mean() > 0.3


def test_a_polished_floor_mirrors_what_stands_on_it() -> None:
    ball = Primitive("ellipsoid", (0, 0, 0.6), (0.6, 0.6, 0.6), RED)
    drawn = [
        [render(scene_of(ground("black", finish, None), *things), 96) for things in ([], [thing(ball)])]
        for finish in ("rubber", "ceramic")
    ]
    floor = (drawn[0][0].node_map == 0) & (drawn[0][1].node_map == 0)
    for axis in (0, 1):  # away from the ball's smooth edge
        floor &= np.roll(floor, 1, axis) & np.roll(floor, -1, axis)
    dull, polished = ((full.image.astype(int) - empty.image)[floor].max(axis=0) for empty, full in drawn)
    assert dull[0] <= 2
    assert polished[0] > 20  # red light from the ball
    assert polished[0] > polished[1] + 10
    assert (drawn[0][1].node_map == drawn[1][1].node_map).all()


@pytest.mark.parametrize("indoor", [False, True])
@pytest.mark.parametrize("finish", list(FINISHES))
def test_colours_stay_what_they_are_called(finish: str, indoor: bool) -> None:
    balls = [
        thing(
            Primitive("ellipsoid", (0, 0, 0.3), (0.3, 0.3, 0.3), Material(color, finish)),
            x=0.75 * (k % 4) - 1.1,
            y=k // 4,
        )
        for k, color in enumerate(COLORS)
    ]
    drawn = render(scene_of(ground("gray", "matte", None), *balls, indoor=indoor), 128)
    words = list(COLORS)
    palette = np.sqrt(np.array(list(COLORS.values())))
    for k, word in enumerate(words):
        seen = np.median(drawn.image[drawn.node_map == k + 1] / 255, axis=0)
        # Light changes brightness more than hue, so compare what is left after the grey axis counts a third.
        gaps = [np.hypot((a := seen - color).mean(), 3 * np.linalg.norm(a - a.mean())) for color in palette]
        assert words[int(np.argmin(gaps))] == word, (word, seen)


@pytest.mark.parametrize("resolution", [8, 100, 224])
def test_resolution(resolution: int) -> None:
    drawn = render(shapes_scene(), resolution)
    assert drawn.image.shape == (resolution, resolution, 3)
    assert drawn.image.dtype == np.uint8
    assert drawn.node_map.shape == (resolution, resolution)
    assert drawn.node_map.dtype == np.int32


def test_bad_input_is_named() -> None:
    with pytest.raises(InvalidInputError, match="at least 8"):
        render(shapes_scene(), 4)
    with pytest.raises(InvalidInputError, match="straight up or down"):
        render(scene_of(ground(), camera=Camera((0, 0, 5), (0, 0, 0), 40)))
    with pytest.raises(InvalidInputError, match="positive half extents"):
        render(scene_of(thing(Primitive("box", (0, 0, 0), (1, 0, 1), RED))))
    with pytest.raises(InvalidInputError, match="index"):
        render(Scene(0, False, CAMERA, (0, 0, 1), [ground()]))
    with pytest.raises(UnknownNameError, match="Did you mean"):
        render(scene_of(thing(Primitive("box", (0, 0, 0), (1, 1, 1), Material("grren")))))


HASHES = {
    "shapes": ("46e62bffa5393c82", "49de3388ad968ebd"),
    "materials": ("7029d4656fb90547", "d81e0073f9e5b54a"),
    "room": ("ea8d149fb3be13cc", "38c94c07881bf6dd"),
    "empty": ("88abf8b6ef63ff77", "f195c65a417d53ad"),
}
SCENES = {
    "shapes": shapes_scene,
    "materials": lambda: materials_scene(indoor=False),
    "room": lambda: materials_scene(indoor=True),
    "empty": lambda: scene_of(Node("sky", "background")),
}


@pytest.mark.parametrize("name", list(SCENES))
def test_every_machine_draws_the_same_bits(name: str) -> None:
    drawn = render(SCENES[name](), 160)
    found = tuple(hashlib.sha256(array.tobytes()).hexdigest()[:16] for array in (drawn.image, drawn.node_map))
    assert found == HASHES[name]
