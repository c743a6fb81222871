"""Tables for a paper: booktabs, the best of a column bold, what ties with it underlined."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..metrics.scores import ScoreInfo, headlines, percent, scale_note
from ..report import Report, replacing
from ..systems import Comparison
from .comparison_report import facts, title

__all__ = ["LatexHead", "LatexScore", "comparison_latex", "latex_table", "report_latex", "write_latex"]


@dataclass(frozen=True, slots=True)
class LatexHead:
    """A column: its heading, whether it is of numbers, and for scores whether less is better."""

    text: str
    numeric: bool = True
    lower_is_better: bool | None = None


@dataclass(frozen=True, slots=True)
class LatexScore:
    """A cell with a score on 0..1 (CIDEr 0..10) and the interval to print beside it, None for nothing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    best: bool = False
    tied: bool = False


def latex_table(
    heads: Sequence[LatexHead], rows: Sequence[Sequence[str | LatexScore]], comments: Sequence[str] = ()
) -> str:
    """A ``tabular`` that needs the package booktabs alone; scores are printed x 100.

    Args:
        heads: one for each column.
        rows: one cell for each column; texts are escaped.
        comments: lines before the table that LaTeX skips.
    """
    lines = [f"% {_one_line(comment)}" for comment in comments]
    alignment = "".join("r" if head.numeric else "l" for head in heads)
    lines += [r"% \usepackage{booktabs}", rf"\begin{{tabular}}{{{alignment}}}", r"\toprule"]
    lines += [_row([_heading(head) for head in heads]), r"\midrule"]
    lines += [_row([_score(cell) if isinstance(cell, LatexScore) else _escaped(cell) for cell in row]) for row in rows]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def report_latex(report: Report, names: Sequence[str] | None = None, intervals: bool = False) -> str:
    """One row: the system and its scores.

    Args:
        report: what `evaluate` returned.
        names: scores to show; the headlines if None.
        intervals: print the 95% intervals.
    """
    scores = [report.described[name] for name in names or headlines(report.described.values())]
    system = report.system.get("name")
    values = [report.metrics[score.name] for score in scores]
    cells = [LatexScore(value.value, *((value.low, value.high) if intervals else ())) for value in values]
    signatures = [value.signature for value in values]
    comments = _comments(report.title(), report.facts(), scores, intervals, signatures)
    return latex_table(_heads(scores), [[system if isinstance(system, str) else "system", *cells]], comments)


def comparison_latex(comparison: Comparison, names: Sequence[str] | None = None, intervals: bool = False) -> str:
    """One row for each system; arguments as in `report_latex`. Ties are those of the comparison's tests."""
    scores = [comparison.described[name] for name in names or headlines(comparison.described.values())]
    rows: list[list[str | LatexScore]] = []
    for place, system in enumerate(comparison.names):
        row: list[str | LatexScore] = [system]
        for score in scores:
            across = comparison.scores[score.name]
            value, low, high = (_number(float(x)) for x in (across.values[place], *across.intervals[place]))
            leaders = across.groups[0] if across.groups else ()
            best = bool(leaders) and value == _number(float(across.values[leaders[0]]))
            tied = place in leaders
            row.append(LatexScore(value, low if intervals else None, high if intervals else None, best, tied))
        rows.append(row)
    signatures = [comparison.signatures[score.name] for score in scores]
    comments = _comments(title(comparison), facts(comparison), scores, intervals, signatures)
    comments.insert(1, "Bold: the best of the column; underlined: not told apart from it.")
    return latex_table(_heads(scores), rows, comments)


def write_latex(text: str, path: Path) -> None:
    """Write a table to a file, whole or not at all.

    Raises:
        InvalidInputError: it cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")


_ESCAPES: Final[Mapping[int, str]] = str.maketrans(
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
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "[": "{[}",  # after the end of a row LaTeX would read a length in it
        "]": "{]}",
    }
)


def _heads(scores: Sequence[ScoreInfo]) -> list[LatexHead]:
    return [LatexHead("System", False), *(LatexHead(s.heading, lower_is_better=s.lower_is_better) for s in scores)]


def _comments(
    about: str, lines: Sequence[str], scores: Sequence[ScoreInfo], intervals: bool, signatures: Sequence[str]
) -> list[str]:
    scale = f"Values x 100{scale_note(scores)}" + ("; in brackets the 95% interval over images." if intervals else ".")
    return [about, *lines, scale, *dict.fromkeys(signatures)]


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"


def _heading(head: LatexHead) -> str:
    arrow = {None: "", False: r" $\uparrow$", True: r" $\downarrow$"}[head.lower_is_better]
    return _escaped(head.text) + arrow


def _score(cell: LatexScore) -> str:
    if cell.value is None:
        return "--"
    text = percent(cell.value)
    if cell.best:
        text = rf"\textbf{{{text}}}"
    elif cell.tied:
        text = rf"\underline{{{text}}}"
    if cell.low is None or cell.high is None:
        return text
    return rf"{text} {{\scriptsize [{percent(cell.low, 1)}, {percent(cell.high, 1)}]}}"


def _escaped(text: str) -> str:
    return _one_line(text).translate(_ESCAPES)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
