"""Numbers that a sentence says in passing: of what a thing has, of other things, and of all that it lists.

"A three-seater", "the two nearer benches are not it", "all three: the two red ones and the blue one".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from ..logic import Constraint, Phrase
from ..sentences.claims import DENIALS, ENDS, NOT_A_PART, Noun, noun_after, nouns_in
from ..sentences.fact import Fact
from ..words.anatomy import SHAPES as FORMS
from ..words.anatomy import has_part
from ..words.categories import IRREGULAR
from ..words.connectives import COPULAS, SIDES
from ..words.lexicon import categories_of, is_thing
from ..words.synonyms import loosely
from ..words.vocabulary import COLOR_WORDS, NUMBERS
from .looks import described

__all__ = ["COMPOUNDS", "counts_in"]

COMPOUNDS: Final = {
    "tier": ("pine", "foliage tier"), "layer": ("pine", "foliage tier"), "seat": ("sofa", "cushion"),
    "seater": ("sofa", "cushion"), "storey": ("house", ""), "story": ("house", ""), "floor": ("house", ""),
    "lantern": ("street lamp", "lantern"), "headed": ("street lamp", "lantern"), "armed": ("street lamp", "lantern"),
    "arm": ("street lamp", "lantern"), "light": ("street lamp", "lantern"), "head": ("street lamp", "lantern"),
    "leg": ("stool", "leg"), "pane": ("window", "pane"),
    "door": ("cabinet", "door"), "drawer": ("cabinet", "drawer"),
    "shelf": ("bookshelf", "board"), "level": ("bookshelf", "board"),
}  # fmt: skip
"""Word after a number before a noun, "three-seat" -> what is so, and the parts that are counted."""
LEVELS: Final = frozenset({"upper", "lower", "top", "bottom", "first", "last", "other", "the"})
AFTER: Final = 5
"""So many words after a noun may say that these things are on the region."""
ROWS: Final = frozenset({"row", "shelf"})
REACH: Final = 5
"""So many words after "each" comes the number."""
SOME: Final = frozenset(
    {"front", "rear", "back", "nearer", "farther", "further", "nearest", "farthest", "closer", "closest", "other",
     "others", "remaining", "rearmost", "frontmost", "foremost"}
)  # fmt: skip
"""Words by which some of several things are told from the others."""
ENDS_LIST: Final = DENIALS | {"other", "others", "each", "both", "except", "but", "or", "of"}
"""Words with which what is listed is not one more member."""
NOT_LISTED: Final = frozenset({*COPULAS, "has", "have", "stand", "lie", "which", "that"})
"""With these the total is no subject of a list."""
BEGINNING: Final = 5
"""Among so many words the total is said: "the group of five plants"."""
BEGINS: Final = frozenset({"the", "a", "an"})
ONE: Final = "thing"
FEWEST: Final = 3
"""What is no more than two is no more than anything has."""
OF_THEM: Final = (("of", "them"), ("of", "its"), ("of", "those"))
OWNING: Final = (("its",), ("the",), ("their",))
AFTER_SOME: Final = frozenset({"on", "at", "are", "cut", "cropped", "up", ","})
DIVIDING: Final = frozenset({"divide", "divides", "divided", "dividing", "splits", "splitting"})
SEVERAL: Final = frozenset({"they", "their", "them", "both", "all", "these"})
IN_A_ROW: Final = frozenset({"upper", "lower", "upstairs", "up", "top", "bottom", "left", "right"})
"""Words on one row of windows, or of their panes."""


def counts_in(tokens: tuple[str, ...], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on numbers.

    Args:
        tokens: the words.
        head: what the first sentence is about.
        first: whether it is the first sentence, which names the region first.
    """
    if NUMBERS.keys().isdisjoint(tokens):
        return ()
    nouns = nouns_in(tokens)
    facts = [*_compounds(tokens, nouns, first=first), *_others(tokens), *_sums(tokens), *_each(tokens), *_rows(tokens)]
    facts += [*_parts(tokens, nouns, head)]
    return tuple(dict.fromkeys(facts))


def _compounds(tokens: tuple[str, ...], nouns: tuple[Noun, ...], *, first: bool) -> Iterator[Fact]:
    """Of "the three-seat sofa" and "a two-storey house" there is one, of the colour that is said before."""
    for k, word in enumerate(tokens[:-2]):
        if word != "numbered" or tokens[k + 1] not in NUMBERS or tokens[k + 2] not in COMPOUNDS:
            continue
        start = k
        while start and (tokens[start - 1] in COLOR_WORDS or tokens[start - 1] == "and"):
            start -= 1
        colors = tuple(c for c in described(tokens, start, k) if c.kind == "color")
        is_region = first and not any(noun.end <= k for noun in nouns)
        count = Constraint("count", str(NUMBERS[tokens[k + 1]]))
        yield Fact("numbered", None, (count, *colors[:1]), f"{tokens[k + 2]} {'own' if is_region else 'any'}")


def _each(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """So many parts of one member: "each has two pillows", "with three doors each"."""
    for k, word in enumerate(tokens):
        noun = noun_after(tokens, k) if word in NUMBERS and tokens[max(k - 1, 0)] != "numbered" else None
        if noun is None or not (noun.plural or noun.lemmas[0] in ROWS) or ONE in noun.lemmas:
            continue
        if "each" in tokens[max(k - REACH, 0) : k] or tokens[noun.end : noun.end + 1] == ("each",):
            things = tuple(map(Phrase, noun.lemmas))
            yield Fact("each", things[0], (Constraint("count", str(NUMBERS[word])),), others=things[1:])


def _rows(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Of "a bookcase with three rows of books" there is one with so many."""
    for k, word in enumerate(tokens):
        is_of_all = "of" not in tokens[max(k - 2, 0) : k] and tokens[max(k - 1, 0)] not in LEVELS
        if (
            word in NUMBERS
            and tokens[k + 1 : k + 2] == ("rows",)
            and is_of_all
            and "books" in tokens[max(k - 3, 0) : k + 5]
        ):
            yield Fact("numbered", None, (Constraint("count", str(NUMBERS[word])),), "shelf any")


def _parts(tokens: tuple[str, ...], nouns: Sequence[Noun], head: Phrase) -> Iterator[Fact]:
    """So many parts, and who may have them: what the sentence names, or the region's own object.

    "Six short feet", "the front sofa has five of them", "the upper three panes".
    """
    for k, word in enumerate(tokens):
        if NUMBERS.get(word, 0) < FEWEST or tokens[max(k - 1, 0)] == "numbered":
            continue
        noun = _counted(tokens, nouns, k) or _elided(tokens, nouns, k, head)
        if noun is None:
            continue
        kinds = frozenset().union(*(categories_of(lemma) or frozenset() for lemma in noun.lemmas))
        others = [other for other in nouns if not k < other.start <= noun.start]
        several = not SEVERAL.isdisjoint(tokens[max(k - REACH, 0) : k])
        several = several or any(_is_plural(tokens, other) and _has(other, kinds) for other in others)
        several = several and "each" not in tokens[max(k - REACH, 0) : k]
        near = tokens[max(k - 1, 0) : noun.start] + tokens[noun.end : noun.end + (4 if noun.end == k + 1 else 1)]
        is_row = not IN_A_ROW.isdisjoint(near) or tokens[noun.end : noun.end + 3] == ("in", "a", "row")
        is_of_all = tokens[max(k - 2, 0) : k] == ("of", "the")
        how = "all" if several or (is_of_all and not is_row) else "row" if is_row else "one"
        owners = tuple(Constraint("of", "", Phrase(lemma)) for other in others for lemma in other.lemmas)
        things = tuple(map(Phrase, noun.lemmas))
        count = Constraint("count", str(NUMBERS[word]))
        yield Fact("most", things[0], (count, *dict.fromkeys(owners)), how, things[1:])


def _has(owner: Noun, parts: frozenset[str]) -> bool:
    return any(has_part(kind, parts) for lemma in owner.lemmas for kind in categories_of(lemma) or ())


def _elided(tokens: tuple[str, ...], nouns: Sequence[Noun], k: int, head: Phrase) -> Noun | None:
    """What a number counts that no noun follows: what the region is, or panes into which a cross divides it."""
    after = tokens[k + 1 : k + 3]
    if after[:1] == ("of",) and after[1:] in OWNING:
        noun = next((noun for noun in nouns if noun.start > k + 2), None)
        if noun is not None and noun.plural and ENDS.isdisjoint(tokens[k + 3 : noun.start]):
            return noun
    if tokens[max(k - 1, 0)] in ("in", "into") and not DIVIDING.isdisjoint(tokens[:k]):
        return Noun(k + 1, k + 1, ("opening",), True)
    is_some = tokens[max(k - 1, 0)] in IN_A_ROW | {"the"} and (not after or after[0] in AFTER_SOME)
    return Noun(k + 1, k + 1, (head.noun,), True) if is_some or after in OF_THEM else None


def _counted(tokens: tuple[str, ...], nouns: Sequence[Noun], k: int) -> Noun | None:
    """The plural noun that a number counts, behind all adjectives: "six green, dark-flecked tiers"."""
    for noun in nouns:
        between = tokens[k + 1 : noun.start]
        if noun.start <= k or (noun.end < len(tokens) and FORMS.intersection(noun.lemmas) and tokens[noun.end] in COLOR_WORDS):
            continue
        commas = [j for j, word in enumerate(between) if word == ","]
        goes_on = all(between[j + 1 : j + 2] and (between[j + 1] in COLOR_WORDS or between[j + 1] == "shaped") for j in commas)
        if not goes_on or not ENDS.difference({","}).isdisjoint(between) or len(between) > REACH + len(commas):
            return None
        return noun if _is_plural(tokens, noun) else None
    return None


def _is_plural(tokens: tuple[str, ...], noun: Noun) -> bool:
    """Whether a noun is written in the plural, also where there is a singular of that form, "drawers"."""
    word = tokens[noun.end - 1]
    return noun.plural or word in IRREGULAR.values() or (word.endswith("s") and not word.endswith("ss"))


def _others(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Things of a number, whoever it is said of: there are so many, and one more where they are only some."""
    for k, word in enumerate(tokens):
        noun = noun_after(tokens, k) if word in NUMBERS and tokens[max(k - 1, 0)] != "numbered" else None
        if noun is None or not noun.plural or not all(map(_is_of_things, noun.lemmas)):
            continue
        if NOT_A_PART.intersection((*noun.lemmas, *tokens[noun.start : noun.end])) or SIDES.intersection(noun.lemmas):
            continue
        words = tokens[max(k - 1, 0) : noun.start]
        is_some = not SOME.isdisjoint(words) and tokens[max(k - 1, 0)] != "all"
        colors = [c for c in described(tokens, k, noun.start) if c.kind == "color"]
        looks = tuple(colors) if len(colors) == 1 and tokens[noun.start - 1] in COLOR_WORDS else ()
        count = (Constraint("count", str(NUMBERS[word] + is_some)),)
        things = [Phrase(lemma, False, looks) for lemma in noun.lemmas]
        after = tokens[noun.end : noun.end + AFTER]
        is_on = any(pair == ("on", "it") for pair in pairwise(after)) and "to" not in after
        how = "on" if is_on else ""
        yield Fact("several", things[0], count, how, tuple(things[1:]))


def _is_of_things(lemma: str) -> bool:
    kinds = categories_of(lemma)
    return bool(kinds) and all(map(is_thing, kinds or ()))


def _sums(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """More members than there are said to be: "all three mugs, the three with lids and the open one"."""
    start = next((k for k, word in enumerate(tokens[:BEGINNING]) if word in NUMBERS), None)
    noun = noun_after(tokens, start) if start is not None else None
    if start is None or noun is None or tokens[start - 1] == "numbered" or "," not in tokens[noun.end :]:
        return
    comma = tokens.index(",", noun.end)
    if not NOT_LISTED.isdisjoint(tokens[:comma]):
        return
    total = listed = 0
    for segment in _segments(tokens[comma + 1 :]):
        number = _number_of(segment, noun)
        if number == 0:
            break
        listed, total = listed + number, total + 1
    if total > 1 and listed > NUMBERS[tokens[start]]:
        yield Fact("impossible", None, (Constraint("count", " ".join(tokens[start : noun.end])),))


def _segments(tokens: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The parts of a list; what follows a comma after a number may tell of these."""
    start = 0
    for k in (*(k for k, word in enumerate(tokens) if word in (",", "and")), len(tokens)):
        following = tokens[k + 1 : k + 2]
        if following and following[0] not in BEGINS and following[0] not in NUMBERS:
            continue
        yield tokens[start:k]
        if tokens[k : k + 1] == (",",) and not NUMBERS.keys().isdisjoint(tokens[start : start + 2]):
            return
        start = k + 1


def _number_of(segment: tuple[str, ...], whole: Noun) -> int:
    """How many members a part of a list names, 0 where it names none."""
    start = 1 if segment[:1] and segment[0] in BEGINS else 0
    if not segment[start:] or not ENDS_LIST.isdisjoint(segment[: start + 3]):
        return 0
    noun = noun_after(("", *segment), start)
    is_alike = noun is not None and (ONE in noun.lemmas or not _kinds(noun).isdisjoint(_kinds(whole)))
    if segment[start] in NUMBERS:
        return NUMBERS[segment[start]] if noun is None or is_alike else 0
    return int(start == 1 and noun is not None and is_alike and not noun.plural)


def _kinds(noun: Noun) -> frozenset[str]:
    return frozenset().union(*((categories_of(lemma) or frozenset()) | loosely(lemma) for lemma in noun.lemmas))
