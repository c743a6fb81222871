"""The mathematics of comparing systems: paired differences, p-values, tie groups, how many images would decide.

Every system is resampled on the same images (`bootstrap.resample_sums` with one seed), so that what makes an image
hard for all of them cancels in the differences. The functions here only see numbers.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from .bootstrap import RESAMPLES, percentile_interval

__all__ = [
    "ALPHA",
    "POWER",
    "PairDifference",
    "ScoreComparison",
    "compare_score",
    "holm",
    "images_to_separate",
    "leader_groups",
    "leader_resamples",
    "p_values",
    "resamples_for",
    "tie_groups",
]

ALPHA = 0.05
"""Two systems differ if the corrected p-value of their difference is below this."""

POWER = 0.8
"""Chance of finding the difference, with as many images as `images_to_separate` says."""

_NOTHING = 1e-12
"""Scores of equal captions may differ by the rounding of their sums; that is not a difference."""
_RESAMPLES_PER_PAIR = 100
_COUNTABLE = 1e12
_COLUMNS_AT_ONCE = 32

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairDifference:
    """One score of two systems, which are named by their positions.

    Attributes:
        first, second: the systems.
        difference: first minus second.
        low, high: its 95% interval over images; None with one image.
        p_value: two-sided, of this pair alone.
        adjusted: the same, corrected for the number of pairs (Holm).
        more_images: about how many more images would separate the two; 0 if they differ already, None if no number
            can be named (equal scores, one image).
    """

    first: int
    second: int
    difference: float
    low: float | None
    high: float | None
    p_value: float | None
    adjusted: float | None
    more_images: int | None

    def reversed(self) -> PairDifference:
        """The same, second minus first."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return PairDifference(
            self.second, self.first, -self.difference, low, high, self.p_value, self.adjusted, self.more_images
        )


@dataclass(frozen=True, slots=True)
class ScoreComparison:
    """One score of all systems.

    Attributes:
        values: score of each system, NaN where it has none.
        intervals: 95% interval of each system, NaN with one image, (systems, 2).
        groups: positions of the systems, best group first; see `tie_groups`.
        pairs: every pair that has values.
    """

    values: FloatArray
    intervals: FloatArray
    groups: tuple[tuple[int, ...], ...]
    pairs: tuple[PairDifference, ...]

    def ordered(self) -> list[int]:
        """Positions of the systems that have a value, best first."""
        return [system for group in self.groups for system in group]

    def rank(self, system: int) -> int | None:
        """1 + how many systems are in better groups; None without a value."""
        better = 0
        for group in self.groups:
            if system in group:
                return better + 1
            better += len(group)
        return None


def resamples_for(systems: int) -> int:
    """Enough resamples that the smallest p-value survives the correction for all pairs of so many systems."""
    return max(RESAMPLES, _RESAMPLES_PER_PAIR * math.comb(systems, 2))


def leader_resamples(systems: int) -> int:
    """The same for `leader_groups`."""
    return max(RESAMPLES, _RESAMPLES_PER_PAIR * systems)


def compare_score(
    values: FloatArray, drawn: FloatArray | None, images: int, lower_is_better: bool = False, alpha: float = ALPHA
) -> ScoreComparison:
    """Compare all pairs of systems on one score.

    Args:
        values: score of each system, (systems,); NaN where it has none.
        drawn: the same on resampled images, the same images for all systems, (resamples, systems); None if there is
            only one image and therefore nothing to resample.
        images: how many images there are.
        lower_is_better: of this score.
        alpha: level of the tests.
    """
    pairs = [
        (first, second)
        for first, second in itertools.combinations(range(len(values)), 2)
        if not np.isnan(values[[first, second]]).any()
    ]
    intervals = np.full((len(values), 2), np.nan)
    if drawn is not None:
        has_value = ~np.isnan(values)
        intervals[has_value] = np.stack(percentile_interval(drawn[:, has_value]), axis=1)
    differences = _pair_differences(values, drawn, pairs, images, alpha)
    differs = {(pair.first, pair.second) for pair in differences if pair.adjusted is not None and pair.adjusted < alpha}
    return ScoreComparison(values, intervals, tie_groups(values, differs, lower_is_better), tuple(differences))


def _pair_differences(
    values: FloatArray, drawn: FloatArray | None, pairs: Sequence[tuple[int, int]], images: int, alpha: float
) -> list[PairDifference]:
    if not pairs:
        return []
    first, second = np.array(pairs).T
    differences = _rounded(values[first] - values[second])
    if drawn is None:
        return [
            PairDifference(*pair, float(gap), None, None, None, None, None)
            for pair, gap in zip(pairs, differences, strict=True)
        ]
    spread = _rounded(drawn[:, first] - drawn[:, second])
    lows, highs = percentile_interval(spread)
    raw = p_values(spread)
    adjusted = holm(raw)
    errors = np.nanstd(spread, axis=0, ddof=1)
    pair_differences = []
    for place, pair in enumerate(pairs):
        more: int | None = 0
        if not adjusted[place] < alpha:
            more = images_to_separate(float(differences[place]), float(errors[place]), images, len(pairs), alpha)
        low, high = float(lows[place]), float(highs[place])
        pair_differences.append(
            PairDifference(*pair, float(differences[place]), low, high, float(raw[place]), float(adjusted[place]), more)
        )
    return pair_differences


def _rounded(differences: FloatArray) -> FloatArray:
    return np.where(np.abs(differences) <= _NOTHING, 0.0, differences)


def p_values(differences: FloatArray) -> FloatArray:
    """Two-sided p-values that a difference is 0, from its bootstrap resamples.

    Twice the share of resamples on the rarer side of 0, both sides including 0 and the data as observed: below 0.05
    where the 95% percentile interval leaves out 0 (the interval inverted; Efron and Tibshirani 1993, chapter 15). The
    smallest possible value is 2 / (resamples + 1).

    Args:
        differences: (resamples, ...); NaN resamples are left out.

    Returns:
        (...), NaN where every resample is NaN.
    """
    usable = np.count_nonzero(~np.isnan(differences), axis=0)
    below = (1 + np.count_nonzero(differences <= 0, axis=0)) / (1 + usable)
    above = (1 + np.count_nonzero(differences >= 0, axis=0)) / (1 + usable)
    return np.where(usable > 0, np.minimum(1.0, 2 * np.minimum(below, above)), np.nan)


def holm(p_values: FloatArray) -> FloatArray:
    """p-values corrected so that among all of them the chance of any false finding stays below the level (Holm 1979).

    Args:
        p_values: (tests,); NaN is not a test.

    Returns:
        (tests,), not below `p_values`, at most 1.
    """
    adjusted = np.full(len(p_values), np.nan)
    tests = np.flatnonzero(~np.isnan(p_values))
    order = tests[np.argsort(p_values[tests], kind="stable")]
    steps = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps * p_values[order]))
    return adjusted


def images_to_separate(
    difference: float, error: float, images: int, comparisons: int = 1, alpha: float = ALPHA, power: float = POWER
) -> int | None:
    """About how many more images would make a difference significant.

    It is a forecast, not a test. It takes the observed difference for the true one, new images for ones like the
    present ones, the error for one that shrinks with the root of the number of images, the difference for normally
    distributed, and the level for alpha divided by the number of comparisons (Bonferroni, the strictest step of Holm).

    Args:
        difference: of the two scores.
        error: its standard error, the standard deviation of its bootstrap resamples.
        images: number of images so far.
        comparisons: pairs that are tested together.
        alpha: level of the tests.
        power: chance that the test then finds the difference.

    Returns:
        At least 1; None if the difference is 0 or unknown, or so small that no data set could have that many.
    """
    if not (math.isfinite(difference) and math.isfinite(error)) or difference == 0:
        return None
    normal = NormalDist()
    distance = normal.inv_cdf(1 - alpha / (2 * comparisons)) + normal.inv_cdf(power)
    ratio = distance * error / difference
    needed = images * ratio * ratio
    return max(1, math.ceil(needed - images)) if needed < _COUNTABLE else None


def leader_groups(
    values: FloatArray, drawn: FloatArray | None, lower_is_better: bool = False, alpha: float = ALPHA
) -> tuple[tuple[int, ...], ...]:
    """As `tie_groups`, from the leaders' differences alone: for so many systems that not all pairs can be tested.

    Each leader is compared with every system below it; the p-values are corrected for these comparisons (Holm), so that
    the chance that a leader is wrongly separated from any of them stays below the level. Arguments are those of
    `compare_score`; `drawn` should have `leader_resamples` rows.
    """
    sign = 1 if lower_is_better else -1
    left = sorted((place for place, value in enumerate(values) if not np.isnan(value)), key=lambda p: sign * values[p])
    groups = []
    while left:
        tied = len(left) if drawn is None else _last_tied(drawn, left, alpha)
        groups.append(tuple(left[:tied]))
        left = left[tied:]
    return tuple(groups)


def _last_tied(drawn: FloatArray, systems: Sequence[int], alpha: float) -> int:
    """1 + the place of the last system that does not differ from the first; some columns of `drawn` at a time."""
    leader = drawn[:, systems[0], None]
    parts = [
        p_values(_rounded(leader - drawn[:, systems[start : start + _COLUMNS_AT_ONCE]]))
        for start in range(1, len(systems), _COLUMNS_AT_ONCE)
    ]
    adjusted = np.concatenate([[1.0], holm(np.concatenate(parts))]) if parts else np.ones(1)
    return 1 + int(np.flatnonzero(~(adjusted < alpha))[-1])


def tie_groups(
    values: FloatArray, differs: set[tuple[int, int]], lower_is_better: bool = False
) -> tuple[tuple[int, ...], ...]:
    """Systems in groups that the data cannot tell apart from their leader, best group first.

    The best system leads the first group. Every system that does not differ from it ties with it, and so does every
    system with a score between the two, so that a group never outranks a better score. The best system that is left
    leads the next group. Members of a group may differ from each other, and the last of one group need not differ
    from the first of the next: only the leader is compared.

    Args:
        values: score of each system, (systems,); systems with NaN are in no group.
        differs: the pairs of positions that differ significantly, the smaller position first.
        lower_is_better: of this score.
    """
    sign = 1 if lower_is_better else -1
    left = sorted((place for place, value in enumerate(values) if not np.isnan(value)), key=lambda p: sign * values[p])
    groups = []
    while left:
        leader = left[0]
        tied = [k for k, other in enumerate(left) if (min(leader, other), max(leader, other)) not in differs]
        groups.append(tuple(left[: tied[-1] + 1]))
        left = left[tied[-1] + 1 :]
    return tuple(groups)
