"""Training speed of a model's shapes with random weights: samples/s, tokens/s, peak memory, and MFU.

python -m speed.model_mfu                                            # internvl3-8b on a GPU, some minutes
python -m speed.model_mfu --shapes tiny --device cpu --images 1 2    # does it run at all

The step is the trainer's own: the preset's last stage (LoRA on the language model, everything else frozen), packs with
their attention mask, bf16, clipping, AdamW. A sample is one region with its caption; the regions of a pack share their
image. It is measured with and without gradient checkpointing, and with logits of the answers only or of every token.

MFU is the arithmetic that the step needs, divided by time and by the card's own peak: the fastest bf16 matrix product
measured in the same run. Needed are one forward pass, the gradients of activations where something before them is
trained, and the gradients of trained weights; what checkpointing computes twice is not counted. See `needed_flops`.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from transformers import InternVLVisionConfig, Qwen2Config

from baselines.training.feed.packs import IGNORED, Batch, pack_attention
from baselines.training.optimizer import add_lora, build_optimizer, freeze
from baselines.training.presets import Stage, find_preset
from baselines.ureca import UrecaConfig, UrecaForConditionalGeneration

TARGET_MFU = 0.4
PROMPT_TOKENS, QUESTION_TOKENS, ANSWER_TOKENS = 10, 40, 100
"""Tokens before the image; around a region's mask tokens; of a caption with its end."""

SHAPES: Final[dict[str, dict[str, Any]]] = {
    "internvl3-8b": {
        "vision": {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096},
        "text": {
            "hidden_size": 3584, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
            "intermediate_size": 18944, "vocab_size": 151677, "rope_theta": 1e6,
        },
        "tile": 448, "patch": 14, "mask_tokens": 16, "tiles": 7, "regions": 8,
    },
    "tiny": {
        "vision": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128},
        "text": {
            "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
            "intermediate_size": 128, "vocab_size": 512,
        },
        "tile": 56, "patch": 14, "mask_tokens": 4, "tiles": 2, "regions": 2,
    },
}  # fmt: skip


def build(shapes: dict[str, Any], device: torch.device) -> UrecaForConditionalGeneration:
    """A model of these shapes with random weights, on the device; bfloat16 on a GPU."""
    config = UrecaConfig(
        vision_config=InternVLVisionConfig(
            **shapes["vision"],
            image_size=[shapes["tile"]] * 2,
            patch_size=[shapes["patch"]] * 2,
            use_mean_pooling=False,
        ),
        text_config=Qwen2Config(**shapes["text"], max_position_embeddings=32768),
        image_token_id=shapes["text"]["vocab_size"] - 1,
        mask_token_id=shapes["text"]["vocab_size"] - 2,
        image_seq_length=image_tokens(shapes),
        mask_encoder="flat",
        num_mask_tokens=shapes["mask_tokens"],
        conditioning="ureca",
        tie_word_embeddings=False,
    )
    with _default_dtype(torch.bfloat16 if device.type == "cuda" else torch.float32), device:
        return UrecaForConditionalGeneration(config)


def image_tokens(shapes: dict[str, Any]) -> int:
    """Image tokens per tile."""
    return int((shapes["tile"] // shapes["patch"] // 2) ** 2)


def random_batch(shapes: dict[str, Any], config: UrecaConfig, images: int, regions: int) -> Batch:
    """Packs of the shape that the paper's data has, with random contents."""
    tiles, tile, words = shapes["tiles"], shapes["tile"], config.mask_token_id
    shared = PROMPT_TOKENS + tiles * image_tokens(shapes)
    masks = tiles * shapes["mask_tokens"]
    each = masks + QUESTION_TOKENS + ANSWER_TOKENS
    ids = torch.randint(0, words, (images, shared + regions * each))
    labels = torch.full_like(ids, IGNORED)
    positions, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    ids[:, PROMPT_TOKENS:shared] = config.image_token_id
    positions[:, :shared] = torch.arange(shared)
    for region in range(regions):
        start = shared + region * each
        ids[:, start : start + masks] = config.mask_token_id
        answer = slice(start + each - ANSWER_TOKENS, start + each)
        labels[:, answer] = ids[:, answer]
        positions[:, start : start + each] = torch.arange(shared, shared + each)
        segments[:, start : start + each] = region + 1
    return Batch(
        input_ids=ids,
        labels=labels,
        position_ids=positions,
        segments=segments,
        tiles=torch.randint(0, 256, (images * tiles, 3, tile, tile), dtype=torch.uint8),
        masks=torch.randint(0, 256, (images * regions * tiles, tile, tile // 8), dtype=torch.uint8),
        mask_to_tile=torch.arange(images * tiles).view(images, 1, tiles).expand(-1, regions, -1).flatten(),
        mask_side=tile,
        regions=images * regions,
    )


def as_numbers(tiles: torch.Tensor) -> torch.Tensor:
    """Random pixels, about as large as normalised ones."""
    return tiles.float() / 64 - 2


def needed_flops(config: UrecaConfig, stage: Stage, batch: Batch, *, pairs: int | None = None) -> float:
    """Floating-point operations that one training step needs (a multiplication and an addition are two).

    Matrix products and attention only. Attention is counted for the pairs of tokens that may see each other.

    Args:
        config: of the model.
        stage: what is trained: LoRA adapters, or parts with a learning rate.
        batch: what is trained on.
        pairs: pairs of tokens in the language model's attention, in place of those that may see each other.
    """
    text, vision, tokens = config.text_config, config.vision_config, batch.input_ids.numel()
    if pairs is None:
        pairs = int(pack_attention(batch.segments).sum())
    head = text.hidden_size // text.num_attention_heads
    wide, narrow = text.num_attention_heads * head, text.num_key_value_heads * head
    inner = text.intermediate_size
    linear = [(text.hidden_size, wide), (wide, text.hidden_size), *[(text.hidden_size, narrow)] * 2]
    linear += [(text.hidden_size, inner)] * 2 + [(inner, text.hidden_size)]
    layers = text.num_hidden_layers
    weights = layers * sum(inward * outward for inward, outward in linear)
    adapters = layers * sum(stage.lora.rank * (inward + outward) for inward, outward in linear) if stage.lora else 0
    products = 2 * weights * tokens
    attention = 4 * layers * wide * pairs
    answers = int((batch.labels[:, 1:] != IGNORED).sum())
    head_products = 2 * text.hidden_size * text.vocab_size * answers
    trains_text = stage.rates.text > 0
    language = products * (3 if trains_text else 2) + 3 * attention + head_products * (3 if trains_text else 2)
    language += 3 * 2 * adapters * tokens

    patches = (vision.image_size[0] // vision.patch_size[0]) ** 2 + 1
    tiles = len(batch.tiles)
    width, depth = vision.hidden_size, vision.num_hidden_layers
    tower = 2 * depth * (4 * width**2 + 2 * width * vision.intermediate_size) * patches * tiles
    tower += 4 * depth * width * patches**2 * tiles
    tower += 2 * 3 * vision.patch_size[0] ** 2 * width * (patches - 1) * tiles
    shuffled = round(width / config.downsample_ratio**2)
    projector = 2 * (shuffled + text.hidden_size) * text.hidden_size * config.image_seq_length * tiles
    sees = 3 if stage.rates.vision > 0 else 1
    return float(language + sees * tower + (3 if sees == 3 or stage.rates.projector > 0 else 1) * projector)


def measured_peak(device: torch.device, side: int, runs: int = 30) -> float:
    """FLOP/s of the fastest of some square matrix products in the number type that is trained in."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    left, right = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    best = float("inf")
    for _ in range(runs):
        best = min(best, _seconds(device, lambda: left @ right))
    return 2 * side**3 / best


def measure(
    model: Any, optimizer: torch.optim.Optimizer, batch: Batch, answer_logits: bool, steps: int
) -> dict[str, float]:
    """Seconds of a step (the median), and peak memory in GiB."""
    device = next(model.parameters()).device
    inputs = batch.inputs(device, as_numbers)
    trained = [parameter for group in optimizer.param_groups for parameter in group["params"]]

    def step() -> None:
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            loss = model(**inputs, answer_logits=answer_logits).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    step()
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    seconds = sorted(_seconds(device, step) for _ in range(steps))
    return {"step_seconds": seconds[len(seconds) // 2], "peak_gib": _peak_gib(device)}


def rows(
    model: Any, optimizer: torch.optim.Optimizer, shapes: dict[str, Any], stage: Stage, sizes: Sequence[int], steps: int
) -> Iterator[dict[str, Any]]:
    """Measurements of every variant, growing until memory is out."""
    config = model.config
    for checkpointing in (False, True):
        if checkpointing:
            model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        for answer_logits in (True, False):
            for regions in (1, shapes["regions"]):
                for images in sizes:
                    variant: dict[str, Any] = {"checkpointing": checkpointing, "answer_logits": answer_logits}
                    variant |= {"images": images, "regions_per_image": regions}
                    batch = random_batch(shapes, config, images, regions)
                    try:
                        measurement = measure(model, optimizer, batch, answer_logits, steps)
                    except torch.OutOfMemoryError:
                        optimizer.zero_grad(set_to_none=True)
                        gc.collect()
                        torch.cuda.empty_cache()
                        yield {**variant, "out_of_memory": True}
                        break
                    flops = needed_flops(config, stage, batch)
                    each = measurement["step_seconds"]
                    yield {
                        **variant,
                        **measurement,
                        "samples_per_second": batch.regions / each,
                        "tokens_per_second": batch.input_ids.numel() / each,
                        "tflop_per_step": flops / 1e12,
                        "flops_per_second": flops / each,
                    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", choices=SHAPES, default="internvl3-8b")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--images", type=int, nargs="+", default=[1, 2, 4, 8, 16], help="packs of a step, growing")
    parser.add_argument("--steps", type=int, default=3, help="steps measured, after one that is not")
    parser.add_argument(
        "--time-budget", type=float, default=float("inf"), help="seconds after which no more is measured"
    )
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args(arguments)
    if options.shapes == "internvl3-8b" and options.device == "cpu":
        print("internvl3-8b needs a GPU of 48 GB or more; on a CPU take --shapes tiny")
        return

    began, device, shapes = time.monotonic(), torch.device(options.device), SHAPES[options.shapes]
    torch.manual_seed(0)
    stage = find_preset("internvl3-8b").stages[-1]
    peak = measured_peak(device, 8192 if device.type == "cuda" else 512)
    model = add_lora(build(shapes, device), stage)
    freeze(model, stage.rates)
    optimizer = build_optimizer(model, stage)
    model.train()
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    report: dict[str, Any] = {"shapes": options.shapes, "stage": stage.name, "device": name, "torch": torch.__version__}
    report |= {"parameters": sum(parameter.numel() for parameter in model.parameters())}
    report |= {"measured_peak_flops": peak, "target_mfu": TARGET_MFU, "rows": []}
    print(f"{options.shapes}, {stage.name}, on {name}: peak of a matrix product {peak / 1e12:.1f} TFLOP/s")
    print("checkpt  logits packs regions samples/s  tokens/s    GiB    MFU")
    for row in rows(model, optimizer, shapes, stage, options.images, options.steps):
        row = {**row, "mfu": row["flops_per_second"] / peak} if "flops_per_second" in row else row
        report["rows"].append(row)
        print(_line(row), flush=True)
        if options.out:
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        if time.monotonic() - began > options.time_budget:
            print("the time is up: what is left was not measured")
            break
    best = max((row["mfu"] for row in report["rows"] if "mfu" in row), default=0.0)
    print(f"target (MFU >= {TARGET_MFU:.0%}): {best:.1%}, {'met' if best >= TARGET_MFU else 'NOT met'}")


def _line(row: dict[str, Any]) -> str:
    variant = f"{'yes' if row['checkpointing'] else 'no':>7} {'answers' if row['answer_logits'] else 'all':>7}"
    variant += f" {row['images']:5d} {row['regions_per_image']:7d}"
    if "mfu" not in row:
        return f"{variant} out of memory"
    rates = f"{row['samples_per_second']:9.2f} {row['tokens_per_second']:9,.0f}"
    return f"{variant} {rates} {row['peak_gib']:6.1f} {row['mfu']:6.1%}"


def _seconds(device: torch.device, work: Any) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def _peak_gib(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 2**30
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


@contextmanager
def _default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


if __name__ == "__main__":
    main()
