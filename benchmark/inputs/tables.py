"""Captions and regions in memory, as users have them: mappings, lists of rows, tables of pandas and of `datasets`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dataset.errors import InvalidInputError
from dataset.schema import Region

from .json_rows import kind_of
from .predictions import PredictionFile
from .references import region_problems

__all__ = ["captions_in_memory", "regions_in_memory"]

_CAPTIONS = "expected a file's path, a mapping region_id -> caption, or rows with region_id and caption"
_REGIONS = "expected regions as dataset.load_regions returns them, or rows with region_id, image_id and captions"
_TABLES = "Rows are a list of mappings, a pandas DataFrame, or a split of a datasets.Dataset."


def captions_in_memory(captions: Any, source: str) -> PredictionFile:
    """Captions of any accepted kind, before they are matched with regions.

    Raises:
        InvalidInputError: something else.
    """
    if isinstance(captions, Mapping) and not _is_splits(captions):
        return PredictionFile.from_mapping(captions, source)
    rows = _rows_of(captions, ("region_id", "caption"))
    if rows is None:
        raise InvalidInputError(source, [f"{_CAPTIONS}, found {_kind(captions)}"], _TABLES)
    return PredictionFile.from_rows(((f"row {number}", _plain(row)) for number, row in enumerate(rows)), source)


def regions_in_memory(regions: Any) -> Sequence[Region]:
    """Regions of any accepted kind, each once.

    Raises:
        InvalidInputError: something else, rows that do not fit, or a region that is there twice, all of them.
    """
    rows = regions if _is_regions(regions) else _rows_of(regions, ())
    if rows is None:
        raise InvalidInputError("regions", [f"{_REGIONS}, found {_kind(regions)}"], _TABLES)
    problems: list[str] = []
    taken: dict[str, int] = {}
    done: list[Region] = []
    for number, row in enumerate(rows):
        region = row if isinstance(row, Region) else _region_of(number, row, problems)
        if region is None:
            continue
        if region.region_id in taken:
            problems.append(
                f"row {number}: region_id {region.region_id!r} again, first at row {taken[region.region_id]}"
            )
        taken.setdefault(region.region_id, number)
        done.append(region)
    if problems:
        raise InvalidInputError("regions", problems)
    return done


def _region_of(number: int, row: Any, problems: list[str]) -> Region | None:
    plain = _plain(row)
    row_problems = region_problems(plain)
    problems += [f"row {number}: {problem}" for problem in row_problems]
    return None if row_problems else Region.from_row(plain)


def _is_regions(regions: Any) -> bool:
    return (
        isinstance(regions, Sequence)
        and not isinstance(regions, str | bytes)
        and all(isinstance(region, Region) for region in regions)
    )


def _rows_of(table: Any, columns: tuple[str, ...]) -> Iterable[Any] | None:
    """The rows of a table, without its images; None if it is none."""
    if isinstance(table, str | bytes | Mapping):
        return None
    rows: Iterable[Any]
    if hasattr(table, "to_dict") and hasattr(table, "columns") and hasattr(table, "iloc"):
        rows = table.to_dict("records")
        return rows
    if hasattr(table, "column_names") and (hasattr(table, "select_columns") or hasattr(table, "remove_columns")):
        return _dataset_rows(table, columns)
    if hasattr(table, "to_pylist"):
        rows = table.to_pylist()
        return rows
    return table if isinstance(table, Iterable) else None


def _dataset_rows(table: Any, columns: tuple[str, ...]) -> Iterator[Any]:
    """Rows of a `datasets.Dataset`; pictures are not decoded."""
    names = table.column_names or []
    named = [name for name in columns if name in names] or [name for name in names if name != "image"]
    if named and hasattr(table, "select_columns"):
        table = table.select_columns(named)
    return iter(table.with_format(None) if hasattr(table, "with_format") else table)


def _is_splits(mapping: Mapping[Any, Any]) -> bool:
    """Whether this is a `datasets.DatasetDict`: tables by split, not captions by region."""
    return bool(mapping) and all(hasattr(value, "column_names") for value in mapping.values())


def _plain(row: Any) -> Any:
    """A row of plain values: what pandas and pyarrow put in tables is made what JSON would hold."""
    if not isinstance(row, Mapping):
        return row
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain_value(part) for name, part in value.items()}
    if isinstance(value, float) and math.isnan(value):  # pandas' way of saying that there is no value
        return None
    if hasattr(value, "tolist") and not isinstance(value, str):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value


def _kind(value: Any) -> str:
    if _is_regions(value) and len(value):
        return "regions"
    if isinstance(value, Mapping) and _is_splits(value):
        return f"a DatasetDict; name a split: {', '.join(map(str, value))}"
    return kind_of(value)
