"""Pictures of regions for the HTML report: a crop as small JPEG, with outlines drawn over it as SVG paths."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from dataset.errors import InvalidInputError
from dataset.masks.rle import decode_mask
from dataset.schema import Region

from .level_lines import level_lines, simplified

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MAX_BYTES", "outline_path", "picture"]

MAX_BYTES = 60_000
"""Bytes of one JPEG."""

_SIDE = 420
_ASPECT = 4 / 3
_LEAST = 0.45
_MARGIN = 0.25
_QUALITIES = (82, 65, 45, 25)
_SHOWN_OTHERS = 3
_PIECES = 100

Box = tuple[float, float, float, float]
"""XYWH in pixels."""


def picture(
    region: Region, others: Sequence[Region], boxes: Sequence[Box], images: Mapping[str, Path] | None
) -> Markup | None:
    """An SVG of the surroundings of a region, the region outlined, the regions it was confused with dashed.

    Args:
        region: what to show.
        others: regions of the same image to outline dashed, the first few of them.
        boxes: things of the same image without a mask, XYWH as shares of the image.
        images: image_id -> file; without one, outlines stand on a plain ground.

    Returns:
        None if there is nothing to draw: no mask and no box.
    """
    image = _open(region, images)
    size = image.size if image is not None else _size_of(region)
    own = _box_of(region)
    if size is None or own is None:
        return None
    drawn = [other for other in others if _box_of(other) is not None][:_SHOWN_OTHERS]
    scaled = [(x * size[0], y * size[1], w * size[0], h * size[1]) for x, y, w, h in boxes[:_SHOWN_OTHERS]]
    crop = _crop([own, *filter(None, map(_box_of, drawn)), *scaled], size)
    scale = min(1.0, _SIDE / max(crop[2], crop[3]))
    width, height = round(crop[2] * scale, 1), round(crop[3] * scale, 1)
    layers = [] if image is None else [_photograph(image, crop, width, height)]
    outlines = [(_path_of(region, crop, scale), "own", region.caption)]
    outlines += [(_path_of(other, crop, scale), "other", other.caption) for other in drawn]
    outlines += [(_rectangle(box, crop, scale), "other", "not a region of the data") for box in scaled]
    layers += [_line(path, "rim", "") for path, _, _ in outlines]
    # Dashes come last: over a shared edge both lines are seen.
    layers += [_line(*outline) for outline in outlines]
    return Markup('<svg class="picture" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, f"region {region.region_id}", Markup("").join(layers)
    )


def outline_path(mask: npt.NDArray[np.bool_], scale: float) -> str:
    """Outlines of a mask as SVG path data; only the longest ones of a mask in very many pieces.

    Args:
        mask: (height, width).
        scale: pixels of the drawing for each pixel of the mask.
    """
    from PIL import Image

    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    coverage = np.asarray(Image.fromarray(mask).convert("L").resize(size, Image.Resampling.BOX), np.float32) / 255
    # Things thinner than a pixel of the picture are still shown.
    level = min(0.5, float(coverage.max()) / 2)
    lines = level_lines(np.pad(coverage, 1), level) if level > 0 else []
    parts = []
    for line in sorted(lines, key=len, reverse=True)[:_PIECES]:
        corners = simplified(line - 0.5, tolerance=0.4)
        if len(corners) > 3:
            parts.append("M" + "L".join(f"{column:.1f} {row:.1f}" for row, column in corners[:-1]) + "Z")
    return "".join(parts)


def _open(region: Region, images: Mapping[str, Path] | None) -> Image | None:
    from PIL import Image, ImageOps

    path = (images or {}).get(region.image_id)
    return None if path is None else ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def _size_of(region: Region) -> tuple[int, int] | None:
    return None if region.mask is None else (region.mask["size"][1], region.mask["size"][0])


def _box_of(region: Region) -> Box | None:
    """The box of a region that can be drawn; without a mask, what the file says."""
    if region.mask is None:
        return region.bbox
    rows, columns = np.nonzero(_pixels_of(region))
    if not len(rows):
        return None
    x, y = int(columns.min()), int(rows.min())
    return (x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)


def _pixels_of(region: Region) -> npt.NDArray[np.bool_]:
    """The mask of a region, (height, width); the references are a file of the user's own."""
    try:
        return np.zeros((0, 0), bool) if region.mask is None else decode_mask(region.mask)
    except (ValueError, TypeError, OverflowError, MemoryError) as error:
        problem = f"{region.region_id}: mask: cannot be decoded: {error}"
        hint = 'Expected {"size": [height, width], "counts": COCO\'s compressed run lengths}; no page was written.'
        raise InvalidInputError("references", [problem], hint) from error


def _crop(boxes: Sequence[Box], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """XYWH of a 4:3 crop, where the image allows it, with all boxes, a margin, and enough of the surroundings."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    least = _LEAST * min(size)
    width = max((right - left) * (1 + 2 * _MARGIN), least * _ASPECT)
    height = max((bottom - top) * (1 + 2 * _MARGIN), least)
    width, height = max(width, height * _ASPECT), max(height, width / _ASPECT)
    width, height = min(width, size[0]), min(height, size[1])
    x = min(max((left + right - width) / 2, 0), size[0] - width)
    y = min(max((top + bottom - height) / 2, 0), size[1] - height)
    return (int(x), int(y), max(1, int(width)), max(1, int(height)))


def _photograph(image: Image, crop: tuple[int, int, int, int], width: float, height: float) -> Markup:
    x, y, w, h = crop
    part = image.crop((x, y, x + w, y + h))
    part.thumbnail((_SIDE, _SIDE))
    data = b""
    for quality in _QUALITIES:
        stream = io.BytesIO()
        part.save(stream, "JPEG", quality=quality, optimize=True)
        data = stream.getvalue()
        if len(data) <= MAX_BYTES:
            break
    source = "data:image/jpeg;base64," + base64.b64encode(data).decode("ascii")
    return Markup('<image href="{}" width="{}" height="{}"/>').format(source, width, height)


def _line(path: str, kind: str, title: str) -> Markup:
    tooltip = Markup("<title>{}</title>").format(title[:200]) if title else Markup("")
    return Markup('<path class="{}" d="{}">{}</path>').format(kind, path, tooltip)


def _path_of(region: Region, crop: tuple[int, int, int, int], scale: float) -> str:
    if region.mask is None:
        return "" if region.bbox is None else _rectangle(region.bbox, crop, scale)
    x, y, w, h = crop
    return outline_path(_pixels_of(region)[y : y + h, x : x + w], scale)


def _rectangle(box: Box, crop: tuple[int, int, int, int], scale: float) -> str:
    x, y = (box[0] - crop[0]) * scale, (box[1] - crop[1]) * scale
    return f"M{x:.1f} {y:.1f}h{box[2] * scale:.1f}v{box[3] * scale:.1f}h{-box[2] * scale:.1f}Z"
