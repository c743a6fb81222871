"""Whether the details that a sentence claims in passing may be so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ..details.counts import COMPOUNDS
from ..logic import ANY_NOUN, Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.contrary import is_contrary
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.forms import NEVER as NEVER_FORMED
from ..words.lexicon import categories_of, is_part, is_thing
from ..words.synonyms import loosely
from ..world import WorldRegion
from .mentions import colors_borne, colors_shown
from .model import GenerousModel
from .shelves import tiers
from .unseen import is_so

__all__ = ["DETAILS"]


def _is_patterned(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether something that the noun may mean, or a part of it, shows the pattern and the colours."""
    phrase = fact.phrase
    if phrase is None:
        return None
    if phrase.noun == ANY_NOUN and fact.others and model.regions[k].category != "curb":
        carriers = {model.regions[j].supported_by for j in (k, *bits(model.above[k]))}
        below = [j for j, region in enumerate(model.regions) if region.id in carriers]  # "it stands on the stripes"
        meant = [k, *bits(model.own(k)), *below, *(j for other in fact.others for j in meant_by(model, other.noun))]
        return None if any(_shows(model, j, phrase.constraints) for j in dict.fromkeys(meant)) else False
    if phrase.noun == ANY_NOUN:
        return None if any(_shows(model, j, phrase.constraints) for j in range(len(model.regions))) else False
    meant = [j for thing in (phrase, *fact.others) for j in meant_by(model, thing.noun)]
    if not meant or any(_shows(model, j, phrase.constraints) for j in meant):
        return None
    return False


def meant_by(model: GenerousModel, noun: str) -> Iterator[int]:
    """The regions that a noun may mean."""
    every = (categories_of(noun) or frozenset()) | loosely(noun)
    for j, region in enumerate(model.regions):
        if not every.isdisjoint((region.category, *region.also)):
            yield j


def _shows(model: GenerousModel, j: int, looks: tuple[Constraint, ...]) -> bool:
    """Whether a region has the pattern, or a part of it has, and the colours anywhere."""
    colors = {c.value for c in looks if c.kind == "color"}
    if not colors <= colors_shown(model, j):
        return False
    patterns = [c for c in looks if c.kind == "pattern"]
    return all(
        any(is_so(model, i, c) is not False or _is_similar(model, i, c.value) for i in (j, *bits(model.below[j])))
        for c in patterns
    )


def _is_hidden(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether such a thing touches the region, what it is of, or another thing that the sentence names."""
    phrase = fact.phrase
    if phrase is None:
        return None
    categories = (categories_of(phrase.noun) or frozenset()) | loosely(phrase.noun)
    if not categories:
        return None
    colors = {c.value for c in phrase.constraints}
    hiders = [j for j in meant_by(model, phrase.noun) if colors <= colors_shown(model, j)]
    if not hiders:
        return None
    subjects = [*(model.members_of(k) or [k]), *(j for o in fact.others for j in meant_strictly(model, o.noun))]
    room = NEAR if fact.value == "near" else TOUCHING
    for j in hiders:
        if fact.value == "touches" and (model.above[k] | model.below[k]) >> j & 1:
            return None
        for i in subjects:
            if j != i and gap(model.regions[i], model.regions[j]) <= room:
                return None
    return False


def gap(first: WorldRegion, second: WorldRegion) -> float:
    """Room between the boxes of two regions, the larger of both directions, 0 where they touch."""
    across = max(first.left - second.right, second.left - first.right, 0.0)
    return max(across, first.top - second.bottom, second.top - first.bottom)


def _is_similar(model: GenerousModel, j: int, pattern: str) -> bool:
    """Whether its pattern may be taken for another: dots seen at a slant for checks, grain for stripes."""
    region = model.regions[j]
    drawn = region.faint.get("pattern", region.attributes.get("pattern", ""))
    if pattern == "stripes" and region.attributes.get("material") == "wood":
        return True
    return pattern == "checker" and drawn == "dots"


def _is_formed(model: GenerousModel, k: int, fact: Fact) -> Truth:  # noqa: ARG001 -- as all of the table
    """Whether anything that the noun may mean may have the form."""
    things = [thing for thing in (fact.phrase, *fact.others) if thing is not None]
    form = things[0].constraints[0].value
    if not form:
        return False
    strict = {model.regions[j].category for thing in things for j in meant_strictly(model, thing.noun)}
    categories = strict or {model.regions[j].category for thing in things for j in meant_by(model, thing.noun)}
    return False if categories and categories <= NEVER_FORMED[form] else None


def _reaches(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region, a thing that it is of, or one named before is at that edge of the picture."""
    side = fact.constraints[0].value
    near = [k, *bits(model.below[k]), *(j for other in fact.others for j in meant_by(model, other.noun))]
    return None if any(_room(model.regions[j], side) <= AT_EDGE for j in near) else False


def _room(region: WorldRegion, side: str) -> float:
    """Room between a region and an edge of the picture."""
    value: float = getattr(region, side)
    return value if side in ("left", "top") else 1 - value


def _comprises(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region comprises what is said to be in it, where its own thing has such parts."""
    own = model.own(k)
    named = [j for thing in (fact.phrase, *fact.others) if thing is not None for j in meant_strictly(model, thing.noun)]
    parts = [j for j in named if own >> j & 1]
    inside = model.below[k] | 1 << k
    kinds = frozenset().union(*(categories_of(thing.noun) or () for thing in (fact.phrase, *fact.others) if thing))
    if any(kinds & {part.partition(" ")[2] for part in model.regions[j].tiny} for j in bits(inside)):
        return None
    few = [j for j in bits(model.above[k] & own) if kinds & {part.partition(" ")[2] for part in model.regions[j].tiny}]
    return False if (parts or few) and not any(inside >> j & 1 for j in parts) else None


def meant_strictly(model: GenerousModel, noun: str) -> Iterator[int]:
    """The regions that a noun always means."""
    categories = categories_of(noun) or frozenset()
    for j, region in enumerate(model.regions):
        if region.category in categories:
            yield j


def _is_sized(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether another of its kind, of such looks, is clearly not smaller, or not larger, than the region."""
    phrase, region = fact.phrase, model.regions[k]
    if phrase is None or region.is_group:
        return None
    categories = (categories_of(phrase.noun) or frozenset()) | loosely(phrase.noun)
    if phrase.noun != ANY_NOUN and region.category not in categories:
        return None
    colors = {c.value for c in phrase.constraints}
    near = model.family(k) | 1 << k
    alike = [
        other for j, other in enumerate(model.regions)
        if other.category == region.category and not other.is_group and not near >> j & 1
        and colors <= colors_shown(model, j)
    ]  # fmt: skip
    if fact.value == "larger":
        return False if alike and all(other.area * CLEARLY < region.area for other in alike) else None
    return False if alike and all(other.area > region.area * CLEARLY for other in alike) else None


def _is_ranked(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region does not rank clearly at the other end among its like, or among those that are named."""
    region, phrase = model.regions[k], fact.phrase
    if phrase is None or region.is_group:
        return None
    lemmas = [thing.noun for thing in (phrase, *fact.others)]
    covered = {each for lemma in lemmas for each in (*(categories_of(lemma) or ()), *loosely(lemma))}
    if lemmas != [ANY_NOUN] and region.category not in covered:
        return None
    colors = {c.value for c in phrase.constraints}
    like = [
        other for j, other in enumerate(model.regions)
        if j != k and other.category == region.category and not other.is_group and colors <= colors_shown(model, j)
    ]  # fmt: skip
    if not like:
        return None
    ahead = [_outranks(region, other, fact.value) for other in like]
    number = next((int(c.value) for c in fact.constraints), 0)
    if number == len(like) + 1 or colors:
        return False if any(is_ahead is False for is_ahead in ahead) else None
    return False if all(is_ahead is False for is_ahead in ahead) else None


def _outranks(region: WorldRegion, other: WorldRegion, rank: str) -> Truth:
    """Whether a region is clearly larger, nearer or the like than another; False if that is so of the other."""
    measure, sign, room = RANKINGS[rank]
    own, their = measure(region, other), measure(other, region)
    excess = sign * (own - their)
    return None if abs(excess) <= room * max(abs(own), abs(their)) else excess > 0


def _nearness(region: WorldRegion, other: WorldRegion) -> float:
    """Minus the metres to the viewer, where both are known, else the lower edge."""
    if region.distance is not None and other.distance is not None:
        return -region.distance
    return region.bottom


RANKINGS: Final[dict[str, tuple[Callable[[WorldRegion, WorldRegion], float], int, float]]] = {
    "larger": (lambda region, _: region.area, 1, 0.25),
    "smaller": (lambda region, _: region.area, -1, 0.25),
    "taller": (lambda region, _: region.bottom - region.top, 1, 0.15),
    "shorter": (lambda region, _: max(region.bottom - region.top, region.right - region.left), -1, 0.15),
    "longer": (lambda region, _: max(region.bottom - region.top, region.right - region.left), 1, 0.15),
    "wider": (lambda region, _: region.right - region.left, 1, 0.15),
    "narrower": (lambda region, _: region.right - region.left, -1, 0.15),
    "nearer": (_nearness, 1, 0.05),
    "farther": (_nearness, -1, 0.05),
    "higher": (lambda region, _: -region.y, 1, 0.05),
    "lower": (lambda region, _: region.y, 1, 0.05),
}
"""How one thing ranks before another -> what is measured of it beside the other, whether more or less of it, and what
difference, as a share of the larger one, is a clear one."""


def _is_far(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region is not the nearest of several that are said to be at the back, or the other way round."""
    things = [thing for thing in (fact.phrase, *fact.others) if thing is not None]
    meant = [j for thing in things for j in meant_strictly(model, thing.noun) if model.regions[j].distance is not None]
    own = [j for j in meant if j == k or model.above[k] >> j & 1]
    if not own or len(meant) < 2:
        return None
    far = sorted(d for j in meant if (d := model.regions[j].distance) is not None)
    place = model.regions[own[0]].distance or 0.0
    if far[-1] - far[0] < DEEP:
        return None
    return False if place == (far[0] if fact.value == "back" else far[-1]) else None


def _is_supported(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region stands on such a thing: it, or what that in turn stands on, may be meant."""
    support = model.regions[k].supported_by
    things = [thing for thing in (fact.phrase, *fact.others) if thing is not None]
    meant = {
        j for thing in things for j in meant_by(model, thing.noun)
        if {c.value for c in thing.constraints} <= colors_shown(model, j)
    }  # fmt: skip
    if support is None or not meant or any(model.regions[j].category in FLAT for j in meant):
        return None
    under: set[int] = set()
    while support is not None and model.position[support] not in under:
        under.add(model.position[support])
        support = model.regions[model.position[support]].supported_by
    tree = {i for j in under for i in (j, *bits(model.above[j]), *bits(model.below[j]))}
    return None if tree & meant else False


def _is_placed(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether anything that may be the subject of a relation may stand so to anything that may be its landmark."""
    landmarks = [thing for thing in (fact.phrase, *(c.phrase for c in fact.constraints)) if thing is not None]
    places = _all_of(model, k, landmarks)
    is_deep = fact.value in ("behind", "in front of")
    is_tried = False
    for subject in fact.others:
        things = [i for i in _all_of(model, k, (subject,), wide=fact.value == "hides") if places != [i]]
        if is_deep:  # no part is behind what it is of
            things = [i for i in things if any(not (model.above[i] | model.below[i]) >> j & 1 for j in places)]
        number = next((int(c.value) for c in subject.constraints if c.kind == "count"), 1 + subject.plural)
        if set(things) <= set(places):
            continue
        so = [i for i in things if any(i != j and not is_contrary(model, fact.value, i, j) for j in places)]
        is_ground = subject.noun != ANY_NOUN and all(model.regions[j].category in GROUNDS for j in things)
        if not places or is_ground:
            continue
        if len(so) >= min(number, len(things)):
            return None
        is_tried = True
    return False if is_tried else None


def _all_of(model: GenerousModel, k: int, phrases: Iterable[Phrase], *, wide: bool = False) -> list[int]:
    """All that phrases may mean, of a group its members."""
    mask = sum(1 << j for j in {j for phrase in phrases for j in bits(_placed(model, k, phrase, wide=wide))})
    for j in bits(mask):
        members = sum(1 << i for i in model.members_of(j))
        mask = mask & ~(1 << j) | members if members else mask
    return list(bits(mask))


def _placed(model: GenerousModel, k: int, phrase: Phrase, *, wide: bool = False) -> int:
    """What a phrase may mean in a sentence on a region: it, another like it, a part of its own or, if wide, of any."""
    is_like = any(c.value == "like" for c in phrase.constraints)
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    if phrase.noun == ANY_NOUN and not is_like:
        return sum(1 << j for j in (k, *model.members_of(k)))
    if phrase.noun == ANY_NOUN:
        category = model.regions[k].category
        meant = [j for j, region in enumerate(model.regions) if region.category == category]
    else:
        meant = list(meant_strictly(model, phrase.noun)) or list(meant_by(model, phrase.noun))
    mask = sum(1 << j for j in meant if colors <= colors_shown(model, j))
    own = mask & model.own(k)
    if is_like:
        members = sum(1 << j for j in model.members_of(k))
        others = mask & ~(1 << k | model.above[k] | model.below[k])
        return mask & members or (others & own if is_part(model.regions[k].category) else 0) or others
    if any(c.value == "own" for c in phrase.constraints) and own:
        return own
    owners = [c.phrase for c in phrase.constraints if c.kind == "of" and c.phrase is not None]
    for owner in owners:
        wholes = _placed(model, k, owner)
        return sum(1 << j for j in bits(mask) if (model.above[j] | 1 << j) & wholes) or mask
    return own if own and is_part(phrase.noun) and not wide else mask


GROUNDS: Final = frozenset(
    {"lawn", "dirt", "gravel", "snow", "sand", "pavement", "floor", "road", "rug", "tabletop", "placemat"}
)
"""What lies under all things, and is said to be nowhere."""


def _numbered(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a thing has so many of its parts: "a three-seat sofa", "a two-storey house".

    One part more than are seen may be hidden; a house has one storey or two.
    """
    word, _, whose = fact.value.partition(" ")
    kind, part = COMPOUNDS[word]
    number = int(fact.constraints[0].value)
    colors = {c.value for c in fact.constraints if c.kind == "color"}
    wholes = [j for j, region in enumerate(model.regions) if region.category == kind and not region.is_group]
    own = [j for j in wholes if (model.own(k) | 1 << k) >> j & 1]
    wholes = own if whose == "own" and own else [j for j in wholes if colors <= colors_shown(model, j)] or wholes
    if not wholes:
        return None
    if number > MOST_PARTS.get(kind, number):
        return False
    if not part:
        return None
    if kind == "bookshelf":
        shelved = [rows for j in wholes if (rows := tiers(model, model.below[j] | 1 << j)) is not None]
        return None if not shelved or any(rows[0] <= number <= rows[1] for rows in shelved) else False
    return None if any(_may_have(model, j, frozenset({part}), number) for j in wholes) else False


def _each_has(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether some member of a group may have so many parts of a name."""
    number = int(fact.constraints[0].value)
    kinds = frozenset().union(
        *(categories_of(thing.noun) or frozenset() for thing in (fact.phrase, *fact.others) if thing)
    )
    members = [j for j in model.members_of(k) if _parts_seen(model, j, kinds)]
    if not members:
        return None
    return None if any(_may_have(model, j, kinds, number) for j in members) else False


def _are_several(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the picture shows so many things of a name and a colour, or the region carries so many."""
    number = int(fact.constraints[0].value)
    carriers = {model.regions[j].id for j in bits(model.own(k) | 1 << k)}
    for thing in filter(None, (fact.phrase, *fact.others)):
        strict = categories_of(thing.noun) or frozenset()
        kinds = strict | frozenset(filter(is_thing, loosely(thing.noun)))
        colors = {c.value for c in thing.constraints}
        meant = [j for j, region in enumerate(model.regions) if not kinds.isdisjoint((region.category, *region.also))]
        if not any(model.regions[j].category in strict for j in meant):
            return None
        meant = [j for j in meant if colors <= colors_borne(model, j)]
        members = max((max(len(model.regions[j].members), model.regions[j].pieces) for j in meant), default=0)
        single = [model.regions[j] for j in meant if not model.regions[j].is_group]
        is_carrier = fact.value == "on" and model.regions[k].granularity != "background"
        if is_carrier and any(region.supported_by in carriers for region in single):
            single, members = [region for region in single if region.supported_by in carriers], 0
        if max(len(single), members) >= number:
            return None
    return False


def _parts_seen(model: GenerousModel, whole: int, parts: frozenset[str]) -> int:
    """How many parts of some categories a thing shows, those of a few pixels among them."""
    inside = [*bits(model.below[whole] | 1 << whole)]
    seen = [model.regions[j] for j in inside if j != whole and model.regions[j].category in parts]
    tiny = sum(few.rpartition(" ")[2] in parts for j in inside for few in model.regions[j].tiny)
    single, pieces = sum(not region.is_group for region in seen), max((region.pieces for region in seen), default=0)
    return max(single, pieces) + tiny


def _may_have(model: GenerousModel, whole: int, parts: frozenset[str], number: int) -> bool:
    """Whether a thing may have so many parts: as many as are seen, or one more, unless both its ends are seen."""
    visible = _parts_seen(model, whole, parts)
    ends = sum(model.regions[j].category in ENDS for j in bits(model.below[whole]))
    return visible == number or (visible == number - 1 and ends < BOTH_ENDS) or not visible


MOST_PARTS: Final = {"house": 2, "street lamp": 2}
"""Kind -> the most storeys or lanterns that any has."""
ENDS: Final = frozenset({"armrest"})
BOTH_ENDS: Final = 2
"""What is between two ends that are seen is seen, too."""
FLAT: Final = frozenset({"placemat", "tablecloth", "tabletop", "lawn", "dirt", "gravel", "snow", "sand", "pavement"})
"""What lies under things that are said to stand on another one."""
CLEARLY: Final = 1.5
"""What has so many times the area is clearly larger."""
DEEP: Final = 0.5
"""Metres between the nearest and the farthest of several things that stand in front and at the back."""
AT_EDGE: Final = 0.03
TOUCHING: Final = 0.015
NEAR: Final = 0.06
"""Room between two boxes that touch, or that are near each other, in widths of the picture."""

DETAILS: Final = {
    "patterned": _is_patterned,
    "hides": _is_hidden,
    "formed": _is_formed,
    "reaches": _reaches,
    "comprises": _comprises,
    "sized": _is_sized,
    "ranked": _is_ranked,
    "far": _is_far,
    "supported": _is_supported,
    "placed": _is_placed,
    "numbered": _numbered,
    "each": _each_has,
    "several": _are_several,
}
"""Kind of a detail -> whether it holds of region `k`."""
