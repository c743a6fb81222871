"""Relations with goodwill: what is more to the left, higher or nearer, by however little."""

from __future__ import annotations

from typing import Final

from ..logic import BOTH, Constraint
from ..meaning.bits import bits
from ..meaning.denote import MEANINGS, Model
from ..meaning.relations import relation_holds
from ..meaning.structure import Denotation
from ..words.anatomy import is_part_noun
from ..world import WorldRegion
from . import parts
from .careful import far_aside, is_far_aside, never_above, of_another_row
from .model import GenerousModel
from .parts import LYING, families, linked
from .shelves import on_shelf

__all__ = ["between", "gap", "relation", "standing_so"]

FLAT: Final = LYING - {"wall", "sky", "tabletop"}
"""Surroundings that are below all things."""

FARTHEST: Final = frozenset({"wall", "sky", "skirting board"})
"""Surroundings in front of which all things are."""

BACKDROPS: Final = frozenset({"tabletop", "tablecloth", "wall"})
"""What things are seen against, however far back on it they stand."""

NEARBY: Final = 0.15
"""Things farther apart than this share of the picture are not next to each other."""


def relation(model: GenerousModel, constraint: Constraint) -> Denotation:
    """The relation as the picture shows it: more to the left, higher, nearer, by however little."""
    base = _to_named(model, constraint) or MEANINGS["relation"](model, constraint)
    true, vague = model.inner(constraint.inner)
    landmarks = true | vague
    more = 0
    if not landmarks:
        return _to_no_region(model, constraint)
    if not landmarks & model.exact.named(constraint.inner)[0]:
        more = _to_inherent(model, constraint, landmarks)
    shelved = on_shelf(model, constraint.inner) if constraint.value == "on" else None
    if shelved is not None and shelved[1]:
        return shelved
    if constraint.value == "next to":
        return _next_to(model, landmarks, base)
    if constraint.value == "on":
        base = _on_nearest(model, landmarks, base)
        base = linked(true, vague, families(model), base)
        if any(model.regions[j].category in LYING for j in bits(landmarks)):
            return base[0], (((1 << len(model.regions)) - 1) & ~landmarks | more) & ~base[0]
        supporters = set(model.ids(landmarks | sum(1 << i for j in bits(landmarks) for i in model.members_of(j))))
        for k in range(len(model.regions)):
            if any(model.regions[j].supported_by in supporters for j in model.members_of(k)):
                more |= 1 << k
        return base[0], (base[1] | more) & ~base[0]
    if constraint.value == "above":
        more |= _over_ground(model, landmarks)
    beyond = _beyond(model, constraint.value, landmarks) if constraint.value in ("in front of", "behind") else 0
    beds = _behind_cab(model, landmarks) if constraint.value == "behind" else 0
    beyond, more = beyond & ~beds, more | beds
    more |= _loosely(model, constraint.value, landmarks)
    if constraint.value == "above":
        beyond |= never_above(model, landmarks)
    if constraint.value in ("left of", "right of"):
        beyond |= of_another_row(model, constraint, base[0] | base[1] | more)
    return base[0] & ~beyond, (base[1] | more) & ~base[0] & ~beyond


def _behind_cab(model: GenerousModel, landmarks: int) -> int:
    """The cargo beds of the trucks that some cabs are of: they are behind the cab whichever way a truck faces."""
    cabs = [j for j in bits(landmarks) if model.regions[j].category == "cab"]
    beds = sum(1 << k for k, region in enumerate(model.regions) if region.category == "cargo bed")
    return beds & sum(1 << k for k in {i for j in cabs for i in bits(model.own(j))})


def _on_nearest(model: GenerousModel, landmarks: int, base: Denotation) -> Denotation:
    """Without the parts of what is not meant: the arm "on the smaller robot" is of that which is clearly smaller."""
    others = sum(
        1 << k for k in bits(base[0] | base[1]) if model.above[k] and not (model.above[k] | model.below[k]) & landmarks
    )
    supported = {model.regions[j].id for j in bits(landmarks)}
    others = sum(1 << k for k in bits(others) if model.regions[k].supported_by not in supported)
    return base[0] & ~others, base[1] & ~others


def _to_named(model: GenerousModel, constraint: Constraint) -> Denotation | None:
    """Left or right of what a noun names, if the picture shows such things beside those that it may mean at most."""
    if constraint.value not in ("left of", "right of"):
        return None
    true, vague = model.denote(constraint.inner)
    named = model.exact.named(constraint.inner)[0]
    if not (true | vague) & named or not (true | vague) & ~named:
        return None
    certain = possible = 0
    for k in range(len(model.regions)):
        sure = [relation_holds(model, constraint.value, k, j) for j in bits(true & named)]
        maybe = (relation_holds(model, constraint.value, k, j) for j in bits(vague & named))
        certain |= (True in sure) << k
        possible |= (None in sure or any(truth is not False for truth in maybe)) << k
    return certain, possible & ~certain


def standing_so(model: GenerousModel, relation: str, landmarks: int) -> int:
    """Bit mask of what may stand so to one of some regions, by however little."""
    mask = _loosely(model, relation, landmarks)
    for k in range(len(model.regions)):
        mask |= any(relation_holds(model, relation, k, j) is not False for j in bits(landmarks & ~(1 << k))) << k
    if relation in ("in front of", "behind"):
        return mask & ~_beyond(model, relation, landmarks)
    return mask & ~never_above(model, landmarks) if relation == "above" else mask


def _to_no_region(model: GenerousModel, constraint: Constraint) -> Denotation:
    """Of what is no region: "on the flank of the car", "behind the shoulder of the hill", "under its headlights"."""
    if constraint.value == "on":
        return parts.of_what_it_is_of(model, constraint)
    whole = parts.whole_of(constraint.inner)
    if whole is not None:
        return 0, sum(relation(model, constraint._replace(phrase=whole)))
    if constraint.value in ("under", "below", "above", "next to"):
        is_shown = model.exact.named(constraint.inner)[0]
        return 0, parts.of_what_has(model, constraint.inner) | (0 if is_shown else _to_inherent(model, constraint, 0))
    return 0, 0


def _to_inherent(model: GenerousModel, constraint: Constraint, landmarks: int) -> int:
    """What may stand so to a part that is no region: above "the hood" of a car, on "the seat" of an armchair.

    Args:
        model: the generous model.
        constraint: the relation.
        landmarks: what the noun may mean at most; things that have such a part do not need it.
    """
    if constraint.value == "on":
        return sum(_to_no_region(model, constraint))
    if constraint.value not in ("under", "below", "above", "next to") or not is_part_noun(constraint.inner.noun):
        return 0
    inherent = bits(parts.inherent(model, constraint.inner))
    return sum(1 << k for k in inherent if model.above[k] and not model.own(k) & landmarks)


def _over_ground(model: GenerousModel, landmarks: int) -> int:
    """The things that end on ground: they rise above it, however far it reaches up in the picture."""
    grounds = [model.regions[j] for j in bits(landmarks) if model.regions[j].granularity == "background"]
    mask = 0
    for k, region in enumerate(model.regions):
        over = any(g.left < region.x < g.right and g.top < region.bottom < g.bottom for g in grounds)
        mask |= (over and region.granularity != "background") << k
    return mask


def _beyond(model: GenerousModel, relation: str, landmarks: int) -> int:
    """What is far to one side of all; of ground without a distance, what ends on the other side of its middle."""
    grounds = [model.regions[j] for j in bits(landmarks)]
    aside = far_aside(model, landmarks)
    if any(ground.granularity != "background" or ground.is_group for ground in grounds):
        return aside
    mask = aside
    for k, region in enumerate(model.regions):
        beyond = [region.bottom < g.y if relation == "in front of" else region.bottom > g.y for g in grounds]
        before = relation == "in front of" and any(g.category in BACKDROPS and covers(region, g) for g in grounds)
        mask |= (bool(beyond) and all(beyond) and not before) << k
    return mask


def covers(region: WorldRegion, ground: WorldRegion) -> bool:
    """Whether a thing lies within the box of what is behind it in the picture."""
    within = ground.left < region.x < ground.right
    return region.granularity != "background" and within and ground.top < region.y < ground.bottom


def _next_to(model: GenerousModel, landmarks: int, base: Denotation) -> Denotation:
    """Next to: of each kind of thing the nearest one, where several are near."""
    true = vague = 0
    for j in bits(landmarks):
        nearest: dict[tuple[str, bool], float] = {}
        gaps = {k: gap(model.regions[k], model.regions[j]) for k in range(len(model.regions)) if k != j}
        for k, room in gaps.items():
            kind = (model.regions[k].category, model.regions[k].is_group)
            nearest[kind] = min(room, nearest.get(kind, room))
        for k, room in gaps.items():
            if room <= NEARBY:
                vague |= 1 << k
                is_nearest = room <= nearest[model.regions[k].category, model.regions[k].is_group] + 0.005
                true |= is_nearest << k
    return true, (vague | base[0] | base[1]) & ~true


def gap(one: WorldRegion, other: WorldRegion) -> float:
    """Room between two boxes, across and down added up."""
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, 0.0) + max(down, 0.0)


def _loosely(model: GenerousModel, relation: str, landmarks: int) -> int:
    """The regions that stand so to one of the landmarks by any amount."""
    mask = 0
    for k in range(len(model.regions)):
        mask |= any(_holds_loosely(model, relation, k, j) for j in bits(landmarks & ~(1 << k))) << k
    return mask


def _holds_loosely(model: Model, relation: str, k: int, j: int) -> bool:
    """Whether region `k` is on that side of region `j` by any amount; depth goes by distance or the lower edge."""
    one, other = model.regions[k], model.regions[j]
    if relation == "left of":
        return one.x < other.x
    if relation == "right of":
        return one.x > other.x
    if relation in ("above", "behind") and other.supported_by == one.id:
        return False
    if relation == "above" and one.category in FLAT and other.granularity in ("object", "group"):
        return False
    if relation == "above":
        return one.y < other.y
    if relation in ("below", "under"):
        return one.y > other.y
    if relation == "in front of" and one.category in FARTHEST and other.granularity != "background":
        return False
    if relation in ("behind", "in front of"):
        if is_far_aside(one, other):
            return False
        own, its = _depth(model, k), _depth(model, j)
        if own and its and own != its:
            return own > its if relation == "behind" else own < its
        if own:  # parts of the same thing
            return one.y < other.y if relation == "behind" else one.y > other.y
        return one.bottom <= other.bottom if relation == "behind" else one.bottom >= other.bottom
    return False


def between(model: GenerousModel, constraint: Constraint) -> Denotation:
    """Between the centres of any two such things."""
    true, vague = MEANINGS["between"](model, constraint)
    phrase = constraint.inner
    if phrase.noun == BOTH:
        sides = [sum(model.inner(side.inner)) for side in phrase.constraints]
        first, second = sides[0], sides[-1]
    elif true or vague or any(c.kind == "count" and c.value != "2" for c in phrase.constraints):
        return true, vague
    else:  # "between the yellow and gray beds"
        first = second = model.members(phrase)
    more = 0
    for a in bits(first):
        for b in bits(second):
            for k, region in enumerate(model.regions):
                if k not in (a, b) and _inside(region, model.regions[a], model.regions[b]):
                    more |= 1 << k
    return true, vague | (more & ~true)


def _inside(one: WorldRegion, first: WorldRegion, second: WorldRegion) -> bool:
    """Between the centres across, or down where they are one above the other."""
    across, down = abs(first.x - second.x), abs(first.y - second.y)
    if across >= 0.5 * down:
        return min(first.x, second.x) < one.x < max(first.x, second.x)
    is_beside = one.x < min(first.left, second.left) or one.x > max(first.right, second.right)
    return min(first.y, second.y) < one.y < max(first.y, second.y) and not is_beside


def _depth(model: Model, k: int) -> float:
    """Distance of the object that a region is of, 0 where there is none."""
    every = (k, *bits(model.above[k]))
    for j in every:  # the object before the group that it is in
        distance = model.regions[j].distance
        if distance is not None:
            return distance
    for j in every:
        members = [model.regions[i].distance or 0.0 for i in model.members_of(j)]
        if members and min(members) > 0:
            return sum(members) / len(members)
    return 0.0
