"""The board in the first answer: all rows are there before Streamlit has loaded in the browser.

Streamlit's page is an empty shell that loads a hundred files, opens a connection and asks for the page. The answer to
the address of a board therefore holds its table as well, as data and with the script that draws it on the page later.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
import tomllib
from collections.abc import Mapping, MutableMapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from markupsafe import Markup

from dataset.errors import UrecaError

from ..reading.exports import script_json
from ..reading.standings import last_change
from .gate import Message, Receive, Send

__all__ = ["FirstView", "prepare_first_views"]

logger = logging.getLogger(__name__)

_PATHS: Final = ("", "/board")
_WIDGETS: Final = Path(__file__).parent / "views" / "widgets"
_CONFIG: Final = Path(__file__).parent / ".streamlit" / "config.toml"
_ASKED_AGAIN: Final = (b"if-none-match", b"if-modified-since", b"accept-encoding", b"range")
"""Headers about a copy of the shell, which is another answer."""
_REPLACED: Final = (b"content-length", b"etag", b"last-modified", b"cache-control", b"accept-ranges", b"vary")
_WHERE: Final = "<script>window.__streamlit = {{ BACKEND_BASE_URL: new URL({}, location.href).href }}</script>"
_APP: Final = re.compile(rb'<script type="module" crossorigin src="([^"]+)"></script>')
"""Streamlit's script, which the first view starts once its rows are painted."""
_TEXT_COLOURS: Final = {"light": ("#157f3d", "#bd2626", "#a05a00"), "dark": ("#5ce488", "#ff8080", "#ffbd45")}
"""Of badges: green, red, orange."""


class FirstView:
    """ASGI middleware: puts the table of a board into the shell that is answered to its address.

    Every shell says where the server is; Streamlit otherwise finds out by asking for addresses that do not exist.

    Args:
        app: what answers with the page.
        prefix: path under which the app is served.
    """

    def __init__(self, app: Any, prefix: str = "") -> None:
        self._app, self._prefix = app, prefix
        self._where = _WHERE.format(f"'{prefix}/'" if prefix else "'./'").encode()
        self._pages: dict[str | None, tuple[str, bytes, bytes, bytes]] = {}
        """Board -> its view and the shell, of which its page was made; the page, and the page compressed."""

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if not self._is_page(scope):
            await self._app(scope, receive, send)
            return
        board = self._board(scope)
        view = "" if board is None else await asyncio.to_thread(_view_of, board)
        accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
        headers = [(name, value) for name, value in scope["headers"] if name not in _ASKED_AGAIN]
        start: Message = {}
        body = bytearray()

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await self._answer(start, bytes(body), board or "", view, b"gzip" in accepted, send)

        await self._app({**scope, "headers": headers}, receive, collect)

    def _is_page(self, scope: Mapping[str, Any]) -> bool:
        """Whether Streamlit's shell may be the answer."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return False
        last = scope["path"].removeprefix(self._prefix).removeprefix("/").rstrip("/")
        return "/" not in last and "." not in last

    def _board(self, scope: Mapping[str, Any]) -> str | None:
        """The board whose first view is asked for, empty for the first one; None if something else is asked for."""
        if scope["path"].removeprefix(self._prefix).rstrip("/") not in _PATHS:
            return None
        query = parse_qs(scope["query_string"].decode("latin-1"))
        return query.get("board", [""])[-1] if set(query) <= {"board"} else None

    async def _answer(self, start: Message, body: bytes, board: str, view: str, packed: bool, send: Send) -> None:
        if start["status"] == 200 and b"</body>" in body:
            page, small = self._page(body, board, view)
            body = small if packed else page
            headers = [(name, value) for name, value in start["headers"] if name.lower() not in _REPLACED]
            headers += [(b"cache-control", b"no-store"), (b"vary", b"accept-encoding")]
            start["headers"] = [*headers, *([(b"content-encoding", b"gzip")] if packed else [])]
            start["headers"].append((b"content-length", str(len(body)).encode()))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _page(self, shell: bytes, board: str, view: str) -> tuple[bytes, bytes]:
        """The shell with a view in it, and the same compressed; the last one of each board is kept."""
        key = board if view else None
        *parts, page, small = self._pages.get(key, ("", b"", b"", b""))
        if parts != [view, shell]:
            page = shell.replace(b"<head>", b"<head>" + self._where, 1)
            if view:
                page = _APP.sub(rb'<link rel="modulepreload" id="app" crossorigin href="\1">', page, count=1)
                page = page.replace(b"</body>", view.encode() + b"</body>", 1)
            small = gzip.compress(page, 5)
            self._pages[key] = (view, shell, page, small)
        return page, small


def prepare_first_views() -> None:
    """Read and draw every board, so that no visitor waits for it."""
    from ..boards.board import list_boards
    from .views import shell

    for name in list_boards(shell.open_store()):
        _view_of(name)


def _view_of(board: str) -> str:
    """What is put into the page of a board; empty if there is nothing to show of it."""
    from ..boards.board import list_boards
    from .views import shell

    try:
        store = shell.open_store()
        names = list(list_boards(store))
        name = board if board in names else names[0] if names and not board else ""
        return _drawn(last_change(store), name) if name else ""
    except UrecaError as error:
        logger.warning("no first view of %r: %s", board, error)
        return ""


@lru_cache(maxsize=8)
def _drawn(change: int, name: str) -> str:
    """HTML of the first view of a board; `change` is the number of the newest event, with which it may change."""
    from .views import shell
    from .views.board import trust_sentence
    from .views.parts.introduction import TITLE, board_sentences
    from .views.parts.table_data import facts_of_makers, table_data
    from .views.preparation import first_standings

    del change
    standings = first_standings(name)
    if standings is None:
        return ""
    everything = shell.standings_of(name, ranked=False)
    columns = [standings.score, *(one for one in standings.columns() if one != standings.score)]
    facts = facts_of_makers(everything.entries)
    table = table_data(standings, standings.entries, columns, facts, standings.score, reverse=False)
    outer, inner, script = _frame()
    return str(
        Markup(
            '<style>{}</style><div id="first-view"><div><h2>{}</h2><p>{}</p><p class="trust">{}</p>'
            '<div class="table"></div></div></div>'
            '<script type="application/json" id="first-view-data">{}</script><script>{}</script>'
        ).format(
            Markup(outer),  # noqa: S704 - this package's own files
            TITLE,
            board_sentences(standings.board),
            trust_sentence(standings, standings.entries).replace("*", ""),
            script_json({"table": table, "style": inner}),
            Markup(script),  # noqa: S704
        )
    )


@cache
def _frame() -> tuple[str, str, str]:
    """Style sheet of the page, style sheet of the table, and the script, as they stand in the page."""
    names = ("first_view.css", "score_table.css", "elements.js", "score_table.js", "first_view.js")
    outer, inner, *scripts = ((_WIDGETS / name).read_text(encoding="utf-8") for name in names)
    script = "".join(scripts).replace("export default function", "const draw = function")
    return _colours() + outer, inner, "{\n" + script + "}"


def _colours() -> str:
    """The variables that Streamlit gives its components, for light and dark pages."""
    themes = tomllib.loads(_CONFIG.read_text(encoding="utf-8"))["theme"]
    rules = {name: ";".join(_variables(themes, name)) for name in ("light", "dark")}
    return (
        f"#first-view{{{rules['light']}}}#first-view[data-theme=Dark]{{{rules['dark']}}}"
        f"@media(prefers-color-scheme:dark){{#first-view:not([data-theme=Light]){{{rules['dark']}}}}}"
    )


def _variables(themes: Mapping[str, Any], name: str) -> list[str]:
    green, red, orange = _TEXT_COLOURS[name]
    values = {
        **themes[name],
        "baseRadius": themes["baseRadius"],
        "buttonRadius": themes["baseRadius"],
        "font": '"Source Sans", sans-serif',
        "greenTextColor": green,
        "redTextColor": red,
        "orangeTextColor": orange,
    }
    variables = [
        f"--st-{re.sub('[A-Z]', lambda letter: '-' + letter[0].lower(), key)}:{value}" for key, value in values.items()
    ]
    return [f"color-scheme:{name}", *variables]
