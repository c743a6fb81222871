"""Train a URECA model: ``python -m baselines.train --preset NAME --data SHARDS --out DIR``.

A preset's stages run one after the other, each in its own folder of ``--out``; what is finished is not trained again,
and what was stopped goes on. Several GPUs: ``torchrun --nproc-per-node N -m baselines.train ...``, or ``accelerate
launch`` with a configuration for FSDP (docs/model.md).
"""

from __future__ import annotations

import dataclasses
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dataset.errors import InvalidInputError, MissingDependencyError
from dataset.terminal import CommandLine, read_pairs

from .training.presets import BASE, PRESETS, Architecture, Preset, Stage, find_preset
from .training.shards import Scenes, read_shards

if TYPE_CHECKING:
    from .ureca import UrecaForConditionalGeneration, UrecaProcessor

__all__ = ["train"]

app = CommandLine()


def train(
    preset: Preset,
    data: Scenes,
    out: Path,
    *,
    conditioning: str = "ureca",
    base: Path | str | None = None,
    validation: Scenes | None = None,
    until: str | None = None,
    seed: int = 0,
    time_budget: float | None = None,
    workers: int = 0,
    precision: str | None = None,
    answer_logits: bool = True,
) -> Path:
    """Run the stages of a preset and return the folder of the last checkpoint.

    Args:
        preset: what to train; `dataclasses.replace` makes variations.
        data: to learn from.
        out: folder for stages and checkpoints.
        conditioning: how the model is told the region, see `baselines.ureca.CONDITIONINGS`.
        base: checkpoint to start from, in place of the preset's; a base that is built from nothing is built if None.
        validation: to validate on.
        until: last stage to run.
        seed: of weights, order and draws.
        time_budget: seconds for all stages that are still to be run, shared by their planned work.
        workers: processes that prepare batches.
        precision: "bf16" or "no"; bf16 on a GPU, float32 on a CPU if None.
        answer_logits: compute logits of captions only.

    Raises:
        UnknownNameError: no such conditioning or stage.
        InvalidInputError: base, data and preset do not fit.
        MissingDependencyError: accelerate or peft is not installed.
    """
    try:
        import torch
        import transformers

        from .training.stage import RunOptions, Trainer
        from .ureca import find_conditioning
    except ModuleNotFoundError as error:
        raise MissingDependencyError(error.name or "torch", "training", "pip install 'ureca[train]'") from error
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    began = time.monotonic()
    stages = preset.stages_for(find_conditioning(conditioning).mask_encoder, with_base=base is None)
    if until is not None:
        stages = stages[: [stage.name for stage in stages].index(preset.stage(until).name) + 1]
    chosen = precision or ("bf16" if torch.cuda.is_available() else "no")
    start: Path | str | None = base or (None if isinstance(preset.base, Architecture) else preset.base)
    regions = int(data.region_counts.sum())
    for number, stage in enumerate(stages):
        left = None if time_budget is None else max(time_budget - (time.monotonic() - began), 1.0)
        options = RunOptions(seed, _share(stages[number:], left, regions), workers, chosen, answer_logits)
        told = stage.conditioning or conditioning
        folder = out / (stage.name if stage.conditioning else f"{conditioning}-{stage.name}")
        if (folder / "checkpoint").is_dir():
            start = folder / "checkpoint"
            continue
        model, processor = _model(preset, start, told, data, seed)
        trainer = Trainer(model, processor, preset, stage, data, validation, folder, options, _say(folder.name))
        start = trainer.run()
    if start is None:
        raise InvalidInputError(f"preset {preset.name}", ["no stage to run and no base to return"])
    return Path(start)


def _model(
    preset: Preset, start: Path | str | None, conditioning: str, data: Scenes, seed: int
) -> tuple[UrecaForConditionalGeneration, UrecaProcessor]:
    """Model and processor that a stage starts with."""
    import torch

    from .training.base import build_model, load_base
    from .training.tokenizer import caption_texts, train_tokenizer
    from .ureca.prompts import PROMPT_TEXTS

    if start is not None:
        dtype = torch.float32 if isinstance(preset.base, Architecture) else torch.bfloat16
        return load_base(
            start,
            conditioning,
            num_mask_tokens=preset.num_mask_tokens,
            max_tiles=preset.max_tiles,
            dynamic_mask=preset.dynamic_mask,
            dtype=dtype,
            seed=seed,
        )
    if not isinstance(preset.base, Architecture):
        raise InvalidInputError(f"preset {preset.name}", ["it has no base"])
    tokenizer = train_tokenizer(caption_texts(data.texts(), PROMPT_TEXTS), preset.base.vocabulary)
    return build_model(preset, tokenizer, conditioning, seed)


def _share(stages: Sequence[Stage], seconds: float | None, regions: int) -> float | None:
    """The first stage's share of the seconds, by planned regions."""
    if seconds is None:
        return None
    work = [stage.planned_steps(regions) * stage.images_per_step * stage.regions_per_image for stage in stages]
    return seconds * work[0] / sum(work)


def _say(name: str) -> Callable[[int, int, float], None]:
    """A line on the terminal, at most every few seconds."""
    last = -10.0

    def say(step: int, steps: int, loss: float) -> None:
        nonlocal last
        if time.monotonic() - last > 5 or step == steps:
            last = time.monotonic()
            sys.stderr.write(f"{name}: step {step:,} of {steps:,}, loss {loss:.3f}\n")

    return say


def _with_steps(preset: Preset, steps: Sequence[str]) -> Preset:
    """The preset with other numbers of steps, given as STAGE=N."""
    wanted: dict[str, int] = {}
    problems = []
    for name, number in read_pairs(steps, "--steps", "STAGE=N").items():
        if not number.isdecimal() or int(number) < 1:
            problems.append(f"{name}={number}: expected STAGE=N with N of at least 1")
        else:
            wanted[preset.stage(name).name] = int(number)
    if problems:
        raise InvalidInputError("--steps", problems)
    return dataclasses.replace(preset, stages=tuple(_replanned(stage, wanted) for stage in preset.stages))


def _replanned(stage: Stage, steps: Mapping[str, int]) -> Stage:
    return dataclasses.replace(stage, steps=steps[stage.name], epochs=None) if stage.name in steps else stage


@app.command(stopped="stopped; started again, the same command goes on from {out}")
def main(
    preset: Annotated[str, typer.Option(help=f"One of: {', '.join(PRESETS)}.")],
    data: Annotated[Path, typer.Option(help="Training shards, see baselines.training.draw.")],
    out: Annotated[Path, typer.Option(help="Folder for stages and checkpoints.")],
    validation: Annotated[Path | None, typer.Option(help="Shards to validate on.")] = None,
    conditioning: Annotated[str, typer.Option(help="How the model is told the region.")] = "ureca",
    base: Annotated[str | None, typer.Option(help="Checkpoint to start from: folder or hub id.")] = None,
    until: Annotated[str | None, typer.Option(help=f'Last stage to run, such as "{BASE}".')] = None,
    steps: Annotated[list[str] | None, typer.Option(help="Other steps of a stage, STAGE=N; repeatable.")] = None,
    images: Annotated[int | None, typer.Option(min=1, help="Use only the first so many images.")] = None,
    mask_tokens: Annotated[int | None, typer.Option(min=1, help="Mask tokens per tile.")] = None,
    max_tiles: Annotated[int | None, typer.Option(min=1, help="Tiles of an image at most.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of weights, order and draws.")] = 0,
    time_budget: Annotated[float | None, typer.Option(min=1, help="Seconds until all is saved.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes that prepare batches.")] = 0,
    precision: Annotated[str | None, typer.Option(help="bf16 or no (float32).")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads of the training process.")] = None,
) -> None:
    """Train a preset's stages. Started again, it goes on where it stopped."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    chosen = _with_steps(find_preset(preset), steps or [])
    if precision not in (None, "bf16", "no"):
        raise InvalidInputError("command line", [f"--precision: expected bf16 or no, found {precision}"])
    changes = {"num_mask_tokens": mask_tokens, "max_tiles": max_tiles}
    chosen = dataclasses.replace(chosen, **{k: v for k, v in changes.items() if v is not None})  # type: ignore[arg-type]
    scenes = read_shards(data, images)
    held_out = None if validation is None else read_shards(validation)
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    checkpoint = train(
        chosen,
        scenes,
        out,
        conditioning=conditioning,
        base=base,
        validation=held_out,
        until=until,
        seed=seed,
        time_budget=time_budget,
        workers=workers,
        precision=precision,
    )
    sys.stderr.write(f"{checkpoint}\n")


if __name__ == "__main__":
    app()
