"""BERTScore (Zhang et al. 2020): greedy matching of contextual token vectors, as bert-score 0.3.13 computes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dataset.errors import UrecaError

from ..text.corpus import Corpus
from ..text.encoder import DEFAULT_MODEL, EncodedText, TextEncoder, missing_dependency
from .base import FloatArray, Metric
from .scores import ScoreInfo

if TYPE_CHECKING:
    import torch

__all__ = ["DEFAULT_MODEL", "BertScore"]

_PAIRS_PER_BATCH = 256


class BertScore(Metric):
    """F1 of BERTScore, without idf weights and baseline rescaling; the best of several references.

    Captions are read as they are, not PTB-tokenised. A pair with an empty caption scores 0.

    Args:
        model: `DEFAULT_MODEL`, a folder or a Hugging Face id.
        num_layers: layer of the vectors; bert-score's choice for the model if not given.
    """

    name = "bertscore"
    scores = (
        ScoreInfo("bertscore", "BERTScore", "Agreement of words by contextual embeddings (BERTScore F1).", headline=9),
    )
    implementation = "ureca-greedy"
    runs_model = True

    def __init__(self, model: str = DEFAULT_MODEL, num_layers: int | None = None) -> None:
        self.model_name, self._num_layers = model, num_layers

    @cached_property
    def encoder(self) -> TextEncoder:
        """The encoder, made on first use."""
        return TextEncoder(self.model_name, self._num_layers)

    def unavailable(self, corpus: Corpus) -> UrecaError | None:  # noqa: ARG002 - a hook
        """BERTScore needs torch, transformers and weights."""
        return missing_dependency(self.model_name, "bertscore")

    def statistics(self, corpus: Corpus) -> FloatArray:
        """One column: the item's best F1."""
        pairs = [
            (candidate, reference)
            for candidate, references in zip(corpus.candidates, corpus.references, strict=True)
            for reference in references
        ]
        distinct = [pair for pair in dict.fromkeys(pairs) if pair[0].strip() and pair[1].strip()]
        scores = dict(zip(distinct, self._f1(distinct), strict=True))
        flat = np.array([scores.get(pair, 0.0) for pair in pairs])
        return np.maximum.reduceat(flat, corpus.reference_offsets[:-1])[:, None]

    def parameters(self) -> dict[str, str]:
        """The value is F1; idf weights and rescaling are off."""
        return {"value": "f1", "idf": "no", "rescaled": "no"}

    def model(self) -> str | None:
        """Name, weights' hash and layer."""
        return self.encoder.signature

    def _f1(self, pairs: list[tuple[str, str]]) -> list[float]:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        encoded = dict(zip(texts, self.encoder.encode(texts), strict=True))
        # Pairs of similar length share a batch, so that little is padded.
        order = sorted(range(len(pairs)), key=lambda index: sum(len(encoded[text].special) for text in pairs[index]))
        scores = [0.0] * len(pairs)
        for start in range(0, len(order), _PAIRS_PER_BATCH):
            batch = order[start : start + _PAIRS_PER_BATCH]
            values = _greedy_f1([encoded[pairs[i][0]] for i in batch], [encoded[pairs[i][1]] for i in batch])
            for index, value in zip(batch, values, strict=True):
                scores[index] = value
        return scores


def _greedy_f1(candidates: list[EncodedText], references: list[EncodedText]) -> list[float]:
    """F1 of every pair: means over tokens of the best cosine on the other side.

    As in bert-score, [CLS] and [SEP] can be matched but do not count in the means. A best cosine below 0 counts as 0:
    bert-score does so for every text but the longest of its batch, since padding has cosine 0; here for all.
    """
    import torch

    own, own_mask, own_weights = _padded(candidates)  # (pairs, tokens, width), (pairs, tokens), (pairs, tokens)
    other, other_mask, other_weights = _padded(references)
    cosine = torch.bmm(own, other.transpose(1, 2))
    cosine.masked_fill_(~(own_mask[:, :, None] & other_mask[:, None, :]), 0.0).clamp_(min=0.0)
    precision = (cosine.amax(dim=2) * own_weights).sum(dim=1) / own_weights.sum(dim=1)
    recall = (cosine.amax(dim=1) * other_weights).sum(dim=1) / other_weights.sum(dim=1)
    f1 = 2 * precision * recall / (precision + recall)
    values: list[float] = torch.nan_to_num(f1, nan=0.0).tolist()
    return values


def _padded(texts: list[EncodedText]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Unit vectors, which tokens are real, and the weights of tokens in means."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    vectors = pad_sequence([text.vectors for text in texts], batch_first=True)
    weights = pad_sequence([(~text.special).float() for text in texts], batch_first=True)
    lengths = torch.tensor([len(text.special) for text in texts])
    real = torch.arange(vectors.shape[1])[None, :] < lengths[:, None]
    return torch.nn.functional.normalize(vectors, dim=-1), real, weights
