"""The light of a scene: its sun or lamp, the sky, and depth maps that say what each of them reaches."""

# pragma: no cover - compiled code is invisible to coverage

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .raster import rasterise, rectangles
from .solids import Solids, cos_sin

__all__ = ["Lights", "lights_of", "sky_seen", "sun_seen"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SUN_MAP: Final = 768
SKY_MAP: Final = 160
SKY_DIRECTIONS: Final = 14


class Lights(NamedTuple):
    """Light directions and depth maps; a *view* (4, 3) is eye, forward, right and up as in `raster.rectangles`.

    Attributes:
        sun: (3,) unit vector towards the sun or lamp.
        sun_view: (4, 3) view from the sun.
        sun_map: (`SUN_MAP`, `SUN_MAP`) depth of the first object on each sun ray.
        sky: (`SKY_DIRECTIONS`, 3) unit vectors towards parts of the sky.
        sky_views: (`SKY_DIRECTIONS`, 4, 3) view from each part.
        sky_maps: (`SKY_DIRECTIONS`, `SKY_MAP`, `SKY_MAP`) depth of the first object on each ray.
        walls: indices of the big background boxes of a room, which darken their corners.
        indoor: whether this is a room.
        softness: tangent of the sun's apparent size.
        sky_offset: where the clouds start.
    """

    sun: Floats
    sun_view: Floats
    sun_map: npt.NDArray[np.float32]
    sky: Floats
    sky_views: Floats
    sky_maps: npt.NDArray[np.float32]
    walls: Integers
    indoor: bool
    softness: float
    sky_offset: float


def lights_of(solids: Solids, sun: tuple[float, float, float], indoor: bool, seed: int) -> Lights:
    """Light a scene and draw the depth maps of its objects."""
    sky = _sky_directions()
    sun_view, sun_map = _light_map(solids, np.array(sun), SUN_MAP)
    maps = [_light_map(solids, direction, SKY_MAP) for direction in sky]
    return Lights(
        np.array(sun),
        sun_view,
        sun_map,
        sky,
        np.stack([view for view, _ in maps]),
        np.stack([depth for _, depth in maps]),
        _walls(solids) if indoor else np.zeros(0, np.int64),
        indoor,
        0.16 if indoor else 0.07,
        float(seed % 997) * 3.7,
    )


def _sky_directions() -> Floats:
    """Directions of equal cosine weight on the upper half sphere, on a golden-angle spiral."""
    out = []
    for k in range(SKY_DIRECTIONS):
        rise = math.sqrt(1 - (k + 0.5) / (SKY_DIRECTIONS + 1.5))
        flat = math.sqrt(1 - rise * rise)
        cos, sin = cos_sin(20 + 137.508 * k)
        out.append((flat * cos, flat * sin, rise))
    return np.array(out)


def _walls(solids: Solids) -> Integers:
    extents = np.sort(solids.size[:, :3], axis=1) * solids.world_scale[:, None]
    big = solids.background & (solids.shape == 0) & (extents[:, 2] > 1.5) & (extents[:, 1] > 0.8)
    return np.flatnonzero(big)


def _light_map(solids: Solids, toward: Floats, resolution: int) -> tuple[Floats, npt.NDArray[np.float32]]:
    view, rays = _light_view(solids.corners, solids.background, toward)
    boxes = rectangles(solids.corners, view, False, resolution)
    depth, _ = rasterise(solids, rays, boxes, True, resolution)
    return view, depth.astype(np.float32)


@njit(cache=True, error_model="numpy")
def _light_view(
    corners: Floats, background: npt.NDArray[np.bool_], toward: Floats
) -> tuple[Floats, Floats]:
    """View and rays of a parallel light that just covers all objects."""
    view, rays = np.zeros((4, 3)), np.zeros((6, 3))
    f = -toward
    helper = np.array([0.0, 1.0, 0.0]) if abs(f[2]) > 0.95 else np.array([0.0, 0.0, 1.0])
    r = np.array([f[1] * helper[2] - f[2] * helper[1], f[2] * helper[0] - f[0] * helper[2], f[0] * helper[1] - f[1] * helper[0]])
    r = r / np.sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2])
    u = np.array([r[1] * f[2] - r[2] * f[1], r[2] * f[0] - r[0] * f[2], r[0] * f[1] - r[1] * f[0]])
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for i in range(len(corners)):
        if background[i]:
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


@njit(cache=True, error_model="numpy")
def sun_seen(lights: Lights, x: float, y: float, z: float, nx: float, ny: float, nz: float) -> float:
    """Share of the sun that a surface point sees, in [0, 1]; the shadow widens with the distance of its caster.

    Percentage-closer soft shadows (Fernando 2005) on a receiver plane, so that no surface shadows itself.
    """
    view, depths = lights.sun_view, lights.sun_map
    side = len(depths)
    qx, qy, qz = x - view[0, 0], y - view[0, 1], z - view[0, 2]
    depth = qx * view[1, 0] + qy * view[1, 1] + qz * view[1, 2]
    cx = ((qx * view[2, 0] + qy * view[2, 1] + qz * view[2, 2]) + 1) / 2 * side - 0.5
    cy = (1 - (qx * view[3, 0] + qy * view[3, 1] + qz * view[3, 2])) / 2 * side - 0.5
    # World length per texel along each axis of the map, and how the receiver's depth grows per texel.
    across = view[2, 0] * view[2, 0] + view[2, 1] * view[2, 1] + view[2, 2] * view[2, 2]
    along = view[3, 0] * view[3, 0] + view[3, 1] * view[3, 1] + view[3, 2] * view[3, 2]
    texel_x, texel_y = 2 / (np.sqrt(across) * side), 2 / (np.sqrt(along) * side)
    facing = min(nx * view[1, 0] + ny * view[1, 1] + nz * view[1, 2], -0.05)
    slope_x = -(nx * view[2, 0] + ny * view[2, 1] + nz * view[2, 2]) / (across * facing) * (2.0 / side)
    slope_y = (nx * view[3, 0] + ny * view[3, 1] + nz * view[3, 2]) / (along * facing) * (2.0 / side)
    bias = 0.006 + 0.6 * (abs(slope_x) + abs(slope_y))
    search = 1.5 * lights.softness
    blockers, total = 0, 0.0
    for a in range(4):
        for b in range(4):
            ox, oy = (a - 1.5) / 1.5 * search / texel_x, (b - 1.5) / 1.5 * search / texel_y
            ix, iy = int(np.floor(cx + ox + 0.5)), int(np.floor(cy + oy + 0.5))
            if 0 <= ix < side and 0 <= iy < side:
                seen = depths[iy, ix]
                if seen < depth + slope_x * ox + slope_y * oy - bias:
                    blockers += 1
                    total += seen
    if blockers == 0:
        return 1.0
    width = min(max((depth - total / blockers) * lights.softness, 2 * max(texel_x, texel_y)), 2 * search)
    lit = 0.0
    for a in range(5):
        for b in range(5):
            ox, oy = (a - 2) * width / 4 / texel_x, (b - 2) * width / 4 / texel_y
            lit += _lit(depths, cx + ox, cy + oy, depth + slope_x * ox + slope_y * oy - bias)
    return lit / 25


@njit(cache=True, error_model="numpy")
def _lit(depths: npt.NDArray[np.float32], x: float, y: float, depth: float) -> float:
    """Share of the four texels around (x, y) that lie behind `depth`, bilinear; all outside the map is lit."""
    side = len(depths)
    fx, fy = np.floor(x), np.floor(y)
    ix, iy = int(fx), int(fy)
    if ix < 0 or iy < 0 or ix >= side - 1 or iy >= side - 1:
        return 1.0
    fx, fy = x - fx, y - fy
    low = (1 - fx) * (depths[iy, ix] >= depth) + fx * (depths[iy, ix + 1] >= depth)
    high = (1 - fx) * (depths[iy + 1, ix] >= depth) + fx * (depths[iy + 1, ix + 1] >= depth)
    return low * (1 - fy) + high * fy


@njit(cache=True, error_model="numpy")
def sky_seen(lights: Lights, x: float, y: float, z: float, nx: float, ny: float, nz: float) -> float:
    """Share of the sky above a surface point that no object hides, cosine weighted, in [0, 1]."""
    free, total = 0.0, 0.0
    side = lights.sky_maps.shape[1]
    for k in range(len(lights.sky)):
        weight = nx * lights.sky[k, 0] + ny * lights.sky[k, 1] + nz * lights.sky[k, 2] + 0.1
        if weight <= 0:
            continue
        total += weight
        view = lights.sky_views[k]
        qx, qy, qz = x + 0.03 * nx - view[0, 0], y + 0.03 * ny - view[0, 1], z + 0.03 * nz - view[0, 2]
        cx = ((qx * view[2, 0] + qy * view[2, 1] + qz * view[2, 2]) + 1) / 2 * side - 0.5
        cy = (1 - (qx * view[3, 0] + qy * view[3, 1] + qz * view[3, 2])) / 2 * side - 0.5
        depth = qx * view[1, 0] + qy * view[1, 1] + qz * view[1, 2] - 0.05
        free += weight * _lit(lights.sky_maps[k], cx, cy, depth)
    return free / total if total > 0 else 0.6
