"""Kernels of the GPU that give colours: a thread a pixel; they run after `depth_kernels`, in the order of this file."""

from __future__ import annotations

import numpy as np
from numba import cuda

from ....runtime.arrays import Float32Array, FloatArray, IntArray
from ....runtime.compiled import compiled
from ....runtime.kernels import kernel
from ..antialias import OFFSETS, blend_pixel, edge_samples, on_edge
from ..mirror import mirrored_share
from ..reflectance import sky_color
from ..shading import color_at
from ..sky import sky_around, sky_at
from ..surfaces import view_at
from .depth_kernels import BELOW, CAMERA, SKY, SUN

__all__ = ["LAMP", "develop", "mirror", "refine", "shade", "sky"]

Triple = tuple[float, float, float]

LAMP = 7
"""Numbers about the light: 3 towards the sun, its softness, where the clouds start, size of a pixel, 1 in a room."""
RAYS = len(OFFSETS)


@kernel(
    "void(int64[:, ::1], float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], float32[:, :, ::1], "
    "float64[:, :, ::1], int64[:, :, ::1], float64[::1], int64[::1], int64[::1])"
)
def sky(
    kinds: IntArray,
    numbers: FloatArray,
    rays: FloatArray,
    views: FloatArray,
    sky_maps: Float32Array,
    depth: FloatArray,
    surface: IntArray,
    free: FloatArray,
    edges: IntArray,
    count: IntArray,
) -> None:
    """The sky's light at every fourth pixel, and the list of pixels on edges, in any order."""
    column, row = cuda.grid(2)
    side = depth.shape[1]
    if row >= side or column >= side:
        return
    if on_edge(surface[CAMERA], row, column):
        edges[cuda.atomic.add(count, 0, 1)] = row * side + column
    seen = surface[CAMERA, row, column]
    if row % 2 == 0 and column % 2 == 0 and seen >= 0:
        gx, gy = (column + 0.5) / side * 2 - 1.0, 1.0 - (row + 0.5) / side * 2
        free[row * side + column] = sky_at(
            kinds, numbers, views[SKY:], sky_maps, rays[CAMERA], gx, gy, depth[CAMERA, row, column], seen
        )


@compiled
def color_of(
    kinds: IntArray,
    numbers: FloatArray,
    photos: FloatArray,
    rays: FloatArray,
    views: FloatArray,
    sun_map: Float32Array,
    lamp: FloatArray,
    walls: IntArray,
    gx: float,
    gy: float,
    t: float,
    surface: int,
    free: float,
) -> Triple:
    """Colour of one sample, as in `shading.shade`; `walls` begins with how many there are."""
    indoor = lamp[6] > 0
    if surface < 0:
        return sky_color(view_at(rays, gx, gy), lamp[4], indoor)
    return color_at(
        kinds,
        numbers,
        photos,
        rays,
        lamp[5],
        lamp[:3],
        views[SUN : SUN + 1],
        sun_map,
        lamp[3],
        indoor,
        walls[1 : 1 + walls[0]],
        gx,
        gy,
        t,
        surface,
        free,
    )


@kernel(
    "void(int64[:, ::1], float64[:, ::1], float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], "
    "float32[:, :, ::1], float32[:, :, ::1], float64[::1], int64[::1], float64[:, :, ::1], int64[:, ::1], "
    "float64[::1], float64[:, ::1])"
)
def shade(
    kinds: IntArray,
    numbers: FloatArray,
    photos: FloatArray,
    rays: FloatArray,
    views: FloatArray,
    sun_map: Float32Array,
    sky_maps: Float32Array,
    lamp: FloatArray,
    walls: IntArray,
    depth: FloatArray,
    surface: IntArray,
    free: FloatArray,
    colors: FloatArray,
) -> None:
    """The colour of every pixel's centre; `surface` is flat here."""
    column, row = cuda.grid(2)
    side = depth.shape[1]
    if row >= side or column >= side:
        return
    s = row * side + column
    seen, t = surface[CAMERA, s], depth[CAMERA, row, column]
    gx, gy = (column + 0.5) / side * 2 - 1.0, 1.0 - (row + 0.5) / side * 2
    open_sky = 1.0
    if seen >= 0:
        if row % 2 == 0 and column % 2 == 0:
            open_sky = free[s]
        else:
            open_sky = sky_around(surface[CAMERA], free, side, row, column)
            if open_sky < 0:
                open_sky = sky_at(kinds, numbers, views[SKY:], sky_maps, rays[CAMERA], gx, gy, t, seen)
    red, green, blue = color_of(
        kinds, numbers, photos, rays[CAMERA], views, sun_map, lamp, walls, gx, gy, t, seen, open_sky
    )
    colors[s, 0], colors[s, 1], colors[s, 2] = red, green, blue


@kernel(
    "void(int64[:, ::1], float64[:, ::1], float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], "
    "float32[:, :, ::1], float32[:, :, ::1], float64[::1], int64[::1], float64[:, :, ::1], int64[:, ::1], "
    "float64[::1], float64[:, ::1])"
)
def mirror(
    kinds: IntArray,
    numbers: FloatArray,
    photos: FloatArray,
    rays: FloatArray,
    views: FloatArray,
    sun_map: Float32Array,
    sky_maps: Float32Array,
    lamp: FloatArray,
    walls: IntArray,
    depth: FloatArray,
    surface: IntArray,
    polish: FloatArray,
    colors: FloatArray,
) -> None:
    """Adds to the colours what a polished floor mirrors."""
    extra, weight = cuda.local.array((1, 3), np.float64), cuda.local.array(1, np.float64)
    column, row = cuda.grid(2)
    side = depth.shape[1]
    if row >= side or column >= side:
        return
    s = row * side + column
    gx, gy = (column + 0.5) / side * 2 - 1.0, 1.0 - (row + 0.5) / side * 2
    own, far, t = surface[CAMERA, s], surface[BELOW, s], depth[BELOW, row, column]
    weight[0] = mirrored_share(polish, rays[CAMERA], gx, gy, own, far, depth[CAMERA, row, column], t)
    if weight[0] <= 0:
        return
    free = sky_at(kinds, numbers, views[SKY:], sky_maps, rays[BELOW], gx, gy, t, far)
    red, green, blue = color_of(kinds, numbers, photos, rays[BELOW], views, sun_map, lamp, walls, gx, gy, t, far, free)
    extra[0, 0], extra[0, 1], extra[0, 2] = red, green, blue
    blend_pixel(colors, s, weight, extra, 0, 1)


@kernel(
    "void(int64[:, ::1], float64[:, ::1], float64[:, ::1], float64[:, :, ::1], float64[:, :, ::1], "
    "float32[:, :, ::1], float32[:, :, ::1], float64[::1], int64[::1], float64[:, :, :, ::1], int64[:, :, ::1], "
    "int64[::1], int64[::1], float64[:, ::1])"
)
def refine(
    kinds: IntArray,
    numbers: FloatArray,
    photos: FloatArray,
    rays: FloatArray,
    views: FloatArray,
    sun_map: Float32Array,
    sky_maps: Float32Array,
    lamp: FloatArray,
    walls: IntArray,
    local: FloatArray,
    surface: IntArray,
    edges: IntArray,
    count: IntArray,
    colors: FloatArray,
) -> None:
    """Mixes further rays into the colours of the pixels on edges: one thread for each, and idle ones for all others."""
    near, seen = cuda.local.array(9, np.int64), cuda.local.array(RAYS, np.int64)
    samples, extra = cuda.local.array((RAYS, 3), np.float64), cuda.local.array((RAYS, 3), np.float64)
    weight = cuda.local.array(RAYS, np.float64)
    at = cuda.grid(1)
    if at >= count[0]:
        return
    for k in range(RAYS):
        weight[k] = 0.0
    s, side = edges[at], surface.shape[1]
    row, column = s // side, s % side
    used = edge_samples(kinds, numbers, local[CAMERA], surface[CAMERA], row, column, near, 0, samples, seen, weight)
    for k in range(used):
        gx, gy, t, hit = samples[k, 0], samples[k, 1], samples[k, 2], seen[k]
        free = 1.0
        if hit >= 0:
            free = sky_at(kinds, numbers, views[SKY:], sky_maps, rays[CAMERA], gx, gy, t, hit)
        red, green, blue = color_of(
            kinds, numbers, photos, rays[CAMERA], views, sun_map, lamp, walls, gx, gy, t, hit, free
        )
        extra[k, 0], extra[k, 1], extra[k, 2] = red, green, blue
    blend_pixel(colors, s, weight, extra, 0, used)


@kernel("void(float64[:, ::1], int64[:, ::1], int64[::1], uint8[:, ::1], int32[::1])")
def develop(colors: FloatArray, surface: IntArray, node: IntArray, image: IntArray, nodes: IntArray) -> None:
    """The finished bytes of the image and the nodes of its pixels."""
    s = cuda.grid(1)
    if s >= len(nodes):
        return
    for c in range(3):
        image[s, c] = np.uint8(np.sqrt(colors[s, c]) * 255 + 0.5)
    seen = surface[CAMERA, s]
    nodes[s] = node[seen // 8] if seen >= 0 else -1
