"""Protects METEOR on captions of models that repeat themselves: the program's answer, however long the caption is."""

import random

import numpy as np
import pytest

from benchmark import evaluate
from benchmark.metrics.meteor.native import NativeMeteor
from dataset.schema import Region

REFERENCE = "the man in the red shirt on the left side of the table with a cup"


@pytest.fixture(scope="module")
def native() -> NativeMeteor:
    return NativeMeteor()


def loop(text: str, words: int) -> str:
    return " ".join((text.split() * words)[:words])


def test_a_loop_of_846_words_counts_as_the_program_counts_it(native: NativeMeteor) -> None:
    # The Java program needs half a minute for this pair: its answer, of METEOR 1.5 as in pycocoevalcap 1.2.
    text = loop("a man standing in front of a building and", 846)
    [counts] = native.statistics([text], [[REFERENCE]])
    assert counts[:8].tolist() == [846, 16, 470, 9, 0, 0, 3, 3]
    assert counts[20:].tolist() == [4, 5, 5]


def test_words_that_match_nothing_change_nothing_but_the_length(native: NativeMeteor) -> None:
    """So many words make other room in the costs of the beam search: its choices stay the same."""
    draw = random.Random(5)
    words = ["red", "cup", "table", "man", "left"]
    candidates = [" ".join(draw.choices(words, k=draw.randint(1, 60))) for _ in range(60)]
    references = [[" ".join(draw.choices(words, k=draw.randint(1, 30)))] for _ in candidates]
    short = native.statistics(candidates, references)
    long = native.statistics([f"{text}{' zzq' * 16_400}" for text in candidates], references)
    np.testing.assert_array_equal(long[:, 1:], short[:, 1:])
    np.testing.assert_array_equal(long[:, 0], short[:, 0] + 16_400)


@pytest.mark.parametrize("word", ["the", "red"])
def test_the_longest_loop_of_one_word_takes_each_word_of_the_reference_once(native: NativeMeteor, word: str) -> None:
    [counts] = native.statistics([loop(word, 16_384)], [[REFERENCE]])
    occurrences = REFERENCE.split().count(word)
    assert counts[0] == 16_384
    assert counts[20:].tolist() == [occurrences, occurrences, occurrences]


def test_two_long_loops_are_aligned(native: NativeMeteor) -> None:
    [counts] = native.statistics([loop("a red cup", 3_000)], [[loop("a red cup", 2_994)]])
    assert counts[20:].tolist() == [1, 2_994, 2_994]


def test_evaluate_scores_a_degenerate_caption_and_the_others_with_it() -> None:
    regions = [Region(f"a/{number}", "a", (REFERENCE,)) for number in range(3)]
    captions = {"a/0": loop("the cup on the table", 5_000), "a/1": "the man in the red shirt", "a/2": "x" * 32_768}
    names = ["bleu", "rouge_l", "meteor", "cider", "duplicate_rate", "uniqueness"]
    report = evaluate(captions, regions, metrics=names, resamples=0)
    meteor = report.items["meteor"]
    assert 0 < meteor[0] < 0.2 < meteor[1]
    assert meteor[2] == 0
