"""Small things: books, vases, bowls, bottles, plates, boxes, toys, pictures and mirrors."""

from __future__ import annotations

import numpy as np

from ....runtime.arrays import FloatArray, Int32Array
from ....scenes.rng import SplitMix64
from ...projection import turn
from ..nodes import new_node, part, parts
from ..palettes import ACCENTS, WOODS, rgb, wood
from ..room import Finish, Node, Shape, Solid
from ..shapes import box, disc, quad, shape, turned

__all__ = ["book_row", "book_stack", "bottle", "bowl", "mirror", "picture", "storage_box", "toy_block", "vase"]

BOOK_COLORS = ("red", "orange", "green", "blue", "teal", "purple", "white", "black", "gray", "brown", "beige", "yellow")
PAGES = Finish("paper", rgb("e4dcc8"))


def _book(
    low: tuple[float, float, float], high: tuple[float, float, float], upright: bool, color: str, node: Node
) -> list[Shape]:
    """Cover and pages of a book: upright with its back towards -y, or lying."""
    x0, y0, z0 = low
    x1, y1, z1 = high
    cover, t = Finish("paper", ACCENTS[color], roughness=0.5), 0.0025
    if upright:
        return [
            shape(box((x0, y0, z0), (x0 + t, y1, z1), 0), cover, node),
            shape(box((x1 - t, y0, z0), (x1, y1, z1), 0), cover, node),
            shape(box((x0, y0, z0), (x1, y0 + t, z1), 0), cover, node),
            shape(box((x0 + t, y0 + t, z0 + 0.003), (x1 - t, y1 - 0.003, z1 - 0.003), 0), PAGES, node),
        ]
    return [
        shape(box((x0, y0, z0), (x1, y1, z0 + t), 0), cover, node),
        shape(box((x0, y0, z1 - t), (x1, y1, z1), 0), cover, node),
        shape(box((x0, y0, z0), (x1, y0 + t, z1), 0), cover, node),
        shape(box((x0 + 0.003, y0 + t, z0 + t), (x1 - 0.003, y1 - 0.003, z1 - t), 0), PAGES, node),
    ]


def book_row(rng: SplitMix64, width: float, clearance: float, depth: float) -> Solid:
    """Books that stand in a row."""
    node = new_node("row of books")
    x, books = -width / 2, list[tuple[float, float, float, float, str]]()
    tallest = min(0.3, clearance - 0.03)
    while True:
        thick = rng.uniform(0.016, 0.045)
        if x + thick > width / 2 or len(books) >= 16:
            break
        books.append(
            (
                x,
                thick,
                rng.uniform(0.72, 1.0) * tallest,
                rng.uniform(0.7, 0.95) * min(depth, 0.22),
                rng.choice(BOOK_COLORS),
            )
        )
        x += thick + 0.0008
    shapes: list[Shape] = []
    leaves = parts(node, "book", len(books))
    high = 0.0
    for own, (left, thick, tall, deep, color) in zip(leaves, books, strict=True):
        own.attributes["color"] = color
        shapes += _book((left, -depth / 2, 0.0), (left + thick, -depth / 2 + deep, tall), True, color, own)
        high = max(high, tall)
    return Solid(node, (-width / 2, -depth / 2, 0, x, depth / 2, high), shapes)


def book_stack(rng: SplitMix64, count: int, colors: list[str]) -> Solid:
    """Books that lie on each other; one is simply a book."""
    node = new_node("book", color=colors[0], material="paper") if count == 1 else new_node("stack of books")
    leaves = [node] if count == 1 else parts(node, "book", count)
    width, depth, z = rng.uniform(0.15, 0.22), rng.uniform(0.2, 0.28), 0.0
    shapes: list[Shape] = []
    for k, own in enumerate(leaves):
        thick = rng.uniform(0.018, 0.045)
        w, d = width - 0.012 * k * rng.random(), depth - 0.02 * k * rng.random()
        own.attributes["color"] = colors[k % len(colors)]
        shapes += _book((-w / 2, -d / 2, z), (w / 2, d / 2, z + thick), False, colors[k % len(colors)], own)
        z += thick
    return Solid(node, (-width / 2, -depth / 2, 0, width / 2, depth / 2, z), shapes)


def vase(rng: SplitMix64, color: str, height: float, glass: bool = False) -> Solid:
    """An empty vase."""
    node = new_node("vase", color=color, material="glass" if glass else "ceramic")
    r = height * rng.uniform(0.2, 0.32)
    neck, belly = rng.uniform(0.35, 0.75), rng.uniform(0.3, 0.6)
    outline = [
        (r * 0.55, 0.0),
        (r * 0.85, height * belly * 0.4),
        (r, height * belly),
        (r * 0.9, height * (belly + 0.15)),
        (r * neck, height * 0.86),
        (r * neck * 1.12, height),
    ]
    inner = [(radius - 0.005, z) for radius, z in reversed(outline[1:])] + [(0.0, height * 0.05)]
    finish = Finish("ceramic", ACCENTS[color], roughness=rng.choice((0.12, 0.5)))
    body = turned([(0.0, 0.0), *outline, *inner], segments=48)
    return Solid(node, (-r, -r, 0, r, r, height), [shape(body, finish, node, smooth=True)])


def bowl(rng: SplitMix64, color: str, fruit: str) -> Solid:
    """A bowl; fruit: "" or the name of what lies in it."""
    node = new_node("bowl", color=color, material="ceramic")
    r = rng.uniform(0.11, 0.15)
    h = r * rng.uniform(0.5, 0.7)
    profile = [
        (0.0, 0.0),
        (r * 0.4, 0.0),
        (r * 0.75, h * 0.4),
        (r, h),
        (r - 0.006, h),
        (r * 0.7, h * 0.45),
        (0.0, h * 0.18),
    ]
    shapes = [shape(turned(profile, segments=48), Finish("ceramic", ACCENTS[color]), node, smooth=True)]
    top = h
    if fruit:
        looks = {
            "apple": ("b03a2a", 0.036),
            "orange": ("df8a2c", 0.037),
            "lemon": ("e3c23f", 0.03),
            "green apple": ("8fae45", 0.036),
        }
        code, radius = looks[fruit]
        pieces = parts(node, fruit, 4)
        spots = [(-0.045, -0.03, 0.0), (0.04, -0.035, 0.0), (0.0, 0.045, 0.0), (0.0, 0.0, 0.052)]
        for own, (x, y, z) in zip(pieces, spots, strict=True):
            own.granularity = "part"
            height = h * 0.32 + radius + z
            shapes.append(
                shape(_ball(radius, (x, y, height)), Finish("food", rgb(code), roughness=0.35), own, smooth=True)
            )
            top = max(top, height + radius)
    return Solid(node, (-r, -r, 0, r, r, top), shapes)


def _ball(radius: float, center: tuple[float, float, float]) -> tuple[FloatArray, Int32Array, FloatArray]:
    points = [(radius * turn(a)[1], -radius * turn(a)[0]) for a in range(0, 181, 15)]
    return turned([(max(0.0, r), z) for r, z in points], center, segments=24)


def bottle(rng: SplitMix64, color: str) -> Solid:
    """A bottle."""
    node = new_node("bottle", color=color)
    cap = part(node, "cap")
    r, h = rng.uniform(0.032, 0.04), rng.uniform(0.24, 0.31)
    outline = [(0.0, 0.0), (r, 0.004), (r, h * 0.58), (r * 0.85, h * 0.68), (r * 0.36, h * 0.8), (r * 0.36, h * 0.96)]
    shapes = [
        shape(turned(outline), Finish("plastic", ACCENTS[color], roughness=0.08), node, smooth=True),
        shape(
            turned([(r * 0.42, h * 0.93), (r * 0.42, h), (0.0, h)]), Finish("plastic", rgb("2b2b2b")), cap, smooth=True
        ),
    ]
    return Solid(node, (-r, -r, 0, r, r, h), shapes)


def storage_box(rng: SplitMix64, color: str, side: float) -> Solid:
    """A box with a lid, or an open basket-like box."""
    node = new_node("box", color=color, material="paper")
    lid = part(node, "lid")
    w, d, h = side * rng.uniform(1.0, 1.4), side, side * rng.uniform(0.5, 0.75)
    finish = Finish("paper", ACCENTS[color], roughness=0.7)
    shapes = [
        shape(box((-w / 2 + 0.004, -d / 2 + 0.004, 0), (w / 2 - 0.004, d / 2 - 0.004, h * 0.8)), finish, node),
        shape(box((-w / 2, -d / 2, h * 0.78), (w / 2, d / 2, h)), finish, lid),
    ]
    return Solid(node, (-w / 2, -d / 2, 0, w / 2, d / 2, h), shapes)


def toy_block(color: str, side: float) -> Solid:
    """A cube of painted wood."""
    node = new_node("toy block", color=color, material="wood")
    h = side / 2
    body = box((-h, -h, 0), (h, h, side), 0.006)
    return Solid(node, (-h, -h, 0, h, h, side), [shape(body, Finish("paint", ACCENTS[color], roughness=0.35), node)])


def picture(rng: SplitMix64, width: float, height: float, frame_color: str, colors: list[str]) -> Solid:
    """A framed print of few shapes; its back is y = 0, its bottom z = 0."""
    node = new_node("picture", color=frame_color)
    frame, print_node = part(node, "frame", color=frame_color), part(node, "print")
    t, deep = rng.uniform(0.015, 0.03), 0.025
    look = (
        Finish("wood", *_wood(frame_color), scale=0.04)
        if frame_color == "brown"
        else Finish("paint", ACCENTS[frame_color], roughness=0.3)
    )
    half = width / 2
    shapes = [
        shape(box(low, high, 0.002), look, frame)
        for low, high in (
            ((-half, -deep, 0), (half, 0, t)), ((-half, -deep, height - t), (half, 0, height)),
            ((-half, -deep, t), (-half + t, 0, height - t)), ((half - t, -deep, t), (half, 0, height - t)),
        )
    ]  # fmt: skip
    mat = rng.uniform(0.0, 0.09) if min(width, height) > 0.35 else 0.02
    left, bottom, right, top = -half + t, t, half - t, height - t
    shapes.append(
        shape(
            quad((left, -0.008, bottom), (right - left, 0, 0), (0, 0, top - bottom)),
            Finish("paper", rgb("ece8de")),
            print_node,
        )
    )
    left, bottom, right, top = left + mat, bottom + mat, right - mat, top - mat
    w, h = right - left, top - bottom
    shapes.append(
        shape(quad((left, -0.009, bottom), (w, 0, 0), (0, 0, h)), Finish("paper", ACCENTS[colors[0]]), print_node)
    )
    style = rng.choice(("sun", "blocks", "hills", "discs"))
    y = -0.0095
    if style == "sun":
        shapes.append(
            shape(quad((left, y, bottom), (w, 0, 0), (0, 0, h * 0.35)), Finish("paper", ACCENTS[colors[1]]), print_node)
        )
        shapes.append(
            shape(
                disc(min(w, h) * 0.22, (left + w * 0.6, y - 0.0005, bottom + h * 0.6)),
                Finish("paper", ACCENTS[colors[2]]),
                print_node,
            )
        )
    elif style == "hills":
        for k, share in enumerate((0.62, 0.4, 0.2)):
            shapes.append(
                shape(
                    _hill(left, bottom, w, h * share, rng, y - 0.0004 * k),
                    Finish("paper", ACCENTS[colors[(k + 1) % len(colors)]]),
                    print_node,
                )
            )
    else:
        for k in range(rng.choice((3, 4, 5))):
            at = (left + w * rng.uniform(0.22, 0.78), y - 0.0004 * k, bottom + h * rng.uniform(0.22, 0.78))
            size = min(w, h) * rng.uniform(0.09, 0.2)
            finish = Finish("paper", ACCENTS[colors[(k + 1) % len(colors)]])
            body = (
                disc(size, at)
                if style == "discs"
                else quad((at[0] - size, at[1], at[2] - size), (2 * size, 0, 0), (0, 0, 2 * size))
            )
            shapes.append(shape(body, finish, print_node))
    return Solid(node, (-half, -deep, 0, half, 0, height), shapes)


def _wood(name: str) -> tuple[tuple[float, float, float], str, tuple[float, float, float]]:
    light, dark = WOODS["walnut" if name == "brown" else "oak"]
    return light, "grain", dark


def _hill(
    left: float, bottom: float, width: float, height: float, rng: SplitMix64, y: float
) -> tuple[FloatArray, Int32Array, FloatArray]:
    """The area below a wavy line."""
    count, phase, waves = 24, rng.uniform(0, 360), rng.uniform(0.4, 1.1)
    xs = [left + width * k / count for k in range(count + 1)]
    tops = [bottom + height * (0.78 + 0.2 * turn(360 * waves * k / count + phase)[1]) for k in range(count + 1)]
    vertices = np.array([[x, y, z] for x, top in zip(xs, tops, strict=True) for z in (bottom, top)])
    triangles = np.array(
        [t for k in range(count) for t in ((2 * k, 2 * k + 2, 2 * k + 3), (2 * k, 2 * k + 3, 2 * k + 1))],
        dtype=np.int32,
    )
    return vertices, triangles, vertices[triangles][:, :, [0, 2]]


def mirror(rng: SplitMix64, width: float, height: float) -> Solid:
    """A mirror on a wall."""
    node = new_node("mirror")
    frame, glass = part(node, "frame"), part(node, "glass", material="glass")
    t, half = 0.03, width / 2
    look = wood(rng) if rng.chance(0.5) else Finish("metal", rgb("2a2a2c"), roughness=0.4)
    shapes = [
        shape(box(low, high, 0.003), look, frame)
        for low, high in (
            ((-half, -0.03, 0), (half, 0, t)), ((-half, -0.03, height - t), (half, 0, height)),
            ((-half, -0.03, t), (-half + t, 0, height - t)), ((half - t, -0.03, t), (half, 0, height - t)),
        )
    ]  # fmt: skip
    shapes.append(
        shape(
            quad((-half + t, -0.012, t), (width - 2 * t, 0, 0), (0, 0, height - 2 * t)),
            Finish("mirror", (1, 1, 1)),
            glass,
        )
    )
    return Solid(node, (-half, -0.03, 0, half, 0, height), shapes)
