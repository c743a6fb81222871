"""Ranks as tie groups: what the paired bootstrap over images can tell apart, from the statistics of stored runs.

Up to `ALL_PAIRS` systems are compared pair by pair, exactly as ``python -m benchmark.compare`` does it; more of them by
their leaders alone. A ranking is computed once and kept in ``<data_dir>/rankings``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmark.metrics import METRICS, JudgeCorrected, Metric, find_metrics, find_score
from benchmark.statistics.comparison import (
    ALPHA,
    PairDifference,
    compare_score,
    leader_groups,
    leader_resamples,
    resamples_for,
)
from benchmark.statistics.item_statistics import MetricStatistics, read_statistics
from benchmark.systems import compare_statistics, resample_scores
from benchmark.verdicts.calibration import Calibration
from dataset import __version__
from dataset.runtime.cache import atomic_file

from ..storage.store import Store

__all__ = ["ALL_PAIRS", "Difference", "Rank", "Ranking", "compare_runs", "rank_runs", "ranking_is_ready"]

ALL_PAIRS = 20
"""With more systems than this, only each tie group's leader is compared with those below it."""

SEED = 0
"""Of the bootstrap; the same as that of `benchmark.compare`."""

_BLOCK = 4

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rank:
    """A place on a board.

    Attributes:
        position: 1 + how many runs are in better groups.
        tied: how many runs share it, this one included.
        group: number of the group, from 0.
    """

    position: int
    tied: int
    group: int

    def __str__(self) -> str:
        return f"{self.position}" if self.tied == 1 else f"{self.position}="


@dataclass(frozen=True, slots=True)
class Ranking:
    """Runs in tie groups on one score.

    Attributes:
        score: what they are ranked by.
        part: slice of the regions, empty for all.
        groups: run ids, the best group first and the best run of each group first.
        all_pairs: whether every pair was tested; otherwise the leaders' differences only.
    """

    score: str
    part: str
    groups: tuple[tuple[str, ...], ...]
    all_pairs: bool

    def ranks(self) -> dict[str, Rank]:
        """Run id -> its rank; runs without a value have none."""
        ranks: dict[str, Rank] = {}
        for number, group in enumerate(self.groups):
            place = Rank(len(ranks) + 1, len(group), number)
            ranks |= dict.fromkeys(group, place)
        return ranks


@dataclass(frozen=True, slots=True)
class Difference:
    """One score of two runs: values and the difference, as `PairDifference` has it."""

    score: str
    first: str
    second: str
    first_value: float
    second_value: float
    pair: PairDifference


def rank_runs(store: Store, run_ids: Sequence[str], score: str, part: str = "") -> Ranking:
    """The ranking of some runs on one score; from the disk if it was computed before.

    The runs must be of one board and their signatures of that score equal (`standings.read_standings` ensures it).

    Raises:
        UnknownNameError: no such score.
        InvalidInputError: a run's files cannot be read.
    """
    path = _path_of(store, run_ids, score, part)
    if path.is_file():
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Ranking(score, part, tuple(map(tuple, stored["groups"])), stored["all_pairs"])
    ranking = _rank(store, sorted(set(run_ids)), score, part)
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(asdict(ranking)), encoding="utf-8")
    return ranking


def ranking_is_ready(store: Store, run_ids: Sequence[str], score: str, part: str = "") -> bool:
    """Whether `rank_runs` needs no time: computed before, or few enough runs."""
    return len(set(run_ids)) <= ALL_PAIRS or _path_of(store, run_ids, score, part).is_file()


def compare_runs(store: Store, run_ids: Sequence[str], scores: Sequence[str], part: str = "") -> list[Difference]:
    """Every pair of a few runs on some scores, in the order of the scores; p-values are corrected within a score.

    Scores and runs that have no value are left out.

    Raises:
        UnknownNameError: no such score.
        InvalidInputError: a run's files cannot be read.
    """
    differences = []
    for score in scores:
        metric, run_ids_alike = _metric_of(store, run_ids, score)
        runs, parts = _statistics(store, run_ids_alike, metric.name, part)
        if len(runs) < 2:
            continue
        images, sums = np.arange(len(parts[0].items)), [statistics.sums for statistics in parts]
        resamples = resamples_for(len(runs))
        comparison = compare_statistics(metric, [score], sums, images, resamples, SEED, items=parts[0].items)
        values = comparison[score].values.tolist()
        for pair in comparison[score].pairs:
            first, second = pair.first, pair.second
            differences.append(Difference(score, runs[first], runs[second], values[first], values[second], pair))
    return differences


def _rank(store: Store, run_ids: Sequence[str], score: str, part: str) -> Ranking:
    metric, run_ids = _metric_of(store, run_ids, score)
    runs, parts = _statistics(store, run_ids, metric.name, part)
    all_pairs = len(runs) <= ALL_PAIRS
    if not runs:
        return Ranking(score, part, (), all_pairs)
    resamples = resamples_for(len(runs)) if all_pairs else leader_resamples(len(runs))
    values, drawn = _resampled(metric, score, parts, resamples)
    lower = find_score(score).lower_is_better
    if all_pairs:
        groups = compare_score(values, drawn, len(parts[0].items), lower, ALPHA).groups
    else:
        groups = leader_groups(values, drawn, lower, ALPHA)
    return Ranking(score, part, tuple(tuple(runs[place] for place in group) for group in groups), all_pairs)


def _resampled(
    metric: Metric, score: str, parts: Sequence[MetricStatistics], resamples: int
) -> tuple[FloatArray, FloatArray | None]:
    """One score of each run, (runs,), and on resampled images, (resamples, runs); some runs at a time."""
    column = metric.score_names().index(score)
    images, items = np.arange(len(parts[0].items)), parts[0].items
    values, drawn = [], []
    for start in range(0, len(parts), _BLOCK):
        block = [statistics.sums for statistics in parts[start : start + _BLOCK]]
        whole, again = resample_scores(metric, block, images, resamples, SEED, items)
        values.append(whole[:, column])
        if again is not None:
            drawn.append(again[..., column].copy())  # a view would keep all the other scores in memory
    return np.concatenate(values), np.concatenate(drawn, axis=1) if drawn else None


def _statistics(
    store: Store, run_ids: Sequence[str], metric: str, part: str
) -> tuple[list[str], list[MetricStatistics]]:
    """The runs that have the metric, and their statistics."""
    all_statistics = {run_id: _read(store.runs / run_id / "statistics.npz", metric, part) for run_id in run_ids}
    statistics_by_run = {run_id: statistics for run_id, statistics in all_statistics.items() if statistics is not None}
    return list(statistics_by_run), list(statistics_by_run.values())


@lru_cache(maxsize=2_048)
def _read(path: Path, metric: str, part: str) -> MetricStatistics | None:
    return read_statistics(path, metric, part)  # a run's files never change


def _metric_of(store: Store, run_ids: Sequence[str], score: str) -> tuple[Metric, list[str]]:
    """The metric of a score, and the runs whose statistics it can read.

    Rates that are corrected for a judge's known errors need those errors, which the runs keep; of runs with different
    ones only those like the first are compared.
    """
    [name] = find_metrics([score])
    if name != JudgeCorrected.name:
        return METRICS[name](), list(run_ids)
    by_run = {run_id: _calibration(store.runs / run_id / "run.json") for run_id in run_ids}
    first = next((calibration for calibration in by_run.values() if calibration is not None), None)
    return JudgeCorrected(calibration=first), [
        run_id for run_id, each in by_run.items() if each is not None and each == first
    ]


@lru_cache(maxsize=2_048)
def _calibration(path: Path) -> Calibration | None:
    """The errors of a run's judge; None if it has none."""
    if not path.is_file():
        return None
    stored = json.loads(path.read_text(encoding="utf-8")).get("calibration")
    return None if stored is None else Calibration.from_dict(stored)


def _path_of(store: Store, run_ids: Sequence[str], score: str, part: str) -> Path:
    key = json.dumps([__version__, SEED, ALPHA, ALL_PAIRS, sorted(set(run_ids)), score, part])
    return store.folder / "rankings" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
