"""Compiled loops over integer n-grams: counting, clipping, tf-idf similarity, longest common subsequence.

Sums run in the order of the original programs (an n-gram's first occurrence in its text), so that the results agree
to the last digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

from .interning import TokenTable

__all__ = [
    "NgramCounts",
    "clipped_matches",
    "closest_lengths",
    "count_ngrams",
    "document_frequencies",
    "lcs_lengths",
    "tfidf_similarities",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NgramCounts:
    """How often each n-gram of one order occurs in each text.

    Attributes:
        ids: n-gram numbers, distinct within a text, in order of first occurrence, (entries,).
        counts: occurrences in that text, (entries,).
        offsets: text i owns the entries ``offsets[i]:offsets[i + 1]``, (texts + 1,).
        distinct: how many n-grams there are.
    """

    ids: IntArray
    counts: IntArray
    offsets: IntArray
    distinct: int


def count_ngrams(table: TokenTable, orders: int) -> list[NgramCounts]:
    """Count the n-grams of orders 1 to `orders` in every text of the table."""
    tokens = table.tokens.astype(np.int64)
    ids, distinct = tokens, table.words
    counted = []
    for order in range(1, orders + 1):
        if order > 1:
            ids, distinct = _extend(ids, tokens, table.offsets, order, table.words, distinct)
        text_ids, counts, offsets = _count(ids, table.offsets, order, distinct)
        counted.append(NgramCounts(text_ids, counts, offsets, distinct))
    return counted


@compiled(error_model="python")
def _extend(previous: Any, tokens: Any, offsets: Any, order: int, words: int, distinct_before: int) -> Any:
    """Number the n-grams that start at each token, from the numbers of the (n-1)-grams.

    Where the (n-1)-gram occurs once, so does the n-gram: it gets a new number unseen. The others go through a hash
    table that holds key and number side by side: one cache miss, not two.
    """
    uses = np.zeros(max(distinct_before, 1), np.int32)
    for number in previous:
        if number >= 0:
            uses[number] += 1
    repeated = 0
    for number in previous:
        repeated += number >= 0 and uses[number] > 1
    size = 16
    while size < 2 * repeated:
        size *= 2
    table = np.full((size, 2), -1, np.int64)
    ids = np.full(len(tokens), -1, np.int64)
    distinct = 0
    for text in range(len(offsets) - 1):
        for start in range(offsets[text], offsets[text + 1] - order + 1):
            if uses[previous[start]] == 1:
                ids[start] = distinct
                distinct += 1
                continue
            # The (n-1)-gram and the next word as digits to the base `words`: unique. The multiplier is 2**64 / golden
            # ratio; it mixes best into the high bits, which the shift brings down to those of the slot. The table is
            # at most half full, so that the search for a free slot ends.
            key = previous[start] * words + tokens[start + order - 1]
            mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
            slot = np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(size - 1))
            while table[slot, 0] not in (-1, key):
                slot = (slot + 1) & (size - 1)
            if table[slot, 0] < 0:
                table[slot, 0] = key
                table[slot, 1] = distinct
                distinct += 1
            ids[start] = table[slot, 1]
    return ids, distinct


@compiled(error_model="python")
def _count(ids: Any, offsets: Any, order: int, distinct: int) -> Any:
    entry_of = np.full(max(distinct, 1), -1, np.int64)
    ngrams = np.empty(len(ids), np.int64)
    counts = np.empty(len(ids), np.int64)
    ends = np.zeros(len(offsets), np.int64)
    entries = 0
    for text in range(len(offsets) - 1):
        first = entries
        for start in range(offsets[text], offsets[text + 1] - order + 1):
            ngram = ids[start]
            # Entries before `first` belong to earlier texts: so `entry_of` need not be cleared for each text.
            entry = entry_of[ngram]
            if entry >= first:
                counts[entry] += 1
            else:
                entry_of[ngram] = entries
                ngrams[entries] = ngram
                counts[entries] = 1
                entries += 1
        ends[text + 1] = entries
    return ngrams[:entries].copy(), counts[:entries].copy(), ends


@compiled(error_model="python")
def clipped_matches(ids: Any, counts: Any, offsets: Any, reference_offsets: Any, distinct: int) -> Any:
    """BLEU's matches: candidate n-grams, each counted at most as often as in the reference that has most of it.

    Texts are the candidates followed by all references; candidate i owns the references
    ``reference_offsets[i]:reference_offsets[i + 1]``. Returns int64 (candidates,).
    """
    items = len(reference_offsets) - 1
    matches = np.zeros(items, np.int64)
    most = np.zeros(max(distinct, 1), np.int64)
    for item in range(items):
        low = offsets[items + reference_offsets[item]]
        high = offsets[items + reference_offsets[item + 1]]
        for entry in range(low, high):
            most[ids[entry]] = max(most[ids[entry]], counts[entry])
        for entry in range(offsets[item], offsets[item + 1]):
            matches[item] += min(most[ids[entry]], counts[entry])
        for entry in range(low, high):
            most[ids[entry]] = 0
    return matches


@compiled(error_model="python")
def closest_lengths(lengths: Any, reference_offsets: Any) -> Any:
    """The reference length nearest to each candidate's, the shorter one of a tie; int64 (candidates,)."""
    items = len(reference_offsets) - 1
    closest = np.zeros(items, np.int64)
    for item in range(items):
        nearest = np.int64(-1)
        for reference in range(reference_offsets[item], reference_offsets[item + 1]):
            length = lengths[items + reference]
            gap = abs(length - lengths[item])
            best = abs(nearest - lengths[item])
            if nearest < 0 or gap < best or (gap == best and length < nearest):
                nearest = length
        closest[item] = nearest
    return closest


@compiled(error_model="python")
def document_frequencies(ids: Any, offsets: Any, reference_offsets: Any, distinct: int) -> Any:
    """In how many items' references each n-gram occurs, int64 (distinct,)."""
    items = len(reference_offsets) - 1
    frequencies = np.zeros(max(distinct, 1), np.int64)
    last_seen = np.full(max(distinct, 1), -1, np.int64)
    for item in range(items):
        low = offsets[items + reference_offsets[item]]
        high = offsets[items + reference_offsets[item + 1]]
        for entry in range(low, high):
            if last_seen[ids[entry]] != item:
                last_seen[ids[entry]] = item
                frequencies[ids[entry]] += 1
    return frequencies


@compiled(error_model="python")
def tfidf_similarities(ids: Any, counts: Any, offsets: Any, reference_offsets: Any, idf: Any, penalties: Any) -> Any:
    """CIDEr-D's similarity of one n-gram order: clipped tf-idf cosine times length penalty, summed over references.

    Args:
        ids: `NgramCounts.ids` of the candidates followed by all references.
        counts: `NgramCounts.counts` of them.
        offsets: `NgramCounts.offsets` of them.
        reference_offsets: which references belong to a candidate.
        idf: weight of each n-gram, (distinct,).
        penalties: length penalty of each reference against its candidate, (references,).

    Returns:
        float64 (candidates,).
    """
    items = len(reference_offsets) - 1
    similarities = np.zeros(items)
    reference_counts = np.zeros(len(idf), np.int64)
    for item in range(items):
        candidate_norm = _norm(ids, counts, idf, offsets[item], offsets[item + 1])
        for reference in range(reference_offsets[item], reference_offsets[item + 1]):
            low, high = offsets[items + reference], offsets[items + reference + 1]
            reference_norm = _norm(ids, counts, idf, low, high)
            for entry in range(low, high):
                reference_counts[ids[entry]] = counts[entry]
            product = 0.0
            for entry in range(offsets[item], offsets[item + 1]):
                ngram = ids[entry]
                weight = float(reference_counts[ngram]) * idf[ngram]
                product += min(float(counts[entry]) * idf[ngram], weight) * weight
            for entry in range(low, high):
                reference_counts[ids[entry]] = 0
            if candidate_norm != 0.0 and reference_norm != 0.0:
                product /= candidate_norm * reference_norm
            similarities[item] += product * penalties[reference]
    return similarities


@compiled(error_model="python")
def _norm(ids: Any, counts: Any, idf: Any, low: int, high: int) -> float:
    total = 0.0
    for entry in range(low, high):
        weight = float(counts[entry]) * idf[ids[entry]]
        total += weight * weight
    return math.sqrt(total)


@compiled(error_model="python")
def lcs_lengths(tokens: Any, offsets: Any, reference_offsets: Any, words: int) -> Any:
    """Length of the longest common subsequence of each reference and its candidate, int64 (references,).

    Bit-parallel (Hyyro 2004, "Bit-parallel LCS-length computation revisited"): a row of the table is a few 64-bit
    words, so that long captions stay cheap.
    """
    items = len(reference_offsets) - 1
    lengths = np.zeros(reference_offsets[items], np.int64)
    slot_of = np.full(max(words, 1), -1, np.int64)
    longest = 1
    for item in range(items):
        longest = max(longest, offsets[item + 1] - offsets[item])
    positions = np.zeros((longest, (longest + 63) // 64), np.uint64)
    row = np.empty((longest + 63) // 64, np.uint64)
    for item in range(items):
        start, end = offsets[item], offsets[item + 1]
        blocks = (end - start + 63) // 64
        used = 0
        for place in range(start, end):
            if slot_of[tokens[place]] < 0:
                slot_of[tokens[place]] = used
                positions[used, :blocks] = 0
                used += 1
            bit = place - start
            positions[slot_of[tokens[place]], bit >> 6] |= np.uint64(1) << np.uint64(bit & 63)
        for reference in range(reference_offsets[item], reference_offsets[item + 1]):
            low, high = offsets[items + reference], offsets[items + reference + 1]
            lengths[reference] = _lcs(tokens, low, high, slot_of, positions, row, end - start)
        for place in range(start, end):
            slot_of[tokens[place]] = -1
    return lengths


@compiled(error_model="python")
def _lcs(tokens: Any, low: int, high: int, slot_of: Any, positions: Any, row: Any, length: int) -> int:
    # Bit i of `row` is 0 where the LCS with the reference so far grows from candidate[:i] to candidate[:i + 1]: the
    # zeros add up to its length. A reference word sets, in each run of ones, the lowest bit at which the candidate has
    # that word to 0, and the zero above the run to 1; a run without a zero above it gains a zero. The carries of one
    # addition do this for all runs, and the `|` sets the other bits of the runs back to 1.
    blocks = (length + 63) // 64
    row[:blocks] = ~np.uint64(0)
    for place in range(low, high):
        slot = slot_of[tokens[place]]
        if slot < 0:
            continue
        carry = np.uint64(0)
        for block in range(blocks):
            before = row[block]
            matched = before & positions[slot, block]
            partial = before + matched
            total = partial + carry
            # A sum of 64-bit words that wrapped around is less than its first term.
            carry = np.uint64(partial < before) | np.uint64(total < partial)
            row[block] = total | (before - matched)
    zeros = 0
    for bit in range(length):
        if (row[bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) == np.uint64(0):
            zeros += 1
    return zeros
