"""Things to sit or lie on: chair, armchair, sofa, stool, bed."""

from __future__ import annotations

from ..graph import Material, Node
from .parts import SIDES, box, depth_of, frustum, group, node, ring, rod, side_of
from .style import Style, wood_of

__all__ = ["armchair", "bed", "chair", "sofa", "stool"]


def chair(style: Style) -> Node:
    """A chair with a panel or slats for a back, and armrests on one variant; held out: a headrest."""
    frame = style.second
    children = [
        node("seat", style.main, [box((0, 0, 0.49), (0.3, 0.29, 0.045), style.main)]),
        _chair_back(style),
        four_legs(frame, 0.24, 0.23, 0.45, 0.036),
    ]
    if style.variant == "armrests":
        rests = [
            node(
                "armrest",
                frame,
                [
                    box((sign * 0.325, -0.01, 0.74), (0.035, 0.27, 0.024), frame),
                    box((sign * 0.325, -0.2, 0.61), (0.022, 0.022, 0.12), frame),
                ],
                side=side_of(sign),
            )
            for sign in SIDES
        ]
        children.append(group("armrest", "armrests", rests))
    if style.extra == "headrest":
        cushion = Material(style.accent, "leather")
        pins = [box((sign * 0.07, 0.36, 1.18), (0.014, 0.014, 0.05), frame) for sign in SIDES]
        children.append(node("headrest", cushion, [box((0, 0.36, 1.29), (0.17, 0.05, 0.085), cushion), *pins]))
    return node("chair", style.main, [], children, granularity="object")


def _chair_back(style: Style) -> Node:
    if style.variant != "slats":
        panel = box((0, 0.305, 0.83), (0.28, 0.03, 0.33), style.main, shear=(0.0, 0.16))
        return node("backrest", style.main, [panel])
    posts = [box((sign * 0.25, 0.305, 0.82), (0.028, 0.028, 0.34), style.second, shear=(0.0, 0.16)) for sign in SIDES]
    slats = [
        node(
            "slat",
            style.plain,
            [box((0, 0.262 + 0.028 * k, 0.64 + 0.165 * k), (0.225, 0.018, 0.055), style.plain)],
            granularity="subpart",
            tier=k,
        )
        for k in range(4)
    ]
    return node("backrest", style.plain, posts, [group("slat", "slats", slats)])


def four_legs(material: Material, x: float, y: float, height: float, radius: float) -> Node:
    """Four round legs from the floor to `height`, a little splayed."""
    legs = []
    for dy in SIDES:
        for dx in SIDES:
            leg = rod((dx * x * 1.1, dy * y * 1.1, 0.0), (dx * x, dy * y, height), radius * 0.75, material, top=1.3)
            legs.append(node("leg", material, [leg], side=side_of(dx), depth=depth_of(dy)))
    return group("leg", "legs", legs)


def armchair(style: Style) -> Node:
    """An upholstered chair with one cushion."""
    return _upholstered("armchair", style, 0.34, 1)


def sofa(style: Style) -> Node:
    """An upholstered bench with two or three cushions in a row."""
    cushions = 3 if style.variant == "three" else 2
    return _upholstered("sofa", style, 0.31 * cushions + 0.05, cushions)


def _upholstered(category: str, style: Style, width: float, cushions: int) -> Node:
    cloth, soft, wood = style.main, Material(style.accent, "fabric"), wood_of("brown")
    step = 2 * width / cushions
    pads = [
        node(
            "cushion",
            soft,
            [box((-width + step * (k + 0.5), -0.09, 0.43), (step / 2 - 0.012, 0.33, 0.075), soft)],
            ordinal=k,
        )
        for k in range(cushions)
    ]
    arms = [
        node(
            "armrest",
            cloth,
            [
                box((sign * (width + 0.1), -0.04, 0.36), (0.1, 0.41, 0.24), cloth),
                frustum((sign * (width + 0.1), -0.04, 0.6), (0.11, 0.11, 0.41), cloth, rotation=(90.0, 0.0, 0.0)),
            ],
            side=side_of(sign),
        )
        for sign in SIDES
    ]
    back = box((0, 0.33, 0.62), (width, 0.11, 0.38), cloth, shear=(0.0, 0.12))
    feet = []
    for dy in SIDES:
        for dx in SIDES:
            foot = frustum((dx * (width + 0.08), dy * 0.32, 0.06), (0.045, 0.045, 0.06), wood)
            feet.append(node("foot", wood, [foot], side=side_of(dx), depth=depth_of(dy)))
    children = [
        node("base", cloth, [box((0, -0.02, 0.24), (width, 0.4, 0.12), cloth)]),
        pads[0] if cushions == 1 else group("cushion", "cushions", pads),
        node("backrest", cloth, [back]),
        group("armrest", "armrests", arms),
        group("foot", "feet", feet),
    ]
    return node(category, cloth, [], children, granularity="object")


def stool(style: Style) -> Node:
    """A round stool on three legs, or a tall one with a foot ring."""
    tall = style.variant == "tall"
    height = 0.78 if tall else 0.5
    frame = style.second
    legs = []
    for x, y in ((0.0, -0.19), (-0.165, 0.095), (0.165, 0.095)):
        leg = rod((x * 1.3, y * 1.3, 0.0), (x, y, height), 0.034, frame)
        legs.append(node("leg", frame, [leg], side=side_of(x), depth=depth_of(y)))
    children = [
        node("seat", style.main, [frustum((0, 0, height + 0.045), (0.29, 0.29, 0.06), style.main)]),
        group("leg", "legs", legs),
    ]
    if tall:
        steel = Material("gray" if style.accent != "gray" else "black", "metal")
        children.append(node("ring", steel, [ring((0, 0, 0.27), 0.23, 0.017, steel)]))
    return node("stool", style.main, [], children, granularity="object")


def bed(style: Style) -> Node:
    """A bed, its foot to the front; the blanket is the dominant part."""
    wood, linen = style.second, Material("white", "fabric")
    cover = style.main
    pillows = [
        node(
            "pillow",
            style.third_fabric,
            [
                box(
                    (x, 0.72, 0.57),
                    (0.27, 0.17, 0.075),
                    style.third_fabric,
                    rotation=(14.0, 0.0, 0.0),
                    taper=(0.88, 0.8),
                )
            ],
            side=side_of(x),
        )
        for x in (-0.31, 0.31)
    ]
    legs = []
    for y in (-0.98, 0.98):
        for sign in SIDES:
            leg = box((sign * 0.66, y, 0.16), (0.05, 0.05, 0.16), wood)
            legs.append(node("leg", wood, [leg], side=side_of(sign), depth=depth_of(y)))
    head = [box((0, 1.0, 0.62), (0.74, 0.045, 0.4), wood)]
    children = [
        node("frame", wood, [box((0, 0, 0.28), (0.72, 1.0, 0.07), wood)]),
        node("mattress", linen, [box((0, 0, 0.41), (0.68, 0.95, 0.09), linen)]),
        node("blanket", cover, [box((0, -0.26, 0.44), (0.71, 0.74, 0.1), cover)]),
        group("pillow", "pillows", pillows),
        node("headboard", wood, head),
        group("leg", "legs", legs),
    ]
    if style.variant == "footboard":
        children.append(node("footboard", wood, [box((0, -1.03, 0.38), (0.74, 0.035, 0.2), wood)]))
    return node("bed", cover, [], children, granularity="object")
