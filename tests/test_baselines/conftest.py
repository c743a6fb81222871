"""A few images with regions, as a config gives them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataset.masks import encode_mask
from dataset.schema import Region

HEIGHT, WIDTH, REGIONS = 40, 60, 3


@pytest.fixture
def images(tmp_path: Path) -> list[tuple[Path, list[Region]]]:
    """Four images of noise with three boxes each; no two boxes are alike."""
    rng = np.random.default_rng(0)
    made = []
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
        made.append((path, regions))
    return made
