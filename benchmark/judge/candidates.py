"""Which regions a judge is shown beside the one a caption was written for: those that are easily confused with it."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dataset.schema import Region

__all__ = ["PANELS", "ROUNDS", "ImageRegions"]

PANELS: Final = 8
"""Regions shown at once, the one that is meant included."""
ROUNDS: Final = 4
"""Rounds of panels for one caption at most."""

_ALIKE: Final = 0.5
"""Regions without a category are look-alikes if their captions share so many of their words."""
_WORDS: Final = "a an the of on in at to by with and or that which is are this these its it from for near next"
_EMPTY_WORDS: Final = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Described:
    """A region with the words that are used of it."""

    region: Region
    category: frozenset[str]
    words: frozenset[str]


class ImageRegions:
    """The regions of one image, from which candidates are drawn.

    Args:
        regions: of one image; those without a mask cannot be shown and are never candidates.
    """

    def __init__(self, regions: Sequence[Region]) -> None:
        self.by_id: Mapping[str, Region] = {region.region_id: region for region in regions}
        self._described = {
            region.region_id: _Described(
                region, frozenset(_words(region.category or "")), frozenset(_words(" ".join(region.captions)))
            )
            for region in regions
            if region.mask is not None
        }

    def rounds(
        self, region_id: str, caption: str, *, panels: int = PANELS, most: int = ROUNDS, seed: int = 0
    ) -> list[tuple[str, ...]]:
        """The region ids of each round of panels, in the order they are shown.

        The region that is meant is in every round, at a place that the seed, the region, the caption and the round
        decide. The first round also shows its parent, a child and two siblings, where there are, and fills up with
        look-alikes: regions of its category, or of a category that the caption names, then those that share most
        words with the caption, then those of its granularity and of a similar size. Look-alikes that find no place
        come in further rounds.

        Args:
            region_id: the region that the caption was written for.
            caption: the caption.
            panels: regions in a round.
            most: rounds at most.
            seed: of the order.

        Raises:
            KeyError: the image has no such region, or it has no mask.
        """
        target = self._described[region_id]
        order = self._by_confusion(target, frozenset(_words(caption)))
        alike = [other for other, is_alike in order if is_alike]
        first = self._first_round(target, [other for other, _ in order], panels - 1)
        left = [other for other in alike if other not in set(first)]
        step = max(panels - 1, 1)
        chunks = [first, *(left[start : start + step] for start in range(0, len(left), step))][:most]
        rounds = []
        for number, others in enumerate(chunks):
            together = [region_id, *others]
            random.Random(f"{seed}:{region_id}:{caption}:{number}").shuffle(together)
            rounds.append(tuple(together))
        return rounds

    def _first_round(self, target: _Described, order: Sequence[str], places: int) -> list[str]:
        """The nearest relatives, then the others in order."""
        region = target.region
        relatives: list[tuple[Callable[[Region], bool], int]] = [
            (lambda other: other.region_id == region.parent_id, 1),
            (lambda other: other.parent_id == region.region_id, 1),
            (lambda other: other.parent_id == region.parent_id and region.parent_id is not None, 2),
        ]
        first: list[str] = []
        for is_related, count in relatives:
            first += [other for other in order if is_related(self.by_id[other]) and other not in first][:count]
        first = first[:places]
        return first + [other for other in order if other not in first][: places - len(first)]

    def _by_confusion(self, target: _Described, caption: frozenset[str]) -> list[tuple[str, bool]]:
        """(region_id, whether it is a look-alike) of all others, the most easily confused first."""
        ranked = []
        for region_id, other in self._described.items():
            if other is target:
                continue
            of_category = bool(other.category) and (
                _same_kind(other.category, target.category) or other.category <= caption
            )
            alike = of_category or (not target.category and _overlap(other.words, target.words) >= _ALIKE)
            shared = len(caption & other.words) / max(len(caption), 1)
            other_kind = other.region.granularity != target.region.granularity
            gap = _size_gap(target.region, other.region)
            ranked.append((not alike, -round(shared, 6), other_kind, gap, region_id))
        return [(region_id, not other) for other, *_, region_id in sorted(ranked)]


def _words(text: str) -> list[str]:
    """Lower-case words without articles and prepositions, plurals made singular as far as a rule can."""
    words = [word for word in re.findall(r"[\w']+", text.casefold()) if word not in _EMPTY_WORDS]
    return [_singular(word) for word in words]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _same_kind(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two categories are the same, or one is the other with more words ("space helmet", "helmet")."""
    return bool(one and other) and (one <= other or other <= one)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _size_gap(one: Region, other: Region) -> float:
    """How many times larger the larger is, as a logarithm."""
    return round(abs(math.log((one.area or 1) / (other.area or 1))), 6) if one.area and other.area else 0.0
