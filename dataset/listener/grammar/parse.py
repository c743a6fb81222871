"""From text to logical forms: a chart parser for noun phrases that tell one thing from others.

All readings are returned; a text that cannot be read to its last word has none. ``docs/listener.md`` gives the
grammar: each rule there is a function here or in `postmodifiers`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.anatomy import has_part
from ..words.connectives import VERBS
from ..words.lexicon import SHAPES, categories_of, is_part
from ..words.spelling import tokenize
from ..words.vocabulary import ADVERBS, ARTICLES, NUMBERS, PLACES
from .chart import MAX_ITEMS, Chart, ChartFull, PhraseTable, rule
from .modifiers import NOUN_TABLE, Constraints, combined, goes_on, modifiers
from .postmodifiers import CORNERS, postmodifiers, predicates

__all__ = ["MAX_CHARACTERS", "MAX_WORDS", "combined", "noun_phrases", "parse"]

MAX_WORDS: Final = 60
MAX_CHARACTERS: Final = 600

SET_NOUNS: Final = frozenset(
    {
        "group",
        "set",
        "pair",
        "row",
        "line",
        "cluster",
        "bunch",
        "couple",
        "stack",
        "collection",
        "trio",
        "series",
        "heap",
        "pile",
        "bundle",
        "quartet",
        "array",
        "assortment",
        "handful",
        "clump",
        "foursome",
    }
)
AFTER_VERBS: Final = (
    ARTICLES | NUMBERS.keys() | {"in", "on", "at", "to", "up", "behind", "beside", "next", "near", "just"}
)
"""Words before which the end of a compound is a verb: "the book stands one shelf up"."""
OBJECTS: Final = ARTICLES | {"its", "their", "it", "them", "much", "most", "part", "parts", "some"}
"""Words with which the object of a verb begins."""
NOUNS_TOO: Final = frozenset({"frame", "cap", "top", "ring", "stand", "cover", "border", "crown"})
"""Verbs of a plural that are parts after a singular: "the dresser frame"."""
PIECES: Final = frozenset({"part", "piece", "section", "portion"})
ONE: Final = frozenset({"one", "ones"})
STANDS: Final = frozenset({"stand", "pole", "post", "base", "pedestal"})
"""Of what has such a part the compound with "stand" names it; "the fruit stand in front" has a verb."""
GROUND: Final = frozenset({"grass", "lawn", "soil", "sand", "dirt", "gravel", "snow", "foliage", "decking"})
"""All of them is one thing."""
SET_COUNTS: Final = {"pair": 2, "couple": 2, "trio": 3, "quartet": 4, "foursome": 4}
VIEWS: Final = ("picture", "image", "photo", "photograph", "view", "close up", "rendering")
LEADS: Final = PhraseTable.of_text(
    {f"{subject} {verb}": True for subject in ("this", "it", "that", "here", "there") for verb in ("is", "'s")}
    | {f"{subject} are": True for subject in ("these", "those", "they", "here", "there")}
    | {
        f"the {subject} {verb}": True
        for subject in ("region", "mask", "object", "highlighted region", "marked region", "target")
        for verb in ("is", "shows", "covers", "contains")
    }
    | {f"{article} {picture} of": True for article in ("a", "an", "the") for picture in VIEWS}
    | {"we see": True, "i see": True, "shown is": True, "you can see": True}
)


@lru_cache(maxsize=65536)
def parse(caption: str) -> tuple[Phrase, ...]:
    """All readings of a caption; empty if there is none, or if it is too long or too tangled to be read."""
    if len(caption) > MAX_CHARACTERS:
        return ()
    tokens = tokenize(caption)
    if not 0 < len(tokens) <= MAX_WORDS:
        return ()
    return _parse_tokens(tokens)


def _parse_tokens(tokens: tuple[str, ...]) -> tuple[Phrase, ...]:
    chart, first = Chart.shared(tokens, noun_phrases, MAX_WORDS), MAX_WORDS - len(tokens)
    try:
        readings = _whole(chart, first, MAX_WORDS)
        if chart.most_items(first) > MAX_ITEMS:  # perhaps too tangled: count what it needs alone
            readings = _whole(Chart(tokens, noun_phrases), 0, len(tokens))
    except (ChartFull, RecursionError):
        return ()
    return readings


def _whole(chart: Chart, first: int, last: int) -> tuple[Phrase, ...]:
    """The readings of all tokens between two positions."""
    starts = [end for _, end in chart.find(LEADS, first)] or [first]
    return tuple(dict.fromkeys(phrase for start in starts for phrase, end in clause(chart, start) if end == last))


@rule
def clause(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """A noun phrase, or ``NP is PREDICATE``: "the car is red"."""
    readings = list(noun_phrases(chart, start))
    for phrase, end in noun_phrases(chart, start):
        if chart.word(end) in ("is", "are"):
            for constraints, predicate_end in predicates(chart, end + 1):
                readings += [(whole, predicate_end) for whole in combined(phrase, constraints)]
    return readings


@rule
def noun_phrases(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """SIMPLE POST*"""  # noqa: D415 -- a grammar rule
    readings = []
    for phrase, end in simple_phrases(chart, start):
        for constraints, post_end in postmodifiers(chart, end):
            if constraints and "one" in chart.tokens[end:post_end] and phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN):
                constraints = tuple(_named_as(phrase.noun, constraint) for constraint in constraints)
            readings += [(whole, post_end) for whole in combined(phrase, constraints)]
    return readings


def _named_as(noun: str, constraint: Constraint) -> Constraint:
    """Of "the chair in front of the blue one" the one is a chair."""
    is_one = constraint.kind == "relation" and constraint.inner.noun == ANY_NOUN
    return constraint._replace(phrase=constraint.inner._replace(noun=noun)) if is_one else constraint


@rule
def simple_phrases(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """[all | both [of]] [ARTICLE] CORE ('s CORE)*"""  # noqa: D415
    counted: Constraints = ()
    plural = False
    position = chart.after(start, ("only", "just"))
    every = chart.word(position) if chart.tolerant and chart.word(position) in ("every", "all") else ""
    if chart.word(position) in ("all", "both", "each", "every"):
        plural = chart.word(position) in ("all", "both")
        counted = (Constraint("count", "2"),) if chart.word(position) == "both" else ()
        if (
            plural and chart.word(position + 1) in NUMBERS and chart.word(position + 2) == "of"
        ):  # "all three of the cars"
            counted, position = (Constraint("count", str(NUMBERS[chart.word(position + 1)])),), position + 1
        position = chart.after(position + 1, ("of",))
    if chart.word(position) in ("one", "any", "each") and chart.word(position + 1) == "of":
        return _ones_of_several(chart, position + 2)
    position = chart.after(position, ARTICLES)
    if chart.tolerant:
        position = chart.after(position, ("one",)) if goes_on(chart, position + 1) else position
    named = cores(chart, position)
    if every:  # "every mug", "all the fruit"
        named = [
            (phrase._replace(plural=True) if every == "every" or phrase.noun == "fruit" else phrase, end)
            for phrase, end in named
        ]
    if plural and not counted:  # "all the grass"
        named = [(p._replace(plural=False) if p.noun in GROUND else p, end) for p, end in named]
    plural = plural and (bool(counted) or not chart.tolerant)  # "all of the white van"
    readings = [(p.adding(*counted), end) for p, end in named if p.plural or not plural or p.noun in GROUND]
    for owner, end in readings:  # grows while it is read: the car's wheel's hubcap
        if chart.word(end) == "'s":
            own = chart.after(end + 1, ("one", "only")) if goes_on(chart, end + 2) else end + 1  # "its one foot"
            readings += [(part.adding(Constraint("of", "", owner)), part_end) for part, part_end in cores(chart, own)]
    return readings


@rule
def cores(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """MODIFIER* HEAD, or MODIFIER* NOUN CORE for compounds: "the red car wheel"."""
    readings = []
    for constraints, end in modifiers(chart, start):
        own = constraints
        if chart.tolerant and chart.word(end) in SET_NOUNS:  # "a little pile"
            own = tuple(constraint for constraint in constraints if constraint.kind not in ("size", "shape"))
        for phrase, head_end in heads(chart, end):
            readings.append((phrase.adding(*own), head_end))
        one = chart.after(end, ONE) if constraints else end
        is_noun = len(constraints) > 1 and chart.word(end - 1) in ("top", "bottom") and constraints[0].kind == "color"
        if constraints and chart.word(one) == "of" and not is_noun:  # not of "the white top of the drawers"
            readings += [(single.adding(*constraints), last) for single, last in _ones_of_several(chart, one + 1)]
        for (lemma, is_plural), noun_end in nouns(chart, end):
            word = chart.word(noun_end - 1)
            if (
                is_plural
                or lemma in (ANY_NOUN, UNKNOWN_NOUN)
                or lemma in SHAPES
                or chart.word(noun_end) in ARTICLES
                or (word in PLACES and word != "back")
                or word in ADVERBS
            ):
                continue
            for part, part_end in cores(chart, noun_end):
                if chart.tolerant and chart.word(noun_end) in PIECES and part == Phrase(ANY_NOUN) and is_part(lemma):
                    readings.append((Phrase(lemma, False, constraints), part_end))  # "the post part of the lamp"
                    continue
                if not _is_compound(chart, part, noun_end, part_end, lemma):
                    continue
                readings.append((part.adding(Constraint("of", "", Phrase(lemma)), *constraints), part_end))
                if constraints:
                    whole = Phrase(lemma, False, constraints)
                    readings.append((part.adding(Constraint("of", "", whole)), part_end))
    return readings


def _is_compound(chart: Chart, part: Phrase, start: int, end: int, whole: str) -> bool:
    """Whether what follows a noun is the head of a compound with it, no verb or adverb."""
    last = chart.word(end - 1)
    if chart.word(start) in CORNERS and chart.word(start + 1) in ("left", "right") and not goes_on(chart, start + 2):
        return False  # "the chair bottom left"
    if "," in chart.tokens[start:end]:
        return False  # "the cushion furthest left, purple couch"
    if part.noun == UNKNOWN_NOUN or (chart.tolerant and last in VERBS and last not in NOUNS_TOO):
        return False
    if chart.word(end - 2).endswith("s") and last in VERBS and chart.word(end) in OBJECTS:  # "the leaves cover its top"
        return False
    if chart.word(start - 1) == "back" and part.noun != "slat":  # a back slat is of the back, a back leg at the back
        return False
    if last == "back" and chart.word(start) != last:  # "the bus further back"
        return False
    if last != "stand" or (chart.word(end) == "on" and chart.word(end + 1) in ("it", "them", "top")):
        return last != "stand"
    return not chart.tolerant or any(has_part(kind, STANDS) for kind in categories_of(whole) or ())  # not "fruit stand"


def _ones_of_several(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """After "the leftmost of", "the second of": one of the things that a plural names."""
    several = [(phrase, end) for phrase, end in simple_phrases(chart, start) if phrase.plural]
    number = chart.after(start, ARTICLES)
    if (
        chart.tolerant and chart.word(number) in NUMBERS and not goes_on(chart, number + 1)
    ):  # "the right one of the two"
        count = Constraint("count", str(NUMBERS[chart.word(number)]))
        several.append((Phrase(ANY_NOUN, True, (count,)), number + 1))
    return [(Phrase(phrase.noun, False, tuple(map(_as_choice, phrase.constraints))), end) for phrase, end in several]


def _as_choice(constraint: Constraint) -> Constraint:
    """The "three" in "one of the three cars"."""
    return Constraint("among", constraint.value) if constraint.kind == "count" else constraint


@rule
def nouns(chart: Chart, start: int) -> list[tuple[tuple[str, bool], int]]:
    """A noun of the lexicon: ((lemma, is plural), end)."""
    if start in chart.unread and not goes_on(chart, start + 1) and not chart.find(NOUN_TABLE, start):
        return [((UNKNOWN_NOUN, False), start + 1)]
    nouns_here = [(noun, end) for entries, end in chart.find(NOUN_TABLE, start) for noun in entries]
    if not chart.tolerant:
        return nouns_here
    return [  # "the bed covers its side"
        (noun, end)
        for noun, end in nouns_here
        if end == start + 1 or chart.word(end - 1) not in VERBS or chart.word(end) not in AFTER_VERBS or not noun[1]
    ]


@rule
def heads(chart: Chart, start: int) -> list[tuple[Phrase, int]]:
    """NOUN | SET-NOUN of [the] CORE | SET-NOUN"""  # noqa: D415
    readings = [(Phrase(lemma, plural), end) for (lemma, plural), end in nouns(chart, start)]
    word = chart.word(start)
    if word in SET_NOUNS:
        counted = (Constraint("count", str(SET_COUNTS[word])),) if word in SET_COUNTS else ()
        if chart.word(start + 1) == "of":
            inner = chart.after(chart.after(start + 2, ("all",)), ARTICLES)
            readings += [(phrase.adding(*counted), end) for phrase, end in cores(chart, inner) if phrase.plural]
        else:
            readings.append((Phrase(ANY_NOUN, True, counted), start + 1))
    return readings
