"""The charts of the board: quality against cost, the score over time, slices by systems, and who beats whom."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from benchmark.statistics.comparison import ALPHA
from benchmark.statistics.slices import slice_label

from ....reading.chart_style import Ink
from ....reading.charts import (
    Dot,
    Milestone,
    Pair,
    Part,
    cost_chart,
    part_map,
    progress_chart,
    win_matrix,
)
from ....reading.entries import Entry, distinct_names
from ....reading.labels import label_of
from ....reading.ranking import Difference, compare_runs
from ....reading.standings import Standings
from ....reading.systems import slice_numbers
from .. import shell
from ..widgets import theme

__all__ = ["CHART_VIEWS", "COSTS", "follow_theme", "page_ink", "pairs_of", "show_chart"]

COSTS: Final = {"parameters": False, "captions_per_second": True}
"""Fact -> whether more is better."""
_MOST_COLUMNS = 12
_FEWEST_REGIONS = 20
"""Slices with fewer regions say little and are left out of the heat map."""


def page_ink() -> Ink:
    """The colours of the page, for charts."""
    return Ink.of_theme(st.context.theme.type)


def follow_theme() -> None:
    """Draw the page again when the reader's theme changes; once on every page that has charts."""
    theme(st.context.theme.type or "light")


def show_chart(chart: Any, key: str) -> None:
    """Put a chart on the page."""
    with st.container(key=key):  # the name of its place in the page
        st.altair_chart(chart, width="stretch")


def pairs_of(differences: Sequence[Difference], names: Mapping[str, str]) -> list[Pair]:
    """Differences as shown, x 100."""
    return [
        Pair(
            names[one.first],
            names[one.second],
            100 * one.pair.difference,
            None if one.pair.low is None else 100 * one.pair.low,
            None if one.pair.high is None else 100 * one.pair.high,
            one.pair.adjusted is not None and one.pair.adjusted < ALPHA,
            label_of(one.score),
        )
        for one in differences
    ]


def _cost_view(standings: Standings, entries: Sequence[Entry]) -> None:
    facts = [name for name in COSTS if any(entry.fact(name) for entry in entries)]
    if not facts:
        st.info("No entry shown says how many parameters it has or how fast it is.")
        return
    cost = shell.pick("Against", facts, "cost", format_func=label_of)
    dots = [
        Dot(entry.label, amount, value, *(None if end is None else 100 * end for end in (number.low, number.high)))
        for entry in entries
        if (amount := entry.fact(cost)) and (number := entry.numbers.get(standings.score)) is not None
        if (value := _shown(entry, standings.score)) is not None
    ]
    if not dots:
        st.info("No entry shown has both numbers.")
        return
    label, lower = label_of(standings.score), standings.score in standings.lower_is_better
    chart = cost_chart(dots, label_of(cost), label, page_ink(), more_cost_is_better=COSTS[cost], lower_is_better=lower)
    show_chart(chart, "cost-chart")
    reported = "Speeds are those that makers report, each on their own hardware." if COSTS[cost] else ""
    st.caption(
        "Dashed: the best that is reached for this cost or a smaller one; grey entries are beaten in both ways. "
        f"Lines through points: 95% intervals. {reported}"
    )


def _progress_view(standings: Standings, entries: Sequence[Entry]) -> None:
    systems = {entry.system_id for entry in entries}
    history = shell.standings_of(
        standings.board.name, standings.score, standings.part, baselines=False, all_submissions=True, ranked=False
    )
    milestones = [
        Milestone(entry.name, entry.created_at, value)
        for entry in history.entries
        if entry.system_id in systems and (value := _shown(entry, standings.score)) is not None
    ]
    if not milestones:
        st.info(
            "Baselines are no progress, and no other entry shown has this score.", icon=":material/hourglass_empty:"
        )
        return
    label, lower = label_of(standings.score), standings.score in standings.lower_is_better
    show_chart(progress_chart(milestones, time.time(), label, page_ink(), lower_is_better=lower), "progress-chart")
    st.caption(
        "Every submission of the systems shown, the former ones included; the line is the best so far. Baselines, and "
        "numbers that were computed in another way, are left out."
    )


def _slices_view(standings: Standings, entries: Sequence[Entry]) -> None:
    first = entries[:_MOST_COLUMNS]
    names = distinct_names(first)
    numbers = slice_numbers(shell.open_store(), list(names), standings.score)
    kinds = ["", *(part for part, regions in standings.parts.items() if regions >= _FEWEST_REGIONS)]
    parts = [
        Part(names[entry.run_id], slice_label(part), regions, 100 * number.value)
        for part in kinds
        for entry in first
        for regions, number in [numbers.get((entry.run_id, part), (0, None))]
        if number is not None and number.value is not None
    ]
    if not parts:
        st.info("No entry shown has this score.")
        return
    lower = standings.score in standings.lower_is_better
    show_chart(part_map(parts, label_of(standings.score), page_ink(), lower_is_better=lower), "slice-map")
    few = len(standings.parts) - len(kinds) + 1
    noun, verb = ("slice", "is") if few == 1 else ("slices", "are")
    left_out = f" {few} {noun} of fewer than {_FEWEST_REGIONS} regions {verb} left out." if few else ""
    st.caption(
        f"{label_of(standings.score)} × 100 of the first {len(first)} entries shown; deeper is better. In brackets: "
        f"how many regions.{left_out}"
    )


def _pairs_view(standings: Standings, entries: Sequence[Entry]) -> None:
    first = [entry for entry in entries if _shown(entry, standings.score) is not None][:_MOST_COLUMNS]
    if len(first) < 2:
        st.info("Two entries are needed.", icon=":material/compare_arrows:")
        return
    names = distinct_names(first)
    differences = _differences(tuple(names), standings.score, standings.part)
    chart = win_matrix(pairs_of(differences, names), list(names.values()), label_of(standings.score), page_ink())
    show_chart(chart, "win-matrix")
    st.caption(
        f"Row minus column in {label_of(standings.score)} × 100, of the first {len(first)} entries shown. Paired "
        f"bootstrap over images, p-values corrected for all {len(differences)} pairs (Holm): grey is a tie."
    )


@st.cache_data(max_entries=32, show_spinner="Comparing …")
def _differences(run_ids: tuple[str, ...], score: str, part: str) -> list[Difference]:
    return compare_runs(shell.open_store(), run_ids, [score], part)  # runs never change


def _shown(entry: Entry, score: str) -> float | None:
    """A score as shown, x 100; None where there is none that compares."""
    number = entry.numbers.get(score)
    return None if number is None or number.value is None or not number.current else 100 * number.value


CHART_VIEWS: Final[Mapping[str, Callable[[Standings, Sequence[Entry]], None]]] = {
    "Quality and cost": _cost_view,
    "Over time": _progress_view,
    "Slices": _slices_view,
    "Pairs": _pairs_view,
}
"""Name in the choice of views -> what shows it."""
