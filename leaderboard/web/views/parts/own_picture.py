"""Try it on one's own picture: it is uploaded, a region is pointed at, and a model of the server captions it."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import streamlit as st
from PIL import Image

from benchmark.reports.html_pictures import outline_path
from dataset.errors import DataUnavailableError, UrecaError

from ...memory import release_memory
from ...own_masks import Mask, mask_of_shape, open_picture
from ...trial import TrialQueue
from .. import shell
from ..widgets import pointer

__all__ = ["show_own_picture"]

_UPLOAD_MIB = 12
_TOOLS = (("box", "Box"), ("click", "Click"), ("outline", "Outline"), ("brush", "Brush"))
_OF = "own-"


def show_own_picture(models: Mapping[str, Path], queue: TrialQueue) -> None:
    """Upload, pointing, mask and caption; the picture is in this session's memory alone and in no file that stays."""
    model = shell.pick("Model", list(models), "model")
    st.caption(
        f"{shell.plain(model)} was trained on rendered scenes of the generator of this benchmark. Of photographs it "
        "knows little: its words show what it has learned there, not what is in your picture."
    )
    number = st.session_state.setdefault(f"{_OF}number", 0)
    upload = st.file_uploader(
        f"A picture, at most {_UPLOAD_MIB} MB; it is not stored and is gone when you leave",
        type=["jpg", "jpeg", "png", "webp"],
        key=f"{_OF}upload-{number}",
        max_upload_size=_UPLOAD_MIB,
    )
    if upload is not None:
        _take(upload)
    picture: Image.Image | None = st.session_state.get(f"{_OF}picture")
    if picture is not None:
        _point(picture, models[model], model, queue)


def _take(upload: Any) -> None:
    """Keep the pixels, drop the file, and show an empty uploader again."""
    for name in ("picture", "mask", "caption", "shape"):
        st.session_state.pop(f"{_OF}{name}", None)
    try:
        st.session_state[f"{_OF}picture"] = open_picture(upload.getbuffer().tobytes())
    except UrecaError as error:
        st.session_state[f"{_OF}error"] = str(error)
    st.session_state[f"{_OF}number"] += 1
    release_memory()
    st.rerun()


def _point(picture: Image.Image, path: Path, model: str, queue: TrialQueue) -> None:
    number = st.session_state[f"{_OF}number"]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        mask: Mask | None = st.session_state.get(f"{_OF}mask")
        outline = "" if mask is None else _outline(mask)
        data = {"key": f"own{number}", "image": _url(picture), "width": picture.width, "height": picture.height}
        shape = pointer({**data, "mask": outline, "tools": _TOOLS, "number": 0}, key=f"{_OF}pointer-{number}").shape
        if shape and shape != st.session_state.get(f"{_OF}shape"):
            st.session_state[f"{_OF}shape"] = shape
            _find_mask(picture, shape)
            st.rerun()
    with right:
        _show_answer(picture, path, model, mask, queue)


def _find_mask(picture: Image.Image, shape: Mapping[str, Any]) -> None:
    st.session_state.pop(f"{_OF}caption", None)
    try:
        with st.spinner("Finding the edge of the region …"):
            segmenter = shell.open_store().settings.segmenter
            st.session_state[f"{_OF}mask"] = mask_of_shape(picture, shape, segmenter)
    except UrecaError as error:
        st.session_state.pop(f"{_OF}mask", None)
        st.session_state[f"{_OF}error"] = str(error)


def _show_answer(picture: Image.Image, path: Path, model: str, mask: Mask | None, queue: TrialQueue) -> None:
    error = st.session_state.pop(f"{_OF}error", "")
    if error:
        st.error(shell.plain(error))
    if mask is None:
        st.info("Draw a box around something, or click on it.", icon=":material/touch_app:")
        return
    st.caption(f"The region is {100 * mask.mean():.1f}% of the picture. Draw again to change it.")
    if st.button("Caption this region", type="primary", icon=":material/edit_note:"):
        with st.spinner("The model reads one region after the other; yours is in the queue …"):
            try:
                st.session_state[f"{_OF}caption"] = _caption(queue, picture, path, mask)
            except UrecaError as failure:
                st.error(shell.plain(str(failure)))
    caption = st.session_state.get(f"{_OF}caption")
    if caption is not None:
        st.markdown(f"**{shell.plain(model)}** says: {shell.plain(caption) or '*nothing*'}")


def _caption(queue: TrialQueue, picture: Image.Image, model: Path, mask: Mask) -> str:
    """The caption of a region; the picture is in a file only while the model reads it.

    Raises:
        UrecaError: too many regions wait, or the model failed.
    """
    with tempfile.TemporaryDirectory(prefix="ureca-own-") as folder:
        file = Path(folder) / "picture.png"
        picture.save(file)
        trial = queue.ask(model, file, lambda: mask, f"own/{uuid4().hex}")
        trial.over.wait()
    if trial.error:
        raise DataUnavailableError(trial.error)
    return trial.caption or ""


def _url(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=86)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _outline(mask: Mask) -> str:
    return outline_path(np.ascontiguousarray(mask), 1.0)
