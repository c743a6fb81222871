"""Protects: METEOR's items and aggregate equal pycocoevalcap's, native counts too; no driver hangs or mixes items."""

import numpy as np
import pytest
from pycocoevalcap.meteor.meteor import Meteor as CocoMeteor

from benchmark.metrics import Meteor
from benchmark.metrics.meteor.java import JavaMeteor
from benchmark.metrics.meteor.native import NativeMeteor
from benchmark.text.corpus import Corpus
from dataset.errors import DataUnavailableError, UnknownNameError
from dataset.schema import Region
from tests.support.crowded_pairs import crowded_pairs

PAIRS = [
    ("a big automobile drives along", "a large car driving along"),
    ("red", "red"),
    ("the cat sat on the mat", "the cat sat on the mat"),
    ("in spite of the rain", "despite the rain"),
    ("", "a car"),
    ("a ||| b", "a b"),
    ("1.5 m , a.m. and u.s. flags -lrb- x -rrb-", "u.s. flag 1.5 m"),
    ("café ünïcode 東京 🙂", "cafe unicode 東京"),
]
# The original breaks on these; they go to our driver only.
HOSTILE = [("a red ||| car", ["a red car"]), ("two\ndogs", ["two\rdogs"]), ("c", ["d ||| e"])]


@pytest.fixture(scope="module")
def pairs(random_regions, word_tokenizer):
    """Several references, perfect matches, synonyms, stems, paraphrases, empty candidates."""
    regions, candidates = random_regions(150, seed=3)
    for number, (candidate, reference) in enumerate(PAIRS):
        regions.append(Region(f"pair/{number}", "pair", (reference, "something else")))
        candidates[f"pair/{number}"] = candidate
    return Corpus(regions, candidates, tokenizer=word_tokenizer)


@pytest.fixture(scope="module")
def original(pairs, as_coco):
    """Starts pycocoevalcap's METEOR once; scores several corpora."""
    scorer = CocoMeteor()
    yield lambda corpus: scorer.compute_score(*as_coco(corpus))
    scorer.meteor_p.stdout.close()
    scorer.meteor_p.stderr.close()


def assert_equal_to(original, corpus, counts):
    class Counted(JavaMeteor):
        def statistics(self, candidates, references):
            return counts

    metric = Meteor("java")
    metric.backend = Counted()
    statistics = metric.statistics(corpus)
    value = metric.aggregate(statistics.sum(axis=0), np.array(float(len(corpus))))
    expected, items = original(corpus)
    np.testing.assert_array_equal(metric.item_scores(statistics)[:, 0], items)
    np.testing.assert_array_equal(value, [expected])


@pytest.fixture(scope="module")
def sample(request):
    """500 items of the Google Refexp sample; None where it is not."""
    try:
        whole = request.getfixturevalue("refexp_corpus")
    except pytest.skip.Exception:
        return None
    regions = whole.regions[:500]
    candidates = zip([region.region_id for region in regions], whole.candidates, strict=False)
    return Corpus(regions, dict(candidates))


@pytest.fixture(scope="module")
def counted(pairs, sample):
    """Our driver's counts of hostile texts, crowded ones, the pairs and the sample, from one start of the program."""
    corpora = [pairs] if sample is None else [pairs, sample]
    crowded = crowded_pairs()
    candidates = [candidate for candidate, _ in HOSTILE] + crowded[0]
    references = [texts for _, texts in HOSTILE] + crowded[1]
    for corpus in corpora:
        candidates += corpus.tokenized[0]
        references += corpus.tokenized_references
    ends = np.cumsum([len(HOSTILE), len(crowded[0]), *map(len, corpora)])
    return np.split(JavaMeteor().statistics(candidates, references), ends[:-1])


def test_native_counts_equal_those_of_the_program(counted):
    candidates, references = crowded_pairs()
    counts = NativeMeteor().statistics(candidates, references)
    differing = np.flatnonzero((counts != counted[1]).any(axis=1))
    assert not len(differing), [(candidates[item], references[item]) for item in differing[:3]]
    assert (counts[:, 4:20].reshape(-1, 4, 4).sum(axis=(0, 2)) > 0).all(), "every stage matched something"


def test_equal_to_the_original(pairs, original, counted):
    assert_equal_to(original, pairs, counted[2])


def test_a_google_refexp_sample(sample, original, counted):
    if sample is None:
        pytest.skip("no Google Refexp sample; set URECA_GOOGLE_REFEXP to its folder")
    assert_equal_to(original, sample, counted[3])


def test_separators_and_line_ends_reach_nothing(counted):
    hostile = counted[0]
    assert hostile[:, 0].tolist() == [3, 2, 1]  # words of the candidates: no separator left, none lost
    assert hostile[:, 20].tolist() == [1, 1, 0]  # chunks: the answers belong to their questions


def test_no_pairs():
    assert JavaMeteor().statistics([], []).shape == (0, 23)


def test_a_program_that_does_not_answer_is_ended():
    with pytest.raises(DataUnavailableError, match=r"no answer within 0\.2 s"):
        JavaMeteor(patience=0.2).statistics(["a"], [["b"]])


def test_unknown_implementation():
    with pytest.raises(UnknownNameError, match="native, java"):
        Meteor("jawa")
