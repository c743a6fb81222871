"""One stage of training: the one loop for all presets, conditionings and machines."""

from __future__ import annotations

import json
import logging
import math
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import DistributedType
from torch.utils.data import DataLoader

from dataset.errors import InvalidInputError
from dataset.runtime.cache import atomic_file

from ..ureca import PromptHalves, UrecaCaptioner, UrecaForConditionalGeneration, UrecaProcessor, find_conditioning
from .base import save_checkpoint
from .logs import TrainingLog, provenance
from .optimizer import add_lora, build_optimizer, freeze, rate_factor
from .packs import Batch, PackDataset, PackSampler, collate
from .presets import Preset, Stage
from .shards import Scenes
from .validation import Validation, draw_samples, validate

__all__ = ["RunOptions", "Trainer"]

logger = logging.getLogger(__name__)

RESERVE = 0.04
"""Share of the time budget kept for saving, beside the time of the last validation."""


@dataclass(frozen=True)
class RunOptions:
    """What a run chooses beside its preset.

    Attributes:
        seed: of weights, order and draws.
        time_budget: seconds that the stage may take with its last validation and saving; None for no limit. The
            learning rate then follows the time where that is further than the steps.
        workers: processes that prepare batches; 0 for none but the training process.
        precision: "bf16", or "no" for float32 throughout.
        answer_logits: compute logits of the captions' tokens only.
    """

    seed: int = 0
    time_budget: float | None = None
    workers: int = 0
    precision: str = "no"
    answer_logits: bool = True


class Trainer:
    """Trains one stage and writes ``log.jsonl``, ``samples-*.png``, ``state/`` and ``checkpoint/`` to a folder.

    Started again after a stop, it resumes from the last saved state: same batches, same losses.

    Args:
        model: what to train.
        processor: of the model.
        preset: for how often to validate and save.
        stage: what to train of it, and how.
        scenes: to learn from.
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
        scenes: Scenes,
        validation: Scenes | None,
        folder: Path,
        options: RunOptions,
        progress: Callable[[int, int, float], None] = lambda *_: None,
    ) -> None:
        self.preset, self.stage, self.options, self.folder = preset, stage, options, folder
        self.processor, self.scenes, self.validation, self.progress = processor, scenes, validation, progress
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
        self.dataset = PackDataset(
            scenes, PromptHalves(processor, self.conditioning), stage.regions_per_image, options.seed
        )
        self.images = images // self.accelerator.num_processes
        self.steps = stage.planned_steps(int(scenes.region_counts.sum()))
        self.plain = model  # peft and the accelerator wrap it and change its layers in place
        model = add_lora(model, stage)
        self.trained = freeze(model, stage.rates)
        if preset.checkpointing:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        self.model, self.optimizer = self.accelerator.prepare(model, build_optimizer(model, stage))
        self.step, self.seconds, self.regions = 0, 0.0, 0
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
        averages = _Averages()
        batches = self._batches()
        while self.step < self.steps and not self._out_of_time(start_time):
            self._train_step(batches, averages, start_time)
            self.seconds = time.perf_counter() - start_time
            if log is not None and (self.step % self.preset.log_every == 0 or self.step == self.steps):
                line = averages.line(self.optimizer.param_groups[0]["lr"], self.regions, self.seconds)
                log.write("train", self.step, line)
                self.progress(self.step, self.steps, line["loss"])
            if self.step % self.preset.validate_every == 0 and self.step < self.steps:
                self._validate(log)
            if self.step % self.preset.save_every == 0 and self.step < self.steps:
                self._save_state()
            self.seconds = time.perf_counter() - start_time
        self._validate(log)
        if log is not None:
            log.close()
        self._save_checkpoint(checkpoint)
        return checkpoint

    def _train_step(self, batches: Iterator[Batch], averages: _Averages, start_time: float) -> None:
        factor = rate_factor(self._progress(start_time), self.stage.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        self.model.train()
        for _ in range(self.passes):
            start = time.perf_counter()
            batch = next(batches)
            waited = time.perf_counter() - start
            inputs = batch.inputs(self.accelerator.device, self.processor.normalised)
            with self.accelerator.autocast():
                loss = self.model(**inputs, answer_logits=self.options.answer_logits).loss
            self.accelerator.backward(loss / self.passes)
            self.regions += batch.regions * self.accelerator.num_processes
            averages.add(loss.detach(), waited, time.perf_counter() - start)
        # All parameters in the model's own order, frozen ones too: accelerate knows a sharded model by that list.
        averages.norm = self.accelerator.clip_grad_norm_(self.model.parameters(), self.stage.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1

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
        late = torch.tensor(float(time.perf_counter() - start_time > self._training_seconds()))
        return bool(self.accelerator.reduce(late.to(self.accelerator.device), "sum") > 0)

    def _batches(self) -> Iterator[Batch]:
        sampler = PackSampler(
            self.dataset.lengths(),
            self.images,
            self.options.seed,
            first=self.step * self.passes,
            rank=self.accelerator.process_index,
            processes=self.accelerator.num_processes,
        )
        loader = DataLoader(
            self.dataset,
            batch_sampler=sampler,
            collate_fn=collate,
            num_workers=self.options.workers,
            pin_memory=self.accelerator.device.type == "cuda",
            prefetch_factor=4 if self.options.workers else None,
            multiprocessing_context="spawn" if self.options.workers else None,
        )
        return iter(loader)

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
        with self.accelerator.autocast():
            return validate(captioner, self.validation, self.preset.validation_images)

    def _save_state(self) -> None:
        """Everything needed to resume; the newest state replaces the one before only when it is whole."""
        state, fresh, old = (self.folder / name for name in ("state", "state.new", "state.old"))
        if self.accelerator.is_main_process:
            shutil.rmtree(fresh, ignore_errors=True)
        self.accelerator.wait_for_everyone()
        self.accelerator.save_state(str(fresh))
        if self.accelerator.is_main_process:
            where = {"step": self.step, "seconds": self.seconds, "regions": self.regions}
            (fresh / "where.json").write_text(json.dumps({**where, "validation": self.last_validation_seconds}))
            shutil.rmtree(old, ignore_errors=True)
            if state.is_dir():
                state.rename(old)
            fresh.rename(state)
            shutil.rmtree(old, ignore_errors=True)
        self.accelerator.wait_for_everyone()

    def _resume(self) -> None:
        states = [self.folder / name for name in ("state", "state.new", "state.old")]
        folder = next((state for state in states if (state / "where.json").is_file()), None)
        if folder is None:
            return
        self._check_run()
        self.accelerator.load_state(str(folder))
        where = json.loads((folder / "where.json").read_text())
        self.step, self.seconds, self.regions = where["step"], where["seconds"], where["regions"]
        self.last_validation_seconds = where["validation"]
        logger.info("resuming from step %d", self.step)

    def _identity(self) -> dict[str, Any]:
        """What must not change between a stop and a new start."""
        return {
            "preset": self.preset.name,
            "stage": asdict(self.stage),
            "conditioning": self.conditioning.name,
            "seed": self.options.seed,
            "data": {"images": len(self.scenes), **{k: self.scenes.summary.get(k) for k in ("split", "content_hash")}},
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
            for name in ("state", "state.new", "state.old"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
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


class _Averages:
    """Means since the last line; losses stay on the device until then."""

    def __init__(self) -> None:
        self.losses: list[torch.Tensor] = []
        self.waited = self.worked = 0.0
        self.norm: Any = None
        self.before: tuple[int, float] | None = None

    def add(self, loss: torch.Tensor, waited: float, worked: float) -> None:
        """Count one backward pass."""
        self.losses.append(loss)
        self.waited += waited
        self.worked += worked

    def line(self, rate: float, regions: int, seconds: float) -> dict[str, Any]:
        """What to log, and a new start."""
        loss = float(torch.stack(self.losses).mean())
        last_regions, last_seconds = self.before or (0, 0.0)
        values = {
            "loss": round(loss, 5),
            "rate": rate,
            "gradient_norm": None if self.norm is None else round(float(self.norm), 4),
            "regions": regions,
            "regions_per_second": round((regions - last_regions) / max(seconds - last_seconds, 1e-9), 1),
            "data_share": round(self.waited / max(self.worked, 1e-9), 4),
            "seconds": round(seconds, 2),
        }
        self.losses, self.waited, self.worked, self.before = [], 0.0, 0.0, (regions, seconds)
        return values
