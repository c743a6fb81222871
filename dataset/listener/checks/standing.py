"""Who stands behind, in front of, above or below something: by the picture, and by how things are built.

Parts that are no regions have a place too: nothing of a car is above its roof, and its windows are above its lights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..goodwill.careful import NEAR_TOP, fills_picture
from ..goodwill.model import GenerousModel
from ..goodwill.neighbours import standing_so
from ..goodwill.scales import DRIVEN
from ..logic import ANY_NOUN, Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.contrary import DEEP
from ..meaning.structure import Truth
from ..words.anatomy import is_part_noun
from ..words.lexicon import is_part
from .across import SIGNS

__all__ = [
    "CENTRED",
    "LEVELS",
    "are_grounds",
    "denoted_by",
    "denoted_near",
    "is_of_centre",
    "is_on_all_sides",
    "is_out_of_order",
    "is_over_its_top",
    "lower",
    "own_landmarks",
    "stand_so",
    "stands",
]

TOPS: Final = frozenset({"roof", "top", "tip", "peak", "lid", "rim", "crown", "ceiling"})
"""Nouns of what is highest of a thing, whether or not it is a region."""
CENTRES: Final = frozenset({"centre", "center", "middle"})
"""What something is on the left or right of where the picture, or the region, is meant."""
OUTLINES: Final = frozenset({"border", "edge", "side", "end", "corner", "rim"})
CENTRED: Final = {"left of": "left", "right of": "right"}
LEVELS: Final = frozenset({"above", "below", "under"})
HOODS: Final = frozenset({"hood", "bonnet"})
"""Parts of a car that are no regions, lower than its windows."""
ON_ROOFS: Final = frozenset({"roof rack", "suitcase", "aerial", "antenna", "chimney"})
_VEHICLE: Final = (
    "roof", "sign display", "windshield side_window rear_window door", "hood bonnet", "headlight taillight light lamp",
    "grille front_bumper bumper license_plate",
)  # fmt: skip
ORDERS: Final = {
    DRIVEN: {part.replace("_", " "): rank for rank, parts in enumerate(_VEHICLE) for part in parts.split()},
    frozenset({"car"}): {"cabin": 0, "windshield": 0, "side window": 0, "rear window": 0, "body": 1, "hull": 1},
}
"""Kinds of things -> their parts, from the top down."""


def stands(
    model: GenerousModel, k: int, relation: str, landmark: Phrase, others: Sequence[Phrase], *, of: str = ""
) -> Truth:
    """Whether the region, or one of the other things, stands so to a landmark; None where it may.

    What the picture does not show can stand nowhere: it is taken to be at the region.

    Args:
        model: the generous model.
        k: the region.
        relation: how they stand.
        landmark: to what.
        others: what was named before.
        of: "subject" if it is said of the subject of a sentence on something else, "another" if something was named
            that is not the region's own.
    """
    named = model.noun(landmark.noun, plural=True) | model.noun(landmark.noun, plural=False)
    is_ground = model.regions[k].granularity == "background"
    if landmark.noun not in OUTLINES and (relation in CENTRED or not is_ground):
        loose = sum(model.named(Phrase(landmark.noun)))  # the pot that is a teapot
        named |= 0 if loose >> k & 1 and relation not in CENTRED else loose
    if is_of_centre(relation, landmark):
        return None if _is_off_centre(model, k, CENTRED[relation], others) else False
    if is_over_its_top(model, k, relation, landmark) or is_out_of_order(model, k, relation, landmark):
        return False
    if not named or are_grounds(model, k, named):
        return None  # whether there is such a thing is another fact
    is_other = of == "subject" and len(others) == 1 and _is_another(model, k, others[0])
    if relation in ("behind", "in front of") and not is_other:
        landmarks = (_named_by(model, landmark) or named) & model.own(k)
        if landmarks:
            return False if is_built_otherwise(model, k, _own_of(model, k, others), relation, landmarks) else None
    own = own_landmarks(model, k, landmark) if relation in LEVELS or relation in CENTRED else 0
    if own and relation in ("below", "under") and _named_by(model, landmark) & model.above[k]:
        return None  # a foot "beneath a leg" that it is a part of
    subjects = _subjects(model, k, relation, others, of="other" if is_other else of, over=bool(own))
    standing = stand_so(model, relation, own) if own else _standing(model, k, relation, landmark)
    if relation == "under":
        standing |= lower(model, subjects, landmark)
    if _peeps_out(model, k, relation, denoted_by(model, landmark) or named):
        return None
    return None if subjects & standing else False


def _is_another(model: GenerousModel, k: int, subject: Phrase) -> bool:
    """Whether the picture shows what a subject names, and that is neither the region nor near it."""
    return denoted_by(model, subject) != 0 and not denoted_near(model, k, subject) & (1 << k | model.family(k))


def _own_of(model: GenerousModel, k: int, others: Sequence[Phrase]) -> int:
    """The region, and the parts of its object that are named; what may be the region is: a "panel" is the headboard."""
    mask = 1 << k
    for other in others:
        denoted = denoted_near(model, k, other)
        mask |= 0 if denoted >> k & 1 else denoted & model.own(k)
    return mask


def _subjects(model: GenerousModel, k: int, relation: str, others: Sequence[Phrase], *, of: str, over: bool) -> int:
    """Who may stand so: the region, its members, and what else is named, of its own thing where that has it.

    Args:
        model: the generous model.
        k: the region.
        relation: how they stand.
        others: what was named before.
        of: "other" if it is said of another thing than the region, "another" if that may be so.
        over: whether it is said of parts of the region's object, which are above and below no whole.
    """
    mask = 0 if of == "other" else _members(model, k, others)
    wholes = model.above[k] & model.own(k) if over and relation in LEVELS else 0
    for other in others:
        if other.noun == ANY_NOUN and of == "another":  # "the other blue one"
            alike = model.exact.noun(model.regions[k].category, False) & ~(1 << k)
            mask |= alike & denoted_by(model, other)
        if other.noun == ANY_NOUN or (denoted_by(model, other) >> k & 1 and of != "another"):
            continue  # the region again, but for "the other sofa"
        denoted = denoted_near(model, k, other) & (model.own(k) if is_part(other.noun) and of != "other" else -1)
        if relation not in CENTRED and of != "another":
            denoted = denoted & (model.own(k) | model.above[k]) or denoted  # "the truck" of a wheel
        mask |= sum(1 << j for j in bits(denoted & ~wholes) if model.regions[j].granularity != "background")
    return mask


def _members(model: GenerousModel, k: int, others: Sequence[Phrase]) -> int:
    """The region and its members; of a group of which "the right one" or "the teal one" was named, that one."""
    members = list(model.members_of(k))
    meant = next((other for other in others if other.noun == ANY_NOUN), None)
    if meant is None or not model.regions[k].is_group or len(members) < 2:
        return 1 << k | sum(1 << j for j in members)
    middle = sum(model.regions[j].x for j in members) / len(members)
    for claim in meant.constraints:
        if claim.kind == "color":
            colored = sum(model.extension(claim))
            members = [j for j in members if colored >> j & 1]
        elif claim.value in SIGNS:
            members = [j for j in members if SIGNS[claim.value] * (model.regions[j].x - middle) > 0]
    return sum(1 << j for j in members) or 1 << k


def _standing(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> int:
    """What may stand so to such a thing: to what its noun names, where that is less than what it may mean."""
    if relation not in CENTRED and model.regions[k].granularity != "background":
        landmarks = _landmarks(model, k, relation, landmark)
        if landmarks:
            return standing_so(model, relation, landmarks)
    return sum(model.extension(Constraint("relation", relation, landmark)))


def _landmarks(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> int:
    """Which of what a phrase may mean it does mean: what its noun names, and the region's own thing; 0 if it is all."""
    named = _named_by(model, landmark)
    meant = (named & model.above[k] if relation in LEVELS else 0) or named
    return 0 if meant == denoted_by(model, landmark) else meant


def _named_by(model: GenerousModel, phrase: Phrase) -> int:
    """What a phrase denotes; where the picture shows what its noun names, only of that."""
    denoted = denoted_by(model, phrase)
    return denoted & model.exact.named(phrase)[0] or denoted


def _peeps_out(model: GenerousModel, k: int, relation: str, landmarks: int) -> bool:
    """Whether a region that goes through the picture shows on that side of one of the landmarks."""
    region = model.regions[k]
    ends = [model.regions[j] for j in bits(landmarks)]
    return (
        relation in CENTRED
        and fills_picture(region)
        and any(region.left < end.left if relation == "left of" else region.right > end.right for end in ends)
    )


def is_of_centre(relation: str, landmark: Phrase) -> bool:
    """Whether it is said to be on a side of the picture's centre, not of a wheel's."""
    return landmark.noun in CENTRES and relation in CENTRED


def _is_off_centre(model: GenerousModel, k: int, side: str, others: Sequence[Phrase]) -> bool:
    """Whether the region is on a side of the picture's centre, or one of other things on that side of the region."""
    sign = SIGNS[side]
    if sign * (model.regions[k].x - 0.5) > 0:
        return True
    others = others[-1:] if len(others) < 2 else ()
    meant = [j for other in others if not (denoted := denoted_by(model, other)) >> k & 1 for j in bits(denoted)]
    return any(sign * (model.regions[j].x - model.regions[k].x) > 0 for j in meant)


def is_over_its_top(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether a part is said to be above "the roof" of its thing, below "the hood" or the like, against all sense.

    Of "the yellow roof" there may be one of another thing; hoods are no regions, and are lower than half of the car.
    """
    named, part = denoted_by(model, landmark), model.regions[k]
    wholes = [model.regions[j] for j in bits(model.above[k] & model.own(k)) if not model.above[j] & model.own(k)]
    if landmark.noun in HOODS and not named and relation in LEVELS:
        return any(part.y < whole.y if relation != "above" else part.y > whole.y for whole in wholes)
    is_of = any(c.kind == "of" for c in landmark.constraints)
    if relation == "above" and landmark.noun == "roof" and not (named or is_of) and model.kind(k) in DRIVEN:
        return part.category not in ON_ROOFS and any(model.own(k) >> j & 1 for j in (k, *bits(model.above[k])))
    if relation != "above" or landmark.noun not in TOPS or named & model.own(k) & model.exact.named(landmark)[0]:
        return False
    named &= ~model.own(k)  # what "the top" of a tree may mean is no other part than its top
    if is_of or (named and landmark.constraints):
        return False
    return any(part.top - whole.top > NEAR_TOP * (whole.bottom - whole.top) for whole in wholes)


def is_built_otherwise(model: GenerousModel, k: int, subjects: int, relation: str, landmarks: int) -> bool:
    """Whether parts of one thing are said to be in front of or behind others of it, all against what the picture shows.

    Other parts of the thing have no depth of their own, and nor has a part whose middle and top do not agree.

    Args:
        model: the generous model.
        k: the region.
        subjects: bit mask of those of its thing that may be meant to stand so.
        relation: behind or in front of.
        landmarks: bit mask of the parts of its thing that they are said to be behind or in front of.
    """
    if model.kind(k) not in DEEP:
        return False
    around = model.above[k] | model.below[k] | 1 << k
    pairs = [
        (model.regions[i], model.regions[j])
        for i in bits(subjects & ~model.above[k])
        for j in bits(landmarks & ~around)
        if i != j
    ]
    sign = 1 if relation == "in front of" else -1
    return bool(pairs) and all(sign * (a.y - b.y) < 0 and sign * (a.top - b.top) < 0 for a, b in pairs)


def is_out_of_order(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether a part is said to be above or below another of its thing against the order in which that is built.

    The other is no region of the picture. The sky is above the horizon, and all ground below it.
    """
    region = model.regions[k]
    if landmark.noun == "horizon" and region.granularity == "background" and relation in LEVELS:
        return (relation == "above") != (region.category == "sky") and region.category not in ("wall", "hill")
    if relation not in LEVELS or model.denote(landmark) != (0, 0):
        return False
    for kinds, order in ORDERS.items():
        if model.kind(k) in kinds and region.category in order and landmark.noun in order:
            own, its = order[region.category], order[landmark.noun]
            return own != its and (own < its) != (relation == "above")
    return False


def is_on_all_sides(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether the region may stand in any way to a landmark: both are ground, or it shows on that side of it."""
    landmarks = sum(model.denote(landmark))
    return _peeps_out(model, k, relation, landmarks) or are_grounds(model, k, landmarks)


def are_grounds(model: GenerousModel, k: int, landmarks: int) -> bool:
    """Whether a region and all landmarks are surroundings, which lie on all sides of each other."""
    regions = [model.regions[j] for j in bits(landmarks | 1 << k)]
    return landmarks != 0 and all(
        region.granularity == "background" and region.category not in ("wall", "sky", "hill") for region in regions
    )


def own_landmarks(model: GenerousModel, k: int, landmark: Phrase) -> int:
    """The parts of the region's own object that a phrase means."""
    if not is_part_noun(landmark.noun):
        return 0
    return denoted_by(model, landmark) & model.own(k) & ~(1 << k | model.above[k] | model.below[k])


def stand_so(model: GenerousModel, relation: str, landmarks: int) -> int:
    """The regions whose centre is on that side of one of the landmarks: left, right, above or below."""
    mask = 0
    for k, region in enumerate(model.regions):
        for j in bits(landmarks & ~(1 << k)):
            other = model.regions[j]
            if relation in CENTRED:
                is_so = region.x < other.x if relation == "left of" else region.x > other.x
            else:
                is_so = region.y < other.y if relation == "above" else region.y > other.y
            mask |= is_so << k
    return mask


def lower(model: GenerousModel, subjects: int, landmark: Phrase) -> int:
    """Of some regions those that reach lower than such a thing, or lie flat and are covered by it in the picture."""
    mask = 0
    for k in bits(subjects):
        own = model.regions[k]
        for j in bits(denoted_by(model, landmark) & ~(1 << k)):
            other = model.regions[j]
            across = own.left < other.right and other.left < own.right
            covered = own.granularity == "background" and own.top < other.bottom and other.top < own.bottom
            mask |= (across and (covered or own.bottom > other.bottom)) << k
    return mask


def denoted_by(model: GenerousModel, phrase: Phrase) -> int:
    """Bit mask of the regions that a phrase certainly or vaguely denotes."""
    true, vague = model.denote(phrase)
    return true | vague


def denoted_near(model: GenerousModel, k: int, phrase: Phrase) -> int:
    """What a phrase means in a sentence on region `k`: parts are its own, or its object's, where it has such."""
    every = denoted_by(model, phrase)
    own = every & (model.own(k) | 1 << k)
    parent = model.position.get(model.regions[k].parent or "")
    if parent is not None and model.regions[parent].granularity == "part" and every & model.below[parent] & ~(1 << k):
        return every & model.below[parent]  # the hub of the same wheel
    return own if own and is_part(phrase.noun) else every
