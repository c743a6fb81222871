"""Which regions a noun may mean, without anything that is said of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..goodwill.model import GenerousModel
from ..words.lexicon import categories_of
from ..words.synonyms import loosely

__all__ = ["meant_by", "meant_strictly"]


def meant_by(model: GenerousModel, noun: str) -> Iterator[int]:
    """The regions that a noun may mean."""
    every = (categories_of(noun) or frozenset()) | loosely(noun)
    for j, region in enumerate(model.regions):
        if not every.isdisjoint((region.category, *region.also)):
            yield j


def meant_strictly(model: GenerousModel, noun: str) -> Iterator[int]:
    """The regions that a noun always means."""
    categories = categories_of(noun) or frozenset()
    for j, region in enumerate(model.regions):
        if region.category in categories:
            yield j
