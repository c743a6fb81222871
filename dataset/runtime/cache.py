"""The cache of generated data, and files and folders that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ..errors import DataUnavailableError

__all__ = ["atomic_file", "cache_root", "make_folder_once", "sync_to_disk"]


def cache_root() -> Path:
    """The cache folder: ``$URECA_CACHE``, else ``$XDG_CACHE_HOME/ureca``, else ``~/.cache/ureca``."""
    folder = os.environ.get("URECA_CACHE")
    if folder:
        return Path(folder).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ureca"


def make_folder_once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Return `folder`, made by `fill(temporary folder)` if it does not exist yet.

    The folder appears by one rename: a process killed at any point leaves no part of it under its name, and the next
    one removes the temporary folder. Processes that need the same folder wait for the one that makes it. The lock is
    the operating system's, so it goes with its process, however that ends.

    Raises:
        DataUnavailableError: the cache cannot be written.
    """
    if folder.is_dir():
        return folder
    temporary = folder.with_name(f".{folder.name}.tmp")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            if not folder.is_dir():
                shutil.rmtree(temporary, ignore_errors=True)
                temporary.mkdir()
                try:
                    fill(temporary)
                    temporary.rename(folder)
                finally:
                    shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise DataUnavailableError(
            f"cannot write {folder} ({error}). Free some space or set URECA_CACHE to a writable folder."
        ) from error
    return folder


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def sync_to_disk(path: Path) -> None:
    """Make the content of a file, or the names in a folder, durable: they outlive a loss of power.

    Raises:
        OSError: the disk is full or does not answer.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
