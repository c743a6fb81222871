"""Protects: BLEU, ROUGE-L and CIDEr equal pycocoevalcap's, corpus and item, with any number of references."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocoevalcap.bleu.bleu import Bleu as CocoBleu
from pycocoevalcap.cider.cider import Cider as CocoCider
from pycocoevalcap.rouge.rouge import Rouge as CocoRouge

from benchmark.metrics import Bleu, Cider, RougeL
from benchmark.text.corpus import Corpus
from dataset.schema import Region

ORACLES = {Bleu: lambda *texts: CocoBleu().compute_score(*texts, verbose=0), RougeL: CocoRouge().compute_score}
ORACLES[Cider] = CocoCider().compute_score


def assert_equal_to_coco(metric_class, corpus, as_coco):
    metric = metric_class()
    corpus_value, items = ORACLES[metric_class](*as_coco(corpus))
    statistics = metric.statistics(corpus)
    own_corpus = metric.aggregate(statistics.sum(axis=0), np.array(float(len(corpus))))
    own_items = metric.item_scores(statistics)
    np.testing.assert_allclose(own_corpus, np.atleast_1d(corpus_value), rtol=0, atol=1e-12)
    np.testing.assert_allclose(own_items, np.atleast_2d(items).T.reshape(own_items.shape), rtol=0, atol=1e-12)


@pytest.mark.parametrize("metric_class", [Bleu, RougeL, Cider])
def test_many_references(metric_class, word_corpus, as_coco):
    assert_equal_to_coco(metric_class, word_corpus, as_coco)


@pytest.mark.parametrize("metric_class", [Bleu, RougeL, Cider])
def test_every_google_refexp_item(metric_class, refexp_corpus, as_coco):
    assert_equal_to_coco(metric_class, refexp_corpus, as_coco)


caption = st.lists(st.sampled_from(["a", "b", "c", "d\u00a0e"]), max_size=9).map(" ".join)
items = st.lists(st.tuples(caption, st.lists(caption, min_size=1, max_size=3)), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(items)
def test_short_and_empty_captions(texts):
    regions = [Region(f"i/{n}", "i", tuple(references)) for n, (_, references) in enumerate(texts)]
    candidates = {f"i/{n}": candidate for n, (candidate, _) in enumerate(texts)}

    class Verbatim:
        signature = "verbatim"

        def tokenize(self, captions):
            return list(captions)

    def as_coco(corpus):
        ids = range(len(corpus))
        return (
            {n: list(corpus.references[n]) for n in ids},
            {n: [corpus.candidates[n]] for n in ids},
        )

    corpus = Corpus(regions, candidates, tokenizer=Verbatim())
    for metric_class in (Bleu, RougeL):
        assert_equal_to_coco(metric_class, corpus, as_coco)
    if any(reference for _, references in texts for reference in references):  # without any, the original fails
        assert_equal_to_coco(Cider, corpus, as_coco)


def test_bleu_counts_add_up(word_corpus):
    statistics = Bleu().statistics(word_corpus)
    assert (statistics[:, :4] <= statistics[:, 4:8]).all()
    assert statistics[:, 8].sum() == sum(len(text.split()) for text in word_corpus.tokenized[0])


def test_long_captions_use_several_machine_words(word_tokenizer, as_coco):
    words = [f"w{n % 37}" for n in range(400)]
    regions = [Region("i/0", "i", (" ".join(words[::2]), " ".join(words[::-1]))), Region("i/1", "i", ("w1",))]
    corpus = Corpus(regions, {"i/0": " ".join(words), "i/1": " ".join(words[:64])}, tokenizer=word_tokenizer)
    assert_equal_to_coco(RougeL, corpus, as_coco)
