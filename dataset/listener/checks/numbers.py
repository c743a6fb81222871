"""Whether what a sentence says of numbers holds: of the region, of its like, and of what it names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Final

from ..goodwill.careful import CLEAR
from ..goodwill.model import SPREAD_OUT, GenerousModel
from ..goodwill.shelves import is_tier, tiers
from ..logic import Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..words.lexicon import categories_of, is_part, plural_of
from ..world import WorldRegion

__all__ = ["among", "are_beside", "are_enough", "are_members", "clear_in", "size_of", "tiny_in"]

PLACED: Final = frozenset({"left", "right", "above", "below"})
"""Sides of the region on which so many things may be."""
BESIDES: Final = frozenset({"other", "beside"})
"""So many others than the region."""
LEVEL: Final = 0.01
"""So little to the other side, in widths of the picture, may still be on a side."""


def among(model: GenerousModel, k: int, number: int, looks: Sequence[Constraint] = ()) -> Truth:
    """Whether there are so many like the region, with it and of such looks: in its whole, or in the picture."""
    region = model.regions[k]
    alike = [j for j in _alike(model, k) if all(sum(model.extension(look)) >> j & 1 for look in looks)]
    within = ([j for j in alike if model.below[whole] >> j & 1] for whole in bits(model.above[k]))
    tiny = tiny_in(model, bits(model.family(k)), {region.category})
    may_be_so = any(clear_in(model, group) <= number <= len(group) + tiny for group in (alike, *within))
    return None if may_be_so else False


def _alike(model: GenerousModel, k: int) -> list[int]:
    """The single regions of a region's category."""
    category = model.regions[k].category
    return [j for j, other in enumerate(model.regions) if other.category == category and not other.is_group]


def clear_in(model: GenerousModel, regions: Iterable[int]) -> int:
    """How many of some regions are clearly seen."""
    return sum(model.regions[j].area >= CLEAR for j in regions)


def tiny_in(model: GenerousModel, regions: Iterable[int], kinds: Container[str]) -> int:
    """How many parts of some categories, of a few pixels each, some regions have."""
    return sum(part.rpartition(" ")[2] in kinds for j in regions for part in model.regions[j].tiny)


def size_of(region: WorldRegion) -> int:
    """How many things a group, or a region of several pieces, is at least."""
    return max(len(region.members), region.pieces)


FORMS: Final = frozenset(
    {"rectangle", "square", "block", "disc", "disk", "circle", "strip", "line", "cone", "cylinder"}
)
"""What says a form only may mean other things than the picture has regions of that form."""


def are_enough(model: GenerousModel, k: int, single: Phrase, number: int, *, how: str = "") -> bool:
    """Whether the picture may show so many things that a phrase may mean, or a group of so many; of parts, one object.

    Of parts that are no regions there may be any number.

    Args:
        model: the generous model.
        k: the region.
        single: the things, in the singular.
        number: how many there are said to be.
        how: "of" if it is said what they are of, so that they may be of another object than the region's; "other" if
            they are others than the region, "beside" if it stands to them somehow, so that it is none of them; a side
            of the region where they are; "on" if they stand on it; "back" if they are those of a backrest; "anywhere"
            if they are all that can be seen.
    """
    plural = single._replace(plural=True)
    several, meant = sum(model.denote(plural)), sum(model.denote(single))
    named = meant & model.exact.named(single)[0]
    if named and several & model.exact.named(plural)[0] and not (several | meant) >> k & 1:
        several &= model.exact.named(plural)[0]  # of three windows, not the three panes of one
    kinds = categories_of(single.noun) or frozenset()
    tiny = [tiny_in(model, (j,), kinds) for j in range(len(model.regions))]
    buttons = tiny if "button" in kinds else [0] * len(tiny)
    small = sum(1 << j for j, few in enumerate(tiny) if few)
    if not meant | small and any(map(is_part, kinds)):
        return True
    if is_tier(single) and (shelved := tiers(model, model.own(k))) is not None:
        is_row = how in BESIDES and model.regions[k].category == "book" and model.regions[k].is_group
        return number + is_row <= shelved[1]
    if (not kinds and (how == "beside" or single.noun in FORMS)) or any(_is_uncounted(model, j) for j in bits(named)):
        return True
    are_parts = bool(kinds) and all(map(is_part, kinds)) and single.noun != plural_of(single.noun)
    scopes = _scopes(model, k, named | small or meant, buttons, owned=how == "of") if are_parts else []
    scopes = _sets(model, k, scopes, named or meant, back=how == "back") if how != "anywhere" else []
    if how == "on":
        carriers = {model.regions[j].id for j in bits(model.own(k) | 1 << k)}
        scopes = [sum(1 << j for j, region in enumerate(model.regions) if region.supported_by in carriers)]
    rest = ~(1 << k | model.above[k]) if how in BESIDES else -1
    if how == "other" and several >> k & 1 and model.regions[k].is_group:
        return number < size_of(model.regions[k])  # than one of them
    if how == "other" and not (named or meant) >> k & 1:
        rest &= ~(model.own(k) | _carrier(model, k))
    if how in PLACED:
        rest = _on_side(model, k, how, slack=LEVEL)
    for scope in scopes or [-1]:
        others = (1 << k | model.above[k] | model.below[k]) if how in BESIDES else 0
        groups = bits(several & scope & ~others)
        if how not in PLACED and any(size_of(model.regions[j]) >= number for j in groups):
            return True
        few = sum(few for j, few in enumerate(tiny) if scope >> j & 1)
        few = few if how not in PLACED else 0
        pool = (named or meant) & scope & rest
        if sum(not model.below[j] & pool for j in bits(pool)) + few >= number:
            return True
    return False


def _carrier(model: GenerousModel, k: int) -> int:
    """Bit mask of what a region, or the object that it is of, stands on."""
    supports = {model.regions[j].supported_by for j in (k, *bits(model.above[k]))} - {None}
    return sum(1 << j for j, region in enumerate(model.regions) if region.id in supports)


def _is_uncounted(model: GenerousModel, j: int) -> bool:
    """Whether one region may be any number of things: both curbs are one."""
    return model.regions[j].category in SPREAD_OUT and not model.is_counted(j)


def _sets(model: GenerousModel, k: int, scopes: list[int], named: int, *, back: bool) -> list[int]:
    """The scopes, less what is of another set of slats: those of a backrest are not counted with those of a seat."""
    whole = [j for j in (*bits(model.above[k]), k) if model.regions[j].category == "backrest"]
    slats = model.noun("slat", plural=False) | model.noun("slat", plural=True)
    if not named & slats or not (whole or back):
        return scopes
    whole = whole or [*bits(model.noun("backrest", plural=False))]
    return [
        scope & model.below[j] for scope in scopes or [-1] for j in whole if scope & named & model.below[j]
    ] or scopes


def _on_side(model: GenerousModel, k: int, side: str, *, slack: float) -> int:
    """Bit mask of what is on a side of a region by its centre, or so little to its other side."""
    axis, sign = ("x" if side in ("left", "right") else "y"), (1 if side in ("right", "below") else -1)
    own = getattr(model.regions[k], axis)
    return sum(
        1 << j for j, region in enumerate(model.regions) if j != k and sign * (getattr(region, axis) - own) > -slack
    )


def _scopes(model: GenerousModel, k: int, parts: int, few: Sequence[int], *, owned: bool) -> list[int]:
    """The region's object, if it has such parts, else every object; none where no object has two of them."""
    objects = [*dict.fromkeys(model.own(j) for j in bits(parts))]
    if all((own & parts).bit_count() < 2 and sum(few[j] for j in bits(own & parts)) < 2 for own in objects):
        return []
    own = model.own(k) | 1 << k
    return [own] if own & parts and not owned else objects


def are_beside(model: GenerousModel, k: int, side: str, number: int) -> bool:
    """Whether so many of the parts of the same thing that are like the region are on a side of it; of others, any."""
    if model.regions[k].granularity not in ("part", "subpart"):
        return True
    there = _on_side(model, k, side, slack=0)
    alike = [j for j in _alike(model, k) if there >> j & 1 and model.own(j) == model.own(k)]
    return clear_in(model, alike) <= number <= len(alike)


def are_members(model: GenerousModel, k: int, number: int) -> bool:
    """Whether a group may have so many members, with those of a few pixels; of what is no set, or spread out, any."""
    region = model.regions[k]
    if region.pieces > 1:
        return number <= region.pieces
    if not region.members or (region.category in SPREAD_OUT and not model.is_counted(k)):
        return True
    return number <= max(region.count, len(region.members)) + tiny_in(model, bits(model.family(k)), {region.category})
