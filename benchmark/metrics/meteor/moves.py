"""Matches of one pair made ready for METEOR's search: grouped by word of the reference, priced, as bits; compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

__all__ = ["MOVE", "read_moves"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Records = Any  # a structured array

# The cost of a partial alignment is one number: -covered words << 49 | chunks << 38 | distance << 6 | rank. For
# texts in which a part could outgrow its bits (some thousand words together) parts are shifted to where there is room.
_COVERED_SHIFT, _CHUNK_SHIFT, _DISTANCE_SHIFT = 49, 38, 6

MOVE = np.dtype(
    [
        ("place", np.int64),
        ("start", np.int64),
        ("end", np.int64),
        ("resume", np.int64),
        ("gain", np.int64),
        ("distance", np.int64),
        ("cell", np.int64),
        ("bits", np.int64),
        ("spill", np.int64),
    ]
)
"""A match as the search takes it: its place in the list of matches; its first word in the candidate and the word after
its last (-1 for no match); the word after its last in the reference (0 for no match); worth of its words and distance
of its first words, as parts of a cost; and, as bits, the contested words of the candidate that it covers: in which 64
they begin, those among these 64, those among the next 64."""

# A covered word is worth 1 in exact matches (stage 0) and 1/2 in all others, whatever the weights of the score are.
_EXACT = 0
# Columns of matches, see `matches.MATCH_COLUMNS`.
_J, _HEIGHT, _I, _WIDTH, _STAGE = range(5)


@compiled(error_model="python", allocates=False)
def read_moves(
    matches: Int32s,
    sizes: Int64s,
    starts: Int64s,
    definite: Int64s,
    cover: Int64s,
    moves: Records,
    shifts: Int64s,
) -> int:
    """Make moves of matches.

    Args:
        matches: the matches of a pair, (matches, 5), see `matches.MATCH_COLUMNS`.
        sizes: words of candidate and reference, (2,).
        starts: receives for each word of the reference its first move, and the end of all, (words + 2,) or more.
        definite: receives for each word of the reference the move that starts there if it competes with no other,
            otherwise -1, (words,) or more.
        cover: scratch, (2, words + 1) or more.
        moves: receives the moves by word of the reference, otherwise in their order, and one that stands for no match,
            `MOVE` (matches + 1,) or more.
        shifts: receives how far covered words, chunks and distance are shifted in a cost, and how many of the lowest
            bits of a distance are dropped because nothing else makes room, (4,).

    Returns:
        How many words of the candidate are contested: covered by more than one match.
    """
    _make_room(matches, sizes, shifts)
    _group(matches, sizes[1], starts, moves, shifts)
    _count_cover(matches, sizes, cover)
    _find_definite(sizes[1], starts, definite, cover, moves)
    return _number_contested(sizes[0], matches.shape[0], cover, moves)


@compiled(error_model="python", allocates=False)
def _make_room(matches: Int32s, sizes: Int64s, shifts: Int64s) -> None:
    shifts[0], shifts[1], shifts[2], shifts[3] = _COVERED_SHIFT, _CHUNK_SHIFT, _DISTANCE_SHIFT, 0
    words = sizes[0] + sizes[1]
    distance = np.int64(0)  # a path pays at most every match once
    for place in range(matches.shape[0]):
        distance += abs(np.int64(matches[place, _J]) - np.int64(matches[place, _I]))
    # A chunk more than there are words in the shorter text: one is open before it is counted.
    chunks = min(sizes[0], sizes[1]) + 2
    if words < 1 << 14 and chunks < 1 << 11 and distance < np.int64(1) << 32:
        return
    chunk_bits = np.int64(1)
    while chunks >> chunk_bits:
        chunk_bits += 1
    covered_bits = np.int64(1)
    while words >> covered_bits:
        covered_bits += 1
    distance_bits = np.int64(1)
    while distance >> distance_bits:
        distance_bits += 1
    room = 63 - _DISTANCE_SHIFT - covered_bits - chunk_bits
    shifts[1] = _DISTANCE_SHIFT + min(distance_bits, room)
    shifts[0] = shifts[1] + chunk_bits
    shifts[3] = max(np.int64(0), distance_bits - room)


@compiled(error_model="python", allocates=False)
def _group(matches: Int32s, reference_size: int, starts: Int64s, moves: Records, shifts: Int64s) -> None:
    # A counting sort, stable: with counts shifted by two places, `starts[j + 1]` is where the next move of word j goes,
    # and ends as the start of word j + 1.
    count = matches.shape[0]
    for word in range(reference_size + 2):
        starts[word] = 0
    for place in range(count):
        starts[matches[place, _J] + 2] += 1
    for word in range(reference_size):
        starts[word + 2] += starts[word + 1]
    for place in range(count):
        j, i = np.int64(matches[place, _J]), np.int64(matches[place, _I])
        height, width = np.int64(matches[place, _HEIGHT]), np.int64(matches[place, _WIDTH])
        worth = width + height if matches[place, _STAGE] == _EXACT else width // 2 + height // 2
        move = starts[j + 1]
        starts[j + 1] += 1
        moves[move].place = place
        moves[move].start = i
        moves[move].end = i + width
        moves[move].resume = j + height
        moves[move].gain = worth << shifts[0]
        moves[move].distance = (abs(j - i) >> shifts[3]) << shifts[2]
    moves[count].end = -1
    moves[count].resume = 0


@compiled(error_model="python", allocates=False)
def _count_cover(matches: Int32s, sizes: Int64s, cover: Int64s) -> None:
    for side in range(2):
        for word in range(sizes[side] + 1):
            cover[side, word] = 0
    for place in range(matches.shape[0]):
        for i in range(matches[place, _I], matches[place, _I] + matches[place, _WIDTH]):
            cover[0, i] += 1
        for j in range(matches[place, _J], matches[place, _J] + matches[place, _HEIGHT]):
            cover[1, j] += 1


@compiled(error_model="python", allocates=False)
def _find_definite(reference_size: int, starts: Int64s, definite: Int64s, cover: Int64s, moves: Records) -> None:
    for j in range(reference_size):
        definite[j] = -1
        if starts[j + 1] - starts[j] == 1:
            move, most = starts[j], np.int64(0)
            for i in range(moves[move].start, moves[move].end):
                most = max(most, cover[0, i])
            for covered in range(j, moves[move].resume):
                most = max(most, cover[1, covered])
            if most == 1:
                definite[j] = move


@compiled(error_model="python", allocates=False)
def _number_contested(candidate_size: int, count: int, cover: Int64s, moves: Records) -> int:
    """Give each contested word of the candidate a bit, in order; a match covers at most 64 words."""
    # After this loop cover[0, i] is the number of contested words before word i: the contested words of a match are
    # numbered without gaps, and as there are at most 64 they lie in one or two neighbouring cells of 64 bits.
    contested = np.int64(0)
    for i in range(candidate_size + 1):
        before = contested
        contested += cover[0, i] > 1
        cover[0, i] = before
    for move in range(count):
        first, after = cover[0, moves[move].start], cover[0, moves[move].end]
        cell, bits, spill = first >> 6, np.int64(0), np.int64(0)
        for number in range(first, after):
            bit = np.int64(1) << (number & 63)
            if number >> 6 == cell:
                bits |= bit
            else:
                spill |= bit
        moves[move].cell = cell
        moves[move].bits = bits
        moves[move].spill = spill
    moves[count].cell = 0
    moves[count].bits = 0
    moves[count].spill = 0
    return int(contested)
