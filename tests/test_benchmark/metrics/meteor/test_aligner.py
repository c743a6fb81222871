"""Protects METEOR's beam search: its choice among crowded matches is that of a plain search written from its rules."""

from collections.abc import Sequence

import numpy as np
import pytest

from benchmark.metrics.meteor.aligner import BEAM, align_pairs

Match = tuple[int, int, int, int, int]
Path = tuple[int, int, int, int, tuple[int, ...], frozenset[int], frozenset[int]]


def plain_search(matches: Sequence[Match], candidate_size: int, reference_size: int) -> tuple[set[int], int]:
    """Places of the chosen matches and the number of chunks: whole paths, sets of words, a stable sort."""
    at = [[place for place, match in enumerate(matches) if match[0] == j] for j in range(reference_size)]
    words = [(set(range(i, i + width)), set(range(j, j + height))) for j, height, i, width, _ in matches]
    alone = [
        all(
            place == other or not (words[place][0] & words[other][0] or words[place][1] & words[other][1])
            for other in range(len(matches))
        )
        for place in range(len(matches))
    ]
    definite = {j: places[0] for j, places in enumerate(at) if len(places) == 1 and alone[places[0]]}
    covered = set().union(*(words[place][1] for place in definite.values()))
    # covered words, chunks, distance, end of the last match, chosen, words of the candidate, words of the reference
    paths: list[Path] = [(0, 0, 0, -1, (), frozenset[int](), frozenset[int](covered))]
    for j in range(reference_size):
        continuations: list[Path] = []
        for worth, chunks, distance, last, choice, left, right in paths:
            if j in definite:
                _, _, i, width, _ = matches[definite[j]]
                ends = chunks + (last >= 0 and last != i)
                continuations.append(
                    (worth, ends, distance + abs(j - i), i + width, (*choice, definite[j]), left, right)
                )
                continue
            if j in right:
                continuations.append((worth, chunks, distance, last, choice, left, right))
                continue
            for place in at[j]:
                _, height, i, width, stage = matches[place]
                if not (words[place][0] & left or words[place][1] & right):
                    gain = width + height if stage == 0 else width // 2 + height // 2
                    ends = chunks + (last >= 0 and last != i)
                    continuations.append(
                        (
                            worth + gain,
                            ends,
                            distance,
                            i + width,
                            (*choice, place),
                            left | words[place][0],
                            right | words[place][1],
                        )
                    )
                    distance += abs(j - i)
            continuations.append((worth, chunks + (last >= 0), distance, -1, choice, left, right))
        paths = sorted(continuations, key=lambda path: (-path[0], path[1], path[2]))[:BEAM]
    closed = [(-worth, chunks + (last >= 0), distance, choice) for worth, chunks, distance, last, choice, *_ in paths]
    best = min(closed, key=lambda path: path[:3])
    return set(best[3]), best[1]


def crowded(draw: np.random.Generator, longest: int) -> tuple[list[Match], int, int]:
    """Many matches of few words, some of several words, as repetitive captions with paraphrases have them."""
    candidate_size, reference_size = (int(size) for size in draw.integers(1, longest + 1, 2))
    matches = []
    for _ in range(int(draw.integers(0, 4 * max(candidate_size, reference_size)))):
        j, i = int(draw.integers(reference_size)), int(draw.integers(candidate_size))
        height, width = (int(draw.integers(1, 5)) if draw.random() < 0.3 else 1 for _ in range(2))
        stage = 3 if height > 1 or width > 1 else int(draw.integers(4))
        matches.append((j, min(height, reference_size - j), i, min(width, candidate_size - i), stage))
    return matches, candidate_size, reference_size


@pytest.mark.parametrize(("longest", "pairs"), [(8, 200), (30, 60), (150, 4)])
def test_the_choice_is_that_of_a_plain_search(longest: int, pairs: int) -> None:
    draw = np.random.default_rng(longest)
    samples = [crowded(draw, longest) for _ in range(pairs)]
    matches = np.array([match for own, _, _ in samples for match in own], np.int32).reshape(-1, 5)
    ends = np.cumsum([len(own) for own, _, _ in samples])
    alignment, chunks = np.zeros(len(matches), np.uint8), np.empty(pairs, np.int64)
    align_pairs(matches, ends, np.array([sizes for _, *sizes in samples], np.int64), alignment, chunks)
    choices = [set(np.flatnonzero(part).tolist()) for part in np.split(alignment, ends[:-1])]
    expected = [plain_search(*sample) for sample in samples]
    for number, (places, count) in enumerate(expected):
        assert (choices[number], chunks[number]) == (places, count), samples[number]
    assert sum(len(places) for places, _ in expected) > pairs
