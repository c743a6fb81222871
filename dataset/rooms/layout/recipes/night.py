"""Bedroom and children's room."""

from __future__ import annotations

from ..accessories import lay_rug, shelf_filling, small_things, table_lamps, wall_pieces
from ..built.cupboards import sideboard
from ..built.small import storage_box, toy_block
from ..built.tables import table
from ..furnish import Furnisher
from ..palettes import ACCENTS, WHITE_PAINT, wood
from ..room import Solid
from .shared import LIVELY, fronts, hang_lamps, shelves

__all__ = ["bedroom", "childrens_room"]


def bedroom(f: Furnisher) -> None:
    """Bed between nightstands with lamps, a wardrobe, a chest of drawers."""
    rng = f.rng
    bed = f.against_wall(f.model("bed"), ("back", "back", "left", "right"), (0.35, 0.65))
    if bed is not None:
        lay_rug(f, bed, rng.uniform(1.9, 2.4), rng.uniform(1.3, 1.6), shift=0.9)
        model = rng.choice(f.models("nightstand"))
        body, front = fronts(f)
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
    body, front = fronts(f)
    chest = sideboard(
        rng, "chest of drawers", rng.uniform(0.8, 1.2), 0.45, rng.uniform(0.8, 0.95), body, front, 4, 0, 0.06
    )
    dresser = f.against_wall(rng.choice((chest, f.model("cabinet", "dressing table", "trunk") or chest)))
    small_things(f, dresser, 3)
    f.against_wall(f.model("wardrobe"))
    f.against_wall(f.model("armchair", "chair", within=1.0), out=0.1)
    f.on_floor(f.model("slippers", "suitcase", "boots", "laundry basket", "trunk", "handbag"))
    f.against_wall(f.model("potted plant", stands="floor", within=0.9), out=0.06)
    hang_lamps(f, 1)
    wall_pieces(f, bed)


def childrens_room(f: Furnisher) -> None:
    """A bed, shelves, and toys on the floor in several colours."""
    rng = f.rng
    bed = f.against_wall(f.model("bed", "bunk bed", "crib", any_room=False), ("back", "left", "right"), (0.2, 0.8))
    if bed is not None:
        lay_rug(f, bed, rng.uniform(1.7, 2.2), rng.uniform(1.3, 1.7), shift=0.8)
    shelf = f.against_wall(shelves(f))
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
    f.several(3, lambda k: toy_block(blocks[k], side), lambda s: f.on_floor(s))
    balls = f.models("ball")
    f.on_floor(f.of_model(rng.choice(balls))) if balls else None
    bears = f.models("teddy bear")
    shades = f.colors(2, {name: ACCENTS[name] for name in ("brown", "beige", "white", "gray", "pink")}, alike=1)
    f.several(2, lambda k: f.of_model(bears[0], shades[k]) if bears else None, lambda s: f.on_floor(s, yaws=(-50, 50)))
    hang_lamps(f, 1)
    wall_pieces(f, bed)
