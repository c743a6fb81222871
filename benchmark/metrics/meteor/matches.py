"""Every way in which words of a candidate can match words of a reference: METEOR's four stages, compiled.

A match is a row of five numbers, see `MATCH_COLUMNS`. The order of the matches that start at the same word of the
reference (stage, then candidate position; paraphrases of reference phrases before those of candidate phrases, each in
the order of the table) decides ties in the alignment, and is METEOR's.

Two of the program's habits are kept: it takes words for equal when Java's hashes of them are ("to" and "v1"), and it
aligns texts that are equal word by word without a search.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

from .phrases import Phrases

__all__ = ["MATCH_COLUMNS", "find_matches"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]

MATCH_COLUMNS = ("first word in the reference", "words there", "first word in the candidate", "words there", "stage")
"""Stages are numbered from 0: exact, stem, synonym, paraphrase."""

_EXACT, _STEM, _SYNONYM, _PARAPHRASE = 0, 1, 2, 3
# Chains lead from a key (a word, a stem, a synonym set, a phrase) to its places in the candidate, in order. Their heads
# are ``stamp << 32 | place``: those with another pair's stamp are empty, so that nothing has to be cleared.
_PLACE = (1 << 32) - 1


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


@compiled(error_model="python", allocates=False)
def _are_identical(candidate: Int32s, reference: Int32s, hashes: Int32s) -> bool:
    if candidate.size != reference.size:
        return False
    different = 0
    for place in range(candidate.size):
        different += hashes[candidate[place]] != hashes[reference[place]]
    return different == 0


@compiled(error_model="python", inline="always")
def _first(heads: Int64s, key: int, stamp: int) -> Any:
    """The first place in the chain of a key, or -1."""
    return np.int64(heads[key] & _PLACE) if heads[key] >> 32 == stamp else np.int64(-1)


@compiled(error_model="python", allocates=False)
def _match_words(
    candidate: Int32s,
    reference: Int32s,
    keys: tuple[Int32s, Int32s],
    heads: Int64s,
    links: Int64s,
    stamp: int,
    rows: Int32s,
    count: int,
) -> int:
    """Exact and stem matches; returns the new count.

    Args:
        candidate: word numbers, (words,).
        reference: word numbers, (words,).
        keys: of each word a number that it shares with the words taken for equal, and one for its stem.
        heads: scratch for exact and stem matches, (2, keys).
        links: scratch, (2, places).
        stamp: a number never used with `heads` before.
        rows: receives the matches.
        count: matches in `rows` so far.
    """
    exact, stems = keys
    for i in range(candidate.size - 1, -1, -1):
        word, stem = exact[candidate[i]], stems[candidate[i]]
        links[0, i] = _first(heads[0], word, stamp)
        links[1, i] = _first(heads[1], stem, stamp)
        heads[0, word] = heads[1, stem] = (stamp << 32) | i
    for j in range(reference.size):
        word, stem = exact[reference[j]], stems[reference[j]]
        i = _first(heads[0], word, stamp)
        while i >= 0:
            count = _push(rows, count, j, 1, i, 1, _EXACT)
            i = links[0, i]
        i = _first(heads[1], stem, stamp)
        while i >= 0:
            if exact[candidate[i]] != word:
                count = _push(rows, count, j, 1, i, 1, _STEM)
            i = links[1, i]
    return count


@compiled(error_model="python", allocates=False)
def _match_synonyms(
    candidate: Int32s,
    reference: Int32s,
    sets: Int32s,
    set_offsets: Int32s,
    heads: Int64s,
    links: Int64s,
    shared: npt.NDArray[np.bool_],
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
        heads: scratch, (synonym sets,).
        links: scratch, (places, 2): candidate position, and the next place or -1.
        shared: scratch, False before and after, (words,) or more.
        stamp: a number never used with `heads` before.
        rows: receives the matches.
        count: matches in `rows` so far.
    """
    used = 0
    for i in range(candidate.size - 1, -1, -1):
        for place in range(set_offsets[candidate[i]], set_offsets[candidate[i] + 1]):
            links[used, 0] = i
            links[used, 1] = _first(heads, sets[place], stamp)
            heads[sets[place]] = (stamp << 32) | used
            used += 1
    for j in range(reference.size):
        word = reference[j]
        any_shared = False
        for place in range(set_offsets[word], set_offsets[word + 1]):
            link = _first(heads, sets[place], stamp)
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


@compiled(error_model="python", allocates=False)
def _match_phrases(
    left: Int32s,
    right: Int32s,
    left_is_reference: bool,
    phrases: Phrases,
    heads: Int64s,
    links: Int64s,
    stamp: int,
    rows: Int32s,
    count: int,
) -> int:
    """Matches of left phrases with those of their paraphrases that occur on the right; returns the new count.

    Args:
        left: phrases of one text, as in `Phrases.spans`.
        right: phrases of the other text.
        left_is_reference: which text is which.
        phrases: what is known of phrases.
        heads: scratch, (phrases,).
        links: scratch, (places,).
        stamp: a number never used with `heads` before.
        rows: receives the matches.
        count: matches in `rows` so far.
    """
    for place in range(right.shape[0] - 1, -1, -1):
        links[place] = _first(heads, right[place, 0], stamp)
        heads[right[place, 0]] = (stamp << 32) | place
    for row in range(left.shape[0]):
        phrase, start, size = left[row, 0], left[row, 1], left[row, 2]
        for place in range(phrases.offsets[phrase], phrases.offsets[phrase + 1]):
            other = _first(heads, phrases.paraphrases[place], stamp)
            while other >= 0:
                if left_is_reference:
                    count = _push(rows, count, start, size, right[other, 1], right[other, 2], _PARAPHRASE)
                else:
                    count = _push(rows, count, right[other, 1], right[other, 2], start, size, _PARAPHRASE)
                other = links[other]
    return count


@compiled(error_model="python", allocates=False)
def most_of_a_text(
    texts: tuple[Int32s, Int64s], pairs: Int32s, set_offsets: Int32s, starts: Int64s
) -> tuple[int, int, int]:
    """The largest number of words, of synonym sets of all words, and of phrases of any text in the pairs."""
    words, offsets = texts
    longest, most_sets, most_phrases = 1, 1, 1
    for pair in range(pairs.shape[0]):
        for side in range(2):
            text = pairs[pair, side]
            longest = max(longest, offsets[text + 1] - offsets[text])
            sets = 0
            for place in range(offsets[text], offsets[text + 1]):
                sets += set_offsets[words[place] + 1] - set_offsets[words[place]]
            most_sets = max(most_sets, sets)
            most_phrases = max(most_phrases, starts[text, 1] - starts[text, 0])
    return longest, most_sets, most_phrases


def find_matches(
    texts: tuple[Int32s, Int64s],
    pairs: Int32s,
    keys: tuple[Int32s, Int32s],
    synonyms: tuple[Int32s, Int32s],
    phrases: Phrases,
    rows: Int32s,
    ends: Int64s,
) -> int:
    """Find the matches of pairs of texts until `rows` is full.

    Args:
        texts: word numbers of all texts one after the other, and where each text starts.
        pairs: the texts of the candidate and of the reference, (pairs, 2).
        keys: per word the numbers of its equals and of its stem, each less than the number of words.
        synonyms: synonym sets of all words one after the other, numbered from 0, and where those of each word start.
        phrases: the phrases of these texts.
        rows: receives the matches, (room, 5), see `MATCH_COLUMNS`.
        ends: receives how many matches the pairs up to and with each one have, (pairs,).

    Returns:
        How many pairs are done.
    """
    # Scratch is made here: in compiled code each array takes longer to compile than all that is done with it.
    longest, most_sets, most_phrases = most_of_a_text(texts, pairs, synonyms[1], phrases.starts)
    of_words = np.zeros((2, keys[0].size), np.int64), np.empty((2, longest), np.int64)
    of_sets = np.zeros(int(synonyms[0].max(initial=-1)) + 1, np.int64), np.empty((most_sets, 2), np.int64)
    of_phrases = np.zeros(phrases.offsets.size, np.int64), np.empty(most_phrases, np.int64)
    shared = np.zeros(longest, np.bool_)
    return int(list_matches(texts, pairs, keys, synonyms, phrases, of_words, of_sets, of_phrases, shared, rows, ends))


@compiled(error_model="python", allocates=False)
def list_matches(
    texts: tuple[Int32s, Int64s],
    pairs: Int32s,
    keys: tuple[Int32s, Int32s],
    synonyms: tuple[Int32s, Int32s],
    phrases: Phrases,
    of_words: tuple[Int64s, Int64s],
    of_sets: tuple[Int64s, Int64s],
    of_phrases: tuple[Int64s, Int64s],
    shared: npt.NDArray[np.bool_],
    rows: Int32s,
    ends: Int64s,
) -> int:
    """Do what `find_matches` says, with scratch: heads and links of chains, and `shared` of `_match_synonyms`."""
    (words, offsets), (exact, _), (sets, set_offsets) = texts, keys, synonyms
    (word_heads, word_links), (set_heads, set_links), (phrase_heads, phrase_links) = of_words, of_sets, of_phrases
    count = 0
    for pair in range(pairs.shape[0]):
        own, other = pairs[pair, 0], pairs[pair, 1]
        candidate = words[offsets[own] : offsets[own + 1]]
        reference = words[offsets[other] : offsets[other + 1]]
        if _are_identical(candidate, reference, exact):
            for j in range(reference.size):
                count = _push(rows, count, j, 1, j, 1, _EXACT)
        else:
            stamp = 2 * pair + 1
            count = _match_words(candidate, reference, keys, word_heads, word_links, stamp, rows, count)
            count = _match_synonyms(
                candidate, reference, sets, set_offsets, set_heads, set_links, shared, stamp, rows, count
            )
            left = phrases.spans[phrases.starts[other, 0] : phrases.starts[other, 1]]
            right = phrases.spans[phrases.starts[own, 0] : phrases.starts[own, 1]]
            count = _match_phrases(left, right, True, phrases, phrase_heads, phrase_links, stamp, rows, count)
            count = _match_phrases(right, left, False, phrases, phrase_heads, phrase_links, stamp + 1, rows, count)
        if count > rows.shape[0]:
            return pair
        ends[pair] = count
    return int(pairs.shape[0])
