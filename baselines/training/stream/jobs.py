"""Scenes that a stream has asked for, and the processes that it asked."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dataset.errors import InvalidInputError
from dataset.runtime.processes import WorkerProcess

__all__ = ["LAST_INDEX", "PATIENCE", "Drawer", "Job", "Patience", "check_stream"]

LAST_INDEX: Final = 2**40 - 1
"""A scene's seed has 40 bits for its index; above them is the split, so that no index of train meets another split."""
DEVICES: Final = ("cpu", "cuda")
"""What scenes are rendered on."""


@dataclass(frozen=True)
class Patience:
    """How long a process may be silent, in seconds, before it is taken to hang.

    Attributes:
        start: until it has drawn its first scene: it may have to compile, many at a time and under load.
        scene: for each scene after that.
    """

    start: float = 900.0
    scene: float = 60.0


PATIENCE: Final = Patience()


@dataclass(order=True)
class Job:
    """One scene to be drawn.

    Attributes:
        number: place in the order of the stream.
        index: of the scene.
        slot: of the memory that it is to be put into.
        deaths: how many processes died of it.
        sizes: what `read_scene` needs, once it has been drawn.
        failed: whether it was left out.
    """

    number: int
    index: int = field(compare=False)
    slot: int = field(compare=False)
    deaths: int = field(default=0, compare=False)
    sizes: Mapping[str, Any] | None = field(default=None, compare=False)
    failed: bool = field(default=False, compare=False)


@dataclass(eq=False)
class Drawer:
    """One of the processes, through its restarts.

    Attributes:
        process: that draws now.
        jobs: it was asked for, in order; the first is being drawn.
        ready: whether the process has said that it can draw.
        has_drawn: whether the process has finished a scene.
        deaths: how often in a row a process ended before it had drawn a scene.
        last_sign: when the process last said something, or began to draw.
        hangs_at: the scene at which it hung, if it was ended for that.
    """

    process: WorkerProcess | None = None
    jobs: list[Job] = field(default_factory=list)
    ready: bool = False
    has_drawn: bool = False
    deaths: int = 0
    last_sign: float = 0.0
    hangs_at: Job | None = None

    def begins(self) -> None:
        """Another process takes the place of the one before."""
        self.ready, self.has_drawn, self.hangs_at, self.last_sign = False, False, None, time.monotonic()

    def patience(self, patience: Patience) -> float:
        """Seconds that the process may be silent now."""
        return patience.scene if self.has_drawn else max(patience.start, patience.scene)

    def end_if_late(self, patience: Patience) -> None:
        """Kill the process if it has been silent for too long over a scene."""
        if not self.jobs or self.hangs_at is not None or self.process is None:
            return
        if time.monotonic() - self.last_sign > self.patience(patience):
            self.hangs_at = self.jobs[0]
            self.process.kill()

    def last_words(self, patience: Patience) -> str:
        """Why the process ended, and the last lines of its output."""
        if self.process is None:
            return ""
        silence = f"no answer for {self.patience(patience):g} s"
        how = self.process.failure or "exit code 0" if self.hangs_at is None else silence
        return f"{how}\n{self.process.tail}".strip()


def check_stream(first: int, again: Sequence[int], workers: int, ahead: int, step: int, device: str) -> None:
    """Raise if arguments of `SceneStream` are out of range.

    Raises:
        InvalidInputError: it names all of them.
    """
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
