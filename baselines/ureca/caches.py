"""Keys and values of a batch of prompts: those of the prefix that all rows share, and those of each row."""

from __future__ import annotations

from typing import Any

import torch

__all__ = ["Cache", "FixedCache", "KeyValues"]

KeyValues = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of each layer: (rows, key-value heads, tokens, head width)."""


class Cache:
    """Keys and values that grow with the answers; rows that have ended can be dropped.

    Args:
        prefix: one row for all; None if there is none.
        own: with room for all tokens to come.
        padding: (rows,), how many of the first tokens are padding; None if none are.

    Attributes:
        length: tokens in `own` by now.
        prefix_mask: (1, 1, 1, tokens), what to add to scores of the prefix; None if all of it is seen.
    """

    def __init__(self, prefix: KeyValues | None, own: KeyValues, padding: torch.Tensor | None = None) -> None:
        self.prefix, self.own, self.padding = prefix, own, padding
        self.length = 0
        self.prefix_mask: torch.Tensor | None = None

    @classmethod
    def empty(
        cls,
        language_model: Any,
        like: torch.Tensor,
        room: int,
        prefix: KeyValues | None = None,
        padding: torch.Tensor | None = None,
    ) -> Cache:
        """A cache with room for some tokens of each row of embeddings (rows, length, width)."""
        return cls(prefix, empty_key_values(language_model, like, len(like), room), padding)

    def retain(self, rows: torch.Tensor) -> None:
        """Drop all other rows."""
        for keys, values in self.own:
            for part in (keys, values):
                part[: len(rows), :, : self.length] = part[:, :, : self.length].index_select(0, rows)
        self.own = [(keys[: len(rows)], values[: len(rows)]) for keys, values in self.own]
        self.padding = None if self.padding is None else self.padding[rows]

    def grow(self, tokens: int) -> None:
        """Make place for the next tokens of each row, which `write` fills layer by layer."""
        self.length += tokens

    def write(self, layer: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Store the last tokens of a layer, (rows, heads, tokens, head width) each."""
        places = slice(self.length - keys.shape[2], self.length)
        for room, part in zip(self.own[layer], (keys, values), strict=True):
            room[:, :, places] = part

    def read(self, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
        """All tokens of a layer by now."""
        keys, values = self.own[layer]
        return keys[:, :, : self.length], values[:, :, : self.length]

    def mask(self, queries: int, like: torch.Tensor) -> torch.Tensor | None:
        """What to add to scores of the last tokens: (rows or 1, 1, queries, tokens); None if all is seen."""
        if queries == 1 and self.padding is None:
            return None
        tokens = torch.arange(self.length, device=like.device)
        asking = tokens[-queries:, None]
        visible = (tokens <= asking)[None]
        if self.padding is not None:  # padding sees itself, so that its softmax has something to sum
            visible = visible & ((tokens >= self.padding[:, None, None]) | (tokens == asking))
        return _addend(visible, like)[:, None]


class FixedCache(Cache):
    """Keys and values whose shapes never change: the place of the next token is a number on the device.

    So the same kernels with the same addresses add one token after another, and can be recorded once and replayed.

    Args:
        prefix: with room for the longest prefix; None if there is none.
        own: with room for all tokens to come.
        padding: (rows,).

    Attributes:
        place: (1,), of the last token in `own`.
        answering: whether the prompt is in, and single tokens follow.
    """

    def __init__(self, prefix: KeyValues | None, own: KeyValues, padding: torch.Tensor | None = None) -> None:
        super().__init__(prefix, own, padding)
        for keys, values in [*own, *(prefix or [])]:
            # What has not been written yet gets a weight of zero, which must not meet a NaN.
            keys.zero_(), values.zero_()
        keys = own[0][0]
        self.place = torch.zeros(1, dtype=torch.long, device=keys.device)
        self.answering = False
        if prefix is not None:
            self.prefix_mask = keys.new_zeros(1, 1, 1, prefix[0][0].shape[2])

    def load_prefix(self, prefix: KeyValues) -> None:
        """Take over a prefix that is at most as long as there is room."""
        if self.prefix is None or self.prefix_mask is None:
            raise ValueError("expected no prefix: this cache was made without room for one")
        length = prefix[0][0].shape[2]
        for rooms, parts in zip(self.prefix, prefix, strict=True):
            for room, part in zip(rooms, parts, strict=True):
                room[:, :, :length] = part
        self.prefix_mask[..., :length] = 0
        self.prefix_mask[..., length:] = -torch.inf

    def grow(self, tokens: int) -> None:
        """Make place for a prompt, or for the next token once `answering`."""
        if self.answering:
            self.length = self.own[0][0].shape[2]
            self.place += 1
        else:
            self.length = tokens
            self.place.fill_(tokens - 1)

    def write(self, layer: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Store the prompt, or the next token."""
        if not self.answering:
            super().write(layer, keys, values)
            return
        for room, part in zip(self.own[layer], (keys, values), strict=True):
            room.index_copy_(2, self.place, part.to(room.dtype))

    def mask(self, queries: int, like: torch.Tensor) -> torch.Tensor | None:
        """Of a prompt, or of the next token: what lies behind it is not seen."""
        if not self.answering:
            return super().mask(queries, like)
        tokens = torch.arange(self.length, device=like.device)
        visible = (tokens <= self.place)[None]
        if self.padding is not None:
            visible = visible & (tokens >= self.padding[:, None])
        return _addend(visible, like)[:, None, None]


def empty_key_values(language_model: Any, like: torch.Tensor, rows: int, room: int) -> KeyValues:
    """Room for keys and values of some tokens in each layer, in the device and number type of embeddings."""
    heads, width = language_model.config.num_key_value_heads, language_model.layers[0].self_attn.head_dim
    shape = (rows, heads, room, width)
    return [(like.new_empty(shape), like.new_empty(shape)) for _ in language_model.layers]


def _addend(visible: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """What to add to scores: 0 where it is visible, minus infinity elsewhere."""
    return torch.zeros(visible.shape, dtype=like.dtype, device=like.device).masked_fill_(~visible, -torch.inf)
