"""What a surface is made of: its albedo and the small unevenness of its normal."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from .patterns import fractal_noise, noise, pattern_weight, photo_tone, surface_tone
from .solids import (
    COLORS_AT,
    FIT,
    GABLE,
    KIND_FINISH,
    KIND_PATTERN,
    KIND_PHOTO,
    KIND_SHAPE,
    SIZE,
)

__all__ = ["GRAIN", "NOISE", "PLANKS", "albedo_at", "bulged", "ruffled"]

Pair = tuple[float, float]
Triple = tuple[float, float, float]

PLANKS, GRAIN, NOISE = 3, 7, 8
"""Indices into `palette.PATTERNS`."""


@compiled(allocates=False)
def ruffled(n: Triple, u: float, v: float, span: float) -> Triple:
    """A leafy normal."""
    length = np.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-12
    keep = min(max(1.5 - span * 12, 0.0), 1.0) * 1.5
    x = keep * (noise(u * 13, v * 13, 21) - 0.5)
    y = keep * (noise(u * 13, v * 13, 22) - 0.5)
    z = keep * (noise(u * 13, v * 13, 23) - 0.5)
    return n[0] / length + x, n[1] / length + y, n[2] / length + z


@compiled(allocates=False)
def bulged(numbers: FloatArray, i: int, n: Triple, point: Triple) -> Triple:
    """A face that is not perfectly flat, so that what it mirrors changes across it."""
    return (
        n[0] + 0.12 * point[0] / numbers[i, SIZE],
        n[1] + 0.12 * point[1] / numbers[i, SIZE + 1],
        n[2] + 0.12 * point[2] / numbers[i, SIZE + 2],
    )


@compiled(allocates=False, forceinline=True)
def albedo_at(
    kinds: IntArray, numbers: FloatArray, photos: FloatArray, i: int, at: Pair, span: Pair, radius: Pair
) -> Triple:
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


@compiled(allocates=False, forceinline=True)
def _ground_tone(photos: FloatArray, k: int, u: float, v: float, span: Pair) -> float:
    """Two scales of photograph k, so that its repetition does not show."""
    tile = 1.9 if k == 0 else 1.5
    wide, narrow = max(span[0], span[1]), min(span[0], span[1])
    texel = max(wide / 5, narrow) / tile
    fine = photo_tone(photos, k, u / tile, v / tile, texel)
    far = tile * 2.7
    coarse = photo_tone(photos, k, (u * 0.83 - v * 0.55) / far, (u * 0.55 + v * 0.83) / far, texel / 2.7)
    return 0.25 + 0.45 * fine + 0.3 * coarse
