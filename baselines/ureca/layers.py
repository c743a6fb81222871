"""The layers of a language model over a cache: what its prefix and its own tokens say to the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch.nn import functional as F

from dataset.errors import InvalidInputError

from .caches import Cache, KeyValues
from .projections import Projections, Rotation, projections_of

__all__ = ["check_text_model", "forward", "prefill"]

LAYERS: Final = ("Qwen2DecoderLayer", "Qwen3DecoderLayer", "LlamaDecoderLayer")
"""Layers of transformers whose arithmetic is that of `forward`."""


def check_text_model(language_model: Any) -> None:
    """Raises `InvalidInputError` if a language model is of layers that are not decoded here."""
    kinds = sorted({type(layer).__name__ for layer in language_model.layers} - set(LAYERS))
    problems = [f"expected layers {', '.join(LAYERS)}, found {', '.join(kinds)}"] if kinds else []
    if any(getattr(layer.self_attn, "sliding_window", None) for layer in language_model.layers if not kinds):
        problems.append("expected full attention, found a sliding window")
    if problems:
        raise InvalidInputError("language model", problems, "Use a Qwen2, Qwen3 or Llama of full attention.")


def prefill(language_model: Any, embeddings: torch.Tensor) -> KeyValues:
    """Keys and values of a prefix, whose embeddings are (1, length, width)."""
    length = embeddings.shape[1]
    cache = Cache.empty(language_model, embeddings, length, None)
    positions = torch.arange(length, device=embeddings.device)[None]
    forward(language_model, projections_of(language_model), embeddings, positions, cache, answers=False)
    return cache.own


def forward(
    language_model: Any,
    layers: Sequence[Projections],
    hidden: torch.Tensor,
    positions: torch.Tensor,
    cache: Cache,
    *,
    answers: bool = True,
) -> torch.Tensor:
    """Hidden states of the last token, (rows, width), of embeddings (rows, length, width); the cache grows.

    Args:
        language_model: without its head.
        layers: of the language model.
        hidden: embeddings.
        positions: (rows or 1, length).
        cache: of what came before.
        answers: off, the last layer ends with its keys and values, and the result means nothing.
    """
    rotation = _rotation(language_model, hidden, positions)
    cache.grow(hidden.shape[1])
    mask = cache.mask(hidden.shape[1], hidden)
    last = len(layers) - 1
    for number, layer in enumerate(layers):
        queries = hidden.shape[1] if number < last else int(answers)  # nothing reads other tokens of the last layer
        asking, keys, values = layer.heads(hidden, rotation, queries)
        cache.write(number, keys, values)
        if queries:
            visible = None if mask is None else mask[:, :, -queries:]
            answer = _attend(asking, cache, number, visible, layer.attention.scaling)
            hidden = layer.transformed(layer.attended(hidden[:, -queries:], answer))
    return layers[-1].normal(language_model.norm, hidden[:, -1]) if answers else hidden


def _rotation(language_model: Any, hidden: torch.Tensor, positions: torch.Tensor) -> Rotation:
    cos, sin = language_model.rotary_emb(hidden, positions)
    first, second = sin.chunk(2, dim=-1)
    return cos[:, None], torch.cat([-first, second], dim=-1)[:, None]


def _attend(queries: torch.Tensor, cache: Cache, number: int, mask: torch.Tensor | None, scale: float) -> torch.Tensor:
    """Attention of (rows, heads, length, head width) to a row's own tokens and to a prefix: (rows, length, width)."""
    rows, _, length, width = queries.shape
    own = cache.read(number)
    heads = own[0].shape[1]
    # Query heads that share a key-value head stand below each other, so that no key is repeated.
    stacked = queries.reshape(rows, heads, -1, width)
    if mask is not None:
        mask = mask.repeat(1, 1, stacked.shape[2] // length, 1)
    if cache.prefix is None:
        answer = F.scaled_dot_product_attention(stacked, *own, attn_mask=mask, scale=scale)
    else:
        answer, own_sum = _softmax_average(stacked, *own, mask, scale)
        together = stacked.transpose(0, 1).reshape(1, heads, -1, width)
        shared, shared_sum = _softmax_average(together, *cache.prefix[number], cache.prefix_mask, scale)
        shared = shared.view(heads, rows, -1, width).transpose(0, 1)
        shared_sum = shared_sum.view(heads, rows, -1).transpose(0, 1)
        answer = torch.lerp(answer, shared, torch.sigmoid(shared_sum - own_sum).to(answer.dtype)[..., None])
    return answer.reshape(rows, -1, length, width).transpose(1, 2).reshape(rows, length, -1)


def _softmax_average(
    queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor | None, scale: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention of (rows, heads, queries, head width), and logarithms of the sums of its exponentials."""
    if queries.device.type == "cpu":
        # What scaled_dot_product_attention runs on a CPU, which does not return the sums.
        answer, sums = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
            queries, keys, values, 0.0, False, attn_mask=mask, scale=scale
        )
        return answer, sums
    return _softmax_average_of_scores(queries, keys, values, mask, scale)


def _softmax_average_of_scores(
    queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, mask: torch.Tensor | None, scale: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The same with all scores in memory, on any device."""
    scores = (queries @ keys.mT).float() * scale
    scores = scores if mask is None else scores + mask
    sums = scores.logsumexp(-1)
    return (scores - sums[..., None]).exp().to(values.dtype) @ values, sums
