"""Smooth edges: pixels where two surfaces meet are seen through several rays, all others through one."""

from __future__ import annotations

from typing import Final

import numpy as np

from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from .raster import to_own_frame, trace
from .solids import Solids

__all__ = ["OFFSETS", "Refinement", "blend", "blend_pixel", "edge_samples", "on_edge", "refine"]

Refinement = tuple[IntArray, FloatArray, IntArray, FloatArray]
"""Pixel (n,), sample (n, 3), surface (n,) and weight (n,) of the extra samples, sorted by pixel."""

OFFSETS: Final = np.array(
    [(-0.125, -0.375), (0.375, -0.125), (0.125, 0.375), (-0.375, 0.125), (-0.4, -0.42), (0.42, 0.4)]
)
"""Extra rays within a pixel, in pixels from its centre."""


def refine(solids: Solids, rays: FloatArray, depth: FloatArray, surface: IntArray) -> Refinement:
    """Extra samples for the pixels at which the surface changes.

    A pixel's extra rays are tried against the solids seen at the centres of its 3 x 3 neighbourhood. Rays that see
    the surface of the pixel's own centre share its colour; each other surface is sampled once, with its share of the
    rays as weight; what is missing to 1 is the weight of the centre.
    """
    side = len(depth)
    edges = np.empty(side * side, np.int64)
    room = list_edges(surface, edges) * len(OFFSETS)
    pixel, weight = np.empty(room, np.int64), np.zeros(room)
    samples, seen = np.empty((room, 3)), np.empty(room, np.int64)
    local = np.empty((len(solids.kinds), 6, 3))
    edges = edges[: room // len(OFFSETS)]
    used = fill_refinement(solids, rays, surface, edges, local, np.empty(9, np.int64), pixel, samples, seen, weight)
    return pixel[:used], samples[:used], seen[:used], weight[:used]


@compiled(allocates=False)
def list_edges(surface: IntArray, edges: IntArray) -> int:
    """Write the pixels on edges to `edges`, in order; returns how many."""
    side, count = len(surface), 0
    for row in range(side):
        for column in range(side):
            edges[count] = row * side + column
            count += 1 if on_edge(surface, row, column) else 0
    return count


@compiled(allocates=False)
def fill_refinement(
    solids: Solids,
    rays: FloatArray,
    surface: IntArray,
    edges: IntArray,
    local: FloatArray,
    near: IntArray,
    pixel: IntArray,
    samples: FloatArray,
    seen: IntArray,
    weight: FloatArray,
) -> int:
    """Write the extra samples of the pixels on edges; returns how many. `local` (n, 6, 3) and `near` (9,) are room."""
    kinds, numbers, side, used = solids.kinds, solids.numbers, len(surface), 0
    for i in range(len(kinds)):
        to_own_frame(numbers, i, rays, local[i])
    for edge in range(len(edges)):
        row, column, first = edges[edge] // side, edges[edge] % side, used
        used = edge_samples(kinds, numbers, local, surface, row, column, near, first, samples, seen, weight)
        for slot in range(first, used):
            pixel[slot] = edges[edge]
    return used


@compiled(allocates=False, forceinline=True)
def edge_samples(
    kinds: IntArray,
    numbers: FloatArray,
    local: FloatArray,
    surface: IntArray,
    row: int,
    column: int,
    near: IntArray,
    first: int,
    samples: FloatArray,
    seen: IntArray,
    weight: FloatArray,
) -> int:
    """Write the extra samples of one pixel from slot `first` on; returns the slot after the last one.

    Args:
        kinds: table of the solids.
        numbers: table of the solids.
        local: (n, 6, 3) the rays in the solids' own frames.
        surface: (side, side) what the pixels' centres see.
        row: the pixel's row.
        column: the pixel's column.
        near: room for 9 numbers.
        first: the slot.
        samples: (slots, 3) room for image x, image y and depth.
        seen: (slots,) room for the surface.
        weight: (slots,) room for the weight; zeros.
    """
    side, used, near_count = len(surface), first, _neighbours(surface, row, column, near)
    for ray in range(len(OFFSETS)):
        gx = (column + 0.5 + OFFSETS[ray, 0]) / side * 2 - 1.0
        gy = 1.0 - (row + 0.5 + OFFSETS[ray, 1]) / side * 2
        best, hit = _nearest(kinds, numbers, local, near, near_count, gx, gy)
        if hit == surface[row, column]:
            continue
        slot = first
        while slot < used and seen[slot] != hit:
            slot += 1
        if slot == used:
            seen[slot] = hit
            samples[slot, 0], samples[slot, 1], samples[slot, 2] = gx, gy, best
            used += 1
        weight[slot] += 1.0 / (len(OFFSETS) + 1)
    return used


@compiled(allocates=False)
def _neighbours(surface: IntArray, row: int, column: int, near: IntArray) -> int:
    """Write the different solids of a pixel's 3 x 3 neighbourhood to `near`; returns how many."""
    side, count = len(surface), 0
    for k in range(9):
        y, x = min(max(row + k // 3 - 1, 0), side - 1), min(max(column + k % 3 - 1, 0), side - 1)
        i = surface[y, x] // 8
        fresh = i >= 0
        for j in range(count):
            fresh = fresh and near[j] != i
        if fresh:
            near[count] = i
            count += 1
    return count


@compiled(allocates=False)
def on_edge(surface: IntArray, row: int, column: int) -> bool:
    """Whether a pixel's centre sees another surface than one of its four neighbours."""
    side, own = len(surface), surface[row, column]
    return (
        (column > 0 and surface[row, column - 1] != own)
        or (column + 1 < side and surface[row, column + 1] != own)
        or (row > 0 and surface[row - 1, column] != own)
        or (row + 1 < side and surface[row + 1, column] != own)
    )


@compiled(allocates=False, forceinline=True)
def _nearest(
    kinds: IntArray, numbers: FloatArray, local: FloatArray, near: IntArray, near_count: int, gx: float, gy: float
) -> tuple[float, int]:
    """Depth and surface of the nearest of a few solids; ties as in `raster.rasterise`, in the order of the scene."""
    best, hit, owner = np.inf, -1, -1
    for j in range(near_count):
        i = near[j]
        t, face = trace(kinds, numbers, i, local, i, gx, gy)
        tie = 1e-7 if i > owner else -1e-7
        if t * (1.0 - tie) < best:
            best, hit, owner = t, 8 * i + face, i
    return best, hit


@compiled(allocates=False)
def blend(colors: FloatArray, pixel: IntArray, weight: FloatArray, extra: FloatArray) -> None:
    """Mix the extra samples' colours (n, 3) into the pixels' colours (pixels, 3), in place."""
    start = 0
    while start < len(pixel):
        end = start
        while end < len(pixel) and pixel[end] == pixel[start]:
            end += 1
        blend_pixel(colors, pixel[start], weight, extra, start, end)
        start = end


@compiled(allocates=False)
def blend_pixel(colors: FloatArray, at: int, weight: FloatArray, extra: FloatArray, start: int, end: int) -> None:
    """Mix the samples of slots start..end-1 into the colour of pixel `at`, in place; see `blend`."""
    total = 0.0
    for k in range(start, end):
        total += weight[k]
    for c in range(3):
        mixed = colors[at, c] * (1.0 - total)
        for k in range(start, end):
            mixed += extra[k, c] * weight[k]
        colors[at, c] = mixed
