"""What the parts of a further sentence are about: the region again, another thing, or a place in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import OWNED, SIDES, WAYS
from .fact import LOOKS, PLACES, Fact
from .islands import Island
from .phrases import named_as, names_kind

__all__ = [
    "following_of",
    "goes_on_of",
    "goes_unnamed",
    "is_listed",
    "is_told",
    "is_where",
    "like_before",
    "names_head_again",
    "says_no_place",
    "stands_at_own",
    "tells_apart",
]

SLIGHTLY: Final = frozenset({"little", "bit", "slightly", "turned"})
HIDDEN: Final = frozenset(
    {"hidden", "covered", "overlapped", "cut", "off", "cropped", "blocked", "obscured", "concealed", "interrupted"}
)
"""After these a place is one of the region's own."""
ENDS_OF: Final = frozenset((word, "of") for word in SIDES)
"""After an adjective they name a place in a thing."""
PASSED: Final = frozenset(
    {"stand", "stands", "sit", "sits", "lie", "lies", "rest", "rests", "hang", "hangs", "the", "one"}
)
"""Words that may stand before a place that is the region's: "it stands at the left", "it is the one at the left"."""
FARTHER: Final = frozenset({"further", "farther"})


def names_head_again(tokens: tuple[str, ...], island: Island, phrase: Phrase, head: Phrase) -> bool:
    """Whether a phrase of a further sentence may name the region: "the bottle", "the upper one"."""
    words = tokens[island.start : island.end]
    if tokens[max(island.start - 1, 0)] in ("which", "whose"):
        return False  # "a block, from which the leg rises"
    if "other" in words or "another" in words or words[0] in ("a", "an") or phrase.plural != head.plural:
        return False
    if phrase.noun == ANY_NOUN and tokens[island.end : island.end + 2] in ENDS_OF:
        return False  # "the lower end of the post"
    if phrase.noun == ANY_NOUN and not head.plural and words[0] in ("the", "that") and words[-1] == "one":
        return False  # "the lower one" of two pieces, or another thing
    definite = words[0] in ("the", "this", "these", "both", "all", "one")
    return phrase.noun == ANY_NOUN or (definite and names_kind(phrase.noun, head.noun))


def tells_apart(islands: Sequence[Island], k: int, phrase: Phrase) -> bool:
    """Whether a subject of the head's kind says by what it belongs to or where it is which one it is."""
    following = islands[k + 1 : k + 2]
    is_of = bool(following) and (following[0].link == ("of", "") or following[0].link[0] == "relation")
    is_of = is_of or [island.link for island in following] == [("about", "")]  # "the white frame to the right"
    is_of = is_of or [island.link[0] for island in following] == ["with"]  # "the lamp with the blue cap"
    places = [c for island in following if island.kind == "attribute" for c in _constraints(island.readings[0])]
    is_placed = any(c.kind in ("of", *PLACES) for c in (*phrase.constraints, *places))
    return phrase.noun != ANY_NOUN and (is_of or is_placed)


def is_listed(tokens: tuple[str, ...], island: Island, phrase: Phrase, head: Phrase) -> bool:
    """Whether a phrase only goes on with what was named, "between the door and the red one", and begins nothing."""
    return tokens[island.start - 1] == "and" or (phrase.noun == ANY_NOUN and not head.plural)


def like_before(phrase: Phrase, subject: Sequence[Fact]) -> Phrase | None:
    """What "the right one" is after "its left arm", and "the truck's gray ones" after "the car's wheels"."""
    before = subject[0].phrase if subject else None
    if before is None or before.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return None
    is_of = any(c.kind == "of" for c in phrase.constraints)
    return named_as(phrase, before) if is_of or subject[0].kind == "has" else None


def following_of(islands: Sequence[Island], k: int) -> Island | None:
    """The island after a phrase, over the adverb of "the chair behind has"."""
    rest = [*islands[k + 1 : k + 3], None, None]
    is_adverb = rest[0] is not None and rest[0].link[0] == "relation" and rest[1] is not None
    return rest[1] if is_adverb and rest[1] is not None and rest[1].link[0] == "with" else rest[0]


def goes_on_of(islands: Sequence[Island], k: int) -> bool:
    """Whether it says what something is of, perhaps over a word that was not read."""
    rest = islands[k + 1 : k + 3]
    return any(island.link == ("of", "") for island in rest[:1]) or (
        len(rest) == 2 and rest[0].kind == "skipped" and rest[1].link == ("of", "")
    )


def stands_at_own(tokens: tuple[str, ...], islands: Sequence[Island], island: Island) -> bool:
    """Whether a thing is where a part of the region is, and so none of it: "with the roof beneath its foot"."""
    rest = [other for other in islands[islands.index(island) + 1 :][:3] if other.kind != "skipped"]
    is_link = bool(rest) and rest[0].link[0] == "relation"
    return is_link and (tokens[rest[0].end : rest[0].end + 1] or ("",))[0] in OWNED


def is_where(island: Island) -> bool:
    """Whether an attribute says only where something is."""
    return all(c.kind in PLACES for reading in island.readings for c in _constraints(reading))


def is_told(tokens: tuple[str, ...], islands: Sequence[Island], island: Island, head: Phrase) -> bool:
    """Whether a place is plainly the region's: "it is at the left", "they stand in front", "it is the one at the left".

    Anywhere else, "a curve open to the left", it may be that of anything.
    """
    before = [*islands[: islands.index(island)]]
    while before and (tokens[before[-1].start] in PASSED or (before[-1].kind == "attribute" and is_where(before[-1]))):
        before.pop()
    named = before[:-1] if before and tokens[before[-1].start] == "," else before
    nouns = [way.noun for way in named[-1].readings if isinstance(way, Phrase)][:1] if named else []
    is_one = bool(nouns) and nouns[0] == ANY_NOUN and tokens[named[-1].start] == "the"
    if is_one or (nouns and named is before and names_kind(nouns[0], head.noun)):
        before = named[:-1]  # "it is the nearer one, on the left"
    is_pronoun = bool(before) and before[-1].kind == "pronoun" and not any(way.link[0] for way in before[-2:-1])
    return not before or is_pronoun or before[-1].kind == "copula"


def says_no_place(tokens: tuple[str, ...], islands: Sequence[Island], k: int, before: str, *, alone: bool) -> bool:
    """Whether a place is not that of the region: it is compared, a place in something, or the way it is turned.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        k: which of them the place is.
        before: the kind of what comes before it.
        alone: whether nothing else was named that it may be said of.
    """
    words, previous = tokens[islands[k].start : islands[k].end], tokens[max(islands[k].start - 1, 0)]
    if OWNED.intersection(words) or (before == "skipped" and words[0] == "to"):
        return True  # "near its right end", "slants to the right"
    is_compared = before == "copula" and bool(FARTHER.intersection(words))
    is_in = any(island.link == ("of", "") for island in islands[k + 1 : k + 2])  # "at the corner of the rug"
    is_hidden = previous in HIDDEN and bool({"at", "on", "in"}.intersection(words))  # "half hidden at the lower right"
    return is_hidden or (alone and (is_compared or is_in or (words[0] in WAYS and previous in SLIGHTLY)))


def goes_unnamed(islands: Sequence[Island], k: int, *, first: bool) -> bool:
    """Whether adjectives that begin a sentence or clause are those of a noun that was not read."""
    looks = [c for c in _constraints(islands[k].readings[0]) if c.kind in LOOKS]
    following = islands[k + 1 : k + 2]
    return bool(looks) and bool(following) and following[0].kind == "skipped" and (first or len(looks) > 1)


def _constraints(reading: Phrase | tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    return () if isinstance(reading, Phrase) else reading
