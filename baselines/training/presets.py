"""Presets: models and training stages as data. A part of the model whose learning rate is 0 is frozen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from dataset.errors import InvalidInputError, look_up

__all__ = ["PRESETS", "Architecture", "Lora", "Preset", "Rates", "RunOptions", "Stage", "find_preset"]


@dataclass(frozen=True)
class Architecture:
    """A base model that is built from nothing.

    Attributes:
        tile: side of an image tile in pixels.
        patch: side of a patch of the vision tower in pixels; tile / patch must be even.
        vision_width, vision_layers, vision_heads: of the vision tower.
        text_width, text_layers, text_heads, text_kv_heads: of the language model.
        vocabulary: tokens of the byte-level BPE that is trained on the captions.
        text: family of the language model.
    """

    tile: int
    patch: int
    vision_width: int
    vision_layers: int
    vision_heads: int
    text_width: int
    text_layers: int
    text_heads: int
    text_kv_heads: int
    vocabulary: int
    text: Literal["qwen2", "llama"] = "qwen2"

    def __post_init__(self) -> None:
        problems = []
        if self.tile % (2 * self.patch):
            problems.append(f"tile: expected a multiple of {2 * self.patch} (two patches), found {self.tile}")
        if self.vision_width % self.vision_heads:
            problems.append(f"vision_width: {self.vision_width} is not a multiple of {self.vision_heads} heads")
        if self.text_width % self.text_heads or self.text_heads % self.text_kv_heads:
            problems.append("text_width, text_heads, text_kv_heads: each must be a multiple of the next")
        if problems:
            raise InvalidInputError("architecture", problems)

    @property
    def image_tokens(self) -> int:
        """Image tokens per tile, after pixel shuffle."""
        return (self.tile // self.patch // 2) ** 2


@dataclass(frozen=True)
class Rates:
    """Peak learning rate of each part; 0 freezes it."""

    vision: float = 0.0
    projector: float = 0.0
    text: float = 0.0
    mask_encoder: float = 0.0
    lora: float = 0.0

    def __post_init__(self) -> None:
        if not any(dataclasses.astuple(self)) or min(dataclasses.astuple(self)) < 0:
            raise InvalidInputError("learning rates", ["expected none below 0 and at least one above 0"])

    @property
    def only_mask_encoder(self) -> bool:
        """Whether all other parts are frozen."""
        return not (self.vision or self.projector or self.text or self.lora)


@dataclass(frozen=True)
class Lora:
    """Low-rank adaptation of the language model's linear layers; merged into them at the end of the stage."""

    rank: int = 128
    alpha: int = 256
    dropout: float = 0.05


MOST_PACKS: Final = 64
"""Sequences of a backward pass in one process; with `mini` over five tiles they take some 10 GB."""


@dataclass(frozen=True)
class Stage:
    """One stage of training.

    Attributes:
        name: on the command line, and of the stage's folder.
        rates: what is trained, and how fast.
        images_per_step: images of a step, over all processes.
        regions_per_image: regions asked of each image; they share it where the conditioning allows.
        steps: optimiser steps; None to count epochs.
        epochs: passes over all regions, where steps is None.
        conditioning: of this stage; that of the run if None.
        lora: of this stage; None for none.
        warmup: share of the steps with a rising learning rate.
        weight_decay: of matrices.
        clip: largest norm of the gradient.
        accumulate: backward passes per step, at least; see `backward_passes`.
    """

    name: str
    rates: Rates
    images_per_step: int
    regions_per_image: int
    steps: int | None = None
    epochs: float | None = None
    conditioning: str | None = None
    lora: Lora | None = None
    warmup: float = 0.03
    weight_decay: float = 0.01
    clip: float = 1.0
    accumulate: int = 1

    def __post_init__(self) -> None:
        if (self.steps is None) == (self.epochs is None):
            raise InvalidInputError(f"stage {self.name}", ["give either steps or epochs"])
        if self.images_per_step % self.accumulate:
            expected = f"a multiple of accumulate={self.accumulate}"
            raise InvalidInputError(f"stage {self.name}", [f"images_per_step: expected {expected}"])

    def backward_passes(self, packs_per_image: int, processes: int = 1) -> int:
        """Backward passes of a step: so many that none has more than `MOST_PACKS` sequences, if the images divide.

        Args:
            packs_per_image: one sequence, or one for each region where the conditioning changes the picture.
            processes: that share the images.
        """
        passes = self.accumulate
        while (
            self.images_per_step * packs_per_image > passes * processes * MOST_PACKS
            and self.images_per_step % (2 * passes * processes) == 0
        ):
            passes *= 2
        return passes

    def planned_steps(self, regions: int | None) -> int:
        """Optimiser steps over data with this many regions, None for data without end.

        Raises:
            InvalidInputError: the stage counts epochs, of which data without end has none.
        """
        if self.steps is not None:
            return self.steps
        if regions is None:
            problem = f"it takes {self.epochs} epochs, but scenes without end have no epochs"
            raise InvalidInputError(f"stage {self.name}", [problem], f"Give --steps {self.name}=N.")
        per_step = self.images_per_step * self.regions_per_image
        return max(1, round((self.epochs or 0) * regions / per_step))


@dataclass(frozen=True)
class Preset:
    """A model and how it is trained.

    Attributes:
        name: on the command line.
        base: what to build from nothing, or the folder or hub id of an InternVL checkpoint in native format.
        stages: in order; the first stage of a base that is built from nothing makes the base.
        max_tiles: tiles of an image at most, without the thumbnail ("dynamic mask"; 1 for a single tile).
        num_mask_tokens: M, mask tokens per tile.
        dynamic_mask: cut masks on the image's grid; off, a mask is one tile (Table 4 in the paper).
        checkpointing: recompute activations in the backward pass.
        validate_every: steps between validations.
        validation_images: images captioned in a validation.
        held_out_every: steps between losses of held-out images.
        held_out_images: held-out images whose loss is taken.
        save_every: steps between saved states, a multiple of `log_every`, so that a resumed run logs the same lines.
        log_every: steps between lines of the log.
    """

    name: str
    base: Architecture | str
    stages: tuple[Stage, ...] = field(default=())
    max_tiles: int = 6
    num_mask_tokens: int = 16
    dynamic_mask: bool = True
    checkpointing: bool = False
    validate_every: int = 500
    validation_images: int = 20
    held_out_every: int = 250
    held_out_images: int = 64
    save_every: int = 500
    log_every: int = 20

    def __post_init__(self) -> None:
        if self.save_every % self.log_every:
            expected = f"a multiple of log_every={self.log_every}"
            raise InvalidInputError(
                f"preset {self.name}", [f"save_every: expected {expected}, found {self.save_every}"]
            )

    def stage(self, name: str) -> Stage:
        """The stage of a name.

        Raises:
            UnknownNameError: there is none.
        """
        by_name = {stage.name: stage for stage in self.stages}
        return look_up(f"stage of preset {self.name!r}:", name, by_name)

    def stages_for(self, mask_encoder: str, *, with_base: bool = True) -> tuple[Stage, ...]:
        """The stages to run for a conditioning: without a mask encoder, the steps of its stage go to the next one.

        Args:
            mask_encoder: of the conditioning, "none" if it has none.
            with_base: whether the base is still to be made.
        """
        stages: list[Stage] = []
        spare = 0
        for stage in self.stages:
            if stage.name == BASE and not with_base:
                continue
            if stage.rates.only_mask_encoder and mask_encoder == "none":
                spare += stage.steps or 0
                continue
            steps = None if stage.steps is None else stage.steps + spare
            stages.append(dataclasses.replace(stage, steps=steps))
            spare = 0
        return tuple(stages)


@dataclass(frozen=True)
class RunOptions:
    """What a run chooses beside its preset.

    Attributes:
        seed: of weights, order and draws.
        time_budget: seconds that the stage may take with its last validation and saving; None for no limit. The
            learning rate then follows the time where that is further than the steps.
        precision: "bf16", or "no" for float32 throughout.
        answer_logits: compute logits of the captions' tokens only.
        exactly: learn exactly `Stage.regions_per_image` regions of an image at a time, so that runs can be compared.
        mirrored: also learn scenes with left and right swapped.
        scene_memory: bytes of the device's memory for scenes; None for two fifths of a GPU's, or 4 GB.
        compiles: compile the layers of the model for the one shape of the packs; None for on a GPU.
    """

    seed: int = 0
    time_budget: float | None = None
    precision: str = "no"
    answer_logits: bool = True
    exactly: bool = False
    mirrored: bool = False
    scene_memory: int | None = None
    compiles: bool | None = None


BASE: Final = "base"
"""Name of the stage that makes a base model from nothing."""


def _from_nothing(base_steps: int, steps: int, images: int, regions: int, rate: float) -> tuple[Stage, ...]:
    """The base model by box words, then the mask encoder alone, then all parts together."""
    everything = Rates(vision=rate, projector=rate, text=rate)
    with_masks = Rates(vision=rate / 2, projector=rate / 2, text=rate / 2, mask_encoder=rate / 2)
    return (
        Stage(BASE, everything, images, regions, steps=base_steps, conditioning="box_text"),
        Stage("mask-encoder", Rates(mask_encoder=rate), images, regions, steps=max(1, steps // 6)),
        Stage("finetune", with_masks, images, regions, steps=steps),
    )


def _published(images: int, regions: int, accumulate: int) -> tuple[Stage, ...]:
    """The paper's two stages (Section 5.1): mask encoder and its projection, then LoRA with the mask encoder frozen."""
    return (
        Stage("mask-encoder", Rates(mask_encoder=2e-4), images, regions, epochs=1.0, accumulate=accumulate),
        Stage("finetune", Rates(lora=4e-5), images, regions, epochs=1.0, lora=Lora(), accumulate=accumulate),
    )


def _at_once(steps: int, images: int, regions: int, rate: float) -> tuple[Stage, ...]:
    """Everything together from the first step: for budgets too small for a base model of its own."""
    together = Rates(vision=rate, projector=rate, text=rate, mask_encoder=rate)
    return (Stage("together", together, images, regions, steps=steps),)


_NANO = Architecture(224, 14, 160, 5, 5, 192, 4, 6, 3, 1024)
_BLIND = Architecture(224, 28, 160, 1, 5, 192, 4, 6, 3, 1024)
"""As `_NANO`, but for a tower that is as small as can be: it has nothing to see."""
_MINI = Architecture(224, 14, 256, 8, 8, 384, 6, 6, 3, 4096)
_TINY = Architecture(56, 14, 32, 2, 2, 48, 2, 4, 2, 600)

_ALL: Final[Sequence[Preset]] = (
    Preset(
        "smoke",
        _TINY,
        _from_nothing(20, 12, 2, 4, 3e-3),
        max_tiles=1,
        num_mask_tokens=4,
        validate_every=10,
        validation_images=2,
        save_every=5,
        log_every=1,
    ),
    Preset(
        "nano",
        _NANO,
        _at_once(8000, 8, 12, 1.5e-3),
        max_tiles=1,
        num_mask_tokens=4,
        validate_every=1000,
        validation_images=10,
        save_every=200,
    ),
    Preset(
        "blind",
        _BLIND,
        _at_once(3000, 4, 12, 1.5e-3),
        max_tiles=1,
        num_mask_tokens=4,
        validate_every=1000,
        validation_images=10,
        save_every=200,
    ),
    Preset(
        "mini",
        _MINI,
        _at_once(10_000, 32, 19, 1e-3),
        max_tiles=4,
        num_mask_tokens=4,
        validate_every=5000,
        validation_images=8,
        save_every=2000,
    ),
    Preset("internvl3-1b", "OpenGVLab/InternVL3-1B-hf", _published(16, 8, 1), checkpointing=True),
    Preset("internvl3-2b", "OpenGVLab/InternVL3-2B-hf", _published(16, 8, 2), checkpointing=True),
    Preset("internvl3-8b", "OpenGVLab/InternVL3-8B-hf", _published(16, 8, 8), checkpointing=True),
)

PRESETS: Final[Mapping[str, Preset]] = {preset.name: preset for preset in _ALL}
"""Name -> preset."""


def find_preset(name: str) -> Preset:
    """The preset of a name.

    Raises:
        UnknownNameError: there is none.
    """
    return look_up("preset", name, PRESETS)
