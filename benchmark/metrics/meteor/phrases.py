"""Phrases of METEOR's paraphrase table in texts, and which of them are paraphrases of each other, compiled.

Most of the table's 5.3 million rows lead to phrases that none of the texts contains. So the rows of the phrases that
do occur are read once for many texts, and only those paraphrases are kept that occur as well, in the table's order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

from .paraphrases import ParaphraseTable

__all__ = ["Phrases", "read_phrases"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

_LONGEST_PHRASE = 16
_RECENT = 1 << 14
_WORD_BITS = 20


class Phrases(NamedTuple):
    """Phrases that occur in some texts.

    Attributes:
        spans: number of the phrase, first word and words of each occurrence, text by text, by first word, then by
            length, int32 (occurrences, 3).
        starts: the occurrences of text t are ``spans[starts[t, 0]:starts[t, 1]]``; (texts, 2).
        paraphrases: numbers of the paraphrases of all phrases, each in the table's order, int32.
        offsets: phrase p has ``paraphrases[offsets[p]:offsets[p + 1]]``, (phrases + 1,).
    """

    spans: Int32s
    starts: Int64s
    paraphrases: Int32s
    offsets: Int64s


@compiled(error_model="python", allocates=False)
def _child(table: ParaphraseTable, key: np.int64) -> np.int64:
    """The node that a key of the table leads to, or -1."""
    # Multiplicative hashing with 2**64 / golden ratio; the table's size is a power of 2, and -1 is an empty slot.
    mask = table.keys.size - 1
    slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask
    while table.keys[slot] >= 0 and table.keys[slot] != key:
        slot = (slot + 1) & mask
    return np.int64(table.children[slot]) if table.keys[slot] == key else np.int64(-1)


@compiled(error_model="python", allocates=False)
def _find(
    words: Int32s,
    roots: Int64s,
    table_words: Int32s,
    table: ParaphraseTable,
    recent: Int64s,
    spans: Int32s,
    occurrences: int,
) -> int:
    """Append the phrases of a text to `spans`, as nodes; returns the new number of spans."""
    for start in range(words.size):
        node = roots[words[start]]
        end = start + 1
        while node >= 0:
            spans[occurrences, 0] = node
            spans[occurrences, 1] = start
            spans[occurrences, 2] = end - start
            occurrences += 1
            if end == words.size or table_words[words[end]] < 0:
                break
            # `recent` remembers the last answer of each slot: frequent phrases of captions are found without the table.
            key = (node << _WORD_BITS) | table_words[words[end]]
            slot = (key ^ (key >> _WORD_BITS) * 31) & (_RECENT - 1)
            if recent[0, slot] != key:
                recent[0, slot], recent[1, slot] = key, _child(table, key)
            node = recent[1, slot]
            end += 1
    return occurrences


@compiled(error_model="python", allocates=False)
def find_phrases(
    texts: tuple[Int32s, Int64s],
    pairs: Int32s,
    table_words: Int32s,
    table: ParaphraseTable,
    scratch: tuple[Int64s, Int64s],
    spans: Int32s,
    starts: Int64s,
    numbers: Int32s,
    nodes: Int32s,
) -> tuple[int, int]:
    """Find the phrases of all texts and number them in order of first appearance.

    Args:
        texts: see `read_phrases`.
        pairs: see `read_phrases`.
        table_words: see `read_phrases`.
        table: see `read_phrases`.
        scratch: (words,), and -1 everywhere, (2, _RECENT).
        spans: receives the occurrences, see `Phrases.spans`, as many rows as there can be.
        starts: receives where those of each text start and end, see `Phrases.starts`; zeros before.
        numbers: receives of each node of the table the number of its phrase + 1; zeros before.
        nodes: receives the node of each phrase, as many as there can be.

    Returns:
        How many occurrences and phrases there are.
    """
    (words, offsets), (roots, recent) = texts, scratch
    for word in range(roots.size):
        roots[word] = _child(table, np.int64(table_words[word])) if table_words[word] >= 0 else np.int64(-1)
    occurrences, count = 0, 0
    for pair in range(pairs.shape[0]):
        for side in range(2):
            text = pairs[pair, side]
            if starts[text, 1] == 0:
                starts[text, 0] = occurrences
                own = words[offsets[text] : offsets[text + 1]]
                occurrences = _find(own, roots, table_words, table, recent, spans, occurrences)
                starts[text, 1] = occurrences
    for span in range(occurrences):
        node = spans[span, 0]
        if numbers[node] == 0:
            nodes[count] = node
            count += 1
            numbers[node] = count
        spans[span, 0] = numbers[node] - 1
    return occurrences, count


@compiled(error_model="python", allocates=False)
def keep_occurring(
    nodes: Int32s, numbers: Int32s, table: ParaphraseTable, paraphrases: Int32s, offsets: Int64s
) -> None:
    """List the paraphrases of nodes among the nodes with a number (from 1), see `Phrases`; `offsets[0]` is 0 before."""
    count = 0
    for place in range(nodes.size):
        for row in range(table.offsets[nodes[place]], table.offsets[nodes[place] + 1]):
            number = numbers[table.paraphrases[row]]
            if number > 0:
                paraphrases[count] = number - 1
                count += 1
        offsets[place + 1] = count


def read_phrases(texts: tuple[Int32s, Int64s], pairs: Int32s, table_words: Int32s, table: ParaphraseTable) -> Phrases:
    """Find the phrases in the texts of some pairs.

    Args:
        texts: word numbers of all texts one after the other, and where each text starts.
        pairs: the texts of candidates and references, (pairs, 2).
        table_words: the number that each word has in the paraphrase table, or -1.
        table: the paraphrase table.
    """
    # Arrays are made here: in compiled code each takes longer to compile than all that is done with it. Memory that
    # nothing is written to costs nothing.
    sizes = np.diff(texts[1])
    room = int(sizes[np.unique(pairs)].sum()) * _LONGEST_PHRASE
    spans, nodes = np.empty((room, 3), np.int32), np.empty(room, np.int32)
    starts, numbers = np.zeros((len(sizes), 2), np.int64), np.zeros(table.offsets.size - 1, np.int32)
    scratch = np.empty(table_words.size, np.int64), np.full((2, _RECENT), -1, np.int64)
    occurrences, count = find_phrases(texts, pairs, table_words, table, scratch, spans, starts, numbers, nodes)
    nodes = nodes[:count]
    paraphrases = np.empty(int((table.offsets[nodes + 1] - table.offsets[nodes]).sum()), np.int32)
    ends = np.zeros(count + 1, np.int64)
    keep_occurring(nodes, numbers, table, paraphrases, ends)
    return Phrases(spans[:occurrences], starts, paraphrases[: ends[-1]], ends)
