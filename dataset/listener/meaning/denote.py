"""What a logical form denotes in a world: three-valued truth with margins.

Sets of regions are bit masks over the world's regions. A denotation is a pair: the regions of which the phrase is
certainly true, and those of which it is vague because a margin is not met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..logic import BOTH, RELATIVE, Constraint, Phrase
from ..words.postures import can_be
from ..world import World
from .bits import bits
from .relations import lies_between, relation_holds
from .scales import Scales
from .structure import Denotation, Structure, Truth

__all__ = ["MEANINGS", "SHADED", "Model", "model_of"]

SHADED: Final[dict[str, dict[str, Truth]]] = {
    "dark gray": {"gray": True, "black": None},
    "pale gray": {"gray": True, "white": None},
    "bluish": {"blue": True, "teal": None},
    "greenish": {"green": True, "teal": None},
    "amber": {"orange": True, "yellow": None},
    "bronze": {"brown": True, "orange": None},
    "steely": {"gray": True, "blue": None},
    "dark": {"black": True, "brown": True, "gray": None, "blue": None, "purple": None, "teal": None, "green": None},
}
"""Words that name several colours, and of what they are true or vague."""


class Model(Structure):
    """A world that can be asked what phrases denote; everything asked is remembered.

    Attributes:
        meanings: kind of constraint -> the function that says of which regions it is true and vague.
    """

    meanings: Mapping[str, Callable[[Any, Constraint], Denotation]]

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.meanings = MEANINGS
        self.scales = Scales(Structure(world))  # not the model itself: nothing in a circle outlives its use
        self._phrases: dict[Phrase, Denotation] = {}
        self._extensions: dict[Constraint, Denotation] = {}

    def named(self, phrase: Phrase) -> Denotation:
        """The regions of which a phrase's noun is true and vague."""
        return self.noun(phrase.noun, phrase.plural), 0

    def denote(self, phrase: Phrase) -> Denotation:
        """The regions that a phrase certainly and vaguely denotes."""
        denoted = self._phrases.get(phrase)
        if denoted is None:
            denoted = self._phrases[phrase] = self._denote(phrase)
        return denoted

    def _denote(self, phrase: Phrase) -> Denotation:
        true, vague = self.named(phrase)
        wholes = 0
        for constraint in phrase.constraints:
            if constraint.kind in RELATIVE:
                true, vague = self.scales.narrow(constraint, true, vague, wholes)
                continue
            if constraint.kind == "of":
                whole, maybe_whole = self.denote(constraint.inner)
                wholes |= whole | maybe_whole
            if constraint.kind == "relation":
                yes, maybe = self.related(constraint, true | vague)
            else:
                yes, maybe = self.extension(constraint)
            true, vague = true & yes, (true & maybe) | (vague & (yes | maybe))
        return true, vague

    def extension(self, constraint: Constraint) -> Denotation:
        """All regions of which a constraint is true or vague by itself."""
        extension = self._extensions.get(constraint)
        if extension is None:
            extension = self._extensions[constraint] = self.meanings[constraint.kind](self, constraint)
        return extension

    def related(self, constraint: Constraint, among: int) -> Denotation:
        """Which of some regions, a bit mask, stand in a relation; others may be there or not."""
        return _relation(self, constraint, among)

    def where(self, truth: Callable[[int], Truth], among: int | None = None) -> Denotation:
        """The denotation of a predicate on region positions, among all or those of a bit mask."""
        true = vague = 0
        for k in range(len(self.regions)) if among is None else bits(among):
            holds = truth(k)
            if holds:
                true |= 1 << k
            elif holds is None:
                vague |= 1 << k
        return true, vague


def model_of(world: World) -> Model:
    """The model of a world, built once."""
    model = world.__dict__.get("model")
    if not isinstance(model, Model):
        model = world.__dict__["model"] = Model(world)
    return model


def _color(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        region = model.regions[k]
        if region.attributes.get("color") == constraint.value:
            return True
        if region.attributes.get("accent") == constraint.value or constraint.value in region.maybe_colors:
            return None
        return shaded.get(region.attributes.get("color", ""), False)

    shaded = SHADED.get(constraint.value, {})
    return model.where(truth)


def _accent(model: Model, constraint: Constraint) -> Denotation:
    return model.where(lambda k: model.regions[k].attributes.get("accent") == constraint.value)


def _pattern(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        attributes = model.regions[k].attributes
        pattern = attributes.get("pattern", "plain")
        if pattern == "unclear" or (constraint.value == pattern == "plain" and "color" not in attributes):
            return None
        return pattern == constraint.value

    return model.where(truth)


def _material(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        material = model.regions[k].attributes.get("material")
        return None if material is None else material == constraint.value

    return model.where(truth)


def _shape(model: Model, constraint: Constraint) -> Denotation:
    """The form of what has several: a table on a pedestal is round, one on legs is not, a pine is a cone."""

    def truth(k: int) -> Truth:
        region = model.regions[k]
        if region.category in ("tree", "pine"):
            return (constraint.value == "conical") == (region.category == "pine")
        table = k if region.category == "table" else model.position.get(region.parent or "", k)
        if region.category not in ("table", "tabletop") or model.regions[table].category != "table":
            return True  # nothing is claimed of what has one form only
        parts = {model.regions[j].category for j in bits(model.below[table])}
        forms = {"round": bool(parts & {"pedestal", "foot"}), "angular": bool(parts & {"leg", "apron", "drawer"})}
        return forms.get(constraint.value, False) if any(forms.values()) else None

    return model.where(truth)


def _state(model: Model, constraint: Constraint) -> Denotation:
    """Open or closed; nothing is claimed of what is neither."""
    return model.where(lambda k: model.regions[k].attributes.get("state", constraint.value) == constraint.value)


def _count(model: Model, constraint: Constraint) -> Denotation:
    def truth(k: int) -> Truth:
        count = model.regions[k].count
        return None if count == 0 else count == int(constraint.value)

    return model.where(truth)


def _of(model: Model, constraint: Constraint) -> Denotation:
    true, vague = model.denote(constraint.inner)
    parts = maybe_parts = 0
    for k in bits(true):
        parts |= model.below[k]
    for k in bits(vague):
        maybe_parts |= model.below[k]
    return parts, maybe_parts & ~parts


def _with(model: Model, constraint: Constraint) -> Denotation:
    phrase = constraint.inner
    true, vague = model.denote(phrase)
    if phrase.plural and not any(
        c.kind == "count" for c in phrase.constraints
    ):  # "with red legs": one visible red leg may do
        single = phrase._replace(plural=False)
        singles = model.denote(single)
        vague |= singles[0] | singles[1]
    carried = [0] * len(model.regions)
    for k, region in enumerate(model.regions):
        if region.supported_by in model.position:
            carried[model.position[region.supported_by]] |= 1 << k

    def truth(k: int) -> Truth:
        parts = model.below[k] | carried[k]
        return True if parts & true else None if parts & vague else False

    return model.where(truth)


def _without(model: Model, constraint: Constraint) -> Denotation:
    true, vague = _with(model, constraint)
    every = (1 << len(model.regions)) - 1
    return every & ~(true | vague), vague


def _relation(model: Model, constraint: Constraint, among: int | None = None) -> Denotation:
    true, vague = model.denote(constraint.inner)
    landmarks, maybe_landmarks = list(bits(true)), list(bits(vague))

    def truth(k: int) -> Truth:
        best: Truth = False
        for landmark in landmarks:
            holds = relation_holds(model, constraint.value, k, landmark)
            if holds:
                return True
            best = None if holds is None else best
        if best is False and any(relation_holds(model, constraint.value, k, m) is not False for m in maybe_landmarks):
            return None
        return best

    return model.where(truth, among)


def _between(model: Model, constraint: Constraint) -> Denotation:
    phrase = constraint.inner
    if phrase.noun == BOTH:
        sides = [model.denote(side.inner) for side in phrase.constraints]  # one, if both are called the same
        first, second = sides[0], sides[-1]
        pairs = [(a, b) for a in bits(first[0] | first[1]) for b in bits(second[0] | second[1]) if a != b]
        certain = not first[1] and not second[1]
    else:
        groups = model.denote(phrase)
        members = [[model.position[name] for name in model.regions[k].members] for k in bits(groups[0] | groups[1])]
        pairs = [(a, b) for group in members for a in group for b in group if a < b]
        certain = not groups[1]

    def truth(k: int) -> Truth:
        truths = [lies_between(model, k, a, b) for a, b in pairs if k not in (a, b)]
        if any(truths):
            return True if certain else None
        return None if None in truths else False

    return model.where(truth)


def _about(model: Model, constraint: Constraint) -> Denotation:
    phrase = constraint.inner
    true, vague = model.denote(phrase)
    named, maybe_named = model.named(phrase)
    parts = sum(1 << k for k, region in enumerate(model.regions) if region.parent is not None)
    if phrase.plural:  # "the knobs": one that is seen will do
        single = phrase._replace(plural=False, constraints=tuple(c for c in phrase.constraints if c.kind != "count"))
        one, maybe_one = model.denote(single)
        vague |= one | maybe_one

    def truth(k: int) -> Truth:
        near = model.family(k) & parts
        if (named | maybe_named) & near:
            return True if true & near else None if vague & near else False
        return True if true else None if vague else False

    return model.where(truth)


def _posture(model: Model, constraint: Constraint) -> Denotation:
    return model.where(lambda k: can_be(model.regions[k].category, constraint.value))


MEANINGS: Final[dict[str, Callable[[Any, Constraint], Denotation]]] = {
    "about": _about,
    "posture": _posture,
    "color": _color,
    "accent": _accent,
    "pattern": _pattern,
    "material": _material,
    "shape": _shape,
    "state": _state,
    "count": _count,
    "of": _of,
    "with": _with,
    "without": _without,
    "relation": _relation,
    "between": _between,
}
