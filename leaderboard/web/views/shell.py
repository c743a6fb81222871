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
from . import place

if TYPE_CHECKING:
    from ...reading.explore import Gallery

__all__ = [
    "ICON",
    "address",
    "choose_board",
    "day",
    "downloads",
    "gallery_of",
    "heading",
    "link",
    "open_store",
    "pick",
    "pick_many",
    "pick_one",
    "plain_table",
    "run",
    "standings_of",
    "tick",
    "type_in",
]

P = ParamSpec("P")

ICON = Path(__file__).with_name("icon.png")
"""Of the browser's tab."""

_PAGES, _BOARD = "_pages", "_board"
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
    place.arrive(page.url_path)
    st.html("<style>.stMainBlockContainer{max-width:1500px;padding-top:3.9rem;padding-bottom:3rem}</style>")
    st.html(f"<style>{_CONTRAST}</style>")
    try:
        page.run()
    except UrecaError as error:
        st.error(plain(str(error)), icon=":material/error:")


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


def choose_board(*, open_only: bool = False, with_regions: bool = False) -> Board:
    """The board that the reader chose; it is in the address.

    Args:
        open_only: only boards that take submissions.
        with_regions: only boards whose regions and references may be shown.
    """
    boards = {
        name: board
        for name, board in list_boards(open_store()).items()
        if (board.accepts or not open_only) and not (board.hidden and with_regions)
    }
    names = list(boards)
    if not names:
        raise NotAllowedError("There is no such board at the moment.")
    current = next((name for name in (place.parameter("board"), st.session_state.get(_BOARD)) if name in boards), "")
    current = current or names[0]
    if current != names[0]:
        place.complete({"board": [current]})
    key = place.key_of("board")
    if st.session_state.get(key) not in boards:
        st.session_state[key] = current
    name: str = st.segmented_control(
        "Board",
        names,
        key=key,
        format_func=lambda name: plain(boards[name].title),
        required=True,
        label_visibility="collapsed",
        on_change=_take_board,
        args=(key, names[0]),
    )
    st.session_state[_BOARD] = name
    return boards[name]


_OF_ONE_BOARD = ("image", "region", "runs", "map", "system", "submission")


def _take_board(key: str, first: str) -> None:
    if key != place.key_of("board") or st.session_state[key] is None:
        return
    name = st.session_state[_BOARD] = st.session_state[key]
    place.step({"board": [] if name == first else [name], **dict.fromkeys(_OF_ONE_BOARD, ())}, to_new_widgets=True)


def pick(label: str, options: Sequence[str], key: str, **rest: Any) -> str:
    """A box to choose one of some names. The address keeps the name, not its label, so that links outlive wording."""
    choice: str = st.selectbox(label, options, **_bound(key, options), **rest)
    return choice


def pick_one(label: str, options: Sequence[str], key: str, **rest: Any) -> str:
    """As `pick`, with all names in view."""
    choice: str = st.segmented_control(label, options, required=True, **_bound(key, options), **rest)
    return choice


def pick_many(label: str, options: Sequence[str], default: Sequence[str], key: str, **rest: Any) -> list[str]:
    """As `pick`, for several names."""
    widget = place.key_of(key)
    current = [name for name in place.parameters(key) if name in options]
    st.session_state.setdefault(widget, current or list(default))
    st.session_state[widget] = [name for name in st.session_state[widget] if name in options]
    choices: list[str] = st.multiselect(
        label, options, key=widget, on_change=_take, args=(widget, key, list(default)), **rest
    )
    return choices


def tick(label: str, key: str, *, default: bool = False) -> bool:
    """A box to tick; the address keeps it unless it is as by default."""
    widget = place.key_of(key)
    st.session_state.setdefault(widget, {"true": True, "false": False}.get(place.parameter(key), default))
    ticked: bool = st.checkbox(label, key=widget, on_change=_take, args=(widget, key, default))
    return ticked


def type_in(label: str, key: str, **rest: Any) -> str:
    """A line of text, kept in the address."""
    widget = place.key_of(key)
    st.session_state.setdefault(widget, place.parameter(key))
    text: str = st.text_input(label, key=widget, on_change=_take, args=(widget, key, ""), **rest)
    return text or ""


def _bound(key: str, options: Sequence[str]) -> dict[str, Any]:
    """What makes a widget show a parameter of the address and change it; the first option is the one by default."""
    widget, current = place.key_of(key), place.parameter(key)
    if st.session_state.get(widget) not in options:
        st.session_state[widget] = current if current in options else options[0]
    return {"key": widget, "on_change": _take, "args": (widget, key, options[0])}


def _take(widget: str, key: str, default: Any) -> None:
    """Take over what a widget says into the address; what is so by default is left out."""
    choice = st.session_state[widget]
    if widget != place.key_of(key) or choice is None:
        return  # a late message about a widget that is gone, or an early one: the browser has yet to draw it
    if choice == default:
        place.step({key: ()})
    elif isinstance(choice, list):
        place.step({key: choice})
    else:
        place.step({key: [str(choice).lower() if isinstance(choice, bool) else choice]})


def _until_a_change(read: Callable[Concatenate[Store, P], Standings]) -> Callable[P, Standings]:
    """A function that reads the open store, made to read again only when something has happened there."""

    @st.cache_resource(max_entries=_CACHED_RESULTS, show_spinner="Ranking …")  # standings never change
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
            "vertical-align:top}}table.plain .short{{white-space:nowrap}}table.plain .long{{min-width:min(11rem,34vw)}}"
            "table.plain .code{{font-family:monospace;font-size:.8em;overflow-wrap:anywhere;min-width:14rem}}"
            "table.plain caption{{text-align:left;opacity:.75}}table.plain caption span{{display:block;max-width:88vw}}"
            ".scroll{{overflow-x:auto}}</style>"
            '<div class="scroll"><table class="plain"><caption><span>{}</span></caption><thead><tr>{}</tr></thead>'
            "<tbody>{}</tbody></table></div>"
        ).format(caption, head, body)
    )


def _kind_of(cell: str) -> str:
    """Numbers and names stay on one line; signatures and digests may break anywhere."""
    if len(cell) <= _SHORT:
        return "short"
    return "long" if " " in cell else "code"
