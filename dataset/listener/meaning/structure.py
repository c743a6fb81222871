"""A world made ready for questions: its regions by position, what is part of what, and what nouns are true of."""

from __future__ import annotations

from ..logic import UNKNOWN_NOUN
from ..words.lexicon import categories_of
from ..world import World
from .bits import bits

__all__ = ["Denotation", "Structure", "Truth"]

Denotation = tuple[int, int]
"""Bit masks: certainly denoted, vaguely denoted."""
Truth = bool | None
"""True, False, or None for vague."""


class Structure:
    """The tree and the nouns of a world.

    Attributes:
        regions: the world's regions; everywhere else a region is its position in this tuple.
        position: region id -> position.
        above, below: for every region the bit mask of what it is part of, and of its parts, over all levels.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.regions = world.regions
        self.position = {region.id: k for k, region in enumerate(world.regions)}
        self.above: list[int] = [0] * len(world.regions)
        self.below: list[int] = [0] * len(world.regions)
        for k, region in enumerate(world.regions):
            for ancestor in world.ancestors(region.id):
                above = self.position[ancestor]
                self.above[k] |= 1 << above
                self.below[above] |= 1 << k
        self._nouns: dict[tuple[str, bool], int] = {}
        self._families: dict[int, int] = {}

    def ids(self, mask: int) -> tuple[str, ...]:
        """The ids of a bit mask's regions."""
        return tuple(self.regions[k].id for k in bits(mask))

    def noun(self, lemma: str, plural: bool) -> int:
        """Regions that a bare noun is true of: single things, or groups for a plural."""
        key = (lemma, plural)
        if key not in self._nouns:
            covered = categories_of(lemma)
            self._nouns[key] = sum(
                1 << k
                for k, region in enumerate(self.regions)
                if (region.is_group == plural or lemma == UNKNOWN_NOUN)
                and (covered is None or region.category in covered or not covered.isdisjoint(region.also))
            )
        return self._nouns[key]

    def members_of(self, k: int) -> list[int]:
        """The members of a group that have regions of their own; others are merged into what they are seen as."""
        return [self.position[name] for name in self.regions[k].members if name in self.position]

    def family(self, k: int) -> int:
        """The object that a region belongs to, all of it, with what it stands on and what stands on it."""
        if k not in self._families:
            self._families[k] = self._family(k)
        return self._families[k]

    def own(self, k: int) -> int:
        """The object that a region belongs to, all of it."""
        whole = k
        for j in bits(self.above[k]):
            is_many = self.regions[j].is_group and self.regions[j].parent is None
            if self.above[whole] >> j & 1 and not is_many:
                whole = j
        return self.below[whole] | 1 << whole

    def _family(self, k: int) -> int:
        family = self.own(k)
        names = {self.regions[j].id for j in bits(family)}
        for j in bits(family):
            supporter = self.position.get(self.regions[j].supported_by or "")
            if supporter is not None:
                family |= 1 << supporter | self.below[supporter]
        for j, region in enumerate(self.regions):
            if region.supported_by in names:
                family |= 1 << j | self.below[j]
        return family
