"""Parts of pages that Streamlit does not have: an accessible table, and the region explorer.

Each is a script and a style sheet beside this file; ``elements.js`` comes before each script. What they show arrives as
data and is put into the page as text, never as HTML, so that nothing in a system's name or in a caption can run.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["address_bar", "explorer", "failure_list", "pointer", "score_table", "theme"]

_FOLDER = Path(__file__).parent


def score_table(data: dict[str, Any], key: str, on_sort: Callable[[], None] | None = None) -> Any:
    """A table of entries, with links to their pages and to their comparison; its trigger ``sort`` is a column."""
    return _component("score_table")(key=key, data=data, on_sort_change=on_sort or _nothing)


def explorer(data: dict[str, Any], key: str, on_region: Callable[[], None] | None = None) -> Any:
    """Picture, mask tree, captions and uniqueness map of one image.

    Its state ``region`` is ``{"id": region_id, "pick": data["pick"]}``, the one that the reader picked; None before.
    """
    return _component("explorer")(key=key, data=data, on_region_change=on_region or _nothing, default={"region": None})


def address_bar(query: str) -> Any:
    """Puts a query into the address of the page; the browser's history gets no new entry."""
    return _component("address_bar")(key="address-bar", data=query)


def theme(current: str) -> Any:
    """Runs the page again when its theme is another one than `current`, which charts were drawn for."""
    return _component("theme")(key="theme", data=current, on_theme_change=_nothing)


def failure_list(data: dict[str, Any], key: str, on_open: Callable[[], None] | None = None) -> Any:
    """Failures as cards; its trigger ``open`` is the region of a card, where ``in_place`` says so."""
    return _component("failure_list")(key=key, data=data, on_open_change=on_open or _nothing)


def pointer(data: dict[str, Any], key: str) -> Any:
    """A picture to point at; its state ``shape`` has ``kind`` and ``points``, (x, y) as shares of width and height."""
    return _component("pointer")(key=key, data=data, on_shape_change=_nothing, default={"shape": None})


def _nothing() -> None:
    """Streamlit passes on a component's values only if a callback is registered."""


@cache
def _component(name: str) -> Any:
    reading, style, elements, script = (
        (_FOLDER / file).read_text(encoding="utf-8")
        for file in ("reading.css", f"{name}.css", "elements.js", f"{name}.js")
    )
    return st.components.v2.component(f"ureca_{name}", css=reading + style, js=elements + script)
