"""What a solid's surface is like at a point: its normal, soft edges, and coordinates for the patterns on it."""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from .solids import BOX, CENTER, ELLIPSOID, FRUSTUM, GABLE, INVERSE, KIND_SHAPE, PLANES, SIZE, TORUS, Solids

__all__ = [
    "face_normals",
    "is_polyhedron",
    "normal_at",
    "own_offset",
    "own_point",
    "pattern_coordinates",
    "to_world",
    "turns_of",
    "view_at",
]

Triple = tuple[float, float, float]

TURN = 6.2831853


@compiled(allocates=False)
def turns_of(y: float, x: float) -> float:
    """Angle of (x, y) in turns, in [0, 1): a polynomial within 0.0006 turns, for sines differ between machines."""
    ax, ay = abs(x), abs(y)
    if ax + ay == 0:
        return 0.0
    ratio = min(ax, ay) / max(ax, ay)
    angle = ratio * (0.125 + 0.0434507 * (1.0 - ratio))
    if ay > ax:
        angle = 0.25 - angle
    if x < 0:
        angle = 0.5 - angle
    if y < 0:
        angle = 1.0 - angle
    return angle


@compiled(allocates=False)
def normal_at(numbers: FloatArray, i: int, shape: int, face: int, soft: float, point: Triple) -> Triple:
    """Unnormalised outward normal of solid i at a surface point, in its own frame.

    Within `soft` of an edge the normal is bent as if the edge were rounded.
    """
    x, y, z = point
    hx, hy = numbers[i, SIZE], numbers[i, SIZE + 1]
    if shape == ELLIPSOID:
        hz = numbers[i, SIZE + 2]
        return x / (hx * hx), y / (hy * hy), z / (hz * hz)
    if shape == TORUS:
        rho = np.sqrt(x * x + y * y) + 1e-12
        return x - x / rho * hx, y - y / rho * hx, z
    if shape == FRUSTUM:
        return _frustum_normal(numbers, i, face, soft, x, y, z)
    at = PLANES + 4 * face
    nx, ny, nz = numbers[i, at], numbers[i, at + 1], numbers[i, at + 2]
    if soft <= 0:
        return nx, ny, nz
    bx, by, bz = nx, ny, nz
    for k in range(6):
        at = PLANES + 4 * k
        px, py, pz = numbers[i, at], numbers[i, at + 1], numbers[i, at + 2]
        gap = numbers[i, at + 3] - (px * x + py * y + pz * z)
        if gap < soft and px * nx + py * ny + pz * nz < 0.99:
            bend = 1.0 - gap / soft
            bend = bend * bend * 0.8
            bx, by, bz = bx + bend * px, by + bend * py, bz + bend * pz
    return bx, by, bz


@compiled(allocates=False)
def _frustum_normal(numbers: FloatArray, i: int, face: int, soft: float, x: float, y: float, z: float) -> Triple:
    hx, hy, hz, top = numbers[i, SIZE], numbers[i, SIZE + 1], numbers[i, SIZE + 2], numbers[i, SIZE + 3]
    slope = (top - 1.0) / (2 * hz)
    radius = (1.0 + top) / 2 + slope * z
    sx, sy, sz = x / (hx * hx), y / (hy * hy), -slope * radius
    length = np.sqrt(sx * sx + sy * sy + sz * sz) + 1e-12
    sx, sy, sz = sx / length, sy / length, sz / length
    cap = 1.0 if z > 0 else -1.0
    if face == 0:
        bend = max(1.0 - (hz - abs(z)) / soft, 0.0) if soft > 0 else 0.0
        return sx, sy, sz + cap * bend * bend * 0.8
    edge = top if face == 1 else 1.0
    gap = (edge - np.sqrt(x * x / (hx * hx) + y * y / (hy * hy))) * min(hx, hy)
    bend = max(1.0 - gap / soft, 0.0) if soft > 0 else 0.0
    bend = bend * bend * 0.8
    return bend * sx, bend * sy, cap + bend * sz


def face_normals(solids: Solids) -> FloatArray:
    """Unit outward normals in the world of the faces of polyhedra, (n, 8, 3); what other solids have is not used."""
    normals = np.zeros((len(solids.kinds), 8, 3))
    fill_face_normals(solids.kinds, solids.numbers, normals)
    return normals


@compiled(allocates=False)
def fill_face_normals(kinds: IntArray, numbers: FloatArray, normals: FloatArray) -> None:
    """Compute `face_normals` into zeros."""
    for i in range(len(kinds)):
        if not is_polyhedron(kinds[i, KIND_SHAPE]):
            continue
        for face in range(6):
            at = PLANES + 4 * face
            own = (numbers[i, at], numbers[i, at + 1], numbers[i, at + 2])
            normals[i, face, 0], normals[i, face, 1], normals[i, face, 2] = to_world(numbers, i, own)


@compiled(allocates=False)
def is_polyhedron(shape: int) -> bool:
    """Whether a solid of this shape has flat faces only."""
    return shape != ELLIPSOID and shape != FRUSTUM and shape != TORUS


@compiled(allocates=False, forceinline=True)
def pattern_coordinates(
    numbers: FloatArray, i: int, shape: int, face: int, turn: float, point: Triple, right: Triple, down: Triple
) -> tuple[float, float, float, float]:
    """Pattern coordinates u (along) and v (up) of a surface point, and what one pixel spans in each.

    Args:
        numbers: table of the solids.
        i: which solid.
        shape: its shape.
        face: its face.
        turn: length that u grows by in one turn around a curved solid.
        point: the point, own frame.
        right: how it moves with one pixel to the right.
        down: how it moves with one pixel downwards.
    """
    x, y, z = point
    if (shape == FRUSTUM and face > 0) or (shape == BOX and face < 2) or (shape == GABLE and face < 2):
        return x, y, _span(right[0], down[0]), _span(right[1], down[1])
    if shape == GABLE and face >= 4:
        stretch = 1.0 / abs(numbers[i, PLANES + 4 * face + 1])
        return x, z * stretch, _span(right[0], down[0]), _span(right[2], down[2]) * stretch
    if shape in (BOX, GABLE):
        if face < 4:
            return y, z, _span(right[1], down[1]), _span(right[2], down[2])
        return x, z, _span(right[0], down[0]), _span(right[2], down[2])
    hx, hy, hz = numbers[i, SIZE], numbers[i, SIZE + 1], numbers[i, SIZE + 2]
    px, py = x / hx, y / hy
    around = TURN * (px * px + py * py) + 1e-9
    sweep_right = (px * right[1] / hy - py * right[0] / hx) / around
    sweep_down = (px * down[1] / hy - py * down[0] / hx) / around
    u, span = turns_of(-px, py) * turn, min(_span(sweep_right, sweep_down), 1.0) * turn
    if shape == FRUSTUM:
        return u, z, span, _span(right[2], down[2])
    length = _span(right[0], down[0]) + _span(right[1], down[1]) + _span(right[2], down[2])
    if shape == TORUS:
        return u, turns_of(z, np.sqrt(x * x + y * y) - hx) * TURN * hz, span, length
    rise = turns_of(z / hz, np.sqrt(px * px + py * py))
    rise = rise - 1.0 if rise > 0.5 else rise
    return u, rise * TURN * hz, span, length


@compiled(allocates=False)
def _span(right: float, down: float) -> float:
    return abs(right) + abs(down)


@compiled(allocates=False)
def view_at(rays: FloatArray, gx: float, gy: float) -> Triple:
    """Direction of the ray through an image point."""
    return (
        rays[3, 0] + gx * rays[4, 0] + gy * rays[5, 0],
        rays[3, 1] + gx * rays[4, 1] + gy * rays[5, 1],
        rays[3, 2] + gx * rays[4, 2] + gy * rays[5, 2],
    )


@compiled(allocates=False, forceinline=True)
def own_point(numbers: FloatArray, i: int, p: Triple) -> Triple:
    """A world point in the local frame of solid i."""
    return own_offset(
        numbers, i, (p[0] - numbers[i, CENTER], p[1] - numbers[i, CENTER + 1], p[2] - numbers[i, CENTER + 2])
    )


@compiled(allocates=False, forceinline=True)
def own_offset(numbers: FloatArray, i: int, p: Triple) -> Triple:
    """A world direction in the local frame of solid i."""
    m = INVERSE
    return (
        numbers[i, m] * p[0] + numbers[i, m + 1] * p[1] + numbers[i, m + 2] * p[2],
        numbers[i, m + 3] * p[0] + numbers[i, m + 4] * p[1] + numbers[i, m + 5] * p[2],
        numbers[i, m + 6] * p[0] + numbers[i, m + 7] * p[1] + numbers[i, m + 8] * p[2],
    )


@compiled(allocates=False, forceinline=True)
def to_world(numbers: FloatArray, i: int, n: Triple) -> Triple:
    """A unit world vector from one in the local frame of solid i."""
    m = INVERSE
    x = numbers[i, m] * n[0] + numbers[i, m + 3] * n[1] + numbers[i, m + 6] * n[2]
    y = numbers[i, m + 1] * n[0] + numbers[i, m + 4] * n[1] + numbers[i, m + 7] * n[2]
    z = numbers[i, m + 2] * n[0] + numbers[i, m + 5] * n[1] + numbers[i, m + 8] * n[2]
    length = np.sqrt(x * x + y * y + z * z) + 1e-12
    return x / length, y / length, z / length
