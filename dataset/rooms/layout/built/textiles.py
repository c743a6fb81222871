"""Rugs, curtains and cushions."""

from __future__ import annotations

from ....scenes.rng import SplitMix64
from ..nodes import new_node, part, parts
from ..palettes import ACCENTS, BRASS, CHROME, MUTED, rgb
from ..room import Finish, Shape, Solid
from ..shapes import box, cloth, cushion, shape, turned

__all__ = ["curtains", "pillow", "rug"]


def rug(rng: SplitMix64, width: float, depth: float, color: str, other: str) -> Solid:
    """A rug that lies on the floor: plain, striped, checked, or with a border."""
    style = rng.choice(("plain", "stripes", "checks", "border", "round"))
    node = new_node("rug", color=color, material="fabric")
    finish = Finish("carpet", MUTED[color])
    if style in ("stripes", "checks"):
        node.attributes["pattern"] = "striped" if style == "stripes" else "checked"
        finish = Finish("carpet", MUTED[color], style, MUTED[other], scale=rng.choice((0.2, 0.3, 0.44)))
    half_w, half_d, thick = width / 2, depth / 2, 0.006
    if style == "round":
        radius = min(half_w, half_d)
        profile = [(radius, 0.0), (radius, thick * 0.7), (radius - 0.01, thick), (0.0, thick)]
        return Solid(
            node,
            (-radius, -radius, 0, radius, radius, thick),
            [shape(turned(profile, segments=72), finish, node)],
            solid=False,
        )
    shapes = [shape(box((-half_w, -half_d, 0.0), (half_w, half_d, thick), 0.002), finish, node)]
    if style == "border":
        edge = part(node, "border", color=other)
        e, z = 0.1, thick + 0.001
        for low, high in (
            ((-half_w, -half_d, z - 0.004), (half_w, -half_d + e, z)),
            ((-half_w, half_d - e, z - 0.004), (half_w, half_d, z)),
            ((-half_w, -half_d + e, z - 0.004), (-half_w + e, half_d - e, z)),
            ((half_w - e, -half_d + e, z - 0.004), (half_w, half_d - e, z)),
        ):  # fmt: skip
            shapes.append(shape(box(low, high, 0), Finish("carpet", MUTED[other]), edge))
    return Solid(node, (-half_w, -half_d, 0, half_w, half_d, thick), shapes, solid=False)


def curtains(rng: SplitMix64, opening: float, drop: float, color: str, wall_length: float, u: float) -> Solid:
    """Two curtains and their rod, for a window ``opening`` metres wide; the origin is on the wall, at the rod."""
    node = new_node("pair of curtains", color=color, material="fabric")
    metal = rng.choice((BRASS, CHROME, Finish("metal", rgb("2b2b2d"), roughness=0.4)))
    reach_left, reach_right = min(0.4, u - 0.05), min(0.4, wall_length - u - opening - 0.05)
    rod = part(node, "curtain rod", material="metal")
    low, high = -reach_left - 0.04, opening + reach_right + 0.04
    shapes: list[Shape] = [shape(box((low, -0.106, -0.012), (high, -0.082, 0.012), 0.006), metal, rod, smooth=True)]
    holders = [box((x - 0.01, -0.1, -0.012), (x + 0.01, -0.001, 0.012)) for x in (low + 0.1, high - 0.1)]
    shapes += [shape(holder, metal, rod) for holder in holders]
    pattern = rng.choice(("plain", "plain", "plain", "stripes"))
    finish = Finish("fabric", MUTED[color], pattern, MUTED["white"], scale=0.12)
    if pattern == "stripes":
        node.attributes["pattern"] = "striped"
    width = rng.uniform(0.28, 0.4)
    sides = parts(node, "curtain", 2, color=color)
    for side, own in enumerate(sides):
        start = -reach_left if side == 0 else opening + reach_right - width - 0.08
        body = cloth(width + 0.08, drop, folds=rng.uniform(4.5, 6.5), depth=0.042)
        body[0][:] += (start, -0.094, -0.014)
        shapes.append(shape(body, finish, own, smooth=True))
    return Solid(node, (low, -0.15, -drop - 0.02, high, 0.0, 0.02), shapes)


def pillow(rng: SplitMix64, color: str, side: float) -> Solid:
    """A cushion that lies flat."""
    node = new_node("cushion", color=color, material="fabric")
    pattern = rng.choice(("plain", "plain", "stripes", "checks"))
    if pattern != "plain":
        node.attributes["pattern"] = "striped" if pattern == "stripes" else "checked"
    thick = side * 0.3
    body = cushion(side, side, thick)
    body[0][:, 2] += thick / 2
    finish = Finish("fabric", ACCENTS[color], pattern, rgb("e6e0d4"), scale=0.06)
    return Solid(node, (-side / 2, -side / 2, 0, side / 2, side / 2, thick), [shape(body, finish, node, smooth=True)])
