"""Protects the URECA model: encoders, placeholders, saving, towers, captioning. Each pitfall found once stays found."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import (
    AutoConfig,
    AutoModelForImageTextToText,
    AutoProcessor,
    Dinov2Config,
    Dinov2Model,
    InternVLConfig,
    InternVLForConditionalGeneration,
    SiglipVisionConfig,
    SiglipVisionModel,
    TimmWrapperConfig,
)

from baselines.training.base import build_model, load_base, save_checkpoint
from baselines.training.presets import find_preset
from baselines.training.tokenizer import train_tokenizer
from baselines.ureca import (
    CONDITIONINGS,
    FlatMaskEncoder,
    PromptHalves,
    UrecaCaptioner,
    UrecaConfig,
    UrecaForConditionalGeneration,
    UrecaProcessor,
    decoding,
    layers,
)
from baselines.ureca.mask_encoder import moments, windows
from baselines.ureca.prompts import PROMPT_TEXTS
from dataset.errors import InvalidInputError, MissingDependencyError, UnknownNameError

ModelParts = tuple[UrecaForConditionalGeneration, UrecaProcessor]


def make(conditioning: str = "ureca", text: str = "qwen2", tiles: int = 6) -> ModelParts:
    """The smallest model with random weights."""
    torch.set_num_threads(1)
    tokenizer = train_tokenizer(["the red car", "the left wheel of the blue car", *PROMPT_TEXTS[:5]], 600)
    smoke = find_preset("smoke")
    preset = replace(smoke, base=replace(smoke.base, text=text), max_tiles=tiles)
    model, processor = build_model(preset, tokenizer, conditioning, seed=0)
    with torch.no_grad():  # at their initial size, masks would hardly change a logit
        for name, parameter in model.named_parameters():
            if "mask_encoder" in name and parameter.ndim > 1:
                parameter.mul_(4)
    return model.eval(), processor


@pytest.fixture(scope="module")
def parts() -> ModelParts:
    return make()


def inputs_for(processor: UrecaProcessor, image: Image.Image, mask: np.ndarray) -> dict[str, torch.Tensor]:
    text = "<|im_start|>user\n<IMG_CONTEXT>\n<MASK_CONTEXT>\nDescribe this region.<|im_end|>\n<|im_start|>assistant\n"
    return dict(processor(images=[image], text=text, masks=[mask], return_tensors="pt"))


def test_the_flat_encoder_is_the_published_one() -> None:
    """A case by hand: kernels that copy the centre pixel, an 8x8 tile, and a projection that picks map cells."""
    config = UrecaConfig(
        vision_config={
            "model_type": "internvl_vision",
            "image_size": [8, 8],
            "hidden_size": 4,
            "num_attention_heads": 1,
        },
        text_config={"model_type": "qwen2", "hidden_size": 4, "num_attention_heads": 1, "num_key_value_heads": 1},
        num_mask_tokens=2,
    )
    encoder = FlatMaskEncoder(config)
    for parameter in encoder.parameters():
        torch.nn.init.zeros_(parameter)
    with torch.no_grad():
        encoder.conv_1.weight[:, 0, 1, 1] = torch.tensor([1.0, 2.0])
        encoder.conv_2.weight[0, 0, 1, 1] = encoder.conv_2.weight[1, 1, 1, 1] = 1.0
        encoder.projection.weight.copy_(torch.eye(4))
    tile = torch.zeros(1, 1, 8, 8)
    tile[0, 0, 0, 4] = tile[0, 0, 4, 4] = tile[0, 0, 3, 3] = 1  # cells (0, 1), (1, 1); the last is jumped over
    assert encoder(tile).tolist() == [[[0, 1, 0, 1], [0, 2, 0, 2]]]


def test_moments_of_a_box() -> None:
    tile = torch.zeros(2, 1, 10, 10)
    tile[0, 0, 2:4, 5:9] = 1
    values = moments(tile)
    assert values[1].tolist() == [0.0] * 12  # an empty tile says nothing
    expected = [1, np.log(0.08), np.sqrt(0.08), 0.7, 0.3, np.sqrt(1.25) / 10, 0.05, 0, 0.55, 0.85, 0.25, 0.35]
    assert values[0].tolist() == pytest.approx(expected, abs=1e-4)


def test_close_ups_frame_the_region() -> None:
    """A square around the box, scale times its longer side, whatever the shape; the middle stays the middle."""
    tile = torch.zeros(3, 1, 40, 40)
    tile[0, 0, 10:14, 20:28] = 1
    tile[1, 0, 39, 0] = 1  # one pixel in a corner: two pixels wide, half of it outside
    around = windows(tile, 2.0, 64)
    assert around[0, :, :, 0].mean() == pytest.approx(2 * 24 / 40 - 1)
    assert around[0, :, :, 1].mean() == pytest.approx(2 * 12 / 40 - 1)
    sampled = torch.nn.functional.grid_sample(tile, around, align_corners=False)
    shares = sampled.mean((1, 2, 3)).tolist()
    assert shares == pytest.approx([4 * 8 / 16**2, 1 / 4**2, 0], rel=0.02)
    assert sampled[0, 0, 28:36, 20:44].min() == 1


def test_close_ups_see_pixels_that_the_tower_does_not(image: Image.Image, masks: list[np.ndarray]) -> None:
    model, processor = make("ureca-close-up", tiles=1)
    encoder, tile = model.model.mask_encoder, torch.from_numpy(processor.mask_tiles(masks[0]))[:, None].float()
    sight = model.model.see(processor.normalised(processor.image_tiles(image)))
    changed = sight.pixels.clone()
    changed[:, :, 2, 2] += 3  # a pixel of the region; the tower's features stay what they were
    with torch.no_grad():
        before, after = encoder(tile, sight)[0], encoder(tile, sight._replace(pixels=changed))[0]
    moved = [not torch.equal(one, other) for one, other in zip(before, after, strict=True)]
    assert moved == [False, True, True, False]


@pytest.mark.parametrize("conditioning", ["ureca", "ureca-moments", "ureca-close-up", "mask_pool"])
def test_another_mask_gives_other_logits(conditioning: str, image: Image.Image, masks: list[np.ndarray]) -> None:
    model, processor = make(conditioning)
    with torch.no_grad():
        one, other = (model(**inputs_for(processor, image, mask)).logits[0, -1] for mask in masks[:2])
        again = model(**inputs_for(processor, image, masks[0])).logits[0, -1]
    assert torch.equal(one, again)
    assert (one - other).abs().max() > 1e-3


def test_placeholders_and_tokens_must_agree(parts: ModelParts, image: Image.Image, masks: list[np.ndarray]) -> None:
    """Nothing is scattered into the wrong places, and no loss is zeroed in silence."""
    model, processor = parts
    inputs = inputs_for(processor, image, masks[0])
    with pytest.raises(ValueError, match=r"28 mask placeholders in input_ids, but 24 mask tokens"):
        model(**{**inputs, "mask_values": inputs["mask_values"][:-1]})
    with pytest.raises(ValueError, match=r"28 image placeholders in input_ids, but 24 image tokens"):
        model(**{**inputs, "pixel_values": inputs["pixel_values"][:-1]})
    with pytest.raises(ValueError, match=r"but 0 mask tokens"):
        model(**{**inputs, "mask_values": None})
    plain, _ = make("none")
    with pytest.raises(ValueError, match="mask_encoder is 'none'"):
        plain(**inputs)


@pytest.mark.parametrize("text", ["qwen2", "llama"])
def test_generate_with_and_without_cache_and_our_decoding_agree(
    text: str, image: Image.Image, masks: list[np.ndarray]
) -> None:
    model, processor = make(text=text)
    captioner = UrecaCaptioner(model, processor, max_new_tokens=8, share_prefix=False)
    ours = captioner._apart(image, masks[:1])[0]
    tiles = processor.normalised(processor.image_tiles(image))
    halves = captioner.prompts
    ids = torch.tensor([halves.image_half(len(tiles)) + halves.region_half(masks[0], len(tiles))])
    values = torch.from_numpy(processor.mask_tiles(masks[0]))[:, None].float()
    for use_cache in (True, False):
        generated = model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            pixel_values=tiles,
            mask_values=values,
            max_new_tokens=8,
            do_sample=False,
            use_cache=use_cache,
        )
        assert generated[0, ids.shape[1] :].tolist()[: len(ours)] == ours


@pytest.mark.parametrize(
    "conditioning", ["ureca", "ureca-moments", "ureca-close-up", "mask_pool", "box_text", "none", "crop"]
)
def test_regions_together_are_captioned_as_alone(
    conditioning: str, image: Image.Image, masks: list[np.ndarray]
) -> None:
    """One prefix for all, left-padded batches, and one by one: the same captions."""
    model, processor = make(conditioning)
    together = UrecaCaptioner(model, processor, max_new_tokens=6).caption(image, masks)
    in_batches = UrecaCaptioner(model, processor, max_new_tokens=6, batch_size=2).caption(image, masks)
    apart = UrecaCaptioner(model, processor, max_new_tokens=6, share_prefix=False)
    padded = apart.caption(image, masks)
    apart.batch_size = 1
    alone = apart.caption(image, masks)
    assert together == in_batches == padded == alone
    assert UrecaCaptioner(model, processor).caption(image, []) == []


@torch.inference_mode()
def test_rows_that_have_ended_leave_the_batch_and_change_no_other() -> None:
    """Prompts of random embeddings over one prefix: together, padded and ending apart, they are answered as alone."""
    model, width, draw = make()[0], find_preset("smoke").base.text_width, torch.Generator().manual_seed(0)
    # A head of its own: one that is tied to random embeddings says the same token again and again.
    model.lm_head.weight = torch.nn.Parameter(torch.randn(40, width, generator=draw))
    prefix = layers.prefill(model.model.language_model, torch.randn(1, 7, width, generator=draw))
    prompts, padding = torch.randn(24, 5, width, generator=draw), torch.arange(24) % 4
    options: dict[str, Any] = {"max_new_tokens": 10, "prefix": prefix}
    endless = decoding.decode(model, prompts, padding, end=-1, **options)
    alone = [
        decoding.decode(model, prompt[None, blank:], torch.zeros(1, dtype=torch.long), end=-1, **options)[0]
        for prompt, blank in zip(prompts, padding.tolist(), strict=True)
    ]
    assert endless == alone
    end = endless[0][3]
    cut = [answer[: answer.index(end) + 1] if end in answer else answer for answer in endless]
    assert len({len(answer) for answer in cut}) > 2
    assert decoding.decode(model, prompts, padding, end=end, **options) == cut


def test_attention_without_the_cpus_kernel_is_the_same() -> None:
    """What other devices compute; "meta" and the like have no fast path that returns sums."""
    torch.manual_seed(0)
    queries, keys, values = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8), torch.randn(2, 3, 7, 8)
    mask = torch.zeros(2, 1, 5, 7).masked_fill_(torch.rand(2, 1, 5, 7) < 0.3, -torch.inf)
    mask[..., 0] = 0
    for bias in (None, mask):
        plain = layers._softmax_average_of_scores(queries, keys, values, bias, 0.3)
        fast = layers._softmax_average(queries, keys, values, bias, 0.3)
        assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(plain, fast, strict=True))


def test_a_language_model_of_other_layers_is_refused() -> None:
    model, processor = make()
    model.model.language_model.layers[0].self_attn.sliding_window = 4
    with pytest.raises(InvalidInputError, match="sliding window"):
        UrecaCaptioner(model, processor)
    model.model.language_model.layers[0] = torch.nn.Linear(2, 2)
    with pytest.raises(InvalidInputError, match="found Linear"):
        UrecaCaptioner(model, processor)


def test_a_checkpoint_comes_back_whole(
    parts: ModelParts, image: Image.Image, masks: list[np.ndarray], tmp_path: Path
) -> None:
    """Through the Auto classes, with the mask encoder, to the last bit."""
    model, processor = parts
    save_checkpoint(model, processor, tmp_path / "saved", torch.float32)
    again = AutoModelForImageTextToText.from_pretrained(tmp_path / "saved", dtype=torch.float32)
    reader = AutoProcessor.from_pretrained(tmp_path / "saved")
    assert isinstance(again, UrecaForConditionalGeneration)
    assert isinstance(reader, UrecaProcessor)
    assert (reader.num_mask_tokens, reader.image_seq_length, reader.image_processor.max_patches) == (4, 4, 6)
    assert again.config.mask_encoder == "flat"
    before, after = model.state_dict(), again.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    first, second = inputs_for(processor, image, masks[0]), inputs_for(reader, image, masks[0])
    assert all(torch.equal(first[name], second[name]) for name in first)
    with torch.no_grad():
        assert torch.equal(model(**first).logits, again(**second).logits)


SMALL = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 56, "patch_size": 14}


@pytest.mark.parametrize(
    ("vision", "kind"),
    [(SiglipVisionConfig(**SMALL, intermediate_size=64), SiglipVisionModel), (Dinov2Config(**SMALL), Dinov2Model)],
    ids=["siglip", "dinov2"],
)
def test_another_tower_survives_saving(
    vision: Any, kind: type, parts: ModelParts, image: Image.Image, masks: list[np.ndarray], tmp_path: Path
) -> None:
    """Its class and its weights: a tower that comes back as another has random weights, in silence."""
    model, processor = parts
    config = UrecaConfig(
        vision_config=vision,
        text_config=model.config.text_config,
        image_token_id=model.config.image_token_id,
        mask_token_id=model.config.mask_token_id,
        image_seq_length=4,
        num_mask_tokens=4,
        mask_encoder="moments",
    )
    towered = UrecaForConditionalGeneration(config).eval()
    assert isinstance(towered.model.vision_tower, kind)
    towered.save_pretrained(tmp_path)
    again = UrecaForConditionalGeneration.from_pretrained(tmp_path)
    assert isinstance(again.model.vision_tower, kind)
    assert isinstance(AutoConfig.from_pretrained(tmp_path).vision_config, type(vision))
    with torch.no_grad():
        inputs = inputs_for(processor, image, masks[0])
        assert torch.equal(towered(**inputs).logits, again(**inputs).logits)


def test_a_timm_tower_says_its_own_width_and_survives_saving(parts: ModelParts, tmp_path: Path) -> None:
    """timm's configurations name no width; needs timm, which needs a torchvision that fits torch."""
    pytest.importorskip("timm")
    small = {"img_size": 64, "depth": 1, "embed_dim": 32, "num_heads": 2}
    vision = TimmWrapperConfig(architecture="vit_tiny_patch16_224", model_args=small)
    config = UrecaConfig(
        vision_config=vision, text_config=parts[0].config.text_config, image_seq_length=4, num_mask_tokens=4
    )
    assert (config.vision_config.hidden_size, config.vision_config.image_size) == (32, 64)
    towered = UrecaForConditionalGeneration(config).eval()
    towered.save_pretrained(tmp_path)
    again = UrecaForConditionalGeneration.from_pretrained(tmp_path)
    pixels = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(towered.model.vision_grid(pixels), again.model.vision_grid(pixels))


@pytest.mark.skipif(find_spec("timm") is not None, reason="timm is installed")
def test_a_timm_tower_without_timm_says_what_to_install() -> None:
    with pytest.raises(MissingDependencyError, match="pip install timm"):
        UrecaConfig(vision_config=TimmWrapperConfig(architecture="resnet18"))


def test_a_native_internvl_checkpoint_is_taken_over(image: Image.Image, tmp_path: Path) -> None:
    """Every weight, the tokenizer and the image processor; without a mask the logits are InternVL's own."""
    model, processor = make("none")
    config = model.config.to_dict()
    own = {"mask_encoder", "num_mask_tokens", "mask_token_id", "mask_tile_size", "conditioning"}
    native = InternVLForConditionalGeneration(
        InternVLConfig(**{name: value for name, value in config.items() if name not in {*own, "model_type"}})
    ).eval()
    native.save_pretrained(tmp_path)
    processor.tokenizer.save_pretrained(tmp_path)
    processor.image_processor.save_pretrained(tmp_path)
    taken, reader = load_base(tmp_path, "ureca", num_mask_tokens=4, max_tiles=6, dtype=torch.float32, seed=0)
    assert taken.config.mask_encoder == "flat"
    halves = PromptHalves(reader, CONDITIONINGS["none"])
    tiles = reader.normalised(reader.image_tiles(image))
    ids = torch.tensor([halves.image_half(len(tiles)) + halves.region_half(np.ones((1, 1), bool), 0)])
    with torch.no_grad():
        expected = native(input_ids=ids, pixel_values=tiles).logits
        torch.testing.assert_close(taken.eval()(input_ids=ids, pixel_values=tiles).logits, expected)
    encoder = dict(taken.model.mask_encoder.named_parameters())
    assert encoder["conv_1.weight"].std() > 0.1  # drawn by its own rule, not by the common small one


def test_a_new_mask_encoder_is_drawn_from_the_seed(parts: ModelParts, tmp_path: Path) -> None:
    model, processor = make("none")
    save_checkpoint(model, processor, tmp_path / "base", torch.float32)
    options = {"num_mask_tokens": 4, "max_tiles": 1, "dtype": torch.float32}
    one, _ = load_base(tmp_path / "base", "ureca-moments", seed=1, **options)
    same, _ = load_base(tmp_path / "base", "ureca-moments", seed=1, **options)
    other, _ = load_base(tmp_path / "base", "ureca-moments", seed=2, **options)
    weights = [model.model.mask_encoder.geometry[0].weight for model in (one, same, other)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    pooled, reader = load_base(tmp_path / "base", "mask_pool", seed=1, **options)
    assert pooled.config.num_mask_tokens == reader.num_mask_tokens == 1


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'moments'"):
        UrecaConfig(mask_encoder="moment")
    with pytest.raises(InvalidInputError, match="num_mask_tokens: expected at least 1, found 0"):
        UrecaConfig(num_mask_tokens=0)
    with pytest.raises(InvalidInputError, match="vision_feature_layer"):
        UrecaConfig(vision_feature_layer=-2)
    with pytest.raises(InvalidInputError, match="cannot be loaded"):
        load_base(tmp_path / "none", "ureca", num_mask_tokens=4, max_tiles=1, dtype=torch.float32, seed=0)
    AutoConfig.for_model("qwen2").save_pretrained(tmp_path)
    with pytest.raises(InvalidInputError, match="expected a checkpoint of type internvl or ureca, found qwen2"):
        load_base(tmp_path, "ureca", num_mask_tokens=4, max_tiles=1, dtype=torch.float32, seed=0)
