"""Protects what a model learns from: packs are the regions one by one, their tiles what the processor cuts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from baselines.training.base import build_model
from baselines.training.feed.packs import pack_attention
from baselines.training.presets import Preset
from baselines.training.shards import Scenes
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import CONDITIONINGS, find_conditioning
from dataset.masks.bits import mirrored_bits, pack_bits, unpack_bits
from tests.support.batches import batch_of, plan_of


def model_and_processor(boxes: Scenes, conditioning: str, preset: Preset):
    tokenizer = train_tokenizer(caption_texts(boxes.texts()), 600)
    return build_model(preset, tokenizer, conditioning, seed=0)


@pytest.mark.parametrize("conditioning", list(CONDITIONINGS))
def test_packed_regions_have_the_loss_of_regions_one_by_one(conditioning: str, boxes: Scenes, smoke: Preset) -> None:
    model, processor = model_and_processor(boxes, conditioning, dataclasses.replace(smoke, max_tiles=2))
    picks = [(1, [2, 0, 3]), (5, [1, 3, 0])]
    batch = batch_of(boxes, picks, processor, conditioning, length=384)
    with torch.no_grad():
        packed = model(**batch, answer_logits=True).loss
        plain = model(**batch).loss
        total = tokens = 0.0
        for image, regions in picks:
            for k in regions:
                alone = batch_of(boxes, [(image, [k])], processor, conditioning, length=320)
                count = len(alone["labels"])
                total += float(model(**alone).loss) * count
                tokens += count
    assert float(packed) == pytest.approx(total / tokens, abs=1e-5)
    assert float(packed) == pytest.approx(float(plain), abs=1e-6)


def test_labels_with_and_without_places_are_the_same_loss(boxes: Scenes, smoke: Preset) -> None:
    """`labels` of transformers' kind, found on the device, and the trainer's kind, known on the host."""
    model, processor = model_and_processor(boxes, "ureca", smoke)
    batch = batch_of(boxes, [(0, [2, 0])], processor, "ureca")
    labels = torch.full_like(batch["input_ids"], -100).flatten()
    labels[batch["answer_places"] + 1] = batch["labels"]
    usual = {name: value for name, value in batch.items() if name != "answer_places"}
    usual["labels"] = labels.view_as(batch["input_ids"])
    with torch.no_grad():
        assert float(model(**usual).loss) == float(model(**batch).loss)
    wrong = {**usual, "input_ids": usual["input_ids"].clone()}
    wrong["input_ids"][0, 2] = model.config.mask_token_id
    with pytest.raises(ValueError, match="placeholders in input_ids"):
        model(**wrong)


@pytest.mark.parametrize("conditioning", list(CONDITIONINGS))
def test_a_batch_is_what_the_processor_gives(conditioning: str, boxes: Scenes, smoke: Preset) -> None:
    """Pixels and masks equal to the last bit, in the order of the packs."""
    _, processor = model_and_processor(boxes, conditioning, dataclasses.replace(smoke, max_tiles=2))
    strategy = find_conditioning(conditioning)
    picks = [(0, [3, 1]), (5, [0])]
    batch = batch_of(boxes, picks, processor, conditioning)
    images = {image: Image.fromarray(boxes[image].image) for image, _ in picks}
    masks = {(image, k): boxes[image].masks[k] for image, regions in picks for k in regions}
    if strategy.shares_image:
        pictures = [strategy.shared(image) for image in images.values()]
    else:
        pictures = [strategy.picture(images[image], mask) for (image, _), mask in masks.items()]
    expected = [
        processor.image_processor(images=[picture], return_tensors="pt")["pixel_values"] for picture in pictures
    ]
    assert torch.equal(batch["pixel_values"], torch.cat(expected))
    if strategy.mask_encoder == "none":
        assert batch["mask_values"] is None
    else:
        cut = np.concatenate([processor.mask_tiles(mask) for mask in masks.values()])
        assert torch.equal(batch["mask_values"][:, 0], torch.from_numpy(cut))


def test_a_mirrored_batch_is_that_of_the_mirrored_picture(boxes: Scenes, smoke: Preset) -> None:
    _, processor = model_and_processor(boxes, "ureca", dataclasses.replace(smoke, max_tiles=2))
    batch = batch_of(boxes, [(0, [3, 1])], processor, "ureca", mirrored=True)
    picture = Image.fromarray(boxes[0].image[:, ::-1])
    expected = processor.image_processor(images=[picture], return_tensors="pt")["pixel_values"]
    assert torch.equal(batch["pixel_values"], expected)
    cut = np.concatenate([processor.mask_tiles(boxes[0].masks[k][:, ::-1]) for k in (3, 1)])
    assert torch.equal(batch["mask_values"][:, 0], torch.from_numpy(cut))


@pytest.mark.parametrize("width", [1, 7, 8, 30, 56])
def test_masks_of_any_width_are_packed_mirrored_and_unpacked(width: int) -> None:
    masks = (np.random.default_rng(width).random((3, 5, width)) < 0.5).astype(np.uint8)
    packed = torch.from_numpy(pack_bits(masks))
    assert np.array_equal(unpack_bits(packed, width), masks)
    assert np.array_equal(mirrored_bits(packed, width), pack_bits(masks[..., ::-1]))


def test_targets_are_the_captions_and_nothing_else(boxes: Scenes, smoke: Preset) -> None:
    _, processor = model_and_processor(boxes, "ureca", smoke)
    plan, _ = plan_of(boxes, [(0, [2, 0])], processor, "ureca", length=256)
    packs = plan.packs
    assert processor.tokenizer.decode(packs.targets) == "".join(
        f"{boxes[0].regions[k].caption}<|im_end|>" for k in (2, 0)
    )
    assert packs.ids.shape == packs.positions.shape == packs.segments.shape == (1, 256)
    assert np.array_equal(packs.ids[0, packs.places + 1], packs.targets)
    assert set(packs.segments[0, packs.places + 1].tolist()) == {1, 2}
    assert (packs.segments[0] == -1).sum() == 256 - (packs.segments[0] >= 0).sum()


def test_a_region_sees_the_image_and_itself_alone() -> None:
    seen = pack_attention(torch.tensor([[0, 0, 1, 1, 2, -1]]))[0, 0]
    assert seen.int().tolist() == [
        [1, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0],
        [1, 1, 1, 1, 0, 0],
        [1, 1, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1],
    ]
