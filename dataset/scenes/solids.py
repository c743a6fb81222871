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
import numpy.typing as npt
from numba import njit

from ..errors import InvalidInputError, UnknownNameError
from .graph import Node, Placement, Primitive, Scene
from .palette import COLORS, FINISHES, PATTERNS

__all__ = ["BOX", "ELLIPSOID", "FRUSTUM", "GABLE", "PHOTOS", "TORUS", "Solids", "cos_sin", "solids_of"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

SHAPES: Final = ("box", "ellipsoid", "frustum", "torus", "gable")
BOX, ELLIPSOID, FRUSTUM, TORUS, GABLE = range(5)
PHOTOS: Final = {"grass": ("green", "teal"), "gravel": ("gray", "brown", "orange", "yellow", "white", "red", "pink")}
"""Photographed texture -> ground colours that it suits."""

# Columns of a row that describes one primitive before it is placed.
CENTER, HALF, TURN, TOP, TAPER, SHEAR, YAW, SCALE, ORIGIN, ROW = 0, 3, 6, 12, 13, 15, 17, 19, 20, 23


class Solids(NamedTuple):
    """Primitives 0..n-1 in walk order of their nodes; "own frame" is centred and axis-aligned, in the object's units.

    Attributes:
        shape: (n,) index into `SHAPES`.
        node: (n,) `Node.index` of the owner.
        inverse: (n, 3, 3) takes world offsets from ``center`` to the own frame.
        center: (n, 3) world position.
        size: (n, 4) half extents and, for a frustum, the relative upper radius.
        planes: (n, 6, 4) outward unit normal and distance of a polyhedron's faces, own frame.
        corners: (n, 8, 3) world corners of a box around the solid.
        finish: (n,) index into `FINISHES`.
        pattern: (n,) index into `PATTERNS`, -1 for none.
        photo: (n,) index into `PHOTOS`, -1 for none.
        colors: (n, 6) linear RGB of the surface and of its pattern.
        fit: (n, 3) pattern frequency factor, length that one turn around the solid counts as, radius of soft edges.
        background: (n,) whether it belongs to the background, which casts no shadow.
        world_scale: (n,) length in the world of one unit of the own frame.
    """

    shape: Integers
    node: Integers
    inverse: Floats
    center: Floats
    size: Floats
    planes: Floats
    corners: Floats
    finish: Integers
    pattern: Integers
    photo: Integers
    colors: Floats
    fit: Floats
    background: npt.NDArray[np.bool_]
    world_scale: Floats


@lru_cache(maxsize=4096)
def cos_sin(degrees: float) -> tuple[float, float]:
    """Cosine and sine of an angle in degrees, rounded to nine digits."""
    angle = math.radians(degrees)
    return round(math.cos(angle), 9), round(math.sin(angle), 9)


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
    rows = np.array([_row(item) for item in owned], dtype=np.float64).reshape(len(owned), ROW)
    shape = np.array([SHAPES.index(item.primitive.shape) for item in owned], dtype=np.int64)
    inverse, center, planes, corners = _place(rows, shape)
    return Solids(
        shape,
        np.array([item.node.index for item in owned], dtype=np.int64),
        inverse,
        center,
        np.ascontiguousarray(rows[:, [HALF, HALF + 1, HALF + 2, TOP]]),
        planes,
        corners,
        np.array([FINISHES.index(item.primitive.material.finish) for item in owned], dtype=np.int64),
        np.array([_pattern(item) for item in owned], dtype=np.int64),
        np.array([_photo(item) for item in owned], dtype=np.int64),
        np.array([_colors(item) for item in owned], dtype=np.float64).reshape(len(owned), 6),
        np.array([_fit(item) for item in owned], dtype=np.float64).reshape(len(owned), 3),
        np.array([item.background for item in owned], dtype=np.bool_),
        np.ascontiguousarray(rows[:, SCALE]),
    )


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
        if solid.shape not in SHAPES:
            raise UnknownNameError("shape", solid.shape, SHAPES)
        if min(solid.half) <= 0 or item.placement.scale <= 0:
            problems.append(f"{label}: expected positive half extents and scale, found {solid.half}")
        for kind, name, known in (
            ("color", solid.material.color, COLORS),
            ("color", solid.material.pattern_color, COLORS),
            ("finish", solid.material.finish, FINISHES),
            ("pattern", solid.material.pattern or PATTERNS[0], PATTERNS),
        ):
            if name not in known:
                raise UnknownNameError(kind, name, known)
    if problems:
        raise InvalidInputError("scene", problems)


def _row(item: _Owned) -> tuple[float, ...]:
    solid, place = item.primitive, item.placement
    turns = [value for angle in solid.rotation for value in cos_sin(angle)]
    yaw = cos_sin(place.yaw)
    origin = (place.x, place.y, place.z)
    return (*solid.center, *solid.half, *turns, solid.top, *solid.taper, *solid.shear, *yaw, place.scale, *origin)


def _pattern(item: _Owned) -> int:
    pattern = item.primitive.material.pattern
    return -1 if pattern is None else PATTERNS.index(pattern)


def _photo(item: _Owned) -> int:
    material = item.primitive.material
    if not item.background or material.finish != "matte" or material.pattern != "noise":
        return -1
    return next((i for i, colors in enumerate(PHOTOS.values()) if material.color in colors), -1)


def _colors(item: _Owned) -> tuple[float, ...]:
    material = item.primitive.material
    return (*COLORS[material.color], *COLORS[material.pattern_color])


def _fit(item: _Owned) -> tuple[float, float, float]:
    """Pattern frequency factor, length of one turn as the patterns count it, radius of soft edges."""
    solid = item.primitive
    extents = sorted(solid.half)
    frequency = 1.0
    while frequency < 16 and 2 * extents[1] * frequency < 0.75:
        frequency *= 2
    # A whole number of half units per turn lets every pattern close on itself.
    turn = max(round(2 * math.pi * max(solid.half[0], solid.half[1]) * frequency), 1.0) / frequency
    soft = 0.0 if item.background else min(0.03, 0.22 * extents[0])
    return frequency, turn, soft


@njit(cache=True, error_model="numpy")
def _place(rows: Floats, shape: Integers) -> tuple[Floats, Floats, Floats, Floats]:  # pragma: no cover - compiled
    """World frames, face planes and bounding corners of all primitives."""
    n = len(rows)
    inverse, center = np.zeros((n, 3, 3)), np.zeros((n, 3))
    planes, corners = np.zeros((n, 6, 4)), np.zeros((n, 8, 3))
    for i in range(n):
        row = rows[i]
        cx, sx, cy, sy, cz, sz = row[6], row[7], row[8], row[9], row[10], row[11]
        own = (
            (cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx),
            (sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx),
            (-sy, cy * sx, cy * cx),
        )
        cos, sin, scale = row[17], row[18], row[19]
        turned = (
            (cos * own[0][0] - sin * own[1][0], cos * own[0][1] - sin * own[1][1], cos * own[0][2] - sin * own[1][2]),
            (sin * own[0][0] + cos * own[1][0], sin * own[0][1] + cos * own[1][1], sin * own[0][2] + cos * own[1][2]),
            own[2],
        )
        center[i, 0] = row[20] + scale * (cos * row[0] - sin * row[1])
        center[i, 1] = row[21] + scale * (sin * row[0] + cos * row[1])
        center[i, 2] = row[22] + scale * row[2]
        for a in range(3):
            for b in range(3):
                inverse[i, b, a] = turned[a][b] / scale
        _planes_of(row, shape[i] == 4, planes[i])
        ex, ey, ez = _extents(row, shape[i])
        for corner in range(8):
            x = ex if corner & 1 else -ex
            y = ey if corner & 2 else -ey
            z = ez if corner & 4 else -ez
            for a in range(3):
                corners[i, corner, a] = center[i, a] + scale * (turned[a][0] * x + turned[a][1] * y + turned[a][2] * z)
    return inverse, center, planes, corners


@njit(cache=True, error_model="numpy")
def _extents(row: Floats, shape: int) -> tuple[float, float, float]:  # pragma: no cover - compiled
    """Half extents of a box around the solid, in its own frame."""
    hx, hy, hz, top = row[3], row[4], row[5], row[12]
    if shape == 3:
        return hx + hz, hx + hz, hz
    if shape == 2:
        return hx * max(1.0, top), hy * max(1.0, top), hz
    if shape == 0:
        return hx * max(1.0, row[13]) + abs(row[15]) * hz, hy * max(1.0, row[14]) + abs(row[16]) * hz, hz
    return hx, hy, hz


@njit(cache=True, error_model="numpy")
def _planes_of(row: Floats, gable: bool, planes: Floats) -> None:  # pragma: no cover - compiled
    """Faces in the order top, bottom, +x, -x, +y, -y; a gable has its bottom twice and slopes for +y and -y."""
    hx, hy, hz = row[3], row[4], row[5]
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
        half, taper, shear = row[3 + axis], row[13 + axis], row[15 + axis]
        for k in range(2):
            sign = 1.0 - 2.0 * k
            slant = -sign * shear - half * (taper - 1) / (2 * hz)
            length = np.sqrt(1 + slant * slant)
            planes[2 + 2 * axis + k, axis] = sign / length
            planes[2 + 2 * axis + k, 2] = slant / length
            planes[2 + 2 * axis + k, 3] = half * (1 + taper) / (2 * length)
