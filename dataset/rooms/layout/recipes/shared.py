"""What the recipes of several rooms use."""

from __future__ import annotations

from typing import Final

from ..built.boards import METAL_LEGS
from ..built.cupboards import book_shelf
from ..built.lamps import pendant_lamp
from ..built.tables import round_table, table
from ..furnish import Furnisher
from ..palettes import MUTED, WHITE_PAINT, rgb, wood
from ..room import Finish, Solid

__all__ = ["LIVELY", "fronts", "hang_lamps", "shelves", "side_table"]

LIVELY: Final = ("red", "orange", "yellow", "green", "blue", "teal", "purple", "pink")


def fronts(f: Furnisher) -> tuple[Finish, Finish]:
    """Body and fronts of a cupboard."""
    body = wood(f.rng)
    kind = f.rng.below(3)
    painted = Finish("paint", MUTED[f.rng.choice(tuple(MUTED))] if kind == 2 else rgb("e6e4de"), roughness=0.4)
    return (body, body) if kind == 0 else (body, painted) if kind == 1 else (painted, painted)


def side_table(f: Furnisher) -> Solid:
    """A small table for beside a sofa."""
    top = wood(f.rng)
    if f.rng.chance(0.5):
        return round_table("side table", f.rng.uniform(0.2, 0.26), f.rng.uniform(0.48, 0.56), top, METAL_LEGS)
    return table("side table", 0.42, 0.42, f.rng.uniform(0.48, 0.56), top, top, shelf=f.rng.chance(0.5))


def shelves(f: Furnisher) -> Solid:
    """Shelves for books, built or of the packs."""
    rng = f.rng
    finish = wood(rng) if rng.chance(0.7) else WHITE_PAINT
    own = book_shelf(rng, rng.uniform(0.7, 1.1), 0.3, rng.choice((1.2, 1.55, 1.85)), finish, rng.choice((3, 4, 5)))
    return own if rng.chance(0.7) else f.model("bookshelf", within=1.8) or own


def hang_lamps(f: Furnisher, count: int, over: Solid | None = None) -> None:
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
