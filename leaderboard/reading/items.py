"""Scores of single regions, from the items that every run keeps on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from benchmark.metrics import described_scores, find_score

from ..storage.store import Store
from .entries import Entry

__all__ = ["Order", "RankedRegion", "item_scores", "own_scores", "rank_regions", "score_names"]

Order = Literal["disagreement", "error"]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankedRegion:
    """A region in a list, and the value that put it there."""

    region_id: str
    value: float


def rank_regions(
    store: Store, entries: Sequence[Entry], score: str, order: Order, limit: int = 200
) -> list[RankedRegion]:
    """The regions to look at first.

    Args:
        store: where the runs are.
        entries: by whose scores: of each region.
        score: which one.
        order: "disagreement": the standard deviation between the entries, largest first; "error": how far the entries'
            mean is from the best value, largest first.
        limit: how many to return.

    Returns:
        Regions whose value is above 0; none if no entry has the score.
    """
    tables = [table for entry in entries if (table := _items(store.runs / entry.run_id / "items.parquet", score))]
    if not tables:
        return []
    ids = tables[0][0]
    values = np.stack([column for names, column in tables if names == ids])
    complete = ~np.isnan(values).any(axis=0)
    mean = values.mean(axis=0)
    if order == "disagreement":
        worst = values.std(axis=0)
    else:
        described = find_score(score)
        worst = mean if described.lower_is_better else described.highest - mean
    worst = np.where(complete, worst, 0.0)
    places = np.argsort(-worst, kind="stable")[:limit]
    return [RankedRegion(ids[place], float(worst[place])) for place in places if worst[place] > 0]


def own_scores(store: Store, entry: Entry, region_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """region_id -> score name -> the region's own value, of the entry's columns."""
    scores: dict[str, dict[str, float]] = {region_id: {} for region_id in region_ids}
    for name in entry.numbers:
        table = _items(store.runs / entry.run_id / "items.parquet", name)
        if table is None:
            continue
        places = _places(table[0])
        for region_id in region_ids:
            value = float(table[1][places[region_id]])
            if value == value:
                scores[region_id][name] = value
    return scores


def item_scores(store: Store, run_id: str, score: str) -> tuple[tuple[str, ...], FloatArray] | None:
    """region_ids, and one score of each as float64 (regions,); None if the run does not have it."""
    return _items(store.runs / run_id / "items.parquet", score)


def score_names(store: Store, run_id: str) -> list[str]:
    """The scores that a run has of single regions."""
    import pyarrow.parquet

    path = store.runs / run_id / "items.parquet"
    if not path.is_file():
        return []
    return [name for name in pyarrow.parquet.read_schema(path).names if name in described_scores()]


@lru_cache(maxsize=512)
def _items(path: Path, score: str) -> tuple[tuple[str, ...], FloatArray] | None:
    """region_ids and one score of each; None if the run does not have it."""
    import pyarrow.parquet

    if not path.is_file() or score not in pyarrow.parquet.read_schema(path).names:
        return None
    ids = _ids(path)
    return ids, pyarrow.parquet.read_table(path, columns=[score])[score].to_numpy().astype(np.float64)


@lru_cache(maxsize=64)
def _ids(path: Path) -> tuple[str, ...]:
    import pyarrow.parquet

    return tuple(pyarrow.parquet.read_table(path, columns=["region_id"])["region_id"].to_pylist())


@lru_cache(maxsize=64)
def _places(ids: tuple[str, ...]) -> dict[str, int]:
    return {region_id: place for place, region_id in enumerate(ids)}
