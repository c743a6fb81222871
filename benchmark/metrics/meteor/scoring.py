"""METEOR's counts per pair and its score from counts, compiled.

The score is that of METEOR's program to the last bit, by its operations in its order: references tie where they tie
there, and a corpus has the score that the program prints for it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dataset.runtime.compiled import compiled

from .parameters import ALPHA, BETA, DELTA, GAMMA, STAGE_WEIGHTS

__all__ = ["count_pairs", "score_statistics", "without_perfect_chunks"]

_STAGES = 4

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]


@compiled(error_model="python")
def _is_perfect(counts: Floats) -> bool:
    """Whether everything matches in one chunk."""
    candidate = counts[4:20:4].sum() + counts[6:20:4].sum()
    reference = counts[5:20:4].sum() + counts[7:20:4].sum()
    return bool(candidate == counts[0] and reference == counts[1] and counts[20] == 1)


@compiled
def _score_counts(counts: Floats) -> float:
    matched = np.zeros(2)
    for stage in range(_STAGES):
        for side in range(2):
            matched[side] += STAGE_WEIGHTS[stage] * counts[4 + 4 * stage + side] * DELTA
    for stage in range(_STAGES):
        for side in range(2):
            matched[side] += STAGE_WEIGHTS[stage] * counts[6 + 4 * stage + side] * (1.0 - DELTA)
    totals = DELTA * (counts[0:2] - counts[2:4]) + (1.0 - DELTA) * counts[2:4]
    precision, recall = matched[0] / totals[0], matched[1] / totals[1]
    f_mean = 1.0 / ((1.0 - ALPHA) / precision + ALPHA / recall)
    fragmentation = 0.0 if _is_perfect(counts) else counts[20] / ((counts[21] + counts[22]) / 2.0)
    score = f_mean * (1.0 - GAMMA * fragmentation**BETA)
    return 0.0 if np.isnan(score) else score


@compiled(error_model="python")
def score_statistics(counts: Floats) -> Floats:
    """Scores in 0..1 from counts.

    Args:
        counts: float64 (items, `STATISTICS`), of pairs or, without perfect chunks, summed over pairs.

    Returns:
        float64 (items,); 0 where nothing matches.
    """
    scores = np.zeros(counts.shape[0])
    for item in range(counts.shape[0]):
        scores[item] = _score_counts(counts[item])
    return scores


@compiled(error_model="python")
def without_perfect_chunks(counts: Floats) -> Floats:
    """Counts that can be summed: METEOR leaves the chunk of a pair that matches in one out of its totals.

    Args:
        counts: float64 (items, `STATISTICS`).

    Returns:
        A copy, with no chunk where candidate and reference match in a single one.
    """
    adjusted = counts.copy()
    for item in range(counts.shape[0]):
        if _is_perfect(counts[item]):
            adjusted[item, 20] = 0
    return adjusted


@compiled(error_model="python")
def count_pairs(
    texts: tuple[Int32s, Int64s],
    pairs: Int32s,
    functions: npt.NDArray[np.bool_],
    matches: Int32s,
    ends: Int64s,
    alignment: npt.NDArray[np.uint8],
    chunks: Int64s,
    counts: Floats,
) -> None:
    """Count the chosen matches of pairs of texts.

    Args:
        texts: word numbers of all texts one after the other, and where each text starts.
        pairs: the texts of the candidate and of the reference, (pairs, 2).
        functions: whether each word is a function word.
        matches: all matches of all pairs, (matches, 5), see `matches.MATCH_COLUMNS`.
        ends: where the matches of each pair end, (pairs,).
        alignment: 1 for each chosen match, (matches,).
        chunks: chunks of each pair, (pairs,).
        counts: receives the counts, float64 (pairs, `STATISTICS`); zeros before.
    """
    words, offsets = texts
    start = 0
    for pair in range(ends.size):
        own = counts[pair]
        candidate = words[offsets[pairs[pair, 0]] : offsets[pairs[pair, 0] + 1]]
        reference = words[offsets[pairs[pair, 1]] : offsets[pairs[pair, 1] + 1]]
        own[0], own[1] = candidate.size, reference.size
        for word in candidate:
            own[2] += functions[word]
        for word in reference:
            own[3] += functions[word]
        for match in range(start, ends[pair]):
            if alignment[match]:
                j, height, i = matches[match, 0], matches[match, 1], matches[match, 2]
                width, stage = matches[match, 3], matches[match, 4]
                for word in candidate[i : i + width]:
                    own[4 + 4 * stage + 2 * functions[word]] += 1
                for word in reference[j : j + height]:
                    own[5 + 4 * stage + 2 * functions[word]] += 1
                own[21] += width
                own[22] += height
        own[20] = chunks[pair]
        start = ends[pair]
