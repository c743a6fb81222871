"""Captions of single regions by models that lie beside the code, made by one warm process, one after the other.

The leaderboard imports neither models nor `baselines`: it starts ``python -m baselines.caption --requests``, which
keeps its model in memory, and gives it one region after another. Whoever asks stands in a queue with a limit.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from dataset.errors import DataUnavailableError, LimitReachedError
from dataset.runtime.interpreter import module_command, module_environment

__all__ = ["Captioner", "Trial", "TrialQueue"]

SECONDS: Final = 180.0
"""For one region, loading the model included."""
IDLE_SECONDS: Final = 300.0
"""After so long without a question the process ends and gives its memory back."""
_ANSWERS_KEPT: Final = 512
_TAIL: Final = 600

Mask = npt.NDArray[np.bool_]


@dataclass(eq=False)
class Trial:
    """A region that waits for its caption.

    Attributes:
        caption: None until it is there.
        error: why there will be none.
    """

    model: Path
    image: Path
    mask: Callable[[], Mask]
    key: tuple[str, str]
    caption: str | None = None
    error: str = ""
    over: threading.Event = field(default_factory=threading.Event)


class TrialQueue:
    """Takes regions from all visitors; one thread asks the process for their captions.

    Args:
        limit: how many may wait.
        seconds: for one region.
        idle_seconds: after which the process ends.
    """

    def __init__(self, limit: int, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._limit, self._seconds, self._idle_seconds = limit, seconds, idle_seconds
        self._waiting: deque[Trial] = deque()
        self._answers: dict[tuple[str, str], str] = {}
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, model: Path, image: Path, mask: Callable[[], Mask], region: str) -> Trial:
        """Stand in the queue; what was asked before is answered at once.

        Raises:
            LimitReachedError: too many wait already.
        """
        trial = Trial(model, image, mask, (model.name, region))
        with self._change:
            if trial.key in self._answers:
                trial.caption = self._answers[trial.key]
                trial.over.set()
                return trial
            same = next((other for other in self._waiting if other.key == trial.key), None)
            if same is not None:
                return same
            if len(self._waiting) >= self._limit:
                raise LimitReachedError(f"{self._limit} regions wait already; try again in a minute.", 60.0)
            self._waiting.append(trial)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()
            self._change.notify_all()
        return trial

    def position(self, trial: Trial) -> int:
        """1 for the region that is being captioned; 0 if it is over."""
        with self._change:
            return next((number for number, other in enumerate(self._waiting, 1) if other is trial), 0)

    def _work(self) -> None:
        captioner: Captioner | None = None
        while True:
            with self._change:
                if not self._waiting and not self._change.wait_for(lambda: bool(self._waiting), self._idle_seconds):
                    self._thread = None
                    break
                trial = self._waiting[0]
            try:
                if captioner is None or captioner.model != trial.model or not captioner.alive:
                    if captioner is not None:
                        captioner.stop()
                    captioner = Captioner(trial.model)
                trial.caption = captioner.caption(trial.image, trial.mask(), self._seconds)
            except DataUnavailableError as error:
                trial.error = str(error)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait behind it must go on
                trial.error = f"the model could not be asked ({type(error).__name__})"
            with self._change:
                self._waiting.popleft()
                if trial.caption is not None:
                    self._answers[trial.key] = trial.caption
                    while len(self._answers) > _ANSWERS_KEPT:
                        del self._answers[next(iter(self._answers))]
            trial.over.set()
        if captioner is not None:
            captioner.stop()


class Captioner:
    """A process that has a model in memory.

    Args:
        model: folder of a checkpoint.
    """

    def __init__(self, model: Path) -> None:
        self.model = model
        self._folder = tempfile.TemporaryDirectory(prefix="ureca-try-")
        self._log = Path(self._folder.name) / "log.txt"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                module_command("baselines.caption", str(model), "--requests"),
                env=module_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def caption(self, image: Path, mask: Mask, seconds: float = SECONDS) -> str:
        """What the model says of one region.

        Args:
            image: the picture.
            mask: (height, width) of the picture.
            seconds: to wait at most.

        Raises:
            DataUnavailableError: it took too long, or it failed; with the end of its error output.
        """
        drawn = Path(self._folder.name) / "mask.png"
        Image.fromarray(mask.astype(np.uint8) * 255).save(drawn)
        deadline = time.monotonic() + seconds
        with contextlib.suppress(OSError):  # it ended already; the reason follows
            if self._process.stdin is not None:
                self._process.stdin.write(json.dumps({"image": str(image), "mask": str(drawn)}) + "\n")
                self._process.stdin.flush()
        while time.monotonic() < deadline:
            try:
                answer: dict[str, Any] = json.loads(self._answers.get(timeout=0.2))
            except queue.Empty:
                if self.alive or not self._answers.empty():
                    continue
                break
            if "caption" in answer:
                return str(answer["caption"])
            raise DataUnavailableError(f"the model failed: {answer.get('error', '')}")
        ended = not self.alive
        self._process.kill()
        self._process.wait()
        if not ended:
            raise DataUnavailableError(f"the model did not answer within {seconds:.0f} seconds")
        tail = self._log.read_text(encoding="utf-8", errors="replace").strip()[-_TAIL:]
        raise DataUnavailableError(f"the model failed: {tail}")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            if line.startswith("{"):  # libraries print, too
                self._answers.put(line)
