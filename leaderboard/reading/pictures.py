"""Pictures of a board's images and the outlines of their regions, small enough for a page."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from benchmark.reports.html_pictures import outline_path
from dataset.masks.rle import bbox_xywh_of, decode_mask
from dataset.schema import Region

__all__ = ["Crop", "Picture", "crop_around", "draw_picture"]

LONGEST_SIDE = 900
"""Pixels of a picture in a page."""

_QUALITY = 86
_CROP_SIDE = 260
"""Pixels of the longer side of a crop."""
_LEAST_SHOWN = 0.3
"""A crop shows at least this share of each side of the image, so that one sees where it is."""


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


@dataclass(frozen=True, slots=True)
class Crop:
    """The surroundings of a region.

    Attributes:
        url: the picture as ``data:image/jpeg``.
        width, height: of the picture.
        path: the region's outline in it.
    """

    url: str
    width: int
    height: int
    path: str

    def to_dict(self) -> dict[str, Any]:
        """For the widgets, as JSON."""
        return asdict(self)


def crop_around(file: Path, region: Region) -> Crop | None:
    """A small picture around a region; None if it has neither mask nor box.

    Raises:
        OSError: the file cannot be read.
    """
    box = region.bbox if region.mask is None else bbox_xywh_of(region.mask)
    if box is None:
        return None
    url, left, top, scale, (width, height) = _cropped(file, tuple(map(round, box)))
    return Crop(url, width, height, _outline(region, scale, (-left * scale, -top * scale)))


@lru_cache(maxsize=256)
def _cropped(file: Path, box: tuple[int, ...]) -> tuple[str, int, int, float, tuple[int, int]]:
    """Data URL, left and top edge in the file, the scale between file and crop, and the crop's size."""
    with Image.open(file) as image:
        picture = ImageOps.exif_transpose(image).convert("RGB")
    left, right = _stretch(box[0], box[2], picture.width)
    top, bottom = _stretch(box[1], box[3], picture.height)
    crop = picture.crop((left, top, right, bottom))
    scale = _CROP_SIDE / max(crop.size)
    crop = crop.resize((round(crop.width * scale), round(crop.height * scale)), Image.Resampling.LANCZOS)
    return _data_url(crop), left, top, scale, crop.size


def _stretch(start: int, length: int, whole: int) -> tuple[int, int]:
    """From where to where a crop reaches along one side."""
    size = min(whole, max(round(1.4 * length), round(_LEAST_SHOWN * whole)))
    first = min(max(0, round(start + length / 2 - size / 2)), whole - size)
    return first, first + size


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
    return _data_url(picture), picture.width, picture.height, scale


def _data_url(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _outline(region: Region, scale: float, moved: tuple[float, float] = (0.0, 0.0)) -> str:
    dx, dy = moved
    if region.mask is None:
        if region.bbox is None:
            return ""
        x, y, wide, tall = (side * scale for side in region.bbox)
        return _box(x + dx, y + dy, wide, tall)
    x, y, wide, tall = (round(side) for side in bbox_xywh_of(region.mask))
    if wide <= 0 or tall <= 0:
        return ""
    part = decode_mask(region.mask)[y : y + tall, x : x + wide]
    return _moved(outline_path(np.ascontiguousarray(part), scale), x * scale + dx, y * scale + dy)


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
