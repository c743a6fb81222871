"""One stage of training: the one loop for all presets, conditionings and machines."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedType

from dataset.errors import InsufficientMemoryError, InvalidInputError
from dataset.runtime.cache import atomic_file

from ..ureca import PromptHalves, UrecaCaptioner, UrecaForConditionalGeneration, UrecaProcessor, find_conditioning
from .base import save_checkpoint
from .compiled_layers import compile_layers, eager_layers
from .feed.batches import BatchCutter
from .feed.data import TrainingData
from .feed.memory import SceneMemory
from .feed.plans import Feed, FeedOptions
from .logs import Averages, TrainingLog, provenance
from .optimizer import add_lora, build_optimizer, freeze, rate_factor
from .presets import Preset, RunOptions, Stage
from .shards import Scenes
from .states import find_state, load_state, remove_states, save_state
from .validation import HeldOut, Validation, draw_samples, validate

__all__ = ["Trainer"]

logger = logging.getLogger(__name__)

RESERVE = 0.04
"""Share of the time budget kept for saving, beside the time of the last validation."""
CHECKED_EVERY = 10
"""Steps between two looks at the clock where several processes must agree."""
DEFAULT_MEMORY, SHARE_OF_GPU = 4 * 10**9, 0.4
"""Memory for scenes: bytes on a CPU, share of a GPU's."""


class Trainer:
    """Trains one stage and writes ``log.jsonl``, ``samples-*.png``, ``state/`` and ``checkpoint/`` to a folder.

    Started again after a stop, it resumes from the last saved state: same batches, same losses.

    Args:
        model: what to train.
        processor: of the model.
        preset: for how often to validate and save.
        stage: what to train of it, and how.
        data: to learn from.
        validation: to validate on; None for no validation.
        folder: of the stage.
        options: see `RunOptions`.
        progress: called with (step, steps, loss) now and then.
    """

    def __init__(
        self,
        model: UrecaForConditionalGeneration,
        processor: UrecaProcessor,
        preset: Preset,
        stage: Stage,
        data: TrainingData,
        validation: Scenes | None,
        folder: Path,
        options: RunOptions,
        progress: Callable[[int, int, float], None] = lambda *_: None,
    ) -> None:
        self.preset, self.stage, self.options, self.folder = preset, stage, options, folder
        self.processor, self.data, self.validation, self.progress = processor, data, validation, progress
        # With cpu=True accelerate can also join several CPU processes.
        on_cpu = not torch.accelerator.is_available()
        AcceleratorState._reset_state()  # a run before this one, in this process, may have had another precision
        self.accelerator = Accelerator(mixed_precision=options.precision, cpu=on_cpu)
        self.conditioning = find_conditioning(model.config.conditioning)
        packs = 1 if self.conditioning.shares_image else stage.regions_per_image
        self.passes = stage.backward_passes(packs, self.accelerator.num_processes)
        images = stage.images_per_step // self.passes
        if images % self.accelerator.num_processes:
            expected = f"a multiple of {self.accelerator.num_processes} processes"
            raise InvalidInputError(
                f"stage {stage.name}", [f"images per backward pass: expected {expected}, found {images}"]
            )
        self.prompts = PromptHalves(processor, self.conditioning)
        self.images = images // self.accelerator.num_processes
        self.steps = stage.planned_steps(data.regions)
        self.plain = model  # peft and the accelerator wrap it and change its layers in place
        model = add_lora(model, stage)
        self.trained = freeze(model, stage.rates)
        if preset.checkpointing:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        self.model, self.optimizer = self.accelerator.prepare(model, build_optimizer(model, stage))
        self.step, self.seconds, self.regions = 0, 0.0, 0
        self.feed_state: Mapping[str, Any] | None = None
        self.last_validation_seconds = 0.0

    def run(self) -> Path:
        """Train, save the checkpoint and return its folder; a finished stage is not trained again."""
        checkpoint = self.folder / "checkpoint"
        if checkpoint.is_dir():
            return checkpoint
        torch.manual_seed(self.options.seed)
        self._resume()
        log = TrainingLog(self.folder, self.step) if self.accelerator.is_main_process else None
        self._write_run()
        start_time = time.perf_counter() - self.seconds
        averages = Averages()
        feed = self._feed()
        try:
            with compile_layers(self.plain, enabled=self._compiles):
                self._learn(feed, log, averages, start_time)
        except torch.OutOfMemoryError as error:
            raise InsufficientMemoryError(
                f"{self.accelerator.device} ran out of memory in step {self.step + 1} of {self.folder.name}, with "
                f"{self.memory.size.bytes / 1e9:.1f} GB of it for scenes ({error}). Give a smaller --scene-memory or a "
                "preset with fewer images per step; the same command goes on from the last state that was saved."
            ) from error
        finally:
            feed.close()
        self._validate(log)
        if log is not None:
            log.close()
        self._save_checkpoint(checkpoint)
        return checkpoint

    def _learn(self, feed: Feed, log: TrainingLog | None, averages: Averages, start_time: float) -> None:
        """Steps until they, or the time, are used up."""
        cutter = BatchCutter(self.memory, self.processor, self.conditioning)
        held_out = self._held_out(feed)
        while self.step < self.steps and not self._out_of_time(start_time):
            self._train_step(feed, cutter, averages, start_time)
            self.seconds = time.perf_counter() - start_time
            if log is not None and (self.step % self.preset.log_every == 0 or self.step == self.steps):
                line = averages.line(self.optimizer.param_groups[0]["lr"], self.regions, self.seconds)
                log.write("train", self.step, line)
                self.progress(self.step, self.steps, line["loss"])
            if log is not None and held_out is not None and self._is_due(self.preset.held_out_every):
                log.write("held_out", self.step, {"loss": round(held_out.loss(self._loss), 5)})
            if self.step % self.preset.validate_every == 0 and self.step < self.steps:
                self._validate(log)
            if self.step % self.preset.save_every == 0 and self.step < self.steps:
                self._save_state()
            self.seconds = time.perf_counter() - start_time

    def _train_step(self, feed: Feed, cutter: BatchCutter, averages: Averages, start_time: float) -> None:
        factor = rate_factor(self._progress(start_time), self.stage.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        self.model.train()
        for _ in range(self.passes):
            start = time.perf_counter()
            plan = next(feed)
            inputs = cutter.cut(plan)
            prepared = time.perf_counter() - start
            loss = self._loss(inputs)
            self.accelerator.backward(loss / self.passes)
            self.regions += plan.packs.regions * self.accelerator.num_processes
            self.feed_state = plan.state
            averages.add(loss.detach(), prepared, time.perf_counter() - start, plan.new_indices)
        # All parameters in the model's own order, frozen ones too: accelerate knows a sharded model by that list.
        averages.norm = self.accelerator.clip_grad_norm_(self.model.parameters(), self.stage.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1

    def _loss(self, inputs: Mapping[str, Any]) -> torch.Tensor:
        with self.accelerator.autocast():
            loss: torch.Tensor = self.model(**inputs, answer_logits=self.options.answer_logits).loss
        return loss

    def _is_due(self, every: int) -> bool:
        """Whether something that is done every so many steps, and after the last one, is to be done now."""
        return self.step % every == 0 or self.step == self.steps

    def _held_out(self, feed: Feed) -> HeldOut | None:
        """Held-out packs; none where several processes would have to meet for them."""
        if self.validation is None or self.accelerator.num_processes > 1:
            return None
        images = self.preset.held_out_images
        return HeldOut(self.validation, images, feed.options, self.prompts, feed.length, self.accelerator.device)

    def _progress(self, start_time: float) -> float:
        """Share of the training that is done: by steps, or by time where a budget ends it sooner."""
        by_steps = (self.step + 1) / self.steps
        if self.options.time_budget is None:
            return min(by_steps, 1.0)
        return min(max(by_steps, (time.perf_counter() - start_time) / self._training_seconds()), 1.0)

    def _training_seconds(self) -> float:
        """Seconds of the budget that are for training; the rest is for the last validation and saving."""
        budget = self.options.time_budget or math.inf
        return max(budget * (1 - RESERVE) - 1.2 * self.last_validation_seconds, 0.1 * budget)

    def _out_of_time(self, start_time: float) -> bool:
        """Whether the budget is used up, for all processes alike."""
        if self.options.time_budget is None:
            return False
        is_late = time.perf_counter() - start_time > self._training_seconds()
        if self.accelerator.num_processes == 1:
            return is_late
        # Asking the others makes everybody wait for the GPUs.
        if self.step % CHECKED_EVERY:
            return False
        late = torch.tensor(float(is_late), device=self.accelerator.device)
        return bool(self.accelerator.reduce(late, "sum") > 0)

    def _feed(self) -> Feed:
        """Batches from the data, in a memory on the device."""
        device = self.accelerator.device
        size = self.data.shelf_size(self.options.scene_memory or default_memory(device), self.images)
        self.memory = SceneMemory(size, device)
        rank, processes = self.accelerator.process_index, self.accelerator.num_processes
        source = self.data.source(self.options.seed, rank, processes, self.feed_state)
        options = FeedOptions(
            self.images,
            self.stage.regions_per_image,
            self.options.seed,
            exactly=self.options.exactly,
            mirrored=self.options.mirrored,
            total=self.data.total(processes),
            remember_every=self.preset.save_every * self.passes,
            pinned=device.type == "cuda",
        )
        return Feed(source, self.prompts, size, options, self.feed_state)

    def _validate(self, log: TrainingLog | None) -> None:
        """Caption held-out images; in the main process, while the others wait. Sharded weights cannot caption."""
        if self.validation is not None and log is not None and not self._is_sharded:
            report = self.validation_now()
            self.last_validation_seconds = report.seconds
            log.write("validation", self.step, {**report.scores, "regions": report.regions, "seconds": report.seconds})
            logger.info("step %d: %s", self.step, json.dumps(report.scores))
            draw_samples(report, self.validation, self.folder / f"samples-{self.step:06d}.png")
        self.accelerator.wait_for_everyone()

    def validation_now(self) -> Validation:
        """Scores of the model in its current state."""
        if self.validation is None:
            raise InvalidInputError("validation", ["no validation images were given"])
        self.plain.eval()
        captioner = UrecaCaptioner(self.plain, self.processor, max_new_tokens=48)
        with self.accelerator.autocast(), eager_layers(self.plain):
            return validate(captioner, self.validation, self.preset.validation_images)

    def _save_state(self) -> None:
        """Everything needed to resume."""
        own = {"step": self.step, "seconds": self.seconds, "regions": self.regions}
        save_state(
            self.accelerator,
            self.folder,
            {**own, "validation": self.last_validation_seconds},
            dict(self.feed_state or {}),
        )

    def _resume(self) -> None:
        state = find_state(self.folder)
        if state is None:
            return
        self._check_run()
        where, self.feed_state = load_state(self.accelerator, state)
        self.step, self.seconds, self.regions = where["step"], where["seconds"], where["regions"]
        self.last_validation_seconds = where["validation"]
        logger.info("resuming from step %d", self.step)

    @property
    def _compiles(self) -> bool:
        """Whether layers are compiled: by default on a GPU, where all pictures have one grid."""
        if self.options.compiles is not None:
            return self.options.compiles
        return self.accelerator.device.type == "cuda" and self.data.has_one_size

    def _identity(self) -> dict[str, Any]:
        """What must not change between a stop and a new start."""
        return {
            "preset": self.preset.name,
            "stage": asdict(self.stage),
            "conditioning": self.conditioning.name,
            "seed": self.options.seed,
            "grid": {k: getattr(self.preset, k) for k in ("max_tiles", "num_mask_tokens", "dynamic_mask")},
            "feed": {"exactly": self.options.exactly, "mirrored": self.options.mirrored},
            "data": self.data.identity,
        }

    def _check_run(self) -> None:
        path = self.folder / "run.json"
        if not path.is_file():
            return
        before, now = json.loads(path.read_text())["identity"], json.loads(json.dumps(self._identity()))
        differences = [
            f"{name}: was {before[name]!r}, now {now[name]!r}" for name in now if before.get(name) != now[name]
        ]
        if differences:
            raise InvalidInputError(str(self.folder), differences, "Give another --out, or start as before.")

    def _write_run(self) -> None:
        if not self.accelerator.is_main_process:
            return
        parameters = {part: len(names) for part, names in self.trained.items()}
        record = {
            "identity": self._identity(),
            "options": asdict(self.options),
            "processes": self.accelerator.num_processes,
            "device": str(self.accelerator.device),
            "trained_tensors": parameters,
            **provenance(),
        }
        with atomic_file(self.folder / "run.json") as temporary:
            temporary.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")

    def _save_checkpoint(self, folder: Path) -> None:
        state = self.accelerator.get_state_dict(self.model) if self._is_sharded else None
        if self.accelerator.is_main_process:
            trained = self.accelerator.unwrap_model(self.model) if state is None else self._whole(state)
            trained = trained.merge_and_unload() if self.stage.lora else trained
            save_checkpoint(trained, self.processor, folder, torch.bfloat16)
            remove_states(self.folder)
        self.accelerator.wait_for_everyone()

    @property
    def _is_sharded(self) -> bool:
        """Whether no process holds all weights."""
        return self.accelerator.distributed_type in (DistributedType.FSDP, DistributedType.DEEPSPEED)

    def _whole(self, state: dict[str, Any]) -> Any:
        """The trained model in the memory of this process, from the weights gathered of all."""
        model: Any = add_lora(UrecaForConditionalGeneration(self.plain.config), self.stage)
        model.load_state_dict(state)
        return model


def default_memory(device: torch.device) -> int:
    """Bytes of a device's memory that scenes may take."""
    if device.type == "cuda":
        return int(SHARE_OF_GPU * torch.cuda.get_device_properties(device).total_memory)
    return DEFAULT_MEMORY
