"""What a sentence says of numbers, beside plain "the three chairs": how many of others are where, and what cannot be.

"Two more to its right", "the three slats above it", "one is above it and two more are below".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import COPULAS
from ..words.vocabulary import ARTICLES, COLOR_WORDS, NUMBERS
from .claims import nouns_in
from .clauses import FINITE
from .fact import LOOKS, Fact
from .islands import Island
from .phrases import may_be_the_same

__all__ = ["quantities_of"]

DOTS: Final = frozenset({"dots", "spots", "lights", "circles", "points"})
SOME_OF: Final = frozenset(
    {"lower", "upper", "outer", "inner", "left", "right", "front", "rear", "nearer", "farther", "top", "bottom"}
)
JOINTS: Final = frozenset({"and", ",", "with", *COPULAS})
AFTER_THING: Final = frozenset(
    {"of", "on", "in", "at", "to", "with", "under", "above", "below", "beneath", "behind", "from", "by", "along",
     "near", "around", "against", "over", "between", "beyond"}
)  # fmt: skip
"""After these comes what a thing is at, not one more thing."""
PAIRS: Final = frozenset({"pair", "couple"})
LEVELS: Final = {
    "above": "above", "over": "above", "below": "below", "beneath": "below", "underneath": "below", "under": "below",
}  # fmt: skip
SIDES: Final = frozenset({"left", "right"})
MORE: Final = frozenset({"more", "other", "others", "further", "similar", "such"})
BETWEEN: Final = FINITE | {"follow", "follows", "seen", "visible", "directly", "just"}
"""Words that may stand between what is counted and its side."""
FARTHEST_SIDE: Final = 6
"""So many words after a number may begin the side of the region on which so many are."""


def quantities_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on numbers of others by their place, of some of the region's members, and what cannot be.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence.
    """
    if NUMBERS.keys().isdisjoint(tokens) and "one" not in tokens:
        return ()
    facts = [*_impossible(tokens), *_ones(tokens, head), *_dots(tokens)]
    if not first:
        flanks = () if head.plural else _flanks(tokens, islands, head)
        facts += [*flanks, *_placed(tokens, islands, head), *_fewer(tokens, islands, head)]
    return tuple(dict.fromkeys(facts))


def _impossible(tokens: tuple[str, ...]) -> Iterator[Fact]:
    for words in _all_of_fewer(tokens):
        yield Fact("impossible", None, (Constraint("count", " ".join(words)),))


def _all_of_fewer(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Of a pair, or of a lid and a knob, "all three"."""
    for k, word in enumerate(tokens[:-1]):
        number = NUMBERS.get(tokens[k + 1], 0)
        if number > 2 and word == "all" and 0 < _antecedent(tokens[:k], tokens[k + 2 :]) != number:
            yield tokens[k : k + 2]
        is_listed = tokens[max(k - 2, 0) :] == ("along", "with", "its", tokens[k + 1])  # "all three included"
        if number > 2 and is_listed and 0 < _listed(tokens[: k - 2]) != number:
            yield tokens[k : k + 2]


def _antecedent(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many things "all of them" are that stands between these words; 0 where they do not say so."""
    if after[:1] in (("the",), ("a",)) and not any(noun.plural for noun in nouns_in(after)):
        return _listed(after)  # "all of the strip behind the road and the area in front"
    after = after[1:] if after[:1] in (("its",), ("their",)) else after
    nouns = nouns_in(after)
    begins = bool(nouns) and all(word in COLOR_WORDS for word in after[: nouns[0].start])
    if begins and after[nouns[0].end : nouns[0].end + 1] == ("and",):
        return _listed(after[: nouns[1].end]) if len(nouns) > 1 else 0  # "all of tire and hub"
    clause = before[max((j + 1 for j, word in enumerate(before) if word == ","), default=0) :]
    named = nouns_in(clause)
    if named and named[-1].end == len(clause) and (clause[0] in ARTICLES or named[0].start == 0):
        return _listed(clause)  # "the blue table and the orange one both have red legs"
    if not before or before[-1] not in (*COPULAS, ",", "and", "but"):
        return 0
    numbers = [2 if word in PAIRS else NUMBERS[word] for word in before if word in PAIRS or word in NUMBERS]
    return numbers[-1] if numbers else _listed(before)


def _listed(words: tuple[str, ...]) -> int:
    """How many single things words name, one after the other; 0 where one of them is in the plural."""
    number = end = 0
    for noun in nouns_in(words):
        if noun.plural:
            return 0
        begins = max((j + 1 for j in range(end, noun.start) if words[j] in JOINTS), default=end)
        number += noun.start > end - (end == 0) and AFTER_THING.isdisjoint(words[begins : noun.start])
        end = noun.end
    return number if "and" in words else 0


def _dots(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Of "a row of three red dots" so many buttons, where there are any."""
    for k, word in enumerate(tokens):
        if word in DOTS:
            between = tokens[max(k - 4, 0) : k]
            numbers = [NUMBERS[other] for other in between if other in NUMBERS]
            colors = [Constraint("color", COLOR_WORDS[other]) for other in between if other in COLOR_WORDS]
            if numbers and numbers[-1] > 1:
                count = (Constraint("count", str(numbers[-1])),)
                yield Fact("mentioned", Phrase("button", False, tuple(colors[-1:])), count)


def _ones(tokens: tuple[str, ...], head: Phrase) -> Iterator[Fact]:
    """So many members of some colours: "two blue ones flanking a black one"."""
    for k, word in enumerate(tokens):
        if word != "ones":
            continue
        start = k
        while start and (tokens[start - 1] in COLOR_WORDS or tokens[start - 1] == "and"):
            start -= 1
        number = NUMBERS.get(tokens[start - 1], 0) if start else 0
        colors = [COLOR_WORDS[color] for color in tokens[start:k] if color in COLOR_WORDS]
        if len(colors) != 1 or number < 2:
            continue  # of "two red and blue ones" each may have one colour or both
        looks = tuple(Constraint("color", color) for color in colors)
        if head.plural and tokens[max(start - 2, 0)] not in ("other", "of"):
            yield Fact("some", None, (*looks, Constraint("count", str(number))))
        elif tokens[max(start - 3, 0) : start - 1] == ("of", "the"):
            yield Fact("among", None, (Constraint("among", str(number)), *looks))


def _flanks(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """How many of its like are on a side of the region: "one slat is above it and two more are below"."""
    goes_on = False
    for k, word in enumerate(tokens):
        number = 1 if word == "one" else NUMBERS.get(word, 0)
        if not number:
            continue
        after, is_named = _after_things(tokens, islands, head, k)
        side, is_of_it = _side(tokens, after) if after else ("", False)
        side = side if is_of_it or side not in SIDES else ""
        if side and (is_of_it if is_named else goes_on):
            yield Fact("flank", None, (Constraint("count", str(number)),), side)
            goes_on = True


def _after_things(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, k: int) -> tuple[int, bool]:
    """The position after what a number counts, if that may be things like the region, and whether they are named."""
    end = k + 1
    while tokens[end : end + 1] and tokens[end] in MORE:
        end += 1
    is_named = False
    for island in islands:
        readings = [reading for reading in island.readings if isinstance(reading, Phrase)]
        if readings and island.start <= k < island.end:
            noun = readings[0]
            if noun.noun in (ANY_NOUN, UNKNOWN_NOUN):
                return 0, False
            if not may_be_the_same(noun, head):
                return 0, False
            end, is_named = island.end, True
    while tokens[end : end + 1] and tokens[end] in BETWEEN:
        end += 1
    return end, is_named


def _side(tokens: tuple[str, ...], k: int) -> tuple[str, bool]:
    """The side of the region that begins at a position, and whether the region is named there."""
    rest = tokens[k : k + 5]
    if rest[:1] and rest[0] in LEVELS:
        is_of_it = rest[1:2] == ("it",)
        ends = is_of_it or rest[1:2] in ((), (",",), ("and",))
        return (LEVELS[rest[0]], is_of_it) if ends else ("", False)
    if len(rest) > 2 and rest[0] in ("to", "on") and rest[1] in ("its", "the") and rest[2] in SIDES:
        return rest[2], rest[1] == "its" or rest[3:5] == ("of", "it")
    return "", False


def _placed(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """So many on a side of the region: "the two slats above it", "one window to its left and two more to its right"."""
    for k, word in enumerate(tokens):
        number = NUMBERS.get(word, 0)
        if number < 2:
            continue
        for end in range(k + 1, min(k + FARTHEST_SIDE, len(tokens))):
            side, is_of_it = _side(tokens, end)
            if not (is_of_it or (side in SIDES and tokens[end] == "to")) or {",", "and"}.intersection(tokens[k:end]):
                continue
            named = [phrase for island in islands if k < island.end <= end for phrase in _named(island)]
            thing = named[-1] if named else head
            looks = tuple(c for c in thing.constraints if c.kind in LOOKS) if named else ()
            if named and not thing.plural:
                continue
            if named or (not head.plural and tokens[k + 1] in ("more", "others", tokens[end])):
                yield Fact("mentioned", Phrase(thing.noun, False, looks), (Constraint("count", str(number)),), side)


def _fewer(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """Of a group "the lower two" are not all."""
    named = {k for island in islands if any(_named(island)) for k in range(island.start, island.end)}
    for k in range(2, len(tokens)):
        if (
            tokens[k] in NUMBERS
            and k not in named
            and tokens[k - 1] in SOME_OF
            and tokens[k - 2] == "the"
            and head.plural
        ):
            yield Fact("fewer", None, (Constraint("count", str(NUMBERS[tokens[k]])),))


def _named(island: Island) -> Iterator[Phrase]:
    for reading in island.readings[:1]:
        if isinstance(reading, Phrase) and reading.noun not in (ANY_NOUN, UNKNOWN_NOUN):
            yield reading
