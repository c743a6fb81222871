"""METEOR 1.5 (English, `-norm`) without Java: the same numbers from compiled code.

Written from the published descriptions (Banerjee and Lavie 2005; Denkowski and Lavie 2014) and from what the program
answers; `speed/meteor_parity.py` compares the two. The word lists and tables are those of the installed pycocoevalcap.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError

from .aligner import align_pairs
from .data import MeteorData
from .java import as_one_line
from .matches import find_matches
from .parameters import STATISTICS
from .phrases import Phrases, read_phrases
from .scoring import count_pairs, score_statistics
from .stemmer import stem
from .words import number_words

__all__ = ["LONGEST_TEXT", "NativeMeteor"]

Texts = tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]

LONGEST_TEXT = 65_536
"""Words of one text after METEOR's own splitting: more than 32,768 characters hold."""

MOST_MATCHES = 1 << 24
"""Matches of one pair: a word that is said in both texts matches at every place, so that two long texts that repeat the
same word have as many as their lengths multiplied."""

_ROOM = 1 << 18
_WORDS_AT_ONCE = 1 << 18


class NativeMeteor:
    """METEOR 1.5, compiled.

    The first use on a machine indexes METEOR's tables into the cache; the first use of an installation compiles.

    Args:
        cache_dir: where indexed tables are kept; the project's cache folder if not given.

    Raises:
        MissingDependencyError: pycocoevalcap is not installed.
        DataUnavailableError: its files are incomplete, or the cache cannot be written.
    """

    signature = "meteor-1.5-native"

    def __init__(self, cache_dir: Path | None = None) -> None:
        self._data = MeteorData(cache_dir)
        self._lexicon = _Lexicon(self._data)

    def statistics(self, candidates: Sequence[str], references: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
        """METEOR's counts of each candidate against its best reference.

        Args:
            candidates: tokenised candidates.
            references: one or more tokenised references of each candidate.

        Returns:
            float64 (candidates, 23), as METEOR's SCORE command prints them.

        Raises:
            InvalidInputError: lengths differ, a candidate has no reference, or texts are longer than `LONGEST_TEXT`.
        """
        _check(candidates, references)
        numbers: dict[str, int] = {}
        sizes = [len(texts) for texts in references]
        candidate_texts = np.repeat(_number(candidates, numbers), sizes)
        reference_texts = _number((text for texts in references for text in texts), numbers)
        texts = self._lexicon.read(numbers)
        counts = self._count(texts, np.stack([candidate_texts, reference_texts], axis=1))
        return counts[_best_rows(score_statistics(counts), np.array(sizes, np.int64))]

    def _count(self, texts: Texts, pairs: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
        """Counts of pairs of texts, some thousand pairs at a time."""
        counts = np.zeros((len(pairs), STATISTICS))
        lengths = np.diff(texts[1])[pairs]
        synonyms, words = self._lexicon.synonyms(), lengths.sum(axis=1).cumsum()
        start = 0
        while start < len(pairs):
            before = words[start - 1] if start else 0
            batch = slice(start, max(start + 1, int(np.searchsorted(words, before + _WORDS_AT_ONCE))))
            phrases = read_phrases(texts, pairs[batch], self._lexicon.table_words(), self._data.paraphrases[1])
            self._count_some(texts, pairs[batch], lengths[batch], synonyms, phrases, counts[batch])
            start = batch.stop
        return counts

    def _count_some(
        self,
        texts: Texts,
        pairs: npt.NDArray[np.int32],
        lengths: npt.NDArray[np.int64],
        synonyms: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
        phrases: Phrases,
        counts: npt.NDArray[np.float64],
    ) -> None:
        """Counts of pairs of texts, as many pairs at a time as the room for their matches allows."""
        equals, functions = self._lexicon.equals(), self._lexicon.functions()
        rows = np.empty((_ROOM, 5), np.int32)
        ends, start = np.empty(len(pairs), np.int64), 0
        while start < len(pairs):
            done = find_matches(texts, pairs[start:], equals, synonyms, phrases, rows, ends)
            if not done and len(rows) >= MOST_MATCHES:
                sizes = " and ".join(f"{size:,}" for size in lengths[start])
                raise InvalidInputError(
                    "texts", [f"a candidate and a reference of {sizes} words repeat the same words"]
                )
            if not done:
                rows = np.empty((4 * len(rows), 5), np.int32)
                continue
            stop = start + done
            match_ends, chunks = ends[:done], np.empty(done, np.int64)
            alignment = np.zeros(match_ends[-1], np.uint8)
            align_pairs(rows, match_ends, lengths[start:stop], alignment, chunks)
            count_pairs(texts, pairs[start:stop], functions, rows, match_ends, alignment, chunks, counts[start:stop])
            start = stop


def _best_rows(scores: npt.NDArray[np.float64], sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Of each run of `sizes` rows the first with the highest score."""
    if not sizes.size:
        return np.zeros(0, np.int64)
    starts = np.cumsum(sizes) - sizes
    best = np.repeat(np.maximum.reduceat(scores, starts), sizes)
    candidates = np.flatnonzero(scores == best)
    return candidates[np.searchsorted(candidates, starts)]


class _Numbers(dict[Any, int]):
    """Numbers keys from 0 in order of first appearance."""

    def __missing__(self, key: object) -> int:
        number = self[key] = len(self)
        return number


class _Lexicon(dict[str, int]):
    """Numbers words in order of first appearance, and keeps what METEOR's stages ask of each."""

    def __init__(self, data: MeteorData) -> None:
        super().__init__()
        self._normalizer, self._synonyms = data.normalizer, data.synonyms
        self._phrase_words = data.paraphrases[0]
        self._function_words = data.function_words
        self._hashes, self._stem_hashes = _Numbers(), _Numbers()
        self._exact, self._stems, self._table_words, self._sets = array("i"), array("i"), array("i"), array("i")
        self._set_ends = array("i", [0])
        self._functions = bytearray()

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        self._exact.append(self._hashes[_java_hash(word)])
        self._stems.append(self._stem_hashes[_java_hash(stem(word))])
        self._table_words.append(self._phrase_words.get(word, -1))
        self._sets.extend(self._synonyms.of_word(word))
        self._set_ends.append(len(self._sets))
        self._functions.append(word in self._function_words)
        return number

    def read(self, texts: Iterable[str]) -> Texts:
        """Word numbers of all texts one after the other, and where each starts."""
        lines = [text if _is_plain(text) else " ".join(self._normalizer.words(_as_received(text))) for text in texts]
        words, places, offsets = number_words(lines)
        too_long = [
            f"{size:,} words, starting {line[:40]!r}"
            for line, size in zip(lines, np.diff(offsets).tolist(), strict=True)
            if size > LONGEST_TEXT
        ]
        if too_long:
            raise InvalidInputError("texts", too_long, f"METEOR scores texts of at most {LONGEST_TEXT:,} words.")
        return np.array([self[word] for word in words], np.int32)[places], offsets

    def equals(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Per word a number for its Java hash, and one for that of its stem."""
        return np.array(self._exact, np.int32), np.array(self._stems, np.int32)

    def synonyms(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Synonym sets that several of the words share, word after word, renumbered, and where those of each start."""
        sets, ends = np.array(self._sets, np.int32), np.array(self._set_ends, np.int64)
        _, numbers, members = np.unique(sets, return_inverse=True, return_counts=True)
        shared = members > 1
        mask = shared[numbers]
        renumbered = (np.cumsum(shared) - 1)[numbers[mask]]
        offsets = np.concatenate([[0], np.cumsum(mask)])[ends]
        return renumbered.astype(np.int32), offsets.astype(np.int32)

    def table_words(self) -> npt.NDArray[np.int32]:
        """Per word its number in the paraphrase table, or -1."""
        return np.array(self._table_words, np.int32)

    def functions(self) -> npt.NDArray[np.bool_]:
        """Whether each word is a function word."""
        return np.frombuffer(bytes(self._functions), np.bool_)


def _is_plain(text: str) -> bool:
    """Whether METEOR would only split at spaces: lower-case ASCII letters and digits; quick."""
    letters = text.replace(" ", "")
    return letters.isascii() and letters.isalnum() and letters == letters.lower()


def _as_received(text: str) -> str:
    """Text as the Java program receives it: on one line, with question marks for lone surrogates."""
    return as_one_line(text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8"))


def _java_hash(text: str) -> int:
    """Java's String.hashCode."""
    # 32-bit arithmetic on UTF-16 code units: wraps around, and the result is read as a signed number.
    value = 0
    for unit in array("H", text.encode("utf-16-le")):
        value = (31 * value + unit) & 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def _number(texts: Iterable[str], numbers: dict[str, int]) -> npt.NDArray[np.int32]:
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int32)


def _check(candidates: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    if len(candidates) != len(references):
        raise InvalidInputError(
            "references", [f"expected one list for each of {len(candidates)} candidates, found {len(references)}"]
        )
    bare = [f"candidate {place}: no reference" for place, texts in enumerate(references) if not texts]
    if bare:
        raise InvalidInputError("references", bare, "Every candidate needs at least one reference.")
