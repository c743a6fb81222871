"""Whether something is on the side that a construction says, in any of the ways in which that may be meant.

Also which way things face.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ..goodwill.careful import fills_picture
from ..goodwill.model import GenerousModel
from ..logic import ANY_NOUN, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.lexicon import is_part
from ..world import WorldRegion
from .across import SIGNS, nearest

__all__ = ["CHECKS", "ON_SIDES"]

MARGINS: Final = {
    "picture": 0.2, "like": 0.4, "kin": 0.4, "set": 0.4, "whole": 0.25, "object": 0.25, "support": 0.3, "beside": 0.05,
    "cover": 0.1, "inside": 0.25,
}  # fmt: skip
"""So far on the other side, as a share of half of that in which it is (of the picture's width for beside), something
is certainly not on a side."""
CHECKS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "head": (("thing", "kin"), ("thing", "set"), ("region", "support")),
    "adjective": (("thing", "kin"), ("thing", "like")),
    "own adjective": (("thing", "kin"),),
    "bare": (("region", "picture"), ("thing", "picture"), ("thing", "set")),
    "among": (("thing", "set"),),
    "named later": (("other thing", "set"),),
    "at": (("region", "picture"), ("region", "kin"), ("thing", "set")),
    "at last": (("region", "picture"), ("region", "kin"), ("region", "object"), ("thing", "set")),
    "stands at": (("region", "picture"), ("thing", "set")),
    "end part": (("thing", "kin"), ("thing", "object"), ("region", "object"), ("region", "kin")),
    "side of": (("whole", "inside"),),
    "side of it": (("region", "whole"), ("region", "object"), ("region", "support")),
    "of the picture": (("region", "picture"), ("region", "kin")),
    "of the picture later": (("region", "picture"), ("region", "kin"), ("thing", "picture"), ("thing", "set")),
    "farther": (("region", "object"), ("region", "kin")),
    "farthest": (("region", "kin"), ("region", "like"), ("parent", "kin")),
    "turned": (("region", "object"), ("thing", "object")),
    "denied": (("elsewhere", "picture"), ("elsewhere", "beside")),
    "against": (("own thing", "object"),),
    "of its own": (("before it", "picture"), ("own thing", "object"), ("related", "picture"), ("related", "set")),
    "its side": (("every", "cover"), ("following", "cover")),
    "hidden one": (("hider", "cover"),),
}
"""Construction -> who may be meant, and what it may be a side of.

Each has those ways in which it was true of nearly all captions that are known to be true, and false of nearly all of
the same with left and right swapped. Who: the *region*, or its *parent*; the *thing* that is named, where there are
several the region's own whole, what carries it, or the nearest; *other thing*, one that is not the region; *own thing*,
a part of its object; *whole*, *related*, what it is of or what carries it; *elsewhere*, another part of its object or
something else; *every* such thing; *hider*, what hides the region's member; *following*, what is named after the side;
*before it*, the region in front of a wall. What: the picture, all of its category (*like*), those of them in the same
whole (*kin*), all of the looks that are named (*set*), its whole, its object, what carries it (*support*), the region
(*beside*), the region where it is covered (*cover*), the whole that is named (*inside*).
"""
EVERY: Final = frozenset({"every", "hider", "following", "elsewhere"})
"""Of whom all that the words name may be meant; of the others one is."""
LEAST_SPAN: Final = 0.02
"""Things that are no farther apart across are not told apart by their sides."""
PAIR: Final = 2
CLEARLY_MORE: Final = 1.4
"""What has so many times the area of its like shows clearly more."""
TOUCHING: Final = 0.01
"""What covers a thing may be so far from its box, in widths of the picture."""
TURNED: Final = 0.12
"""So far from its middle, as a share of its width, what is in front of a thing lies on the side that it faces."""
FRONTS: Final = frozenset(
    {"headlight", "windshield", "grille", "front bumper", "spout", "eye", "mouth", "flap", "chest panel"}
)
"""Parts that show which way a thing faces."""
AHEAD: Final = frozenset({"handle", "cab"})
"""Parts that show which way they point themselves."""
BACKS: Final = frozenset({"backrest", "headboard"})
SEATS: Final = frozenset({"seat", "mattress", "cushion"})
SEAT_SHIFT: Final = 2.0
"""So many times as much as a seat from its back the front of a thing is from its middle."""
REARS: Final = frozenset({"taillight", "rear window", "tailgate"})


def _is_on_its_side(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a side may be meant so that it holds, if region `k` is meant; None also where nothing tells."""
    sign, is_told = SIGNS[fact.value], False
    for who, frame in CHECKS[fact.constraints[0].value]:
        group, meant = _subjects(model, k, fact, who)
        for j in meant:
            place = FRAMES[frame](model, k, j, group)
            if place is not None:
                is_told = True
                if sign * place >= -MARGINS[frame]:
                    return None
    return False if is_told else None


def _subjects(model: GenerousModel, k: int, fact: Fact, who: str) -> tuple[Sequence[int], Sequence[int]]:
    """All that a phrase may name, and of these who may be meant."""
    if who == "region":
        return (), (k,)
    if who == "parent":
        parent = model.position.get(model.regions[k].parent or "")
        return (), () if parent is None or model.regions[parent].is_group else (parent,)
    phrases = fact.others[:1] if who == "following" else (fact.phrase,)
    every = _meant(model, k, phrases[0]) if phrases and phrases[0] is not None else 0
    if who == "before it":
        return (), (k,) if every and all(_is_ground(model.regions[j]) for j in bits(every)) else ()
    if who == "whole":
        return (), [*bits(every & model.above[k] or every & _carriers(model, k))]
    if who == "related" and fact.others:
        every |= _meant(model, k, fact.others[0])
    if who == "related":
        related = every & (model.above[k] & model.own(k)) or every & _carriers(model, k)
        related &= ~sum(1 << j for j in bits(related) if _is_ground(model.regions[j]))
        return [*bits(every)], [*bits(related)]
    if who == "own thing":
        every &= 0 if model.regions[k].is_group else model.own(k) & ~(1 << k)
    elif who == "hider" and not model.regions[k].is_group:
        every = 0  # of a single thing it may be another one
    elif who == "elsewhere" and model.regions[k].is_group:
        every = 0  # one of a list may be a member
    elif who == "elsewhere":
        own = every & model.own(k) & ~(model.above[k] | model.below[k] | 1 << k)
        every = own or every & ~(model.own(k) | model.above[k] | 1 << k)
    elif who == "other thing":
        every &= ~(1 << k)
    group = [*bits(every)]
    return group, _resolved(model, k, every) if every and who not in EVERY else group


def _is_ground(region: WorldRegion) -> bool:
    """Whether something is on no side itself, so that "by the wall on the left" is said of what is there."""
    return region.granularity == "background" or fills_picture(region)


def _meant(model: GenerousModel, k: int, phrase: Phrase) -> int:
    """What a phrase names, with its looks if there is such a thing; parts are those of the region's own object."""
    every = 0
    for named in (phrase, Phrase(phrase.noun, phrase.plural)):
        if not every:
            every = sum(model.denote(named))
            every = every & model.exact.named(named)[0] or every
    return every & model.own(k) or every if is_part(phrase.noun) else every


def _resolved(model: GenerousModel, k: int, every: int) -> Sequence[int]:
    """Which of several things is meant: the region, its whole, what carries it, one of its object, or the nearest."""
    if every >> k & 1:
        return (k,)
    if every & model.above[k]:
        return [*bits(every & model.above[k])]
    if every & _carriers(model, k):
        return [*bits(every & _carriers(model, k))]
    return nearest(model, k, [*bits(every & model.own(k) or every)])


def _carriers(model: GenerousModel, k: int) -> int:
    """What the region stands on, and what that stands on which it is of."""
    supports = (model.regions[j].supported_by for j in (k, *bits(model.above[k] & model.own(k))))
    return sum({1 << model.position[support] for support in supports if support in model.position})


def _within(x: float, low: float, high: float) -> float | None:
    """Where a place is in a span, from -1 at its left to 1 at its right."""
    return (2 * x - low - high) / (high - low) if high - low > LEAST_SPAN else None


def _in_picture(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    return _within(model.regions[j].x, 0, 1)


def _among_like(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    return _among(model, j, model.regions)


def _among_kin(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    own = model.regions[j]
    kin = [other for other in model.regions if other.parent == own.parent]
    if own.granularity == "subpart" and sum(other.category == own.category for other in kin) == 1:
        kin = [model.regions[i] for i in bits(model.own(j))]  # blossoms of one vase
    return _among(model, j, kin)


def _among(model: GenerousModel, j: int, others: Iterable[WorldRegion]) -> float | None:
    own = model.regions[j]
    xs = [other.x for other in others if other.category == own.category and other.is_group == own.is_group]
    return _within(own.x, min(xs), max(xs))


def _among_named(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    own = model.regions[j]
    xs = [model.regions[i].x for i in group if model.regions[i].is_group == own.is_group]
    return _within(own.x, min(xs), max(xs)) if xs else None


def _in_whole(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    whole = model.world.by_id.get(model.regions[j].parent or "")
    return None if whole is not None and whole.granularity == "group" else _in_box(model, j, model.regions[j].parent)


def _on_support(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    return _in_box(model, j, model.regions[j].supported_by)


def _in_box(model: GenerousModel, j: int, region_id: str | None) -> float | None:
    box = model.world.by_id.get(region_id or "")
    return None if box is None else _within(model.regions[j].x, box.left, box.right)


def _in_object(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    wholes = [model.regions[i] for i in bits(model.above[j] & model.own(j)) if not model.regions[i].is_group]
    box = max(wholes, key=lambda whole: whole.area, default=None)
    return None if box is None else _within(model.regions[j].x, box.left, box.right)


def _beside(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    return None if j == k else model.regions[j].x - model.regions[k].x


def _inside(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:  # noqa: ARG001
    return _within(model.regions[k].x, model.regions[j].left, model.regions[j].right)


def _overlaps(region: WorldRegion, other: WorldRegion) -> bool:
    """Whether the boxes of two regions have an area in common."""
    across = min(region.right, other.right) - max(region.left, other.left)
    return across > 0 and min(region.bottom, other.bottom) > max(region.top, other.top)


def _cover(model: GenerousModel, k: int, j: int, group: Sequence[int]) -> float | None:
    """Where in the region what a thing shares with it across has its middle."""
    own, other = model.regions[k], model.regions[j]
    left, right = max(own.left, other.left), min(own.right, other.right)
    down = min(own.bottom, other.bottom) - max(own.top, other.top)
    if model.own(k) >> j & 1 or left > right + TOUCHING or down < -TOUCHING:
        return None
    if (left >= right or down <= 0) and any(i != j and _overlaps(own, model.regions[i]) for i in group):
        return None
    return _within((left + right) / 2, own.left, own.right)


FRAMES: Final[dict[str, Callable[[GenerousModel, int, int, Sequence[int]], float | None]]] = {
    "picture": _in_picture, "like": _among_like, "kin": _among_kin, "set": _among_named, "whole": _in_whole,
    "object": _in_object, "support": _on_support, "beside": _beside, "cover": _cover, "inside": _inside,
}  # fmt: skip
"""What a side may be of -> where in that a thing is, to the right if above 0; None if there is no such place."""


def _faces(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region, its members, or such a thing may face that side, by where its front parts are."""
    thing, sign = fact.phrase or Phrase(ANY_NOUN), SIGNS[fact.value]
    meant = [k, *model.members_of(k)]
    if thing.noun != ANY_NOUN:
        every = sum(model.denote(thing)) | sum(model.denote(thing._replace(plural=False)))
        meant = [*bits(every & (model.below[k] | model.own(k)) or every)]
    turns = [turn for j in meant if (turn := _turn(model, j)) is not None]
    return None if not turns or max(sign * turn for turn in turns) > -TURNED else False


def _turn(model: GenerousModel, k: int) -> float | None:
    """How far to the right of its middle the front of a thing is, in its widths; None where it shows no such part."""
    whole = model.regions[k]
    width = whole.right - whole.left
    if whole.category in FRONTS or whole.category in AHEAD:
        owner = model.world.by_id.get(whole.parent or "")
        return None if owner is None else (whole.x - owner.x) / (owner.right - owner.left)
    fronts = [model.regions[j].x for j in bits(model.below[k]) if model.regions[j].category in FRONTS]
    rears = [model.regions[j].x for j in bits(model.below[k]) if model.regions[j].category in REARS]
    if whole.is_group or not (fronts or rears):
        return None if whole.is_group else _seat_turn(model, k)
    front = sum(fronts) / len(fronts) if fronts else 2 * whole.x - sum(rears) / len(rears)
    return (front - (whole.left + whole.right) / 2) / width


def _seat_turn(model: GenerousModel, k: int) -> float | None:
    """The same of a seat or a bed by where it is from its back, by centres and by boxes, whichever is less."""
    parts = [model.regions[j] for j in bits(model.below[k])]
    backs = [part for part in parts if part.category in BACKS and not part.is_group]
    seats = [part for part in parts if part.category in SEATS and part.granularity == "part" and not part.is_group]
    if len(backs) != 1 or not seats:
        return None
    left, right = min(seat.left for seat in seats), max(seat.right for seat in seats)
    by_centers = sum(seat.x for seat in seats) / len(seats) - backs[0].x
    by_boxes = (left + right - backs[0].left - backs[0].right) / 2
    shift = min(by_centers, by_boxes, key=abs) if by_centers * by_boxes > 0 else 0.0
    return SEAT_SHIFT * shift / (model.regions[k].right - model.regions[k].left)


def _is_fuller(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether of two parts of one thing that on a side does not show clearly less than the other."""
    members = sorted((model.regions[j] for j in model.members_of(k)), key=lambda member: member.x)
    if len(members) != PAIR or not is_part(members[0].category) or model.regions[k].count > PAIR:
        return None
    fuller, other = members if fact.value == "left" else reversed(members)
    return False if fuller.area * CLEARLY_MORE < other.area else None


ON_SIDES: Final[dict[str, Callable[[GenerousModel, int, Fact], Truth]]] = {
    "side": _is_on_its_side, "faces": _faces, "fuller": _is_fuller,
}  # fmt: skip
"""Kind of fact -> whether it holds of a region."""
