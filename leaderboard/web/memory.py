"""Giving memory back to the system after something large."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path
from typing import Final

__all__ = ["release_memory"]

_GROWTH: Final = 16 * 2**20
_level: Final = {"bytes": 0}
"""Of this process, after memory was last given back."""


def release_memory() -> None:
    """Collect garbage and return free memory to the system, where the C library can (glibc).

    After large uploads glibc would keep the freed memory for this process: each of its threads has an arena of its own.
    A collection holds up every other visitor, so nothing is done until the process has grown by 16 MiB since the last.
    """
    if sys.platform == "linux" and _resident_bytes() < _level["bytes"] + _GROWTH:
        return
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
        _level["bytes"] = _resident_bytes()


def _resident_bytes() -> int:
    """Memory of this process; Linux only."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
