"""Outdoor things that stay where they are: house, bench, street lamp, mailbox."""

from __future__ import annotations

from ..graph import Material, Node
from .parts import SIDES, ball, box, depth_of, disc, frustum, gable, group, node, rod, side_of
from .style import Style, wood_of

__all__ = ["bench", "house", "mailbox", "street_lamp"]

GLASS = Material("teal", "glass")
TRIM = Material("white", "matte")
BRASS = Material("yellow", "metal")
STEEL = Material("gray", "metal")


def house(style: Style) -> Node:
    """A cottage or a narrow two-storey house; held out: a balcony on the latter."""
    tall = style.variant == "tall"
    width, depth, height = (0.72, 0.56, 1.45) if tall else (1.05, 0.7, 0.95)
    walls = node("wall", style.main, [box((0, 0, height / 2), (width, depth, height / 2), style.main)])
    shingles = Material(style.accent, "matte", "tiles", "black" if style.accent != "black" else "gray")
    roof = node("roof", shingles, [gable((0, 0, height + 0.24), (width + 0.12, depth + 0.14, 0.24), shingles)])
    children = [walls, roof, _chimney(width, height), _door(style, 0.0 if not tall else -0.3, depth)]
    if tall:
        children.append(_windows([(0.3, 0.46), (-0.34, 1.1), (0.34, 1.1)], depth))
    else:
        children.append(_windows([(-0.62, 0.52), (0.62, 0.52)], depth))
    if style.extra == "balcony":
        children.append(_balcony(style, depth, 0.76, width))
    return node("house", style.main, [], children, granularity="object")


def _chimney(width: float, height: float) -> Node:
    brick = Material("brown", "matte", "brick", "gray")
    return node("chimney", brick, [box((width * 0.55, 0.12, height + 0.36), (0.11, 0.11, 0.26), brick)])


def _door(style: Style, x: float, depth: float) -> Node:
    leaf = wood_of(style.detail)
    knob = node(
        "doorknob", BRASS, [ball((x + 0.1, -depth - 0.05, 0.3), (0.025, 0.025, 0.025), BRASS)], granularity="subpart"
    )
    return node("door", leaf, [box((x, -depth - 0.012, 0.33), (0.16, 0.022, 0.33), leaf)], [knob])


def _windows(places: list[tuple[float, float]], depth: float) -> Node:
    windows = []
    rows = sorted({z for _, z in places})
    y = -depth
    for x, z in places:
        frame = [
            box((x, y - 0.008, z), (0.19, 0.014, 0.2), TRIM),
            box((x, y - 0.03, z), (0.012, 0.012, 0.18), TRIM),
            box((x, y - 0.03, z), (0.17, 0.012, 0.012), TRIM),
            box((x, y - 0.035, z - 0.205), (0.21, 0.04, 0.016), TRIM),
        ]
        pane = box((x, y - 0.02, z), (0.16, 0.01, 0.17), GLASS)
        parts = [
            node("window frame", TRIM, frame, granularity="subpart"),
            node("pane", GLASS, [pane], granularity="subpart"),
        ]
        windows.append(node("window", None, [], parts, side=side_of(x)))
        if len(rows) > 1:
            windows[-1].slots["tier"] = rows.index(z)
    return group("window", "windows", windows)


def _balcony(style: Style, depth: float, z: float, width: float) -> Node:
    wood = wood_of(style.detail)
    w, d = width * 0.85, 0.2
    y = -depth - d
    slab = [box((0, y, z), (w, d, 0.02), wood), box((0, y - d + 0.02, z + 0.2), (w, 0.018, 0.018), wood)]
    count = 7
    bars = [
        box((w * (2 * k / (count - 1) - 1) * 0.97, y - d + 0.02, z + 0.1), (0.014, 0.012, 0.09), wood)
        for k in range(count)
    ]
    railing = node("railing", wood, [*slab[1:], *bars], granularity="subpart")
    return node("balcony", wood, slab[:1], [railing])


def bench(style: Style) -> Node:
    """A park bench with slats."""
    wood, iron = style.main, Material(style.accent, "metal")
    seat = [box((0, -0.16 + 0.11 * k, 0.4), (0.62, 0.046, 0.02), wood) for k in range(4)]
    slats = [
        node(
            "slat",
            wood,
            [box((0, 0.235 + 0.03 * k, 0.56 + 0.13 * k), (0.62, 0.016, 0.05), wood)],
            granularity="subpart",
            tier=k,
        )
        for k in range(3)
    ]
    legs = []
    for sign in SIDES:
        for y in SIDES:
            leg = rod((sign * 0.5, y * 0.17, 0.38), (sign * 0.5, y * 0.22, 0.0), 0.032, iron)
            legs.append(node("leg", iron, [leg], side=side_of(sign), depth=depth_of(y)))
    rests = [
        node(
            "armrest",
            iron,
            [
                box((sign * 0.56, -0.01, 0.6), (0.03, 0.22, 0.016), iron),
                box((sign * 0.56, -0.19, 0.49), (0.018, 0.018, 0.1), iron),
                box((sign * 0.56, 0.19, 0.49), (0.018, 0.018, 0.1), iron),
            ],
            side=side_of(sign),
        )
        for sign in SIDES
    ]
    posts = [rod((sign * 0.5, 0.2, 0.4), (sign * 0.5, 0.32, 0.86), 0.022, iron) for sign in SIDES]
    children = [
        node("seat", wood, seat),
        node("backrest", wood, posts, [group("slat", "slats", slats)]),
        group("leg", "legs", legs),
    ]
    if style.variant == "armrests":
        children.append(group("armrest", "armrests", rests))
    return node("bench", wood, [], children, granularity="object")


def street_lamp(style: Style) -> Node:
    """A lamp post with one or two lanterns."""
    iron = style.plain
    glow = Material("yellow", "glow")
    arms = (-1, 1) if style.variant == "double" else (0,)
    top = 1.72
    post = [
        frustum((0, 0, 0.06), (0.15, 0.15, 0.06), iron, top=0.7),
        frustum((0, 0, top / 2), (0.05, 0.05, top / 2), iron, top=0.7),
    ]
    lanterns = []
    for arm in arms:
        x = arm * 0.3
        glass = node(
            "bulb", glow, [frustum((x, 0, top + 0.1), (0.1, 0.1, 0.13), glow, top=1.35)], granularity="subpart"
        )
        cap = node(
            "cap", iron, [frustum((x, 0, top + 0.28), (0.19, 0.19, 0.06), iron, top=0.25)], granularity="subpart"
        )
        lanterns.append(node("lantern", None, [], [glass, cap]))
        if len(arms) > 1:
            lanterns[-1].slots["side"] = side_of(arm)
    if len(arms) > 1:
        post.append(box((0, 0, top - 0.05), (0.34, 0.03, 0.025), iron))
        hung = [group("lantern", "lanterns", lanterns)]
    else:
        hung = lanterns
    return node("street lamp", iron, [], [node("post", iron, post), *hung], granularity="object")


def mailbox(style: Style) -> Node:
    """A letter box on a post, its flag up."""
    metal = style.main
    wood = wood_of("brown")
    flag = Material(style.accent, "metal")
    body = [
        box((0, 0, 0.92), (0.17, 0.28, 0.13), metal),
        disc((0, 0, 1.05), 0.17, 0.28, "y", metal),
    ]
    flap = [
        disc((0, -0.285, 1.03), 0.13, 0.012, "y", style.third),
        box((0, -0.285, 0.93), (0.13, 0.012, 0.1), style.third),
    ]
    handle = node("handle", STEEL, [ball((0, -0.305, 1.06), (0.03, 0.02, 0.02), STEEL)], granularity="subpart")
    lever = [box((0.185, -0.02, 1.05), (0.012, 0.02, 0.16), flag), box((0.185, 0.05, 1.17), (0.012, 0.08, 0.05), flag)]
    children = [
        node("body", metal, body),
        node("flap", style.third, flap, [handle]),
        node("flag", flag, lever),
        node("post", wood, [box((0, 0, 0.4), (0.06, 0.06, 0.4), wood)]),
    ]
    return node("mailbox", metal, [], children, granularity="object")
