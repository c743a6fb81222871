"""A few images with regions, as a config gives them and as training shards, and the checkpoint of a tiny model.

Every process of a run reads this file at its start, also the one that only hands tests out: fixtures import torch.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from baselines.training.presets import Preset, find_preset
from baselines.training.shards import SceneExample, Scenes, read_shards, write_shard
from dataset.masks.rle import encode_mask
from dataset.schema import Region

HEIGHT, WIDTH, REGIONS = 40, 60, 3
NAMES = ("red", "blue", "green", "black", "white")
COLORS = ((220, 30, 30), (30, 60, 220), (30, 200, 60), (15, 15, 15), (240, 240, 240))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoint of the smallest model with random weights, saved as training saves one."""
    import torch

    from baselines.training.base import build_model, save_checkpoint
    from baselines.training.tokenizer import train_tokenizer

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    tokenizer = train_tokenizer(["the red car", "the left wheel of the blue car", "Describe this region."], 600)
    model, processor = build_model(find_preset("smoke"), tokenizer, "ureca", seed=0)
    save_checkpoint(model, processor, folder, torch.float32)
    return folder


@pytest.fixture
def images(tmp_path: Path) -> list[tuple[Path, list[Region]]]:
    """Four images of noise with three boxes each; no two boxes are alike."""
    rng = np.random.default_rng(0)
    pairs = []
    for number in range(4):
        path = tmp_path / f"image-{number}.png"
        noise = rng.integers(0, 255, (HEIGHT // 10, WIDTH // 10, 3), dtype=np.uint8)
        Image.fromarray(noise).resize((WIDTH, HEIGHT)).save(path)
        regions = []
        for region in range(REGIONS):
            mask = np.zeros((HEIGHT, WIDTH), bool)
            mask[5 + 3 * region : 20 + number, 10 * region + number : 10 * region + 20] = True
            regions.append(
                Region(
                    f"image-{number}/{region}",
                    f"image-{number}",
                    (f"the {region} of {number}",),
                    mask=encode_mask(mask),
                    category="box",
                )
            )
        pairs.append((path, regions))
    return pairs


def scene(number: int, regions: int = 4) -> SceneExample:
    """An image with boxes in colours; each is called by its colour and side."""
    draw = np.random.default_rng(number)
    image = np.full((56, 56, 3), 128, np.uint8)
    masks = np.zeros((regions, 56, 56), bool)
    captions = []
    for k, color in enumerate(draw.permutation(len(COLORS))[:regions].tolist()):
        top, left = divmod(k, 2)
        masks[k, 4 + 28 * top : 24 + 28 * top, 4 + 28 * left : 24 + 28 * left] = True
        image[masks[k]] = COLORS[color]
        captions.append((f"the {NAMES[color]} box on the {'right' if left else 'left'}",))
    image_id = f"boxes-{number}"
    described = [Region(f"{image_id}/{k}", image_id, caption) for k, caption in enumerate(captions)]
    return SceneExample.measured(image_id, image, masks, described)


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """Twelve images, as shards."""
    import torch

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("boxes")
    write_shard(folder, 0, 12, ((scene(number), None) for number in range(12)))
    summary = {"format": 1, "config": "boxes", "split": "train", "images": 12, "content_hash": "0", "command": ""}
    (folder / "summary.json").write_text(json.dumps(summary))
    return read_shards(folder)


@pytest.fixture
def smoke() -> Preset:
    return find_preset("smoke")
