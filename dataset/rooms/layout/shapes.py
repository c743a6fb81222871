"""Meshes of simple bodies: boxes with broken edges, turned bodies, cushions, hanging cloth.

Each function gives (vertices (n, 3), triangles (m, 3), uv (m, 3, 2)); uv are metres along the surface, u along the
longer side of flat faces, so that the grain of wood runs along boards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ...runtime.arrays import FloatArray, Int32Array
from .room import Finish, Node, Shape
from ..projection import turn

__all__ = ["box", "cloth", "cushion", "disc", "quad", "shape", "turned"]

Vector = tuple[float, float, float]
Body = tuple[FloatArray, Int32Array, FloatArray]
CHAMFER: Final = 0.004


def shape(body: Body, finish: Finish, node: Node, smooth: bool = False) -> Shape:
    """A body with its finish and node."""
    return Shape(*body, finish=finish, node=node, smooth=smooth)


def _flat_uv(vertices: FloatArray, triangles: Int32Array) -> FloatArray:
    """Each triangle's corners in the plane of the two axes that it faces least, u along the body's longer one."""
    corners = vertices[triangles]
    normal = np.abs(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    extent = np.ptp(vertices, axis=0)
    axes = np.array([_axes(facing, extent) for facing in range(3)])[np.argmax(normal, axis=1)]
    return np.take_along_axis(corners, np.repeat(axes[:, None, :], 3, axis=1), axis=2)


def _axes(facing: int, extent: FloatArray) -> tuple[int, int]:
    first, second = [axis for axis in range(3) if axis != facing]
    return (first, second) if extent[first] >= extent[second] else (second, first)


def box(low: Vector, high: Vector, chamfer: float = CHAMFER) -> Body:
    """A box from its lowest to its highest corner, with broken edges; 0 leaves them sharp."""
    lower, upper = np.array(low, dtype=float), np.array(high, dtype=float)
    c = min(chamfer, 0.25 * float((upper - lower).min()))
    if c <= 0:
        signs = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)])
        vertices = lower + signs * (upper - lower)
        quads = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
        triangles = np.array([t for a, b, d, e in quads for t in ((a, b, d), (a, d, e))], dtype=np.int32)
        return vertices, triangles, _flat_uv(vertices, triangles)
    # Vertex 3 * corner + axis lies on the face across `axis`, moved in along the other two.
    points = []
    for corner in range(8):
        sign = np.array([corner & 1, corner >> 1 & 1, corner >> 2 & 1])
        for axis in range(3):
            inset = np.where(np.arange(3) == axis, 0.0, c) * np.where(sign == 1, -1.0, 1.0)
            points.append(np.where(sign == 1, upper, lower) + inset)
    vertices = np.array(points)
    faces: list[list[int]] = []
    for axis in range(3):
        first, second = (1 << a for a in range(3) if a != axis)
        for side in (0, 1 << axis):
            faces.append([3 * (side + k) + axis for k in (0, first, first + second, second)])
        other, last = (a for a in range(3) if a != axis)
        for side in (0, 1 << other):  # the edges along `axis`
            for end in (0, 1 << last):
                near, far = side + end, side + end + (1 << axis)
                faces.append([3 * near + other, 3 * far + other, 3 * far + last, 3 * near + last])
    triangles_ = [t for a, b, d, e in faces for t in ((a, b, d), (a, d, e))]
    triangles_ += [(3 * corner, 3 * corner + 1, 3 * corner + 2) for corner in range(8)]
    triangles = _outwards(vertices, np.array(triangles_, dtype=np.int32))
    return vertices, triangles, _flat_uv(vertices, triangles)


def _outwards(vertices: FloatArray, triangles: Int32Array) -> Int32Array:
    """The triangles of a convex body, counterclockwise seen from outside."""
    corners = vertices[triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inwards = (normal * (corners.mean(axis=1) - vertices.mean(axis=0))).sum(axis=1) < 0
    return np.where(inwards[:, None], triangles[:, ::-1], triangles)


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
    circle = np.array([turn(360.0 * k / segments) for k in range(segments)])
    rings = [np.column_stack([r * circle, np.full(segments, z)]) for r, z in profile]
    vertices = np.concatenate(rings) + np.array(center)
    steps = np.sqrt(np.sum(np.diff(np.array(profile), axis=0) ** 2, axis=1))
    along = np.concatenate([[0.0], np.cumsum(steps)])
    around = 6.2832 * max(r for r, _ in profile) / segments
    triangles, uv = [], []
    for ring in range(len(profile) - 1):
        for k in range(segments):
            a, b = ring * segments + k, ring * segments + (k + 1) % segments
            c, d = b + segments, a + segments
            u, v, w, x = k * around, (k + 1) * around, along[ring], along[ring + 1]
            if profile[ring][0] > 0:
                triangles.append((a, b, c))
                uv.append(((u, w), (v, w), (v, x)))
            if profile[ring + 1][0] > 0:
                triangles.append((a, c, d))
                uv.append(((u, w), (v, x), (u, x)))
    return vertices, np.array(triangles, dtype=np.int32), np.array(uv)


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
