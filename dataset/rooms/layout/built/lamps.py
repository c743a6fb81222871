"""Lamps that light: on tables, on the floor, hanging from the ceiling."""

from __future__ import annotations

from ....scenes.rng import SplitMix64
from ..nodes import new_node, part
from ..palettes import ACCENTS, LIGHT, rgb
from ..room import Finish, Lamp, Solid
from ..shapes import box, shape, turned

__all__ = ["floor_lamp", "pendant_lamp", "table_lamp"]

GLOW = Finish("light", LIGHT, glow=25.0)


def _shade(color: str, lit: bool) -> Finish:
    r, g, b = ACCENTS[color]
    if not lit:
        return Finish("fabric", ACCENTS[color])
    warm = (min(1.0, r * 1.0 + 0.12), min(1.0, g * 0.86 + 0.07), min(1.0, b * 0.66 + 0.03))
    return Finish("light", warm, glow=5.0)


def _pole(rng: SplitMix64) -> Finish:
    return rng.choice(
        (
            Finish("metal", rgb("c0a062"), roughness=0.3),
            Finish("metal", rgb("2a2a2c"), roughness=0.45),
            Finish("metal", rgb("cfcfcf"), roughness=0.2),
        )
    )


def _lamp(
    rng: SplitMix64, name: str, color: str, lit: bool, height: float, radius: float, tall: float, base: float
) -> Solid:
    node = new_node(name, state="on" if lit else "off")
    shade_node, pole_node, base_node = (
        part(node, "lampshade", color=color, material="fabric"),
        part(node, "pole", material="metal"),
        part(node, "base"),
    )
    metal = _pole(rng)
    narrow = rng.choice((0.62, 0.8, 1.0))
    bottom = height - tall
    shade = turned([(radius, bottom), (radius * narrow, height)], segments=48)
    inside = turned([(radius * narrow - 0.004, height - 0.001), (radius - 0.004, bottom + 0.001)], segments=48)
    bulb = turned(
        [
            (0.0, bottom + tall * 0.3),
            (0.025, bottom + tall * 0.38),
            (0.03, bottom + tall * 0.5),
            (0.0, bottom + tall * 0.62),
        ]
    )
    shapes = [
        shape(shade, _shade(color, lit), shade_node, smooth=True),
        shape(inside, _shade("white", lit), shade_node, smooth=True),
        shape(bulb, GLOW if lit else Finish("glass", (1, 1, 1)), shade_node, smooth=True),
        shape(turned([(0.011, 0.02), (0.011, bottom + tall * 0.3)]), metal, pole_node, smooth=True),
        shape(
            turned([(base, 0.0), (base, 0.012), (base * 0.9, 0.022), (0.012, 0.03), (0.0, 0.03)], segments=40),
            metal,
            base_node,
            smooth=True,
        ),
    ]
    power = 45.0 if name == "floor lamp" else 24.0
    lights = [Lamp("ball", (0, 0, bottom + tall * 0.5), (0, 0, -1), (0.045, 0.0), power, LIGHT)] if lit else []
    reach = max(radius, base)
    return Solid(node, (-reach, -reach, 0, reach, reach, height), shapes, lights=lights)


def floor_lamp(rng: SplitMix64, color: str, lit: bool) -> Solid:
    """A lamp that stands on the floor."""
    return _lamp(
        rng, "floor lamp", color, lit, rng.uniform(1.42, 1.68), rng.uniform(0.17, 0.24), rng.uniform(0.2, 0.3), 0.14
    )


def table_lamp(rng: SplitMix64, color: str, lit: bool, bodied: bool) -> Solid:
    """A lamp for tables; ``bodied``: with a round body of ceramic instead of a pole."""
    lamp = _lamp(
        rng, "table lamp", color, lit, rng.uniform(0.38, 0.5), rng.uniform(0.11, 0.15), rng.uniform(0.15, 0.2), 0.07
    )
    if bodied:
        body = turned([(0.05, 0.0), (0.085, 0.05), (0.09, 0.09), (0.06, 0.15), (0.02, 0.19), (0.011, 0.2)], segments=40)
        base = lamp.node.children[2]
        base.attributes |= {"material": "ceramic"}
        finish = Finish("ceramic", ACCENTS[rng.choice(("white", "teal", "blue", "beige", "gray"))])
        lamp.shapes[4] = shape(body, finish, base, smooth=True)
    return lamp


def pendant_lamp(rng: SplitMix64, color: str, lit: bool, drop: float, style: str) -> Solid:
    """A lamp that hangs; its highest point is z = 0. Styles: dome, ball, cone."""
    node = new_node("pendant lamp", color=color, state="on" if lit else "off")
    shade_node, cable = part(node, "lampshade", color=color), part(node, "cable")
    radius = rng.uniform(0.15, 0.22)
    if style == "ball":
        top = -drop + 2 * radius
        profile = [
            (0.0, -drop),
            (radius * 0.5, -drop + radius * 0.13),
            (radius * 0.87, -drop + radius * 0.5),
            (radius, -drop + radius),
            (radius * 0.87, top - radius * 0.5),
            (radius * 0.5, top - radius * 0.13),
            (0.02, top),
        ]
    elif style == "dome":
        top = -drop + radius * 1.1
        profile = [
            (radius, -drop),
            (radius * 0.97, -drop + radius * 0.35),
            (radius * 0.8, -drop + radius * 0.72),
            (radius * 0.45, -drop + radius),
            (0.02, top),
        ]
    else:
        top = -drop + radius * 1.5
        profile = [(radius, -drop), (radius * 0.25, -drop + radius * 1.2), (0.02, top)]
    finish = (
        (_shade("white", lit) if lit else Finish("glass", (1, 1, 1)))
        if style == "ball"
        else Finish(rng.choice(("metal", "paint")), ACCENTS[color], roughness=0.35)
    )
    inner = [(max(0.0, r - 0.004), z + 0.003) for r, z in reversed(profile)]
    shapes = [
        shape(turned(profile, segments=48), finish, shade_node, smooth=True),
        shape(
            turned([(0.004, top - 0.005), (0.004, 0.0)], segments=12),
            Finish("plastic", rgb("303030")),
            cable,
            smooth=True,
        ),
        shape(turned([(0.05, -0.03), (0.05, 0.0)], segments=32), Finish("plastic", rgb("e8e8e8")), cable, smooth=True),
    ]
    if style == "ball":
        node.attributes["color"] = "white"
        shade_node.attributes["color"] = "white"
    else:
        shapes.append(shape(turned(inner, segments=48), Finish("paint", rgb("f0ede6")), shade_node, smooth=True))
        shapes.append(
            shape(
                turned([(0.0, -drop + 0.03), (0.035, -drop + 0.06), (0.0, -drop + 0.1)]),
                GLOW if lit else Finish("glass", (1, 1, 1)),
                shade_node,
                smooth=True,
            )
        )
    height = -drop - 0.02 if style == "ball" else -drop + 0.01
    lights = [Lamp("ball", (0, 0, height - 0.02), (0, 0, -1), (0.06, 0.0), 40.0, LIGHT)] if lit else []
    return Solid(node, (-radius, -radius, -drop, radius, radius, 0.0), shapes, lights=lights)


def candle(rng: SplitMix64, color: str) -> Solid:
    """A candle on a saucer."""
    node = new_node("candle", color=color, material="wax")
    r, h = rng.uniform(0.025, 0.04), rng.uniform(0.08, 0.16)
    body = turned([(r, 0.012), (r, h), (r * 0.8, h - 0.004), (0, h - 0.006)])
    saucer = turned([(r * 1.2, 0.0), (r * 1.8, 0.012), (r * 1.7, 0.013), (0, 0.008)])
    wick = box((-0.001, -0.001, h - 0.006), (0.001, 0.001, h + 0.012), 0)
    shapes = [
        shape(body, Finish("wax", ACCENTS[color]), node, smooth=True),
        shape(saucer, Finish("ceramic", rgb("e0ded8")), part(node, "saucer"), smooth=True),
        shape(wick, Finish("paper", rgb("20201e")), node),
    ]
    return Solid(node, (-r * 1.8, -r * 1.8, 0, r * 1.8, r * 1.8, h), shapes)
