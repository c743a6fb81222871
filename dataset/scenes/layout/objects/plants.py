"""Plants: tree, pine, potted plant."""

from __future__ import annotations

import math

from ...rng import SplitMix64
from ..graph import Material, Node, Primitive
from .parts import ball, box, frustum, gable, group, node, rod
from .style import Style, wood_of

__all__ = ["pine", "potted_plant", "tree"]

BARK = Material("brown", "matte", "grain", "black")
SOIL = Material("brown", "matte", "noise", "black")


def tree(style: Style) -> Node:
    """A broad-leaved tree, round or with clouds of leaves, with or without fruits; held out: a birdhouse."""
    leaves = Material(style.color, "matte", "noise", "black")
    rng = SplitMix64(style.seed)
    trunk = [
        frustum((0, 0, 0.5), (0.12, 0.12, 0.5), BARK, top=0.7),
        rod((0, 0, 0.78), (-0.26, -0.04, 1.12), 0.045, BARK),
        rod((0, 0, 0.85), (0.25, 0.02, 1.15), 0.045, BARK),
    ]
    if style.variant == "cloudy":
        clumps = [
            (0.0, 0.0, 1.62, 0.42),
            (-0.34, -0.06, 1.32, 0.34),
            (0.34, 0.0, 1.36, 0.35),
            (0.03, -0.25, 1.33, 0.32),
            (0.0, 0.26, 1.38, 0.33),
        ]
    else:
        clumps = [(0.0, 0.0, 1.46, 0.58)]
    crown = [ball((x, y, z), (r, r, r * 0.92), leaves) for x, y, z, r in clumps]
    hanging = [_fruits(style, rng)] if style.variant == "fruits" else []
    children = [node("trunk", BARK, trunk), node("foliage", leaves, crown, hanging)]
    if style.extra == "birdhouse":
        children.append(_birdhouse(style))
    return node("tree", leaves, [], children, granularity="object")


def _fruits(style: Style, rng: SplitMix64) -> Node:
    skin = Material(style.accent, "plastic")
    fruits = []
    for k in range(7):
        angle = math.radians(-90.0 + (k - 3) * 38.0 + rng.uniform(-9.0, 9.0))
        height = rng.uniform(-0.5, 0.55)
        radius = math.sqrt(1 - height * height) * 0.57
        x, y = round(radius * math.cos(angle), 9), round(radius * math.sin(angle), 9)
        solid = ball((x, y, 1.46 + 0.53 * height), (0.075, 0.075, 0.075), skin)
        fruits.append(node("fruit", skin, [solid], granularity="subpart"))
    return group("fruit", "fruits", fruits)


def _birdhouse(style: Style) -> Node:
    wood, red = wood_of(style.detail), Material("red", "matte")
    hole = Material("black", "matte")
    entrance = node("entrance", hole, [ball((0, -0.275, 0.66), (0.045, 0.02, 0.045), hole)], granularity="subpart")
    roof = node("roof", red, [gable((0, -0.17, 0.83), (0.15, 0.14, 0.05), red)], granularity="subpart")
    return node("birdhouse", wood, [box((0, -0.17, 0.66), (0.12, 0.1, 0.13), wood)], [entrance, roof])


def pine(style: Style) -> Node:
    """A conifer of three or four tiers, in a variant with a star on top."""
    needles = Material(style.color, "matte", "noise", "black")
    count = 4 if style.variant == "tall" else 3
    tiers = []
    for tier in range(count):
        radius = 0.58 - 0.36 * tier / (count - 1)
        solid = frustum((0, 0, 0.62 + 0.37 * tier), (radius, radius, 0.27), needles, top=0.16)
        tiers.append(node("foliage tier", needles, [solid], tier=tier))
    children = [
        node("trunk", BARK, [frustum((0, 0, 0.2), (0.11, 0.11, 0.2), BARK, top=0.85)]),
        group("foliage tier", "foliage tiers", tiers),
    ]
    if style.variant == "star":
        gold = Material("yellow", "metal")
        z = 0.62 + 0.37 * (count - 1) + 0.33
        spikes = [box((0, 0, z), (0.075, 0.035, 0.075), gold, rotation=(0.0, turn, 0.0)) for turn in (0.0, 45.0)]
        children.append(node("star", gold, spikes))
    return node("pine", needles, [], children, granularity="object")


def potted_plant(style: Style) -> Node:
    """A pot with long leaves or a cactus; the whole is of no one colour."""
    clay = style.main
    pot = node(
        "pot",
        clay,
        [frustum((0, 0, 0.19), (0.2, 0.2, 0.19), clay, top=1.3), frustum((0, 0, 0.37), (0.28, 0.28, 0.04), clay)],
    )
    soil = node("soil", SOIL, [frustum((0, 0, 0.412), (0.24, 0.24, 0.006), SOIL)])
    green = Material("green", "matte")
    if style.variant == "cactus":
        flesh = Material("green", "matte", "noise", "black")
        arms = [
            node(
                "arm",
                flesh,
                [
                    rod((s * 0.1, 0, 0.74 + 0.06 * s), (s * 0.27, 0, 0.74 + 0.06 * s), 0.055, flesh),
                    ball((s * 0.27, 0, 0.84 + 0.06 * s), (0.06, 0.06, 0.15), flesh),
                ],
                granularity="subpart",
                side="left" if s < 0 else "right",
            )
            for s in (-1, 1)
        ]
        bloom = Material(style.accent, "matte")
        flower = node("flower", bloom, [ball((0, 0, 1.13), (0.07, 0.07, 0.05), bloom)], granularity="subpart")
        body = [ball((0, 0, 0.74), (0.14, 0.14, 0.38), flesh)]
        plant = node("cactus", flesh, body, [group("arm", "arms", arms), flower])
        return node("potted plant", None, [], [pot, plant, soil], granularity="object")
    leaves = []
    for k in range(7):
        angle = 360.0 * k / 7 + 20.0
        lean = 24.0 if k % 2 else 40.0
        solid = _leaf(green, angle, lean, 0.36 if k % 2 else 0.3)
        leaves.append(node("leaf", green, [solid], granularity="subpart"))
    leaves.append(node("leaf", green, [ball((0, 0, 0.85), (0.075, 0.04, 0.42), green)], granularity="subpart"))
    return node("potted plant", None, [], [pot, soil, group("leaf", "leaves", leaves)], granularity="object")


def _leaf(material: Material, angle: float, lean: float, length: float) -> Primitive:
    """A pointed leaf that leans outward from the middle of the pot."""
    sin_lean, cos_lean = round(math.sin(math.radians(lean)), 9), round(math.cos(math.radians(lean)), 9)
    x, y = round(math.cos(math.radians(angle)), 9), round(math.sin(math.radians(angle)), 9)
    center = (x * sin_lean * length, y * sin_lean * length, 0.41 + cos_lean * length)
    return ball(center, (0.035, 0.085, length), material, rotation=(0.0, lean, angle))
