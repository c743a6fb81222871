"""Furniture that holds things: table, bookshelf, cabinet, crate, floor lamp, television."""

from __future__ import annotations

from ....listener.words.palette import COLORS
from ...rng import SplitMix64
from ..graph import Material, Node
from .parts import SIDES, ball, box, depth_of, frustum, group, node, rod, side_of
from .style import Style, wood_of

__all__ = ["bookshelf", "cabinet", "crate", "lamp", "table", "television"]

BRASS = Material("yellow", "metal")
BLACK = Material("black", "plastic")


def table(style: Style) -> Node:
    """A rectangular table, one with drawers, or a round one on a pedestal."""
    top, frame = style.main, style.second
    if style.variant == "round":
        children = [
            node("tabletop", top, [frustum((0, 0, 0.7), (0.66, 0.66, 0.035), top)]),
            node("pedestal", frame, [frustum((0, 0, 0.36), (0.09, 0.09, 0.31), frame, top=0.7)]),
            node("foot", frame, [frustum((0, 0, 0.035), (0.36, 0.36, 0.035), frame, top=0.55)]),
        ]
        return node("table", top, [], children, granularity="object")
    legs = []
    for y in SIDES:
        for x in SIDES:
            leg = box((x * 0.7, y * 0.38, 0.34), (0.05, 0.05, 0.34), frame)
            legs.append(node("leg", frame, [leg], side=side_of(x), depth=depth_of(y)))
    apron = box((0, 0, 0.615), (0.68, 0.36, 0.055), style.plain)
    children = [
        node("tabletop", top, [box((0, 0, 0.705), (0.8, 0.48, 0.035), top)]),
        group("leg", "legs", legs),
        node("apron", style.plain, [apron]),
    ]
    if style.variant == "drawers":
        drawers = [_drawer(wood_of(style.detail), x, -0.37, 0.6, 0.28, 0.055) for x in (-0.32, 0.32)]
        children.append(group("drawer", "drawers", drawers))
    return node("table", top, [], children, granularity="object")


def _drawer(front: Material, x: float, y: float, z: float, half_x: float, half_z: float, **slots: str | int) -> Node:
    knob = node("knob", BRASS, [ball((x, y - 0.05, z), (0.032, 0.03, 0.032), BRASS)], granularity="subpart")
    drawer = node("drawer", front, [box((x, y, z), (half_x, 0.025, half_z), front)], [knob])
    drawer.slots.update(slots or {"side": side_of(x)})
    return drawer


def bookshelf(style: Style) -> Node:
    """A bookshelf with rows of books; each board and row has its tier."""
    wood, rng = style.main, SplitMix64(style.seed)
    tiers = 2 if style.variant == "low" else 3
    width, pitch, board = 0.52, 0.48, 0.025
    height = tiers * pitch + 0.06
    sides = [
        node("side panel", wood, [box((s * width, 0, height / 2), (0.03, 0.21, height / 2), wood)], side=side_of(s))
        for s in SIDES
    ]
    boards, rows = [], []
    for tier in range(tiers + 1):
        z = 0.06 + tier * pitch
        boards.append(node("board", wood, [box((0, 0, z), (width - 0.03, 0.2, board), wood)], tier=tier))
        if tier < tiers:
            rows.append(_row_of_books(rng, width - 0.06, z + board, pitch - 2 * board, tier))
    back = Material(style.color, "matte")
    children = [
        node("back panel", back, [box((0, 0.2, height / 2), (width, 0.015, height / 2 - 0.01), back)]),
        group("side panel", "side panels", sides),
        group("board", "boards", boards),
        *rows,
    ]
    return node("bookshelf", wood, [], children, granularity="object")


def _row_of_books(rng: SplitMix64, half_width: float, floor: float, room: float, tier: int) -> Node:
    books: list[Node] = []
    x, last = -half_width, ""
    names = list(COLORS)
    limit = half_width * rng.uniform(0.35, 1.0)
    while x < limit - 0.09 and len(books) < 9:
        half = rng.uniform(0.038, 0.062)
        tall = room * rng.uniform(0.31, 0.44)
        color = rng.choice([name for name in names if name != last])
        cover = Material(color, "matte", "bands", "yellow" if color in ("black", "red", "blue", "green") else "black")
        books.append(
            node(
                "book",
                cover,
                [box((x + half, -0.02, floor + tall), (half * 0.95, 0.14, tall), cover)],
                granularity="subpart",
                ordinal=len(books),
            )
        )
        x, last = x + 2 * half, color
    return group("book", "books", books, tier=tier)


def cabinet(style: Style) -> Node:
    """A dresser with three drawers, or a cupboard with two doors."""
    wood, front, board = style.main, style.plain, style.second
    legs = []
    for y in SIDES:
        for x in SIDES:
            leg = rod((x * 0.46, y * 0.18, 0.0), (x * 0.42, y * 0.16, 0.14), 0.035, wood)
            legs.append(node("leg", wood, [leg], side=side_of(x), depth=depth_of(y)))
    children = [
        node("body", wood, [box((0, 0.01, 0.5), (0.5, 0.24, 0.37), wood)]),
        node("top", board, [box((0, 0, 0.885), (0.54, 0.27, 0.025), board)]),
        group("leg", "legs", legs),
    ]
    if style.variant == "drawers":
        drawers = [_drawer(front, 0.0, -0.235, 0.255 + 0.24 * k, 0.45, 0.105, tier=k) for k in range(3)]
        children.append(group("drawer", "drawers", drawers))
    else:
        doors = []
        for sign in SIDES:
            knob = ball((sign * 0.06, -0.28, 0.52), (0.028, 0.028, 0.028), BRASS)
            leaf = box((sign * 0.236, -0.235, 0.5), (0.222, 0.02, 0.34), front)
            doors.append(
                node("door", front, [leaf], [node("knob", BRASS, [knob], granularity="subpart")], side=side_of(sign))
            )
        children.append(group("door", "doors", doors))
    return node("cabinet", wood, [], children, granularity="object")


def crate(style: Style) -> Node:
    """A box with a lid or with reinforced edges."""
    main, trim = style.main, style.second
    paper = Material("white", "matte", "text", "black")
    children = [
        node("body", main, [box((0, 0, 0.29), (0.31, 0.31, 0.29), main)]),
        node("label", paper, [box((0, -0.312, 0.29), (0.15, 0.006, 0.1), paper)]),
    ]
    if style.variant == "lid":
        children.append(node("lid", trim, [box((0, 0, 0.61), (0.34, 0.34, 0.04), trim)]))
    else:
        posts = [
            node(
                "corner post",
                trim,
                [box((x * 0.3, y * 0.3, 0.3), (0.045, 0.045, 0.3), trim)],
                side=side_of(x),
                depth=depth_of(y),
            )
            for y in SIDES
            for x in SIDES
        ]
        children += [
            group("corner post", "corner posts", posts),
            node("lid", main, [box((0, 0, 0.615), (0.345, 0.345, 0.03), main)]),
        ]
    return node("crate", main, [], children, granularity="object")


def lamp(style: Style) -> Node:
    """A floor lamp or a short table lamp; the shade is the dominant part."""
    short = style.variant == "table"
    metal = Material(style.accent, "metal")
    shade = style.main
    if short:
        children = [
            node("base", style.second, [ball((0, 0, 0.16), (0.15, 0.15, 0.16), style.second)]),
            node("neck", metal, [frustum((0, 0, 0.36), (0.022, 0.022, 0.08), metal)]),
            node("lampshade", shade, [frustum((0, 0, 0.55), (0.28, 0.28, 0.17), shade, top=0.6)]),
        ]
    else:
        children = [
            node("base", metal, [frustum((0, 0, 0.035), (0.24, 0.24, 0.035), metal, top=0.8)]),
            node("pole", metal, [frustum((0, 0, 0.66), (0.028, 0.028, 0.62), metal)]),
            node("lampshade", shade, [frustum((0, 0, 1.42), (0.33, 0.33, 0.22), shade, top=0.58)]),
        ]
    return node("lamp", shade, [], children, granularity="object")


def television(style: Style) -> Node:
    """A flat television on a foot, or an old one with knobs and aerials."""
    picture = Material(style.accent, "glow", "noise", "white")
    case = style.plain
    if style.variant == "flat":
        screen = box((0, -0.04, 0.47), (0.56, 0.012, 0.31), picture)
        children = [
            node("frame", case, [box((0, 0, 0.47), (0.61, 0.035, 0.36), case)]),
            node("screen", picture, [screen]),
            node(
                "stand",
                case,
                [box((0, 0.02, 0.08), (0.06, 0.03, 0.08), case), box((0, 0, 0.012), (0.28, 0.14, 0.012), case)],
            ),
        ]
        return node("television", case, [], children, granularity="object")
    knobs = []
    for tier, z in enumerate((0.36, 0.5)):
        knob = ball((0.33, -0.27, z), (0.045, 0.03, 0.045), BRASS)
        knobs.append(node("knob", BRASS, [knob], granularity="subpart", tier=tier))
    steel = Material("gray", "metal")
    aerials = [
        node("antenna", steel, [rod((s * 0.04, 0.05, 0.68), (s * 0.28, 0.05, 1.02), 0.012, steel)], side=side_of(s))
        for s in SIDES
    ]
    feet = [node("foot", BLACK, [box((s * 0.32, 0, 0.05), (0.04, 0.18, 0.05), BLACK)], side=side_of(s)) for s in SIDES]
    children = [
        node("case", case, [box((0, 0, 0.39), (0.43, 0.26, 0.3), case)]),
        node("screen", picture, [box((-0.08, -0.262, 0.39), (0.3, 0.014, 0.22), picture)]),
        group("knob", "knobs", knobs),
        group("antenna", "antennas", aerials),
        group("foot", "feet", feet),
    ]
    return node("television", case, [], children, granularity="object")
