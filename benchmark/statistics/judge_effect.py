"""The judge as a factor: how far scores, differences and single verdicts move when another judge gives them.

The functions here only see numbers. All scores are drawn from the same resamples, so that what makes a region hard for
both judges cancels.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .bootstrap import percentile_interval
from .comparison import FloatArray, p_values

__all__ = ["JudgeEffect", "Shift", "judge_effects"]


@dataclass(frozen=True, slots=True)
class Shift:
    """A difference with its 95% interval over images; None without resamples."""

    value: float
    low: float | None
    high: float | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class JudgeEffect:
    """Two judges of the same systems.

    Attributes:
        first, second: the judges.
        systems: those that both have judged.
        shift: first minus second, mean of the systems.
        of_system: the same of each system.
        of_difference: how far the difference of two systems moves: (system, system, shift).
        correlation: of the two judges' verdicts about single regions, for each system.
    """

    first: str
    second: str
    systems: tuple[str, ...]
    shift: Shift
    of_system: tuple[Shift, ...]
    of_difference: tuple[tuple[str, str, Shift], ...]
    correlation: tuple[float, ...]


def judge_effects(
    labels: Sequence[tuple[str, str]], values: FloatArray, drawn: FloatArray | None, items: FloatArray
) -> list[JudgeEffect]:
    """Effects of all pairs of judges that share a system.

    Args:
        labels: (system, judge) of each column.
        values: scores, (columns,).
        drawn: the same on resampled images, (resamples, columns); None without resamples.
        items: scores of single regions, (regions, columns).
    """
    columns = {label: place for place, label in enumerate(labels)}
    judges = list(dict.fromkeys(judge for _, judge in labels))
    systems = list(dict.fromkeys(system for system, _ in labels))
    effects = []
    for second, first in itertools.combinations(judges, 2):
        shared = [system for system in systems if {(system, first), (system, second)} <= columns.keys()]
        if not shared:
            continue
        left = [columns[system, first] for system in shared]
        right = [columns[system, second] for system in shared]
        gaps = values[left] - values[right]
        moves = None if drawn is None else drawn[:, left] - drawn[:, right]
        of_system = tuple(_shift(gaps[k], None if moves is None else moves[:, k]) for k in range(len(shared)))
        of_difference = tuple(
            (shared[a], shared[b], _shift(gaps[a] - gaps[b], None if moves is None else moves[:, a] - moves[:, b]))
            for a, b in itertools.combinations(range(len(shared)), 2)
        )
        shift = _shift(gaps.mean(), None if moves is None else moves.mean(axis=1))
        correlation = tuple(_correlation(items[:, a], items[:, b]) for a, b in zip(left, right, strict=True))
        effects.append(JudgeEffect(first, second, tuple(shared), shift, of_system, of_difference, correlation))
    return effects


def _shift(value: float, moves: FloatArray | None) -> Shift:
    if moves is None:
        return Shift(float(value), None, None, None)
    low, high = percentile_interval(moves)
    return Shift(float(value), float(low), float(high), float(p_values(moves)))


def _correlation(left: FloatArray, right: FloatArray) -> float:
    """Pearson's, NaN where one of them never varies."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(np.corrcoef(left, right)[0, 1])
