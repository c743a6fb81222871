"""Forms and materials that a kind of thing never has in the data.

Only what no scene and no room shows (rooms have steel, marble and square bowls). A word that people use for several
forms ("square" of a cushion, "round" of a roof) is left out for the kinds that have any of them.
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
        {"picture", "canvas", "drawer", "book", "bookshelf", "crate", "corner post", "license plate", "side panel",
         "blanket", "mattress", "cargo box", "cargo bed", "tailgate", "windshield", "side window", "rear window",
         "apron", "house", "van", "bus", "truck", "cab", "skirting board", "curb"}
    ),
    "angular": frozenset(
        {"ball", "fruit", "wheel", "tire", "hubcap", "eye", "blossom", "flower center", "hill", "foliage tier",
         "antenna tip", "hand", "gauge"}
    ),
    "triangular": frozenset(
        {"ball", "fruit", "wheel", "tire", "hubcap", "eye", "picture", "canvas", "drawer", "book", "bench", "door",
         "crate"}
    ),
}  # fmt: skip
"""Form -> categories that never have it."""

UNKNOWN_FORMS: Final = frozenset({"hexagonal", "octagonal", "pentagonal", "crescent shaped"})
"""Forms that nothing has; of a thing before which they stand."""

UNKNOWN_MATERIALS: Final = frozenset({"thatched", "rusty", "mossy"})
"""Materials that nothing is made of, and states that nothing is in; before a noun."""
