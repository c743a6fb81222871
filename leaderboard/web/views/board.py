"""The board: who is best on which score, and which differences are significant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from benchmark.statistics.slices import slice_label

from ...reading.entries import Entry, Filters, select_entries, sort_entries
from ...reading.labels import format_number, format_score, label_of, meaning_of
from ...reading.published import read_published
from ...reading.ranking import ranking_is_ready
from ...reading.standings import Standings
from ...reading.tables import published_headings, published_table, standings_table
from ...storage.schema import BASELINE
from . import place, shell
from .challenge import show_leading_challenge
from .parts.chart_views import CHART_VIEWS, COSTS
from .parts.introduction import conclude, explain_board, introduce
from .parts.system_filters import choose_systems
from .parts.table_data import STANDINGS, facts_of_makers, table_data
from .preparation import show_preparation
from .widgets import score_table

__all__ = ["show", "trust_sentence"]

_VIEWS = ("Table", *CHART_VIEWS, "Plain table")


def show() -> None:
    """The page."""
    with introduce():
        board = shell.choose_board()
        explain_board(board)
    show_leading_challenge(board)
    everything = shell.standings_of(board.name, ranked=False)
    if not everything.scores:
        show_preparation(board.name)
        shell.link("submit", "Submit captions", icon=":material/upload_file:", board=board.name)
        _published()
        return
    score, part = _choose_ranking(everything)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = shell.pick_one("View", _VIEWS, "view", label_visibility="collapsed")
        filters, columns, options = _choose_rows(everything, score)
        is_shown, facts = choose_systems(everything.entries, facts_of_makers(everything.entries))
    standings = _ranked(board.name, score, part, columns, options)
    entries = [entry for entry in select_entries(standings.entries, filters) if is_shown(entry)]
    st.markdown(_facts(standings, entries))
    st.caption(trust_sentence(standings, entries))
    if not entries:
        st.info("No entry fits these filters.", icon=":material/filter_alt_off:")
    elif view in CHART_VIEWS:
        CHART_VIEWS[view](standings, entries)
    elif view == "Plain table":
        _plain_view(standings, entries, columns)
    else:
        _table_view(standings, entries, columns, facts)
    with st.container(horizontal=True, vertical_alignment="center"):
        shell.downloads(standings_table(standings, entries, columns), f"{board.name}-{score}", "board")
        shell.link("submit", "Submit captions", icon=":material/upload_file:", board=board.name)
        shell.link("explore", "Explore images", icon=":material/image_search:", board=board.name)
    conclude(board, everything.entries)
    _published()


def _choose_ranking(standings: Standings) -> tuple[str, str]:
    left, middle, right = st.columns([3, 3, 4])
    with left:
        score = shell.pick("Rank by", standings.scores, "score", format_func=label_of)
    with middle:
        parts = ["all", *standings.parts]
        part = shell.pick(
            "Regions", parts, "regions", format_func=lambda name: slice_label("" if name == "all" else name)
        )
    with right:
        shell.type_in("Search", "q", placeholder="name, note or description")
    if meaning_of(score):
        st.caption(f"**{label_of(score)}**: {meaning_of(score)}")
    return score, "" if part == "all" else part


def _choose_rows(standings: Standings, score: str) -> tuple[Filters, list[str], dict[str, bool]]:
    with st.popover("Filters and columns", icon=":material/tune:"):
        columns = shell.pick_many("Columns", standings.scores, standings.columns(), "columns", format_func=label_of)
        baselines = shell.tick("Show baselines", "baselines", default=True)
        every = shell.tick("Every submission, not only each system's newest", "every")
        verified = shell.tick("Verified only", "verified")
        unflagged = shell.tick("Hide flagged", "unflagged")
        complete = shell.tick("Only those with a caption for every region", "complete")
    filters = Filters(place.parameter("q"), verified, unflagged, complete)
    ordered = [score, *(name for name in standings.scores if name in columns and name != score)]
    return filters, ordered, {"baselines": baselines, "all_submissions": every}


def _ranked(board: str, score: str, part: str, columns: Sequence[str], options: dict[str, bool]) -> Standings:
    """With ranks if they are known or quickly found; otherwise the reader decides whether to wait."""
    plain = shell.standings_of(board, score, part, columns, **options, ranked=False)
    ids = [entry.run_id for entry in plain.entries if entry.kind != BASELINE]
    if not ranking_is_ready(shell.open_store(), ids, score, part):
        label = f"Find the tie groups of {len(ids):,} entries (takes a while, once)"
        if not st.button(label, key="rank-now"):
            return plain
    return shell.standings_of(board, score, part, columns, **options)


def _facts(standings: Standings, entries: Sequence[Entry]) -> str:
    count = (
        f"{len(entries):,} of {len(standings.entries):,}"
        if len(entries) < len(standings.entries)
        else f"{len(entries):,}"
    )
    noun = "entry" if count == "1" else "entries"
    where = "" if not standings.part else f" ({slice_label(standings.part)}: {standings.part_regions:,})"
    return (
        f"**{count} {noun}** · {standings.board.config}/{standings.board.split}, {standings.regions:,} regions"
        f"{where} of {standings.images:,} images · values × 100 with 95% intervals over images · entries of equal rank"
        " are a statistical tie"
    )


def trust_sentence(standings: Standings, entries: Sequence[Entry]) -> str:
    """How far the numbers can be trusted, in Markdown: above the table."""
    counts = Counter(entry.standing for entry in entries)
    nouns = {"baseline": "baseline" if counts["baseline"] == 1 else "baselines"}
    parts = [f"{counts[name]} {nouns.get(name, name)}" for name in STANDINGS if counts[name]]
    if standings.board.hidden:
        return f"{', '.join(parts)}. The references of this board are secret: nobody could copy them."
    return (
        f"{', '.join(parts)}. **The references of this board are public**: an entry is *self-reported* until somebody "
        "has made its captions again (*verified*); *baselines* come with the software, trivial ones have no rank."
    )


def _table_view(standings: Standings, entries: Sequence[Entry], columns: Sequence[str], facts: Sequence[str]) -> None:
    column, reverse = _sorting(standings, columns)
    ordered = entries if not column else sort_entries(entries, column, column in standings.lower_is_better, reverse)
    data = table_data(standings, ordered, columns, facts, column or standings.score, reverse)
    key = f"table-{standings.board.name}"
    score_table(data, key, lambda: _sort_by(st.session_state[key].sort, column or standings.score, reverse))


def _sorting(standings: Standings, columns: Sequence[str]) -> tuple[str, bool]:
    """Column and direction that the address asks for; the board's own order otherwise."""
    column, _, direction = place.parameter("sort").partition(".")
    is_column = column in columns or column in (*COSTS, "name", "coverage", "created_at")
    upwards = direction == "up"
    return (column, upwards) if is_column and (upwards or column != standings.score) else ("", False)


def _sort_by(column: str | None, current: str, reverse: bool) -> None:
    if column:
        place.step({"sort": [f"{column}.up" if column == current and not reverse else column]})


def _plain_view(standings: Standings, entries: Sequence[Entry], columns: Sequence[str]) -> None:
    heads = ["Rank", "System", *map(label_of, columns), "Captioned"]
    rows = [
        [
            str(entry.rank) if entry.rank else "–",
            entry.label,
            *(format_number(entry.numbers.get(name)) for name in columns),
            f"{entry.scored:,} of {entry.regions:,}",
        ]
        for entry in entries
    ]
    shell.plain_table(heads, rows, f"{standings.board.title}, ranked by {label_of(standings.score)}")


def _published() -> None:
    for published in read_published(shell.open_store()):
        with st.expander(f"Reported by a paper, not computed here: {published.title}", icon=":material/menu_book:"):
            table = published_table(published)
            shell.plain_table(
                published_headings(published),
                [[row[0], *(format_score(cell[0]) for cell in row[1:])] for row in table.rows],
                f"{published.source.rstrip('.')}. Made on other data or by other tools: do not compare with the board.",
            )
            shell.downloads(table, published.name, f"published-{published.name}")
