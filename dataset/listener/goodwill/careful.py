"""The exact model as captions are heard, more careful than the writer's: numbers and exclusions are checked."""

from __future__ import annotations

from typing import Final

from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.denote import MEANINGS, Model
from ..meaning.relations import relation_holds
from ..meaning.scales import SIDES, Scales
from ..meaning.structure import Denotation, Structure, Truth
from ..words.kinds import LACKING, OWNED, SHOWING
from ..words.lexicon import categories_of
from ..world import World, WorldRegion

__all__ = [
    "CLEAR",
    "LOOKS",
    "NEAR_TOP",
    "CarefulModel",
    "CarefulScales",
    "careful_model_of",
    "fills",
    "fills_picture",
    "is_nowhere",
    "never_above",
    "of_another_row",
    "without",
]

LOOKS: Final = frozenset({"color", "accent", "pattern", "count"})
CLEAR: Final = 80 / 448**2
"""Parts of a smaller share of the picture may be left out of a count."""
FLAT: Final = frozenset({"placemat", "rug", "tabletop", "tablecloth", "floor", "lawn", "road"})
"""What lies flat under things."""
COVERS: Final = frozenset({"blanket", "tablecloth"})
"""What is spread over the thing that it is a part of."""
POTS: Final = frozenset({"vase", "potted plant"})
"""Things with parts above them."""
FAR_ASIDE: Final = 0.12
"""Things with more room between them across, in widths of the picture, are not one behind the other."""
NEAR_TOP: Final = 0.08
"""A part that begins within this share of its thing's height reaches its top."""
BESIDE: Final = frozenset({"left of", "right of", "next to"})
ROOM_BESIDE: Final = 0.03
"""With more room between it than this share of the picture a thing does not meet another."""
SAME_DEPTH: Final = 1.35
"""Things that meet in the picture are near each other if their distances from the viewer are within this ratio."""
MOST_OF_A_SIDE: Final = 0.55
"""A part that takes a larger share of its whole is not on a side of it."""


class CarefulScales(Scales):
    """What is alone is not called leftmost where it is on the right; one of so many needs so many."""

    def _alone(self, k: int, value: str) -> Truth:
        """What fills its whole is on a side of the picture, not of its whole, where it is not certain."""
        holds, whole = super()._alone(k, value), self._whole(k)
        ground = self._model.regions[k]
        if value in ("left", "right") and ground.granularity == "background" and fills_picture(ground):
            return False  # "on the road on the left" is not of the road
        if holds is None and value in ("left", "right") and whole is not None:
            region = self._model.regions[k]
            if fills(region, whole, value) and self._in_span(k, value, 0.0, 1.0) is False:
                return False
        return holds

    def _placed(self, k: int, value: str, group: list[int]) -> Truth:
        """A tire and a hubcap are at the end of the thing that their wheel is at."""
        ends = [self.end(j) for j in group] if value in ("front", "back") else []
        if any(ends):
            own = self.end(k)
            return None if own is None else own == value
        return super()._placed(k, value, group)

    def end(self, k: int) -> str | None:
        """Front or back of the part, or of the part that it is a part of."""
        for j in (k, *reversed(list(bits(self._model.above[k])))):
            end = self._model.regions[j].slots.get("depth")
            if end is not None:
                return end
        return None

    def _among(self, k: int, group: list[int], number: int) -> Truth:
        """Of more candidates it may be one of so many like it: those of its whole, or those that are clearly seen."""
        holds = super()._among(k, group, number)
        if holds is not None:
            return holds
        region, whole = self._model.regions[k], self._whole(k)
        alike = self._model.noun(region.category, region.is_group)
        near = alike if whole is None else alike & self._model.below[self._model.position[whole.id]]
        for mask in (near, sum(1 << j for j in group if self._model.regions[j].category == region.category)):
            clear = sum(self._model.regions[j].area >= CLEAR for j in bits(mask))
            if clear <= number <= mask.bit_count():
                return None
        return False

    def _extreme(self, k: int, group: list[int], value: str) -> Truth:
        if len(group) == 1 and value in SIDES:
            return self._alone(k, value)
        return super()._extreme(k, group, value)


class CarefulModel(Model):
    """The exact model as captions are heard.

    The writer of the data's captions has the plain `Model`: it never calls a thing on the right the leftmost one.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.scales = CarefulScales(Structure(world))
        self.meanings = {**MEANINGS, "without": without, "relation": _relation}

    def related(self, constraint: Constraint, among: int) -> Denotation:
        """Which of some regions stand in a relation; behind and above as it is written, beside as it is heard."""
        exact = super().related(constraint, among)
        return _heard(self, constraint, exact) if constraint.value in BESIDE else exact

    def named(self, phrase: Phrase) -> Denotation:
        """A pickup is a truck with a bed, if there is one; a picture frame is none of a window."""
        true = self.noun(phrase.noun, phrase.plural)
        if true & (true - 1) == 0:
            return true, 0
        owner, parts = OWNED.get(phrase.noun), SHOWING.get(phrase.noun, frozenset())
        if owner is not None:
            wholes = self.noun(owner, False)
            return sum(1 << k for k in bits(true) if self.above[k] & wholes) or true, 0
        if parts and not phrase.plural and not any(self.regions[k].category == phrase.noun for k in bits(true)):
            marks = self._any_of(parts)
            return sum(1 << k for k in bits(true) if self.below[k] & marks) or true, 0
        lacking = LACKING.get(phrase.noun)
        if lacking and not phrase.plural:
            marks = self._any_of(lacking)
            return sum(1 << k for k in bits(true) if not self.below[k] & marks) or true, 0
        return true, 0

    def _any_of(self, nouns: frozenset[str]) -> int:
        """All that one of some nouns is true of, one or several."""
        mask = 0
        for noun in nouns:
            mask |= self.noun(noun, False) | self.noun(noun, True)
        return mask

    def _denote(self, phrase: Phrase) -> Denotation:
        """Two places are each among all that is named, where the one leaves nothing to compare the other with.

        Of "the upper left window" both words compare with all windows, though only one is on the left.
        """
        true, vague = super()._denote(phrase)
        places = [c for c in phrase.constraints if c.kind == "place" and c.value in SIDES]
        if true or len(places) < 2:
            return true, vague
        rest = tuple(c for c in phrase.constraints if c not in places)
        both = -1
        for place in places:
            both &= self.denote(phrase._replace(constraints=(*rest, place)))[0]
        return both, vague & ~both


def _relation(model: Model, constraint: Constraint) -> Denotation:
    """Relations of the exact model as they are heard, of all regions."""
    return _heard(model, constraint, MEANINGS["relation"](model, constraint))


def _heard(model: Model, constraint: Constraint, exact: Denotation) -> Denotation:
    """Without what lies flat under a thing and would be above it, and the like; what meets a thing is next to it."""
    (true, vague), not_so = exact, 0
    if constraint.value == "above":
        not_so = never_above(model, sum(model.denote(constraint.inner)))
    elif constraint.value in ("in front of", "behind"):
        not_so = far_aside(model, sum(model.denote(constraint.inner)))
    elif constraint.value in ("left of", "right of"):
        not_so = of_another_row(model, constraint, true | vague)
    elif constraint.value == "next to":
        outdone = _outdone(model, sum(model.denote(constraint.inner)), true, true | vague)
        return true & ~outdone, vague | outdone
    return true & ~not_so, vague & ~not_so


def of_another_row(model: Model, constraint: Constraint, candidates: int) -> int:
    """What stands so to no neighbour in its own row, where something does: "the red book left of the orange one"."""
    landmarks = sum(model.denote(constraint.inner))
    kinds = categories_of(constraint.inner.noun) or frozenset()
    so = not_so = 0
    for k in bits(candidates):
        region = model.regions[k]
        if region.category not in kinds or region.parent is None or region.is_group:
            continue
        row = [j for j in bits(landmarks & ~(1 << k)) if model.regions[j].parent == region.parent]
        if any(relation_holds(model, constraint.value, k, j) is not False for j in row):
            so |= 1 << k
        else:
            not_so |= 1 << k
    return not_so if so else 0


def _outdone(model: Model, landmarks: int, sure: int, candidates: int) -> int:
    """What is next to one of some things with room between, where another of its kind meets that in the picture."""
    meeting = {
        (model.regions[k].category, model.regions[k].is_group)
        for k in bits(candidates)
        if any(_meets(model, k, j) for j in bits(landmarks & ~(1 << k)))
    }
    mask = 0
    for k in bits(sure):
        own = model.regions[k]
        if (own.category, own.is_group) in meeting and _distance(model, k):
            mask |= all(_room(own, model.regions[j]) > ROOM_BESIDE for j in bits(landmarks & ~(1 << k))) << k
    return mask


def _meets(model: Model, k: int, j: int) -> bool:
    """Whether two things about as far off, or their parts, meet in the picture."""
    own, its = _distance(model, k), _distance(model, j)
    if not own or not its or _room(model.regions[k], model.regions[j]) > 0:
        return False
    return max(own, its) <= SAME_DEPTH * min(own, its)


def _distance(model: Model, k: int) -> float:
    """Metres from the viewer to the object that a region is of, 0 where it is of none."""
    return next((d for j in (k, *bits(model.above[k])) if (d := model.regions[j].distance)), 0.0)


def _room(one: WorldRegion, other: WorldRegion) -> float:
    """Room between two boxes, across or down."""
    across = max(one.left, other.left) - min(one.right, other.right)
    return max(across, max(one.top, other.top) - min(one.bottom, other.bottom), 0.0)


def far_aside(model: Model, landmarks: int) -> int:
    """What is in front of none of some things nor behind one, since it is far to one side of each of them."""
    things = [model.regions[j] for j in bits(landmarks)]
    mask = 0
    for k, own in enumerate(model.regions) if things else ():
        mask |= all(is_far_aside(own, other) for other in things) << k
    return mask


def is_far_aside(one: WorldRegion, other: WorldRegion) -> bool:
    """Whether two boxes leave so much room between them across that neither is before the other."""
    return max(one.left, other.left) - min(one.right, other.right) > FAR_ASIDE


def never_above(model: Model, landmarks: int) -> int:
    """What is above none of some things, however far up it reaches: parts of one, and what lies flat under all."""
    mask = 0
    things = [model.regions[j] for j in bits(landmarks)]
    for k, own in enumerate(model.regions) if things else ():
        if own.category in FLAT:
            mask |= all(_is_before(other, own) for other in things) << k
        elif model.above[k] & landmarks and own.category not in COVERS:
            mask |= _is_lower(model, k, landmarks) << k
    return mask


def _is_lower(model: Model, k: int, landmarks: int) -> bool:
    """Whether a part does not reach the top of an object that it is of; in a vase, the pot alone is meant."""
    wholes = [model.regions[j] for j in bits(model.above[k] & landmarks)]
    wholes = [whole for whole in wholes if whole.granularity == "object" and whole.category not in POTS]
    return any(model.regions[k].top - whole.top > NEAR_TOP * (whole.bottom - whole.top) for whole in wholes)


def _is_before(thing: WorldRegion, ground: WorldRegion) -> bool:
    """Whether a thing covers some of what lies flat."""
    across = thing.left < ground.right and ground.left < thing.right
    return thing.granularity != "background" and across and thing.top < ground.bottom and ground.top < thing.bottom


def without(model: Model, constraint: Constraint) -> Denotation:
    """Without such a part, if there is one anywhere: "without its brown door" is false where no door is brown."""
    phrase = constraint.inner
    if is_nowhere(model, phrase):
        return 0, 0
    true, vague = MEANINGS["without"](model, constraint)
    itself = model.denote(phrase)[0]  # "planks of the box, lid excluded" is no lid
    true, vague = true & ~itself, vague & ~itself
    bare = phrase._replace(constraints=tuple(c for c in phrase.constraints if c.kind not in LOOKS))
    if bare == phrase:
        return true, vague
    meant, alike = sum(model.denote(phrase)), sum(model.denote(bare))
    others = sum(1 << k for k in bits(true | vague) if model.own(k) & alike and not model.own(k) & meant)
    return true & ~others, vague & ~others


def is_nowhere(model: Model, phrase: Phrase) -> bool:
    """Whether the picture shows such things, but none that looks like that."""
    return _has_looks(phrase) and model.denote(phrase) == (0, 0) and model.denote(_bare(phrase)) != (0, 0)


def _has_looks(phrase: Phrase) -> bool:
    return any(c.kind in LOOKS or (c.phrase is not None and _has_looks(c.phrase)) for c in phrase.constraints)


def _bare(phrase: Phrase) -> Phrase:
    """The phrase without looks, also of what is in it."""
    others = (c for c in phrase.constraints if c.kind not in LOOKS)
    return phrase._replace(constraints=tuple(c._replace(phrase=c.phrase and _bare(c.phrase)) for c in others))


def careful_model_of(world: World) -> CarefulModel:
    """The careful model of a world, built once."""
    model = world.__dict__.get("careful_model")
    if not isinstance(model, CarefulModel):
        model = world.__dict__["careful_model"] = CarefulModel(world)
    return model


def fills_picture(region: WorldRegion) -> bool:
    """Whether a region takes most of the picture's width."""
    return region.right - region.left > MOST_OF_A_SIDE


def fills(region: WorldRegion, whole: WorldRegion, value: str) -> bool:
    """Whether a part takes so much of its whole's width, or height, that it is on neither side of it."""
    if value in ("left", "right"):
        return region.right - region.left > MOST_OF_A_SIDE * (whole.right - whole.left)
    return region.bottom - region.top > MOST_OF_A_SIDE * (whole.bottom - whole.top)
