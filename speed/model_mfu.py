"""Training speed of a model's shapes with random weights: samples/s, tokens/s, peak memory, and MFU.

python -m speed.model_mfu                                            # internvl3-8b on a GPU, 90 seconds
python -m speed.model_mfu --shapes tiny --device cpu --images 1 2    # does it run at all

The step has the numbers of the trainer's: the preset's last stage (LoRA on the language model, everything else frozen),
packs of one or several regions of an image, bf16, clipping, AdamW. A sample is one region with its caption; the regions
of a pack share their image. It is measured in three ways, the most telling configurations first, with packs that grow
until memory is out:

plain     as transformers and peft do it when nobody says otherwise
lean      the same numbers with less work: no cache of keys and values, inputs of adapters stay bfloat16, and where a
          pack has one region, its mask is no tensor but the kernel's own causal one
compiled  lean, with layers of the language model compiled: the trainer's own way on a GPU, but that it always gives a
          mask, and compiles the layers of the vision tower too

MFU is the arithmetic that the step needs, divided by time and by the card's own peak: the fastest bf16 matrix product
measured in the same run. Needed are one forward pass, the gradients of activations where something before them is
trained, and the gradients of trained weights; what checkpointing computes twice is not counted. See `needed_flops`.

What runs out of memory is noted, and the next configuration is measured. The file is written after each.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch

from baselines.training.optimizer import add_lora, build_optimizer, freeze
from baselines.training.presets import Stage, find_preset

from ._training_step import SHAPES, build, needed_flops, random_batch

TARGET_MFU = 0.4
SECONDS_TO_COMPILE = 30
"""A compiled way is not begun when less of the time budget is left."""
MEMORY_SHARE = 0.95
"""Of the GPU's memory, for tensors; the rest is for the workspaces of libraries."""
NO_MEMORY: Final = ("out of memory", "ALLOC_FAILED", "NOT_INITIALIZED", "CUDNN_STATUS_INTERNAL_ERROR")
"""What libraries say when they find no memory."""


@dataclass(frozen=True)
class Way:
    """How a step is done, but for the number of packs.

    Attributes:
        setup: plain, lean or compiled.
        checkpointing: recompute activations in the backward pass.
        answer_logits: compute logits of captions alone.
        regions_per_image: regions of a pack.
    """

    setup: str
    checkpointing: bool
    answer_logits: bool
    regions_per_image: int


def ways(setups: Sequence[str], regions: int) -> list[Way]:
    """All ways, the most telling first.

    Args:
        setups: to measure.
        regions: of a pack, beside packs of one region.
    """
    order = [
        Way("plain", False, True, 1),
        Way("lean", False, True, 1),
        Way("compiled", False, True, 1),
        Way("lean", False, True, regions),
        Way("compiled", False, True, regions),
        Way("lean", True, True, regions),
        Way("compiled", True, True, regions),
        Way("plain", False, True, regions),
        Way("plain", True, True, regions),
        Way("lean", True, True, 1),
        Way("plain", False, False, 1),
        Way("plain", True, False, 1),
    ]
    return [way for way in order if way.setup in setups]


class Bench:
    """A model with its optimiser, on which ways are measured one after another.

    Args:
        shapes: one of `SHAPES`.
        device: where it is.
        stage: what is trained.
    """

    def __init__(self, shapes: dict[str, Any], device: torch.device, stage: Stage) -> None:
        self.shapes, self.device, self.stage = shapes, device, stage
        plain = build(shapes, device)
        self.layers = plain.model.language_model.layers
        with device:  # adapters are drawn there
            self.model = add_lora(plain, stage)
        freeze(self.model, stage.rates)
        self.optimizer = build_optimizer(self.model, stage)
        self.model.train()
        self.model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})

    def arrange(self, way: Way) -> None:
        """Switch what the way asks for, and nothing else, on."""
        for module in self.model.modules():
            if hasattr(module, "gradient_checkpointing"):
                module.gradient_checkpointing = way.checkpointing
            if hasattr(module, "cast_input_dtype_enabled"):  # of peft: float32, as the adapters, is converted back
                module.cast_input_dtype_enabled = way.setup == "plain"
        for layer in self.layers:
            if way.setup == "compiled":
                backend = "inductor" if self.device.type == "cuda" else "aot_eager"  # no compiler on a CPU
                layer.compile(dynamic=False, backend=backend)
            else:
                layer._compiled_call_impl = None

    def measure(self, way: Way, images: int, steps: int) -> dict[str, Any]:
        """Rates of a number of packs.

        Raises:
            RuntimeError: memory is out, or a library fails.
        """
        batch = random_batch(self.shapes, self.model.config, images, way.regions_per_image)
        inputs: dict[str, Any] = {
            **batch.inputs(self.device),
            "answer_logits": way.answer_logits,
        }
        if way.setup != "plain":
            inputs["use_cache"] = False
            if way.regions_per_image == 1:
                inputs["attention_mask"] = inputs["position_ids"] = None
        start = time.monotonic()
        self.step(inputs)
        _wait(self.device)
        first = time.monotonic() - start
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        seconds = sorted(_seconds(self.device, lambda: self.step(inputs)) for _ in range(steps))
        each = seconds[len(seconds) // 2]
        flops = needed_flops(self.model.config, self.stage, batch)
        return {
            "step_seconds": each,
            "first_step_seconds": first,
            "peak_gib": _peak_gib(self.device),
            "samples_per_second": batch.regions / each,
            "tokens_per_second": batch.input_ids.numel() / each,
            "tflop_per_step": flops / 1e12,
            "flops_per_second": flops / each,
        }

    def step(self, inputs: dict[str, Any]) -> None:
        """One optimiser step."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            loss = self.model(**inputs).loss
        loss.backward()
        trained = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def release(self) -> None:
        """Give back what a step that failed has left."""
        self.optimizer.zero_grad(set_to_none=True)
        gc.collect()
        if self.device.type == "cuda":
            torch._C._cuda_clearCublasWorkspaces()
            torch.cuda.empty_cache()


def rows(bench: Bench, order: Sequence[Way], sizes: Sequence[int], steps: int, ends: float) -> Iterator[dict[str, Any]]:
    """Measurements of every way, with packs that grow until memory is out.

    A way whose checkpointing and regions came before begins with the most packs that fitted then.

    Args:
        bench: to measure on.
        order: of ways.
        sizes: numbers of packs, growing.
        steps: to measure.
        ends: on the clock `time.monotonic`, after which nothing is begun.
    """
    most: dict[tuple[bool, int], int] = {}
    for way in order:
        before = most.get((way.checkpointing, way.regions_per_image), min(sizes))
        bench.arrange(way)
        for images in [size for size in sizes if size >= before]:
            left = ends - time.monotonic()
            if left < (SECONDS_TO_COMPILE if way.setup == "compiled" else 0):
                break
            row = {**asdict(way), "images": images}
            problem = None
            try:
                row |= bench.measure(way, images, steps)
            except RuntimeError as error:  # out of memory, as PyTorch or one of its libraries says it
                problem = str(error)
            if problem is None:
                most[way.checkpointing, way.regions_per_image] = images
                yield row
                continue
            bench.release()
            yield {**row, "problem": "out of memory" if _is_out_of_memory(problem) else problem[:300]}
            break


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", choices=SHAPES, default="internvl3-8b")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--images", type=int, nargs="+", default=[1, 2, 3, 4], help="packs of a step, growing")
    parser.add_argument("--setups", nargs="+", default=["plain", "lean", "compiled"], help="see above")
    parser.add_argument("--steps", type=int, default=3, help="steps measured, after one that is not")
    parser.add_argument("--time-budget", type=float, default=90, help="seconds after which nothing more is begun")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args(arguments)
    if options.shapes == "internvl3-8b" and options.device == "cpu":
        print("internvl3-8b needs a GPU of 48 GB or more; on a CPU take --shapes tiny")
        return

    ends, device, shapes = time.monotonic() + options.time_budget, torch.device(options.device), SHAPES[options.shapes]
    report: dict[str, Any] = {"shapes": options.shapes, "torch": torch.__version__, "target_mfu": TARGET_MFU}
    report["rows"] = []
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        _measure_all(report, device, shapes, options, ends)
    finally:
        signal.signal(signal.SIGTERM, before)
        _write(report, options.out)
        print(_summary(report))


def _measure_all(
    report: dict[str, Any], device: torch.device, shapes: dict[str, Any], options: argparse.Namespace, ends: float
) -> None:
    """Fill a report, and write it after each row."""
    if device.type == "cuda":
        torch.cuda.set_per_process_memory_fraction(MEMORY_SHARE, device.index or 0)
    torch.manual_seed(0)
    stage = find_preset("internvl3-8b").stages[-1]
    peak = measured_peak(device, 8192 if device.type == "cuda" else 512)
    start = time.monotonic()
    bench = Bench(shapes, device, stage)
    _wait(device)
    report |= {
        "stage": stage.name,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "parameters": sum(parameter.numel() for parameter in bench.model.parameters()),
        "seconds_to_build": time.monotonic() - start,
        "measured_peak_flops": peak,
    }
    print(f"{options.shapes}, {stage.name}, on {report['device']}: peak of a matrix product {peak / 1e12:.1f} TFLOP/s")
    print(HEADER)
    for row in rows(bench, ways(options.setups, shapes["regions"]), sorted(options.images), options.steps, ends):
        report["rows"].append({**row, "mfu": row["flops_per_second"] / peak} if "flops_per_second" in row else row)
        print(_line(report["rows"][-1]), flush=True)
        _write(report, options.out)
        if time.monotonic() > ends:
            break


def measured_peak(device: torch.device, side: int, runs: int = 30) -> float:
    """FLOP/s of the fastest of some square matrix products in the number type that is trained in."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    best = float("inf")
    for _ in range(runs):
        best = min(best, _seconds(device, lambda: left @ right))
    return 2 * side**3 / best


def _summary(report: dict[str, Any]) -> str:
    """The best first."""
    best_first = sorted(report["rows"], key=lambda row: -row.get("mfu", 0.0))
    best = best_first[0].get("mfu", 0.0) if best_first else 0.0
    target = f"target (MFU >= {TARGET_MFU:.0%}): {best:.1%}, {'met' if best >= TARGET_MFU else 'NOT met'}"
    return "\n".join(["", target, HEADER, *map(_line, best_first)])


HEADER = "   setup checkpt  logits packs regions samples/s  tokens/s    GiB    MFU"


def _line(row: dict[str, Any]) -> str:
    variant = f"{row['setup']:>8} {'yes' if row['checkpointing'] else 'no':>7}"
    variant += f" {'answers' if row['answer_logits'] else 'all':>7} {row['images']:5d} {row['regions_per_image']:7d}"
    if "mfu" not in row:
        return f"{variant} {row['problem'].splitlines()[0]}"
    rates = f"{row['samples_per_second']:9.2f} {row['tokens_per_second']:9,.0f}"
    return f"{variant} {rates} {row['peak_gib']:6.1f} {row['mfu']:6.1%}"


def _write(report: dict[str, Any], out: Path | None) -> None:
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _stop(*_: object) -> None:
    """End as at the end of the time budget: what was measured is written."""
    raise SystemExit(143)


def _is_out_of_memory(problem: str) -> bool:
    return any(words in problem for words in NO_MEMORY)


def _seconds(device: torch.device, work: Any) -> float:
    _wait(device)
    start = time.perf_counter()
    work()
    _wait(device)
    return time.perf_counter() - start


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def _peak_gib(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 2**30
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
