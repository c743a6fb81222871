"""The garbage collector of cycles, held off where much is made and little kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["no_collections"]


@contextmanager
def no_collections() -> Iterator[None]:
    """Within, objects in cycles are not looked for: it takes long where many small ones are alive.

    All other objects are freed as ever. A process whose collector is off anyway keeps it off.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
