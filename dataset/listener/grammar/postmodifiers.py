"""The grammar after the noun: prepositional phrases, relative clauses, places and ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ..logic import ANY_NOUN, BOTH, Constraint, Phrase
from ..words.vocabulary import (
    ARTICLES,
    COLOR_WORDS,
    MATERIAL_NOUNS,
    ORDINALS,
    PATTERN_NOUNS,
    PATTERN_SIZES,
    PICTURE_WORDS,
    PLACES,
    POSTURES,
    RELATIONS,
    STANDING,
    SUPERLATIVES,
    VIEWER_WORDS,
)
from .chart import Chart, PhraseTable, rule
from .modifiers import AND, Constraints, modifiers

__all__ = ["CORNERS", "SIDE_NOUNS", "attributes", "postmodifiers", "predicates"]

Found = Iterator[tuple[Constraints, int]]

RELATION_TABLE: Final = PhraseTable.of_text(RELATIONS)
PLACE_TABLE: Final = PhraseTable.of_text(PLACES)
SUPERLATIVE_TABLE: Final = PhraseTable.of_text(SUPERLATIVES)
ORDINAL_TABLE: Final = PhraseTable.of_text(ORDINALS)
PATTERN_TABLE: Final = PhraseTable.of_text(PATTERN_NOUNS)
COLOR_TABLE: Final = PhraseTable.of_text(COLOR_WORDS)
MATERIAL_TABLE: Final = PhraseTable.of_text(MATERIAL_NOUNS)
PART_OF: Final = PhraseTable.of_text(
    dict.fromkeys(["of", "belonging to", "from", "in", "inside", "inside of", "within", "attached to"], True)
)
HAVING: Final = PhraseTable.of_text(
    {"with": "with", "having": "with", "that has": "with", "which has": "with", "that have": "with",
     "which have": "with", "featuring": "with", "without": "without", "carrying": "with", "holding": "with",
     "supporting": "with"}
)  # fmt: skip
PATTERNED: Final = PhraseTable.of_text(
    dict.fromkeys(
        ["with", "has", "have", "having", "covered in", "covered with", "of", "in", "showing", "bearing", "featuring",
         "patterned with", "decorated with", "patterned in", "filled with", "shows", "sprinkled with",
         "dotted with", "upholstered in", "covered by", "painted with", "made of"],
        "with",
    )
)  # fmt: skip
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


@rule
def postmodifiers(chart: Chart, start: int) -> list[tuple[Constraints, int]]:
    """([, | and] POST)*"""  # noqa: D415
    readings: list[tuple[Constraints, int]] = [((), start)]
    first = start
    while chart.word(first) in AND:
        first += 1
    for constraints, end in postmodifier(chart, first):
        if chart.word(end) == "of" and constraints[-1].phrase is not None:
            continue  # "the pane of the window of the house": the second "of" belongs to the window
        readings += [(constraints + rest, rest_end) for rest, rest_end in postmodifiers(chart, end)]
    return readings


@rule
def postmodifier(chart: Chart, start: int) -> list[tuple[Constraints, int]]:
    """One phrase after the noun."""
    if chart.word(start) in STANDING:
        posture = _postures(chart, start)
        rest = postmodifier(chart, start + 1)
        if chart.word(start) in ("painted", "colored", "coloured"):
            rest = [*rest, *(((color,), end) for color, end in _colors(chart, start + 1))]
        return [(posture + constraints, end) for constraints, end in rest]
    readings: list[tuple[Constraints, int]] = []
    for part in _PARTS.get(chart.word(start), ()):
        readings += part(chart, start)
    return readings


def _postures(chart: Chart, start: int) -> Constraints:
    word = chart.word(start)
    return (Constraint("posture", POSTURES[word]),) if word in POSTURES else ()


@rule
def attributes(chart: Chart, start: int) -> list[tuple[Constraints, int]]:
    """What may follow a noun and needs no other noun phrase: places, ranks, looks, patterns."""
    readings = [*_looks(chart, start), *_places(chart, start), *_ranks(chart, start), *_extremes(chart, start)]
    if chart.word(start) in POSTURES:
        readings.append((_postures(chart, start), start + 1))
    for kind, end in chart.find(PATTERNED, start):
        if kind == "with":
            readings += _patterned(chart, end)
    return readings


@rule
def predicates(chart: Chart, start: int) -> list[tuple[Constraints, int]]:
    """What may follow "is": adjectives, a postmodifier, "the leftmost one", "the second from the left"."""
    readings = [(constraints, end) for constraints, end in modifiers(chart, start) if constraints]
    readings += postmodifier(chart, start)
    inner = chart.after(start, ("the", "a", "an"))
    for constraints, end in modifiers(chart, inner):
        if constraints and inner > start:
            one = chart.after(end, ("one",))
            readings += [(constraints + rest, rest_end) for rest, rest_end in postmodifiers(chart, one)]
    return readings


def _phrases(chart: Chart, kind: str, value: str, start: int) -> Found:
    for phrase, end in chart.phrases(chart, start):
        yield (Constraint(kind, value, phrase),), end


def _parts_of(chart: Chart, start: int) -> Found:
    for _, end in chart.find(PART_OF, start):
        for constraints, last in _phrases(chart, "of", "", end):
            inner = constraints[0].inner
            if (
                inner.noun != ANY_NOUN
                or not inner.constraints
                or any(c.kind not in ("place", "most") for c in inner.constraints)
            ):
                yield constraints, last  # "in the middle, nearest one" is in no middle one


def _having(chart: Chart, start: int) -> Found:
    """With NP (and NP)*, with the colour of a part; "with stripes"."""
    for kind, end in chart.find(HAVING, start):
        for constraints, one_end in _had(chart, kind, end):
            yield constraints, one_end
            if chart.word(one_end) in ("and", ","):
                second = chart.after(one_end + 1, ("and",))
                for more, last_end in _had(chart, kind, chart.after(second, ("with",))):
                    yield constraints + more, last_end
    if chart.word(start) == "whose":
        for phrase, end in chart.phrases(chart, start + 1):
            if chart.word(end) in ("is", "are"):
                for constraints, last_end in predicates(chart, end + 1):
                    yield (Constraint("with", "", phrase.adding(*constraints)),), last_end


def _had(chart: Chart, kind: str, start: int) -> Found:
    for constraints, end in _phrases(chart, kind, "", start):
        on_it = chart.word(end) in ("on", "in") and chart.word(end + 1) in ("it", "top", "them")
        yield constraints, end
        if on_it:
            yield constraints, end + 2
    if kind == "with":
        yield from _patterned(chart, start)


def _patterned(chart: Chart, start: int) -> Found:
    """Stripes, red and white stripes, small black dots."""
    while chart.word(start) in PATTERN_SIZES or start in chart.unread or chart.word(start) in ARTICLES:
        start += 1
    colored: list[tuple[Constraints, int]] = []
    for color, end in _colors(chart, start):
        colored.append(((Constraint("accent", color.value),), end))
        if chart.word(end) == "and":
            colored += [((color, Constraint("accent", c.value)), e) for c, e in _colors(chart, end + 1)]
            colored += [((c, Constraint("accent", color.value)), e) for c, e in _colors(chart, end + 1)]
    for accent, end in [*colored, ((), start)]:
        for pattern, last_end in chart.find(PATTERN_TABLE, end):
            yield (Constraint("pattern", pattern), *accent), last_end


def _colors(chart: Chart, start: int) -> Iterator[tuple[Constraint, int]]:
    while chart.word(start) in ("dark", "light", "bright", "pale", "plain", "solid") or start in chart.unread:
        start += 1
    for color, end in chart.find(COLOR_TABLE, start):
        yield Constraint("color", color), end


def _looks(chart: Chart, start: int) -> Found:
    """In red, in the colour red, red in colour, of red colour, made of wood."""
    if chart.word(start) in ("in", "of"):
        inner = chart.after(chart.after(start + 1, ARTICLES), ("color", "colour"))
        for color, end in _colors(chart, inner):
            yield (color,), chart.after(end, ("color", "colour", "paint"))
    if chart.word(start) == "made":
        inner = start + 1
        while chart.word(inner) in ("out", "of", "from"):
            inner += 1
        for material, end in chart.find(MATERIAL_TABLE, inner):
            yield (Constraint("material", material),), end


def _relations(chart: Chart, start: int) -> Found:
    if chart.word(start) in ("between", "in") and "between" in (chart.word(start), chart.word(start + 1)):
        yield from _between(chart, start + 1 if chart.word(start) == "between" else start + 2)
    for relation, end in chart.find(RELATION_TABLE, start):
        if _picture_end(chart, end) is None and chart.word(chart.after(end, ARTICLES)) not in CENTERS:
            yield from _phrases(chart, "relation", relation, end)


def _between(chart: Chart, start: int) -> Found:
    for first, end in chart.phrases(chart, start):
        if first.plural:
            yield (Constraint("between", "", first),), end
        if chart.word(end) == "and":
            for second, last_end in chart.phrases(chart, end + 1):
                sides = (Constraint("side", "", first), Constraint("side", "", second))
                yield (Constraint("between", "", Phrase(BOTH, False, sides)),), last_end


def _picture_end(chart: Chart, start: int) -> int | None:
    """The end of "the picture", unless it continues as a description of a picture in the scene."""
    end = chart.after(start, ARTICLES)
    return end + 1 if chart.word(end) in PICTURE_WORDS else None


def _places(chart: Chart, start: int) -> Found:
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
            picture = _picture_end(chart, side + 1) if chart.word(side) in ("of", "in") else None
            if chart.word(side) == "of" and chart.word(side + 1) in CENTERS and first in ("left", "right"):
                picture = side + 2  # "right of center"
            if picture is not None:
                yield constraints + more, picture


def _sided(chart: Chart, constraints: Constraints, start: int, extreme: bool) -> Found:
    if extreme:
        constraints = tuple(constraint._replace(kind="most") for constraint in constraints)
    yield from _framed(chart, constraints, chart.after(start, SIDE_NOUNS))


def _framed(chart: Chart, constraints: Constraints, start: int) -> Found:
    picture = _picture_end(chart, start + 1) if chart.word(start) in ("of", "in") else None
    if picture is not None:
        yield tuple(c._replace(kind="picture") if c.kind == "place" else c for c in constraints), picture
    if picture is None or chart.word(picture) not in ("", ",", "and"):
        yield constraints, start


def _ranks(chart: Chart, start: int) -> Found:
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
        yield from _ranks(chart, start)


def _extremes(chart: Chart, start: int) -> Found:
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
        picture = _picture_end(chart, start + 1)
        if picture is not None:
            yield (), picture


def _clauses(chart: Chart, start: int) -> Found:
    """That is red, which is on the left, that stands behind the car, which belongs to NP."""
    if chart.word(start) not in ("that", "which", "who"):
        return
    verb = start + 1
    if chart.word(verb) in ("is", "are", "'s"):
        yield from predicates(chart, verb + 1)
        if chart.word(verb + 1) == "part" and chart.word(verb + 2) == "of":
            yield from _phrases(chart, "of", "", verb + 3)
    elif chart.word(verb) in ("belongs", "belong") and chart.word(verb + 1) == "to":
        yield from _phrases(chart, "of", "", verb + 2)
    elif chart.word(verb) in STANDING:
        yield from postmodifier(chart, verb)


def _by_first_word() -> dict[str, tuple[Callable[[Chart, int], Found], ...]]:
    """First word of a phrase after the noun -> the rules that may read it, in the order of their readings."""
    starts: tuple[tuple[Callable[[Chart, int], Found], set[str]], ...] = (
        (_parts_of, {*PART_OF}),
        (_having, {*HAVING, "whose"}),
        (_looks, {"in", "of", "made"}),
        (_relations, {*RELATION_TABLE, "between", "in"}),
        (_places, {*FIXED_PLACES, *LOOSELY_BEFORE_PLACES, *(words.partition(" ")[0] for words in PLACES)}),
        (_ranks, {*ORDINAL_TABLE, "from", "the"}),
        (_extremes, {*SUPERLATIVE_TABLE, *FARTHEST, "the"}),
        (_clauses, {"that", "which", "who"}),
    )
    return {word: tuple(part for part, own in starts if word in own) for _, first in starts for word in first}


_PARTS: Final = _by_first_word()
