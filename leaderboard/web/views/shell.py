"""What every page needs: the store, links between pages, permalinks, downloads, and errors that readers understand."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from dataset.errors import NotAllowedError, UrecaError

from ...boards.board import Board, list_boards
from ...reading.exports import FORMATS, Table
from ...reading.standings import Standings, last_change, read_standings
from ...storage.store import Store

if TYPE_CHECKING:
    from ...reading.explore import Gallery

__all__ = [
    "ICON",
    "address",
    "choose_board",
    "day",
    "downloads",
    "gallery_of",
    "go",
    "heading",
    "link",
    "open_store",
    "pick",
    "pick_many",
    "plain_table",
    "remember",
    "run",
    "standings_of",
]

P = ParamSpec("P")

ICON = Path(__file__).with_name("icon.png")
"""Of the browser's tab."""

_PAGES, _CURRENT, _BOARD = "_pages", "_current", "_board"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")
_CONTRAST = (
    "[data-testid=stCaptionContainer],[data-testid=stCaptionContainer] :not(a,code){color:inherit}"
    "[data-testid=stCaptionContainer]{opacity:.82}"
    "[data-tag]{background:#0b63b0!important}"
    "[data-testid=stCode] .token,[data-testid=stMarkdownContainer] code{color:inherit!important}"
)
"""Streamlit's captions, tags and code are too faint for the contrast of 4.5 to 1 that WCAG AA asks for."""
_CACHED_RESULTS = 64
_SHORT = 26


@st.cache_resource
def open_store() -> Store:
    """The store of this server."""
    return Store()


@st.cache_resource(max_entries=4)
def gallery_of(board: str) -> Gallery:
    """Images and references of a board; the last four are kept."""
    from ...reading.explore import open_gallery  # not all pages need it

    return open_gallery(open_store(), board)


def run(page: Any, pages: Mapping[str, Any]) -> None:
    """Show a page; of a `UrecaError` it shows the message."""
    st.session_state[_PAGES] = pages
    if st.session_state.get(_CURRENT) != page.url_path:
        st.session_state[_CURRENT] = page.url_path
        for key in [key for key in st.session_state if str(key).startswith("pick-")]:
            del st.session_state[key]  # choices of another page; on this one the address decides
    st.html("<style>.stMainBlockContainer{max-width:1500px;padding-top:3.9rem;padding-bottom:3rem}</style>")
    st.html(f"<style>{_CONTRAST}</style>")
    try:
        page.run()
    except UrecaError as error:
        st.error(plain(str(error)), icon=":material/error:")


def go(name: str, **parameters: str | Sequence[str]) -> None:
    """Go to another page."""
    st.switch_page(st.session_state[_PAGES][name], query_params=dict(parameters))


def link(name: str, label: str, icon: str | None = None, **parameters: str | Sequence[str]) -> None:
    """A link to another page."""
    st.page_link(st.session_state[_PAGES][name], label=plain(label), icon=icon, query_params=dict(parameters))


def address(name: str, **parameters: str | Sequence[str]) -> str:
    """Where a page is, for links that may be opened elsewhere."""
    return f"{'.' if name == 'board' else name}?{urlencode(parameters, doseq=True)}"


def plain(text: str) -> str:
    """Text from outside, escaped so that Markdown leaves it unchanged."""
    return _MARKDOWN.sub(r"\\\1", text)


def day(seconds: float) -> str:
    """A time as a date in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d")


def heading(title: str, purpose: str = "") -> None:
    """The first line of a page, and what the page is for."""
    st.header(plain(title), anchor=False)
    if purpose:
        st.caption(plain(purpose))


def choose_board(*, open_only: bool = False) -> Board:
    """The board that the reader chose; it is in the address."""
    boards = list_boards(open_store())
    if open_only:
        boards = {name: board for name, board in boards.items() if board.accepts}
    names = list(boards)
    if not names:
        raise NotAllowedError("No board takes submissions at the moment.")
    current = st.query_params.get("board") or st.session_state.get(_BOARD, "")
    st.session_state.setdefault("pick-board", current if current in boards else names[0])
    if st.session_state["pick-board"] not in boards:
        st.session_state["pick-board"] = names[0]
    name: str = st.segmented_control("Board", names, key="pick-board", required=True, label_visibility="collapsed")
    remember("board", [] if name == names[0] else [name])
    st.session_state[_BOARD] = name
    return boards[name]


def pick(label: str, options: Sequence[str], key: str, **rest: Any) -> str:
    """A box to choose one of some names. The address keeps the name, not its label, so that links outlive wording."""
    current = st.query_params.get(key, "")
    st.session_state.setdefault(f"pick-{key}", current if current in options else options[0])
    if st.session_state[f"pick-{key}"] not in options:
        st.session_state[f"pick-{key}"] = options[0]
    choice: str = st.selectbox(label, options, key=f"pick-{key}", **rest)
    remember(key, [] if choice == options[0] else [choice])
    return choice


def pick_many(label: str, options: Sequence[str], default: Sequence[str], key: str, **rest: Any) -> list[str]:
    """As `pick`, for several names."""
    current = [name for name in st.query_params.get_all(key) if name in options]
    st.session_state.setdefault(f"pick-{key}", current or list(default))
    st.session_state[f"pick-{key}"] = [name for name in st.session_state[f"pick-{key}"] if name in options]
    choices: list[str] = st.multiselect(label, options, key=f"pick-{key}", **rest)
    remember(key, [] if choices == list(default) else choices)
    return choices


def remember(key: str, values: list[str]) -> None:
    """Put something into the address, or take it out."""
    if st.query_params.get_all(key) == values:
        return
    if values:
        st.query_params[key] = values
    else:
        del st.query_params[key]


def _until_a_change(read: Callable[Concatenate[Store, P], Standings]) -> Callable[P, Standings]:
    """A function that reads the open store, made to read again only when something has happened there."""

    @st.cache_data(max_entries=_CACHED_RESULTS, ttl=300, show_spinner="Ranking …")
    def read_at(change: int, *choice: P.args, **options: P.kwargs) -> Standings:
        del change  # part of the key
        return read(open_store(), *choice, **options)

    def read_now(*choice: P.args, **options: P.kwargs) -> Standings:
        standings: Standings = read_at(last_change(open_store()), *choice, **options)
        return standings

    return read_now


standings_of = _until_a_change(read_standings)
"""As `read_standings` of the open store."""


def downloads(table: Table, name: str, key: str) -> None:
    """Buttons that hand out a table in every format."""
    with st.popover("Export", icon=":material/download:"):
        for label, form in FORMATS.items():
            st.download_button(
                label,
                data=lambda form=form: form.write(table),
                file_name=f"{name}.{form.suffix}",
                mime=form.media_type,
                key=f"{key}-{form.suffix}",
                on_click="ignore",
                width="stretch",
            )


def plain_table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> None:
    """A table that needs no script."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup('<td class="{}">{}</td>').format(_kind_of(cell), cell) for cell in row)
        )
        for row in rows
    )
    st.html(
        Markup(
            "<style>table.plain{{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}}"
            "table.plain th,table.plain td{{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886;"
            "vertical-align:top}}table.plain .short{{white-space:nowrap}}table.plain .long{{min-width:11rem}}"
            "table.plain .code{{font-family:monospace;font-size:.8em;overflow-wrap:anywhere;min-width:14rem}}"
            "table.plain caption{{text-align:left;opacity:.75}}"
            ".scroll{{overflow-x:auto}}</style>"
            '<div class="scroll"><table class="plain"><caption>{}</caption><thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>"
        ).format(caption, head, body)
    )


def _kind_of(cell: str) -> str:
    """Numbers and names stay on one line; signatures and digests may break anywhere."""
    if len(cell) <= _SHORT:
        return "short"
    return "long" if " " in cell else "code"
