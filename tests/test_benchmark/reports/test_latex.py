"""Protects: tables for papers compile: braces and environments close, every row has every column; marks are right."""

import re

import numpy as np
import pytest

from benchmark.metrics.scores import ScoreInfo
from benchmark.report import DataInfo
from benchmark.reports.latex import LatexHead, LatexScore, comparison_latex, latex_table
from benchmark.statistics.comparison import compare_score
from benchmark.systems import Comparison

COMMANDS = {
    *("begin", "end", "toprule", "midrule", "bottomrule", "textbf", "underline", "scriptsize", "uparrow", "downarrow"),
    *("textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar"),
}
NASTY = ["[1] a", "50% & $x_1 \\textbf{y} ~^#", "a\nb | <c>", "]", "ü"]


def check_latex(text: str, columns: int, rows: int) -> list[list[str]]:
    """What LaTeX would stumble over: a small reader of the commands that the writer uses; cells of the rows."""
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    assert not any(re.search(r"(?<!\\)%", line) for line in lines), "a comment would eat the end of its row"
    code = "\n".join(lines)
    assert set(re.findall(r"\\([a-zA-Z]+)", code)) <= COMMANDS
    bare = re.sub(r"\\[&%$#_{}]|\\\\", "", code)
    depth = 0
    for letter in bare:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0
    assert re.sub(r"\$\\(up|down)arrow\$", "", bare).count("$") == 0
    assert not re.search(r"[#_^~]", bare)
    assert lines[0] == rf"\begin{{tabular}}{{{re.search(r'tabular}{([lr]+)}', lines[0])[1]}}}"
    assert len(re.search(r"{([lr]+)}$", lines[0])[1]) == columns
    assert lines[-1] == r"\end{tabular}"
    body = [line for line in lines if line.endswith(r"\\")]
    assert [line for line in lines if line not in body][1:-1] == [r"\toprule", r"\midrule", r"\bottomrule"]
    assert len(body) == rows + 1
    assert not any(line.startswith(("[", "*")) for line in body), "read as an argument of the row before it"
    cells = [re.split(r"(?<!\\)&", line.removesuffix(r"\\")) for line in body]
    assert {len(row) for row in cells} == {columns}
    return [[cell.strip() for cell in row] for row in cells]


def test_any_text_compiles():
    heads = [LatexHead("a_b", False), LatexHead("CIDEr", lower_is_better=False), LatexHead("n & m")]
    rows = [[text, LatexScore(0.5, 0.4, 0.6, best=True), "1"] for text in NASTY]
    cells = check_latex(latex_table(heads, rows, ["50% of\neverything"]), columns=3, rows=len(NASTY))
    assert cells[0] == [r"a\_b", r"CIDEr $\uparrow$", r"n \& m"]
    assert cells[1][0] == "{[}1{]} a"
    assert cells[2][1] == r"\textbf{50.00} {\scriptsize [40.0, 60.0]}"


def test_a_wrong_table_is_noticed():
    good = latex_table([LatexHead("a", False), LatexHead("b")], [["x", "1"]])
    for wrong in (good.replace("x &", "x"), good.replace("x", "{x"), good.replace("x", "x_"), good.replace("x", "%")):
        with pytest.raises(AssertionError):
            check_latex(wrong, columns=2, rows=1)


@pytest.mark.parametrize("intervals", [False, True])
def test_best_is_bold_and_ties_are_underlined(intervals):
    rng = np.random.default_rng(0)
    values = np.array([0.5, 0.49, 0.2, np.nan])
    drawn = values + rng.normal(0, 0.02, (2_000, 4))
    described = {
        "cider": ScoreInfo("cider", "CIDEr", highest=10, headline=1),
        "duplicate_rate": ScoreInfo("duplicate_rate", lower_is_better=True, headline=2),
    }
    comparison = Comparison(
        created="",
        data=DataInfo("photos", "test", "0" * 64, 9, 8),
        names=("one", "two", "three", "none"),
        systems=({},) * 4,
        predictions_sha256=("",) * 4,
        missing=(0,) * 4,
        scores={name: compare_score(values, drawn, 8, score.lower_is_better) for name, score in described.items()},
        signatures={"cider": "cider|v:1", "duplicate_rate": "duplicates|v:1"},
        described=described,
        alpha=0.05,
        resamples=2_000,
        versions={},
    )
    text = comparison_latex(comparison, intervals=intervals)
    cells = check_latex(text, columns=3, rows=4)
    assert cells[0] == ["System", r"CIDEr $\uparrow$", r"Duplicate rate $\downarrow$"]
    assert [row[1].partition(" ")[0] for row in cells[1:]] == [r"\textbf{50.00}", r"\underline{49.00}", "20.00", "--"]
    assert [row[2].partition(" ")[0] for row in cells[1:]] == ["50.00", "49.00", r"\textbf{20.00}", "--"]
    assert (r"\scriptsize" in text) is intervals
    assert "% Values x 100 (CIDEr: 0 to 1000)" in text
    assert "% cider|v:1" in text
    assert len(check_latex(comparison_latex(comparison, ["cider"]), columns=2, rows=4)) == 5
