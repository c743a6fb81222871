"""Which WordNet synonym sets a word belongs to, as METEOR 1.5 looks them up.

The lists (words, irregular forms, sets) are those inside METEOR's jar. A word has its own sets; an irregular form
("mice") adds those of its base forms; any other word of three letters or more adds those of the first base form that
WordNet's detachment rules find ("dogs", "operating").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt

__all__ = ["SynonymSets", "write_synonym_sets"]

_DETACHMENTS = (
    ("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y"),
    ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""), ("er", ""), ("est", ""), ("er", "e"),
    ("est", "e"),
)  # fmt: skip
_ENDINGS = tuple({suffix for suffix, _ in _DETACHMENTS})


class SynonymSets:
    """Reads what `write_synonym_sets` wrote.

    Args:
        folder: the folder it was written to.
    """

    def __init__(self, folder: Path) -> None:
        words = (folder / "synonym_words.txt").read_text("utf-8").split("\n")
        self._row_of_word = dict(zip(words, range(len(words)), strict=True))
        self._sets: npt.NDArray[np.int32] = np.asarray(np.load(folder / "synonym_sets.npy", mmap_mode="r"))
        self._offsets: list[int] = np.load(folder / "synonym_offsets.npy").tolist()
        self._bases: dict[str, list[str]] = {}
        for line in (folder / "irregular_forms.txt").read_text("utf-8").split("\n"):
            form, *bases = line.split(" ")
            self._bases[form] = bases
        self.count = int(np.load(folder / "synonym_count.npy")[0])
        """How many synonym sets there are; they are numbered from 0."""

    def of_word(self, word: str) -> list[int]:
        """Numbers of the sets `word` belongs to, ascending, without repeats."""
        rows = [self._row_of_word.get(word), *(self._row_of_word.get(base) for base in self._base_forms(word))]
        return sorted({number for row in rows if row is not None for number in self._of_row(row)})

    def members(self) -> list[list[str]]:
        """Words of each set."""
        members: list[list[str]] = [[] for _ in range(self.count)]
        for word, row in self._row_of_word.items():
            for number in self._of_row(row):
                members[number].append(word)
        return members

    def _of_row(self, row: int) -> list[int]:
        sets: list[int] = self._sets[self._offsets[row] : self._offsets[row + 1]].tolist()
        return sets

    def _base_forms(self, word: str) -> Sequence[str]:
        if word in self._bases:
            return self._bases[word]
        if len(word) < 3 or not word.endswith(_ENDINGS):
            return ()
        for suffix, replacement in _DETACHMENTS:
            if word.endswith(suffix) and not (suffix == "s" and word.endswith("ss")):
                base = word[: -len(suffix)] + replacement
                if base in self._row_of_word:
                    return (base,)
        return ()


def write_synonym_sets(jar: ZipFile, folder: Path) -> None:
    """Read METEOR's synonym lists and write them as arrays.

    Args:
        jar: METEOR's jar.
        folder: where the files go.
    """
    sets_of_word = {word: [int(number) for number in sets.split()] for word, sets in _pairs(jar, "synsets")}
    words = sorted(sets_of_word)
    lengths = [len(sets_of_word[word]) for word in words]
    _, numbers = np.unique([number for word in words for number in sets_of_word[word]], return_inverse=True)
    (folder / "synonym_words.txt").write_text("\n".join(words), "utf-8")
    np.save(folder / "synonym_sets.npy", numbers.astype(np.int32))
    np.save(folder / "synonym_offsets.npy", np.cumsum([0, *lengths]))
    np.save(folder / "synonym_count.npy", [numbers.max() + 1])
    bases: dict[str, list[str]] = {}
    for base, forms in _pairs(jar, "exceptions"):
        for form in forms.split():
            bases.setdefault(form, []).append(base)
    (folder / "irregular_forms.txt").write_text("\n".join(" ".join([form, *bases[form]]) for form in bases), "utf-8")


def _pairs(jar: ZipFile, kind: str) -> Iterator[tuple[str, str]]:
    lines = jar.read(f"synonym/english.{kind}").decode("utf-8").rstrip("\n").split("\n")
    return ((key, values) for place, (key, values) in enumerate(pairwise(lines)) if place % 2 == 0)
