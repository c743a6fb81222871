"""A depth buffer of analytic solids: each is intersected with the rays of its screen rectangle only.

Everything here is compiled, in doubles, of + - * / and square roots alone: bit-identical on every machine.
A *surface* is one number per ray, ``8 * primitive + face``, or -1 where the ray meets nothing.
"""

# pragma: no cover - compiled code is invisible to coverage

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .solids import Solids

__all__ = ["intersect", "rasterise", "rectangles", "to_own_frame"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

NEAREST = 1e-3
"""Nothing nearer than this is seen, in units of the ray's direction."""
TIE = 1.0 - 1e-7
"""A later solid wins when it is this close behind an earlier one: a label on a face needs no lifting."""


@njit(cache=True, error_model="numpy")
def intersect(
    shape: int, size: Floats, planes: Floats, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float
) -> tuple[float, int]:
    """First meeting of a ray with a solid in its own frame.

    Args:
        shape: index into `solids.SHAPES`.
        size: (4,) half extents and upper radius.
        planes: (6, 4) faces, for polyhedra.
        ox: origin of the ray; `oy`, `oz` likewise.
        oy: see `ox`.
        oz: see `ox`.
        dx: direction of the ray, of any length; `dy`, `dz` likewise.
        dy: see `dx`.
        dz: see `dx`.

    Returns:
        Distance in units of the direction (infinite for none) and the face: of a polyhedron the plane's index, of a
        frustum 0 for the side, 1 for the top, 2 for the bottom.
    """
    if shape == 0 or shape == 4:
        return _polyhedron(planes, ox, oy, oz, dx, dy, dz)
    if shape == 1:
        return _ellipsoid(size, ox, oy, oz, dx, dy, dz)
    if shape == 2:
        return _frustum(size, ox, oy, oz, dx, dy, dz)
    return _torus(size[0], size[2], ox, oy, oz, dx, dy, dz)


@njit(cache=True, error_model="numpy")
def _polyhedron(planes: Floats, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> tuple[float, int]:
    near, far, face = -np.inf, np.inf, 0
    for k in range(6):
        toward = planes[k, 0] * dx + planes[k, 1] * dy + planes[k, 2] * dz
        gap = planes[k, 3] - (planes[k, 0] * ox + planes[k, 1] * oy + planes[k, 2] * oz)
        if toward < 0:
            t = gap / toward
            if t > near:
                near, face = t, k
        elif toward > 0:
            t = gap / toward
            far = min(far, t)
        elif gap < 0:
            return np.inf, 0
        if near > far:
            return np.inf, 0
    if near > NEAREST:
        return near, face
    return np.inf, 0


@njit(cache=True, error_model="numpy")
def _ellipsoid(size: Floats, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> tuple[float, int]:
    x, y, z, u, v, w = ox / size[0], oy / size[1], oz / size[2], dx / size[0], dy / size[1], dz / size[2]
    a = u * u + v * v + w * w
    b = x * u + y * v + z * w
    c = x * x + y * y + z * z - 1.0
    d = b * b - a * c
    if d <= 0:
        return np.inf, 0
    t = (-b - np.sqrt(d)) / a
    if t > NEAREST:
        return t, 0
    return np.inf, 0


@njit(cache=True, error_model="numpy")
def _frustum(size: Floats, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> tuple[float, int]:
    """Side of an elliptic cone between z = -hz (radius 1) and hz (radius `top`), then its two caps."""
    hz, top = size[2], size[3]
    x, y, u, v = ox / size[0], oy / size[1], dx / size[0], dy / size[1]
    mean, slope = (1.0 + top) / 2, (top - 1.0) / (2 * hz)
    r, s = mean + slope * oz, slope * dz
    best, face = np.inf, 0
    a = u * u + v * v - s * s
    b = x * u + y * v - r * s
    c = x * x + y * y - r * r
    d = b * b - a * c
    if d > 0 and a != 0:
        root = np.sqrt(d)
        for t in ((-b - root) / a, (-b + root) / a):
            if NEAREST < t < best and abs(oz + t * dz) <= hz:
                best = t
    if dz != 0:
        for k in range(2):
            t = ((hz if k == 0 else -hz) - oz) / dz
            px, py = x + t * u, y + t * v
            radius = top if k == 0 else 1.0
            if NEAREST < t < best and px * px + py * py <= radius * radius:
                best, face = t, k + 1
    return best, face


@njit(cache=True, error_model="numpy")
def _torus(
    ring: float, tube: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float
) -> tuple[float, int]:
    """Sphere tracing (Hart 1996) between the ends of the enclosing sphere: the distance to a torus is exact."""
    a = dx * dx + dy * dy + dz * dz
    b = ox * dx + oy * dy + oz * dz
    reach = ring + tube
    d = b * b - a * (ox * ox + oy * oy + oz * oz - reach * reach)
    if d <= 0:
        return np.inf, 0
    root, length = np.sqrt(d), np.sqrt(a)
    t, end = max((-b - root) / a, NEAREST), (-b + root) / a
    for _ in range(96):
        x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
        rho = np.sqrt(x * x + y * y) - ring
        gap = np.sqrt(rho * rho + z * z) - tube
        if gap < 1e-6 * reach:
            return t, 0
        t += gap / length
        if t > end:
            break
    return np.inf, 0


@njit(cache=True, error_model="numpy")
def rectangles(corners: Floats, view: Floats, perspective: bool, resolution: int) -> Integers:
    """Pixel rectangles that hold the solids: (n, 4) of x0, x1, y0, y1, half-open.

    Args:
        corners: (n, 8, 3) world corners.
        view: (4, 3) eye, forward, and the right and up axes that yield image coordinates in [-1, 1].
        perspective: whether image coordinates are divided by the depth.
        resolution: pixels per side.
    """
    out = np.zeros((len(corners), 4), np.int64)
    for i in range(len(corners)):
        left, right, low, high = np.inf, -np.inf, np.inf, -np.inf
        behind = 0
        for corner in range(8):
            qx = corners[i, corner, 0] - view[0, 0]
            qy = corners[i, corner, 1] - view[0, 1]
            qz = corners[i, corner, 2] - view[0, 2]
            depth = qx * view[1, 0] + qy * view[1, 1] + qz * view[1, 2] if perspective else 1.0
            if depth < 0.05:
                behind += 1
                continue
            px = (qx * view[2, 0] + qy * view[2, 1] + qz * view[2, 2]) / depth
            py = -(qx * view[3, 0] + qy * view[3, 1] + qz * view[3, 2]) / depth
            left, right, low, high = min(left, px), max(right, px), min(low, py), max(high, py)
        if behind == 8:
            continue
        if behind:
            left, right, low, high = -1.0, 1.0, -1.0, 1.0
        limit = 4.0
        out[i, 0] = max(int(np.floor((max(left, -limit) + 1) / 2 * resolution)) - 1, 0)
        out[i, 1] = min(int(np.floor((min(right, limit) + 1) / 2 * resolution)) + 2, resolution)
        out[i, 2] = max(int(np.floor((max(low, -limit) + 1) / 2 * resolution)) - 1, 0)
        out[i, 3] = min(int(np.floor((min(high, limit) + 1) / 2 * resolution)) + 2, resolution)
    return out


@njit(cache=True, error_model="numpy")
def rasterise(
    solids: Solids, rays: Floats, boxes: Integers, casters_only: bool, resolution: int
) -> tuple[Floats, Integers]:
    """Depth and surface of what each pixel's centre sees.

    Args:
        solids: the scene.
        rays: (6, 3) origin, its change along image x and y, direction, its change along image x and y; image
            coordinates run from -1 to 1, y upwards.
        boxes: (n, 4) pixel rectangles, see `rectangles`.
        casters_only: leave the background out.
        resolution: pixels per side.

    Returns:
        depth (resolution, resolution), infinite where nothing is seen, in units of the ray's direction; surface.
    """
    depth = np.full((resolution, resolution), np.inf)
    surface = np.full((resolution, resolution), -1, np.int64)
    local = np.zeros((6, 3))
    for i in range(len(solids.shape)):
        if casters_only and solids.background[i]:
            continue
        to_own_frame(solids, i, rays, local)
        shape, size, planes = solids.shape[i], solids.size[i], solids.planes[i]
        for row in range(boxes[i, 2], boxes[i, 3]):
            gy = 1.0 - (row + 0.5) / resolution * 2
            for column in range(boxes[i, 0], boxes[i, 1]):
                gx = (column + 0.5) / resolution * 2 - 1.0
                t, face = _trace(shape, size, planes, local, gx, gy)
                if t * TIE < depth[row, column]:
                    depth[row, column] = t
                    surface[row, column] = 8 * i + face
    return depth, surface


@njit(cache=True, error_model="numpy")
def to_own_frame(solids: Solids, i: int, rays: Floats, local: Floats) -> None:
    """Fill `local` (6, 3) with the rays as seen from solid i."""
    for k in range(6):
        x, y, z = rays[k, 0], rays[k, 1], rays[k, 2]
        if k == 0:
            x, y, z = x - solids.center[i, 0], y - solids.center[i, 1], z - solids.center[i, 2]
        for a in range(3):
            local[k, a] = solids.inverse[i, a, 0] * x + solids.inverse[i, a, 1] * y + solids.inverse[i, a, 2] * z


@njit(cache=True, error_model="numpy")
def _trace(shape: int, size: Floats, planes: Floats, local: Floats, gx: float, gy: float) -> tuple[float, int]:
    return intersect(
        shape,
        size,
        planes,
        local[0, 0] + gx * local[1, 0] + gy * local[2, 0],
        local[0, 1] + gx * local[1, 1] + gy * local[2, 1],
        local[0, 2] + gx * local[1, 2] + gy * local[2, 2],
        local[3, 0] + gx * local[4, 0] + gy * local[5, 0],
        local[3, 1] + gx * local[4, 1] + gy * local[5, 1],
        local[3, 2] + gx * local[4, 2] + gy * local[5, 2],
    )
