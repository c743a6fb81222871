"""Words and the words that make of a true statement an untrue one, by kind of statement."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from .spelling import SENTENCE_END

__all__ = [
    "COUNTS",
    "NOT_A_SIDE",
    "OPPOSITES",
    "RELATIONS",
    "SIDES",
    "Detail",
    "details_in",
    "exchangeable",
    "mentions_of",
    "turned",
]


class Detail(NamedTuple):
    """A word of a caption that says something which may be untrue.

    Attributes:
        kind: one of `OPPOSITES`, or color.
        start: position of the word.
        word: as it is written.
        opposite: what would be untrue in its place.
    """

    kind: str
    start: int
    word: str
    opposite: str


def _both_ways(pairs: str) -> dict[str, str]:
    """From "left/right upper/lower": each word of a pair for the other; the first of several pairs of a word counts."""
    opposites: dict[str, str] = {}
    for pair in pairs.split():
        first, second = pair.replace("_", " ").split("/")
        opposites.setdefault(first, second)
        opposites.setdefault(second, first)
    return opposites


SIDES: Final = _both_ways("left/right leftmost/rightmost left-hand/right-hand")
NOT_A_SIDE: Final = re.compile(
    r"\s+(?:out|behind|beside|next|above|below|under|beneath|in front|on top|at the|angle)\b"
)
"""After these words *right* is an adverb and *left* a verb: "right next to", "is left out"."""
BOTH_SIDES: Final = re.compile(r"\b(?:left|right)(?:,? and|,? or| to)(?: the)? (?:left|right)\b", re.IGNORECASE)
"""What names both is as true the other way round: "left and right of the door", "from left to right"."""
COUNTS: Final = {"two": "three", "three": "five", "four": "six", "five": "three", "six": "four", "both": "all three"}
"""Numbers that are clearly others: of what is half hidden one more or one less may be seen."""
RELATIONS: Final = _both_ways("behind/in_front_of above/below") | {
    "beneath": "above", "under": "above", "underneath": "above",
}  # fmt: skip
OPPOSITES: Final[dict[str, dict[str, str]]] = {
    "side": SIDES,
    "number": COUNTS,
    "relation": RELATIONS,
    "place": _both_ways(
        "upper/lower topmost/lowest uppermost/lowest highest/lowest front/rear "
        "frontmost/rearmost nearer/farther nearest/farthest closer/further closest/furthest foreground/background"
    ),
    "order": _both_ways("first/last second/third middle/end"),
    "size": _both_ways(
        "small/large big/small little/big tiny/huge smaller/larger bigger/smaller smallest/largest biggest/smallest "
        "tall/low taller/shorter tallest/shortest long/short longer/shorter longest/shortest wide/narrow broad/narrow "
        "wider/narrower thick/thin slim/thick slender/thick"
    ),
    "shape": _both_ways(
        "round/square rectangular/round oval/square oblong/round straight/curved cylindrical/square boxy/round "
        "domed/flat pointed/flat conical/square vertical/horizontal upright/flat"
    ),
    "pattern": _both_ways(
        "plain/striped checkered/striped checked/striped dotted/striped spotted/striped stripes/dots spots/stripes "
        "checks/stripes"
    ),
    "material": _both_ways("wooden/metal brick/wooden glass/wooden planked/tiled stone/wooden"),
    "hiding": {
        "hides": "is hidden by", "covers": "is covered by", "overlaps": "is overlapped by", "fully": "barely",
    },
}  # fmt: skip
"""Kind of statement -> word -> what to put in its place. Colours, which have no opposite, are the palette's; *top*,
*bottom* and *back* are nouns too often: "the white top"."""


_KIND_OF: Final = {word: kind for kind, words in reversed(OPPOSITES.items()) for word in words}


def mentions_of(caption: str, words: Iterable[str]) -> Iterator[re.Match[str]]:
    """Where whole words stand in a caption, in capitals or not."""
    return _pattern(frozenset(words)).finditer(caption)


@lru_cache(maxsize=16)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    alternatives = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)


def details_in(caption: str, kinds: Collection[str] = OPPOSITES) -> Iterator[Detail]:
    """The words of a caption that have an opposite, in order, without sides of which both are named."""
    both = {k for match in BOTH_SIDES.finditer(caption) for k in range(match.start(), match.end())}
    for match in mentions_of(caption, (word for kind in kinds for word in OPPOSITES[kind])):
        kind = _KIND_OF[match[0].lower()]
        if kind != "side" or not (match.start() in both or NOT_A_SIDE.match(caption, match.end())):
            yield Detail(kind, match.start(), match[0], OPPOSITES[kind][match[0].lower()])


def exchangeable(caption: str, kind: str) -> Iterator[Detail]:
    """The words of a kind but those of sentences that name both sides, which may hold the other way round, too."""
    ends = (match.end() for match in SENTENCE_END.finditer(caption))
    for start, end in pairwise((0, *ends, len(caption))):
        details = [detail for detail in details_in(caption, (kind,)) if start <= detail.start < end]
        if kind != "side" or len({detail.word.lower()[:4] for detail in details}) < 2:
            yield from details


def turned(caption: str, details: Iterable[Detail]) -> str:
    """A caption with the opposites of some of its words."""
    for detail in sorted(details, key=lambda detail: -detail.start):
        caption = caption[: detail.start] + detail.opposite + caption[detail.start + len(detail.word) :]
    return caption
