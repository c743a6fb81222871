"""Kernels of the GPU that see: one thread a solid, texel or pixel, around the functions that the CPU loops over.

The scene's tables hold room for more solids than it has; `n` says how many count. *Views* are numbered: 0 is the
camera, 1 the camera below a polished floor, 2 the sun, the rest are the parts of the sky. Kernels run in the order in
which they stand here, and each says what it fills. Import this module where `runtime.kernels.require_gpu` passes.
"""

from __future__ import annotations

import numpy as np
from numba import cuda

from ....runtime.arrays import Float32Array, FloatArray, IntArray
from ....runtime.compiled import compiled
from ....runtime.kernels import kernel
from ..lights import SKY_DIRECTIONS
from ..raster import TIE, entry, plane_terms, rectangle, to_own_frame, trace
from ..solids import ELLIPSOID, FRUSTUM, KIND_BACKGROUND, KIND_SHAPE, TORUS

__all__ = ["BELOW", "BLOCK", "CAMERA", "SKY", "SUN", "TILE", "VIEWS", "place", "see", "texels"]

CAMERA, BELOW, SUN, SKY = range(4)
VIEWS = SKY + SKY_DIRECTIONS
TILE = (16, 8)
"""Pixels of an image, across and down, that are one block of threads."""
BLOCK = 128
"""Threads of a block where they are no image."""


@kernel(
    "void(float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], float64[:, :, ::1], int64, int64, int64, int64, "
    "float64[:, :, :, ::1], float64[:, :, :, ::1], float64[:, :, :, ::1], int64[:, :, ::1], int64[::1])"
)
def place(
    numbers: FloatArray,
    corners: FloatArray,
    views: FloatArray,
    rays: FloatArray,
    n: int,
    side: int,
    sun_side: int,
    sky_side: int,
    local: FloatArray,
    gap: FloatArray,
    toward: FloatArray,
    boxes: IntArray,
    count: IntArray,
) -> None:
    """For each view and solid: rays in its frame, terms of its planes, rectangle of pixels; and no edges so far."""
    at = cuda.grid(1)
    if at == 0:
        count[0] = 0
    if at >= n * VIEWS:
        return
    v, i = at // n, at % n
    to_own_frame(numbers, i, rays[v], local[v, i])
    plane_terms(numbers, i, local[v, i], gap[v, i], toward[v, i])
    width = side if v < SUN else (sun_side if v == SUN else sky_side)
    x0, x1, y0, y1 = rectangle(corners, i, views[v], v < SUN, width)
    boxes[v, i, 0], boxes[v, i, 1], boxes[v, i, 2], boxes[v, i, 3] = x0, x1, y0, y1


@compiled
def first_meeting(
    kinds: IntArray,
    numbers: FloatArray,
    n: int,
    casters_only: bool,
    local: FloatArray,
    gap: FloatArray,
    toward: FloatArray,
    boxes: IntArray,
    row: int,
    column: int,
    side: int,
    row_gap: FloatArray,
    row_toward: FloatArray,
) -> tuple[float, int]:
    """Depth and surface of what one pixel's centre sees, as in `raster.rasterise`; the last two are room for 6 each."""
    gx, gy = (column + 0.5) / side * 2 - 1.0, 1.0 - (row + 0.5) / side * 2
    depth, surface = np.inf, -1
    for i in range(n):
        if not (boxes[i, 0] <= column < boxes[i, 1] and boxes[i, 2] <= row < boxes[i, 3]):
            continue
        if casters_only and kinds[i, KIND_BACKGROUND] != 0:
            continue
        shape = kinds[i, KIND_SHAPE]
        if shape in (ELLIPSOID, FRUSTUM, TORUS):
            t, face = trace(kinds, numbers, i, local, i, gx, gy)
        else:
            for k in range(6):
                row_gap[k] = gap[i, k, 0] + gy * gap[i, k, 2]
                row_toward[k] = toward[i, k, 0] + gy * toward[i, k, 2]
            t, face = entry(row_gap, row_toward, gap[i], toward[i], gx)
        if face >= 0 and t * TIE < depth:
            depth, surface = t, 8 * i + face
    return depth, surface


@kernel(
    "void(int64[:, ::1], float64[:, ::1], int64, float64[:, :, :, ::1], float64[:, :, :, ::1], "
    "float64[:, :, :, ::1], int64[:, :, ::1], float32[:, :, ::1], float32[:, :, ::1])"
)
def texels(
    kinds: IntArray,
    numbers: FloatArray,
    n: int,
    local: FloatArray,
    gap: FloatArray,
    toward: FloatArray,
    boxes: IntArray,
    sun_map: Float32Array,
    sky_maps: Float32Array,
) -> None:
    """The depth maps of the sun and of all parts of the sky: one row of tiles after the other, the sun's first."""
    row_gap, row_toward = cuda.local.array(6, np.float64), cuda.local.array(6, np.float64)
    tile, side, v = cuda.blockIdx.x, sun_map.shape[1], SUN
    across = (side + TILE[0] - 1) // TILE[0]
    tiles = across * ((side + TILE[1] - 1) // TILE[1])
    if tile >= tiles:
        tile, side = tile - tiles, sky_maps.shape[1]
        across = (side + TILE[0] - 1) // TILE[0]
        tiles = across * ((side + TILE[1] - 1) // TILE[1])
        v, tile = SKY + tile // tiles, tile % tiles
    column, row = tile % across * TILE[0] + cuda.threadIdx.x, tile // across * TILE[1] + cuda.threadIdx.y
    if row >= side or column >= side or v >= VIEWS:
        return
    depth, _ = first_meeting(
        kinds, numbers, n, True, local[v], gap[v], toward[v], boxes[v], row, column, side, row_gap, row_toward
    )
    if v == SUN:
        sun_map[0, row, column] = depth
    else:
        sky_maps[v - SKY, row, column] = depth


@kernel(
    "void(int64[:, ::1], float64[:, ::1], int64, float64[:, :, :, ::1], float64[:, :, :, ::1], "
    "float64[:, :, :, ::1], int64[:, :, ::1], float64[:, :, ::1], int64[:, :, ::1])"
)
def see(
    kinds: IntArray,
    numbers: FloatArray,
    n: int,
    local: FloatArray,
    gap: FloatArray,
    toward: FloatArray,
    boxes: IntArray,
    depth: FloatArray,
    surface: IntArray,
) -> None:
    """Depth and surface of every pixel for the camera, and for the one below where the grid has a second layer."""
    row_gap, row_toward = cuda.local.array(6, np.float64), cuda.local.array(6, np.float64)
    column, row = cuda.grid(2)
    v, side = cuda.blockIdx.z, depth.shape[1]
    if row >= side or column >= side:
        return
    t, hit = first_meeting(
        kinds, numbers, n, v == BELOW, local[v], gap[v], toward[v], boxes[v], row, column, side, row_gap, row_toward
    )
    depth[v, row, column], surface[v, row, column] = t, hit
