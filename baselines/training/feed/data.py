"""What is learned from: a folder of shards, or scenes that are drawn while the model learns."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np

from dataset.scenes.options import ScenesOptions

from ..shards import Scenes
from ..stream import FolderSource, SceneItem, SceneSource, SceneStream
from .memory import ShelfSize

__all__ = ["EndlessScenes", "FolderData", "TrainingData"]

REGIONS_OF_A_SCENE: Final = 40
"""Regions of one of `scenes`, at most."""
AHEAD_EACH: Final = 64
"""Scenes that may wait to be taken, for each process that draws."""
TOKENIZER_SCENES: Final = 300
"""Scenes whose captions a tokenizer is learnt from, where they have no end."""


class TrainingData(Protocol):
    """Where scenes come from, and how many there are.

    Attributes:
        regions: how many there are, None where they have no end.
        identity: what a run that goes on must find again.
        has_one_size: whether all pictures have the same size.
        can_be_mirrored: whether left and right may be swapped: a scene's words are known to stay true, others' are not.
    """

    regions: int | None
    identity: Mapping[str, Any]
    has_one_size: bool
    can_be_mirrored: bool

    def source(self, seed: int, rank: int, processes: int, state: Mapping[str, Any] | None, /) -> SceneSource:
        """The scenes of one of several processes, from the first on or from a state of an earlier source."""

    def total(self, processes: int, /) -> int | None:
        """How many images each of several processes has; None where they have no end."""

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
        self.can_be_mirrored = scenes.summary.get("config") == "scenes"
        made_by = {name: scenes.summary.get(name) for name in ("split", "content_hash")}
        self.identity: Mapping[str, Any] = {"images": len(scenes), **made_by}

    def source(self, seed: int, rank: int, processes: int, state: Mapping[str, Any] | None) -> SceneSource:
        """See `TrainingData`."""
        first, again = _place(state)
        return FolderSource(self.scenes, seed, first, again=again, part=(rank, processes))

    def total(self, processes: int) -> int | None:
        """See `TrainingData`."""
        return len(self.scenes) // processes

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
        tokenizer_scenes: how many of the first a tokenizer is learnt from.
    """

    regions: int | None = None
    has_one_size = True
    can_be_mirrored = True

    def __init__(
        self,
        first: int = 0,
        seed: int = 0,
        workers: int = 1,
        device: str = "cpu",
        tokenizer_scenes: int = TOKENIZER_SCENES,
    ) -> None:
        self._first, self._seed, self._workers, self._device = first, seed, workers, device
        self._tokenizer_scenes = tokenizer_scenes
        self.identity: Mapping[str, Any] = {"scenes": "without end", "first": first, "seed": seed}
        self._stream: SceneStream | None = None
        self._early: list[SceneItem] = []

    def start(self) -> SceneStream:
        """Begin to draw; what is drawn waits."""
        if self._stream is None:
            self._stream = self._drawing(self._first, (), 1)
        return self._stream

    def source(self, _seed: int, rank: int, processes: int, state: Mapping[str, Any] | None) -> SceneSource:
        """See `TrainingData`; the order is that of the indices."""
        if state is None and processes == 1:
            stream, self._stream = self.start(), None
            early, self._early = self._early, []
            return _Continued(early, stream) if early else stream
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        first, again = (self._first + rank, ()) if state is None else _place(state)
        return self._drawing(first, again, processes)

    def total(self, _processes: int) -> int | None:
        """See `TrainingData`."""
        return None

    def captions(self) -> Iterator[str]:
        """Those of the first scenes, which are learned from as well."""
        stream = self.start()
        while len(self._early) < self._tokenizer_scenes:
            self._early.append(stream.get())
        for item in self._early:
            yield from item.captions
            yield from (caption for caption in item.short_captions if caption is not None)

    def _drawing(self, first: int, again: Sequence[int], step: int) -> SceneStream:
        ahead = AHEAD_EACH * self._workers
        return SceneStream(self._seed, first, self._workers, self._device, ahead=ahead, again=again, step=step)

    def shelf_size(self, memory: int, images: int) -> ShelfSize:
        """As many as fit."""
        side = ScenesOptions().resolution
        picture, mask = 3 * side * side, side * -(-side // 8)
        pictures = max(memory // (picture + REGIONS_OF_A_SCENE * mask), images)
        return ShelfSize(pictures, picture, pictures * REGIONS_OF_A_SCENE, mask)


class _Continued:
    """A source whose first scenes were taken from it before."""

    def __init__(self, early: Sequence[SceneItem], source: SceneSource) -> None:
        self._early, self._source = deque(early), source

    def get(self, timeout: float | None = None) -> SceneItem:
        """See `SceneSource`."""
        return self._early.popleft() if self._early else self._source.get(timeout)

    def ready(self, most: int | None = None) -> list[SceneItem]:
        """See `SceneSource`."""
        if not self._early:
            return self._source.ready(most)
        return [self._early.popleft() for _ in range(min(len(self._early), most or len(self._early)))]

    def state_dict(self) -> dict[str, Any]:
        """See `SceneSource`."""
        state = self._source.state_dict()
        return {**state, "again": [*(item.index for item in self._early), *state["again"]]}

    def close(self) -> None:
        """See `SceneSource`."""
        self._source.close()


def _place(state: Mapping[str, Any] | None) -> tuple[int, list[int]]:
    """Where a source goes on: its first index, and the indices that come before it."""
    if state is None:
        return 0, []
    return int(state["source"]["next"]), [*(index for index, _ in state["order"]["seen"]), *state["source"]["again"]]
