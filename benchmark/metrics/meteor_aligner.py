"""METEOR's choice among matches: definite matches first, then a beam search over the reference, compiled.

The beam keeps 40 partial alignments. At each word of the reference each of them is continued by every match that
starts there and covers no word already covered, and by leaving the word unmatched. Alignments are ordered by covered
words (more is better; all but exact ones count half, rounded down at every match), then by chunks, then by distance (fewer is
better); what is equal keeps the order in which it was made. The distance between the positions of a match is charged
not to the alignment that takes the match but to those made after it from the same one: this is how METEOR 1.5 behaves.

Compiled code is cached per file, so that nothing compiled here calls compiled code of another file.
"""

from __future__ import annotations

import numba as nb
import numpy as np
import numpy.typing as npt

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
# candidate (-1 after an unmatched word), and its last node in the tree of chosen matches.
_COVERED, _CHUNKS, _DISTANCE, _NEXT, _LAST_END, _NODE = range(6)
_COLUMNS = 6
# What continues a path: a match (its place), an unmatched word, or the rest of a match that covers several words.
_SKIP, _KEEP = -1, -2


@nb.njit(cache=True)
def _sort_by_reference_word(matches: Int32s, reference_size: int) -> tuple[Int64s, Int64s]:
    """Places of matches grouped by their first word in the reference in the order they are in, and where each starts."""
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


@nb.njit(cache=True)
def _find_definite(matches: Int32s, order: Int64s, starts: Int64s, candidate_size: int) -> Int64s:
    """For each word of the reference the match that starts there and competes with no other, -1 if there is none."""
    reference_size = starts.size - 1
    cover_candidate = np.zeros(candidate_size, np.int32)
    cover_reference = np.zeros(reference_size, np.int32)
    for place in range(matches.shape[0]):
        j, height, i, width = matches[place, _J], matches[place, _HEIGHT], matches[place, _I], matches[place, _WIDTH]
        cover_candidate[i : i + width] += 1
        cover_reference[j : j + height] += 1
    definite = np.full(reference_size, -1, np.int64)
    for j in range(reference_size):
        if starts[j + 1] - starts[j] == 1:
            match = order[starts[j]]
            height, i, width = matches[match, _HEIGHT], matches[match, _I], matches[match, _WIDTH]
            if cover_candidate[i : i + width].max() == 1 and cover_reference[j : j + height].max() == 1:
                definite[j] = match
    return definite


@nb.njit(cache=True, inline="always")
def _is_free(candidate_mask: Masks, reference_mask: Masks, match: Int32s) -> bool:
    for place in range(match[_I], match[_I] + match[_WIDTH]):
        if candidate_mask[place]:
            return False
    for place in range(match[_J], match[_J] + match[_HEIGHT]):
        if reference_mask[place]:
            return False
    return True


@nb.njit(cache=True, inline="always")
def _cover(candidate_mask: Masks, reference_mask: Masks, match: Int32s) -> None:
    candidate_mask[match[_I] : match[_I] + match[_WIDTH]] = 1
    reference_mask[match[_J] : match[_J] + match[_HEIGHT]] = 1


@nb.njit(cache=True, inline="always")
def _worth(match: Int32s) -> int:
    if match[_STAGE] == _EXACT:
        return np.int64(match[_WIDTH] + match[_HEIGHT])
    return np.int64(match[_WIDTH] // 2 + match[_HEIGHT] // 2)


@nb.njit(cache=True, inline="always")
def _breaks(path: Int64s, i: int) -> int:
    """1 if a match at `i` of the candidate (or, at -1, an unmatched word) ends the open chunk of `path`, else 0."""
    return np.int64(path[_LAST_END] >= 0 and path[_LAST_END] != i)


@nb.njit(cache=True, inline="always")
def _cost(covered: int, chunks: int, distance: int) -> int:
    """One number that orders paths."""
    return (-covered << 46) + (chunks << 32) + distance


@nb.njit(cache=True, inline="always")
def _insert(costs: Int64s, choices: Int64s, count: int, cost: int, parent: int, choice: int, distance: int) -> int:
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
        choices[place, 0] = choices[place - 1, 0]
        choices[place, 1] = choices[place - 1, 1]
        choices[place, 2] = choices[place - 1, 2]
        place -= 1
    costs[place] = cost
    choices[place, 0] = parent
    choices[place, 1] = choice
    choices[place, 2] = distance
    return count


@nb.njit(cache=True)
def _list_choices(
    matches: Int32s,
    order: Int64s,
    starts: Int64s,
    definite: Int64s,
    j: int,
    paths: Int64s,
    candidate_masks: Masks,
    reference_masks: Masks,
    costs: Int64s,
    choices: Int64s,
) -> int:
    """The best continuations of all paths at word `j`, best first, as rows (path, choice, distance); returns how many."""
    count = 0
    for rank in range(paths.shape[0]):
        path = paths[rank]
        covered, chunks, distance = path[_COVERED], path[_CHUNKS], path[_DISTANCE]
        if reference_masks[rank, j]:
            if j < path[_NEXT]:
                count = _insert(costs, choices, count, _cost(covered, chunks, distance), rank, _KEEP, distance)
                continue
            match = matches[definite[j]]
            chunks += _breaks(path, match[_I])
            distance += abs(j - match[_I])
            count = _insert(costs, choices, count, _cost(covered, chunks, distance), rank, definite[j], distance)
            continue
        for place in range(starts[j], starts[j + 1]):
            match = matches[order[place]]
            if _is_free(candidate_masks[rank], reference_masks[rank], match):
                cost = _cost(covered + _worth(match), chunks + _breaks(path, match[_I]), distance)
                count = _insert(costs, choices, count, cost, rank, order[place], distance)
                distance += abs(j - match[_I])
        cost = _cost(covered, chunks + _breaks(path, -1), distance)
        count = _insert(costs, choices, count, cost, rank, _SKIP, distance)
    return count


@nb.njit(cache=True, inline="always")
def _extend(path: Int64s, matches: Int32s, choice: int, is_definite: bool, j: int, distance: int) -> None:
    """Turn a copy of a path into its continuation."""
    path[_DISTANCE] = distance
    if choice == _KEEP:
        return
    if choice == _SKIP:
        path[_CHUNKS] += _breaks(path, -1)
        path[_LAST_END] = -1
        path[_NEXT] = j + 1
        return
    match = matches[choice]
    path[_CHUNKS] += _breaks(path, match[_I])
    path[_LAST_END] = match[_I] + match[_WIDTH]
    path[_NEXT] = j + match[_HEIGHT]
    if not is_definite:
        path[_COVERED] += _worth(match)


@nb.njit(cache=True)
def _close_and_choose(paths: Int64s) -> int:
    """Count the chunks still open; the rank of the best path."""
    best, best_cost = 0, np.int64(0)
    for rank in range(paths.shape[0]):
        paths[rank, _CHUNKS] += _breaks(paths[rank], -1)
        cost = _cost(paths[rank, _COVERED], paths[rank, _CHUNKS], paths[rank, _DISTANCE])
        if rank == 0 or cost < best_cost:
            best, best_cost = rank, cost
    return best


@nb.njit(cache=True)
def _align(matches: Int32s, candidate_size: int, reference_size: int, chosen: Masks) -> int:
    """Mark the chosen matches of one pair; returns the number of chunks."""
    order, starts = _sort_by_reference_word(matches, reference_size)
    definite = _find_definite(matches, order, starts, candidate_size)
    paths, next_paths = np.zeros((BEAM, _COLUMNS), np.int64), np.empty((BEAM, _COLUMNS), np.int64)
    in_candidate, next_in_candidate = np.zeros((BEAM, candidate_size), np.uint8), np.empty((BEAM, candidate_size), np.uint8)  # fmt: skip  # noqa: E501
    in_reference, next_in_reference = np.zeros((BEAM, reference_size), np.uint8), np.empty((BEAM, reference_size), np.uint8)  # fmt: skip  # noqa: E501
    costs, choices = np.empty(BEAM, np.int64), np.empty((BEAM, 3), np.int64)
    tree = np.empty((BEAM * reference_size + 1, 2), np.int64)
    for j in range(reference_size):
        if definite[j] >= 0:
            _cover(in_candidate[0], in_reference[0], matches[definite[j]])
    paths[0, _LAST_END] = -1
    count, nodes = 1, 1
    for j in range(reference_size):
        listed = _list_choices(
            matches, order, starts, definite, j, paths[:count], in_candidate, in_reference, costs, choices
        )
        for rank in range(listed):
            parent, choice = choices[rank, 0], choices[rank, 1]
            next_paths[rank] = paths[parent]
            next_in_candidate[rank] = in_candidate[parent]
            next_in_reference[rank] = in_reference[parent]
            is_definite = choice >= 0 and choice == definite[j]
            _extend(next_paths[rank], matches, choice, is_definite, j, choices[rank, 2])
            if choice >= 0:
                if not is_definite:
                    _cover(next_in_candidate[rank], next_in_reference[rank], matches[choice])
                tree[nodes, 0] = paths[parent, _NODE]
                tree[nodes, 1] = choice
                next_paths[rank, _NODE] = nodes
                nodes += 1
        paths, next_paths = next_paths, paths
        in_candidate, next_in_candidate = next_in_candidate, in_candidate
        in_reference, next_in_reference = next_in_reference, in_reference
        count = listed
    best = _close_and_choose(paths[:count])
    node = paths[best, _NODE]
    while node > 0:
        chosen[tree[node, 1]] = 1
        node = tree[node, 0]
    return paths[best, _CHUNKS]


@nb.njit(cache=True)
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
