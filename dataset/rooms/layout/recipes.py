"""What is in which room: one function for each kind, which furnishes it from the largest thing to the smallest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from .accessories import lay_rug, lay_table, pictures, shelf_filling, small_things, table_lamps, wall_pieces
from .built.furniture import (
    bath,
    book_shelf,
    fridge,
    kitchen_unit,
    round_table,
    sideboard,
    table,
    wall_shelf,
    wall_unit,
)
from .built.lamps import floor_lamp, pendant_lamp
from .built.small import mirror, storage_box, toy_block
from .furnish import Furnisher
from .palettes import ACCENTS, BRASS, CHROME, MUTED, WHITE_PAINT, rgb, wood
from .room import Finish, Solid

__all__ = ["RECIPES"]

LIVELY: Final = ("red", "orange", "yellow", "green", "blue", "teal", "purple", "pink")
METAL_LEGS: Final = Finish("metal", rgb("2a2a2c"), roughness=0.45)


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
            f.beside(_side_table(f), sofa, side) for side in ((1, -1) if rng.chance(0.5) else (rng.choice((1, -1)),))
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
        *_fronts(f),
        rng.choice((0, 2, 3)),
        2,
        0.12,
    )
    board = f.against_wall(rng.choice((low, low, f.model("cabinet", "piano", "fireplace") or low)), spread=(0.1, 0.9))
    if board is not None and board.boards:
        television = f.model("television", stands="surface")
        f.put_on(television, board, yaw=0.0, spot=(0.5, 0.6)) if rng.chance(0.5) else None
        small_things(f, board, 2)
    shelf = f.against_wall(_shelves(f))
    if shelf is not None:
        shelf_filling(f, shelf, 3)
    f.against_wall(floor_lamp(rng, rng.choice(("white", "beige", "yellow", "gray")), rng.chance(0.75)), out=0.12)
    f.against_wall(f.model("potted plant", stands="floor", within=1.2), out=0.08)
    _hang_lamps(f, 1)
    wall_pieces(f, sofa)


def _fronts(f: Furnisher) -> tuple[Finish, Finish]:
    """Body and fronts of a cupboard."""
    body = wood(f.rng)
    kind = f.rng.below(3)
    painted = Finish("paint", MUTED[f.rng.choice(tuple(MUTED))] if kind == 2 else rgb("e6e4de"), roughness=0.4)
    return (body, body) if kind == 0 else (body, painted) if kind == 1 else (painted, painted)


def _side_table(f: Furnisher) -> Solid:
    top = wood(f.rng)
    if f.rng.chance(0.5):
        return round_table("side table", f.rng.uniform(0.2, 0.26), f.rng.uniform(0.48, 0.56), top, METAL_LEGS)
    return table("side table", 0.42, 0.42, f.rng.uniform(0.48, 0.56), top, top, shelf=f.rng.chance(0.5))


def _shelves(f: Furnisher) -> Solid | None:
    rng = f.rng
    finish = wood(rng) if rng.chance(0.7) else WHITE_PAINT
    own = book_shelf(rng, rng.uniform(0.7, 1.1), 0.3, rng.choice((1.2, 1.55, 1.85)), finish, rng.choice((3, 4, 5)))
    return own if rng.chance(0.7) else f.model("bookshelf", within=1.8) or own


def _hang_lamps(f: Furnisher, count: int, over: Solid | None = None) -> None:
    """One lamp or a row of equal ones under the ceiling."""
    rng = f.rng
    style, color, lit = (
        rng.choice(("dome", "ball", "cone")),
        rng.choice((*LIVELY, "white", "black", "white", "black")),
        rng.chance(0.7),
    )
    if count == 1 and rng.chance(0.35):
        f.under_ceiling(f.model("chandelier", "ceiling lamp", stands="ceiling"), 0.0, f.plan.depth * 0.55)
        return
    x0, y0 = (over.placement.x, over.placement.y) if over is not None else (0.0, f.plan.depth * 0.55)
    colors = f.colors(count, alike=2) if count > 1 and rng.chance(0.5) else [color] * count
    drop = f.plan.height - (1.62 if over is not None else rng.uniform(2.0, 2.15))
    lamps = [
        f.under_ceiling(pendant_lamp(rng, colors[k], lit, drop, style), x0 + 0.5 * (k - (count - 1) / 2), y0)
        for k in range(count)
    ]
    f.alike(*lamps)


def bedroom(f: Furnisher) -> None:
    """Bed between nightstands with lamps, a wardrobe, a chest of drawers."""
    rng = f.rng
    bed = f.against_wall(f.model("bed"), ("back", "back", "left", "right"), (0.35, 0.65))
    if bed is not None:
        lay_rug(f, bed, rng.uniform(1.9, 2.4), rng.uniform(1.3, 1.6), shift=0.9)
        model = rng.choice(f.models("nightstand"))
        body, front = _fronts(f)
        stands: list[Solid | None] = []
        for side in (1, -1):
            own = (
                f.of_model(model)
                if rng.chance(0.3)
                else sideboard(rng, "nightstand", 0.45, 0.38, 0.5, body, front, 2, 0, 0.1)
            )
            stands.append(f.beside(own, bed, side, 0.07))
        f.alike(*stands)
        table_lamps(f, [stand for stand in stands if stand is not None])
        for stand in stands:
            small_things(f, stand, 1)
    body, front = _fronts(f)
    chest = sideboard(
        rng, "chest of drawers", rng.uniform(0.8, 1.2), 0.45, rng.uniform(0.8, 0.95), body, front, 4, 0, 0.06
    )
    dresser = f.against_wall(rng.choice((chest, f.model("cabinet", "dressing table", "trunk") or chest)))
    small_things(f, dresser, 3)
    f.against_wall(f.model("wardrobe"))
    f.against_wall(f.model("armchair", "chair", within=1.0), out=0.1)
    f.on_floor(f.model("slippers", "suitcase", "boots", "laundry basket", "trunk", "handbag"))
    f.against_wall(f.model("potted plant", stands="floor", within=0.9), out=0.06)
    _hang_lamps(f, 1)
    wall_pieces(f, bed)


def kitchen(f: Furnisher) -> None:
    """A row of units, a table with chairs, things on the worktop."""
    rng = f.rng
    front = Finish(
        "paint",
        rng.choice((rgb("e8e7e3"), MUTED["green"], MUTED["blue"], rgb("d9d0c0"), rgb("55595c"), MUTED["teal"])),
        roughness=0.35,
    )
    if rng.chance(0.3):
        front = wood(rng, "oak", "walnut", "beech")
    top = (
        wood(rng, "oak", "walnut", "beech")
        if rng.chance(0.5)
        else Finish("stone", rgb(rng.choice(("d6d3cc", "4a4a4c", "8d8a85"))), roughness=0.25)
    )
    metal = rng.choice((CHROME, BRASS, METAL_LEGS))
    wall = f.plan.walls["back"]
    kinds = rng.shuffled(["doors", "drawers", "oven", "sink", rng.choice(("doors", "drawers"))])
    widths = {"doors": 0.8, "drawers": 0.6, "oven": 0.6, "sink": 0.8}
    total = sum(widths[kind] for kind in kinds)
    start = rng.uniform(0.05, max(0.06, wall.length - total - 0.75))
    units: list[Solid] = []
    for kind in kinds:
        half = widths[kind] / 2
        unit = kitchen_unit(rng, 2 * half, front, top, kind, metal)
        spot = wall.at(start + half, 0.0, 0.303)
        if start + 2 * half < wall.length - 0.03 and f.plan.free(unit, spot, 0.0):
            units.append(f.settle(unit, spot))
        start += 2 * half + 0.002
    f.alike(*[unit for unit in units if unit.node.category == "kitchen cabinet"])
    cold = fridge(rng.choice(("white", "gray", "red", "teal", "black")), rng.uniform(1.6, 1.9))
    f.against_wall(rng.choice((cold, f.model("refrigerator") or cold)), spread=(0.55, 1.0))
    uppers: list[Solid | None] = []
    for unit in units:
        if rng.chance(0.6) and unit.node.category != "oven":
            cabinet = wall_unit(unit.box[3] - unit.box[0], 0.65, front, metal)
            place = wall.at(unit.placement.x + wall.length / 2, 1.5, 0.002)
            if f.plan.free(cabinet, place, 0.0):
                uppers.append(f.settle(cabinet, place))
    f.alike(*uppers)
    for unit in units:
        small_things(f, unit, 1)
    wooden = wood(rng)
    small = rng.uniform(1.2, 1.5), rng.uniform(0.75, 0.85)
    made = table("table", *small, 0.75, wooden, rng.choice((wooden, WHITE_PAINT, METAL_LEGS)))
    half = f.plan.width / 2
    area = (-half + 1.2, 0.36 * f.plan.depth, half - 1.2, 0.6 * f.plan.depth)
    board = f.on_floor(rng.choice((made, f.model("table", within=1.5) or made)), area, (-4, 4), gap=0.4)
    if board is not None:
        chairs = rng.choice(f.models("chair", within=0.7))
        shades = f.colors(rng.choice((2, 3, 4)), ACCENTS, alike=2)
        f.alike(*f.around(board, f.painted(chairs, shades)))
        lay_table(f, board)
        _hang_lamps(f, rng.choice((1, 2, 3)), board)
    stools = f.models("stool", within=0.6)
    f.several(2, lambda _: f.of_model(stools[0]) if stools else None, lambda s: f.on_floor(s, gap=0.1)) if rng.chance(
        0.4
    ) else None
    f.against_wall(f.model("potted plant", stands="floor", within=0.8), out=0.06)
    wall_pieces(f, None)


def study(f: Furnisher) -> None:
    """A desk with a chair, shelves with books."""
    rng = f.rng
    top = wood(rng)
    made = table("desk", rng.uniform(1.2, 1.5), 0.68, 0.74, top, rng.choice((top, METAL_LEGS, WHITE_PAINT)))
    desk = f.against_wall(
        rng.choice((made, f.model("desk", within=2.0) or made)), ("back", "back", "left", "right"), (0.25, 0.75)
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
    _hang_lamps(f, 1)
    wall_pieces(f, desk)


def childrens_room(f: Furnisher) -> None:
    """A bed, shelves, and toys on the floor in several colours."""
    rng = f.rng
    bed = f.against_wall(f.model("bed", "bunk bed", "crib", any_room=False), ("back", "left", "right"), (0.2, 0.8))
    if bed is not None:
        lay_rug(f, bed, rng.uniform(1.7, 2.2), rng.uniform(1.3, 1.7), shift=0.8)
    shelf = f.against_wall(_shelves(f))
    if shelf is not None:
        shelf_filling(f, shelf, 3)
    top = wood(rng, "beech", "pine", "oak")
    board = f.on_floor(table("table", 0.8, 0.6, 0.52, top, rng.choice((top, WHITE_PAINT))), yaws=(-20, 20), gap=0.3)
    stools = f.models("stool", "chair", within=0.6)
    if board is not None and stools:
        f.alike(*f.around(board, f.painted(rng.choice(stools), f.colors(2, ACCENTS, alike=1))))
        small_things(f, board, 2)
    boxes = f.colors(3, ACCENTS, alike=2)
    f.several(
        rng.choice((2, 3)),
        lambda k: storage_box(rng, boxes[k], rng.choice((0.28, 0.34))),
        lambda s: f.against_wall(s, out=0.03),
    )
    f.against_wall(f.model("wardrobe", "cabinet", within=1.3))
    f.on_floor(f.model("rocking horse", "dollhouse", "foosball table", "beanbag", "crate"), gap=0.1)
    blocks = f.colors(3, {name: ACCENTS[name] for name in LIVELY}, alike=2)
    side = rng.uniform(0.09, 0.14)
    f.several(3, lambda k: toy_block(rng, blocks[k], side), lambda s: f.on_floor(s))
    balls = f.models("ball")
    f.on_floor(f.of_model(rng.choice(balls))) if balls else None
    bears = f.models("teddy bear")
    shades = f.colors(2, {name: ACCENTS[name] for name in ("brown", "beige", "white", "gray", "pink")}, alike=1)
    f.several(2, lambda k: f.of_model(bears[0], shades[k]) if bears else None, lambda s: f.on_floor(s, yaws=(-50, 50)))
    _hang_lamps(f, 1)
    wall_pieces(f, bed)


def bathroom(f: Furnisher) -> None:
    """Bath, washbasin with a mirror, toilet, towels."""
    rng = f.rng
    basin = f.against_wall(f.model("vanity", "sink", stands="floor"), ("back",), (0.15, 0.85), out=0.004)
    if basin is not None:
        width = rng.uniform(0.5, 0.7)
        glass = mirror(rng, width, rng.uniform(0.6, 0.8))
        spot = f.plan.walls["back"].at(basin.placement.x + f.plan.width / 2, 1.15, 0.002)
        if f.plan.free(glass, spot, 0.0):
            f.settle(glass, spot)
    f.against_wall(f.model("toilet"), ("back", "left", "right"), out=0.004)
    tub = bath(1.7, 0.75)
    f.against_wall(
        rng.choice((tub, tub, f.model("bathtub", within=1.75) or tub)), ("left", "right", "back"), (0.3, 1.0), out=0.004
    )
    f.against_wall(f.model("bidet", "washing machine", "laundry basket", "cabinet"), out=0.02)
    towels = f.models("towel", "towel rail", stands="wall")
    shades = f.colors(3, ACCENTS, alike=2)
    if towels:
        chosen = rng.choice(towels)
        f.several(
            rng.choice((2, 3)),
            lambda k: f.of_model(chosen, shades[k]),
            lambda s: f.against_wall(s, z=rng.choice((0.95, 1.05))),
        )
    f.against_wall(f.model("radiator", stands="wall"), z=0.25)
    f.on_floor(f.model("bath mat"), gap=0.05)
    f.against_wall(f.model("wastebasket"), out=0.04)
    f.against_wall(f.model("toilet paper holder", stands="wall"), z=0.7)
    plank = wall_shelf(rng.uniform(0.5, 0.8), 0.18, wood(rng))
    rack = f.against_wall(plank, ("back", "left", "right"), z=rng.uniform(1.2, 1.45))
    small_things(f, rack, 3)
    boxes = f.colors(2, ACCENTS, alike=1)
    f.several(2, lambda k: storage_box(rng, boxes[k], 0.24), lambda s: f.against_wall(s, out=0.03))
    f.on_floor(f.model("slippers"), yaws=(-40, 40))
    _hang_lamps(f, 1)
    pictures(f, 1)


def terrace(f: Furnisher) -> None:
    """Seats and tables outdoors, plants in pots."""
    rng = f.rng
    wooden = wood(rng)
    made = table(
        "table", rng.uniform(0.9, 1.4), rng.uniform(0.75, 0.85), 0.74, wooden, rng.choice((wooden, METAL_LEGS))
    )
    half = f.plan.width / 2
    board = f.on_floor(
        rng.choice((made, f.model("table", within=1.5) or made)),
        (-half + 1.2, 0.42 * f.plan.depth, half - 1.2, 0.75 * f.plan.depth),
        (-10, 10),
        gap=0.3,
    )
    if board is not None:
        chairs = rng.choice(f.models("chair", "armchair", within=0.75))
        f.alike(*f.around(board, f.painted(chairs, f.colors(rng.choice((2, 3, 4)), ACCENTS, alike=2))))
        small_things(f, board, 3)
    loungers = f.models("deck chair", "lounge chair")
    if loungers:
        chosen, shades = rng.choice(loungers), f.colors(2, ACCENTS, alike=1)
        f.several(2, lambda k: f.of_model(chosen, shades[k]), lambda s: f.on_floor(s, yaws=(-30, 30), gap=0.12))
    f.against_wall(f.model("bench", "sofa", within=2.2), out=0.08)
    pots = f.models("potted plant", "planter", stands="floor", within=1.2)
    if pots:
        chosen, shades = rng.choice(pots), f.colors(3, ACCENTS, alike=2)
        f.several(3, lambda k: f.of_model(chosen, shades[k]), lambda s: f.against_wall(s, out=0.06))
    f.against_wall(f.model("barrel", "crate", "bookshelf"), out=0.05)
    f.on_floor(f.model("parasol"), gap=0.0) if rng.chance(0.35) else None
    f.on_floor(f.model("stool", "coffee table", within=1.3), gap=0.1)
    f.on_floor(f.model("ball"))
    f.several(
        2, lambda _: f.model("wall lamp", stands="wall"), lambda s: f.against_wall(s, ("back",), z=1.7)
    ) if rng.chance(0.5) else None


RECIPES: Final[Mapping[str, Callable[[Furnisher], None]]] = {
    "living room": living_room,
    "bedroom": bedroom,
    "kitchen": kitchen,
    "study": study,
    "children's room": childrens_room,
    "bathroom": bathroom,
    "terrace": terrace,
}
"""Kind of room -> what furnishes it."""
