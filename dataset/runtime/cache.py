"""The cache of generated data, and files and folders that appear whole or not at all."""

from __future__ import annotations

import functools
import logging
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ..errors import DataUnavailableError, UrecaError

__all__ = ["atomic_file", "cache_root", "make_folder_once", "sync_to_disk", "whole_folder"]

logger = logging.getLogger(__name__)


def cache_root() -> Path:
    """The cache folder: ``$URECA_CACHE``, else ``$XDG_CACHE_HOME/ureca``, else ``~/.cache/ureca``.

    Where neither variable is set and the home cannot be written, it is a temporary folder that is the user's alone.
    """
    folder = os.environ.get("URECA_CACHE")
    if folder:
        return Path(folder).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base) / "ureca" if base else _home_cache(os.environ.get("HOME"))


@functools.cache
def _home_cache(home: str | None) -> Path:
    try:
        folder = Path(home) / ".cache" / "ureca" if home else Path.home() / ".cache" / "ureca"
    except RuntimeError:  # the user has no home
        folder = Path("~", ".cache", "ureca")
    reason = _refusal(folder)
    if reason is None:
        return folder
    temporary = Path(tempfile.gettempdir()) / f"ureca-{getattr(os, 'getuid', str)()}"
    if _refusal(temporary, private=True) is not None:
        return folder  # whoever writes to it says what to do
    logger.warning(
        "%s cannot be written (%s): data is kept in %s. Set URECA_CACHE to a folder that lasts.",
        folder,
        reason,
        temporary,
    )
    return temporary


def _refusal(folder: Path, *, private: bool = False) -> str | None:
    """Why a folder cannot be made and written; None if it can.

    Args:
        folder: the folder.
        private: it is in a place where everybody can write: it must be the user's own, and closed to all others.
    """
    if not folder.is_absolute():
        return "there is no home folder"
    try:
        folder.mkdir(mode=0o700 if private else 0o777, parents=not private, exist_ok=True)
        state = folder.lstat()
    except OSError as error:
        return error.strerror or str(error)
    if private and hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o077):
        return "it belongs to somebody else"
    if not stat.S_ISDIR(state.st_mode) and private:
        return "it is not a folder"
    return None if os.access(folder, os.W_OK) else "no right to write"


def _unwritable(path: Path, error: OSError) -> DataUnavailableError:
    return DataUnavailableError(
        f"cannot write {path} ({error}). Free some space or set URECA_CACHE to a writable folder."
    )


@contextmanager
def whole_folder(folder: Path, *, mode: int = 0o777, durable: bool = False) -> Iterator[Path]:
    """Yield a temporary folder that gets the name `folder` when the block ends without an error.

    One process at a time: for several see `make_folder_once`.

    Args:
        folder: must not exist, or be empty; the folder above it is made if it does not exist.
        mode: permissions.
        durable: its name is on the disk when the block has ended; files in it are for the block to sync.

    Raises:
        OSError: it cannot be written.
    """
    temporary = folder.with_name(f".{folder.name}.tmp")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=mode)
    try:
        yield temporary
        if durable:
            sync_to_disk(temporary)
        temporary.rename(folder)
        if durable:
            sync_to_disk(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def make_folder_once(folder: Path, fill: Callable[[Path], None], *, mode: int = 0o777) -> Path:
    """Return `folder`, made by `fill(temporary folder)` if it does not exist yet.

    The folder appears by one rename: a process killed at any point leaves no part of it under its name, and the next
    one removes the temporary folder. Processes that need the same folder wait for the one that makes it. The lock is
    the operating system's, so it goes with its process, however that ends.

    Raises:
        DataUnavailableError: the cache cannot be written.
    """
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f".{folder.name}.lock")):
            if not folder.is_dir():
                with whole_folder(folder, mode=mode) as temporary:
                    fill(temporary)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


@contextmanager
def atomic_file(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it when the block ends without an error.

    Args:
        path: the file; its folder is made if it does not exist.
        durable: content and name are on the disk when the block has ended: they outlive a loss of power.

    Raises:
        DataUnavailableError: the file is one of the cache, and cannot be written.
        OSError: it is another, and cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            if durable:
                sync_to_disk(temporary)
            temporary.replace(path)
            if durable:
                sync_to_disk(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, UrecaError) or not path.is_relative_to(cache_root()):
            raise
        raise _unwritable(path, error) from error


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
