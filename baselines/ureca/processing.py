"""From an image, masks and words to the tensors of a URECA model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import torch
from PIL.Image import Image
from transformers import AutoProcessor, BatchFeature
from transformers import InternVLProcessor as _InternVLProcessor

from dataset.errors import InvalidInputError
from dataset.runtime.arrays import BoolArray, ByteArray

from .configuration import UrecaConfig
from .tiling import grid_of, tile_mask

__all__ = ["MASK_CONTEXT", "MASK_END", "MASK_START", "MASK_TOKENS", "UrecaProcessor"]

MASK_CONTEXT: Final = "<MASK_CONTEXT>"
MASK_START, MASK_END = "<mask>", "</mask>"
MASK_TOKENS: Final = (MASK_START, MASK_END, MASK_CONTEXT)
"""Special tokens that a base model's tokenizer has to learn."""


class UrecaProcessor(_InternVLProcessor):
    """InternVL's processor, and one ``<MASK_CONTEXT>`` in the text for each mask.

    Args:
        image_processor: InternVL's; also cuts the masks' tiles.
        tokenizer: with InternVL's image tokens and `MASK_TOKENS`.
        video_processor: accepted for InternVL's checkpoints, not needed (it requires torchvision).
        image_seq_length: image tokens per tile.
        num_mask_tokens: mask tokens per mask tile.
        mask_tile_size: side of a mask tile in pixels; the image tile's side if None.
        dynamic_mask: cut masks on the image's grid ("dynamic mask" in the paper); off, a mask is one tile, however many
            the image has.
        chat_template: of the tokenizer if None.
        kwargs: for `InternVLProcessor`.
    """

    def __init__(
        self,
        image_processor: Any = None,
        tokenizer: Any = None,
        video_processor: Any = None,
        image_seq_length: int = 256,
        num_mask_tokens: int = 16,
        mask_tile_size: int | None = None,
        dynamic_mask: bool = True,
        chat_template: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.num_mask_tokens = num_mask_tokens
        self.mask_tile_size = mask_tile_size
        self.dynamic_mask = dynamic_mask
        super().__init__(
            image_processor,
            tokenizer,
            video_processor,
            image_seq_length=image_seq_length,
            chat_template=chat_template,
            **kwargs,
        )

    @classmethod
    def get_attributes(cls) -> list[str]:
        """What is saved beside the processor: no video processor, so that torchvision is not needed."""
        return ["image_processor", "tokenizer"]

    def __call__(
        self,
        images: Any = None,
        text: str | Sequence[str] | None = None,
        masks: Sequence[BoolArray] | None = None,
        **kwargs: Any,
    ) -> BatchFeature:
        """Tensors of a batch of prompts.

        Args:
            images: Pillow images, one for each ``<IMG_CONTEXT>`` in the text.
            text: prompts.
            masks: (height, width) arrays, one for each ``<MASK_CONTEXT>`` in the text.
            kwargs: for `InternVLProcessor`.

        Returns:
            What InternVL's processor returns, and with masks ``mask_values``, (mask tiles, 1, side, side).

        Raises:
            InvalidInputError: the numbers of masks and of ``<MASK_CONTEXT>`` differ.
        """
        prompts = [text] if isinstance(text, str) else list(text or ())
        tiles = [self.mask_tiles(np.asarray(mask)) for mask in masks or ()]
        slots = sum(prompt.count(MASK_CONTEXT) for prompt in prompts)
        if slots != len(tiles):
            expected = f"expected {slots} masks, one for each {MASK_CONTEXT} in the text, found {len(tiles)}"
            raise InvalidInputError("masks", [expected])
        counts = iter([len(mask) for mask in tiles])
        inputs = super().__call__(images=images, text=[self._expanded(prompt, counts) for prompt in prompts], **kwargs)
        if tiles:
            inputs["mask_values"] = torch.from_numpy(np.concatenate(tiles))[:, None].float()
        return inputs

    def image_tiles(self, image: Image) -> torch.Tensor:
        """Tiles of an image (tiles, 3, side, side), uint8, the thumbnail last where there are several."""
        cut = self.image_processor(images=[image], do_rescale=False, do_normalize=False, return_tensors="pt")
        tiles: torch.Tensor = cut["pixel_values"]
        return tiles

    def normalised(self, tiles: torch.Tensor) -> torch.Tensor:
        """Image tiles as the model takes them, float32, equal to the image processor's to the last bit."""
        mean, deviation = (
            torch.tensor(values, device=tiles.device)[:, None, None]
            for values in (self.image_processor.image_mean, self.image_processor.image_std)
        )
        scaled = (tiles.double() * self.image_processor.rescale_factor).float()
        normalised: torch.Tensor = (scaled - mean) / deviation
        return normalised

    def mask_tiles(self, mask: BoolArray) -> ByteArray:
        """Tiles (tiles, side, side) of a mask, strictly {0, 1}, on the grid of an image of its size."""
        grid = grid_of(mask.shape[0], mask.shape[1], self.image_processor) if self.dynamic_mask else (1, 1)
        return tile_mask(mask, grid, self.mask_tile_size or self.image_processor.size["height"])

    def image_text(self, tiles: int) -> str:
        """What stands for an image of this many tiles (with thumbnail) in a prompt."""
        return f"{self.start_image_token}{self.image_token * self.image_seq_length * tiles}{self.end_image_token}"

    def mask_text(self, tiles: int) -> str:
        """What stands for a mask of this many tiles in a prompt."""
        return f"{MASK_START}{MASK_CONTEXT * self.num_mask_tokens * tiles}{MASK_END}"

    def _expanded(self, prompt: str, counts: Iterator[int]) -> str:
        first, *others = prompt.split(MASK_CONTEXT)
        return first + "".join(self.mask_text(next(counts)) + part for part in others)


AutoProcessor.register(UrecaConfig, UrecaProcessor)
