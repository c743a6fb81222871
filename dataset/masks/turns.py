"""Masks and boxes turned as EXIF's orientation says a picture is to be turned before it is shown.

An orientation is 1 (nothing to do) to 8. Pillow's `ImageOps.exif_transpose` does the same to the picture itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .rle import MaskRle, decode_mask, encode_mask

__all__ = ["turn_array", "turn_box", "turn_mask"]

_TURNS: Final[Mapping[int, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]]] = {
    1: lambda array: array,
    2: lambda array: array[:, ::-1],
    3: lambda array: array[::-1, ::-1],
    4: lambda array: array[::-1],
    5: lambda array: array.T,
    6: lambda array: np.rot90(array, -1),  # clockwise
    7: lambda array: array[::-1, ::-1].T,
    8: lambda array: np.rot90(array),
}


def turn_array(array: npt.NDArray[Any], orientation: int) -> npt.NDArray[Any]:
    """An array (height, width) of the stored picture as one of the upright picture; a view of it."""
    return _TURNS[orientation](array)


def turn_mask(mask: MaskRle, orientation: int) -> MaskRle:
    """A mask of the stored picture as one of the upright picture."""
    return mask if orientation == 1 else encode_mask(np.ascontiguousarray(turn_array(decode_mask(mask), orientation)))


def turn_box(
    box: tuple[float, float, float, float], orientation: int, height: int, width: int
) -> tuple[float, float, float, float]:
    """An XYWH box of the stored picture, which is of this size, as one of the upright picture."""
    x, y, wide, tall = box
    if orientation in (2, 3, 7, 8):  # the columns run the other way
        x = width - x - wide
    if orientation in (3, 4, 6, 7):  # the rows run the other way
        y = height - y - tall
    return (y, x, tall, wide) if orientation > 4 else (x, y, wide, tall)
