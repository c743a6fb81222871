"""Tables as CSV, JSON, LaTeX and parquet. What goes in comes out: full precision, every row, nothing cut silently."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

__all__ = ["FORMATS", "Column", "Format", "Table", "to_csv", "to_json", "to_latex", "to_parquet"]

Kind = Literal["text", "count", "score"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: its heading, unique in the table.
        kind: "text": str or None; "count": a number or None; "score": (value, low, high), each a number on
            0..1 (CIDEr 0..10) or None.
        lower_is_better: of a score.
    """

    name: str
    kind: Kind = "text"
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        title: one line.
        columns: in their order.
        rows: one cell for each column.
        notes: what readers must know, a line each.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a table: ending of the file, its media type, and what writes it."""

    suffix: str
    media_type: str
    write: Callable[[Table], bytes]


def to_csv(table: Table) -> bytes:
    """Comma-separated, UTF-8; a score becomes three columns. Text that a spreadsheet would run gets a leading quote."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    names, rows = _flat(table)
    writer.writerow([_harmless(name) for name in names])
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
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
    document = {"title": table.title, "notes": list(table.notes), "rows": rows}
    return (json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def to_latex(table: Table) -> bytes:
    """A booktabs table; scores x 100 with their intervals in small type, the best of each column bold."""
    best = [_best(table, place) for place in range(len(table.columns))]
    lines = [f"% {_latex(table.title)}", *(f"% {_latex(note)}" for note in table.notes)]
    alignment = "".join("l" if column.kind == "text" else "r" for column in table.columns)
    lines += [r"% \usepackage{booktabs}", rf"\begin{{tabular}}{{{alignment}}}", r"\toprule"]
    lines.append(" & ".join(_latex(column.name) for column in table.columns) + r" \\")
    lines.append(r"\midrule")
    for row in table.rows:
        cells = [_latex_cell(*pair) for pair in zip(table.columns, row, best, strict=True)]
        lines.append(" & ".join(cells) + r" \\")
    return ("\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n").encode("utf-8")


def to_parquet(table: Table) -> bytes:
    """A parquet file; a score becomes three columns of float64."""
    import pyarrow
    import pyarrow.parquet

    names, rows = _flat(table)
    kinds = [kind for column in table.columns for kind in [column.kind] * (3 if column.kind == "score" else 1)]
    arrays = [
        pyarrow.array([row[place] for row in rows], pyarrow.string() if kind == "text" else pyarrow.float64())
        for place, kind in enumerate(kinds)
    ]
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays, names=names), stream)
    return stream.getvalue()


FORMATS: Final[Mapping[str, Format]] = {
    "CSV": Format("csv", "text/csv", to_csv),
    "JSON": Format("json", "application/json", to_json),
    "LaTeX": Format("tex", "application/x-tex", to_latex),
    "Parquet": Format("parquet", "application/vnd.apache.parquet", to_parquet),
}
"""Name in the export menu -> format."""

_NO_SCORE = (None, None, None)
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_LATEX: Final[Mapping[int, str]] = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\n": " ",
    }
)


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


def _latex_cell(column: Column, cell: Any, best: float | None) -> str:
    if column.kind != "score":
        return _latex("" if cell is None else f"{cell:,}" if isinstance(cell, int | float) else str(cell))
    value, low, high = cell
    if value is None:
        return "--"
    digits = f"{100 * value:.2f}"
    text = rf"\textbf{{{digits}}}" if value == best else digits
    return text if low is None else rf"{text} {{\scriptsize [{100 * low:.1f}, {100 * high:.1f}]}}"


def _latex(text: str) -> str:
    return text.translate(_LATEX)
