"""What makes a room look lived in: rugs, pictures, lamps on tables, books on shelves, things on tables."""

from __future__ import annotations

from typing import Final

from ..projection import turn
from .built.cupboards import wall_shelf
from .built.lamps import candle, table_lamp
from .built.small import book_row, book_stack, bottle, bowl, picture, storage_box, vase
from .built.textiles import rug
from .furnish import Furnisher
from .palettes import ACCENTS, MUTED, wood
from .plan import space_of
from .room import Placement, Solid

__all__ = ["lay_rug", "lay_table", "pictures", "shelf_filling", "small_things", "table_lamps", "wall_pieces"]

MODELS: Final = {
    "living room": (
        "fruit bowl", "cup", "newspaper", "book", "teapot", "potted plant", "candlestick", "vase", "laptop", "radio",
        "gift box",
    ),
    "bedroom": ("book", "potted plant", "phone", "handbag", "pile of clothes", "vase", "lamp", "glass", "television"),
    "kitchen": (
        "coffee machine", "mixer", "bread", "toaster", "kettle", "microwave", "fruit bowl", "milk carton", "pot",
        "utensil pot", "bread box", "coffee press", "kitchen scale", "cup", "teapot", "espresso maker", "radio",
    ),
    "study": ("book", "mug", "phone", "calendar", "potted plant", "radio", "speaker", "cup", "newspaper", "fan"),
    "children's room": ("toy train", "doll", "xylophone", "teddy bear", "cup", "gift box", "lantern", "lamp"),
    "bathroom": ("potted plant", "spray bottle", "vase"),
    "terrace": ("glass", "mug", "bottle", "plate", "lantern", "wine glass", "cup"),
}  # fmt: skip
FRUIT: Final = ("apple", "orange", "lemon", "green apple", "")


def lay_rug(f: Furnisher, anchor: Solid, width: float, depth: float, shift: float = 0.35) -> Solid | None:
    """A rug before something, partly below it, if it fits the room."""
    if f.is_full or not f.rng.chance(0.8):
        return None
    color, other = f.rng.sample(tuple(MUTED), 2)
    mat = rug(f.rng, width, depth, color, other)
    base = anchor.placement
    cosine, sine = turn(base.yaw)
    dy = anchor.box[1] - depth / 2 + shift
    place = Placement(base.x - sine * dy, base.y + cosine * dy, 0.0, base.yaw, 1.0)
    half = f.plan.width / 2
    if any(not (-half < x < half and 0 < y < f.plan.depth) for x, y in space_of(mat.box, place).corners()):
        return None
    mat.node.placement = place
    f.things.append(mat)
    return mat


def table_lamps(f: Furnisher, supports: list[Solid]) -> None:
    """A lamp on each, alike or of different colours."""
    rng = f.rng
    colors = f.colors(
        2,
        {name: ACCENTS[name] for name in ("white", "beige", "yellow", "gray", "pink", "teal", "orange")},
        alike=2 if rng.chance(0.4) else 1,
    )
    bodied, state = rng.chance(0.5), rng.next_u64()
    lamps: list[Solid | None] = []
    for support, color in zip(supports, colors, strict=False):
        same = type(rng)(state)  # both of one shape
        lamps.append(f.put_on(table_lamp(same, color, rng.chance(0.75), bodied), support, spot=(0.5, 0.7), yaw=0.0))
    f.alike(*lamps)


def small_things(f: Furnisher, support: Solid | None, count: int) -> None:
    """Things on a table, a worktop, a chest of drawers."""
    rng = f.rng
    if support is None or not support.boards:
        return
    if count > 1 and rng.chance(0.6):
        _pair(f, support)
        count -= 1
    for _ in range(count):
        choice = rng.below(6)
        solid: Solid | None
        if choice == 0:
            solid = vase(rng, rng.choice(tuple(ACCENTS)), rng.uniform(0.16, 0.32))
        elif choice == 1 and f.kind not in ("bathroom", "terrace"):
            books = rng.choice((1, 2, 3))
            solid = book_stack(
                rng,
                books,
                rng.sample(("red", "orange", "green", "blue", "teal", "purple", "white", "black", "gray"), books),
            )
        elif choice == 2 and f.kind in ("living room", "kitchen", "terrace"):
            solid = bowl(rng, rng.choice(("white", "blue", "teal", "beige", "gray", "green")), rng.choice(FRUIT))
        else:
            solid = f.model(*MODELS[f.kind], stands="surface", within=0.75)
        f.put_on(solid, support)


def _pair(f: Furnisher, support: Solid) -> None:
    """Two things of a kind in different colours or sizes on one table."""
    rng = f.rng
    first, second = rng.sample(tuple(ACCENTS), 2)
    choice = rng.below(5)
    if choice == 0:
        tall = rng.uniform(0.15, 0.24)
        state = rng.next_u64()
        pieces = [
            vase(type(rng)(state), first, tall),
            vase(type(rng)(state), second if rng.chance(0.6) else first, tall * rng.choice((1.0, 1.45))),
        ]
    elif choice == 1:
        pieces = [book_stack(rng, 1, [first]), book_stack(rng, 1, [second])]
    elif choice == 2:
        state = rng.next_u64()
        pieces = [candle(type(rng)(state), first), candle(type(rng)(state), second)]
    elif choice == 3 and f.kind in ("kitchen", "bathroom", "terrace"):
        state = rng.next_u64()
        pieces = [bottle(type(rng)(state), first), bottle(type(rng)(state), second)]
    else:
        cups = f.models("cup", "mug", any_room=True)
        cup_model = rng.choice([cup for cup in cups if cup.recolor] or cups)
        pieces = f.painted(cup_model, [first, second])
    f.alike(*[f.put_on(solid, support) for solid in pieces])


def lay_table(f: Furnisher, board: Solid) -> None:
    """Bowls, cups, plates on a table at which one eats."""
    rng = f.rng
    f.put_on(
        bowl(rng, rng.choice(("white", "blue", "teal", "beige", "gray")), rng.choice(FRUIT[:4])),
        board,
        spot=(rng.uniform(0.35, 0.65), 0.5),
    )
    small_things(f, board, 2)


def shelf_filling(f: Furnisher, shelf: Solid, most: int) -> None:
    """Rows of books, boxes and vases on the boards of a shelf."""
    rng = f.rng
    levels = [k for k, board in enumerate(shelf.boards) if board.clearance is None or board.clearance > 0.2]
    for level in rng.shuffled(levels)[:most]:
        board = shelf.boards[level]
        width, deep, clear = board.right - board.left, board.back - board.front, board.clearance or 0.4
        solid: Solid
        if board.clearance is not None and rng.chance(0.7):
            solid = book_row(rng, width * rng.uniform(0.45, 0.85), min(clear, 0.34), min(deep, 0.24))
        elif rng.chance(0.5):
            solid = vase(rng, rng.choice(tuple(ACCENTS)), min(clear - 0.04, rng.uniform(0.15, 0.3)))
        else:
            solid = storage_box(rng, rng.choice(tuple(ACCENTS)), min(deep - 0.02, 0.24, (clear - 0.03) / 0.75))
        f.put_on(solid, shelf, level, yaw=0.0, spot=(rng.choice((0.02, 0.5, 0.98)), 0.4))


def wall_pieces(f: Furnisher, above: Solid | None) -> None:
    """Pictures, or a shelf with things on it."""
    rng = f.rng
    if rng.chance(0.35):
        plank = wall_shelf(rng.uniform(0.6, 1.0), 0.2, wood(rng))
        rack = f.against_wall(plank, ("back", "left", "right"), (0.2, 0.8), z=rng.uniform(1.35, 1.6))
        small_things(f, rack, 2)
    pictures(f, rng.choice((1, 2, 2, 3)), above)


def pictures(f: Furnisher, count: int, above: Solid | None = None) -> None:
    """Pictures at one height, of one size or in two sizes; above something if that stands at a wall."""
    rng = f.rng
    width, height = rng.choice(((0.4, 0.5), (0.5, 0.7), (0.6, 0.45), (0.3, 0.4), (0.5, 0.5)))
    frames = rng.sample(("black", "white", "brown", "white", "black"), 2)
    pieces = []
    for k in range(count):
        colors = rng.sample(tuple(ACCENTS), 4)
        pieces.append(picture(rng, width, height, frames[0] if k == 0 or rng.chance(0.5) else frames[1], colors))
    bottom = rng.uniform(1.35, 1.5)
    placed: list[Solid | None] = []
    if above is not None:
        wall = next((wall for wall in f.plan.walls.values() if wall.yaw == above.placement.yaw), None)
        if wall is not None:
            u = (above.placement.x - wall.start[0]) * wall.along[0] + (above.placement.y - wall.start[1]) * wall.along[
                1
            ]
            step = width + rng.uniform(0.08, 0.2)
            for k, solid in enumerate(pieces):
                spot = wall.at(u + step * (k - (count - 1) / 2), max(bottom, above.box[5] + 0.2), 0.002)
                if not f.is_full and f.plan.free(solid, spot, 0.0):
                    placed.append(f.settle(solid, spot))
    if not placed:
        placed = [f.against_wall(solid, z=bottom) for solid in pieces]
    f.alike(*placed)
