"""Pictures of a board's images and the outlines of their regions, small enough for a page."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from benchmark.reports.html_pictures import outline_path
from dataset.masks.rle import bbox_xywh_of, decode_mask
from dataset.schema import Region

__all__ = ["Picture", "draw_picture"]

LONGEST_SIDE = 900
"""Pixels of a picture in a page."""

_QUALITY = 86


@dataclass(frozen=True, slots=True)
class Picture:
    """An image and its regions' outlines, in one scale.

    Attributes:
        url: the image as ``data:image/jpeg``; empty if there is no file.
        width, height: of the drawing.
        outlines: region_id -> SVG path data; regions without a mask have their box, or nothing.
    """

    url: str
    width: int
    height: int
    outlines: Mapping[str, str]


def draw_picture(file: Path | None, regions: Sequence[Region]) -> Picture:
    """The picture of an image with the regions given.

    Raises:
        OSError: the file cannot be read.
    """
    if file is not None:
        url, width, height, scale = _encoded(file)
    else:
        tall, wide = next((region.mask["size"] for region in regions if region.mask is not None), [1, 1])
        scale = min(1.0, LONGEST_SIDE / max(tall, wide))
        url, width, height = "", round(wide * scale), round(tall * scale)
    return Picture(url, width, height, {region.region_id: _outline(region, scale) for region in regions})


@lru_cache(maxsize=16)
def _encoded(file: Path) -> tuple[str, int, int, float]:
    """Data URL, width, height, and the scale between file and picture."""
    with Image.open(file) as image:
        picture = ImageOps.exif_transpose(image).convert("RGB")
    scale = min(1.0, LONGEST_SIDE / max(picture.size))
    if scale < 1:
        picture = picture.resize(
            (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
        )
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    url = "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
    return url, picture.width, picture.height, scale


def _outline(region: Region, scale: float) -> str:
    if region.mask is None:
        return "" if region.bbox is None else _box(*(side * scale for side in region.bbox))
    x, y, wide, tall = (round(side) for side in bbox_xywh_of(region.mask))
    if wide <= 0 or tall <= 0:
        return ""
    part = decode_mask(region.mask)[y : y + tall, x : x + wide]
    return _moved(outline_path(np.ascontiguousarray(part), scale), x * scale, y * scale)


def _moved(path: str, dx: float, dy: float) -> str:
    """Path data of absolute M and L commands, moved."""
    pieces = []
    for piece in path.split("Z")[:-1]:
        corners = (corner.split(" ") for corner in piece.removeprefix("M").split("L"))
        moved = (f"{float(x) + dx:.1f} {float(y) + dy:.1f}" for x, y in corners)
        pieces.append("M" + "L".join(moved) + "Z")
    return "".join(pieces)


def _box(x: float, y: float, wide: float, tall: float) -> str:
    return f"M{x:.1f} {y:.1f}h{wide:.1f}v{tall:.1f}h{-wide:.1f}Z"
