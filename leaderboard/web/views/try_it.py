"""Try it: what the bundled model says of a region."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dataset.errors import NotAllowedError
from dataset.masks.rle import decode_mask
from dataset.runtime.checkpoint_files import bundled_checkpoints

from ...reading.explore import Gallery
from ...reading.image_record import first_region, image_record
from ..trial import caption_region
from . import shell
from .parts.own_picture import show_own_picture
from .widgets import explorer

__all__ = ["show"]

_TO_GET_ONE = "python -m baselines.train --help"


def show() -> None:
    """The page."""
    shell.heading("Try it", "Pick a region, and let a model that comes with the code caption it, on this server.")
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
        show_own_picture(models)
        return
    board = shell.choose_board()
    if board.hidden:
        raise NotAllowedError(f"The images of {board.title} are captioned by its participants only.")
    gallery = shell.gallery_of(board.name)
    left, right = st.columns(2)
    with left:
        model = shell.pick("Model", list(models), "model")
    with right:
        image_id = shell.pick("Image", list(gallery.regions), "image")
    region_id = _pick_region(gallery, image_id)
    if st.button("Caption this region", type="primary", icon=":material/edit_note:"):
        region = next(region for region in gallery.regions[image_id] if region.region_id == region_id)
        if region.mask is None or image_id not in gallery.files:
            st.error("This region has no mask or its image has no file.")
            return
        with st.spinner("The model is loading and reading …"):
            caption = caption_region(models[model], gallery.files[image_id], decode_mask(region.mask))
        st.session_state["tried"] = (region_id, model, caption, region.caption)
    tried = st.session_state.get("tried")
    if tried and tried[0] == region_id:
        st.markdown(f"**{shell.plain(tried[1])}** says: {shell.plain(tried[2]) or '*nothing*'}")
        st.caption(f"{shell.plain(tried[0])}. The reference: {shell.plain(tried[3])}")


def _pick_region(gallery: Gallery, image_id: str) -> str:
    state = explorer({**_record(gallery, image_id), "region": first_region(gallery, image_id), "pick": 0}, key="try-it")
    region_id: str = state.region or first_region(gallery, image_id)
    return region_id if gallery.image_of(region_id) == image_id else first_region(gallery, image_id)


@st.cache_data(max_entries=16, hash_funcs={Gallery: lambda gallery: gallery.board})
def _record(gallery: Gallery, image_id: str) -> dict[str, Any]:
    return image_record(shell.open_store(), gallery, image_id)
