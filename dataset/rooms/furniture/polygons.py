"""Cuts polygons into triangles, also those that are not convex."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["triangulated"]

Point = Sequence[float]
Flat = tuple[float, float]


def triangulated(points: Sequence[Point]) -> list[tuple[int, int, int]]:
    """Triangles of a polygon in space, as indices of its corners, wound as the polygon is.

    A convex polygon becomes a fan around its first corner; from any other, ears are cut off one after another.

    Args:
        points: corners, about in one plane; of fewer than three there is no triangle.
    """
    if len(points) < 4:
        return [(0, 1, 2)] if len(points) == 3 else []
    flat = _projected(points)
    left = list(range(len(points)))
    if all(_turn(flat[k - 2], flat[k - 1], flat[k]) >= 0 for k in left):
        return [(0, k, k + 1) for k in left[1:-1]]
    triangles = []
    while len(left) > 3:
        k = next((k for k in range(len(left)) if _is_ear(flat, left, k)), 0)
        triangles.append((left[k - 1], left[k], left[(k + 1) % len(left)]))
        del left[k]
    return [*triangles, (left[0], left[1], left[2])]


def _projected(points: Sequence[Point]) -> list[Flat]:
    """The corners on the plane of the axes that shows most of the polygon, counterclockwise."""
    normal = [0.0, 0.0, 0.0]
    for (ax, ay, az), (bx, by, bz) in zip(points, [*points[1:], points[0]], strict=True):
        normal[0] += (ay - by) * (az + bz)
        normal[1] += (az - bz) * (ax + bx)
        normal[2] += (ax - bx) * (ay + by)
    axis = max(range(3), key=lambda k: abs(normal[k]))
    first, second = ((1, 2), (2, 0), (0, 1))[axis]
    if normal[axis] < 0:
        first, second = second, first
    return [(point[first], point[second]) for point in points]


def _turn(a: Flat, b: Flat, c: Flat) -> float:
    """Positive where the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_ear(flat: list[Flat], left: list[int], k: int) -> bool:
    """Whether corner k of those left can be cut off: it sticks out, and no other corner lies in its triangle."""
    before, corner, after = flat[left[k - 1]], flat[left[k]], flat[left[(k + 1) % len(left)]]
    if _turn(before, corner, after) <= 0:
        return False
    others = (flat[j] for j in left if flat[j] not in (before, corner, after))
    return not any(
        _turn(before, corner, p) >= 0 and _turn(corner, after, p) >= 0 and _turn(after, before, p) >= 0 for p in others
    )
