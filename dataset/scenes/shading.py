"""The colour of a surface point: its material under sun, sky and reflections, and the air in between."""

# pragma: no cover - compiled code is invisible to coverage

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .lights import Lights, sky_seen, sun_seen
from .patterns import fractal_noise, noise, pattern_weight, photo_tone, surface_tone
from .solids import (
    BOX,
    CENTER,
    COLORS_AT,
    ELLIPSOID,
    FIT,
    FRUSTUM,
    GABLE,
    INVERSE,
    KIND_BACKGROUND,
    KIND_FINISH,
    KIND_PATTERN,
    KIND_PHOTO,
    KIND_SHAPE,
    SCALE,
    SIZE,
    Solids,
)
from .surfaces import normal_at, pattern_coordinates

__all__ = ["shade"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Depths = npt.NDArray[np.float32]
Pair = tuple[float, float]
Triple = tuple[float, float, float]

# Per finish of `palette.FINISHES`: squarings of the highlight, its strength, mirror share head-on and at grazing.
GLOSS = np.array([0, 5, 5, 4, 2, 7, 8, 3, 4, 0], dtype=np.int64)
HIGHLIGHT = np.array([0.0, 0.28, 0.7, 0.10, 0.03, 0.6, 0.8, 0.07, 0.14, 0.0])
MIRROR = np.array([0.0, 0.03, 0.42, 0.02, 0.0, 0.05, 0.16, 0.015, 0.02, 0.0])
GRAZING = np.array([0.0, 0.30, 0.45, 0.15, 0.06, 0.45, 0.55, 0.10, 0.16, 0.0])
METAL, GLOW = 2, 9
PLANKS, GRAIN, NOISE = 3, 7, 8


@njit(cache=True, error_model="numpy")
def shade(
    solids: Solids,
    lights: Lights,
    photos: Floats,
    rays: Floats,
    pixel: float,
    samples: Floats,
    surface: Integers,
    free: Floats,
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
        free: (n,) share of the sky that each sample sees, see `sky_light`.

    Returns:
        (n, 3) RGB in [0, 1], proportional to light.
    """
    kinds, numbers, sun, walls = solids.kinds, solids.numbers, lights.sun, lights.walls
    sun_view, sun_map, softness, indoor = lights.sun_view, lights.sun_map, lights.softness, lights.indoor
    sky_offset = lights.sky_offset
    out = np.zeros((len(samples), 3))
    for s in range(len(samples)):
        t = samples[s, 2]
        view = _view(rays, samples[s, 0], samples[s, 1])
        if surface[s] < 0:
            out[s, 0], out[s, 1], out[s, 2] = sky_color(view, sky_offset, indoor)
            continue
        i, face = surface[s] // 8, surface[s] % 8
        p = (rays[0, 0] + t * view[0], rays[0, 1] + t * view[1], rays[0, 2] + t * view[2])
        flat, normal, albedo = _surface(kinds, numbers, photos, rays, pixel, i, face, view, t, p)
        facing = normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2]
        direct = 0.0
        if facing > 0 and flat[0] * sun[0] + flat[1] * sun[1] + flat[2] * sun[2] > 0:
            direct = sun_seen(sun_view, sun_map, softness, p, flat)
        open_sky = free[s] * _corner_tone(numbers, walls, i, p) if indoor else free[s]
        length = np.sqrt(view[0] * view[0] + view[1] * view[1] + view[2] * view[2])
        toward = (-view[0] / length, -view[1] / length, -view[2] / length)
        finish = kinds[i, KIND_FINISH]
        color = _diffuse(finish, indoor, albedo, normal, max(facing, 0.0) * direct, open_sky)
        if GRAZING[finish] > 0:
            color = _reflect(finish, indoor, sun, normal, toward, albedo, color, direct, open_sky)
        if not indoor:
            color = _haze(color, t * length)
        out[s, 0], out[s, 1], out[s, 2] = _tone(color[0]), _tone(color[1]), _tone(color[2])
    return out


@njit(cache=True, error_model="numpy")
def sky_light(solids: Solids, lights: Lights, rays: Floats, samples: Floats, surface: Integers, side: int) -> Floats:
    """Share of the sky that each sample sees, (n,).

    With a positive `side` the samples are the pixels of an image of that width: every fourth is computed and the
    others are the mean of their computed neighbours on the same surface, for the light of the sky varies slowly.
    """
    kinds, numbers, views, maps = solids.kinds, solids.numbers, lights.sky_views, lights.sky_maps
    out = np.ones(len(samples))
    for s in range(len(samples)):
        if surface[s] >= 0 and (side == 0 or ((s // side) % 2 == 0 and (s % side) % 2 == 0)):
            out[s] = _sky_at(kinds, numbers, views, maps, rays, samples, surface, s)
    if side == 0:
        return out
    for s in range(len(samples)):
        row, column = s // side, s % side
        if surface[s] < 0 or (row % 2 == 0 and column % 2 == 0):
            continue
        total, count = 0.0, 0
        for y in range(row - row % 2, min(row + row % 2 + 1, side), 2):
            for x in range(column - column % 2, min(column + column % 2 + 1, side), 2):
                if surface[y * side + x] == surface[s]:
                    total += out[y * side + x]
                    count += 1
        out[s] = total / count if count else _sky_at(kinds, numbers, views, maps, rays, samples, surface, s)
    return out


@njit(cache=True, error_model="numpy")
def _sky_at(
    kinds: Integers,
    numbers: Floats,
    views: Floats,
    maps: Depths,
    rays: Floats,
    samples: Floats,
    surface: Integers,
    s: int,
) -> float:
    i, face, t = surface[s] // 8, surface[s] % 8, samples[s, 2]
    view = _view(rays, samples[s, 0], samples[s, 1])
    p = (rays[0, 0] + t * view[0], rays[0, 1] + t * view[1], rays[0, 2] + t * view[2])
    flat = normal_at(numbers, i, kinds[i, KIND_SHAPE], face, 0.0, _own_point(numbers, i, p))
    return sky_seen(views, maps, p, _to_world(numbers, i, flat))


@njit(cache=True, error_model="numpy")
def _view(rays: Floats, gx: float, gy: float) -> Triple:
    return (
        rays[3, 0] + gx * rays[4, 0] + gy * rays[5, 0],
        rays[3, 1] + gx * rays[4, 1] + gy * rays[5, 1],
        rays[3, 2] + gx * rays[4, 2] + gy * rays[5, 2],
    )


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
def _surface(
    kinds: Integers,
    numbers: Floats,
    photos: Floats,
    rays: Floats,
    pixel: float,
    i: int,
    face: int,
    view: Triple,
    t: float,
    p: Triple,
) -> tuple[Triple, Triple, Triple]:
    """The solid's true normal at a point, the normal that light sees, and the albedo."""
    shape = kinds[i, KIND_SHAPE]
    point = _own_point(numbers, i, p)
    flat = normal_at(numbers, i, shape, face, 0.0, point)
    flat_world = _to_world(numbers, i, flat)
    right, down = _pixel_steps(rays, view, t, pixel, flat_world)
    right, down = _own_offset(numbers, i, right), _own_offset(numbers, i, down)
    u, v, du, dv = pattern_coordinates(numbers, i, shape, face, numbers[i, FIT + 1], point, right, down)
    bent, soft = flat, numbers[i, FIT + 2]
    if soft * numbers[i, SCALE] > t * pixel:
        bent = normal_at(numbers, i, shape, face, soft, point)
    if kinds[i, KIND_PATTERN] == NOISE and kinds[i, KIND_BACKGROUND] == 0:
        bent = _ruffle(bent, u, v, max(du, dv))
    radius, spread = np.sqrt(point[0] * point[0] + point[1] * point[1]), du + dv
    if shape == ELLIPSOID or (shape == FRUSTUM and face == 0):
        radius, spread = v + 8.0, dv
    if MIRROR[kinds[i, KIND_FINISH]] > 0 and shape == BOX:
        bent = _bulge(numbers, i, bent, point)
    along = 0.0 if face != 2 and face != 3 else 1.0
    if numbers[i, FIT + 3] == along and shape == BOX and kinds[i, KIND_PATTERN] in (-1, GRAIN):
        # Wood is cut along its grain, which runs along v.
        u, v, du, dv = v, u, dv, du
    albedo = _albedo(kinds, numbers, photos, i, (u, v), (du, dv), (radius, spread))
    return flat_world, _to_world(numbers, i, bent), albedo


@njit(cache=True, error_model="numpy")
def _own_point(numbers: Floats, i: int, p: Triple) -> Triple:
    """A world point in the own frame of solid i."""
    return _own_offset(
        numbers, i, (p[0] - numbers[i, CENTER], p[1] - numbers[i, CENTER + 1], p[2] - numbers[i, CENTER + 2])
    )


@njit(cache=True, error_model="numpy")
def _own_offset(numbers: Floats, i: int, p: Triple) -> Triple:
    m = INVERSE
    return (
        numbers[i, m] * p[0] + numbers[i, m + 1] * p[1] + numbers[i, m + 2] * p[2],
        numbers[i, m + 3] * p[0] + numbers[i, m + 4] * p[1] + numbers[i, m + 5] * p[2],
        numbers[i, m + 6] * p[0] + numbers[i, m + 7] * p[1] + numbers[i, m + 8] * p[2],
    )


@njit(cache=True, error_model="numpy")
def _to_world(numbers: Floats, i: int, n: Triple) -> Triple:
    """A unit world vector from one in the own frame of solid i."""
    m = INVERSE
    x = numbers[i, m] * n[0] + numbers[i, m + 3] * n[1] + numbers[i, m + 6] * n[2]
    y = numbers[i, m + 1] * n[0] + numbers[i, m + 4] * n[1] + numbers[i, m + 7] * n[2]
    z = numbers[i, m + 2] * n[0] + numbers[i, m + 5] * n[1] + numbers[i, m + 8] * n[2]
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
def _bulge(numbers: Floats, i: int, n: Triple, point: Triple) -> Triple:
    """A face that is not perfectly flat, so that what it mirrors changes across it."""
    return (
        n[0] + 0.12 * point[0] / numbers[i, SIZE],
        n[1] + 0.12 * point[1] / numbers[i, SIZE + 1],
        n[2] + 0.12 * point[2] / numbers[i, SIZE + 2],
    )


@njit(cache=True, error_model="numpy")
def _albedo(kinds: Integers, numbers: Floats, photos: Floats, i: int, at: Pair, span: Pair, radius: Pair) -> Triple:
    """Share of red, green and blue light that solid i returns at pattern coordinates `at`."""
    u, v = at
    pattern, photo = kinds[i, KIND_PATTERN], kinds[i, KIND_PHOTO]
    weight, tone = 0.0, 1.0
    if photo >= 0:
        tone = _ground_tone(photos, photo, u, v, span)
    else:
        if pattern >= 0:
            f = numbers[i, FIT]
            roof = kinds[i, KIND_SHAPE] == GABLE
            weight, tone = pattern_weight(
                pattern, roof, (u * f, v * f), (span[0] * f, span[1] * f), (radius[0] * f, radius[1] * f)
            )
        if pattern != PLANKS and pattern != GRAIN:
            tone *= surface_tone(kinds[i, KIND_FINISH], at, span)
    at_color = COLORS_AT
    red, green, blue = numbers[i, at_color], numbers[i, at_color + 1], numbers[i, at_color + 2]
    if photo >= 0:
        patches = fractal_noise(u * 0.45, v * 0.45, max(span[0], span[1]) * 0.45, 5, 4) - 0.5
        tone *= 0.95 + 0.4 * patches
        if photo == 0:
            # Grass is yellower where it is dry.
            red += 0.05 + 0.15 * patches
            blue -= 0.05 + 0.08 * patches
    dark = 0.35 if pattern == PLANKS else 1.0
    return (
        tone * (red + (dark * numbers[i, at_color + 3] - red) * weight),
        tone * (green + (dark * numbers[i, at_color + 4] - green) * weight),
        tone * (blue + (dark * numbers[i, at_color + 5] - blue) * weight),
    )


@njit(cache=True, error_model="numpy")
def _ground_tone(photos: Floats, k: int, u: float, v: float, span: Pair) -> float:
    """Two scales of photograph k, so that its repetition does not show."""
    tile = 1.9 if k == 0 else 1.5
    wide, narrow = max(span[0], span[1]), min(span[0], span[1])
    texel = max(wide / 5, narrow) / tile
    fine = photo_tone(photos, k, u / tile, v / tile, texel)
    far = tile * 2.7
    coarse = photo_tone(photos, k, (u * 0.83 - v * 0.55) / far, (u * 0.55 + v * 0.83) / far, texel / 2.7)
    return 0.25 + 0.45 * fine + 0.3 * coarse


@njit(cache=True, error_model="numpy")
def _corner_tone(numbers: Floats, walls: Integers, i: int, p: Triple) -> float:
    """Rooms are darker where floor and walls meet."""
    tone = 1.0
    for k in range(len(walls)):
        wall = walls[k]
        if wall == i:
            continue
        x, y, z = _own_point(numbers, wall, p)
        gap = max(abs(x) - numbers[wall, SIZE], abs(y) - numbers[wall, SIZE + 1], abs(z) - numbers[wall, SIZE + 2], 0.0)
        gap *= numbers[wall, SCALE]
        if gap < 0.9:
            near = 1 - gap / 0.9
            tone *= 1 - 0.38 * near * near
    return tone


@njit(cache=True, error_model="numpy")
def _diffuse(finish: int, indoor: bool, albedo: Triple, n: Triple, direct: float, free: float) -> Triple:
    """What a surface returns of the sun and of the sky or room around it."""
    if finish == GLOW:
        return albedo[0] * 1.15, albedo[1] * 1.15, albedo[2] * 1.15
    high, free = 0.5 + 0.5 * n[2], 0.15 + 0.85 * free
    if indoor:
        return (
            albedo[0] * (0.68 * direct + (0.36 + 0.18 * high) * free),
            albedo[1] * (0.645 * direct + (0.345 + 0.18 * high) * free),
            albedo[2] * (0.58 * direct + (0.325 + 0.18 * high) * free),
        )
    return (
        albedo[0] * (0.88 * direct + (0.25 + 0.16 * high) * free),
        albedo[1] * (0.84 * direct + (0.25 + 0.185 * high) * free),
        albedo[2] * (0.75 * direct + (0.245 + 0.235 * high) * free),
    )


@njit(cache=True, error_model="numpy")
def _haze(color: Triple, distance: float) -> Triple:
    """Aerial perspective."""
    share = min(max((distance - 13) / 75, 0.0), 0.42)
    return (
        color[0] + (0.68 - color[0]) * share,
        color[1] + (0.79 - color[1]) * share,
        color[2] + (0.92 - color[2]) * share,
    )


@njit(cache=True, error_model="numpy")
def _reflect(
    finish: int,
    indoor: bool,
    sun: Floats,
    n: Triple,
    toward: Triple,
    albedo: Triple,
    color: Triple,
    direct: float,
    free: float,
) -> Triple:
    """Adds what the surface mirrors, the surroundings and the sun, to its own colour."""
    cos = max(toward[0] * n[0] + toward[1] * n[1] + toward[2] * n[2], 0.0)
    rx, ry, rz = 2 * cos * n[0] - toward[0], 2 * cos * n[1] - toward[1], 2 * cos * n[2] - toward[2]
    graze = (1 - cos) * (1 - cos)
    share = MIRROR[finish] + GRAZING[finish] * graze * graze
    red, green, blue = _surroundings(indoor, rx, ry, rz, 0.5 if finish == METAL else 0.22)
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
