"""Protects that pixels are resized on a device as Pillow resizes them, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from baselines.ureca.resizing import most_at_once, resized, resized_boxes, vertical_first

SIZES = [  # height, width before and after
    ((448, 448), (224, 224)),
    ((427, 640), (448, 672)),
    ((1, 37), (56, 112)),
    ((300, 2), (56, 56)),
    ((85, 102), (22, 453)),  # Pillow 13 takes the vertical pass first
    ((56, 56), (56, 56)),
    ((56, 91), (56, 40)),
    ((91, 56), (40, 56)),
]


@pytest.mark.parametrize(("before", "after"), SIZES)
def test_images_are_pillows_bicubic_resize(before: tuple[int, int], after: tuple[int, int]) -> None:
    pixels = noise(3, *before)
    found = resized(torch.from_numpy(pixels).permute(0, 3, 1, 2), *after)
    assert found.shape == (3, 3, *after)
    for image, tensor in zip(pixels, found, strict=True):
        assert np.array_equal(by_pillow(image, after), tensor.permute(1, 2, 0).numpy())


def test_images_of_any_size_are_pillows_bicubic_resize() -> None:
    rng = np.random.default_rng(0)
    for before, after in zip(
        rng.integers(1, 130, (120, 2)).tolist(), rng.integers(1, 130, (120, 2)).tolist(), strict=True
    ):
        pixels = noise(1, *before)
        found = resized(torch.from_numpy(pixels).permute(0, 3, 1, 2), *after)[0]
        assert np.array_equal(by_pillow(pixels[0], after), found.permute(1, 2, 0).numpy()), (before, after)


@pytest.mark.parametrize("size", [(56, 112), (20, 180), (7, 7)])
def test_boxes_of_images_are_cropped_and_resized_as_by_pillow(size: tuple[int, int]) -> None:
    """Of all sizes in one call, from one pixel to the whole image, as far as Pillow takes the same pass first."""
    rng = np.random.default_rng(1)
    pixels = noise(40, 61, 83)
    corners = rng.integers(0, (83, 61), (40, 2))
    boxes = np.concatenate([corners, rng.integers(corners, (83, 61)) + 1], axis=1)
    boxes[:2] = [0, 0, 83, 61], [82, 60, 83, 61]
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    for down_first in (False, True):
        like = [k for k, (x0, y0, x1, y1) in enumerate(boxes) if vertical_first((y1 - y0, x1 - x0), size) is down_first]
        if not like:
            continue
        found = resized_boxes(images[like], torch.from_numpy(boxes[like]), (61, 83), size, down_first=down_first)
        for k, tensor in zip(like, found, strict=True):
            left, top, right, bottom = boxes[k].tolist()
            expected = by_pillow(pixels[k, top:bottom, left:right], size)
            assert np.array_equal(expected, tensor.permute(1, 2, 0).numpy()), boxes[k]


def test_at_least_one_image_is_computed_at_a_time() -> None:
    cpu = torch.device("cpu")
    assert most_at_once(cpu, 10**9) == most_at_once(cpu, 2**20) == 1
    assert most_at_once(cpu, 2**18) == 4
    assert most_at_once(torch.device("cuda"), 2**18) > 4


def noise(count: int, height: int, width: int) -> np.ndarray:
    """Half of it black and white, where weights below 0 and above 1 must be clipped."""
    rng = np.random.default_rng(height * 1000 + width)
    pixels = rng.integers(0, 256, (count, height, width, 3), dtype=np.uint8)
    pixels[:, ::2] = (pixels[:, ::2] > 127) * np.uint8(255)
    return pixels


def by_pillow(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.BICUBIC))
