"""Protects processes that work for another one: messages come whole, failures are told, none outlives its parent."""

import queue
import signal
import subprocess
import sys
import time

import psutil
import pytest

from dataset.errors import DataUnavailableError
from dataset.runtime import processes
from dataset.runtime.interpreter import module_environment
from dataset.runtime.processes import WorkerProcess, run_workers

ERRANDS = "tests.support.errands:"
WAIT = 60


def test_messages_arrive_whole_and_other_words_are_kept_apart() -> None:
    messages = []
    worker = WorkerProcess(f"{ERRANDS}count", {"numbers": 100}, messages.append)
    worker.wait()
    assert messages == list(range(100))
    assert "beside the point" in worker.tail
    assert len(worker.tail.splitlines()) <= processes.TAIL_LINES
    assert worker.failure == ""


def test_a_task_of_any_size_travels_and_answers_come_back() -> None:
    answers: queue.SimpleQueue = queue.SimpleQueue()
    worker = WorkerProcess(f"{ERRANDS}answer", list(range(100_000)), answers.put, nice=3)  # too long for a command line
    try:
        niceness, threads, length = answers.get(timeout=WAIT)
        assert (threads, length) == ("1", 100_000)
        assert niceness >= 3
        worker.send({"caption": "é\n"})
        assert answers.get(timeout=WAIT) == {"caption": "é\n"}
    finally:
        worker.end()
    assert worker.failure == f"signal {int(signal.SIGKILL)}"
    worker.send("nobody hears this")


def test_a_failing_process_is_reported_with_its_last_words_and_ends_the_others() -> None:
    with pytest.raises(DataUnavailableError, match=r"(?s)^drawing pictures failed.*RuntimeError: the pen is broken"):
        run_workers(f"{ERRANDS}break_down", ["pen", "pencil"], title="Drawing pictures", total=2)
    with pytest.raises(DataUnavailableError, match="no_such_errand"):
        run_workers(f"{ERRANDS}no_such_errand", [None], title="Drawing pictures", total=1)


def test_changed_files_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "content_hash", lambda: "of other files")
    with pytest.raises(DataUnavailableError, match=r"files of the package changed .* start again"):
        run_workers(f"{ERRANDS}count", [{"numbers": 1}], title="Drawing pictures", total=1)


PARENT = """
from dataset.runtime.processes import WorkerProcess
worker = WorkerProcess("tests.support.errands:sleep", None, lambda pid: print(pid, flush=True))
worker.wait()
"""


def test_a_process_ends_with_its_parent_however_that_ends() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], env=module_environment(), stdout=subprocess.PIPE)
    with parent:
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + WAIT
    while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.02)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
