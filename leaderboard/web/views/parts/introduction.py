"""The first screen of the board: what is measured, in two sentences and one picture; and the last lines of it."""

from __future__ import annotations

import base64
import time
from collections.abc import Sequence
from typing import Any

import streamlit as st
from markupsafe import Markup

from ....boards.board import Board
from ....reading.chart_style import Ink
from ....reading.entries import Entry
from .. import shell
from .chart_views import follow_theme, page_ink

__all__ = ["TITLE", "board_sentences", "conclude", "explain_board", "introduce"]

TITLE = "URECA leaderboard"

_RULE = {
    "scenes": "On these rendered scenes a listener that knows the whole scene decides.",
    "rooms": "On these rendered rooms a listener that knows the whole room decides.",
    "photos": "On these photographs the words are compared with the references of every region of the image.",
}
_SENTENCE = "A system captions every marked region of an image; a caption counts if it holds for that region alone."
_CAPTIONS = (
    ("✓", "the red cup", "this cup alone"),
    ("✗", "the cup", "both cups"),
    ("✗", "the blue cup", "the other cup"),
)
_CUP = '<path d="M{0} 44h34l-4 38a6 6 0 0 1-6 5h-14a6 6 0 0 1-6-5z" fill="{1}"/><path d="M{2} 52c16-3 16 22-2 20" {3}/>'
_ALT = (
    "Two cups, the red one marked. “The red cup” fits it alone, “the cup” fits both, “the blue cup” fits the other one."
)
_DAY = 86_400.0


def introduce() -> Any:
    """The head of the page; returns the container under the sentences, for the choice of a board."""
    left, right = st.columns([3, 2], vertical_alignment="center", gap="medium")
    with right:
        st.html(_picture(page_ink()))
        follow_theme()
    with left:
        st.header(TITLE, anchor=False)
        return st.container()


def explain_board(board: Board) -> None:
    """Say what is measured on a board."""
    st.markdown(board_sentences(board))


def board_sentences(board: Board) -> str:
    """What is measured on a board, in two sentences."""
    return f"{_SENTENCE} {_RULE.get(board.config, '')}".rstrip()


def conclude(board: Board, entries: Sequence[Entry]) -> None:
    """The last lines: when something changed, news, and where to turn to."""
    settings = shell.open_store().settings
    newest = max((entry.created_at for entry in entries), default=None)
    if settings.news:
        st.info(shell.plain(settings.news), icon=":material/campaign:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if newest is not None:
            days = int((time.time() - newest) // _DAY)
            ago = "today" if days < 1 else "yesterday" if days == 1 else f"{days:,} days ago"
            st.caption(f"Last submission on {shell.plain(board.title)}: {shell.day(newest)}, {ago}", width="content")
        shell.link("about", "Questions and answers", icon=":material/help:")
        for label, icon, address in (
            ("Code and data", "code", settings.repository),
            ("Contact", "mail", settings.contact),
        ):
            if address:
                st.link_button(label, address, icon=f":material/{icon}:", type="tertiary")


def _picture(ink: Ink) -> Markup:
    """Two cups, one of them marked, and what three captions are worth: an image in the colours of the page."""
    red, blue, edge = "#c8402f", "#3f6fb5", 'fill="none" stroke="{}" stroke-width="6"'
    cups = _CUP.format(22, red, 54, edge.format(red)) + _CUP.format(92, blue, 124, edge.format(blue))
    mark = '<path d="M14 38h64v55h-64z" fill="none" stroke="#e69f00" stroke-width="3" stroke-dasharray="6 4"/>'
    table = f'<path d="M4 94h146" stroke="{ink.faint}" stroke-width="3"/>'
    rows = [
        f'<text x="172" y="{40 + 27 * row}" fill="{ink.text}" font-size="15">'
        f'<tspan fill="{ink.line if sign == "✓" else red}" font-weight="700">{sign}</tspan> “{caption}” '
        f'<tspan fill="{ink.faint}" font-size="13">{fits}</tspan></text>'
        for row, (sign, caption, fits) in enumerate(_CAPTIONS)
    ]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="224" viewBox="0 0 400 112" '
        'font-family="sans-serif">'
        f"{table}{cups}{mark}{''.join(rows)}</svg>"
    )
    source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    return Markup('<img src="{}" alt="{}" style="width:100%;max-width:30rem;display:block">').format(source, _ALT)
