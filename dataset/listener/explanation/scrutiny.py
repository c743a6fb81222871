"""Which details of a caption the listener would miss if they were untrue.

A caption that is heard as correct picks its region, and nothing that was checked in it is false. What was checked is
found out by trial: each word for a side, a number, a colour and so on is turned into its opposite, and the caption is
heard again. If it is still correct, that detail says nothing to the listener.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..listen import listen
from ..words.opposites import OPPOSITES, Detail, details_in, mentions_of, turned
from ..words.palette import COLORS
from ..world import World

__all__ = ["DETAIL_KINDS", "details_of", "unchecked"]

MOST_DETAILS: Final = 40
"""So many details of a caption are turned."""
DETAIL_KINDS: Final = ("color", *OPPOSITES)


def details_of(caption: str, world: World) -> tuple[Detail, ...]:
    """The words of a caption that have an opposite, in order, at most `MOST_DETAILS`.

    Args:
        caption: any text.
        world: a colour is turned into one that nothing in it shows.
    """
    color = _absent_color(world)
    colors = mentions_of(caption, (*COLORS, "grey", "turquoise")) if color else ()
    details = [Detail("color", match.start(), match[0], color) for match in colors]
    return tuple(sorted((*details_in(caption), *details), key=lambda detail: detail.start)[:MOST_DETAILS])


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
        if listen(turned(caption, [detail]), world, target).outcome == "correct"
    )


def _absent_color(world: World) -> str:
    """The first colour of the palette that nothing in a world shows in any light, empty if it shows all."""
    return next((color for color in COLORS if color not in set(_colors_of(world))), "")


def _colors_of(world: World) -> Iterator[str]:
    for region in world.regions:
        yield from (region.attributes.get("color", ""), region.attributes.get("accent", ""))
        yield from (*region.maybe_colors, *region.shades, *region.faint.values())
        yield from (part.partition(" ")[0] for part in region.tiny)
