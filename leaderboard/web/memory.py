"""Giving memory back to the system after something large."""

from __future__ import annotations

import ctypes
import gc
import sys

__all__ = ["release_memory"]


def release_memory() -> None:
    """Collect garbage and return free memory to the system, where the C library can (glibc).

    After large uploads glibc would keep the freed memory for this process: each of its threads has an arena of its own.
    """
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
