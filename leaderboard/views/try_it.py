"""Try it: what the bundled model says of a region."""

from __future__ import annotations

import streamlit as st

from dataset.errors import NotAllowedError
from dataset.masks import decode_mask

from ..explore import Gallery, open_gallery
from ..pictures import draw_picture
from ..trial import bundled_models, caption_region
from . import shell
from .widgets import explorer

__all__ = ["show"]

_TO_GET_ONE = "python -m baselines.train --help"


def show() -> None:
    """The page."""
    shell.heading("Try it", "Pick a region, and let a model that comes with the code caption it, on this server.")
    models = bundled_models()
    if not models:
        st.info(
            "No trained model lies in baselines/checkpoints on this server. One can be trained there:",
            icon=":material/experiment:",
        )
        st.code(_TO_GET_ONE, language="bash")
        shell.link("explore", "Look at what submitted systems say instead", icon=":material/image_search:")
        return
    board = shell.choose_board()
    if board.hidden:
        raise NotAllowedError(f"The images of {board.title} are captioned by its participants only.")
    gallery = _gallery(board.name)
    left, right = st.columns(2)
    with left:
        model = shell.pick("Model", list(models), "model")
    with right:
        image_id = shell.pick("Image", list(gallery.regions), "image")
    region_id = _pick_region(gallery, image_id)
    if st.button("Caption this region", type="primary", icon=":material/edit_note:"):
        region = next(one for one in gallery.regions[image_id] if one.region_id == region_id)
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


@st.cache_resource(max_entries=4)
def _gallery(board: str) -> Gallery:
    return open_gallery(shell.open_store(), board)


def _pick_region(gallery: Gallery, image_id: str) -> str:
    regions = gallery.find(image_id)
    picture = draw_picture(gallery.files.get(image_id), regions)
    record = {
        "key": image_id,
        "image_id": image_id,
        "image": picture.url,
        "width": picture.width,
        "height": picture.height,
        "region": regions[0].region_id,
        "pick": 0,
        "map": None,
        "no_map": "",
        "regions": [
            {
                "id": region.region_id,
                "short": region.region_id.removeprefix(image_id),
                "parent": region.parent_id,
                "level": max(0, (region.depth or 1) - 1),
                "granularity": region.granularity,
                "category": region.category or "region",
                "depth": region.depth,
                "slice": None,
                "area": region.area or 0,
                "share": "",
                "path": picture.outlines[region.region_id],
                "references": list(region.captions),
                "said": [],
            }
            for region in regions
        ],
    }
    shown = explorer(record, key="try-it")
    chosen = shown.region or regions[0].region_id
    return chosen if gallery.image_of(chosen) == image_id else regions[0].region_id
