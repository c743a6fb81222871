"""METEOR 1.5's own program, driven so that it can neither hang nor answer for the wrong item.

Lines are written by a second thread while answers are read, stderr is dropped, the separator ``|||`` and line ends
never reach the program, and a watchdog ends it when an item takes too long.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Sequence

import numpy as np

from dataset.errors import DataUnavailableError

from ...text.java import java_command, pycocoevalcap_file
from ..base import FloatArray
from .parameters import STATISTICS

__all__ = ["JavaMeteor", "as_one_line"]

_LINE_END = re.compile("[\n\r\v\f\x85\u2028\u2029]")


class JavaMeteor:
    """The METEOR 1.5 program of pycocoevalcap with its options (English, ``-norm``).

    Args:
        patience: seconds to wait for one item (the first one includes the program's start).
    """

    signature = "meteor-1.5-java"

    def __init__(self, patience: float = 300.0) -> None:
        self.patience = patience

    def statistics(self, candidates: Sequence[str], references: Sequence[Sequence[str]]) -> FloatArray:
        """METEOR's counts of each candidate against the reference that scores best.

        Args:
            candidates: tokenised candidates.
            references: one or more tokenised references of each candidate.

        Returns:
            float64 (candidates, `STATISTICS`).

        Raises:
            DataUnavailableError: the program failed, or took longer than `patience` over an item.
        """
        lines = [_score_line(*pair) for pair in zip(candidates, references, strict=True)]
        distinct = list(dict.fromkeys(lines))
        answers = dict(zip(distinct, self._ask(distinct), strict=True))
        return np.array([answers[line] for line in lines], np.float64).reshape(len(lines), STATISTICS)

    def _ask(self, lines: Sequence[str]) -> list[list[float]]:
        if not lines:
            return []
        jar = pycocoevalcap_file("meteor", "meteor-1.5.jar")
        pycocoevalcap_file("meteor", "data", "paraphrase-en.gz")
        command = java_command("-Xmx2G", "-jar", str(jar), "-", "-", "-stdio", "-l", "en", "-norm")
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=jar.parent
        ) as process:
            watchdog = _Watchdog(process, self.patience)
            writer = threading.Thread(target=_write_lines, args=(process, lines), daemon=True)
            watchdog.start()
            writer.start()
            try:
                return [self._read(process, watchdog, line) for line in lines]
            finally:
                watchdog.stop()
                process.kill()
                writer.join()

    def _read(self, process: subprocess.Popen[bytes], watchdog: _Watchdog, line: str) -> list[float]:
        assert process.stdout is not None  # noqa: S101 - for the type checker; it is a pipe
        answer = process.stdout.readline()
        watchdog.feed()
        try:
            values = [float(value) for value in answer.split()]
        except ValueError:
            values = []
        if len(values) != STATISTICS:
            why = f"gave no answer within {self.patience:g} s" if watchdog.fired else f"answered {answer[:80]!r}"
            raise DataUnavailableError(
                f"METEOR {why} to: {line[:200]!r}. Is the caption longer than a caption should be?"
            )
        return values


class _Watchdog(threading.Thread):
    """Kills a process that has not been fed for `patience` seconds."""

    def __init__(self, process: subprocess.Popen[bytes], patience: float) -> None:
        super().__init__(daemon=True)
        self.fired = False
        self._process, self._patience = process, patience
        self._fed = time.monotonic()
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(min(0.5, self._patience / 4)):
            if time.monotonic() - self._fed > self._patience:
                self.fired = True
                self._process.kill()
                return

    def feed(self) -> None:
        self._fed = time.monotonic()

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def _write_lines(process: subprocess.Popen[bytes], lines: Sequence[str]) -> None:
    assert process.stdin is not None  # noqa: S101 - for the type checker; it is a pipe
    try:
        for line in lines:
            process.stdin.write(line.encode("utf-8", "replace") + b"\n")
        process.stdin.close()
    except OSError:
        # The program ended early: `_read` sees the end of its output and raises.
        return


def _score_line(candidate: str, references: Sequence[str]) -> str:
    return " ||| ".join(["SCORE", *map(_safe, references), _safe(candidate)])


def as_one_line(text: str) -> str:
    """Text as the program receives it: without the protocol's separators and without line ends."""
    return _LINE_END.sub(" ", text).replace("|||", "")


def _safe(text: str) -> str:
    """Text for the protocol; two spaces become one, as in pycocoevalcap's candidates."""
    return as_one_line(text).replace("  ", " ")
