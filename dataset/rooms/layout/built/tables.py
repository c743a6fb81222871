"""Tables with four legs or with one."""

from __future__ import annotations

from ...furniture.models import Board
from ..nodes import new_node, part, parts
from ..room import Finish, Solid
from ..shapes import shape, turned
from .boards import boxes

__all__ = ["round_table", "table"]


def table(
    name: str, width: float, depth: float, height: float, top: Finish, legs: Finish, shelf: bool = False
) -> Solid:
    """A table with four legs; ``shelf``: with a second board below."""
    node = new_node(name, material=top.made_of)
    thick, leg, w, d = 0.03, 0.045 if height > 0.55 else 0.038, width / 2, depth / 2
    shapes = boxes(part(node, "tabletop", material=top.made_of), top, ((-w, -d, height - thick), (w, d, height)))
    inset = 0.03
    for k, own in enumerate(parts(node, "leg", 4, material=legs.made_of)):
        x = -w + inset if k % 2 == 0 else w - inset - leg
        y = -d + inset if k < 2 else d - inset - leg
        shapes += boxes(own, legs, ((x, y, 0), (x + leg, y + leg, height - thick)))
    boards = [Board(height, -w + 0.02, -d + 0.02, w - 0.02, d - 0.02, None)]
    if shelf:
        level = height * 0.35
        low = ((-w + inset + leg, -d + inset + leg / 2, level - 0.018), (w - inset - leg, d - inset - leg / 2, level))
        shapes += boxes(part(node, "shelf", material=top.made_of), top, low)
        boards.insert(0, Board(level, -w + 0.1, -d + 0.08, w - 0.1, d - 0.08, height - thick - level))
    return Solid(node, (-w, -d, 0, w, d, height), shapes, boards=tuple(boards))


def round_table(name: str, radius: float, height: float, top: Finish, leg: Finish) -> Solid:
    """A round table on one leg."""
    node = new_node(name, material=top.made_of, shape="round")
    profile = [
        (0.0, height - 0.026),
        (radius - 0.006, height - 0.026),
        (radius, height - 0.02),
        (radius, height - 0.005),
        (radius - 0.005, height),
        (0.0, height),
    ]
    foot = radius * 0.6
    shapes = [
        shape(turned(profile, segments=72), top, part(node, "tabletop", material=top.made_of), smooth=True),
        shape(
            turned([(0.025, 0.02), (0.025, height - 0.02)]), leg, part(node, "pole", material=leg.made_of), smooth=True
        ),
        shape(
            turned([(foot, 0.0), (foot, 0.01), (foot * 0.9, 0.018), (0.03, 0.026), (0.0, 0.026)], segments=48),
            leg,
            part(node, "base", material=leg.made_of),
            smooth=True,
        ),
    ]
    s = radius * 0.66
    return Solid(
        node, (-radius, -radius, 0, radius, radius, height), shapes, boards=(Board(height, -s, -s, s, s, None),)
    )
