"""Sideboards, chests of drawers, shelves that stand or hang."""

from __future__ import annotations

from ....scenes.rng import SplitMix64
from ...furniture.models import Board
from ..nodes import new_node, parts
from ..palettes import BRASS, CHROME, rgb
from ..room import Finish, Solid
from .boards import METAL_LEGS, boxes, fronted

__all__ = ["book_shelf", "sideboard", "wall_shelf"]


def sideboard(
    rng: SplitMix64,
    name: str,
    width: float,
    depth: float,
    height: float,
    body: Finish,
    front: Finish,
    drawers: int,
    doors: int,
    legs: float,
) -> Solid:
    """A low cupboard or chest of drawers on legs: columns of doors, then rows of drawers."""
    node = new_node(name, material=body.made_of)
    w, d, t = width / 2, depth / 2, 0.02
    shapes = boxes(node, body, ((-w, -d + t, legs), (w, d, height)))
    metal, handle = rng.choice((CHROME, BRASS, METAL_LEGS)), rng.choice(("handle", "knob"))
    inner, gap = legs + 0.012, 0.004
    top = height - 0.022
    across = width - 0.02
    share = 0.0 if doors == 0 else 1.0 if drawers == 0 else rng.choice((0.5, 0.62))
    x = -w + 0.01
    for own in parts(node, "door", doors, material=front.made_of) if doors else ():
        own_width = across * share / doors
        shapes += fronted(own, handle, ((x, -d, inner), (x + own_width - gap, -d + t - 0.001, top)), front, metal, True)
        x += own_width
    for k, own in enumerate(parts(node, "drawer", drawers, material=front.made_of) if drawers else ()):
        tall = (top - inner) / drawers
        shapes += fronted(
            own,
            handle,
            ((x, -d, inner + k * tall), (w - 0.01, -d + t - 0.001, inner + (k + 1) * tall - gap)),
            front,
            metal,
            False,
        )
    if legs > 0.03:
        for k, own in enumerate(parts(node, "leg", 4)):
            x, y = (-w + 0.04 if k % 2 == 0 else w - 0.08), (-d + 0.06 if k < 2 else d - 0.08)
            shapes += boxes(
                own, METAL_LEGS if front.made_of == "paint" else body, ((x, y, 0), (x + 0.035, y + 0.035, legs))
            )
    board = Board(height, -w + 0.03, -d + 0.03, w - 0.03, d - 0.03, None)
    return Solid(node, (-w, -d - 0.032, 0, w, d, height), shapes, boards=(board,))


def book_shelf(rng: SplitMix64, width: float, depth: float, height: float, finish: Finish, levels: int) -> Solid:
    """Open shelves that stand on the floor."""
    node = new_node("bookshelf", material=finish.made_of)
    w, d, t = width / 2, depth / 2, 0.02
    back = finish if rng.chance(0.7) else Finish("paint", rgb("dad7d0"))
    shapes = boxes(node, back, ((-w + t, d - 0.008, 0.05), (w - t, d, height - t)), chamfer=0)
    for own, x in zip(parts(node, "side panel", 2), (-w, w - t), strict=True):
        shapes += boxes(own, finish, ((x, -d, 0), (x + t, d, height)))
    heights = [0.06 + (height - 0.06 - t) * k / levels for k in range(levels + 1)]
    boards = []
    for k, own in enumerate(parts(node, "board", levels + 1)):
        z = heights[k]
        shapes += boxes(own, finish, ((-w + t, -d + 0.002, z), (w - t, d - 0.008, z + t)))
        clear = None if k == levels else heights[k + 1] - z - t
        boards.append(Board(z + t, -w + t + 0.005, -d + 0.02, w - t - 0.005, d - 0.012, clear))
    return Solid(node, (-w, -d, 0, w, d, height), shapes, boards=tuple(boards))


def wall_shelf(width: float, depth: float, finish: Finish) -> Solid:
    """A board on the wall; its back is y = 0, its lowest point z = 0."""
    node = new_node("shelf", material=finish.made_of)
    w = width / 2
    shapes = boxes(node, finish, ((-w, -depth, 0.03), (w, 0, 0.055)))
    for own, x in zip(parts(node, "bracket", 2, material="metal"), (-w * 0.7, w * 0.7), strict=True):
        shapes += boxes(
            own,
            METAL_LEGS,
            ((x - 0.01, -depth * 0.8, 0.022), (x + 0.01, 0, 0.03)),
            ((x - 0.01, -0.008, 0), (x + 0.01, 0, 0.03)),
        )
    return Solid(
        node,
        (-w, -depth, 0, w, 0, 0.055),
        shapes,
        boards=(Board(0.055, -w + 0.02, -depth + 0.01, w - 0.02, -0.01, 0.4),),
    )
