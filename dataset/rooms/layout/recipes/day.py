"""Living room and study."""

from __future__ import annotations

from collections.abc import Callable

from ..accessories import lay_rug, shelf_filling, small_things, table_lamps, wall_pieces
from ..built.boards import METAL_LEGS
from ..built.cupboards import book_shelf, sideboard
from ..built.lamps import floor_lamp
from ..built.small import storage_box
from ..built.tables import round_table, table
from ..furnish import Furnisher
from ..palettes import ACCENTS, MUTED, WHITE_PAINT, wood
from ..room import Solid
from .shared import fronts, hang_lamps, shelves, side_table

__all__ = ["living_room", "study"]


def living_room(f: Furnisher) -> None:
    """Sofa with table, armchairs, a cupboard with a television or books."""
    rng = f.rng
    sofa = f.against_wall(f.model("sofa", within=2.6), ("back", "back", "left", "right"), (0.3, 0.7))
    if sofa is not None:
        width = sofa.box[3] - sofa.box[0]
        top = wood(rng)
        length, deep = rng.uniform(0.8, 1.15), rng.uniform(0.5, 0.62)
        choices: list[Callable[[], Solid | None]] = [
            lambda: f.model("coffee table"),
            lambda: table(
                "coffee table", length, deep, 0.42, top, rng.choice((top, METAL_LEGS)), shelf=rng.chance(0.4)
            ),
            lambda: round_table("coffee table", rng.uniform(0.36, 0.46), 0.42, top, METAL_LEGS),
        ]
        low_table = f.before(rng.choice(choices)(), sofa, rng.uniform(0.3, 0.42))
        lay_rug(f, sofa, rng.uniform(1.9, 2.6), rng.uniform(1.4, 1.8))
        if rng.chance(0.8):
            chairs = f.models("armchair", within=1.15)
            shades = f.colors(2, MUTED, alike=1 if rng.chance(0.6) else 2)
            pair = (
                [f.of_model(model, shade) for model, shade in zip([rng.choice(chairs)] * 2, shades, strict=True)]
                if chairs
                else []
            )
            seats: list[Solid | None] = []
            for side, chair in zip((1, -1), pair, strict=False):
                reach = width / 2 + rng.uniform(0.05, 0.25)
                seats.append(
                    f.at(
                        chair,
                        sofa,
                        side * reach,
                        sofa.box[1] - rng.uniform(0.65, 0.95),
                        -side * rng.uniform(50, 80),
                        0.05,
                    )
                )
            f.alike(*seats)
        sides = [
            f.beside(side_table(f), sofa, side) for side in ((1, -1) if rng.chance(0.5) else (rng.choice((1, -1)),))
        ]
        f.alike(*sides)
        table_lamps(f, [side for side in sides if side is not None])
        small_things(f, low_table, rng.choice((2, 3, 3)))
    low = sideboard(
        rng,
        "sideboard",
        rng.uniform(1.2, 1.7),
        0.42,
        rng.uniform(0.5, 0.75),
        *fronts(f),
        rng.choice((0, 2, 3)),
        2,
        0.12,
    )
    board = f.against_wall(rng.choice((low, low, f.model("cabinet", "piano", "fireplace") or low)), spread=(0.1, 0.9))
    if board is not None and board.boards:
        television = f.model("television", stands="surface")
        f.put_on(television, board, yaw=0.0, spot=(0.5, 0.6)) if rng.chance(0.5) else None
        small_things(f, board, 2)
    shelf = f.against_wall(shelves(f))
    if shelf is not None:
        shelf_filling(f, shelf, 3)
    f.against_wall(floor_lamp(rng, rng.choice(("white", "beige", "yellow", "gray")), rng.chance(0.75)), out=0.12)
    f.against_wall(f.model("potted plant", stands="floor", within=1.2), out=0.08)
    hang_lamps(f, 1)
    wall_pieces(f, sofa)


def study(f: Furnisher) -> None:
    """A desk with a chair, shelves with books."""
    rng = f.rng
    top = wood(rng)
    built = table("desk", rng.uniform(1.2, 1.5), 0.68, 0.74, top, rng.choice((top, METAL_LEGS, WHITE_PAINT)))
    desk = f.against_wall(
        rng.choice((built, f.model("desk", within=2.0) or built)), ("back", "back", "left", "right"), (0.25, 0.75)
    )
    if desk is not None:
        f.before(
            f.model("office chair", "chair", within=0.75),
            desk,
            0.04,
            180.0 + rng.uniform(-30, 30),
            rng.uniform(-0.15, 0.15),
        )
        f.put_on(f.model("computer", "laptop"), desk, yaw=rng.uniform(-8, 8), spot=(0.5, 0.8))
        f.put_on(
            f.model("lamp", stands="surface", within=0.5),
            desk,
            spot=(rng.choice((0.03, 0.97)), 0.9),
            yaw=rng.uniform(-60, 60),
        )
        small_things(f, desk, 3)
        lay_rug(f, desk, rng.uniform(1.6, 2.2), rng.uniform(1.2, 1.6), shift=0.7)
    finish = wood(rng) if rng.chance(0.7) else WHITE_PAINT
    height, levels = rng.choice((1.2, 1.55, 1.85)), rng.choice((3, 4, 5))
    count = rng.choice((1, 2, 2))
    shelves = f.several(
        count, lambda _: book_shelf(rng, 0.85, 0.3, height, finish, levels), lambda s: f.against_wall(s)
    )
    for shelf in shelves:
        shelf_filling(f, shelf, 3 if count == 2 else 5)
    f.against_wall(f.model("filing cabinet", "safe", "cabinet", within=1.2))
    f.against_wall(f.model("armchair", within=1.1), out=0.12)
    f.on_floor(f.model("wastebasket", "briefcase", "cardboard box", "crate", within=0.8))
    boxes = f.colors(2, ACCENTS, alike=1)
    f.several(2, lambda k: storage_box(rng, boxes[k], 0.3), lambda s: f.against_wall(s, out=0.03))
    f.against_wall(f.model("potted plant", stands="floor", within=1.1), out=0.08)
    f.against_wall(floor_lamp(rng, rng.choice(("white", "beige", "black", "green")), rng.chance(0.7)), out=0.1)
    hang_lamps(f, 1)
    wall_pieces(f, desk)
