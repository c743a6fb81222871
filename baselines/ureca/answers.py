"""Answers of a batch as they grow by a token each."""

from __future__ import annotations

from typing import Any, Final

import torch

from .caches import Cache
from .layers import forward
from .projections import projections_of

__all__ = ["Answers"]

FULLEST: Final = 0.75
"""Finished rows are dropped once the others are at most this share of the batch: to drop a row copies all others."""


class Answers:
    """A batch of prompts and the tokens that follow them; all numbers that change are on the device.

    Args:
        model: a `UrecaForConditionalGeneration`.
        cache: empty.
        prompts: embeddings (rows, length, width), left-padded.
        padding: (rows,).
        before: tokens of the prefix.
        end: the token that ends an answer.
        max_new_tokens: of an answer.

    Attributes:
        patience: tokens after which to look whether all answers have ended; to look waits for the device.
    """

    patience = 1

    def __init__(
        self,
        model: Any,
        cache: Cache,
        prompts: torch.Tensor,
        padding: torch.Tensor,
        before: int,
        end: int,
        max_new_tokens: int,
    ) -> None:
        self.model, self.cache, self.prompts, self.end = model, cache, prompts, end
        rows, device = len(prompts), prompts.device
        self.positions = positions_of(prompts, padding, before)
        self.last_positions = self.positions[:, -1:].clone()
        self.ended = torch.zeros(rows, dtype=torch.bool, device=device)
        self.rows = torch.arange(rows, device=device)
        self.layers = projections_of(model.model.language_model)
        self.step = torch.zeros(1, dtype=torch.long, device=device)
        self.tokens = torch.zeros(rows, dtype=torch.long, device=device)
        self.text = torch.zeros(rows, max_new_tokens, dtype=torch.long, device=device)

    def begin(self) -> None:
        """Read the prompts and answer with a first token each."""
        self._append(self._forward(self.prompts, self.positions))

    def go_on(self) -> None:
        """The next token of each answer."""
        self.step += 1
        self.last_positions += 1
        embeddings = self.model.get_input_embeddings()(self.tokens)[:, None]
        self._append(self._forward(embeddings, self.last_positions))

    def _forward(self, embeddings: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        return forward(self.model.model.language_model, self.layers, embeddings, positions, self.cache)

    def _append(self, hidden: torch.Tensor) -> None:
        """Take the likeliest token after each of the hidden states (rows, width)."""
        tokens = self.model.lm_head(hidden).max(-1).indices.masked_fill_(self.ended, max(self.end, 0))
        self.tokens.copy_(tokens)
        self.text.index_put_((self.rows, self.step), tokens)
        self.ended.logical_or_(tokens == self.end)

    def have_ended(self) -> bool:
        """Whether all answers have; rows of those that have are dropped when they are many."""
        open_rows = (~self.ended).nonzero().flatten()
        if len(open_rows) == 0:
            return True
        if len(open_rows) <= FULLEST * len(self.ended):
            self.cache.retain(open_rows)
            for name in ("tokens", "last_positions", "ended", "rows"):
                setattr(self, name, getattr(self, name)[open_rows])
        return False

    def ids(self) -> list[list[int]]:
        """Token ids of each answer, the end included where it was reached."""
        rows: list[list[int]] = self.text[:, : int(self.step) + 1].tolist()
        return [row[: row.index(self.end) + 1] if self.end in row else row for row in rows]


def positions_of(prompts: torch.Tensor, padding: torch.Tensor, before: int) -> torch.Tensor:
    """(rows, length) positions of the tokens of left-padded prompts that follow a prefix."""
    tokens = torch.arange(prompts.shape[1], device=prompts.device)
    return (tokens - padding[:, None]).clamp(min=0) + before
