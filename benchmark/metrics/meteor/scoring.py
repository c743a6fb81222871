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


def score_statistics(counts: Floats) -> Floats:
    """Scores in 0..1 from counts.

    Args:
        counts: float64 (items, `STATISTICS`), of pairs or, without perfect chunks, summed over pairs.

    Returns:
        float64 (items,); 0 where nothing matches.
    """
    scores = np.empty(len(counts))
    score_counts(counts, _are_perfect(counts), scores)
    return scores


def without_perfect_chunks(counts: Floats) -> Floats:
    """Counts that can be summed: METEOR leaves the chunk of a pair that matches in one out of its totals.

    Args:
        counts: float64 (items, `STATISTICS`).

    Returns:
        A copy, with no chunk where candidate and reference match in a single one.
    """
    adjusted = counts.copy()
    adjusted[_are_perfect(counts), 20] = 0
    return adjusted


def _are_perfect(counts: Floats) -> npt.NDArray[np.bool_]:
    """Whether everything of a pair matches in one chunk."""
    candidate = counts[:, 4:20:4].sum(axis=1) + counts[:, 6:20:4].sum(axis=1)
    reference = counts[:, 5:20:4].sum(axis=1) + counts[:, 7:20:4].sum(axis=1)
    perfect: npt.NDArray[np.bool_] = (candidate == counts[:, 0]) & (reference == counts[:, 1]) & (counts[:, 20] == 1)
    return perfect


@compiled(allocates=False)
def score_counts(counts: Floats, perfect: npt.NDArray[np.bool_], scores: Floats) -> None:
    """Fill in the scores, (items,), of counts of which some are perfect, (items,)."""
    for item in range(counts.shape[0]):
        own = counts[item]
        candidate, reference = 0.0, 0.0
        for stage in range(_STAGES):
            candidate += STAGE_WEIGHTS[stage] * own[4 + 4 * stage] * DELTA
            reference += STAGE_WEIGHTS[stage] * own[5 + 4 * stage] * DELTA
        for stage in range(_STAGES):
            candidate += STAGE_WEIGHTS[stage] * own[6 + 4 * stage] * (1.0 - DELTA)
            reference += STAGE_WEIGHTS[stage] * own[7 + 4 * stage] * (1.0 - DELTA)
        precision = candidate / (DELTA * (own[0] - own[2]) + (1.0 - DELTA) * own[2])
        recall = reference / (DELTA * (own[1] - own[3]) + (1.0 - DELTA) * own[3])
        f_mean = 1.0 / ((1.0 - ALPHA) / precision + ALPHA / recall)
        fragmentation = 0.0 if perfect[item] else own[20] / ((own[21] + own[22]) / 2.0)
        score = f_mean * (1.0 - GAMMA * fragmentation**BETA)
        scores[item] = 0.0 if np.isnan(score) else score


@compiled(error_model="python", allocates=False)
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
