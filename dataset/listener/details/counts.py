"""Numbers that a sentence says in passing: of what a thing has, of other things, and of all that it lists.

"A three-seater", "the two nearer benches are not it", "all three: the two red ones and the blue one".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import Constraint, Phrase
from ..sentences.claims import DENIALS, ENDS, NOT_A_PART, Noun, colors_before, noun_after, nouns_in
from ..sentences.fact import Fact, so_many
from ..sentences.members import continued
from ..words.anatomy import SHAPES as FORMS
from ..words.anatomy import has_part
from ..words.connectives import COPULAS, SIDES
from ..words.lexicon import categories_of, is_thing, plural_of
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
FARTHEST_IT: Final = 14
NOT_A_PLACE: Final = frozenset({ONE, "stand"})
HALVES: Final = frozenset({"half", "top", "surface", "edge", "end", "part"})
ROWS_OF: Final = frozenset({"by", "above", "over", "below"})
EACH_SIDE: Final = (("on", "each"), ("at", "each"), ("on", "either"), ("at", "either"))
TOTALS: Final = (("in", "total"), ("in", "all"), ("in", "number"), ("altogether",), ("to", "be", "seen"))
OF_THEM_SEEN: Final = (
    ("of", "them", "can", "be", "seen"),
    ("of", "them", "are", "visible"),
    ("of", "them", "are", "seen"),
)
PAIRED: Final = frozenset({"wheel", "tire", "hubcap", "leg", "foot", "feet"})
"""Parts of which two are on each side of a thing."""
ON_ONE_SIDE: Final = frozenset({"front", "rear", "back", "near", "nearer", "far", "farther", "left", "right"})
SIDE_WORDS: Final = ON_ONE_SIDE | {"visible", "one", "same", "this", "that"}
SIDE_NOUNS: Final = frozenset({"side", "flank", "end", "part", "half"})
NEAR_SIDE: Final = 10
OWNING: Final = (("its",), ("the",), ("their",))
AFTER_SOME: Final = frozenset({"on", "at", "in", "are", "cut", "cropped", "up", ","})
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
    facts = [
        *_compounds(tokens, nouns, first=first),
        *_others(tokens, nouns),
        *_sums(tokens),
        *_each(tokens),
        *_rows(tokens),
    ]
    facts += [*_parts(tokens, nouns, head), *_arranged(tokens, nouns, head), *_totals(tokens, head)]
    return tuple(dict.fromkeys(facts))


def _numbers(tokens: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """The positions of the numbers that are said of what follows, each with what it is."""
    yield from (
        (k, NUMBERS[word]) for k, word in enumerate(tokens) if word in NUMBERS and tokens[k - 1 : k] != ("numbered",)
    )


def _compounds(tokens: tuple[str, ...], nouns: tuple[Noun, ...], *, first: bool) -> Iterator[Fact]:
    """Of "the three-seat sofa" and "a two-storey house" there is one, of the colour that is said before."""
    for k, word in enumerate(tokens[:-2]):
        if word != "numbered" or tokens[k + 1] not in NUMBERS or tokens[k + 2] not in COMPOUNDS:
            continue
        start = colors_before(tokens, k)
        colors = tuple(c for c in described(tokens, start, k) if c.kind == "color")
        is_region = first and not any(noun.end <= k for noun in nouns)
        how = f"{tokens[k + 2]} {'own' if is_region else 'any'}"
        yield so_many("numbered", NUMBERS[tokens[k + 1]], (), how, *colors[:1])


def _each(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """So many parts of one member: "each has two pillows", "with three doors each"."""
    for k, number in _numbers(tokens):
        noun = noun_after(tokens, k)
        if noun is None or not (noun.plural or noun.lemmas[0] in ROWS) or ONE in noun.lemmas:
            continue
        if "each" in tokens[max(k - REACH, 0) : k] or tokens[noun.end : noun.end + 1] == ("each",):
            yield so_many("each", number, [*map(Phrase, noun.lemmas)])


def _rows(tokens: tuple[str, ...]) -> Iterator[Fact]:
    """Of "a bookcase with three rows of books" there is one with so many."""
    for k, number in _numbers(tokens):
        is_of_all = "of" not in tokens[max(k - 2, 0) : k] and tokens[max(k - 1, 0)] not in LEVELS
        if tokens[k + 1 : k + 2] == ("rows",) and is_of_all and "books" in tokens[max(k - 3, 0) : k + 5]:
            yield so_many("numbered", number, (), "shelf any")


def _parts(tokens: tuple[str, ...], nouns: Sequence[Noun], head: Phrase) -> Iterator[Fact]:
    """So many parts, and who may have them: what the sentence names, or the region's own object.

    "Six short feet", "the front sofa has five of them", "the upper three panes".
    """
    for k, number in _numbers(tokens):
        if number < FEWEST - ("other" in tokens[k + 1 : k + 2]):
            continue
        noun = _counted(tokens, nouns, k) or _elided(tokens, nouns, k, head)
        if noun is None:
            continue
        if tokens[noun.start : noun.end] == ("ones",):
            noun = noun._replace(lemmas=(head.noun,))
        kinds = frozenset().union(*(categories_of(lemma) or frozenset() for lemma in noun.lemmas))
        others = [other for other in nouns if not k < other.start <= noun.start]
        several = not SEVERAL.isdisjoint(tokens[max(k - REACH, 0) : k])
        several = several or any(_is_plural(tokens, other) and _has(other, kinds) for other in others)
        several = several and "each" not in (*tokens[max(k - REACH, 0) : k], *tokens[noun.end : noun.end + 1])
        near = tokens[max(k - 1, 0) : noun.start] + tokens[noun.end : noun.end + (4 if noun.end == k + 1 else 1)]
        row = ON_ONE_SIDE if kinds <= PAIRED else IN_A_ROW
        is_row = not row.isdisjoint(near) or tokens[noun.end : noun.end + 3] == ("in", "a", "row")
        is_row = is_row or (kinds <= PAIRED and _is_on_a_side(tokens, k, noun.end))
        is_of_all = tokens[max(k - 2, 0) : k] == ("of", "the")
        how = "all" if several or (is_of_all and not is_row) else "row" if is_row else "one"
        owners = tuple(Constraint("of", "", Phrase(lemma)) for other in others for lemma in other.lemmas)
        is_other = "other" in near and not head.plural and head.noun in noun.lemmas  # than the region
        total = continued(tokens) if k < 2 and noun.start > k + 1 else 0
        yield so_many("most", max(number + is_other, total), [*map(Phrase, noun.lemmas)], how, *dict.fromkeys(owners))


def _arranged(tokens: tuple[str, ...], nouns: Sequence[Noun], head: Phrase) -> Iterator[Fact]:
    """As many as several rows have together: "arranged two by three", "two on each side of the road"."""
    for k, word in enumerate(tokens[:-2]):
        if word not in NUMBERS:
            continue
        start = k + 3 if tokens[k + 2] == "and" else k + 2  # "two above and two below"
        following = tokens[k + 1], NUMBERS.get("".join(tokens[start : start + 1]), 0)
        if following[1] and following[0] in ROWS_OF:
            total = NUMBERS[word] * following[1] if following[0] == "by" else NUMBERS[word] + following[1]
            before = [noun for noun in nouns if noun.end <= k and _is_plural(tokens, noun)]
            lemmas = before[-1].lemmas if before else (head.noun,)
            yield so_many("most", total, [*map(Phrase, lemmas)], "one")
        if tokens[k + 1 : k + 3] in EACH_SIDE and head.plural and tokens[max(k - 1, 0)] == ",":
            yield so_many("tally", 2 * NUMBERS[word])


def _totals(tokens: tuple[str, ...], head: Phrase) -> Iterator[Fact]:
    """How many the region is said to be in all: "all the mugs, five in total", "six of them can be seen"."""
    for k, number in _numbers(tokens) if head.plural else ():
        is_in_all = any(tokens[k + 1 : k + 1 + len(words)] == words for words in TOTALS)
        if (is_in_all and tokens[max(k - 1, 0)] in (",", "are")) or (k == 0 and tokens[1:6] in OF_THEM_SEEN):
            yield so_many("total", number)


def _has(owner: Noun, parts: frozenset[str]) -> bool:
    return any(has_part(kind, parts) for lemma in owner.lemmas for kind in categories_of(lemma) or ())


def _is_on_a_side(tokens: tuple[str, ...], k: int, end: int) -> bool:
    """Whether what is counted is on one side: "on its left side are three wheels", "three legs at the far end"."""
    rest = tokens[end : end + NEAR_SIDE]
    rest = rest[: next((j for j, word in enumerate(rest) if word in (",", "and", "but", "while")), len(rest))]
    for words in (tokens[max(k - 4, 0) : k], rest):
        for j, word in enumerate(words):
            side = next((n for n, other in enumerate(words[j : j + 5]) if other in SIDE_NOUNS), 0)
            if word in ("on", "at", "along", "under", "to") and SIDE_WORDS.intersection(words[j : j + side]):
                return True
    return False


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
    is_some = is_some or (head.plural and after[:1] in (("are",), ("can",)))
    return Noun(k + 1, k + 1, (head.noun,), True) if is_some or after in OF_THEM else None


def _counted(tokens: tuple[str, ...], nouns: Sequence[Noun], k: int) -> Noun | None:
    """The plural noun that a number counts, behind all adjectives: "six green, dark-flecked tiers"."""
    compounds = {noun.start for noun in nouns}
    for noun in nouns:
        between = tokens[k + 1 : noun.start]
        if (
            noun.start <= k
            or noun.end in compounds
            or (
                noun.end < len(tokens) and (FORMS | SIDES).intersection(noun.lemmas) and tokens[noun.end] in COLOR_WORDS
            )
        ):
            continue
        commas = [j for j, word in enumerate(between) if word == ","]
        goes_on = all(
            between[j + 1 : j + 2] and (between[j + 1] in COLOR_WORDS or between[j + 1] == "shaped") for j in commas
        )
        if not goes_on or not ENDS.difference({","}).isdisjoint(between) or len(between) > REACH + len(commas):
            return None
        return noun if _is_plural(tokens, noun) else None
    return None


def _is_plural(tokens: tuple[str, ...], noun: Noun) -> bool:
    """Whether a noun is written in the plural, also where there is a singular of that form, "drawers"."""
    return noun.plural or any(plural_of(lemma).split()[-1] == tokens[noun.end - 1] for lemma in noun.lemmas)


def _others(tokens: tuple[str, ...], nouns: Sequence[Noun]) -> Iterator[Fact]:
    """Things of a number, whoever it is said of: there are so many, and one more where they are only some."""
    for k, number in _numbers(tokens):
        noun = noun_after(tokens, k)
        if noun is None or not noun.plural or not all(map(_is_of_things, noun.lemmas)):
            continue
        if NOT_A_PART.intersection((*noun.lemmas, *tokens[noun.start : noun.end])) or SIDES.intersection(noun.lemmas):
            continue
        words = tokens[max(k - 1, 0) : noun.start]
        is_some = not SOME.isdisjoint(words) and tokens[max(k - 1, 0)] != "all"
        colors = [c for c in described(tokens, k, noun.start) if c.kind == "color"]
        looks = tuple(colors) if len(colors) == 1 and tokens[noun.start - 1] in COLOR_WORDS else ()
        shared = _shared(tokens, noun.end)
        things = [Phrase(lemma, False, looks or shared) for lemma in noun.lemmas]
        how = "on" if _is_on_it(tokens, nouns, noun.end) else "with" if shared else ""
        yield so_many("several", number + (is_some and not shared), things, how)


def _shared(tokens: tuple[str, ...], end: int) -> tuple[Constraint, ...]:
    """The one colour that things which end at a position have on them: "the other two trees have yellow leaves"."""
    if tokens[end : end + 1] not in (("have",), ("with",), ("has",)):
        return ()
    colors = [c for c in described(tokens, end + 1, end + 4) if c.kind == "color"]
    is_one = len(colors) == 1 and not {"and", ",", "or", "no"}.intersection(tokens[end + 1 : end + 4])
    return tuple(colors) if is_one else ()


def _is_on_it(tokens: tuple[str, ...], nouns: Sequence[Noun], end: int) -> bool:
    """Whether things whose noun ends at a position are on the region: "two mugs, both teal, stand on its half"."""
    for k in range(end, min(end + FARTHEST_IT, len(tokens) - 1)):
        if tokens[k] == "to" or any(noun.start == k and not NOT_A_PLACE.intersection(noun.lemmas) for noun in nouns):
            return False
        if tokens[k] == "on" and tokens[k + 1] in ("it", "its"):
            return tokens[k + 1] == "it" or not HALVES.isdisjoint(tokens[k + 2 : k + 4])
    return False


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
