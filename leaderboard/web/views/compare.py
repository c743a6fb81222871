"""Compare: paired differences between a few entries, and the regions where they disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from benchmark.statistics.comparison import ALPHA
from benchmark.statistics.slices import slice_label

from ...boards.board import Board
from ...reading.charts import difference_chart
from ...reading.entries import Entry, distinct_names
from ...reading.failures.cards import disagreement_cards
from ...reading.items import RankedRegion, rank_regions
from ...reading.labels import format_score, heading_of, label_of
from ...reading.ranking import Difference, compare_runs
from ...reading.standings import Standings, last_change
from ...reading.tables import differences_table
from . import shell
from .parts.chart_views import follow_theme, page_ink, pairs_of, show_chart
from .widgets import failure_list

__all__ = ["show"]

_MOST = 6
_LISTED = 6
_CANDIDATES = 120
_SCORES = 4


def show() -> None:
    """The page."""
    shell.heading(
        "Compare",
        "Both systems see the same images: the interval is that of the difference, over the same resampled images.",
    )
    board = shell.choose_board()
    standings = shell.standings_of(board.name)
    if len(standings.entries) < 2:
        st.info("This board has fewer than two scored entries.", icon=":material/hourglass_empty:")
        return
    names = distinct_names(standings.entries)
    run_ids = shell.pick_many(
        "Entries, two or more",
        list(names),
        _first_two(standings.entries),
        "runs",
        format_func=names.__getitem__,
        max_selections=_MOST,
    )
    left, right = st.columns([3, 1])
    with left:
        scores = shell.pick_many(
            "Scores", standings.scores, standings.columns()[:_SCORES], "scores", format_func=label_of
        )
    with right:
        parts = ["all", *standings.parts]
        part = shell.pick(
            "Regions", parts, "regions", format_func=lambda name: slice_label("" if name == "all" else name)
        )
    if len(run_ids) < 2 or not scores:
        st.info("Choose at least two entries and one score.", icon=":material/compare_arrows:")
        return
    part = "" if part == "all" else part
    entries = [entry for entry in standings.entries if entry.run_id in run_ids]
    differences = _differences(
        last_change(shell.open_store()), tuple(entry.run_id for entry in entries), tuple(scores), part
    )
    _show_differences(standings, differences, names, part)
    if not board.hidden:
        _show_disagreements(board, entries, scores)


def _first_two(entries: Sequence[Entry]) -> list[str]:
    """The best two, baselines last: that the references beat everybody says nothing."""
    ordered = sorted(entries, key=lambda entry: entry.kind == "baseline")
    return [entry.run_id for entry in ordered[:2]]


@st.cache_data(max_entries=64, show_spinner="Comparing …")
def _differences(change: int, run_ids: tuple[str, ...], scores: tuple[str, ...], part: str) -> list[Difference]:
    del change  # part of the key
    return compare_runs(shell.open_store(), run_ids, scores, part)


def _show_differences(
    standings: Standings, differences: Sequence[Difference], names: dict[str, str], part: str
) -> None:
    st.subheader("Differences", anchor=False)
    lower = standings.lower_is_better
    led = [difference if _first_leads(difference, lower) else _reversed(difference) for difference in differences]
    _show_charts(led, names)
    rows = [_row(difference, names) for difference in led]
    heads = ["Score", "Difference", "95% interval", "Verdict", "Better", "Worse", "Values", "p (Holm)"]
    shell.plain_table(
        heads,
        rows,
        f"Values × 100, {slice_label(part).lower()}. A difference counts if p, corrected for the pairs "
        f"compared on its score, is below {ALPHA:g}.",
    )
    shell.downloads(differences_table(differences, names, part), f"differences-{standings.board.name}", "differences")


def _show_charts(differences: Sequence[Difference], names: dict[str, str]) -> None:
    """A chart for each score, two beside each other."""
    columns = st.columns(2)
    for place, score in enumerate(dict.fromkeys(difference.score for difference in differences)):
        pairs = pairs_of([difference for difference in differences if difference.score == score], names)
        with columns[place % 2]:
            show_chart(difference_chart(pairs, label_of(score), page_ink()), f"differences-{score}")
    follow_theme()
    st.caption("Lines: 95% intervals of the difference. Grey: a tie.")


def _first_leads(difference: Difference, lower: frozenset[str]) -> bool:
    return (difference.pair.difference <= 0) if difference.score in lower else (difference.pair.difference >= 0)


def _reversed(difference: Difference) -> Difference:
    return Difference(
        difference.score,
        difference.second,
        difference.first,
        difference.second_value,
        difference.first_value,
        difference.pair.reversed(),
    )


def _row(difference: Difference, names: dict[str, str]) -> list[str]:
    pair = difference.pair
    interval = "" if pair.low is None or pair.high is None else f"{100 * pair.low:+.2f} to {100 * pair.high:+.2f}"
    return [
        heading_of(difference.score),
        f"{100 * pair.difference:+.2f}",
        interval,
        _verdict(difference),
        names[difference.first],
        names[difference.second],
        f"{format_score(difference.first_value)} / {format_score(difference.second_value)}",
        "" if pair.adjusted is None else "<0.001" if pair.adjusted < 0.001 else f"{pair.adjusted:.3f}",
    ]


def _verdict(difference: Difference) -> str:
    pair = difference.pair
    if pair.adjusted is None:
        return "one image decides nothing"
    if pair.adjusted < ALPHA:
        return "differs"
    more = "" if pair.more_images is None else f"; about {pair.more_images:,} more images would tell them apart"
    return f"a tie{more}"


def _show_disagreements(board: Board, entries: Sequence[Entry], scores: Sequence[str]) -> None:
    st.subheader("Where they disagree", anchor=False)
    score = shell.pick("By", list(scores), "by", format_func=label_of)
    regions = rank_regions(shell.open_store(), entries, score, "disagreement", limit=_CANDIDATES)
    if not regions:
        st.caption("Nowhere: on every region these entries have the same value.")
        return
    st.caption(
        "Regions with the largest spread (standard deviation × 100), of different images first; open one to see why."
    )
    gallery = shell.gallery_of(board.name)
    cards = disagreement_cards(shell.open_store(), gallery, entries, _spread(regions)[:_LISTED])
    for card in cards:
        place = {"board": board.name, "image": card["image"], "region": card["region"]}
        card["href"] = shell.address("explore", **place, runs=[entry.run_id for entry in entries])
    failure_list({"cards": cards, "in_place": False}, "disagreements")


def _spread(regions: Sequence[RankedRegion]) -> list[RankedRegion]:
    """Regions with the same order, of one image after the other in turns."""
    turns: Counter[str] = Counter()
    ordered = []
    for place, region in enumerate(regions):
        image_id = region.region_id.rpartition("/")[0]
        turns[image_id] += 1
        ordered.append((turns[image_id], place, region))
    return [region for *_, region in sorted(ordered, key=lambda one: one[:2])]
