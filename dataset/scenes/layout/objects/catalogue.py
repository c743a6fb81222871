"""Which things there are, where they belong and which looks are plausible for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from ....listener.words.palette import COLORS
from ..graph import Node
from .buildings import bench, house, mailbox, street_lamp
from .furniture import bookshelf, cabinet, crate, lamp, table, television
from .plants import pine, potted_plant, tree
from .seating import armchair, bed, chair, sofa, stool
from .style import Style
from .tableware import bottle, bowl, mug, teapot, vase
from .toys import robot, toy_ball, wagon
from .vehicles import bus, car, truck, van

__all__ = ["CATALOGUE", "RIVALS", "Category", "Setting", "Zone"]

Setting = Literal["room", "tabletop", "street"]
Zone = Literal["floor", "wall", "back", "road", "shelf"]

ALL: Final = tuple(COLORS)
FRAMES: Final = ("brown", "black", "white", "gray", "red", "blue", "teal", "yellow")
PLAIN: Final = ("gray",)
LEAVES: Final = ("green", "green", "green", "orange", "yellow", "red", "pink")
PAINT: Final = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "black", "gray", "white")


@dataclass(frozen=True)
class Category:
    """What one kind of object may look like.

    Attributes:
        build: from a style to a node in the object's own frame.
        scales: setting -> smallest and largest scale; the settings it occurs in.
        zone: floor; wall (its back to the wall); back (tall, behind the rest); road; shelf (stands on furniture).
        colors, accents, finishes, accent_finishes, patterns, variants: what a style is drawn from.
        support: the part on which small things may stand, if any.
        turn: largest yaw to either side, in degrees.
        most: how many there may be in a scene.
    """

    build: Callable[[Style], Node]
    scales: dict[Setting, tuple[float, float]]
    zone: Zone = "floor"
    colors: tuple[str, ...] = ALL
    accents: tuple[str, ...] = ALL
    finishes: tuple[str, ...] = ("plastic",)
    accent_finishes: tuple[str, ...] = ("plastic",)
    patterns: tuple[str | None, ...] = (None,)
    variants: tuple[str, ...] = ("",)
    support: str | None = None
    turn: float = 50.0
    most: int = 5


CATALOGUE: Final[dict[str, Category]] = {
    "chair": Category(
        chair,
        {"room": (0.85, 1.05)},
        accents=FRAMES,
        finishes=("wood", "plastic", "fabric"),
        accent_finishes=("wood", "metal"),
        patterns=(None, None, "checker", "stripes"),
        variants=("panel", "slats", "armrests"),
        turn=70.0,
    ),
    "armchair": Category(
        armchair,
        {"room": (0.95, 1.15)},
        finishes=("fabric", "leather"),
        patterns=(None, None, "stripes", "dots"),
        variants=("one",),
        most=4,
    ),
    "sofa": Category(
        sofa,
        {"room": (0.95, 1.1)},
        finishes=("fabric", "leather"),
        patterns=(None, None, "stripes", "checker"),
        variants=("two", "three"),
        turn=35.0,
        most=3,
    ),
    "stool": Category(
        stool,
        {"room": (0.85, 1.05)},
        accents=FRAMES,
        finishes=("wood", "leather", "fabric"),
        accent_finishes=("wood", "metal"),
        patterns=(None, None, "dots", "rings"),
        variants=("low", "tall"),
    ),
    "table": Category(
        table,
        {"room": (0.95, 1.15)},
        accents=FRAMES,
        finishes=("wood", "wood", "plastic"),
        accent_finishes=("wood", "metal"),
        variants=("plain", "drawers", "round"),
        support="tabletop",
        turn=30.0,
        most=3,
    ),
    "bed": Category(
        bed,
        {"room": (0.95, 1.05)},
        accents=FRAMES,
        finishes=("fabric",),
        accent_finishes=("wood", "metal"),
        patterns=(None, "stripes", "checker", "dots"),
        variants=("plain", "footboard"),
        turn=40.0,
        most=2,
    ),
    "bookshelf": Category(
        bookshelf,
        {"room": (0.95, 1.15)},
        "wall",
        colors=FRAMES,
        finishes=("wood",),
        variants=("tall", "low"),
        turn=0.0,
        most=3,
    ),
    "cabinet": Category(
        cabinet,
        {"room": (0.95, 1.1)},
        "wall",
        accents=FRAMES,
        finishes=("wood", "plastic"),
        accent_finishes=("wood",),
        variants=("drawers", "doors"),
        support="top",
        turn=0.0,
        most=3,
    ),
    "lamp": Category(
        lamp,
        {"room": (0.95, 1.15), "tabletop": (0.95, 1.15)},
        accents=FRAMES,
        finishes=("fabric",),
        accent_finishes=("ceramic", "metal"),
        patterns=(None, None, "stripes", "dots"),
        variants=("floor", "table"),
    ),
    "television": Category(
        television,
        {"room": (0.75, 0.9)},
        "shelf",
        colors=("black", "gray", "white", "red", "brown"),
        accents=("blue", "teal", "purple"),
        finishes=("plastic",),
        variants=("flat", "old"),
        turn=15.0,
        most=2,
    ),
    "potted plant": Category(
        potted_plant,
        {"room": (0.85, 1.15), "tabletop": (0.75, 0.9), "street": (0.8, 1.0)},
        accents=("pink", "red", "yellow", "white"),
        finishes=("ceramic",),
        patterns=(None, None, "stripes"),
        variants=("leaves", "leaves", "cactus"),
    ),
    "crate": Category(
        crate,
        {"room": (0.85, 1.15), "street": (0.9, 1.2)},
        finishes=("wood", "plastic", "metal"),
        accent_finishes=("wood", "metal"),
        patterns=(None, "planks"),
        variants=("lid", "edges"),
        support="lid",
    ),
    "ball": Category(
        toy_ball,
        {"room": (0.7, 1.1), "tabletop": (0.7, 1.1), "street": (0.8, 1.2)},
        accents=PLAIN,
        finishes=("rubber", "plastic", "metal"),
        patterns=(None, "stripes", "dots", "checker"),
        turn=180.0,
    ),
    "robot": Category(
        robot,
        {"room": (0.75, 1.0), "tabletop": (0.75, 0.95), "street": (0.85, 1.1)},
        finishes=("metal", "plastic"),
        accent_finishes=("metal", "plastic"),
        patterns=(None, None, "stripes"),
    ),
    "mug": Category(
        mug,
        {"room": (0.48, 0.56), "tabletop": (1.0, 1.3)},
        "shelf",
        finishes=("ceramic", "metal"),
        patterns=(None, "stripes", "dots"),
        variants=("open", "open", "lid"),
        turn=40.0,
    ),
    "bottle": Category(
        bottle,
        {"room": (0.46, 0.56), "tabletop": (0.95, 1.2)},
        "shelf",
        finishes=("glass", "plastic"),
        variants=("slim", "slim", "flask"),
    ),
    "teapot": Category(
        teapot,
        {"room": (0.48, 0.58), "tabletop": (1.0, 1.25)},
        "shelf",
        finishes=("ceramic", "metal"),
        patterns=(None, None, "dots", "stripes"),
        turn=35.0,
    ),
    "bowl": Category(
        bowl,
        {"room": (0.48, 0.56), "tabletop": (1.05, 1.3)},
        "shelf",
        accents=("red", "orange", "yellow", "green", "purple"),
        finishes=("ceramic", "wood", "plastic"),
        most=4,
    ),
    "vase": Category(
        vase,
        {"room": (0.5, 0.6), "tabletop": (0.95, 1.15)},
        "shelf",
        accents=("red", "orange", "yellow", "purple", "pink", "white", "blue"),
        finishes=("ceramic", "glass"),
        patterns=(None, None, "stripes", "dots"),
        variants=("round", "slim"),
        turn=20.0,
    ),
    "car": Category(
        car,
        {"street": (0.95, 1.1), "tabletop": (0.6, 0.72)},
        "road",
        colors=PAINT,
        accents=("gray", "white", "black", "yellow", "red"),
        finishes=("metal", "plastic"),
        variants=("sedan", "hatchback"),
        turn=60.0,
    ),
    "van": Category(
        van,
        {"street": (0.95, 1.1)},
        "road",
        colors=PAINT,
        accents=("gray", "white", "yellow", "red"),
        finishes=("metal", "plastic"),
        patterns=(None, None, "checker"),
        turn=60.0,
        most=4,
    ),
    "bus": Category(
        bus, {"street": (0.9, 1.05)}, "road", colors=PAINT, finishes=("metal", "plastic"), turn=60.0, most=2
    ),
    "truck": Category(
        truck,
        {"street": (0.95, 1.1)},
        "road",
        colors=PAINT,
        finishes=("metal", "plastic"),
        accent_finishes=("metal", "plastic"),
        patterns=(None,),
        variants=("box", "pickup"),
        turn=60.0,
        most=4,
    ),
    "wagon": Category(
        wagon,
        {"street": (0.85, 1.05), "room": (0.75, 0.9)},
        accents=("brown", "black", "white", "gray"),
        finishes=("wood", "metal", "plastic"),
        accent_finishes=("wood",),
        turn=70.0,
        most=4,
    ),
    "house": Category(
        house,
        {"street": (1.05, 1.25)},
        "back",
        accents=("red", "brown", "orange", "gray", "black", "blue", "green"),
        finishes=("matte",),
        patterns=(None, "brick", "planks"),
        variants=("cottage", "tall"),
        turn=30.0,
        most=3,
    ),
    "tree": Category(
        tree,
        {"street": (1.0, 1.3)},
        "back",
        colors=LEAVES,
        accents=("red", "yellow", "orange", "purple", "white"),
        finishes=("matte",),
        variants=("round", "cloudy", "fruits"),
        turn=25.0,
    ),
    "pine": Category(
        pine,
        {"street": (0.95, 1.25)},
        "back",
        colors=("green", "green", "teal", "white", "blue", "yellow"),
        accents=PLAIN,
        finishes=("matte",),
        variants=("short", "tall", "star"),
        turn=25.0,
    ),
    "bench": Category(
        bench,
        {"street": (0.95, 1.15)},
        accents=("black", "gray", "white", "brown"),
        finishes=("wood",),
        variants=("armrests", "plain"),
        turn=40.0,
        most=4,
    ),
    "street lamp": Category(
        street_lamp,
        {"street": (1.0, 1.2)},
        "back",
        colors=("black", "gray", "green", "white", "blue", "red"),
        accents=PLAIN,
        finishes=("metal",),
        variants=("single", "double"),
        turn=20.0,
        most=4,
    ),
    "mailbox": Category(mailbox, {"street": (0.95, 1.15)}, finishes=("metal",), variants=("",), turn=45.0, most=4),
}
"""Category name -> what it may look like; the order is part of the data."""

RIVALS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"tree", "pine"}),
    frozenset({"chair", "armchair"}),
    frozenset({"potted plant", "vase"}),
)
"""Categories whose names a person may use for one another: a scene shows one of each set at most."""
