"""Words as integers: every distinct word gets one number, every text becomes a run of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["TokenTable", "intern_texts"]


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Texts as runs of one flat array.

    Attributes:
        tokens: word numbers of all texts one after the other, int32 (words,).
        offsets: text i is ``tokens[offsets[i]:offsets[i + 1]]``, int64 (texts + 1,).
        words: how many distinct words there are.
    """

    tokens: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]
    words: int

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Words per text, (texts,)."""
        return np.diff(self.offsets)


class _Vocabulary(dict[str, int]):
    def __missing__(self, word: str) -> int:
        number = len(self)
        self[word] = number
        return number


def intern_texts(texts: Iterable[str], split: Callable[[str], list[str]] = str.split) -> TokenTable:
    """Number the words of texts in order of first appearance.

    Args:
        texts: tokenised texts.
        split: turns a text into words.
    """
    vocabulary = _Vocabulary()
    number_of = vocabulary.__getitem__
    tokens: list[int] = []
    ends = [0]
    for text in texts:
        tokens.extend(map(number_of, split(text)))
        ends.append(len(tokens))
    return TokenTable(np.array(tokens, np.int32), np.array(ends, np.int64), len(vocabulary))
