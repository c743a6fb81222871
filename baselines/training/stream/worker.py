"""A process that draws scenes for a stream, and the memory that carries them.

What travels as a message is a few numbers. Pixels, bits and words are written to a file in memory that both processes
have open and that has no name, so that nothing stays behind whichever of them is killed.
"""

from __future__ import annotations

import json
import os
import pkgutil
import tempfile
import traceback
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from dataset.runtime.processes import Parent
from dataset.scenes.options import ScenesOptions

from .items import SceneItem

__all__ = ["draw_scenes", "open_memory", "read_scene", "write_scene"]

SLOT_BYTES: Final = 1 << 30
"""From the start of one slot to the next; only what is written takes memory."""
LAST_WORDS: Final = 2000
"""Characters of a traceback that travel: a message must fit into one write."""


def open_memory() -> int:
    """A file without a name, in memory where the system can do that; to be closed by `os.close`."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("ureca-scenes")
    descriptor, path = tempfile.mkstemp(prefix="ureca-scenes-")
    os.unlink(path)  # noqa: PTH108
    return descriptor


def write_scene(memory: int, slot: int, item: SceneItem) -> dict[str, Any]:
    """Put a scene into a slot; returns what `read_scene` needs."""
    words = json.dumps([item.captions, item.short_captions]).encode()
    parts = [item.image.tobytes(), item.bits.tobytes(), words]
    size = item.image.nbytes + item.bits.nbytes + len(words)
    if size > SLOT_BYTES or os.pwritev(memory, parts, slot * SLOT_BYTES) != size:
        raise OSError(f"a scene of {size:,} bytes could not be handed over")
    return {"image": item.image.shape, "bits": item.bits.shape, "words": len(words)}


def read_scene(memory: int, slot: int, index: int, sizes: Mapping[str, Any]) -> SceneItem:
    """The scene in a slot, as arrays of its own."""
    image = np.empty(sizes["image"], np.uint8)
    bits = np.empty(sizes["bits"], np.uint8)
    words = bytearray(sizes["words"])
    parts = (image.data, bits.data, memoryview(words))
    if os.preadv(
        memory, [part for part in parts if part.nbytes], slot * SLOT_BYTES
    ) != image.nbytes + bits.nbytes + len(words):
        raise OSError(f"scene {index:,} could not be taken over")
    captions, short_captions = json.loads(words)
    return SceneItem(index, image, bits, tuple(captions), tuple(short_captions))


def draw_scenes(parent: Parent, task: Mapping[str, Any]) -> None:
    """Draw the scenes that a `SceneStream` asks for, until it closes.

    It asks with [number, index, slot]; the answer has the number, and the sizes that `read_scene` needs, or the error.
    """
    options = ScenesOptions(**task["options"])
    draw = pkgutil.resolve_name(task["draw"])
    # A CPU is what drawing knows by itself; another device is an argument of its own.
    device = {} if task["device"] == "cpu" else {"device": task["device"]}
    parent.send({"ready": os.getpid()})
    while True:
        number, index, slot = parent.receive()
        try:
            example, _ = draw(options, "train", index, **device)
            sizes = write_scene(task["memory"], slot, SceneItem.of_example(index, example))
        except Exception:  # noqa: BLE001  # of one scene: it is reported, and the next may do
            parent.send({"number": number, "error": traceback.format_exc()[-LAST_WORDS:]})
        else:
            parent.send({"number": number, "sizes": sizes})
