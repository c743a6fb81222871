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

__all__ = ["Pack", "PackPlan", "SceneTokens", "fill_pack", "pack_attention", "plan_packs"]

PADDING: Final = -1
"""Segment of the padding."""


@dataclass(frozen=True, eq=False)
class SceneTokens:
    """What is asked of the regions of a scene, and the answers to be learned, one region behind the other.

    Attributes:
        ids: (tokens,) of the first region's question, then of its answer with its end, then of the next region.
        lengths: (regions,) tokens of each region.
        asked: (regions,) how many of them are the question.
    """

    ids: Int32Array
    lengths: IntArray
    asked: IntArray

    @classmethod
    def of(cls, questions: Sequence[Sequence[int]], answers: Sequence[Sequence[int]]) -> SceneTokens:
        """The tokens of regions from those of their questions and of their captions."""
        ids: list[int] = []
        for question, answer in zip(questions, answers, strict=True):
            ids += question
            ids += answer
        of_questions = np.array([len(question) for question in questions], np.int64)
        of_answers = np.array([len(answer) for answer in answers], np.int64)
        return cls(np.array(ids, np.int32), of_questions + of_answers, of_questions)

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.lengths)

    @property
    def starts(self) -> IntArray:
        """(regions,) the place of each region's first token."""
        starts: IntArray = np.cumsum(self.lengths) - self.lengths
        return starts

    def chosen(self, regions: IntArray) -> SceneTokens:
        """The tokens of some regions."""
        lengths = self.lengths[regions]
        return SceneTokens(self.ids[_runs(self.starts[regions], lengths)], lengths, self.asked[regions])


@dataclass(frozen=True, eq=False)
class Pack:
    """One sequence: an image's half of the prompt and some regions.

    Attributes:
        prefix: (tokens,) ids of the image's half.
        scene: tokens of all regions of the scene.
        regions: (n,) numbers of those of the pack, in the order in which they stand.
    """

    prefix: Int32Array
    scene: SceneTokens
    regions: IntArray


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


def fill_pack(prefix: Int32Array, lengths: IntArray, length: int) -> int:
    """How many regions of some lengths in tokens, from the first on, fit into a pack."""
    return int(np.searchsorted(len(prefix) + np.cumsum(lengths), length, "right"))


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
    counting = np.arange(length, dtype=np.int32)
    for row, pack in enumerate(packs):
        start = len(pack.prefix)
        ids[row, :start], positions[row, :start], segments[row, :start] = pack.prefix, counting[:start], 0
    # All regions of all packs at once: where each begins in its scene and in its row, and how long it is.
    counts = [len(pack.regions) for pack in packs]
    prefixes = np.repeat([len(pack.prefix) for pack in packs], counts)
    lengths = np.concatenate([pack.scene.lengths[pack.regions] for pack in packs])
    of_questions = np.concatenate([pack.scene.asked[pack.regions] for pack in packs])
    first_ids = np.cumsum([0, *(len(pack.scene.ids) for pack in packs[:-1])])
    sources = np.concatenate([pack.scene.starts[pack.regions] for pack in packs]) + np.repeat(first_ids, counts)
    ends = np.concatenate([np.cumsum(pack.scene.lengths[pack.regions]) for pack in packs])
    targets = np.repeat(length * np.arange(len(packs)), counts) + prefixes + ends - lengths
    numbers = np.concatenate([counting[1 : count + 1] for count in counts])
    within = _runs(np.zeros_like(lengths), lengths)
    places = np.repeat(targets, lengths) + within
    all_ids = np.concatenate([pack.scene.ids for pack in packs])
    ids.reshape(-1)[places] = all_ids[np.repeat(sources, lengths) + within]
    positions.reshape(-1)[places] = np.repeat(prefixes, lengths) + within
    segments.reshape(-1)[places] = np.repeat(numbers, lengths)
    learned = places[within >= np.repeat(of_questions, lengths)]
    # A token is learned at the place before it; no pack begins with an answer.
    answers = ids.reshape(-1)[learned].astype(np.int64)
    return PackPlan(ids, positions, segments, learned - 1, answers, len(lengths))


def _runs(starts: IntArray, lengths: IntArray) -> IntArray:
    """Numbers that count up from each start, so many as its length, one run behind the other."""
    runs: IntArray = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    return runs


def pack_attention(segments: torch.Tensor) -> torch.Tensor:
    """Which token sees which: (packs, length) segments -> (packs, 1, length, length), boolean.

    A token sees the image's half and its own region up to itself; padding sees itself, so that no row is empty.
    """
    length = segments.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segments.device).tril()
    seen, seeing = segments[:, None, :], segments[:, :, None]
    allowed = causal & (((seen == 0) & (seeing >= 0)) | (seen == seeing) & (seen >= 0))
    return (allowed | torch.eye(length, dtype=torch.bool, device=segments.device))[:, None]
