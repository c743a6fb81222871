"""What the table of a board shows, as data for its script: the page sends it, and the first answer already holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from benchmark.metrics import find_score

from ....reading.entries import Entry, Number
from ....reading.labels import format_interval, format_score, label_of, meaning_of
from ....reading.standings import Standings
from ....storage.schema import BASELINE, SUBMITTED
from .. import shell
from .chart_views import COSTS

__all__ = ["STANDINGS", "facts_of_makers", "format_count", "table_data"]

STANDINGS: Final = {
    "baseline": {"text": "baseline", "kind": "", "title": "Comes with the software; its captions were made here"},
    "self-reported": {
        "text": "self-reported",
        "kind": "",
        "title": "Nobody has made its captions again; the references of this board are public",
    },
    "verified": {"text": "verified", "kind": "good", "title": "Somebody has made its captions again"},
}
"""How far an entry can be trusted -> its badge."""


def table_data(
    standings: Standings,
    entries: Sequence[Entry],
    columns: Sequence[str],
    facts: Sequence[str],
    column: str,
    reverse: bool,
) -> dict[str, Any]:
    """The data of `widgets.score_table`.

    Args:
        standings: of the board.
        entries: the rows, in their order.
        columns: scores.
        facts: further columns.
        column: the one that the rows are sorted by.
        reverse: whether the worst come first.
    """
    return {
        "caption": f"{standings.board.title}, ranked by {label_of(standings.score)}",
        "hint": "Tick systems to compare them; click a heading to sort.",
        "compare": shell.address("compare", board=standings.board.name),
        "sort": {"column": column, "reverse": reverse},
        "name_column": {"key": "name", "label": "System", "kind": "system", "sortable": True},
        "columns": [_column(name, standings) for name in (*columns, *facts)],
        "rows": [_row(entry, columns, facts, standings) for entry in entries],
    }


def facts_of_makers(entries: Sequence[Entry]) -> list[str]:
    """The facts that some entry states; the date stands beside the name as well, and coverage of 100% says nothing."""
    facts = [name for name in COSTS if any(entry.fact(name) is not None for entry in entries)]
    return [*facts, *(["coverage"] if any(entry.scored < entry.regions for entry in entries) else [])]


def _column(name: str, standings: Standings) -> dict[str, Any]:
    is_score = name in standings.scores
    arrow = find_score(name).arrow if is_score else ""
    kind = "headline" if name == standings.score else "score"
    return {
        "key": name,
        "label": label_of(name),
        "kind": kind,
        "sortable": True,
        "arrow": arrow,
        "help": meaning_of(name),
    }


def _row(entry: Entry, columns: Sequence[str], facts: Sequence[str], standings: Standings) -> dict[str, Any]:
    badges = [STANDINGS[entry.standing]]
    if entry.verified_by:
        badges = [{**STANDINGS["verified"], "title": f"Reproduced by {entry.verified_by}"}]
    badges += [
        {"text": flag.badge, "kind": "bad" if flag.is_grave and entry.kind == SUBMITTED else "", "title": flag.message}
        for flag in entry.flags
    ]
    tie = entry.rank is not None and entry.rank.tied > 1
    return {
        "id": entry.run_id,
        "rank": str(entry.rank) if entry.rank else "–",
        "rank_title": f"A tie of {entry.rank.tied} entries" if entry.rank and tie else "",
        "frame": entry.kind == BASELINE,
        "band": entry.rank is not None and entry.rank.group % 2 == 1,
        "name": entry.name,
        "note": " · ".join(filter(None, (entry.card.organisation, entry.note))),
        "date": shell.day(entry.created_at),
        "href": shell.address("system", system=str(entry.system_id), board=standings.board.name),
        "badges": badges,
        "links": [{"text": kind.removeprefix("model "), "href": address} for kind, address in entry.card.links()],
        "cells": [
            *(_cell(entry.numbers.get(name), name == standings.score, name) for name in columns),
            *({"text": _fact(entry, name)} for name in facts),
        ],
    }


def _cell(number: Number | None, headline: bool, name: str) -> dict[str, Any]:
    if number is None or number.value is None:
        return {"text": "–"}
    cell: dict[str, Any] = {"text": format_score(number.value), "interval": format_interval(number.low, number.high)}
    if not number.current:
        cell |= {"stale": True, "title": "Computed in another way than the newest run of this board; not comparable"}
    if headline:
        scale = find_score(name).highest
        ends = [
            min(1.0, max(0.0, (end if end is not None else number.value) / scale)) for end in (number.low, number.high)
        ]
        cell["track"] = [*ends, min(1.0, max(0.0, number.value / scale))]
    return cell


def _fact(entry: Entry, name: str) -> str:
    if name == "coverage":
        return f"{100 * entry.coverage:.1f}%" if entry.scored < entry.regions else "100%"
    if name == "created_at":
        return shell.day(entry.created_at)
    value = entry.fact(name)
    return "–" if value is None else format_count(value)


def format_count(value: float) -> str:
    """A number of parameters or captions, short: 8.2B."""
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
