"""Whether what a sentence says of sides and relations holds of someone whom it may be about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..words.anatomy import is_part_noun
from ..words.lexicon import is_part
from .careful import MOST_OF_A_SIDE, NEAR_TOP, fills, fills_picture
from .model import GenerousModel
from .neighbours import gap, standing_so
from .order import is_built_otherwise, is_out_of_order
from .scales import NEARER_HALF

__all__ = [
    "CENTRED",
    "LEVELS",
    "are_grounds",
    "are_surroundings",
    "beside",
    "in_half",
    "is_elsewhere",
    "is_on_its_whole",
    "is_over_its_top",
    "is_side_of",
    "located",
    "lower",
    "may_be_at",
    "other",
    "own_landmarks",
    "projects",
    "stand_so",
    "stands",
]

SIDES: Final = ("left", "right")
TOPS: Final = frozenset({"roof", "top", "tip", "peak", "lid", "rim", "crown", "ceiling"})
"""Nouns of what is highest of a thing, whether or not it is a region."""
CENTRES: Final = frozenset({"centre", "center", "middle"})
"""What something is on the left or right of where the picture, or the region, is meant."""
OUTLINES: Final = frozenset({"border", "edge", "side", "end", "corner", "rim"})
CENTRED: Final = {"left of": "left", "right of": "right"}
HOODS: Final = frozenset({"hood", "bonnet"})
"""Parts of a car that are no regions, lower than its windows."""
VEHICLES: Final = frozenset({"car", "van", "bus", "truck"})
ON_ROOFS: Final = frozenset({"roof rack", "suitcase", "aerial", "antenna", "chimney"})
CLEARLY_NEARER: Final = 0.02
"""Of two things that one is meant that is nearer by this share of the picture."""
LEVELS: Final = frozenset({"above", "below", "under"})


def stands(
    model: GenerousModel, k: int, relation: str, landmark: Phrase, others: Sequence[Phrase], *, of_subject: bool = False
) -> Truth:
    """Whether the region, or one of the other things, stands so to a landmark; None where it may.

    What the picture does not show can stand nowhere: it is taken to be at the region.
    """
    named = model.noun(landmark.noun, plural=True) | model.noun(landmark.noun, plural=False)
    is_ground = model.regions[k].granularity == "background"
    if landmark.noun not in OUTLINES and (relation in CENTRED or not is_ground):
        loose = sum(model.named(Phrase(landmark.noun)))  # the pot that is a teapot
        named |= 0 if loose >> k & 1 and relation not in CENTRED else loose
    if landmark.noun in CENTRES and relation in CENTRED:
        return None if _is_off_centre(model, k, CENTRED[relation], others) else False
    if is_over_its_top(model, k, relation, landmark) or is_out_of_order(model, k, relation, landmark):
        return False
    if not named or are_grounds(model, k, named):
        return None  # whether there is such a thing is another fact
    is_other = of_subject and len(others) == 1 and not _near_denoted(model, k, others[0]) & (1 << k | model.family(k))
    is_other = is_other and _denoted(model, others[0]) != 0
    if relation in ("behind", "in front of") and not is_other:
        meant = _meant(model, landmark) or named
        if meant & model.own(k):
            subjects = 1 << k
            for other in others:
                denoted = _near_denoted(model, k, other)
                subjects |= 0 if denoted >> k & 1 else denoted & model.own(k)  # "a panel" is the headboard again
            return False if is_built_otherwise(model, k, subjects, relation, meant & model.own(k)) else None
    true, vague = model.extension(Constraint("relation", relation, landmark))
    own = own_landmarks(model, k, landmark)
    if own and (relation in LEVELS or relation in CENTRED):
        true, vague = stand_so(model, relation, own), 0
    elif relation not in CENTRED and not is_ground and (shown := _landmarks(model, k, relation, landmark)):
        true, vague = standing_so(model, relation, shown), 0
    meant = 0 if is_other else 1 << k | sum(1 << j for j in model.members_of(k))
    wholes = model.above[k] & model.own(k) if own and relation in LEVELS else 0
    for other in others:
        if _denoted(model, other) >> k & 1:
            continue  # the region again
        subjects = _near_denoted(model, k, other) & (model.own(k) if is_part(other.noun) and not is_other else -1)
        if relation not in CENTRED:
            subjects = subjects & (model.own(k) | model.above[k]) or subjects  # "the truck" of a wheel
        subjects &= ~wholes
        meant |= sum(1 << j for j in bits(subjects) if model.regions[j].granularity != "background")
    if relation == "under":
        true |= lower(model, meant, landmark)
    peeps_out = relation in CENTRED and _peeps_out(model, k, relation, _denoted(model, landmark) or named)
    return None if peeps_out or meant & (true | vague) else False


def _peeps_out(model: GenerousModel, k: int, relation: str, landmarks: int) -> bool:
    """Whether a region that goes through the picture shows on that side of one of the landmarks."""
    region = model.regions[k]
    ends = [model.regions[j] for j in bits(landmarks)]
    return fills_picture(region) and any(
        region.left < end.left if relation == "left of" else region.right > end.right for end in ends
    )


def _is_off_centre(model: GenerousModel, k: int, side: str, others: Sequence[Phrase]) -> bool:
    """Whether the region is on a side of the picture's centre, or one of other things on that side of the region."""
    sign = 1 if side == "right" else -1
    if sign * (model.regions[k].x - 0.5) > 0:
        return True
    meant = [j for other in others if not (denoted := _denoted(model, other)) >> k & 1 for j in bits(denoted)]
    return any(sign * (model.regions[j].x - model.regions[k].x) > 0 for j in meant)


def is_over_its_top(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether a part is said to be above "the roof" of its thing, below "the hood" or the like, against all sense.

    Of "the yellow roof" there may be one of another thing; hoods are no regions, and are lower than half of the car.
    """
    named, part = _denoted(model, landmark), model.regions[k]
    wholes = [model.regions[j] for j in bits(model.above[k] & model.own(k)) if not model.above[j] & model.own(k)]
    if landmark.noun in HOODS and not named and relation in LEVELS:
        return any(part.y < whole.y if relation != "above" else part.y > whole.y for whole in wholes)
    is_of = any(c.kind == "of" for c in landmark.constraints)
    if relation == "above" and landmark.noun == "roof" and not (named or is_of) and model.kind(k) in VEHICLES:
        return part.category not in ON_ROOFS and any(model.own(k) >> j & 1 for j in (k, *bits(model.above[k])))
    if relation != "above" or landmark.noun not in TOPS or named & model.own(k) & model.exact.named(landmark)[0]:
        return False
    named &= ~model.own(k)  # what "the top" of a tree may mean is no other part than its top
    if is_of or (named and landmark.constraints):
        return False
    return any(part.top - whole.top > NEAR_TOP * (whole.bottom - whole.top) for whole in wholes)


def is_on_its_whole(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether it is said to be on a side of what it is a part of, and takes so much of it that it is on both."""
    side = CENTRED.get(relation)
    wholes = bits(_denoted(model, landmark) & model.above[k]) if side else ()
    return any(fills(model.regions[k], model.regions[j], side or "") for j in wholes)


def are_grounds(model: GenerousModel, k: int, landmarks: int) -> bool:
    """Whether a region and all landmarks are surroundings, which lie on all sides of each other."""
    regions = [model.regions[j] for j in bits(landmarks | 1 << k)]
    return landmarks != 0 and all(
        region.granularity == "background" and region.category not in ("wall", "sky", "hill") for region in regions
    )


def are_surroundings(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether a phrase means surroundings only, which are on no side."""
    meant = _denoted(model, phrase._replace(constraints=()))
    return meant != 0 and all(model.regions[j].granularity == "background" for j in bits(meant))


def own_landmarks(model: GenerousModel, k: int, landmark: Phrase) -> int:
    """The parts of the region's own object that a phrase means."""
    if not is_part_noun(landmark.noun):
        return 0
    return _denoted(model, landmark) & model.own(k) & ~(1 << k | model.above[k] | model.below[k])


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
        for j in bits(_denoted(model, landmark) & ~(1 << k)):
            other = model.regions[j]
            across = own.left < other.right and other.left < own.right
            covered = own.granularity == "background" and own.top < other.bottom and other.top < own.bottom
            mask |= (across and (covered or own.bottom > other.bottom)) << k
    return mask


def beside(model: GenerousModel, k: int, side: str, thing: Phrase, *, touching: bool = False) -> Truth:
    """Whether such a thing is on that side of the region: by its centre, or by that of what covers the region.

    Args:
        model: the generous model.
        k: the region.
        side: left or right.
        thing: what is there.
        touching: whether it touches or hides the region, so that of several it is the nearest.
    """
    candidates = list(bits(_near_denoted(model, k, thing) & ~(1 << k)))
    if touching:
        candidates = _nearest(model, k, candidates)
    if not candidates:
        return None
    own = model.regions[k]
    for j in candidates:
        if any(x < own.x if side == "left" else x > own.x for x in _centres(model, k, j)):
            return None
    return False


def _centres(model: GenerousModel, k: int, j: int) -> tuple[float, float]:
    """Where across a thing is, and where what it covers of a region is."""
    own, thing = model.regions[k], model.regions[j]
    left, right = max(own.left, thing.left), min(own.right, thing.right)
    return thing.x, (left + right) / 2 if left < right else thing.x


def other(model: GenerousModel, k: int, side: str, like: Phrase) -> Truth:
    """Whether another such thing is on that side of the region, or of the picture; of parts one of the same thing."""
    every = _denoted(model, like) & ~(1 << k | model.above[k] | model.below[k])
    own = every & model.own(k) if is_part(like.noun) else 0
    x = model.regions[k].x
    for j in bits(own or every):
        other_x = model.regions[j].x
        if (other_x < x if side == "left" else other_x > x) or (not own and in_half(model, j, side)):
            return None
    return False if every else None


def projects(model: GenerousModel, k: int, side: str, thing: Phrase) -> Truth:
    """Whether the region, or such a part of it, is on that side of what it is a part of."""
    parts = _denoted(model, thing) & model.family(k) if is_part(thing.noun) else 0
    for j in bits(parts or 1 << k):
        whole = model.world.by_id.get(model.regions[j].parent or "")
        x = model.regions[j].x
        if whole is None or (x < whole.x if side == "left" else x > whole.x):
            return None
    return False


def located(
    model: GenerousModel, k: int, side: str, others: Sequence[Phrase], *, whole: Phrase | None, in_whole: bool,
    far: bool = False,
) -> Truth:  # fmt: skip
    """Whether the region, what it belongs to, or an object that is named is on a side.

    Args:
        model: the generous model.
        k: the region.
        side: left or right.
        others: things that were named before.
        whole: what the side is said to be of.
        in_whole: whether it may be a side of its whole: "on the left of the mug", not "on the left".
        far: whether it is far on that side, so that it is in that half of the picture, whatever else is.
    """
    if far and whole is None and not any(in_half(model, j, side) for j in (k, *model.members_of(k))):
        named = [j for other in others for j in bits(_denoted(model, other))]
        if not any(in_half(model, j, side) for j in named):
            return False
    x = model.regions[k].x
    wholes = _denoted(model, whole) if whole is not None else 0
    carrier = model.position.get(model.regions[k].supported_by or "")
    wholes = 1 << carrier if carrier is not None and wholes >> carrier & 1 else wholes
    for j in _nearest(model, k, [*bits(wholes)]):
        if j != k and (x < model.regions[j].x if side == "left" else x > model.regions[j].x):
            return None
    members = model.members_of(k) if model.regions[k].is_group else ()
    if any(_on_side(model, j, side, in_whole=in_whole) for j in (k, *bits(model.above[k]))):
        return None
    if any(in_half(model, j, side) for j in members):
        return None
    for other in others:
        meant = _denoted(model, other)
        for j in _nearest(model, k, [*bits(meant & (model.own(k) | model.above[k]) or meant)]):
            if not is_part(model.regions[j].category) and _on_side(model, j, side):
                return None
    return False


def may_be_at(model: GenerousModel, j: int, side: str, k: int) -> bool:
    """Whether something may be said to be on a side: in the picture, of what it belongs to, or beside the region."""
    own = model.regions[k].x
    is_beside = any(x < own if side == "left" else x > own for x in _centres(model, k, j))
    return _on_side(model, j, side) or in_half(model, j, side) or is_beside


def is_elsewhere(model: GenerousModel, k: int, placed: Phrase) -> bool:
    """Whether a thing that is said to be on a side is shown, and on that side of nothing that may be meant."""
    sides = {c.value for c in placed.constraints if c.kind in ("place", "picture", "most") and c.value in SIDES}
    rest = tuple(c for c in placed.constraints if c.kind not in ("place", "picture", "most", "count"))
    if len(sides) != 1:
        return False
    (side,) = sides
    regions = 0
    for plural in (False, True):
        phrase = Phrase(placed.noun, plural, rest)
        regions |= model.denote(phrase)[0] & model.exact.named(phrase)[0]
    own = regions & (model.own(k) | 1 << k)
    if is_part(placed.noun) and not any(c.kind == "of" for c in rest):
        regions = own
    group = [*bits(regions)]
    return bool(group) and not any(may_be_at(model, j, side, k) for j in group)


def _landmarks(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> int:
    """Which of what a phrase may mean it does mean: what its noun names, and the region's own thing; 0 if it is all."""
    shown = _meant(model, landmark)
    wholes = shown & model.above[k] if relation in LEVELS else 0
    return 0 if (wholes or shown) == _denoted(model, landmark) else wholes or shown


def _meant(model: GenerousModel, phrase: Phrase) -> int:
    """What a phrase denotes; where the picture shows what its noun names, only of that."""
    denoted = _denoted(model, phrase)
    return denoted & model.exact.named(phrase)[0] or denoted


def _denoted(model: GenerousModel, phrase: Phrase) -> int:
    true, vague = model.denote(phrase)
    return true | vague


def _near_denoted(model: GenerousModel, k: int, phrase: Phrase) -> int:
    """What a phrase means in a sentence on region `k`: parts are its own, or its object's, where it has such."""
    every = _denoted(model, phrase)
    own = every & (model.own(k) | 1 << k)
    parent = model.position.get(model.regions[k].parent or "")
    if parent is not None and model.regions[parent].granularity == "part" and every & model.below[parent] & ~(1 << k):
        return every & model.below[parent]  # the hub of the same wheel
    return own if own and is_part(phrase.noun) else every


def _on_side(model: GenerousModel, j: int, side: str, *, in_whole: bool = True) -> bool:
    """Whether a region is on a side; what takes most of the picture, or of its whole, is on none."""
    region = model.regions[j]
    if region.right - region.left > MOST_OF_A_SIDE:
        return False
    parent = model.world.by_id.get(region.parent or "")
    if parent is not None and not parent.is_group and fills(region, parent, side):
        return in_half(model, j, side)
    return model.scales.on_side(j, side, in_whole=in_whole)


def _nearest(model: GenerousModel, k: int, group: Sequence[int]) -> list[int]:
    """Of regions those that no other is clearly nearer to a region than."""
    gaps = {j: gap(model.regions[k], model.regions[j]) for j in group}
    return [j for j in group if gaps[j] <= min(gaps.values()) + CLEARLY_NEARER]


def is_side_of(model: GenerousModel, j: int, side: str, group: Sequence[int]) -> bool:
    """Whether a member of a group is on a side of it."""
    xs = [model.regions[i].x for i in group]
    middle = (min(xs) + max(xs)) / 2
    return model.regions[j].x <= middle if side == "left" else model.regions[j].x >= middle


def in_half(model: GenerousModel, j: int, side: str) -> bool:
    """Whether a region is in the left or right half of the picture."""
    x = model.regions[j].x
    return (x if side == "left" else 1 - x) < NEARER_HALF
