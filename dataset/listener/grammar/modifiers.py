"""The grammar before the noun: adjectives, numbers and ordinals, and how constraints go together."""

from __future__ import annotations

from typing import Final

from ..logic import Constraint, Phrase
from ..words.lexicon import NOUN_WORDS, SHAPES
from ..words.vocabulary import ADVERBS, ARTICLES, COLOR_WORDS, HAVING_WORDS, MODIFIERS, NUMBERS, ORDINALS, PLACES
from .chart import Chart, PhraseTable, rule

__all__ = ["FILLERS", "NOUN_TABLE", "Constraints", "combined", "goes_on", "is_participle", "modifiers", "order_of"]

Constraints = tuple[Constraint, ...]

FILLERS: Final = frozenset(
    {"whole", "entire", "single", "visible", "same", "only", "just", "complete", "full", "matching", "identical"}
)
AND: Final = frozenset({",", "and"})
OTHERS: Final = frozenset({"other", "another"})
RELATIVE_KINDS: Final = {"among": 1, "size": 1, "place": 2, "picture": 3, "most": 4, "nth": 5}
PARTICIPLES: Final = frozenset(
    {"made", "seen", "held", "set", "cut", "laid", "hung", "shown", "lit", "built", "drawn", "spread", "bent", "bound",
     "stuck", "worn", "hidden", "cast", "shut", "grown", "driven", "put", "sunk", "wound", "split"}
)  # fmt: skip
"""Participles that do not end in -ed."""
ON_BALLS: Final = frozenset({"base", "knob", "handle", "foot", "feet", "tip", "hand", "hands", "lantern", "shade"})
"""Parts that may be balls: "the ball knob"."""
COMPARING: Final = frozenset({"more", "slightly", "somewhat"})
"""What may stand before the second adjective of "the left, more distant vase"."""
DIRECTIONS: Final = frozenset({"left", "right", "top", "bottom", "front", "back"})

MODIFIER_TABLE: Final = PhraseTable(MODIFIERS)
ORDINAL_TABLE: Final = PhraseTable.of_text(ORDINALS)
NOUN_TABLE: Final = PhraseTable(NOUN_WORDS)


def goes_on(chart: Chart, start: int) -> bool:
    """Whether a word that may stand in a noun phrase follows, so that the one before it is not a noun."""
    word = chart.word(start)
    return (
        start in chart.unread
        or word in NOUN_TABLE
        or word in MODIFIER_TABLE
        or word in NUMBERS
        or word in ADVERBS
        or word in ("numbered", "visible", "whole", "entire", "matching", "identical")
        or _is_looks(chart, start)
    )


def is_participle(chart: Chart, start: int) -> bool:
    """Whether a word that no table has goes on after a noun: "a sphere resting on", "a slab seen from above"."""
    word = chart.word(start)
    return (
        start in chart.unread
        and (word.endswith(("ing", "ed")) or word in PARTICIPLES)
        and not goes_on(chart, start + 1)
    )


def _passable(chart: Chart, start: int) -> bool:
    """Whether a word before a noun may be passed over: not known, or a shape: "oval eyes", "ball base"."""
    word = chart.word(start)
    is_shape = (word in SHAPES and not chart.find(MODIFIER_TABLE, start)) or (
        word == "ball" and chart.word(start + 1) in ON_BALLS
    )
    if is_shape and start not in chart.unread and is_participle(chart, start + 1):
        return False
    is_counted = start in chart.unread and chart.word(start + 1) in NUMBERS  # "on the left flank two panes"
    is_passed = start in chart.unread or is_shape or _is_looks(chart, start)
    return chart.tolerant and is_passed and goes_on(chart, start + 1) and not is_counted


def _is_before_comma(chart: Chart, start: int) -> bool:
    """Whether a word that no table has is the first of several adjectives of a noun phrase that has begun."""
    before = chart.word(start - 1)
    is_within = before in ARTICLES or before in ADVERBS or before == "," or start - 1 in chart.unread
    is_passed = start in chart.unread or (chart.tolerant and chart.word(start) in ADVERBS)
    return is_passed and is_within and chart.word(start + 1) == "," and goes_on(chart, start + 2)


def _is_looks(chart: Chart, start: int) -> bool:
    """Whether a word says how something looks, though tables have it only after another: "shaded", "leaning"."""
    word, before = chart.word(start), chart.word(start - 1)
    is_within = before in ARTICLES or before in ADVERBS or before in FILLERS or start - 1 in chart.unread
    is_looks = (word in HAVING_WORDS and (is_within or before == ",")) or (word == "leaning" and is_within)
    is_looks = is_looks and not chart.find(NOUN_TABLE, start)  # not of "potted cactus"
    return chart.tolerant and is_looks and (word,) not in MODIFIERS


def _is_adjective(chart: Chart, before: Constraint, start: int) -> bool:
    """Whether a word that no table has goes on with what a noun is: "the blue, cloudy glass", "a lower, paler one"."""
    is_followed = chart.word(start + 1) in NOUN_TABLE and chart.word(start + 1) not in PLACES
    is_compared = before.kind == "place" and chart.word(start).endswith("er")
    return is_followed and (is_compared or before.kind in ("color", "pattern", "material", "shape", "size"))


def _is_listed(chart: Chart, start: int, end: int) -> bool:
    """Whether a place is a noun of its own, after looks: "orange top and blue foot", "wooden top, table in front"."""
    word, before = chart.word(start), MODIFIERS.get((chart.word(start - 1),))
    if word not in NOUN_TABLE or word not in PLACES or before is None:
        return False
    if chart.word(end) == ",":
        return before.kind in ("color", "material", "pattern")
    return before.kind == "color" and chart.word(end) in AND and chart.word(end + 1) in COLOR_WORDS


def _is_opposite(one: Constraint, other: Constraint) -> bool:
    """Whether a place after a comma is that of something else: "leaf to the right, left plant"."""
    return one.kind == other.kind == "place" and {one.value, other.value} in ({"left", "right"}, {"top", "bottom"})


@rule
def modifiers(chart: Chart, start: int) -> list[tuple[Constraints, int]]:
    """(ADVERB* (adjective | ordinal | number) [, | and])*"""  # noqa: D415
    while chart.word(start) in FILLERS or (chart.tolerant and _passable(chart, start)):
        start += 1
    while _is_before_comma(chart, start):  # "a thick, rounded handle", "a flat, wide, grassy mound"
        start += 2
        while _passable(chart, start):
            start += 1
    readings: list[tuple[Constraints, int]] = [((), start)]
    is_passed = chart.word(start) in ADVERBS and not chart.find(MODIFIER_TABLE, start)  # not of "dark gray"
    if chart.tolerant and (is_passed or chart.word(start) in OTHERS) and goes_on(chart, start + 1):
        readings += modifiers(chart, start + 1)
    for constraint, end in modifier(chart, start):
        rests = modifiers(chart, end)
        if chart.word(end) in AND and chart.word(end + 1) not in NUMBERS and not _is_listed(chart, start, end):
            more = modifiers(chart, end + 1)
            if chart.tolerant:
                is_begun = chart.word(start - 1) in ARTICLES
                is_adjective = is_begun and chart.word(end) == "," and _is_adjective(chart, constraint, end + 1)
                is_more = is_adjective or (is_begun and chart.word(end + 1) in COMPARING)
                more = more if is_more or end + 1 not in chart.unread else []
                more = [rest for rest in more if rest[0] or is_adjective]
                is_apart = chart.word(end) == ","
                more = [rest for rest in more if not (is_apart and rest[0] and _is_opposite(constraint, rest[0][0]))]
            rests = rests + more
        readings += [((constraint, *rest), rest_end) for rest, rest_end in rests]
    return readings


@rule
def modifier(chart: Chart, start: int) -> list[tuple[Constraint, int]]:
    """One word or fixed phrase before the noun."""
    readings = []
    while chart.word(start) in ADVERBS or (chart.tolerant and _passable(chart, start)):
        readings = chart.find(MODIFIER_TABLE, start)  # "dark gray"
        if readings:
            return readings
        start += 1
    word = chart.word(start)
    is_part = chart.word(start + 1) == "part" and (word, "part") in NOUN_WORDS
    if is_part and (chart.word(start + 2) == "of" or chart.word(start - 1) == "'s"):
        return []  # "the upper part of the car" has a name
    table = chart.find(MODIFIER_TABLE, start)
    having = [  # "teal-lidded", not teal and lidded
        (constraint, end)
        for constraint, end in table
        if constraint.kind == "with" and end > start + 1 and (chart.word(end - 1),) in MODIFIERS
    ]
    if len(table) > 1 and any(
        constraint.kind == "most" and end == start + 2 for constraint, end in table
    ):  # "far left" is not far
        table = [(constraint, end) for constraint, end in table if end > start + 1]
    for constraint, end in having or table:
        if constraint.kind == "color":
            end = chart.after(end, ("colored", "coloured"))
        readings.append((constraint, end))
    if word in ORDINAL_TABLE:
        readings += [(Constraint("nth", str(number)), end) for number, end in chart.find(ORDINAL_TABLE, start)]
    if word == "numbered":  # "three-drawer", "two-door"
        number = NUMBERS.get(chart.word(start + 1), int(chart.word(start + 1) == "one"))
        parts = [(noun, end) for nouns, end in chart.find(NOUN_TABLE, start + 2) for noun in nouns if not noun[1]]
        count = (Constraint("count", str(number)),)
        readings += [(Constraint("with", "", Phrase(lemma, True, count)), end) for (lemma, _), end in parts if number]
    if word in NUMBERS:
        readings.append((Constraint("count", str(NUMBERS[word])), start + 1))
    return readings


def combined(phrase: Phrase, constraints: Constraints) -> list[Phrase]:
    """The phrase with all constraints in canonical order; none if they do not go together."""
    if not constraints and not phrase.constraints:
        return [phrase]
    every = list(dict.fromkeys(phrase.constraints + constraints))
    kinds = [constraint.kind for constraint in every]
    if "nth" in kinds:
        every = _ranked(every)
        kinds = [constraint.kind for constraint in every]
    if "from" in kinds or ("count" in kinds and (not phrase.plural or kinds.count("count") > 1)):
        return []
    if kinds.count("color") > 1:
        colors = [constraint for constraint in every if constraint.kind == "color"]
        if len({color.value for color in colors}) == 2:
            others = [constraint for constraint in every if constraint.kind != "color"]
            pairs = ((colors[0], colors[1]), (colors[1], colors[0]))
            return [_ordered(phrase, [*others, main, Constraint("accent", accent.value)]) for main, accent in pairs]
    return [_ordered(phrase, every)]


def order_of(constraint: Constraint) -> tuple[int, str, str]:
    """By what constraints are put in canonical order, but for their phrases."""
    kind, value, _ = constraint
    return RELATIVE_KINDS.get(kind, 0), kind, value


def _ranked(constraints: list[Constraint]) -> list[Constraint]:
    """Join "second" with "from the left", or with "leftmost"."""
    ordinals = [constraint for constraint in constraints if constraint.kind == "nth" and " " not in constraint.value]
    if len(ordinals) != 1:
        return constraints
    for kind in ("from", "most"):
        for direction in constraints:
            if direction.kind == kind and direction.value in DIRECTIONS:
                rest = [constraint for constraint in constraints if constraint not in (direction, ordinals[0])]
                return list(dict.fromkeys([*rest, Constraint("nth", f"{ordinals[0].value} {direction.value}")]))
    return constraints


def _ordered(phrase: Phrase, constraints: list[Constraint]) -> Phrase:
    if len(constraints) > 1:
        keys = [order_of(constraint) for constraint in constraints]
        if len(set(keys)) == len(keys):
            constraints = [constraint for _, constraint in sorted(zip(keys, constraints, strict=True))]
        else:  # writing phrases takes time
            constraints.sort(key=lambda c: (RELATIVE_KINDS.get(c.kind, 0), c.kind, c.value, str(c.phrase)))
            constraints = list(dict.fromkeys(constraints))
    return Phrase(phrase.noun, phrase.plural, tuple(constraints))
