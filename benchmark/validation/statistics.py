"""Small statistics of the validation; NaN stands for an unknown value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["SAME", "auc", "best_phi", "mean_of_known", "rank_correlation", "share", "share_right"]

FloatArray = npt.NDArray[np.float64]

SAME = 1e-9
"""Scores that differ by no more than this are tied."""


def share_right(ahead: FloatArray) -> float:
    """Share of positive differences among the known ones; a tie counts half."""
    return share(np.where(np.abs(ahead) <= SAME, 0.5, ahead > 0), ahead)


def share(counted: npt.NDArray[Any], ahead: FloatArray) -> float:
    """Mean where the differences are known."""
    has_value = ~np.isnan(ahead)
    return float(counted[has_value].mean()) if has_value.any() else np.nan


def mean_of_known(values: FloatArray) -> float:
    """Mean without the NaN values."""
    numbers = values[~np.isnan(values)]
    return float(numbers.mean()) if len(numbers) else np.nan


def rank_correlation(function: Callable[[FloatArray, FloatArray], Any], first: FloatArray, second: FloatArray) -> float:
    """Statistic of a scipy correlation; NaN for fewer than three values and for constants."""
    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return np.nan
    return float(function(first, second).statistic)


def auc(scores: FloatArray, truth: npt.NDArray[np.bool_]) -> float:
    """Mann-Whitney: probability that a true one scores above a false one, ties half."""
    from scipy import stats

    true, false = int(truth.sum()), int((~truth).sum())
    if not true or not false:
        return np.nan
    ranks = stats.rankdata(scores)
    return float((ranks[truth].sum() - true * (true + 1) / 2) / (true * false))


def best_phi(scores: FloatArray, truth: npt.NDArray[np.bool_]) -> float:
    """Correlation of the truth with "score above a cut", at the best of all cuts; NaN for constants."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.diff(scores[order])) + 1  # how many are above each cut
    total, true = len(scores), int(truth.sum())
    if not len(ends) or true in (0, total):
        return np.nan
    hits = np.cumsum(truth[order])[ends - 1]
    spread = np.sqrt(ends * (total - ends) * float(true) * (total - true))
    return float(((total * hits - ends * true) / spread).max())
