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

__all__ = ["explorer", "failure_list", "pointer", "score_table"]

_FOLDER = Path(__file__).parent


def score_table(data: dict[str, Any], key: str) -> Any:
    """A table of entries. The result has triggers: ``sort`` (a column), ``open`` (a row's id), ``compare`` (ids)."""
    return _component("score_table")(
        key=key, data=data, on_sort_change=_nothing, on_open_change=_nothing, on_compare_change=_nothing
    )


def explorer(data: dict[str, Any], key: str) -> Any:
    """Picture, mask tree, captions and uniqueness map of one image; its state ``region`` is the one picked."""
    return _component("explorer")(key=key, data=data, on_region_change=_nothing, default={"region": data["region"]})


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
