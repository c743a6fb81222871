"""Reading untrusted files: bounded, decompressed, decoded, with problems collected as they are found."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from dataset.errors import InvalidInputError
from dataset.runtime.compression import decompress, read_pieces

from ..text.limits import MAX_FILE_BYTES, MAX_PROBLEMS

__all__ = ["ProblemLimitError", "Problems", "SourceText", "lone_surrogate", "read_source"]

_SURROGATE = re.compile("[\ud800-\udfff]")


class ProblemLimitError(Exception):
    """Internal: enough problems were found, reading stops."""


class Problems:
    """Problems of one source, in the order found; gives up after `MAX_PROBLEMS`."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, place: str, what: str) -> None:
        """Note a problem.

        Raises:
            ProblemLimitError: this was number `MAX_PROBLEMS`.
        """
        self.lines.append(f"{place}: {what}" if place else what)
        if len(self.lines) >= MAX_PROBLEMS:
            self.lines.append(f"reading stopped after {MAX_PROBLEMS:,} problems")
            raise ProblemLimitError


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file as text.

    Attributes:
        name: the path as given.
        text: its content, decompressed, without a byte order mark.
        sha256: digest of the file's bytes on disk.
    """

    name: str
    text: str
    sha256: str


def read_source(path: str | Path, most: int | None = None) -> SourceText:
    """Read a UTF-8 text file, also as gzip or zstd.

    Args:
        path: the file.
        most: bytes that are read at most, also after decompression; `MAX_FILE_BYTES` if None.

    Raises:
        InvalidInputError: missing, a directory, unreadable, empty, too large, damaged, or not UTF-8 text.
        MissingDependencyError: a zstd file, and nothing here reads zstd.
    """
    name = str(path)
    limit = MAX_FILE_BYTES if most is None else most
    data = _read_bytes(Path(path), name, limit)
    digest = hashlib.sha256(data).hexdigest()
    data = decompress(data, name, limit)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInputError(
            name, [f"line {line}: byte {error.start:,} is not UTF-8 text ({error.reason})"], "Save the file as UTF-8."
        ) from error
    if not text.strip():
        raise InvalidInputError(name, ["the file is empty"], "Expected JSON or JSON Lines.")
    return SourceText(name, text, digest)


def _read_bytes(path: Path, name: str, limit: int) -> bytes:
    try:
        if path.is_dir():
            raise InvalidInputError(name, ["this is a folder"], "Name the file inside it.")
        with path.open("rb") as file:
            data = b"".join(read_pieces(file, limit + 1))
    except FileNotFoundError as error:
        raise InvalidInputError(name, ["no such file"], f"The current folder is {Path.cwd()}.") from error
    except (OSError, ValueError) as error:
        raise InvalidInputError(name, [f"cannot be read: {error}"]) from error
    if len(data) > limit:
        raise InvalidInputError(name, [f"larger than {limit // 2**20:,} MiB, the most that is read"])
    return data


def lone_surrogate(text: str) -> int | None:
    """Position of half a surrogate pair, which no encoding can hold; None if there is none."""
    match = _SURROGATE.search(text)
    return None if match is None else match.start()
