"""A room before it is drawn: solids with shapes and finishes, lamps, the camera.

World axes are x right, y away from the viewer, z up, in metres; the floor is z = 0. Solids are built in their own
frame, front facing -y, and placed by a `Placement`. Every triangle belongs to a node of the tree of what is shown; a
node's region is all visible pixels of its own triangles and of those of the nodes below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ...runtime.arrays import FloatArray, Int32Array
from ...scenes.layout.graph import Camera, Node, Placement
from ..furniture.models import Board

__all__ = ["Box", "Camera", "Finish", "Lamp", "Node", "Placement", "Room", "RoomKind", "Shape", "Solid"]

RoomKind = Literal["living room", "bedroom", "kitchen", "study", "children's room", "bathroom", "terrace"]
Color = tuple[float, float, float]
Vector = tuple[float, float, float]
Box = tuple[float, float, float, float, float, float]
"""left, front, bottom, right, back, top."""


@dataclass(frozen=True)
class Finish:
    """How a surface looks.

    Attributes:
        made_of: a word of `furniture.models.MADE_OF`, or plaster, tile, carpet, concrete, grass.
        color: linear RGB reflectance in [0, 1].
        pattern: plain, planks, tiles, bricks, stripes, checks or grain.
        second: the pattern's other colour: of gaps, grout, every other stripe.
        scale: the pattern's period in metres.
        ratio: length of a plank or tile, in periods.
        roughness: 0 is a mirror, 1 is chalk; None: what is usual for what it is made of.
        glow: emitted radiance, watts per square metre and steradian; 0 for what is no lamp.
    """

    made_of: str
    color: Color
    pattern: str = "plain"
    second: Color = (0.0, 0.0, 0.0)
    scale: float = 0.1
    ratio: float = 1.0
    roughness: float | None = None
    glow: float = 0.0


@dataclass(frozen=True, eq=False)
class Shape:
    """Triangles of one finish and one node, in their solid's frame.

    Attributes:
        vertices: (n, 3) metres.
        triangles: (m, 3) indices of vertices.
        uv: (m, 3, 2) of every triangle's corners, in metres along the surface.
        finish: how it looks.
        node: what it is.
        smooth: whether edges below 40 degrees are shaded round.
    """

    vertices: FloatArray
    triangles: Int32Array
    uv: FloatArray
    finish: Finish
    node: Node
    smooth: bool = False


@dataclass(eq=False)
class Solid:
    """One thing with its place.

    Attributes:
        node: its node, whose ``placement`` says where it stands.
        box: its extent in its own frame, before the placement's scale.
        shapes: what it is built of; empty for furniture models.
        model: id of the furniture model; "" for built things.
        paint: linear RGB of the model's surfaces that may be changed; None leaves them.
        leaves: (part, piece) of the model -> its node.
        lights: lamps in its own frame.
        boards: level areas, in its own frame, on which things can be put.
        hulls: boxes that together hold it more closely than `box`; empty if that one does.
        solid: False for what may touch or hold others: walls, rugs.
        hidden_front: seen by light, but not by the camera: the wall behind which it stands.
    """

    node: Node
    box: Box
    shapes: list[Shape] = field(default_factory=list)
    model: str = ""
    paint: Color | None = None
    leaves: dict[tuple[int, int], Node] = field(default_factory=dict)
    lights: list[Lamp] = field(default_factory=list)
    boards: tuple[Board, ...] = ()
    hulls: tuple[Box, ...] = ()
    solid: bool = True
    hidden_front: bool = False

    @property
    def placement(self) -> Placement:
        """Where it stands."""
        if self.node.placement is None:
            raise ValueError(f"{self.node.category} has no place yet")
        return self.node.placement

    @property
    def size(self) -> Vector:
        """Width, depth and height in metres, as placed or at scale 1."""
        scale = 1.0 if self.node.placement is None else self.node.placement.scale
        left, front, bottom, right, back, top = self.box
        return (right - left) * scale, (back - front) * scale, (top - bottom) * scale


@dataclass(frozen=True)
class Lamp:
    """A source of light.

    Attributes:
        kind: a small ball, a rectangle that shines one way, or the sun.
        position: its middle, in metres; without meaning for the sun.
        direction: where a rectangle or the sun shines.
        size: radius of the ball, width and height of the rectangle, or the sun's diameter in degrees.
        power: watts; of the sun, watts per square metre.
        color: linear RGB.
        portal: whether it stands for the sky in a window.
    """

    kind: Literal["ball", "rectangle", "sun"]
    position: Vector
    direction: Vector
    size: tuple[float, float]
    power: float
    color: Color
    portal: bool = False


@dataclass(eq=False)
class Room:
    """One room: what is in it, its light, and the camera.

    Attributes:
        seed: from which it was built.
        kind: which room it is.
        camera: where it is seen from; pictures are square.
        aperture: diameter of the lens's opening in metres.
        focus: distance of what is sharp.
        exposure: stops added to what an exposure meter would choose.
        backdrop: linear RGB of what is seen outdoors: near the ground, at the horizon, and high up.
        brightness: of the backdrop.
        solids: everything, background first.
        lamps: the sun and the sky; lamps of solids are theirs.
        in_view: what the camera sees, by a draft of boxes.
        look_alikes: things of a kind that differ in a fact or two, on purpose.
    """

    seed: int
    kind: RoomKind
    size: Vector
    camera: Camera
    aperture: float
    focus: float
    exposure: float
    backdrop: tuple[Color, Color, Color]
    brightness: float
    solids: list[Solid]
    lamps: list[Lamp]
    look_alikes: list[list[Solid]] = field(default_factory=list)
    in_view: list[Solid] = field(default_factory=list)

    def nodes(self) -> list[Node]:
        """All nodes in walk order; ``nodes()[i].index == i``."""
        return [node for solid in self.solids for node in solid.node.walk()]

    def number(self) -> None:
        """Give every node its index."""
        for index, node in enumerate(self.nodes()):
            node.index = index
