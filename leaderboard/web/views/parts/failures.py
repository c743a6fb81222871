"""Lists of failures: of one system, in groups with counts, with pictures and reasons, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from ....reading.entries import Entry, distinct_names
from ....reading.explore import Gallery
from ....reading.failures.cards import failure_cards
from ....reading.failures.groups import GROUPS, Failure, count_groups, failures_of
from .. import shell
from ..widgets import failure_list

__all__ = ["choose_failures", "list_failures", "summarize_failures"]

_A_PAGE = 6


def choose_failures(
    gallery: Gallery, entries: Sequence[Entry], current: str, go_to: Callable[[str, str], None]
) -> tuple[Entry, list[Failure]]:
    """The controls: whose failures, which of them, and steps from one to the next.

    Args:
        gallery: of the board.
        entries: whose failures can be chosen, one at least.
        current: the region that is shown.
        go_to: shows an image and one of its regions.
    """
    store = shell.open_store()
    names = distinct_names(sorted(entries, key=lambda entry: not failures_of(store, gallery, entry)))
    whose, why, kind, steps = st.columns([3, 3, 2, 4], vertical_alignment="bottom")
    with whose:
        run_id = shell.pick("Failures of", list(names), "of", format_func=names.__getitem__)
    entry = next(entry for entry in entries if entry.run_id == run_id)
    failures = list(failures_of(store, gallery, entry))
    with kind:
        kinds = ["all", *sorted({failure.granularity for failure in failures if failure.granularity})]
        granularity = shell.pick("Granularity", kinds, "kind", format_func=str.capitalize)
    if granularity != "all":
        failures = [failure for failure in failures if failure.granularity == granularity]
    with why:
        group = _choose_group(failures)
    if group != "all":
        failures = [failure for failure in failures if failure.group == group]
    with steps, st.container(horizontal=True, vertical_alignment="center"):
        _steps(failures, current, go_to)
    if group != "all":
        st.caption(GROUPS[group].meaning)
    return entry, failures


def list_failures(
    gallery: Gallery, entry: Entry, failures: Sequence[Failure], go_to: Callable[[str, str], None]
) -> None:
    """Cards of the failures under the picture, some at a time; opening one shows its region above."""
    pages = [str(number + 1) for number in range(-(-len(failures) // _A_PAGE))]
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(f"{len(failures):,} failures", anchor=False, width="content")
        at = int(shell.pick(f"Page, of {len(pages):,}", pages, "page", width=140)) - 1 if len(pages) > 1 else 0
    if not failures:
        st.caption("No caption of this system failed in this way.")
        return
    key = "failures"

    def open_region() -> None:
        region_id = st.session_state[key].open
        image_id = next((one.image_id for one in failures if one.region_id == region_id), None)
        if image_id is not None:
            go_to(image_id, region_id)

    cards = _cards(gallery, entry, tuple(failures[_A_PAGE * at : _A_PAGE * (at + 1)]))
    failure_list({"cards": cards, "in_place": True}, key, open_region)


def summarize_failures(gallery: Gallery, entry: Entry) -> None:
    """Where one system fails: groups with counts and what they mean, and a few failures with their reasons."""
    failures = failures_of(shell.open_store(), gallery, entry)
    if not failures:
        return
    st.subheader("Where it fails", anchor=False)
    counts = count_groups(failures)
    regions = sum(map(len, gallery.regions.values()))
    rows = [
        [GROUPS[group].title, f"{count:,}", f"{100 * count / regions:.1f}%", GROUPS[group].meaning]
        for group, count in counts.items()
    ]
    title = f"{len(failures):,} of {regions:,} captions are wrong"
    shell.plain_table(["Failure", "Captions", "Of all", "What it means"], rows, title)
    first = [next(failure for failure in failures if failure.group == group) for group in counts][:_A_PAGE]
    failure_list({"cards": _cards(gallery, entry, tuple(first)), "in_place": False}, "system-failures")
    shell.link(
        "explore",
        "All failures, one after the other",
        icon=":material/image_search:",
        board=gallery.board,
        runs=[entry.run_id],
        order="failures",
        of=entry.run_id,
    )


def _choose_group(failures: Sequence[Failure]) -> str:
    counts = count_groups(failures)

    def label(group: str) -> str:
        return f"All ({len(failures):,})" if group == "all" else f"{GROUPS[group].title} ({counts.get(group, 0):,})"

    return shell.pick("Why", ["all", *GROUPS], "why", format_func=label)


def _steps(failures: Sequence[Failure], current: str, go_to: Callable[[str, str], None]) -> None:
    places = {failure.region_id: place for place, failure in enumerate(failures)}
    at = places.get(current)
    for label, away, icon in (("Previous failure", -1, "chevron_left"), ("Next failure", 1, "chevron_right")):
        next_one = _stepped(failures, at, away)
        st.button(
            label,
            icon=f":material/{icon}:",
            key=f"failure{away}",
            disabled=next_one is None,
            on_click=go_to,
            args=("", "") if next_one is None else (next_one.image_id, next_one.region_id),
        )
    if at is not None:
        st.caption(f"{at + 1:,} of {len(failures):,}")


def _stepped(failures: Sequence[Failure], at: int | None, away: int) -> Failure | None:
    if not failures:
        return None
    return failures[0] if at is None else failures[(at + away) % len(failures)]


@st.cache_data(max_entries=48, ttl=600, show_spinner="Reading …", hash_funcs={Gallery: lambda gallery: gallery.board})
def _cards(gallery: Gallery, entry: Entry, failures: tuple[Failure, ...]) -> list[dict[str, Any]]:
    cards = failure_cards(shell.open_store(), gallery, entry, failures)
    for card in cards:
        parameters = {"board": gallery.board, "image": card["image"], "region": card["region"]}
        card["href"] = shell.address("explore", **parameters, runs=[entry.run_id], order="failures", of=entry.run_id)
    return cards
