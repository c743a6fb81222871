"""Surface patterns, filtered by what a pixel spans: a far pattern fades to its mean colour instead of flickering."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray
from ...runtime.compiled import compiled

__all__ = ["fractal_noise", "noise", "pattern_weight", "photo_tone", "surface_tone"]

Pair = tuple[float, float]

SIDE = 256
"""Pixels per side of a photograph at its finest level."""
ALONG_X, ALONG_Y, ALONG_SEEDS = 374761393, 668265263, 974711
"""By what a step along x, along y and to the next seed changes the key of a lattice point."""
THRICE = 2.0**-16 + 2.0**-32 + 2.0**-48


@compiled(allocates=False)
def lattice(ix: int, iy: int, seed: int) -> float:
    """A fixed random number in [0, 1] for each integer point."""
    return _lattice_value(ix * ALONG_X + iy * ALONG_Y + seed * ALONG_SEEDS)


@compiled(allocates=False)
def _lattice_value(key: int) -> float:
    """A fixed random number in [0, 1], a multiple of 1 / 65535, for each integer."""
    # Products with large odd constants mix low bits upwards, shifts and xors mix them back into the lowest 16, which
    # count. The masks to 32 bits keep the products of hashes within numba's 64-bit integers.
    h = key & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    # The quotient by 65535 repeats the 16 bits for ever. Three repetitions are exact in a double and three more round
    # their sum as a division would, which takes far longer.
    repeated = ((h ^ (h >> 16)) & 0xFFFF) * THRICE
    return repeated + repeated * 2.0**-48


@compiled(allocates=False)
def noise(x: float, y: float, seed: int) -> float:
    """Value noise in [0, 1] with one random value per unit square."""
    fx, fy = np.floor(x), np.floor(y)
    key = int(fx) * ALONG_X + int(fy) * ALONG_Y + seed * ALONG_SEEDS
    fx, fy = x - fx, y - fy
    fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
    a, b = _lattice_value(key), _lattice_value(key + ALONG_X)
    c, d = _lattice_value(key + ALONG_Y), _lattice_value(key + ALONG_X + ALONG_Y)
    low, high = a + (b - a) * fx, c + (d - c) * fx
    value: float = low + (high - low) * fy
    return value


@compiled(allocates=False)
def fractal_noise(x: float, y: float, span: float, seed: int, octaves: int) -> float:
    """Octaves of noise around a mean of 0.5; octaves finer than `span` (the pixel, in noise units) are left out."""
    total, weight, frequency = 0.5, 0.5, 1.0
    for k in range(octaves):
        keep = 1.0 - span * frequency
        if keep <= 0:
            break
        total += weight * min(keep * 1.5, 1.0) * (noise(x * frequency, y * frequency, seed + k) - 0.5)
        weight *= 0.55
        frequency *= 2.1
    return total


@compiled(allocates=False)
def pulse(x: float, span: float, duty: float) -> float:
    """Share of [x - span/2, x + span/2] where the fraction of x is below `duty`: a pulse train, box filtered."""
    span = max(span, 1e-4)
    a, b = x - span / 2, x + span / 2
    whole_a, whole_b = np.floor(a), np.floor(b)
    covered = (whole_b - whole_a) * duty + min(b - whole_b, duty) - min(a - whole_a, duty)
    # Beyond a period the box filter rings: fade to the mean instead.
    keep = min(max(1.6 - 0.8 * span, 0.0), 1.0)
    value: float = duty + keep * (covered / span - duty)
    return value


@compiled(allocates=False)
def pattern_weight(pattern: int, roof: bool, at: Pair, span: Pair, radius: Pair) -> Pair:
    """Share of the pattern's second colour, in [0, 1], and a tone that multiplies the result.

    Args:
        pattern: index into `palette.PATTERNS`.
        roof: whether tiles overlap like shingles.
        at: pattern coordinates u, v.
        span: what a pixel spans in u and v.
        radius: distance from the solid's axis and what a pixel spans in it, for rings.
    """
    u, v = at
    du, dv = span
    if pattern == 0:
        return pulse(u * 3.5, du * 3.5, 0.5), 1.0
    if pattern == 1:
        a, b = 2 * pulse(u * 2.5, du * 2.5, 0.5) - 1, 2 * pulse(v * 2.5, dv * 2.5, 0.5) - 1
        return 0.5 - 0.5 * a * b, 1.0
    if pattern == 2:
        return _dots(u * 5, v * 5, max(du, dv) * 5), 1.0
    if pattern == 3:
        return _planks(u, v * 4, du, dv * 4)
    if pattern == 4:
        return _bricks(u * 2.5, v * 6, du * 2.5, dv * 6, 0.035, 0.09)
    if pattern == 5:
        if roof:
            return _bricks(u * 4, v * 5, du * 4, dv * 5, 0.04, 0.1)
        lines = (1 - pulse(u * 3, du * 3, 0.05)) * (1 - pulse(v * 3, dv * 3, 0.05))
        return 0.85 * (1 - lines), 0.94 + 0.12 * _cell(u * 3, v * 3, max(du, dv) * 3)
    if pattern == 6:
        return 1 - pulse(radius[0] * 3, radius[1] * 3, 0.5), 1.0
    return _texture(pattern, u, v, du, dv)


@compiled(allocates=False)
def _texture(pattern: int, u: float, v: float, du: float, dv: float) -> Pair:
    """The patterns that no caption names."""
    if pattern == 7:
        return 0.0, 1.13 - 0.4 * _grain(u, v, du, dv)
    if pattern == 8:
        stain = fractal_noise(u * 4, v * 4, max(du, dv) * 4, 9, 4)
        return 0.45 * min(max(stain * 1.9 - 0.62, 0.0), 1.0), 1.0
    if pattern == 9:
        return pulse(v * 3, dv * 3, 0.12) * 0.85, 1.0
    if pattern == 10:
        return _text(u * 14, v * 9, du * 14, dv * 9), 1.0
    across = pulse(v * 0.5 + 0.02, dv * 0.5, 0.04)
    return 0.9 * across * pulse(u * 0.6, du * 0.6, 0.5), 1.0


@compiled(allocates=False)
def _cell(u: float, v: float, span: float) -> float:
    """A random number per unit cell, fading to 0.5."""
    keep = min(max(1.4 - span * 2, 0.0), 1.0)
    return 0.5 + keep * (lattice(int(np.floor(u)), int(np.floor(v)), 2) - 0.5)


@compiled(allocates=False)
def _dots(u: float, v: float, span: float) -> float:
    x, y = u - np.floor(u) - 0.5, v - np.floor(v) - 0.5
    edge = max(span, 1e-3)
    inside = min(max((0.3 - np.sqrt(x * x + y * y)) / edge + 0.5, 0.0), 1.0)
    far = min(max(span * 1.6 - 0.8, 0.0), 1.0)
    value: float = inside + (0.28 - inside) * far
    return value


@compiled(allocates=False)
def _planks(u: float, v: float, du: float, dv: float) -> Pair:
    row = int(np.floor(v))
    shifted = u * 0.8 + lattice(row, 7, 4)
    gaps = 1 - (1 - pulse(v + 0.03, dv, 0.06)) * (1 - pulse(shifted, du * 0.8, 0.012))
    keep = min(max(1.4 - dv, 0.0), 1.0)
    board = 0.5 + keep * (lattice(int(np.floor(shifted)), row, 2) - 0.5)
    return 0.75 * gaps, 0.84 + 0.3 * board - 0.16 * _grain(v * 0.25, u + 9.3 * row, dv * 0.25, du)


@compiled(allocates=False)
def _bricks(u: float, v: float, du: float, dv: float, side: float, bed: float) -> Pair:
    row = np.floor(v)
    shifted = u + 0.5 * (row - 2 * np.floor(row / 2))
    lines = (1 - pulse(shifted, du, side)) * (1 - pulse(v, dv, bed))
    return 0.85 * (1 - lines), 0.86 + 0.28 * _cell(shifted, v, max(du, dv))


@compiled(allocates=False)
def _grain(u: float, v: float, du: float, dv: float) -> float:
    """Wood: warped growth rings cut lengthwise along v, in [0, 1]."""
    span = max(du * 9, dv * 0.7)
    rings = u * 9 + 2.4 * fractal_noise(u * 1.5, v * 0.7, max(du * 1.5, dv * 0.7), 5, 3)
    saw = rings - np.floor(rings)
    saw = saw * saw
    keep = min(max(1.3 - span * 1.5, 0.0), 1.0)
    fibre = fractal_noise(u * 60, v * 3, max(du * 60, dv * 3), 6, 2)
    value: float = 0.33 + keep * (saw - 0.33) * 0.8 + 0.5 * (fibre - 0.5)
    return value


@compiled(allocates=False)
def _text(u: float, v: float, du: float, dv: float) -> float:
    line = int(np.floor(v))
    letter = 1.0 if lattice(int(np.floor(u)), line, 8) < 0.75 else 0.0
    keep = min(max(1.4 - du, 0.0), 1.0)
    return 0.85 * pulse(v, dv, 0.5) * (0.75 + keep * (letter - 0.75))


@compiled(allocates=False)
def surface_tone(finish: int, at: Pair, span: Pair) -> float:
    """Fine structure of a finish, as a factor near 1."""
    u, v = at
    wide = max(span[0], span[1])
    if finish == 3:
        return 1.1 - 0.3 * _grain(u, v, span[0], span[1])
    if finish == 4:
        weave = (pulse(u * 40, span[0] * 40, 0.5) - 0.5) * (pulse(v * 40, span[1] * 40, 0.5) - 0.5)
        pile = fractal_noise(u * 24, v * 24, wide * 24, 3, 3) - 0.5
        return 1.0 + 0.35 * weave + 0.4 * pile
    if finish == 8:
        return 0.85 + 0.3 * fractal_noise(u * 16, v * 16, wide * 16, 3, 3)
    if finish == 2:
        return 0.94 + 0.12 * fractal_noise(u * 4, v * 90, max(span[0] * 4, span[1] * 90), 3, 1)
    if finish == 0:
        return 0.87 + 0.26 * fractal_noise(u * 14, v * 14, wide * 14, 3, 3)
    return 1.0


@compiled(allocates=False)
def photo_tone(photos: FloatArray, k: int, u: float, v: float, span: float) -> float:
    """Brightness of photograph k relative to its mean, trilinear from its pyramid (see `photographs`)."""
    side, start, texels = SIDE, 0, span * SIDE
    while texels > 2 and side > 2:
        start += side * side
        side //= 2
        texels /= 2
    near = _bilinear(photos, k, start, side, u, v)
    blend = min(max(texels - 1, 0.0), 1.0)
    if blend == 0:
        return near
    return near + (_bilinear(photos, k, start + side * side, side // 2, u, v) - near) * blend


@compiled(allocates=False)
def _bilinear(photos: FloatArray, k: int, start: int, side: int, u: float, v: float) -> float:
    x, y = (u - np.floor(u)) * side - 0.5, (v - np.floor(v)) * side - 0.5
    fx, fy = np.floor(x), np.floor(y)
    # `side` is a power of two, so & wraps a texel into [0, side), negative ones too: the photograph repeats.
    x0, y0 = int(fx) & (side - 1), int(fy) & (side - 1)
    x1, y1 = (x0 + 1) & (side - 1), (y0 + 1) & (side - 1)
    fx, fy = x - fx, y - fy
    low = photos[k, start + y0 * side + x0] * (1 - fx) + photos[k, start + y0 * side + x1] * fx
    high = photos[k, start + y1 * side + x0] * (1 - fx) + photos[k, start + y1 * side + x1] * fx
    value: float = low * (1 - fy) + high * fy
    return value
