"""What training learns from: one scene as arrays and words, and a source of them without end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from dataset.masks.bits import pack_bits
from dataset.runtime.arrays import ByteArray

from ..shards import SceneExample

__all__ = ["SceneItem", "SceneSource"]


@dataclass(frozen=True, eq=False)
class SceneItem:
    """One scene.

    Attributes:
        index: of the scene in its split, or of the image in its folder.
        image: (height, width, 3) uint8, RGB.
        bits: (regions, height, ceil(width / 8)) uint8, masks as `dataset.masks.bits.pack_bits` packs them.
        captions: the unique caption of each region.
        short_captions: the short caption of each region; None where the data has none.
    """

    index: int
    image: ByteArray
    bits: ByteArray
    captions: tuple[str, ...]
    short_captions: tuple[str | None, ...]

    @classmethod
    def of_example(cls, index: int, example: SceneExample) -> SceneItem:
        """The scene of a shard, or one that was just drawn."""
        return cls(
            index,
            example.image,
            pack_bits(example.masks.view(np.uint8)),
            tuple(region.caption for region in example.regions),
            tuple(region.short_caption for region in example.regions),
        )

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.captions)


class SceneSource(Protocol):
    """Scenes without end, in an order that its seed decides and that goes on after a stop."""

    def get(self, timeout: float | None = None) -> SceneItem:
        """Wait for the next scene.

        Args:
            timeout: seconds to wait at most; None for no limit.

        Raises:
            TimeoutError: it did not come in that time; it may be asked for again.
            DataUnavailableError: no more scenes will come.
        """
        ...

    def ready(self, most: int | None = None) -> list[SceneItem]:
        """The next scenes that are there already, in order, without waiting.

        Args:
            most: how many at most; None for all.

        Raises:
            DataUnavailableError: none is there, and no more will come.
        """
        ...

    def state_dict(self) -> dict[str, Any]:
        """Where to go on: ``next`` is the argument ``first`` of the source that follows, ``again`` what is owed first.

        Scenes that `get` and `ready` gave count as delivered. It holds what JSON can carry.
        """
        ...

    def close(self) -> None:
        """End what works for it; a closed source gives no scenes."""
        ...
