"""Which regions a noun may mean, without anything that is said of them."""

from __future__ import annotations

from collections.abc import Iterator

from ..goodwill.model import GenerousModel
from ..words.lexicon import categories_of
from ..words.synonyms import loosely

__all__ = ["kinds_of", "meant_best", "meant_by", "meant_strictly"]


def kinds_of(noun: str) -> frozenset[str]:
    """The categories that a noun may mean."""
    return (categories_of(noun) or frozenset()) | loosely(noun)


def meant_by(model: GenerousModel, noun: str) -> Iterator[int]:
    """The regions that a noun may mean."""
    every = kinds_of(noun)
    for j, region in enumerate(model.regions):
        if not every.isdisjoint((region.category, *region.also)):
            yield j


def meant_strictly(model: GenerousModel, noun: str) -> Iterator[int]:
    """The regions that a noun always means."""
    categories = categories_of(noun) or frozenset()
    for j, region in enumerate(model.regions):
        if region.category in categories:
            yield j


def meant_best(model: GenerousModel, noun: str) -> list[int]:
    """The regions that a noun always means, or else those that it may mean."""
    return list(meant_strictly(model, noun)) or list(meant_by(model, noun))
