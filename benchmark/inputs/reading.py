"""Reading untrusted files: bounded, decompressed, decoded, with problems collected as they are found."""

from __future__ import annotations

import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from dataset.errors import InvalidInputError

from ..text.limits import MAX_FILE_BYTES, MAX_PROBLEMS

__all__ = ["ProblemLimitError", "Problems", "SourceText", "lone_surrogate", "read_source"]

_SURROGATE = re.compile("[\ud800-\udfff]")
_GZIP_MAGIC = b"\x1f\x8b"


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


def read_source(path: str | Path) -> SourceText:
    """Read a UTF-8 text file, gzip or not, of at most `MAX_FILE_BYTES`.

    Raises:
        InvalidInputError: missing, a directory, unreadable, empty, too large, damaged gzip, or not UTF-8.
    """
    name = str(path)
    data = _read_bytes(Path(path), name)
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(_GZIP_MAGIC):
        data = _decompress(data, name)
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


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise InvalidInputError(name, ["this is a folder"], "Name the file inside it.")
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise InvalidInputError(name, ["no such file"], f"The current folder is {Path.cwd()}.") from error
    except (OSError, ValueError) as error:
        raise InvalidInputError(name, [f"cannot be read: {error}"]) from error
    if len(data) > MAX_FILE_BYTES:
        raise InvalidInputError(name, [f"larger than {MAX_FILE_BYTES // 2**20} MiB, the most that is read"])
    return data


def _decompress(data: bytes, name: str) -> bytes:
    """Contents of a gzip file, all of its members, up to the limit."""
    parts: list[bytes] = []
    room = MAX_FILE_BYTES + 1
    try:
        while data and room > 0:
            stream = zlib.decompressobj(wbits=31)
            parts.append(stream.decompress(data, room))
            room -= len(parts[-1])
            if not stream.eof:
                break
            data = stream.unused_data
    except zlib.error as error:
        raise InvalidInputError(name, [f"damaged gzip file: {error}"]) from error
    if room <= 0:
        limit = MAX_FILE_BYTES // 2**20
        raise InvalidInputError(name, [f"larger than {limit} MiB after decompression, the most that is read"])
    if not stream.eof:
        raise InvalidInputError(name, ["damaged gzip file: it ends too early"])
    return b"".join(parts)


def lone_surrogate(text: str) -> int | None:
    """Position of half a surrogate pair, which no encoding can hold; None if there is none."""
    match = _SURROGATE.search(text)
    return None if match is None else match.start()
