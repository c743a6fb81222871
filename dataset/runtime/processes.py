"""Processes beside this one that work for it: a function of the project with a task, and messages both ways.

They are interpreters of their own, not `multiprocessing`: spawn would need a guard in the user's script, and fork is
unsafe with threads. A process ends when the one that started it does, however that ends, since its standard input does.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import IO, Any, Final, cast

from ..errors import DataUnavailableError
from .cache import cache_root
from .fingerprint import content_hash
from .interpreter import module_command, module_environment
from .progress import progress_bar

__all__ = ["Parent", "WorkerProcess", "run_workers"]

ONE_THREAD: Final = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)
"""Environment of a worker: there is one for each core."""
TAIL_LINES: Final = 20
_MARK: Final = b"\x1e"
"""In front of a message, which has a line of the output to itself; all other output is the worker's last words."""


class WorkerProcess:
    """A process that runs ``function(parent, task)``, and a thread that follows what it says.

    Args:
        function: as ``module:function``; it gets a `Parent` and the task.
        task: anything that JSON can carry.
        on_message: called in the thread with each message.
        on_end: called in the thread when the process has ended.
        nice: how much it stands back for other processes, 0 to 19.
        pass_fds: open files that it gets under the same numbers.
    """

    def __init__(
        self,
        function: str,
        task: Any,
        on_message: Callable[[Any], None],
        on_end: Callable[[], None] = lambda: None,
        *,
        nice: int = 0,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._on_message, self._on_end = on_message, on_end
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._process = subprocess.Popen(
            module_command("dataset.runtime.worker", function),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=module_environment(URECA_CACHE=str(cache_root()), **ONE_THREAD),
            pass_fds=pass_fds,
        )
        self._input, self._output = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()
        self.send({"content_hash": content_hash(), "nice": nice, "task": task})

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def tail(self) -> str:
        """The last lines of its output, without messages."""
        return "".join(self._tail)

    @property
    def failure(self) -> str:
        """How it ended, if not well: ``exit code 1`` or ``signal 9``; empty if well, or not yet."""
        code = self._process.poll() or 0
        return f"signal {-code}" if code < 0 else f"exit code {code}" if code else ""

    def send(self, message: Any) -> None:
        """Send it a message; one that has ended misses it, which `on_end` tells."""
        with suppress(BrokenPipeError, ValueError):
            self._input.write(json.dumps(message).encode() + b"\n")
            self._input.flush()

    def wait(self) -> None:
        """Wait until it has ended and everything that it said was heard."""
        self._thread.join()

    def kill(self) -> None:
        """End it, without waiting; what it works on must bear that."""
        self._process.kill()

    def end(self) -> None:
        """End it if it still runs, and wait until it is gone. Not from `on_message` or `on_end`."""
        self.kill()
        self.wait()

    def _follow(self) -> None:
        for line in self._output:
            words, mark, message = line.partition(_MARK)
            if words:
                self._tail.append(words.decode(errors="replace"))
            if mark and message.endswith(b"\n"):  # else it was killed while it said it
                self._on_message(json.loads(message))
        self._output.close()
        with suppress(BrokenPipeError):  # a message that it no longer read
            self._input.close()
        self._process.wait()
        self._on_end()


class Parent:
    """The process that started this one, as the function of a `WorkerProcess` sees it.

    When it has gone, this process ends at once. Ctrl-C is the parent's to act on.
    """

    def __init__(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def receive(self) -> Any:
        """Wait for the next message."""
        return json.loads(self._lines.get())

    def send(self, message: Any) -> None:
        """Send anything that JSON can carry, at most some kilobytes."""
        sys.stdout.buffer.write(_MARK + json.dumps(message).encode() + b"\n")
        sys.stdout.buffer.flush()

    def _listen(self) -> None:
        rest = b""
        while block := os.read(0, 1 << 16):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self._lines.put(line)
        os._exit(0)


def run_workers(function: str, tasks: Sequence[Any], *, title: str, total: int, unit: str = "scene") -> None:
    """Run a function once for each task, all at once, with a progress bar, until every one has ended.

    Args:
        function: see `WorkerProcess`; every message that it sends is one more unit done.
        tasks: one for each process.
        title: what is being done, for the bar and for errors: "Drawing test scenes".
        total: units in all.
        unit: what is counted.

    Raises:
        DataUnavailableError: a process failed; its last lines are in the message.
    """
    with ExitStack() as stack:
        bar = stack.enter_context(progress_bar(title=title, unit=unit, total=total))
        workers = []
        for task in tasks:
            workers.append(WorkerProcess(function, task, lambda _: bar.update()))
            stack.callback(workers[-1].end)
        for worker in workers:
            worker.wait()
        failures = [worker for worker in workers if worker.failure]
    if failures:
        tails = "\n".join(worker.tail or f"a process ended with {worker.failure}" for worker in failures)
        raise DataUnavailableError(f"{title[0].lower()}{title[1:]} failed; finished shards are kept.\n{tails}")
