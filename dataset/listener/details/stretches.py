"""What a sentence says of how the region stretches: which way it rises, and from where to where it runs.

"It slopes up to the right", "from the left edge to the right one", "in pieces at the far left and at the right"; also
which of two parts is the higher one, and where a shelf has room left.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import Constraint, Phrase
from ..sentences.claims import nouns_in
from ..sentences.clauses import JOINTS
from ..sentences.fact import Fact
from ..words.connectives import OPPOSITE, SCATTERED, WAYS
from .bystanders import LEVEL_WORDS
from .named import PRONOUNS
from .outlines import is_on_another
from .side_words import AT, BORDERS, clause_start, side_at

__all__ = ["stretches_in"]

RISING: Final = frozenset({"rises", "rising", "rise", "climbs", "climbing", "climb", "ascends", "ascending"})
FALLING: Final = frozenset(
    {"falls", "falling", "descends", "descending", "drops", "dropping", "dips", "fall", "descend"}
)
SLANTING: Final = frozenset(
    {"slopes", "slope", "sloping", "slants", "slant", "slanting", "slanted", "runs", "run", "running", "tilts",
     "tilted", "goes", "leading", "stretches", "crosses", "cross"}
)  # fmt: skip
UP: Final = frozenset({"up", "upward", "upwards", "upper"})
DOWN: Final = frozenset({"down", "downward", "downwards", "lower"})
SUBJECT_REACH: Final = 6
"""Among so many words a sentence names the region, if it is about it."""
SLOPE_REACH: Final = 6
"""So many words before a side its slope is told."""
ACROSS_REACH: Final = 9
"""So many words after "from the left" the other end is looked for."""
HIGHER_REACH: Final = 6
"""So many words after a part it is said to be higher."""
AFTER_HIGHER: Final = ((), (",",), ("than",), ("and",), ("down",), ("up",))
"""Words after "higher" that are no noun."""
ROOM: Final = frozenset({"empty", "free", "gap", "gaps", "space", "spaces", "room", "bare", "unfilled", "vacant"})
FILLING: Final = frozenset({"fill", "fills", "filling", "occupy", "occupying", "occupies"})
PIECES: Final = SCATTERED | {"piece", "stretch", "bit", "sliver", "visible", "seen", "appears", "shows"}
"""Words of what shows of a thing that others hide in part."""


def stretches_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on how the region stretches.

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
            if subject is not None:
                ways = (*_sloping(tokens, k), *_across(tokens, k))
                facts += (fact._replace(others=subject) for fact in ways)
            facts += (*_room(tokens, k), *_higher(tokens, k))
    if subject is not None and not first:
        facts += (fact._replace(others=subject) for fact in _pieces(tokens))
    return tuple(dict.fromkeys(facts))


def _subject(tokens: tuple[str, ...]) -> tuple[Phrase, ...] | None:
    """What a further sentence is about: the region (nothing else), things that may be it, or (None) another thing."""
    if not PRONOUNS.isdisjoint(tokens[:SUBJECT_REACH]):
        return ()
    noun = next(iter(nouns_in(tokens)), None)
    return None if noun is None or is_on_another(tokens) else tuple(map(Phrase, noun.lemmas))


def _fact(kind: str, side: str, others: tuple[Phrase, ...] = ()) -> Fact:
    return Fact(kind, None, (Constraint("place", side),), side, others)


def _sloping(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that the region rises to a side."""
    words = tokens[max(clause_start(tokens, k), k - SLOPE_REACH) : k]
    verb = next((j for j, word in enumerate(words) if word in RISING | FALLING | SLANTING), None)
    if verb is None or (WAYS.isdisjoint(words[-3:]) and words[-1] not in UP | DOWN):
        return
    rest = words[verb + 1 :]
    goes_up = words[verb] in RISING or not UP.isdisjoint(rest)
    goes_down = words[verb] in FALLING or not DOWN.isdisjoint(rest)
    if goes_up != goes_down and {"from", "of"}.isdisjoint(rest):
        yield _fact("rises", tokens[k] if goes_up else OPPOSITE[tokens[k]])


def _across(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that the region runs between two places: "from the lower left to the upper right"."""
    start = _link(tokens, k)
    if start < 0 or tokens[start] != "from":
        return
    end = side_at(tokens, k)[1]
    rest = range(end, min(end + ACROSS_REACH, len(tokens)))
    other = next((j for j in rest if tokens[j] in OPPOSITE or tokens[j] == ","), 0)
    if not other or tokens[other] == ",":
        return
    lead = _link(tokens, other)
    if tokens[lead] != "to":
        return
    levels, other_levels = set(tokens[start:k]), set(tokens[lead:other])
    if tokens[other] == tokens[k]:
        yield _fact("across", tokens[k])
    elif levels & DOWN and other_levels & UP:
        yield _fact("rises", tokens[other])
    elif levels & UP and other_levels & DOWN:
        yield _fact("rises", tokens[k])


def _link(tokens: tuple[str, ...], k: int) -> int:
    """Where the word is that leads to a side, before its article."""
    start = side_at(tokens, k)[0]
    return start - (start >= 0 and tokens[start] in ("the", "its"))


def _room(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that a shelf has room on a side, or books on the other side only."""
    start, end = side_at(tokens, k)
    words = tokens[clause_start(tokens, k) : k]
    is_place = tokens[start] in ("the", "its", "their") and tokens[max(start - 1, 0)] in AT | WAYS
    if is_place and not ROOM.isdisjoint(words):
        yield _fact("room", tokens[k])
    elif not FILLING.isdisjoint(words) and "only" in words and end < len(tokens) and tokens[end] in BORDERS:
        yield _fact("room", OPPOSITE[tokens[k]])


def _higher(tokens: tuple[str, ...], k: int) -> Iterator[Fact]:
    """The fact that of two parts that on a side is higher: "the right one sits higher than the left"."""
    if tokens[max(k - 1, 0)] not in ("the", "its") or LEVEL_WORDS.keys().isdisjoint(tokens[k:]):
        return
    nouns = nouns_in(tokens)
    part = next((noun for noun in nouns if noun.start == k + 1), None)
    if part is None and tokens[k + 1] != "one":
        return
    end = k + 2 if part is None else part.end
    rest = tokens[end : end + HIGHER_REACH]
    rest = rest[: next((j for j, word in enumerate(rest) if word in JOINTS), len(rest))]
    way = next((j for j, word in enumerate(rest) if word in LEVEL_WORDS), None)
    if way is None or tokens[end + way + 1 : end + way + 2] not in AFTER_HIGHER:
        return  # "the left one has a lower rim"
    named = [noun for noun in nouns if noun.plural and noun.end <= k][-1:] or [noun for noun in (part,) if noun]
    side = tokens[k] if rest[way] == "higher" else OPPOSITE[tokens[k]]
    yield _fact("higher", side, tuple(Phrase(lemma) for noun in named for lemma in noun.lemmas))


def _pieces(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """The fact that all pieces that a sentence lists are on one side, as if the region ran from there to there."""
    if PIECES.isdisjoint(tokens) or is_on_another(tokens):
        return
    nouns = [noun.end for noun in nouns_in(tokens) if PIECES.isdisjoint(tokens[noun.start : noun.end])]
    sides = [k for k, word in enumerate(tokens) if word in OPPOSITE]
    if len(sides) > 1 and len({tokens[k] for k in sides}) == 1 and all(_is_end(tokens, nouns, k) for k in sides):
        yield _fact("across", tokens[sides[0]])


def _is_end(tokens: tuple[str, ...], nouns: list[int], k: int) -> bool:
    """Whether a side is an end where the region shows: "at the far left", "from the left edge to the sofa"."""
    start, end = side_at(tokens, k)
    begin = clause_start(tokens, k)
    if any(begin < noun <= start for noun in nouns) and tokens[start - 1] not in WAYS:
        return False  # "a window at the left"
    border = end < len(tokens) and tokens[end] in BORDERS
    lead = tokens[start - 1] if start > 0 and tokens[start] == "the" else tokens[max(start, 0)]
    return lead in AT | WAYS | {"from"} and tokens[end + border : end + border + 1] != ("of",)
