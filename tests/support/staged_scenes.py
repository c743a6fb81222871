"""Scenes that are drawn in no time, and drawers with faults, for the processes of a stream: ``module:function``.

What is to happen once leaves a file in the folder ``$STAGED_SCENES``.
"""

import os
import signal
import time
from pathlib import Path

import numpy as np

from baselines.training.shards import SceneExample
from dataset.schema import Region

FOLDER = "STAGED_SCENES"
BAD_INDEX = 3
LATE_INDEX = 100
SLOW = 0.3
"""Seconds."""


def plain(options, split, index):
    """A scene of 5 by 9 pixels; the number of its regions varies."""
    image = np.full((5, 9, 3), index % 256, np.uint8)
    masks = np.zeros((index % 3, 5, 9), bool)
    for k, mask in enumerate(masks):
        mask[k, index % 9] = True
    image_id = options.image_id(split, index)
    regions = [Region(f"{image_id}/{k}", image_id, (f"the dot {k} of é {index}",)) for k in range(len(masks))]
    return SceneExample.measured(image_id, image, masks, regions), None


def bad(options, split, index):
    if index == BAD_INDEX:
        raise ValueError("a tree without a crown")
    return plain(options, split, index)


def all_bad(options, split, index):
    raise ValueError(f"no scene {index}")


def deadly(options, split, index):
    if index == BAD_INDEX:
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(options, split, index)


def all_deadly(options, split, index):
    print("last words", flush=True)  # noqa: T201
    os._exit(7)


def deadly_once(options, split, index):
    if index == BAD_INDEX and _first_time():
        os.kill(os.getpid(), signal.SIGKILL)
    return plain(options, split, index)


def hanging_once(options, split, index):
    if index == BAD_INDEX and _first_time():
        os.kill(os.getpid(), signal.SIGSTOP)
    return plain(options, split, index)


def sleeping(options, split, index):
    if index == BAD_INDEX:
        _sleep_for_ever()
    return plain(options, split, index)


def sleeping_late(options, split, index):
    if index == LATE_INDEX:
        _sleep_for_ever()
    return plain(options, split, index)


def sleeping_start(options, split, index):
    if _first_time():
        _sleep_for_ever()
    return plain(options, split, index)


def slow_first(options, split, index):
    """The first scene takes a while; notes who began which, and when."""
    with (Path(os.environ[FOLDER]) / "starts").open("a") as starts:
        starts.write(f"{os.getpid()} {index} {time.time()}\n")
    time.sleep(SLOW if index == 0 else 0.0)
    return plain(options, split, index)


def _sleep_for_ever():
    while True:
        time.sleep(1)


def _first_time() -> bool:
    marker = Path(os.environ[FOLDER]) / "done"
    if marker.exists():
        return False
    marker.touch()
    return True
