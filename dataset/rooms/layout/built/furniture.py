"""Tables, shelves, sideboards, kitchen units and a bath, made of boards."""

from __future__ import annotations

from ....scenes.rng import SplitMix64
from ...furniture.models import Board
from ..nodes import new_node, part, parts
from ..palettes import ACCENTS, BRASS, CERAMIC, CHROME, rgb
from ..room import Finish, Node, Shape, Solid
from ..shapes import box, shape, turned

__all__ = [
    "bath",
    "book_shelf",
    "fridge",
    "kitchen_unit",
    "round_table",
    "sideboard",
    "table",
    "wall_shelf",
    "wall_unit",
]

Vector = tuple[float, float, float]
METAL_LEGS = Finish("metal", rgb("2a2a2c"), roughness=0.45)


def _boxes(node: Node, finish: Finish, *bounds: tuple[Vector, Vector], chamfer: float = 0.004) -> list[Shape]:
    return [shape(box(low, high, chamfer), finish, node) for low, high in bounds]


def table(
    name: str, width: float, depth: float, height: float, top: Finish, legs: Finish, shelf: bool = False
) -> Solid:
    """A table with four legs; ``shelf``: with a second board below."""
    node = new_node(name, material=top.made_of)
    thick, leg, w, d = 0.03, 0.045 if height > 0.55 else 0.038, width / 2, depth / 2
    shapes = _boxes(part(node, "tabletop", material=top.made_of), top, ((-w, -d, height - thick), (w, d, height)))
    inset = 0.03
    for k, own in enumerate(parts(node, "leg", 4, material=legs.made_of)):
        x = -w + inset if k % 2 == 0 else w - inset - leg
        y = -d + inset if k < 2 else d - inset - leg
        shapes += _boxes(own, legs, ((x, y, 0), (x + leg, y + leg, height - thick)))
    boards = [Board(height, -w + 0.02, -d + 0.02, w - 0.02, d - 0.02, None)]
    if shelf:
        level = height * 0.35
        low = ((-w + inset + leg, -d + inset + leg / 2, level - 0.018), (w - inset - leg, d - inset - leg / 2, level))
        shapes += _boxes(part(node, "shelf", material=top.made_of), top, low)
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


def _front(
    owner: Node, name: str, handle: str, bounds: tuple[Vector, Vector], finish: Finish, metal: Finish, upright: bool,
) -> list[Shape]:  # fmt: skip
    """Doors or drawers: a slab before the body and its handle; ``owner`` is the slab's node."""
    del name
    (x0, y0, z0), (x1, y1, z1) = bounds
    shapes = _boxes(owner, finish, bounds, chamfer=0.003)
    grip = part(owner, handle, material="metal")
    if handle == "knob":
        middle = ((x0 + x1) / 2, y0, (z0 + z1) / 2)
        ball = turned(
            [(0.0, 0.0), (0.006, 0.001), (0.006, 0.012), (0.014, 0.018), (0.014, 0.026), (0.0, 0.03)], segments=20
        )
        ball[0][:] = ball[0][:, [0, 2, 1]] * (1, -1, 1) + middle
        return [*shapes, shape(ball, metal, grip, smooth=True)]
    if upright:
        x = x1 - 0.045
        low, high = (x, y0 - 0.03, max(z0 + 0.05, z1 - 0.24)), (x + 0.012, y0 - 0.018, z1 - 0.06)
    else:
        x, z = (x0 + x1) / 2, z1 - 0.05
        half = min(0.09, (x1 - x0) * 0.3)
        low, high = (x - half, y0 - 0.03, z - 0.006), (x + half, y0 - 0.018, z + 0.006)
    ends = [
        ((low[0], y0 - 0.02, low[2]), (low[0] + 0.01, y0, low[2] + 0.01)),
        ((high[0] - 0.01, y0 - 0.02, high[2] - 0.01), (high[0], y0, high[2])),
    ]
    return shapes + _boxes(grip, metal, (low, high), *ends, chamfer=0.002)


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
    shapes = _boxes(node, body, ((-w, -d + t, legs), (w, d, height)))
    metal, handle = rng.choice((CHROME, BRASS, METAL_LEGS)), rng.choice(("handle", "knob"))
    inner, gap = legs + 0.012, 0.004
    top = height - 0.022
    across = width - 0.02
    share = 0.0 if doors == 0 else 1.0 if drawers == 0 else rng.choice((0.5, 0.62))
    x = -w + 0.01
    for own in parts(node, "door", doors, material=front.made_of) if doors else ():
        own_width = across * share / doors
        shapes += _front(
            own, "door", handle, ((x, -d, inner), (x + own_width - gap, -d + t - 0.001, top)), front, metal, True
        )
        x += own_width
    for k, own in enumerate(parts(node, "drawer", drawers, material=front.made_of) if drawers else ()):
        tall = (top - inner) / drawers
        shapes += _front(
            own,
            "drawer",
            handle,
            ((x, -d, inner + k * tall), (w - 0.01, -d + t - 0.001, inner + (k + 1) * tall - gap)),
            front,
            metal,
            False,
        )
    if legs > 0.03:
        for k, own in enumerate(parts(node, "leg", 4)):
            x, y = (-w + 0.04 if k % 2 == 0 else w - 0.08), (-d + 0.06 if k < 2 else d - 0.08)
            shapes += _boxes(
                own, METAL_LEGS if front.made_of == "paint" else body, ((x, y, 0), (x + 0.035, y + 0.035, legs))
            )
    board = Board(height, -w + 0.03, -d + 0.03, w - 0.03, d - 0.03, None)
    return Solid(node, (-w, -d - 0.032, 0, w, d, height), shapes, boards=(board,))


def book_shelf(rng: SplitMix64, width: float, depth: float, height: float, finish: Finish, levels: int) -> Solid:
    """Open shelves that stand on the floor."""
    node = new_node("bookshelf", material=finish.made_of)
    w, d, t = width / 2, depth / 2, 0.02
    back = finish if rng.chance(0.7) else Finish("paint", rgb("dad7d0"))
    shapes = _boxes(node, back, ((-w + t, d - 0.008, 0.05), (w - t, d, height - t)), chamfer=0)
    for own, x in zip(parts(node, "side panel", 2), (-w, w - t), strict=True):
        shapes += _boxes(own, finish, ((x, -d, 0), (x + t, d, height)))
    heights = [0.06 + (height - 0.06 - t) * k / levels for k in range(levels + 1)]
    boards = []
    for k, own in enumerate(parts(node, "board", levels + 1)):
        z = heights[k]
        shapes += _boxes(own, finish, ((-w + t, -d + 0.002, z), (w - t, d - 0.008, z + t)))
        clear = None if k == levels else heights[k + 1] - z - t
        boards.append(Board(z + t, -w + t + 0.005, -d + 0.02, w - t - 0.005, d - 0.012, clear))
    return Solid(node, (-w, -d, 0, w, d, height), shapes, boards=tuple(boards))


def wall_shelf(width: float, depth: float, finish: Finish) -> Solid:
    """A board on the wall; its back is y = 0, its lowest point z = 0."""
    node = new_node("shelf", material=finish.made_of)
    w = width / 2
    shapes = _boxes(node, finish, ((-w, -depth, 0.03), (w, 0, 0.055)))
    for own, x in zip(parts(node, "bracket", 2, material="metal"), (-w * 0.7, w * 0.7), strict=True):
        shapes += _boxes(
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


def kitchen_unit(rng: SplitMix64, width: float, front: Finish, top: Finish, kind: str, metal: Finish) -> Solid:
    """60 cm deep under a worktop; kinds: doors, drawers, oven, sink. Its back is y = 0.3."""
    name = {"oven": "oven", "sink": "sink unit"}.get(kind, "kitchen cabinet")
    node = new_node(name)
    w, d, height = width / 2, 0.3, 0.9
    body = Finish("paint", front.color, roughness=0.5)
    shapes = _boxes(node, body, ((-w, -d + 0.02, 0.1), (w, d, height - 0.04)), chamfer=0.001)
    shapes += _boxes(node, Finish("paint", rgb("2e2e30")), ((-w, -d + 0.07, 0), (w, d, 0.1)), chamfer=0)
    shapes += _boxes(
        part(node, "worktop", material=top.made_of),
        top,
        ((-w, -d - 0.02, height - 0.04), (w, d, height)),
        chamfer=0.002,
    )
    low, high, y = 0.105, height - 0.045, -d
    if kind == "drawers":
        for k, own in enumerate(parts(node, "drawer", 3)):
            tall = (high - low) / 3
            shapes += _front(
                own,
                "drawer",
                "handle",
                ((-w + 0.002, y, low + k * tall), (w - 0.002, y + 0.019, low + (k + 1) * tall - 0.004)),
                front,
                metal,
                False,
            )
    elif kind == "oven":
        steel = Finish("metal", rgb("b9babb"), roughness=0.3)
        door_node = part(node, "oven door")
        shapes += _boxes(door_node, steel, ((-w + 0.002, y, low), (w - 0.002, y + 0.019, high - 0.11)))
        shapes += _boxes(
            part(door_node, "window"),
            Finish("screen", (0.01, 0.01, 0.01)),
            ((-w + 0.07, y - 0.002, low + 0.1), (w - 0.07, y, high - 0.26)),
            chamfer=0,
        )
        shapes += _boxes(
            part(door_node, "handle"),
            metal,
            ((-w + 0.05, y - 0.04, high - 0.16), (w - 0.05, y - 0.025, high - 0.145)),
            ((-w + 0.06, y - 0.03, high - 0.158), (-w + 0.075, y, high - 0.147)),
            ((w - 0.075, y - 0.03, high - 0.158), (w - 0.06, y, high - 0.147)),
        )
        shapes += _boxes(node, steel, ((-w + 0.002, y, high - 0.105), (w - 0.002, y + 0.019, high)))
        for k, own in enumerate(parts(node, "knob", 4)):
            knob = turned([(0.018, 0.0), (0.016, 0.02), (0.0, 0.02)], segments=24)
            knob[0][:] = knob[0][:, [0, 2, 1]] * (1, -1, 1) + (-w + width * (k + 1) / 5, y, high - 0.052)
            shapes.append(shape(knob, Finish("plastic", rgb("2a2a2a")), own, smooth=True))
        hob = part(node, "hob", material="glass")
        shapes += _boxes(
            hob,
            Finish("screen", (0.01, 0.01, 0.01)),
            ((-w + 0.02, -d + 0.03, height), (w - 0.02, d - 0.06, height + 0.006)),
            chamfer=0.001,
        )
    else:
        count = 2 if width > 0.65 else 1
        for k, own in enumerate(parts(node, "door", count)):
            x = -w + width * k / count
            shapes += _front(
                own,
                "door",
                "handle",
                ((x + 0.002, y, low), (x + width / count - 0.002, y + 0.019, high)),
                front,
                metal,
                True,
            )
        if kind == "sink":
            basin, tap = part(node, "basin", material="metal"), part(node, "tap", material="metal")
            steel = Finish("metal", rgb("c4c5c6"), roughness=0.22)
            shapes += _boxes(
                basin,
                steel,
                ((-w + 0.06, -d + 0.08, height - 0.002), (w - 0.06, d - 0.14, height + 0.004)),
                chamfer=0.001,
            )
            shapes += _boxes(
                basin,
                Finish("metal", rgb("6f7072"), roughness=0.3),
                ((-w + 0.1, -d + 0.11, height), (w - 0.1, d - 0.17, height + 0.005)),
                chamfer=0,
            )
            shapes.append(shape(turned([(0.014, height), (0.012, height + 0.28)]), CHROME, tap, smooth=True))
            shapes[-1].vertices[:, 1] += d - 0.07
            shapes += _boxes(
                tap,
                CHROME,
                ((-0.01, d - 0.26, height + 0.27), (0.01, d - 0.06, height + 0.29)),
                ((-0.01, d - 0.26, height + 0.235), (0.01, d - 0.24, height + 0.28)),
                chamfer=0.004,
            )
    free = kind in ("doors", "drawers")
    boards = (Board(height, -w + 0.03, -d + 0.06, w - 0.03, d - 0.05, 0.45),) if free else ()
    del rng
    return Solid(node, (-w, -d - 0.045, 0, w, d, height + (0.29 if kind == "sink" else 0.006)), shapes, boards=boards)


def wall_unit(width: float, height: float, front: Finish, metal: Finish) -> Solid:
    """A cupboard on the wall; its back is y = 0, its lowest point z = 0."""
    node = new_node("wall cabinet")
    w, d = width / 2, 0.33
    shapes = _boxes(
        node, Finish("paint", front.color, roughness=0.5), ((-w, -d + 0.02, 0), (w, 0, height)), chamfer=0.001
    )
    for k, own in enumerate(parts(node, "door", 2 if width > 0.65 else 1)):
        count = 2 if width > 0.65 else 1
        x = -w + width * k / count
        shapes += _boxes(
            own, front, ((x + 0.002, -d, 0.002), (x + width / count - 0.002, -d + 0.019, height - 0.002)), chamfer=0.003
        )
        grip = part(own, "handle", material="metal")
        at = x + width / count - 0.05
        shapes += _boxes(
            grip,
            metal,
            ((at, -d - 0.03, 0.04), (at + 0.01, -d - 0.018, 0.2)),
            ((at, -d - 0.02, 0.045), (at + 0.01, -d, 0.055)),
            ((at, -d - 0.02, 0.185), (at + 0.01, -d, 0.195)),
            chamfer=0.002,
        )
    return Solid(node, (-w, -d - 0.03, 0, w, 0, height), shapes)


def fridge(color: str, height: float) -> Solid:
    """A fridge with a freezer below."""
    node = new_node("fridge", color=color)
    w, d = 0.3, 0.32
    finish = (
        Finish("metal", rgb("bfc1c2"), roughness=0.32)
        if color == "gray"
        else Finish("paint", ACCENTS[color], roughness=0.22)
    )
    shapes = _boxes(node, Finish("paint", rgb("b5b6b7")), ((-w, -d + 0.05, 0.02), (w, d, height)))
    split = height * 0.36
    for own, (low, high) in zip(parts(node, "door", 2), ((0.04, split - 0.004), (split + 0.004, height)), strict=True):
        shapes += _boxes(own, finish, ((-w, -d, low), (w, -d + 0.048, high)), chamfer=0.008)
        grip = part(own, "handle", material="metal")
        z0, z1 = (high - 0.32, high - 0.05) if high < height else (low + 0.05, low + 0.4)
        shapes += _boxes(
            grip,
            CHROME,
            ((w - 0.06, -d - 0.045, z0), (w - 0.042, -d - 0.03, z1)),
            ((w - 0.06, -d - 0.035, z0), (w - 0.042, -d, z0 + 0.015)),
            ((w - 0.06, -d - 0.035, z1 - 0.015), (w - 0.042, -d, z1)),
            chamfer=0.003,
        )
    return Solid(node, (-w, -d - 0.045, 0, w, d, height), shapes)


def bath(width: float, depth: float) -> Solid:
    """A bath with a panel around it: four walls, a floor, and a tap at one end."""
    node = new_node("bathtub", color="white", material="ceramic")
    w, d, h, t = width / 2, depth / 2, 0.56, 0.07
    panel = part(node, "panel")
    look = Finish("paint", rgb("e5e4e0"), roughness=0.25)
    shapes = _boxes(
        panel,
        look,
        ((-w + 0.02, -d + 0.02, 0), (w - 0.02, -d + 0.04, h - 0.04)),
        ((-w + 0.02, -d + 0.04, 0), (-w + 0.04, d, h - 0.04)),
        ((w - 0.04, -d + 0.04, 0), (w - 0.02, d, h - 0.04)),
    )
    shapes += _boxes(
        node,
        CERAMIC,
        ((-w, -d, h - 0.04), (w, -d + t, h)),
        ((-w, d - t, h - 0.04), (w, d, h)),
        ((-w, -d + t, h - 0.04), (-w + t, d - t, h)),
        ((w - t, -d + t, h - 0.04), (w, d - t, h)),
        chamfer=0.012,
    )
    inner = ((-w + t - 0.02, -d + t - 0.02, 0.1), (w - t + 0.02, d - t + 0.02, 0.14))
    walls = (
        ((-w + t - 0.03, -d + t - 0.03, 0.12), (-w + t, d - t + 0.03, h - 0.02)),
        ((w - t, -d + t - 0.03, 0.12), (w - t + 0.03, d - t + 0.03, h - 0.02)),
        ((-w + t, -d + t - 0.03, 0.12), (w - t, -d + t, h - 0.02)),
        ((-w + t, d - t, 0.12), (w - t, d - t + 0.03, h - 0.02)),
    )
    shapes += _boxes(node, CERAMIC, inner, *walls, chamfer=0.006)
    tap = part(node, "tap", material="metal")
    shapes += _boxes(
        tap,
        CHROME,
        ((w - 0.055, -0.012, h), (w - 0.03, 0.012, h + 0.12)),
        ((w - 0.17, -0.012, h + 0.1), (w - 0.03, 0.012, h + 0.12)),
        chamfer=0.005,
    )
    return Solid(node, (-w, -d, 0, w, d, h + 0.12), shapes)
