"""The grammar after the noun: prepositional phrases, looks and relative clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ..logic import ANY_NOUN, BOTH, Constraint, Phrase
from ..words.vocabulary import (
    ARTICLES,
    COLOR_WORDS,
    MATERIAL_NOUNS,
    PATTERN_NOUNS,
    PATTERN_SIZES,
    PATTERN_WORDS,
    PLACES,
    POSTURES,
    RELATIONS,
    STANDING,
)
from .chart import Chart, PhraseTable, rule
from .modifiers import AND, Constraints, modifiers
from .places import (
    CENTERS,
    CORNERS,
    FARTHEST,
    FIXED_PLACES,
    LOOSELY_BEFORE_PLACES,
    ORDINAL_TABLE,
    SIDE_NOUNS,
    SUPERLATIVE_TABLE,
    Found,
    extremes,
    picture_end,
    places,
    ranks,
)

__all__ = ["CORNERS", "SIDE_NOUNS", "attributes", "postmodifiers", "predicates"]

RELATION_TABLE: Final = PhraseTable.of_text(RELATIONS)
PATTERN_TABLE: Final = PhraseTable.of_text(PATTERN_NOUNS)
STRIPED: Final = PhraseTable.of_text({word: value for word, value in PATTERN_WORDS.items() if word.endswith("ed")})
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
    readings = [
        *_looks(chart, start),
        *_striped_in(chart, start),
        *places(chart, start),
        *ranks(chart, start),
        *extremes(chart, start),
    ]
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


def _striped_in(chart: Chart, start: int) -> Found:
    """Striped in pink and yellow, dotted with white."""
    for pattern, end in chart.find(STRIPED, start):
        if chart.word(end) not in ("in", "with"):
            continue
        for color, last in _colors(chart, end + 1):
            looks = (Constraint("pattern", pattern), color)
            seconds = list(_colors(chart, last + 1)) if chart.word(last) == "and" else []
            for second, second_end in seconds:
                yield (*looks, Constraint("accent", second.value)), second_end
                yield (looks[0], second, Constraint("accent", color.value)), second_end
            if not seconds:
                yield (looks[0], Constraint("accent", color.value)), last
                yield looks, last


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
        if picture_end(chart, end) is None and chart.word(chart.after(end, ARTICLES)) not in CENTERS:
            yield from _phrases(chart, "relation", relation, end)


def _between(chart: Chart, start: int) -> Found:
    for first, end in chart.phrases(chart, start):
        if first.plural:
            yield (Constraint("between", "", first),), end
        if chart.word(end) == "and":
            for second, last_end in chart.phrases(chart, end + 1):
                sides = (Constraint("side", "", first), Constraint("side", "", second))
                yield (Constraint("between", "", Phrase(BOTH, False, sides)),), last_end


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
        (_striped_in, {*STRIPED}),
        (_relations, {*RELATION_TABLE, "between", "in"}),
        (places, {*FIXED_PLACES, *LOOSELY_BEFORE_PLACES, *(words.partition(" ")[0] for words in PLACES)}),
        (ranks, {*ORDINAL_TABLE, "from", "the"}),
        (extremes, {*SUPERLATIVE_TABLE, *FARTHEST, "the"}),
        (_clauses, {"that", "which", "who"}),
    )
    return {word: tuple(part for part, own in starts if word in own) for _, first in starts for word in first}


_PARTS: Final = _by_first_word()
