"""The scene graph: what is in a scene, before anything is drawn.

World axes are x right, y away from the viewer, z up; one unit is about a metre, the floor is z = 0. An object is
built in its own frame, its front facing -y (towards the viewer at yaw 0), and placed by `Placement`. Parts hang below
the object; only leaves and part bodies own primitives. A region's mask is the union of the visible pixels of a node
and all below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Camera", "Granularity", "Material", "Node", "Placement", "Primitive", "Scene", "Shape"]

Shape = Literal["box", "ellipsoid", "frustum", "torus", "gable"]
Granularity = Literal["group", "object", "part", "subpart", "background"]
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """A surface: a colour word, how it reflects, and an optional two-colour pattern (see `palette`)."""

    color: str
    finish: str = "plastic"
    pattern: str | None = None
    pattern_color: str = "white"


@dataclass(frozen=True)
class Primitive:
    """One analytic solid in its object's frame.

    ``half`` are half extents along its own x, y, z, after ``rotation`` (degrees about x, then y, then z). A
    ``frustum`` is an elliptic cone along z whose upper radius is ``top`` times the lower one; a ``torus`` has ring
    radius half[0] and tube radius half[2]; a ``gable`` is a roof with its ridge along x. ``taper`` scales the upper x
    and y extents of a box and ``shear`` moves them, in units per unit of z.
    """

    shape: Shape
    center: Vector
    half: Vector
    material: Material
    rotation: Vector = (0.0, 0.0, 0.0)
    top: float = 1.0
    taper: tuple[float, float] = (1.0, 1.0)
    shear: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Placement:
    """Where an object stands: position of its origin, yaw in degrees (0 faces the viewer), uniform scale."""

    x: float
    y: float
    z: float
    yaw: float
    scale: float


@dataclass
class Node:
    """A thing that can have a region: an object, a set of like parts, a part, or a piece of background.

    Attributes:
        category: singular head noun ("wheel", "office chair"); for a set, the noun of its members ("wheel").
        granularity: what the region will be called; a set of parts is a ``group``.
        plural: plural of the category, always given for sets.
        count: number of members of a set (0 for a single thing).
        attributes: what is true of the thing in words of `palette`: ``color``, ``pattern``, ``material`` ... A value
            must be true of its *visible* surface.
        slots: its place in the whole, in the whole's own frame: ``side`` (left | right | middle, as the whole faces;
            the language module decides whose left it is), ``depth`` (front | back), ``tier`` (an index from the
            bottom, 0-based), ``ordinal`` (an index along a row, 0-based, in the object's own +x order).
        primitives: the solids it owns itself.
        children: parts, in drawing-independent order.
        placement: set for objects only.
        supported_by: the object it stands on, if it is not the ground.
        held_out: an attribute combination or part chain that never occurs in train.
    """

    category: str
    granularity: Granularity
    plural: str = ""
    count: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    slots: dict[str, str | int] = field(default_factory=dict)
    primitives: list[Primitive] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    placement: Placement | None = None
    supported_by: Node | None = None
    held_out: bool = False
    index: int = -1

    def walk(self) -> Iterator[Node]:
        """The node and everything below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Camera:
    """A pinhole camera: position, the point it looks at, vertical field of view in degrees."""

    position: Vector
    target: Vector
    field_of_view: float


@dataclass
class Scene:
    """One scene: background pieces first, then objects; ``Node.index`` counts all nodes in walk order from 0.

    The sky, where there is one, is a background node without primitives: its pixels are those that nothing covers.
    """

    seed: int
    indoor: bool
    camera: Camera
    sun: Vector
    roots: list[Node]

    def nodes(self) -> list[Node]:
        """All nodes in walk order; ``nodes()[i].index == i``."""
        return [node for root in self.roots for node in root.walk()]
