"""The light of a scene: its sun or lamp, the sky, and depth maps that say what each of them reaches."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from ...runtime.arrays import Float32Array, FloatArray, IntArray
from ...runtime.compiled import compiled
from .raster import rasterise, rectangles
from .shadow_bounds import SunBounds, block_of
from .solids import BOX, KIND_BACKGROUND, KIND_SHAPE, SCALE, SIZE, Solids, cos_sin

__all__ = [
    "SKY_DIRECTIONS",
    "SKY_MAP",
    "SUN_MAP",
    "Lights",
    "lights_before_maps",
    "lights_of",
    "lit",
    "on_map",
    "sun_seen",
    "view_of",
]

Triple = tuple[float, float, float]
View = tuple[Triple, Triple, Triple, Triple]

SUN_MAP: Final = 576
SKY_MAP: Final = 128
SKY_DIRECTIONS: Final = 14


class Lights(NamedTuple):
    """Light directions and depth maps; a *view* (4, 3) is eye, forward, right and up as in `raster.rectangles`.

    Attributes:
        sun: (3,) unit vector towards the sun or lamp.
        sun_view: (1, 4, 3) view from the sun.
        sun_map: (1, `SUN_MAP`, `SUN_MAP`) depth of the first object on each sun ray.
        sky_views: (`SKY_DIRECTIONS`, 4, 3) view from each part.
        sky_maps: (`SKY_DIRECTIONS`, `SKY_MAP`, `SKY_MAP`) depth of the first object on each ray.
        walls: indices of the big background boxes of a room, which darken their corners.
        indoor: whether this is a room.
        softness: tangent of the sun's apparent size.
        sky_offset: where the clouds start.
    """

    sun: FloatArray
    sun_view: FloatArray
    sun_map: Float32Array
    sky_views: FloatArray
    sky_maps: Float32Array
    walls: IntArray
    indoor: bool
    softness: float
    sky_offset: float


def lights_of(solids: Solids, sun: tuple[float, float, float], indoor: bool, seed: int) -> Lights:
    """Light a scene and draw the depth maps of its objects."""
    lights, rays = lights_before_maps(solids, sun, indoor, seed)
    sun_map = _light_map(solids, lights.sun_view[0], rays[0], SUN_MAP)
    sky_maps = [_light_map(solids, lights.sky_views[k], rays[k + 1], SKY_MAP) for k in range(SKY_DIRECTIONS)]
    return lights._replace(sun_map=sun_map[np.newaxis], sky_maps=np.stack(sky_maps))


def lights_before_maps(
    solids: Solids, sun: tuple[float, float, float], indoor: bool, seed: int
) -> tuple[Lights, FloatArray]:
    """The lights with empty maps, and the rays (1 + `SKY_DIRECTIONS`, 6, 3) that fill them, the sun's first."""
    towards = [np.array(sun), *_sky_directions()]
    views, rays = zip(*(_light_view(solids.corners, solids.kinds, toward) for toward in towards), strict=True)
    no_map = np.zeros((0, 0, 0), np.float32)
    lights = Lights(
        towards[0],
        np.stack(views[:1]),
        no_map,
        np.stack(views[1:]),
        no_map,
        _walls(solids) if indoor else np.zeros(0, np.int64),
        indoor,
        0.16 if indoor else 0.07,
        float(seed % 997) * 3.7,
    )
    return lights, np.stack(rays)


def _sky_directions() -> FloatArray:
    """Directions of equal cosine weight on the upper half sphere, on a golden-angle spiral."""
    out = []
    for k in range(SKY_DIRECTIONS):
        rise = math.sqrt(1 - (k + 0.5) / (SKY_DIRECTIONS + 1.5))
        flat = math.sqrt(1 - rise * rise)
        cos, sin = cos_sin(20 + 137.508 * k)
        out.append((flat * cos, flat * sin, rise))
    return np.array(out)


def _walls(solids: Solids) -> IntArray:
    extents = np.sort(solids.numbers[:, SIZE : SIZE + 3], axis=1) * solids.numbers[:, [SCALE]]
    box = (solids.kinds[:, KIND_BACKGROUND] == 1) & (solids.kinds[:, KIND_SHAPE] == BOX)
    big = box & (extents[:, 2] > 1.5) & (extents[:, 1] > 0.8)
    return np.flatnonzero(big)


def _light_map(solids: Solids, view: FloatArray, rays: FloatArray, resolution: int) -> Float32Array:
    boxes = rectangles(solids.corners, view, False, resolution)
    depth, _ = rasterise(solids, rays, boxes, True, resolution)
    return depth.astype(np.float32)


@compiled
def _light_view(corners: FloatArray, kinds: IntArray, toward: FloatArray) -> tuple[FloatArray, FloatArray]:
    """View and rays of a parallel light that just covers all objects."""
    view, rays = np.zeros((4, 3)), np.zeros((6, 3))
    f = -toward
    helper = np.array([0.0, 1.0, 0.0]) if abs(f[2]) > 0.95 else np.array([0.0, 0.0, 1.0])
    r = np.array(
        [f[1] * helper[2] - f[2] * helper[1], f[2] * helper[0] - f[0] * helper[2], f[0] * helper[1] - f[1] * helper[0]]
    )
    r = r / np.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
    u = np.array([r[1] * f[2] - r[2] * f[1], r[2] * f[0] - r[0] * f[2], r[0] * f[1] - r[1] * f[0]])
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for i in range(len(corners)):
        if kinds[i, KIND_BACKGROUND]:
            continue
        for corner in range(8):
            p = corners[i, corner]
            for k in range(3):
                axis = r if k == 0 else (u if k == 1 else f)
                along = p[0] * axis[0] + p[1] * axis[1] + p[2] * axis[2]
                low[k], high[k] = min(low[k], along), max(high[k], along)
    if low[0] > high[0]:
        low[:], high[:] = -1.0, 1.0
    half_x, half_y = (high[0] - low[0]) / 2 * 1.02 + 0.02, (high[1] - low[1]) / 2 * 1.02 + 0.02
    for a in range(3):
        view[0, a] = (low[0] + high[0]) / 2 * r[a] + (low[1] + high[1]) / 2 * u[a] + (low[2] - 1.0) * f[a]
        view[1, a], view[2, a], view[3, a] = f[a], r[a] / half_x, u[a] / half_y
        rays[0, a], rays[1, a], rays[2, a], rays[3, a] = view[0, a], r[a] * half_x, u[a] * half_y, f[a]
    return view, rays


@compiled(allocates=False)
def view_of(views: FloatArray, k: int) -> View:
    """View k of several, out of memory: a loop that writes numbers may then keep it in registers."""
    return (
        (views[k, 0, 0], views[k, 0, 1], views[k, 0, 2]),
        (views[k, 1, 0], views[k, 1, 1], views[k, 1, 2]),
        (views[k, 2, 0], views[k, 2, 1], views[k, 2, 2]),
        (views[k, 3, 0], views[k, 3, 1], views[k, 3, 2]),
    )


@compiled(allocates=False)
def on_map(view: View, side: int, p: Triple) -> Triple:
    """Texel coordinates and depth of a world point in the map of a view."""
    eye, forward, right, up = view
    qx, qy, qz = p[0] - eye[0], p[1] - eye[1], p[2] - eye[2]
    across = qx * right[0] + qy * right[1] + qz * right[2]
    along = qx * up[0] + qy * up[1] + qz * up[2]
    depth = qx * forward[0] + qy * forward[1] + qz * forward[2]
    return (across + 1) / 2 * side - 0.5, (1 - along) / 2 * side - 0.5, depth


@compiled(allocates=False, forceinline=True)
def sun_seen(
    views: FloatArray, maps: Float32Array, softness: float, p: Triple, n: Triple, bounds: SunBounds | None = None
) -> float:
    """Share of the sun that a surface point sees, in [0, 1]; the shadow widens with the distance of its caster.

    Percentage-closer soft shadows (Fernando 2005) on a receiver plane, so that no surface shadows itself.

    Args:
        views: (1, 4, 3) view from the sun.
        maps: (1, side, side) its depth map.
        softness: tangent of the sun's apparent size.
        p: the point, in the world.
        n: unit normal of the surface there.
        bounds: on the map, which give the same result sooner.
    """
    side = maps.shape[1]
    cx, cy, depth = on_map(view_of(views, 0), side, p)
    if bounds is not None:
        column, row = block_of(cx, len(bounds.nearest)), block_of(cy, len(bounds.nearest))
        if bounds.nearest[row, column] == np.inf:
            return 1.0
    # World length per texel along each axis of the map, and how the receiver's depth grows per texel.
    across = views[0, 2, 0] * views[0, 2, 0] + views[0, 2, 1] * views[0, 2, 1] + views[0, 2, 2] * views[0, 2, 2]
    along = views[0, 3, 0] * views[0, 3, 0] + views[0, 3, 1] * views[0, 3, 1] + views[0, 3, 2] * views[0, 3, 2]
    facing = min(n[0] * views[0, 1, 0] + n[1] * views[0, 1, 1] + n[2] * views[0, 1, 2], -0.05) * side / 2
    slope_x = -(n[0] * views[0, 2, 0] + n[1] * views[0, 2, 1] + n[2] * views[0, 2, 2]) / (across * facing)
    slope_y = (n[0] * views[0, 3, 0] + n[1] * views[0, 3, 1] + n[2] * views[0, 3, 2]) / (along * facing)
    depth -= 0.006 + 0.6 * (abs(slope_x) + abs(slope_y))
    if bounds is not None:
        # Rounding keeps order, so what holds for the plane's depth at the end of the reach holds in between.
        margin_x, margin_y = abs(slope_x) * bounds.reach[0], abs(slope_y) * bounds.reach[1]
        if bounds.nearest[row, column] >= depth + margin_x + margin_y:
            return 1.0
        if bounds.farthest[row, column] < depth - margin_x - margin_y:
            return 0.0
    texel_x, texel_y = 2 / (np.sqrt(across) * side), 2 / (np.sqrt(along) * side)
    return _penumbra(maps, softness, cx, cy, depth, slope_x, slope_y, texel_x, texel_y)


@compiled(allocates=False)
def _penumbra(
    maps: Float32Array,
    search: float,
    cx: float,
    cy: float,
    depth: float,
    slope_x: float,
    slope_y: float,
    texel_x: float,
    texel_y: float,
) -> float:
    """Share of the sun at texel coordinates (cx, cy) of its map: the mean of 25 looks, blurred as 16 others find."""
    side = maps.shape[1]
    blockers, total = 0, 0.0
    for a in range(4):
        ox = (a - 1.5) * search / texel_x
        ix, rise = int(np.floor(cx + ox + 0.5)), depth + slope_x * ox
        if ix < 0 or ix >= side:
            continue
        for b in range(4):
            oy = (b - 1.5) * search / texel_y
            iy = int(np.floor(cy + oy + 0.5))
            if 0 <= iy < side:
                seen = maps[0, iy, ix]
                if seen < rise + slope_y * oy:
                    blockers += 1
                    total += seen
    if blockers == 0:
        return 1.0
    width = min(max((depth - total / blockers) * search, 2 * max(texel_x, texel_y)), 3 * search)
    # The 25 looks make a grid: what belongs to its columns is computed once for each, as is what belongs to its rows.
    rows = (
        _look(cy, 0, width, texel_y),
        _look(cy, 1, width, texel_y),
        _look(cy, 2, width, texel_y),
        _look(cy, 3, width, texel_y),
        _look(cy, 4, width, texel_y),
    )
    lit = 0.0
    for a in range(5):
        ox, ix, fx = _look(cx, a, width, texel_x)
        rise = depth + slope_x * ox
        for oy, iy, fy in rows:
            lit += _lit_texels(maps, 0, ix, iy, fx, fy, rise + slope_y * oy)
    return lit / 25


@compiled(allocates=False)
def _look(middle: float, k: int, width: float, texel: float) -> tuple[float, int, float]:
    """Of the k-th of five looks across a blur: its distance from the middle in texels, its texel, and where within."""
    offset = (k - 2) * width / 4 / texel
    at = middle + offset
    whole = np.floor(at)
    return offset, int(whole), at - whole


@compiled(allocates=False)
def lit(maps: Float32Array, k: int, x: float, y: float, depth: float) -> float:
    """Share of the four texels around (x, y) of map k that lie behind `depth`, bilinear; outside the map all do."""
    fx, fy = np.floor(x), np.floor(y)
    return _lit_texels(maps, k, int(fx), int(fy), x - fx, y - fy, depth)


@compiled(allocates=False)
def _lit_texels(maps: Float32Array, k: int, ix: int, iy: int, fx: float, fy: float, depth: float) -> float:
    """As `lit`, at fractions fx and fy between texel (ix, iy) and the next ones."""
    side = maps.shape[1]
    if ix < 0 or iy < 0 or ix >= side - 1 or iy >= side - 1:
        return 1.0
    # Unsigned, they are not taken for places counted from the end of the map.
    left, top, right, bottom = np.uint64(ix), np.uint64(iy), np.uint64(ix + 1), np.uint64(iy + 1)
    one = 1.0 if maps[k, top, left] >= depth else 0.0
    two = 1.0 if maps[k, top, right] >= depth else 0.0
    three = 1.0 if maps[k, bottom, left] >= depth else 0.0
    four = 1.0 if maps[k, bottom, right] >= depth else 0.0
    low, high = (1 - fx) * one + fx * two, (1 - fx) * three + fx * four
    value: float = low * (1 - fy) + high * fy
    return value
