"""Where a thing is, and which one in order: places, ranks and extremes after the noun."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import Constraint
from ..words.vocabulary import ARTICLES, ORDINALS, PICTURE_WORDS, PLACES, SUPERLATIVES, VIEWER_WORDS
from .chart import Chart, PhraseTable
from .modifiers import Constraints

__all__ = [
    "CENTERS", "CORNERS", "FARTHEST", "FIXED_PLACES", "LOOSELY_BEFORE_PLACES", "ORDINAL_TABLE", "SIDE_NOUNS",
    "SUPERLATIVE_TABLE", "Found", "extremes", "picture_end", "places", "ranks",
]  # fmt: skip

Found = Iterator[tuple[Constraints, int]]

PLACE_TABLE: Final = PhraseTable.of_text(PLACES)
SUPERLATIVE_TABLE: Final = PhraseTable.of_text(SUPERLATIVES)
ORDINAL_TABLE: Final = PhraseTable.of_text(ORDINALS)
FIXED_PLACES: Final = PhraseTable.of_text(
    {"in the foreground": "front", "in foreground": "front", "near side": "front", "in the background": "back",
     "in background": "back", "in the distance": "back", "far away": "back", "in the far distance": "back",
     "further away": "back", "farther away": "back", "far side": "back"}
)  # fmt: skip
SIDE_NOUNS: Final = frozenset({"side", "edge", "corner", "part", "half", "end", "portion", "area", "third"})
BEFORE_PLACES: Final = frozenset({"on", "at", "in", "to", "towards", "toward", "near", "along"})
LOOSELY_BEFORE_PLACES: Final = BEFORE_PLACES | {"by", "off", "up", "into", "across", "past", "from", "down", "under"}
CORNERS: Final = frozenset({"top", "bottom", "upper", "lower", "front", "back", "rear"})
CENTERS: Final = frozenset({"center", "centre"})
EXTREME: Final = frozenset({"far", "very", "extreme"})
FARTHEST: Final = frozenset({"farthest", "furthest", "most", "farther", "further"})


def picture_end(chart: Chart, start: int) -> int | None:
    """The end of "the picture", unless it continues as a description of a picture in the scene."""
    end = chart.after(start, ARTICLES)
    return end + 1 if chart.word(end) in PICTURE_WORDS else None


def places(chart: Chart, start: int) -> Found:
    """On the far left [side] [of the picture | of NP], in the top left corner, in the foreground, on top."""
    for place, end in chart.find(FIXED_PLACES, start):
        yield from _framed(chart, (Constraint("place", place),), end)
    if chart.word(start) in ("left", "right"):
        yield (Constraint("place", chart.word(start)),), start + 1
    if (
        chart.tolerant and chart.word(start) in CORNERS and chart.word(start + 1) in ("left", "right")
    ):  # "teal chair bottom left"
        places = (PLACES[chart.word(start)], chart.word(start + 1))
        yield tuple(Constraint("place", place) for place in places), chart.after(start + 2, ("corner",))
    yield from _places_in_picture(chart, start)
    if chart.word(start) not in (LOOSELY_BEFORE_PLACES if chart.tolerant else BEFORE_PLACES):
        return
    inner = chart.after(start + 1, ARTICLES)
    while inner in chart.unread:
        inner += 1
    if chart.tolerant:
        for direction, end in chart.find(SUPERLATIVE_TABLE, inner):
            while end in chart.unread and chart.word(end) not in SIDE_NOUNS:
                end += 1
            if chart.word(end) in SIDE_NOUNS:
                yield from _framed(chart, (Constraint("most", direction),), end + 1)
    extreme = chart.word(inner) in EXTREME
    inner = chart.after(inner, EXTREME)
    for first, end in chart.find(PLACE_TABLE, inner):
        constraints: Constraints = (Constraint("place", first),)
        yield from _sided(chart, constraints, end, extreme)
        beside = chart.word(end) == "near" and chart.word(end + 1) in ARTICLES  # "to the right near the wall"
        for second, last_end in () if beside else chart.find(PLACE_TABLE, end):
            yield from _sided(chart, (*constraints, Constraint("place", second)), last_end, extreme)


def _places_in_picture(chart: Chart, start: int) -> Found:
    """Left of picture, top right of the image."""
    for first, end in chart.find(PLACE_TABLE, start):
        constraints: Constraints = (Constraint("picture", first),)
        for more, last_end in ((), end), *(((Constraint("picture", c),), e) for c, e in chart.find(PLACE_TABLE, end)):
            side = chart.after(last_end, SIDE_NOUNS)
            picture = picture_end(chart, side + 1) if chart.word(side) in ("of", "in") else None
            if chart.word(side) == "of" and chart.word(side + 1) in CENTERS and first in ("left", "right"):
                picture = side + 2  # "right of center"
            if picture is not None:
                yield constraints + more, picture


def _sided(chart: Chart, constraints: Constraints, start: int, extreme: bool) -> Found:
    if extreme:
        constraints = tuple(constraint._replace(kind="most") for constraint in constraints)
    yield from _framed(chart, constraints, chart.after(start, SIDE_NOUNS))


def _framed(chart: Chart, constraints: Constraints, start: int) -> Found:
    picture = picture_end(chart, start + 1) if chart.word(start) in ("of", "in") else None
    if picture is not None:
        yield tuple(c._replace(kind="picture") if c.kind == "place" else c for c in constraints), picture
    if picture is None or chart.word(picture) not in ("", ",", "and"):
        yield constraints, start


def ranks(chart: Chart, start: int) -> Found:
    """From the left; second from the left."""
    if chart.word(start) == "from":
        inner = chart.after(start + 1, ("the",))
        if chart.word(inner) == "viewer" and chart.word(inner + 1) == "'s":
            inner += 2
        for direction, end in chart.find(PLACE_TABLE, inner):
            yield (Constraint("from", direction),), chart.after(end, ("side",))
        return
    inner = chart.after(start, ("the",))
    for number, end in chart.find(ORDINAL_TABLE, inner):
        nth = Constraint("nth", str(number))
        yield from (((nth, *direction), last_end) for direction, last_end in _ranks_from(chart, end))


def _ranks_from(chart: Chart, start: int) -> Found:
    start = chart.after(start, ("one",))
    if chart.word(start) == "from":
        yield from ranks(chart, start)


def extremes(chart: Chart, start: int) -> Found:
    """Closest to the viewer, farthest away, farthest to the left, highest in the picture."""
    inner = chart.after(start, ("the",))
    for direction, end in chart.find(SUPERLATIVE_TABLE, inner):
        constraint = (Constraint("most", direction),)
        if chart.word(end) not in ("to", "on"):
            yield constraint, end
        for more, last_end in _extreme_tails(chart, direction, end):
            yield more or constraint, last_end
    if chart.word(inner) in FARTHEST:
        side = chart.after(chart.after(inner + 1, ("to", "on")), ("the",))
        for direction, end in chart.find(PLACE_TABLE, side):
            yield (Constraint("most", direction),), chart.after(end, SIDE_NOUNS)


def _extreme_tails(chart: Chart, direction: str, start: int) -> Found:
    """Whence or where: to the viewer, to the left edge, away from the camera, in the picture."""
    word = chart.word(start)
    if direction in ("front", "back") and chart.word(chart.after(start, ARTICLES)) in VIEWER_WORDS:
        yield (), chart.after(start, ARTICLES) + 1  # "nearest the camera"
    if word in ("to", "from"):
        viewer = chart.after(start + 1, ARTICLES)
        if chart.word(viewer) in VIEWER_WORDS:
            yield (), viewer + 1
        if direction == "front":
            for side, end in chart.find(PLACE_TABLE, viewer):
                yield (Constraint("most", side),), chart.after(end, SIDE_NOUNS)
    elif word == "away":
        yield (), start + 1
        viewer = chart.after(start + 2, ARTICLES)
        if chart.word(start + 1) == "from" and chart.word(viewer) in VIEWER_WORDS:
            yield (), viewer + 1
    elif word in ("in", "of"):
        picture = picture_end(chart, start + 1)
        if picture is not None:
            yield (), picture
