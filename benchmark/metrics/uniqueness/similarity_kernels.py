"""Compiled loops over sparse vectors of texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from dataset.runtime.compiled import compiled

__all__ = ["sparse_products", "unit_vectors"]


@compiled(error_model="python")
def unit_vectors(
    words: Any, word_weights: Any, word_offsets: Any, pairs: Any, pair_weights: Any, pair_offsets: Any, shift: int
) -> Any:
    """Words and word pairs of every text as one sparse unit vector.

    Args:
        words: word numbers of all texts, (entries,).
        word_weights: their weights.
        word_offsets: text i owns the entries ``word_offsets[i]:word_offsets[i + 1]``, (texts + 1,).
        pairs: numbers of word pairs.
        pair_weights: their weights.
        pair_offsets: as `word_offsets`.
        shift: how many columns the words have; the pairs' come after them.

    Returns:
        Columns, weights, and offsets of all texts; a text without words has no entries.
    """
    size = len(words) + len(pairs)
    columns, weights = np.empty(size, np.int64), np.empty(size)
    offsets = np.zeros(len(word_offsets), np.int64)
    end = 0
    for text in range(len(word_offsets) - 1):
        start = end
        for entry in range(word_offsets[text], word_offsets[text + 1]):
            columns[end], weights[end] = words[entry], word_weights[entry]
            end += 1
        for entry in range(pair_offsets[text], pair_offsets[text + 1]):
            columns[end], weights[end] = shift + pairs[entry], pair_weights[entry]
            end += 1
        total = 0.0
        for entry in range(start, end):
            total += weights[entry] * weights[entry]
        norm = np.sqrt(total)
        if norm > 0:
            for entry in range(start, end):
                weights[entry] /= norm
        offsets[text + 1] = end
    return columns, weights, offsets


@compiled(error_model="python")
def sparse_products(ids: Any, weights: Any, offsets: Any, rows: Any, columns: Any, scratch: Any) -> Any:
    """Products of sparse rows and columns; `scratch` is all zeros before and after, one place for each n-gram."""
    products = np.zeros((len(rows), len(columns)))
    for row in range(len(rows)):
        low, high = offsets[rows[row]], offsets[rows[row] + 1]
        for entry in range(low, high):
            scratch[ids[entry]] = weights[entry]
        for column in range(len(columns)):
            total = 0.0
            for entry in range(offsets[columns[column]], offsets[columns[column] + 1]):
                total += weights[entry] * scratch[ids[entry]]
            products[row, column] = total
        for entry in range(low, high):
            scratch[ids[entry]] = 0.0
    return products
