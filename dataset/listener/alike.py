"""Regions of a thing and of its part that people do not tell apart, because they show nearly the same pixels.

A backrest of slats is its slats, and of a flower in a vase hardly more is seen than its blossom. For the parts of such
things the writers of natural captions use the word of the whole: for blossoms *flower* 9 times of 15, for slats
*backrest* 4 of 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .logic import Phrase
from .meaning.bits import bits
from .meaning.denote import Model
from .words.lexicon import categories_of
from .words.synonyms import loosely

__all__ = ["alike", "rest_of"]

SAME: Final = 0.9
"""A part that shows this share of its whole's pixels is not told apart from it."""
SAME_IN_ONE_WORD: Final = 0.8
"""The same where the word for the whole is used of the part, too."""
HOLDS: Final = {"vase": "body", "cargo bed": "side panel"}
"""What holds something, and the part that the bare word means: of 9 natural captions that name a vase without its
flowers, 7 are of the vase alone; of 4 of both side panels of a truck, 3 name its bed."""
REST: Final = 0.75
"""A part that shows this share of what is left of its whole is what is left of it."""


def alike(model: Model, target: int, phrases: Sequence[Phrase]) -> int:
    """Bit mask of the regions that are the target to a person: wholes and parts of it, not those of its own kind.

    Args:
        model: the exact model of the world.
        target: position of a region.
        phrases: what the caption says: a word for both excuses a greater difference, a part that is named none.
    """
    own, mask = model.regions[target], 0
    for k in bits(model.above[target] | model.below[target]):
        other = model.regions[k]
        whole, part = (k, target) if model.above[target] >> k & 1 else (target, k)
        share = model.regions[part].area / model.regions[whole].area
        holds = whole == k and HOLDS.get(other.category) == own.category and own.granularity != "subpart"
        if (share < SAME_IN_ONE_WORD and not holds) or other.category == own.category:
            continue
        words = [phrase for phrase in phrases if _means_both(phrase.noun, other.category, own.category)]
        is_same = share >= SAME or (whole == k and bool(words))
        if is_same and not any(_tells_apart(model, phrase, whole, part) for phrase in phrases):
            mask |= 1 << k
    return mask


def rest_of(model: Model, phrase: Phrase) -> int:
    """Bit mask of the parts that are what is left of a thing without others: "the fir minus its trunk" is its tiers.

    Args:
        model: the generous model of the world.
        phrase: what the caption says, which is true of no region.
    """
    denied = [c.inner for c in phrase.constraints if c.kind == "without"]
    whole = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind != "without"))
    mask = 0
    for k in bits(sum(model.denote(whole))) if denied and whole.constraints else ():
        below, regions = model.below[k], model.regions
        without = [below & sum(model.denote(part)) for part in denied]
        if not all(without):
            continue
        left_out = 0
        for part in without:
            left_out |= part
        left_out |= sum(1 << j for j in bits(below) if model.above[j] & left_out)
        rest = [j for j in bits(below & ~left_out) if not model.below[j] & left_out]
        area = regions[k].area - sum(regions[j].area for j in bits(left_out) if not model.above[j] & left_out)
        best = max(rest, key=lambda j: (regions[j].area, -j), default=k)
        mask |= (best != k and regions[best].area >= REST * area) << best
    return mask


def _means_both(noun: str, whole: str, part: str) -> bool:
    return whole in (categories_of(noun) or ()) and (part in loosely(noun) or HOLDS.get(whole) == part)


def _tells_apart(model: Model, phrase: Phrase, whole: int, part: int) -> bool:
    """Whether a caption names something of the whole that the part has not: "the flower with its stem"."""
    rest = model.below[whole] & ~(model.below[part] | model.above[part] | 1 << part)
    return any(rest & sum(model.denote(c.inner)) for c in phrase.constraints if c.kind in ("with", "about"))
