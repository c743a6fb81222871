"""Every way in which words of a candidate can match words of a reference: METEOR's four stages, compiled.

A match is a row of five numbers, see `MATCH_COLUMNS`. The order of the matches that start at the same word of the
reference (stage, then candidate position; paraphrases of reference phrases before those of candidate phrases, each in
the order of the table) decides ties in the alignment, and is METEOR's.

Two of the program's habits are kept: it takes words for equal when Java's hashes of them are ("to" and "v1"), and it
aligns texts that are equal word by word without a search.

Compiled code is cached per file, so that nothing compiled here calls compiled code of another file.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dataset.compiled import compiled

from .meteor_paraphrases import ParaphraseTable

__all__ = ["MATCH_COLUMNS", "find_matches"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

MATCH_COLUMNS = ("first word in the reference", "words there", "first word in the candidate", "words there", "stage")
"""Stages are numbered from 0: exact, stem, synonym, paraphrase."""

_EXACT, _STEM, _SYNONYM, _PARAPHRASE = 0, 1, 2, 3
_LONGEST_PHRASE = 16
_FILTER_MASK = 0xFFFF


@compiled(error_model="python", inline="always")
def _push(rows: Int32s, count: int, j: int, height: int, i: int, width: int, stage: int) -> int:
    """The new count; a match that does not fit is counted and dropped."""
    if count < rows.shape[0]:
        rows[count, 0] = j
        rows[count, 1] = height
        rows[count, 2] = i
        rows[count, 3] = width
        rows[count, 4] = stage
    return count + 1


@compiled(error_model="python")
def _are_identical(candidate: Int32s, reference: Int32s, hashes: Int32s) -> bool:
    if candidate.size != reference.size:
        return False
    different = 0
    for place in range(candidate.size):
        different += hashes[candidate[place]] != hashes[reference[place]]
    return different == 0


@compiled(error_model="python")
def _match_words(
    candidate: Int32s, reference: Int32s, hashes: Int32s, stem_hashes: Int32s, rows: Int32s, count: int
) -> int:
    """Exact and stem matches; returns the new count."""
    for j in range(reference.size):
        word, stem = hashes[reference[j]], stem_hashes[reference[j]]
        for i in range(candidate.size):
            if hashes[candidate[i]] == word:
                count = _push(rows, count, j, 1, i, 1, _EXACT)
        for i in range(candidate.size):
            if stem_hashes[candidate[i]] == stem and hashes[candidate[i]] != word:
                count = _push(rows, count, j, 1, i, 1, _STEM)
    return count


@compiled(error_model="python")
def _match_synonyms(
    candidate: Int32s,
    reference: Int32s,
    sets: Int32s,
    set_offsets: Int32s,
    heads: Int64s,
    links: Int64s,
    stamp: int,
    rows: Int32s,
    count: int,
) -> int:
    """Matches of different words that share a synonym set; returns the new count.

    Args:
        candidate: word numbers, (words,).
        reference: word numbers, (words,).
        sets: synonym sets of all words, one word after the other.
        set_offsets: word w has ``sets[set_offsets[w]:set_offsets[w + 1]]``.
        heads: scratch, (synonym sets,): ``stamp << 32 | place in links`` of the first candidate word in the set.
        links: scratch, (places, 2): candidate position, and the next place or -1.
        stamp: a number never used with `heads` before; entries with another one are empty.
        rows: receives the matches.
        count: matches in `rows` so far.
    """
    used = 0
    for i in range(candidate.size - 1, -1, -1):
        for place in range(set_offsets[candidate[i]], set_offsets[candidate[i] + 1]):
            head = heads[sets[place]]
            links[used, 0] = i
            links[used, 1] = head & 0xFFFFFFFF if head >> 32 == stamp else -1
            heads[sets[place]] = (stamp << 32) | used
            used += 1
    shared = np.zeros(candidate.size, np.bool_)
    for j in range(reference.size):
        word = reference[j]
        any_shared = False
        for place in range(set_offsets[word], set_offsets[word + 1]):
            head = heads[sets[place]]
            link = head & 0xFFFFFFFF if head >> 32 == stamp else np.int64(-1)
            while link >= 0:
                shared[links[link, 0]] = True
                any_shared = True
                link = links[link, 1]
        if any_shared:
            for i in range(candidate.size):
                if shared[i] and candidate[i] != word:
                    count = _push(rows, count, j, 1, i, 1, _SYNONYM)
                shared[i] = False
    return count


@compiled(error_model="python")
def _find_phrases(words: Int32s, table: ParaphraseTable, phrases: Int32s) -> int:
    """Phrases of the table that occur in a text, as rows (node, first word, words) by first word, then by length."""
    found = 0
    mask = table.keys.size - 1
    for start in range(words.size):
        node = np.int64(0)
        for end in range(start, words.size):
            if words[end] < 0:
                break
            key = (node << 20) | words[end]
            slot = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) & mask
            while table.keys[slot] >= 0 and table.keys[slot] != key:
                slot = (slot + 1) & mask
            if table.keys[slot] < 0:
                break
            node = np.int64(table.children[slot])
            phrases[found, 0] = node
            phrases[found, 1] = start
            phrases[found, 2] = end + 1 - start
            found += 1
    return found


@compiled(error_model="python")
def _match_phrases(
    left: Int32s,
    right: Int32s,
    left_is_reference: bool,
    table: ParaphraseTable,
    filters: Int64s,
    stamp: int,
    rows: Int32s,
    count: int,
) -> int:
    """Matches of left phrases with those of their paraphrases that occur on the right; returns the new count.

    Args:
        left: phrases of one text as `_find_phrases` gives them.
        right: phrases of the other text.
        left_is_reference: which text is which.
        table: the paraphrase table.
        filters: scratch, (65536,): holds `stamp` where a right node's low bits lead.
        stamp: a number never used with `filters` before.
        rows: receives the matches.
        count: matches in `rows` so far.
    """
    nodes = np.empty(right.shape[0], np.int64)
    for place in range(nodes.size):
        filters[right[place, 0] & _FILTER_MASK] = stamp
        nodes[place] = (np.int64(right[place, 0]) << 32) | place
    nodes.sort()
    for row in range(left.shape[0]):
        node, start, size = left[row, 0], left[row, 1], left[row, 2]
        for place in range(table.offsets[node], table.offsets[node + 1]):
            target = table.paraphrases[place]
            if filters[target & _FILTER_MASK] != stamp:
                continue
            at = np.searchsorted(nodes, np.int64(target) << 32)
            while at < nodes.size and nodes[at] >> 32 == target:
                other = right[nodes[at] & 0xFFFFFFFF]
                if left_is_reference:
                    count = _push(rows, count, start, size, other[1], other[2], _PARAPHRASE)
                else:
                    count = _push(rows, count, other[1], other[2], start, size, _PARAPHRASE)
                at += 1
    return count


@compiled(error_model="python")
def _most_sets(words: Int32s, offsets: Int64s, set_offsets: Int32s) -> tuple[int, int]:
    """The largest number of words, and of synonym sets of all words, of any text."""
    longest, most = 1, 1
    for text in range(offsets.size - 1):
        longest = max(longest, offsets[text + 1] - offsets[text])
        sets = 0
        for word in words[offsets[text] : offsets[text + 1]]:
            sets += set_offsets[word + 1] - set_offsets[word]
        most = max(most, sets)
    return longest, most


@compiled(error_model="python")
def find_matches(
    texts: tuple[Int32s, Int64s],
    pairs: Int32s,
    lexicon: tuple[Int32s, ...],
    synonym_sets: int,
    table: ParaphraseTable,
    rows: Int32s,
    ends: Int64s,
) -> int:
    """Find the matches of pairs of texts until `rows` is full.

    Args:
        texts: word numbers of all texts one after the other, and where each text starts.
        pairs: the texts of the candidate and of the reference, (pairs, 2).
        lexicon: per word number its hash, the hash of its stem, its number in the paraphrase table or -1, and its
            synonym sets with offsets.
        synonym_sets: how many synonym sets there are.
        table: the paraphrase table.
        rows: receives the matches, (room, 5), see `MATCH_COLUMNS`.
        ends: receives how many matches the pairs up to and with each one have, (pairs,).

    Returns:
        How many pairs are done.
    """
    words, offsets = texts
    hashes, stem_hashes, phrase_words, sets, set_offsets = lexicon
    longest, most_sets = _most_sets(words, offsets, set_offsets)
    heads = np.zeros(synonym_sets, np.int64)
    filters = np.zeros(_FILTER_MASK + 1, np.int64)
    links = np.empty((most_sets, 2), np.int64)
    left = np.empty((longest * _LONGEST_PHRASE, 3), np.int32)
    right = np.empty((longest * _LONGEST_PHRASE, 3), np.int32)
    count = 0
    for pair in range(pairs.shape[0]):
        candidate = words[offsets[pairs[pair, 0]] : offsets[pairs[pair, 0] + 1]]
        reference = words[offsets[pairs[pair, 1]] : offsets[pairs[pair, 1] + 1]]
        if _are_identical(candidate, reference, hashes):
            for j in range(reference.size):
                count = _push(rows, count, j, 1, j, 1, _EXACT)
        else:
            count = _match_words(candidate, reference, hashes, stem_hashes, rows, count)
            count = _match_synonyms(candidate, reference, sets, set_offsets, heads, links, pair + 1, rows, count)
            in_candidate = left[: _find_phrases(phrase_words[candidate], table, left)]
            in_reference = right[: _find_phrases(phrase_words[reference], table, right)]
            count = _match_phrases(in_reference, in_candidate, True, table, filters, 2 * pair + 1, rows, count)
            count = _match_phrases(in_candidate, in_reference, False, table, filters, 2 * pair + 2, rows, count)
        if count > rows.shape[0]:
            return pair
        ends[pair] = count
    return int(pairs.shape[0])
