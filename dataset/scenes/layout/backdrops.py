"""What is behind and below the objects: floor, wall, rug, picture, window; ground, road, hills, sky; a tabletop."""

from __future__ import annotations

from dataclasses import dataclass

from ...listener.words.palette import COLORS
from ..rng import SplitMix64
from .extents import Footprint, rounded_cos_sin
from .graph import Material, Node, Primitive
from .objects.parts import SIDES, ball, box, disc, frustum, group, node

__all__ = ["Road", "draw_road", "room", "street", "tabletop"]

FAR = 40.0
WALL_COLORS = ("white", "gray", "pink", "blue", "yellow", "green", "teal", "orange")
FLOORS = (
    Material("brown", "wood", "planks", "black"),
    Material("brown", "wood", "planks", "black"),
    Material("gray", "wood", "planks", "black"),
    Material("white", "ceramic", "checker", "black"),
    Material("white", "ceramic", "tiles", "gray"),
    Material("gray", "fabric"),
    Material("teal", "fabric"),
    Material("brown", "fabric"),
)
GROUNDS = (
    ("lawn", Material("green", "matte", "noise", "black")),
    ("lawn", Material("green", "matte", "noise", "black")),
    ("pavement", Material("gray", "matte", "tiles", "black")),
    ("gravel", Material("gray", "matte", "noise", "black")),
    ("snow", Material("white", "matte", "noise", "gray")),
    ("dirt", Material("brown", "matte", "noise", "black")),
)
SKY_BLUE = Material("blue", "glow", "noise", "white")


@dataclass(frozen=True)
class Road:
    """A straight road through (0, y) at an angle in degrees to the x axis, with one lane each way."""

    y: float
    angle: float
    half_width: float = 1.02
    lane: float = 0.5

    @property
    def footprint(self) -> Footprint:
        """The ground it takes."""
        cos, sin = rounded_cos_sin(self.angle)
        return Footprint(0.0, self.y, cos, sin, FAR, self.half_width)


def draw_road(rng: SplitMix64) -> Road:
    """A road that crosses the view aslant, so that vehicles show a side and an end."""
    return Road(rng.uniform(0.2, 1.0), rng.choice(SIDES) * rng.uniform(16.0, 40.0))


def room(rng: SplitMix64, wall_y: float, half_width: float) -> list[Node]:
    """Floor and wall, and most often a rug and something on the wall."""
    floor = rng.choice(FLOORS)
    pattern = rng.choice((None, None, None, "stripes", "brick"))
    paints = ("white", "gray", "red", "brown") if pattern == "brick" else WALL_COLORS
    wall_color = rng.choice([name for name in paints if name != floor.color])
    second = "white" if wall_color != "white" else "gray"
    wall = Material(wall_color, "matte", pattern, second)
    skirting = Material("white" if wall_color != "white" else "gray", "matte")
    pieces = [
        _background("floor", floor, [box((0, 0, -0.05), (FAR, FAR, 0.05), floor)]),
        _background("wall", wall, [box((0, wall_y + 0.1, 3.0), (FAR, 0.1, 3.2), wall)]),
        _background("skirting board", skirting, [box((0, wall_y - 0.015, 0.07), (FAR, 0.015, 0.07), skirting)]),
    ]
    pieces += _on_the_wall(rng, wall_y, half_width, wall_color)
    if rng.chance(0.65):
        pieces.append(_rug(rng, floor.color, half_width, wall_y))
    return pieces


def _on_the_wall(rng: SplitMix64, wall_y: float, half_width: float, wall_color: str) -> list[Node]:
    taken = rng.below(4)
    pieces: list[Node] = []
    slots = [(half_width + 0.7) * (2 * (k + 0.5) / taken - 1) for k in range(taken)]
    window_at = rng.below(taken) if taken and rng.chance(0.6) else -1
    for k, middle in enumerate(slots):
        x, z = middle + rng.uniform(-0.12, 0.12), rng.uniform(1.75, 1.95)
        pieces.append(_window(x, wall_y, z) if k == window_at else _picture(rng, x, wall_y, z, wall_color))
    return pieces


def _picture(rng: SplitMix64, x: float, y: float, z: float, wall_color: str) -> Node:
    frame = Material(rng.choice([c for c in ("brown", "black", "white", "yellow") if c != wall_color]), "wood")
    color = rng.choice([c for c in COLORS if c not in (wall_color, frame.color)])
    paint = Material(
        color, "matte", rng.choice(("noise", "stripes", "checker", "dots")), "white" if color != "white" else "blue"
    )
    wide, tall = rng.choice(((0.5, 0.38), (0.36, 0.46), (0.4, 0.4)))
    return Node(
        "picture",
        "background",
        children=[
            node("frame", frame, [box((x, y - 0.03, z), (wide, 0.03, tall), frame)]),
            node("canvas", paint, [box((x, y - 0.055, z), (wide - 0.07, 0.012, tall - 0.07), paint)]),
        ],
    )


def _window(x: float, y: float, z: float) -> Node:
    trim = Material("white", "wood")
    frame = [
        box((x, y - 0.02, z), (0.62, 0.02, 0.56), trim),
        box((x, y - 0.05, z), (0.025, 0.015, 0.5), trim),
        box((x, y - 0.05, z), (0.56, 0.015, 0.022), trim),
        box((x, y - 0.07, z - 0.58), (0.68, 0.08, 0.025), trim),
    ]
    pane = box((x, y - 0.035, z), (0.56, 0.012, 0.5), SKY_BLUE)
    return Node(
        "window",
        "background",
        children=[node("frame", trim, frame), node("pane", Material("blue", "glass"), [pane])],
    )


def _rug(rng: SplitMix64, floor_color: str, half_width: float, wall_y: float) -> Node:
    color = rng.choice([c for c in COLORS if c not in (floor_color, "black")])
    second = rng.choice([c for c in ("white", "yellow", "blue", "red", "gray") if c != color])
    y = rng.uniform(-0.4, 0.4)
    if rng.chance(0.5):
        cloth = Material(color, "fabric", "rings", second)
        solid = frustum((rng.uniform(-0.4, 0.4), y, 0.006), (min(half_width, 1.8), 1.15, 0.006), cloth)
    else:
        cloth = Material(color, "fabric", rng.choice(("stripes", "checker", None)), second)
        solid = box(
            (rng.uniform(-0.4, 0.4), y, 0.006), (min(half_width, 1.7), min(1.15, wall_y - y - 0.3), 0.006), cloth
        )
    return _background("rug", cloth, [solid])


def tabletop(rng: SplitMix64, edge_y: float, half_width: float) -> list[Node]:
    """The top of a large table seen from near, in front of a wall."""
    cloth = rng.chance(0.35)
    if cloth:
        color = rng.choice(("white", "red", "blue", "yellow", "green"))
        top = Material(
            color, "fabric", rng.choice(("checker", "stripes", None)), "white" if color != "white" else "blue"
        )
    else:
        top = Material(rng.choice(("brown", "brown", "white", "gray")), "wood", "grain", "black")
    wall_color = rng.choice([name for name in WALL_COLORS if name != top.color])
    wall = Material(wall_color, "matte", rng.choice((None, None, "tiles")), "gray" if wall_color != "gray" else "white")
    pieces = [
        _background(
            "tablecloth" if cloth else "tabletop", top, [box((0, edge_y - 20.0, -0.06), (FAR, 20.0, 0.06), top)]
        ),
        _background("wall", wall, [box((0, edge_y + 2.6, 1.0), (FAR, 0.1, 6.0), wall)]),
    ]
    if rng.chance(0.6):
        mat_color = rng.choice([c for c in COLORS if c not in (top.color, top.pattern_color)])
        weave = Material(mat_color, "fabric", rng.choice(("rings", None)), "white" if mat_color != "white" else "gray")
        place = (rng.uniform(-0.4, 0.4) * half_width, rng.uniform(-0.6, 0.1), 0.005)
        pieces.append(_background("placemat", weave, [disc(place, rng.uniform(0.75, 1.0), 0.005, "z", weave)]))
    return pieces


def street(rng: SplitMix64, road: Road | None, back_y: float) -> list[Node]:
    """Ground, road, hills and sky, and now and then a fence behind everything."""
    name, earth = rng.choice(GROUNDS)
    pieces = [_background(name, earth, [box((0, 10, -0.05), (60.0, 60.0, 0.05), earth)])]
    if road is not None:
        pieces += _road(road, earth.color)
    elif rng.chance(0.3) and back_y < 6.0:
        pieces.append(_fence(rng, back_y + 0.5))
    if rng.chance(0.8):
        hills = [_hill(rng) for _ in range(1 + rng.below(4))]
        if len(hills) > 1:
            row = group("hill", "hills", hills)
            row.granularity = "background"
            pieces.append(row)
        else:
            hills[0].granularity = "background"
            pieces += hills
    sky = Node("sky", "background", attributes={"color": "blue"})
    return [*pieces, sky]


def _road(road: Road, ground_color: str) -> list[Node]:
    asphalt = Material("black", "matte", "dashes", "white")
    kerb = Material("gray" if ground_color != "gray" else "white", "matte")
    cos, sin = rounded_cos_sin(road.angle)
    rotation = (0.0, 0.0, road.angle)
    edges = [
        box((-sin * s * road.half_width, road.y + cos * s * road.half_width, 0.012), (FAR, 0.05, 0.012), kerb, rotation)
        for s in SIDES
    ]
    surface = box((0, road.y, 0.003), (FAR, road.half_width - 0.05, 0.003), asphalt, rotation)
    return [_background("road", asphalt, [surface]), _background("curb", kerb, edges)]


def _hill(rng: SplitMix64) -> Node:
    grass = Material("green", "matte", "noise", "black")
    place = (rng.uniform(-15, 15), rng.uniform(18, 28), -0.5)
    return node("hill", grass, [ball(place, (rng.uniform(4.5, 8.5), 3.0, rng.uniform(1.6, 4.2)), grass)])


def _fence(rng: SplitMix64, y: float) -> Node:
    wood = Material(rng.choice(("white", "brown")), "wood")
    rails = [box((0, y, z), (9.0, 0.02, 0.04), wood) for z in (0.25, 0.55)]
    pickets = [box((-9.0 + 0.3 * k, y - 0.03, 0.38), (0.075, 0.015, 0.38), wood) for k in range(61)]
    return _background("fence", wood, [*rails, *pickets])


def _background(category: str, material: Material, solids: list[Primitive]) -> Node:
    return node(category, material, solids, granularity="background")
