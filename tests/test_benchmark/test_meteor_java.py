"""Protects: METEOR's items and aggregate equal pycocoevalcap's; its driver neither hangs nor mixes up items."""

import numpy as np
import pytest
from pycocoevalcap.meteor.meteor import Meteor as CocoMeteor

from benchmark.corpus import Corpus
from benchmark.metrics import Meteor
from benchmark.metrics.meteor_java import JavaMeteor
from dataset.errors import DataUnavailableError, UnknownNameError
from dataset.schema import Region


@pytest.fixture(scope="module")
def corpus(random_regions, word_tokenizer):
    """Several references, perfect matches, synonyms, stems, paraphrases, empty candidates, stray separators."""
    regions, candidates = random_regions(150, seed=3)
    pairs = [
        ("a big automobile drives along", "a large car driving along"),
        ("red", "red"),
        ("the cat sat on the mat", "the cat sat on the mat"),
        ("in spite of the rain", "despite the rain"),
        ("", "a car"),
        ("a ||| b", "a b"),
        ("1.5 m , a.m. and u.s. flags -lrb- x -rrb-", "u.s. flag 1.5 m"),
    ]
    for number, (candidate, reference) in enumerate(pairs):
        regions.append(Region(f"pair/{number}", "pair", (reference, "something else")))
        candidates[f"pair/{number}"] = candidate
    return Corpus(regions, candidates, tokenizer=word_tokenizer)


@pytest.fixture(scope="module")
def original(corpus, as_coco):
    scorer = CocoMeteor()
    try:
        return scorer.compute_score(*as_coco(corpus))
    finally:
        scorer.meteor_p.stdout.close()
        scorer.meteor_p.stderr.close()


def test_equal_to_the_original(corpus, original):
    metric = Meteor("java")
    statistics = metric.statistics(corpus)
    value = metric.aggregate(statistics.sum(axis=0), np.array(float(len(corpus))))
    np.testing.assert_allclose(metric.item_scores(statistics)[:, 0], original[1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(value, [original[0]], rtol=0, atol=1e-12)


def test_separators_and_line_ends_never_reach_the_program():
    driver = JavaMeteor()
    counts = driver.statistics(["a red ||| car", "two\ndogs", "b"], [["a red car"], ["two\rdogs"], ["c ||| b"]])
    assert counts[:, 20].tolist() == [1.0, 1.0, 1.0]
    assert counts[1, :2].tolist() == [2.0, 2.0]


def test_no_pairs():
    assert JavaMeteor().statistics([], []).shape == (0, 23)


def test_a_program_that_does_not_answer_is_ended():
    with pytest.raises(DataUnavailableError, match=r"no answer within 0\.2 s"):
        JavaMeteor(patience=0.2).statistics(["a"], [["b"]])


def test_unknown_implementation():
    with pytest.raises(UnknownNameError, match="java, native"):
        Meteor("jawa")
