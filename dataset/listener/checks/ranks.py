"""Whether the region ranks among its like as it is said to: "the larger of the two"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..goodwill.model import GenerousModel
from ..logic import ANY_NOUN
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..world import WorldRegion
from .mentions import in_colors
from .named import kinds_of

__all__ = ["is_ranked"]


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


def is_ranked(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region does not rank clearly at the other end among its like, or among those that are named."""
    region, phrase = model.regions[k], fact.phrase
    if phrase is None or region.is_group:
        return None
    if phrase.noun != ANY_NOUN and not any(region.category in kinds_of(thing.noun) for thing in fact.things):
        return None
    single = (j for j, other in enumerate(model.regions) if other.category == region.category and not other.is_group)
    like = [model.regions[j] for j in in_colors(model, single, phrase) if j != k]
    if not like:
        return None
    ahead = [_outranks(region, other, fact.value) for other in like]
    number = next((int(c.value) for c in fact.constraints), 0)
    if number == len(like) + 1 or phrase.constraints:
        return False if any(is_ahead is False for is_ahead in ahead) else None
    return False if all(is_ahead is False for is_ahead in ahead) else None


def _outranks(region: WorldRegion, other: WorldRegion, rank: str) -> Truth:
    """Whether a region is clearly larger, nearer or the like than another; False if that is so of the other."""
    measure, sign, room = RANKINGS[rank]
    own, their = measure(region, other), measure(other, region)
    excess = sign * (own - their)
    return None if abs(excess) <= room * max(abs(own), abs(their)) else excess > 0
