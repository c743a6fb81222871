"""Whether what a sentence says of sides holds of someone whom it may be about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..goodwill.careful import MOST_OF_A_SIDE, fills
from ..goodwill.model import GenerousModel
from ..goodwill.scales import NEARER_HALF
from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.contrary import is_contrary
from ..meaning.relations import TOUCHING, room_between
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.lexicon import is_part
from ..world import WorldRegion
from .across import SIGNS, centres, is_surrounding, nearest
from .standing import CENTRED, denoted_by, denoted_near

__all__ = [
    "beside",
    "in_half",
    "is_on_its_whole",
    "is_side_of",
    "located",
    "may_be_at",
    "other",
    "where",
]

LEEWAY: Final = 0.01
"""What is no farther on the other side may be on a side."""
NEAR: Final = 0.2
"""Room between the boxes of things that are near each other, in widths of the picture."""
STANDING: Final = frozenset({"relation", "to", "level"})
RANKING: Final = frozenset({"size", "place"})
"""Kinds of constraints on how a thing stands, and on how it compares with its like."""
CLEARLY_LARGER: Final = 1.8
CLEARLY_TALLER: Final = 1.3
CLEARLY_FARTHER: Final = 1.15
"""So many times larger or farther is clearly so."""
CLEARLY_LEFT: Final = 0.4
"""What takes most of the picture is on a side if its middle is so far there."""


def is_on_its_whole(model: GenerousModel, k: int, relation: str, landmark: Phrase) -> bool:
    """Whether it is said to be on a side of what it is a part of, and takes so much of it that it is on both."""
    side = CENTRED.get(relation)
    wholes = bits(denoted_by(model, landmark) & model.above[k]) if side else ()
    return any(fills(model.regions[k], model.regions[j], side or "") for j in wholes)


def beside(model: GenerousModel, k: int, side: str, thing: Phrase, *, touching: bool = False) -> Truth:
    """Whether such a thing is on that side of the region: by its centre, or by that of what covers the region.

    Args:
        model: the generous model.
        k: the region.
        side: left or right.
        thing: what is there.
        touching: whether it touches or hides the region, so that of several it is the nearest.
    """
    singles = [thing]
    if thing.plural and any(c.kind == "count" for c in thing.constraints):
        singles.append(Phrase(thing.noun, False, tuple(c for c in thing.constraints if c.kind != "count")))
    every = [j for single in singles for j in bits(denoted_near(model, k, single) & ~(1 << k))]
    candidates = [j for j in every if not is_surrounding(model.regions[j])]
    if touching:
        candidates = nearest(model, k, candidates)
    if not candidates:
        return None
    return None if any(_is_beside(model, k, j, side) for j in candidates) else False


def _is_beside(model: GenerousModel, k: int, j: int, side: str) -> bool:
    """Whether a thing, or what it covers of a region, is on that side of the middle of that."""
    own = model.regions[k]
    return any(SIGNS[side] * (x - own.x) > 0 for x in centres(model.regions[j], own))


def other(model: GenerousModel, k: int, side: str, like: Phrase) -> Truth:
    """Whether another such thing is on that side of the region, or of the picture; of parts one of the same thing."""
    every = denoted_by(model, like) & ~(1 << k | model.above[k] | model.below[k])
    own = every & model.own(k) if is_part(like.noun) else 0
    x = model.regions[k].x
    for j in bits(own or every):
        if SIGNS[side] * (model.regions[j].x - x) > 0 or (not own and in_half(model, j, side)):
            return None
    return False if every else None


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
        named = [j for other in others for j in bits(denoted_by(model, other))]
        if not any(in_half(model, j, side) for j in named):
            return False
    x = model.regions[k].x
    wholes = denoted_by(model, whole) if whole is not None else 0
    carrier = model.position.get(model.regions[k].supported_by or "")
    wholes = 1 << carrier if carrier is not None and wholes >> carrier & 1 else wholes
    for j in nearest(model, k, [*bits(wholes)]):
        if j != k and SIGNS[side] * (x - model.regions[j].x) > 0:
            return None
    members = model.members_of(k) if model.regions[k].is_group else ()
    if any(_on_side(model, j, side, in_whole=in_whole) for j in (k, *bits(model.above[k]))):
        return None
    if any(in_half(model, j, side) for j in members):
        return None
    for other in others:
        meant = denoted_by(model, other)
        for j in nearest(model, k, [*bits(meant & (model.own(k) | model.above[k]) or meant)]):
            if not is_part(model.regions[j].category) and _on_side(model, j, side):
                return None
    return False


def may_be_at(model: GenerousModel, j: int, side: str, k: int) -> bool:
    """Whether something may be said to be on a side: in the picture, of what it belongs to, or beside the region."""
    return _on_side(model, j, side) or in_half(model, j, side) or _is_beside(model, k, j, side)


def _on_side(model: GenerousModel, j: int, side: str, *, in_whole: bool = True) -> bool:
    """Whether a region is on a side; what takes most of the picture, or of its whole, is on none."""
    region = model.regions[j]
    if region.right - region.left > MOST_OF_A_SIDE:
        return region.x < CLEARLY_LEFT if side == "left" else region.x > 1 - CLEARLY_LEFT
    parent = model.world.by_id.get(region.parent or "")
    if parent is not None and not parent.is_group and fills(region, parent, side):
        return in_half(model, j, side)
    return model.scales.on_side(j, side, in_whole=in_whole)


def is_side_of(model: GenerousModel, j: int, side: str, group: Sequence[int]) -> bool:
    """Whether a member of a group is on a side of it."""
    xs = [model.regions[i].x for i in group]
    middle = (min(xs) + max(xs)) / 2
    return SIGNS[side] * (model.regions[j].x - middle) >= 0


def in_half(model: GenerousModel, j: int, side: str) -> bool:
    """Whether a region is in the left or right half of the picture."""
    x = model.regions[j].x
    return (x if side == "left" else 1 - x) < NEARER_HALF


def where(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether one of the things that a clause may be about is on a side, in one of the ways in which that may be meant.

    Args:
        model: the generous model.
        k: the region.
        fact: the thing, or several of which one is meant, with ``who`` they are (the *other* ones of the region's kind,
            a *member* of it, or any *thing*), the ``frame`` in which the side is told, and what it is ``of``.
    """
    claims = {c.kind: c for c in fact.constraints}
    who, frame = claims["who"].value, claims["frame"].value
    landmarks = [*bits(denoted_by(model, claims["of"].inner))] if "of" in claims else []
    if "of" in claims and not landmarks:
        return None
    sign = SIGNS[fact.value]
    is_told = False
    for phrase in filter(None, (fact.phrase, *fact.others)):
        meant = _standers(model, k, phrase, who, is_beside=frame in ("region", "side", "within", "end"))
        meant = [j for j in meant if not is_surrounding(model.regions[j])]
        if not meant and (who != "other" or any(c.kind == "count" for c in phrase.constraints)):
            return None
        if not meant:
            continue
        is_told = True
        number = min(next((int(c.value) for c in phrase.constraints if c.kind == "count"), 1), len(meant))
        there = [j for j in meant if any(sign * x >= -LEEWAY for x in _ways(model, k, j, frame, landmarks))]
        if len(there) >= number or any(model.regions[j].is_group for j in there):
            return None
    return False if is_told else None


def _standers(model: GenerousModel, k: int, phrase: Phrase, who: str, *, is_beside: bool) -> list[int]:
    """Who a phrase may mean: of those that it names the ones that stand as it says, if there are any."""
    claims = [c for c in phrase.constraints if c.kind in STANDING | RANKING]
    rest = tuple(c for c in phrase.constraints if c not in claims)
    every = _standers_named(model, k, phrase._replace(constraints=rest), who, is_beside=is_beside)
    so = [j for j in every if all(_stands_so(model, k, j, c) for c in claims if c.kind in STANDING)]
    for claim in claims:
        so = _first_of(model, so, claim) if claim.kind in RANKING else so
    return so or every


def _standers_named(model: GenerousModel, k: int, phrase: Phrase, who: str, *, is_beside: bool) -> list[int]:
    """Who a phrase names: members of the region, others, or any of such looks; parts beside it are its own."""
    looks = tuple(c for c in phrase.constraints if c.kind != "count")
    if who == "member":
        members = list(model.members_of(k))
        if len(members) < 2 or len(members) < model.regions[k].count:
            return []
        for claim in looks:
            members = [j for j in members if sum(model.extension(claim)) >> j & 1] or members
        return members
    every = 0
    for constraints in (looks, tuple(c for c in looks if c.kind == "color"), ()):
        if not every:
            for plural in (False, True) if phrase.plural else (False,):
                named = Phrase(phrase.noun, plural, constraints)
                denoted = denoted_by(model, named)
                every |= denoted & model.exact.named(named)[0] or denoted
            every &= ~(1 << k | model.above[k] | model.below[k]) if who == "other" else -1
    is_told = any(c.kind == "with" or (c.phrase is not None and c.phrase.constraints) for c in phrase.constraints)
    if is_part(phrase.noun) and (who == "other" or (is_beside and not is_told)):
        every = every & model.own(k) or every
    singles = [j for j in bits(every) if not model.regions[j].is_group]
    is_counted = not phrase.plural or any(c.kind == "count" for c in phrase.constraints)
    return singles if singles and is_counted else [*bits(every)]


def _first_of(model: GenerousModel, group: Sequence[int], claim: Constraint) -> list[int]:
    """Of a group those that are clearly the nearer or farther, larger or smaller ones; all, if none are clearly so."""
    regions = [model.regions[j] for j in group]
    if claim.kind == "size":
        is_height = claim.value in ("tall", "short")
        values = [region.bottom - region.top if is_height else region.area for region in regions]
        clear, is_first = CLEARLY_TALLER if is_height else CLEARLY_LARGER, claim.value in ("small", "short")
    else:
        values = [region.distance or 0.0 for region in regions]
        clear, is_first = CLEARLY_FARTHER, claim.value == "front"
    if len(group) < 2 or min(values) <= 0 or max(values) < clear * min(values):
        return list(group)
    middle = (min(values) * max(values)) ** 0.5
    return [j for j, value in zip(group, values, strict=True) if (value < middle) == is_first]


def _stands_so(model: GenerousModel, k: int, j: int, claim: Constraint) -> bool:
    """Whether region `j` may stand so to the region, or to what a phrase means."""
    members = model.members_of(k)
    if claim.kind == "level":
        levels = [model.regions[i].y for i in ((i for i in members if i != j) if j in members else (k,))]
        lower = model.regions[j].y - sum(levels) / len(levels)
        return lower > -LEEWAY if claim.value == "below" else lower < LEEWAY
    meant = (1 << k) if claim.kind == "to" else denoted_by(model, claim.inner)
    meant = meant & model.own(j) or meant if claim.kind != "to" and is_part(claim.inner.noun) else meant
    landmarks = [i for i in bits(meant) if i != j]
    if not landmarks:
        return True
    region, others = model.regions[j], [model.regions[i] for i in landmarks]
    if claim.value in ("hides", "hidden by"):
        pairs = [(j, i) if claim.value == "hides" else (i, j) for i in landmarks]
        return any(not is_contrary(model, "hides", one, other) for one, other in pairs)
    if claim.value == "on" and region.supported_by is not None:
        near = {region.supported_by} | {i.id for i in others if i.parent == region.supported_by}
        return any(other.id in near or model.world.by_id[region.supported_by].parent == other.id for other in others)
    if claim.value in ("on", "touching"):
        return any(room_between(region, other) <= TOUCHING for other in others)
    if claim.value == "next to":
        return any(room_between(region, other) <= NEAR for other in others)
    return any(not is_contrary(model, claim.value, j, i) for i in landmarks)


def _ways(model: GenerousModel, k: int, j: int, frame: str, landmarks: Sequence[int]) -> Iterator[float]:
    """How far to the right something is in each way in which a side may be meant."""
    region, own = model.regions[j], model.regions[k]
    members = model.members_of(k)
    if frame in ("region", "any", "end") and j in members:
        xs = [model.regions[i].x for i in members]
        yield region.x - (min(xs) + max(xs)) / 2
    elif frame in ("region", "side", "any", "end") and j != k and not model.above[k] >> j & 1:
        yield region.x - own.x
    if frame in ("within", "end"):
        yield _in(own, region.x)
        for i in bits(model.above[j] & model.own(j) & (-1 if j in members else model.own(k))):
            if not model.regions[i].is_group:
                yield _in(model.regions[i], region.x)
    if frame == "picture" or (frame == "any" and j in members):
        yield region.x - 0.5
    if frame in ("set", "picture"):
        like = [model.regions[i].x for i in _told_among(model, k, j)]
        yield region.x - (min(like, default=0) + max(like, default=1)) / 2
    for i in landmarks:
        if i != j:
            yield region.x - model.regions[i].x


def _told_among(model: GenerousModel, k: int, j: int) -> Iterator[int]:
    """Among which single things of its kind "the left one" is told: members, parts of the region's object, or all."""
    members = model.members_of(k)
    is_own = j != k and bool(model.own(k) >> j & 1)
    group = members if j in members else bits(model.own(k)) if is_own else range(len(model.regions))
    category = model.regions[j].category
    return (i for i in group if model.regions[i].category == category and not model.regions[i].is_group)


def _in(box: WorldRegion, x: float) -> float:
    return x - (box.left + box.right) / 2
