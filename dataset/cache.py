"""Where made data is kept, and how it gets there whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import DataUnavailableError

__all__ = ["atomic_file", "cache_root", "make_folder_once", "remove_abandoned"]


def cache_root() -> Path:
    """The cache folder: ``$URECA_CACHE``, else ``$XDG_CACHE_HOME/ureca``, else ``~/.cache/ureca``."""
    chosen = os.environ.get("URECA_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "ureca"


def make_folder_once(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Return `folder`, made by `fill(temporary folder)` if it does not exist yet.

    The folder appears by one rename: a process killed at any point leaves no part of it under its name, and of several
    processes making the same folder one wins and the others discard theirs.

    Raises:
        DataUnavailableError: the cache cannot be written.
    """
    if folder.is_dir():
        return folder
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        fill(temporary)
        try:
            temporary.rename(folder)
        except OSError:
            if not folder.is_dir():  # not another process that was faster
                raise
    except OSError as error:
        raise DataUnavailableError(
            f"cannot write {folder} ({error}). Free some space or set URECA_CACHE to a writable folder."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
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


def remove_abandoned(folder: Path) -> None:
    """Remove what processes that no longer run left half-made in `folder`."""
    for left in folder.glob(".*.tmp"):
        process = left.name.rsplit(".", 2)[-2]
        if process.isdigit() and not _is_alive(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
