"""What the input pipeline of training gives: ``python -m speed.training_input``.

CPU seconds of one core for an image with some of its regions, from the shard to a batch, and how many bytes of a step
go from the workers to the GPU. Divided into the cores, it says how many regions a second can reach the GPU.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import torch
import typer

from baselines.training.base import build_model
from baselines.training.draw import draw_shards
from baselines.training.feed.packs import Batch, PackDataset, collate
from baselines.training.presets import find_preset
from baselines.training.shards import Scenes, read_shards
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import CONDITIONINGS, PromptHalves, find_conditioning
from baselines.ureca.prompts import PROMPT_TEXTS

app = typer.Typer(add_completion=False)


@app.command()
def main(
    data: Annotated[Path | None, typer.Option(help="Shards of train; drawn if not given.")] = None,
    preset: Annotated[str, typer.Option(help="Whose tiles and mask tokens.")] = "mini",
    images: Annotated[int, typer.Option(min=2, help="How many.")] = 50,
    regions: Annotated[int, typer.Option(min=1, help="Of each image.")] = 16,
) -> None:
    """Time every strategy."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        scenes = draw_shards(Path(scratch) / "train", "train", images) if data is None else read_shards(data, images)
        print(f"{preset}, {images} images, {regions} regions of each, one core\n")
        print("| strategy | ms an image | regions a second and core | MB an image |\n|---|---:|---:|---:|")
        for name in CONDITIONINGS:
            seconds, batch = prepared(scenes, preset, name, regions)
            rate, size = batch.regions / (seconds * len(scenes)), carried(batch) / len(scenes) / 1e6
            print(f"| `{name}` | {1e3 * seconds:.1f} | {rate:.0f} | {size:.2f} |", flush=True)


def prepared(scenes: Scenes, preset: str, conditioning: str, regions: int) -> tuple[float, Batch]:
    """CPU seconds an image, and all images as one batch."""
    tokenizer = train_tokenizer(caption_texts(scenes.texts(), PROMPT_TEXTS), 1024)
    processor = build_model(find_preset(preset), tokenizer, conditioning, seed=0)[1]
    dataset = PackDataset(scenes, PromptHalves(processor, find_conditioning(conditioning)), regions, seed=0)
    dataset[0, 0]
    began = time.process_time()
    batch = collate([dataset[0, index] for index in range(len(scenes))])
    return (time.process_time() - began) / len(scenes), batch


def carried(batch: Batch) -> int:
    """Bytes that a worker hands over."""
    return sum(value.nbytes for value in vars(batch).values() if isinstance(value, torch.Tensor))


if __name__ == "__main__":
    app()
