"""What train never shows: some attributes of some categories, and some parts.

The list is fixed; it is about 15% of the plausible pairs of category and colour, a few patterns and materials, and five
parts that occur in no other scenes.
"""

from __future__ import annotations

from typing import Final

from .graph import Node

__all__ = ["HELD_OUT_PAIRS", "HELD_OUT_PARTS", "is_held_out_pair", "mark_held_out"]

_COLORS: Final[dict[str, tuple[str, ...]]] = {
    "chair": ("purple", "orange"),
    "armchair": ("yellow", "gray"),
    "sofa": ("pink", "black"),
    "stool": ("teal", "pink"),
    "table": ("purple", "green"),
    "bed": ("orange", "brown"),
    "bookshelf": ("teal",),
    "cabinet": ("blue", "pink"),
    "lamp": ("purple", "brown"),
    "television": ("red",),
    "crate": ("teal", "white"),
    "ball": ("black", "brown"),
    "robot": ("pink", "green"),
    "mug": ("orange", "purple"),
    "bottle": ("yellow", "black"),
    "teapot": ("gray", "red"),
    "bowl": ("black", "purple"),
    "vase": ("orange", "green"),
    "car": ("purple", "teal"),
    "van": ("pink", "red"),
    "bus": ("black", "purple"),
    "truck": ("purple", "pink"),
    "wagon": ("white", "purple"),
    "house": ("black", "teal"),
    "tree": ("pink",),
    "pine": ("yellow",),
    "bench": ("purple", "orange"),
    "street lamp": ("red",),
    "mailbox": ("pink", "brown"),
}
_OTHERS: Final[tuple[tuple[str, str, str], ...]] = (
    ("van", "pattern", "stripes"),
    ("armchair", "pattern", "checker"),
    ("teapot", "pattern", "checker"),
    ("robot", "material", "wood"),
    ("ball", "material", "leather"),
    ("mailbox", "material", "wood"),
)
HELD_OUT_PAIRS: Final[frozenset[tuple[str, str, str]]] = frozenset(
    [(category, "color", color) for category, colors in _COLORS.items() for color in colors] + list(_OTHERS)
)
"""(category of an object, attribute, value) that occur only in held-out scenes."""

HELD_OUT_PARTS: Final[dict[str, str]] = {
    "chair": "headrest",
    "car": "roof rack",
    "house": "balcony",
    "robot": "shield",
    "tree": "birdhouse",
}
"""Category -> a part that occurs only in held-out scenes, with all that hangs on it."""


def is_held_out_pair(category: str, attribute: str, value: str | None) -> bool:
    """Whether an object of this category may show this value in held-out scenes only."""
    return (category, attribute, value) in HELD_OUT_PAIRS


def mark_held_out(thing: Node) -> bool:
    """Set ``held_out`` where train shows nothing alike; returns whether the object is held out at all.

    An unseen attribute marks the object and all its parts, since their captions may name it; an unseen part marks
    itself, what hangs on it, and the object.
    """
    if any(is_held_out_pair(thing.category, attribute, value) for attribute, value in thing.attributes.items()):
        for node in thing.walk():
            node.held_out = True
        return True
    part = HELD_OUT_PARTS.get(thing.category)
    for child in thing.children:
        if child.category == part:
            thing.held_out = True
            for node in child.walk():
                node.held_out = True
    return thing.held_out
