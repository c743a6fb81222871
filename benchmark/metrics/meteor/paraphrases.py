"""METEOR's paraphrase table as arrays that are mapped into memory instead of read.

The table has 5.3 million rows (probability, phrase, paraphrase; METEOR's matching uses no probabilities). Here every
phrase is a node of a prefix tree over words. A hash table leads from a node and the next word to the next node, and
each node lists the nodes of its paraphrases in the order of the table, which decides ties in the alignment.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .paraphrase_tree import PhraseTree

__all__ = ["ParaphraseTable", "open_paraphrases", "write_paraphrases"]

_BLOCK = 1 << 23
_PROGRESS = "METEOR: building the paraphrase index, once: {percentage:.0f}%"


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
    """Index METEOR's paraphrase table, with a line of progress on stderr.

    Args:
        source: the gzip-compressed table, three lines per row.
        folder: where the files go.
    """
    tree = PhraseTree()
    for block in _blocks(source):
        tree.add(block)
    table = ParaphraseTable(*tree.hash_table(), *tree.paraphrases())
    for name, values in table._asdict().items():
        np.save(folder / f"paraphrase_{name}.npy", values)
    (folder / "paraphrase_words.txt").write_text("\n".join(tree.words()), "utf-8")


def _blocks(source: Path) -> Iterator[bytes]:
    """The table, some megabytes at a time; the next ones are decompressed while these are used."""
    from tqdm import tqdm

    with (
        source.open("rb") as compressed,
        gzip.GzipFile(fileobj=compressed) as table,
        ThreadPoolExecutor(1) as reader,
        tqdm(total=source.stat().st_size, bar_format=_PROGRESS, mininterval=2) as bar,
    ):
        coming = reader.submit(table.read, _BLOCK)
        while block := coming.result():
            bar.update(compressed.tell() - bar.n)
            coming = reader.submit(table.read, _BLOCK)
            yield block
