"""Whether things, and parts of things, are as many as it is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..details.counts import COMPOUNDS, PAIRED
from ..goodwill.model import GenerousModel
from ..goodwill.shelves import tiers
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.anatomy import has_part, most_called, most_of
from ..words.lexicon import categories_of, is_thing
from ..words.synonyms import loosely
from .mentions import colors_borne, colors_shown
from .numbers import are_enough, are_members, clear_in, size_of, tiny_in

__all__ = ["COUNTS"]


def _numbered(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a thing has so many of its parts: "a three-seat sofa", "a two-storey house".

    One part more than are seen may be hidden; a house has one storey or two.
    """
    word, _, whose = fact.value.partition(" ")
    kind, part = COMPOUNDS[word]
    number = fact.number
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
    kinds = _kinds(fact)
    members = [j for j in model.members_of(k) if _parts_seen(model, j, kinds)]
    return None if not members or any(_may_have(model, j, kinds, fact.number) for j in members) else False


def _kinds(fact: Fact) -> frozenset[str]:
    """The categories of all that a fact may count."""
    return frozenset().union(*(categories_of(thing.noun) or () for thing in fact.things))


def _are_enough(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the picture may show so many of one of the things."""
    return None if any(are_enough(model, k, thing, fact.number, how=fact.value) for thing in fact.things) else False


def _are_several(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether the picture shows so many things of a name and a colour, or the region carries so many."""
    carriers = {model.regions[j].id for j in bits(model.own(k) | 1 << k)}
    for thing in fact.things:
        strict = categories_of(thing.noun) or frozenset()
        kinds = strict | frozenset(filter(is_thing, loosely(thing.noun)))
        colors = {c.value for c in thing.constraints}
        meant = [j for j, region in enumerate(model.regions) if not kinds.isdisjoint((region.category, *region.also))]
        if not any(model.regions[j].category in strict for j in meant):
            return None
        colors_of = colors_shown if fact.value == "with" else colors_borne
        meant = [j for j in meant if colors <= colors_of(model, j)]
        members = max((size_of(model.regions[j]) for j in meant), default=0)
        single = [model.regions[j] for j in meant if not model.regions[j].is_group]
        is_carrier = fact.value == "on" and model.regions[k].granularity != "background"
        if is_carrier and any(region.supported_by in carriers for region in single):
            single, members = [region for region in single if region.supported_by in carriers], 0
        if max(len(single), members) >= fact.number:
            return None
    return False


def _are_at_most(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether what may have such parts has so many: one of it, all of it together, or one row of it."""
    owners = [c.phrase.noun for c in fact.constraints[1:] if c.phrase is not None]
    nouns, kinds = [thing.noun for thing in fact.things], _kinds(fact)
    most = _most_called(model, k, nouns) if fact.value == "one" else None
    if most is None and kinds:
        owning = _may_own(model, k, kinds, nouns, owners)
        most = _most(model, kinds, owning, fact.value) if owning is not None else None
    return None if most is None or fact.number <= most else False


def _is_total(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether a group has so many members: no fewer than are clearly seen, no more than there are."""
    members = model.members_of(k)
    is_so = not members or (clear_in(model, members) <= fact.number and are_members(model, k, fact.number))
    return None if is_so else False


def _most_called(model: GenerousModel, k: int, nouns: Sequence[str]) -> int | None:
    """How many parts the region's object has at most that are called so on it; None if that is not certain."""
    kinds = {model.regions[j].category for j in (k, *bits(model.own(k)))}
    numbers = [most_called(kind, noun) for kind in kinds for noun in nouns if not has_part(kind, frozenset({noun}))]
    return max((number for number in numbers if number is not None), default=None)


def _may_own(
    model: GenerousModel, k: int, kinds: frozenset[str], nouns: Sequence[str], owners: Sequence[str]
) -> frozenset[str] | None:
    """The categories of what has parts that nouns name; None where these may be other parts of one of them."""
    near = {model.regions[j].category for j in (k, *bits(model.own(k)))}
    near = near.union(*(categories_of(owner) or () for owner in owners))
    having = {kind for kind in near if has_part(kind, kinds, deep=False)}
    loose = frozenset().union(*map(loosely, nouns)) - kinds - having
    if any(has_part(kind, loose) for kind in near if not having or "pane" in kinds):
        return None
    having = having or {region.category for region in model.regions if has_part(region.category, kinds, deep=False)}
    return frozenset(kind for kind in having if not has_part(kind, frozenset(having)))  # a window, not its house


def _most(model: GenerousModel, kinds: frozenset[str], owning: frozenset[str], how: str) -> int | None:
    """How many such parts one thing has at most, or all that are seen; None if that is not certain."""
    most: list[int] = []
    for j, region in enumerate(model.regions):
        if region.category in owning and not region.is_group:
            number, visible = most_of(region.category, kinds), _parts_seen(model, j, kinds)
            if number is None and visible:
                return None
            most.append(max(number or 0, visible))
    if not any(most):
        return None
    if how == "row" and (owning <= ROWS or kinds <= PAIRED):
        return IN_A_ROW
    return sum(most) if how == "all" else max(most)


def _parts_seen(model: GenerousModel, whole: int, parts: frozenset[str]) -> int:
    """How many parts of some categories a thing shows, those of a few pixels among them."""
    inside = [*bits(model.below[whole] | 1 << whole)]
    seen = [model.regions[j] for j in inside if j != whole and model.regions[j].category in parts]
    single, pieces = sum(not region.is_group for region in seen), max((region.pieces for region in seen), default=0)
    return max(single, pieces) + tiny_in(model, inside, parts)


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

ROWS: Final = frozenset({"window", "house"})
IN_A_ROW: Final = 2
"""So many panes of a window, windows of a house, or legs of a table are on one side of it."""
COUNTS: Final = {
    "most": _are_at_most,
    "total": _is_total,
    "numbered": _numbered,
    "each": _each_has,
    "several": _are_several,
    "enough": _are_enough,
}
"""Kind of a fact on numbers -> whether it holds of region `k`."""
