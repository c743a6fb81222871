"""Tables as CSV, JSON, LaTeX and parquet. What goes in comes out: full precision, every row, nothing cut silently."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from markupsafe import Markup

from benchmark.metrics.scores import ScoreInfo, scale_note
from benchmark.reports.latex import LatexHead, LatexScore, latex_table

__all__ = ["FORMATS", "Column", "Format", "Table", "script_json", "to_csv", "to_json", "to_latex", "to_parquet"]

Kind = Literal["text", "count", "score"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: its heading, unique in the table.
        kind: "text": str or None; "count": a number or None; "score": (value, low, high), each a number on
            0..1 (CIDEr 0..10) or None.
        lower_is_better: of a score.
        highest: of a score, the upper end of its range.
        in_paper: whether a table for a paper has it.
    """

    name: str
    kind: Kind = "text"
    lower_is_better: bool = False
    highest: float = 1.0
    in_paper: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        title: one line.
        columns: in their order.
        rows: one cell for each column.
        notes: what readers must know, a line each.
        scale: how the numbers of scores are to be read; LaTeX prints them x 100 and says so.
        tied: (row, column) of scores that are not told apart from the best.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()
    scale: str = ""
    tied: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a table: ending of the file, its media type, and what writes it."""

    suffix: str
    media_type: str
    write: Callable[[Table], bytes]


def to_csv(table: Table) -> bytes:
    """Comma-separated, UTF-8; a score becomes three columns, and the last column says how its numbers are to be read.

    Text that a spreadsheet would run gets a leading quote.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    names, rows = _flat(table)
    scale = ["scale"] if table.scale else []
    writer.writerow([*map(_harmless, names), *scale])
    writer.writerows([[*map(_harmless, row), *([table.scale] if scale else [])] for row in rows])
    return stream.getvalue().encode("utf-8")


def to_json(table: Table) -> bytes:
    """An object with title, notes, and rows as objects; a score is ``{"value", "low", "high"}``."""
    rows = [
        {
            column.name: dict(zip(("value", "low", "high"), cell, strict=True)) if column.kind == "score" else cell
            for column, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]
    document = {"title": table.title, "notes": [*table.notes, *([table.scale] if table.scale else [])], "rows": rows}
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def to_latex(table: Table, *, intervals: bool = True) -> bytes:
    """What belongs in a paper: `latex_table`, the best of each column bold, ties underlined; intervals if wanted."""
    places = [place for place, column in enumerate(table.columns) if column.in_paper]
    columns = [table.columns[place] for place in places]
    heads = [
        LatexHead(column.name, column.kind != "text", column.lower_is_better if column.kind == "score" else None)
        for column in columns
    ]
    best = {place: _best(table, place) for place in places}
    numbers = range(len(table.rows))
    rows = [[_latex_cell(table, number, place, best[place], intervals) for place in places] for number in numbers]
    scale = [] if all(column.kind != "score" for column in columns) else [_latex_scale(columns, intervals)]
    return latex_table(heads, rows, [table.title, *table.notes, *scale]).encode("utf-8")


def script_json(value: Mapping[str, Any] | Sequence[Any]) -> Markup:
    """JSON that can stand in a script element of a page, and cannot end it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def to_parquet(table: Table) -> bytes:
    """A parquet file; a score becomes three columns of float64, and the notes stand in its metadata."""
    import pyarrow
    import pyarrow.parquet

    names, rows = _flat(table)
    kinds = [kind for column in table.columns for kind in [column.kind] * (3 if column.kind == "score" else 1)]
    arrays = [
        pyarrow.array([row[place] for row in rows], pyarrow.string() if kind == "text" else pyarrow.float64())
        for place, kind in enumerate(kinds)
    ]
    stream = io.BytesIO()
    notes = [table.title, *table.notes, *([table.scale] if table.scale else [])]
    content = pyarrow.table(arrays, names=names).replace_schema_metadata({"notes": "\n".join(notes)})
    pyarrow.parquet.write_table(content, stream)
    return stream.getvalue()


FORMATS: Final[Mapping[str, Format]] = {
    "CSV": Format("csv", "text/csv", to_csv),
    "JSON": Format("json", "application/json", to_json),
    "LaTeX": Format("tex", "application/x-tex", to_latex),
    "LaTeX without intervals": Format("plain.tex", "application/x-tex", partial(to_latex, intervals=False)),
    "Parquet": Format("parquet", "application/vnd.apache.parquet", to_parquet),
}
"""Name in the export menu -> format."""

_NO_SCORE = (None, None, None)
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def _flat(table: Table) -> tuple[list[str], list[list[Any]]]:
    """Names and rows with scores spread over three columns."""
    names: list[str] = []
    for column in table.columns:
        names += [column.name, f"{column.name} low", f"{column.name} high"] if column.kind == "score" else [column.name]
    rows = []
    for row in table.rows:
        flat: list[Any] = []
        for column, cell in zip(table.columns, row, strict=True):
            flat += list(cell or _NO_SCORE) if column.kind == "score" else [cell]
        rows.append(flat)
    return names, rows


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def _best(table: Table, place: int) -> float | None:
    column = table.columns[place]
    values: Sequence[float] = [
        row[place][0] for row in table.rows if column.kind == "score" and row[place][0] is not None
    ]
    if not values:
        return None
    return min(values) if column.lower_is_better else max(values)


def _latex_cell(table: Table, number: int, place: int, best: float | None, intervals: bool) -> str | LatexScore:
    cell = table.rows[number][place]
    if table.columns[place].kind != "score":
        return "" if cell is None else f"{cell:,}" if isinstance(cell, int | float) else str(cell)
    value, low, high = cell if intervals else (cell[0], None, None)
    return LatexScore(value, low, high, value is not None and value == best, (number, place) in table.tied)


def _latex_scale(columns: Sequence[Column], intervals: bool) -> str:
    scores = [ScoreInfo(column.name, column.name, highest=column.highest) for column in columns]
    brackets = "; in brackets the 95% interval over images" if intervals else ""
    return f"Values x 100{scale_note(scores)}{brackets}."
