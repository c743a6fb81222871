"""Units of kitchens, fridges, and a bath."""

from __future__ import annotations

from typing import Final

from ...furniture.models import Board
from ..nodes import new_node, part, parts
from ..palettes import ACCENTS, CERAMIC, CHROME, rgb
from ..room import Finish, Node, Shape, Solid
from ..shapes import shape, turned
from .boards import boxes, fronted

__all__ = ["bath", "fridge", "kitchen_unit", "wall_unit"]

DEPTH: Final = 0.6
HEIGHT: Final = 0.9
"""Of units under a worktop, in metres."""

SEAM: Final = 0.004
"""Metres that a unit is narrower than its place, on either side: the dark line where two units meet."""


def kitchen_unit(width: float, front: Finish, top: Finish, kind: str, metal: Finish) -> Solid:
    """60 cm deep under a worktop; kinds: doors, drawers, oven, sink. Its back is y = 0.3."""
    node = new_node({"oven": "oven", "sink": "sink unit"}.get(kind, "kitchen cabinet"))
    half, d, height = width / 2, DEPTH / 2, HEIGHT
    w = half - SEAM
    body = Finish("paint", front.color, roughness=0.5)
    shapes = boxes(node, body, ((-w, -d + 0.02, 0.1), (w, d, height - 0.04)), chamfer=0.001)
    shapes += boxes(node, Finish("paint", rgb("2e2e30")), ((-w, -d + 0.07, 0), (w, d, 0.1)), chamfer=0)
    slab = (-half, -d - 0.02, height - 0.04), (half, d, height)
    shapes += boxes(part(node, "worktop", material=top.made_of), top, slab, chamfer=0.002)
    low, high, y = 0.105, height - 0.045, -d
    if kind == "oven":
        shapes += _oven(node, w, metal)
    elif kind == "drawers":
        tall = (high - low) / 3
        for k, own in enumerate(parts(node, "drawer", 3)):
            face = (-w + 0.002, y, low + k * tall), (w - 0.002, y + 0.019, low + (k + 1) * tall - 0.004)
            shapes += fronted(own, "handle", face, front, metal, False)
    else:
        count = 2 if width > 0.65 else 1
        for k, own in enumerate(parts(node, "door", count)):
            x = -w + 2 * w * k / count
            face = (x + 0.002, y, low), (x + 2 * w / count - 0.002, y + 0.019, high)
            shapes += fronted(own, "handle", face, front, metal, True)
    if kind == "sink":
        shapes += _sink(node, w)
    free = kind in ("doors", "drawers")
    boards = (Board(height, -w + 0.03, -d + 0.06, w - 0.03, d - 0.05, 0.45),) if free else ()
    return Solid(
        node, (-half, -d - 0.045, 0, half, d, height + (0.29 if kind == "sink" else 0.006)), shapes, boards=boards
    )


def _oven(node: Node, w: float, metal: Finish) -> list[Shape]:
    """The front of an oven and the hob above it; ``w`` is half its width."""
    d, high, y = DEPTH / 2, HEIGHT - 0.045, -DEPTH / 2
    steel, black = Finish("metal", rgb("b9babb"), roughness=0.3), Finish("screen", (0.01, 0.01, 0.01))
    door = part(node, "oven door")
    shapes = boxes(door, steel, ((-w + 0.002, y, 0.105), (w - 0.002, y + 0.019, high - 0.11)))
    glass = (-w + 0.07, y - 0.002, 0.205), (w - 0.07, y, high - 0.26)
    shapes += boxes(part(door, "window"), black, glass, chamfer=0)
    shapes += boxes(
        part(door, "handle"),
        metal,
        ((-w + 0.05, y - 0.04, high - 0.16), (w - 0.05, y - 0.025, high - 0.145)),
        ((-w + 0.06, y - 0.03, high - 0.158), (-w + 0.075, y, high - 0.147)),
        ((w - 0.075, y - 0.03, high - 0.158), (w - 0.06, y, high - 0.147)),
    )
    shapes += boxes(node, steel, ((-w + 0.002, y, high - 0.105), (w - 0.002, y + 0.019, high)))
    for k, own in enumerate(parts(node, "knob", 4)):
        knob = turned([(0.018, 0.0), (0.016, 0.02), (0.0, 0.02)], segments=24)
        knob[0][:] = knob[0][:, [0, 2, 1]] * (1, -1, 1) + (-w + 2 * w * (k + 1) / 5, y, high - 0.052)
        shapes.append(shape(knob, Finish("plastic", rgb("2a2a2a")), own, smooth=True))
    plate = (-w + 0.02, -d + 0.03, HEIGHT), (w - 0.02, d - 0.06, HEIGHT + 0.006)
    return shapes + boxes(part(node, "hob", material="glass"), black, plate, chamfer=0.001)


def _sink(node: Node, w: float) -> list[Shape]:
    """A basin let into the worktop, and its tap."""
    d, z = DEPTH / 2, HEIGHT
    basin, tap = part(node, "basin", material="metal"), part(node, "tap", material="metal")
    steel, deep = Finish("metal", rgb("c4c5c6"), roughness=0.22), Finish("metal", rgb("6f7072"), roughness=0.3)
    shapes = boxes(basin, steel, ((-w + 0.06, -d + 0.08, z - 0.002), (w - 0.06, d - 0.14, z + 0.004)), chamfer=0.001)
    shapes += boxes(basin, deep, ((-w + 0.1, -d + 0.11, z), (w - 0.1, d - 0.17, z + 0.005)), chamfer=0)
    pipe = turned([(0.014, z), (0.012, z + 0.28)])
    pipe[0][:, 1] += d - 0.07
    shapes.append(shape(pipe, CHROME, tap, smooth=True))
    arm = (-0.01, d - 0.26, z + 0.27), (0.01, d - 0.06, z + 0.29)
    mouth = (-0.01, d - 0.26, z + 0.235), (0.01, d - 0.24, z + 0.28)
    return shapes + boxes(tap, CHROME, arm, mouth, chamfer=0.004)


def wall_unit(width: float, height: float, front: Finish, metal: Finish) -> Solid:
    """A cupboard on the wall; its back is y = 0, its lowest point z = 0."""
    node = new_node("wall cabinet")
    w, d = width / 2 - SEAM, 0.33
    shapes = boxes(
        node, Finish("paint", front.color, roughness=0.5), ((-w, -d + 0.02, 0), (w, 0, height)), chamfer=0.001
    )
    for k, own in enumerate(parts(node, "door", 2 if width > 0.65 else 1)):
        count = 2 if width > 0.65 else 1
        x = -w + 2 * w * k / count
        shapes += boxes(
            own, front, ((x + 0.002, -d, 0.002), (x + 2 * w / count - 0.002, -d + 0.019, height - 0.002)), chamfer=0.003
        )
        grip = part(own, "handle", material="metal")
        at = x + 2 * w / count - 0.05
        shapes += boxes(
            grip,
            metal,
            ((at, -d - 0.03, 0.04), (at + 0.01, -d - 0.018, 0.2)),
            ((at, -d - 0.02, 0.045), (at + 0.01, -d, 0.055)),
            ((at, -d - 0.02, 0.185), (at + 0.01, -d, 0.195)),
            chamfer=0.002,
        )
    return Solid(node, (-width / 2, -d - 0.03, 0, width / 2, 0, height), shapes)


def fridge(color: str, height: float) -> Solid:
    """A fridge with a freezer below."""
    node = new_node("fridge", color=color)
    w, d = 0.3, 0.32
    finish = (
        Finish("metal", rgb("bfc1c2"), roughness=0.32)
        if color == "gray"
        else Finish("paint", ACCENTS[color], roughness=0.22)
    )
    shapes = boxes(node, Finish("paint", rgb("b5b6b7")), ((-w, -d + 0.05, 0.02), (w, d, height)))
    split = height * 0.36
    for own, (low, high) in zip(parts(node, "door", 2), ((0.04, split - 0.004), (split + 0.004, height)), strict=True):
        shapes += boxes(own, finish, ((-w, -d, low), (w, -d + 0.048, high)), chamfer=0.008)
        grip = part(own, "handle", material="metal")
        z0, z1 = (high - 0.32, high - 0.05) if high < height else (low + 0.05, low + 0.4)
        shapes += boxes(
            grip,
            CHROME,
            ((w - 0.06, -d - 0.045, z0), (w - 0.042, -d - 0.03, z1)),
            ((w - 0.06, -d - 0.035, z0), (w - 0.042, -d, z0 + 0.015)),
            ((w - 0.06, -d - 0.035, z1 - 0.015), (w - 0.042, -d, z1)),
            chamfer=0.003,
        )
    return Solid(node, (-w, -d - 0.045, 0, w, d, height), shapes)


def bath(width: float, depth: float) -> Solid:
    """A bath with a panel around it: four walls, a floor, and a tap at one end."""
    node = new_node("bathtub", color="white", material="ceramic")
    w, d, h, t = width / 2, depth / 2, 0.56, 0.07
    panel = part(node, "panel")
    look = Finish("paint", rgb("e5e4e0"), roughness=0.25)
    shapes = boxes(
        panel,
        look,
        ((-w + 0.02, -d + 0.02, 0), (w - 0.02, -d + 0.04, h - 0.04)),
        ((-w + 0.02, -d + 0.04, 0), (-w + 0.04, d, h - 0.04)),
        ((w - 0.04, -d + 0.04, 0), (w - 0.02, d, h - 0.04)),
    )
    shapes += boxes(
        node,
        CERAMIC,
        ((-w, -d, h - 0.04), (w, -d + t, h)),
        ((-w, d - t, h - 0.04), (w, d, h)),
        ((-w, -d + t, h - 0.04), (-w + t, d - t, h)),
        ((w - t, -d + t, h - 0.04), (w, d - t, h)),
        chamfer=0.012,
    )
    inner = ((-w + t - 0.02, -d + t - 0.02, 0.1), (w - t + 0.02, d - t + 0.02, 0.14))
    walls = (
        ((-w + t - 0.03, -d + t - 0.03, 0.12), (-w + t, d - t + 0.03, h - 0.02)),
        ((w - t, -d + t - 0.03, 0.12), (w - t + 0.03, d - t + 0.03, h - 0.02)),
        ((-w + t, -d + t - 0.03, 0.12), (w - t, -d + t, h - 0.02)),
        ((-w + t, d - t, 0.12), (w - t, d - t + 0.03, h - 0.02)),
    )
    shapes += boxes(node, CERAMIC, inner, *walls, chamfer=0.006)
    tap = part(node, "tap", material="metal")
    shapes += boxes(
        tap,
        CHROME,
        ((w - 0.055, -0.012, h), (w - 0.03, 0.012, h + 0.12)),
        ((w - 0.17, -0.012, h + 0.1), (w - 0.03, 0.012, h + 0.12)),
        chamfer=0.005,
    )
    return Solid(node, (-w, -d, 0, w, d, h + 0.12), shapes)
