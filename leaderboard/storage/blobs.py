"""Files named by their content: ``blobs/<aa>/<sha256>``, gzipped, whole or not there at all.

A file gets its name only when every byte of it is on the disk, and the name is on the disk before `put` returns: what
a database row points at therefore survives a crash.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from dataset.errors import DataUnavailableError
from dataset.runtime.cache import atomic_file, sync_to_disk

__all__ = ["ORPHAN_SECONDS", "Blobs"]

ORPHAN_SECONDS = 86_400.0
"""Age from which a file that nothing points at is taken for a crash's and not for one that is just written."""


class Blobs:
    """A folder of blobs.

    Args:
        folder: made on first use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the blob with this digest lies, gzipped, if it exists."""
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep some bytes for good.

        Returns:
            Their SHA-256.

        Raises:
            OSError: they could not be written, such as on a full disk; nothing is left behind.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest)
        if path.exists():
            os.utime(path)  # young again: `sweep` must not take it for an orphan
            return digest
        with atomic_file(path, durable=True) as temporary:
            temporary.write_bytes(gzip.compress(content, compresslevel=6, mtime=0))
        sync_to_disk(self.folder)
        return digest

    def get(self, sha256: str) -> bytes:
        """The bytes with this digest.

        Raises:
            DataUnavailableError: the blob is missing, or is not what it was.
        """
        path = self.path(sha256)
        try:
            content = gzip.decompress(path.read_bytes())
        except (OSError, EOFError) as error:
            raise DataUnavailableError(f"{path} cannot be read ({error}). Restore it from a backup.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DataUnavailableError(f"{path} is damaged: its content has another digest. Restore it from a backup.")
        return content

    def sweep(self, digests: Iterable[str]) -> int:
        """Remove what a crash left behind: blobs that are not `known`, and temporary files, a day old or older.

        Returns:
            How many files were removed.
        """
        keep, removed = set(digests), 0
        for path in self.folder.glob("??/*"):
            if path.name not in keep and time.time() - path.stat().st_mtime > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
                removed += 1
        return removed
