"""Protects: exports lose nothing, run nothing, and read back as what was shown."""

import csv
import io
import json
import shutil
import subprocess
from dataclasses import replace

import pyarrow.parquet
import pytest

from leaderboard.reading.explore import answers_of, open_gallery
from leaderboard.reading.exports import FORMATS, Column, Table, to_csv, to_json, to_latex, to_parquet
from leaderboard.reading.published import PublishedTable
from leaderboard.reading.ranking import compare_runs
from leaderboard.reading.standings import read_standings
from leaderboard.reading.systems import read_run
from leaderboard.reading.tables import (
    captions_table,
    differences_table,
    published_headings,
    published_table,
    run_table,
    standings_table,
)

_NASTY = ["=HYPERLINK(1)", "+1", "-1", "@x", 'a "b", c\nd', "<script>", "50% & $x_1 \\textbf{y} ~^#", "ü 猫"]


@pytest.fixture
def table():
    columns = (Column("system"), Column("n", "count"), Column("cider", "score"), Column("rate", "score", True))
    rows = [(text, number, (0.1 * number, 0.05, 0.2), (None, None, None)) for number, text in enumerate(_NASTY)]
    rows.append(("best", None, (1 / 3 + 1, None, None), (0.0, 0.0, 0.0)))
    return Table("A title", columns, tuple(rows), ("A note.",))


def test_csv_has_every_row_and_nothing_a_spreadsheet_would_run(table):
    rows = list(csv.reader(io.StringIO(to_csv(table).decode())))
    assert rows[0] == ["system", "n", "cider", "cider low", "cider high", "rate", "rate low", "rate high"]
    assert len(rows) == 1 + len(table.rows)
    assert not any(row[0].startswith(("=", "+", "-", "@")) for row in rows)
    assert [row[0].removeprefix("'") for row in rows[1:-1]] == _NASTY
    assert float(rows[-1][2]) == 1 / 3 + 1


def test_csv_and_parquet_say_how_numbers_are_to_be_read(table):
    scaled = replace(table, scale="Scores are on 0 to 1.")
    rows = list(csv.DictReader(io.StringIO(to_csv(scaled).decode())))
    assert {row["scale"] for row in rows} == {"Scores are on 0 to 1."}
    notes = pyarrow.parquet.read_table(io.BytesIO(to_parquet(scaled))).schema.metadata[b"notes"].decode()
    assert notes == "A title\nA note.\nScores are on 0 to 1."


def test_json_reads_back(table):
    found = json.loads(to_json(table))
    assert [row["system"] for row in found["rows"][:-1]] == _NASTY
    assert found["rows"][-1]["cider"] == {"value": 1 / 3 + 1, "low": None, "high": None}
    assert found["notes"] == ["A note."]


def test_parquet_reads_back(table):
    found = pyarrow.parquet.read_table(io.BytesIO(to_parquet(table)))
    assert found["system"].to_pylist()[:-1] == _NASTY
    assert found["cider"].to_pylist()[-1] == 1 / 3 + 1
    assert found["rate"].null_count == len(_NASTY)


def test_latex_escapes_and_marks_the_best(table):
    text = to_latex(table, intervals=True).decode()
    assert r"50\% \& \$x\_1 \textbackslash{}textbf\{y\} \textasciitilde{}\textasciicircum{}\#" in text
    assert r"\textbf{133.33}" in text
    assert r"\textbf{0.00} {\scriptsize [0.0, 0.0]}" in text  # less is better
    body = text.split(r"\midrule")[1].split(r"\bottomrule")[0].strip().splitlines()
    assert len(body) == len(table.rows)
    assert all(line.endswith(r" \\") for line in body)
    without = to_latex(table, intervals=False).decode()
    assert "scriptsize" not in without
    assert "in brackets" not in without
    assert without.count(r"\textbf") == text.count(r"\textbf")


def test_every_table_of_the_pages_goes_out_in_every_format(filled):
    standings = read_standings(filled, "photos")
    entries = standings.entries
    gallery = open_gallery(filled, "photos")
    answers = answers_of(filled, gallery, "coffee", entries)
    references = {region.region_id: region.captions for region in gallery.regions["coffee"]}
    published = PublishedTable(
        "t", "T", "A paper.", "", ("meteor",), {"X": {"meteor": 0.25}, "Y": {"meteor": None}}, {}
    )
    names = {entry.run_id: entry.label for entry in entries}
    tables = [
        standings_table(standings, entries, standings.columns()),
        run_table(read_run(filled, entries[0].run_id), "A run"),
        differences_table(compare_runs(filled, [entry.run_id for entry in entries[:3]], ["cider"]), names, ""),
        captions_table("coffee", answers, references),
        published_table(published),
    ]
    for table in tables:
        counts = {
            "CSV": len(list(csv.reader(io.StringIO(to_csv(table).decode())))) - 1,
            "JSON": len(json.loads(to_json(table))["rows"]),
            **{
                name: FORMATS[name].write(table).decode().split(r"\midrule")[1].count(r"\\" + "\n")
                for name in FORMATS
                if name.startswith("LaTeX")
            },
            "Parquet": pyarrow.parquet.read_table(io.BytesIO(to_parquet(table))).num_rows,
        }
        assert counts == dict.fromkeys(FORMATS, len(table.rows))


def test_published_numbers_stand_under_names_that_readers_know():
    published = PublishedTable("t", "T", "A paper.", "", ("bleu_1", "rouge", "meteor"), {}, {"meteor": "nltk"})
    assert published_headings(published) == ["System", "BLEU-1", "ROUGE-L", "METEOR (nltk)"]


def test_a_board_goes_out_as_shown(filled):
    standings = read_standings(filled, "photos")
    rows = json.loads(to_json(standings_table(standings, standings.entries, ["cider"])))["rows"]
    assert [row["system"] for row in rows] == [entry.name for entry in standings.entries]
    assert rows[0]["rank"] == 1
    assert rows[1]["tied"] == 2
    number = standings.entries[0].numbers["cider"]
    assert rows[0]["cider"] == {"value": number.value, "low": number.low, "high": number.high}


def test_latex_of_a_board_is_a_table_for_a_paper(filled):
    standings = read_standings(filled, "photos")
    text = to_latex(standings_table(standings, standings.entries, [standings.score, "cider"])).decode()
    header = text.split(r"\toprule")[1].split(r"\midrule")[0].strip()
    score = standings.score.replace("_", r"\_")
    assert header == rf"rank & system & {score} $\uparrow$ & cider $\uparrow$ \\"
    assert "% Values x 100 (cider: 0 to 1000)" in text
    assert "Scores are on 0 to 1" not in text
    leaders = [entry for entry in standings.entries if entry.rank and entry.rank.position == 1]
    assert text.count(r"\underline{") == len(leaders) - 1
    assert text.count(r"\textbf{") >= 2


_PAPER = r"""
\documentclass{article}
\usepackage{booktabs}
\begin{document}
%s
\end{document}
"""


def test_latex_compiles(filled, table, tmp_path):
    """With booktabs alone, whatever stands in the names; letters outside of Latin need another engine."""
    pdflatex = shutil.which("pdflatex")
    if pdflatex is None:
        pytest.skip("LaTeX is not installed (apt-get install texlive-latex-recommended)")
    standings = read_standings(filled, "photos")
    board = standings_table(standings, standings.entries, standings.columns())
    latin = replace(table, rows=tuple((row[0].replace("猫", ""), *row[1:]) for row in table.rows))
    texts = [to_latex(each, intervals=intervals).decode() for each in (board, latin) for intervals in (True, False)]
    (tmp_path / "paper.tex").write_text(_PAPER % "\n\n".join(texts), encoding="utf-8")
    command = [pdflatex, "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "paper.tex"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert run.returncode == 0, run.stdout.decode("utf-8", "replace")[-2000:]
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000
