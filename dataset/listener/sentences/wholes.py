"""Captions that name the whole first: "left bus: black tyre of its rear wheel", "lamp post, cap of its lantern"."""

from __future__ import annotations

from typing import Final

from ..grammar.modifiers import combined
from ..logic import ANY_NOUN, UNKNOWN_NOUN, Constraint, Phrase
from ..words.anatomy import has_part
from ..words.connectives import COPULAS, OWNED
from ..words.lexicon import categories_of, is_part
from ..words.synonyms import loosely
from ..words.vocabulary import ARTICLES, MODIFIERS, ORDINALS
from .attach import read_sentence
from .islands import Island, islands_of, unknown_words
from .stack import Reading, Sentence

__all__ = ["is_of_ground", "is_sensible", "part_of_whole", "with_its_contents"]

RANKS: Final = frozenset({"nearest", "leftmost", "rightmost", "rearmost", "topmost", "lowest", "closest", "last"})
GROUNDS: Final = frozenset({"lawn", "dirt", "gravel", "snow", "sand", "pavement"})
MOST_WORDS: Final = 24
"""Longer sentences describe, and do not name the whole first."""


def part_of_whole(tokens: tuple[str, ...], colon: int) -> tuple[tuple[str, ...], list[Island], Sentence] | None:
    """A sentence whose first phrase is the whole of the second: its words without "its", islands and readings.

    Args:
        tokens: the words.
        colon: position of the comma that stands for a colon, 0 if there is none.
    """
    k = colon or _before_its(tokens)
    if not k or len(tokens) > MOST_WORDS:
        return None
    before, after = tokens[:k], tuple("the" if word in OWNED else word for word in tokens[k + 1 :])
    wholes = read_sentence(before, islands_of(before)).readings
    sentence = read_sentence(after, islands_of(after))
    readings = [
        Reading(phrase, whole.cost + part.cost)
        for part in sentence.readings
        for whole in wholes[:2]
        if _may_be_part(part.phrase, whole.phrase)
        for phrase in _belonging(part.phrase, whole.phrase)
    ]
    tokens = (*before, ",", *after)
    islands = islands_of(tokens)
    head = next((island for island in islands if island.kind == "phrase" and island.start > k), None)
    if not readings or head is None:
        return None
    used = frozenset(range(len(tokens))) - unknown_words(tokens)
    return tokens, islands, Sentence(tuple(sorted(readings, key=lambda reading: reading.cost)), used, head)


def with_its_contents(phrase: Phrase) -> Phrase:
    """The whole of "red flowers + their purple vase": what has such parts, and they are named with it."""
    for constraint in phrase.constraints if phrase.noun not in (ANY_NOUN, UNKNOWN_NOUN) else ():
        whole = constraint.phrase
        if constraint.kind == "with" and whole is not None and not whole.plural and _may_be_part(phrase, whole):
            kinds = categories_of(whole.noun) or frozenset()
            if kinds and not any(map(is_part, kinds)) and kinds.isdisjoint(categories_of(phrase.noun) or ()):
                rest = tuple(c for c in phrase.constraints if c is not constraint)
                return whole.adding(Constraint("with", "", phrase._replace(constraints=rest)))
    return phrase


def _belonging(part: Phrase, whole: Phrase) -> list[Phrase]:
    """A part of the whole; of "the cap of its right lantern" the lantern is."""
    inner = next((c for c in part.constraints if c.kind == "of"), None)
    if inner is None or not _may_be_part(inner.inner, whole):
        return combined(part, (Constraint("of", "", whole),))
    rest = part._replace(constraints=tuple(c for c in part.constraints if c is not inner))
    return [way for each in _belonging(inner.inner, whole) for way in combined(rest, (Constraint("of", "", each),))]


def _before_its(tokens: tuple[str, ...]) -> int:
    """The position of the comma in "grey lamp post, cap of its right lantern", 0 if there is none."""
    k = tokens.index(",") if "," in tokens else 0
    if tokens[k + 1 : k + 2] == ("its",) and RANKS.intersection(tokens[k + 2 :]) and "," not in tokens[k + 1 :]:
        return k if tokens[0] not in ("a", "an") else 0  # "the cart on the left, its nearest wheel"
    owners = [i for i in range(k, len(tokens)) if tokens[i] in OWNED]
    if (
        k
        and owners == [k + 1]
        and tokens[0] not in ARTICLES
        and "," not in tokens[k + 1 :]
        and _chooses(tokens[k + 2 :])
    ):
        return k  # "yellow van, its last side window"
    return k if k and owners and tokens[owners[0] - 1] == "of" and "," not in tokens[k + 1 : owners[0]] else 0


def _chooses(words: tuple[str, ...]) -> bool:
    """Whether a clipped phrase begins with a word that tells a part from others like it, and has no verb."""
    first = MODIFIERS.get(words[:1])
    is_choice = (
        words[:1] == ("last",)
        or (words and words[0] in ORDINALS)
        or (first is not None and first.kind in ("place", "most"))
    )
    return (
        is_choice and len(words) < MOST_WORDS // 3 and not any(w.endswith(("ing", "ed")) or w in COPULAS for w in words)
    )


def _may_be_part(part: Phrase, whole: Phrase) -> bool:
    """Whether a phrase may name a part of what another one names."""
    if part.noun in (ANY_NOUN, UNKNOWN_NOUN) or whole.noun in (ANY_NOUN, UNKNOWN_NOUN):
        return False
    meant = (categories_of(part.noun) or frozenset()) | loosely(part.noun)
    if not (categories_of(part.noun) or frozenset()).isdisjoint(categories_of(whole.noun) or ()):
        return False
    return not whole.plural and any(has_part(kind, meant) for kind in categories_of(whole.noun) or loosely(whole.noun))


def is_of_ground(phrase: Phrase) -> bool:
    """Whether it is said to be of a ground, which it may be itself: "the grass of the meadow"."""
    inner = [c.phrase.noun for c in phrase.constraints if c.kind == "of" and c.phrase is not None]
    return any((kinds := categories_of(noun)) and kinds <= GROUNDS for noun in inner)


def is_sensible(phrase: Phrase) -> bool:
    """Whether no number is said of one thing, and nothing is without what it never has.

    "Six teal back slats" are no slats of six backs, and in "the vase behind the mug, without its flowers" the vase is.
    """
    for inner in (c.phrase for c in phrase.constraints if c.phrase is not None):
        if any(c.kind == "without" and _lacks_always(inner.noun, c.inner.noun) for c in inner.constraints):
            return False
        if not inner.plural and any(c.kind == "count" and c.value != "1" for c in inner.constraints):
            return False
        if not is_sensible(inner):
            return False
    return True


def _lacks_always(thing: str, part: str) -> bool:
    """Whether a thing, by its noun, has no part of that name, though other things have."""
    kinds, parts = categories_of(thing), categories_of(part)
    if not kinds or not parts or not all(map(is_part, parts)):
        return False
    return not any(has_part(kind, parts) for kind in kinds)
