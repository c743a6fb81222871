"""Crews on this machine: worker processes, or this process itself."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from pathlib import Path
from typing import IO

from ...runtime.interpreter import module_command, module_environment
from ..run_options import RunSettings
from .crews import Outcome
from .shards import OnProgress
from .worker import attempt_shard

__all__ = ["LocalCrew", "ThisProcess"]


class ThisProcess:
    """Makes each shard when it is waited for, one at a time; an error of a shard stays with it."""

    size = 1

    def __init__(self, _size: int, out: Path, settings: RunSettings, *, retry: bool, on_progress: OnProgress) -> None:
        self._out, self._settings, self._retry, self._on_progress = out, settings, retry, on_progress
        self._shard = -1

    def start(self, shard: int) -> None:
        """Remember the shard."""
        self._shard = shard

    def wait(self) -> Outcome:
        """Make it."""
        message = attempt_shard(
            self._shard, self._out, self._settings, retry=self._retry, on_progress=self._on_progress
        )
        return Outcome.of_message(self._shard, message)

    def close(self) -> None:
        """Nothing to clean up."""


class LocalCrew:
    """Worker processes, each fed by a thread; a worker that dies is replaced for the next shard.

    They are interpreters of their own, not `multiprocessing`: spawn would need a guard in the user's script, fork is
    unsafe with threads, and a pool of `concurrent.futures` does not outlive one of its workers. A worker's death is
    seen by the end of its output and by waiting for it, so that no zombie is taken for a live one.
    """

    def __init__(self, size: int, out: Path, settings: RunSettings, *, retry: bool, on_progress: OnProgress) -> None:
        self.size = size
        self.process_ids: dict[int, int] = {}
        """Worker number -> process id, of those that run."""
        words = (str(out), settings.to_json(), "retry" if retry else "keep")
        self._command = module_command("dataset.curation.runs.worker", *words)
        self._on_progress = on_progress
        self._shards: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._closing = False
        self._workers: list[subprocess.Popen[str] | None] = [None] * size
        self._threads = [threading.Thread(target=self._feed, args=(number,), daemon=True) for number in range(size)]
        for thread in self._threads:
            thread.start()

    def start(self, shard: int) -> None:
        """Hand out a shard."""
        self._shards.put(shard)

    def wait(self) -> Outcome:
        """Wait for the next outcome."""
        return self._outcomes.get()

    def close(self) -> None:
        """End the workers; the next run resumes their shards from the journal."""
        self._closing = True
        for _ in self._threads:
            self._shards.put(None)
        for worker in self._workers:
            if worker is not None and worker.poll() is None:
                worker.terminate()
        for thread in self._threads:
            thread.join()

    def _feed(self, number: int) -> None:
        while (shard := self._shards.get()) is not None and not self._closing:
            worker = self._workers[number]
            if worker is None or worker.poll() is not None:
                worker = self._workers[number] = self._start_worker()
                self.process_ids[number] = worker.pid
            self._outcomes.put(self._make(shard, worker))
        worker = self._workers[number]
        if worker is not None:
            _end(worker)

    def _start_worker(self) -> subprocess.Popen[str]:
        environment = module_environment()
        environment.setdefault("NUMBA_NUM_THREADS", "1")
        environment.setdefault("OMP_NUM_THREADS", "1")
        return subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment
        )

    def _make(self, shard: int, worker: subprocess.Popen[str]) -> Outcome:
        try:
            _channel(worker.stdin).write(f"{shard}\n")
            _channel(worker.stdin).flush()
            for line in _channel(worker.stdout):
                message = json.loads(line)
                if "report" in message or "error" in message:
                    return Outcome.of_message(shard, message)
                if "images" in message:
                    self._on_progress(message["images"], message["answers"])
        except (BrokenPipeError, ValueError):
            pass  # it died in the middle of a line, or before it could read
        _end(worker)
        return Outcome(shard, "failed", error=f"its worker died ({_how(worker.returncode)})")


def _channel(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ValueError("the worker has no such stream")
    return stream


def _end(worker: subprocess.Popen[str]) -> None:
    if worker.poll() is None:
        worker.terminate()
    worker.wait()
    for stream in (worker.stdin, worker.stdout):
        try:
            _channel(stream).close()
        except (BrokenPipeError, ValueError):
            continue


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
