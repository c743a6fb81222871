"""Captioning with a trained model: the image is encoded once, all its regions are decoded as one batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from PIL.Image import Image

from dataset.errors import InvalidInputError
from dataset.runtime.arrays import BoolArray

from ..inputs import check_regions
from .caches import KeyValues
from .conditioning import find_conditioning
from .decoding import decode
from .layers import check_text_model, prefill
from .mask_encoder import Sight
from .modeling import UrecaForConditionalGeneration
from .processing import UrecaProcessor
from .prompts import PromptHalves
from .recordings import Recordings

__all__ = ["UrecaCaptioner"]


KEPT_BYTES: Final = 31 * 2**20
"""Of a block on a CPU. The C library of Linux returns memory to the system once twice the largest block that was ever
given back lies idle, and each image would then have its memory cleared anew; it reckons with blocks up to 32 MiB."""


class UrecaCaptioner:
    """A captioner of a trained model; greedy, so that the same input gives the same captions.

    Args:
        model: in the device and number type it is to run in.
        processor: of the same checkpoint.
        conditioning: the strategy it was trained with; the one in its configuration if None.
        batch_size: regions decoded at once; if None, 64 that share a prefix, or 32 that each have a picture.
        max_new_tokens: of a caption.
        share_prefix: encode and prefill an image once for all its regions. Off, every region is captioned alone; the
            captions are the same.
        graphs: on a GPU, record what decodes a token once for each shape of a batch, and replay it.
    """

    def __init__(
        self,
        model: UrecaForConditionalGeneration,
        processor: UrecaProcessor,
        *,
        conditioning: str | None = None,
        batch_size: int | None = None,
        max_new_tokens: int = 64,
        share_prefix: bool = True,
        graphs: bool = True,
    ) -> None:
        check_text_model(model.model.language_model)
        self.model, self.processor = model, processor
        self.prompts = PromptHalves(processor, find_conditioning(conditioning or model.config.conditioning))
        self.share_prefix = share_prefix and self.prompts.conditioning.shares_image
        self.batch_size = batch_size or (64 if self.share_prefix else 32)
        self.max_new_tokens = max_new_tokens
        self.recordings = Recordings(model) if graphs and model.device.type == "cuda" else None
        if model.device.type == "cpu":
            torch.empty(KEPT_BYTES, dtype=torch.uint8)  # given back at once, and not touched

    @classmethod
    def from_pretrained(
        cls,
        path: str | Path,
        *,
        device: str | torch.device | None = None,
        dtype: torch.dtype | None = None,
        **options: Any,
    ) -> UrecaCaptioner:
        """Load a checkpoint.

        Args:
            path: folder or hub id.
            device: the GPU if there is one, else the CPU, if None.
            dtype: float32 on a CPU, bfloat16 on a GPU, if None.
            options: of the class.

        Raises:
            InvalidInputError: there is no checkpoint, or it is not one of URECA.
        """
        torch_device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        weight_dtype = dtype or (torch.float32 if torch_device.type == "cpu" else torch.bfloat16)
        folder = Path(path)
        if folder.exists() and not (folder / "config.json").is_file():
            problem = "expected a folder with config.json, model.safetensors and a tokenizer, found no config.json"
            raise InvalidInputError(str(path), [problem], "baselines.train writes such folders.")
        try:
            model, loading_info = UrecaForConditionalGeneration.from_pretrained(
                path, dtype=weight_dtype, output_loading_info=True
            )
            processor = UrecaProcessor.from_pretrained(path)
        except (OSError, ValueError) as error:
            raise InvalidInputError(str(path), [f"no URECA checkpoint can be loaded: {error}"]) from error
        missing_weights = sorted(loading_info["missing_keys"]) + sorted(
            str(key) for key in loading_info["mismatched_keys"]
        )
        if missing_weights:  # transformers would draw them at random, and the captions would be noise
            problem = f"{len(missing_weights)} weights are missing or of another shape (first: {missing_weights[0]})"
            raise InvalidInputError(str(path), [problem], "Copy the checkpoint again.")
        return cls(model.to(torch_device).eval(), processor, **options)

    def caption(self, image: Image, masks: Sequence[BoolArray]) -> list[str]:
        """One caption for each mask of shape (height, width), in order.

        Raises:
            InvalidInputError: see `baselines.inputs.check_regions`.
        """
        image, masks = check_regions(image, masks)
        captions: list[str] = []
        with torch.inference_mode():
            prefix = _Prefix(self, image) if self.share_prefix and masks else None
            for start in range(0, len(masks), self.batch_size):
                batch = masks[start : start + self.batch_size]
                answers = self._apart(image, batch) if prefix is None else prefix.answers(batch)
                captions += [self.prompts.text(answer) for answer in answers]
        return captions

    def _apart(self, image: Image, masks: Sequence[BoolArray]) -> list[list[int]]:
        """Answers of regions that each have their own picture, or are to be treated as if they had."""
        pictures = [self.prompts.conditioning.picture(image, mask) for mask in masks]
        cut = [self.processor.image_tiles(picture) for picture in pictures]
        tiles, halves = self.region_inputs(masks)
        sight = self.see(torch.cat(cut))
        rows = [self.prompts.image_half(len(mine)) + half for mine, half in zip(cut, halves, strict=True)]
        ids, padding = _left_padded(rows, self.prompts.end)
        return self.decode(self.model.model.embed(ids.to(self.model.device), sight, tiles), padding)

    def see(self, tiles: torch.Tensor) -> Sight:
        """Image tiles (tiles, 3, side, side), uint8, as the model sees them."""
        return self.model.model.see(self.processor.normalised(tiles.to(self.model.device)))

    def region_inputs(self, masks: Sequence[BoolArray]) -> tuple[torch.Tensor | None, list[list[int]]]:
        """Mask tiles of all regions (mask tiles, 1, side, side), None without a mask encoder, and prompt halves."""
        if self.prompts.conditioning.mask_encoder == "none":
            return None, [self.prompts.region_half(mask, 0) for mask in masks]
        cut = [self.processor.mask_tiles(mask) for mask in masks]
        values = torch.from_numpy(np.concatenate(cut))[:, None].to(self.model.device)
        return values, [self.prompts.region_half(mask, len(mine)) for mask, mine in zip(masks, cut, strict=True)]

    def decode(
        self, embeddings: torch.Tensor, padding: torch.Tensor, prefix: KeyValues | None = None
    ) -> list[list[int]]:
        """Answers to prompts, see `decoding.decode`."""
        return decode(
            self.model,
            embeddings,
            padding.to(embeddings.device),
            end=self.prompts.end,
            max_new_tokens=self.max_new_tokens,
            prefix=prefix,
            recordings=self.recordings,
        )


class _Prefix:
    """An image that has been encoded and prefilled, over which regions can be asked."""

    def __init__(self, captioner: UrecaCaptioner, image: Image) -> None:
        self.captioner, self.model = captioner, captioner.model
        tiles = captioner.processor.image_tiles(captioner.prompts.conditioning.shared(image))
        self.sight = captioner.see(tiles)
        self.lead = captioner.prompts.lead()
        ids = torch.tensor([captioner.prompts.image_half(len(tiles)) + self.lead], device=self.model.device)
        self.keys_values = prefill(self.model.model.language_model, self.model.model.embed(ids, self.sight))

    def answers(self, masks: Sequence[BoolArray]) -> list[list[int]]:
        """Answers of some regions, decoded together."""
        device = self.model.device
        values, halves = self.captioner.region_inputs(masks)
        ids, padding = _left_padded([half[len(self.lead) :] for half in halves], self.captioner.prompts.end)
        tokens = None if values is None else self.mask_tokens(values, len(masks))
        embeddings = self.model.model.embed(ids.to(device), mask_tokens=tokens, with_image=False)
        return self.captioner.decode(embeddings, padding, self.keys_values)

    def mask_tokens(self, values: torch.Tensor, regions: int) -> torch.Tensor:
        """Mask tokens (mask tiles, M, text width) of all tiles (mask tiles, 1, side, side) of some regions.

        Most tiles hold nothing of a region. What an empty tile says depends on the image tile alone, so that one is
        encoded for all of them.
        """
        by_region = values.view(regions, -1, *values.shape[1:])
        occupied = by_region.flatten(2).amax(-1) > 0
        count = occupied.shape[1]
        # A GPU waits for Python, so that all tiles go at once; a CPU waits for memory.
        together = count if values.device.type == "cuda" else 1
        encoded = [
            self._encoded(by_region[:, first : first + together], occupied[:, first : first + together], first)
            for first in range(0, count, together)
        ]
        return torch.cat(encoded, dim=1).flatten(0, 1)

    def _encoded(self, masks: torch.Tensor, occupied: torch.Tensor, first: int) -> torch.Tensor:
        """Mask tokens (regions, tiles, M, width) of masks (regions, tiles, 1, side, side) on tiles from `first`."""
        regions, count = occupied.shape
        rows, numbers = occupied.nonzero(as_tuple=True)
        tiles = torch.arange(count, device=masks.device)
        if len(rows) == regions * count:
            tokens = self._tokens_of(masks.flatten(0, 1), tiles.repeat(regions) + first)
            return tokens.view(regions, count, *tokens.shape[1:])
        on_tiles = torch.cat([numbers, tiles]) + first  # the last ones are empty, one on each tile
        values = torch.cat([masks[rows, numbers], torch.zeros_like(masks[0])])
        places = (tiles + len(rows)).repeat(regions, 1)
        places[rows, numbers] = torch.arange(len(rows), device=masks.device)
        return self._tokens_of(values, on_tiles)[places]

    def _tokens_of(self, values: torch.Tensor, on_tiles: torch.Tensor) -> torch.Tensor:
        """Mask tokens (mask tiles, M, width) of mask tiles on image tiles of some numbers."""
        if len(self.sight.grid) == 1 or bool((on_tiles == on_tiles[0]).all()):
            only = int(on_tiles[0])
            sight = Sight(*(layer[only].expand(len(values), *layer.shape[1:]) for layer in self.sight))
        else:
            sight = self.sight.of_tiles(on_tiles)
        return self.model.model.encode_masks(values, sight)


def _left_padded(rows: Sequence[list[int]], padding: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(rows, longest) token ids, and how many of each row are padding."""
    longest = max(map(len, rows))
    ids = torch.tensor([[padding] * (longest - len(row)) + row for row in rows])
    return ids, torch.tensor([longest - len(row) for row in rows])
