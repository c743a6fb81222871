"""Boards before visitors come to them: what is on its way to one without scores, and what others first show."""

from __future__ import annotations

import streamlit as st

from ...queue.health import queue_health
from ...reading.ranking import ranking_is_ready
from ...reading.standings import Standings
from ...storage.schema import BASELINE
from . import shell

__all__ = ["first_standings", "show_preparation"]


@st.fragment(run_every=5.0)
def show_preparation(board: str) -> None:
    """Show the queue, and the board itself as soon as it has a score."""
    if shell.standings_of(board, ranked=False).scores:
        st.rerun()
    store = shell.open_store()
    with store.reading() as session:
        health = queue_health(session, store.settings, store.now(session))
    if not health.queued + health.running:
        st.info(
            "Nothing has been scored on this board yet. A new leaderboard first has its data captioned by the built-in "
            "captioners, which takes a minute or two. Or be the first.",
            icon=":material/hourglass_empty:",
        )
        return
    st.info(
        f"Being prepared: {health.running} being scored, {health.queued} waiting in the queue of all boards. "
        "The first rows come by themselves.",
        icon=":material/hourglass_top:",
    )
    if not health.alive:
        st.caption("No worker is running: the operator has to start one.")


def first_standings(board: str) -> Standings | None:
    """What the page of a board first shows, read as that page reads it; None before it is scored and ranked."""
    everything = shell.standings_of(board, ranked=False)
    if not everything.scores:
        return None
    score, headlines = everything.scores[0], everything.columns()
    columns = [score, *(column for column in everything.scores[1:] if column in headlines)]
    options = {"baselines": True, "all_submissions": False}
    plain = shell.standings_of(board, score, "", columns, **options, ranked=False)
    ids = [entry.run_id for entry in plain.entries if entry.kind != BASELINE]
    if not ranking_is_ready(shell.open_store(), ids, score):
        return None
    return shell.standings_of(board, score, "", columns, **options)
