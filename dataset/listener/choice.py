"""Which of several regions that a caption may mean a person would take it to mean.

Exact meaning has margins: of two drawers under a red top, one a little off, the one is certainly under it and the
other may be. People do not see margins, they take what fits best. So a choice is made only by words that choose, and
only where the best is clearly best: the bare noun of several things, what is not known of one of them (its material,
a pattern too small to be seen), and the left pillow of each of two beds leave all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, TypeVar

from .goodwill.model import GenerousModel
from .logic import RELATIVE, Phrase
from .meaning.bits import bits
from .meaning.structure import Denotation

__all__ = ["chosen", "most_telling", "together"]

Option = TypeVar("Option")

UNKNOWABLE: Final = frozenset({"material", "pattern", "count"})
"""What is vague for want of a fact, not by a margin: it is as likely to be true as not."""

PILES: Final = {"fruit": "fruit", "seat": "cushion", "seating": "cushion", "padding": "cushion"}
"""Singular nouns that name several things as one, and what these are."""


def chosen(model: GenerousModel, readings: Sequence[tuple[Phrase, int]], denoted: Denotation) -> Denotation:
    """Of the denoted regions those that a person would choose; all, where the words do not choose.

    Args:
        model: the generous model.
        readings: what the caption may say, each with its cost.
        denoted: bit masks of the regions that it certainly and vaguely denotes.
    """
    candidates = denoted[0] | denoted[1]
    if candidates & (candidates - 1) == 0 or not all(phrase.constraints for phrase, _ in readings):
        return denoted
    if all(map(_is_all_of_it, (phrase for phrase, _ in readings))) and (pile := _pile(model, candidates)):
        return 0, pile
    sure = [reading for reading in readings if _is_sure(model, reading[0], candidates)]
    ranked: list[tuple[bool, int, int]] = []
    for phrase, cost in sure or readings:
        meant = candidates & sum(model.denote(phrase))
        if meant:
            goodwill, best = _best(model, phrase, meant)
            ranked.append((best & (best - 1) != 0, goodwill + cost, best))
    if not ranked:
        return denoted
    first = min(ranked)[:2]
    mask = 0
    for several, cost, best in ranked:
        mask |= best if (several, cost) == first else 0
    return (denoted[0] & mask, denoted[1] & mask) if denoted[0] & mask else (0, mask)


def _is_all_of_it(phrase: Phrase) -> bool:
    """Whether "fruit", or "the seat of the sofa", may be several, as nothing tells one from the others."""
    kinds = ("color", "accent", "pattern", "material", "of", "relation")
    return phrase.noun in PILES and not phrase.plural and all(c.kind in kinds for c in phrase.constraints)


def _pile(model: GenerousModel, candidates: int) -> int:
    """The group that several fruits are, all of them: "the green fruit in the bowl"."""
    groups = {model.regions[k].parent for k in bits(candidates) if not model.regions[k].is_group}
    if len(groups) != 1 or None in groups:
        return 0
    k = model.position[min(filter(None, groups))]
    region = model.regions[k]
    return 1 << k if region.is_group and region.category in PILES.values() and region.parent is not None else 0


def _is_sure(model: GenerousModel, phrase: Phrase, candidates: int) -> bool:
    """Whether a reading is certain of one candidate and leaves no other region."""
    true, vague = model.exact.denote(phrase)
    return true & candidates != 0 and true & (true - 1) == 0 and not vague


def _best(model: GenerousModel, phrase: Phrase, candidates: int) -> tuple[int, int]:
    """The least goodwill that a candidate needs, and the candidates that fit best, in each whole that is named."""
    phrase = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind not in UNKNOWABLE))
    if not phrase.constraints:
        return 0, candidates
    classes = _by_whole(model, phrase, candidates)
    if len(classes) == 1:
        return model.likeliest(phrase, candidates)
    absolute = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind not in RELATIVE))
    named = sum(sum(model.best(c.inner)) for c in phrase.constraints if c.kind == "of")
    classes = [part for part in classes if any(model.above[k] & named for k in bits(part))] or classes
    costs = model.goodwill(absolute, candidates)
    least, mask = min(costs.values()), 0
    for part in classes:
        if min(costs[k] for k in bits(part)) == least:
            mask |= model.likeliest(phrase, part)[1]
    return least, mask


def _by_whole(model: GenerousModel, phrase: Phrase, candidates: int) -> list[int]:
    """The candidates apart by which of the wholes that the phrase names they are of, if by several."""
    wholes = 0
    for constraint in phrase.constraints:
        if constraint.kind == "of":
            wholes |= sum(model.exact.denote(constraint.inner))
    classes: dict[int, int] = defaultdict(int)
    for k in bits(candidates):
        classes[model.above[k] & wholes] |= 1 << k
    return list(classes.values()) if len(classes.keys() - {0}) > 1 else [candidates]


def most_telling(candidates: list[tuple[Option, Denotation]]) -> list[tuple[Option, Denotation]]:
    """The readings that are certain of one region, else those that may mean one only, else all."""
    sizes = [(true.bit_count(), (true | vague).bit_count()) for _, (true, vague) in candidates]
    for number_certain, number_possible in ((1, 1), (None, 1), (1, None)):
        best = [
            candidate
            for candidate, (certain, possible) in zip(candidates, sizes, strict=True)
            if number_certain in (None, certain) and number_possible in (None, possible)
        ]
        if best:
            return best
    return candidates


def together(denotations: Sequence[Denotation]) -> Denotation:
    """The union over readings; certain only where all readings that are certain of something agree."""
    certain = [denoted for denoted in denotations if denoted[0]]
    true = vague = 0
    for denoted in certain or denotations:
        true |= denoted[0]
        vague |= denoted[1]
    if certain:
        for yes, _ in certain:
            vague |= true & ~yes
    return true & ~vague, vague
