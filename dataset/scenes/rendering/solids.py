"""The primitives of a scene as flat arrays, placed in the world and ready for the compiled kernels.

Trigonometry happens here and only here, rounded to nine digits, so that every machine draws the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from ...errors import InvalidInputError, check_name
from ...listener.words.palette import COLORS, FINISHES, PATTERNS
from ...runtime.arrays import FloatArray, IntArray
from ...runtime.compiled import compiled
from ..layout.extents import rounded_cos_sin
from ..layout.graph import Node, Placement, Primitive, Scene

__all__ = [
    "BOX",
    "CENTER",
    "COLORS_AT",
    "ELLIPSOID",
    "FIT",
    "FRUSTUM",
    "GABLE",
    "INVERSE",
    "KIND_BACKGROUND",
    "KIND_FINISH",
    "KIND_PATTERN",
    "KIND_PHOTO",
    "KIND_SHAPE",
    "PHOTOS",
    "PLANES",
    "SCALE",
    "SIZE",
    "TORUS",
    "Solids",
    "cos_sin",
    "solids_of",
]


SHAPES: Final = ("box", "ellipsoid", "frustum", "torus", "gable")
BOX, ELLIPSOID, FRUSTUM, TORUS, GABLE = range(5)
PHOTOS: Final = {"grass": ("green", "teal"), "gravel": ("gray", "brown", "orange", "yellow")}
"""Photographed texture -> ground colours that it suits."""

# Columns of a row that describes one primitive before it is placed.
RAW_HALF, RAW_TURN, RAW_TOP, RAW_TAPER, RAW_SHEAR = 3, 6, 12, 13, 15
RAW_YAW, RAW_SCALE, RAW_ORIGIN, RAW_COLUMNS = 17, 19, 20, 23

KIND_SHAPE, KIND_FINISH, KIND_PATTERN, KIND_PHOTO, KIND_BACKGROUND = range(5)
INVERSE, CENTER, SIZE, PLANES, COLORS_AT, FIT, SCALE, COLUMNS = 0, 9, 12, 16, 40, 46, 50, 51


class Solids(NamedTuple):
    """Primitives 0..n-1 in walk order of their nodes; local frames are centred and axis-aligned, in the object's units.

    The compiled kernels read two tables, because one array costs them less than many.

    Attributes:
        kinds: (n, 5) by column: ``KIND_SHAPE`` index into `SHAPES`; ``KIND_FINISH`` index into `FINISHES`;
            ``KIND_PATTERN`` index into `PATTERNS` or -1; ``KIND_PHOTO`` index into `PHOTOS` or -1;
            ``KIND_BACKGROUND`` 1 for the background, which casts no shadow.
        numbers: (n, `COLUMNS`) from column: ``INVERSE`` 9, takes world offsets from the centre to the local frame;
            ``CENTER`` 3, in the world; ``SIZE`` 4, half extents and a frustum's relative upper radius; ``PLANES``
            6 x 4, outward unit normal and distance of a polyhedron's faces; ``COLORS_AT`` 6, linear RGB of surface and
            pattern; ``FIT`` 4, pattern frequency factor, length that a turn around the solid counts as, radius of
            soft edges, longest axis; ``SCALE`` length in the world of one unit of the local frame.
        corners: (n, 8, 3) world corners of a box around the solid.
        node: (n,) `Node.index` of the owner.
    """

    kinds: IntArray
    numbers: FloatArray
    corners: FloatArray
    node: IntArray


cos_sin = lru_cache(maxsize=4096)(rounded_cos_sin)
"""Cosine and sine of an angle in degrees, rounded to nine digits; remembered."""


@dataclass(frozen=True)
class _Owned:
    """A primitive with what it inherits from the nodes above it."""

    primitive: Primitive
    node: Node
    placement: Placement
    background: bool


def solids_of(scene: Scene) -> Solids:
    """Flatten a scene.

    Raises:
        InvalidInputError: a primitive without volume, or a node whose index was never assigned.
        UnknownNameError: a shape, colour, finish or pattern that does not exist.
    """
    origin = Placement(0.0, 0.0, 0.0, 0.0, 1.0)
    owned = [item for root in scene.roots for item in _owned(root, origin, placed=False)]
    _check(owned)
    kinds = np.array([_kinds(item) for item in owned], dtype=np.int64).reshape(len(owned), 5)
    rows = np.array([_row(item) for item in owned], dtype=np.float64).reshape(len(owned), RAW_COLUMNS)
    numbers, corners = _place(rows, kinds)
    numbers[:, COLORS_AT : COLORS_AT + 6] = np.array([_colors(item) for item in owned]).reshape(len(owned), 6)
    numbers[:, FIT : FIT + 4] = np.array([_fit(item) for item in owned]).reshape(len(owned), 4)
    return Solids(kinds, numbers, corners, np.array([item.node.index for item in owned], dtype=np.int64))


def _owned(node: Node, above: Placement, placed: bool) -> Iterator[_Owned]:
    place = above
    if node.placement is not None:
        own = node.placement
        cos, sin = cos_sin(above.yaw)
        place = Placement(
            above.x + above.scale * (cos * own.x - sin * own.y),
            above.y + above.scale * (sin * own.x + cos * own.y),
            above.z + above.scale * own.z,
            above.yaw + own.yaw,
            above.scale * own.scale,
        )
        placed = True
    for primitive in node.primitives:
        yield _Owned(primitive, node, place, background=not placed)
    for child in node.children:
        yield from _owned(child, place, placed)


def _check(owned: list[_Owned]) -> None:
    problems = []
    for item in owned:
        solid, label = item.primitive, f"{item.node.category} (node {item.node.index})"
        if item.node.index < 0:
            problems.append(f"{label}: expected an index of 0 or more; number the nodes in walk order first")
        check_name("shape", solid.shape, SHAPES)
        if min(solid.half) <= 0 or item.placement.scale <= 0:
            problems.append(f"{label}: expected positive half extents and scale, found {solid.half}")
        for kind, name, available in (
            ("color", solid.material.color, COLORS),
            ("color", solid.material.pattern_color, COLORS),
            ("finish", solid.material.finish, FINISHES),
            ("pattern", solid.material.pattern or PATTERNS[0], PATTERNS),
        ):
            check_name(kind, name, available)
    if problems:
        raise InvalidInputError("scene", problems)


def _row(item: _Owned) -> tuple[float, ...]:
    solid, place = item.primitive, item.placement
    turns = [value for angle in solid.rotation for value in cos_sin(angle)]
    yaw = cos_sin(place.yaw)
    origin = (place.x, place.y, place.z)
    return (*solid.center, *solid.half, *turns, solid.top, *solid.taper, *solid.shear, *yaw, place.scale, *origin)


def _kinds(item: _Owned) -> tuple[int, ...]:
    material = item.primitive.material
    pattern = -1 if material.pattern is None else PATTERNS.index(material.pattern)
    shape = SHAPES.index(item.primitive.shape)
    return shape, FINISHES.index(material.finish), pattern, _photo(item), int(item.background)


def _photo(item: _Owned) -> int:
    material = item.primitive.material
    if not item.background or material.finish != "matte" or material.pattern != "noise":
        return -1
    return next((i for i, colors in enumerate(PHOTOS.values()) if material.color in colors), -1)


def _colors(item: _Owned) -> tuple[float, ...]:
    material = item.primitive.material
    return (*COLORS[material.color], *COLORS[material.pattern_color])


def _fit(item: _Owned) -> tuple[float, float, float, float]:
    """Pattern frequency factor, length of one turn as the patterns count it, radius of soft edges, longest axis."""
    solid = item.primitive
    extents = sorted(solid.half)
    frequency = 1.0
    while frequency < 16 and 2 * extents[1] * frequency < 0.75:
        frequency *= 2
    # A whole number of half units per turn lets every pattern close on itself.
    turn = max(round(2 * math.pi * max(solid.half[0], solid.half[1]) * frequency), 1.0) / frequency
    soft = 0.0 if item.background else min(0.03, 0.22 * extents[0])
    return frequency, turn, soft, float(solid.half.index(extents[2]))


@compiled
def _place(rows: FloatArray, kinds: IntArray) -> tuple[FloatArray, FloatArray]:
    """World frames, face planes and bounding corners of all primitives: `Solids.numbers` in part, and its corners."""
    n = len(rows)
    numbers, corners = np.zeros((n, COLUMNS)), np.zeros((n, 8, 3))
    turned = np.zeros((3, 3))
    for i in range(n):
        row = rows[i]
        _orientation(row, turned)
        cos, sin, scale = row[RAW_YAW], row[RAW_YAW + 1], row[RAW_SCALE]
        center = numbers[i, CENTER : CENTER + 3]
        center[0] = row[RAW_ORIGIN] + scale * (cos * row[0] - sin * row[1])
        center[1] = row[RAW_ORIGIN + 1] + scale * (sin * row[0] + cos * row[1])
        center[2] = row[RAW_ORIGIN + 2] + scale * row[2]
        for a in range(3):
            numbers[i, SIZE + a] = row[RAW_HALF + a]
            for b in range(3):
                numbers[i, INVERSE + 3 * b + a] = turned[a, b] / scale
        numbers[i, SIZE + 3], numbers[i, SCALE] = row[RAW_TOP], scale
        _planes_of(row, kinds[i, KIND_SHAPE] == GABLE, numbers[i, PLANES : PLANES + 24].reshape(6, 4))
        ex, ey, ez = _extents(row, kinds[i, KIND_SHAPE])
        for corner in range(8):  # its three bits choose the signs of x, y and z
            x = ex if corner & 1 else -ex
            y = ey if corner & 2 else -ey
            z = ez if corner & 4 else -ez
            for a in range(3):
                offset = turned[a, 0] * x + turned[a, 1] * y + turned[a, 2] * z
                corners[i, corner, a] = center[a] + scale * offset
    return numbers, corners


@compiled(allocates=False)
def _orientation(row: FloatArray, turned: FloatArray) -> None:
    """Fill the rotation (3, 3) from the local frame to the world: about x, then y, then z, then the yaw."""
    cx, sx, cy, sy, cz, sz = row[6], row[7], row[8], row[9], row[10], row[11]
    first = (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx)
    second = (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx)
    cos, sin = row[RAW_YAW], row[RAW_YAW + 1]
    for b in range(3):
        turned[0, b] = cos * first[b] - sin * second[b]
        turned[1, b] = sin * first[b] + cos * second[b]
    turned[2, 0], turned[2, 1], turned[2, 2] = -sy, cy * sx, cy * cx


@compiled(allocates=False)
def _extents(row: FloatArray, shape: int) -> tuple[float, float, float]:
    """Half extents of a box around the solid, in its own frame."""
    hx, hy, hz, top = row[RAW_HALF], row[RAW_HALF + 1], row[RAW_HALF + 2], row[RAW_TOP]
    if shape == TORUS:
        return hx + hz, hx + hz, hz
    if shape == FRUSTUM:
        return hx * max(1.0, top), hy * max(1.0, top), hz
    if shape == BOX:
        wide = hx * max(1.0, row[RAW_TAPER]) + abs(row[RAW_SHEAR]) * hz
        return wide, hy * max(1.0, row[RAW_TAPER + 1]) + abs(row[RAW_SHEAR + 1]) * hz, hz
    return hx, hy, hz


@compiled(allocates=False)
def _planes_of(row: FloatArray, gable: bool, planes: FloatArray) -> None:
    """Faces in the order top, bottom, +x, -x, +y, -y; a gable has its bottom twice and slopes for +y and -y."""
    hx, hy, hz = row[RAW_HALF], row[RAW_HALF + 1], row[RAW_HALF + 2]
    planes[0, 2], planes[0, 3], planes[1, 2], planes[1, 3] = 1.0, hz, -1.0, hz
    if gable:
        length = np.sqrt(4 * hz * hz + hy * hy)
        planes[0, 2] = -1.0
        planes[2, 0], planes[2, 3], planes[3, 0], planes[3, 3] = 1.0, hx, -1.0, hx
        for k in range(2):
            planes[4 + k, 1] = (1 - 2 * k) * 2 * hz / length
            planes[4 + k, 2] = hy / length
            planes[4 + k, 3] = hy * hz / length
        return
    for axis in range(2):
        half, taper, shear = row[RAW_HALF + axis], row[RAW_TAPER + axis], row[RAW_SHEAR + axis]
        for k in range(2):
            sign = 1.0 - 2.0 * k
            slant = -sign * shear - half * (taper - 1) / (2 * hz)
            length = np.sqrt(1 + slant * slant)
            planes[2 + 2 * axis + k, axis] = sign / length
            planes[2 + 2 * axis + k, 2] = slant / length
            planes[2 + 2 * axis + k, 3] = half * (1 + taper) / (2 * length)
