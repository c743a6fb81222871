"""Explore: what every system says of a region, in the picture, and why it failed there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import streamlit as st

from ...reading.entries import Entry, distinct_names
from ...reading.explore import Gallery, answers_of
from ...reading.image_record import first_region, image_record
from ...reading.items import Order, rank_regions
from ...reading.labels import label_of
from ...reading.standings import Standings, last_change
from ...reading.tables import captions_table
from . import place, shell
from .parts.failures import choose_failures, list_failures
from .widgets import explorer

__all__ = ["show"]

_SYSTEMS = 6
_MOST_SYSTEMS = 12
_LISTED = 14
_ORDERS = {
    "images": "Image by image",
    "failures": "One system's failures",
    "disagreement": "Where systems disagree",
    "error": "Where systems fail",
}


def show() -> None:
    """The page."""
    shell.heading(
        "Explore",
        "Pick a region in the picture or in the mask tree: what systems say of it, and what their words fit instead.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        board = shell.choose_board(with_regions=True)
        gallery = shell.gallery_of(board.name)
        standings = shell.standings_of(board.name)
        with st.popover("Systems", icon=":material/groups:"):
            entries = _choose_systems(standings)
    image_id, mapped, order = _choose_image(gallery, standings, entries)
    region_id, go_to = _region_of(gallery, image_id), partial(_go_to, gallery)
    is_list = bool(entries) and order == "failures"
    if is_list:
        entry, failures = choose_failures(gallery, entries, place.parameter("region"), go_to)
    st.caption(_credit(gallery, image_id, len(entries)))
    record = _record(last_change(shell.open_store()), gallery, image_id, tuple(entries), mapped)
    if is_list:  # the list stands where the map would be
        focus = distinct_names(entries)[entry.run_id]
        record = {**record, "no_map": "", "focus": focus, "key": f"{focus}|{record['key']}"}
    explorer({**record, "region": region_id, "pick": place.visit()}, "explorer", _take_region)
    if is_list:
        list_failures(gallery, entry, failures, go_to)
    _as_table(gallery, image_id, entries)


def _choose_systems(standings: Standings) -> list[Entry]:
    names = distinct_names(standings.entries)
    run_ids = shell.pick_many(
        "Systems",
        list(names),
        list(names)[:_SYSTEMS],
        "runs",
        format_func=names.__getitem__,
        max_selections=_MOST_SYSTEMS,
    )
    return [entry for entry in standings.entries if entry.run_id in run_ids]


def _choose_image(gallery: Gallery, standings: Standings, entries: Sequence[Entry]) -> tuple[str, str, str]:
    """The image, the run whose uniqueness map is shown (empty if there is none), and what the reader looks at."""
    images = list(gallery.regions)
    current = _current_image(gallery)
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    names = distinct_names(sorted(entries, key=lambda entry: entry.name == "reference"))
    with middle:
        order = shell.pick("Look at", list(_ORDERS), "order", format_func=_ORDERS.__getitem__)
    mapped = ""
    with right:
        if names and order != "failures":
            mapped = shell.pick("Uniqueness map of", list(names), "map", format_func=names.__getitem__)
    if order in ("disagreement", "error") and entries:
        _offer(gallery, standings, entries, cast("Order", order))
    with left, st.container(horizontal=True, vertical_alignment="bottom"):
        key, at = place.key_of("image"), images.index(current)
        st.selectbox(f"Image, of {len(images)}", images, at, key=key, on_change=_take_image, args=(gallery, key))
        for label, away in (("Previous", -1), ("Next", 1)):
            icon = ":material/chevron_left:" if away < 0 else ":material/chevron_right:"
            other = images[(at + away) % len(images)]
            st.button(label, icon=icon, key=f"step{away}", on_click=_go_to, args=(gallery, other, ""))
    return current, mapped, order


def _current_image(gallery: Gallery) -> str:
    """The image where the reader is: that of the region in the address, or the one in the address, or the first."""
    image_id = gallery.image_of(place.parameter("region")) or place.parameter("image")
    return image_id if image_id in gallery.regions else next(iter(gallery.regions))


def _take_image(gallery: Gallery, key: str) -> None:
    if key == place.key_of("image"):  # and not a late message about the box of an earlier step
        _go_to(gallery, st.session_state[key], "")


def _take_region() -> None:
    region = st.session_state["explorer"].region
    if region and region["pick"] == place.visit():
        place.step({"region": [region["id"]]})


def _offer(gallery: Gallery, standings: Standings, entries: Sequence[Entry], order: Order) -> None:
    """Regions to look at first, as buttons."""
    scores = [name for name in standings.columns() if any(name in entry.numbers for entry in entries)]
    score = shell.pick("By", scores, "by", format_func=label_of)
    regions = rank_regions(shell.open_store(), entries, score, order, limit=_LISTED)
    if not regions:
        st.caption("There is no such region: these systems agree, or none of them fails.")
    with st.container(horizontal=True):
        for region in regions:
            image_id = region.region_id.rpartition("/")[0]
            st.button(
                shell.plain(f"{region.region_id} · {100 * region.value:.0f}"),
                key=f"offer-{region.region_id}",
                type="tertiary",
                on_click=_go_to,
                args=(gallery, image_id, region.region_id),
            )


def _go_to(gallery: Gallery, image_id: str, region_id: str) -> None:
    """Show an image, and one of its regions."""
    first = next(iter(gallery.regions))
    changes = {"image": [] if image_id == first else [image_id], "region": [region_id] if region_id else []}
    place.step(changes, to_new_widgets=True)


def _region_of(gallery: Gallery, image_id: str) -> str:
    """The region of the address if it is in this image, else the one to start from."""
    region_id = place.parameter("region")
    return region_id if gallery.image_of(region_id) == image_id else first_region(gallery, image_id)


@st.cache_data(max_entries=24, ttl=600, show_spinner="Reading …", hash_funcs={Gallery: lambda gallery: gallery.board})
def _record(change: int, gallery: Gallery, image_id: str, entries: tuple[Entry, ...], mapped: str) -> dict[str, Any]:
    del change  # part of the key
    return image_record(shell.open_store(), gallery, image_id, entries, mapped)


def _credit(gallery: Gallery, image_id: str, systems: int) -> str:
    return (
        f"{shell.plain(image_id)}: {len(gallery.regions[image_id])} regions, {systems} systems. Orange: the region. "
        "Dashed: what the caption under the pointer fits instead. Dots in the tree: one for each system."
    )


def _as_table(gallery: Gallery, image_id: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    with st.expander("The same as a plain table"):
        answers = answers_of(shell.open_store(), gallery, image_id, entries)
        references = {region.region_id: region.captions for region in gallery.regions[image_id]}
        table = captions_table(image_id, answers, references)
        shell.plain_table([column.name for column in table.columns], table.rows, table.title)
        shell.downloads(table, f"captions-{image_id}", "captions")
