"""How light and surfaces meet: diffuse and mirrored light, the sky, the air, and the limits of an image."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray
from ...runtime.compiled import compiled
from .patterns import fractal_noise

__all__ = ["GRAZING", "MIRROR", "diffuse", "hazed", "mirrored", "rolled_off", "sky_color"]

Triple = tuple[float, float, float]

# Per finish of `palette.FINISHES`: squarings of the highlight, its strength, mirror share head-on and at grazing.
GLOSS = np.array([0, 6, 5, 5, 2, 7, 8, 3, 5, 0], dtype=np.int64)
HIGHLIGHT = np.array([0.0, 0.18, 0.6, 0.07, 0.02, 0.45, 0.6, 0.05, 0.10, 0.0])
MIRROR = np.array([0.0, 0.03, 0.42, 0.02, 0.0, 0.05, 0.07, 0.015, 0.02, 0.0])
GRAZING = np.array([0.0, 0.30, 0.45, 0.15, 0.06, 0.45, 0.45, 0.10, 0.16, 0.0])
METAL, GLOW = 2, 9


@compiled(allocates=False)
def rolled_off(light: float) -> float:
    """Light, unchanged below 0.7 and rolled off towards 1 above."""
    if light <= 0.7:
        return max(light, 0.0)
    over = (light - 0.7) / 0.3
    return 0.7 + 0.3 * over / (1 + over)


@compiled(allocates=False)
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


@compiled(allocates=False)
def diffuse(finish: int, indoor: bool, albedo: Triple, n: Triple, direct: float, free: float) -> Triple:
    """What a surface returns of the sun and of the sky or room around it."""
    if finish == GLOW:
        return albedo[0] * 1.15, albedo[1] * 1.15, albedo[2] * 1.15
    high, free = 0.5 + 0.5 * n[2], 0.36 + 0.64 * free
    if indoor:
        return (
            albedo[0] * (0.60 * direct + (0.42 + 0.18 * high) * free),
            albedo[1] * (0.57 * direct + (0.405 + 0.18 * high) * free),
            albedo[2] * (0.515 * direct + (0.385 + 0.18 * high) * free),
        )
    return (
        albedo[0] * (0.86 * direct + (0.28 + 0.16 * high) * free),
        albedo[1] * (0.82 * direct + (0.28 + 0.185 * high) * free),
        albedo[2] * (0.735 * direct + (0.275 + 0.23 * high) * free),
    )


@compiled(allocates=False)
def hazed(color: Triple, distance: float) -> Triple:
    """Aerial perspective."""
    share = min(max((distance - 13) / 75, 0.0), 0.42)
    return (
        color[0] + (0.68 - color[0]) * share,
        color[1] + (0.79 - color[1]) * share,
        color[2] + (0.92 - color[2]) * share,
    )


@compiled(allocates=False)
def mirrored(
    finish: int,
    indoor: bool,
    sun: FloatArray,
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
        tint = 1.3 * (0.25 + 0.75 * min(top * 1.2, 1.0))
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


@compiled(allocates=False)
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
