"""Develop negatives of rooms into training shards and rows: worlds, masks and captions, without rendering.

A folder of negatives (`dataset.rooms.negatives`), after it has been developed::

    rooms-train-00000.jpg, rooms-train-00000.npz ...    the negatives; all else can be made again from them
    summary.json, 000000-000050/ ...                    training shards, each with its ``worlds.jsonl``
    regions-train-000000-000050.parquet ...             the same regions as rows: config ``folder`` reads them
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from dataset.errors import InvalidInputError
from dataset.listener import World
from dataset.masks.rle import decode_mask
from dataset.rooms.facts.captions import Told, tell, words_hash
from dataset.rooms.negatives import read_negative
from dataset.rooms.options import RoomsOptions
from dataset.runtime.cache import atomic_file
from dataset.runtime.fingerprint import content_hash
from dataset.runtime.processes import Parent, run_workers
from dataset.scenes.rows import write_rows

from ..inputs import open_image
from .shards import SUMMARY, SceneExample, Scenes, begin_shards, end_shards, shard_folder, shard_spans, write_shard

__all__ = ["develop_rooms", "develop_task"]

_REMADE = ("content_hash", "words", "negatives")
"""What may change between two runs: the words, and which rooms there are."""


def develop_rooms(folder: Path, split: str, options: RoomsOptions, workers: int, command: str = "") -> Scenes:
    """Make shards and rows of all negatives of a folder, in parallel.

    Shards that exist are kept; all are made anew once the code has changed that makes the words, or the negatives.

    Args:
        folder: of negatives, where shards and rows are written too.
        split: train, validation or test, as in the negatives' names.
        options: what the negatives were rendered with; those of other seeds and sizes are left alone.
        workers: number of processes.
        command: what to type to do this again, for the summary.

    Returns:
        The images with their regions, in the order of their names.

    Raises:
        InvalidInputError: there are no negatives of the split, or `folder` holds other shards.
        DataUnavailableError: a process failed; its last lines are in the message. Done shards stay.
    """
    series = options.image_id(split, 0).removesuffix("00000")
    negatives = sorted(folder.glob(f"{series}[0-9]*.npz"))
    if not negatives:
        raise InvalidInputError(str(folder), [f"expected negatives {series}*.npz, found none"])
    names = hashlib.sha256("\n".join(path.stem for path in negatives).encode()).hexdigest()
    summary = {
        "config": "rooms",
        "split": split,
        **asdict(options),
        "content_hash": content_hash(),
        "words": words_hash(),
        "negatives": names,
    }
    _remove_outdated(folder, summary)
    begin_shards(folder, summary, len(negatives), command)
    missing = [span for span in shard_spans(len(negatives)) if not shard_folder(folder, *span).is_dir()]
    if missing:
        tasks = [
            {"folder": str(folder), "split": split, "shards": [
                (first, [str(path) for path in negatives[first : first + count]]) for first, count in part
            ]}
            for part in (missing[k::workers] for k in range(min(workers, len(missing))))
        ]  # fmt: skip
        total = sum(count for _, count in missing)
        title = f"Describing {split} rooms"
        run_workers("baselines.training.develop:develop_task", tasks, title=title, total=total, unit="room")
    return end_shards(folder)


def develop_task(parent: Parent, task: Mapping[str, Any]) -> None:
    """Develop shards in a process that `develop_rooms` started, and say so after each room."""
    for first, names in task["shards"]:
        _develop_shard(Path(task["folder"]), task["split"], first, [Path(name) for name in names], parent)


def _develop_shard(folder: Path, split: str, first: int, negatives: Sequence[Path], parent: Parent) -> None:
    told: list[tuple[str, Told]] = []
    for path in negatives:
        told.append((f"{path.stem}.jpg", tell(read_negative(path))))
        parent.send("told")
    shard = shard_folder(folder, first, len(negatives))
    with atomic_file(folder / f"regions-{split}-{shard.name}.parquet") as rows:
        write_rows(rows, [(name, room.regions) for name, room in told])
    write_shard(folder, first, len(negatives), _examples(folder, told))  # last: the sign that the rows are there


def _examples(folder: Path, told: Sequence[tuple[str, Told]]) -> Iterator[tuple[SceneExample, World]]:
    for name, room in told:
        image = np.asarray(open_image(folder / name))
        size = [image.shape[0], image.shape[1]]
        masks = [decode_mask(region.mask, size) for region in room.regions if region.mask is not None]
        stacked = np.array(masks, dtype=np.bool_).reshape(-1, *size)
        yield SceneExample.measured(Path(name).stem, image, stacked, room.regions), room.world


def _remove_outdated(folder: Path, summary: Mapping[str, Any]) -> None:
    """Remove what was developed by other code or of other negatives, but never what was rendered otherwise."""
    path = folder / SUMMARY
    if not path.is_file():
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    same = all(before.get(name) == value for name, value in summary.items() if name not in _REMADE)
    if not same or all(before.get(name) == summary[name] for name in _REMADE):
        return
    for first, count in shard_spans(int(before["images"])):
        shard = shard_folder(folder, first, count)
        shutil.rmtree(shard, ignore_errors=True)
        (folder / f"regions-{summary['split']}-{shard.name}.parquet").unlink(missing_ok=True)
    path.unlink()
