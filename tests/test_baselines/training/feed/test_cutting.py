"""Protects that what is cut on a device is what the processor and each way of pointing make, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from baselines.training.base import build_model
from baselines.training.feed.cutting import Cutter
from baselines.training.presets import find_preset
from baselines.training.tokenizer import train_tokenizer
from baselines.ureca import CONDITIONINGS, UrecaProcessor, find_conditioning
from baselines.ureca.device_regions import DeviceRegions
from dataset.errors import InvalidInputError
from dataset.masks.bits import pack_bits
from dataset.masks.boxes import box_of

SIZES = [
    (1, 1),
    (1, 90),
    (37, 1),
    (56, 56),
    (112, 112),
    (60, 100),
    (99, 65),
    (448, 448),
    (427, 640),
    (50, 300),
    (301, 50),
]
"""Height, width: one pixel, lines, the tiles' own size, widths that fill no byte, one to six."""


@pytest.fixture(scope="module")
def processor() -> UrecaProcessor:
    """Of the smallest model, with up to 6 tiles of 56 pixels."""
    tokenizer = train_tokenizer(["the red car", "the left wheel of the blue car"], 600)
    processor = build_model(find_preset("smoke"), tokenizer, "ureca", seed=0)[1]
    processor.image_processor.max_patches = 6
    return processor


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_images_and_masks_are_cut_as_the_processor_cuts_them(processor, height: int, width: int) -> None:
    images, masks = scene(height, width)
    cutter = Cutter(processor, find_conditioning("ureca"))
    expected = torch.cat([processor.image_tiles(Image.fromarray(image)) for image in images])
    assert torch.equal(cutter.image_tiles(torch.from_numpy(images).permute(0, 3, 1, 2)), expected)
    check_masks(processor, masks)


@pytest.mark.parametrize("name", CONDITIONINGS)
@pytest.mark.parametrize(("height", "width"), SIZES)
def test_pictures_are_those_of_the_conditioning(processor, height: int, width: int, name: str) -> None:
    conditioning = find_conditioning(name)
    images, masks = scene(height, width)
    regions = regions_of(images, masks)
    tiles, counts = Cutter(processor, conditioning).picture_tiles(regions)
    expected = [
        processor.image_tiles(conditioning.picture(Image.fromarray(images[image]), mask))
        for image, mask in zip(regions.image_of.tolist(), masks, strict=True)
    ]
    assert counts.tolist() == [len(cut) for cut in expected]
    for number, (found, cut) in enumerate(zip(tiles.split(counts.tolist()), expected, strict=True)):
        assert torch.equal(found, cut), number


def test_masks_of_any_size_are_cut_as_the_processor_cuts_them(processor) -> None:
    rng = np.random.default_rng(0)
    for height, width in rng.integers(1, 700, (60, 2)).tolist():
        masks = np.zeros((4, height, width), bool)
        for mask in masks[1:]:  # one pixel or a few, which sampling may jump over; the first stays empty
            mask[rng.integers(height, size=2), rng.integers(width, size=2)] = True
        check_masks(processor, masks)


@pytest.mark.parametrize("setting", [{"dynamic_mask": False}, {"mask_tile_size": 24}])
def test_masks_follow_the_settings_of_the_processor(processor, monkeypatch, setting: dict) -> None:
    for name, value in setting.items():
        monkeypatch.setattr(processor, name, value)
    for height, width in SIZES:
        check_masks(processor, scene(height, width)[1])


@pytest.mark.parametrize("setting", [{"crop_to_patches": False}, {"max_patches": 1}])
def test_an_image_may_be_one_tile(processor, monkeypatch, setting: dict) -> None:
    for name, value in setting.items():
        monkeypatch.setattr(processor.image_processor, name, value)
    images, masks = scene(99, 165)
    expected = torch.cat([processor.image_tiles(Image.fromarray(image)) for image in images])
    cutter = Cutter(processor, find_conditioning("crop"))
    assert torch.equal(cutter.image_tiles(torch.from_numpy(images).permute(0, 3, 1, 2)), expected)
    assert cutter.picture_tiles(regions_of(images, masks))[1].tolist() == [1] * len(masks)
    check_masks(processor, masks)


def test_a_processor_that_resizes_otherwise_is_refused(processor, monkeypatch) -> None:
    monkeypatch.setattr(processor.image_processor, "resample", Image.Resampling.BILINEAR)
    with pytest.raises(InvalidInputError, match="expected a bicubic resize, found"):
        Cutter(processor, find_conditioning("ureca"))


def test_no_regions_have_no_tiles(processor) -> None:
    images, masks = scene(60, 100)
    for name in ("crop", "contour"):
        tiles, counts = Cutter(processor, find_conditioning(name)).picture_tiles(regions_of(images, masks)[:0])
        assert tiles.shape == (0, 3, 56, 56)
        assert counts.shape == (0,)
    cut = Cutter(processor, find_conditioning("ureca")).mask_tiles(torch.from_numpy(pack_bits(masks[:0])), 100)
    assert cut.shape == (0, 7, 56, 56)


@pytest.mark.parametrize("name", ["crop", "contour", "vip_blend"])
def test_nothing_is_read_back_from_the_device(processor, name: str) -> None:
    """On a device that has shapes but no values, every step that would wait for a value fails."""
    images, masks = scene(99, 165)
    here, meta = regions_of(images, masks), torch.device("meta")
    there = DeviceRegions(here.images.to(meta), here.image_of.to(meta), here.bits.to(meta), here.boxes)
    cutter = Cutter(processor, find_conditioning(name))
    tiles, counts = cutter.picture_tiles(there)
    assert tiles.shape == cutter.picture_tiles(here)[0].shape == (counts.sum(), 3, 56, 56)
    assert cutter.mask_tiles(there.bits, 165).shape == cutter.mask_tiles(here.bits, 165).shape
    assert cutter.image_tiles(there.images).shape == cutter.image_tiles(here.images).shape


def check_masks(processor: UrecaProcessor, masks: np.ndarray) -> None:
    cutter = Cutter(processor, find_conditioning("ureca"))
    found = cutter.mask_tiles(torch.from_numpy(pack_bits(masks)), masks.shape[2])
    assert found.dtype == torch.uint8
    for tiles, mask in zip(found, masks, strict=True):
        assert np.array_equal(tiles.numpy(), processor.mask_tiles(mask)), (mask.shape, mask.sum())


def scene(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Two images of noise, and boxes, specks, a line, all, and nothing as masks."""
    rng = np.random.default_rng(1000 * height + width)
    images = rng.integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    masks = np.zeros((9, height, width), bool)
    masks[0] = True
    masks[1, rng.integers(height), rng.integers(width)] = True
    masks[2, -1, -1] = True
    masks[3] = rng.random((height, width)) < 0.01
    masks[4, height // 2] = True
    for mask in masks[5:8]:
        top, left = rng.integers(height), rng.integers(width)
        mask[top : top + rng.integers(1, height + 1), left : left + rng.integers(1, width + 1)] = True
    return images, masks


def regions_of(images: np.ndarray, masks: np.ndarray) -> DeviceRegions:
    return DeviceRegions(
        torch.from_numpy(images).permute(0, 3, 1, 2),
        torch.arange(len(masks)) % len(images),
        torch.from_numpy(pack_bits(masks)),
        np.array([box_of(mask) for mask in masks]),
    )
