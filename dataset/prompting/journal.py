"""The journal of a shard: one line of JSON for every answer, written once and never again.

Appending costs the same whatever is there already, and a process may be killed at any point: what it leaves is a whole
journal, perhaps with a torn last line, which the next one cuts off.

What survives what: each line is handed to the operating system by one write before the next prompt that depends on it
is sent, so the death of the process loses nothing that was answered and appended. The file is forced to the disk at
most every `sync_seconds`, and when it is closed; a power failure may cost the answers of that time, which are requested
again. A lock of the operating system, which goes with its process, keeps a second writer out.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from ..errors import DataUnavailableError, InvalidInputError

__all__ = ["Journal", "begin_run", "read_journal"]

LONGEST_LINE: Final = 1 << 24
STARTED: Final = "begun"
"""Key of a run's first record, which holds the identity of the run."""


def read_journal(path: Path) -> tuple[list[dict[str, Any]], int]:
    """All whole records of a journal, and the length in bytes of the part that holds them.

    What follows the last whole record is a torn write and is left out; nothing is changed.

    Raises:
        DataUnavailableError: a damaged line stands before a whole one, which no torn write explains.
    """
    records: list[dict[str, Any]] = []
    whole = position = 0
    damaged: int | None = None
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                position += len(line)
                record = _parse(line)
                if record is None:
                    damaged = damaged or number
                elif damaged:
                    raise DataUnavailableError(
                        f"{path}: line {damaged} is damaged, and whole lines follow it: so this is not a torn write. "
                        "Delete that line to request its caption again."
                    )
                else:
                    records.append(record)
                    whole = position
    except FileNotFoundError:
        return [], 0
    return records, whole


def begin_run(journal: Journal, identity: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The records of a run that writes one output, without the first, which holds the identity of the run.

    A new journal is started. A run that was started with something else is refused: its records and new ones would end
    up in one file.

    Args:
        journal: open.
        identity: all that decides the output, as JSON.

    Raises:
        InvalidInputError: the run was started with something else.
        DataUnavailableError: it is not the journal of a run.
    """
    run = json.loads(json.dumps(identity))
    if not journal.records:
        journal.append({STARTED: run})
        return []
    first, *records = journal.records
    earlier = first.get(STARTED)
    if not isinstance(earlier, dict):
        raise DataUnavailableError(f"{journal.path}: not the journal of a run. Delete it, or name another --out.")
    differences = [
        f"{name}: {_abridged(earlier.get(name))} then, {_abridged(run.get(name))} now"
        for name in dict.fromkeys([*earlier, *run])
        if earlier.get(name) != run.get(name)
    ]
    if differences:
        hint = "The unfinished run was started with something else: delete this file to start afresh, or change --out."
        raise InvalidInputError(str(journal.path), differences, hint)
    return records


def _abridged(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _parse(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n") or len(line) > LONGEST_LINE:
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


class Journal:
    """A journal open for appending; a context manager.

    Args:
        path: the JSONL file; made if missing. A torn last line is cut off.
        sync_seconds: the file is forced to the disk when so much time has passed since the last time; 0 means at
            every line.
        wait_seconds: how long to wait for another process that writes to it.

    Raises:
        DataUnavailableError: another process writes to it, it is damaged, or the disk refuses.
    """

    def __init__(self, path: Path, sync_seconds: float = 1.0, wait_seconds: float = 20.0) -> None:
        self.path = path
        self.records: list[dict[str, Any]] = []
        self._sync_seconds = sync_seconds
        self._wait_seconds = wait_seconds
        self._lock = FileLock(path.with_name(f".{path.name}.lock"))
        self._file = -1
        self._synced = 0.0

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=self._wait_seconds)
        except Timeout:
            raise DataUnavailableError(f"{self.path}: another process is writing to it.") from None
        try:
            self.records, whole = read_journal(self.path)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.ftruncate(self._file, whole)
        except BaseException:
            self._close()
            raise
        self._synced = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            os.fsync(self._file)
        finally:
            self._close()

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one record at the end, by one write."""
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        if len(line) > LONGEST_LINE:
            raise DataUnavailableError(f"{self.path}: a record of {len(line):,} bytes is too long")
        written = os.write(self._file, line)
        if written != len(line):  # the disk is full: leave no torn line for the next append
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise DataUnavailableError(f"{self.path}: the disk took {written} of {len(line)} bytes. Is it full?")
        now = time.monotonic()
        if now - self._synced >= self._sync_seconds:
            os.fsync(self._file)
            self._synced = now

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        self._lock.release()
