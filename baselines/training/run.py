"""Run the stages of a preset in order: what is finished is not trained again, what was stopped is resumed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from dataset.errors import InvalidInputError, MissingDependencyError

from .feed.data import FolderData, TrainingData
from .presets import Architecture, Preset, RunOptions, Stage
from .shards import Scenes

if TYPE_CHECKING:
    from ..ureca import UrecaForConditionalGeneration, UrecaProcessor

__all__ = ["train"]


def train(
    preset: Preset,
    data: Scenes | TrainingData,
    out: Path,
    *,
    conditioning: str = "ureca",
    base: Path | str | None = None,
    validation: Scenes | None = None,
    until: str | None = None,
    seed: int = 0,
    time_budget: float | None = None,
    precision: str | None = None,
    answer_logits: bool = True,
    exactly: bool = False,
    mirrored: bool = False,
    scene_memory: int | None = None,
) -> Path:
    """Run the stages of a preset and return the folder of the last checkpoint.

    Args:
        preset: what to train; `dataclasses.replace` makes variations.
        data: to learn from.
        out: folder for stages and checkpoints.
        conditioning: how the region is pointed out to the model, see `baselines.ureca.CONDITIONINGS`.
        base: checkpoint to start from, instead of the preset's; a base that is built from nothing is built if None.
        validation: to validate on.
        until: last stage to run.
        seed: of weights, order and draws.
        time_budget: seconds for all stages that are still to be run, shared by their planned work.
        precision: "bf16" or "no"; bf16 on a GPU, float32 on a CPU if None.
        answer_logits: compute logits of captions only.
        exactly: learn exactly as many regions of an image at a time as the stage says, so that runs can be compared.
        mirrored: also learn scenes with left and right swapped.
        scene_memory: bytes of the device's memory for scenes.

    Raises:
        UnknownNameError: no such conditioning or stage.
        InvalidInputError: base, data and preset do not fit.
        MissingDependencyError: accelerate or peft is not installed.
    """
    try:
        import torch
        import transformers

        from ..ureca import find_conditioning
        from .stage import Trainer
    except ModuleNotFoundError as error:
        raise MissingDependencyError(error.name or "torch", "training", "pip install 'ureca[train]'") from error
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    start_time = time.monotonic()
    stages = preset.stages_for(find_conditioning(conditioning).mask_encoder, with_base=base is None)
    if until is not None:
        stages = stages[: [stage.name for stage in stages].index(preset.stage(until).name) + 1]
    precision = precision or ("bf16" if torch.cuda.is_available() else "no")
    start: Path | str | None = base or (None if isinstance(preset.base, Architecture) else preset.base)
    training_data: TrainingData = FolderData(data) if isinstance(data, Scenes) else data
    if mirrored and not training_data.can_be_mirrored:
        problem = "--mirrored: only the words of scenes are known to stay true where left and right are swapped"
        raise InvalidInputError("training data", [problem], "Leave it out: this is other data.")
    for number, stage in enumerate(stages):
        seconds_left = None if time_budget is None else max(time_budget - (time.monotonic() - start_time), 1.0)
        share = _share(stages[number:], seconds_left, training_data.regions)
        options = RunOptions(seed, share, precision, answer_logits, exactly, mirrored, scene_memory)
        pointing = stage.conditioning or conditioning
        folder = out / (stage.name if stage.conditioning else f"{conditioning}-{stage.name}")
        if (folder / "checkpoint").is_dir():
            start = folder / "checkpoint"
            continue
        model, processor = _model(preset, start, pointing, training_data, seed)
        say = _say(folder.name)
        start = Trainer(model, processor, preset, stage, training_data, validation, folder, options, say).run()
    if start is None:
        raise InvalidInputError(f"preset {preset.name}", ["no stage to run and no base to return"])
    return Path(start)


def _model(
    preset: Preset, start: Path | str | None, conditioning: str, data: TrainingData, seed: int
) -> tuple[UrecaForConditionalGeneration, UrecaProcessor]:
    """Model and processor that a stage starts with."""
    import torch

    from ..ureca.prompts import PROMPT_TEXTS
    from .base import build_model, load_base
    from .tokenizer import train_tokenizer

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
    tokenizer = train_tokenizer(chain(data.captions(), PROMPT_TEXTS), preset.base.vocabulary)
    return build_model(preset, tokenizer, conditioning, seed)


def _share(stages: Sequence[Stage], seconds: float | None, regions: int | None) -> float | None:
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
