"""Models of given shapes with random weights, batches for them, and the arithmetic that a step on one needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import torch
from transformers import InternVLVisionConfig, Qwen2Config

from baselines.training.feed.packs import pack_attention
from baselines.training.presets import Stage
from baselines.ureca import UrecaConfig, UrecaForConditionalGeneration
from dataset.masks.bits import unpack_bits

PROMPT_TOKENS, QUESTION_TOKENS, ANSWER_TOKENS = 10, 40, 100
"""Tokens before the image; around a region's mask tokens; of a caption with its end."""

SHAPES: Final[dict[str, dict[str, Any]]] = {
    "internvl3-8b": {
        "vision": {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096},
        "text": {
            "hidden_size": 3584, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4,
            "intermediate_size": 18944, "vocab_size": 151677, "rope_theta": 1e6,
        },
        "tile": 448, "patch": 14, "mask_tokens": 16, "tiles": 7, "regions": 8,
    },
    "tiny": {
        "vision": {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 128},
        "text": {
            "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
            "intermediate_size": 128, "vocab_size": 512,
        },
        "tile": 56, "patch": 14, "mask_tokens": 4, "tiles": 2, "regions": 2,
    },
}  # fmt: skip


def build(shapes: dict[str, Any], device: torch.device) -> UrecaForConditionalGeneration:
    """A model of these shapes with random weights, on the device; bfloat16 on a GPU."""
    config = UrecaConfig(
        vision_config=InternVLVisionConfig(
            **shapes["vision"],
            image_size=[shapes["tile"]] * 2,
            patch_size=[shapes["patch"]] * 2,
            use_mean_pooling=False,
        ),
        text_config=Qwen2Config(**shapes["text"], max_position_embeddings=32768),
        image_token_id=shapes["text"]["vocab_size"] - 1,
        mask_token_id=shapes["text"]["vocab_size"] - 2,
        image_seq_length=image_tokens(shapes),
        mask_encoder="flat",
        num_mask_tokens=shapes["mask_tokens"],
        conditioning="ureca",
        tie_word_embeddings=False,
    )
    with _default_dtype(torch.bfloat16 if device.type == "cuda" else torch.float32), device:
        return UrecaForConditionalGeneration(config)


def image_tokens(shapes: dict[str, Any]) -> int:
    """Image tokens per tile."""
    return int((shapes["tile"] // shapes["patch"] // 2) ** 2)


@dataclass(frozen=True)
class RandomBatch:
    """Packs as the trainer makes them, with random contents.

    Attributes:
        input_ids, position_ids, segments: (packs, length).
        answer_places, answers: (answers,) as `UrecaForConditionalGeneration.forward` takes them.
        tiles: image tiles (tiles, 3, side, side), uint8.
        masks: mask tiles as bits, (mask tiles, side, side / 8).
        mask_to_tile: (mask tiles,).
        regions: how many captions are learned.
    """

    input_ids: torch.Tensor
    position_ids: torch.Tensor
    segments: torch.Tensor
    answer_places: torch.Tensor
    answers: torch.Tensor
    tiles: torch.Tensor
    masks: torch.Tensor
    mask_to_tile: torch.Tensor
    regions: int

    def inputs(self, device: torch.device) -> dict[str, Any]:
        """Arguments of the model on a device."""
        return {
            "input_ids": self.input_ids.to(device),
            "position_ids": self.position_ids.to(device),
            "attention_mask": pack_attention(self.segments.to(device)),
            "labels": self.answers.to(device),
            "answer_places": self.answer_places.to(device),
            "pixel_values": self.tiles.to(device).float() / 64 - 2,  # about as large as normalised pixels
            "mask_values": unpack_bits(self.masks.to(device), self.tiles.shape[-1])[:, None],
            "mask_to_tile": self.mask_to_tile.to(device),
        }


def random_batch(shapes: dict[str, Any], config: UrecaConfig, images: int, regions: int) -> RandomBatch:
    """Packs of the shape that the paper's data has, with random contents."""
    tiles, tile, words = shapes["tiles"], shapes["tile"], config.mask_token_id
    shared = PROMPT_TOKENS + tiles * image_tokens(shapes)
    masks = tiles * shapes["mask_tokens"]
    each = masks + QUESTION_TOKENS + ANSWER_TOKENS
    ids = torch.randint(0, words, (images, shared + regions * each))
    is_answer = torch.zeros_like(ids, dtype=torch.bool)
    positions, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    ids[:, PROMPT_TOKENS:shared] = config.image_token_id
    positions[:, :shared] = torch.arange(shared)
    for region in range(regions):
        start = shared + region * each
        ids[:, start : start + masks] = config.mask_token_id
        answer = slice(start + each - ANSWER_TOKENS, start + each)
        is_answer[:, answer] = True
        positions[:, start : start + each] = torch.arange(shared, shared + each)
        segments[:, start : start + each] = region + 1
    places = is_answer.flatten().nonzero()[:, 0]
    return RandomBatch(
        input_ids=ids,
        answer_places=places - 1,
        answers=ids.flatten()[places],
        position_ids=positions,
        segments=segments,
        tiles=torch.randint(0, 256, (images * tiles, 3, tile, tile), dtype=torch.uint8),
        masks=torch.randint(0, 256, (images * regions * tiles, tile, tile // 8), dtype=torch.uint8),
        mask_to_tile=torch.arange(images * tiles).view(images, 1, tiles).expand(-1, regions, -1).flatten(),
        regions=images * regions,
    )


def needed_flops(config: UrecaConfig, stage: Stage, batch: RandomBatch, *, pairs: int | None = None) -> float:
    """Floating-point operations that one training step needs (a multiplication and an addition are two).

    Matrix products and attention only. Attention is counted for the pairs of tokens that may see each other.

    Args:
        config: of the model.
        stage: what is trained: LoRA adapters, or parts with a learning rate.
        batch: what is trained on.
        pairs: pairs of tokens in the language model's attention, in place of those that may see each other.
    """
    text, vision, tokens = config.text_config, config.vision_config, batch.input_ids.numel()
    if pairs is None:
        pairs = int(pack_attention(batch.segments).sum())
    head = text.hidden_size // text.num_attention_heads
    wide, narrow = text.num_attention_heads * head, text.num_key_value_heads * head
    inner = text.intermediate_size
    linear = [(text.hidden_size, wide), (wide, text.hidden_size), *[(text.hidden_size, narrow)] * 2]
    linear += [(text.hidden_size, inner)] * 2 + [(inner, text.hidden_size)]
    layers = text.num_hidden_layers
    weights = layers * sum(inward * outward for inward, outward in linear)
    adapters = layers * sum(stage.lora.rank * (inward + outward) for inward, outward in linear) if stage.lora else 0
    products = 2 * weights * tokens
    attention = 4 * layers * wide * pairs
    answers = len(batch.answers)
    head_products = 2 * text.hidden_size * text.vocab_size * answers
    trains_text = stage.rates.text > 0
    language = products * (3 if trains_text else 2) + 3 * attention + head_products * (3 if trains_text else 2)
    language += 3 * 2 * adapters * tokens

    patches = (vision.image_size[0] // vision.patch_size[0]) ** 2 + 1
    tiles = len(batch.tiles)
    width, depth = vision.hidden_size, vision.num_hidden_layers
    tower = 2 * depth * (4 * width**2 + 2 * width * vision.intermediate_size) * patches * tiles
    tower += 4 * depth * width * patches**2 * tiles
    tower += 2 * 3 * vision.patch_size[0] ** 2 * width * (patches - 1) * tiles
    shuffled = round(width / config.downsample_ratio**2)
    projector = 2 * (shuffled + text.hidden_size) * text.hidden_size * config.image_seq_length * tiles
    sees = 3 if stage.rates.vision > 0 else 1
    return float(language + sees * tower + (3 if sees == 3 or stage.rates.projector > 0 else 1) * projector)


@contextmanager
def _default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
