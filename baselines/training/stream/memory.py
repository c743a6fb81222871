"""How scenes get from one process to another: through a file in memory that both have open.

The file has no name, so that nothing stays behind whichever of them is killed. It is cut into slots, one for a scene.
Nothing but the call to the system touches the pixels, and Python's other threads run meanwhile.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from .items import SceneItem

__all__ = ["open_memory", "read_scene", "write_scene"]

SLOT_BYTES: Final = 1 << 30
"""From the start of one slot to the next; only what is written takes memory."""


def open_memory() -> int:
    """A file without a name, in memory where the system can do that; to be closed by `os.close`."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("ureca-scenes")
    descriptor, path = tempfile.mkstemp(prefix="ureca-scenes-")
    os.unlink(path)  # noqa: PTH108
    return descriptor


def write_scene(memory: int, slot: int, item: SceneItem) -> dict[str, Any]:
    """Put a scene into a slot; returns what `read_scene` needs, a message of some numbers.

    Raises:
        OSError: it does not fit, or there is no memory for it.
    """
    words = json.dumps([item.captions, item.short_captions]).encode()
    parts = [np.ascontiguousarray(item.image).data, np.ascontiguousarray(item.bits).data, memoryview(words)]
    size = sum(part.nbytes for part in parts)
    if size > SLOT_BYTES or os.pwritev(memory, [part for part in parts if part.nbytes], slot * SLOT_BYTES) != size:
        raise OSError(f"a scene of {size:,} bytes could not be handed over")
    return {"image": item.image.shape, "bits": item.bits.shape, "words": len(words)}


def read_scene(memory: int, slot: int, index: int, sizes: Mapping[str, Any]) -> SceneItem:
    """The scene in a slot, as arrays of its own.

    Raises:
        OSError: it is not there.
    """
    image, bits = np.empty(sizes["image"], np.uint8), np.empty(sizes["bits"], np.uint8)
    words = bytearray(sizes["words"])
    parts = [part for part in (image.data, bits.data, memoryview(words)) if part.nbytes]
    if os.preadv(memory, parts, slot * SLOT_BYTES) != sum(part.nbytes for part in parts):
        raise OSError(f"scene {index:,} could not be taken over")
    captions, short_captions = json.loads(words)
    return SceneItem(index, image, bits, tuple(captions), tuple(short_captions))
