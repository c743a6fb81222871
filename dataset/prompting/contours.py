"""Contours and numbers of regions, in colours that are easy to tell apart."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from ..errors import InvalidInputError
from ..masks.inner_point import inner_point
from ..runtime.arrays import BoolArray, ByteArray, FloatArray, IntArray

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

__all__ = [
    "RED",
    "Color",
    "contour_colors",
    "contrasting_color",
    "default_font",
    "draw_contour",
    "draw_numbers",
    "grow",
]

Color = tuple[int, int, int]
Rectangle = tuple[int, int, int, int]

RED: Final[Color] = (255, 0, 0)
CONTRASTING: Final = 6
"""How many of `contour_colors` a contour in a contrasting colour chooses among."""
STEPS: Final = 16
"""Levels of each of red, green and blue among the candidate colours."""


@functools.lru_cache(maxsize=16)
def contour_colors(count: int) -> tuple[Color, ...]:
    """RGB colours, each as far as possible from all before it; the first is red, and none comes twice.

    Raises:
        InvalidInputError: there are not so many distinguishable colours.
    """
    candidates = _vivid_colors()
    if count > len(candidates):
        raise InvalidInputError(
            "contour colours", [f"at most {len(candidates):,} are distinguishable, found {count:,}"]
        )
    places = _lab(candidates)
    indices = [int(np.flatnonzero((candidates == RED).all(axis=1))[0])]
    nearest = np.full(len(candidates), np.inf)
    while len(indices) < count:
        nearest = np.minimum(nearest, np.square(places - places[indices[-1]]).sum(axis=1))
        indices.append(int(nearest.argmax()))
    colors = candidates[indices[:count]].tolist()
    return tuple((red, green, blue) for red, green, blue in colors)


def contrasting_color(pixels: ByteArray) -> Color:
    """The contour colour that stands out best from some pixels: from the tenth of them that is nearest to it.

    Args:
        pixels: RGB, shape (n, 3), at least one; those that the contour is drawn on and beside.
    """
    colors = contour_colors(CONTRASTING)
    around = _lab(pixels.astype(np.int64))
    places = _lab(np.array(colors, np.int64))
    distances = np.sqrt(np.square(around[:, None] - places[None]).sum(axis=2))
    return colors[int(np.percentile(distances, 10, axis=0).argmax())]


def _vivid_colors() -> IntArray:
    """Colours neither gray nor nearly black or white, shape (n, 3)."""
    levels = np.arange(STEPS) * (255 // (STEPS - 1))
    colors = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    lab = _lab(colors)
    vivid: IntArray = colors[(np.hypot(lab[:, 1], lab[:, 2]) > 25) & (lab[:, 0] > 30) & (lab[:, 0] < 93)].astype(
        np.int64
    )
    return vivid


def _lab(colors: IntArray) -> FloatArray:
    """CIE L*a*b* (D65) of sRGB colours, shape (n, 3)."""
    encoded = colors / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    xyz = (linear[:, None, :] * to_xyz).sum(axis=2) / (0.95047, 1.0, 1.08883)
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def grow(mask: BoolArray, pixels: int) -> BoolArray:
    """Dilate by an octagon; what would grow over the border is cut."""
    out = mask.copy()
    for step in range(pixels):
        before = out.copy()
        out[1:] |= before[:-1]
        out[:-1] |= before[1:]
        if step % 2:
            before = out.copy()
        out[:, 1:] |= before[:, :-1]
        out[:, :-1] |= before[:, 1:]
    return out


def draw_contour(canvas: ByteArray, mask: BoolArray, corner: tuple[int, int], color: Color, width: int) -> None:
    """Draw a contour around a mask, outside of its pixels, with a thin dark or light rim.

    Args:
        canvas: (h, w, 3), drawn on.
        mask: the region in a window of the canvas; at least `width` + 1 free pixels around it belong to the canvas.
        corner: (x, y) of the mask's first pixel on the canvas.
        color: RGB.
        width: pixels.
    """
    reach = width + 1
    x, y = corner[0] - reach, corner[1] - reach
    padded = np.pad(mask, reach)
    line = grow(padded, width)
    rim = grow(line, 1)
    window = canvas[y : y + padded.shape[0], x : x + padded.shape[1]]
    window[rim & ~line] = _opposite(color)
    window[line & ~padded] = color


def _opposite(color: Color) -> Color:
    """Black for bright colours, white for dark ones."""
    return (0, 0, 0) if 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] > 110 else (255, 255, 255)


@dataclass(frozen=True)
class _Label:
    text: str
    width: int
    height: int


def draw_numbers(
    canvas: ByteArray, masks: Sequence[tuple[BoolArray, tuple[int, int]]], colors: Sequence[Color]
) -> ByteArray:
    """Write each region's index on a plate of its colour: on a large region, beside a small one, none on another.

    Args:
        canvas: (h, w, 3).
        masks: the regions in windows of the canvas, with the (x, y) of the window's first pixel.
        colors: one for each.

    Returns:
        A new array.
    """
    from PIL import Image, ImageDraw

    height, width = canvas.shape[:2]
    font = default_font(max(12, min(height, width) // 26))
    picture = Image.fromarray(canvas)
    pen = ImageDraw.Draw(picture)
    taken: list[Rectangle] = []
    for index, (mask, corner) in enumerate(masks):
        left, top, right, bottom = (round(side) for side in font.getbbox(str(index)))
        label = _Label(str(index), right - left + 6, bottom - top + 6)
        x, y = _place(label, mask, corner, (width, height), taken)
        taken.append((x, y, x + label.width, y + label.height))
        ink = _opposite(colors[index])
        pen.rectangle((x, y, x + label.width - 1, y + label.height - 1), fill=colors[index], outline=ink)
        pen.text((x + 3 - left, y + 3 - top), label.text, fill=ink, font=font)
    return np.asarray(picture).copy()


def _place(
    label: _Label, mask: BoolArray, corner: tuple[int, int], size: tuple[int, int], taken: Sequence[Rectangle]
) -> tuple[int, int]:
    """Where the plate's first pixel goes: the first place that hides no other plate, or the one that hides least."""
    x, y = corner
    right, bottom = x + mask.shape[1], y + mask.shape[0]
    before, above = x - label.width, y - label.height
    corners = [(before, above), (right, above), (before, bottom), (right, bottom)]
    places = [*corners, (x, above), (x, bottom), (before, y), (right, y)]
    if np.count_nonzero(mask) > 12 * label.width * label.height:
        middle_x, middle_y = inner_point(mask)
        places.insert(0, (x + middle_x - label.width // 2, y + middle_y - label.height // 2))
    best, least = (0, 0), float("inf")
    for place_x, place_y in places:
        left = min(max(place_x, 0), size[0] - label.width)
        top = min(max(place_y, 0), size[1] - label.height)
        shift = abs(left - place_x) + abs(top - place_y)
        overlap = sum(_overlap((left, top, left + label.width, top + label.height), other) for other in taken)
        if 4 * overlap + shift < least:
            best, least = (left, top), 4 * overlap + shift
    return best


def _overlap(one: Rectangle, other: Rectangle) -> int:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0) * max(down, 0)


def default_font(size: int) -> FreeTypeFont | ImageFont:
    """The font of numbers in pictures, `size` pixels high; it comes with Pillow."""
    from PIL import ImageFont as Fonts

    return Fonts.load_default(size)
