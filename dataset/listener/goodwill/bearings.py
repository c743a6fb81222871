"""Whether something lies on a side of the region, and which way things face."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..logic import ANY_NOUN, UNKNOWN_NOUN, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.lexicon import is_part
from .model import GenerousModel

__all__ = ["ON_SIDES"]

MARGIN: Final = 0.01
"""So far on the other side, in widths of the picture, something is certainly not on a side."""
TURNED: Final = 0.12
"""So far from its middle, as a share of its width, what is in front of a thing lies on the side that it faces."""
FRONTS: Final = frozenset(
    {"headlight", "windshield", "grille", "front bumper", "spout", "eye", "mouth", "flap", "chest panel"}
)
"""Parts that show which way a thing faces."""
REARS: Final = frozenset({"taillight", "rear window", "tailgate"})


SIGNS: Final = {"left": -1, "right": 1}


def _bearing(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether some such thing, other than the region, lies on that side of it."""
    thing, sign = fact.phrase or Phrase(UNKNOWN_NOUN), SIGNS[fact.value]
    every = sum(model.denote(thing))
    if thing.plural:
        every |= sum(model.denote(thing._replace(plural=False)))
    every = every & model.exact.named(thing)[0] or every
    if not every:
        bare = Phrase(thing.noun, thing.plural)
        every = sum(model.exact.named(bare))
    every &= ~(1 << k | model.above[k] | model.below[k])
    if is_part(thing.noun):
        every = every & model.own(k) or every
    xs = [model.regions[j].x - model.regions[k].x for j in bits(every)]
    return None if not xs or max(sign * x for x in xs) > -MARGIN else False


def _faces(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the region, its members, or such a thing may face that side, by where its front parts are."""
    thing, sign = fact.phrase or Phrase(ANY_NOUN), SIGNS[fact.value]
    meant = [k, *model.members_of(k)]
    if thing.noun != ANY_NOUN:
        every = sum(model.denote(thing)) | sum(model.denote(thing._replace(plural=False)))
        meant = [*bits(every & (model.below[k] | model.own(k)) or every)]
    turns = [turn for j in meant if (turn := _turn(model, j)) is not None]
    return None if not turns or max(sign * turn for turn in turns) > -TURNED else False


def _member(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a member of such looks, or the nearest or farthest one, may be on a side: of the group or the picture."""
    sign, claims = SIGNS[fact.value], fact.constraints
    group = model.members_of(k)
    if len(group) < 2 or len(group) < model.regions[k].count:
        return None
    meant = [j for j in group if all(sum(model.extension(c)) >> j & 1 for c in claims if c.kind == "color")]
    places = {c.value for c in claims if c.kind == "place"}
    if places & {"front", "back"}:
        lowest = max(meant, key=lambda j: model.regions[j].bottom, default=k)
        highest = min(meant, key=lambda j: model.regions[j].bottom, default=k)
        meant = [lowest if "front" in places else highest]
    if places & {"big", "small"}:
        meant = [(max if "big" in places else min)(meant, key=lambda j: model.regions[j].area, default=k)]
    regions = [model.regions[j] for j in meant if j != k]
    xs, ys = [model.regions[j].x for j in group], [model.regions[j].y for j in group]
    middle, height = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    if places & {"top", "bottom"}:
        down = 1 if "bottom" in places else -1
        regions = [region for region in regions if down * (region.y - height) >= -MARGIN]
    is_so = [sign * (region.x - middle) >= -MARGIN or sign * (region.x - 0.5) > MARGIN for region in regions]
    return None if not meant or any(is_so) else False


def _turn(model: GenerousModel, k: int) -> float | None:
    """How far to the right of its middle the front of a thing is, in its widths; None where it shows no such part."""
    whole = model.regions[k]
    width = whole.right - whole.left
    if whole.category in FRONTS or whole.category == "handle":
        owner = model.world.by_id.get(whole.parent or "")
        return None if owner is None else (whole.x - owner.x) / (owner.right - owner.left)
    fronts = [model.regions[j].x for j in bits(model.below[k]) if model.regions[j].category in FRONTS]
    rears = [model.regions[j].x for j in bits(model.below[k]) if model.regions[j].category in REARS]
    if whole.is_group or not (fronts or rears):
        return None
    front = sum(fronts) / len(fronts) if fronts else 2 * whole.x - sum(rears) / len(rears)
    return (front - (whole.left + whole.right) / 2) / width


ON_SIDES: Final[dict[str, Callable[[GenerousModel, int, Fact], Truth]]] = {
    "bearing": _bearing, "faces": _faces, "member": _member,
}  # fmt: skip
"""Kind of fact -> whether it holds of a region."""
