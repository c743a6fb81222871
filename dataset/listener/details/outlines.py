"""What a sentence says of sides within an outline: of the region's own, or of that of a thing that is named.

"It stands at the left end of the table", "below the right half of the seat", "with a white armrest at its right end",
"is hidden at the left by the chair": something is on that side of something else. Also which way the region rises,
which of its sides it runs between, and where a shelf has room left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.claims import Noun, noun_after, nouns_in
from ..sentences.fact import Fact
from ..words.connectives import OWNED, SIDES, WAYS
from .looks import described

__all__ = ["outlines_in"]

OPPOSITE: Final = {"left": "right", "right": "left"}
BORDERS: Final = frozenset(
    {"side", "edge", "end", "corner", "half", "part", "portion", "flank", "border", "rim", "third", "margin", "section"}
)
LEVELS: Final = frozenset(
    {"upper", "lower", "top", "bottom", "front", "back", "rear", "near", "far", "very", "extreme", "outer", "nearer",
     "middle"}
)  # fmt: skip
"""Words that may stand between an article and a side."""
AT: Final = frozenset({"at", "on", "near", "by", "along"})
ARTICLES: Final = frozenset({"the", "this", "that", "its", "their", "a"})
MIDDLES: Final = frozenset({"centre", "center", "middle"})
PICTURES: Final = frozenset({"picture", "image", "scene", "room", "view", "photo"})
SUBJECTS: Final = frozenset({"it", "they", "this", "these", "both", "all", "each"})
JOINTS: Final = frozenset({",", "and", "but", "while", "whereas", "where", "though", "so"})
OTHERS: Final = frozenset(
    {"other", "another", "others", "twin", "neighbour", "neighbor", "counterpart", "second", "not", "no", "nor", "isn",
     "neither", "unlike", "than", "without", "excluded", "out", "same", "similar", "matching"}
)  # fmt: skip
"""Words of a sentence on something else than the region."""
COVERED: Final = frozenset({"hidden", "covered", "overlapped", "obscured", "concealed", "touched", "crossed", "cut"})
COVERS: Final = frozenset({"hides", "covers", "overlaps", "touches", "crosses", "conceals", "obscures", "hide", "cover"})
RISING: Final = frozenset({"rises", "rising", "rise", "climbs", "climbing", "climb", "ascends", "ascending"})
FALLING: Final = frozenset({"falls", "falling", "descends", "descending", "drops", "dropping", "dips", "fall", "descend"})
SLANTING: Final = frozenset(
    {"slopes", "slope", "sloping", "slants", "slant", "slanting", "slanted", "runs", "run", "running", "tilts", "tilted",
     "goes", "leading", "stretches", "crosses", "cross"}
)  # fmt: skip
UP: Final = frozenset({"up", "upward", "upwards", "upper"})
DOWN: Final = frozenset({"down", "downward", "downwards", "lower"})
SUBJECT_REACH: Final = 6
"""Among so many words a sentence names the region, if it is about it."""
SLOPE_REACH: Final = 6
"""So many words before a side its slope is told."""
ACROSS_REACH: Final = 9
"""So many words after "from the left" the other end is looked for."""
ROOM: Final = frozenset({"empty", "free", "gap", "gaps", "space", "spaces", "room", "bare", "unfilled", "vacant"})
FILLING: Final = frozenset({"fill", "fills", "filling", "occupy", "occupying", "occupies"})
KNOBS: Final = frozenset({"knob", "doorknob", "handle"})
KNOB_REACH: Final = 8
"""So many words before a side is the knob that is there."""
HIGHER: Final = {"higher": 1, "lower": -1}
PIECES: Final = frozenset(
    {"piece", "pieces", "stretch", "stretches", "bit", "bits", "visible", "seen", "strip", "strips", "patches", "sliver",
     "appears", "shows", "parts"}
)  # fmt: skip
"""Words of what shows of a thing that others hide in part."""


def outlines_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on sides within an outline.

    Args:
        tokens: the words.
        first: whether it is the first sentence, which is about the region.
    """
    if OPPOSITE.keys().isdisjoint(tokens):
        return ()
    facts: list[Fact] = []
    subject = () if first else _subject(tokens)
    for k, word in enumerate(tokens):
        if word in OPPOSITE:
            facts += _inside(tokens, k, first=first)
            if subject is not None:
                facts += (fact._replace(others=subject) for fact in (*_sloping(tokens, k), *_across(tokens, k)))
            facts += _room(tokens, k)
            facts += _knob(tokens, k)
    facts += _higher(tokens)
    facts += _pieces(tokens, first=first)
    return tuple(dict.fromkeys(facts))


def _subject(tokens: tuple[str, ...]) -> tuple[Phrase, ...] | None:
    """What a further sentence is about: nothing else than the region, things that may be it, or (None) another thing."""
    if not SUBJECTS.isdisjoint(tokens[:SUBJECT_REACH]):
        return ()
    if not OTHERS.isdisjoint(tokens):
        return None
    noun = next(iter(nouns_in(tokens)), None)
    return None if noun is None else tuple(map(Phrase, noun.lemmas))


def _lead(tokens: tuple[str, ...], k: int) -> tuple[int, int]:
    """Where the article of a side is, behind the words that may stand between them, and where what follows begins."""
    start = k
    while start and tokens[start - 1] in LEVELS:
        start -= 1
    end = k + 1 + (tokens[k + 1 : k + 2] == ("hand",))
    return start - 1, end


def _inside(tokens: tuple[str, ...], k: int, *, first: bool) -> Iterator[Fact]:
    """The fact that something is on a side of an outline."""
    start, end = _lead(tokens, k)
    article = tokens[start] if start >= 0 else ""
    has_border = end < len(tokens) and tokens[end] in BORDERS
    after = end + has_border
    nouns = nouns_in(tokens)
    if not OTHERS.isdisjoint(tokens[: after + 1] if tokens[0] in SUBJECTS else tokens):
        return
    boxes: tuple[Phrase, ...] = ()
    begin, frame = start, "box"
    if article == "'s" and has_border:
        owner = next((noun for noun in nouns if noun.end == start), None)
        boxes, begin = (() if owner is None else _named(tokens, owner)), start - 1
    elif article in OWNED and has_border:
        if not start or tokens[start - 1] not in AT | WAYS | {"over", "under", "behind", "below", "above"}:
            return  # "and its left end is hidden"
        boxes = (Phrase(ANY_NOUN),)
        frame = "whole" if first else "box"
    elif tokens[after : after + 1] == ("of",) and after + 1 < len(tokens):
        boxes, frame = _of(tokens, nouns, after, is_bare=not has_border, link=tokens[max(start - 1, 0)])
    elif article in ("the", *AT):
        hiders = _hiders(tokens, nouns, start)
        if hiders:
            may_stand_there = "by" in tokens[:start] and tokens[k - 1] not in LEVELS
            yield _fact(tokens[k], (Phrase(ANY_NOUN),), hiders, "picture" if may_stand_there else "box")
        return
    subjects = _before(tokens, nouns, begin, first=first)
    if article in OWNED and boxes:
        last = [noun for noun in nouns if noun.end <= start]
        subjects, boxes = (
            (_named(tokens, last[-1]), (*boxes, *(p for p in subjects if p.noun not in last[-1].lemmas)))
            if last
            else ((), ())
        )
    if (boxes or frame == "middle") and subjects:
        yield _fact(tokens[k], boxes, subjects, frame)


def _fact(side: str, boxes: tuple[Phrase, ...], subjects: tuple[Phrase, ...], frame: str) -> Fact:
    claims = (Constraint("frame", frame), *(Constraint("of", "", box) for box in boxes))
    return Fact("inside", None, claims, side, subjects)


def _of(
    tokens: tuple[str, ...], nouns: tuple[Noun, ...], after: int, *, is_bare: bool, link: str
) -> tuple[tuple[Phrase, ...], str]:
    """What a side before "of" is of, and in which frame: "the left end of the table", "right of the centre"."""
    rest = tokens[after + 1 : after + 3]
    if rest[-1] in MIDDLES or rest[0] in MIDDLES:
        middle = after + 1 + (rest[-1] in MIDDLES)
        owner = noun_after(tokens, middle + 2) if tokens[middle + 1 : middle + 2] == ("of",) else None
        is_of_picture = not PICTURES.isdisjoint(tokens[middle + 1 : middle + 4])
        boxes = () if owner is None or is_of_picture else _named(tokens, owner)
        return boxes, "middle" if is_of_picture or owner is None else "box"
    if rest[0] not in ARTICLES or (is_bare and link not in AT | COVERS) or not PICTURES.isdisjoint(rest):
        return (), "box"
    noun = noun_after(tokens, after + 1)
    if noun is not None and tokens[noun.end : noun.end + 1] == ("'s",):
        noun = noun_after(tokens, noun.end)
    return (() if noun is None else _named(tokens, noun)), "box"


def _named(tokens: tuple[str, ...], noun: Noun) -> tuple[Phrase, ...]:
    """The things that a noun may name, with the colours before it."""
    start = noun.start
    while start and tokens[start - 1] not in ARTICLES | JOINTS and noun.start - start < 4:
        start -= 1
    looks = tuple(c for c in described(tokens, start, noun.start) if c.kind == "color")
    return tuple(Phrase(lemma, noun.plural, looks) for lemma in noun.lemmas if lemma not in SIDES | PICTURES)


def _before(tokens: tuple[str, ...], nouns: tuple[Noun, ...], end: int, *, first: bool) -> tuple[Phrase, ...]:
    """Who may be meant before a place: what its clause names, or else the sentence, and the region."""
    begin = max((j + 1 for j in range(end) if tokens[j] in JOINTS), default=0)
    before = [noun for noun in nouns if noun.end <= end and (noun.start >= begin or begin == 0)]
    is_on_region = first or tokens[0] in SUBJECTS or tokens[begin] in SUBJECTS
    if not before:
        before = [noun for noun in nouns if noun.end <= end]
    named = (phrase for noun in before for phrase in _named(tokens, noun))
    return tuple(dict.fromkeys((*((Phrase(ANY_NOUN),) if is_on_region else ()), *named)))


def _hiders(tokens: tuple[str, ...], nouns: tuple[Noun, ...], start: int) -> tuple[Phrase, ...]:
    """What hides the region "at the lower left"."""
    begin = max((j + 1 for j in range(start) if tokens[j] in JOINTS), default=0)
    words = tokens[begin:start]
    if not COVERED.isdisjoint(words):
        verb = begin + next(j for j, word in enumerate(words) if word in COVERED)
        by = next((j for j in range(verb, min(len(tokens), start + 6)) if tokens[j] == "by"), None)
        noun = None if by is None else noun_after(tokens, by + 1)
        return () if noun is None or tokens[0] not in SUBJECTS else _named(tokens, noun)
    verbs = [begin + j for j, word in enumerate(words) if word in COVERS]
    if verbs and tokens[verbs[0] + 1] in ("it", "them"):
        return tuple(p for noun in nouns if begin <= noun.start and noun.end <= verbs[0] for p in _named(tokens, noun))
    return ()


def _sloping(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that the region rises to a side."""
    begin = max((j + 1 for j in range(k) if tokens[j] == ","), default=0)
    words = tokens[max(begin, k - SLOPE_REACH) : k]
    if WAYS.isdisjoint(words[-3:]) and tokens[k - 1] not in UP | DOWN:
        return
    verbs = [j for j, word in enumerate(words) if word in RISING | FALLING | SLANTING]
    if not verbs:
        return
    verb, rest = words[verbs[0]], words[verbs[0] + 1 :]
    if {"from"} & set(rest) or not {"of"}.isdisjoint(rest):
        return
    goes_up = verb in RISING or not UP.isdisjoint(rest)
    goes_down = verb in FALLING or not DOWN.isdisjoint(rest)
    if goes_up != goes_down:
        yield Fact("rises", None, (Constraint("place", tokens[k]),), tokens[k] if goes_up else OPPOSITE[tokens[k]])


def _across(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that the region runs between two places: "from the lower left to the upper right"."""
    start, end = _lead(tokens, k)
    start += tokens[max(start, 0)] not in ("the", "its")
    if tokens[max(start - 1, 0)] != "from" or "," in tokens[start:k]:
        return
    for j in range(end, min(end + ACROSS_REACH, len(tokens))):
        if tokens[j] == ",":
            return
        if tokens[j] in OPPOSITE:
            lead = _lead(tokens, j)[0]
            lead -= tokens[lead] in ("the", "its")
            if tokens[lead] != "to":
                return
            levels = [{w for w in tokens[a:b] if w in UP | DOWN} for a, b in ((start, k), (lead, j))]
            if tokens[j] == tokens[k]:
                yield Fact("across", None, (Constraint("place", tokens[k]),), tokens[k])
            elif levels[0] and levels[1]:
                goes_up = not levels[1].isdisjoint(UP) and not levels[0].isdisjoint(DOWN)
                goes_down = not levels[1].isdisjoint(DOWN) and not levels[0].isdisjoint(UP)
                if goes_up or goes_down:
                    side = tokens[j] if goes_up else tokens[k]
                    yield Fact("rises", None, (Constraint("place", side),), side)
            return


def _room(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that a shelf has room on a side, or books on the other side only."""
    start, end = _lead(tokens, k)
    begin = max((j + 1 for j in range(k) if tokens[j] in (",", ";")), default=0)
    words = tokens[begin:k]
    if tokens[start] in ("the", "its", "their") and not ROOM.isdisjoint(words) and tokens[max(start - 1, 0)] in AT | WAYS:
        yield Fact("room", None, (Constraint("place", tokens[k]),), tokens[k])
    elif not FILLING.isdisjoint(words) and "only" in words and end < len(tokens) and tokens[end] in BORDERS:
        yield Fact("room", None, (Constraint("place", tokens[k]),), OPPOSITE[tokens[k]])


def _knob(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that the region, a door, has its knob on a side: "a small knob near its right edge"."""
    start, end = _lead(tokens, k)
    begin = max((j + 1 for j in range(k) if tokens[j] in JOINTS), default=0)
    words = tokens[max(begin, k - KNOB_REACH) : k]
    has_border = tokens[end : end + 1] != () and tokens[end] in BORDERS
    is_place = tokens[start] in (*OWNED, "the") and tokens[max(start - 1, 0)] in (AT | WAYS if has_border else AT)
    ends_so = end + has_border == len(tokens) or tokens[end + has_border] in (",", "and", "next", "close")
    if is_place and ends_so and not KNOBS.isdisjoint(words) and OTHERS.isdisjoint(tokens[:k]):
        yield Fact("knob", None, (Constraint("place", tokens[k]),), tokens[k])


def _higher(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """The fact that of two parts that on a side is higher: "the right one sits higher than the left"."""
    nouns = nouns_in(tokens)
    for k, word in enumerate(tokens):
        if word not in OPPOSITE or tokens[k + 1 : k + 2] == () or tokens[max(k - 1, 0)] not in ("the", "its"):
            continue
        noun = next((noun for noun in nouns if noun.start == k + 1), None)
        end = k + 2 if tokens[k + 1] == "one" else k + 1 if noun is None else noun.end
        rest = tokens[end : end + HIGHER_REACH]
        rest = rest[: next((j for j, other in enumerate(rest) if other in JOINTS), len(rest))]
        ways = [j for j, other in enumerate(rest) if other in HIGHER]
        after = tokens[end + ways[0] + 1 : end + ways[0] + 2] if ways else ("",)
        if end == k + 1 or not (after in ((), (",",), ("than",), ("and",), ("down",), ("up",)) and ways):
            continue
        parts = [other for other in nouns if other.plural and other.end <= k] or [noun]
        phrases = tuple(Phrase(lemma) for part in parts[-1:] if part is not None for lemma in part.lemmas)
        side = word if HIGHER[rest[ways[0]]] > 0 else OPPOSITE[word]
        yield Fact("higher", None, (Constraint("place", side),), side, phrases)


HIGHER_REACH: Final = 6
"""So many words after a part it is said to be higher."""


def _pieces(tokens: tuple[str, ...], *, first: bool) -> Iterator[Fact]:
    """The fact that two pieces of the region, of those that a sentence lists, are on one side, and none on the other."""
    if first or PIECES.isdisjoint(tokens) or not OTHERS.isdisjoint(tokens):
        return
    nouns = [noun.end for noun in nouns_in(tokens) if PIECES.isdisjoint(tokens[noun.start : noun.end])]
    sides = [word for k, word in enumerate(tokens) if word in OPPOSITE and _is_end(tokens, nouns, k)]
    if len(sides) > 1 and len(set(sides)) == 1 and len(sides) == sum(word in OPPOSITE for word in tokens):
        yield Fact("across", None, (Constraint("place", sides[0]),), sides[0], _subject(tokens) or ())


def _is_end(tokens: tuple[str, ...], nouns: list[int], k: int) -> bool:
    """Whether a side is an end where the region shows: "at the far left", "from the left edge to the sofa"."""
    start, end = _lead(tokens, k)
    begin = max((j + 1 for j in range(k) if tokens[j] in JOINTS), default=0)
    if any(begin < noun <= start for noun in nouns) and tokens[start - 1] not in WAYS:
        return False  # "a window at the left"
    border = end < len(tokens) and tokens[end] in BORDERS
    is_of = tokens[end + border : end + border + 1] == ("of",)
    lead = tokens[start - 1] if start and tokens[start] == "the" else tokens[max(start, 0)]
    return lead in AT | WAYS | {"from"} and not is_of
