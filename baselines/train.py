"""Train a URECA model: ``python -m baselines.train --preset NAME --data SHARDS --out DIR``.

A preset's stages run one after the other, each in its own folder of ``--out``; what is finished is not trained again,
and what was stopped is resumed. Several GPUs: ``torchrun --nproc-per-node N -m baselines.train ...``, or ``accelerate
launch`` with a configuration for FSDP (docs/training.md).
"""

from __future__ import annotations

import dataclasses
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from dataset.errors import InvalidInputError
from dataset.runtime.cores import usable_cores
from dataset.terminal import CommandLine, read_pairs

from .training.feed.data import TOKENIZER_SCENES, EndlessScenes, FolderData, TrainingData
from .training.presets import BASE, PRESETS, Preset, Stage, find_preset
from .training.run import train
from .training.shards import read_shards

__all__ = ["train"]

app = CommandLine()

ENDLESS: Final = "scenes/train"
"""What to learn from, instead of a folder: scenes of the training split without end."""


def _training_data(
    data: str, images: int | None, first_scene: int, workers: int | None, render: str, tokenizer_scenes: int
) -> TrainingData:
    if data != ENDLESS:
        return FolderData(read_shards(data, images))
    if images is not None:
        raise InvalidInputError("command line", [f"--images: {ENDLESS} has no end"], "Leave it out, or draw a folder.")
    if render not in ("cpu", "cuda"):
        raise InvalidInputError("command line", [f"--render: expected cpu or cuda, found {render}"])
    workers = workers or max(usable_cores() - 1, 1)
    scenes = EndlessScenes(first_scene, workers=workers, device=render, tokenizer_scenes=tokenizer_scenes)
    scenes.start()  # before the libraries of training are read, which takes its time
    return scenes


def _with_steps(preset: Preset, steps: Sequence[str]) -> Preset:
    """The preset with other numbers of steps, given as STAGE=N."""
    counts: dict[str, int] = {}
    problems = []
    for name, number in read_pairs(steps, "--steps", "STAGE=N").items():
        if not number.isdecimal() or int(number) < 1:
            problems.append(f"{name}={number}: expected STAGE=N with N of at least 1")
        else:
            counts[preset.stage(name).name] = int(number)
    if problems:
        raise InvalidInputError("--steps", problems)
    return dataclasses.replace(preset, stages=tuple(_replanned(stage, counts) for stage in preset.stages))


def _replanned(stage: Stage, steps: Mapping[str, int]) -> Stage:
    return dataclasses.replace(stage, steps=steps[stage.name], epochs=None) if stage.name in steps else stage


@app.command(stopped="stopped; run the same command to resume from {out}")
def main(
    preset: Annotated[str, typer.Option(help=f"One of: {', '.join(PRESETS)}.")],
    data: Annotated[
        str, typer.Option(help=f"Training shards (see ureca draw), or {ENDLESS}: scenes drawn while the model learns.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for stages and checkpoints.")],
    validation: Annotated[Path | None, typer.Option(help="Shards to validate on.")] = None,
    conditioning: Annotated[str, typer.Option(help="How the region is pointed out to the model.")] = "ureca",
    base: Annotated[str | None, typer.Option(help="Checkpoint to start from: folder or hub id.")] = None,
    until: Annotated[str | None, typer.Option(help=f'Last stage to run, such as "{BASE}".')] = None,
    steps: Annotated[list[str] | None, typer.Option(help="STAGE=N, another number of steps (repeat).")] = None,
    images: Annotated[int | None, typer.Option(min=1, help="Use only the first N images.")] = None,
    mask_tokens: Annotated[int | None, typer.Option(min=1, help="Mask tokens per tile.")] = None,
    max_tiles: Annotated[int | None, typer.Option(min=1, help="Largest number of tiles per image.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of weights, order and draws.")] = 0,
    time_budget: Annotated[float | None, typer.Option(min=1, help="Seconds until everything is saved.")] = None,
    first_scene: Annotated[int, typer.Option(min=0, help=f"Index of the first scene of {ENDLESS}.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, help=f"Processes that draw {ENDLESS}; default: cores - 1.")
    ] = None,
    render: Annotated[str, typer.Option(help=f"Where {ENDLESS} is rendered: cpu or cuda.")] = "cpu",
    tokenizer_scenes: Annotated[
        int, typer.Option(min=1, help=f"Scenes of {ENDLESS} that a new model's tokenizer is learnt from.")
    ] = TOKENIZER_SCENES,
    mirrored: Annotated[bool, typer.Option(help="Also learn scenes with left and right swapped.")] = False,
    scene_memory: Annotated[float | None, typer.Option(min=0.01, help="GB of the device's memory for scenes.")] = None,
    precision: Annotated[str | None, typer.Option(help="bf16 or no (float32).")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads of the training process.")] = None,
) -> None:
    """Train a preset's stages. Started again, it resumes where it stopped."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    plan = _with_steps(find_preset(preset), steps or [])
    if precision not in (None, "bf16", "no"):
        raise InvalidInputError("command line", [f"--precision: expected bf16 or no, found {precision}"])
    changes = {"num_mask_tokens": mask_tokens, "max_tiles": max_tiles}
    plan = dataclasses.replace(plan, **{k: v for k, v in changes.items() if v is not None})  # type: ignore[arg-type]
    training_data = _training_data(data, images, first_scene, workers, render, tokenizer_scenes)
    held_out = None if validation is None else read_shards(validation)
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    checkpoint = train(
        plan,
        training_data,
        out,
        conditioning=conditioning,
        base=base,
        validation=held_out,
        until=until,
        seed=seed,
        time_budget=time_budget,
        precision=precision,
        mirrored=mirrored,
        scene_memory=None if scene_memory is None else int(scene_memory * 1e9),
    )
    sys.stderr.write(f"{checkpoint}\n")


if __name__ == "__main__":
    app()
