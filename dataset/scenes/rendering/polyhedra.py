"""Polyhedra on a depth buffer: a row of pixels is cut into the spans of the faces, which need one division a pixel.

A ray enters a convex polyhedron through face k where it meets plane k before it leaves through any plane j, that is
where ``speed_j * room_k - room_j * speed_k >= 0``. Either all rooms or all speeds are constant over an image, for its
rays start at one point or run in one direction: so this is linear in the image. Pixels whose sign rounding could turn
are left to `entry`, whose results all others have to the last bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from .solids import PLANES, SIZE

__all__ = ["NEAREST", "TIE", "Workspace", "entry", "plane_terms", "rasterise_polyhedron", "workspace"]

NEAREST = 1e-3
"""Nothing nearer than this is seen, in units of the ray's direction."""
TIE = 1.0 - 1e-7
"""A later solid wins when it is this close behind an earlier one: a label on a face needs no lifting."""
SLACK = 1e-9
"""Half width of the doubt about the sign of a sum, relative to its terms; a million times what rounding can do."""
LOWER, UPPER, ROW = range(3)
FEW = 48
"""Pixels of a rectangle up to which it is not worth while to look for spans."""


@compiled(allocates=False)
def entry(
    row_gap: FloatArray, row_toward: FloatArray, gap: FloatArray, toward: FloatArray, gx: float
) -> tuple[float, int]:
    """Where the ray at image x enters a polyhedron, and through which face; -1 for not at all.

    Args:
        row_gap: (6,) terms of the planes on this row, see `plane_terms`.
        row_toward: (6,) likewise.
        gap: (6, 3) terms of the planes.
        toward: (6, 3) likewise.
        gx: image x in [-1, 1].
    """
    near, far, face = NEAREST, np.inf, -1
    for k in range(6):
        speed = row_toward[k] + gx * toward[k, 1]
        room = row_gap[k] + gx * gap[k, 1]
        # The ray meets the plane at room / speed. It is compared with near and far after multiplying by speed (negative
        # on entry, which reverses >), so that only a plane that moves a limit costs a division.
        if speed < 0:
            if room < near * speed:
                near, face = room / speed, k
        elif room < far * speed:
            far = room / speed
        elif speed == 0 and room < 0:
            return near, -1
        if near > far:
            return near, -1
    return near, face


@compiled(allocates=False)
def plane_terms(numbers: FloatArray, i: int, local: FloatArray, gap: FloatArray, toward: FloatArray) -> None:
    """Distance and speed of a ray towards the planes of polyhedron i, linear in the image: fills two tables (6, 3).

    By column: at the middle of the image, and what image x and y add. `local` (6, 3) is filled by `to_own_frame`.
    """
    for k in range(6):
        at = PLANES + 4 * k
        nx, ny, nz = numbers[i, at], numbers[i, at + 1], numbers[i, at + 2]
        for j in range(3):
            gap[k, j] = -(nx * local[j, 0] + ny * local[j, 1] + nz * local[j, 2])
            toward[k, j] = nx * local[3 + j, 0] + ny * local[3 + j, 1] + nz * local[3 + j, 2]
        gap[k, 0] += numbers[i, at + 3]


class Workspace(NamedTuple):
    """Room for what `rasterise_polyhedron` computes, so that it makes no arrays.

    Attributes:
        gap: (6, 3) terms of the planes, see `plane_terms`.
        toward: (6, 3) likewise.
        row_gap: (6,) the same on one row.
        row_toward: (6,) likewise.
        edges: (6, 7, 4) the lines that bound each face in the image, see `_edges`.
        spans: (7, 2) columns from and to which each face is certain; last, those beyond which there is none.
        columns: (side,) image x of the columns.
    """

    gap: FloatArray
    toward: FloatArray
    row_gap: FloatArray
    row_toward: FloatArray
    edges: FloatArray
    spans: IntArray
    columns: FloatArray


def workspace(side: int) -> Workspace:
    """Room for drawing polyhedra into a buffer of this side."""
    columns = (np.arange(side) + 0.5) / side * 2 - 1.0
    gap, toward = np.zeros((2, 6, 3))
    row_gap, row_toward = np.zeros((2, 6))
    return Workspace(gap, toward, row_gap, row_toward, np.zeros((6, 7, 4)), np.zeros((7, 2), np.int64), columns)


@compiled(allocates=False)
def rasterise_polyhedron(
    numbers: FloatArray,
    i: int,
    local: FloatArray,
    box: IntArray,
    room: Workspace,
    depth: FloatArray,
    surface: IntArray,
) -> None:
    """Draw polyhedron i into a depth buffer.

    Args:
        numbers: table of the solids.
        i: which solid.
        local: (6, 3) the rays in its frame.
        box: (4,) its pixel rectangle.
        room: to work in.
        depth: (side, side) as in `raster.rasterise`.
        surface: (side, side) likewise.
    """
    side, columns = len(depth), room.columns
    gap, toward, row_gap, row_toward, spans = room.gap, room.toward, room.row_gap, room.row_toward, room.spans
    plane_terms(numbers, i, local, gap, toward)
    large = (box[1] - box[0]) * (box[3] - box[2]) > FEW and _is_simple(numbers, i, local, gap, toward)
    spans[:, :], spans[6, 0], spans[6, 1] = 0, box[0], box[1]
    if large:
        _edges(gap, toward, room.edges)
    for row in range(box[2], box[3]):
        gy = 1.0 - (row + 0.5) / side * 2
        for k in range(6):
            row_gap[k], row_toward[k] = gap[k, 0] + gy * gap[k, 2], toward[k, 0] + gy * toward[k, 2]
        if large:
            _cut_row(room.edges, gy, side, box, spans)
        column = spans[6, 0]
        while column < spans[6, 1]:
            k = 0
            while k < 6 and not (spans[k, 0] <= column < spans[k, 1]):
                k += 1
            if k < 6:
                end = spans[k, 1]
                _fill(
                    (row_gap[k], gap[k, 1], row_toward[k], toward[k, 1]),
                    8 * i + k,
                    columns[column:end],
                    depth[row, column:end],
                    surface[row, column:end],
                )
                column = end
                continue
            near, face = entry(row_gap, row_toward, gap, toward, columns[column])
            if face >= 0 and near * TIE < depth[row, column]:
                depth[row, column], surface[row, column] = near, 8 * i + face
            column += 1


@compiled(allocates=False)
def _fill(
    terms: tuple[float, float, float, float], code: int, columns: FloatArray, depth: FloatArray, surface: IntArray
) -> None:
    """Draw a face where nothing but the depth buffer can hide it; `entry` divides the same numbers."""
    gap, gap_step, toward, toward_step = terms
    for column in range(len(columns)):
        gx, before = columns[column], depth[column]
        near = (gap + gx * gap_step) / (toward + gx * toward_step)
        first = near * TIE < before
        depth[column] = near if first else before
        surface[column] = code if first else surface[column]


@compiled(allocates=False)
def _is_simple(numbers: FloatArray, i: int, local: FloatArray, gap: FloatArray, toward: FloatArray) -> bool:
    """Whether the faces' edges are straight lines and no face is seen exactly from its side."""
    start, turn = 0.0, 0.0
    for k in range(6):
        start += abs(gap[k, 1]) + abs(gap[k, 2])
        turn += abs(toward[k, 1]) + abs(toward[k, 2])
    if turn == 0:
        # Of rays along a plane, `entry` tells the two zeros apart.
        along = False
        for k in range(6):
            along = along or toward[k, 0] == 0
        return not along
    extent = numbers[i, SIZE] + numbers[i, SIZE + 1] + numbers[i, SIZE + 2]
    extent += abs(local[0, 0]) + abs(local[0, 1]) + abs(local[0, 2])
    level = False
    for k in range(6):
        level = level or abs(gap[k, 0]) < 1e-3 * extent
    return start == 0 and not level


@compiled(allocates=False)
def _edges(gap: FloatArray, toward: FloatArray, edges: FloatArray) -> None:
    """Fill the lines within which each face is seen: (6, 7, 4), of each its kind, two numbers and its doubt.

    Of face k, line j parts it from plane j; line k bounds where it faces the eye, line 6 where it is too near. Image x
    is at least (`LOWER`) or at most (`UPPER`) the first number plus image y times the second; or that sum is at least 0
    (`ROW`, a line along the row). A face that can be seen nowhere has the kind -1 first.
    """
    for k in range(6):
        size = abs(toward[k, 0]) + abs(toward[k, 1]) + abs(toward[k, 2])
        if toward[k, 0] - abs(toward[k, 1]) - abs(toward[k, 2]) > SLACK * size:
            edges[k, 0, 0] = -1.0
            continue
        for j in range(6):
            if j == k:
                _line(-toward[k, 0], -toward[k, 1], -toward[k, 2], 1e-5 * size, edges[k, j])
                continue
            one, other = toward[j, 0] * gap[k, 0], gap[j, 0] * toward[k, 0]
            at_x, at_x_too = (
                toward[j, 1] * gap[k, 0] - gap[j, 0] * toward[k, 1],
                toward[j, 0] * gap[k, 1] - gap[j, 1] * toward[k, 0],
            )
            at_y, at_y_too = (
                toward[j, 2] * gap[k, 0] - gap[j, 0] * toward[k, 2],
                toward[j, 0] * gap[k, 2] - gap[j, 2] * toward[k, 0],
            )
            terms = (abs(toward[j, 0]) + abs(toward[j, 1]) + abs(toward[j, 2])) * (
                abs(gap[k, 0]) + abs(gap[k, 1]) + abs(gap[k, 2])
            )
            terms += (abs(gap[j, 0]) + abs(gap[j, 1]) + abs(gap[j, 2])) * size
            _line(one - other, at_x + at_x_too, at_y + at_y_too, SLACK * terms, edges[k, j])
        terms = abs(gap[k, 0]) + abs(gap[k, 1]) + abs(gap[k, 2]) + size
        _line(
            NEAREST * toward[k, 0] - gap[k, 0],
            NEAREST * toward[k, 1] - gap[k, 1],
            NEAREST * toward[k, 2] - gap[k, 2],
            SLACK * terms,
            edges[k, 6],
        )


@compiled(allocates=False)
def _line(middle: float, along_x: float, along_y: float, doubt: float, line: FloatArray) -> None:
    """Fill the line (4,) where ``middle + along_x * x + along_y * y`` is 0, see `_edges`."""
    steep = abs(along_x) > 10 * doubt
    line[0] = ROW if not steep else (LOWER if along_x > 0 else UPPER)
    line[1] = -middle / along_x if steep else middle
    line[2] = -along_y / along_x if steep else along_y
    line[3] = doubt / abs(along_x) if steep else 11 * doubt


@compiled(allocates=False)
def _cut_row(edges: FloatArray, gy: float, side: int, box: IntArray, spans: IntArray) -> None:
    """Fill the spans (7, 2) of a row at image y, see `Workspace`."""
    first, last = box[1], box[0]
    for k in range(6):
        low, high, widest_low, widest_high = -2.0, 2.0, -2.0, 2.0
        spans[k, 0], spans[k, 1] = 0, 0
        if edges[k, 0, 0] < 0:
            continue
        for j in range(7):
            kind, at, doubt = edges[k, j, 0], edges[k, j, 1] + gy * edges[k, j, 2], edges[k, j, 3]
            if kind == LOWER:
                low, widest_low = max(low, at + doubt), max(widest_low, at - doubt)
            elif kind == UPPER:
                high, widest_high = min(high, at - doubt), min(widest_high, at + doubt)
            else:
                high = high if at > doubt else -2.0
                widest_high = widest_high if at > -doubt else -2.0
        if widest_low > widest_high or widest_high < -1.5:
            continue
        first = min(first, int(np.floor(((widest_low + 1) * side - 1) / 2 - 1e-6)))
        last = max(last, int(np.ceil(((widest_high + 1) * side - 1) / 2 + 1e-6)) + 1)
        if low < high:
            spans[k, 0] = max(int(np.ceil(((low + 1) * side - 1) / 2 + 1e-6)), box[0])
            spans[k, 1] = min(int(np.floor(((high + 1) * side - 1) / 2 - 1e-6)) + 1, box[1])
    spans[6, 0], spans[6, 1] = max(first, box[0]), min(last, box[1])
