"""Greedy decoding of many regions over one image: what they share is computed once and read by all of them.

Keys and values of the shared prefix (the image) are stored once, not once for each region. Attention of all regions to
the prefix is one product of matrices; attention of each region to its own tokens is another, much smaller; their
softmaxes are joined by their sums, as in cascade attention (Ye et al. 2024) and Hydragen (Juravsky et al. 2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import torch

from dataset.errors import InvalidInputError

__all__ = ["KeyValues", "check_text_model", "decode", "prefill"]

KeyValues = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of each layer: (rows, key-value heads, tokens, head width)."""

LAYERS: Final = ("Qwen2DecoderLayer", "Qwen3DecoderLayer", "LlamaDecoderLayer")
"""Layers of transformers whose arithmetic is that of `_layer`."""

FULLEST: Final = 0.75
"""Finished rows are dropped once the others are at most this share of the batch: to drop a row copies all others."""


def check_text_model(language_model: Any) -> None:
    """Raises `InvalidInputError` if a language model is of layers that are not decoded here."""
    kinds = sorted({type(layer).__name__ for layer in language_model.layers} - set(LAYERS))
    problems = [f"expected layers {', '.join(LAYERS)}, found {', '.join(kinds)}"] if kinds else []
    if any(getattr(layer.self_attn, "sliding_window", None) for layer in language_model.layers if not kinds):
        problems.append("expected full attention, found a sliding window")
    if problems:
        raise InvalidInputError("language model", problems, "Use a Qwen2, Qwen3 or Llama of full attention.")


@dataclass
class _Cache:
    """Keys and values of a batch: those of the prefix, one row for all, and those of each row.

    Attributes:
        prefix: one row each; None if there is none.
        own: with room for all tokens to come.
        length: tokens in `own` by now.
        padding: (rows,), how many of the first tokens are padding; None if none are.
    """

    prefix: KeyValues | None
    own: KeyValues
    length: int
    padding: torch.Tensor | None

    @classmethod
    def empty(cls, model: Any, like: torch.Tensor, room: int, prefix: KeyValues | None) -> _Cache:
        """A cache with room for some tokens of each row of embeddings (rows, length, width)."""
        heads, width = model.config.num_key_value_heads, model.layers[0].self_attn.head_dim
        own = [
            (like.new_empty(len(like), heads, room, width), like.new_empty(len(like), heads, room, width))
            for _ in model.layers
        ]
        return cls(prefix, own, 0, None)

    def retain(self, rows: torch.Tensor) -> None:
        """Drop all other rows."""
        for keys, values in self.own:
            for part in (keys, values):
                part[: len(rows), :, : self.length] = part[rows, :, : self.length]
        self.own = [(keys[: len(rows)], values[: len(rows)]) for keys, values in self.own]
        self.padding = None if self.padding is None else self.padding[rows]

    def mask(self, queries: int, like: torch.Tensor) -> torch.Tensor | None:
        """What to add to scores of the last tokens: (rows or 1, 1, queries, tokens); None if all is seen."""
        if queries == 1 and self.padding is None:
            return None
        tokens = torch.arange(self.length, device=like.device)
        asking = tokens[-queries:, None]
        visible = (tokens <= asking)[None]
        if self.padding is not None:  # padding sees itself, so that its softmax has something to sum
            visible = visible & ((tokens >= self.padding[:, None, None]) | (tokens == asking))
        return torch.zeros(visible.shape, dtype=like.dtype, device=like.device).masked_fill_(~visible, -torch.inf)[
            :, None
        ]


def prefill(language_model: Any, embeddings: torch.Tensor) -> KeyValues:
    """Keys and values of a prefix, whose embeddings are (1, length, width)."""
    length = embeddings.shape[1]
    cache = _Cache.empty(language_model, embeddings, length, None)
    positions = torch.arange(length, device=embeddings.device)[None]
    _forward(language_model, embeddings, positions, cache, answers=False)
    return cache.own


def decode(
    model: Any,
    embeddings: torch.Tensor,
    padding: torch.Tensor,
    *,
    end: int,
    max_new_tokens: int,
    prefix: KeyValues | None = None,
) -> list[list[int]]:
    """Greedy continuation of prompts.

    Args:
        model: a `UrecaForConditionalGeneration`.
        embeddings: (rows, length, width), left-padded.
        padding: (rows,), how many tokens of each row are padding.
        end: the token that ends an answer.
        max_new_tokens: of an answer.
        prefix: what came before, the same for all rows, from `prefill`.

    Returns:
        Token ids of each answer, the end included where it was reached.
    """
    text, embed = model.model.language_model, model.get_input_embeddings()
    length = embeddings.shape[1]
    before = prefix[0][0].shape[2] if prefix else 0
    cache = _Cache.empty(text, embeddings, length + max_new_tokens, prefix)
    cache.padding = padding if bool(padding.any()) else None
    positions = (torch.arange(length, device=embeddings.device) - padding[:, None]).clamp(min=0) + before
    answers: list[list[int]] = [[] for _ in range(len(embeddings))]
    rows = list(range(len(answers)))  # which answer each row of the batch is
    for _ in range(max_new_tokens):
        hidden = _forward(text, embeddings, positions, cache)
        tokens = model.lm_head(hidden).argmax(-1)
        for row, token in zip(rows, tokens.tolist(), strict=True):
            if not answers[row] or answers[row][-1] != end:
                answers[row].append(token)
        open_rows = [place for place, row in enumerate(rows) if answers[row][-1] != end]
        if not open_rows:
            break
        positions = positions[:, -1:] + 1
        if len(open_rows) <= FULLEST * len(rows):
            places = torch.tensor(open_rows, device=tokens.device)
            cache.retain(places)
            tokens, positions = tokens[places], positions[places]
            rows = [rows[place] for place in open_rows]
        embeddings = embed(tokens)[:, None]
    return answers


def _forward(
    language_model: Any, hidden: torch.Tensor, positions: torch.Tensor, cache: _Cache, *, answers: bool = True
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
    cache.length += hidden.shape[1]
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
    cache: _Cache,
    mask: torch.Tensor | None,
    queries: int,
) -> torch.Tensor:
    """A layer over (rows, length, width), for the last tokens: (rows, queries, width)."""
    attention = layer.self_attn
    length = hidden.shape[1]
    normal = layer.input_layernorm(hidden)
    keys, values = cache.own[number]
    written = slice(cache.length - length, cache.length)
    keys[:, :, written] = _rotated(_heads(attention, "k", normal), *rotation)
    values[:, :, written] = _heads(attention, "v", normal)
    if not queries:
        return hidden
    hidden, normal = hidden[:, -queries:], normal[:, -queries:]
    cos, sin = (part[:, :, -queries:] for part in rotation)
    query_vectors = _rotated(_heads(attention, "q", normal), cos, sin)
    own = keys[:, :, : cache.length], values[:, :, : cache.length]
    mask = None if mask is None else mask[:, :, -queries:]
    answer = _attend(query_vectors, own, cache.prefix[number] if cache.prefix else None, mask, attention.scaling)
    hidden = hidden + attention.o_proj(answer)
    return torch.as_tensor(hidden + layer.mlp(layer.post_attention_layernorm(hidden)))


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


def _attend(
    queries: torch.Tensor,
    own: tuple[torch.Tensor, torch.Tensor],
    prefix: tuple[torch.Tensor, torch.Tensor] | None,
    mask: torch.Tensor | None,
    scale: float,
) -> torch.Tensor:
    """Attention of (rows, heads, length, head width) to a row's own tokens and to a prefix: (rows, length, width)."""
    rows, _, length, width = queries.shape
    heads = own[0].shape[1]
    # Query heads that share a key-value head stand below each other, so that no key is repeated.
    stacked = queries.reshape(rows, heads, -1, width)
    if mask is not None:
        mask = mask.repeat(1, 1, stacked.shape[2] // length, 1)
    answer, own_sum = _softmax_average(stacked, *own, mask, scale)
    if prefix is not None:
        together = stacked.transpose(0, 1).reshape(1, heads, -1, width)
        shared, shared_sum = _softmax_average(together, *prefix, None, scale)
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
