"""How a camera sees points, and a depth buffer in doubles: the triangle at the middle of every pixel, its distance.

Compiled, of + - * / alone: the same bits on every machine. An edge that runs exactly through a pixel's middle belongs
to both its triangles, and of two triangles equally near the first one wins.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from ..runtime.arrays import FloatArray, Int32Array
from ..runtime.compiled import compiled
from ..scenes.layout.graph import Camera

__all__ = ["NEAREST", "camera_frame", "in_camera", "rasterise", "turn"]

DIGITS: Final = 9
"""Sines and cosines are rounded to these, as not all machines agree on their last bits."""

NEAREST: Final = 0.05
"""Metres in front of the camera within which nothing is seen."""


def turn(degrees: float) -> tuple[float, float]:
    """(cosine, sine) of an angle, the same on every machine."""
    angle = math.radians(degrees)
    return round(math.cos(angle), DIGITS), round(math.sin(angle), DIGITS)


def camera_frame(camera: Camera) -> tuple[FloatArray, float]:
    """Rows right, up and ahead of the camera, and half the side of the picture at distance 1."""
    ahead = np.array(camera.target) - np.array(camera.position)
    ahead = ahead / np.sqrt((ahead**2).sum())
    right = np.array([ahead[1], -ahead[0], 0.0])
    right = right / np.sqrt((right**2).sum())
    up = np.array(
        [
            right[1] * ahead[2] - right[2] * ahead[1],
            right[2] * ahead[0] - right[0] * ahead[2],
            right[0] * ahead[1] - right[1] * ahead[0],
        ]
    )
    cosine, sine = turn(camera.field_of_view / 2)
    return np.stack([right, up, ahead]), sine / cosine


def in_camera(points: FloatArray, camera: Camera) -> FloatArray:
    """(n, 3) points of the world as (right, up, ahead) of a camera.

    At distance 1, right and up are 1 at the picture's edges.
    """
    frame, half = camera_frame(camera)
    offset = points - np.array(camera.position)
    out: FloatArray = np.empty_like(offset)
    for axis in range(3):  # no matrix product: its order of sums is the library's own
        out[:, axis] = offset[:, 0] * frame[axis, 0] + offset[:, 1] * frame[axis, 1] + offset[:, 2] * frame[axis, 2]
    out[:, :2] /= half
    return out


@compiled
def rasterise(points: FloatArray, triangles: Int32Array, side: int) -> tuple[Int32Array, FloatArray]:
    """The nearest triangle of each pixel.

    Args:
        points: (n, 3), see `in_camera`.
        triangles: (m, 3) indices of points.
        side: of the square picture, in pixels.

    Returns:
        (side, side) index of the triangle, -1 where nothing is seen, and the distance along the camera's axis in
        metres, infinite there.
    """
    nearest = np.full((side, side), -1, dtype=np.int32)
    distance = np.full((side, side), np.inf)
    for t in range(len(triangles)):
        a, b, c = points[triangles[t, 0]], points[triangles[t, 1]], points[triangles[t, 2]]
        if a[2] <= NEAREST and b[2] <= NEAREST and c[2] <= NEAREST:
            continue
        first_x, last_x, first_y, last_y = 0, side - 1, 0, side - 1
        if a[2] > NEAREST and b[2] > NEAREST and c[2] > NEAREST:
            ax, bx, cx = a[0] / a[2], b[0] / b[2], c[0] / c[2]
            ay, by, cy = a[1] / a[2], b[1] / b[2], c[1] / c[2]
            half = side / 2.0
            first_x = max(0, int(np.floor((min(ax, bx, cx) + 1) * half - 1)))
            last_x = min(side - 1, int(np.ceil((max(ax, bx, cx) + 1) * half)))
            first_y = max(0, int(np.floor((1 - max(ay, by, cy)) * half - 1)))
            last_y = min(side - 1, int(np.ceil((1 - min(ay, by, cy)) * half)))
            if last_x < 0 or last_y < 0 or first_x >= side or first_y >= side:
                continue
        # Signed volumes of the eye, the ray and each edge; all of one sign where the ray meets the triangle.
        ux, uy, uz = b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]
        vx, vy, vz = c[1] * a[2] - c[2] * a[1], c[2] * a[0] - c[0] * a[2], c[0] * a[1] - c[1] * a[0]
        wx, wy, wz = a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
        volume = a[0] * ux + a[1] * uy + a[2] * uz
        if volume == 0:
            continue
        for row in range(first_y, last_y + 1):
            y = 1 - (2 * row + 1) / side
            for column in range(first_x, last_x + 1):
                x = (2 * column + 1) / side - 1
                e, f, g = ux * x + uy * y + uz, vx * x + vy * y + vz, wx * x + wy * y + wz
                if (e >= 0 and f >= 0 and g >= 0) or (e <= 0 and f <= 0 and g <= 0):
                    z = volume / (e + f + g)
                    if NEAREST < z < distance[row, column]:
                        distance[row, column] = z
                        nearest[row, column] = t
    return nearest, distance
