"""Parts with goodwill: those of a few pixels, and those that every thing of a kind has."""

from __future__ import annotations

from typing import Final

from ..logic import BOTH, UNKNOWN_NOUN, Constraint, Phrase
from ..meaning.bits import bits
from ..meaning.denote import MEANINGS, Model
from ..meaning.structure import Denotation
from ..words.anatomy import is_checkable, is_part_noun
from ..words.lexicon import categories_of
from ..words.synonyms import loosely
from .careful import CLEAR, LOOKS
from .model import GenerousModel
from .shelves import is_tier, on_shelf, tiers

__all__ = [
    "LYING", "about", "families", "inherent", "linked", "of", "of_what_has", "of_what_it_is_of", "whole_of", "with_",
]  # fmt: skip

LYING: Final = frozenset(
    {"floor", "tabletop", "tablecloth", "lawn", "pavement", "gravel", "dirt", "snow", "sand", "road", "rug", "placemat",
     "wall", "sky"}
)  # fmt: skip
"""Surroundings on which all else is."""


def of(model: GenerousModel, constraint: Constraint) -> Denotation:
    """A part of such a thing, of its object, or of what it stands on; anything may be of what all else is on."""
    shelved = on_shelf(model, constraint.inner)
    if shelved is not None and shelved[1]:
        return shelved
    true, vague = model.inner(constraint.inner)
    if not true | vague:
        return of_what_it_is_of(model, constraint)
    base = _below(model, true), _below(model, vague) & ~_below(model, true)
    if not (true | vague) & model.exact.named(constraint.inner)[0]:  # "in the seat of the armchair"
        base = base[0], (base[1] | sum(of_what_it_is_of(model, constraint))) & ~base[0]
    if constraint.inner.plural:  # "the left flower of the three pink ones"
        base = base[0], (base[1] | model.members(constraint.inner)) & ~base[0]
    if any(
        model.regions[j].category in LYING - {"sky"} for j in bits(true | vague)
    ):  # "in the road", "at the end of the table"
        return base[0], ((1 << len(model.regions)) - 1) & ~base[0] & ~(true | vague)
    true, vague = linked(true, vague, families(model), base)
    others = _of_another(model, constraint.inner, base)
    return true & ~others, vague & ~others


def _of_another(model: GenerousModel, phrase: Phrase, base: Denotation) -> int:
    """What lies in another such part than the one that is meant: the frame of one window is not of the next one."""
    if not is_part_noun(phrase.noun) or phrase.plural:
        return 0
    meant = sum(model.inner(phrase))
    rivals = model.exact.named(Phrase(phrase.noun))[0] & ~meant
    rivals = sum(1 << j for j in bits(rivals) if not model.regions[j].is_group and not model.below[j] & meant)
    parents = (model.position.get(model.regions[j].parent or "") for j in bits(meant))
    around = sum({1 << j for j in parents if j is not None and model.regions[j].granularity == "part"})
    kinds = {model.regions[j].category for j in bits(base[0] | base[1] | _below(model, around))}
    inside = _below(model, rivals) & ~(base[0] | base[1])
    return sum(1 << k for k in bits(inside) if model.regions[k].category in kinds)


def _below(model: GenerousModel, wholes: int) -> int:
    mask = 0
    for k in bits(wholes):
        mask |= model.below[k]
    return mask


def of_what_it_is_of(model: GenerousModel, constraint: Constraint) -> Denotation:
    """Of a part that is not a region, "the lintel of the door": of what that is of."""
    whole = whole_of(constraint.inner)
    return (0, 0) if whole is None else (0, sum(of(model, Constraint("of", "", whole))))


def whole_of(phrase: Phrase) -> Phrase | None:
    """What a part is said to be of; None for what is no part, or has looks of its own."""
    whole = next((c.phrase for c in phrase.constraints if c.kind == "of"), None)
    has_looks = any(c.kind in LOOKS for c in phrase.constraints)
    return whole if is_part_noun(phrase.noun) and not has_looks else None


def of_what_has(model: GenerousModel, phrase: Phrase) -> int:
    """The parts of things that have a part of a few pixels: what is "beneath its two headlights" is of that car."""
    having = _with_tiny(model, phrase)
    return sum(1 << k for k in range(len(model.regions)) if model.above[k] and model.own(k) & having)


def with_(model: GenerousModel, constraint: Constraint) -> Denotation:
    """With such a part, also with one that is tiny, inherent, or counted."""
    true, vague = model.best(constraint.inner)
    base = linked(true, vague, families(model), MEANINGS["with"](model, constraint))
    more = _with_tiny(model, constraint.inner) | inherent(model, constraint.inner) | _with_so_many(model, constraint)
    so_many, others = _with_tiers(model, constraint.inner)
    return base[0] & ~others, (base[1] | ((more | so_many) & ~base[0])) & ~others


def _with_tiers(model: GenerousModel, phrase: Phrase) -> tuple[int, int]:
    """The bookcases that have so many shelves as a plural says, and those that have not."""
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count"), 0)
    if not number or not is_tier(phrase):
        return 0, 0
    yes = no = 0
    for k in bits(model.noun("bookshelf", False)):
        shelved = tiers(model, 1 << k)
        if shelved is not None:
            is_right = shelved[0] <= number <= shelved[1]
            yes, no = yes | is_right << k, no | (not is_right) << k
    return yes, no


def _with_so_many(model: GenerousModel, constraint: Constraint) -> int:
    """Regions with so many single parts of a kind as a plural says."""
    phrase = constraint.inner
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count"), 0)
    if not number:
        return 0
    single = Phrase(phrase.noun, False, tuple(c for c in phrase.constraints if c.kind != "count"))
    true, vague = model.denote(single)
    mask = 0
    for k, region in enumerate(model.regions):
        parts = list(bits((true | vague) & model.below[k]))
        clear = sum(model.regions[j].area >= CLEAR for j in parts)
        tiny = sum(part.rpartition(" ")[2] == phrase.noun for part in region.tiny)
        mask |= (bool(parts) and clear <= number <= len(parts) + tiny) << k
    return mask


def about(model: GenerousModel, constraint: Constraint) -> Denotation:
    """There is such a thing at or near it, also a tiny or an inherent one."""
    true, vague = MEANINGS["about"](model, constraint)
    counted = any(c.kind == "count" for c in constraint.inner.constraints)
    if counted and not true and not model.members(constraint.inner) and model.denote(constraint.inner) == (0, 0):
        vague = 0
    more = _with_tiny(model, constraint.inner) | inherent(model, constraint.inner)
    return true, vague | (more & ~true)


def inherent(model: GenerousModel, phrase: Phrase) -> int:
    """Regions that may have such a part though it is not a region, or such looks where the noun is not known."""
    colors = {c.value for c in phrase.constraints if c.kind in ("color", "accent")}
    is_named = phrase.noun != UNKNOWN_NOUN
    if (is_named and not is_part_noun(phrase.noun)) or not _exists(model, phrase):
        return 0
    mask = 0
    for k, region in enumerate(model.regions):
        if not is_named:
            mask |= (colors <= model.colors[k] | {region.attributes.get("color", "")} | model.traces(k)) << k
        elif not is_checkable(phrase.noun, model.kind(k)) and colors <= model.own_colors(k) | model.traces(k):
            mask |= 1 << k
    return mask


def _with_tiny(model: GenerousModel, phrase: Phrase) -> int:
    """Regions with a tiny part that a phrase may mean."""
    covered = categories_of(phrase.noun)
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    mask = 0
    if not _exists(model, phrase):
        return 0
    number = next((int(c.value) for c in phrase.constraints if c.kind == "count" and phrase.plural), 1)
    matches: dict[int, int] = {}
    for k, region in enumerate(model.regions):
        for part in region.tiny:
            color, _, noun = part.partition(" ")
            if (covered is None or noun in covered or part in covered or noun in loosely(phrase.noun)) and (
                not colors or color in colors
            ):
                for j in (k, *bits(model.above[k])):
                    matches[j] = matches.get(j, 0) + 1
    for k, tiny in matches.items():
        seen = sum(model.regions[j].category in (covered or ()) for j in bits(model.below[k])) if tiny < number else 0
        mask |= (tiny + seen >= number) << k
    return mask


def _exists(model: GenerousModel, phrase: Phrase) -> bool:
    """Whether the picture shows all that a phrase names inside."""
    inner = [c.phrase for c in phrase.constraints if c.phrase is not None and c.kind != "without"]
    return all(_exists(model, part) if part.noun == BOTH else model.denote(part) != (0, 0) for part in inner)


def linked(true: int, vague: int, links: list[int], base: Denotation) -> Denotation:
    """The base, and vaguely what is linked otherwise to the regions of a phrase."""
    more = 0
    for k, linked in enumerate(links):
        if linked & (true | vague):
            more |= 1 << k
    return base[0], (base[1] | more) & ~base[0]


def families(model: Model) -> list[int]:
    """For each region the bit mask of all else of its object, with what that stands on and what stands on it."""
    return [model.family(k) & ~(1 << k) for k in range(len(model.regions))]
