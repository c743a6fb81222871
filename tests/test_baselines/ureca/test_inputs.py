"""Protects what a URECA model is fed: mask tiles, prompts, pointing strategies. Each pitfall found once stays found."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageFilter

from baselines.training.base import build_model
from baselines.training.presets import find_preset
from baselines.training.tokenizer import train_tokenizer
from baselines.ureca import CONDITIONINGS, PromptHalves, UrecaProcessor, find_conditioning, grid_of, tile_mask
from baselines.ureca.conditioning import grown
from baselines.ureca.prompts import PROMPT_TEXTS, QUESTION
from dataset.errors import InvalidInputError, UnknownNameError


@pytest.fixture(scope="module")
def processor() -> UrecaProcessor:
    """Of the smallest model, with up to 6 tiles of 56 pixels and 4 mask tokens per tile."""
    tokenizer = train_tokenizer(["the red car", "the left wheel of the blue car", *PROMPT_TEXTS[:5]], 600)
    processor = build_model(find_preset("smoke"), tokenizer, "ureca", seed=0)[1]
    processor.image_processor.max_patches = 6
    return processor


@pytest.fixture
def mask() -> np.ndarray:
    """A box in a 60x100 image."""
    mask = np.zeros((60, 100), bool)
    mask[10:30, 20:70] = True
    return mask


def test_masks_are_tiled_on_the_images_grid_whatever_the_size(processor: UrecaProcessor) -> None:
    rng = np.random.default_rng(0)
    for height, width in rng.integers(1, 4000, (2000, 2)).tolist():
        columns, rows = grid_of(height, width, processor.image_processor)
        tiles = columns * rows + (columns * rows > 1)
        counted = processor.image_processor.get_number_of_image_patches(height, width, {"crop_to_patches": True})
        assert tiles == counted, (height, width)


def test_tiles_of_a_mask_lie_on_the_tiles_of_its_image(processor: UrecaProcessor, mask: np.ndarray) -> None:
    """A picture of the mask itself, tiled by the image processor, is the tiled mask, up to its blurred edges."""
    picture = Image.fromarray(np.repeat(mask[..., None] * np.uint8(255), 3, axis=2))
    seen = processor.image_tiles(picture)[:, 0].float()
    seen = (seen - seen.min()) / (seen.max() - seen.min())
    cut = torch.from_numpy(processor.mask_tiles(mask)).float()
    assert cut.shape == seen.shape
    assert len(cut) == 7  # 3 x 2 and the thumbnail
    for tile in range(len(cut)):
        assert (cut[tile] - seen[tile]).abs().mean() < 0.02, tile


def test_mask_tiles_are_strictly_zero_and_one_and_never_lose_a_region(processor: UrecaProcessor) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        height, width = rng.integers(1, 700, 2)
        mask = np.zeros((height, width), bool)
        mask[rng.integers(height), rng.integers(width)] = True  # one pixel, which sampling may jump over
        tiles = processor.mask_tiles(mask)
        assert set(np.unique(tiles)) == {0, 1}
        assert tiles[-1].any()
        assert tiles[: max(len(tiles) - 1, 1)].any()


def test_masks_are_sampled_as_pillow_samples_them(processor: UrecaProcessor) -> None:
    """The image's own resize rules: half a pixel off, and a mask's thin parts lie beside what they are part of."""
    rng = np.random.default_rng(2)
    for height, width in rng.integers(1, 900, (150, 2)).tolist():
        mask = rng.random((height, width)) < 0.5
        mask[0, 0] = True
        columns, rows = int(rng.integers(1, 5)), int(rng.integers(1, 5))
        tiles = tile_mask(mask, (columns, rows), 56, thumbnail=False)
        put_together = tiles.reshape(rows, columns, 56, 56).swapaxes(1, 2).reshape(rows * 56, columns * 56)
        size = (columns * 56, rows * 56)
        expected = np.asarray(Image.fromarray(mask.astype(np.uint8)).resize(size, Image.Resampling.NEAREST))
        if expected.any():
            assert np.array_equal(put_together, expected), (height, width, columns, rows)


def test_a_mask_over_the_whole_image_fills_every_tile(processor: UrecaProcessor) -> None:
    assert processor.mask_tiles(np.ones((333, 77), bool)).all()
    assert tile_mask(np.ones((5, 5), bool), (1, 1), 56).shape == (1, 56, 56)


def test_a_prompt_in_halves_is_the_prompt_in_one(processor: UrecaProcessor, mask: np.ndarray) -> None:
    """What training and captioning build from halves is what the processor makes of the whole prompt."""
    for name in ("ureca", "box_text", "none"):
        halves = PromptHalves(processor, find_conditioning(name))
        image = Image.new("RGB", (100, 60))
        encodes = halves.conditioning.mask_encoder != "none"
        mask_text = "<MASK_CONTEXT>\n" if encodes else ""
        words = QUESTION + halves.conditioning.words(mask)
        text = f"<|im_start|>user\n<IMG_CONTEXT>\n{mask_text}{words}<|im_end|>\n<|im_start|>assistant\n"
        inputs = processor(images=[image], text=text, masks=[mask] if encodes else None, return_tensors="pt")
        tiles = processor.image_tiles(image)
        expected = halves.image_half(len(tiles)) + halves.region_half(mask, len(tiles) if encodes else 0)
        assert inputs["input_ids"][0].tolist() == expected
        assert torch.equal(inputs["pixel_values"], processor.normalised(tiles))
        if encodes:
            assert torch.equal(inputs["mask_values"][:, 0], torch.from_numpy(processor.mask_tiles(mask)).float())


def test_masks_and_their_places_in_the_text_must_agree(processor: UrecaProcessor, mask: np.ndarray) -> None:
    with pytest.raises(InvalidInputError, match=r"expected 2 masks.*found 1"):
        processor(text="<MASK_CONTEXT> <MASK_CONTEXT>", masks=[mask])


def test_box_words_are_on_a_scale_of_a_thousand(mask: np.ndarray) -> None:
    assert CONDITIONINGS["box_text"].words(mask) == " <box>[[200, 167, 700, 500]]</box>"


def test_pictures_point_at_the_region_and_leave_the_rest(mask: np.ndarray) -> None:
    image = Image.new("RGB", (100, 60), (100, 100, 100))
    shaded = np.asarray(CONDITIONINGS["vip_blend"].picture(image, mask))
    assert (shaded[mask] == (50, 177, 50)).all()
    assert (shaded[~mask] == 100).all()
    outlined = np.asarray(CONDITIONINGS["contour"].picture(image, mask))
    red = (outlined == (255, 0, 0)).all(axis=2)
    assert red[10, 20:70].all()
    assert not red[16:24, 26:64].any()
    assert not red[:7].any()
    assert CONDITIONINGS["crop"].picture(image, mask).size == (62, 26)  # a tenth and a pixel on each side
    for name in ("none", "box_text", "mask_pool", "ureca", "ureca-moments", "ureca-close-up"):
        assert CONDITIONINGS[name].picture(image, mask) is image
        assert CONDITIONINGS[name].shares_image


def test_the_blind_way_shows_no_pixel(mask: np.ndarray) -> None:
    """What a picture holds changes nothing, over one picture for all regions or one for each."""
    blind = CONDITIONINGS["ureca-blind"]
    image = Image.new("RGB", (100, 60), (100, 150, 200))
    for shown in (blind.shared(image), blind.picture(image, mask)):
        assert (shown.size, shown.getextrema()) == ((100, 60), ((0, 0),) * 3)
    assert blind.shares_image
    assert not blind.shared_pixels(torch.ones((2, 3, 4, 5), dtype=torch.uint8)).any()
    assert CONDITIONINGS["ureca"].shared(image) is image


def test_an_unknown_conditioning_gets_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'contour'"):
        find_conditioning("contours")


def test_a_mask_grows_as_pillows_maximum_filter_grows_it() -> None:
    rng = np.random.default_rng(3)
    for height, width, reach in zip(*rng.integers(1, 60, (2, 60)), rng.integers(1, 12, 60), strict=True):
        mask = rng.random((height, width)) < rng.choice([0.002, 0.02, 0.3])
        plane = Image.fromarray(mask.astype(np.uint8))
        expected = np.asarray(plane.filter(ImageFilter.MaxFilter(2 * int(reach) + 1))) > 0
        assert np.array_equal(grown(mask, int(reach)), expected), (height, width, reach)
