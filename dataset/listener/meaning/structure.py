"""A world made ready for questions: its regions by position, what is part of what, and what nouns are true of."""

from __future__ import annotations

from collections import defaultdict

from ..logic import UNKNOWN_NOUN
from ..words.categories import OWN_NAMES
from ..words.lexicon import categories_of
from ..world import World
from .bits import bits

__all__ = ["Denotation", "Structure", "Truth"]

Denotation = tuple[int, int]
"""Bit masks: certainly denoted, vaguely denoted."""
Truth = bool | None
"""True, False, or None for vague."""


class Index:
    """What all models of a world share: its tree, and its regions by category.

    Attributes:
        position: region id -> position.
        above, below: for every region the bit mask of what it is part of, and of its parts, over all levels.
        categories: (category, whether groups) -> bit mask of the regions of it, by `also` too.
        singles, groups: bit masks of all regions of one thing, and of all groups and sets.
        nouns, families, owns: memory of `Structure.noun`, of `Structure.family` by the object's own regions, and of
            `Structure.own`.
    """

    def __init__(self, world: World) -> None:
        self.position = {region.id: k for k, region in enumerate(world.regions)}
        self.above: list[int] = [0] * len(world.regions)
        self.below: list[int] = [0] * len(world.regions)
        self.categories: dict[tuple[str, bool], int] = defaultdict(int)
        self.groups = self.singles = 0
        for k, region in enumerate(world.regions):
            is_group = region.is_group
            for category in (region.category, *region.also):
                self.categories[category, is_group] |= 1 << k
            if is_group:
                self.groups |= 1 << k
            else:
                self.singles |= 1 << k
            for ancestor in world.ancestors(region.id):
                above = self.position[ancestor]
                self.above[k] |= 1 << above
                self.below[above] |= 1 << k
        self.nouns: dict[tuple[str, bool], int] = {}
        self.families: dict[int, int] = {}
        self.owns: dict[int, int] = {}


def index_of(world: World) -> Index:
    """The index of a world, built once."""
    index = world.__dict__.get("index")
    if not isinstance(index, Index):
        index = world.__dict__["index"] = Index(world)
    return index


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
        self._index = index_of(world)
        self.position, self.above, self.below = self._index.position, self._index.above, self._index.below

    def ids(self, mask: int) -> tuple[str, ...]:
        """The ids of a bit mask's regions."""
        return tuple(self.regions[k].id for k in bits(mask))

    def noun(self, lemma: str, plural: bool) -> int:
        """Regions that a bare noun is true of: single things, or groups for a plural."""
        nouns = self._index.nouns
        key = (lemma, plural)
        if key not in nouns:
            nouns[key] = self._noun(lemma, plural)
        return nouns[key]

    def _noun(self, lemma: str, plural: bool) -> int:
        index, covered = self._index, categories_of(lemma)
        if lemma == UNKNOWN_NOUN:
            return index.singles | index.groups
        if covered is None:
            return index.groups if plural else index.singles
        if lemma in OWN_NAMES and ((lemma, False) in index.categories or (lemma, True) in index.categories):
            covered = frozenset(name for name in covered if name == lemma or name.endswith(f" {lemma}"))
        mask = 0
        for category in covered:
            mask |= index.categories.get((category, plural), 0)
        return mask

    def members_of(self, k: int) -> list[int]:
        """The members of a group that have regions of their own; others are merged into what they are seen as."""
        return [self.position[name] for name in self.regions[k].members if name in self.position]

    def family(self, k: int) -> int:
        """The object that a region belongs to, all of it, with what it stands on and what stands on it."""
        own, families = self.own(k), self._index.families
        if own not in families:
            families[own] = self._family(own)
        return families[own]

    def own(self, k: int) -> int:
        """The object that a region belongs to, all of it."""
        owns = self._index.owns
        if k not in owns:
            owns[k] = self._own(k)
        return owns[k]

    def _own(self, k: int) -> int:
        whole = k
        for j in bits(self.above[k]):
            is_many = self.regions[j].is_group and self.regions[j].parent is None
            if self.above[whole] >> j & 1 and not is_many:
                whole = j
        return self.below[whole] | 1 << whole

    def _family(self, own: int) -> int:
        family = own
        names = {self.regions[j].id for j in bits(family)}
        for j in bits(family):
            supporter = self.position.get(self.regions[j].supported_by or "")
            if supporter is not None:
                family |= 1 << supporter | self.below[supporter]
        for j, region in enumerate(self.regions):
            if region.supported_by in names:
                family |= 1 << j | self.below[j]
        return family
