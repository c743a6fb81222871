"""Looks with goodwill: white in the shade may be called gray, a pattern too small to see may be any."""

from __future__ import annotations

from typing import Final

from ..logic import Constraint
from ..meaning.bits import bits
from ..meaning.denote import MEANINGS
from ..meaning.structure import Denotation, Truth
from .careful import CLEAR
from .model import SPREAD_OUT, GenerousModel

__all__ = ["accent", "color", "count", "material", "pattern"]


SIMILAR_PATTERNS: Final = {
    ("stripes", "rings"), ("rings", "stripes"), ("checker", "tiles"), ("tiles", "checker"), ("stripes", "planks"),
    ("planks", "stripes"), ("planks", "brick"),
}  # fmt: skip


CURVED: Final = frozenset({"vase", "body", "teapot", "mug", "pot", "bottle", "spout", "lid", "lampshade"})
"""What is turned: dots that follow its curve run into rows, which look like checks."""

MOST_PIECES: Final = {"pane": 4, "curb": 2, "window": 4}
"""Into how many pieces one region of a category may be divided."""


def color(model: GenerousModel, constraint: Constraint) -> Denotation:
    """The main colour, or one that light, shadow or a pattern gives it; for groups each member's."""

    def truth(k: int) -> Truth:
        members = model.regions[k].members
        if members and "color" not in model.regions[k].attributes:
            truths = [truth(j) for j in model.members_of(k)]
            return False if False in truths else None
        if model.regions[k].attributes.get("color") == constraint.value:
            return True
        return None if constraint.value in model.colors[k] else False

    return model.where(truth)


def accent(model: GenerousModel, constraint: Constraint) -> Denotation:
    """The second colour of the pattern, or any colour that the region shows."""

    def truth(k: int) -> Truth:
        region = model.regions[k]
        if region.attributes.get("accent") == constraint.value:
            return True
        composed = frozenset() if "accent" in region.attributes else model.composed[k]
        seen = model.colors[k] | composed | {region.attributes.get("color", "")}
        return None if constraint.value in seen else False

    return model.where(truth)


def pattern(model: GenerousModel, constraint: Constraint) -> Denotation:
    """The pattern that is seen; one too small to see, or a similar one, is vague."""

    def truth(k: int) -> Truth:
        region = model.regions[k]
        members = model.members_of(k)
        if members and "pattern" not in region.attributes:
            truths = [truth(j) for j in members]
            return False if False in truths else None
        seen = region.attributes.get("pattern", "plain")
        if seen == constraint.value:
            return True
        if constraint.value == "planks" and region.attributes.get("material") == "wood":
            return None
        drawn = region.faint.get("pattern", seen)
        if "color" not in region.attributes and any(truth(j) for j in bits(model.below[k]) if not model.below[j]):
            return None  # a thing of parts
        if drawn == "dots" and constraint.value == "checker" and region.category in CURVED:
            return None
        if drawn == constraint.value or seen == "unclear" or (drawn, constraint.value) in SIMILAR_PATTERNS:
            return None
        return False

    return model.where(truth)


def material(model: GenerousModel, constraint: Constraint) -> Denotation:
    """Any material may be meant where it is not the region's own."""
    true, _ = MEANINGS["material"](model, constraint)
    return true, ((1 << len(model.regions)) - 1) & ~true


def count(model: GenerousModel, constraint: Constraint) -> Denotation:
    """Members of a few pixels may be counted or not."""
    number = int(constraint.value)

    def truth(k: int) -> Truth:
        region = model.regions[k]
        if number > MOST_PIECES.get(region.category, number):
            return False
        if region.count == number:
            return True
        if not region.members:
            return None if region.category in SPREAD_OUT and not model.is_counted(k) else False
        clear = sum(model.regions[j].area >= CLEAR for j in model.members_of(k))
        most = len(region.members) + sum(part.endswith(region.category) for part in region.tiny)
        return None if clear <= number <= most else False

    return model.where(truth)
