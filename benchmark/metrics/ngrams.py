"""BLEU, ROUGE-L and CIDEr on integer arrays, equal to pycocoevalcap 1.2.

BLEU: Papineni et al. 2002; ROUGE-L: Lin 2004; CIDEr (the D variant): Vedantam et al. 2015. The reference
implementation is pycocoevalcap; its quirks are kept, and listed in docs/metrics.md.
"""

from __future__ import annotations

import numpy as np

from ..text.corpus import NGRAM_ORDERS, Corpus
from .base import FloatArray, Metric
from .scores import ScoreInfo

__all__ = ["Bleu", "Cider", "RougeL"]

# pycocoevalcap adds these to numerators and denominators; they show where a caption has no n-gram of an order.
_TINY, _SMALL = 1e-15, 1e-9


class Bleu(Metric):
    """BLEU-1 to BLEU-4 with the closest reference length; corpus values from summed counts."""

    name = "bleu"
    scores = (
        ScoreInfo("bleu_1", "BLEU-1", "Share of words that a reference has.", item_place=5),
        ScoreInfo("bleu_2", "BLEU-2"),
        ScoreInfo("bleu_3", "BLEU-3"),
        ScoreInfo(
            "bleu_4", "BLEU-4", "Agreement in n-grams up to four words (corpus BLEU).", headline=11, item_place=4
        ),
    )
    implementation = "ureca-integer"
    uses_tokenizer = True

    def statistics(self, corpus: Corpus) -> FloatArray:
        """Columns: matches of orders 1-4, candidate n-grams of orders 1-4, candidate and closest reference length."""
        from ..text import ngram_kernels as kernels

        references = corpus.reference_offsets
        lengths = corpus.words.lengths
        matches = [
            kernels.clipped_matches(grams.ids, grams.counts, grams.offsets, references, grams.distinct)
            for grams in corpus.ngrams
        ]
        own_lengths = lengths[: len(corpus)]
        guesses = [np.maximum(0, own_lengths - shorter) for shorter in range(NGRAM_ORDERS)]
        closest = kernels.closest_lengths(lengths, references)
        return np.stack([*matches, *guesses, own_lengths, closest], axis=1).astype(np.float64)

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Geometric means of the clipped precisions times the brevity penalty."""
        matches, guesses = sums[..., :NGRAM_ORDERS], sums[..., NGRAM_ORDERS : 2 * NGRAM_ORDERS]
        product = np.cumprod((matches + _TINY) / (guesses + _SMALL), axis=-1)
        precision = product ** (1.0 / np.arange(1, NGRAM_ORDERS + 1))
        ratio = (sums[..., -2] + _TINY) / (sums[..., -1] + _SMALL)
        penalty = np.where(ratio < 1, np.exp(1 - 1 / np.minimum(ratio, 1.0)), 1.0)
        scores: FloatArray = precision * penalty[..., None]
        return np.where(items[..., None] > 0, scores, np.nan)

    def parameters(self) -> dict[str, str]:
        """Orders and reference length."""
        return {"orders": str(NGRAM_ORDERS), "reflen": "closest"}


class RougeL(Metric):
    """ROUGE-L: F of the best recall and the best precision of the longest common subsequence, beta 1.2."""

    name = "rouge_l"
    scores = (
        ScoreInfo(
            "rouge_l", "ROUGE-L", "Longest common subsequence with a reference (F measure).", headline=10, item_place=3
        ),
    )
    implementation = "ureca-integer"
    uses_tokenizer = True
    beta = 1.2

    def statistics(self, corpus: Corpus) -> FloatArray:
        """One column: the item's score."""
        from ..text import ngram_kernels as kernels

        words, references = corpus.words_split_at_spaces, corpus.reference_offsets
        common = kernels.lcs_lengths(words.tokens, words.offsets, references, words.words).astype(np.float64)
        own = np.repeat(words.lengths[: len(corpus)], np.diff(references))
        precision = np.maximum.reduceat(common / own, references[:-1])
        recall = np.maximum.reduceat(common / words.lengths[len(corpus) :], references[:-1])
        weight = self.beta**2
        with np.errstate(invalid="ignore"):
            score = ((1 + weight) * precision * recall) / (recall + weight * precision)
        return np.where((precision != 0) & (recall != 0), score, 0.0)[:, None]

    def parameters(self) -> dict[str, str]:
        """The weight of recall."""
        return {"beta": str(self.beta)}


class Cider(Metric):
    """CIDEr-D, 0 to 10; document frequencies come from the references of all regions of the evaluation."""

    name = "cider"
    scores = (
        ScoreInfo(
            "cider",
            "CIDEr",
            "Agreement in n-grams, rare ones weighing more (CIDEr-D); 0 to 1000.",
            highest=10.0,
            headline=7,
            item_place=2,
        ),
    )
    implementation = "ureca-integer"
    uses_tokenizer = True
    sigma = 6.0

    def statistics(self, corpus: Corpus) -> FloatArray:
        """One column: the item's score."""
        from ..text import ngram_kernels as kernels

        references = corpus.reference_offsets
        log_items = np.log(float(len(corpus)))
        penalties = self._length_penalties(corpus)
        similarities = np.zeros((len(corpus), NGRAM_ORDERS))
        for order, grams in enumerate(corpus.ngrams):
            frequencies = kernels.document_frequencies(grams.ids, grams.offsets, references, grams.distinct)
            idf = log_items - np.log(np.maximum(1.0, frequencies))
            similarities[:, order] = kernels.tfidf_similarities(
                grams.ids, grams.counts, grams.offsets, references, idf, penalties
            )
        scores: FloatArray = np.mean(similarities, axis=1) / np.diff(references) * 10.0
        return scores[:, None]

    def _length_penalties(self, corpus: Corpus) -> FloatArray:
        """Gaussian of the difference in bigrams (not words: the reference implementation's choice), (references,)."""
        bigrams = np.maximum(corpus.words.lengths - 1, 0)
        own = np.repeat(bigrams[: len(corpus)], np.diff(corpus.reference_offsets))
        delta = (own - bigrams[len(corpus) :]).astype(np.float64)
        penalties: FloatArray = np.e ** (-(delta**2) / (2 * self.sigma**2))
        return penalties

    def parameters(self) -> dict[str, str]:
        """Orders, length penalty, and where the document frequencies come from."""
        return {"orders": str(NGRAM_ORDERS), "sigma": str(self.sigma), "df": "references"}
