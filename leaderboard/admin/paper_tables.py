"""The numbers that papers published, kept in ``reported/*.json`` and copied into the database.

They are only shown, each table apart: they were computed on other data, some by other implementations.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..storage.schema import Reported
from ..storage.store import Store

__all__ = ["add_published_numbers", "published_tables"]


def published_tables() -> dict[str, dict[str, Any]]:
    """Name of each published table -> its content as in ``reported/<name>.json``."""
    folder = files(__package__) / "reported"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".json")), key=lambda path: path.name)
    return {path.name.removesuffix(".json"): json.loads(path.read_text(encoding="utf-8")) for path in paths}


def add_published_numbers(store: Store) -> None:
    """Make the published tables in the database those of this version of the software."""
    rows = [row for name, table in published_tables().items() for row in _rows(name, table)]
    rows_by_key = {(row["table_name"], row["system"], row["metric"]): row for row in rows}

    def write(session: Session) -> None:
        database_rows = {(row.table_name, row.system, row.metric): row for row in session.scalars(select(Reported))}
        if database_rows.keys() == rows_by_key.keys() and all(
            getattr(row, name) == value
            for key, row in database_rows.items()
            for name, value in rows_by_key[key].items()
        ):
            return
        session.execute(delete(Reported))
        session.add_all(Reported(**row) for row in rows)

    store.transact(write)


def _rows(name: str, table: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "table_name": name,
            "system": system,
            "metric": metric,
            "position": row * len(table["columns"]) + column,
            "value": value,
            "scale": float(table["scale"]),
            "implementation": table["implementations"].get(metric, ""),
            "source": table["source"],
            "url": table["url"],
        }
        for row, (system, values) in enumerate(table["rows"].items())
        for column, (metric, value) in enumerate(zip(table["columns"], values, strict=True))
    ]
