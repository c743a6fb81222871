"""Toys: ball, robot, wagon."""

from __future__ import annotations

from ..graph import Material, Node
from .parts import SIDES, ball, box, depth_of, disc, frustum, group, node, rod, side_of
from .style import Style

__all__ = ["robot", "toy_ball", "wagon"]

BLACK = Material("black", "plastic")
EYE = Material("white", "glow")
BUTTON = Material("red", "glow")
RUBBER = Material("black", "rubber")


def toy_ball(style: Style) -> Node:
    """A ball without parts."""
    solid = ball((0, 0, 0.32), (0.32, 0.32, 0.32), style.main, rotation=(20.0, 15.0, 30.0))
    return node("ball", style.main, [solid], granularity="object")


def robot(style: Style) -> Node:
    """A toy robot; torso, head, hands and feet have the dominant colour; held out: a shield."""
    children = [_head(style), _torso(style), _arms(style), _robot_legs(style)]
    if style.extra == "shield":
        wood = Material(style.detail, "metal")
        boss = Material("yellow" if style.detail != "yellow" else "gray", "metal")
        emblem = node("emblem", boss, [ball((0.42, -0.27, 0.62), (0.07, 0.03, 0.07), boss)], granularity="subpart")
        children.append(node("shield", wood, [disc((0.42, -0.2, 0.62), 0.24, 0.025, "y", wood)], [emblem]))
    return node("robot", style.main, [], children, granularity="object")


def _head(style: Style) -> Node:
    paint, metal = style.plain, Material("gray" if style.color != "gray" else "black", "metal")
    eyes = [
        node(
            "eye",
            EYE,
            [ball((s * 0.09, -0.19, 1.26), (0.055, 0.03, 0.055), EYE)],
            granularity="subpart",
            side=side_of(s),
        )
        for s in SIDES
    ]
    mouth = node("mouth", BLACK, [box((0, -0.192, 1.13), (0.11, 0.01, 0.02), BLACK)], granularity="subpart")
    tip_color = Material(style.detail, "plastic")
    tip = node("antenna tip", tip_color, [ball((0, 0, 1.6), (0.05, 0.05, 0.05), tip_color)], granularity="subpart")
    antenna = node("antenna", metal, [frustum((0, 0, 1.48), (0.016, 0.016, 0.1), metal)], [tip])
    skull = [box((0, 0, 1.21), (0.22, 0.18, 0.18), paint), frustum((0, 0, 1.02), (0.08, 0.08, 0.03), metal)]
    return node("head", paint, skull, [group("eye", "eyes", eyes), mouth, antenna])


def _torso(style: Style) -> Node:
    buttons = [
        node("button", BUTTON, [ball((x, -0.222, 0.7), (0.03, 0.014, 0.03), BUTTON)], granularity="subpart", ordinal=k)
        for k, x in enumerate((-0.08, 0.0, 0.08))
    ]
    dial = Material("white" if style.color != "white" else "yellow", "glow")
    gauge = node("gauge", dial, [disc((0, -0.222, 0.83), 0.055, 0.008, "y", dial)], granularity="subpart")
    panel = node(
        "chest panel",
        BLACK,
        [box((0, -0.208, 0.78), (0.17, 0.014, 0.14), BLACK)],
        [gauge, group("button", "buttons", buttons)],
    )
    return node("torso", style.main, [box((0, 0, 0.73), (0.3, 0.2, 0.27), style.main, taper=(1.08, 1.0))], [panel])


def _arms(style: Style) -> Node:
    limb = style.second
    arms = []
    for sign in SIDES:
        x = sign * 0.4
        arm = [ball((x, 0, 0.93), (0.085, 0.085, 0.085), limb), frustum((x, 0, 0.76), (0.06, 0.06, 0.17), limb)]
        hand = node(
            "hand", style.plain, [ball((x, -0.01, 0.53), (0.09, 0.09, 0.1), style.plain)], granularity="subpart"
        )
        arms.append(node("arm", limb, arm, [hand], side=side_of(sign)))
    return group("arm", "arms", arms)


def _robot_legs(style: Style) -> Node:
    limb = style.second
    legs = []
    for sign in SIDES:
        x = sign * 0.15
        foot = node(
            "foot", style.plain, [box((x, -0.05, 0.06), (0.115, 0.18, 0.06), style.plain)], granularity="subpart"
        )
        legs.append(node("leg", limb, [frustum((x, 0, 0.29), (0.08, 0.08, 0.18), limb)], [foot], side=side_of(sign)))
    return group("leg", "legs", legs)


def wagon(style: Style) -> Node:
    """A hand cart with a handle to the front."""
    paint, wood = style.main, Material(style.accent, style.accent_finish)
    hub = Material(style.detail, "metal")
    walls = [
        box((0, -0.5, 0.4), (0.34, 0.02, 0.13), paint),
        box((0, 0.5, 0.4), (0.34, 0.02, 0.13), paint),
        *[box((s * 0.34, 0, 0.4), (0.02, 0.52, 0.13), paint) for s in SIDES],
        box((0, 0, 0.29), (0.34, 0.5, 0.02), paint),
    ]
    wheels = []
    for y in (-0.33, 0.33):
        for s in SIDES:
            tire = node("tire", RUBBER, [disc((s * 0.39, y, 0.17), 0.17, 0.045, "x", RUBBER)], granularity="subpart")
            cap = node("hubcap", hub, [disc((s * 0.435, y, 0.17), 0.095, 0.015, "x", hub)], granularity="subpart")
            wheels.append(node("wheel", RUBBER, [], [tire, cap], side=side_of(s), depth=depth_of(y)))
    bar = node("grip", wood, [rod((-0.13, -0.98, 0.71), (0.13, -0.98, 0.71), 0.03, wood)], granularity="subpart")
    handle = node("handle", wood, [rod((0, -0.5, 0.28), (0, -0.98, 0.71), 0.025, wood)], [bar])
    steel = Material("gray", "metal")
    axles = [rod((-0.36, y, 0.2), (0.36, y, 0.2), 0.03, steel) for y in (-0.33, 0.33)]
    children = [
        node("tub", paint, walls),
        node("axle", steel, axles),
        group("wheel", "wheels", wheels),
        handle,
    ]
    return node("wagon", paint, [], children, granularity="object")
