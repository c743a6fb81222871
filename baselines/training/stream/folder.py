"""The scenes of a folder of shards, epoch after epoch."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from dataset.errors import DataUnavailableError, InvalidInputError

from ..shards import Scenes
from .items import SceneItem

__all__ = ["FolderSource"]


class FolderSource:
    """A `SceneSource` of a folder: every image once in each epoch, in an order that seed and epoch decide.

    A thread reads ahead.

    Args:
        scenes: the folder.
        seed: of the order.
        first: position to begin at; epochs follow each other without a gap.
        again: images that come before, in this order: those that a resumed run had.
        ahead: how many images are read ahead.
        part: (rank, processes) where several learn: each has every so manyth image of an epoch, all as many.

    Raises:
        InvalidInputError: `first` or `again` is out of range.
    """

    def __init__(
        self,
        scenes: Scenes,
        seed: int,
        first: int = 0,
        *,
        again: Sequence[int] = (),
        ahead: int = 16,
        part: tuple[int, int] = (0, 1),
    ) -> None:
        problems = [f"first: expected 0 or more, found {first}"] if first < 0 else []
        problems += [
            f"again: expected images 0 to {len(scenes) - 1:,}, found {index}"
            for index in again
            if not 0 <= index < len(scenes)
        ]
        if problems:
            raise InvalidInputError(
                f"scenes of {scenes.folder}", problems, "Resume with the folder of the first start."
            )
        self._scenes, self._seed, self._ahead, self._part = scenes, seed, ahead, part
        self._again, self._first = list(again), first
        self._delivered = self._requested = 0
        self._closed = False
        self._order = 0, self._epoch_order(0)
        self._reader = ThreadPoolExecutor(1, "scenes")
        self._items: deque[Future[SceneItem]] = deque()
        self._read_ahead()

    def get(self, timeout: float | None = None) -> SceneItem:
        """See `SceneSource`."""
        if self._closed:
            raise DataUnavailableError(f"the scenes of {self._scenes.folder} are closed")
        item = self._items[0].result(timeout)
        self._items.popleft()
        self._delivered += 1
        self._read_ahead()
        return item

    def ready(self, most: int | None = None) -> list[SceneItem]:
        """See `SceneSource`."""
        items: list[SceneItem] = []
        there = sum(item.done() for item in self._items)
        while len(items) < (there if most is None else min(most, there)) and self._items[0].done():
            items.append(self.get())
        return items

    def state_dict(self) -> dict[str, Any]:
        """See `SceneSource`."""
        position = max(self._delivered - len(self._again), 0)
        return {"seed": self._seed, "next": self._first + position, "again": self._again[self._delivered :]}

    def close(self) -> None:
        """See `SceneSource`."""
        self._closed = True
        self._reader.shutdown(cancel_futures=True)

    def __enter__(self) -> FolderSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_ahead(self) -> None:
        while len(self._items) < self._ahead:
            index = self._index_at(self._requested)
            self._requested += 1
            self._items.append(self._reader.submit(self._read, index))

    def _read(self, index: int) -> SceneItem:
        return SceneItem.of_example(index, self._scenes.read(index))

    def _index_at(self, number: int) -> int:
        if number < len(self._again):
            return self._again[number]
        rank, processes = self._part
        epoch, position = divmod(self._first + number - len(self._again), len(self._scenes) // processes)
        if epoch != self._order[0]:
            self._order = epoch, self._epoch_order(epoch)
        return int(self._order[1][rank + processes * position])

    def _epoch_order(self, epoch: int) -> Any:
        return np.random.default_rng([self._seed, epoch]).permutation(len(self._scenes))
