"""Reading METEOR's paraphrase table into a prefix tree over words, on bytes, compiled."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

__all__ = ["PhraseTree"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

_WORD_BITS = 20
"""A key of the tree is a node, shifted by so many bits, and the number of the next word."""

_SPACE, _LINE_END = ord(" "), ord("\n")
_WORD_ROOM, _EDGE_ROOM = 1 << 16, 1 << 20
"""Words and edges (and rows) that there is room for at first."""

_WORDS, _LETTERS, _NODES, _ROWS = range(4)


class _Words(NamedTuple):
    """Distinct words: a hash table of their numbers, -1 where empty, and their letters, one word after the other."""

    slots: Int32s
    ends: Int64s
    letters: Bytes


class _Edges(NamedTuple):
    """A hash table of keys, -1 where empty, the nodes they lead to, and the keys in the order of these nodes."""

    keys: Int64s
    children: Int32s
    in_order: Int64s


class PhraseTree:
    """Gives every phrase of a table a node, in the order of the table; the root is node 0."""

    def __init__(self) -> None:
        self._words = _Words(
            np.full(2 * _WORD_ROOM, -1, np.int32),
            np.zeros(_WORD_ROOM + 1, np.int64),
            np.empty(16 * _WORD_ROOM, np.uint8),
        )
        self._edges = _Edges(
            np.full(2 * _EDGE_ROOM, -1, np.int64),
            np.zeros(2 * _EDGE_ROOM, np.int32),
            np.empty(_EDGE_ROOM, np.int64),
        )
        self._rows = np.empty((2, _EDGE_ROOM), np.int32)
        self._sizes = np.array([0, 0, 1, 0], np.int64)
        self._rest = b""

    def add(self, block: bytes) -> None:
        """Read the next bytes of the table: probability, phrase and paraphrase of each row on three lines."""
        data = self._rest + block
        text = np.frombuffer(data, np.uint8)
        place = 0
        while True:
            place, row_size = read_rows(text, place, self._words, self._edges, self._rows, self._sizes)
            if not row_size:
                break
            self._make_room(row_size)
        self._rest = data[place:]

    def words(self) -> list[str]:
        """The distinct words by number."""
        letters, ends = self._words.letters.tobytes(), self._words.ends[: self._sizes[_WORDS] + 1].tolist()
        return [letters[start:end].decode("utf-8") for start, end in pairwise(ends)]

    def hash_table(self) -> tuple[Int64s, Int32s]:
        """Keys and the nodes they lead to, at most half full."""
        return self._edges.keys, self._edges.children

    def paraphrases(self) -> tuple[Int32s, Int32s]:
        """Nodes of the paraphrases of all nodes one after the other, in the order of the table, after their offsets."""
        sources, targets = self._rows[:, : self._sizes[_ROWS]]
        return _group(sources, targets, int(self._sizes[_NODES]))

    def _make_room(self, row_size: int) -> None:
        """Twice the room of whatever could be full after a row of so many bytes."""
        words, letters, nodes, rows = (int(size) + row_size for size in self._sizes)
        slots, ends, text = self._words
        if words >= ends.size - 1:
            ends = _twice(ends)
            slots = hash_words(np.full(2 * slots.size, -1, np.int32), ends, text, int(self._sizes[_WORDS]))
        if letters > text.size:
            text = _twice(text)
        self._words = _Words(slots, ends, text)
        if nodes > self._edges.in_order.size:
            keys = np.full(2 * self._edges.keys.size, -1, np.int64)
            children, in_order = np.zeros(keys.size, np.int32), _twice(self._edges.in_order)
            self._edges = _Edges(keys, children, in_order)
            hash_edges(self._edges, int(self._sizes[_NODES]))
        if rows > self._rows.shape[1]:
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)], axis=1)


def _twice(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.concatenate([values, np.empty_like(values)])


@compiled(error_model="python", nogil=True, allocates=False)
def read_rows(text: Bytes, place: int, words: _Words, edges: _Edges, rows: Int32s, sizes: Int64s) -> tuple[int, int]:
    """Read rows from `place` on: where the first one starts that was not read, and its bytes if room is wanting."""
    last, last_end, last_node = 0, 0, np.int64(0)  # the phrase of the row before, which most rows share
    while True:
        first = _after_line(text, place)
        second = _after_line(text, first)
        end = _after_line(text, second)
        if end > text.size:
            return place, 0
        size = end - place
        room = min(words.ends.size - 1 - sizes[_WORDS], words.letters.size + 1 - sizes[_LETTERS])
        room = min(room, edges.in_order.size + 1 - sizes[_NODES], rows.shape[1] + 1 - sizes[_ROWS])
        if room <= size:
            return place, size
        row = sizes[_ROWS]
        if not _is_same(text, first, second, last, last_end):
            last_node = _node(text, first, second - 1, words, edges, sizes)
        last, last_end = first, second
        rows[0, row] = last_node
        rows[1, row] = _node(text, second, end - 1, words, edges, sizes)
        sizes[_ROWS] += 1
        place = end


@compiled(error_model="python", nogil=True, allocates=False)
def _after_line(text: Bytes, place: int) -> int:
    """Where the next line starts; beyond the text if there is no line end."""
    while place < text.size and text[place] != _LINE_END:
        place += 1
    return place + 1


@compiled(error_model="python", nogil=True, allocates=False)
def _is_same(text: Bytes, start: int, end: int, other: int, other_end: int) -> bool:
    size = end - start
    place = 0 if size == other_end - other else -1
    while 0 <= place < size and text[start + place] == text[other + place]:
        place += 1
    return place == size


@compiled(error_model="python", nogil=True, allocates=False)
def _node(text: Bytes, start: int, end: int, words: _Words, edges: _Edges, sizes: Int64s) -> np.int64:
    """The node of a phrase, new or not."""
    node = np.int64(0)
    while start <= end:
        stop = start
        value = np.uint64(0)  # hashed as in `words`
        while stop < end and text[stop] != _SPACE:
            value = (value ^ np.uint64(text[stop])) * np.uint64(0x100000001B3)
            stop += 1
        key = node << _WORD_BITS | _word(text, start, stop, value, words, sizes)
        slot = _slot_of_key(key, edges.keys)
        if edges.keys[slot] < 0:
            edges.keys[slot] = key
            edges.children[slot] = sizes[_NODES]
            edges.in_order[sizes[_NODES] - 1] = key
            sizes[_NODES] += 1
        node = np.int64(edges.children[slot])
        start = stop + 1
    return node


@compiled(error_model="python", nogil=True, allocates=False)
def _word(text: Bytes, start: int, end: int, value: np.uint64, words: _Words, sizes: Int64s) -> np.int64:
    """The number of a word of a hash, new or not."""
    slot = np.int64(value ^ (value >> np.uint64(29))) & (words.slots.size - 1)
    while words.slots[slot] >= 0:
        number = np.int64(words.slots[slot])
        first, size = words.ends[number], words.ends[number + 1] - words.ends[number]
        if size == end - start:
            place = 0
            while place < size and text[start + place] == words.letters[first + place]:
                place += 1
            if place == size:
                return number
        slot = (slot + 1) & (words.slots.size - 1)
    new: np.int64 = sizes[_WORDS]
    first = sizes[_LETTERS]
    for place in range(end - start):
        words.letters[first + place] = text[start + place]
    words.slots[slot] = new
    words.ends[new + 1] = first + end - start
    sizes[_WORDS] += 1
    sizes[_LETTERS] += end - start
    return new


@compiled(error_model="python", nogil=True, allocates=False)
def _slot_of_key(key: np.int64, keys: Int64s) -> np.int64:
    """The slot of a key, or the empty one where it goes: from bits 32 and up of key * golden ratio, the next free."""
    slot: np.int64 = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & (keys.size - 1)
    while keys[slot] >= 0 and keys[slot] != key:
        slot = (slot + 1) & (keys.size - 1)
    return slot


@compiled(error_model="python", nogil=True, allocates=False)
def hash_words(slots: Int32s, ends: Int64s, letters: Bytes, count: int) -> Int32s:
    """Put all words into empty slots."""
    for number in range(count):
        value = np.uint64(0)
        for place in range(ends[number], ends[number + 1]):
            value = (value ^ np.uint64(letters[place])) * np.uint64(0x100000001B3)
        slot = np.int64(value ^ (value >> np.uint64(29))) & (slots.size - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (slots.size - 1)
        slots[slot] = number
    return slots


@compiled(error_model="python", nogil=True, allocates=False)
def hash_edges(edges: _Edges, nodes: int) -> None:
    """Put all keys into an empty table."""
    for node in range(1, nodes):
        slot = _slot_of_key(edges.in_order[node - 1], edges.keys)
        edges.keys[slot] = edges.in_order[node - 1]
        edges.children[slot] = node


def _group(sources: Int32s, targets: Int32s, nodes: int) -> tuple[Int32s, Int32s]:
    """Offsets per source, and the targets in their order by source."""
    offsets = np.zeros(nodes + 1, np.int32)
    np.cumsum(np.bincount(sources, minlength=nodes), out=offsets[1:])
    return offsets, targets[np.argsort(sources, kind="stable")]
