"""Lines of equal value in a grid of numbers, and polygons of few corners along them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["level_lines", "simplified"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_Segments = tuple[IntArray, IntArray]
"""The grid edges that segments of the line start on and end on, (n,) each."""


def level_lines(values: npt.NDArray[np.floating], level: float) -> list[FloatArray]:
    """Closed lines between what is above a level and what is not, by marching squares.

    Where two high corners of a square touch two low ones crosswise, the low ones are joined.

    Args:
        values: (rows, columns); those on the border are not above the level.
        level: value of the lines.

    Returns:
        (n, 2) points (row, column) of each line, the first repeated at the end.

    Raises:
        ValueError: a value on the border is above the level.
    """
    grid = np.asarray(values, np.float64)
    high = grid > level
    if high[[0, -1]].any() or high[:, [0, -1]].any():
        raise ValueError("expected a border of values that are not above the level")
    starts, ends = _segments(high)
    return _chained(starts, ends, _crossings(grid, level))


def simplified(points: FloatArray, tolerance: float) -> FloatArray:
    """The fewest of a line's points, by Douglas and Peucker's rule, that stay within a distance of all of them.

    Args:
        points: (n, 2); the first and the last stay.
        tolerance: the distance, in units of the points.
    """
    stays = np.zeros(len(points), bool)
    stays[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        distances = _distances(points[first + 1 : last], points[first], points[last])
        farthest = int(distances.argmax())
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            stays[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[stays]


def _segments(high: npt.NDArray[np.bool_]) -> _Segments:
    """One segment in each square that the line passes, two where it passes twice.

    Edges are numbered: that from (row, column) to the right 2 * (row * columns + column), that downwards one more.
    """
    number = 2 * np.arange(high.size).reshape(high.shape)
    top, left = number[:-1, :-1], number[:-1, :-1] + 1
    bottom, right = number[1:, :-1], number[:-1, 1:] + 1
    a, b, c, d = high[:-1, :-1], high[:-1, 1:], high[1:, :-1], high[1:, 1:]
    kind = a + 2 * b + 4 * c + 8 * d
    # Corners a b over c d. A square and its complement have the same line, but for the two saddles, 6 and 9.
    ways = [
        ((1, 14, 9), top, left),
        ((2, 13, 6), top, right),
        ((4, 11, 6), left, bottom),
        ((8, 7, 9), bottom, right),
        ((3, 12), left, right),
        ((5, 10), top, bottom),
    ]
    pairs = [np.stack([one, other])[:, np.isin(kind, kinds)] for kinds, one, other in ways]
    starts, ends = np.concatenate(pairs, axis=1)
    return starts, ends


def _crossings(grid: FloatArray, level: float) -> FloatArray:
    """Where the level is met on each edge, (2 * cells, 2), linearly between its ends."""
    rows, columns = np.indices(grid.shape, np.float64)
    places = np.stack([rows, columns], axis=-1)[:, :, None].repeat(2, axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):  # most edges are not crossed
        places[:, :-1, 0, 1] += (level - grid[:, :-1]) / (grid[:, 1:] - grid[:, :-1])
        places[:-1, :, 1, 0] += (level - grid[:-1]) / (grid[1:] - grid[:-1])
    return places.reshape(-1, 2)


def _chained(starts: IntArray, ends: IntArray, places: FloatArray) -> list[FloatArray]:
    """Segments joined to closed lines: every crossed edge is an end of two of them."""
    neighbours: dict[int, list[int]] = {}
    for one, other in zip(starts.tolist(), ends.tolist(), strict=True):
        neighbours.setdefault(one, []).append(other)
        neighbours.setdefault(other, []).append(one)
    lines = []
    while neighbours:
        first = edge = next(iter(neighbours))
        line = [first]
        before, edge = first, neighbours.pop(first)[0]
        while edge != first:
            line.append(edge)
            one, other = neighbours.pop(edge)
            before, edge = edge, other if one == before else one
        lines.append(places[[*line, first]])
    return lines


def _distances(points: FloatArray, first: FloatArray, last: FloatArray) -> FloatArray:
    """Distance of points from the segment between two, (n,)."""
    along = last - first
    length = float(along @ along)
    share = np.clip((points - first) @ along / length, 0, 1) if length else np.zeros(len(points))
    nearest = first + share[:, None] * along
    return np.asarray(np.hypot(*(points - nearest).T))
