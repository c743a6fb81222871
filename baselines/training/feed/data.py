"""What is learned from: a folder of shards, or scenes that are drawn while the model learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

import numpy as np

from dataset.scenes.options import ScenesOptions

from ..shards import Scenes
from .memory import ShelfSize
from .stream import FolderSource, SceneItem, SceneSource, SceneStream

__all__ = ["EndlessScenes", "FolderData", "TrainingData"]

REGIONS_OF_A_SCENE: Final = 40
"""Regions of one of `scenes`, at most."""
TOKENIZER_SCENES: Final = 300
"""Scenes whose captions a tokenizer is learnt from, where they have no end."""


class TrainingData(Protocol):
    """Where scenes come from, and how many there are.

    Attributes:
        regions: how many there are, None where they have no end.
        identity: what a run that goes on must find again.
        has_one_size: whether all pictures have the same size.
    """

    regions: int | None
    identity: Mapping[str, Any]
    has_one_size: bool

    def source(self, seed: int, rank: int, processes: int, state: Mapping[str, Any] | None) -> SceneSource:
        """The scenes of one of several processes, from the first on or from a state of an earlier source."""

    def captions(self) -> Iterator[str]:
        """All captions that a tokenizer is to be learnt from."""

    def shelf_size(self, memory: int, images: int) -> ShelfSize:
        """A memory of about so many bytes, for at least the images of a batch."""


class FolderData:
    """The images of a folder of shards, in an order drawn from the seed, epoch after epoch."""

    def __init__(self, scenes: Scenes) -> None:
        self.scenes = scenes
        self.regions: int | None = int(scenes.region_counts.sum())
        self._sizes = {(text.height, text.width) for text in scenes.texts()}
        self.has_one_size = len(self._sizes) == 1
        self.identity = {"images": len(scenes), **{k: scenes.summary.get(k) for k in ("split", "content_hash")}}

    def source(self, seed: int, rank: int, processes: int, state: Mapping[str, Any] | None) -> SceneSource:
        """See `TrainingData`."""
        return FolderSource(self.scenes, seed, rank, processes, state)

    def captions(self) -> Iterator[str]:
        """See `TrainingData`."""
        from ..tokenizer import caption_texts

        return caption_texts(self.scenes.texts())

    def shelf_size(self, memory: int, images: int) -> ShelfSize:
        """All images if they fit."""
        counts: Any = self.scenes.region_counts
        mean = max(float(counts.mean()), 1.0)
        picture = max(3 * height * width for height, width in self._sizes)
        mask = max(height * -(-width // 8) for height, width in self._sizes)
        pictures = min(len(self.scenes), max(int(memory / (picture + mean * mask)), images))
        if pictures == len(self.scenes):
            return ShelfSize(pictures, picture, int(counts.sum()), mask)
        masks = max(int(pictures * mean), int(np.sort(counts)[-images:].sum()))
        return ShelfSize(pictures, picture, masks, mask)


class EndlessScenes:
    """Scenes of the training split from some index on, drawn by processes beside this one.

    Args:
        first: index of the first scene.
        seed: of the scenes; 0 is that of the benchmark, whose training scenes come first.
        workers: processes that draw.
        device: where scenes are rendered, "cpu" or "cuda".
    """

    regions: int | None = None
    has_one_size = True

    def __init__(self, first: int = 0, seed: int = 0, workers: int = 1, device: str = "cpu") -> None:
        self._first, self._seed, self._workers, self._device = first, seed, workers, device
        self.identity = {"scenes": "without end", "first": first, "seed": seed}
        self._started: SceneStream | None = None
        self._early: list[SceneItem] = []

    def start(self) -> None:
        """Begin to draw; what is drawn waits."""
        if self._started is None:
            self._started = SceneStream(self._seed, self._first, self._workers, self._device)

    def source(self, seed: int, rank: int, processes: int, state: Mapping[str, Any] | None) -> SceneSource:
        """See `TrainingData`."""
        raise NotImplementedError

    def captions(self) -> Iterator[str]:
        """Those of the first scenes, which are learned from as well."""
        raise NotImplementedError

    def shelf_size(self, memory: int, images: int) -> ShelfSize:
        """As many as fit."""
        side = ScenesOptions().resolution
        picture, mask = 3 * side * side, side * -(-side // 8)
        pictures = max(memory // (picture + REGIONS_OF_A_SCENE * mask), images)
        return ShelfSize(pictures, picture, pictures * REGIONS_OF_A_SCENE, mask)
