"""What a sentence says of numbers: how many things there are, how many of others are where, and what cannot be.

"The three chairs", "the lower three", "two more to its right", "one is above it and two more are below".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.anatomy import SHAPES
from ..words.connectives import COPULAS, FUNCTION_WORDS, is_in_sight
from ..words.lexicon import categories_of
from ..words.synonyms import loosely
from ..words.vocabulary import ARTICLES, COLOR_WORDS, NUMBERS
from .claims import nouns_in
from .clauses import FINITE, denied_in
from .fact import LOOKS, Fact, so_many
from .islands import Island
from .phrases import may_be_the_same

__all__ = ["alone_in", "quantities_of"]

DOTS: Final = frozenset({"dots", "spots", "lights", "circles", "points"})
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
AFTER_NUMBER: Final = frozenset(
    {",", "and", "on", "in", "at", "to", "are", "is", "have", "stand", "run", "others", "other", "more", "can", "below",
     "above", "with", "that", "which", "ones", "being", "show", "seen", "visible", "along", "without", "whose", "near",
     "next", "nearer", "farther", "further", "closest", "up", "down", "there", "under", "beneath", "behind", "together"}
)  # fmt: skip
"""Words before which a number is no adjective."""
OF_SO_MANY: Final = (("row", "of"), ("out", "of"))
MOST_BETWEEN: Final = 3
"""So many words may stand between a number and what it counts."""
BORDERS: Final = frozenset({"border", "edge", "side", "sides", "end", "corner", "opening", "level", "gap"})
"""Nouns of outlines, of which there are as many as a viewer sees."""
OTHER: Final = frozenset({"other", "more"})
STANDING_BY: Final = frozenset({"in front of", "behind", "above", "below", "under", "on"})
"""What stands so to things is none of them."""
NONE_OF: Final = frozenset({"between", "unlike", "than"})
BACKS: Final = frozenset({"back", "backrest"})
TIERS: Final = frozenset({"row", "tier", "compartment"})
UPPER: Final = frozenset({"upper", "lower", "above", "below"})


def quantities_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on numbers of others by their place, of some of the region's members, and what cannot be.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence.
    """
    facts = [*_enough(tokens, islands, first=first)]
    if NUMBERS.keys().isdisjoint(tokens) and "one" not in tokens:
        return tuple(dict.fromkeys(facts))
    facts += [*_all_of_fewer(tokens), *_dots(tokens)]
    if not first:
        flanks = () if head.plural else _flanks(tokens, islands, head)
        facts += [*flanks, *_placed(tokens, islands, head)]
    return tuple(dict.fromkeys(facts))


def _enough(tokens: tuple[str, ...], islands: Sequence[Island], *, first: bool) -> Iterator[Fact]:
    """Of "the three chairs" there are so many, also where a clause is about what is not meant."""
    denied = denied_in(tokens, islands)
    for k, island in enumerate(islands):
        phrase = island.phrase if island.kind == "phrase" else None
        number = _number_of(tokens, island, phrase) if phrase is not None else 0
        words = tokens[max(island.start - 1, 0) : island.end]
        if phrase is None or not number or not _is_counted(phrase) or tokens[island.end : island.end + 1] == ("each",):
            continue
        how = _how(tokens, islands, k, phrase, first=first)
        if (k not in denied or "the" in words) and (phrase.noun not in TIERS - {"tier"} or how == "beside"):
            after = words[words.index("of") :] if "of" in words and "one" in words else words
            kinds = LOOKS if any(word in COLOR_WORDS for word in after) else LOOKS - {"color"}
            looks = tuple(c for c in phrase.constraints if c.kind in kinds)  # not of "the only red one of five balls"
            yield so_many("enough", number, [Phrase(phrase.noun, False, looks)], how)


def _is_counted(phrase: Phrase) -> bool:
    """Whether a noun names things that can be counted."""
    is_thing = categories_of(phrase.noun) or (loosely(phrase.noun) and phrase.noun not in SHAPES)
    return bool(is_thing or phrase.noun in TIERS) and phrase.noun not in BORDERS


def _number_of(tokens: tuple[str, ...], island: Island, phrase: Phrase) -> int:
    """The number of a phrase, also one that it has not taken in: "five hanging pictures"; 0 where there is none."""
    number = next((int(c.value) for c in phrase.constraints if c.kind in ("count", "among")), 0)
    for k in range(island.start - 1, max(island.start - 1 - MOST_BETWEEN, -1), -1):
        if number or not phrase.plural or tokens[k] in FUNCTION_WORDS:
            break
        number = NUMBERS.get(tokens[k], 0)
    return number


def _how(tokens: tuple[str, ...], islands: Sequence[Island], k: int, phrase: Phrase, *, first: bool) -> str:
    """How the region is to what a phrase counts, as `are_enough` wants it."""
    start, end = islands[k].start, islands[k].end
    words, after = tokens[max(start - 1, 0) : end], tokens[end : end + 1]
    if BACKS.intersection(words):
        return "back"
    if not first and not UPPER.isdisjoint((*words, *after)):
        return "beside"
    if tokens[end : end + 2] in (("on", "it"), ("on", "its")):
        return "on"
    if not OTHER.isdisjoint(words):
        return "other"
    link = islands[k - 1] if k else islands[0]
    is_beside = k > 0 and (link.link[1] in STANDING_BY or tokens[link.start] in NONE_OF)
    is_beside = is_beside and tokens[link.start - 1] not in BORDERS  # "the gap between"
    is_among = "both" in words or any(c.kind == "among" for c in phrase.constraints)
    if (is_beside or "similar" in words) and not is_among:
        return "beside"
    if not first and k + 1 < len(islands) and islands[k + 1].link[0] in ("of", "in"):
        return "of"
    return "anywhere" if is_in_sight(tokens, end) else ""


def alone_in(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """The numbers that no noun follows, "the lower three", "a row of six": so many of something that was named.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
    """
    nouns = [Phrase(head.noun)] if head.noun not in (ANY_NOUN, UNKNOWN_NOUN) else []
    named = [(island, phrase) for island in islands for phrase in _named(island)]
    counted = {
        k for island, phrase in named for k in range(island.start, island.end)
        if phrase.plural or any(c.kind in ("count", "among") for c in phrase.constraints)
    }  # fmt: skip
    for k, word in enumerate(tokens):
        before, following = tokens[max(k - 2, 0) : k], tokens[k + 1 : k + 2]
        if word not in NUMBERS or k in counted or following == ("of",) or before[-1:] in (("numbered",), ("into",)):
            continue
        if following and following[0] not in AFTER_NUMBER and before not in OF_SO_MANY:
            continue
        is_of = before == ("of", "the")  # of "with long leaves, the largest of the three" not the leaves
        last = [phrase for island, phrase in named if island.end <= k and not (is_of and phrase.plural)][-1:]
        things = nouns if head.plural else [*nouns, *(Phrase(phrase.noun) for phrase in last)]
        is_other = following in (("more",), ("others",), ("other",)) or before[-1:] == ("other",)
        if things:
            how = "other" if is_other else "anywhere" if is_in_sight(tokens, k + 1) else ""
            yield so_many("enough", NUMBERS[word], things, how)


def _all_of_fewer(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Of a pair, or of a lid and a knob, "all three" is impossible."""
    for k, word in enumerate(tokens[:-1]):
        number = NUMBERS.get(tokens[k + 1], 0)
        is_listed = tokens[max(k - 2, 0) :] == ("along", "with", "its", tokens[k + 1])  # "all three included"
        total = (
            _antecedent(tokens[:k], tokens[k + 2 :]) if word == "all" else _listed(tokens[: k - 2]) if is_listed else 0
        )
        if number > 2 and 0 < total != number:
            yield Fact("impossible", None, (Constraint("count", f"{word} {tokens[k + 1]}"),))


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
                yield so_many("enough", numbers[-1], [Phrase("button", False, tuple(colors[-1:]))])


def _flanks(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """How many of its like are on a side of the region: "one slat is above it and two more are below"."""
    goes_on = False
    for k, word in enumerate(tokens):
        number = 1 if word == "one" else NUMBERS.get(word, 0)
        after, is_named = _after_things(tokens, islands, head, k) if number else (0, False)
        side, is_of_it = _side(tokens, after) if after else ("", False)
        side = side if is_of_it or side not in SIDES else ""
        if side and (is_of_it if is_named else goes_on):
            yield so_many("flank", number, (), side)
            goes_on = True


def _after_things(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, k: int) -> tuple[int, bool]:
    """The position after what a number counts, if that may be things like the region, and whether they are named."""
    end = k + 1
    while tokens[end : end + 1] and tokens[end] in MORE:
        end += 1
    is_named = False
    for island in islands:
        if island.phrase is not None and island.start <= k < island.end:
            if not any(may_be_the_same(phrase, head) for phrase in _named(island)):
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
                yield so_many("enough", number, [Phrase(thing.noun, False, looks)], side)


def _named(island: Island) -> Iterator[Phrase]:
    if island.phrase is not None and island.phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN):
        yield island.phrase
