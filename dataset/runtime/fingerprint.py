"""The identity of the data: one hash of everything that makes it, the cache key of generated and prepared data.

It covers contents, not paths: moving a file, and with it relative imports, changes nothing. A change of the code that
provably leaves the data unchanged is entered in `_SAME_DATA`: nothing is drawn again, and hidden challenges stay valid.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["code_digest", "content_hash"]

_PACKAGE = Path(__file__).resolve().parents[1]
_GENERATING = (
    "schema.py",
    "listener",
    "loading/builder.py",
    "masks/rle.py",
    "photos",
    "runtime/compiled.py",
    "scenes",
)
_DATA = {".json", ".png"}
_RELATIVE_IMPORT = re.compile(r"^[ \t]*from \.[.\w]* import (?:\([^)]*\)|[^\n(]*)\n", re.MULTILINE)
_SAME_DATA: dict[str, str] = {"4deca8441aa5973b": "0a9a7209636b952f"}
"""Digest of the code -> the identity of the data that an earlier state of the code made, bit for bit the same."""


@functools.cache
def content_hash() -> str:
    """The identity of scenes and photographs: 16 hex digits that change when a row could change."""
    digest = code_digest(_PACKAGE / name for name in _GENERATING)
    return _SAME_DATA.get(digest, digest)


def code_digest(places: Iterable[Path]) -> str:
    """16 hex digits over Python files, without their relative imports, and over JSON and PNG files with their names.

    Args:
        places: files, and folders that are searched.
    """
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    parts = [_content(file) for file in files if file.suffix == ".py" or file.suffix in _DATA]
    return hashlib.sha256(b"".join(sorted(parts))).hexdigest()[:16]


def _content(file: Path) -> bytes:
    if file.suffix in _DATA:
        return hashlib.sha256(file.name.encode() + b"\n" + file.read_bytes()).digest()
    text = _RELATIVE_IMPORT.sub("", file.read_text(encoding="utf-8"))
    return hashlib.sha256(text.encode()).digest()
