"""Packs: one image and several of its regions as one training sequence.

All regions of an image share its tokens: the sequence is the image's half of the prompt, then for each region its half
and its caption. A region attends to the image and to itself, never to another region, and its positions count on from
the image's, so that the loss is that of the regions one by one, at a fraction of the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import Dataset, Sampler

from dataset.masks.bits import pack_bits, unpack_bits
from dataset.runtime.arrays import ByteArray, IntArray

from ..ureca.prompts import PromptHalves
from ..ureca.tiling import grid_of
from .shards import SceneExample, Scenes

__all__ = ["Batch", "Pack", "PackDataset", "PackSampler", "collate", "pack_attention", "pack_regions"]

IGNORED = -100
"""Label of what is not to be learned."""
CHARACTERS_PER_TOKEN = 4
CHUNK = 16
"""Batches among which packs are sorted by length."""


@dataclass(frozen=True)
class Pack:
    """One sequence.

    Attributes:
        ids: token ids.
        labels: ids of the captions' tokens, `IGNORED` elsewhere.
        positions: position of each token.
        segments: 0 for the image's half, then the number of the region, from 1.
        tiles: image tiles (tiles, 3, side, side), uint8.
        masks: mask tiles of all regions, eight pixels of a row in a byte, (mask tiles, side, side / 8); empty without a
            mask encoder.
        mask_side: of a mask tile in pixels.
    """

    ids: list[int]
    labels: list[int]
    positions: list[int]
    segments: list[int]
    tiles: torch.Tensor
    masks: ByteArray
    mask_side: int


@dataclass(frozen=True)
class Batch:
    """Packs, padded on the right, as small as they can be carried from process to process and to a GPU.

    Attributes:
        input_ids, labels, position_ids, segments: (packs, length); segments are -1 for padding.
        tiles: image tiles (tiles, 3, side, side), uint8.
        masks: mask tiles, eight pixels of a row in a byte, (mask tiles, side, side / 8); None without a mask encoder.
        mask_to_tile: (mask tiles,), None without a mask encoder.
        mask_side: of a mask tile in pixels.
        regions: how many captions are learned.
    """

    input_ids: torch.Tensor
    labels: torch.Tensor
    position_ids: torch.Tensor
    segments: torch.Tensor
    tiles: torch.Tensor
    masks: torch.Tensor | None
    mask_to_tile: torch.Tensor | None
    mask_side: int
    regions: int

    def inputs(
        self, device: torch.device, normalised: Callable[[torch.Tensor], torch.Tensor]
    ) -> dict[str, torch.Tensor | None]:
        """Arguments of `UrecaForConditionalGeneration.forward` on a device.

        Args:
            device: where pixels become numbers, and bits masks.
            normalised: of `UrecaProcessor`.
        """
        tensors = {
            name: value.to(device, non_blocking=True)
            for name, value in vars(self).items()
            if isinstance(value, torch.Tensor)
        }
        return {
            "input_ids": tensors["input_ids"],
            "labels": tensors["labels"],
            "position_ids": tensors["position_ids"],
            "attention_mask": pack_attention(tensors["segments"]),
            "pixel_values": normalised(tensors["tiles"]),
            "mask_values": unpack_bits(tensors["masks"], self.mask_side)[:, None] if "masks" in tensors else None,
            "mask_to_tile": tensors.get("mask_to_tile"),
        }


def pack_attention(segments: torch.Tensor) -> torch.Tensor:
    """Which token sees which: (packs, length) segments -> (packs, 1, length, length), boolean.

    A token sees the image's half and its own region up to itself; padding sees itself, so that no row is empty.
    """
    length = segments.shape[1]
    causal = torch.ones(length, length, dtype=torch.bool, device=segments.device).tril()
    seen, seeing = segments[:, None, :], segments[:, :, None]
    allowed = causal & (((seen == 0) & (seeing >= 0)) | (seen == seeing) & (seen >= 0))
    return (allowed | torch.eye(length, dtype=torch.bool, device=segments.device))[:, None]


class PackDataset(Dataset[list[Pack]]):
    """Packs of the images of a folder of shards; what is drawn depends on seed, epoch and image alone.

    An item is all packs of one image: one, or one for each region where the conditioning changes the picture.

    Args:
        scenes: the images.
        prompts: how regions are asked for.
        regions_per_image: regions drawn without replacement, all if an image has fewer.
        seed: of the draws.
    """

    def __init__(self, scenes: Scenes, prompts: PromptHalves, regions_per_image: int, seed: int) -> None:
        self.scenes, self.prompts = scenes, prompts
        self.regions_per_image, self.seed = regions_per_image, seed

    def __getitem__(self, place: tuple[int, int]) -> list[Pack]:
        """Packs of (epoch, image)."""
        epoch, index = place
        draw = np.random.default_rng([self.seed, epoch, index])
        regions = draw.permutation(self.scenes.region_counts[index])[: self.regions_per_image]
        return pack_regions(self.scenes.read(index, regions.tolist()), self.prompts)

    def lengths(self) -> IntArray:
        """(images,) about how many tokens each image's packs have."""
        processor = self.prompts.processor
        lengths = []
        for scene in self.scenes.texts():
            columns, rows = grid_of(scene.height, scene.width, processor.image_processor)
            tiles = columns * rows + (columns * rows > 1)
            regions = max(min(len(scene), self.regions_per_image), 1)
            caption = sum(len(region.caption) for region in scene.regions) / max(len(scene), 1) / CHARACTERS_PER_TOKEN
            encodes = self.prompts.conditioning.mask_encoder != "none"
            region = 20 + caption + encodes * tiles * processor.num_mask_tokens
            images = 1 if self.prompts.conditioning.shares_image else regions
            lengths.append(round(images * tiles * processor.image_seq_length + regions * region))
        return np.array(lengths, np.int64)


class PackSampler(Sampler[list[tuple[int, int]]]):
    """Batches of (epoch, image) without end, for one of several processes; packs of like length come together.

    Args:
        lengths: about how long each image's packs are.
        images_per_batch: images of a batch, in this process.
        seed: of the order.
        first: batches to leave out, to resume where a run stopped.
        rank, processes: which process this is, of how many.
    """

    def __init__(
        self,
        lengths: IntArray,
        images_per_batch: int,
        seed: int,
        *,
        first: int = 0,
        rank: int = 0,
        processes: int = 1,
    ) -> None:
        self.lengths, self.images, self.seed = lengths, images_per_batch, seed
        self.first, self.rank, self.processes = first, rank, processes

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        """Batches; every image once in each epoch, but for the last few that fill no batch."""
        together = self.images * self.processes
        number = 0
        epoch = 0
        while True:
            for batch in self._epoch(epoch, together):
                if number >= self.first:
                    yield [(epoch, int(index)) for index in batch[self.rank :: self.processes]]
                number += 1
            epoch += 1

    def _epoch(self, epoch: int, together: int) -> list[IntArray]:
        draw = np.random.default_rng([self.seed, epoch])
        order = draw.permutation(len(self.lengths))
        if len(order) < together:  # fewer images than a batch: they repeat
            order = np.resize(order, together)
        batches: list[IntArray] = []
        for start in range(0, len(order), CHUNK * together):
            chunk = order[start : start + CHUNK * together]
            chunk = chunk[np.argsort(self.lengths[chunk], kind="stable")]
            batches += [chunk[k : k + together] for k in range(0, len(chunk) - together + 1, together)]
        return [batches[k] for k in draw.permutation(len(batches))]


def pack_regions(scene: SceneExample, prompts: PromptHalves) -> list[Pack]:
    """Packs that ask for the regions of an image and answer with their unique captions."""
    conditioning = prompts.conditioning
    image = Image.fromarray(scene.image)
    if conditioning.shares_image:
        return [_pack(image, scene, range(len(scene)), prompts)]
    return [_pack(conditioning.picture(image, mask), scene, [k], prompts) for k, mask in enumerate(scene.masks)]


def _pack(picture: Any, scene: SceneExample, regions: Sequence[int], prompts: PromptHalves) -> Pack:
    tiles = prompts.processor.image_tiles(picture)
    ids = prompts.image_half(len(tiles))
    labels, positions, segments = [IGNORED] * len(ids), list(range(len(ids))), [0] * len(ids)
    prefix_length, encodes = len(ids), prompts.conditioning.mask_encoder != "none"
    masks = [prompts.processor.mask_tiles(scene.masks[k]) for k in regions] if encodes else []
    for number, k in enumerate(regions, start=1):
        question = prompts.region_half(scene.masks[k], len(masks[number - 1]) if encodes else 0)
        answer = prompts.answer(scene.regions[k].caption)
        ids += question + answer
        labels += [IGNORED] * len(question) + answer
        positions += range(prefix_length, prefix_length + len(question) + len(answer))
        segments += [number] * (len(question) + len(answer))
    packed_masks = [pack_bits(cut) for cut in masks] or [np.empty((0, 0, 0), np.uint8)]
    return Pack(
        ids, labels, positions, segments, tiles, np.concatenate(packed_masks), masks[0].shape[-1] if encodes else 0
    )


def collate(packs_of_images: Sequence[Sequence[Pack]]) -> Batch:
    """A batch of the packs of several images."""
    packs = [pack for image_packs in packs_of_images for pack in image_packs]
    longest = max(len(pack.ids) for pack in packs)

    def padded(name: str, filler: int) -> torch.Tensor:
        rows = np.full((len(packs), longest), filler)
        for row, pack in zip(rows, packs, strict=True):
            row[: len(pack.ids)] = getattr(pack, name)
        return torch.from_numpy(rows)

    encodes = packs[0].mask_side > 0
    return Batch(
        input_ids=padded("ids", 0),
        labels=padded("labels", IGNORED),
        position_ids=padded("positions", 0),
        segments=padded("segments", -1),
        tiles=torch.cat([pack.tiles for pack in packs]),
        masks=torch.from_numpy(np.concatenate([pack.masks for pack in packs])) if encodes else None,
        mask_to_tile=_mask_to_tile(packs) if encodes else None,
        mask_side=packs[0].mask_side,
        regions=sum(max(pack.segments) for pack in packs),
    )


def _mask_to_tile(packs: Sequence[Pack]) -> torch.Tensor:
    """Number of the image tile that each mask tile of the batch lies on."""
    numbers, first = [], 0
    for pack in packs:
        tiles = len(pack.tiles)
        numbers.append(first + torch.arange(tiles).repeat(len(pack.masks) // tiles))
        first += tiles
    return torch.cat(numbers)
