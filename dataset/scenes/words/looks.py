"""How regions look, in words: what the pixels of a drawn scene bear out of what its nodes are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from ..layout.graph import Node
from .colors import COLOR_NAMES
from .pixel_counts import PixelCounts

__all__ = ["PATTERN_VISIBLE", "Look", "Looks", "look_of_drawn"]

COLOR_SHARE: Final = 0.3
"""A colour word is kept if it fits at least this share of a plain surface's pixels."""
PATTERN_SHARE: Final = 0.18
"""The same for each of the two colours of a pattern."""
PATTERN_VISIBLE: Final = 250 / 448**2
"""On a smaller surface a pattern cannot be recognized."""
SHADE_SHARE: Final = 0.5
"""A colour word that fits this share of a surface's pixels is one that somebody may use for it."""
COLOR_RIVALRY: Final = 0.4
"""A colour word is dropped if another one fits so much more of a plain surface."""


class Look(NamedTuple):
    """What can be said of a node's look; see the attributes of the same names of `WorldRegion`."""

    attributes: dict[str, str]
    maybe_colors: tuple[str, ...] = ()
    shades: tuple[str, ...] = ()
    faint: Mapping[str, str] = {}


class Looks(Protocol):
    """Says how nodes look."""

    def __call__(self, node: Node, counts: PixelCounts) -> Look:
        """The look of a node, by what is counted of its pixels."""


def look_of_drawn(node: Node, counts: PixelCounts) -> Look:
    """Of a drawn node: the attributes that the pixels bear out, and the colours that somebody might also see."""
    attributes = dict(node.attributes)
    accent = attributes.pop("pattern_color", None)
    fitting = _fitting(node, counts)
    color = attributes.get("color")
    own = fitting.get(color or "", 0.0)
    patterned = "pattern" in attributes
    rival = 0.0 if patterned else max(fitting.values()) - COLOR_RIVALRY
    if color is not None and own < max(PATTERN_SHARE if patterned else COLOR_SHARE, rival):
        del attributes["color"]
    if accent is not None and fitting[accent] >= PATTERN_SHARE:
        attributes["accent"] = accent
    too_small = counts.area[node.index] < PATTERN_VISIBLE * counts.pixels
    if patterned and (too_small or (accent and fitting[accent] < PATTERN_SHARE / 2) or _hides_rings(node)):
        attributes["pattern"] = "unclear"
    likely = [name for name, share in fitting.items() if share >= max(0.5, own + 0.1) and name != color]
    if color is not None and "color" not in attributes:
        likely.append(color)
    named = {attributes.get("color"), attributes.get("accent"), *likely}
    return Look(attributes, tuple(likely), _shades(node, counts, named), _faint(node, attributes))


def _shades(node: Node, counts: PixelCounts, named: set[str | None]) -> tuple[str, ...]:
    """Colour words that fit a good part of its pixels, beside those it has anyway."""
    fitting = _fitting(node, counts)
    return tuple(name for name, share in fitting.items() if share >= SHADE_SHARE and name not in named)


def _fitting(node: Node, counts: PixelCounts) -> dict[str, float]:
    """The share of its pixels that each colour word fits."""
    area = counts.area[node.index]
    return {name: pixels / area for name, pixels in zip(COLOR_NAMES, counts.words[node.index], strict=True)}


def _faint(node: Node, attributes: Mapping[str, str]) -> dict[str, str]:
    """What its pattern is, where `look_of_drawn` does not take it for certain."""
    pattern = node.attributes.get("pattern")
    if pattern is None:
        return {}
    drawn = {"pattern": pattern, "accent": node.attributes.get("pattern_color", "")}
    return {key: word for key, word in drawn.items() if word and attributes.get(key) != word}


def _hides_rings(node: Node) -> bool:
    """Rings run around a solid's z axis: on an upright board they are seen as stripes."""
    upright = any(solid.shape == "box" and solid.half[2] > min(solid.half[:2]) for solid in node.primitives)
    return node.attributes.get("pattern") == "rings" and upright
