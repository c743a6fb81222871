"""Kitchen and bathroom."""

from __future__ import annotations

from ..accessories import lay_table, pictures, small_things, wall_pieces
from ..built.boards import METAL_LEGS
from ..built.cupboards import wall_shelf
from ..built.kitchen import bath, fridge, kitchen_unit, wall_unit
from ..built.small import mirror, storage_box
from ..built.tables import table
from ..furnish import Furnisher
from ..palettes import ACCENTS, BRASS, CHROME, MUTED, WHITE_PAINT, rgb, wood
from ..room import Finish, Solid
from .shared import hang_lamps

__all__ = ["bathroom", "kitchen"]


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
        unit = kitchen_unit(2 * half, front, top, kind, metal)
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
    built = table("table", *small, 0.75, wooden, rng.choice((wooden, WHITE_PAINT, METAL_LEGS)))
    half = f.plan.width / 2
    area = (-half + 1.2, 0.36 * f.plan.depth, half - 1.2, 0.6 * f.plan.depth)
    board = f.on_floor(rng.choice((built, f.model("table", within=1.5) or built)), area, (-4, 4), gap=0.4)
    if board is not None:
        chairs = rng.choice(f.models("chair", within=0.7))
        shades = f.colors(rng.choice((2, 3, 4)), ACCENTS, alike=2)
        f.alike(*f.around(board, f.painted(chairs, shades)))
        lay_table(f, board)
        hang_lamps(f, rng.choice((1, 2, 3)), board)
    stools = f.models("stool", within=0.6)
    f.several(2, lambda _: f.of_model(stools[0]) if stools else None, lambda s: f.on_floor(s, gap=0.1)) if rng.chance(
        0.4
    ) else None
    f.against_wall(f.model("potted plant", stands="floor", within=0.8), out=0.06)
    wall_pieces(f, None)


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
        model = rng.choice(towels)
        f.several(
            rng.choice((2, 3)),
            lambda k: f.of_model(model, shades[k]),
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
    hang_lamps(f, 1)
    pictures(f, 1)
