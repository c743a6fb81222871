"""The colour of a surface point: its material under sun, sky and reflections, and the air in between."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import Float32Array, FloatArray, IntArray
from ...runtime.compiled import compiled
from .lights import Lights, sun_seen
from .materials import GRAIN, NOISE, albedo_at, bulged, ruffled
from .reflectance import GRAZING, MIRROR, diffuse, hazed, mirrored, rolled_off, sky_color
from .shadow_bounds import SunBounds
from .solids import (
    BOX,
    ELLIPSOID,
    FIT,
    FRUSTUM,
    KIND_BACKGROUND,
    KIND_FINISH,
    KIND_PATTERN,
    KIND_SHAPE,
    SCALE,
    SIZE,
    Solids,
)
from .surfaces import is_polyhedron, normal_at, own_offset, own_point, pattern_coordinates, to_world, view_at

__all__ = ["color_at", "shade"]

Triple = tuple[float, float, float]


def shade(
    solids: Solids,
    lights: Lights,
    bounds: SunBounds,
    photos: FloatArray,
    rays: FloatArray,
    pixel: float,
    samples: FloatArray,
    surface: IntArray,
    free: FloatArray,
    normals: FloatArray,
) -> FloatArray:
    """Colours of samples.

    Args:
        solids: the scene.
        lights: its light.
        bounds: on the sun's map.
        photos: (photographs, levels) pyramids of ground photographs.
        rays: (6, 3) the camera's rays, see `raster.rasterise`.
        pixel: size of a pixel in image coordinates.
        samples: (n, 3) image x, image y and depth.
        surface: (n,) the surface that each sample sees, -1 for the sky.
        free: (n,) share of the sky that each sample sees, see `sky.sky_light`.
        normals: (solids, 8, 3) of flat faces, see `surfaces.face_normals`.

    Returns:
        (n, 3) RGB in [0, 1], proportional to light.
    """
    out = np.empty((len(samples), 3))
    fill_colors(solids, lights, bounds, photos, rays, pixel, samples, surface, free, normals, out)
    return out


@compiled(allocates=False)
def fill_colors(
    solids: Solids,
    lights: Lights,
    bounds: SunBounds,
    photos: FloatArray,
    rays: FloatArray,
    pixel: float,
    samples: FloatArray,
    surface: IntArray,
    free: FloatArray,
    normals: FloatArray,
    out: FloatArray,
) -> None:
    """Compute `shade` into `out`."""
    kinds, numbers, sun, walls = solids.kinds, solids.numbers, lights.sun, lights.walls
    sun_view, sun_map, softness, indoor = lights.sun_view, lights.sun_map, lights.softness, lights.indoor
    for s in range(len(samples)):
        gx, gy, t = samples[s, 0], samples[s, 1], samples[s, 2]
        if surface[s] < 0:
            color = sky_color(view_at(rays, gx, gy), lights.sky_offset, indoor)
        else:
            color = color_at(
                kinds,
                numbers,
                photos,
                rays,
                pixel,
                sun,
                sun_view,
                sun_map,
                softness,
                indoor,
                walls,
                gx,
                gy,
                t,
                surface[s],
                free[s],
                bounds,
                normals,
            )
        out[s, 0], out[s, 1], out[s, 2] = color


@compiled(allocates=False, forceinline=True)
def color_at(
    kinds: IntArray,
    numbers: FloatArray,
    photos: FloatArray,
    rays: FloatArray,
    pixel: float,
    sun: FloatArray,
    sun_view: FloatArray,
    sun_map: Float32Array,
    softness: float,
    indoor: bool,
    walls: IntArray,
    gx: float,
    gy: float,
    t: float,
    surface: int,
    free: float,
    bounds: SunBounds | None = None,
    normals: FloatArray | None = None,
) -> Triple:
    """Colour of one sample that sees a surface: image x, image y, depth, surface, share of the sky; see `shade`.

    The bounds and the normals of flat faces give the same result sooner.
    """
    view = view_at(rays, gx, gy)
    i, face = surface // 8, surface % 8
    p = (rays[0, 0] + t * view[0], rays[0, 1] + t * view[1], rays[0, 2] + t * view[2])
    flat, normal, albedo = _surface(kinds, numbers, photos, rays, pixel, i, face, view, t, p, normals)
    facing = normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]
    direct = 0.0
    if facing > 0 and flat[0] * sun[0] + flat[1] * sun[1] + flat[2] * sun[2] > 0:
        direct = sun_seen(sun_view, sun_map, softness, p, flat, bounds)
    open_sky = free * _corner_tone(numbers, walls, i, p) if indoor else free
    length = np.sqrt(view[0] * view[0] + view[1] * view[1] + view[2] * view[2])
    toward = (-view[0] / length, -view[1] / length, -view[2] / length)
    finish = kinds[i, KIND_FINISH]
    color = diffuse(finish, indoor, albedo, normal, max(facing, 0.0) * direct, open_sky)
    if GRAZING[finish] > 0:
        color = mirrored(finish, indoor, sun, normal, toward, albedo, color, direct, open_sky)
    if not indoor:
        color = hazed(color, t * length)
    return rolled_off(color[0]), rolled_off(color[1]), rolled_off(color[2])


@compiled(allocates=False, forceinline=True)
def _surface(
    kinds: IntArray,
    numbers: FloatArray,
    photos: FloatArray,
    rays: FloatArray,
    pixel: float,
    i: int,
    face: int,
    view: Triple,
    t: float,
    p: Triple,
    normals: FloatArray | None,
) -> tuple[Triple, Triple, Triple]:
    """The solid's true normal at a point, the normal that light sees, and the albedo."""
    shape = kinds[i, KIND_SHAPE]
    point = own_point(numbers, i, p)
    flat = normal_at(numbers, i, shape, face, 0.0, point)
    if normals is not None and is_polyhedron(shape):
        flat_world = (normals[i, face, 0], normals[i, face, 1], normals[i, face, 2])
    else:
        flat_world = to_world(numbers, i, flat)
    right, down = _pixel_steps(rays, view, t, pixel, flat_world)
    right, down = own_offset(numbers, i, right), own_offset(numbers, i, down)
    u, v, du, dv = pattern_coordinates(numbers, i, shape, face, numbers[i, FIT + 1], point, right, down)
    bent, is_bent, soft = flat, False, numbers[i, FIT + 2]
    if soft * numbers[i, SCALE] > t * pixel:
        bent = normal_at(numbers, i, shape, face, soft, point)
        is_bent = bent[0] != flat[0] or bent[1] != flat[1] or bent[2] != flat[2]
    if kinds[i, KIND_PATTERN] == NOISE and kinds[i, KIND_BACKGROUND] == 0:
        is_bent = True
        bent = ruffled(bent, u, v, max(du, dv))
    radius, spread = np.sqrt(point[0] * point[0] + point[1] * point[1]), du + dv
    if shape == ELLIPSOID or (shape == FRUSTUM and face == 0):
        radius, spread = v + 8.0, dv
    if MIRROR[kinds[i, KIND_FINISH]] > 0 and shape == BOX:
        is_bent = True
        bent = bulged(numbers, i, bent, point)
    along = 0.0 if face != 2 and face != 3 else 1.0
    if numbers[i, FIT + 3] == along and shape == BOX and kinds[i, KIND_PATTERN] in (-1, GRAIN):
        # Wood is cut along its grain, which runs along v.
        u, v, du, dv = v, u, dv, du
    albedo = albedo_at(kinds, numbers, photos, i, (u, v), (du, dv), (radius, spread))
    return flat_world, to_world(numbers, i, bent) if is_bent else flat_world, albedo


@compiled(allocates=False)
def _pixel_steps(rays: FloatArray, view: Triple, t: float, pixel: float, n: Triple) -> tuple[Triple, Triple]:
    """How the surface point moves in the world with one pixel right and one pixel down (Igehy 1999)."""
    facing = n[0] * view[0] + n[1] * view[1] + n[2] * view[2]
    facing = min(facing, -0.02)
    step = t * pixel
    across = (n[0] * rays[4, 0] + n[1] * rays[4, 1] + n[2] * rays[4, 2]) / facing
    along = (n[0] * rays[5, 0] + n[1] * rays[5, 1] + n[2] * rays[5, 2]) / facing
    right = (
        step * (rays[4, 0] - across * view[0]),
        step * (rays[4, 1] - across * view[1]),
        step * (rays[4, 2] - across * view[2]),
    )
    down = (
        step * (rays[5, 0] - along * view[0]),
        step * (rays[5, 1] - along * view[1]),
        step * (rays[5, 2] - along * view[2]),
    )
    return right, down


@compiled(allocates=False)
def _corner_tone(numbers: FloatArray, walls: IntArray, i: int, p: Triple) -> float:
    """Rooms are darker where floor and walls meet."""
    tone = 1.0
    for k in range(len(walls)):
        wall = walls[k]
        if wall == i:
            continue
        x, y, z = own_point(numbers, wall, p)
        gap = max(abs(x) - numbers[wall, SIZE], abs(y) - numbers[wall, SIZE + 1], abs(z) - numbers[wall, SIZE + 2], 0.0)
        gap *= numbers[wall, SCALE]
        if gap < 0.9:
            near = 1 - gap / 0.9
            tone *= 1 - 0.38 * near * near
    return tone
