"""Which details of a caption the listener would miss if they were untrue.

A caption that is heard as correct picks its region, and nothing that was checked in it is false. What was checked is
found out by trial: each word for a side, a number, a colour and so on is turned into its opposite, and the caption is
heard again. If it is still correct, that detail says nothing to the listener.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ..listen import listen
from ..words.opposites import BOTH_SIDES, NOT_A_SIDE, OPPOSITES
from ..words.palette import COLORS
from ..world import World

__all__ = ["DETAIL_KINDS", "Detail", "details_of", "unchecked"]

MOST_DETAILS: Final = 40
"""So many details of a caption are turned."""
DETAIL_KINDS: Final = ("color", *OPPOSITES)


class Detail(NamedTuple):
    """A word of a caption that says something which may be untrue.

    Attributes:
        kind: one of `DETAIL_KINDS`.
        start: position of the word.
        word: as it is written.
        opposite: what would be untrue in its place.
    """

    kind: str
    start: int
    word: str
    opposite: str


def details_of(caption: str, world: World) -> tuple[Detail, ...]:
    """The words of a caption that have an opposite, in order, at most `MOST_DETAILS`.

    Args:
        caption: any text.
        world: a colour is turned into one that nothing in it shows.
    """
    color = _absent_color(world)
    both = {k for match in BOTH_SIDES.finditer(caption) for k in range(match.start(), match.end())}
    details = []
    for match in _words().finditer(caption):
        word = match[0].lower()
        kind = next((kind for kind, words in OPPOSITES.items() if word in words), "color")
        if kind == "side" and (match.start() in both or NOT_A_SIDE.match(caption, match.end())):
            continue
        opposite = color if kind == "color" else OPPOSITES[kind][word]
        if opposite:
            details.append(Detail(kind, match.start(), match[0], opposite))
    return tuple(details[:MOST_DETAILS])


def unchecked(caption: str, world: World, target: str) -> tuple[Detail, ...]:
    """The details of which a caption that is heard as correct could say the opposite and still be correct.

    Args:
        caption: any text; of one that is not heard as correct there are none.
        world: the visible regions of the image.
        target: id of the region that the caption is for.

    Raises:
        KeyError: the world has no region of that id.
    """
    if listen(caption, world, target).outcome != "correct":
        return ()
    return tuple(
        detail
        for detail in details_of(caption, world)
        if listen(_turned(caption, detail), world, target).outcome == "correct"
    )


def _turned(caption: str, detail: Detail) -> str:
    return caption[: detail.start] + detail.opposite + caption[detail.start + len(detail.word) :]


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    words = {word for opposites in OPPOSITES.values() for word in opposites} | {*COLORS, "grey", "turquoise"}
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)


def _absent_color(world: World) -> str:
    """The first colour of the palette that nothing in a world shows in any light, empty if it shows all."""
    return next((color for color in COLORS if color not in set(_colors_of(world))), "")


def _colors_of(world: World) -> Iterator[str]:
    for region in world.regions:
        yield from (region.attributes.get("color", ""), region.attributes.get("accent", ""))
        yield from (*region.maybe_colors, *region.shades, *region.faint.values())
        yield from (part.partition(" ")[0] for part in region.tiny)
