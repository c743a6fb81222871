"""What participants of a challenge need on the Submit page: images and masks, the rules, the commitment."""

from __future__ import annotations

import streamlit as st

from ...boards.board import CHALLENGE, Board
from ...boards.challenge import find_challenge, package_of
from ...storage.store import Store

__all__ = ["show_challenge"]


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
