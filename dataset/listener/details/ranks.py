"""How the region is said to rank among its like: "it is the larger of the two", "the tallest one", "lower than it"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import ANY_NOUN, Constraint, Phrase
from ..sentences.claims import DENIALS, noun_after, nouns_in
from ..sentences.clauses import clauses
from ..sentences.fact import Fact
from ..words.vocabulary import NUMBERS
from .looks import described

__all__ = ["ranks_in"]

RANKS: Final = {
    word: rank
    for rank, words in {
        "larger": "larger bigger largest biggest",
        "smaller": "smaller smallest littlest",
        "taller": "taller tallest",
        "shorter": "shorter shortest",
        "longer": "longer longest",
        "wider": "wider broader widest broadest",
        "narrower": "narrower thinner slimmer narrowest thinnest slimmest",
        "nearer": "nearer closer nearest closest foremost frontmost",
        "farther": "farther further farthest furthest rearmost hindmost backmost",
        "higher": "higher highest uppermost topmost",
        "lower": "lower lowest bottommost lowermost",
    }.items()
    for word in words.split()
}
"""Word -> what it says of how one thing ranks among others."""
SUBJECTS: Final = frozenset({"it", "they", "this", "that", "these", "which"})
ONES: Final = frozenset({"one", "ones"})
OTHERS: Final = frozenset(
    {"other", "others", "neighbour", "neighbor", "twin", "rest", "all", "any", "both", "ones", "one"}
)


def ranks_in(tokens: tuple[str, ...], *, first: bool) -> tuple[Fact, ...]:
    """The facts of a sentence on how the region ranks among things of its kind.

    Args:
        tokens: the words.
        first: whether it is the first sentence, whose last part may say so: "the white vase, the taller of the two".
    """
    return tuple(_ranks(tokens, first=first))


def _ranks(tokens: tuple[str, ...], *, first: bool) -> Iterator[Fact]:
    for k, word in enumerate(tokens):
        if word not in RANKS or not _is_of_region(tokens, k, first=first):
            continue
        end = k + 1
        while tokens[end : end + 1] == ("and",) and tokens[end + 1 : end + 2] and tokens[end + 1] in RANKS:
            end += 2
        following = tokens[end : end + 1]
        if following == ("of",) and tokens[end + 1 : end + 2] in (("the",), ("all",)):
            number = next((NUMBERS[each] for each in tokens[end + 2 : end + 4] if each in NUMBERS), 0)
            number = 2 if tokens[end + 2 : end + 3] == ("pair",) else number
            noun = noun_after(tokens, end + 1)
            looks = described(tokens, end + 2, noun.start) if noun is not None else ()
            yield _fact(RANKS[word], noun.lemmas if noun else (), looks, number)
        elif following == ("than",):
            noun = noun_after(tokens, end)
            stop = noun.start if noun is not None else min(end + 6, len(tokens))
            if noun is not None or OTHERS.intersection(tokens[end + 1 : end + 6]):
                yield _fact(RANKS[word], noun.lemmas if noun else (), described(tokens, end + 1, stop), 0)
        elif following and following[0] in ONES:
            yield _fact(RANKS[word], (), (), 0)


def _fact(rank: str, lemmas: tuple[str, ...], looks: tuple[Constraint, ...], number: int) -> Fact:
    colors = tuple(c for c in looks if c.kind == "color")
    phrases = [Phrase(lemma, False, colors) for lemma in lemmas or (ANY_NOUN,)]
    counted = (Constraint("count", str(number)),) if number else ()
    return Fact("ranked", phrases[0], counted, rank, tuple(phrases[1:]))


def _is_of_region(tokens: tuple[str, ...], k: int, *, first: bool) -> bool:
    """Whether a word says something of the region: "it is ...", or an apposition at the end of a first sentence."""
    begin = next(part.start for part in clauses(tokens) if part.start <= k < part.end)
    if first:
        commas = [j for j in range(begin, k) if tokens[j] == ","]
        begin = commas[-1] + 1 if commas else begin
    elif tokens[begin : begin + 1] and tokens[begin] in (",", "and", "but"):
        begin += 1
    words = tokens[begin:k]
    if not DENIALS.isdisjoint(words) or any(begin <= noun.start < k for noun in nouns_in(tokens)):
        return False
    if first:
        return (bool(begin) and words[:1] == ("the",)) or words == ("the",)
    return bool(words) and words[0] in SUBJECTS
