"""Try it: what the bundled model says of a region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from dataset.masks.rle import decode_mask
from dataset.runtime.checkpoint_files import bundled_checkpoints

from ...reading.explore import Gallery
from ...reading.image_record import first_region, image_record
from ..trial import Trial, TrialQueue
from . import place, shell
from .parts.own_picture import show_own_picture
from .widgets import explorer

__all__ = ["show"]

_TO_GET_ONE = "python -m baselines.train --help"


def show() -> None:
    """The page."""
    shell.heading("Try it", "Pick a region, and let a model that comes with the code caption it, on this server.")
    if not shell.open_store().settings.try_it:
        st.info("The operator of this server has turned this page off.", icon=":material/block:")
        return
    models = bundled_checkpoints()
    if not models:
        st.info(
            "No trained model lies in baselines/weights on this server. One can be trained there:",
            icon=":material/experiment:",
        )
        st.code(_TO_GET_ONE, language="bash")
        shell.link("explore", "Look at what submitted systems say instead", icon=":material/image_search:")
        return
    pictures = {"board": "A picture of a board", "own": "Your own picture"}
    if shell.pick("Picture", list(pictures), "picture", format_func=pictures.__getitem__) == "own":
        show_own_picture(models, _queue())
        return
    board = shell.choose_board(with_regions=True)
    gallery = shell.gallery_of(board.name)
    left, right = st.columns(2)
    with left:
        model = shell.pick("Model", list(models), "model")
    with right:
        image_id = shell.pick("Image", list(gallery.regions), "image")
    above = st.container()  # so that button and answer are in view with the picture
    region_id = _pick_region(gallery, image_id)
    with above:
        _caption(gallery, image_id, region_id, model, models[model])


def _caption(gallery: Gallery, image_id: str, region_id: str, model: str, checkpoint: Path) -> None:
    """The button, and what the model says of the region."""
    if st.button("Caption this region", type="primary", icon=":material/edit_note:"):
        region = next(region for region in gallery.regions[image_id] if region.region_id == region_id)
        if region.mask is None or image_id not in gallery.files:
            st.error("This region has no mask or its image has no file.")
            return
        mask = region.mask
        trial = _queue().ask(checkpoint, gallery.files[image_id], lambda: decode_mask(mask), region_id)
        st.session_state["trial"] = (region_id, model, trial, region.caption)
    former = st.session_state.get("trial")
    if former is not None and former[0] == region_id:
        over = former[2].over.is_set()
        st.fragment(_show_trial, run_every=None if over else 1.0)(*former, over)


@st.cache_resource
def _queue() -> TrialQueue:
    """The queue of this server."""
    return TrialQueue(shell.open_store().settings.try_it_waiting)


def _show_trial(region_id: str, model: str, trial: Trial, reference: str, over: bool) -> None:
    """The place in the queue, and then the caption; after that nothing asks the server any more."""
    if not trial.over.is_set():
        place_in_queue = _queue().position(trial)
        st.markdown(
            ":material/autorenew: the model reads this region"
            if place_in_queue <= 1
            else f":material/schedule: number {place_in_queue} in the queue"
        )
        return
    if not over:
        st.rerun()
    if trial.error:
        st.error(shell.plain(trial.error))
        return
    st.markdown(f"**{shell.plain(model)}** says: {shell.plain(trial.caption or '') or '*nothing*'}")
    st.caption(f"{shell.plain(region_id)}. The reference: {shell.plain(reference)}")


def _pick_region(gallery: Gallery, image_id: str) -> str:
    first = first_region(gallery, image_id)
    data = {**_record(gallery, image_id), "region": first, "pick": place.visit()}
    data["regions"] = [{**region, "references": []} for region in data["regions"]]  # they come after the caption
    region_id: str = (explorer(data, key="try-it").region or {"id": first})["id"]
    return region_id if gallery.image_of(region_id) == image_id else first


@st.cache_data(max_entries=16, hash_funcs={Gallery: lambda gallery: gallery.board})
def _record(gallery: Gallery, image_id: str) -> dict[str, Any]:
    return image_record(shell.open_store(), gallery, image_id)
