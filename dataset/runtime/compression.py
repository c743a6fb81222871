"""Compressed files of the user's own: gzip and zstd are opened, other kinds are called by their names."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from ..errors import InvalidInputError, MissingDependencyError

__all__ = ["decompress", "read_pieces"]

_PIECE = 1 << 24
_ZSTD_PIECE = 1 << 10
"""Bytes of a zstd file that are unpacked at once: each four of them may become 128 KiB."""
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_OTHERS = {
    b"BZh": ("a bzip2 file", "Unpack it first: bunzip2 FILE."),
    b"\xfd7zXZ\x00": ("an xz file", "Unpack it first: unxz FILE."),
    b"PK\x03\x04": ("a zip archive", "Unpack it first: unzip FILE."),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", "Unpack it first."),
    b"PAR1": (
        "a parquet file",
        "Write its rows as JSON Lines first, with pandas.read_parquet and to_json(lines=True).",
    ),
    b"ARROW1": ("an Arrow file", "Write its rows as JSON Lines first, with datasets.Dataset.to_json."),
    b"\x80\x02": ("a pickle", "Write its content as JSON first."),
    b"\x80\x03": ("a pickle", "Write its content as JSON first."),
    b"\x80\x04": ("a pickle", "Write its content as JSON first."),
    b"\x80\x05": ("a pickle", "Write its content as JSON first."),
}


def decompress(data: bytes, name: str, most: int | None = None) -> bytes:
    """The content of a gzip or zstd file; data of no such file are returned as they are.

    Args:
        data: bytes of the file.
        name: of the file, for messages.
        most: bytes that its content may have; None for no limit.

    Raises:
        InvalidInputError: a damaged file, more than `most` bytes, or another kind of file than text.
        MissingDependencyError: a zstd file, and nothing here reads zstd.
    """
    if data.startswith(_GZIP):
        return _unzip(data, name, most)
    if data.startswith(_ZSTD):
        return _unzstd(data, name, most)
    for magic, (kind, advice) in _OTHERS.items():
        if data.startswith(magic):
            raise InvalidInputError(name, [f"this is {kind}, expected text (also as .gz or .zst)"], advice)
    return data


def read_pieces(file: Any, most: int | None) -> Iterator[bytes]:
    """The content of a binary file, at most so many bytes, piece by piece: `read` takes the memory that is allowed."""
    room = most
    while room is None or room > 0:
        piece = bytes(file.read(_PIECE if room is None else min(_PIECE, room)))
        if not piece:
            return
        yield piece
        room = None if room is None else room - len(piece)


def _unzip(data: bytes, name: str, most: int | None) -> bytes:
    """Contents of a gzip file, all of its members, up to the limit."""
    parts: list[bytes] = []
    room = None if most is None else most + 1
    eof = False
    try:
        while data and (room is None or room > 0):
            stream = zlib.decompressobj(wbits=31)
            parts.append(stream.decompress(data, room or 0))
            room = None if room is None else room - len(parts[-1])
            eof = stream.eof
            if not eof:
                break
            data = stream.unused_data
    except zlib.error as error:
        raise InvalidInputError(name, [f"damaged gzip file: {error}"]) from error
    if room is not None and room <= 0:
        raise _too_large(name, most)
    if not eof:
        raise InvalidInputError(name, ["damaged gzip file: it ends too early"])
    return b"".join(parts)


def _unzstd(data: bytes, name: str, most: int | None) -> bytes:
    try:
        import zstandard
    except ImportError as error:
        raise MissingDependencyError("zstandard", f"{name} (zstd)", "pip install 'ureca[zstd]'") from error
    parts: list[bytes] = []
    length, is_whole = 0, True
    stream = zstandard.ZstdDecompressor().decompressobj()
    try:
        for start in range(0, len(data), _ZSTD_PIECE):
            piece = data[start : start + _ZSTD_PIECE]
            while piece:
                parts.append(stream.decompress(piece))
                length, is_whole, piece = length + len(parts[-1]), stream.eof, stream.unused_data
                if most is not None and length > most:
                    raise _too_large(name, most)
                if is_whole:  # another frame may follow
                    stream = zstandard.ZstdDecompressor().decompressobj()
    except zstandard.ZstdError as error:
        raise InvalidInputError(name, [f"damaged zstd file: {error}"]) from error
    if not is_whole:
        raise InvalidInputError(name, ["damaged zstd file: it ends too early"])
    return b"".join(parts)


def _too_large(name: str, most: int | None) -> InvalidInputError:
    limit = (most or 0) // 2**20
    return InvalidInputError(name, [f"larger than {limit:,} MiB after decompression, the most that is read"])
