"""Draw scenes straight into training shards: ``python -m baselines.training.draw --images 6000 --out DIR``.

``rooms`` after the command renders rooms instead, and develops them into shards in the same folder::

    rooms-train-00000.jpg, rooms-train-00000.npz ...    negatives (`dataset.rooms.negatives`), of which all else is made
    summary.json, 000000-000050/ ...                    training shards, each with its ``worlds.jsonl``
    regions-train-000000-000050.parquet ...             the same regions as rows: config ``folder`` reads them

Scenes need numpy, pillow and numba only. A scene of these shards is the scene of the same index in ``scenes``: the same
pixels, regions and captions. More training scenes than the benchmark's 1,000 are simply the ones that follow.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from dataset.errors import InvalidInputError, check_name
from dataset.listener import World
from dataset.masks.rle import decode_mask
from dataset.rooms.facts.captions import Told, tell, words_hash
from dataset.rooms.generate import draw_rooms
from dataset.rooms.negatives import read_negative
from dataset.rooms.options import RoomsOptions
from dataset.runtime.cache import atomic_file
from dataset.runtime.cores import usable_cores
from dataset.runtime.fingerprint import content_hash
from dataset.runtime.interpreter import typed_command
from dataset.runtime.processes import Parent, run_workers
from dataset.scenes.options import SPLITS, ScenesOptions
from dataset.scenes.rows import described_regions, draw, write_rows
from dataset.scenes.words.describe import describe_scene
from dataset.terminal import CommandLine

from ..inputs import open_image
from .shards import SUMMARY, SceneExample, Scenes, begin_shards, end_shards, shard_folder, shard_spans, write_shard

__all__ = ["develop_rooms", "develop_task", "draw_example", "draw_shards", "draw_task"]

app = CommandLine()

_REMADE = ("content_hash", "words", "negatives")
"""What may change between two runs: the words, and which rooms there are."""


def draw_example(options: ScenesOptions, split: str, index: int, device: str = "cpu") -> tuple[SceneExample, World]:
    """One scene with its described regions, and what the listener needs of it; `device` draws its pixels."""
    image_id = options.image_id(split, index)
    image, world, all_masks = draw(options, split, index, device)
    descriptions, _ = describe_scene(world, options.scene_seed(split, index))
    described = list(described_regions(image_id, world, descriptions))
    masks = np.array([all_masks[own_id] for own_id, _ in described]).reshape(-1, *image.shape[:2])
    return SceneExample.measured(image_id, image, masks, [region for _, region in described]), world


def draw_shards(
    out: Path, split: str, images: int, seed: int = 0, workers: int | None = None, command: str = ""
) -> Scenes:
    """Draw the first scenes of a split into a folder of shards, in parallel; shards that exist are kept.

    Killed at any point and started again, it resumes with the missing shards. With more images than last time it adds
    to the folder.

    Args:
        out: the folder.
        split: train, validation or test; a model must never be trained on the last two.
        images: how many scenes.
        seed: another seed gives other scenes; 0 is the benchmark.
        workers: number of processes; default: one for each core this process may use.
        command: what to type to do this again, for the summary.

    Raises:
        UnknownNameError: no such split.
        InvalidInputError: `out` holds other scenes, or scenes of another version of the code.
        DataUnavailableError: a process failed; its last lines are in the message. Done shards stay.
    """
    check_name("split", split, SPLITS)
    options = ScenesOptions(seed=seed, **{split: images})
    made_by = {"config": "scenes", "split": split, "seed": seed, "content_hash": content_hash()}
    images = begin_shards(out, made_by, images, command)
    spans = shard_spans(images)
    missing = [span for span in spans if not shard_folder(out, *span).is_dir()]
    if missing:
        _draw_in_parallel(out, options, split, missing, workers or usable_cores())
    return end_shards(out)


def _draw_in_parallel(
    out: Path, options: ScenesOptions, split: str, missing: list[tuple[int, int]], workers: int
) -> None:
    workers = min(workers, len(missing))
    tasks = [
        {"out": str(out), "options": asdict(options), "split": split, "shards": missing[k::workers]}
        for k in range(workers)
    ]
    total = sum(count for _, count in missing)
    run_workers("baselines.training.draw:draw_task", tasks, title=f"Drawing {split} scenes", total=total)


def draw_task(parent: Parent, task: Mapping[str, Any]) -> None:
    """Draw shards in a process that `draw_shards` started, and say so after each scene."""
    options = ScenesOptions(**task["options"])
    for first, count in task["shards"]:
        _draw_shard(Path(task["out"]), options, task["split"], first, count, lambda: parent.send("drawn"))


def _draw_shard(
    out: Path, options: ScenesOptions, split: str, first: int, count: int, on_scene: Callable[[], Any] = lambda: None
) -> None:
    def examples() -> Iterator[tuple[SceneExample, World]]:
        for index in range(first, first + count):
            yield draw_example(options, split, index)
            on_scene()

    write_shard(out, first, count, examples())


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
        run_workers("baselines.training.draw:develop_task", tasks, title=title, total=total, unit="room")
    return end_shards(folder)


def develop_task(parent: Parent, task: Mapping[str, Any]) -> None:
    """Develop shards in a process that `develop_rooms` started, and say so after each room."""
    for first, names in task["shards"]:
        _develop_shard(Path(task["folder"]), task["split"], first, [Path(name) for name in names], parent)


def _develop_shard(folder: Path, split: str, first: int, negatives: Sequence[Path], parent: Parent) -> None:
    rooms: list[tuple[str, Told]] = []
    for path in negatives:
        rooms.append((f"{path.stem}.jpg", tell(read_negative(path))))
        parent.send("told")
    shard = shard_folder(folder, first, len(negatives))
    with atomic_file(folder / f"regions-{split}-{shard.name}.parquet") as rows:
        write_rows(rows, [(name, room.regions) for name, room in rooms])
    write_shard(folder, first, len(negatives), _examples(folder, rooms))  # last: the sign that the rows are there


def _examples(folder: Path, rooms: Sequence[tuple[str, Told]]) -> Iterator[tuple[SceneExample, World]]:
    for name, room in rooms:
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


@app.command(stopped="stopped; the shards that are done are kept in {out}: run the same command to resume")
def main(
    images: Annotated[int, typer.Option(min=1, help="How many images.")],
    out: Annotated[Path, typer.Option(help="Folder to draw into.")],
    what: Annotated[str, typer.Argument(help="scenes, or rooms (Blender's module and furniture models).")] = "scenes",
    split: Annotated[str, typer.Option(help="train; validation and test are for evaluation alone.")] = "train",
    seed: Annotated[int, typer.Option(help="Another seed gives other scenes; 0 is the benchmark.")] = 0,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    first: Annotated[int, typer.Option(min=0, help="Index of the first image (rooms).")] = 0,
    samples: Annotated[
        int, typer.Option(min=1, help="Light paths for each pixel (rooms); 2 will do to train on.")
    ] = 12,
) -> None:
    """Draw scenes, or render rooms, as training shards; run again after a stop, it resumes."""
    command = shlex.join(typed_command())
    check_name("kind of images", what, ("scenes", "rooms"))
    of_rooms = [
        name for name, value, default in (("--first", first, 0), ("--samples", samples, 12)) if value != default
    ]
    if what == "scenes" and of_rooms:
        raise InvalidInputError(
            ", ".join(of_rooms), ["expected with rooms only, found with scenes"], "Shards of scenes begin at 0."
        )
    if what == "rooms":
        options = RoomsOptions(seed=seed, samples=samples)
        draw_rooms(out, split, range(first, first + images), options, workers)
        scenes = develop_rooms(out, split, options, workers or usable_cores(), command)
    else:
        scenes = draw_shards(out, split, images, seed, workers, command)
    sys.stderr.write(f"{len(scenes):,} images with {int(scenes.region_counts.sum()):,} regions in {out}\n")


if __name__ == "__main__":
    app()
