"""Pictures of regions: an image with one or many of its regions outlined and captioned."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..masks.rle import decode_mask
from ..runtime.arrays import BoolArray, ByteArray
from ..schema import Region

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

__all__ = ["caption_font", "contact_sheet", "outline", "picture_of_image", "sheet_of_regions"]

# Okabe-Ito: colour-blind readers can tell them apart, too.
_COLORS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167))
_PAPER, _INK, _FAINT = (255, 255, 255), (30, 30, 30), (110, 110, 110)


@dataclass(frozen=True)
class _Panel:
    picture: Image
    lines: list[str]


def outline(image: ByteArray, mask: BoolArray, color: tuple[int, int, int], dim: float = 0.0) -> ByteArray:
    """Draw the mask's outline, 2 pixels wide with a dark rim, and dim what is outside of it.

    Args:
        image: (h, w, 3) uint8.
        mask: (h, w) bool.
        color: RGB of the outline.
        dim: 0 keeps the outside, 1 turns it gray.
    """
    out = image.astype(np.float32)
    if dim:
        gray = out.mean(axis=2, keepdims=True) * 0.35 + 150
        out = np.where(mask[..., None], out, out * (1 - dim) + gray * dim)
    inner = _grow(mask, 1) & ~_shrink(mask, 1)
    rim = _grow(mask, 2) & ~_shrink(mask, 2) & ~inner
    out[rim] = out[rim] * 0.35
    out[inner] = color
    return out.astype(np.uint8)


def _grow(mask: BoolArray, pixels: int) -> BoolArray:
    for _ in range(pixels):
        padded = np.pad(mask, 1)
        mask = mask | padded[2:, 1:-1] | padded[:-2, 1:-1] | padded[1:-1, 2:] | padded[1:-1, :-2]
    return mask


def _shrink(mask: BoolArray, pixels: int) -> BoolArray:
    return ~_grow(~mask, pixels)


def picture_of_image(
    image: Image, regions: Sequence[Region], title: str, columns: int = 4, *, captions: bool = True
) -> Image:
    """One image: all regions outlined together, then a panel for each region, with its caption if they are wanted."""
    pixels = np.asarray(image.convert("RGB"))
    together = pixels
    for number, region in enumerate(sorted(regions, key=lambda region: -(region.area or 0))):
        together = outline(together, _mask_of(region), _COLORS[number % len(_COLORS)])
    panels = [_panel(together, [title, f"{len(regions)} regions"])]
    for number, region in enumerate(regions):
        view = outline(pixels, _mask_of(region), _COLORS[number % len(_COLORS)], dim=0.75)
        panels.append(_panel(view, _lines_of(region, captions)))
    return _sheet(panels, columns)


def contact_sheet(
    images: Sequence[tuple[Image, Sequence[Region]]], columns: int = 4, regions_each: int = 1, *, captions: bool = True
) -> Image:
    """Several images, for each of them some regions spread over its mask tree."""
    panels = []
    for image, regions in images:
        pixels = np.asarray(image.convert("RGB"))
        step = max(1, len(regions) // regions_each)
        for number, region in enumerate(regions[step // 2 :: step][:regions_each]):
            view = outline(pixels, _mask_of(region), _COLORS[number % len(_COLORS)], dim=0.45)
            panels.append(_panel(view, _lines_of(region, captions)))
    return _sheet(panels, columns)


def sheet_of_regions(regions: Sequence[tuple[ByteArray, BoolArray, Sequence[str]]], columns: int = 4) -> Image:
    """Any regions side by side.

    Args:
        regions: (image (h, w, 3) uint8, mask (h, w) bool, lines: a title and words) for each.
        columns: panels in a row.
    """
    return _sheet(
        [_panel(outline(image, mask, _COLORS[0], dim=0.45), list(lines)) for image, mask, lines in regions], columns
    )


def _lines_of(region: Region, caption: bool) -> list[str]:
    title = region.region_id if region.granularity is None else f"{region.region_id} - {region.granularity}"
    return [title, region.caption] if caption else [title]


def _mask_of(region: Region) -> BoolArray:
    if region.mask is None:
        raise ValueError(f"{region.region_id} has no mask to draw")
    return decode_mask(region.mask)


def _panel(pixels: ByteArray, lines: list[str]) -> _Panel:
    from PIL import Image

    return _Panel(Image.fromarray(pixels), lines)


def _sheet(panels: Sequence[_Panel], columns: int, width: int = 320) -> Image:
    from PIL import Image, ImageDraw

    columns = min(columns, len(panels))
    font, line_height, gap = caption_font(13), 17, 10
    texts = [[*panel.lines[:1], *textwrap.wrap(" ".join(panel.lines[1:]), width // 7)] for panel in panels]
    heights = [math.ceil(width * panel.picture.height / panel.picture.width) for panel in panels]
    cells = [height + 8 + line_height * len(lines) for height, lines in zip(heights, texts, strict=True)]
    tops = [gap]
    for first in range(0, len(panels), columns):
        tops.append(tops[-1] + gap + max(cells[first : first + columns]))
    sheet = Image.new("RGB", (columns * (width + gap) + gap, tops[-1]), _PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, (panel, lines, height) in enumerate(zip(panels, texts, heights, strict=True)):
        x, y = gap + number % columns * (width + gap), tops[number // columns]
        sheet.paste(panel.picture.resize((width, height), Image.Resampling.LANCZOS), (x, y))
        for row, line in enumerate(lines):
            corner = (x, y + height + 4 + row * line_height)
            pen.text(corner, line, fill=_FAINT if row == 0 else _INK, font=font)
    return sheet


def caption_font(size: int) -> FreeTypeFont | ImageFont:
    """DejaVu Sans, which Matplotlib ships (extra ``draw``); without it Pillow's font, which has letters of ASCII only.

    Args:
        size: pixels.
    """
    from PIL import ImageFont

    try:
        from matplotlib import font_manager
    except ModuleNotFoundError:
        return ImageFont.load_default(size)
    return ImageFont.truetype(font_manager.findfont("DejaVu Sans"), size)
