"""Numbers that papers report: shown beside the boards, never ranked with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ..storage.schema import Reported
from ..storage.store import Store

__all__ = ["PublishedTable", "read_published"]


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """Numbers of a paper, not computed here.

    Attributes:
        columns: headings, in their order.
        rows: system -> column -> value on 0..1, None for a dash.
        implementations: column -> which implementation of the metric, where that matters.
    """

    name: str
    title: str
    source: str
    url: str
    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, float | None]]
    implementations: Mapping[str, str]


def read_published(store: Store) -> list[PublishedTable]:
    """Every published table, by name; numbers of different METEOR implementations are never in one column."""
    with store.reading() as session:
        rows = session.scalars(select(Reported).order_by(Reported.table_name, Reported.position)).all()
    tables: dict[str, list[Reported]] = {}
    for row in rows:
        tables.setdefault(row.table_name, []).append(row)
    return [_published(name, numbers) for name, numbers in tables.items()]


def _published(name: str, numbers: Sequence[Reported]) -> PublishedTable:
    rows: dict[str, dict[str, float | None]] = {}
    implementations: dict[str, str] = {}
    for row in numbers:
        rows.setdefault(row.system, {})[row.metric] = None if row.value is None else row.value / row.scale
        if row.implementation:
            implementations[row.metric] = row.implementation
    columns = tuple(dict.fromkeys(row.metric for row in numbers))
    return PublishedTable(
        name,
        name.replace("-", " ").replace("ureca", "URECA"),
        numbers[0].source,
        numbers[0].url,
        columns,
        rows,
        implementations,
    )
