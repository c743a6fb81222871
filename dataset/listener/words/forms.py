"""Forms and materials that a kind of thing never has in the data.

Only what no scene shows: a word that people use for several forms ("square" of a cushion, "round" of a roof) is left
out for the kinds that have any of them.
"""

from __future__ import annotations

from typing import Final

__all__ = ["FORMS", "NEVER", "UNKNOWN_FORMS", "UNKNOWN_MATERIALS"]

FORMS: Final[dict[str, str]] = {
    **dict.fromkeys(("round", "circular", "oval", "disc shaped", "spherical", "ball shaped", "globular"), "round"),
    **dict.fromkeys(("square", "rectangular", "cube shaped", "cubic", "angular", "box shaped"), "angular"),
    **dict.fromkeys(("triangular", "pyramidal", "pyramid shaped"), "triangular"),
}
"""Adjective -> the form that it says."""

NEVER: Final[dict[str, frozenset[str]]] = {
    "round": frozenset(
        {"picture", "canvas", "drawer", "book", "bookshelf", "cabinet", "slat", "board", "bed", "crate", "corner post",
         "sofa", "bench", "backrest", "license plate", "side panel", "back panel", "blanket", "mattress", "headboard",
         "pillow", "cargo box", "cargo bed", "tailgate", "windshield", "side window", "rear window", "flap", "apron",
         "television", "house", "van", "bus", "truck", "cab", "skirting board", "curb"}
    ),
    "angular": frozenset(
        {"ball", "fruit", "wheel", "tire", "hubcap", "knob", "doorknob", "lampshade", "placemat", "mug", "drink",
         "bowl", "eye", "blossom", "flower center", "hill", "foliage tier", "antenna tip", "hand", "teapot", "spout",
         "cap", "gauge", "neck"}
    ),
    "triangular": frozenset(
        {"ball", "fruit", "wheel", "tire", "hubcap", "knob", "placemat", "mug", "bowl", "eye", "picture", "canvas",
         "drawer", "book", "rug", "tabletop", "table", "stool", "seat", "bench", "window", "door", "crate", "flag"}
    ),
}  # fmt: skip
"""Form -> categories that never have it."""

UNKNOWN_FORMS: Final = frozenset(
    {"hexagonal", "octagonal", "pentagonal", "star shaped", "heart shaped", "crescent shaped", "diamond shaped",
     "zigzag", "spiral"}
)  # fmt: skip
"""Forms that nothing has; of a thing before which they stand."""

UNKNOWN_MATERIALS: Final = frozenset(
    {"marble", "steel", "thatched", "concrete", "bamboo", "velvet", "copper", "bronze", "granite", "chrome",
     "rattan", "rusty", "mossy", "transparent"}
)  # fmt: skip
"""Materials that nothing is made of, and states that nothing is in; before a noun."""
