"""Scenes without end, drawn by processes beside the one that learns."""

from __future__ import annotations

import heapq
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from dataset.errors import DataUnavailableError
from dataset.runtime.processes import WorkerProcess
from dataset.scenes.options import ScenesOptions

from .items import SceneItem
from .jobs import LAST_INDEX, PATIENCE, Drawer, Job, Patience, check_stream
from .memory import open_memory, read_scene

__all__ = ["SceneStream"]

logger = logging.getLogger(__name__)

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
ANNOUNCED: Final = 10.0
"""Seconds without the next scene after which the log says what is waited for."""
WAKE: Final = 0.5
"""Seconds between two looks at whether a process hangs."""


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
        patience: how long a process may take; a scene that takes longer is left out, and the process replaced.
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
        patience: Patience = PATIENCE,
        draw: str = "baselines.training.draw:draw_example",
    ) -> None:
        options = ScenesOptions(seed=seed, resolution=resolution)
        self._ahead = AHEAD_EACH * workers if ahead is None else ahead
        check_stream(first, again, workers, self._ahead, step, device)
        self._seed, self._first, self._step, self._again = seed, first, step, list(again)
        self._patience = patience
        self._memory = open_memory()
        self._task = {"options": asdict(options), "draw": draw, "device": device, "memory": self._memory}
        self._changed = threading.Condition()
        self._jobs: dict[int, Job] = {}  # number -> what is under way or waits to be taken
        self._returned: list[Job] = []  # a heap: what a process that died had not drawn
        self._free = list(range(self._ahead))
        self._requested = self._delivered = 0
        self._skipped: list[int] = []
        self._faults = 0
        self._compiled = False
        self._waited_since: float | None = None
        self._is_announced = False
        self._closed = False
        self._error: str | None = None
        self._drawers = [Drawer() for _ in range(workers)]
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
                    self._announce()
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
                        self._announce()
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

    def _take(self) -> Job | None:
        """The next scene, if it is there."""
        if self._closed:
            raise DataUnavailableError("the stream of scenes is closed")
        while (job := self._jobs.get(self._delivered)) is not None and (job.failed or job.sizes is not None):
            del self._jobs[self._delivered]
            self._delivered += 1
            self._waited_since, self._is_announced = None, False
            if not job.failed:
                return job
        return None

    def _read(self, job: Job) -> SceneItem:
        item = read_scene(self._memory, job.slot, job.index, job.sizes or {})
        with self._changed:
            self._free.append(job.slot)
            self._hand_out()
        return item

    def _start(self, drawer: Drawer) -> None:
        drawer.begins()
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

    def _next_job(self) -> Job | None:
        if self._closed or self._error:
            return None
        if self._returned:
            return heapq.heappop(self._returned)
        if not self._free or self._index_at(self._requested) > LAST_INDEX:
            return None
        job = Job(self._requested, self._index_at(self._requested), self._free.pop())
        self._jobs[job.number] = job
        self._requested += 1
        return job

    def _hear(self, drawer: Drawer, message: Mapping[str, Any]) -> None:
        """In the process's thread: it is ready, or a scene is there, or has failed."""
        with self._changed:
            if self._error:
                return
            drawer.last_sign, drawer.ready = time.monotonic(), True
            if "number" in message:
                job = drawer.jobs.pop(0)
                drawer.deaths, drawer.has_drawn = 0, True
                self._compiled = True
                if "error" in message:
                    self._skip(job, message["error"])
                else:
                    job.sizes, self._faults = message["sizes"], 0
            self._hand_out()
            self._changed.notify_all()

    def _bury(self, drawer: Drawer) -> None:
        """In the process's thread: it has ended; another one takes its place."""
        with self._changed:
            if self._closed or self._error or drawer.process is None:
                return
            words = drawer.last_words(self._patience)
            drawer.deaths += 1
            if drawer.ready and drawer.jobs:
                self._blame(drawer, words)
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

    def _blame(self, drawer: Drawer, words: str) -> None:
        """Leave out the scene that a process hung at; what a process died of may do in another one."""
        job = drawer.jobs[0]
        job.deaths += 1
        if job is drawer.hangs_at and drawer.has_drawn:
            self._skip(drawer.jobs.pop(0), f"a process hung at it, {words}")
        elif job.deaths == DEATHS_OF_A_SCENE:
            self._skip(drawer.jobs.pop(0), f"{DEATHS_OF_A_SCENE} processes died of it: {words}")

    def _skip(self, job: Job, reason: str) -> None:
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
            drawer.end_if_late(self._patience)

    def _announce(self) -> None:
        """Say what the learner waits for if the next scene, of which it was in want, has not come for some time."""
        now = time.monotonic()
        if self._waited_since is None:
            self._waited_since = now
        if self._is_announced or now - self._waited_since < ANNOUNCED:
            return
        self._is_announced = True
        waiting = sum(job.sizes is not None for job in self._jobs.values())
        drawer = next((each for each in self._drawers if each.jobs and each.jobs[0].number == self._delivered), None)
        patience = self._patience.scene if drawer is None else drawer.patience(self._patience)
        logger.warning(
            "scene %d of train has not come for %g s%s; later scenes that wait for it: %d. "
            "A process that is silent for %g s is replaced",
            self._index_at(self._delivered),
            ANNOUNCED,
            "" if self._compiled else " (no process has drawn a scene yet: the first has to compile)",
            waiting,
            patience,
        )
