"""Words for one kind of a category, and what tells it from the others: a chest of drawers shows drawers.

They are only read so where the picture shows such a thing; elsewhere they mean any thing of their category.
"""

from __future__ import annotations

from typing import Final

__all__ = ["LACKING", "OWNED", "SHOWING"]

SHOWING: Final[dict[str, frozenset[str]]] = {
    noun: frozenset(parts.split(", "))
    for parts, nouns in {
        "drawer": "chest of drawers, chest, drawer unit, drawer chest, drawer cabinet, bureau, commode, desk",
        "door": "cupboard",
        "cargo bed": "pickup, pickup truck",
        "cargo box": "box truck, delivery truck",
        "fruit": "fruit bowl, fruit dish",
        "cactus": "potted cactus, succulent",
        "leaf": "leafy plant",
        "flower": "flower vase",
        "star": "christmas tree",
        "ring": "bar stool, barstool",
        "antenna, aerial, knob": "old tv, old television, old telly, old tv set, old television set",
    }.items()
    for noun in nouns.split(", ")
}
"""Noun -> the parts of which a thing of that kind shows one."""

LACKING: Final[dict[str, frozenset[str]]] = {
    noun: frozenset({"antenna", "aerial", "knob"})
    for noun in ("flat screen", "flat screen tv", "flat screen television", "flat tv", "flat television")
}
"""Noun -> the parts of which a thing of that kind shows none."""

OWNED: Final[dict[str, str]] = {
    **{f"{thing} leg": thing for thing in ("table", "chair", "stool", "bench")},
    "tree trunk": "tree", "picture frame": "picture", "mug handle": "mug", "lamp pole": "lamp", "drawer knob": "drawer",
    "drawer pull": "drawer", "bottle cap": "bottle", "tree stem": "tree", "house wall": "house",
    "car cabin": "car", "plant pot": "plant", "chair back": "chair", "table top": "table", "desktop": "table",
    "desk top": "table", "lamp shade": "lamp", "lamp head": "street lamp", "lantern head": "street lamp",
    "window pane": "window", "windowpane": "window", "window glass": "window", "door handle": "door",
    "wagon bed": "wagon", "wagon body": "wagon", "wagon box": "wagon", "wagon tub": "wagon", "mailbox door": "mailbox",
    "truck bed": "truck", "truck box": "truck",
}  # fmt: skip
"""Noun of a part -> what it is a part of."""
