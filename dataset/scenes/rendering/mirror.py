"""Polished floors mirror what stands on them: the scene is seen once more by a camera below the floor."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from .solids import BOX, CENTER, KIND_BACKGROUND, KIND_FINISH, KIND_SHAPE, SCALE, SIZE, Solids

__all__ = ["below", "has_polished_floor", "mirrored_samples", "mirrored_share", "polish_of"]


POLISH = np.array([0.0, 0.10, 0.15, 0.11, 0.0, 0.23, 0.25, 0.0, 0.0, 0.0])
"""Share of mirrored light of a floor, by finish."""
BLUR = 1.3
"""How fast a mirrored thing fades with its distance from the floor, per unit."""


def below(vectors: FloatArray) -> FloatArray:
    """A view or rays, as `raster` takes them, seen in the plane z = 0."""
    flipped: FloatArray = vectors * np.array([1.0, 1.0, -1.0])
    return flipped


@compiled
def polish_of(solids: Solids) -> FloatArray:
    """Share of mirrored light of each solid, (n,): that of its finish for background boxes whose top is the floor."""
    kinds, numbers = solids.kinds, solids.numbers
    polish = np.zeros(len(kinds))
    for i in range(len(polish)):
        top = numbers[i, CENTER + 2] + numbers[i, SIZE + 2] * numbers[i, SCALE]
        if kinds[i, KIND_BACKGROUND] == 1 and kinds[i, KIND_SHAPE] == BOX and abs(top) < 1e-6:
            polish[i] = POLISH[kinds[i, KIND_FINISH]]
    return polish


def has_polished_floor(solids: Solids) -> bool:
    """Whether anything in the scene mirrors."""
    return bool(polish_of(solids).max() > 0) if len(solids.kinds) else False


@compiled
def mirrored_samples(
    solids: Solids, rays: FloatArray, depth: FloatArray, surface: IntArray, far_depth: FloatArray, far_surface: IntArray
) -> tuple[IntArray, FloatArray, IntArray, FloatArray]:
    """Samples of what pixels of a polished floor mirror: pixel, sample, surface and weight as in `antialias`.

    Args:
        solids: the scene.
        rays: (6, 3) the camera's rays.
        depth: (side, side) of what the camera sees.
        surface: (side, side) that the camera sees.
        far_depth: (side, side) of what the camera below sees.
        far_surface: (side, side) that the camera below sees.
    """
    side = len(depth)
    polish = polish_of(solids)
    pixel, weight = np.empty(side * side, np.int64), np.empty(side * side)
    samples, seen = np.empty((side * side, 3)), np.empty(side * side, np.int64)
    used = 0
    for row in range(side):
        for column in range(side):
            own, far, t = surface[row, column], far_surface[row, column], far_depth[row, column]
            gx, gy = (column + 0.5) / side * 2 - 1.0, 1.0 - (row + 0.5) / side * 2
            share = mirrored_share(polish, rays, gx, gy, own, far, depth[row, column], t)
            if share <= 0:
                continue
            pixel[used], seen[used], weight[used] = row * side + column, far, share
            samples[used, 0], samples[used, 1], samples[used, 2] = gx, gy, t
            used += 1
    return pixel[:used], samples[:used], seen[:used], weight[:used]


@compiled(allocates=False)
def mirrored_share(
    polish: FloatArray, rays: FloatArray, gx: float, gy: float, own: int, far: int, depth: float, far_depth: float
) -> float:
    """Weight of what the floor mirrors at an image point, 0 where it mirrors nothing.

    Args:
        polish: (n,) of the solids, see `polish_of`.
        rays: (6, 3) the camera's rays.
        gx: image x in [-1, 1].
        gy: image y in [-1, 1], upwards.
        own: surface that the camera sees.
        far: surface that the camera below sees.
        depth: of the first.
        far_depth: of the second.
    """
    if own < 0 or far < 0 or own % 8 != 0 or polish[own // 8] == 0 or far_depth < depth:
        return 0.0
    x = rays[3, 0] + gx * rays[4, 0] + gy * rays[5, 0]
    y = rays[3, 1] + gx * rays[4, 1] + gy * rays[5, 1]
    z = rays[3, 2] + gx * rays[4, 2] + gy * rays[5, 2]
    length = np.sqrt(x * x + y * y + z * z)
    graze = 1 + z / length
    gap = (far_depth - depth) * length
    value: float = polish[own // 8] * (1 + 3 * graze * graze * graze) / (1 + BLUR * gap)
    return value
