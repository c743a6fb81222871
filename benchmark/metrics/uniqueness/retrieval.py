"""Telling the regions of one image apart: ranks under ties, and which regions are each other's rivals.

Everything here is about one image with n regions, in arrays of shape (n,) and (n, n); ``similarity[i, j]`` is how
alike the caption of region i and the references of region j are. Nothing here knows where it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataset.schema import Region

__all__ = [
    "OwnRanks",
    "Relations",
    "any_in_row",
    "beats_own",
    "margins",
    "rank_own",
    "relate",
]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OwnRanks:
    """The rank of each caption's own region among its rivals.

    Attributes:
        eligible: whether there is any rival, bool (n,).
        first: probability of rank 1 if ties are broken at random, (n,).
        reciprocal: expected reciprocal rank if ties are broken at random, (n,).
        chance: probability of rank 1 by guessing, (n,).
        strictly_first: whether the caption's own region is more similar than every rival, bool (n,).
    """

    eligible: BoolArray
    first: FloatArray
    reciprocal: FloatArray
    chance: FloatArray
    strictly_first: BoolArray


def rank_own(similarity: FloatArray, rivals: BoolArray) -> OwnRanks:
    """Rank the diagonal of each row among the rivals of that row.

    With a rivals above and t tied, the rank is a + 1, ..., a + t + 1 with equal probability: the expected reciprocal
    rank is (H(a + t + 1) - H(a)) / (t + 1), where H(k) = 1 + 1/2 + ... + 1/k.

    Args:
        similarity: (n, n).
        rivals: which columns compete with the diagonal, (n, n); the diagonal itself is ignored.
    """
    own = np.diag(similarity)[:, None]
    others = rivals & ~np.eye(len(similarity), dtype=bool)
    above = ((similarity > own) & others).sum(axis=1)
    tied = ((similarity == own) & others).sum(axis=1)
    count = others.sum(axis=1)
    harmonic = np.concatenate([[0.0], np.cumsum(1.0 / np.arange(1, len(similarity) + 1))])
    return OwnRanks(
        eligible=count > 0,
        first=np.where(above == 0, 1.0 / (tied + 1), 0.0),
        reciprocal=(harmonic[above + tied + 1] - harmonic[above]) / (tied + 1),
        chance=1.0 / (count + 1),
        strictly_first=(above + tied) == 0,
    )


def margins(similarity: FloatArray) -> FloatArray:
    """How far each caption's own region is ahead of the best other one, (n,); 0 for a region alone in its image."""
    if len(similarity) == 1:
        return np.zeros(1)
    others = similarity.copy()
    np.fill_diagonal(others, -np.inf)
    ahead: FloatArray = np.diag(similarity) - others.max(axis=1)
    return ahead


def beats_own(similarity: FloatArray, rivals: BoolArray) -> BoolArray:
    """Whether any rival is more similar to a caption than its own region, bool (n,)."""
    return any_in_row((similarity > np.diag(similarity)[:, None]) & rivals)


def any_in_row(mask: BoolArray) -> BoolArray:
    """Which rows have a True, bool (n,)."""
    rows: BoolArray = np.logical_or.reduce(mask, axis=1)
    return rows


@dataclass(frozen=True, slots=True)
class Relations:
    """How the regions of an image are related, bool (n, n), row i seen from region i; the diagonal is False.

    Attributes:
        everyone: all other regions.
        siblings: same parent; regions without a parent are siblings where the image's tree is known.
        lineage: ancestors and descendants.
        look_alikes: same category, whatever the granularity, where both are known.
        parents: the parent.
        children: the children.
    """

    everyone: BoolArray
    siblings: BoolArray
    lineage: BoolArray
    look_alikes: BoolArray
    parents: BoolArray
    children: BoolArray


def relate(regions: Sequence[Region]) -> Relations:
    """Relations among the regions of one image.

    The tree counts as known if any region has a parent or a depth; of an unknown tree, all relations are empty.
    A parent that is not among the regions makes siblings and nothing else.
    """
    count = len(regions)
    different = ~np.eye(count, dtype=bool)
    places = {region.region_id: place for place, region in enumerate(regions)}
    parents = np.zeros((count, count), bool)
    for place, region in enumerate(regions):
        above = places.get(region.parent_id) if region.parent_id is not None else None
        if above is not None and above != place:
            parents[place, above] = True
    ancestors = _closure(parents)
    siblings = np.zeros((count, count), bool)
    if any(region.parent_id is not None or region.depth is not None for region in regions):
        siblings = _equal([region.parent_id or "" for region in regions]) & different
    has_category = np.array([region.category is not None for region in regions])
    alike = _equal([region.category or "" for region in regions]) & has_category[:, None] & different
    return Relations(different, siblings, (ancestors | ancestors.T) & different, alike, parents, parents.T.copy())


def _equal(values: Sequence[str]) -> BoolArray:
    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(value, len(numbers)) for value in values])
    same: BoolArray = codes[:, None] == codes[None, :]
    return same


def _closure(parents: BoolArray) -> BoolArray:
    """All ancestors: walks up from every region at once; ends even if the parents form a cycle."""
    above = np.where(parents.any(axis=1), parents.argmax(axis=1), -1)
    ancestors = np.zeros_like(parents)
    rows, current = np.arange(len(parents)), above
    for _ in range(len(parents)):
        live = current >= 0
        if not live.any():
            break
        rows, current = rows[live], current[live]
        ancestors[rows, current] = True
        current = above[current]
    return ancestors
