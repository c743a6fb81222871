"""Whether the picture shows what a caption names in passing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..goodwill.model import GLASS, GenerousModel
from ..logic import ANY_NOUN, Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..sentences.fact import Fact
from ..words.anatomy import SHAPES, is_checkable
from ..words.lexicon import categories_of, is_part
from ..words.vocabulary import MATERIAL_NOUNS
from ..world import WorldRegion
from .named import kinds_of, meant_by

__all__ = ["CLAIMED", "colors_borne", "colors_shown", "in_colors", "mentioned"]

PANES: Final = frozenset({"square", "rectangle", "strip", "opening", "block", "line"})
"""Forms that panes have."""
EVERY: Final = "every colour"
"""In place of a noun: all that the picture shows."""


def mentioned(model: GenerousModel, k: int, fact: Fact, phrase: Phrase) -> Truth:
    """What a sentence names in passing with a colour."""
    if phrase.noun == ANY_NOUN:
        visible = _every_color(model, is_glass=not fact.others or any(map(_is_glass, fact.others)))
        return None if any(c.value in visible for c in phrase.constraints) else False
    return _is_visible(model, k, phrase)


def _every_color(model: GenerousModel, *, is_glass: bool) -> frozenset[str]:
    """All colours of the picture, those that teal glass has from the sky only where they are said of glass."""
    if (EVERY, is_glass) not in model.shown:
        visible = (
            _own_colors(model, j) - ({"blue"} if not is_glass and _is_teal_glass(region) else set())
            for j, region in enumerate(model.regions)
        )
        model.shown[EVERY, is_glass] = frozenset().union(*visible), True
    return model.shown[EVERY, is_glass][0]


def _is_teal_glass(region: WorldRegion) -> bool:
    return region.category in GLASS and region.attributes.get("color") == "teal"


def _is_glass(thing: Phrase) -> bool:
    """Whether a noun may mean a pane, or names a form that panes have."""
    return thing.noun in PANES or not kinds_of(thing.noun).isdisjoint(GLASS)


def _is_there(model: GenerousModel, k: int, fact: Fact) -> Truth:  # noqa: ARG001 -- as the other claims
    """Whether the picture shows anything that one of the nouns may mean, even if only a few pixels of it."""
    return None if any(_shown_as(model, thing.noun)[1] for thing in fact.things) else False


def _is_of_color(model: GenerousModel, k: int, fact: Fact) -> Truth:
    """Whether something that one of the nouns may mean shows the colour anywhere; what has no region, any."""
    for thing in fact.things:
        visible, is_shown = _shown_as(model, thing.noun, anywhere=fact.value == "part")
        if not is_shown or any(c.value in visible for c in thing.constraints):
            return None
        is_inner = fact.value == "inner" and _is_no_region(model, k, thing)
        if is_inner and any(c.value in model.own_colors(k) for c in thing.constraints):
            return None  # "the windows are divided by a white post", of a white car
    return False


def _is_no_region(model: GenerousModel, k: int, phrase: Phrase) -> bool:
    """Whether a noun names parts, none of which is a region of the object that region `k` is of."""
    strict = categories_of(phrase.noun) or frozenset()
    if not strict or not all(map(is_part, strict)) or is_checkable(phrase.noun, model.kind(k)):
        return False
    kinds = kinds_of(phrase.noun)
    return not any(model.regions[j].category in kinds for j in bits(model.own(k)))


CLAIMED: Final = {"named": _is_there, "colored": _is_of_color}
"""Kind of a claim on the whole picture -> whether it holds."""


def _shown_as(model: GenerousModel, noun: str, *, anywhere: bool = True) -> tuple[frozenset[str], bool]:
    """Every colour of what a noun may mean, or those that it may be called by, and whether there is such a thing."""
    if (noun, anywhere) not in model.shown:
        covered = None if noun in MATERIAL_NOUNS else categories_of(noun)
        every = kinds_of(noun)
        meant = [
            j for j, region in enumerate(model.regions)
            if covered is None or not every.isdisjoint((region.category, *region.also))
        ]  # fmt: skip
        tiny = [part.partition(" ") for region in model.regions for part in region.tiny]
        tiny_colors = {color for color, _, category in tiny if category in every}
        colors = colors_shown if anywhere else colors_borne
        visible = frozenset(tiny_colors).union(*(colors(model, j) for j in meant))
        model.shown[noun, anywhere] = visible, bool(meant or tiny_colors)
    return model.shown[noun, anywhere]


def _is_visible(model: GenerousModel, k: int, phrase: Phrase) -> Truth:
    """Whether something that a noun may mean shows the colours, in any light and on any of its parts; else false.

    Parts are those of the region's own object; what has no region may have any colour.
    """
    strict = categories_of(phrase.noun) or frozenset()
    if phrase.noun in SHAPES or phrase.noun in MATERIAL_NOUNS:
        return None
    kinds, meant = kinds_of(phrase.noun), list(meant_by(model, phrase.noun))
    if not strict or all(map(is_part, strict)):
        own = model.own(k)
        is_region = bool(strict) and is_checkable(phrase.noun, model.kind(k))
        if not is_region and {c.value for c in phrase.constraints} <= model.own_colors(k):
            return None  # "narrow red bars"
        if not any(own >> j & 1 for j in meant):
            return None
    colors = {c.value for c in phrase.constraints}
    visible = [colors_shown(model, j) for j in meant]
    visible += [
        frozenset({part.partition(" ")[0]})
        for region in model.regions
        for part in region.tiny
        if part.rpartition(" ")[2] in kinds
    ]
    if phrase.plural:
        visible = [frozenset().union(*visible)]
    return None if not meant or any(colors <= some for some in visible) else False


def colors_shown(model: GenerousModel, k: int) -> frozenset[str]:
    """Every colour of a region and its parts."""
    return frozenset().union(*(_own_colors(model, j) for j in (k, *bits(model.below[k]))))


def in_colors(model: GenerousModel, regions: Iterable[int], phrase: Phrase) -> list[int]:
    """Of regions those that show all the colours that a phrase says."""
    colors = {c.value for c in phrase.constraints if c.kind == "color"}
    return [j for j in regions if colors <= colors_shown(model, j)]


def _own_colors(model: GenerousModel, k: int) -> set[str]:
    """Every colour of a region without its parts, but for those of a few pixels."""
    region = model.regions[k]
    colors = {region.attributes.get("color", ""), *region.faint.values()}
    return colors.union(model.colors[k], model.traces(k), (part.partition(" ")[0] for part in region.tiny))


def colors_borne(model: GenerousModel, k: int) -> frozenset[str]:
    """The colours that a region may be called by: its own in any light, those of parts that are much of it."""
    region = model.regions[k]
    own = {region.attributes.get("color", ""), *region.faint.values()}
    members = (colors_borne(model, j) for j in model.members_of(k))
    return frozenset(own).union(model.colors[k], model.traces(k), model.composed[k], *members)
