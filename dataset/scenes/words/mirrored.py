"""A scene seen in a mirror: left and right change places in its words and in its world, and all else stays true.

The words are those of the listener's grammar: "right" is no side in "right behind the car", nor in "bright".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from ...listener.words.connectives import LINKS
from ...listener.words.vocabulary import PLACES, RELATIONS, SUPERLATIVES
from ...listener.world import World, WorldRegion

__all__ = ["mirrored_caption", "mirrored_world"]

_OTHER_SIDE: Final = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
_SIDE: Final = re.compile(r"[Ll]eft|[Rr]ight")


def mirrored_caption(caption: str) -> str:
    """The caption of the same region in the mirrored picture; mirrored twice it is the same again.

    A caption that names no side is returned as it is.
    """
    return _SIDED.sub(lambda match: _other_side(match[0]), caption)


def mirrored_world(world: World) -> World:
    """What the listener knows of the mirrored picture: places are mirrored, ids and all else stay."""
    return World(tuple(_mirrored_region(region) for region in world.regions))


def _mirrored_region(region: WorldRegion) -> WorldRegion:
    return replace(
        region,
        x=round(1 - region.x, 5),
        left=round(1 - region.right, 5),
        right=round(1 - region.left, 5),
    )


def _words_of_sides() -> re.Pattern[str]:
    """Finds words that name a side, and before them the phrases in which such a word names none."""
    tables = (PLACES, SUPERLATIVES, RELATIONS)
    words = {word for table in tables for phrase in table for word in phrase.split() if _SIDE.match(word)}
    sideless = [
        phrase
        for phrase, (_, value) in LINKS.items()
        if words.intersection(phrase.split()) and value not in ("left of", "right of")
    ]
    every = [*sorted(sideless, key=len, reverse=True), *sorted(words, key=len, reverse=True)]
    return re.compile(rf"\b(?:{'|'.join(every)})\b", re.IGNORECASE)


def _other_side(words: str) -> str:
    """The same words of the other side; phrases that name none stay."""
    return words if " " in words else _SIDE.sub(lambda match: _OTHER_SIDE[match[0]], words)


_SIDED: Final = _words_of_sides()
