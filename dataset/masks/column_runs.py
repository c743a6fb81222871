"""Masks as runs of pixels: decode COCO's compressed counts, count, box, and compare without drawing a bitmap.

A run is a half-open interval [start, end) of column-major pixel numbers (column * height + row). The runs of all masks
of an image lie in one pair of arrays; those of mask k are ``starts[offsets[k]:offsets[k + 1]]`` and the same of `ends`.
Training shards have runs along rows, which numpy alone can read: see `row_runs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..runtime.arrays import ByteArray, Int32Array, IntArray
from ..runtime.compiled import compiled

__all__ = ["LARGEST_IMAGE", "Runs", "covers", "decode_runs"]

LARGEST_IMAGE = 2**31 - 1
"""Pixels: run ends are kept in 32 bits."""

_FAULTS = (
    "",
    "a character that is not in COCO's alphabet '0' to 'o'",
    "ends in the middle of a number",
    "a negative run length",
    "runs past the end of the image",
    "ends before the end of the image",
    "a number of more than 35 bits",
)
_ALPHABET, _CUT, _NEGATIVE, _LONG, _SHORT, _HUGE = range(1, len(_FAULTS))


@dataclass(frozen=True, eq=False)
class Runs:
    """The foreground runs of n masks, in ascending order, neither empty nor touching one another.

    Attributes:
        starts: first pixel of each run.
        ends: one past the last pixel of each run.
        offsets: shape (n + 1,), where the runs of each mask start.
        areas: shape (n,), pixels.
        boxes: shape (n, 4), first column, first row, and one past the last column and row; zeros for an empty mask.
    """

    starts: Int32Array
    ends: Int32Array
    offsets: IntArray
    areas: IntArray
    boxes: Int32Array


def decode_runs(counts: Sequence[bytes], height: int, width: int) -> tuple[Runs, list[tuple[int, str]]]:
    """Decode the compressed counts of masks of one size.

    Args:
        counts: COCO's compressed counts of each mask.
        height: rows; with `width` at most `LARGEST_IMAGE` pixels.
        width: columns.

    Returns:
        The runs, and (index of the mask, what is wrong) for each mask that cannot be decoded; such a mask has no runs.
    """
    text = np.frombuffer(b"".join(counts), np.uint8)
    bounds = np.zeros(len(counts) + 1, np.int64)
    np.cumsum([len(text) for text in counts], out=bounds[1:])
    # a number ends at each character below 80 (no continuation bit), every other number is a foreground run
    room = (int(np.count_nonzero(text < 80)) + len(counts)) // 2 + 1
    starts, ends = np.empty(room, np.int32), np.empty(room, np.int32)
    offsets = np.empty(len(counts) + 1, np.int64)
    faults = np.zeros(len(counts), np.int8)
    strange = np.flatnonzero((text < 48) | (text > 111))
    # the mask a strange character belongs to: the last whose text starts at it or before
    faults[np.searchsorted(bounds, strange, side="right") - 1] = _ALPHABET
    used = _decode(text, bounds, height * width, starts, ends, offsets, faults)
    areas = np.empty(len(counts), np.int64)
    boxes = np.empty((len(counts), 4), np.int32)
    _measure(starts, ends, offsets, height, areas, boxes)
    wrong = [(int(index), _FAULTS[faults[index]]) for index in np.flatnonzero(faults)]
    return Runs(starts[:used], ends[:used], offsets, areas, boxes), wrong


@compiled
def _decode(
    text: ByteArray,
    bounds: IntArray,
    pixels: int,
    starts: Int32Array,
    ends: Int32Array,
    offsets: IntArray,
    faults: npt.NDArray[np.int8],
) -> int:
    """Fill starts, ends, offsets and faults (a mask that has one already is skipped); returns the number of runs."""
    used = 0
    for mask in range(len(bounds) - 1):
        offsets[mask] = used
        if faults[mask] == 0:
            used, faults[mask] = _decode_mask(text, bounds[mask], bounds[mask + 1], pixels, starts, ends, used)
    offsets[len(bounds) - 1] = used
    return used


@compiled
def _decode_mask(
    text: ByteArray, place: int, stop: int, pixels: int, starts: Int32Array, ends: Int32Array, first: int
) -> tuple[int, int]:
    """Put the runs of one mask at `first` and after: (one past the last run, 0), or (first, fault)."""
    used, position, number = first, 0, 0
    before, last = 0, 0
    while place < stop:
        # groups of 5 bits, lowest first; bit 5 means that more follow, bit 4 of the last group is the sign
        value, shift, bits = 0, 0, 32
        while bits & 32 and shift < 35:
            if place == stop:
                return first, _CUT
            bits = int(np.int64(text[place])) - 48
            value |= (bits & 31) << shift
            shift += 5
            place += 1
        if bits & 32:
            return first, _HUGE
        if bits & 16:
            value -= 1 << shift
        if number > 2:  # from the fourth on, a number is the difference to the one two places before
            value += before
        if value < 0 or value > pixels - position:
            return first, _NEGATIVE if value < 0 else _LONG
        if number % 2 == 1 and value > 0:
            if used > first and ends[used - 1] == position:  # nothing between: one run
                used -= 1
            else:
                starts[used] = position
            ends[used] = position + value
            used += 1
        before, last = last, value
        position += value
        number += 1
    return (used, 0) if position == pixels else (first, _SHORT)


@compiled
def _measure(
    starts: Int32Array, ends: Int32Array, offsets: IntArray, height: int, areas: IntArray, boxes: Int32Array
) -> None:
    """Fill the area and the box of every mask."""
    for mask in range(len(areas)):
        first, stop = offsets[mask], offsets[mask + 1]
        areas[mask] = 0
        boxes[mask] = 0
        if first == stop:
            continue
        top, bottom = height, 0
        left = starts[first] // height
        column = left * height  # its first pixel; runs ascend, so it only moves on, without a division for each run
        for run in range(first, stop):
            start, end = starts[run], ends[run]
            areas[mask] += end - start
            while start - column >= height:
                column += height
            if end - column > height:  # continues in the next column
                top, bottom = 0, height
            else:
                top = min(top, start - column)
                bottom = max(bottom, end - column)
        boxes[mask, 0] = left
        boxes[mask, 1] = top
        boxes[mask, 2] = (ends[stop - 1] - 1) // height + 1
        boxes[mask, 3] = bottom


@compiled
def covers(
    starts: Int32Array,
    ends: Int32Array,
    offsets: IntArray,
    areas: IntArray,
    boxes: Int32Array,
    outer: int,
    inner: int,
    needed: int,
) -> bool:
    """Whether masks `outer` and `inner` share at least `needed` pixels; stops as soon as that is certain."""
    if needed > areas[inner] or needed > areas[outer]:
        return False
    width = min(boxes[outer, 2], boxes[inner, 2]) - max(boxes[outer, 0], boxes[inner, 0])
    height = min(boxes[outer, 3], boxes[inner, 3]) - max(boxes[outer, 1], boxes[inner, 1])
    if width <= 0 or height <= 0 or np.int64(width) * height < needed:
        return False
    low, stop = offsets[outer], offsets[outer + 1]
    high = stop
    # Binary search: the runs of a mask ascend, so the outer runs before `low` end too early to share a pixel.
    first_pixel = starts[offsets[inner]]
    while low < high:  # to the first outer run that ends after the inner mask starts
        middle = (low + high) // 2
        if ends[middle] <= first_pixel:
            low = middle + 1
        else:
            high = middle
    shared = 0
    left = areas[inner]
    other = low
    for run in range(offsets[inner], offsets[inner + 1]):
        start, end = starts[run], ends[run]
        while other < stop and ends[other] <= start:
            other += 1
        while other < stop and starts[other] < end:
            shared += min(end, ends[other]) - max(start, starts[other])
            if ends[other] > end:  # may reach the next inner run
                break
            other += 1
        left -= end - start
        if shared >= needed:
            return True
        if shared + left < needed:
            return False
    return shared >= needed
