"""Whether the picture shows what a caption names in passing."""

from __future__ import annotations

from ..logic import Phrase
from ..meaning.bits import bits
from ..meaning.structure import Truth
from ..words.anatomy import SHAPES
from ..words.lexicon import categories_of, is_part
from ..words.synonyms import loosely
from .model import GenerousModel

__all__ = ["is_mentioned"]


def is_mentioned(model: GenerousModel, k: int, phrase: Phrase) -> Truth:
    """Whether something that a noun may mean shows the colours, in any light and on any of its parts; else false.

    Parts are those of the region's own object; what has no region may have any colour.
    """
    strict = categories_of(phrase.noun) or frozenset()
    categories = strict | loosely(phrase.noun)
    meant = [j for j, region in enumerate(model.regions) if not categories.isdisjoint({region.category, *region.also})]
    if phrase.noun in SHAPES:
        return None
    if not strict or all(map(is_part, strict)):
        own = model.own(k)
        if not any(own >> j & 1 and model.regions[j].category in strict for j in meant):
            return None
    colors = {c.value for c in phrase.constraints}
    shown = [_colors(model, j) for j in meant]
    if phrase.plural:
        shown = [frozenset().union(*shown)]
    return None if not meant or any(colors <= some for some in shown) else False


def _colors(model: GenerousModel, k: int) -> frozenset[str]:
    """Every colour of a region and its parts."""
    shown: set[str] = set()
    for j in (k, *bits(model.below[k])):
        region = model.regions[j]
        shown.update(model.colors[j], model.traces(j), region.faint.values())
        shown.add(region.attributes.get("color", ""))
        shown.update(part.partition(" ")[0] for part in region.tiny)
    return frozenset(shown)
