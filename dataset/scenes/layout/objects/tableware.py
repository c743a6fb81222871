"""Small things for a table: mug, bottle, teapot, bowl, vase."""

from __future__ import annotations

from ..graph import Material, Node
from .parts import ball, disc, frustum, group, node, ring, rod
from .style import Style

__all__ = ["bottle", "bowl", "mug", "teapot", "vase"]

LEAF = Material("green", "matte")


def mug(style: Style) -> Node:
    """A mug of something, its handle to the right."""
    glaze = style.main
    handle = Material(style.accent, style.finish)
    drink = Material("brown", "matte")
    children = [
        node("body", glaze, [frustum((0, 0, 0.3), (0.24, 0.24, 0.3), glaze, top=1.06)]),
        node("drink", drink, [disc((0, 0, 0.602), 0.225, 0.006, "z", drink)]),
        node("handle", handle, [ring((0.26, 0, 0.31), 0.16, 0.04, handle, rotation=(90.0, 0.0, 0.0))]),
    ]
    if style.variant == "lid":
        lid = Material(style.accent, style.finish)
        knob = node("knob", lid, [ball((0, 0, 0.7), (0.05, 0.05, 0.05), lid)], granularity="subpart")
        children[1] = node("lid", lid, [frustum((0, 0, 0.625), (0.27, 0.27, 0.035), lid, top=0.85)], [knob])
    return node("mug", glaze, [], children, granularity="object")


def bottle(style: Style) -> Node:
    """A slim bottle with a label, or a round flask."""
    glass, cap = style.plain, Material(style.accent, "plastic")
    if style.variant == "flask":
        body = [ball((0, 0, 0.3), (0.28, 0.28, 0.3), glass)]
        neck, top = frustum((0, 0, 0.68), (0.085, 0.085, 0.13), glass), 0.84
        extra: list[Node] = []
    else:
        paper = Material(style.detail, "matte", "bands", "black" if style.detail != "black" else "white")
        body = [
            frustum((0, 0, 0.33), (0.19, 0.19, 0.33), glass),
            frustum((0, 0, 0.75), (0.19, 0.19, 0.09), glass, top=0.42),
        ]
        neck, top = frustum((0, 0, 0.93), (0.08, 0.08, 0.1), glass), 1.05
        extra = [node("label", paper, [frustum((0, 0, 0.34), (0.194, 0.194, 0.15), paper)])]
    children = [
        node("body", glass, body),
        node("neck", glass, [neck]),
        node("cap", cap, [frustum((0, 0, top), (0.095, 0.095, 0.05), cap)]),
        *extra,
    ]
    return node("bottle", glass, [], children, granularity="object")


def teapot(style: Style) -> Node:
    """A round teapot, its spout to the left."""
    glaze = style.main
    trim = Material(style.accent, style.finish)
    knob = node("knob", trim, [ball((0, 0, 0.72), (0.06, 0.06, 0.055), trim)], granularity="subpart")
    spout = [
        rod((-0.3, 0, 0.24), (-0.52, 0, 0.5), 0.085, glaze, top=0.6),
        rod((-0.51, 0, 0.49), (-0.6, 0, 0.55), 0.052, glaze, top=0.9),
    ]
    children = [
        node(
            "body", glaze, [ball((0, 0, 0.32), (0.37, 0.37, 0.31), glaze), disc((0, 0, 0.025), 0.2, 0.025, "z", glaze)]
        ),
        node("lid", trim, [frustum((0, 0, 0.625), (0.2, 0.2, 0.05), trim, top=0.6)], [knob]),
        node("spout", style.plain, spout),
        node("handle", trim, [ring((0.37, 0, 0.34), 0.17, 0.035, trim, rotation=(90.0, 0.0, 0.0))]),
    ]
    return node("teapot", glaze, [], children, granularity="object")


def bowl(style: Style) -> Node:
    """A bowl of fruit; the fruits are of one kind."""
    glaze = style.main
    skin = Material(style.accent, "plastic")
    places = ((-0.19, -0.12), (0.0, -0.17), (0.19, -0.1), (-0.1, 0.12), (0.12, 0.13))
    fruits = [
        node("fruit", skin, [ball((x, y, 0.33), (0.125, 0.125, 0.12), skin)], granularity="part") for x, y in places
    ]
    fruits.append(node("fruit", skin, [ball((0.01, 0.0, 0.46), (0.125, 0.125, 0.12), skin)]))
    body = [
        frustum((0, 0, 0.04), (0.17, 0.17, 0.04), glaze),
        frustum((0, 0, 0.19), (0.19, 0.19, 0.12), glaze, top=2.0),
        ring((0, 0, 0.31), 0.365, 0.022, glaze),
    ]
    return node("bowl", glaze, [], [node("body", glaze, body), group("fruit", "fruits", fruits)], granularity="object")


def vase(style: Style) -> Node:
    """A vase with three flowers of one kind."""
    glaze = style.main
    if style.variant == "slim":
        body = [
            frustum((0, 0, 0.25), (0.13, 0.13, 0.25), glaze, top=1.5),
            frustum((0, 0, 0.6), (0.195, 0.195, 0.1), glaze, top=0.5),
            frustum((0, 0, 0.75), (0.0975, 0.0975, 0.05), glaze, top=1.35),
        ]
        mouth = 0.8
    else:
        body = [
            frustum((0, 0, 0.04), (0.16, 0.16, 0.04), glaze),
            ball((0, 0, 0.3), (0.28, 0.28, 0.26), glaze),
            frustum((0, 0, 0.6), (0.12, 0.12, 0.08), glaze, top=1.3),
        ]
        mouth = 0.68
    petals, heart = (
        Material(style.accent, "matte"),
        Material("yellow" if style.accent != "yellow" else "brown", "matte"),
    )
    flowers = []
    for ordinal, (x, y, rise) in enumerate(((-0.2, 0.04, 0.32), (0.02, -0.05, 0.46), (0.21, 0.05, 0.3))):
        tip = (x, y, mouth + rise)
        stem = node("stem", LEAF, [rod((x * 0.2, y * 0.2, mouth - 0.06), tip, 0.016, LEAF)], granularity="subpart")
        head = [
            ball((x + dx, y - 0.01, tip[2] + dz), (0.055, 0.05, 0.055), petals)
            for dx, dz in (
                (-0.075, 0.0),
                (0.075, 0.0),
                (-0.038, 0.068),
                (0.038, 0.068),
                (-0.038, -0.068),
                (0.038, -0.068),
            )
        ]
        center = node(
            "flower center", heart, [ball((x, y - 0.04, tip[2]), (0.045, 0.04, 0.045), heart)], granularity="subpart"
        )
        blossom = node("blossom", petals, head, [center], granularity="subpart")
        flowers.append(node("flower", None, [], [stem, blossom], ordinal=ordinal))
    children = [node("body", glaze, body), group("flower", "flowers", flowers)]
    return node("vase", glaze, [], children, granularity="object")
