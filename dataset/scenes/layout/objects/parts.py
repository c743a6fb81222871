"""Solids and nodes in few words, for the builders of objects.

Slots are places in the object's own frame, whose front faces -y. ``side`` is "left" for own -x and "right" for own
+x: when the object faces the viewer (yaw 0) these are the viewer's left and right (as on a photograph of it), not
those of somebody sitting in it. ``depth`` is "front" for own -y and "back" for own +y.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..graph import Granularity, Material, Node, Primitive, Vector

__all__ = [
    "NAMED_FINISHES",
    "NAMED_PATTERNS",
    "SIDES",
    "ball",
    "box",
    "depth_of",
    "disc",
    "frustum",
    "gable",
    "group",
    "node",
    "ring",
    "rod",
    "side_of",
    "words_of",
]

SIDES = (-1, 1)
"""Own -x, then own +x (or own -y, then own +y)."""
NAMED_FINISHES = ("plastic", "metal", "wood", "fabric", "ceramic", "glass", "rubber", "leather")
"""Finishes that a caption may use as the material."""
NAMED_PATTERNS = ("stripes", "checker", "dots", "planks", "brick", "tiles", "rings")
"""Patterns that a caption may name; the others are mere texture."""
TWO_COLOR_PATTERNS = ("stripes", "checker", "dots", "rings")


def box(
    center: Vector,
    half: Vector,
    material: Material,
    rotation: Vector = (0.0, 0.0, 0.0),
    taper: tuple[float, float] = (1.0, 1.0),
    shear: tuple[float, float] = (0.0, 0.0),
) -> Primitive:
    """A box by centre and half extents."""
    return Primitive("box", center, half, material, rotation=rotation, taper=taper, shear=shear)


def frustum(
    center: Vector, half: Vector, material: Material, top: float = 1.0, rotation: Vector = (0.0, 0.0, 0.0)
) -> Primitive:
    """An elliptic cone along z whose upper radius is `top` times its lower one."""
    return Primitive("frustum", center, half, material, rotation=rotation, top=top)


def disc(center: Vector, radius: float, half_thickness: float, axis: str, material: Material) -> Primitive:
    """A cylinder along the axis x, y or z."""
    rotation = {"x": (0.0, 90.0, 0.0), "y": (90.0, 0.0, 0.0), "z": (0.0, 0.0, 0.0)}[axis]
    return frustum(center, (radius, radius, half_thickness), material, rotation=rotation)


def ball(center: Vector, half: Vector, material: Material, rotation: Vector = (0.0, 0.0, 0.0)) -> Primitive:
    """An ellipsoid."""
    return Primitive("ellipsoid", center, half, material, rotation=rotation)


def ring(
    center: Vector, radius: float, tube: float, material: Material, rotation: Vector = (0.0, 0.0, 0.0)
) -> Primitive:
    """A torus that lies flat unless rotated."""
    return Primitive("torus", center, (radius, radius, tube), material, rotation=rotation)


def gable(center: Vector, half: Vector, material: Material, rotation: Vector = (0.0, 0.0, 0.0)) -> Primitive:
    """A roof with its ridge along x."""
    return Primitive("gable", center, half, material, rotation=rotation)


def rod(start: Vector, end: Vector, radius: float, material: Material, top: float = 1.0) -> Primitive:
    """A round bar between two points."""
    dx, dy, dz = (b - a for a, b in zip(start, end, strict=True))
    length = math.sqrt(dx * dx + dy * dy + dz * dz)
    tilt = round(math.degrees(math.acos(max(-1.0, min(1.0, dz / length)))), 9)
    turn = round(math.degrees(math.atan2(dy, dx)), 9)
    center = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, (start[2] + end[2]) / 2)
    return frustum(center, (radius, radius, length / 2), material, top=top, rotation=(0.0, tilt, turn))


def words_of(material: Material) -> dict[str, str]:
    """What a caption may say of a surface: colour, and pattern and material where they have a name."""
    words = {"color": material.color}
    if material.pattern in NAMED_PATTERNS:
        words["pattern"] = material.pattern
    if material.pattern in TWO_COLOR_PATTERNS:
        words["pattern_color"] = material.pattern_color
    if material.finish in NAMED_FINISHES:
        words["material"] = material.finish
    return words


def node(
    category: str,
    material: Material | None,
    solids: Sequence[Primitive] = (),
    children: Sequence[Node] = (),
    *,
    granularity: Granularity = "part",
    **slots: str | int,
) -> Node:
    """A node with the words of its dominant `material` (None: mixed, no words); keyword arguments are slots."""
    attributes = {} if material is None else words_of(material)
    return Node(
        category,
        granularity,
        attributes=attributes,
        slots=dict(slots),
        primitives=list(solids),
        children=list(children),
    )


def group(category: str, plural: str, members: Sequence[Node], **slots: str | int) -> Node:
    """A set of like parts; it has those words that all of its members share."""
    first = members[0].attributes
    shared = {key: word for key, word in first.items() if all(m.attributes.get(key) == word for m in members)}
    return Node(
        category,
        "group",
        plural=plural,
        count=len(members),
        attributes=shared,
        slots=dict(slots),
        children=list(members),
    )


def side_of(sign: float) -> str:
    """The ``side`` slot of a position along own x."""
    return "left" if sign < 0 else "right" if sign > 0 else "middle"


def depth_of(sign: float) -> str:
    """The ``depth`` slot of a position along own y."""
    return "front" if sign < 0 else "back"
