"""A system's profile: headline scores, one of them on every kind of region as a chart, and every slice as a table."""

from __future__ import annotations

import streamlit as st

from benchmark.metrics import headline_scores
from benchmark.statistics.slices import slice_label

from ....boards.board import list_boards
from ....reading.charts import Part, part_chart
from ....reading.labels import format_interval, format_number, format_score, heading_of, label_of, meaning_of
from ....reading.standings import Standings
from ....reading.systems import RunScores, SubmissionRecord
from .. import shell
from .chart_views import follow_theme, page_ink, show_chart
from .failures import summarize_failures

__all__ = ["show_failures", "show_profile"]


def show_profile(run: RunScores) -> None:
    """Headline scores beside a chart over the kinds of regions; the rest of the numbers folded."""
    headlines = [name for name in headline_scores(run.numbers) if name in run.numbers]
    left, right = st.columns([5, 6], gap="medium")
    with left:
        rows = [[heading_of(name), format_score(run.numbers[name].value), _interval(run, name)] for name in headlines]
        shell.plain_table(["Score", "Value", "95% interval"], rows, "Values × 100, intervals over images")
    with right:
        score = shell.pick("By kind of region", list(run.numbers), "profile", format_func=label_of)
        parts = [
            Part("", slice_label(part), count, *_shown(numbers[score].value, numbers[score].low, numbers[score].high))
            for part, (count, numbers) in run.parts.items()
            if score in numbers
        ]
        show_chart(part_chart(parts, label_of(score), page_ink()), "profile-chart")
        if meaning_of(score):
            st.caption(f"{label_of(score)}: {meaning_of(score)} In brackets: how many regions.")
        follow_theme()
    with st.expander("Every score on every kind of region", icon=":material/table:"):
        scores = shell.pick_many("Scores", list(run.numbers), headlines[:6], "scores", format_func=label_of)
        cells = [
            [slice_label(part), f"{count:,}", *(format_number(numbers.get(name)) for name in scores)]
            for part, (count, numbers) in run.parts.items()
        ]
        heads = ["Regions", "How many", *map(label_of, scores)]
        shell.plain_table(heads, cells, "Values × 100 with 95% intervals over images")


def show_failures(record: SubmissionRecord) -> None:
    """Where the system fails, unless the board's references are hidden."""
    board = list_boards(shell.open_store()).get(record.board)
    if board is None or board.hidden or record.visibility != "public":
        return
    standings: Standings = shell.standings_of(board.name, all_submissions=True, ranked=False)
    entry = next((entry for entry in standings.entries if entry.run_id == record.run_ids[0]), None)
    if entry is not None:
        summarize_failures(shell.gallery_of(board.name), entry)


def _interval(run: RunScores, name: str) -> str:
    return format_interval(run.numbers[name].low, run.numbers[name].high)


def _shown(*values: float | None) -> list[float | None]:
    return [None if value is None else 100 * value for value in values]
