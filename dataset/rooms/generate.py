"""Render rooms into a folder of negatives: in parallel, each image whole or not there, so that it resumes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..errors import check_name
from ..runtime.cores import usable_cores
from ..runtime.processes import Parent, run_workers
from .options import SPLITS, RoomsOptions

__all__ = ["check_tools", "draw_negative", "draw_negatives", "draw_rooms"]


def check_tools() -> None:
    """Whether rooms can be rendered here.

    Raises:
        MissingDependencyError: bpy or the packs of furniture are not installed.
    """
    from importlib.util import find_spec

    from ..errors import MissingDependencyError
    from .furniture.catalogue import DEFAULT_FOLDER, open_packs
    from .rendering.blender import INSTALL

    open_packs(DEFAULT_FOLDER)
    if find_spec("bpy") is None:
        raise MissingDependencyError("Blender's module bpy", "Rendering rooms", INSTALL)


def draw_rooms(
    folder: Path, split: str, indices: Iterable[int], options: RoomsOptions, workers: int | None = None, nice: int = 0
) -> list[Path]:
    """Render the rooms of a split that are missing in a folder.

    Killed at any point and started again, it resumes with the missing images.

    Args:
        folder: where the negatives are written, see `negatives`.
        split: train, validation or test; a model must never be trained on the last two.
        indices: which rooms.
        options: how they are drawn.
        workers: number of processes; default: one for each core this process may use.
        nice: how much they stand back for other processes, 0 to 19.

    Returns:
        The negatives' files, in the order of the indices.

    Raises:
        UnknownNameError: no such split.
        MissingDependencyError: images are missing, and bpy or the packs of furniture are not installed.
        DataUnavailableError: a process failed; its last lines are in the message. Done images stay.
    """
    check_name("split", split, SPLITS)
    folder.mkdir(parents=True, exist_ok=True)
    files = {index: folder / f"{options.image_id(split, index)}.npz" for index in indices}
    missing = [index for index, path in files.items() if not path.is_file()]
    if missing:
        check_tools()
        count = min(workers or usable_cores(), len(missing))
        tasks = [
            {
                "folder": str(folder),
                "split": split,
                "options": asdict(options),
                "indices": missing[k::count],
                "nice": nice,
            }
            for k in range(count)
        ]
        title = f"Rendering {split} rooms"
        run_workers("dataset.rooms.generate:draw_negatives", tasks, title=title, total=len(missing), unit="room")
    return list(files.values())


def draw_negatives(parent: Parent, task: Mapping[str, Any]) -> None:
    """Render rooms in a process that `draw_rooms` started, and say so after each."""
    import os

    if task["nice"]:
        os.nice(task["nice"])
    for index in task["indices"]:
        draw_negative(Path(task["folder"]), task["split"], index, RoomsOptions(**task["options"]))
        parent.send("drawn")


def draw_negative(folder: Path, split: str, index: int, options: RoomsOptions) -> None:
    """Render one room into its two files."""
    from .layout.build import build_room
    from .negatives import write_negative
    from .rendering.blender import RenderSettings, photograph
    from .rendering.geometry import name_materials, node_map

    room = build_room(options.room_seed(split, index))
    name_materials(room)
    nodes, distance = node_map(room, options.resolution)
    shot = photograph(room, RenderSettings(options.resolution, options.samples))
    write_negative(folder, options.image_id(split, index), room, shot.image, nodes, shot.albedo, distance)
