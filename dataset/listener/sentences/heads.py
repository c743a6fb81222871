"""What a sentence is about where its first noun says a form or an amount: "a tuft of leaves", "a ring of rubber"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..grammar.modifiers import combined
from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.anatomy import SHAPES, has_part, is_checkable, is_subpart
from ..words.connectives import SCRAPS, SIDES, TRANSPARENT
from ..words.lexicon import categories_of, is_part
from ..words.synonyms import loosely
from ..words.vocabulary import ARTICLES, MATERIAL_NOUNS, NUMBERS, PLACES
from .fact import LOOKS
from .islands import Island
from .phrases import BUILT, LAID, PIECES, is_kind, is_one, names_part_of
from .stack import ASIDE

__all__ = [
    "and_only", "denies_part", "is_own", "is_scrap", "linked", "lists_looks", "lists_member", "made_of", "names_part",
    "nearer_ones", "once", "stuff_of", "waiting", "with_places", "with_wholes",
]  # fmt: skip

BEFORE_BACK: Final = frozenset({"middle", "center", "centre", "far", "left", "right"})
SUPPORTING: Final = frozenset({"supporting", "supports", "support", "holding", "holds", "hold", "carrying", "carries"})
CONTENTS: Final = {"vase": "flower", "bowl": "fruit"}
"""What stands or lies in a thing that is a region without it, too."""

FORMS: Final = SHAPES | {"bar", "beam", "board", "box", "plank", "sheet", "slab", "sphere"}
"""What a part is called by its form alone, "middle shelf, just the board", as well as by its name."""

FILLED: Final = frozenset({"vase", "bowl"})
"""What is meant without what is in it, where it is named alone."""


def is_own(phrase: Phrase, head: Phrase | None) -> bool:
    """Whether "its" after a comma is the head's: ", with its green stem" of "the flower of the left vase"."""
    kinds = (categories_of(head.noun) if head is not None else None) or frozenset()
    return any(is_checkable(phrase.noun, kind) or is_subpart(phrase.noun, kind) for kind in kinds)


def is_scrap(tokens: tuple[str, ...], island: Island, phrases: Sequence[Phrase]) -> bool:
    """Whether a phrase before "of" only says that a piece of something is seen; "a sitting surface" names a seat."""
    is_named = all(categories_of(phrase.noun) for phrase in phrases)
    is_piece = tokens[island.end - 1] in TRANSPARENT and not is_named
    return is_piece or (is_one(phrases) and not SCRAPS.isdisjoint(tokens[island.start : island.end - 1]))


def made_of(
    tokens: tuple[str, ...], phrases: Sequence[Phrase], inner: Sequence[Phrase], rest: Sequence[Island]
) -> list[Phrase]:
    """A thing in the colour of what it is of, without an article: "a ring of black rubber", "squares of glass".

    Args:
        tokens: the words.
        phrases: the readings of what the sentence begins with.
        inner: the readings of what follows "of".
        rest: the islands of "of" and of what follows it.
    """
    if not inner or tokens[rest[1].end - 1] not in MATERIAL_NOUNS or tokens[rest[1].start] in ARTICLES:
        return []
    if tokens[rest[0].start] != "of" or any(is_one([phrase]) or phrase.noun == UNKNOWN_NOUN for phrase in phrases):
        return []
    looks = tuple(c for c in inner[0].constraints if c.kind in ("color", "accent"))
    return [way for phrase in phrases for way in combined(phrase, looks)]


def stuff_of(
    tokens: tuple[str, ...], phrases: Sequence[Phrase], inner: Sequence[Phrase], rest: Sequence[Island]
) -> list[Phrase]:
    """What "a tuft of green leaves", "a band of sky" and "the left half of this wheel" are of; arguments as above."""
    if not inner or tokens[rest[0].start] != "of" or any(phrase.noun == UNKNOWN_NOUN for phrase in inner):
        return []
    article = tokens[rest[1].start]
    if article in ("this", "these"):
        is_scrap = tokens[rest[0].start - 1] in SIDES or all(
            phrase.noun in (UNKNOWN_NOUN, ANY_NOUN) for phrase in phrases
        )
        return list(inner) if is_scrap else []
    if article in ARTICLES or "'s" in tokens[rest[1].start : rest[1].end]:
        return []
    if any(phrase.noun != UNKNOWN_NOUN and phrase.noun not in PIECES for phrase in phrases):
        return []
    looks = tuple(c for c in phrases[0].constraints if c.kind in ("color", "accent", "pattern", "most", "place"))
    return [way for phrase in inner for way in combined(phrase, looks)]


def denies_part(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase | None) -> bool:
    """Whether a denial and what follows leave out a part of the head: "pink bowl, not the fruit"."""
    if head is None or len(islands) < 2 or tokens[islands[0].start : islands[0].end] != ("not",):
        return False
    parts = [way for way in islands[1].readings if isinstance(way, Phrase) and way.noun != ANY_NOUN]
    kinds = categories_of(head.noun) or frozenset()
    return any(is_checkable(part.noun, kind) for part in parts for kind in kinds)


def names_part(phrases: Sequence[Phrase], islands: Sequence[Island]) -> bool:
    """Whether a noun that may say only where names a part of what follows: "under the top of the table"."""
    wholes = [way for island in islands for way in island.readings if isinstance(way, Phrase)]
    return any(
        categories_of(phrase.noun) and is_checkable(phrase.noun, kind)
        for phrase in phrases
        for whole in wholes
        for kind in categories_of(whole.noun) or ()
    )


def and_only(tokens: tuple[str, ...], island: Island, phrases: list[Phrase]) -> list[Phrase]:
    """Leaves out the contents after "vase only"."""
    if tokens[island.end : island.end + 1] != ("only",) or tokens[island.end + 1 : island.end + 2] not in ((), (",",)):
        return phrases
    return [phrase.adding(*_contents(phrase)) for phrase in phrases]


def linked(
    tokens: tuple[str, ...], link: Island, island: Island, phrase: Phrase, head: Phrase | None
) -> tuple[str, str]:
    """Kind and value of what a link and a phrase make together.

    Args:
        tokens: the words.
        link: the link.
        island: the phrase's.
        phrase: its first reading.
        head: what the sentence is about.
    """
    kind, value = _carried(tokens, link, phrase, head) or link.link
    if tokens[link.start] in ("made", "built") and phrase.noun in (*LAID, *BUILT):
        return "of", value
    if link.link[0] == "about" and tokens[link.start] == "at" and names_part_of(head, phrase):
        return "of", value  # "the legs at the foot of the bed"
    owned = tokens[island.start] in ("its", "their")
    return ("about", "") if owned and (kind in ("of", "in") or value in ASIDE) else (kind, value)


def waiting(link: Island | None, before: Island, island: Island) -> Island:
    """Of "covered by the end of the bench" the first link, else the one that is there."""
    goes_on = link is not None and island.link == ("of", "") and before.kind == "skipped"
    return link if goes_on and link is not None else island


def _carried(tokens: tuple[str, ...], link: Island, phrase: Phrase, head: Phrase | None) -> tuple[str, str] | None:
    """What "supporting" says of a part: that it is of what it supports, or only is at it, since it does not have it."""
    if link.link != ("with", "") or SUPPORTING.isdisjoint(tokens[link.start : link.end]) or head is None:
        return None
    meant, wholes = (categories_of(noun) or loosely(noun) for noun in (head.noun, phrase.noun))
    if not meant or not (head.noun in SHAPES or all(map(is_part, meant))):
        return None
    return ("of", "") if any(has_part(kind, meant) for kind in wholes) else ("about", "")


def lists_member(tokens: tuple[str, ...], island: Island, head: Phrase | None) -> bool:
    """Whether a number alone begins what is said of some of a group: "the legs, two at the left end and one at"."""
    is_number = island.end == island.start + 1 and (tokens[island.start] in NUMBERS or tokens[island.start] == "one")
    is_placed = tokens[island.end : island.end + 1] in (("at",), ("on",), ("under",), ("in",), ("to",))
    return head is not None and head.plural and is_number and is_placed


def lists_looks(island: Island, head: Phrase | None) -> bool:
    """Whether adjectives say in turn how the members of a group look: "all three vans: teal, gray and checkered"."""
    looks = [[c for c in way if isinstance(c, Constraint) and c.kind in LOOKS] for way in island.readings]
    return head is not None and head.plural and any(len(some) > 2 for some in looks)


def _contents(phrase: Phrase) -> tuple[Constraint, ...]:
    kinds = categories_of(phrase.noun) or frozenset()
    return tuple(Constraint("without", "", Phrase(inside, True)) for kind, inside in CONTENTS.items() if kind in kinds)


def with_places(tokens: tuple[str, ...], islands: list[Island]) -> list[Island]:
    """Takes a noun that is only a place after a comma for one: "tire of the car, front", "armchair, middle back"."""
    placed = []
    for island in islands:
        words = tokens[island.start : island.end]
        is_place = words in (("front",), ("rear",)) or (
            len(words) == 2 and words[0] in BEFORE_BACK and words[1] in ("back", "front")
        )
        if island.kind == "phrase" and is_place and tokens[island.start - 1] == ",":
            places = tuple(Constraint("place", place) for place in dict.fromkeys(PLACES[word] for word in words))
            island = island._replace(kind="attribute", readings=(places,))
        placed.append(island)
    return placed


def with_wholes(island: Island, following: Sequence[Island]) -> tuple[list[Phrase], Sequence[Island]]:
    """The readings of a phrase with those of what it is of, if that follows, and the islands that say so."""
    phrases = [way for way in island.readings if isinstance(way, Phrase)]
    if len(following) < 2 or following[0].link != ("of", "") or following[1].kind != "phrase":
        return phrases, ()
    wholes = [Constraint("of", "", way) for way in following[1].readings if isinstance(way, Phrase)]
    return [way for phrase in phrases for whole in wholes for way in combined(phrase, (whole,))], following


def once(phrase: Phrase) -> Phrase:
    """One phrase of "the pot of the white pot" and "the rubber of the front tire", where the nouns name one thing."""
    for constraint in phrase.constraints:
        whole = constraint.phrase
        if constraint.kind != "of" or whole is None or not (is_kind(whole) and is_kind(phrase)):
            continue
        kinds = categories_of(whole.noun) or loosely(whole.noun)
        meant = categories_of(phrase.noun) or loosely(phrase.noun)
        rest = tuple(c for c in phrase.constraints if c is not constraint)
        if "picture" in kinds & (meant | loosely(phrase.noun)):  # "checkered picture, just the print"
            return phrase._replace(noun="canvas")
        if phrase.noun in FORMS and any(c.kind == "of" for c in whole.constraints) and not phrase.plural:
            parts = frozenset(filter(is_part, kinds))
            if parts & (meant | loosely(phrase.noun)):  # "body of the robot, only the box"
                return whole.adding(*rest)
        if kinds == {"tire"}:
            meant |= loosely(phrase.noun)  # "the back tire, ring only"
        is_part_of = any(is_checkable(phrase.noun, kind) or is_subpart(phrase.noun, kind) for kind in kinds)
        is_part_of = is_part_of or any(c.kind == "with" for c in whole.constraints)
        if phrase.noun == whole.noun and phrase.noun in FILLED:
            return phrase._replace(noun="body")  # "vase with flowers, vase only"
        if not is_part_of and not meant.isdisjoint(kinds | loosely(whole.noun)):
            return Phrase(phrase.noun, phrase.plural, (*whole.constraints, *rest))
    return phrase


def nearer_ones(tokens: tuple[str, ...], link: Island, island: Island, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Of "truck bed, near side panel", without an article, what "near" may say of the phrase: that it is nearer."""
    start = link.start
    if tokens[start] != "near" or link.end != island.start or start == 0 or tokens[start - 1] != ",":
        return []
    return [phrase.adding(Constraint("place", "front")) for phrase in phrases]
