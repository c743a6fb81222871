"""Scenes without end, drawn by processes beside the one that learns."""

from __future__ import annotations

import heapq
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from dataset.errors import DataUnavailableError, InvalidInputError
from dataset.runtime.processes import WorkerProcess
from dataset.scenes.options import ScenesOptions

from .items import SceneItem
from .memory import open_memory, read_scene

__all__ = ["SceneStream"]

logger = logging.getLogger(__name__)

LAST_INDEX: Final = 2**40 - 1
"""A scene's seed has 40 bits for its index; above them is the split, so that no index of train meets another split."""
DEVICES: Final = ("cpu", "cuda")
"""What scenes are rendered on."""
AHEAD_EACH: Final = 4
QUEUED_EACH: Final = 2
"""Scenes that a process has been asked for: it draws one and need not wait for the next."""
MOST_FAULTS: Final = 5
"""So many scenes in a row may fail; one more, and it is not the scenes."""
MOST_DEATHS: Final = 3
"""So often in a row a process may die before it has drawn a scene."""
DEATHS_OF_A_SCENE: Final = 2
"""A scene that so many processes died of is left out."""
NICE: Final = 10
START_PATIENCE: Final = 300.0
"""Seconds that a process has at least until it is ready to draw."""
WAKE: Final = 0.5
"""Seconds between two looks at whether a process hangs."""


@dataclass(order=True)
class _Job:
    """One scene to be drawn."""

    number: int
    index: int = field(compare=False)
    slot: int = field(compare=False)
    deaths: int = field(default=0, compare=False)
    sizes: Mapping[str, Any] | None = field(default=None, compare=False)
    failed: bool = field(default=False, compare=False)


@dataclass(eq=False)
class _Drawer:
    """One of the processes, through its restarts."""

    process: WorkerProcess | None = None
    jobs: list[_Job] = field(default_factory=list)
    ready: bool = False
    deaths: int = 0
    last_sign: float = 0.0
    hangs: bool = False


class SceneStream:
    """A `SceneSource` of the scenes of train from an index on: index after index, whatever process drew which.

    Args:
        seed: of the scenes, see `ScenesOptions`; 0 is the benchmark.
        first: index of the first scene.
        workers: processes that draw.
        device: what they render on.
        ahead: scenes that may be under way or waiting; four for each process if None.
        again: indices that come before `first`, in this order: those that a resumed run had.
        step: from one index to the next; for several learners, each with its own `first`.
        resolution: side of the images in pixels.
        patience: seconds that a process may take for one scene, with what it compiles before its first.
        draw: what draws, as ``module:function`` with the arguments and results of `draw_example`.

    Raises:
        InvalidInputError: an argument is out of range.
    """

    def __init__(
        self,
        seed: int,
        first: int,
        workers: int,
        device: str = "cpu",
        *,
        ahead: int | None = None,
        again: Sequence[int] = (),
        step: int = 1,
        resolution: int = 448,
        patience: float = 900.0,
        draw: str = "baselines.training.draw:draw_example",
    ) -> None:
        options = ScenesOptions(seed=seed, resolution=resolution)
        self._ahead = AHEAD_EACH * workers if ahead is None else ahead
        _check(first, again, workers, self._ahead, step, device)
        self._seed, self._first, self._step, self._again = seed, first, step, list(again)
        self._patience = patience
        self._memory = open_memory()
        self._task = {"options": asdict(options), "draw": draw, "device": device, "memory": self._memory}
        self._changed = threading.Condition()
        self._jobs: dict[int, _Job] = {}  # number -> what is under way or waits to be taken
        self._returned: list[_Job] = []  # a heap: what a process that died had not drawn
        self._free = list(range(self._ahead))
        self._requested = self._delivered = 0
        self._skipped: list[int] = []
        self._faults = 0
        self._compiled = False
        self._closed = False
        self._error: str | None = None
        self._drawers = [_Drawer() for _ in range(workers)]
        try:
            with self._changed:
                for drawer in self._drawers:
                    self._start(drawer)
                self._hand_out()
        except BaseException:
            self.close()
            raise

    @property
    def process_ids(self) -> list[int]:
        """Ids of the processes that draw."""
        with self._changed:
            return [drawer.process.pid for drawer in self._drawers if drawer.process is not None]

    @property
    def skipped(self) -> list[int]:
        """Indices of the scenes that could not be drawn, so far."""
        with self._changed:
            return list(self._skipped)

    def get(self, timeout: float | None = None) -> SceneItem:
        """See `SceneSource`."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._changed:
                job = self._take()
                if job is None:
                    self._check_health()
                    left = WAKE if end is None else end - time.monotonic()
                    if left <= 0:
                        raise TimeoutError(f"scene {self._index_at(self._delivered):,} was not there in {timeout:g} s")
                    self._changed.wait(min(WAKE, left))
            if job is not None:
                return self._read(job)

    def ready(self, most: int | None = None) -> list[SceneItem]:
        """See `SceneSource`."""
        items: list[SceneItem] = []
        while most is None or len(items) < most:
            with self._changed:
                job = self._take()
                if job is None:
                    if not items:
                        self._check_health()
                    break
            items.append(self._read(job))
        return items

    def state_dict(self) -> dict[str, Any]:
        """See `SceneSource`."""
        with self._changed:
            position = max(self._delivered - len(self._again), 0)
            return {
                "seed": self._seed,
                "next": self._first + position * self._step,
                "again": self._again[self._delivered :],
            }

    def close(self) -> None:
        """See `SceneSource`; the processes have ended when it returns."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        for drawer in self._drawers:
            if drawer.process is not None:
                drawer.process.end()
        os.close(self._memory)

    def __enter__(self) -> SceneStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _index_at(self, number: int) -> int:
        again = len(self._again)
        return self._again[number] if number < again else self._first + (number - again) * self._step

    def _take(self) -> _Job | None:
        """The next scene, if it is there."""
        if self._closed:
            raise DataUnavailableError("the stream of scenes is closed")
        while (job := self._jobs.get(self._delivered)) is not None and (job.failed or job.sizes is not None):
            del self._jobs[self._delivered]
            self._delivered += 1
            if not job.failed:
                return job
        return None

    def _read(self, job: _Job) -> SceneItem:
        item = read_scene(self._memory, job.slot, job.index, job.sizes or {})
        with self._changed:
            self._free.append(job.slot)
            self._hand_out()
        return item

    def _start(self, drawer: _Drawer) -> None:
        drawer.ready, drawer.hangs, drawer.last_sign = False, False, time.monotonic()
        drawer.process = WorkerProcess(
            "baselines.training.stream.worker:draw_scenes",
            self._task,
            lambda message: self._hear(drawer, message),
            lambda: self._bury(drawer),
            nice=NICE,
            pass_fds=[self._memory],
        )

    def _hand_out(self) -> None:
        """Ask for as many scenes as there is room for; until one is there, only the first process compiles."""
        drawers = self._drawers if self._compiled else self._drawers[:1]
        while True:
            drawer = min(drawers, key=lambda each: len(each.jobs))
            job = self._next_job() if len(drawer.jobs) < QUEUED_EACH else None
            if job is None or drawer.process is None:
                return
            if not drawer.jobs:
                drawer.last_sign = time.monotonic()
            drawer.jobs.append(job)
            drawer.process.send([job.number, job.index, job.slot])

    def _next_job(self) -> _Job | None:
        if self._closed or self._error:
            return None
        if self._returned:
            return heapq.heappop(self._returned)
        if not self._free or self._index_at(self._requested) > LAST_INDEX:
            return None
        job = _Job(self._requested, self._index_at(self._requested), self._free.pop())
        self._jobs[job.number] = job
        self._requested += 1
        return job

    def _hear(self, drawer: _Drawer, message: Mapping[str, Any]) -> None:
        """In the process's thread: it is ready, or a scene is there, or has failed."""
        with self._changed:
            if self._error:
                return
            drawer.last_sign, drawer.ready = time.monotonic(), True
            if "number" in message:
                job = drawer.jobs.pop(0)
                drawer.deaths = 0
                self._compiled = True
                if "error" in message:
                    self._skip(job, message["error"])
                else:
                    job.sizes, self._faults = message["sizes"], 0
            self._hand_out()
            self._changed.notify_all()

    def _bury(self, drawer: _Drawer) -> None:
        """In the process's thread: it has ended; another one takes its place."""
        with self._changed:
            if self._closed or self._error or drawer.process is None:
                return
            how = f"no answer for {self._patience:g} s" if drawer.hangs else drawer.process.failure or "exit code 0"
            words = f"{how}\n{drawer.process.tail}".strip()
            drawer.deaths += 1
            if drawer.ready and drawer.jobs:
                drawer.jobs[0].deaths += 1
                if drawer.jobs[0].deaths == DEATHS_OF_A_SCENE:
                    self._skip(drawer.jobs.pop(0), f"{DEATHS_OF_A_SCENE} processes died of it: {words}")
            for job in drawer.jobs:
                heapq.heappush(self._returned, job)
            drawer.jobs = []
            if drawer.deaths > MOST_DEATHS:
                self._fail(f"a process that draws ended {drawer.deaths} times before it had drawn a scene: {words}")
            if self._error is None:
                logger.warning("a process that draws scenes ended and is started again: %s", words)
                try:
                    self._start(drawer)
                except OSError as error:  # no memory, or no process, is left
                    self._fail(f"a process that draws could not be started: {error}")
            self._hand_out()
            self._changed.notify_all()

    def _skip(self, job: _Job, reason: str) -> None:
        logger.warning("scene %d of train was left out, it could not be drawn: %s", job.index, reason.strip())
        job.failed = True
        self._free.append(job.slot)
        self._skipped.append(job.index)
        self._faults += 1
        if self._faults > MOST_FAULTS:
            self._fail(f"{self._faults} scenes in a row could not be drawn, the last was {job.index}: {reason.strip()}")

    def _fail(self, problem: str) -> None:
        self._error = problem
        for drawer in self._drawers:
            if drawer.process is not None:
                drawer.process.kill()

    def _check_health(self) -> None:
        """Raise if no more scenes will come; end a process that hangs, so that it is replaced."""
        if self._error is not None:
            raise DataUnavailableError(
                f"no more scenes: {self._error}\nThe next would have been scene {self._index_at(self._delivered):,}. "
                "Start the same command again to go on from the last state that was saved; with fewer workers if the "
                "memory ran out (signal 9). Or draw a folder first: ureca draw --split train --images 1000 --out DIR"
            )
        for drawer in self._drawers:
            patience = self._patience if drawer.ready else max(self._patience, START_PATIENCE)
            late = drawer.jobs and time.monotonic() - drawer.last_sign > patience
            if late and not drawer.hangs and drawer.process is not None:
                drawer.hangs = True
                drawer.process.kill()


def _check(first: int, again: Sequence[int], workers: int, ahead: int, step: int, device: str) -> None:
    problems = [
        f"{name}: expected 0 to {LAST_INDEX:,}, found {index}"
        for name, index in [("first", first), *(("again", index) for index in again)]
        if not 0 <= index <= LAST_INDEX
    ]
    problems += [
        f"{name}: expected 1 or more, found {value}"
        for name, value in (("workers", workers), ("ahead", ahead), ("step", step))
        if value < 1
    ]
    problems += [] if device in DEVICES else [f"device: expected {' or '.join(DEVICES)}, found {device!r}"]
    if problems:
        raise InvalidInputError("the stream of scenes", problems)
