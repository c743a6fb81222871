"""Scenes in the memory of the device that learns: pixels as bytes, masks as bits.

Which scene lies where is decided on the host, ahead of time (`Shelf`); what lies there is written and read on the
device, in the order of the batches (`SceneMemory`). When a shelf is full, its oldest scenes make room for new ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from dataset.errors import InsufficientMemoryError
from dataset.runtime.arrays import ByteArray, IntArray

from .packs import SceneTokens

__all__ = ["SceneMemory", "Shelf", "ShelfSize", "StoredScene", "Write", "carried", "default_memory"]

DEFAULT_MEMORY, SHARE_OF_GPU = 4 * 10**9, 0.4
"""Memory for scenes: bytes on a CPU, share of a GPU's."""


@dataclass(frozen=True)
class ShelfSize:
    """How much a memory holds.

    Attributes:
        pictures: scenes at most.
        picture_bytes: of the largest picture.
        masks: regions at most.
        mask_bytes: of the largest mask, as bits.
    """

    pictures: int
    picture_bytes: int
    masks: int
    mask_bytes: int

    @property
    def bytes(self) -> int:
        """Of all pictures and masks."""
        return self.pictures * self.picture_bytes + self.masks * self.mask_bytes


@dataclass(eq=False)
class StoredScene:
    """A scene of a memory, and what is said of it.

    Attributes:
        index: number of the scene in its source.
        height, width: of its picture, pixels.
        place: of its picture in the memory.
        mask_places: (regions,) of its masks.
        regions: tokens of its regions.
        mirrored: the same for the mirrored scene; None if it is never mirrored.
        boxes: (regions, 4) left, top, right, bottom of each region, pixels, half-open.
        seen: how often it was learned from.
        is_there: whether it still is in the memory.
    """

    index: int
    height: int
    width: int
    place: int
    mask_places: IntArray
    regions: SceneTokens
    mirrored: SceneTokens | None
    boxes: IntArray
    seen: int = 0
    is_there: bool = True


@dataclass(frozen=True, eq=False)
class Write:
    """A scene that is to be written into a memory.

    Attributes:
        scene: where.
        picture: (height * width * 3,) uint8.
        masks: (regions, height * ceil(width / 8)) uint8, see `dataset.masks.bits`.
    """

    scene: StoredScene
    picture: torch.Tensor
    masks: torch.Tensor

    @classmethod
    def of(cls, scene: StoredScene, image: ByteArray, bits: ByteArray, *, pinned: bool) -> Write:
        """The write of an image (height, width, 3) and bits (regions, height, ceil(width / 8)).

        Args:
            scene: where.
            image: its pixels.
            bits: its masks.
            pinned: copy to memory that a GPU reads by itself; it is not used again before the GPU has read it.
        """
        values = (image.reshape(-1), bits.reshape(len(bits), -1))
        tensors = [torch.from_numpy(np.ascontiguousarray(value)) for value in values]
        return cls(scene, *(tensor.pin_memory() if pinned else tensor for tensor in tensors))


class Shelf:
    """Which scene lies where in a memory."""

    def __init__(self, size: ShelfSize) -> None:
        self.size = size
        self.scenes: deque[StoredScene] = deque()
        """Those that are there, the oldest first."""
        self._pictures = list(range(size.pictures))
        self._masks = list(range(size.masks))

    def __len__(self) -> int:
        """Number of scenes that are there."""
        return len(self.scenes)

    def has_room(self, regions: int) -> bool:
        """Whether a scene with this many regions fits without removing another one."""
        return bool(self._pictures) and len(self._masks) >= regions

    def make_room(self, regions: int) -> tuple[int, IntArray]:
        """Places for a picture and its masks; the oldest scenes go if they must.

        Raises:
            ValueError: the scene alone is larger than the memory.
        """
        if regions > self.size.masks or not self.size.pictures:
            raise ValueError(f"a memory for {self.size.masks} regions has no room for a scene with {regions}")
        while not self.has_room(regions):
            oldest = self.scenes.popleft()
            oldest.is_there = False
            self._pictures.append(oldest.place)
            self._masks.extend(oldest.mask_places.tolist())
        places = self._masks[len(self._masks) - regions :]
        del self._masks[len(self._masks) - regions :]
        return self._pictures.pop(), np.array(places, np.int64)


class SceneMemory:
    """Pixels and masks of scenes on a device.

    Args:
        size: how much.
        device: where.

    Raises:
        InsufficientMemoryError: the device has no room for it.
    """

    def __init__(self, size: ShelfSize, device: torch.device) -> None:
        self.size, self.device = size, device
        try:
            self._pictures = torch.empty((size.pictures, size.picture_bytes), dtype=torch.uint8, device=device)
            self._masks = torch.empty((size.masks, size.mask_bytes), dtype=torch.uint8, device=device)
        except RuntimeError as error:  # a CPU that has too little says so with this alone
            raise InsufficientMemoryError(
                f"{device} has no room for {size.pictures:,} scenes with {size.masks:,} regions, "
                f"{size.bytes / 1e9:.1f} GB ({error}). Give a smaller --scene-memory."
            ) from error

    def write(self, writes: Sequence[Write]) -> None:
        """Put scenes in their places; on a GPU this returns before it has happened."""
        if not writes:
            return
        numbers = {str(k): write.scene.mask_places for k, write in enumerate(writes)}
        for write, places in zip(writes, carried(numbers, self.device).values(), strict=True):
            picture, masks = (tensor.to(self.device, non_blocking=True) for tensor in (write.picture, write.masks))
            self._pictures[write.scene.place, : len(picture)] = picture
            self._masks[:, : masks.shape[1]].index_copy_(0, places, masks)

    def pictures(self, places: torch.Tensor, height: int, width: int) -> torch.Tensor:
        """Pictures of one size: (n,) places -> (n, height, width, 3) uint8."""
        return self._pictures[:, : height * width * 3].index_select(0, places).view(-1, height, width, 3)

    def bits(self, places: torch.Tensor, height: int, width: int) -> torch.Tensor:
        """Masks of one size: (n,) places -> (n, height, ceil(width / 8)) uint8."""
        across = -(-width // 8)
        return self._masks[:, : height * across].index_select(0, places).view(-1, height, across)


def default_memory(device: torch.device) -> int:
    """Bytes of a device's memory that scenes may take."""
    if device.type == "cuda":
        return int(SHARE_OF_GPU * torch.cuda.get_device_properties(device).total_memory)
    return DEFAULT_MEMORY


def carried(numbers: Mapping[str, Any], device: torch.device) -> dict[str, torch.Tensor]:
    """Arrays of integers as int64 tensors on a device, in one transfer that nobody waits for."""
    flat = torch.from_numpy(np.concatenate([values.reshape(-1) for values in numbers.values()]).astype(np.int32))
    if device.type == "cuda":
        flat = flat.pin_memory()
    sizes = [values.size for values in numbers.values()]
    parts = torch.split(flat.to(device, non_blocking=True).long(), sizes)
    return {name: part.view(values.shape) for (name, values), part in zip(numbers.items(), parts, strict=True)}
