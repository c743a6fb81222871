"""Batches, cut where the scenes lie: a plan and the memory of a device become the inputs of a model.

Nothing here waits for the device: how many there are of anything is known on the host, from the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import torch

from dataset.masks.bits import mirrored_bits

from ...ureca.conditioning import Conditioning
from ...ureca.device_regions import DeviceRegions
from ...ureca.processing import UrecaProcessor
from ...ureca.tiling import grid_of
from .cutting import Cutter
from .memory import SceneMemory, carried
from .packing import Choice
from .packs import pack_attention
from .plans import Plan

__all__ = ["BatchCutter"]


class BatchCutter:
    """Makes the inputs of `UrecaForConditionalGeneration.forward` from plans.

    Args:
        memory: where the scenes lie.
        processor: of the model.
        conditioning: how regions are pointed at.
    """

    def __init__(self, memory: SceneMemory, processor: UrecaProcessor, conditioning: Conditioning) -> None:
        self._memory, self._processor, self._conditioning = memory, processor, conditioning
        self._cutter = Cutter(processor, conditioning)
        self._encodes = conditioning.mask_encoder != "none"

    def cut(self, plan: Plan) -> dict[str, Any]:
        """Write the plan's new scenes, and cut its batch."""
        self._memory.write(plan.writes)
        groups = [list(group) for _, group in groupby(plan.choices, key=_size)]
        on_device = self._carried(plan, groups)
        tiles, masks = [], []
        for number, group in enumerate(groups):
            group_tiles, group_masks = self._cut_group(group, on_device, number)
            tiles.append(group_tiles)
            masks.append(group_masks)
        return {
            "input_ids": on_device["ids"],
            "labels": on_device["targets"],
            "answer_places": on_device["places"],
            "position_ids": on_device["positions"],
            "attention_mask": pack_attention(on_device["segments"]),
            "pixel_values": self._processor.normalised(torch.cat(tiles)),
            "mask_values": torch.cat(masks)[:, None] if self._encodes else None,
            "mask_to_tile": on_device.get("mask_to_tile"),
            "use_cache": False,
        }

    def _cut_group(
        self, group: Sequence[Choice], on_device: Mapping[str, torch.Tensor], number: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Image tiles and mask tiles of packs whose pictures have one size."""
        height, width = _size(group[0])
        images = self._memory.pictures(on_device[f"pictures {number}"], height, width).permute(0, 3, 1, 2)
        bits = self._memory.bits(on_device[f"masks {number}"], height, width)
        if any(choice.is_mirrored for choice in group):
            are_mirrored = on_device[f"mirrored {number}"].bool()
            images = torch.where(are_mirrored[:, None, None, None], images.flip(3), images)
            of_regions = are_mirrored[on_device[f"packs {number}"]]
            bits = torch.where(of_regions[:, None, None], mirrored_bits(bits, width), bits)
        if self._conditioning.shares_image:
            tiles = self._cutter.image_tiles(self._conditioning.shared_pixels(images))
        else:
            regions = DeviceRegions(images, on_device[f"packs {number}"], bits, _boxes(group))
            tiles, _ = self._cutter.picture_tiles(regions)
        return tiles, self._cutter.mask_tiles(bits, width).flatten(0, 1) if self._encodes else bits[:0]

    def _carried(self, plan: Plan, groups: Sequence[Sequence[Choice]]) -> dict[str, torch.Tensor]:
        """All numbers of a plan on the device, in one transfer."""
        packs = plan.packs
        numbers: dict[str, Any] = {
            "ids": packs.ids,
            "positions": packs.positions,
            "segments": packs.segments,
            "places": packs.places,
            "targets": packs.targets,
        }
        first_tile = 0
        mask_to_tile = []
        for number, group in enumerate(groups):
            tiles = self._tiles(*_size(group[0]))
            counts = [len(choice.regions) for choice in group]
            numbers[f"pictures {number}"] = np.array([choice.scene.place for choice in group])
            numbers[f"masks {number}"] = np.concatenate([choice.scene.mask_places[choice.regions] for choice in group])
            numbers[f"mirrored {number}"] = np.array([choice.is_mirrored for choice in group])
            numbers[f"packs {number}"] = np.repeat(np.arange(len(group)), counts)
            starts = first_tile + tiles * numbers[f"packs {number}"]
            mask_to_tile.append((starts[:, None] + np.arange(tiles)).reshape(-1))
            first_tile += tiles * len(group)
        if self._encodes and self._processor.dynamic_mask:
            numbers["mask_to_tile"] = np.concatenate(mask_to_tile)
        return carried(numbers, self._memory.device)

    def _tiles(self, height: int, width: int) -> int:
        columns, rows = grid_of(height, width, self._processor.image_processor)
        return columns * rows + (columns * rows > 1)


def _size(choice: Choice) -> tuple[int, int]:
    return choice.scene.height, choice.scene.width


def _boxes(group: Sequence[Choice]) -> Any:
    """(regions, 4) boxes as they lie in the pictures that the model sees."""
    boxes = []
    for choice in group:
        own = choice.scene.boxes[choice.regions]
        if choice.is_mirrored:
            left, top, right, bottom = own.T
            own = np.stack([choice.scene.width - right, top, choice.scene.width - left, bottom], axis=1)
        boxes.append(own)
    return np.concatenate(boxes)
