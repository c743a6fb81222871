"""What a solid's surface is like at a point: its normal, soft edges, and coordinates for the patterns on it."""

# pragma: no cover - compiled code is invisible to coverage

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = ["normal_at", "pattern_coordinates", "turns_of"]

Floats = npt.NDArray[np.float64]


@njit(cache=True, error_model="numpy")
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


@njit(cache=True, error_model="numpy")
def normal_at(
    shape: int, size: Floats, planes: Floats, face: int, soft: float, x: float, y: float, z: float
) -> tuple[float, float, float]:
    """Unnormalised outward normal at a surface point, own frame, bent within `soft` of an edge as if it were rounded."""
    if shape == 1:
        return x / (size[0] * size[0]), y / (size[1] * size[1]), z / (size[2] * size[2])
    if shape == 3:
        rho = np.sqrt(x * x + y * y) + 1e-12
        return x - x / rho * size[0], y - y / rho * size[0], z
    if shape == 2:
        return _frustum_normal(size, face, soft, x, y, z)
    nx, ny, nz = planes[face, 0], planes[face, 1], planes[face, 2]
    if soft <= 0:
        return nx, ny, nz
    bx, by, bz = nx, ny, nz
    for k in range(6):
        facing = planes[k, 0] * nx + planes[k, 1] * ny + planes[k, 2] * nz
        gap = planes[k, 3] - (planes[k, 0] * x + planes[k, 1] * y + planes[k, 2] * z)
        if gap < soft and facing < 0.99:
            bend = 1.0 - gap / soft
            bend = bend * bend * 0.8
            bx, by, bz = bx + bend * planes[k, 0], by + bend * planes[k, 1], bz + bend * planes[k, 2]
    return bx, by, bz


@njit(cache=True, error_model="numpy")
def _frustum_normal(size: Floats, face: int, soft: float, x: float, y: float, z: float) -> tuple[float, float, float]:
    slope = (size[3] - 1.0) / (2 * size[2])
    radius = (1.0 + size[3]) / 2 + slope * z
    sx, sy, sz = x / (size[0] * size[0]), y / (size[1] * size[1]), -slope * radius
    length = np.sqrt(sx * sx + sy * sy + sz * sz) + 1e-12
    sx, sy, sz = sx / length, sy / length, sz / length
    cap = 1.0 if z > 0 else -1.0
    if face == 0:
        gap = size[2] - abs(z)
        bend = max(1.0 - gap / soft, 0.0) if soft > 0 else 0.0
        return sx, sy, sz + cap * bend * bend * 0.8
    edge = size[3] if face == 1 else 1.0
    gap = (edge - np.sqrt(x * x / (size[0] * size[0]) + y * y / (size[1] * size[1]))) * min(size[0], size[1])
    bend = max(1.0 - gap / soft, 0.0) if soft > 0 else 0.0
    bend = bend * bend * 0.8
    return bend * sx, bend * sy, cap + bend * sz


@njit(cache=True, error_model="numpy")
def pattern_coordinates(
    shape: int,
    size: Floats,
    planes: Floats,
    face: int,
    turn: float,
    point: tuple[float, float, float],
    right: tuple[float, float, float],
    down: tuple[float, float, float],
) -> tuple[float, float, float, float]:
    """Pattern coordinates u (along) and v (up) of a surface point, and what one pixel spans in each.

    Args:
        shape: index into `solids.SHAPES`.
        size: (4,) half extents and upper radius.
        planes: (6, 4) faces, for polyhedra.
        face: face of the solid.
        turn: length that u grows by in one turn around a curved solid.
        point: the point, own frame.
        right: how it moves with one pixel to the right.
        down: how it moves with one pixel downwards.
    """
    x, y, z = point
    if shape == 0 or shape == 4:
        flat = face < 2
        if shape == 4 and face >= 4:
            stretch = 1.0 / abs(planes[face, 1])
            return x, z * stretch, _span(right[0], down[0]), _span(right[2], down[2]) * stretch
        if flat:
            return x, y, _span(right[0], down[0]), _span(right[1], down[1])
        if face < 4:
            return y, z, _span(right[1], down[1]), _span(right[2], down[2])
        return x, z, _span(right[0], down[0]), _span(right[2], down[2])
    if shape == 2 and face > 0:
        return x, y, _span(right[0], down[0]), _span(right[1], down[1])
    px, py = x / size[0], y / size[1]
    around = 6.2831853 * (px * px + py * py) + 1e-9
    sweep_right = (px * right[1] / size[1] - py * right[0] / size[0]) / around
    sweep_down = (px * down[1] / size[1] - py * down[0] / size[0]) / around
    u = turns_of(-px, py) * turn
    span = min(_span(sweep_right, sweep_down), 1.0) * turn
    if shape == 2:
        return u, z, span, _span(right[2], down[2])
    length = _span(right[0], down[0]) + _span(right[1], down[1]) + _span(right[2], down[2])
    if shape == 3:
        tilt = turns_of(z, np.sqrt(x * x + y * y) - size[0])
        return u, tilt * 6.2831853 * size[2], span, length
    rise = turns_of(z / size[2], np.sqrt(px * px + py * py))
    rise = rise - 1.0 if rise > 0.5 else rise
    return u, rise * 6.2831853 * size[2], span, length


@njit(cache=True, error_model="numpy")
def _span(right: float, down: float) -> float:
    return abs(right) + abs(down)
