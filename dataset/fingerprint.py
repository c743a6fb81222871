"""One hash of everything that makes the data: the cache key of generated and prepared data."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from ._version import __version__

__all__ = ["content_hash"]

_GENERATING = ("compiled.py", "masks.py", "schema.py", "builder.py", "listener", "photos", "scenes")
_SUFFIXES = {".py", ".json", ".png"}


@functools.cache
def content_hash() -> str:
    """Hex digest (16 digits) over the version and all files whose change could change a row."""
    package = Path(__file__).parent
    digest = hashlib.sha256(__version__.encode())
    for name in _GENERATING:
        root = package / name
        files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.suffix in _SUFFIXES)
        for path in files:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
