"""Where each file of the user's SA-1B is: extracted, or in a tar shard, which is indexed once and read by offset."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import tarfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ...errors import DataUnavailableError
from ...runtime.cache import atomic_file, cache_root
from ..files import walk_files

__all__ = ["Place", "find_files", "shard_places"]

_NAME = re.compile(r"sa_\d+\.(?:jpg|json)")


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or a member of a tar shard.

    Attributes:
        path: the file or the shard.
        offset: where the member's bytes start in the shard, None for a file.
        size: bytes of the member, None for a file.
    """

    path: str
    offset: int | None = None
    size: int | None = None

    def read(self) -> bytes:
        """All bytes.

        Raises:
            DataUnavailableError: the shard is shorter than it was when it was indexed.
            OSError: the file cannot be read.
        """
        if self.offset is None or self.size is None:
            return Path(self.path).read_bytes()
        handle = os.open(self.path, os.O_RDONLY)
        try:
            content = os.pread(handle, self.size, self.offset)
        finally:
            os.close(handle)
        if len(content) != self.size:
            raise DataUnavailableError(f"{self.path} ends in the middle of a member; download it again")
        return content


def find_files(folder: Path, names: Collection[str]) -> tuple[dict[str, Place], list[str], list[str]]:
    """Where files are; the search ends when all are there.

    Args:
        folder: the user's SA-1B, searched at any depth in the order of names, the files of a folder before its folders.
        names: names such as "sa_223750.jpg".

    Returns:
        Name -> place of the files there are, the shards that were read, and what is wrong with unreadable ones.
    """
    places: dict[str, Place] = {}
    shards, broken = [], []
    for path in walk_files(folder):
        if len(places) == len(names):
            break
        if path.name in names:
            places.setdefault(path.name, Place(str(path)))
        elif path.suffix == ".tar":
            try:
                members = _members(path)
            except (OSError, tarfile.TarError, ValueError) as error:
                broken.append(f"{path}: {error}")
                continue
            shards.append(str(path))
            for name, (offset, size) in members.items():
                if name in names:
                    places.setdefault(name, Place(str(path), offset, size))
    return places, shards, broken


@functools.lru_cache(maxsize=4)
def shard_places(shard: Path) -> dict[str, Place]:
    """Name -> place of the images and annotations in a tar shard.

    Raises:
        OSError: the shard cannot be read.
        tarfile.TarError: it is not an uncompressed tar file.
        ValueError: it is cut off.
    """
    return {name: Place(str(shard), offset, size) for name, (offset, size) in _members(shard).items()}


def _members(shard: Path) -> dict[str, tuple[int, int]]:
    """Name -> (offset, size) of the images and annotations of a shard; kept in the cache while it is the same."""
    state = shard.stat()
    key = hashlib.sha256(f"{shard.resolve()}:{state.st_size}:{state.st_mtime_ns}".encode()).hexdigest()[:24]
    index_file = cache_root() / "sa1b" / "shards" / f"{key}.json"
    if index_file.is_file():
        return {name: (offset, size) for name, (offset, size) in json.loads(index_file.read_bytes()).items()}
    members = _index(shard, state.st_size)
    with atomic_file(index_file) as temporary:
        temporary.write_text(json.dumps(members), encoding="utf-8")
    return members


def _index(shard: Path, size: int) -> dict[str, tuple[int, int]]:
    members: dict[str, tuple[int, int]] = {}
    with tarfile.open(shard, "r:") as archive:  # uncompressed only: the members are read by offset
        for member in archive:
            # only the last part of a member's name is used, and nothing is extracted: no path can lead elsewhere
            name = member.name.rpartition("/")[2]
            if not (member.isreg() and _NAME.fullmatch(name)) or member.issparse():
                continue
            if member.offset_data + member.size > size:
                raise ValueError(f"ends in the middle of {name}; download it again")
            members[name] = (member.offset_data, member.size)
    return members
