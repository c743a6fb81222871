"""Answers by content hash in an append-only JSONL file that survives being killed at any byte."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import DataUnavailableError

__all__ = ["ResponseCache"]

logger = logging.getLogger(__name__)


class ResponseCache:
    """What a model has answered, one line for each answer: ``{"key": ..., "text": ...}``.

    A line is written by one system call, so that a killed process leaves at most one torn line, the last. It is ignored
    and its answer requested again; the next line starts on a line of its own. Several processes may append to one file;
    each sees the lines that were there when it opened it, and its own.

    Args:
        path: the file; made with its folder if missing.

    Raises:
        DataUnavailableError: the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ignored = 0
        self._answers: dict[str, str] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
            last = self._read()
            if last not in (b"", b"\n"):
                os.write(self._file, b"\n")
        except OSError as error:
            raise DataUnavailableError(f"cannot use the response cache {path}: {error}") from error
        if self.ignored:
            logger.warning(
                "%s: %d torn or foreign lines are ignored; their answers are requested again", path, self.ignored
            )

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: str) -> str | None:
        """The answer under a key, None if there is none."""
        return self._answers.get(key)

    def put(self, key: str, text: str) -> None:
        """Store an answer; the operating system has it when this returns.

        Raises:
            DataUnavailableError: it cannot be written, for instance because the disk is full.
        """
        if self._answers.get(key) == text:
            return
        line = json.dumps({"key": key, "text": text}, separators=(",", ":")).encode() + b"\n"
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise DataUnavailableError(f"cannot write the response cache {self.path}: {error}") from error
        if written != len(line):
            raise DataUnavailableError(f"cannot write the response cache {self.path}: the disk is full")
        self._answers[key] = text

    def close(self) -> None:
        """Close the file; what was put stays readable."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self) -> bytes:
        """Read all lines; returns the last byte."""
        last = b""
        with self.path.open("rb") as lines:
            for line in lines:
                last = line[-1:]
                if line != b"\n":
                    self._take(line)
        return last

    def _take(self, line: bytes) -> None:
        try:
            record = json.loads(line)
            key, text = record["key"], record["text"]
        except (ValueError, KeyError, TypeError, RecursionError):
            self.ignored += 1
            return
        if isinstance(key, str) and isinstance(text, str):
            self._answers[key] = text
        else:
            self.ignored += 1
