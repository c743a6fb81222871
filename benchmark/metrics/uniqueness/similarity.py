"""How alike two captions are, in two ways: by the words they share, and by sentence embeddings.

Both give every text a unit vector; the similarity of two texts is the product of their vectors. Texts are numbered as
in `Corpus.words`: first the candidates, then all references one after the other (`Corpus.reference_offsets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from dataset.errors import UrecaError

from ...text.corpus import Corpus
from ...text.encoder import DEFAULT_MODEL, TextEncoder, missing_dependency

if TYPE_CHECKING:
    from ...text.ngram_kernels import NgramCounts

__all__ = [
    "EmbeddingSimilarity",
    "LexicalSimilarity",
    "Similarity",
    "TextVectors",
    "best_of_references",
    "embed_texts",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

DECIMALS = 6
"""Similarities are rounded to this many decimals, so that ties are ties whatever the order of additions."""

_CELLS_PER_BLOCK = 4_000_000
_TEXTS_PER_CALL = 2_048


class TextVectors(Protocol):
    """One vector per text of a corpus."""

    def products(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """Similarity of the texts numbered `rows` to those numbered `columns`, float64 (rows, columns).

        At most 1, rounded to `DECIMALS`; a text without words is similar to none (0), not even to itself.
        """


class Similarity(Protocol):
    """A way to make vectors of texts."""

    @property
    def signature(self) -> str:
        """What it is, for the metrics' signatures and for stored thresholds."""

    def unavailable(self) -> UrecaError | None:
        """The error that says what is not installed, or None."""

    def vectors(self, corpus: Corpus) -> TextVectors:
        """Vectors of the candidates and references of a corpus."""


def best_of_references(
    vectors: TextVectors, corpus: Corpus, texts: IntArray, items: IntArray, left_out: IntArray | None = None
) -> FloatArray:
    """S[i, j]: the similarity of text i to that reference of item j which is nearest to it.

    A text is never compared with itself: for a reference, its own item is judged by the others ("leave one out").

    Args:
        vectors: of the corpus.
        corpus: whose references.
        texts: numbers of the texts, (rows,).
        items: numbers of the items, (columns,), at least one.
        left_out: numbers of references that no text is compared with.

    Returns:
        float64 (rows, columns); -inf where nothing of an item is left to compare with.
    """
    offsets = corpus.reference_offsets
    counts = offsets[items + 1] - offsets[items]
    starts = np.cumsum(counts) - counts
    # Text numbers of the references of all items, one item after the other.
    references = np.repeat(offsets[items] - starts, counts) + np.arange(counts.sum()) + len(corpus)
    without = np.flatnonzero(np.isin(references, left_out)) if left_out is not None else None
    best = np.empty((len(texts), len(items)))
    step = max(1, _CELLS_PER_BLOCK // len(references))
    for first in range(0, len(texts), step):
        rows = texts[first : first + step]
        block = vectors.products(rows, references)
        block[rows[:, None] == references[None, :]] = -np.inf
        if without is not None:
            block[:, without] = -np.inf
        best[first : first + step] = np.maximum.reduceat(block, starts, axis=1)
    return best


class LexicalSimilarity:
    """Cosine of tf-idf vectors of words and pairs of neighbouring words.

    The weight of an n-gram is its count times log((1 + N) / (1 + df)) + 1 (as scikit-learn's), where df of the N items
    have it in a reference. What no reference contains weighs most: it lengthens a candidate's vector and matches
    nothing.
    """

    signature = "tfidf-1-2"

    def unavailable(self) -> UrecaError | None:
        """Needs nothing."""
        return None

    def vectors(self, corpus: Corpus) -> TextVectors:
        """Sparse vectors; document frequencies are those of the corpus' references."""
        return _SparseVectors(corpus)


class _SparseVectors:
    def __init__(self, corpus: Corpus) -> None:
        from .similarity_kernels import unit_vectors

        unigrams, bigrams = corpus.ngrams[:2]
        offsets = corpus.reference_offsets
        self._table = unit_vectors(
            *_weighted(unigrams, offsets), *_weighted(bigrams, offsets), max(unigrams.distinct, 1)
        )
        self._scratch = np.zeros(max(unigrams.distinct, 1) + max(bigrams.distinct, 1))

    def products(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """As `TextVectors.products`."""
        from .similarity_kernels import sparse_products

        ids, weights, ends = self._table
        products: FloatArray = sparse_products(ids, weights, ends, rows, columns, self._scratch)
        return products.round(DECIMALS)


def _weighted(grams: NgramCounts, reference_offsets: IntArray) -> tuple[IntArray, FloatArray, IntArray]:
    """N-grams, counts times idf, offsets."""
    from ...text.ngram_kernels import document_frequencies

    documents = len(reference_offsets) - 1
    frequencies = document_frequencies(grams.ids, grams.offsets, reference_offsets, grams.distinct)
    idf = np.log((1 + documents) / (1 + frequencies)) + 1
    return grams.ids, grams.counts * idf[grams.ids], grams.offsets


class EmbeddingSimilarity:
    """Cosine of sentence embeddings: the mean of an encoder's token vectors, as sentence-transformers pools them.

    Args:
        model: `DEFAULT_MODEL`, a folder, or a Hugging Face id.
        encoder: shared with another metric, set to its last layer; made from `model` if not given.

    Raises:
        MissingDependencyError: on first use, if torch, transformers or the embedded weights are not installed.
    """

    def __init__(self, model: str = DEFAULT_MODEL, encoder: TextEncoder | None = None) -> None:
        self.model_name = model
        self._shared_encoder = encoder

    @cached_property
    def encoder(self) -> TextEncoder:
        """The encoder, made on first use; its last layer is read."""
        if self._shared_encoder is not None:
            return self._shared_encoder
        return TextEncoder(self.model_name, None if self.model_name == DEFAULT_MODEL else _last_layer(self.model_name))

    @property
    def signature(self) -> str:
        """Model, hash of the weights, and pooling."""
        return f"mean-{self.encoder.signature}"

    def unavailable(self) -> UrecaError | None:
        """Needs torch, transformers and weights."""
        return missing_dependency(self.model_name, "uniqueness_embedding")

    def vectors(self, corpus: Corpus) -> TextVectors:
        """Dense vectors of the captions as they are, not PTB-tokenised."""
        texts = [*corpus.candidates, *(caption for captions in corpus.references for caption in captions)]
        distinct = {text: number for number, text in enumerate(dict.fromkeys(texts))}
        places = np.array([distinct[text] for text in texts], np.int64)
        return _DenseVectors(embed_texts(self.encoder, list(distinct)), places)


class _DenseVectors:
    def __init__(self, vectors: npt.NDArray[np.float32], places: IntArray) -> None:
        self._vectors, self._places = vectors, places

    def products(self, rows: IntArray, columns: IntArray) -> FloatArray:
        """As `TextVectors.products`."""
        products = self._vectors[self._places[rows]] @ self._vectors[self._places[columns]].T
        return products.astype(np.float64).round(DECIMALS)


def embed_texts(encoder: TextEncoder, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Unit sentence embeddings, float32 (texts, width): means over all tokens, special ones too; 0 for empty texts."""
    import torch

    order = sorted((number for number, text in enumerate(texts) if text.strip()), key=lambda number: len(texts[number]))
    if not order:
        return np.zeros((len(texts), 1), np.float32)
    pooled: list[Any] = []
    # Token vectors take far more room than their means: a part at a time.
    for start in range(0, len(order), _TEXTS_PER_CALL):
        encoded = encoder.encode([texts[number] for number in order[start : start + _TEXTS_PER_CALL]])
        pooled += [text.vectors.mean(dim=0) for text in encoded]
    means = torch.nn.functional.normalize(torch.stack(pooled), dim=-1).numpy()
    vectors = np.zeros((len(texts), means.shape[1]), np.float32)
    vectors[order] = means
    return vectors


def _last_layer(model: str) -> int:
    from transformers import AutoConfig

    layers: int = AutoConfig.from_pretrained(model).num_hidden_layers
    return layers
