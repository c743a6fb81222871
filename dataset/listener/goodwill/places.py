"""Whether what a sentence says of sides, relations and numbers holds of someone whom it may be about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..words.lexicon import categories_of, is_part, plural_of
from .careful import CLEAR, MOST_OF_A_SIDE, NEAR_TOP, fills
from .model import SPREAD_OUT, GenerousModel
from .neighbours import gap
from .scales import NEARER_HALF
from .shelves import is_tier, tiers

__all__ = [
    "LEVELS",
    "among",
    "are_enough",
    "are_grounds",
    "are_members",
    "are_so_many",
    "are_surroundings",
    "beside",
    "in_half",
    "is_elsewhere",
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
CENTRED: Final = {"left of": "left", "right of": "right"}
HOODS: Final = frozenset({"hood", "bonnet"})
CLEARLY_NEARER: Final = 0.02
"""Of two things that one is meant that is nearer by this share of the picture."""
LEVELS: Final = frozenset({"above", "below", "under"})


def stands(model: GenerousModel, k: int, relation: str, landmark: Phrase, others: Sequence[Phrase]) -> Truth:
    """Whether the region, or one of the other things, stands so to a landmark; None where it may.

    What the picture does not show can stand nowhere: it is taken to be at the region.
    """
    named = model.noun(landmark.noun, plural=True) | model.noun(landmark.noun, plural=False)
    if landmark.noun in CENTRES and relation in CENTRED:
        return None if _is_off_centre(model, k, CENTRED[relation], others) else False
    if is_over_its_top(model, k, relation, landmark):
        return False
    if not named:
        return None  # whether there is such a thing is another fact
    if are_grounds(model, k, named):
        return None
    if relation in ("behind", "in front of") and (_denoted(model, landmark) or named) & model.own(k):
        return None  # parts of one thing have no depth of their own
    true, vague = model.extension(Constraint("relation", relation, landmark))
    own = own_landmarks(model, k, landmark)
    if own and relation in LEVELS:
        true, vague = stand_so(model, relation, own), 0
    meant = 1 << k | sum(1 << j for j in model.members_of(k))
    for other in others:
        if _denoted(model, other) >> k & 1:
            continue  # the region again
        subjects = _near_denoted(model, k, other) & (model.own(k) if is_part(other.noun) else -1)
        meant |= sum(1 << j for j in bits(subjects) if model.regions[j].granularity != "background")
    if relation == "under":
        true |= lower(model, meant, landmark)
    return None if meant & (true | vague) else False


def _is_off_centre(model: GenerousModel, k: int, side: str, others: Sequence[Phrase]) -> bool:
    """Whether the region is on a side of the picture's centre, or one of the other things on that side of the region."""
    sign = 1 if side == "right" else -1
    if sign * (model.regions[k].x - 0.5) > 0:
        return True
    meant = [j for other in others for j in bits(_denoted(model, other) & ~(1 << k))]
    return any(sign * (model.regions[j].x - model.regions[k].x) > 0 for j in meant)


def is_over_its_top(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether a part is said to be above "the roof" of its thing, below "the hood" or the like, against all sense.

    Of "the yellow roof" there may be one of another thing; hoods are no regions, and are lower than half of the car.
    """
    named, part = _denoted(model, landmark), model.regions[k]
    wholes = [model.regions[j] for j in bits(model.above[k] & model.own(k)) if not model.above[j] & model.own(k)]
    if landmark.noun in HOODS and not named and relation in LEVELS:
        return any(part.y < whole.y if relation != "above" else part.y > whole.y for whole in wholes)
    if relation != "above" or landmark.noun not in TOPS or named & model.own(k):
        return False
    if any(c.kind == "of" for c in landmark.constraints) or (named and landmark.constraints):
        return False
    return any(part.top - whole.top > NEAR_TOP * (whole.bottom - whole.top) for whole in wholes)


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
    if not is_part(landmark.noun):
        return 0
    return _denoted(model, landmark) & model.own(k) & ~(1 << k | model.above[k] | model.below[k])


def stand_so(model: GenerousModel, relation: str, landmarks: int) -> int:
    """The regions whose centre is on that side of one of the landmarks, above or below."""
    mask = 0
    for k, region in enumerate(model.regions):
        for j in bits(landmarks & ~(1 << k)):
            y = model.regions[j].y
            mask |= (region.y < y if relation == "above" else region.y > y) << k
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
    model: GenerousModel, k: int, side: str, others: Sequence[Phrase], *, whole: Phrase | None, in_whole: bool
) -> Truth:
    """Whether the region, what it belongs to, or an object that is named is on a side.

    Args:
        model: the generous model.
        k: the region.
        side: left or right.
        others: things that were named before.
        whole: what the side is said to be of.
        in_whole: whether it may be a side of its whole: "on the left of the mug", not "on the left".
    """
    x = model.regions[k].x
    for j in _nearest(model, k, [*bits(_denoted(model, whole) if whole is not None else 0)]):
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


def among(model: GenerousModel, k: int, number: int, looks: Sequence[Constraint] = ()) -> Truth:
    """Whether there are so many like the region, with it and of such looks: in its whole, or in the picture."""
    region = model.regions[k]
    alike = [j for j, other in enumerate(model.regions) if other.category == region.category and not other.is_group]
    alike = [j for j in alike if all(sum(model.extension(look)) >> j & 1 for look in looks)]
    for group in (alike, *_within(model, k, alike)):
        clear = sum(model.regions[j].area >= CLEAR for j in group)
        tiny = sum(
            part.rpartition(" ")[2] == region.category for j in bits(model.family(k)) for part in _tiny(model, j)
        )
        if clear <= number <= len(group) + tiny:
            return None
    return False


def are_so_many(model: GenerousModel, k: int, matches: Sequence[int], number: int) -> bool:
    """Whether regions are so many, a group or single things: in the picture or in one object, with `k` or without."""
    for j in matches:
        members = model.members_of(j)
        clear = sum(model.regions[i].area >= CLEAR for i in members)
        if model.regions[j].is_group and clear <= number <= max(len(model.regions[j].members), model.regions[j].pieces):
            return True
    single = [j for j in matches if not model.regions[j].is_group]
    sets = [j for j in matches if model.regions[j].is_group]
    if any(sum(model.own(j) == model.own(i) for j in sets) in (number, number + (i == k)) for i in sets):
        return True  # rows of books
    owners = {model.own(j) for j in single}
    parents = {model.regions[j].parent for j in single if model.regions[j].granularity in ("part", "subpart")}
    owners |= {model.below[model.position[parent]] for parent in parents if parent is not None}
    for within in (-1, *owners, ~model.own(k)):
        for left_out in (0, 1 << k):
            some = [j for j in single if within >> j & 1 and not left_out >> j & 1]
            if sum(model.regions[j].area >= CLEAR for j in some) <= number <= len(some):
                return True
    return False


def are_enough(model: GenerousModel, k: int, single: Phrase, number: int, *, how: str = "") -> bool:
    """Whether the picture may show so many things that a phrase may mean, or a group of so many; of parts, one object.

    Of parts that are no regions there may be any number.

    Args:
        model: the generous model.
        k: the region.
        single: the things, in the singular.
        number: how many there are said to be.
        how: "of" if it is said what they are of, so that they may be of another object than the region's; "other" if
            they are others than the region.
    """
    several = _denoted(model, single._replace(plural=True))
    meant = _denoted(model, single)
    named = meant & model.exact.named(single)[0]
    kinds = categories_of(single.noun) or frozenset()
    tiny = [sum(part.rpartition(" ")[2] in kinds for part in _tiny(model, j)) for j in range(len(model.regions))]
    small = sum(1 << j for j, few in enumerate(tiny) if few)
    if not meant | small and any(map(is_part, kinds)):
        return True
    if is_tier(single) and (shelved := tiers(model, model.own(k))) is not None:
        return number <= shelved[1]
    are_parts = bool(kinds) and all(map(is_part, kinds)) and single.noun != plural_of(single.noun)
    scopes = _scopes(model, k, named | small or meant, owned=how == "of") if are_parts else []
    rest = ~(1 << k | model.above[k]) if how == "other" else -1
    for scope in scopes or [-1]:
        groups = [model.regions[j] for j in bits(several & scope)]
        if how != "other" and any(max(len(group.members), group.pieces) >= number for group in groups):
            return True
        few = sum(few for j, few in enumerate(tiny) if scope >> j & 1)
        pool = (named or meant) & scope & rest
        if sum(not model.below[j] & pool for j in bits(pool)) + few >= number:
            return True
    return False


def _scopes(model: GenerousModel, k: int, parts: int, *, owned: bool) -> list[int]:
    """The region's object, if it has such parts, else every object; none where no object has two of them."""
    objects = [*dict.fromkeys(model.own(j) for j in bits(parts))]
    if all((own & parts).bit_count() < 2 for own in objects):
        return []
    own = model.own(k) | 1 << k
    return [own] if own & parts and not owned else objects


def are_members(model: GenerousModel, k: int, number: int) -> bool:
    """Whether a group may have so many members, with those of a few pixels; of what is no set, or spread out, any."""
    region = model.regions[k]
    if region.pieces > 1:
        return number <= region.pieces
    if not region.members or (region.category in SPREAD_OUT and not model.is_counted(k)):
        return True
    tiny = sum(part.rpartition(" ")[2] == region.category for j in bits(model.family(k)) for part in _tiny(model, j))
    return number <= max(region.count, len(region.members)) + tiny


def _within(model: GenerousModel, k: int, alike: Sequence[int]) -> Iterator[list[int]]:
    for whole in bits(model.above[k]):
        yield [j for j in alike if model.below[whole] >> j & 1]


def _tiny(model: GenerousModel, j: int) -> tuple[str, ...]:
    return model.regions[j].tiny


def _denoted(model: GenerousModel, phrase: Phrase) -> int:
    true, vague = model.denote(phrase)
    return true | vague


def _near_denoted(model: GenerousModel, k: int, phrase: Phrase) -> int:
    """What a phrase means in a sentence on region `k`: parts are its own, or its object's, where it has such."""
    every = _denoted(model, phrase)
    own = every & (model.own(k) | 1 << k)
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
