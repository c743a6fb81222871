"""The words of packs: an image's half of the prompt, and for each region its question and its answer, as tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dataset.runtime.arrays import BoolArray, ByteArray, Int32Array, IntArray
from dataset.scenes.words.mirrored import mirrored_caption

from ...ureca.prompts import PromptHalves
from ...ureca.tiling import grid_of
from ..stream import SceneItem
from .memory import StoredScene
from .packs import SceneTokens

__all__ = ["Questions", "boxes_of_bits"]


class Questions:
    """Token ids for the scenes of a run.

    Args:
        prompts: how regions are asked for.
        with_mirrored: also make the words of mirrored scenes.
    """

    def __init__(self, prompts: PromptHalves, *, with_mirrored: bool = False) -> None:
        self._prompts, self._conditioning = prompts, prompts.conditioning
        self._processor, self._with_mirrored = prompts.processor, with_mirrored
        self._prefixes: dict[int, Int32Array] = {}

    @property
    def shares_image(self) -> bool:
        """Whether all regions of a scene are asked over the same picture."""
        return self._conditioning.shares_image

    def prefix(self, height: int, width: int) -> Int32Array:
        """Ids of the image's half for a picture of this size."""
        columns, rows = grid_of(height, width, self._processor.image_processor)
        tiles = columns * rows + (columns * rows > 1)
        if tiles not in self._prefixes:
            self._prefixes[tiles] = np.array(self._prompts.image_half(tiles), np.int32)
        return self._prefixes[tiles]

    def prefix_of_region(self, scene: StoredScene, k: int) -> Int32Array:
        """Ids of the image's half for the picture that a region has for itself."""
        size = (scene.height, scene.width)
        frames = self._conditioning.frames(scene.boxes[k : k + 1], size)
        if frames is None:
            return self.prefix(*size)
        left, top, right, bottom = frames[0].tolist()
        return self.prefix(bottom - top, right - left)

    def tokens(self, items: Sequence[SceneItem]) -> list[tuple[SceneTokens, SceneTokens | None]]:
        """Questions and answers of some scenes, as they are and with left and right swapped (None if not wanted).

        The captions of all are tokenised at once, those that name a side once more for the mirror.
        """
        captions = [caption for item in items for caption in item.captions]
        others = [_mirrored(caption) for caption in captions] if self._with_mirrored else captions
        sided = [k for k, (caption, other) in enumerate(zip(captions, others, strict=True)) if caption != other]
        answers = self._prompts.answers([*captions, *(others[k] for k in sided)])
        other_answers = answers[: len(captions)]
        for k, answer in zip(sided, answers[len(captions) :], strict=True):
            other_answers[k] = answer
        tokens: list[tuple[SceneTokens, SceneTokens | None]] = []
        first = 0
        for item in items:
            own = slice(first, first + len(item))
            first = own.stop
            questions = self._asked(item, mirrored=False)
            mirrored = None
            if self._with_mirrored:
                other_questions = self._asked(item, mirrored=True) if self._conditioning.words_vary else questions
                mirrored = SceneTokens.of(other_questions, other_answers[own])
            tokens.append((SceneTokens.of(questions, answers[own]), mirrored))
        return tokens

    def _asked(self, item: SceneItem, *, mirrored: bool) -> list[list[int]]:
        """Ids of each region's question."""
        tiles = self._mask_tiles(*item.image.shape[:2])
        if not self._conditioning.words_vary:
            return [self._prompts.region_half(_NO_MASK, tiles)] * len(item)
        return [self._prompts.region_half(mask, tiles) for mask in self._masks(item, mirrored)]

    def _mask_tiles(self, height: int, width: int) -> int:
        if self._conditioning.mask_encoder == "none":
            return 0
        columns, rows = (
            grid_of(height, width, self._processor.image_processor) if self._processor.dynamic_mask else (1, 1)
        )
        return columns * rows + (columns * rows > 1)

    def _masks(self, item: SceneItem, mirrored: bool) -> list[BoolArray]:
        masks = np.unpackbits(item.bits, axis=-1, count=item.image.shape[1]).view(np.bool_)
        return list(masks[..., ::-1] if mirrored else masks)


def _mirrored(caption: str) -> str:
    """The mirrored caption; most have no letters of left or right, and are not searched for sides."""
    return mirrored_caption(caption) if "eft" in caption or "ight" in caption else caption


_NO_MASK: BoolArray = np.zeros((0, 0), np.bool_)
"""Of regions whose words do not depend on it."""


def boxes_of_bits(bits: ByteArray, width: int) -> IntArray:
    """Boxes of masks (regions, height, ceil(width / 8)) of bits: (regions, 4) left, top, right, bottom, half-open.

    A region that has no pixel gets zeros.
    """
    rows: BoolArray = np.any(bits > 0, axis=2)
    columns: BoolArray = np.unpackbits(np.bitwise_or.reduce(bits, axis=1), axis=-1, count=width).view(np.bool_)
    edges = [
        edge
        for occupied in (columns, rows)
        for edge in (np.argmax(occupied, axis=1), occupied.shape[1] - np.argmax(occupied[:, ::-1], axis=1))
    ]
    left, right, top, bottom = edges
    boxes: IntArray = np.stack([left, top, right, bottom], axis=1).astype(np.int64) * np.any(rows, axis=1)[:, None]
    return boxes
