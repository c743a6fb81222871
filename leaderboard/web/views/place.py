"""Where the reader is: the address of the page is the truth, and each step makes one entry in the browser's history.

What pages show follows from the parameters of the address. They change in two ways only: the browser goes somewhere
(a link, Back, Forward), or the reader chooses something, and the callback of that widget takes one `step`. Drawing a
page never changes the address. Widgets have keys that end with the number of the visit: after the browser has gone
somewhere they are new ones, so that late messages about the former ones cannot undo the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from .widgets import address_bar

__all__ = ["arrive", "complete", "key_of", "parameter", "parameters", "step", "visit"]

_ADDRESS, _PAGE, _VISIT = "_address", "_page", "_visit"
_SENT, _SEEN, _BEFORE = "_sent", "_seen", "_before"
"""Steps on their way to the browser, what the browser last said, and what it said before the steps of this run."""

_LATE = 32
"""So many of the last steps may still be on their way to the browser."""

Address = dict[str, list[str]]


def arrive(page: str) -> None:
    """Take over the address if the browser has gone somewhere since the last run; first thing on every page."""
    state = st.session_state
    before_steps = state.pop(_BEFORE, None)
    address = _of_browser() if before_steps is None or _went_back() else before_steps
    if state.get(_PAGE) != page or _went_back() or address not in (state[_SEEN], *state[_SENT]):
        state[_PAGE], state[_ADDRESS] = page, address
        state[_SENT] = []
        state[_VISIT] = visit() + 1
    elif address != state[_SEEN]:
        state[_SENT] = state[_SENT][state[_SENT].index(address) + 1 :]
    state[_SEEN] = address


def visit() -> int:
    """How often the browser has gone somewhere."""
    number: int = st.session_state.get(_VISIT, 0)
    return number


def key_of(name: str) -> str:
    """The key of a widget of this visit."""
    return f"pick-{name}-{visit()}"


def parameters(name: str) -> list[str]:
    """All values of a parameter of the address."""
    values: list[str] = st.session_state.get(_ADDRESS, {}).get(name, [])
    return values


def parameter(name: str) -> str:
    """The value of a parameter of the address; empty if there is none."""
    return next(iter(reversed(parameters(name))), "")


def step(changes: Mapping[str, Sequence[str]], *, to_new_widgets: bool = False) -> None:
    """Go on to another address of this page: one entry in the browser's history. Call it in callbacks only.

    Args:
        changes: parameter -> its values; none takes it out.
        to_new_widgets: whether other choices on the page follow from the new address as well.
    """
    state = st.session_state
    address = {**state.get(_ADDRESS, {}), **{name: list(values) for name, values in changes.items()}}
    address = {name: values for name, values in address.items() if values}
    if address == state.get(_ADDRESS):
        return
    state[_ADDRESS] = address
    state[_SENT] = [*state.get(_SENT, []), address][-_LATE:]
    if to_new_widgets:
        state[_VISIT] = visit() + 1
    state.setdefault(_BEFORE, _of_browser())
    st.query_params.from_dict(address)


def complete(changes: Mapping[str, Sequence[str]]) -> None:
    """Say in the address what the page shows without having been asked for it; the history gets no new entry."""
    state = st.session_state
    address = {**state[_ADDRESS], **{name: list(values) for name, values in changes.items()}}
    if address != state[_ADDRESS]:
        state[_ADDRESS] = address
        state[_SENT] = [*state[_SENT], address][-_LATE:]
        address_bar(urlencode(address, doseq=True))


def _of_browser() -> Address:
    address: Any = {name: st.query_params.get_all(name) for name in st.query_params}
    return {name: values for name, values in address.items() if values}


def _went_back() -> bool:
    """Whether this run comes from the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
