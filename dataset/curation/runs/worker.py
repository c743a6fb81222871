"""A process that makes shards: ``python -m dataset.curation.runs.worker OUT SETTINGS RETRY``; started by `.local`.

It reads shard numbers from its input, one a line, and writes JSON lines: progress, and one report or error for each
shard. When its input ends, because the parent did, it ends at once; the journal takes that as any other death.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..run_options import RunSettings
from ..stages import ServerUnavailableError
from .shards import OnProgress, run_shard

__all__ = ["attempt_shard", "serve"]


def serve(out: Path, settings: RunSettings, *, retry: bool) -> None:
    """Make the shards named on standard input until it ends."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what others print does not disturb the channel
    lock = threading.Lock()

    def say(**message: Any) -> None:
        with lock:
            channel.write(json.dumps(message) + "\n")
            channel.flush()

    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            waiting.put(int(line))
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    say(ready=True)
    while True:
        shard = waiting.get()
        counter = _Counter(say)
        message = attempt_shard(shard, out, settings, retry=retry, on_progress=counter.add)
        counter.flush()
        say(**message)


def attempt_shard(
    shard: int,
    out: Path,
    settings: RunSettings,
    *,
    retry: bool,
    on_progress: OnProgress = lambda _images, _answers: None,
) -> dict[str, Any]:
    """Make a shard; a message that can cross processes says what became of it, and no error goes further.

    Returns:
        ``{"report": ...}``, or ``{"error": words, "traceback": where, "server": whether the server is to blame}``.
    """
    try:
        report = run_shard(shard, out, settings, retry=retry, on_progress=on_progress)
    except Exception as error:  # noqa: BLE001 - one shard's error is not to reach the others
        return {
            "error": f"{type(error).__name__}: {error}",
            "traceback": "".join(traceback.format_exception(error)),
            "server": isinstance(error, ServerUnavailableError),
        }
    return {"report": asdict(report)}


class _Counter:
    """Says how far a shard is, a few times a second."""

    def __init__(self, say: Any, every: float = 0.25) -> None:
        self._say, self._every = say, every
        self._images = self._answers = 0
        self._said = time.monotonic()

    def add(self, images: int, answers: int) -> None:
        self._images += images
        self._answers += answers
        if time.monotonic() - self._said >= self._every:
            self.flush()

    def flush(self) -> None:
        if self._images or self._answers:
            self._say(images=self._images, answers=self._answers)
        self._images = self._answers = 0
        self._said = time.monotonic()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), RunSettings.from_json(sys.argv[2]), retry=sys.argv[3] == "retry")
