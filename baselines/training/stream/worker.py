"""A process that draws scenes for a stream."""

from __future__ import annotations

import os
import pkgutil
import traceback
from collections.abc import Mapping
from typing import Any, Final

from dataset.runtime.processes import Parent
from dataset.scenes.options import ScenesOptions

from .items import SceneItem
from .memory import write_scene

__all__ = ["draw_scenes"]

LAST_WORDS: Final = 2000
"""Characters of a traceback that travel: a message must fit into one write."""


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
