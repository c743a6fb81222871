"""Splitting lines into words and numbering these, on bytes, compiled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

__all__ = ["number_words"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_SPACE, _LINE_END = ord(" "), ord("\n")


def number_words(lines: Sequence[str]) -> tuple[list[str], Int32s, Int64s]:
    """Number the words of lines in order of first appearance.

    Args:
        lines: words separated by spaces; no line ends, no lone surrogates.

    Returns:
        The distinct words; their places in that list, of all lines one after the other, int32; where each line starts
        among them and the end of all, (lines + 1,).
    """
    text = "".join(f"{line}\n" for line in lines).encode()
    numbers, offsets, spans = _number(np.frombuffer(text, np.uint8), len(lines))
    return [text[start:end].decode() for start, end in spans.tolist()], numbers, offsets


@compiled(error_model="python")
def _number(text: Bytes, lines: int) -> tuple[Int32s, Int64s, Int64s]:
    numbers, offsets = np.empty(text.size // 2 + 1, np.int32), np.zeros(lines + 1, np.int64)
    table, hashes, spans = (
        np.full(1 << 12, -1, np.int64),
        np.empty(1 << 11, np.uint64),
        np.empty((1 << 11, 2), np.int64),
    )
    words, line, distinct, start = 0, 0, 0, 0
    # A word's hash is FNV-1a's, from 0: xor with each byte, then times a prime, in 64 bits that wrap around. The low
    # bits of a product hang on the low bits of its factors alone, so the high ones are folded into the slot (`>> 29`).
    # The table has a power of two of slots, of which half stay empty: the search for a free one is short, and it ends.
    value = np.uint64(0)
    for place in range(text.size):
        byte = text[place]
        if byte != _SPACE and byte != _LINE_END:
            value = (value ^ np.uint64(byte)) * np.uint64(0x100000001B3)
            continue
        if place > start:
            slot = np.int64((value ^ (value >> np.uint64(29))) & np.uint64(table.size - 1))
            while table[slot] >= 0 and not _is_same(text, start, place, spans[table[slot]]):
                slot = (slot + 1) & (table.size - 1)
            if table[slot] < 0:
                table[slot] = distinct
                hashes[distinct] = value
                spans[distinct, 0], spans[distinct, 1] = start, place
                distinct += 1
            numbers[words] = table[slot]
            words += 1
            if distinct == hashes.size:
                table, hashes, spans = _grow(table, hashes, spans)
        start, value = place + 1, np.uint64(0)
        if byte == _LINE_END:
            line += 1
            offsets[line] = words
    return numbers[:words].copy(), offsets, spans[:distinct].copy()


@compiled(error_model="python")
def _is_same(text: Bytes, start: int, end: int, span: Int64s) -> bool:
    if span[1] - span[0] != end - start:
        return False
    # No early return: without a branch in it the loop runs on many bytes at once.
    different = 0
    for place in range(end - start):
        different += text[start + place] != text[span[0] + place]
    return different == 0


@compiled(error_model="python")
def _grow(
    table: Int64s, hashes: npt.NDArray[np.uint64], spans: Int64s
) -> tuple[Int64s, npt.NDArray[np.uint64], Int64s]:
    """Twice the room; the table stays half empty."""
    size = hashes.size
    more = np.full(2 * table.size, -1, np.int64)
    more_hashes, more_spans = np.empty(2 * size, np.uint64), np.empty((2 * size, 2), np.int64)
    more_hashes[:size] = hashes
    more_spans[:size] = spans
    for number in range(size):
        value = hashes[number]
        slot = np.int64((value ^ (value >> np.uint64(29))) & np.uint64(more.size - 1))
        while more[slot] >= 0:
            slot = (slot + 1) & (more.size - 1)
        more[slot] = number
    return more, more_hashes, more_spans
