"""Protects the renderer's short cuts: spans of faces, bounds on shadows and the sky's queue change no result."""

import numpy as np
import pytest

from dataset.scenes.layout.graph import Camera, Material, Node, Placement, Primitive, Scene
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.options import ScenesOptions
from dataset.scenes.rendering import sky
from dataset.scenes.rendering.lights import lights_of, sun_seen
from dataset.scenes.rendering.polyhedra import TIE, entry, plane_terms, rasterise_polyhedron, workspace
from dataset.scenes.rendering.raster import to_own_frame
from dataset.scenes.rendering.shadow_bounds import BLOCK, sky_bounds_of, sun_bounds_of
from dataset.scenes.rendering.solids import Solids, solids_of
from dataset.scenes.rendering.surfaces import face_normals

SIDE = 64


def solids_with(*primitives: Primitive) -> Solids:
    node = Node("thing", "object", primitives=list(primitives), placement=Placement(0.0, 0.0, 0.0, 0.0, 1.0))
    node.index = 0
    return solids_of(Scene(7, False, Camera((0, -6, 2), (0, 0, 0), 40), (-0.5, -0.55, 0.8), [node]))


def random_polyhedra(rng: np.random.Generator, count: int) -> Solids:
    primitives = []
    for _ in range(count):
        shape = str(rng.choice(["box", "gable"]))
        turns = rng.choice([0.0, 90.0, 180.0, 37.0, 203.5], 3)
        center, half = rng.uniform(-0.5, 0.5, 3).round(2), rng.uniform(0.02, 0.9, 3).round(2)
        primitives.append(Primitive(shape, tuple(center), tuple(half), Material("red"), tuple(turns)))
    return solids_with(*primitives)


def ray_sets(rng: np.random.Generator) -> list[np.ndarray]:
    """(6, 3) as `raster.rasterise` takes them: from a point and in one direction, turned and along the axes."""
    none, signed = np.zeros((2, 3)), np.where(rng.random((2, 3)) < 0.5, 0.0, -0.0)
    axes = np.eye(3)[rng.permutation(3)] * rng.choice([-1.0, 1.0], (3, 1))
    turned = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    sets = []
    for right, up, forward in (axes, turned):
        eye = -3 * forward
        sets.append(np.stack([eye, *none, forward, 0.5 * right, 0.5 * up]))
        sets.append(np.stack([eye, right, up, forward, *signed]))
    return sets


def plain_depths(solids: Solids, i: int, local: np.ndarray, depth: np.ndarray, surface: np.ndarray) -> None:
    gap, toward = np.zeros((2, 6, 3))
    plane_terms(solids.numbers, i, local, gap, toward)
    for row in range(SIDE):
        gy = 1.0 - (row + 0.5) / SIDE * 2
        row_gap, row_toward = gap[:, 0] + gy * gap[:, 2], toward[:, 0] + gy * toward[:, 2]
        for column in range(SIDE):
            near, face = entry(row_gap, row_toward, gap, toward, (column + 0.5) / SIDE * 2 - 1.0)
            if face >= 0 and near * TIE < depth[row, column]:
                depth[row, column], surface[row, column] = near, 8 * i + face


def assert_spans_are_exact(solids: Solids, rays: np.ndarray) -> None:
    room, local, box = workspace(SIDE), np.zeros((6, 3)), np.array([0, SIDE, 0, SIDE])
    depths, surfaces = np.full((2, SIDE, SIDE), np.inf), np.full((2, SIDE, SIDE), -1)
    for i in range(len(solids.kinds)):
        to_own_frame(solids.numbers, i, rays, local)
        rasterise_polyhedron(solids.numbers, i, local, box, room, depths[0], surfaces[0])
        plain_depths(solids, i, local, depths[1], surfaces[1])
    assert np.array_equal(surfaces[0], surfaces[1])
    assert depths[0].tobytes() == depths[1].tobytes()


@pytest.mark.parametrize("seed", range(12))
def test_spans_of_random_polyhedra(seed: int) -> None:
    """Random boxes and gables, seen from a point and by parallel rays, askew and along the axes, with both zeros."""
    rng = np.random.default_rng(seed)
    for rays in ray_sets(rng):
        assert_spans_are_exact(random_polyhedra(rng, 4), rays)


@pytest.mark.parametrize("columns", [1, 2, 8, 31])
def test_edges_exactly_on_the_centres_of_pixels(columns: int) -> None:
    """Centres are odd multiples of 1 / 64, exact in doubles: the face's edges run through them."""
    half = (2 * columns + 1) / SIDE
    solids = solids_with(Primitive("box", (0.0, 0.0, 0.0), (half, half, half), Material("red")))
    right, up, forward = np.array([1.0, 0, 0]), np.array([0, 0, 1.0]), np.array([0, 1.0, 0])
    for zero in (0.0, -0.0):
        none = np.full(3, zero)
        assert_spans_are_exact(solids, np.stack([-3 * forward, right, up, forward, none, none]))
        eye = -2 * forward - half * forward  # the near face is at depth 2
        assert_spans_are_exact(solids, np.stack([eye, none, none, forward, right / 2, up / 2]))


def test_bounds_of_the_sun_hold_within_its_reach() -> None:
    rng = np.random.default_rng(3)
    side = 50  # not a multiple of a block
    maps = rng.uniform(1.0, 9.0, (1, side, side)).astype(np.float32)
    maps[rng.random(maps.shape) < 0.3] = np.inf
    views = np.zeros((1, 4, 3))
    views[0, 1], views[0, 2], views[0, 3] = (0, 0, -1), (0.2, 0, 0), (0, 0.3, 0)
    bounds = sun_bounds_of(views, maps, 0.4)
    reach = np.ceil(bounds.reach).astype(int) + 1
    for row in range(side):
        for column in range(side):
            rows = slice(max(row - reach[1], 0), row + reach[1] + 1)
            columns = slice(max(column - reach[0], 0), column + reach[0] + 1)
            within, block = maps[0, rows, columns], (row // BLOCK, column // BLOCK)
            assert bounds.nearest[block] <= within.min()
            assert bounds.farthest[block] >= within.max()


def test_bounds_of_the_sky_hold_for_the_texels_of_a_look() -> None:
    rng = np.random.default_rng(4)
    maps = rng.uniform(1.0, 9.0, (2, 30, 30)).astype(np.float32)
    nearest = sky_bounds_of(maps)
    for row in range(30):
        for column in range(30):
            looks = maps[:, row : row + 2, column : column + 2].min(axis=(1, 2))
            assert (nearest[:, row // BLOCK, column // BLOCK] <= looks).all()


def lit_scene():
    options = ScenesOptions()
    scene = build_scene(options.scene_seed("train", 5))
    solids = solids_of(scene)
    sun = np.array(scene.sun) / np.linalg.norm(scene.sun)
    return solids, lights_of(solids, tuple(sun), scene.indoor, scene.seed)


def test_samples_that_bounds_settle_equal_the_full_sum() -> None:
    rng = np.random.default_rng(5)
    solids, lights = lit_scene()
    bounds = sun_bounds_of(lights.sun_view, lights.sun_map, lights.softness)
    normals = rng.normal(size=(3000, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    corners = solids.corners.reshape(-1, 3)
    shares = set()
    for n, corner in zip(normals, corners[rng.integers(len(corners), size=3000)], strict=True):
        p = tuple(corner + rng.normal(size=3) * 0.2)
        arguments = (lights.sun_view, lights.sun_map, lights.softness, p, tuple(n))
        full = sun_seen(*arguments, None)
        assert sun_seen(*arguments, bounds) == full
        shares.add(full)
    assert {0.0, 1.0} < shares


def test_the_queue_of_the_sky_gives_what_each_sample_alone_does() -> None:
    """Samples, more than fit the queue at once, of all solids; some see no surface."""
    rng = np.random.default_rng(6)
    solids, lights = lit_scene()
    count = 700
    samples = np.concatenate([rng.uniform(-1, 1, (count, 2)), rng.uniform(2, 9, (count, 1))], axis=1)
    rays = np.array([(0, -6, 2.4), (0, 0, 0), (0, 0, 0), (0, 0.95, -0.3), (0.4, 0, 0), (0, 0.1, 0.38)], np.float64)
    surface = 8 * rng.integers(len(solids.kinds), size=count)
    surface[rng.random(count) < 0.1] = -1
    nearest = sky_bounds_of(lights.sky_maps)
    shares = sky.sky_light(solids, lights, nearest, face_normals(solids), rays, samples, surface, 0)
    for s in range(count):
        alone = 1.0
        if surface[s] >= 0:
            views, maps = lights.sky_views, lights.sky_maps
            alone = sky.sky_at(solids.kinds, solids.numbers, views, maps, rays, *samples[s], surface[s])
        assert shares[s] == alone
