"""Meshes of simple bodies: boxes with broken edges, turned bodies, cushions, hanging cloth.

Each function gives (vertices (n, 3), triangles (m, 3), uv (m, 3, 2)); uv are metres along the surface, u along the
longer side of flat faces, so that the grain of wood runs along boards.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from ...runtime.arrays import FloatArray, Int32Array
from ..projection import turn
from .room import Finish, Node, Shape

__all__ = ["box", "cloth", "cushion", "disc", "quad", "shape", "turned"]

Vector = tuple[float, float, float]
Body = tuple[FloatArray, Int32Array, FloatArray]
CHAMFER: Final = 0.004


def shape(body: Body, finish: Finish, node: Node, smooth: bool = False) -> Shape:
    """A body with its finish and node."""
    return Shape(*body, finish=finish, node=node, smooth=smooth)


def _axes(facing: int, extent: FloatArray) -> tuple[int, int]:
    """The two axes along a face that looks along axis ``facing``, the longer side first."""
    first, second = [axis for axis in range(3) if axis != facing]
    return (first, second) if extent[first] >= extent[second] else (second, first)


def box(low: Vector, high: Vector, chamfer: float = CHAMFER) -> Body:
    """A box from its lowest to its highest corner, with broken edges; 0 leaves them sharp."""
    lower, upper = np.array(low, dtype=float), np.array(high, dtype=float)
    extent = upper - lower
    c = min(chamfer, 0.25 * float(extent.min()))
    signs, inset, triangles, facing = _box_pattern(c > 0)
    vertices = lower + signs * extent + max(0.0, c) * inset
    axes = np.array([_axes(axis, extent) for axis in range(3)])[facing]
    uv = np.take_along_axis(vertices[triangles], np.repeat(axes[:, None, :], 3, axis=1), axis=2)
    return vertices, triangles.copy(), uv


@lru_cache(maxsize=2)
def _box_pattern(broken: bool) -> tuple[FloatArray, FloatArray, Int32Array, Int32Array]:
    """Of a box: (n, 3) corners in [0, 1], (n, 3) their way inwards, triangles, the axis that each looks along."""
    corners = np.array([[k & 1, k >> 1 & 1, k >> 2 & 1] for k in range(8)], dtype=float)
    if not broken:
        faces = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
        triangles = [t for a, b, d, e in faces for t in ((a, b, d), (a, d, e))]
        signs, inset = corners, np.zeros((8, 3))
    else:
        # Vertex 3 * corner + axis lies on the face across `axis`, moved in along the other two.
        signs = np.repeat(corners, 3, axis=0)
        inset = np.where(np.tile(np.eye(3, dtype=bool), (8, 1)), 0.0, 1 - 2 * signs)
        triangles = _broken_faces()
    points = signs + 0.1 * inset
    faces_ = np.array(triangles, dtype=np.int32)
    at = points[faces_]
    normal = np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0])
    inwards = (normal * (at.mean(axis=1) - 0.5)).sum(axis=1) < 0
    faces_ = np.where(inwards[:, None], faces_[:, ::-1], faces_)
    return signs, inset, faces_, np.argmax(np.abs(normal) + np.array([0, 0, 1e-9]), axis=1).astype(np.int32)


def _broken_faces() -> list[tuple[int, int, int]]:
    faces: list[list[int]] = []
    for axis in range(3):
        first, second = (1 << a for a in range(3) if a != axis)
        ring = (0, first, first + second, second)
        faces += [[3 * (side + k) + axis for k in ring] for side in (0, 1 << axis)]
        other, last = (a for a in range(3) if a != axis)
        for side in (0, 1 << other):  # the edges along `axis`
            for end in (0, 1 << last):
                near, far = side + end, side + end + (1 << axis)
                faces.append([3 * near + other, 3 * far + other, 3 * far + last, 3 * near + last])
    triangles = [t for a, b, d, e in faces for t in ((a, b, d), (a, d, e))]
    return triangles + [(3 * corner, 3 * corner + 1, 3 * corner + 2) for corner in range(8)]


def quad(corner: Vector, along: Vector, up: Vector) -> Body:
    """A rectangle; u runs along ``along``, v along ``up``, both from the corner."""
    start, right, top = np.array(corner, dtype=float), np.array(along, dtype=float), np.array(up, dtype=float)
    vertices = np.array([start, start + right, start + right + top, start + top])
    triangles = np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)
    width, height = float(np.sqrt((right**2).sum())), float(np.sqrt((top**2).sum()))
    uv = np.array([[0, 0], [width, 0], [width, height], [0, height]])[triangles]
    return vertices, triangles, uv


def turned(profile: Sequence[tuple[float, float]], center: Vector = (0, 0, 0), segments: int = 32) -> Body:
    """A body turned about the z axis; the profile's points are (radius, z), from below to above on the outside."""
    circle = _circle(segments)
    outline = np.array(profile, dtype=float)
    points = np.empty((len(outline), segments, 3))
    points[..., :2] = outline[:, None, :1] * circle[None]
    points[..., 2] = outline[:, None, 1]
    steps = np.sqrt(np.sum(np.diff(outline, axis=0) ** 2, axis=1))
    along = np.concatenate([[0.0], np.cumsum(steps)])
    around = 6.2832 * float(outline[:, 0].max()) / segments
    ring, k = (index.ravel() for index in np.indices((len(outline) - 1, segments)))
    a, b = ring * segments + k, ring * segments + (k + 1) % segments
    u, v, w, x = k * around, (k + 1) * around, along[ring], along[ring + 1]
    lower, upper = outline[ring, 0] > 0, outline[ring + 1, 0] > 0  # at the tip one of the two is a line
    triangles = np.concatenate(
        [np.stack([a, b, b + segments], 1)[lower], np.stack([a, b + segments, a + segments], 1)[upper]]
    )
    uv = np.concatenate(
        [
            np.stack([u, w, v, w, v, x], 1).reshape(-1, 3, 2)[lower],
            np.stack([u, w, v, x, u, x], 1).reshape(-1, 3, 2)[upper],
        ]
    )
    return points.reshape(-1, 3) + np.array(center), triangles.astype(np.int32), uv


@lru_cache(maxsize=16)
def _circle(segments: int) -> FloatArray:
    return np.array([turn(360.0 * k / segments) for k in range(segments)])


def disc(radius: float, center: Vector, segments: int = 48) -> Body:
    """A round plate facing -y."""
    points, triangles, uv = turned([(radius, 0.0), (0.0, 0.0)], segments=segments)
    return points[:, [0, 2, 1]] + np.array(center), triangles[:, ::-1].copy(), uv


def grid_mesh(points: FloatArray, step: float) -> tuple[Int32Array, FloatArray]:
    """Triangles and uv of a (rows, columns, 3) grid of points."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b = index[:-1, :-1].ravel(), index[:-1, 1:].ravel()
    c, d = index[1:, 1:].ravel(), index[1:, :-1].ravel()
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)
    flat = step * np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2).astype(float)
    return triangles, flat[triangles]


def cushion(width: float, height: float, thickness: float, cells: int = 16) -> Body:
    """A stuffed cushion lying in the xy plane, its middle at the origin."""
    t = np.linspace(-1, 1, cells + 1)
    u, v = np.meshgrid(t, t)
    swell = (1 - u**4) * (1 - v**4)
    pinch_u, pinch_v = 1 - 0.06 * (1 - v**2), 1 - 0.06 * (1 - u**2)
    x, y = width / 2 * u * pinch_u, height / 2 * v * pinch_v
    z = thickness / 2 * np.sqrt(swell)
    above, below = np.stack([x, y, z], -1), np.stack([x, y, -z], -1)
    triangles, uv = grid_mesh(above, width / cells)
    count = (cells + 1) ** 2
    vertices = np.concatenate([above.reshape(-1, 3), below.reshape(-1, 3)])
    return vertices, np.concatenate([triangles, triangles[:, ::-1] + count]), np.concatenate([uv, uv[:, ::-1]])


def cloth(width: float, height: float, folds: float, depth: float, cells: int = 96) -> Body:
    """Cloth that hangs in folds: x from 0 to ``width``, z from -``height`` to 0, y within +-``depth``."""
    u = np.linspace(0, 1, cells + 1)
    sway = np.array([turn(360.0 * folds * float(s))[1] + 0.3 * turn(360.0 * folds * 2.3 * float(s) + 40)[0] for s in u])
    drops = np.linspace(0, 1, 9)
    x = np.broadcast_to(width * u, (9, cells + 1))
    y = depth * sway[None] * (0.55 + 0.45 * drops[:, None]) / 1.3
    z = np.broadcast_to(-height * drops[:, None], (9, cells + 1))
    points = np.stack([x, y, z], -1)
    triangles, uv = grid_mesh(points, width / cells)
    return points.reshape(-1, 3), triangles, uv
