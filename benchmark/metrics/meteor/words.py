"""Splitting lines into words and numbering these, on bytes, compiled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

__all__ = ["number_words"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Uint64s = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

_SPACE, _LINE_END = ord(" "), ord("\n")
_ROOM = 1 << 11
"""Distinct words that there is room for at first."""


def number_words(lines: Sequence[str]) -> tuple[list[str], Int32s, Int64s]:
    """Number the words of lines in order of first appearance.

    Args:
        lines: words separated by spaces; no line ends, no lone surrogates.

    Returns:
        The distinct words; their places in that list, of all lines one after the other, int32; where each line starts
        among them and the end of all, (lines + 1,).
    """
    text = "".join(f"{line}\n" for line in lines).encode()
    data = np.frombuffer(text, np.uint8)
    numbers, offsets = np.empty(data.size // 2 + 1, np.int32), np.zeros(len(lines) + 1, np.int64)
    table, hashes = np.full(2 * _ROOM, -1, np.int64), np.empty(_ROOM, np.uint64)
    spans, sizes = np.empty((_ROOM, 2), np.int64), np.zeros(4, np.int64)
    # Arrays are made here: in compiled code each takes longer to compile than all that is done with it.
    while not number_bytes(data, table, hashes, spans, numbers, offsets, sizes):
        table = np.full(2 * table.size, -1, np.int64)
        hash_again(table, hashes)
        hashes, spans = (np.concatenate([values, np.empty_like(values)]) for values in (hashes, spans))
    _, words, _, distinct = sizes.tolist()
    return [text[start:end].decode() for start, end in spans[:distinct].tolist()], numbers[:words], offsets


@compiled(error_model="python", allocates=False)
def number_bytes(
    text: Bytes, table: Int64s, hashes: Uint64s, spans: Int64s, numbers: Int32s, offsets: Int64s, sizes: Int64s
) -> bool:
    """Number words until there is no room for another distinct one.

    Args:
        text: the lines, each with its line end.
        table: numbers of distinct words by the slots of their hashes, -1 where empty, (a power of two,).
        hashes: of the distinct words, (table's size / 2,).
        spans: where each distinct word starts and ends in the text, (table's size / 2, 2).
        numbers: receives the words' numbers.
        offsets: receives where each line starts among the words, (lines + 1,).
        sizes: where to go on in the text, words, lines and distinct words so far, (4,).

    Returns:
        Whether all is done.
    """
    start, words, line, distinct = sizes
    # A word's hash is FNV-1a's, from 0: xor with each byte, then times a prime, in 64 bits that wrap around. The low
    # bits of a product hang on the low bits of its factors alone, so the high ones are folded into the slot (`>> 29`).
    # The table has a power of two of slots, of which half stay empty: the search for a free one is short, and it ends.
    value = np.uint64(0)
    for place in range(start, text.size):
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
        start, value = place + 1, np.uint64(0)
        if byte == _LINE_END:
            line += 1
            offsets[line] = words
        if distinct == hashes.size:
            break
    sizes[0], sizes[1], sizes[2], sizes[3] = start, words, line, distinct
    return bool(distinct < hashes.size)


@compiled(error_model="python", allocates=False)
def _is_same(text: Bytes, start: int, end: int, span: Int64s) -> bool:
    if span[1] - span[0] != end - start:
        return False
    # No early return: without a branch in it the loop runs on many bytes at once.
    different = 0
    for place in range(end - start):
        different += text[start + place] != text[span[0] + place]
    return different == 0


@compiled(error_model="python", allocates=False)
def hash_again(table: Int64s, hashes: Uint64s) -> None:
    """Put the numbers of all words into an empty table."""
    for number in range(hashes.size):
        value = hashes[number]
        slot = np.int64((value ^ (value >> np.uint64(29))) & np.uint64(table.size - 1))
        while table[slot] >= 0:
            slot = (slot + 1) & (table.size - 1)
        table[slot] = number
