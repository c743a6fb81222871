"""The share of the sky that surface points see, which no object hides."""

from __future__ import annotations

from typing import Final

import numpy as np

from ...runtime.arrays import Float32Array, FloatArray, IntArray
from ...runtime.compiled import compiled
from .lights import Lights, lit, on_map, view_of
from .shadow_bounds import BLOCK_BITS
from .solids import KIND_SHAPE, Solids
from .surfaces import is_polyhedron, normal_at, own_point, to_world, view_at

__all__ = ["sky_around", "sky_at", "sky_light"]

Triple = tuple[float, float, float]

QUEUE: Final = 256
"""Samples that meet each part of the sky together."""
COLUMNS: Final = 12
"""Numbers of each sample in the queue: a point, a normal, share, total, weight, texel x and y, and depth."""
NORMAL, FREE, TOTAL, WEIGHT, TEXEL, DEPTH = 3 * QUEUE, 6 * QUEUE, 7 * QUEUE, 8 * QUEUE, 9 * QUEUE, 11 * QUEUE
"""Where they begin. Distances known when this is compiled let several samples be computed at once."""


def sky_light(
    solids: Solids,
    lights: Lights,
    nearest: Float32Array,
    normals: FloatArray,
    rays: FloatArray,
    samples: FloatArray,
    surface: IntArray,
    side: int,
) -> FloatArray:
    """Share of the sky that each sample sees, (n,); with bounds on the sky's maps and the normals of flat faces.

    With a positive `side` the samples are the pixels of an image of that width: every fourth is computed and the
    others are the mean of their computed neighbours on the same surface, for the light of the sky varies slowly.
    """
    out = np.ones(len(samples))
    room, queue = np.empty(COLUMNS * QUEUE), np.empty(QUEUE, np.int64)
    fill_sky_light(solids, lights, nearest, normals, rays, samples, surface, side, room, queue, out)
    return out


@compiled(allocates=False)
def fill_sky_light(
    solids: Solids,
    lights: Lights,
    nearest: Float32Array,
    normals: FloatArray,
    rays: FloatArray,
    samples: FloatArray,
    surface: IntArray,
    side: int,
    room: FloatArray,
    queue: IntArray,
    out: FloatArray,
) -> None:
    """Compute `sky_light` into `out`, which is filled with ones; `room` (12 * 256,) and `queue` (256,) are room."""
    kinds, numbers, views, maps = solids.kinds, solids.numbers, lights.sky_views, lights.sky_maps
    width, step = (side, 2) if side else (max(len(samples), 1), 1)
    count = 0
    for first in range(0, len(samples), width * step):
        for s in range(first, first + width, step):
            if surface[s] >= 0:
                _put(kinds, numbers, normals, rays, samples, surface, s, room, count)
                queue[count] = s
                count += 1
            if count == QUEUE:
                _settle(views, maps, nearest, room, queue, count, out)
                count = 0
    _settle(views, maps, nearest, room, queue, count, out)
    for row in range(side):
        for column in range(1 - row % 2, side, 2 - row % 2):
            s = row * side + column
            if surface[s] < 0:
                continue
            free = sky_around(surface, out, side, row, column)
            if free < 0:
                gx, gy, t = samples[s, 0], samples[s, 1], samples[s, 2]
                free = sky_at(kinds, numbers, views, maps, rays, gx, gy, t, surface[s])
            out[s] = free


@compiled(allocates=False)
def _put(
    kinds: IntArray,
    numbers: FloatArray,
    normals: FloatArray,
    rays: FloatArray,
    samples: FloatArray,
    surface: IntArray,
    s: int,
    room: FloatArray,
    slot: int,
) -> None:
    """Write sample s into a slot of the queue."""
    p, n = _lifted(kinds, numbers, rays, samples[s, 0], samples[s, 1], samples[s, 2], surface[s], normals)
    for a in range(3):
        room[a * QUEUE + slot], room[NORMAL + a * QUEUE + slot] = p[a], n[a]
    room[FREE + slot], room[TOTAL + slot] = 0.0, 0.0


@compiled(allocates=False)
def _settle(
    views: FloatArray,
    maps: Float32Array,
    nearest: Float32Array,
    room: FloatArray,
    queue: IntArray,
    count: int,
    out: FloatArray,
) -> None:
    """Compute `sky_at` of the first `count` samples of the queue into `out`, with the help of bounds on the maps."""
    blocks = nearest.shape[1]
    for k in range(len(views)):
        _project(room, count, views, k, maps.shape[1])
        for j in range(count):
            weight, x, y, depth = room[WEIGHT + j], room[TEXEL + j], room[TEXEL + QUEUE + j], room[DEPTH + j]
            if weight <= 0:
                continue
            column, row = int(np.floor(x)) >> BLOCK_BITS, int(np.floor(y)) >> BLOCK_BITS
            outside = column < 0 or row < 0 or column >= blocks or row >= blocks
            if outside or nearest[k, np.uint64(row), np.uint64(column)] >= depth:
                room[FREE + j] += weight
            else:
                room[FREE + j] += weight * lit(maps, k, x, y, depth)
    for j in range(count):
        out[queue[j]] = _share(room[FREE + j], room[TOTAL + j])


@compiled(allocates=False)
def _project(room: FloatArray, count: int, views: FloatArray, k: int, side: int) -> None:
    """The weight of part k of the sky for the samples of the queue, and where they are on its map."""
    view = view_of(views, k)
    for j in range(count):
        p = (room[j], room[QUEUE + j], room[2 * QUEUE + j])
        n = (room[NORMAL + j], room[NORMAL + QUEUE + j], room[NORMAL + 2 * QUEUE + j])
        weight = _weight(n, view[1])
        x, y, depth = on_map(view, side, p)
        room[WEIGHT + j], room[TEXEL + j], room[TEXEL + QUEUE + j], room[DEPTH + j] = weight, x, y, depth - 0.05
        room[TOTAL + j] += weight if weight > 0 else 0.0


@compiled(allocates=False)
def sky_around(surface: IntArray, free: FloatArray, side: int, row: int, column: int) -> float:
    """Mean share of the sky of a pixel's computed neighbours on its own surface; -1 if there are none."""
    total, count = 0.0, 0
    for y in range(row - row % 2, min(row + row % 2 + 1, side), 2):
        for x in range(column - column % 2, min(column + column % 2 + 1, side), 2):
            if surface[y * side + x] == surface[row * side + column]:
                total += free[y * side + x]
                count += 1
    return total / count if count else -1.0


@compiled(allocates=False)
def sky_at(
    kinds: IntArray,
    numbers: FloatArray,
    views: FloatArray,
    maps: Float32Array,
    rays: FloatArray,
    gx: float,
    gy: float,
    t: float,
    surface: int,
) -> float:
    """Share of the sky above one sample that no object hides, cosine weighted, in [0, 1].

    Args:
        kinds: table of the solids.
        numbers: table of the solids.
        views: (k, 4, 3) views from parts of the sky.
        maps: (k, side, side) their depth maps.
        rays: (6, 3) the camera's rays.
        gx: image x.
        gy: image y.
        t: depth.
        surface: what the sample sees.
    """
    p, n = _lifted(kinds, numbers, rays, gx, gy, t, surface)
    free, total, side = 0.0, 0.0, maps.shape[1]
    for k in range(len(views)):
        view = view_of(views, k)
        weight = _weight(n, view[1])
        if weight <= 0:
            continue
        total += weight
        x, y, depth = on_map(view, side, p)
        free += weight * lit(maps, k, x, y, depth - 0.05)
    return _share(free, total)


@compiled(allocates=False)
def _lifted(
    kinds: IntArray,
    numbers: FloatArray,
    rays: FloatArray,
    gx: float,
    gy: float,
    t: float,
    surface: int,
    normals: FloatArray | None = None,
) -> tuple[Triple, Triple]:
    """The point of a sample, raised a little above its surface, and the surface's unit normal there."""
    i, face = surface // 8, surface % 8
    view = view_at(rays, gx, gy)
    p = (rays[0, 0] + t * view[0], rays[0, 1] + t * view[1], rays[0, 2] + t * view[2])
    if normals is not None and is_polyhedron(kinds[i, KIND_SHAPE]):
        n = (normals[i, face, 0], normals[i, face, 1], normals[i, face, 2])
    else:
        n = to_world(numbers, i, normal_at(numbers, i, kinds[i, KIND_SHAPE], face, 0.0, own_point(numbers, i, p)))
    return (p[0] + 0.03 * n[0], p[1] + 0.03 * n[1], p[2] + 0.03 * n[2]), n


@compiled(allocates=False)
def _weight(n: Triple, forward: Triple) -> float:
    """Weight of a part of the sky for a normal; nothing comes from a part whose weight is not positive."""
    return 0.1 - (n[0] * forward[0] + n[1] * forward[1] + n[2] * forward[2])


@compiled(allocates=False)
def _share(free: float, total: float) -> float:
    return free / total if total > 0 else 0.6
