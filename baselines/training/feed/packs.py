"""Packs: one image and several of its regions as one training sequence.

All regions of an image share its tokens: the sequence is the image's half of the prompt, then for each region its half
and its caption. A region attends to the image and to itself, never to another region, and its positions count on from
the image's, so that the loss is that of the regions one by one, at a fraction of the cost.

Packs have one fixed length and hold as many regions as fit. They are planned on the host, as numbers; their pixels and
masks are cut where the scenes lie, see `batches`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from dataset.runtime.arrays import Int32Array, IntArray

__all__ = ["Pack", "PackPlan", "RegionTokens", "fill_pack", "pack_attention", "plan_packs", "region_tokens"]

PADDING: Final = -1
"""Segment of the padding."""


@dataclass(frozen=True, eq=False)
class RegionTokens:
    """What is asked of a region, and the answer to be learned.

    Attributes:
        ids: (tokens,) of the question, then of the answer with its end.
        asked: how many of them are the question.
    """

    ids: Int32Array
    asked: int

    def __len__(self) -> int:
        """Number of tokens."""
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Pack:
    """One sequence: an image's half of the prompt and some regions.

    Attributes:
        prefix: (tokens,) ids of the image's half.
        regions: in the order in which they stand.
    """

    prefix: Int32Array
    regions: Sequence[RegionTokens]


@dataclass(frozen=True, eq=False)
class PackPlan:
    """The numbers of some packs of one length.

    Attributes:
        ids: (packs, length) token ids.
        positions: (packs, length) position of each token.
        segments: (packs, length) 0 for the image's half, then the number of the region, from 1; -1 for padding.
        places: (answers,) flat places whose next token is to be learned.
        targets: (answers,) these next tokens.
        regions: how many captions are learned.
    """

    ids: Int32Array
    positions: Int32Array
    segments: Int32Array
    places: IntArray
    targets: IntArray
    regions: int


def region_tokens(question: Sequence[int], answer: Sequence[int]) -> RegionTokens:
    """The tokens of a region from those of its question and its caption."""
    return RegionTokens(np.array([*question, *answer], np.int32), len(question))


def fill_pack(prefix: Int32Array, regions: Sequence[RegionTokens], length: int) -> int:
    """How many of some regions, from the first on, fit into a pack."""
    ends = len(prefix) + np.cumsum([len(region) for region in regions])
    return int(np.searchsorted(ends, length, "right"))


def plan_packs(packs: Sequence[Pack], length: int, filler: int) -> PackPlan:
    """Write packs out as rows of one length.

    Args:
        packs: each no longer than `length`.
        length: tokens of a row.
        filler: the id that pads.
    """
    ids = np.full((len(packs), length), filler, np.int32)
    positions = np.zeros((len(packs), length), np.int32)
    segments = np.full((len(packs), length), PADDING, np.int32)
    is_learned = np.zeros((len(packs), length), np.bool_)
    counting = np.arange(length, dtype=np.int32)
    for row, pack in enumerate(packs):
        start = len(pack.prefix)
        lengths = np.array([len(region) for region in pack.regions])
        end = start + int(lengths.sum())
        ids[row, :end] = np.concatenate([pack.prefix, *(region.ids for region in pack.regions)])
        positions[row, :end] = np.concatenate([counting[:start], *(counting[start : start + n] for n in lengths)])
        segments[row, :start] = 0
        segments[row, start:end] = np.repeat(counting[1 : len(lengths) + 1], lengths)
        is_learned[row, start:end] = np.concatenate([counting[:n] for n in lengths]) >= np.repeat(
            [region.asked for region in pack.regions], lengths
        )
    learned = np.flatnonzero(is_learned)
    # A token is learned at the place before it; no pack begins with an answer.
    targets = ids.reshape(-1)[learned].astype(np.int64)
    return PackPlan(ids, positions, segments, learned - 1, targets, sum(len(pack.regions) for pack in packs))


def pack_attention(segments: torch.Tensor) -> torch.Tensor:
    """Which token sees which: (packs, length) segments -> (packs, 1, length, length), boolean.

    A token sees the image's half and its own region up to itself; padding sees itself, so that no row is empty.
    """
    length = segments.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segments.device).tril()
    seen, seeing = segments[:, None, :], segments[:, :, None]
    allowed = causal & (((seen == 0) & (seeing >= 0)) | (seen == seeing) & (seen >= 0))
    return (allowed | torch.eye(length, dtype=torch.bool, device=segments.device))[:, None]
