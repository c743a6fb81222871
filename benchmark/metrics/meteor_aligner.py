"""METEOR's choice among matches: definite matches first, then a beam search over the reference, compiled.

The beam keeps 40 partial alignments. At each word of the reference each of them is continued by every match that
starts there and covers no word already covered, and by leaving the word unmatched. Alignments are ordered by covered
words (more is better; all but exact ones count half, rounded down at every match), then by chunks, then by distance
(fewer is better); what is equal keeps the order in which it was made. The distance between the positions of a match is
charged not to the alignment that takes the match but to those made after it from the same one, as METEOR 1.5 does.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dataset.compiled import compiled

__all__ = ["BEAM", "align_pairs"]

BEAM = 40
"""Partial alignments kept from word to word, METEOR's default."""

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint8]

# A covered word is worth 1 in exact matches (stage 0) and 1/2 in all others, whatever the weights of the score are.
_EXACT = 0
# Columns of matches, see `meteor_matches.MATCH_COLUMNS`.
_J, _HEIGHT, _I, _WIDTH, _STAGE = range(5)
# Columns of a partial alignment: covered words, chunks, distance, end of its last match in the reference and in the
# candidate (-1 after an unmatched word), its last node in the tree of chosen matches, and the row of its masks.
_COVERED, _CHUNKS, _DISTANCE, _NEXT, _LAST_END, _NODE, _MASK = range(7)
_COLUMNS = 7
# What continues a path: a match (its place), an unmatched word, or the rest of a match that covers several words.
_SKIP, _KEEP = -1, -2
_PARENT_SHIFT, _CHOICE_MASK, _DISTANCE_MASK = 40, (1 << 40) - 1, (1 << 32) - 1


@compiled(error_model="python")
def _sort_by_reference_word(matches: Int32s, reference_size: int) -> tuple[Int64s, Int64s]:
    """Places of matches grouped by first word in the reference, in the order they are in, and where each starts."""
    starts = np.zeros(reference_size + 1, np.int64)
    for place in range(matches.shape[0]):
        starts[matches[place, _J] + 1] += 1
    for j in range(reference_size):
        starts[j + 1] += starts[j]
    free = starts.copy()
    order = np.empty(matches.shape[0], np.int64)
    for place in range(matches.shape[0]):
        j = matches[place, _J]
        order[free[j]] = place
        free[j] += 1
    return order, starts


@compiled(error_model="python")
def _find_definite(matches: Int32s, starts: Int64s, candidate_size: int) -> Int64s:
    """For each word of the reference the match that starts there and competes with no other, -1 if there is none."""
    reference_size = starts.size - 1
    cover_candidate = np.zeros(candidate_size, np.int32)
    cover_reference = np.zeros(reference_size, np.int32)
    for match in range(matches.shape[0]):
        for place in range(matches[match, _I], matches[match, _I] + matches[match, _WIDTH]):
            cover_candidate[place] += 1
        for place in range(matches[match, _J], matches[match, _J] + matches[match, _HEIGHT]):
            cover_reference[place] += 1
    definite = np.full(reference_size, -1, np.int64)
    for j in range(reference_size):
        if starts[j + 1] - starts[j] != 1:
            continue
        match, most = starts[j], 0
        for place in range(matches[match, _I], matches[match, _I] + matches[match, _WIDTH]):
            most = max(most, cover_candidate[place])
        for place in range(j, j + matches[match, _HEIGHT]):
            most = max(most, cover_reference[place])
        if most == 1:
            definite[j] = match
    return definite


@compiled(error_model="python", inline="always")
def _is_free(in_candidate: Masks, in_reference: Masks, mask: int, matches: Int32s, match: int) -> bool:
    for place in range(matches[match, _I], matches[match, _I] + matches[match, _WIDTH]):
        if in_candidate[mask, place]:
            return False
    for place in range(matches[match, _J] + 1, matches[match, _J] + matches[match, _HEIGHT]):
        if in_reference[mask, place]:
            return False
    return True


@compiled(error_model="python", inline="always")
def _cover(in_candidate: Masks, in_reference: Masks, mask: int, matches: Int32s, match: int) -> None:
    for place in range(matches[match, _I], matches[match, _I] + matches[match, _WIDTH]):
        in_candidate[mask, place] = 1
    for place in range(matches[match, _J], matches[match, _J] + matches[match, _HEIGHT]):
        in_reference[mask, place] = 1


@compiled(error_model="python", inline="always")
def _worth(matches: Int32s, match: int) -> int:
    if matches[match, _STAGE] == _EXACT:
        return int(matches[match, _WIDTH] + matches[match, _HEIGHT])
    return int(matches[match, _WIDTH] // 2 + matches[match, _HEIGHT] // 2)


@compiled(error_model="python", inline="always")
def _cost(covered: int, chunks: int, distance: int) -> int:
    """One number that orders paths; the distance is its low 32 bits."""
    return (-covered << 46) + (chunks << 32) + distance


@compiled(error_model="python", inline="always")
def _insert(costs: Int64s, choices: Int64s, count: int, cost: int, parent: int, choice: int) -> int:
    """Insert after everything that costs as little, as a stable sort would; returns the new count."""
    if count == BEAM:
        if cost >= costs[BEAM - 1]:
            return count
        place = BEAM - 1
    else:
        place = count
        count += 1
    while place > 0 and costs[place - 1] > cost:
        costs[place] = costs[place - 1]
        choices[place] = choices[place - 1]
        place -= 1
    costs[place] = cost
    choices[place] = (np.int64(parent) << _PARENT_SHIFT) | (choice - _KEEP)
    return count


@compiled(error_model="python")
def _list_choices(
    matches: Int32s,
    starts: Int64s,
    j: int,
    paths: Int64s,
    ranking: Int64s,
    in_candidate: Masks,
    in_reference: Masks,
    costs: Int64s,
    choices: Int64s,
) -> int:
    """The best continuations of all paths at word `j`, best first, as path and choice packed; how many."""
    listed = 0
    for rank in ranking:
        covered, chunks, distance = paths[rank, _COVERED], paths[rank, _CHUNKS], paths[rank, _DISTANCE]
        last, mask = paths[rank, _LAST_END], paths[rank, _MASK]
        if in_reference[mask, j]:
            listed = _insert(costs, choices, listed, _cost(covered, chunks, distance), rank, _KEEP)
            continue
        for match in range(starts[j], starts[j + 1]):
            if _is_free(in_candidate, in_reference, mask, matches, match):
                i = matches[match, _I]
                cost = _cost(covered + _worth(matches, match), chunks + np.int64(last >= 0 and last != i), distance)
                listed = _insert(costs, choices, listed, cost, rank, match)
                distance += abs(j - i)
        cost = _cost(covered, chunks + np.int64(last >= 0), distance)
        listed = _insert(costs, choices, listed, cost, rank, _SKIP)
    return listed


@compiled(error_model="python")
def _copy_to_free_mask(in_candidate: Masks, in_reference: Masks, in_use: Masks, mask: int, search: int) -> int:
    """Copy a row of masks to one that no path uses, searching from `search`; that row."""
    while in_use[search]:
        search += 1
    in_use[search] = 1
    for place in range(in_candidate.shape[1]):
        in_candidate[search, place] = in_candidate[mask, place]
    for place in range(in_reference.shape[1]):
        in_reference[search, place] = in_reference[mask, place]
    return search


@compiled(error_model="python", inline="always")
def _skip(paths: Int64s, path: int, j: int) -> None:
    """Leave word `j` of the reference unmatched."""
    paths[path, _CHUNKS] += np.int64(paths[path, _LAST_END] >= 0)
    paths[path, _LAST_END] = -1
    paths[path, _NEXT] = j + 1


@compiled(error_model="python", inline="always")
def _take(paths: Int64s, path: int, matches: Int32s, match: int) -> None:
    """Add a match, but for its worth and its distance."""
    last = paths[path, _LAST_END]
    paths[path, _CHUNKS] += np.int64(last >= 0 and last != matches[match, _I])
    paths[path, _LAST_END] = matches[match, _I] + matches[match, _WIDTH]
    paths[path, _NEXT] = matches[match, _J] + matches[match, _HEIGHT]


@compiled(error_model="python")
def _step_without_choice(
    matches: Int32s, definite: int, j: int, paths: Int64s, ranking: Int64s, in_reference: Masks, costs: Int64s
) -> None:
    """Continue every path where no match can be chosen, and rank them again."""
    for place in range(ranking.size):
        path = ranking[place]
        if definite >= 0:
            _take(paths, path, matches, definite)
            paths[path, _DISTANCE] += abs(j - matches[definite, _I])
        elif not in_reference[paths[path, _MASK], j]:
            _skip(paths, path, j)
        cost = _cost(paths[path, _COVERED], paths[path, _CHUNKS], paths[path, _DISTANCE])
        while place > 0 and costs[place - 1] > cost:
            costs[place], ranking[place] = costs[place - 1], ranking[place - 1]
            place -= 1
        costs[place], ranking[place] = cost, path


@compiled(error_model="python")
def _close_and_choose(paths: Int64s, ranking: Int64s) -> int:
    """Count the chunks still open; the best path."""
    best: int = -1
    best_cost: int = 0
    for rank in ranking:
        paths[rank, _CHUNKS] += np.int64(paths[rank, _LAST_END] >= 0)
        cost = _cost(paths[rank, _COVERED], paths[rank, _CHUNKS], paths[rank, _DISTANCE])
        if best < 0 or cost < best_cost:
            best, best_cost = rank, cost
    return best


@compiled(error_model="python")
def _align(unsorted: Int32s, candidate_size: int, reference_size: int, chosen: Masks) -> int:
    """Mark the chosen matches of one pair; returns the number of chunks."""
    order, starts = _sort_by_reference_word(unsorted, reference_size)
    matches = unsorted[order]
    definite = _find_definite(matches, starts, candidate_size)
    paths, next_paths = np.zeros((BEAM, _COLUMNS), np.int64), np.zeros((BEAM, _COLUMNS), np.int64)
    # Paths that cover the same words share a row of masks; a path that takes a match gets a new one.
    in_candidate = np.zeros((2 * BEAM, candidate_size), np.uint8)
    in_reference = np.zeros((2 * BEAM, reference_size), np.uint8)
    in_use = np.zeros(2 * BEAM, np.uint8)
    costs, choices = np.empty(BEAM, np.int64), np.empty(BEAM, np.int64)
    tree = np.empty((BEAM * reference_size + 1, 2), np.int64)
    for j in range(reference_size):
        if definite[j] >= 0:
            _cover(in_candidate, in_reference, 0, matches, definite[j])
            chosen[order[definite[j]]] = 1
    paths[0, _LAST_END] = -1
    all_ranks = np.arange(BEAM)
    ranking = all_ranks[:1].copy()
    nodes = 1
    for j in range(reference_size):
        if definite[j] >= 0 or starts[j] == starts[j + 1]:
            _step_without_choice(matches, definite[j], j, paths, ranking, in_reference, costs)
            continue
        listed = _list_choices(matches, starts, j, paths, ranking, in_candidate, in_reference, costs, choices)
        in_use[:] = 0
        for rank in ranking:
            in_use[paths[rank, _MASK]] = 1
        free = 0
        for rank in range(listed):
            parent, choice = choices[rank] >> _PARENT_SHIFT, (choices[rank] & _CHOICE_MASK) + _KEEP
            for column in range(_COLUMNS):
                next_paths[rank, column] = paths[parent, column]
            next_paths[rank, _DISTANCE] = costs[rank] & _DISTANCE_MASK
            if choice == _SKIP:
                _skip(next_paths, rank, j)
            elif choice >= 0:
                _take(next_paths, rank, matches, choice)
                next_paths[rank, _COVERED] += _worth(matches, choice)
                free = _copy_to_free_mask(in_candidate, in_reference, in_use, paths[parent, _MASK], free)
                _cover(in_candidate, in_reference, free, matches, choice)
                next_paths[rank, _MASK] = free
                tree[nodes, 0], tree[nodes, 1] = paths[parent, _NODE], choice
                next_paths[rank, _NODE] = nodes
                nodes += 1
        paths, next_paths = next_paths, paths
        ranking = all_ranks[:listed].copy()
    best = _close_and_choose(paths, ranking)
    node = paths[best, _NODE]
    while node > 0:
        chosen[order[tree[node, 1]]] = 1
        node = tree[node, 0]
    return int(paths[best, _CHUNKS])


@compiled(error_model="python")
def align_pairs(matches: Int32s, ends: Int64s, sizes: Int64s, chosen: Masks, chunks: Int64s) -> None:
    """Choose matches that cover no word twice.

    Args:
        matches: all matches of all pairs, (matches, 5), see `meteor_matches.MATCH_COLUMNS`.
        ends: where the matches of each pair end, (pairs,).
        sizes: words of candidate and reference, (pairs, 2).
        chosen: receives 1 for each chosen match, (matches,); zeros before.
        chunks: receives the number of chunks of each pair, (pairs,): runs of matches adjacent in both texts.
    """
    start = 0
    for pair in range(ends.size):
        own = matches[start : ends[pair]]
        chunks[pair] = _align(own, sizes[pair, 0], sizes[pair, 1], chosen[start : ends[pair]])
        start = ends[pair]
