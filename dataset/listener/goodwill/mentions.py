"""Whether the picture shows what a caption names in passing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..logic import ANY_NOUN, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.anatomy import SHAPES
from ..words.lexicon import categories_of, is_part
from ..words.synonyms import loosely
from ..words.vocabulary import MATERIAL_NOUNS
from .model import GenerousModel
from .numbers import are_enough

__all__ = ["CLAIMED", "mentioned"]

OFF_CENTRE: Final = 0.02
"""So far from the picture's centre, in its widths, something is on a side of it."""
BESIDE: Final = 0.05
"""So far from the region something is on a side of that."""
OFF_MIDDLE: Final = 0.2
"""So far from the middle of its like, or of its whole, as a share of half of that, a thing is on a side there."""
TOUCHING: Final = 0.01
"""Boxes that are no farther apart touch."""
MIDDLE: Final = 0.52
"""What covers a region on the left has its centre within this share of it."""


def mentioned(model: GenerousModel, k: int, fact: Fact, phrase: Phrase) -> Truth:
    """What a sentence names in passing: with a colour, in a number, on a side, or covering a side of the region."""
    kind = fact.constraints[0].kind if fact.constraints else ""
    if kind == "count":
        number, things = int(fact.constraints[0].value), (phrase, *fact.others)
        return None if any(are_enough(model, k, thing, number, how=fact.value) for thing in things) else False
    if kind == "relation":
        return _covers(model, k, fact)
    return _on_side(model, k, fact) if kind else _is_visible(model, k, phrase)


def _is_there(model: GenerousModel, fact: Fact) -> Truth:
    """Whether the picture shows anything that one of the nouns may mean, even if only a few pixels of it."""
    return None if any(_shown_as(model, thing.noun)[1] for thing in _things(fact)) else False


def _is_of_color(model: GenerousModel, fact: Fact) -> Truth:
    """Whether something that one of the nouns may mean shows the colour anywhere; what has no region, any."""
    for thing in _things(fact):
        visible, is_shown = _shown_as(model, thing.noun)
        if not is_shown or any(c.value in visible for c in thing.constraints):
            return None
    return False


CLAIMED: Final = {"named": _is_there, "colored": _is_of_color}
"""Kind of a claim on the whole picture -> whether it holds."""


def _things(fact: Fact) -> Iterator[Phrase]:
    yield from filter(None, (fact.phrase, *fact.others))


def _shown_as(model: GenerousModel, noun: str) -> tuple[frozenset[str], bool]:
    """Every colour of what a noun may mean, and whether there is such a thing."""
    if noun not in model.shown:
        covered = None if noun in MATERIAL_NOUNS else categories_of(noun)
        every = (covered or frozenset()) | loosely(noun)
        meant = [
            j for j, region in enumerate(model.regions)
            if covered is None or not every.isdisjoint((region.category, *region.also))
        ]  # fmt: skip
        tiny = [part.partition(" ") for region in model.regions for part in region.tiny]
        tiny_colors = {color for color, _, category in tiny if category in every}
        visible = frozenset(tiny_colors).union(*(_colors(model, j) for j in meant))
        model.shown[noun] = visible, bool(meant or tiny_colors)
    return model.shown[noun]


def _is_visible(model: GenerousModel, k: int, phrase: Phrase) -> Truth:
    """Whether something that a noun may mean shows the colours, in any light and on any of its parts; else false.

    Parts are those of the region's own object; what has no region may have any colour.
    """
    strict = categories_of(phrase.noun) or frozenset()
    categories = strict | loosely(phrase.noun)
    if phrase.noun == ANY_NOUN:
        colors = {c.value for c in phrase.constraints}
        every = (j for j in range(len(model.regions)))
        return None if any(colors <= _colors(model, j) for j in every) else False
    meant = [j for j, region in enumerate(model.regions) if not categories.isdisjoint({region.category, *region.also})]
    if phrase.noun in SHAPES or phrase.noun in MATERIAL_NOUNS:
        return None
    if not strict or all(map(is_part, strict)):
        own = model.own(k)
        if not any(own >> j & 1 for j in meant):
            return None
    colors = {c.value for c in phrase.constraints}
    visible = [_colors(model, j) for j in meant]
    visible += [
        frozenset({part.partition(" ")[0]})
        for region in model.regions
        for part in region.tiny
        if part.rpartition(" ")[2] in categories
    ]
    if phrase.plural:
        visible = [frozenset().union(*visible)]
    return None if not meant or any(colors <= some for some in visible) else False


def _on_side(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether something that a fact may be about is on its side: of the picture, of those like it, or of the region."""
    side, denied = fact.constraints[0].value, fact.value == "denied"
    meant = 1 << k if fact.value == "it" else 0
    for thing in filter(None, (fact.phrase, *fact.others)):
        denoted = _meant(model, thing)
        if denied:
            denoted &= ~(model.own(k) | model.above[k])
        elif is_part(thing.noun):
            denoted = denoted & model.own(k) or denoted  # the region's own
        elif fact.value in ("it", "whole"):
            denoted = denoted & model.above[k] or denoted  # what it is a part of
        meant |= denoted
    if not meant:
        return None
    if fact.value == "beside":
        x, sign = model.regions[k].x, 1 if side == "right" else -1
        return None if any(sign * (model.regions[j].x - x) > 0 for j in bits(meant & ~(1 << k))) else False
    if any(_is_on_side(model, j, k, side) for j in bits(meant)):
        return None
    xs = [model.regions[j].x for j in bits(meant & ~(1 << k))]
    return None if len(xs) > 1 and max(xs) - min(xs) > BESIDE else False  # of several of such looks one is on it


def _covers(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether some thing that a fact names covers the region on a side, if any covers it at all."""
    own, shares = model.regions[k], []
    for thing in filter(None, (fact.phrase, *fact.others)):
        denoted = _meant(model, thing)
        for j in bits(denoted & ~(model.own(k) | 1 << k)):
            other = model.regions[j]
            across = min(own.right, other.right) - max(own.left, other.left)
            down = min(own.bottom, other.bottom) - max(own.top, other.top)
            if across > -TOUCHING and down > -TOUCHING:
                centre = (max(own.left, other.left) + min(own.right, other.right)) / 2
                shares.append((centre - own.left) / max(own.right - own.left, TOUCHING))
    if fact.value == "right":
        shares = [1 - share for share in shares]
    return None if not shares or min(shares) < MIDDLE else False


def _meant(model: GenerousModel, thing: Phrase) -> int:
    """Bit mask of what a phrase names; where the picture shows none, of what it may mean at most."""
    denoted = sum(model.denote(thing))
    return denoted & model.exact.named(thing)[0] or denoted


def _is_on_side(model: GenerousModel, j: int, k: int, side: str) -> bool:
    region = model.regions[j]
    sign = 1 if side == "right" else -1
    is_own = bool(model.below[k] >> j & 1) and not model.regions[k].is_group
    if not is_own and sign * (region.x - 0.5) > OFF_CENTRE:
        return True
    if not (is_own or model.above[k] >> j & 1) and sign * (region.x - model.regions[k].x) > BESIDE:
        return True
    alike = [
        o.x
        for o in model.regions
        if o.category == region.category and o.is_group == region.is_group and o.parent == region.parent
    ]
    whole = model.world.by_id.get(region.parent or "")
    support = model.world.by_id.get(region.supported_by or "")
    spans = [(min(alike), max(alike)), *((w.left, w.right) for w in (whole, support) if w is not None)]
    return any(
        high - low > OFF_CENTRE and sign * (2 * region.x - low - high) > OFF_MIDDLE * (high - low)
        for low, high in spans
    )


def _colors(model: GenerousModel, k: int) -> frozenset[str]:
    """Every colour of a region and its parts."""
    visible: set[str] = set()
    for j in (k, *bits(model.below[k])):
        region = model.regions[j]
        visible.update(model.colors[j], model.traces(j), region.faint.values())
        visible.add(region.attributes.get("color", ""))
        visible.update(part.partition(" ")[0] for part in region.tiny)
    return frozenset(visible)
