"""Captions per second of the shared prefix (an image encoded once for all its regions) against one region at a time.

python -m speed.shared_prefix_speed                              # the mini architecture, random weights, CPU
python -m speed.shared_prefix_speed --checkpoint FOLDER --device cuda --out speed.json

Both sides caption the same regions of one scene with the same weights, and their captions are compared; on a GPU in
bfloat16 ties may fall either way. On a CPU the seconds are CPU seconds of this process, on a GPU they are seconds with
the device idle before and after.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers.utils import logging as transformers_logging

from baselines.training.base import build_model
from baselines.training.draw import draw_example
from baselines.training.presets import find_preset
from baselines.training.shards import SceneExample
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import UrecaCaptioner
from baselines.ureca.prompts import PROMPT_TEXTS
from dataset.scenes.options import ScenesOptions

TARGET_RATIO = {"cpu": 5, "cuda": 20}
REGIONS = 20


def random_captioner(preset: str, conditioning: str, scene: SceneExample, device: str) -> UrecaCaptioner:
    """A captioner of a preset's shapes that has learnt nothing: as fast as one that has."""
    tokenizer = train_tokenizer(caption_texts([scene], PROMPT_TEXTS))
    model, processor = build_model(find_preset(preset), tokenizer, conditioning, seed=0)
    dtype = torch.bfloat16 if device.startswith("cuda") else torch.float32
    return UrecaCaptioner(model.to(device, dtype).eval(), processor)


def timed(captioner: UrecaCaptioner, scene: SceneExample, repeats: int) -> tuple[float, list[str]]:
    """Seconds to caption the scene's regions, the fewest of some repeats, and the captions."""
    image, masks = Image.fromarray(scene.image), list(scene.masks)
    on_gpu = captioner.model.device.type == "cuda"
    clock = time.perf_counter if on_gpu else time.process_time
    captions = captioner.caption(image, masks if on_gpu else masks[:2])  # warms up, and records
    best = float("inf")
    for _ in range(repeats):
        _wait(captioner)
        start = clock()
        captions = captioner.caption(image, masks)
        _wait(captioner)
        best = min(best, clock() - start)
    return best, captions


def _wait(captioner: UrecaCaptioner) -> None:
    if captioner.model.device.type == "cuda":
        torch.cuda.synchronize()


def measure(captioner: UrecaCaptioner, scene: SceneExample, repeats: int) -> dict[str, Any]:
    """Both sides on one scene; on a GPU with the recordings of `baselines.ureca.recordings`, and without.

    The ratio is of all of it together (one prefix, recorded) to what it began with (one by one, not recorded).
    """
    recordings = captioner.recordings
    rates: dict[str, float] = {}
    captions: dict[str, list[str]] = {}
    for record in [True, False] if recordings else [False]:
        for shared in (True, False):
            captioner.recordings = recordings if record else None
            captioner.share_prefix, captioner.batch_size = shared, len(scene) if shared else 1
            name = ("shared_prefix" if shared else "one_by_one") + ("_recorded" if record else "")
            seconds, captions[name] = timed(captioner, scene, repeats)
            rates[name] = len(scene) / seconds
    captioner.recordings = recordings
    best = "shared_prefix_recorded" if recordings else "shared_prefix"
    return {
        "regions": len(scene),
        "captions_per_second": rates,
        "ratio": rates[best] / rates["one_by_one"],
        "not_recorded_because": recordings.problem if recordings else "there is no GPU",
        "equal_captions": {
            name: sum(a == b for a, b in zip(mine, captions["one_by_one"], strict=True))
            for name, mine in captions.items()
        },
    }


def first_regions(scene: SceneExample, count: int) -> SceneExample:
    """The scene with its first regions alone."""
    return dataclasses.replace(scene, regions=scene.regions[:count], masks=scene.masks[:count])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="a trained model; random weights if not given")
    parser.add_argument("--preset", default="mini", help="shapes of the random weights (default mini)")
    parser.add_argument("--conditioning", default="ureca", help="of the random weights (default ureca)")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--regions", type=int, default=REGIONS)
    parser.add_argument(
        "--max-new-tokens", type=int, default=16, help="a caption of scenes has 6 on average, 18 at most"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args(arguments)

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    scene = first_regions(draw_example(ScenesOptions(), "validation", 0)[0], options.regions)
    if options.checkpoint:
        captioner = UrecaCaptioner.from_pretrained(options.checkpoint, device=options.device)
    else:
        captioner = random_captioner(options.preset, options.conditioning, scene, options.device)
    captioner.max_new_tokens = options.max_new_tokens
    report = measure(captioner, scene, options.repeats)
    model = str(options.checkpoint or f"{options.preset} {options.conditioning}, random weights")
    kind = captioner.model.device.type
    device, target = torch.cuda.get_device_name() if kind == "cuda" else "cpu", TARGET_RATIO[kind]
    report = {"model": model, "device": device, "torch": torch.__version__, "target_ratio": target, **report}
    print(f"{report['model']} on {device}: {report['regions']} regions of one image")
    for name, rate in report["captions_per_second"].items():
        print(f"{name:22} {rate:8.2f} captions per second, {report['equal_captions'][name]} as one by one")
    if kind == "cuda" and report["not_recorded_because"]:
        print(f"nothing was recorded: {report['not_recorded_because']}")
    print(f"target (>= {target}x): {report['ratio']:.1f}x, {'met' if report['ratio'] >= target else 'NOT met'}")
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
