"""The layers of a language model over a cache: what its prefix and its own tokens say to the next ones."""

from __future__ import annotations

from typing import Any, Final

import torch
from torch.nn import functional as F

from dataset.errors import InvalidInputError

from .caches import Cache, KeyValues

__all__ = ["check_text_model", "forward", "prefill"]

LAYERS: Final = ("Qwen2DecoderLayer", "Qwen3DecoderLayer", "LlamaDecoderLayer")
"""Layers of transformers whose arithmetic is that of `_layer`."""


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
    forward(language_model, embeddings, positions, cache, answers=False)
    return cache.own


def forward(
    language_model: Any, hidden: torch.Tensor, positions: torch.Tensor, cache: Cache, *, answers: bool = True
) -> torch.Tensor:
    """Hidden states of the last token, (rows, width), of embeddings (rows, length, width); the cache grows.

    Args:
        language_model: without its head.
        hidden: embeddings.
        positions: (rows or 1, length).
        cache: of what came before.
        answers: off, the last layer ends with its keys and values, and the result means nothing.
    """
    rotation = _rotation(language_model, hidden, positions)
    cache.grow(hidden.shape[1])
    mask = cache.mask(hidden.shape[1], hidden)
    last = len(language_model.layers) - 1
    for number, layer in enumerate(language_model.layers):
        queries = hidden.shape[1] if number < last else int(answers)  # nothing reads other tokens of the last layer
        hidden = _layer(layer, number, hidden, rotation, cache, mask, queries)
    return torch.as_tensor(language_model.norm(hidden[:, -1])) if answers else hidden


def _layer(
    layer: Any,
    number: int,
    hidden: torch.Tensor,
    rotation: tuple[torch.Tensor, torch.Tensor],
    cache: Cache,
    mask: torch.Tensor | None,
    queries: int,
) -> torch.Tensor:
    """A layer over (rows, length, width), for the last tokens: (rows, queries, width)."""
    attention = layer.self_attn
    normal = layer.input_layernorm(hidden)
    cache.write(number, _rotated(_heads(attention, "k", normal), *rotation), _heads(attention, "v", normal))
    if not queries:
        return hidden
    hidden, normal = hidden[:, -queries:], normal[:, -queries:]
    cos, sin = (part[:, :, -queries:] for part in rotation)
    query_vectors = _rotated(_heads(attention, "q", normal), cos, sin)
    mask = None if mask is None else mask[:, :, -queries:]
    answer = _attend(query_vectors, cache, number, mask, attention.scaling)
    hidden = _added(hidden, attention.o_proj, answer)
    network, normal = layer.mlp, layer.post_attention_layernorm(hidden)
    return _added(hidden, network.down_proj, network.act_fn(network.gate_proj(normal)).mul_(network.up_proj(normal)))


def _added(hidden: torch.Tensor, linear: Any, inputs: torch.Tensor) -> torch.Tensor:
    """Hidden states and a linear layer of some inputs; on a CPU the sum is made where the product is written."""
    # Autocast would round the hidden states.
    if hidden.device.type != "cpu" or linear.bias is not None or torch.is_autocast_enabled("cpu"):
        return torch.as_tensor(hidden + linear(inputs))
    flat, width = hidden.reshape(-1, hidden.shape[-1]), inputs.shape[-1]
    return torch.addmm(flat, inputs.reshape(-1, width), linear.weight.t()).view(hidden.shape)


def _heads(attention: Any, name: str, hidden: torch.Tensor) -> torch.Tensor:
    """Queries, keys or values of hidden states (rows, length, width): (rows, heads, length, head width)."""
    projected = getattr(attention, f"{name}_proj")(hidden)
    projected = projected.view(*projected.shape[:2], -1, attention.head_dim)
    norm = getattr(attention, f"{name}_norm", None)  # of Qwen3
    return torch.as_tensor(projected if norm is None else norm(projected)).transpose(1, 2)


def _rotation(language_model: Any, hidden: torch.Tensor, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What multiplies a vector, and what its two halves changed over: (rows or 1, 1, length, head width) each."""
    cos, sin = language_model.rotary_emb(hidden, positions)
    first, second = sin.chunk(2, dim=-1)
    return cos[:, None], torch.cat([-first, second], dim=-1)[:, None]


def _rotated(vectors: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Vectors (rows, heads, length, head width) turned by their positions, see `_rotation`."""
    return torch.addcmul(vectors * cos, vectors.roll(vectors.shape[-1] // 2, dims=-1), sin)


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
