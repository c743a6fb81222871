"""On which side of the region a sentence says that something else is, and which way things face.

"The van's rear wheel is higher up to the right", "to its left stands a mailbox", "it is farther left than the other":
such sides are those of the picture, from the region, whatever else is on a side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.connectives import COPULAS, OPPOSITE, OWNED, WAYS
from .clauses import FINITE, clauses
from .fact import LOOKS, Fact
from .islands import Island

__all__ = ["bearings_of"]

COMPARED: Final = frozenset(
    {"further", "farther", "higher", "lower", "up", "back", "down", "nearer", "closer", "off", "away"}
)
"""Words before "to the left" that make it a way from the region."""
BESIDE: Final = (Constraint("who", "thing"), Constraint("frame", "region"))
"""That something is on a side of the region."""
LIKE: Final = frozenset({"other", "counterpart", "partner", "twin", "neighbour", "neighbor"})
"""Words for another one like the region."""
NO_THINGS: Final = frozenset({"back", "front", "top", "bottom", "side", "part", "bit", "end", "middle"})
ADVERBIAL: Final = (("behind",), ("beside",), ("next",), ("above",), ("below",), ("under",), ("beneath",), ("in",))
NOT_A_SIDE: Final = frozenset({"of", "behind", "beside", "next", "above", "below", "under", "beneath", "in"})
CORNERS: Final = frozenset({"corner", "edge", "rim", "half", "arm", "hand", "wall", "border", "leg", "foot"})
"""Nouns that a side before them tells apart."""
FACING: Final = frozenset(
    {
        "facing",
        "faces",
        "face",
        "heading",
        "headed",
        "turned",
        "turning",
        "driving",
        "moving",
        "going",
        "following",
        "angled",
        "points",
        "pointing",
    }
)
BETWEEN: Final = frozenset(
    {"to", "towards", "toward", "the", "lower", "upper", "far", "diagonally", "slightly", "each", "other", "along",
     "down", "up", "both", "a", "bit", "little"}
)  # fmt: skip
PLACES: Final = (("to", "the"), ("on", "the"), ("at", "the"))
REARS: Final = frozenset({"rear", "tail"})
ENDS: Final = REARS | {"front", "nose"}
"""Ends of a thing that show which way it faces: "its front points to the right"."""
REACH: Final = 6
"""So many words after "along" may come the way."""
POINTING: Final = frozenset({"spout", "handle"})
TOUCHING: Final = frozenset({"touches", "touch", "meets", "meet", "touching", "meeting"})
SUBJECTS: Final = frozenset({"it", "they", "both", "all", "this", "these"})


def bearings_of(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase, *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on what lies on which side of the region, and on which way something faces.

    Args:
        tokens: the words.
        islands: from `islands_of`.
        head: what the first sentence is about.
        first: whether it is the first sentence, whose sides may be the picture's.
    """
    if OPPOSITE.keys().isdisjoint(tokens):
        return ()
    aside = () if first else (*_relative(tokens, islands), *_touching(tokens, islands))
    aside = aside if first else (*aside, *_others(tokens, islands, head))
    return tuple(dict.fromkeys((*aside, *_facing(tokens, islands), *_pointing(tokens, islands))))


def _relative(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """Of "it is farther left than the other lamp" that lamp is on the other side of the region."""
    for k, side in _sides(tokens):
        start = k - 2 if tokens[k - 1] == "the" and tokens[max(k - 2, 0)] in WAYS else k
        if start < 1 or tokens[start - 1] not in COMPARED or tokens[k + 1 : k + 2] != ("than",):
            continue
        things = [thing for island in islands if island.start > k + 1 and (thing := _thing(island))]
        if tokens[_clause_start(tokens, start)] in SUBJECTS and things:
            yield Fact("where", things[0], BESIDE, OPPOSITE[side])


def _others(tokens: tuple[str, ...], islands: Sequence[Island], head: Phrase) -> Iterator[Fact]:
    """Of each clause about the region's like, the side where that is."""
    for start, end, _ in clauses(tokens):
        verb = next((k for k in range(start, end) if tokens[k] in FINITE), end)
        if not LIKE.intersection(tokens[start:verb]) or "and" in tokens[start:verb]:
            continue
        mentions = [k for k in range(start, end) if tokens[k] in OPPOSITE and tokens[k + 1 : k + 2] not in ADVERBIAL]
        sides = {tokens[k] for k in mentions}
        if len(sides) == 1 and tokens[mentions[0] + 1 : mentions[0] + 2] != ("of",):
            named = (_thing(island) for island in islands if start <= island.start < verb)
            other = next(filter(None, named), head)
            yield Fact("other", Phrase(other.noun), (), sides.pop())


def _touching(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """Reads "its left tip nearly touches the roof": what an end of the region touches lies on that side of it."""
    for k, side in _sides(tokens):
        if tokens[k - 1] not in OWNED and tokens[k - 1] != "whose":
            continue
        verb = next((j for j in range(k + 1, min(k + 5, len(tokens))) if tokens[j] in TOUCHING), None)
        rest = [j for j, island in enumerate(islands) if verb is not None and island.start > verb]
        thing = _thing(islands[rest[0]]) if rest else None
        if thing is not None and rest:
            owner = islands[rest[0] + 1 : rest[0] + 3]
            if len(owner) == 2 and owner[0].link == ("of", "") and (whole := _thing(owner[1])):
                thing = thing.adding(Constraint("of", "", whole))
            yield Fact("where", thing, BESIDE, side)


def _facing(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """The way that a subject faces: the region, or what was named just before."""
    for k, word in enumerate(tokens):
        if word not in FACING:
            continue
        end = k + 1
        while end < len(tokens) and tokens[end] in BETWEEN:
            end += 1
        if tokens[end - 1] == "along":  # "driving along the black road towards the left"
            end = 1 + next((j for j in range(end, min(end + REACH, len(tokens))) if tokens[j] in WAYS), end - 1)
            end += tokens[end : end + 1] == ("the",)
        if end == len(tokens) or tokens[end] not in OPPOSITE or tokens[end + 1 : end + 2] == ("of",):
            continue
        is_relative = tokens[k - 1] in ("which", "that")
        passed = ("skipped", "copula", *(("that", "joint") if is_relative else ()))
        before = [island for island in islands if island.start < k and island.kind not in passed]
        thing = _thing(before[-1]) if before else None
        start = _clause_start(tokens, k)
        if tokens[start] in OWNED and tokens[start + 1] in ENDS:  # "its rear, with red lights, is turned left"
            is_rear = tokens[start + 1] in REARS
            yield Fact("faces", Phrase(ANY_NOUN), (), OPPOSITE[tokens[end]] if is_rear else tokens[end])
            continue
        is_of_last = is_relative or (bool(before) and before[-1].end == k)  # "it has a rear window facing right"
        if is_relative and before and {"another", *LIKE}.intersection(tokens[before[-1].start : before[-1].end]):
            continue  # "the other truck, which faces left"
        is_named = thing is not None and (is_of_last or tokens[start] not in SUBJECTS)
        yield Fact("faces", thing if thing is not None and is_named else Phrase(ANY_NOUN), (), tokens[end])


def _pointing(tokens: tuple[str, ...], islands: Sequence[Island]) -> Iterator[Fact]:
    """Reads "both with their spouts to the left", "its handle is on the right"."""
    for k, side in _sides(tokens):
        before = [island for island in islands if island.end <= k - 2 and island.kind != "copula"][-1:]
        reach = tokens[before[0].end : k] if before else ()
        words = tuple(word for word in reach if word not in COPULAS)
        thing = _thing(before[0]) if words in PLACES else None
        if thing is not None and thing.noun in POINTING:
            yield Fact("faces", thing, (), side)


def _sides(tokens: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """The words that are sides, and not adjectives, adverbs or verbs."""
    for k, word in enumerate(tokens):
        following = tokens[k + 1] if k + 1 < len(tokens) else ""
        if word in OPPOSITE and k and following not in NOT_A_SIDE and following not in CORNERS:
            yield k, word


def _clause_start(tokens: tuple[str, ...], k: int) -> int:
    """Where the clause of a word begins: after the last comma or "and" with a verb behind it."""
    start = 0
    for j in range(k):
        if tokens[j] in (",", "and", "but", "while", "nor") and j + 1 < k:
            rest = tokens[j + 1 : k]
            if any(token in COPULAS or token in ("stands", "lies", "sits", "has", "hangs") for token in rest):
                start = j + 1
    while start < k - 1 and tokens[start] in (",", "and", "but", "while", "nor"):
        start += 1
    return start


def _thing(island: Island) -> Phrase | None:
    """What a phrase names, with its looks and what it is of."""
    for reading in island.readings:
        if (
            isinstance(reading, Phrase)
            and reading.noun not in (ANY_NOUN, UNKNOWN_NOUN)
            and reading.noun not in NO_THINGS
        ):
            looks = tuple(
                c for c in reading.constraints if isinstance(c, Constraint) and (c.kind in LOOKS or c.kind == "of")
            )
            return Phrase(reading.noun, reading.plural, looks)
    return None
