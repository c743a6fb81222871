"""METEOR's paraphrase table as arrays that are mapped into memory instead of read.

The table has 5.3 million rows (probability, phrase, paraphrase; METEOR's matching uses no probabilities). Here every
phrase is a node of a prefix tree over words. A hash table leads from a node and the next word to the next node, and
each node lists the nodes of its paraphrases in the order of the table, which decides ties in the alignment.
"""

from __future__ import annotations

import gzip
import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

__all__ = ["ParaphraseTable", "open_paraphrases", "write_paraphrases"]

_BLOCK = 1 << 22
_WORD_BITS = 20


class ParaphraseTable(NamedTuple):
    """Arrays of the table, in the order the compiled matcher takes them.

    Attributes:
        keys: hash table of ``node << 20 | word``, -1 where empty, int64 (a power of two,).
        children: the node that each key leads to, int32, as long as `keys`.
        offsets: node n has the paraphrases ``paraphrases[offsets[n]:offsets[n + 1]]``, int32 (nodes + 1,).
        paraphrases: nodes, int32 (rows,).
    """

    keys: npt.NDArray[np.int64]
    children: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int32]
    paraphrases: npt.NDArray[np.int32]


def open_paraphrases(folder: Path) -> tuple[dict[str, int], ParaphraseTable]:
    """Numbers of the table's words, and its arrays, memory-mapped.

    Args:
        folder: where `write_paraphrases` wrote.
    """
    words = (folder / "paraphrase_words.txt").read_text("utf-8").split("\n")
    arrays = [np.asarray(np.load(folder / f"paraphrase_{name}.npy", mmap_mode="r")) for name in ParaphraseTable._fields]
    return {word: number for number, word in enumerate(words)}, ParaphraseTable(*arrays)


def write_paraphrases(source: Path, folder: Path) -> None:
    """Index METEOR's paraphrase table, with a progress bar on a terminal.

    Args:
        source: the gzip-compressed table, three lines per row.
        folder: where the files go.
    """
    tree = _PhraseTree()
    left, right = array("i"), array("i")
    for phrases, paraphrases in _blocks(source):
        left.extend(map(tree.node_of_phrase.__getitem__, phrases))
        right.extend(map(tree.node_of_phrase.__getitem__, paraphrases))
    nodes = len(tree.edges) + 1
    sources, targets = np.array(left, np.int32), np.array(right, np.int32)
    keys, children = _hash_table(tree.edges)
    table = ParaphraseTable(
        keys,
        children,
        np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=nodes))]).astype(np.int32),
        targets[np.argsort(sources, kind="stable")],
    )
    for name, values in table._asdict().items():
        np.save(folder / f"paraphrase_{name}.npy", values)
    (folder / "paraphrase_words.txt").write_text("\n".join(tree.words), "utf-8")


class _PhraseTree:
    """Gives every phrase a node; the root is node 0."""

    def __init__(self) -> None:
        self.words: dict[str, int] = {}
        self.edges: dict[int, int] = {}
        self.node_of_phrase = _NodeOfPhrase(self)

    def insert(self, phrase: str) -> int:
        node = 0
        for word in phrase.split(" "):
            key = node << _WORD_BITS | self.words.setdefault(word, len(self.words))
            node = self.edges.setdefault(key, len(self.edges) + 1)
        return node


class _NodeOfPhrase(dict[bytes, int]):
    def __init__(self, tree: _PhraseTree) -> None:
        super().__init__()
        self._tree = tree

    def __missing__(self, phrase: bytes) -> int:
        node = self[phrase] = self._tree.insert(phrase.decode("utf-8"))
        return node


def _blocks(source: Path) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Phrases and their paraphrases, a few megabytes at a time."""
    from tqdm import tqdm

    with (
        source.open("rb") as compressed,
        gzip.GzipFile(fileobj=compressed) as table,
        tqdm(total=source.stat().st_size, desc="METEOR paraphrases", unit="B", unit_scale=True, disable=None) as bar,
    ):
        rest: list[bytes] = []
        while lines := table.readlines(_BLOCK):
            lines = rest + [line.rstrip(b"\n") for line in lines]
            whole = len(lines) // 3 * 3
            rest = lines[whole:]
            yield lines[1:whole:3], lines[2:whole:3]
            bar.update(compressed.tell() - bar.n)


def _hash_table(edges: dict[int, int]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    size = 1 << math.ceil(math.log2(2 * len(edges)))
    keys, children = np.full(size, -1, np.int64), np.zeros(size, np.int32)
    _fill_hash_table(keys, children, np.fromiter(edges, np.int64), np.fromiter(edges.values(), np.int32))
    return keys, children


@compiled(error_model="python")
def _fill_hash_table(
    keys: npt.NDArray[np.int64],
    children: npt.NDArray[np.int32],
    new_keys: npt.NDArray[np.int64],
    new_children: npt.NDArray[np.int32],
) -> None:
    """Put distinct keys into an empty table at bits 32 and up of key * golden ratio, or the next free slot."""
    mask = keys.size - 1
    for place in range(new_keys.size):
        key = new_keys[place]
        slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask
        while keys[slot] >= 0:
            slot = (slot + 1) & mask
        keys[slot] = key
        children[slot] = new_children[place]
