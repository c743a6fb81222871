"""What the input of training costs: ``python -m speed.training_input --device cuda``.

Milliseconds of the host to store a new scene (its captions, and those of its mirror image, as tokens) and to plan a
batch (its words laid out in packs of one length), and of the device to cut it from scenes that lie in its memory, for
every way of pointing; and the regions a second that planning and cutting allow.

Storing and planning are the time of one thread, which keeps Python's other threads waiting; what the tokenizer does
meanwhile in threads of its own is not in it.
"""

from __future__ import annotations

import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Annotated

import torch
import typer

from baselines.training.base import build_model
from baselines.training.draw import draw_shards
from baselines.training.feed.batches import BatchCutter
from baselines.training.feed.data import FolderData
from baselines.training.feed.memory import SceneMemory, Shelf
from baselines.training.feed.packing import Packer
from baselines.training.feed.plans import AT_ONCE, Feed, FeedOptions, Plan
from baselines.training.feed.questions import Questions
from baselines.training.presets import find_preset
from baselines.training.shards import read_shards
from baselines.training.stream import SceneItem
from baselines.training.tokenizer import train_tokenizer
from baselines.ureca import CONDITIONINGS, PromptHalves, UrecaProcessor, find_conditioning

app = typer.Typer(add_completion=False)
MEMORY = 4 * 10**9
LEAST_STORED = 100
"""Scenes, some of them again."""


@app.command()
def main(
    data: Annotated[Path | None, typer.Option(help="Shards of train; drawn if not given.")] = None,
    preset: Annotated[str, typer.Option(help="Whose tiles, mask tokens, images and regions.")] = "mini",
    images: Annotated[int, typer.Option(min=2, help="How many are drawn.")] = 32,
    batches: Annotated[int, typer.Option(min=1, help="Measured after the first.")] = 3,
    device: Annotated[str, typer.Option(help="Where scenes lie.")] = "cpu",
    threads: Annotated[int, typer.Option(min=1, help="Of the host.")] = 1,
) -> None:
    """Time every way."""
    torch.set_num_threads(threads)
    with tempfile.TemporaryDirectory() as scratch:
        scenes = draw_shards(Path(scratch) / "train", "train", images) if data is None else read_shards(data, images)
        folder = FolderData(scenes)
        tokenizer = train_tokenizer(folder.captions(), 1024)
        print(f"{preset}, {len(scenes)} images, {device}\n")
        print("| way | regions a batch | store, ms | plan, ms | cut, ms | regions a second |")
        print("|---|---:|---:|---:|---:|---:|")
        for name in CONDITIONINGS:
            processor = build_model(find_preset(preset), tokenizer, name, seed=0)[1]
            regions, plan_ms, cut_ms = measured(folder, processor, preset, name, batches, torch.device(device))
            store_ms = 1e3 * storing(folder, processor, name)
            rate = 1e3 * regions / max(plan_ms, cut_ms)
            milliseconds = f"{store_ms:.2f} | {plan_ms:.1f} | {cut_ms:.1f}"
            print(f"| `{name}` | {regions:.0f} | {milliseconds} | {rate:.0f} |", flush=True)


def measured(
    data: FolderData, processor: UrecaProcessor, preset: str, way: str, batches: int, device: torch.device
) -> tuple[float, float, float]:
    """Mean regions of a batch, milliseconds of one thread to plan one, milliseconds to cut one."""
    stage = find_preset(preset).stages[-1]
    conditioning = find_conditioning(way)
    passes = stage.backward_passes(1 if conditioning.shares_image else stage.regions_per_image)
    images = max(stage.images_per_step // passes, 1)
    options = FeedOptions(images, stage.regions_per_image, 0, total=data.total(1), pinned=device.type == "cuda")
    size = data.shelf_size(MEMORY, images)
    feed = Feed(data.source(0, 0, 1, None), PromptHalves(processor, conditioning), size, options)
    loading = -(-len(data.scenes) // images)
    plans: list[Plan] = list(islice(feed, loading))
    feed.close()
    start = time.thread_time()
    plans += [feed.plan() for _ in range(batches)]
    plan_seconds = (time.thread_time() - start) / batches
    cutter = BatchCutter(SceneMemory(size, device), processor, conditioning)
    for plan in plans[: loading + 1]:
        cutter.cut(plan)
    seconds = []
    for plan in plans[loading:]:
        _wait(device)
        start = time.perf_counter()
        cutter.cut(plan)
        _wait(device)
        seconds.append(time.perf_counter() - start)
    regions = sum(plan.packs.regions for plan in plans[loading:]) / batches
    return regions, 1e3 * plan_seconds, 1e3 * sum(seconds) / batches


def storing(data: FolderData, processor: UrecaProcessor, way: str) -> float:
    """Mean seconds of one thread to store a scene and its mirror image, as many at once as in training."""
    scenes = data.scenes
    items = [SceneItem.of_example(k, scenes[k]) for k in range(len(scenes))]
    questions = Questions(PromptHalves(processor, find_conditioning(way)), with_mirrored=True)
    packer = Packer(questions, Shelf(data.shelf_size(MEMORY, len(items))), length=10**6)
    list(packer.store(items[:AT_ONCE]))
    start, count = time.thread_time(), 0
    while count < LEAST_STORED:
        for first in range(0, len(items), AT_ONCE):
            count += len(list(packer.store(items[first : first + AT_ONCE])))
    return (time.thread_time() - start) / count


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    app()
