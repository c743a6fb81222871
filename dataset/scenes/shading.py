"""The colour of a surface point: its material under sun, sky and reflections, and the air in between."""

# pragma: no cover - compiled code is invisible to coverage

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .lights import Lights, sky_seen, sun_seen
from .patterns import fractal_noise, noise, pattern_weight, photo_tone, surface_tone
from .solids import Solids
from .surfaces import normal_at, pattern_coordinates

__all__ = ["shade"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Triple = tuple[float, float, float]

# Per finish of `palette.FINISHES`: squarings of the highlight, its strength, mirror share head-on and at grazing.
GLOSS = np.array([0, 5, 5, 4, 2, 7, 8, 3, 4, 0], dtype=np.int64)
HIGHLIGHT = np.array([0.0, 0.28, 0.7, 0.10, 0.03, 0.6, 0.8, 0.07, 0.14, 0.0])
MIRROR = np.array([0.0, 0.03, 0.42, 0.02, 0.0, 0.05, 0.16, 0.015, 0.02, 0.0])
GRAZING = np.array([0.0, 0.30, 0.45, 0.15, 0.06, 0.45, 0.55, 0.10, 0.16, 0.0])
METAL, GLASS, GLOW = 2, 6, 9


@njit(cache=True, error_model="numpy")
def shade(
    solids: Solids, lights: Lights, photos: Floats, rays: Floats, pixel: float, samples: Floats, surface: Integers
) -> Floats:
    """Colours of samples.

    Args:
        solids: the scene.
        lights: its light.
        photos: (photographs, levels) pyramids of ground photographs.
        rays: (6, 3) the camera's rays, see `raster.rasterise`.
        pixel: size of a pixel in image coordinates.
        samples: (n, 3) image x, image y and depth.
        surface: (n,) the surface that each sample sees, -1 for the sky.

    Returns:
        (n, 3) RGB in [0, 1], proportional to light.
    """
    out = np.zeros((len(samples), 3))
    for s in range(len(samples)):
        gx, gy, t = samples[s, 0], samples[s, 1], samples[s, 2]
        view = (
            rays[3, 0] + gx * rays[4, 0] + gy * rays[5, 0],
            rays[3, 1] + gx * rays[4, 1] + gy * rays[5, 1],
            rays[3, 2] + gx * rays[4, 2] + gy * rays[5, 2],
        )
        if surface[s] < 0:
            out[s, 0], out[s, 1], out[s, 2] = sky_color(view, lights.sky_offset, lights.indoor)
            continue
        i, face = surface[s] // 8, surface[s] % 8
        red, green, blue = _surface_color(solids, lights, photos, rays, pixel, i, face, view, t)
        out[s, 0], out[s, 1], out[s, 2] = _tone(red), _tone(green), _tone(blue)
    return out


@njit(cache=True, error_model="numpy")
def _tone(light: float) -> float:
    """Keeps light below 0.7 as it is and rolls off towards 1 above."""
    if light <= 0.7:
        return max(light, 0.0)
    over = (light - 0.7) / 0.3
    return 0.7 + 0.3 * over / (1 + over)


@njit(cache=True, error_model="numpy")
def sky_color(view: Triple, offset: float, indoor: bool) -> Triple:
    """The sky in a direction of any length: a gradient with drifting clouds; plain and dim in a room."""
    x, y, z = view
    length = np.sqrt(x * x + y * y + z * z)
    x, y, z = x / length, y / length, z / length
    if indoor:
        return 0.62, 0.60, 0.56
    rise = min(max(z * 2.2, 0.0), 1.0)
    fade = rise * (2 - rise)
    red, green, blue = 0.66 - 0.48 * fade, 0.80 - 0.38 * fade, 0.93 - 0.15 * fade
    if z > 0:
        height = 1.0 / (z + 0.10)
        # Cloud noise per direction: one pixel spans about 0.002 of a radian, stretched by the height.
        body = fractal_noise(x * height * 0.9 + offset, y * height * 0.55, 0.006 * height * height * 0.3, 77, 5)
        cloud = min(max(body * 2.9 - 1.35, 0.0), 1.0) * min(z * 9, 1.0)
        cloud = cloud * (2 - cloud) * 0.92
        white = 0.97 - 0.16 * min(max(body * 2.6 - 1.5, 0.0), 1.0)
        red, green, blue = (
            red + (white - red) * cloud,
            green + (white - green) * cloud,
            blue + (white + 0.02 - blue) * cloud,
        )
    return red, green, blue


@njit(cache=True, error_model="numpy")
def _surface_color(
    solids: Solids,
    lights: Lights,
    photos: Floats,
    rays: Floats,
    pixel: float,
    i: int,
    face: int,
    view: Triple,
    t: float,
) -> Triple:
    m = solids.inverse[i]
    shape, size, planes = solids.shape[i], solids.size[i], solids.planes[i]
    px, py, pz = rays[0, 0] + t * view[0], rays[0, 1] + t * view[1], rays[0, 2] + t * view[2]
    point = _turn(m, px - solids.center[i, 0], py - solids.center[i, 1], pz - solids.center[i, 2])
    flat = normal_at(shape, size, planes, face, 0.0, point[0], point[1], point[2])
    flat_world = _turn_back(m, flat)
    distance = np.sqrt(view[0] * view[0] + view[1] * view[1] + view[2] * view[2])
    toward = (-view[0] / distance, -view[1] / distance, -view[2] / distance)
    right, down = _pixel_steps(rays, view, t, pixel, flat_world)
    right_own, down_own = _turn(m, right[0], right[1], right[2]), _turn(m, down[0], down[1], down[2])
    wide = t * distance * pixel / solids.world_scale[i]
    soft = min(solids.fit[i, 2], size[0])
    bent = normal_at(shape, size, planes, face, soft, point[0], point[1], point[2]) if soft > wide else flat
    u, v, du, dv = pattern_coordinates(shape, size, planes, face, solids.fit[i, 1], point, right_own, down_own)
    if solids.pattern[i] == 8 and not solids.background[i]:
        bent = _ruffle(bent, u, v, max(du, dv))
    normal = _turn_back(m, bent)
    red, green, blue = _albedo(solids, photos, i, face, point, right_own, down_own, (u, v), (du, dv), t)
    return _light(solids, lights, i, (px, py, pz), flat_world, normal, toward, (red, green, blue), t * distance)


@njit(cache=True, error_model="numpy")
def _turn(m: Floats, x: float, y: float, z: float) -> Triple:
    return (
        m[0, 0] * x + m[0, 1] * y + m[0, 2] * z,
        m[1, 0] * x + m[1, 1] * y + m[1, 2] * z,
        m[2, 0] * x + m[2, 1] * y + m[2, 2] * z,
    )


@njit(cache=True, error_model="numpy")
def _turn_back(m: Floats, n: Triple) -> Triple:
    """A unit world vector from one in the own frame."""
    x = m[0, 0] * n[0] + m[1, 0] * n[1] + m[2, 0] * n[2]
    y = m[0, 1] * n[0] + m[1, 1] * n[1] + m[2, 1] * n[2]
    z = m[0, 2] * n[0] + m[1, 2] * n[1] + m[2, 2] * n[2]
    length = np.sqrt(x * x + y * y + z * z) + 1e-12
    return x / length, y / length, z / length


@njit(cache=True, error_model="numpy")
def _pixel_steps(rays: Floats, view: Triple, t: float, pixel: float, n: Triple) -> tuple[Triple, Triple]:
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


@njit(cache=True, error_model="numpy")
def _ruffle(n: Triple, u: float, v: float, span: float) -> Triple:
    """A leafy normal."""
    length = np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-12
    keep = min(max(1.5 - span * 12, 0.0), 1.0) * 1.5
    x = keep * (noise(u * 13, v * 13, 21) - 0.5)
    y = keep * (noise(u * 13, v * 13, 22) - 0.5)
    z = keep * (noise(u * 13, v * 13, 23) - 0.5)
    return n[0] / length + x, n[1] / length + y, n[2] / length + z


@njit(cache=True, error_model="numpy")
def _albedo(
    solids: Solids,
    photos: Floats,
    i: int,
    face: int,
    point: Triple,
    right: Triple,
    down: Triple,
    at: tuple[float, float],
    span: tuple[float, float],
    depth: float,
) -> Triple:
    """Share of red, green and blue light that the surface returns at a point."""
    u, v = at
    colors = solids.colors[i]
    weight, tone = 0.0, 1.0
    if solids.photo[i] >= 0:
        tone = _ground_tone(photos[solids.photo[i]], u, v, span, 1.9 if solids.photo[i] == 0 else 1.5)
    else:
        if solids.pattern[i] >= 0:
            f = solids.fit[i, 0]
            radius = np.sqrt(point[0] * point[0] + point[1] * point[1])
            spread = abs(right[0]) + abs(right[1]) + abs(down[0]) + abs(down[1])
            if solids.shape[i] == 1 or (solids.shape[i] == 2 and face == 0):
                radius, spread = v + 8.0, span[1]
            weight, tone = pattern_weight(
                solids.pattern[i], solids.shape[i] == 4, (u * f, v * f), (span[0] * f, span[1] * f), (radius * f, spread * f)
            )
        if solids.pattern[i] != 3 and solids.pattern[i] != 7:
            tone *= surface_tone(solids.finish[i], at, span)
    if solids.background[i]:
        wide = max(span[0], span[1])
        tone *= 0.86 + 0.28 * fractal_noise(u * 0.37, v * 0.37, wide * 0.37, 5, 3)
    dark = 0.35 if solids.pattern[i] == 3 else 1.0
    return (
        tone * (colors[0] + (dark * colors[3] - colors[0]) * weight),
        tone * (colors[1] + (dark * colors[4] - colors[1]) * weight),
        tone * (colors[2] + (dark * colors[5] - colors[2]) * weight),
    )


@njit(cache=True, error_model="numpy")
def _ground_tone(levels: Floats, u: float, v: float, span: tuple[float, float], tile: float) -> float:
    """Two scales of one photograph, so that its repetition does not show."""
    wide, narrow = max(span[0], span[1]), min(span[0], span[1])
    texel = max(wide / 5, narrow) / tile
    fine = photo_tone(levels, u / tile, v / tile, texel)
    coarse = photo_tone(levels, (u * 0.83 - v * 0.55) / tile / 2.7, (u * 0.55 + v * 0.83) / tile / 2.7, texel / 2.7)
    return 0.25 + 0.45 * fine + 0.3 * coarse


@njit(cache=True, error_model="numpy")
def _corner_tone(solids: Solids, walls: Integers, i: int, p: Triple) -> float:
    """Rooms are darker where floor and walls meet."""
    tone = 1.0
    for wall in walls:
        if wall == i:
            continue
        m = solids.inverse[wall]
        c = solids.center[wall]
        x, y, z = _turn(m, p[0] - c[0], p[1] - c[1], p[2] - c[2])
        gap = max(abs(x) - solids.size[wall, 0], abs(y) - solids.size[wall, 1], abs(z) - solids.size[wall, 2])
        gap = max(gap * solids.world_scale[wall], 0.0)
        if gap < 0.9:
            near = 1 - gap / 0.9
            tone *= 1 - 0.38 * near * near
    return tone


@njit(cache=True, error_model="numpy")
def _light(
    solids: Solids,
    lights: Lights,
    i: int,
    p: Triple,
    flat: Triple,
    n: Triple,
    toward: Triple,
    albedo: Triple,
    distance: float,
) -> Triple:
    finish = solids.finish[i]
    sun = lights.sun
    facing = max(n[0] * sun[0] + n[1] * sun[1] + n[2] * sun[2], 0.0)
    shown = flat[0] * sun[0] + flat[1] * sun[1] + flat[2] * sun[2]
    direct = sun_seen(lights, p[0], p[1], p[2], flat[0], flat[1], flat[2]) if shown > 0 and facing > 0 else 0.0
    free = sky_seen(lights, p[0], p[1], p[2], flat[0], flat[1], flat[2])
    if lights.indoor:
        free *= _corner_tone(solids, lights.walls, i, p)
    high = 0.5 + 0.5 * n[2]
    direct_light, open_light = facing * direct, 0.15 + 0.85 * free
    if lights.indoor:
        light = (
            0.68 * direct_light + (0.36 + 0.18 * high) * open_light,
            0.645 * direct_light + (0.345 + 0.18 * high) * open_light,
            0.58 * direct_light + (0.325 + 0.18 * high) * open_light,
        )
    else:
        light = (
            0.88 * direct_light + (0.25 + 0.16 * high) * open_light,
            0.84 * direct_light + (0.25 + 0.185 * high) * open_light,
            0.75 * direct_light + (0.245 + 0.235 * high) * open_light,
        )
    if finish == GLOW:
        light = (1.15, 1.15, 1.15)
    color = (albedo[0] * light[0], albedo[1] * light[1], albedo[2] * light[2])
    if MIRROR[finish] > 0 or GRAZING[finish] > 0:
        color = _reflect(lights, finish, n, toward, albedo, color, direct * (facing > 0), free)
    if lights.indoor:
        return color
    haze = min(max((distance - 9) / 55, 0.0), 0.5)
    return color[0] + (0.68 - color[0]) * haze, color[1] + (0.79 - color[1]) * haze, color[2] + (0.92 - color[2]) * haze


@njit(cache=True, error_model="numpy")
def _reflect(
    lights: Lights, finish: int, n: Triple, toward: Triple, albedo: Triple, color: Triple, direct: float, free: float
) -> Triple:
    """Adds what the surface mirrors, the surroundings and the sun, to its own colour."""
    sun = lights.sun
    cos = max(toward[0] * n[0] + toward[1] * n[1] + toward[2] * n[2], 0.0)
    rx, ry, rz = 2 * cos * n[0] - toward[0], 2 * cos * n[1] - toward[1], 2 * cos * n[2] - toward[2]
    graze = (1 - cos) * (1 - cos)
    share = MIRROR[finish] + GRAZING[finish] * graze * graze
    red, green, blue = _surroundings(lights.indoor, rx, ry, rz, 0.5 if finish == METAL else 0.22)
    hidden = 0.25 + 0.75 * free
    if finish == METAL:
        top = max(albedo[0], albedo[1], albedo[2]) + 0.04
        tint = 0.25 + 0.75 * min(top * 1.2, 1.0)
        red, green, blue = red * albedo[0] / top * tint, green * albedo[1] / top * tint, blue * albedo[2] / top * tint
    hx, hy, hz = toward[0] + sun[0], toward[1] + sun[1], toward[2] + sun[2]
    length = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-12
    spark = max((hx * n[0] + hy * n[1] + hz * n[2]) / length, 0.0)
    for _ in range(GLOSS[finish]):
        spark = spark * spark
    spark *= HIGHLIGHT[finish] * direct
    keep = 1 - share
    share *= hidden
    return (
        color[0] * keep + red * share + spark,
        color[1] * keep + green * share + spark,
        color[2] * keep + blue * share + spark * 0.95,
    )


@njit(cache=True, error_model="numpy")
def _surroundings(indoor: bool, x: float, y: float, z: float, rough: float) -> Triple:
    """What a mirror would show: sky over ground, or a room with a bright window behind the viewer."""
    up = min(max(0.5 + z / (2 * rough), 0.0), 1.0)
    up = up * up * (3 - 2 * up)
    if not indoor:
        fade = min(max(z, 0.0), 1.0)
        return 0.30 + up * (0.62 - 0.42 * fade), 0.29 + up * (0.68 - 0.30 * fade), 0.26 + up * (0.74 - 0.16 * fade)
    red, green, blue = 0.30 + 0.36 * up, 0.28 + 0.36 * up, 0.26 + 0.35 * up
    if y < 0:
        wx, wz = abs(x / (-y + 1e-9) + 0.55), abs(z / (-y + 1e-9) - 0.75)
        inside = min(max((0.42 - wx) / 0.08 + 0.5, 0.0), 1.0) * min(max((0.5 - wz) / 0.08 + 0.5, 0.0), 1.0)
        bars = min(min(wx, wz) / 0.05, 1.0)
        inside *= bars
        red, green, blue = red + (1.5 - red) * inside, green + (1.5 - green) * inside, blue + (1.45 - blue) * inside
    return red, green, blue
