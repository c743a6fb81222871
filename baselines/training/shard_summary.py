"""The summary of a folder of shards: written when it is begun, checked when it is gone on with or grown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataset.errors import InvalidInputError
from dataset.runtime.cache import atomic_file

from .shards import FORMAT, SUMMARY, Scenes, read_json, read_shards, shard_folder, shard_spans

__all__ = ["begin_shards", "end_shards"]


def begin_shards(folder: Path, made_by: Mapping[str, Any], images: int, command: str) -> int:
    """Write the folder's summary, or check that what it holds was made by the same.

    Args:
        folder: the folder of shards.
        made_by: config, split, and whatever else makes the same images the same.
        images: how many images there are to be.
        command: what to type to do this again.

    Returns:
        How many images there are to be: more than asked for, if the folder has more.

    Raises:
        InvalidInputError: the folder holds other images.
    """
    made_by = {"format": FORMAT, **made_by}
    had = 0
    if (folder / SUMMARY).is_file():
        found = read_json(folder / SUMMARY)
        problems = [f"{k}: expected {v!r}, found {found.get(k)!r}" for k, v in made_by.items() if found.get(k) != v]
        if problems:
            raise InvalidInputError(str(folder / SUMMARY), problems, "Take another folder, or delete this one.")
        had = int(found["images"])
    if had < images:
        with atomic_file(folder / SUMMARY) as temporary:
            temporary.write_text(json.dumps({**made_by, "images": images, "command": command}, indent=1) + "\n")
    return max(had, images)


def end_shards(folder: Path) -> Scenes:
    """Open a folder that is complete; a last shard that was smaller, and whose images a larger one has now, goes."""
    scenes = read_shards(folder)
    kept = {shard_folder(folder, *span) for span in shard_spans(len(scenes))}
    for shard in folder.glob("[0-9]*-[0-9]*"):
        if shard.is_dir() and shard not in kept:
            shutil.rmtree(shard)
    return scenes
