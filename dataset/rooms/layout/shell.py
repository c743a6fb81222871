"""The room itself: floor, ceiling, walls with openings, skirting boards, windows and doors."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ...scenes.rng import SplitMix64
from ..projection import turn
from .nodes import new_node, part, parts
from .palettes import BRASS, CHROME, WHITE_PAINT, WOODS, rgb
from .plan import FRONT, Wall
from .room import Finish, Lamp, Node, Placement, Shape, Solid
from .shapes import box, quad, shape

__all__ = ["Opening", "door", "floor_and_ceiling", "skirting", "terrace_walls", "wall_solid", "window"]

THICKNESS: Final = 0.2
GLASS: Final = Finish("glass", (1.0, 1.0, 1.0))


@dataclass(frozen=True)
class Opening:
    """A hole in a wall: from u to u + width, from bottom to bottom + height."""

    wall: str
    u: float
    width: float
    bottom: float
    height: float


def floor_and_ceiling(
    width: float, depth: float, height: float, floor: tuple[Finish, str], outdoors: bool
) -> list[Solid]:
    """The floor and, indoors, the ceiling."""
    finish, name = floor
    half, far = width / 2, depth
    solids = []
    node = new_node(name, "background", material=finish.made_of)
    low = box((-half, 0.0, -0.05), (half, far, 0.0), chamfer=0)
    node.placement = Placement(0, 0, 0, 0, 1)
    solids.append(Solid(node, (-half, 0, -0.05, half, far, 0), [shape(low, finish, node)], solid=False))
    if not outdoors:
        node = new_node("ceiling", "background")
        node.placement = Placement(0, 0, height, 0, 1)
        body = quad((-half, 0, 0), (0, far, 0), (width, 0, 0))
        solids.append(
            Solid(node, (-half, 0, 0, half, far, 0), [shape(body, _plaster(rgb("f0efec")), node)], solid=False)
        )
    return solids


def _plaster(color: tuple[float, float, float]) -> Finish:
    return Finish("plaster", color)


def wall_solid(
    wall: Wall, height: float, finish: Finish, openings: list[Opening], tiled: Finish | None = None
) -> Solid:
    """A wall with its openings and their reveals; ``tiled``: tiles up to two metres."""
    node = new_node("wall", "background", side=wall.name)
    node.placement = wall.at(0.0)
    holes = [opening for opening in openings if opening.wall == wall.name]
    across = sorted({0.0, wall.length, *(x for hole in holes for x in (hole.u, hole.u + hole.width))})
    levels = {0.0, height, *(z for hole in holes for z in (hole.bottom, hole.bottom + hole.height))}
    up = sorted(levels | ({2.02} if tiled else set()))
    shapes: list[Shape] = []
    for left, right in pairwise(across):
        for bottom, top in pairwise(up):
            u, z = (left + right) / 2, (bottom + top) / 2
            if any(h.u < u < h.u + h.width and h.bottom < z < h.bottom + h.height for h in holes):
                continue
            body = quad((left, 0, bottom), (right - left, 0, 0), (0, 0, top - bottom))
            if tiled is not None and top <= 2.03:
                body[2][:] += (left, bottom)  # the tiles go on from one piece of the wall to the next
            shapes.append(shape(body, tiled if tiled is not None and top <= 2.03 else finish, node))
    for hole in holes:
        a, b, c, d = hole.u, hole.u + hole.width, hole.bottom, hole.bottom + hole.height
        deep = (0.0, THICKNESS, 0.0)
        for corner, side in (((a, 0, c), (0, 0, d - c)), ((b, 0, c), (0, 0, d - c)), ((a, 0, d), (b - a, 0, 0))):
            shapes.append(shape(quad(corner, deep, side), WHITE_PAINT, node))
        if c > 0:
            shapes.append(shape(quad((a, 0, c), deep, (b - a, 0, 0)), WHITE_PAINT, node))
    return Solid(node, (0, 0, 0, wall.length, THICKNESS, height), shapes, solid=False, hidden_front=wall.name == FRONT)


def skirting(wall: Wall, finish: Finish, openings: list[Opening]) -> Solid:
    """Boards at the foot of a wall, but not before doors."""
    node = new_node("skirting board", "background")
    node.placement = wall.at(0.0)
    doors = sorted((h.u, h.u + h.width) for h in openings if h.wall == wall.name and h.bottom == 0)
    ends = [0.0, *(x for door_ in doors for x in door_), wall.length]
    shapes = [
        shape(box((left, -0.012, 0.0), (right, 0.0, 0.08)), finish, node)
        for left, right in zip(ends[::2], ends[1::2], strict=True)
        if right - left > 0.02
    ]
    front = wall.name == FRONT
    return Solid(node, (0, -0.012, 0, wall.length, 0, 0.08), shapes, solid=False, hidden_front=front)


def window(opening: Opening, wall: Wall, rng: SplitMix64, sky: float) -> Solid:
    """A window with frame, panes and sill, and the light of the sky behind it (``sky`` watts per square metre)."""
    node = new_node("window", "object")
    node.placement = wall.at(opening.u, opening.bottom)
    width, height = opening.width, opening.height
    finish = WHITE_PAINT if rng.chance(0.8) else Finish("wood", *_oak(), scale=0.06)
    frame = part(node, "frame", material=finish.made_of)
    columns = 1 if width < 0.9 else rng.choice((2, 2, 3)) if width > 1.7 else 2
    rows = 2 if rng.chance(0.25) else 1
    t, front, back = 0.055, 0.07, 0.13
    shapes = [
        shape(box(*bounds), finish, frame)
        for bounds in (
            ((0, front, 0), (t, back, height)),
            ((width - t, front, 0), (width, back, height)),
            ((t, front, 0), (width - t, back, t)),
            ((t, front, height - t), (width - t, back, height)),
        )
    ]
    for k in range(1, columns):
        x = width * k / columns
        shapes.append(shape(box((x - t * 0.6, front - 0.005, t), (x + t * 0.6, back, height - t)), finish, frame))
    for k in range(1, rows):
        z = height * (k / rows + 0.15)
        shapes.append(shape(box((t, front + 0.005, z - 0.016), (width - t, back, z + 0.016)), finish, frame))
    panes = parts(node, "pane", columns * rows, material="glass")
    for index, pane in enumerate(panes):
        column, row = index % columns, index // columns
        cut = [0.0, height * 0.65, height] if rows == 2 else [0.0, height]
        low = (width * column / columns, 0.1, cut[row])
        body = quad(low, (width / columns, 0, 0), (0, 0, cut[row + 1] - cut[row]))
        shapes.append(shape(body, GLASS, pane))
    if opening.bottom > 0.3:
        sill = part(node, "window sill")
        shapes.append(shape(box((-0.04, -0.05, -0.03), (width + 0.04, 0.07, 0.004)), finish, sill))
    out = (wall.normal[0], wall.normal[1], -0.25)
    light = Lamp(
        "rectangle", (width / 2, 0.24, height / 2), out, (width, height), sky * width * height, rgb("eff2f7"), True
    )
    return Solid(node, (0, -0.06, 0, width, THICKNESS, height), shapes, lights=[light], solid=False)


def _oak() -> tuple[tuple[float, float, float], str, tuple[float, float, float]]:
    light, dark = WOODS["oak"]
    return light, "grain", dark


def door(opening: Opening, wall: Wall, rng: SplitMix64, angle: float) -> Solid:
    """A door in its frame; ``angle`` degrees open, into the room, hinged on the left."""
    node = new_node("door", "object", state="open" if angle > 15 else "closed")
    node.placement = wall.at(opening.u)
    width, height = opening.width, opening.height
    wooden = rng.chance(0.35)
    finish = Finish("wood", *_oak(), scale=0.08) if wooden else WHITE_PAINT
    frame = part(node, "frame", material=finish.made_of)
    t, thick = 0.07, 0.04
    shapes = [
        shape(box(low, high), finish, frame)
        for low, high in (
            ((-t, -0.018, 0.001), (0.0, 0.0, height + t)),
            ((width, -0.018, 0.001), (width + t, 0.0, height + t)),
            ((0.0, -0.018, height), (width, 0.0, height + t)),
        )
    ]
    leaf = part(node, "door leaf", material=finish.made_of)
    bodies = [box((0.004, 0.0, 0.008), (width - 0.004, thick, height - 0.004))]
    levels = ((0.12, 0.46), (0.53, 0.94)) if rng.chance(0.7) else ((0.08, 0.92),)
    for low_share, high_share in levels:
        bodies.append(box((0.13, -0.008, height * low_share), (width - 0.13, 0.0, height * high_share), 0.01))
    handle = part(node, "handle", material="metal")
    metal = rng.choice((CHROME, BRASS))
    x = width - 0.075
    grips = [
        box((x - 0.02, -0.006, 0.93), (x + 0.02, 0.0, 1.13), 0.003),
        box((x - 0.008, -0.05, 1.04), (x + 0.008, -0.004, 1.056), 0.003),
        box((x - 0.115, -0.06, 1.04), (x + 0.008, -0.045, 1.056), 0.005),
    ]
    cosine, sine = turn(-angle)
    for body, own_finish, owner in [*((b, finish, leaf) for b in bodies), *((g, metal, handle) for g in grips)]:
        x_, y_ = body[0][:, 0].copy(), body[0][:, 1].copy()
        body[0][:, 0], body[0][:, 1] = cosine * x_ - sine * y_, sine * x_ + cosine * y_
        shapes.append(shape(body, own_finish, owner))
    reach = width * turn(angle)[1]
    if angle > 0:
        shapes += _corridor(node, width, height)
    lights = (
        [Lamp("ball", (width / 2, 1.0, height - 0.1), (0, 0, -1), (0.1, 0.1), 14.0, rgb("ffe2bd"))] if angle > 0 else []
    )
    return Solid(node, (-t, -max(0.07, reach + 0.05), 0, width + t, 0.0, height + t), shapes, lights=lights)


def _corridor(door_node: Node, width: float, height: float) -> list[Shape]:
    """What is seen through an open door: a wall, side walls, floor and ceiling."""
    owner = new_node("corridor", "background")
    door_node.children.append(owner)
    left, right, near, far = -0.5, width + 0.5, THICKNESS, 1.6
    wall, floor = _plaster(rgb("d9d2c4")), Finish("wood", *_oak()[:1], "planks", _oak()[2], scale=0.12, ratio=8.0)
    top = height + 0.3
    planes = [
        ((left, far, 0), (right - left, 0, 0), (0, 0, top), wall),
        ((left, near, 0), (0, far - near, 0), (0, 0, top), wall),
        ((right, near, 0), (0, far - near, 0), (0, 0, top), wall),
        ((left, near, top), (0, far - near, 0), (right - left, 0, 0), wall),
        ((left, 0.0, -0.001), (right - left, 0, 0), (0, far, 0), floor),
    ]
    return [shape(quad(a, b, c), f, owner) for a, b, c, f in planes]


def terrace_walls(rng: SplitMix64, walls: dict[str, Wall], height: float) -> tuple[Solid, list[Solid]]:
    """The wall of the house on one side, and fences of boards on the others."""
    home = rng.choice(("back", "left", "right"))
    look = rng.below(3)
    if look == 0:
        finish = Finish(
            "stone",
            rgb(rng.choice(("a5654c", "8f5a47", "b98a6d"))),
            "bricks",
            rgb("b8b0a4"),
            scale=0.075,
            ratio=3.0,
            roughness=0.85,
        )
    else:
        finish = Finish("plaster", rgb(rng.choice(("e8e2d6", "d8c7a8", "c9cfd0", "e2b89a", "f0ede6"))))
    own = walls[home]
    width = rng.uniform(0.95, 1.5)
    u = min(max(0.4, own.length * rng.uniform(0.3, 0.7) - width / 2), own.length - width - 0.4)
    opening = Opening(home, u, width, 0.95, 1.15)
    house = wall_solid(own, height, finish, [opening])
    pane_window = window(opening, own, rng, 0.0)
    pane_window.lights.clear()
    dark = Finish("plaster", rgb("6b665e"))
    room = Solid(new_node("dark room", "background"), (0, 0, 0, 1, 1, 1), solid=False)
    room.node.placement = own.at(u, 0.0)
    for corner, along, up in (
        ((-0.5, 0.9, 0.5), (width + 1.0, 0, 0), (0, 0, 2.0)), ((-0.5, THICKNESS, 0.5), (0, 0.7, 0), (0, 0, 2.0)),
        ((width + 0.5, THICKNESS, 0.5), (0, 0.7, 0), (0, 0, 2.0)),
        ((-0.5, THICKNESS, 2.5), (width + 1, 0, 0), (0, 0.7, 0)),
        ((-0.5, THICKNESS, 0.5), (width + 1, 0, 0), (0, 0.7, 0)),
    ):  # fmt: skip
        room.shapes.append(shape(quad(corner, along, up), dark, room.node))
    fences = [pane_window, room]
    light, deep = WOODS[rng.choice(("grayed", "oak", "walnut", "pine"))]
    board = Finish("wood", light, "grain", deep, scale=0.06, roughness=0.7)
    tall, upright = rng.uniform(1.3, 1.8), rng.chance(0.6)
    for name in ("back", "left", "right"):
        if name == home:
            continue
        wall = walls[name]
        node = new_node("fence", "background", side=name, material="wood")
        node.placement = wall.at(0.0)
        fence = Solid(node, (0, 0, 0, wall.length, 0.1, tall), solid=False)
        step = 0.102
        if upright:
            for k in range(int(wall.length / step)):
                fence.shapes.append(shape(box((k * step, 0.02, 0.03), (k * step + 0.1, 0.04, tall)), board, node))
        else:
            for k in range(int((tall - 0.14) / step) + 1):
                fence.shapes.append(
                    shape(box((0.0, 0.02, 0.04 + k * step), (wall.length, 0.04, 0.14 + k * step)), board, node)
                )
        for z in (0.3, tall - 0.25):
            fence.shapes.append(shape(box((0.0, 0.04, z), (wall.length, 0.09, z + 0.07)), board, node))
        fences.append(fence)
    return house, fences
