"""Terraces."""

from __future__ import annotations

from ..accessories import small_things
from ..built.boards import METAL_LEGS
from ..built.tables import table
from ..furnish import Furnisher
from ..palettes import ACCENTS, wood

__all__ = ["terrace"]


def terrace(f: Furnisher) -> None:
    """Seats and tables outdoors, plants in pots."""
    rng = f.rng
    wooden = wood(rng)
    built = table(
        "table", rng.uniform(0.9, 1.4), rng.uniform(0.75, 0.85), 0.74, wooden, rng.choice((wooden, METAL_LEGS))
    )
    half = f.plan.width / 2
    board = f.on_floor(
        rng.choice((built, f.model("table", within=1.5) or built)),
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
        model, shades = rng.choice(loungers), f.colors(2, ACCENTS, alike=1)
        f.several(2, lambda k: f.of_model(model, shades[k]), lambda s: f.on_floor(s, yaws=(-30, 30), gap=0.12))
    f.against_wall(f.model("bench", "sofa", within=2.2), out=0.08)
    pots = f.models("potted plant", "planter", stands="floor", within=1.2)
    if pots:
        model, shades = rng.choice(pots), f.colors(3, ACCENTS, alike=2)
        f.several(3, lambda k: f.of_model(model, shades[k]), lambda s: f.against_wall(s, out=0.06))
    f.against_wall(f.model("barrel", "crate", "bookshelf"), out=0.05)
    f.on_floor(f.model("parasol"), gap=0.0) if rng.chance(0.35) else None
    f.on_floor(f.model("stool", "coffee table", within=1.3), gap=0.1)
    f.on_floor(f.model("ball"))
    f.several(
        2, lambda _: f.model("wall lamp", stands="wall"), lambda s: f.against_wall(s, ("back",), z=1.7)
    ) if rng.chance(0.5) else None
