"""Captions scenes with the `baselines` of whichever checkout comes first on the path; started by `speed.caption_speed`.

python -P speed/_caption_worker.py CHECKPOINT SCENES.npz

Reads numbers of scenes, one a line, and answers each with a line of JSON: CPU seconds of this process, on one thread,
and the captions. It imports nothing that an old checkout lacks.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import baselines
from baselines.ureca import UrecaCaptioner


def main(checkpoint: str, scenes: str) -> None:
    """Answer until the input ends."""
    torch.set_num_threads(1)
    captioner = UrecaCaptioner.from_pretrained(checkpoint, device="cpu")
    arrays = np.load(scenes)
    captioner.caption(Image.fromarray(arrays["image_0"]), list(arrays["masks_0"][:2]))  # warms up
    answer({"package": str(Path(baselines.__file__).parent)})
    for line in sys.stdin:
        image, masks = Image.fromarray(arrays[f"image_{int(line)}"]), list(arrays[f"masks_{int(line)}"])
        start = time.process_time()
        captions = captioner.caption(image, masks)
        answer({"seconds": time.process_time() - start, "captions": captions})


def answer(record: dict[str, object]) -> None:
    """Write a line of JSON."""
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
