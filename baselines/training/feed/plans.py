"""Plans of batches, made ahead in a thread: scenes come from a source into a memory, and packs of them are laid out."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import numpy as np

from dataset.errors import InvalidInputError

from ...ureca.prompts import PromptHalves
from ..stream import SceneItem, SceneSource
from .memory import Shelf, ShelfSize, StoredScene, Write
from .order import Order
from .packing import Choice, Packer
from .packs import Pack, PackPlan, plan_packs
from .questions import Questions

__all__ = ["Feed", "FeedOptions", "Plan"]

logger = logging.getLogger(__name__)

AHEAD: Final = 4
"""Batches that are planned ahead."""
AT_ONCE: Final = 8
"""Scenes that are stored together; so many of a source without end are taken before a batch, however late it is."""
MOST_NEW: Final = 32
"""Scenes taken from a source without end before a batch, at most: if enough batches wait to be learned from."""
IN_TIME: Final = 2
"""Batches that must wait for the learner while more new scenes are stored than `AT_ONCE`, so that it never waits."""
QUIET: Final = 30.0
"""Seconds without a new scene, of a source without end, after which the log says so."""
MEASURED: Final = 64
"""Scenes by which the length of packs is chosen."""
ROUNDING: Final = 64
"""Lengths of packs are multiples of it, which suits the kernels of a GPU."""


@dataclass(frozen=True)
class FeedOptions:
    """How batches are made.

    Attributes:
        images: of a batch.
        regions_per_image: regions of a pack, about; where each region has its own picture, packs of an image.
        exactly: packs have this many regions where an image has, instead of as many as fit into their length.
        seed: of the order and the choice of regions.
        mirrored: show every other scene, by chance, with left and right swapped in pixels and words.
        total: images of the source; None if it has no end.
        remember_every: batches between two states that a run can go on from.
        pinned: prepare for a GPU that reads the host's memory by itself.
    """

    images: int
    regions_per_image: int
    seed: int
    exactly: bool = False
    mirrored: bool = False
    total: int | None = None
    remember_every: int = 10**9
    pinned: bool = False


@dataclass(frozen=True, eq=False)
class Plan:
    """One batch.

    Attributes:
        writes: scenes that are to be written into the memory before it is cut.
        choices: what each pack holds.
        packs: the numbers of the packs.
        new_indices: numbers of the scenes that were never there before.
        state: what a run needs to go on after this batch; None for most.
    """

    writes: Sequence[Write]
    choices: Sequence[Choice]
    packs: PackPlan
    new_indices: Sequence[int]
    state: Mapping[str, Any] | None


class Feed(Iterator[Plan]):
    """Batches without end.

    Args:
        source: of the scenes.
        prompts: how regions are asked for.
        size: of the memory.
        options: see `FeedOptions`.
        state: of an earlier feed, to go on from.
        length: tokens of a pack; chosen by the first scenes if None.

    Raises:
        InvalidInputError: no region of the first scenes fits.
    """

    def __init__(
        self,
        source: SceneSource,
        prompts: PromptHalves,
        size: ShelfSize,
        options: FeedOptions,
        state: Mapping[str, Any] | None = None,
        length: int | None = None,
    ) -> None:
        self._source, self.options = source, options
        self._questions = Questions(prompts, with_mirrored=options.mirrored)
        self._shelf = Shelf(size)
        self._order = Order(self._shelf.scenes, options.seed)
        self._filler = int(prompts.processor.tokenizer.pad_token_id or 0)
        self._quiet_since: float | None = None
        self._is_quiet = False
        self._writes: list[Write] = []
        self._new: list[int] = []
        self._batches = self._taken = 0
        if state is None:
            count = max(MEASURED, 2 * options.images)
            items = [source.get() for _ in range(min(count, options.total or count))]
            self.length = length or self._length_for(items)
            self._packer = Packer(self._questions, self._shelf, self.length, pinned=options.pinned)
            self._store(items)
        else:
            self.length, self._batches, self._taken = (int(state[name]) for name in ("length", "batches", "taken"))
            self._packer = Packer(self._questions, self._shelf, self.length, pinned=options.pinned)
            self._store(source.get() for _ in state["order"]["seen"])
            self._new = []
            self._order.restore(state["order"])
        self._plans: queue.Queue[Plan | BaseException] = queue.Queue(AHEAD)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="feed", daemon=True)
        self._thread.start()

    def __next__(self) -> Plan:
        """The next batch; waits for it."""
        plan = self._plans.get()
        if isinstance(plan, BaseException):
            raise plan
        return plan

    def close(self) -> None:
        """End the thread and the source, and say how much was too long to be learned."""
        self._closing.set()
        self._thread.join()
        self._source.close()
        if self._packer.left_out:
            logger.warning(
                "%d times a region was not learned: with its question and answer it is longer than a pack of %d tokens",
                self._packer.left_out,
                self.length,
            )

    def _work(self) -> None:
        try:
            while not self._closing.is_set():
                self._hand_over(self.plan())
        except BaseException as error:  # noqa: BLE001 - raised where the batch is asked for
            self._hand_over(error)

    def _hand_over(self, plan: Plan | BaseException) -> None:
        while not self._closing.is_set():
            try:
                self._plans.put(plan, timeout=0.2)
            except queue.Full:
                continue
            return

    def plan(self) -> Plan:
        """The next batch, made here and now: for whoever does not want the thread's."""
        if self._batches:
            self._store_new()
        scenes = self._order.choose(self.options.images)
        # Scenes of one size lie together, since their pictures are cut together.
        scenes.sort(key=lambda scene: (scene.height, scene.width))
        choices: list[Choice] = []
        packs: list[Pack] = []
        for scene in scenes:
            for choice, pack in self._packs_of(scene):
                choices.append(choice)
                packs.append(pack)
        self._batches += 1
        writes, self._writes = self._writes, []
        new, self._new = self._new, []
        state = self._state() if self._batches % self.options.remember_every == 0 else None
        return Plan(writes, choices, plan_packs(packs, self.length, self._filler), new, state)

    def _store_new(self) -> None:
        """What a source without end has ready; of a folder, images until all have come, then some to replace others."""
        images, total = self.options.images, self.options.total
        if total is None:
            return self._store_ready()
        if self._taken < total:
            count = min(images, total - self._taken)
        else:
            count = 0 if total <= self._shelf.size.pictures else max(images // 4, 1)
        return self._store(self._source.get() for _ in range(count))

    def _store_ready(self) -> None:
        """What is there of a source without end; if there is much, as long as the learner has batches to go on with."""
        count, is_more = 0, True
        while is_more and count < (MOST_NEW if self._plans.qsize() >= IN_TIME else AT_ONCE):
            items = self._source.ready(AT_ONCE)
            self._store(items)
            count += len(items)
            is_more = len(items) == AT_ONCE
        self._listen(has_come=count > 0)

    def _listen(self, *, has_come: bool) -> None:
        """Say when new scenes have stopped to come, and when they come again."""
        now = time.monotonic()
        if has_come:
            if self._is_quiet and self._quiet_since is not None:
                logger.warning("new scenes come again, after %.0f s", now - self._quiet_since)
            self._quiet_since, self._is_quiet = None, False
        elif self._quiet_since is None:
            self._quiet_since = now
        elif not self._is_quiet and now - self._quiet_since >= QUIET:
            self._is_quiet = True
            words = "no new scene has come for %g s: until one comes, the %d scenes in memory are learned from again"
            logger.warning(words, QUIET, len(self._shelf))

    def _packs_of(self, scene: StoredScene) -> Iterator[tuple[Choice, Pack]]:
        """The packs of a scene; what is drawn depends on the seed, the scene, and how often it was seen."""
        draw = np.random.default_rng([self.options.seed, scene.index, scene.seen])
        is_mirrored = self.options.mirrored and bool(draw.integers(2))
        order = draw.permutation(len(scene.regions))
        if self.options.exactly or not self._questions.shares_image:
            order = order[: self.options.regions_per_image]
        return self._packer.packs(scene, order.tolist(), is_mirrored=is_mirrored)

    def _store(self, items: Iterable[SceneItem]) -> None:
        remaining = iter(items)
        while group := list(islice(remaining, AT_ONCE)):
            self._taken += len(group)
            for item, write in self._packer.store(group):
                if write is not None:
                    self._order.add(write.scene)
                    self._writes.append(write)
                    self._new.append(item.index)

    def _state(self) -> dict[str, Any]:
        return {
            "batches": self._batches,
            "length": self.length,
            "taken": self._taken,
            "order": self._order.state(),
            "source": self._source.state_dict(),
        }

    def _length_for(self, items: Sequence[SceneItem]) -> int:
        """A length for the wanted number of regions: of mean length, or of any if there must be as many."""
        prefix = max(len(self._questions.prefix(item.image.shape[0], item.image.shape[1])) for item in items)
        sizes = [sorted(tokens.lengths.tolist(), reverse=True) for tokens, _ in self._questions.tokens(items)]
        lengths = [length for of_item in sizes for length in of_item]
        if not lengths:
            raise InvalidInputError("training data", [f"none of the first {len(items)} images has a region"])
        if not self._questions.shares_image:
            return rounded_up(1.1 * (prefix + max(lengths)))
        count = self.options.regions_per_image
        most = max(sum(of_item[:count]) for of_item in sizes) if self.options.exactly else 0.0
        return rounded_up(prefix + max(max(lengths), count * sum(lengths) / len(lengths), most))


def rounded_up(length: float) -> int:
    """The next length that suits the kernels of a GPU."""
    return int(-(-length // ROUNDING) * ROUNDING)
