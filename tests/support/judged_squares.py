"""A small world for a judge: coloured squares with captions, and answers as a good judge would give them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmark.judge.plan import CaptionToJudge, ImageToJudge
from dataset.masks.rle import encode_mask
from dataset.schema import Region

COLORS = {"green": (0, 200, 0), "yellow": (220, 220, 0), "white": (255, 255, 255), "red": (230, 0, 0)}
BLUE = (0, 0, 200)
SIDE = 24


def square_regions(image_id: str, colors: Sequence[str]) -> tuple[np.ndarray, list[Region]]:
    """A blue picture with squares in a row, one region each."""
    pixels = np.full((64, 40 * len(colors), 3), BLUE, np.uint8)
    regions = []
    for number, color in enumerate(colors):
        mask = np.zeros(pixels.shape[:2], bool)
        mask[20 : 20 + SIDE, 40 * number + 8 : 40 * number + 8 + SIDE] = True
        pixels[mask] = COLORS[color]
        regions.append(
            Region(
                f"{image_id}/{number}",
                image_id,
                (f"the {color} square",),
                mask=encode_mask(mask),
                bbox=(40 * number + 8, 20, SIDE, SIDE),
                area=SIDE * SIDE,
                granularity="object",
                category="square",
            )
        )
    return pixels, regions


def square_images(folder: Path, count: int = 3) -> list[ImageToJudge]:
    """Images of four squares; every square has its caption judged."""
    images = []
    for number in range(count):
        pixels, regions = square_regions(f"image-{number}", list(COLORS))
        pixels[:8, : 8 * number + 8] = 255  # no two images are equal
        path = folder / f"image-{number}.png"
        Image.fromarray(pixels).save(path)
        captions = [CaptionToJudge(region.region_id, region.caption, "sys") for region in regions]
        images.append(ImageToJudge(path, regions, captions))
    return images


def reply(fits: Sequence[int], **more: object) -> str:
    """A well-formed answer."""
    return json.dumps({"fits": list(fits), "elsewhere": False, **more})


def caption_in(text: str) -> str:
    """The caption in a question."""
    return json.loads(re.search(r'^Caption: (".*")$', text, re.MULTILINE)[1])


def caption_of(body: dict) -> str:
    """The caption in a request."""
    return caption_in(body["messages"][0]["content"][-1]["text"])
