"""Draw scenes straight into training shards: ``python -m baselines.training.draw --images 6000 --out DIR``.

``rooms`` after the command renders rooms instead, into a folder of negatives (`dataset.rooms.negatives`), and develops
them into shards in the same folder (`develop`).

Scenes need numpy, pillow and numba only. A scene of these shards is the scene of the same index in ``scenes``: the same
pixels, regions and captions. More training scenes than the benchmark's 1,000 are simply the ones that follow.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from dataset.errors import check_name
from dataset.listener import World
from dataset.rooms.generate import draw_rooms
from dataset.rooms.options import RoomsOptions
from dataset.runtime.cores import usable_cores
from dataset.runtime.fingerprint import content_hash
from dataset.runtime.interpreter import typed_command
from dataset.runtime.processes import Parent, run_workers
from dataset.scenes.options import SPLITS, ScenesOptions
from dataset.scenes.rows import described_regions, draw
from dataset.scenes.words.describe import describe_scene
from dataset.terminal import CommandLine

from .develop import develop_rooms
from .shards import SceneExample, Scenes, begin_shards, end_shards, shard_folder, shard_spans, write_shard

__all__ = ["draw_example", "draw_shards", "draw_task"]

app = CommandLine()


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


@app.command(stopped="stopped; the shards that are done are kept in {out}: run the same command to resume")
def main(
    images: Annotated[int, typer.Option(min=1, help="How many images.")],
    out: Annotated[Path, typer.Option(help="Folder to draw into.")],
    what: Annotated[str, typer.Argument(help="scenes, or rooms (extra rooms and furniture models).")] = "scenes",
    split: Annotated[str, typer.Option(help="train; validation and test are for evaluation alone.")] = "train",
    seed: Annotated[int, typer.Option(help="Another seed gives other scenes; 0 is the benchmark.")] = 0,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; default: one for each core.")] = None,
    first: Annotated[int, typer.Option(min=0, help="Index of the first image (rooms).")] = 0,
) -> None:
    """Draw scenes, or render rooms, as training shards; run again after a stop, it resumes."""
    command = shlex.join(typed_command())
    check_name("kind of images", what, ("scenes", "rooms"))
    if what == "rooms":
        options = RoomsOptions(seed=seed)
        draw_rooms(out, split, range(first, first + images), options, workers)
        scenes = develop_rooms(out, split, options, workers or usable_cores(), command)
    else:
        scenes = draw_shards(out, split, images, seed, workers, command)
    sys.stderr.write(f"{len(scenes):,} images with {int(scenes.region_counts.sum()):,} regions in {out}\n")


if __name__ == "__main__":
    app()
