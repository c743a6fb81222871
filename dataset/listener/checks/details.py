"""Whether the details that a sentence claims in passing may be so."""

from __future__ import annotations

from typing import Final

from ..goodwill.model import GenerousModel
from ..logic import ANY_NOUN, Constraint
from ..meaning.bits import bits
from ..meaning.relations import TOUCHING, room_between
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.forms import NEVER as NEVER_FORMED
from ..words.lexicon import categories_of
from ..world import WorldRegion
from .counts import COUNTS
from .mentions import colors_shown, in_colors
from .named import kinds_of, meant_by, meant_strictly
from .outlines import OUTLINES
from .ranks import is_ranked
from .relations import GROUNDS, is_placed
from .unseen import is_so

__all__ = ["DETAILS"]

CLEARLY: Final = 1.5
"""What has so many times the area is clearly larger."""
DEEP: Final = 0.5
"""Metres between the nearest and the farthest of several things that stand in front and at the back."""
AT_EDGE: Final = 0.03
"""What ends so near the edge of the picture reaches it."""
NEAR: Final = 0.06
"""Room between two boxes that are near each other, in widths of the picture."""


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
    meant = [j for thing in fact.things for j in meant_by(model, thing.noun)]
    return None if not meant or any(_shows(model, j, phrase.constraints) for j in meant) else False


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
    hiders = in_colors(model, meant_by(model, phrase.noun), phrase)
    if not hiders:
        return None
    subjects = [*(model.members_of(k) or [k]), *(j for o in fact.others for j in meant_strictly(model, o.noun))]
    room = NEAR if fact.value == "near" else TOUCHING
    for j in hiders:
        if fact.value == "touches" and (model.above[k] | model.below[k]) >> j & 1:
            return None
        for i in subjects:
            if j != i and room_between(model.regions[i], model.regions[j]) <= room:
                return None
    return False


def _is_similar(model: GenerousModel, j: int, pattern: str) -> bool:
    """Whether its pattern may be taken for another: dots seen at a slant for checks, grain for stripes."""
    region = model.regions[j]
    drawn = region.faint.get("pattern", region.attributes.get("pattern", ""))
    if pattern == "stripes" and region.attributes.get("material") == "wood":
        return True
    return pattern == "checker" and drawn == "dots"


def _is_formed(model: GenerousModel, k: int, fact: Fact) -> Truth:  # noqa: ARG001 -- as all of the table
    """Whether anything that the noun may mean may have the form."""
    form = fact.things[0].constraints[0].value
    if not form:
        return False
    strict = {model.regions[j].category for thing in fact.things for j in meant_strictly(model, thing.noun)}
    categories = strict or {model.regions[j].category for thing in fact.things for j in meant_by(model, thing.noun)}
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
    parts = [j for thing in fact.things for j in meant_strictly(model, thing.noun) if own >> j & 1]
    inside = model.below[k] | 1 << k
    kinds: frozenset[str] = frozenset().union(*(categories_of(thing.noun) or () for thing in fact.things))
    tiny = [j for j, region in enumerate(model.regions) if kinds & {part.partition(" ")[2] for part in region.tiny}]
    if any(inside >> j & 1 for j in (*parts, *tiny)):
        return None
    return False if parts or any((model.above[k] & own) >> j & 1 for j in tiny) else None


def _is_sized(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether another of its kind, of such looks, is clearly not smaller, or not larger, than the region."""
    phrase, region = fact.phrase, model.regions[k]
    if phrase is None or region.is_group:
        return None
    if phrase.noun != ANY_NOUN and region.category not in kinds_of(phrase.noun):
        return None
    near = model.family(k) | 1 << k
    single = (j for j, other in enumerate(model.regions) if other.category == region.category and not other.is_group)
    alike = [model.regions[j] for j in in_colors(model, single, phrase) if not near >> j & 1]
    if fact.value == "larger":
        return False if alike and all(other.area * CLEARLY < region.area for other in alike) else None
    return False if alike and all(other.area > region.area * CLEARLY for other in alike) else None


def _is_far(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region is not the nearest of several that are said to be at the back, or the other way round."""
    named = (j for thing in fact.things for j in meant_strictly(model, thing.noun))
    meant = [j for j in named if model.regions[j].distance is not None]
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
    meant = {j for thing in fact.things for j in in_colors(model, meant_by(model, thing.noun), thing)}
    if support is None or not meant or any(model.regions[j].category in GROUNDS for j in meant):
        return None
    under: set[int] = set()
    while support is not None and model.position[support] not in under:
        under.add(model.position[support])
        support = model.regions[model.position[support]].supported_by
    tree = {i for j in under for i in (j, *bits(model.above[j]), *bits(model.below[j]))}
    return None if tree & meant else False


DETAILS: Final = {
    "patterned": _is_patterned,
    "hides": _is_hidden,
    "formed": _is_formed,
    "reaches": _reaches,
    "comprises": _comprises,
    "sized": _is_sized,
    "ranked": is_ranked,
    "far": _is_far,
    "supported": _is_supported,
    "placed": is_placed,
    **COUNTS,
    **OUTLINES,
}
"""Kind of a detail -> whether it holds of region `k`."""
