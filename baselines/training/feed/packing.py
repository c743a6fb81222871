"""From scenes to packs: a scene gets a place in the memory and its tokens, and its regions are laid out in packs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dataset.runtime.arrays import IntArray

from ..stream import SceneItem
from .memory import Shelf, StoredScene, Write
from .packs import Pack, SceneTokens, fill_pack
from .questions import Questions, boxes_of_bits

__all__ = ["Choice", "Packer"]


@dataclass(frozen=True, eq=False)
class Choice:
    """The regions of one scene that one pack holds.

    Attributes:
        scene: whose.
        regions: (n,) numbers of the regions, in the order of the pack.
        is_mirrored: whether left and right are swapped.
    """

    scene: StoredScene
    regions: IntArray
    is_mirrored: bool


class Packer:
    """Stores scenes, and makes packs of their regions.

    Args:
        questions: how regions are asked for.
        shelf: where scenes lie.
        length: tokens of a pack.
        pinned: prepare for a GPU that reads the host's memory by itself.
    """

    def __init__(self, questions: Questions, shelf: Shelf, length: int, *, pinned: bool = False) -> None:
        self._questions, self._shelf, self._length, self._pinned = questions, shelf, length, pinned
        self.left_out = 0
        """Regions whose question and answer are longer than a pack."""

    def store(self, items: Sequence[SceneItem]) -> Iterator[tuple[SceneItem, Write | None]]:
        """Give scenes their places; None for one without a region that fits into a pack."""
        for item, (tokens, mirrored) in zip(items, self._questions.tokens(items), strict=True):
            yield item, self._write(item, tokens, mirrored)

    def _write(self, item: SceneItem, tokens: SceneTokens, mirrored: SceneTokens | None) -> Write | None:
        height, width = item.image.shape[:2]
        room = self._length - len(self._questions.prefix(height, width))
        lengths = tokens.lengths if mirrored is None else np.maximum(tokens.lengths, mirrored.lengths)
        short = np.flatnonzero(lengths <= room)
        self.left_out += len(tokens) - len(short)
        if not len(short):
            return None
        bits = item.bits
        if len(short) < len(tokens):
            bits, tokens = bits[short], tokens.chosen(short)
            mirrored = None if mirrored is None else mirrored.chosen(short)
        place, mask_places = self._shelf.make_room(len(short))
        scene = StoredScene(
            item.index,
            height,
            width,
            place,
            mask_places,
            tokens,
            mirrored,
            _NO_BOXES if self._questions.shares_image else boxes_of_bits(bits, width),
        )
        self._shelf.scenes.append(scene)
        return Write.of(scene, item.image, bits, pinned=self._pinned)

    def packs(
        self, scene: StoredScene, regions: Sequence[int], *, is_mirrored: bool = False
    ) -> Iterator[tuple[Choice, Pack]]:
        """Packs of some regions of a scene: one for each region that has its own picture, else one as full as can be.

        Args:
            scene: of the shelf.
            regions: numbers of its regions, the first of which are taken.
            is_mirrored: whether left and right are swapped.
        """
        tokens = scene.mirrored if is_mirrored and scene.mirrored is not None else scene.regions
        order = np.array(regions, np.int64)
        if self._questions.shares_image:
            prefix = self._questions.prefix(scene.height, scene.width)
            order = order[: fill_pack(prefix, tokens.lengths[order], self._length)]
            yield Choice(scene, order, is_mirrored), Pack(prefix, tokens, order)
            return
        for k in order:
            prefix = self._questions.prefix_of_region(scene, int(k))
            if len(prefix) + tokens.lengths[k] <= self._length:
                own = np.array([k])
                yield Choice(scene, own, is_mirrored), Pack(prefix, tokens, own)
            else:
                self.left_out += 1


_NO_BOXES: IntArray = np.zeros((0, 4), np.int64)
"""Of scenes whose regions have no pictures of their own."""
