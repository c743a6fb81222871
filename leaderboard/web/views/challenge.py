"""A hidden challenge: its standing leads the board's page; Submit has images and masks, rules and commitment."""

from __future__ import annotations

import streamlit as st

from ...boards.board import CHALLENGE, Board, list_boards
from ...boards.challenge import find_challenge, package_of
from ...reading.labels import format_number, label_of
from ...reading.ranking import ALL_PAIRS
from ...storage.store import Store
from . import shell

__all__ = ["show_challenge", "show_leading_challenge"]

_SHOWN = 5


def show_challenge(store: Store, board: Board) -> None:
    """Show a challenge's files and rules; nothing on other boards."""
    if board.config != CHALLENGE:
        return
    with store.reading() as session:
        row = find_challenge(session, board.name)
    if board.hidden:
        st.info(
            f"A hidden test: {row.images:,} images and {row.details['regions']:,} regions with secret references. "
            f"Every region needs a caption; {board.quota_per_day} submissions a day. "
            "Scores of single regions are shown when it is published.",
            icon=":material/visibility_off:",
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Images and masks",
            data=lambda: package_of(store, board.name).read_bytes(),
            file_name=f"{board.name}.zip",
            mime="application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
        st.caption(f"Committed to as `{row.details['commitment']}`")


def show_leading_challenge(board: Board) -> None:
    """Show the first systems of the newest open challenge; nothing where there is none, or on a hidden board itself."""
    challenges = [other for other in list_boards(shell.open_store()).values() if other.hidden and other.accepts]
    if not challenges or board.hidden:
        return
    challenge = challenges[-1]
    with st.container(border=True):
        st.markdown(
            f":material/visibility_off: **{shell.plain(challenge.title)}** is open: its references are secret, "
            "so nobody could copy them."
        )
        _show_first(challenge)
        with st.container(horizontal=True):
            shell.link("board", "Whole standing", icon=":material/leaderboard:", board=challenge.name)
            shell.link("submit", "Take part", icon=":material/upload_file:", board=challenge.name)


def _show_first(challenge: Board) -> None:
    standings = shell.standings_of(challenge.name, ranked=False)
    if len(standings.entries) <= ALL_PAIRS:
        standings = shell.standings_of(challenge.name)
    if not standings.entries:
        st.caption("No system has been scored on it yet.")
        return
    columns = standings.columns()[:3]
    rows = [
        [str(entry.rank or "–"), entry.label, *(format_number(entry.numbers.get(name)) for name in columns)]
        for entry in standings.entries[:_SHOWN]
    ]
    count = len(standings.entries)
    which = (
        f"the first {_SHOWN} of {count:,} entries" if count > _SHOWN else f"{count} entr{'y' if count == 1 else 'ies'}"
    )
    shell.plain_table(["Rank", "System", *map(label_of, columns)], rows, f"Hidden challenge, {which}")
