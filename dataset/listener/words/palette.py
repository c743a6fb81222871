"""Colours, finishes and patterns: the words of the data and what the renderer makes of them."""

from __future__ import annotations

from typing import Final

__all__ = ["COLORS", "FINISHES", "PATTERNS"]

COLORS: Final[dict[str, tuple[float, float, float]]] = {
    "red": (0.74, 0.10, 0.09),
    "orange": (0.90, 0.42, 0.07),
    "yellow": (0.92, 0.76, 0.12),
    "green": (0.14, 0.48, 0.17),
    "teal": (0.07, 0.48, 0.48),
    "blue": (0.10, 0.24, 0.66),
    "purple": (0.40, 0.16, 0.55),
    "pink": (0.90, 0.45, 0.58),
    "brown": (0.36, 0.20, 0.10),
    "black": (0.05, 0.05, 0.055),
    "gray": (0.42, 0.42, 0.43),
    "white": (0.87, 0.86, 0.83),
}
"""Colour word -> linear RGB albedo in [0, 1]."""

FINISHES: Final[tuple[str, ...]] = (
    "matte",
    "plastic",
    "metal",
    "wood",
    "fabric",
    "ceramic",
    "glass",
    "rubber",
    "leather",
    "glow",
)
"""How a surface reflects; all but ``matte`` and ``glow`` are also words a caption may use for the material."""

PATTERNS: Final[tuple[str, ...]] = (
    "stripes",
    "checker",
    "dots",
    "planks",
    "brick",
    "tiles",
    "rings",
    "grain",
    "noise",
    "bands",
    "text",
    "dashes",
)
"""Second-colour patterns: ``grain``, ``noise``, ``bands``, ``text`` and ``dashes`` are texture only and never named."""
