"""What can be said of a region's looks, and logical forms with more said."""

from __future__ import annotations

from typing import Final

from ...listener.grammar.modifiers import combined, order_of
from ...listener.logic import Constraint, Phrase
from ...listener.world import WorldRegion

__all__ = ["extended", "extended_by_one", "in_both_colors", "looks_of"]

WOODEN_COLORS: Final = frozenset({"brown", "orange", "yellow"})
PAIRED: Final = frozenset({"color", "nth"})
"""Constraints of which two make something new: two colours of a pattern, a rank."""


def looks_of(region: WorldRegion) -> list[Constraint]:
    """What can be said of a region's look, in order of preference."""
    seen = {kind: value for kind, value in region.attributes.items() if value != "unclear"}
    looks = [Constraint(kind, seen[kind]) for kind in ("color", "pattern") if kind in seen]
    if region.attributes.get("material") == "wood" and region.attributes.get("color") in WOODEN_COLORS:
        looks.append(Constraint("material", "wood"))
    return looks


def in_both_colors(phrase: Phrase, region: WorldRegion) -> Phrase:
    """The phrase; where it names a colour of a pattern of two, with the other colour and the pattern.

    One colour alone would mislead: "the pink mug" for a mug of pink and blue stripes.
    """
    looks = region.attributes
    if "accent" not in looks or looks.get("pattern", "unclear") == "unclear":
        return phrase
    kinds = {constraint.kind for constraint in phrase.constraints}
    if "color" not in kinds or "accent" in kinds:
        return phrase
    return extended(phrase, *(Constraint(kind, looks[kind]) for kind in ("accent", "pattern") if kind not in kinds))


def extended(phrase: Phrase, *constraints: Constraint) -> Phrase:
    """The phrase with more constraints, in canonical order.

    Args:
        phrase: one whose own constraints are in canonical order.
        constraints: what to add; no second count.
    """
    if len(constraints) == 1:
        return extended_by_one(phrase, constraints[0])
    return combined(phrase, constraints)[0] if constraints else phrase


def extended_by_one(phrase: Phrase, constraint: Constraint) -> Phrase:
    """The same as `combined`, which compares all with all, at the cost of finding one place."""
    noun, plural, own = phrase
    if constraint in own:
        return phrase
    order = order_of(constraint)
    place = len(own)
    while place and order < order_of(own[place - 1]):
        place -= 1
    rivals = place and order_of(own[place - 1]) == order
    if rivals or (constraint.kind in PAIRED and any(other.kind == constraint.kind for other in own)):
        return combined(phrase, (constraint,))[0]
    return Phrase(noun, plural, (*own[:place], constraint, *own[place:]))
