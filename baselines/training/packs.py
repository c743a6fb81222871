"""Packs: one image and several of its regions as one training sequence.

All regions of an image share its tokens: the sequence is the image's half of the prompt, then for each region its half
and its caption. A region attends to the image and to itself, never to another region, and its positions count on from
the image's, so that the loss is that of the regions one by one, at a fraction of the cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch.utils.data import Dataset, Sampler

from ..ureca.captioner import image_tiles
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
        tiles: image tiles (tiles, 3, side, side).
        masks: mask tiles (mask tiles, side, side) of all regions, strictly {0, 1}; empty without a mask encoder.
    """

    ids: list[int]
    labels: list[int]
    positions: list[int]
    segments: list[int]
    tiles: torch.Tensor
    masks: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Batch:
    """Packs, padded on the right; see `UrecaForConditionalGeneration.forward`.

    Attributes:
        input_ids, labels, position_ids, segments: (packs, length); segments are -1 for padding.
        pixel_values: (tiles, 3, side, side).
        mask_values: (mask tiles, 1, side, side), None without a mask encoder.
        mask_to_tile: (mask tiles,).
        regions: how many captions are learned.
    """

    input_ids: torch.Tensor
    labels: torch.Tensor
    position_ids: torch.Tensor
    segments: torch.Tensor
    pixel_values: torch.Tensor
    mask_values: torch.Tensor | None
    mask_to_tile: torch.Tensor | None
    regions: int

    def inputs(self, device: torch.device) -> dict[str, torch.Tensor | None]:
        """Arguments of the model's forward pass on a device."""
        moved = {
            name: None if value is None else value.to(device, non_blocking=True)
            for name, value in vars(self).items()
            if name != "regions"
        }
        moved["attention_mask"] = pack_attention(moved.pop("segments"))  # type: ignore[arg-type]
        return moved


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
        scene = self.scenes[index]
        draw = np.random.default_rng([self.seed, epoch, index])
        chosen = draw.permutation(len(scene))[: self.regions_per_image]
        return pack_regions(scene, chosen.tolist(), self.prompts)

    def lengths(self) -> npt.NDArray[np.int64]:
        """(images,) about how many tokens each image's packs have."""
        processor = self.prompts.processor
        found = []
        for scene in self.scenes.texts():
            columns, rows = grid_of(scene.height, scene.width, processor.image_processor)
            tiles = columns * rows + (columns * rows > 1)
            regions = max(min(len(scene), self.regions_per_image), 1)
            caption = sum(len(captions[0]) for captions in scene.captions) / max(len(scene), 1) / CHARACTERS_PER_TOKEN
            encodes = self.prompts.conditioning.mask_encoder != "none"
            region = 20 + caption + encodes * tiles * processor.num_mask_tokens
            images = 1 if self.prompts.conditioning.shares_image else regions
            found.append(round(images * tiles * processor.image_seq_length + regions * region))
        return np.array(found, np.int64)


class PackSampler(Sampler[list[tuple[int, int]]]):
    """Batches of (epoch, image) without end, for one of several processes; packs of like length come together.

    Args:
        lengths: about how long each image's packs are.
        images_per_batch: images of a batch, in this process.
        seed: of the order.
        first: batches to leave out, to go on where a run stopped.
        rank, processes: which process this is, of how many.
    """

    def __init__(
        self,
        lengths: npt.NDArray[np.int64],
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

    def _epoch(self, epoch: int, together: int) -> list[npt.NDArray[np.int64]]:
        draw = np.random.default_rng([self.seed, epoch])
        order = draw.permutation(len(self.lengths))
        if len(order) < together:  # fewer images than a batch: they repeat
            order = np.resize(order, together)
        batches: list[npt.NDArray[np.int64]] = []
        for start in range(0, len(order), CHUNK * together):
            chunk = order[start : start + CHUNK * together]
            chunk = chunk[np.argsort(self.lengths[chunk], kind="stable")]
            batches += [chunk[k : k + together] for k in range(0, len(chunk) - together + 1, together)]
        return [batches[k] for k in draw.permutation(len(batches))]


def pack_regions(scene: SceneExample, chosen: Sequence[int], prompts: PromptHalves) -> list[Pack]:
    """Packs that ask for the chosen regions of an image and answer with their unique captions."""
    conditioning = prompts.conditioning
    image = Image.fromarray(scene.image)
    if conditioning.shares_image:
        return [_pack(image, scene, chosen, prompts)]
    return [_pack(conditioning.picture(image, scene.masks[k]), scene, [k], prompts) for k in chosen]


def _pack(picture: Any, scene: SceneExample, chosen: Sequence[int], prompts: PromptHalves) -> Pack:
    tiles = image_tiles(prompts.processor, picture)
    ids = prompts.image_half(len(tiles))
    labels, positions, segments = [IGNORED] * len(ids), list(range(len(ids))), [0] * len(ids)
    shared, masks = len(ids), []
    for number, k in enumerate(chosen, start=1):
        cut = [] if prompts.conditioning.mask_encoder == "none" else [prompts.processor.mask_tiles(scene.masks[k])]
        masks += cut
        asked = prompts.region_half(scene.masks[k], len(cut[0]) if cut else 0)
        answer = prompts.answer(scene.captions[k][0])
        ids += asked + answer
        labels += [IGNORED] * len(asked) + answer
        positions += range(shared, shared + len(asked) + len(answer))
        segments += [number] * (len(asked) + len(answer))
    return Pack(
        ids, labels, positions, segments, tiles, np.concatenate(masks) if masks else np.empty((0, 1, 1), np.uint8)
    )


def collate(items: Sequence[Sequence[Pack]]) -> Batch:
    """A batch of the packs of several images."""
    packs = [pack for item in items for pack in item]
    longest = max(len(pack.ids) for pack in packs)

    def padded(name: str, filler: int) -> torch.Tensor:
        rows = [getattr(pack, name) for pack in packs]
        return torch.tensor([row + [filler] * (longest - len(row)) for row in rows])

    masks = np.concatenate([pack.masks for pack in packs]) if len(packs[0].masks) else None
    return Batch(
        input_ids=padded("ids", 0),
        labels=padded("labels", IGNORED),
        position_ids=padded("positions", 0),
        segments=padded("segments", -1),
        pixel_values=torch.cat([pack.tiles for pack in packs]),
        mask_values=None if masks is None else torch.from_numpy(masks)[:, None].float(),
        mask_to_tile=None if masks is None else _mask_to_tile(packs),
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
