"""The places that a sentence names by their side: "at the far left", "to its right", "on the robot's left side"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ..logic import Phrase
from ..sentences.clauses import JOINTS
from ..sentences.islands import Island
from ..words.connectives import LEFT_RIGHT, NO_SIDES, OWNED, WAYS
from ..words.vocabulary import ARTICLES
from .bystanders import VERBS, is_thing, named
from .side_words import AT, ENDS, FIELDS, PICTURES, lead_of

__all__ = ["FARTHER", "Place", "place_at"]

FARTHER: Final = frozenset({"further", "farther", "more", "furthest", "farthest"})
LYING: Final = frozenset({"stands", "lies", "sits", "hangs", "far", "just", "directly", "immediately"})
"""After these a side needs no link."""


class Place(NamedTuple):
    """A side with the words that lead to it: its span, the side, and of what it is a side."""

    start: int
    end: int
    side: str
    frame: str
    landmark: Phrase | None = None


def place_at(tokens: tuple[str, ...], islands: Sequence[Island], k: int) -> Place | None:
    """The place that the side at a position belongs to; None where it is an adjective, an adverb, a verb or a way."""
    end = k + 1 + (tokens[k + 1 : k + 2] in (("hand",), ("most",)))
    border = tokens[end] if end < len(tokens) and tokens[end] in ENDS | FIELDS else ""
    begin, article, owner, link = _lead(tokens, k)
    is_far = not FARTHER.isdisjoint(tokens[max(begin - 3, 0) : begin])
    if not _is_place(tokens, k, begin, link=link, is_far=is_far):
        return None
    after, side = end + bool(border), LEFT_RIGHT[tokens[k]]
    if tokens[after : after + 1] == ("of",):
        return _place_of(tokens, islands, Place(begin, after, side, "within" if border in ENDS else "region"))
    if not border and (
        any(island.start <= k < island.end and is_thing(tokens, island) for island in islands) or _is_listed(tokens, k)
    ):
        return None
    if owner and owner not in PICTURES:  # "on the robot's left side"
        return _place_of_owner(tokens, islands, k, Place(begin, after, side, "landmark")) if border else None
    if owner:
        return Place(begin, after, side, "picture")
    if article in OWNED:
        return Place(begin, after, side, "within" if border in ENDS else "side" if border else "region")
    is_way = is_far and not border and link not in AT
    return Place(begin, after, side, "region" if is_way else "end" if border in ENDS else "any")


def _lead(tokens: tuple[str, ...], k: int) -> tuple[int, str, str, str]:
    """Where the words begin that lead up to a side, and of these the article, the owner before "'s", and the link."""
    begin = lead_of(tokens, k)
    article = tokens[begin - 1] if begin and tokens[begin - 1] in ARTICLES | {"'s"} else ""
    begin -= bool(article)
    owner = tokens[begin - 1] if article == "'s" and begin else ""
    if owner:
        begin -= 2 if tokens[max(begin - 2, 0)] in ("the", "this") else 1
    link = tokens[begin - 1] if begin and tokens[begin - 1] in AT | WAYS else ""
    return begin - bool(link), article, owner, link


def _is_place(tokens: tuple[str, ...], k: int, begin: int, *, link: str, is_far: bool) -> bool:
    """Whether a side says where something is."""
    following = tokens[k + 1] if k + 1 < len(tokens) else ""
    if (following in NO_SIDES and not link) or following == "than" or tokens[max(begin - 1, 0)] == "from":
        return False
    is_fronted = following in ("is", "are") and (k == 0 or tokens[k - 1] in JOINTS)  # "left is a big one"
    if link or is_far or is_fronted:
        return True
    if k and tokens[k - 1] in LYING:
        return tokens[k] == "left" or following == "of"
    is_last = following in JOINTS or not following
    if tokens[k] not in ("left", "right") and k:
        return is_last or following in VERBS
    return k > 0 and (following == "of" or (is_last and tokens[k - 1] in ("one", "other")))


def _is_listed(tokens: tuple[str, ...], k: int) -> bool:
    """Whether it is "the left one", or one of two sides: "to the left and right of it"."""
    following = tokens[k + 1 : k + 2]
    both = following in (("and",), ("or",)) and not LEFT_RIGHT.keys().isdisjoint(tokens[k + 1 : k + 4])
    return both or following in (("one",), ("ones",))


def _place_of(tokens: tuple[str, ...], islands: Sequence[Island], place: Place) -> Place | None:
    """The place "on the left of" something: of the region, of the picture, or of a thing that is named."""
    rest = tokens[place.end + 1 : place.end + 4]
    if rest[:1] in (("it",), ("them",), ("this",), ("these",)):
        return place._replace(end=place.end + 2)
    if PICTURES.intersection(rest):
        return place._replace(end=place.end + 3, frame="picture")
    of = next((island for island in islands if place.end < island.start <= place.end + 2), None)
    thing = None if of is None else named(of)
    if of is not None and of.kind == "phrase" and thing is None:  # "the left end of the row"
        return place._replace(end=of.end, frame="any")
    return None if of is None or thing is None else place._replace(end=of.end, frame="landmark", landmark=thing)


def _place_of_owner(tokens: tuple[str, ...], islands: Sequence[Island], k: int, place: Place) -> Place | None:
    """The place on a side of the thing that is named before "'s"."""
    end = max(j for j in range(k) if tokens[j] == "'s")
    whose = next((island for island in islands if island.end == end), None)
    thing = None if whose is None else named(whose)
    if whose is None or thing is None or whose.start == 0:
        return None
    is_led = tokens[whose.start - 1] in AT
    return place._replace(start=whose.start - is_led, landmark=thing) if is_led else None
