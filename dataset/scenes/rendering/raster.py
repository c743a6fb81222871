"""A depth buffer of analytic solids: each is intersected with the rays of its screen rectangle only.

Everything here is compiled, in doubles, of + - * / and square roots alone: bit-identical on every machine.
A *surface* is one number per ray, ``8 * primitive + face``, or -1 where the ray meets nothing.
"""

from __future__ import annotations

import numpy as np

from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from .polyhedra import NEAREST, TIE, Workspace, entry, plane_terms, rasterise_polyhedron, workspace
from .solids import CENTER, ELLIPSOID, FRUSTUM, INVERSE, KIND_BACKGROUND, KIND_SHAPE, PLANES, SIZE, TORUS, Solids

__all__ = ["TIE", "entry", "plane_terms", "rasterise", "rectangle", "rectangles", "to_own_frame", "trace"]


Triple = tuple[float, float, float]
Size = tuple[float, float, float, float]


@compiled(allocates=False)
def trace(
    kinds: IntArray, numbers: FloatArray, i: int, local: FloatArray, slot: int, gx: float, gy: float
) -> tuple[float, int]:
    """First meeting of solid i with the ray through image point (gx, gy).

    Args:
        kinds: table of the solids.
        numbers: table of the solids.
        i: which solid.
        local: (slots, 6, 3) the rays in the solids' own frames, see `to_own_frame`.
        slot: which of them is this solid's.
        gx: image x in [-1, 1].
        gy: image y in [-1, 1], upwards.

    Returns:
        Distance in units of the ray's direction (infinite for none) and the face: of a polyhedron the plane's index,
        of a frustum 0 for the side, 1 for the top, 2 for the bottom.
    """
    ox = local[slot, 0, 0] + gx * local[slot, 1, 0] + gy * local[slot, 2, 0]
    oy = local[slot, 0, 1] + gx * local[slot, 1, 1] + gy * local[slot, 2, 1]
    oz = local[slot, 0, 2] + gx * local[slot, 1, 2] + gy * local[slot, 2, 2]
    dx = local[slot, 3, 0] + gx * local[slot, 4, 0] + gy * local[slot, 5, 0]
    dy = local[slot, 3, 1] + gx * local[slot, 4, 1] + gy * local[slot, 5, 1]
    dz = local[slot, 3, 2] + gx * local[slot, 4, 2] + gy * local[slot, 5, 2]
    shape = kinds[i, KIND_SHAPE]
    hx, hy, hz = numbers[i, SIZE], numbers[i, SIZE + 1], numbers[i, SIZE + 2]
    if shape == ELLIPSOID:
        return _ellipsoid(ox / hx, oy / hy, oz / hz, dx / hx, dy / hy, dz / hz)
    if shape == FRUSTUM:
        return _frustum(hz, numbers[i, SIZE + 3], ox / hx, oy / hy, oz, dx / hx, dy / hy, dz)
    if shape == TORUS:
        return _torus(hx, hz, ox, oy, oz, dx, dy, dz)
    return _polyhedron(numbers, i, ox, oy, oz, dx, dy, dz)


@compiled(allocates=False)
def _polyhedron(
    numbers: FloatArray, i: int, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float
) -> tuple[float, int]:
    near, far, face = -np.inf, np.inf, 0
    for k in range(6):
        at = PLANES + 4 * k
        nx, ny, nz = numbers[i, at], numbers[i, at + 1], numbers[i, at + 2]
        toward = nx * dx + ny * dy + nz * dz
        gap = numbers[i, at + 3] - (nx * ox + ny * oy + nz * oz)
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


@compiled(allocates=False)
def _ellipsoid(x: float, y: float, z: float, u: float, v: float, w: float) -> tuple[float, int]:
    """A unit sphere."""
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


@compiled(allocates=False)
def _frustum(hz: float, top: float, x: float, y: float, oz: float, u: float, v: float, dz: float) -> tuple[float, int]:
    """Side of a round cone between z = -hz (radius 1) and hz (radius `top`), then its two caps."""
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


@compiled(allocates=False)
def _torus(
    ring: float, tube: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float
) -> tuple[float, int]:
    """Sphere tracing (Hart 1996) within the enclosing sphere and slab: the distance to a torus is exact."""
    a = dx * dx + dy * dy + dz * dz
    b = ox * dx + oy * dy + oz * dz
    reach = ring + tube
    d = b * b - a * (ox * ox + oy * oy + oz * oz - reach * reach)
    if d <= 0:
        return np.inf, 0
    root, length = np.sqrt(d), np.sqrt(a)
    t, end = max((-b - root) / a, NEAREST), (-b + root) / a
    if dz != 0:
        one, other = (tube - oz) / dz, (-tube - oz) / dz
        t, end = max(t, min(one, other)), min(end, max(one, other))
    elif abs(oz) > tube:
        return np.inf, 0
    if t > end:
        return np.inf, 0
    for _ in range(64):
        x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
        rho = np.sqrt(x * x + y * y) - ring
        gap = np.sqrt(rho * rho + z * z) - tube
        if gap < 1e-5 * reach:
            return t, 0
        t += gap / length
        if t > end:
            break
    return np.inf, 0


@compiled
def rectangles(corners: FloatArray, view: FloatArray, perspective: bool, resolution: int) -> IntArray:
    """Pixel rectangles that hold the solids: (n, 4) of x0, x1, y0, y1, half-open.

    Args:
        corners: (n, 8, 3) world corners.
        view: (4, 3) eye, forward, and the right and up axes that yield image coordinates in [-1, 1].
        perspective: whether image coordinates are divided by the depth.
        resolution: pixels per side.
    """
    out = np.zeros((len(corners), 4), np.int64)
    for i in range(len(corners)):
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = rectangle(corners, i, view, perspective, resolution)
    return out


@compiled(allocates=False)
def rectangle(
    corners: FloatArray, i: int, view: FloatArray, perspective: bool, resolution: int
) -> tuple[int, int, int, int]:
    """Pixel rectangle of solid i, see `rectangles`."""
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
        return 0, 0, 0, 0
    if behind:
        left, right, low, high = -1.0, 1.0, -1.0, 1.0
    limit = 4.0
    return (
        max(int(np.floor((max(left, -limit) + 1) / 2 * resolution)) - 1, 0),
        min(int(np.floor((min(right, limit) + 1) / 2 * resolution)) + 2, resolution),
        max(int(np.floor((max(low, -limit) + 1) / 2 * resolution)) - 1, 0),
        min(int(np.floor((min(high, limit) + 1) / 2 * resolution)) + 2, resolution),
    )


def rasterise(
    solids: Solids, rays: FloatArray, boxes: IntArray, casters_only: bool, resolution: int
) -> tuple[FloatArray, IntArray]:
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
    fill_depth(solids, rays, boxes, casters_only, np.zeros((1, 6, 3)), workspace(resolution), depth, surface)
    return depth, surface


@compiled(allocates=False)
def fill_depth(
    solids: Solids,
    rays: FloatArray,
    boxes: IntArray,
    casters_only: bool,
    local: FloatArray,
    room: Workspace,
    depth: FloatArray,
    surface: IntArray,
) -> None:
    """Compute `rasterise` into `depth` and `surface`, which hold what nothing is seen in; `local` (1, 6, 3) is room."""
    kinds, numbers, resolution = solids.kinds, solids.numbers, len(depth)
    for i in range(len(kinds)):
        if casters_only and kinds[i, KIND_BACKGROUND]:
            continue
        to_own_frame(numbers, i, rays, local[0])
        box, shape = boxes[i], kinds[i, KIND_SHAPE]
        if shape not in (ELLIPSOID, FRUSTUM, TORUS):
            rasterise_polyhedron(numbers, i, local[0], box, room, depth, surface)
            continue
        code, size = 8 * i, (numbers[i, SIZE], numbers[i, SIZE + 1], numbers[i, SIZE + 2], numbers[i, SIZE + 3])
        for row in range(box[2], box[3]):
            gy = 1.0 - (row + 0.5) / resolution * 2
            columns = room.columns[box[0] : box[1]]
            depths, surfaces = depth[row, box[0] : box[1]], surface[row, box[0] : box[1]]
            if shape == ELLIPSOID:
                _ellipsoid_row(_row_terms(local, gy), size, code, columns, depths, surfaces)
            elif shape == FRUSTUM:
                _frustum_row(_row_terms(local, gy), size, code, columns, depths, surfaces)
            else:
                for column in range(len(columns)):
                    t, face = trace(kinds, numbers, i, local, 0, columns[column], gy)
                    if t * TIE < depths[column]:
                        depths[column], surfaces[column] = t, code + face


Terms = tuple[Triple, Triple, Triple, Triple, Triple, Triple]
"""Origin and direction of a row's rays in a solid's frame: x, y and z of each as its sum of three, see `_at`."""


@compiled(allocates=False)
def _row_terms(local: FloatArray, gy: float) -> Terms:
    return (
        (local[0, 0, 0], local[0, 1, 0], gy * local[0, 2, 0]),
        (local[0, 0, 1], local[0, 1, 1], gy * local[0, 2, 1]),
        (local[0, 0, 2], local[0, 1, 2], gy * local[0, 2, 2]),
        (local[0, 3, 0], local[0, 4, 0], gy * local[0, 5, 0]),
        (local[0, 3, 1], local[0, 4, 1], gy * local[0, 5, 1]),
        (local[0, 3, 2], local[0, 4, 2], gy * local[0, 5, 2]),
    )


@compiled(allocates=False)
def _at(term: Triple, gx: float) -> float:
    return term[0] + gx * term[1] + term[2]


# Loops without a branch, so that several pixels are computed at once: every one is written, most as it was before.


@compiled(allocates=False)
def _ellipsoid_row(
    terms: Terms, size: Size, code: int, columns: FloatArray, depth: FloatArray, surface: IntArray
) -> None:
    ox, oy, oz, dx, dy, dz = terms
    hx, hy, hz, _ = size
    for column in range(len(columns)):
        gx, before = columns[column], depth[column]
        t, face = _ellipsoid(
            _at(ox, gx) / hx, _at(oy, gx) / hy, _at(oz, gx) / hz, _at(dx, gx) / hx, _at(dy, gx) / hy, _at(dz, gx) / hz
        )
        first = t * TIE < before
        depth[column] = t if first else before
        surface[column] = code + face if first else surface[column]


@compiled(allocates=False)
def _frustum_row(
    terms: Terms, size: Size, code: int, columns: FloatArray, depth: FloatArray, surface: IntArray
) -> None:
    ox, oy, oz, dx, dy, dz = terms
    hx, hy, hz, top = size
    for column in range(len(columns)):
        gx, before = columns[column], depth[column]
        t, face = _frustum(
            hz, top, _at(ox, gx) / hx, _at(oy, gx) / hy, _at(oz, gx), _at(dx, gx) / hx, _at(dy, gx) / hy, _at(dz, gx)
        )
        first = t * TIE < before
        depth[column] = t if first else before
        surface[column] = code + face if first else surface[column]


@compiled(allocates=False)
def to_own_frame(numbers: FloatArray, i: int, rays: FloatArray, local: FloatArray) -> None:
    """Fill `local` (6, 3) with the rays as seen from solid i."""
    for k in range(6):
        x, y, z = rays[k, 0], rays[k, 1], rays[k, 2]
        if k == 0:
            x, y, z = x - numbers[i, CENTER], y - numbers[i, CENTER + 1], z - numbers[i, CENTER + 2]
        for a in range(3):
            at = INVERSE + 3 * a
            local[k, a] = numbers[i, at] * x + numbers[i, at + 1] * y + numbers[i, at + 2] * z
