"""A rehearsal without a model: made-up answers after a given time, and made-up images.

``--server rehearsal`` runs the whole pipeline on a user's own images with answers that mean nothing: how long will it
take, how much room will it need, which files are bad? ``rehearsal:0.8`` waits 0.8 seconds for each answer.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from pathlib import Path
from typing import Final

import numpy as np

from ..errors import InvalidInputError
from ..masks.rle import area_of, bbox_xywh_of, encode_mask
from ..prompting.describer import Answer
from ..prompting.prompts import Prompt

__all__ = ["REHEARSAL", "RehearsalDescriber", "open_rehearsal", "write_rehearsal_images"]

REHEARSAL: Final = "rehearsal"
_WORDS: Final = (
    *("amber", "blue", "copper", "dark", "empty", "folded", "green", "hollow"),
    *("ivory", "jagged", "knotted", "large", "narrow", "olive", "pale", "rough"),
)
"""One for each hexadecimal digit."""


class RehearsalDescriber:
    """Answers with words that depend on what a model would see, so that equal prompts get equal answers.

    Args:
        seconds: time that each answer takes.
    """

    name = REHEARSAL

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds

    async def answer(self, prompt: Prompt, *, seed: int = 0) -> Answer:  # noqa: ARG002 - the protocol's
        """Answer; the seed makes no difference."""
        if self._seconds:
            await asyncio.sleep(self._seconds)
        digits = [int(digit, 16) for digit in prompt.content_hash]
        if prompt.stage == "verification":
            return Answer("True." if digits[0] % 4 else "False")
        count = {"short": 2, "detailed": 8, "unique": 12}[prompt.stage]
        return Answer(" ".join(["a", *(_WORDS[digit] for digit in digits[:count]), "thing"]))


def open_rehearsal(server: str) -> RehearsalDescriber:
    """The describer of ``rehearsal`` or ``rehearsal:SECONDS``.

    Raises:
        InvalidInputError: the seconds are not a number.
    """
    seconds = server.removeprefix(REHEARSAL).removeprefix(":")
    try:
        return RehearsalDescriber(float(seconds or 0))
    except ValueError:
        raise InvalidInputError("--server", [f"expected rehearsal:SECONDS, found {server!r}"]) from None


def write_rehearsal_images(
    folder: Path, count: int, *, height: int = 64, width: int = 96, children: int = 2, levels: int = 3
) -> None:
    """Write images of nested rectangles, PNG and JSON in the form of SA-1B.

    Args:
        folder: made if missing.
        count: images.
        height: pixels.
        width: pixels.
        children: rectangles side by side within one.
        levels: of the tree of each of two rectangles in the image.
    """
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for index in range(count):
        rng = np.random.default_rng(index)
        pixels = np.full((height, width, 3), rng.integers(0, 255, 3), np.uint8)
        boxes = [(1, 1, width // 2 - 1, height - 1), (width // 2 + 1, 1, width - 1, height - 1)]
        annotations: list[dict[str, object]] = []
        for _ in range(levels):
            for x0, y0, x1, y1 in boxes:
                mask = np.zeros((height, width), np.bool_)
                mask[y0:y1, x0:x1] = True
                pixels[mask] = rng.integers(0, 255, 3)
                rle = encode_mask(mask)
                annotations.append(
                    {"id": len(annotations), "segmentation": rle, "area": area_of(rle), "bbox": bbox_xywh_of(rle)}
                )
            boxes = [box for outer in boxes for box in _inside(outer, children)]
        Image.fromarray(pixels).save(folder / f"image-{index:05d}.png", compress_level=1)
        (folder / f"image-{index:05d}.json").write_text(json.dumps({"annotations": annotations}), encoding="utf-8")


def _inside(box: tuple[int, int, int, int], count: int) -> list[tuple[int, int, int, int]]:
    """Boxes one above the other within a box."""
    x0, y0, x1, y1 = box
    edges = np.linspace(y0, y1, count + 1).astype(int).tolist()
    return [(x0 + 1, top + 1, x1 - 1, bottom - 1) for top, bottom in itertools.pairwise(edges)]
