"""BERTScore (Zhang et al. 2020): greedy matching of contextual token vectors, as bert-score 0.3.13 computes it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dataset.errors import UrecaError

from ..corpus import Corpus
from ..encoder import DEFAULT_MODEL, TextEncoder, missing_dependency
from .base import FloatArray, Metric

if TYPE_CHECKING:
    import torch

__all__ = ["BertScore"]

_PAIRS_PER_BATCH = 256


class BertScore(Metric):
    """F1 of BERTScore, without idf weights and baseline rescaling; the best of several references.

    Captions are read as they are, not PTB-tokenised. A pair with an empty caption scores 0.

    Args:
        model: `DEFAULT_MODEL`, a folder or a Hugging Face id.
        num_layers: layer of the vectors; bert-score's choice for the model if not given.
    """

    name = "bertscore"
    implementation = "ureca-greedy"

    def __init__(self, model: str = DEFAULT_MODEL, num_layers: int | None = None) -> None:
        self.model_name, self._num_layers = model, num_layers

    @cached_property
    def encoder(self) -> TextEncoder:
        """The encoder, made on first use."""
        return TextEncoder(self.model_name, self._num_layers)

    def unavailable(self, corpus: Corpus) -> UrecaError | None:  # noqa: ARG002 - a hook
        """Without torch, transformers and weights there is no BERTScore."""
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
        """Which of the three values, and what is not done."""
        return {"value": "f1", "idf": "no", "rescaled": "no"}

    def model(self) -> str | None:
        """Name, weights' hash and layer."""
        return self.encoder.signature

    def _f1(self, pairs: list[tuple[str, str]]) -> list[float]:
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        vectors = dict(zip(texts, self.encoder.token_vectors(texts), strict=True))
        # Pairs of like length share a batch, so that little is padded.
        order = sorted(range(len(pairs)), key=lambda index: sum(len(vectors[text]) for text in pairs[index]))
        scores = [0.0] * len(pairs)
        for start in range(0, len(order), _PAIRS_PER_BATCH):
            batch = order[start : start + _PAIRS_PER_BATCH]
            values = _greedy_f1([vectors[pairs[i][0]] for i in batch], [vectors[pairs[i][1]] for i in batch])
            for index, value in zip(batch, values, strict=True):
                scores[index] = value
        return scores


def _greedy_f1(candidates: list[torch.Tensor], references: list[torch.Tensor]) -> list[float]:
    """F1 of every pair; the mean over tokens, special tokens included, of the best cosine on the other side.

    A best cosine is never below 0 in a padded batch of bert-score, whose padding has similarity 0: that depends on
    the batch, so it is not imitated.
    """
    import torch

    own, own_mask = _padded(candidates)  # (pairs, tokens, width), (pairs, tokens)
    other, other_mask = _padded(references)
    cosine = torch.bmm(own, other.transpose(1, 2))
    cosine.masked_fill_(~(own_mask[:, :, None] & other_mask[:, None, :]), -1.0)
    precision = (cosine.amax(dim=2) * own_mask).sum(dim=1) / own_mask.sum(dim=1)
    recall = (cosine.amax(dim=1) * other_mask).sum(dim=1) / other_mask.sum(dim=1)
    f1 = 2 * precision * recall / (precision + recall)
    values: list[float] = torch.nan_to_num(f1, nan=0.0).tolist()
    return values


def _padded(vectors: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    padded = torch.nn.functional.normalize(pad_sequence(vectors, batch_first=True), dim=-1)
    lengths = torch.tensor([len(vector) for vector in vectors])
    return padded, torch.arange(padded.shape[1])[None, :] < lengths[:, None]
