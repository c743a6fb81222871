"""Explore: what every system says of a region, in the picture, and why it failed there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from dataset.errors import NotAllowedError

from ..entries import Entry
from ..explore import Gallery, Said, UniquenessMap, mask_tree, open_gallery, sayings, uniqueness_map
from ..items import Order, rank_regions
from ..labels import label_of
from ..pictures import draw_picture
from ..standings import Standings, last_change
from ..tables import captions_table
from . import shell
from .widgets import explorer

__all__ = ["show"]

_SYSTEMS = 6
_MOST_SYSTEMS = 12
_LISTED = 14
_ORDERS = {"images": "Image by image", "disagreement": "Where systems disagree", "error": "Where systems fail"}


def show() -> None:
    """The page."""
    shell.heading(
        "Explore",
        "Pick a region in the picture or in the mask tree: what systems say of it, and what their words fit instead.",
    )
    board = shell.choose_board()
    if board.hidden:
        raise NotAllowedError(f"The references of {board.title} are hidden until the challenge is published.")
    gallery = _gallery(board.name)
    standings = shell.standings_of(board.name)
    entries = _choose_systems(standings)
    image_id, mapped = _choose_image(gallery, standings, entries)
    st.caption(_credit(gallery, image_id, len(entries)))
    record = _record(last_change(shell.open_store()), gallery, image_id, tuple(entries), mapped)
    region = _region_of(gallery, image_id)
    shown = explorer({**record, **region}, key="explorer")
    if shown.region and gallery.image_of(shown.region) == image_id:
        shell.remember("region", [shown.region])
    _as_table(gallery, image_id, entries)


@st.cache_resource(max_entries=4)
def _gallery(board: str) -> Gallery:
    return open_gallery(shell.open_store(), board)


def _choose_systems(standings: Standings) -> list[Entry]:
    names = shell.names_of(standings.entries)
    chosen = shell.pick_many(
        "Systems", list(names), list(names)[:_SYSTEMS], "runs", format_func=names.__getitem__,
        max_selections=_MOST_SYSTEMS,
    )  # fmt: skip
    return [entry for entry in standings.entries if entry.run_id in chosen]


def _choose_image(gallery: Gallery, standings: Standings, entries: Sequence[Entry]) -> tuple[str, str]:
    """The image, and the run whose uniqueness map is shown (empty if there is none)."""
    images = list(gallery.regions)
    wanted = gallery.image_of(st.query_params.get("region", ""))
    if wanted and "pick-image" not in st.session_state:
        st.session_state["pick-image"] = wanted
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    names = shell.names_of(sorted(entries, key=lambda entry: entry.name == "reference"))
    with right:
        mapped = shell.pick("Uniqueness map of", list(names), "map", format_func=names.__getitem__) if names else ""
    with middle:
        order = shell.pick("Look at", list(_ORDERS), "order", format_func=_ORDERS.__getitem__)
    if order != "images" and entries:
        _offer(standings, entries, cast("Order", order))
    with left, st.container(horizontal=True, vertical_alignment="bottom"):
        image_id = shell.pick(f"Image, of {len(images)}", images, "image")
        place = images.index(image_id)
        for label, step in (("Previous image", -1), ("Next image", 1)):
            icon = ":material/chevron_left:" if step < 0 else ":material/chevron_right:"
            other = images[(place + step) % len(images)]
            st.button("", icon=icon, help=label, key=f"step{step}", on_click=_go_to, args=(other, ""))
    return image_id, mapped


def _offer(standings: Standings, entries: Sequence[Entry], order: Order) -> None:
    """Regions to look at first, as buttons."""
    scores = [name for name in standings.columns() if any(name in entry.numbers for entry in entries)]
    score = shell.pick("By", scores, "by", format_func=label_of)
    found = rank_regions(shell.open_store(), entries, score, order, limit=_LISTED)
    if not found:
        st.caption("There is no such region: these systems agree, or none of them fails.")
    with st.container(horizontal=True):
        for one in found:
            image_id = one.region_id.rpartition("/")[0]
            st.button(
                shell.plain(f"{one.region_id} · {100 * one.value:.0f}"), key=f"offer-{one.region_id}", type="tertiary",
                on_click=_go_to, args=(image_id, one.region_id),
            )  # fmt: skip


def _go_to(image_id: str, region_id: str) -> None:
    """Show an image, and one of its regions."""
    st.session_state["pick-image"] = image_id
    st.session_state["go-to"] = {"region": region_id, "pick": st.session_state.get("go-to", {}).get("pick", 0) + 1}
    shell.remember("region", [region_id] if region_id else [])


def _region_of(gallery: Gallery, image_id: str) -> dict[str, Any]:
    """The region to start from: it changes only when the page sends the reader somewhere, not with every click."""
    started = st.session_state.setdefault("go-to", {"region": st.query_params.get("region", ""), "pick": 0})
    known = gallery.image_of(started["region"]) == image_id
    return {"region": started["region"] if known else _largest_object(gallery, image_id), "pick": started["pick"]}


def _largest_object(gallery: Gallery, image_id: str) -> str:
    regions = gallery.find(image_id)
    objects = [region for region in regions if region.granularity == "object"] or list(regions)
    return max(objects, key=lambda region: region.area or 0).region_id


@st.cache_data(max_entries=24, ttl=600, show_spinner="Reading …", hash_funcs={Gallery: lambda gallery: gallery.board})
def _record(change: int, gallery: Gallery, image_id: str, entries: tuple[Entry, ...], mapped: str) -> dict[str, Any]:
    """Everything about one image, in one piece."""
    del change  # part of the key
    store = shell.open_store()
    regions = gallery.regions[image_id]
    picture = draw_picture(gallery.files.get(image_id), regions)
    said = sayings(store, gallery, image_id, entries)
    names = list(shell.names_of(entries).values())
    entry = next((one for one in entries if one.run_id == mapped), None)
    found = None if entry is None else uniqueness_map(store, gallery, image_id, entry)
    total = picture.width * picture.height
    return {
        "key": "|".join([image_id, mapped, *(one.run_id for one in entries)]),
        "image_id": image_id,
        "image": picture.url,
        "width": picture.width,
        "height": picture.height,
        "regions": [
            {
                "id": region.region_id,
                "short": region.region_id.removeprefix(image_id),
                "parent": region.parent_id,
                "level": level,
                "granularity": region.granularity,
                "category": region.category or "region",
                "depth": region.depth,
                "slice": region.slice if region.slice != "standard" else None,
                "area": region.area or 0,
                "share": _share(region.area, region.mask["size"] if region.mask else None, total),
                "path": picture.outlines[region.region_id],
                "references": list(region.captions),
                "said": [_shown(one, name) for one, name in zip(said[region.region_id], names, strict=True)],
            }
            for region, level in mask_tree(regions)
        ],
        "map": None if found is None or entry is None else _map(found, said, entries.index(entry), names),
        "no_map": "Choose a system that was scored to see its uniqueness map.",
    }


def _share(area: int | None, size: Sequence[int] | None, total: int) -> str:
    if area is None:
        return ""
    share = 100 * area / (size[0] * size[1] if size else total)
    return f"{share:.1f}%" if share >= 0.1 else "<0.1%"


def _shown(said: Said, name: str) -> dict[str, Any]:
    """A system's card: what it says, whether that is right, and what its words fit instead."""
    confusion = said.confusion
    right = said.scores.get("listener_correct", said.scores.get("unique_and_correct"))
    card: dict[str, Any] = {
        "system": name,
        "caption": said.caption,
        "verdict": "" if right is None else "right" if right >= 1 else "wrong",
        "told": "no caption" if confusion is None else confusion.kind,
        "others": [],
        "boxes": [],
        "scores": [(label_of(score), f"{100 * value:.0f}") for score, value in said.scores.items()],
    }
    if confusion is not None and (confusion.heard or confusion.excess > 0 or right == 0):
        card["others"] = [other.region_id for other in confusion.others[:6]]
        card["boxes"] = [list(box) for box in confusion.boxes[:6]]
    elif confusion is not None:
        card["told"] = "fits its own region best"
    return card


def _map(found: UniquenessMap, said: dict[str, list[Said]], place: int, names: Sequence[str]) -> dict[str, Any]:
    captions = [said[region_id][place].caption for region_id in found.region_ids]
    repeated = int((found.duplicates > 0).sum())
    summary = f"{int(found.first.sum())} of {len(captions)} captions are nearest to their own region"
    summary += f"; {repeated} share their words with another region." if repeated else "; none is used twice."
    similarity = (100 * found.similarity).round().clip(0, 100).astype(int)
    return {"system": names[place], "similarity": similarity.tolist(), "captions": captions, "summary": summary}


def _credit(gallery: Gallery, image_id: str, systems: int) -> str:
    return (
        f"{shell.plain(image_id)}: {len(gallery.regions[image_id])} regions, {systems} systems. Orange: the region. "
        "Dashed: what the caption under the pointer fits instead. Dots in the tree: one for each system."
    )


def _as_table(gallery: Gallery, image_id: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    with st.expander("The same as a plain table"):
        said = sayings(shell.open_store(), gallery, image_id, entries)
        references = {region.region_id: region.captions for region in gallery.regions[image_id]}
        table = captions_table(image_id, said, references)
        shell.plain_table([column.name for column in table.columns], table.rows, table.title)
        shell.downloads(table, f"captions-{image_id}", "captions")
