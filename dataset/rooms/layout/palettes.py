"""Colours and finishes of rooms: walls, floors, wood, cloth, paint."""

from __future__ import annotations

from typing import Final

from ...scenes.rng import SplitMix64
from .room import Finish

__all__ = [
    "ACCENTS",
    "BRASS",
    "CERAMIC",
    "CHROME",
    "LIGHT",
    "MUTED",
    "WALLS",
    "WHITE_PAINT",
    "WOODS",
    "floor_finish",
    "rgb",
]

Color = tuple[float, float, float]


def rgb(code: str) -> Color:
    """Linear RGB of a web colour such as "a0b1c2"."""
    levels = [int(code[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    r, g, b = (round(x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4, 6) for x in levels)
    return r, g, b


WALLS: Final[dict[str, Color]] = {
    name: rgb(code)
    for name, code in {
        "white": "e9e6df", "cream": "e6dcc6", "warm gray": "cfc8bd", "sage": "aeb8a4", "light blue": "b4c3cd",
        "pink": "dcc0b6", "terracotta": "c08a6e", "gray": "b5b6b6", "teal": "84a3a1", "yellow": "e3cf96",
        "blue gray": "7d8c9b", "lilac": "c4bccd",
    }.items()
}  # fmt: skip
ACCENTS: Final[dict[str, Color]] = {
    name: rgb(code)
    for name, code in {
        "red": "b3322c", "orange": "d77a2d", "yellow": "e0b437", "green": "5c8a4c", "blue": "355f9e",
        "teal": "2f7f86", "purple": "75518b", "pink": "d98ba0", "white": "e8e6e1", "black": "26262a",
        "gray": "85868a", "brown": "77513a", "beige": "cdb997",
    }.items()
}  # fmt: skip
"""Colours of small things and of what should stand out; their names are those that a person would say."""
MUTED: Final[dict[str, Color]] = {
    name: rgb(code)
    for name, code in {
        "gray": "8c8d8e", "beige": "c6b79c", "white": "dcd8cf", "blue": "4c6580", "green": "67785d", "brown": "7b5f4b",
        "pink": "c89d95", "yellow": "c9a355", "black": "3a3b3f", "red": "8f463d", "teal": "4d7a7b",
    }.items()
}  # fmt: skip
"""Colours of large cloth: sofas, curtains, rugs."""
WOODS: Final[dict[str, tuple[Color, Color]]] = {
    "oak": (rgb("b58a5a"), rgb("94693f")),
    "beech": (rgb("d0aa7c"), rgb("b58c5e")),
    "walnut": (rgb("6d4a33"), rgb("4a3021")),
    "pine": (rgb("dcb982"), rgb("c29458")),
    "dark": (rgb("453128"), rgb("2d1f19")),
    "grayed": (rgb("a39684"), rgb("877a69")),
}
"""Light and dark of the grain."""
WHITE_PAINT: Final = Finish("paint", rgb("e8e7e3"), roughness=0.35)
CHROME: Final = Finish("metal", rgb("d8d8d8"), roughness=0.12)
BRASS: Final = Finish("metal", rgb("c9a45c"), roughness=0.25)
CERAMIC: Final = Finish("ceramic", rgb("ecebe7"))
LIGHT: Final = rgb("ffd9a8")


def wood(rng: SplitMix64, *names: str) -> Finish:
    """Boards of one of these woods, or of any."""
    light, dark = WOODS[rng.choice(names or tuple(WOODS))]
    return Finish("wood", light, "grain", dark, scale=0.06)


def floor_finish(rng: SplitMix64, kind: str) -> tuple[Finish, str]:
    """A floor for a room, and what it is called."""
    wooden = {"living room": 0.85, "bedroom": 0.65, "study": 0.75, "children's room": 0.6, "kitchen": 0.35}
    if kind == "terrace":
        if rng.chance(0.5):
            light, dark = WOODS[rng.choice(("oak", "grayed", "walnut"))]
            return Finish("wood", light, "planks", dark, scale=0.14, ratio=18.0, roughness=0.65), "decking"
        color = rgb(rng.choice(("a8a195", "b7a58d", "8f8f8c", "c2b39b")))
        return Finish(
            "stone", color, "tiles", rgb("77746d"), scale=rng.choice((0.4, 0.5, 0.6)), roughness=0.7
        ), "tiled floor"
    if rng.chance(wooden.get(kind, 0.0)):
        light, dark = WOODS[rng.choice(("oak", "beech", "walnut", "pine", "grayed", "oak"))]
        width = rng.choice((0.09, 0.12, 0.16, 0.2))
        return Finish(
            "wood", light, "planks", dark, scale=width, ratio=rng.choice((6.0, 8.0, 10.0)), roughness=0.32
        ), "wooden floor"
    if kind in ("kitchen", "bathroom"):
        color = rgb(rng.choice(("cfc9bf", "a9a49b", "8d949a", "d8d2c4", "6f6a64", "b99f83")))
        return Finish(
            "tile", color, "tiles", rgb("8b8782"), scale=rng.choice((0.3, 0.33, 0.45, 0.6)), roughness=0.18
        ), "tiled floor"
    color = rgb(rng.choice(("b9ad9c", "98999b", "7f8b96", "a08c78", "8a937d")))
    return Finish("carpet", color), "carpet"
