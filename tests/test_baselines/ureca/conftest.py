"""A small image with regions."""

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def image() -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 255, (6, 10, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((100, 60))


@pytest.fixture
def masks() -> list[np.ndarray]:
    masks = np.zeros((5, 60, 100), bool)
    for number in range(5):
        masks[number, 5 * number : 5 * number + 20, 10 * number : 15 * number + 30] = True
    return list(masks)
