"""Greedy decoding of many regions over one image: what they share is computed once and read by all of them.

Keys and values of the shared prefix (the image) are stored once, not once for each region. Attention of all regions to
the prefix is one product of matrices; attention of each region to its own tokens is another, much smaller; their
softmaxes are joined by their sums, as in cascade attention (Ye et al. 2024) and Hydragen (Juravsky et al. 2024).

On a CPU the batch shrinks as answers end. On a GPU, which would wait for Python, its shapes are fixed, and the work of
a token is recorded once and replayed, see `recordings`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .answers import Answers
from .caches import Cache, KeyValues

if TYPE_CHECKING:
    from .recordings import Recordings

__all__ = ["decode"]


def decode(
    model: Any,
    embeddings: torch.Tensor,
    padding: torch.Tensor,
    *,
    end: int,
    max_new_tokens: int,
    prefix: KeyValues | None = None,
    recordings: Recordings | None = None,
) -> list[list[int]]:
    """Greedy continuation of prompts.

    Args:
        model: a `UrecaForConditionalGeneration`.
        embeddings: (rows, length, width), left-padded.
        padding: (rows,), how many tokens of each row are padding.
        end: the token that ends an answer.
        max_new_tokens: of an answer.
        prefix: what came before, the same for all rows, from `prefill`.
        recordings: of this model, to decode in fixed shapes.

    Returns:
        Token ids of each answer, the end included where it was reached.
    """
    if recordings is None:
        room = embeddings.shape[1] + max_new_tokens
        cache = Cache.empty(
            model.model.language_model, embeddings, room, prefix, padding if bool(padding.any()) else None
        )
        before = prefix[0][0].shape[2] if prefix else 0
        answers = Answers(model, cache, embeddings, padding, before, end, max_new_tokens)
    else:
        answers = recordings.answers(embeddings, padding, prefix, end, max_new_tokens)
    answers.begin()
    for step in range(1, max_new_tokens):
        if step % answers.patience == 0 and answers.have_ended():
            break
        answers.go_on()
    return answers.ids()[: len(embeddings)]
