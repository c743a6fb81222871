"""METEOR's choice among matches: definite matches first, then a beam search over the reference, compiled.

The beam keeps 40 partial alignments. At each word of the reference each of them is continued by every match that
starts there and covers no word already covered, and by leaving the word unmatched. Alignments are ordered by covered
words (more is better; all but exact ones count half, rounded down at every match), then by chunks, then by distance
(fewer is better); what is equal keeps the order in which it was made. The distance between the positions of a match is
charged not to the alignment that takes the match but to those made after it from the same one, as METEOR 1.5 does.

The beam is full at most words and often drops the alignment that would have won, so that nothing short of its exact
order gives METEOR's choice. That order is one number, a cost, whose last bits are the rank of the alignment that was
continued. Ties are then settled whatever is listed first, and matches are: most unmatched words, which are worth less,
are refused by one comparison. An alignment remembers where it stands and, as bits, the contested words of the
candidate that it covers; its matches are read back at the end from the choices kept at every word.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

from .moves import MOVE, read_moves

__all__ = ["BEAM", "align_pairs"]

BEAM = 40
"""Partial alignments kept from word to word, METEOR's default."""

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]
Records = Any  # a structured array

# A partial alignment: its cost, the last bits its own rank; the end of its last match in the candidate, -1 after an
# unmatched word; the first word of the reference that no match of it covers; its rank after the last choice.
_PATH = np.dtype([("cost", np.int64), ("end", np.int64), ("resume", np.int64), ("origin", np.int64)])
# A continuation: its cost, the last bits the rank of the path that is continued; the match.
_OFFER = np.dtype([("cost", np.int64), ("move", np.int64)])
_OFFERS = 4_096
_RANK_BITS = 6  # ranks are below BEAM = 40 < 2**6
_RANK = (1 << _RANK_BITS) - 1
_LOWEST = -(1 << 63)


@compiled(error_model="python", allocates=False)
def _rank(offers: Records, offered: int, listed: int, costs: Int64s, taken: Int64s) -> int:
    """Keep the best of what is listed and of new offers, each after everything that costs as little.

    Args:
        offers: continuations, `_OFFER`.
        offered: how many.
        listed: how many are listed before.
        costs: the lowest number, then the costs of what is listed, cheapest first, (BEAM + 1,).
        taken: the matches of what is listed, also from place 1, (BEAM + 1,).

    Returns:
        How many are listed now, at most `BEAM`.
    """
    # An insertion sort; costs[0] is lower than any cost and stops it. Places are unsigned because numba checks signed
    # indices for values below 0.
    for offer in range(offered):
        cost = offers[offer].cost
        if listed == BEAM:
            if cost >= costs[BEAM]:
                continue
            place = np.uint64(BEAM)
        else:
            listed += 1
            place = np.uint64(listed)
        while costs[place - np.uint64(1)] > cost:
            costs[place] = costs[place - np.uint64(1)]
            taken[place] = taken[place - np.uint64(1)]
            place -= np.uint64(1)
        costs[place] = cost
        taken[place] = offers[offer].move
    return listed


@compiled(error_model="python", allocates=False)
def _list_choices(
    moves: Records,
    group: tuple[int, int, int, int],
    j: int,
    paths: Records,
    covered: Int64s,
    count: int,
    unmatched: Int64s,
    offers: Records,
    costs: Int64s,
    taken: Int64s,
) -> int:
    """List the best continuations of all paths at word `j`; how many.

    Args:
        moves: the matches, `MOVE`.
        group: the first that starts at `j`, the one after the last, the one that stands for no match, and how far
            chunks are shifted in a cost.
        j: word of the reference.
        paths: the paths, `_PATH` (BEAM,).
        covered: words they cover, bits (BEAM, cells).
        count: how many paths.
        unmatched: scratch, (BEAM,).
        offers: scratch, `_OFFER`, at least BEAM and as many as there are matches.
        costs: receives the list, see `_rank`.
        taken: receives the list, see `_rank`.
    """
    first, after, no_match, chunk_shift = group
    listed, offered = 0, 0
    for path in range(count):
        cost, end = paths[path].cost, paths[path].end
        if paths[path].resume <= j:
            broken = np.int64(end >= 0) << chunk_shift
            for move in range(np.uint64(first), np.uint64(after)):
                cell = np.uint64(moves[move].cell)
                free = (covered[path, cell] & moves[move].bits) == 0
                if moves[move].spill and covered[path, cell + np.uint64(1)] & moves[move].spill:
                    free = False
                open_chunk = broken if end != moves[move].start else np.int64(0)
                # Written in any case, and kept by counting it: a branch here is hard to predict.
                offers[np.uint64(offered)].cost = cost - moves[move].gain + open_chunk
                offers[np.uint64(offered)].move = move
                offered += free
                cost += moves[move].distance if free else np.int64(0)
            cost += broken
        unmatched[path] = cost
        if offered + after - first >= offers.size:
            listed, offered = _rank(offers, offered, listed, costs, taken), 0
    listed, offered = _rank(offers, offered, listed, costs, taken), 0
    # To leave a word unmatched never lowers a cost, and paths are ordered by cost: neither this path nor a later
    # one can enter the list.
    for path in range(count):
        if listed == BEAM and paths[path].cost >= costs[BEAM]:
            break
        offers[path].cost = unmatched[path]
        offers[path].move = no_match
        offered += 1
    return int(_rank(offers, offered, listed, costs, taken))


@compiled(error_model="python", allocates=False)
def _make_paths(
    moves: Records,
    j: int,
    paths: Records,
    covered: Int64s,
    cells: int,
    listed: int,
    costs: Int64s,
    taken: Int64s,
    history: Int64s,
    next_paths: Records,
    next_covered: Int64s,
) -> None:
    """Make the listed continuations of `paths` at word `j` the next paths; `history` keeps match and origin."""
    for path in range(listed):
        cost, move = costs[path + 1], np.uint64(taken[path + 1])
        parent = np.uint64(cost & _RANK)
        history[path] = (np.int64(move) << _RANK_BITS) | paths[parent].origin
        next_paths[path].cost = (cost & ~_RANK) | path
        next_paths[path].origin = path
        within = paths[parent].resume > j
        next_paths[path].end = paths[parent].end if within else moves[move].end
        next_paths[path].resume = paths[parent].resume if within else moves[move].resume
        next_covered[path, 0] = covered[parent, 0]
        for cell in range(1, cells):
            next_covered[path, cell] = covered[parent, cell]
        first = np.uint64(moves[move].cell)
        next_covered[path, first] |= moves[move].bits
        if moves[move].spill:
            next_covered[path, first + np.uint64(1)] |= moves[move].spill


@compiled(error_model="python", allocates=False)
def _step_without_choice(moves: Records, definite: int, j: int, paths: Records, count: int, chunk_shift: int) -> bool:
    """Continue every path where no match can be chosen; returns whether they are still in order."""
    out_of_order, before = 0, np.int64(_LOWEST)
    for path in range(count):
        end, cost = paths[path].end, paths[path].cost
        if definite >= 0:
            cost += moves[definite].distance
            cost += np.int64((end >= 0) & (end != moves[definite].start)) << chunk_shift
            paths[path].end = moves[definite].end
            paths[path].resume = moves[definite].resume
        elif paths[path].resume <= j:
            cost += np.int64(end >= 0) << chunk_shift
            paths[path].end = -1
        paths[path].cost = cost
        out_of_order += cost < before
        before = cost
    return out_of_order == 0


@compiled(error_model="python", allocates=False)
def _rank_again(
    paths: Records,
    covered: Int64s,
    cells: int,
    count: int,
    offers: Records,
    costs: Int64s,
    taken: Int64s,
    next_paths: Records,
    next_covered: Int64s,
) -> None:
    for path in range(count):
        offers[path].cost = paths[path].cost
    _rank(offers, count, 0, costs, taken)
    for path in range(count):
        parent = np.uint64(costs[path + 1] & _RANK)
        next_paths[path].cost = (costs[path + 1] & ~_RANK) | path
        next_paths[path].end = paths[parent].end
        next_paths[path].resume = paths[parent].resume
        next_paths[path].origin = paths[parent].origin
        for cell in range(cells):
            next_covered[path, cell] = covered[parent, cell]


@compiled(error_model="python", allocates=False)
def _best(paths: Records, count: int, chunk_shift: int) -> int:
    """The best path, after counting the chunks still open."""
    best: int = 0
    for path in range(count):
        paths[path].cost += np.int64(paths[path].end >= 0) << chunk_shift
        if paths[path].cost < paths[best].cost:
            best = path
    return best


@compiled(error_model="python", allocates=False)
def _mark(moves: Records, no_match: int, history: Int64s, path: int, marks: Marks) -> None:
    """Mark the matches of a path, from the last choice to the first."""
    for step in range(history.shape[0] - 1, -1, -1):
        move = history[step, path] >> _RANK_BITS
        if move != no_match:
            marks[moves[move].place] = 1
        path = history[step, path] & _RANK


def align_pairs(matches: Int32s, ends: Int64s, sizes: Int64s, alignment: Marks, chunks: Int64s) -> None:
    """Choose matches that cover no word twice.

    Args:
        matches: all matches of all pairs, (matches, 5), see `matches.MATCH_COLUMNS`.
        ends: where the matches of each pair end, (pairs,).
        sizes: words of candidate and reference, (pairs, 2).
        alignment: receives 1 for each chosen match, (matches,); zeros before.
        chunks: receives the number of chunks of each pair, (pairs,): runs of matches adjacent in both texts.
    """
    # Scratch is made here: in compiled code each array takes longer to compile than all that is done with it.
    most, longest = int(np.diff(ends, prepend=0).max(initial=0)), int(sizes.max(initial=0))
    starts, definite, cover = (np.empty(shape, np.int64) for shape in (longest + 2, longest, (2, longest + 1)))
    moves, offers = np.empty(most + 1, MOVE), np.empty(most + _OFFERS, _OFFER)
    paths = np.empty(BEAM, _PATH), np.empty(BEAM, _PATH)
    cells = (BEAM, (longest >> 6) + 2)
    covered = np.empty(cells, np.int64), np.empty(cells, np.int64)
    lists = np.full(BEAM + 1, _LOWEST, np.int64), np.empty(BEAM + 1, np.int64), np.empty(BEAM, np.int64)
    history = np.empty((longest, BEAM), np.int64)
    words = (starts, definite, cover, np.empty(4, np.int64))
    choose_matches(matches, ends, sizes, alignment, chunks, words, moves, offers, paths, covered, lists, history)


@compiled(error_model="python", allocates=False)
def choose_matches(
    matches: Int32s,
    ends: Int64s,
    sizes: Int64s,
    alignment: Marks,
    chunks: Int64s,
    words: tuple[Int64s, Int64s, Int64s, Int64s],
    moves: Records,
    offers: Records,
    both_paths: tuple[Records, Records],
    both_covered: tuple[Int64s, Int64s],
    lists: tuple[Int64s, Int64s, Int64s],
    history: Int64s,
) -> None:
    """Do what `align_pairs` says.

    Args:
        matches: see `align_pairs`.
        ends: see `align_pairs`.
        sizes: see `align_pairs`.
        alignment: see `align_pairs`.
        chunks: see `align_pairs`.
        words: scratch, see `starts`, `definite`, `cover` and `shifts` of `read_moves`.
        moves: scratch, `MOVE` (most matches of a pair + 1,).
        offers: scratch, `_OFFER`, at least BEAM and as many as the most matches of a pair.
        both_paths: scratch, twice `_PATH` (BEAM,).
        both_covered: scratch, twice (BEAM, cells).
        lists: costs, the first the lowest number, and matches of what is listed, twice (BEAM + 1,); and (BEAM,).
        history: scratch, (words of the longest text, BEAM).
    """
    starts, definite, cover, shifts = words
    (paths, next_paths), (covered, next_covered), (costs, taken, unmatched) = both_paths, both_covered, lists
    start = np.int64(0)
    for pair in range(ends.size):
        own, marks = matches[start : ends[pair]], alignment[start : ends[pair]]
        start = ends[pair]
        cells = (read_moves(own, sizes[pair], starts, definite, cover, moves, shifts) >> 6) + 1
        no_match, chunk_shift = own.shape[0], shifts[1]
        paths[0].cost = 0
        paths[0].end = -1
        paths[0].resume = 0
        paths[0].origin = 0
        for cell in range(cells):
            covered[0, cell] = 0
        count, steps = 1, 0
        for j in range(sizes[pair, 1]):
            if definite[j] >= 0:
                marks[moves[definite[j]].place] = 1
            if definite[j] >= 0 or starts[j] == starts[j + 1]:
                if _step_without_choice(moves, definite[j], j, paths, count, chunk_shift):
                    continue
                _rank_again(paths, covered, cells, count, offers, costs, taken, next_paths, next_covered)
            else:
                group = starts[j], starts[j + 1], no_match, chunk_shift
                count = _list_choices(moves, group, j, paths, covered, count, unmatched, offers, costs, taken)
                _make_paths(
                    moves, j, paths, covered, cells, count, costs, taken, history[steps], next_paths, next_covered
                )
                steps += 1
            paths, next_paths = next_paths, paths
            covered, next_covered = next_covered, covered
        best = _best(paths, count, chunk_shift)
        _mark(moves, no_match, history[:steps], paths[best].origin, marks)
        chunks[pair] = (paths[best].cost >> chunk_shift) & ((np.int64(1) << (shifts[0] - chunk_shift)) - 1)
