"""The process that scores one submission, as its worker sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dataset.runtime.interpreter import module_environment

from .score_one import Task

__all__ = ["ScoringProcess"]

_SECRETS = ("DATABASE_URL", "URECA_LEADERBOARD_DATABASE_URL")
_LOG_LENGTH = 4_000


@dataclass(slots=True)
class ScoringProcess:
    """A running process and its last messages.

    Attributes:
        doing: what it is computing.
        error: why it gave up, in its own words.
    """

    process: subprocess.Popen[str]
    log_file: Path
    doing: str = ""
    error: str = ""
    _listener: threading.Thread | None = None

    @classmethod
    def start(cls, command: Sequence[str], task: Task, folder: Path) -> ScoringProcess:
        """Start scoring in a folder, in a group of processes of its own and without the secrets of this one."""
        environment = {name: value for name, value in module_environment().items() if name not in _SECRETS}
        log_file = folder / "log.txt"
        with log_file.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
        child = cls(process, log_file)
        child._listener = threading.Thread(target=child._listen, daemon=True)
        child._listener.start()
        with contextlib.suppress(BrokenPipeError):  # it died already; its exit code says how
            if process.stdin is not None:  # never closed: its end tells the child that the worker is gone
                process.stdin.write(task.to_json() + "\n")
                process.stdin.flush()
        return child

    @property
    def code(self) -> int:
        """How it ended; minus the signal's number if by a signal."""
        return self.process.wait()

    def ended(self, seconds: float) -> bool:
        """Whether it ended by itself within some seconds; all its messages have been read by then."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._close()
        return True

    def kill(self) -> None:
        """End it and whatever it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._close()

    def log(self) -> str:
        """The end of what it wrote on its error output."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")[-_LOG_LENGTH:]

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            try:
                message = json.loads(line)
            except ValueError:
                continue  # some library printed something
            if isinstance(message, dict):
                self.doing = str(message.get("doing", self.doing))
                self.error = str(message.get("error", self.error))

    def _close(self) -> None:
        """Kill what it left running in its group, read the rest, and close the pipes."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if self._listener is not None:
            self._listener.join(timeout=5)
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
