"""A board without scores: what is on its way to it."""

from __future__ import annotations

import streamlit as st

from ...queue.health import queue_health
from . import shell

__all__ = ["show_preparation"]


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
