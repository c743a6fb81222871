"""Masks with eight pixels of a row in a byte, as they travel from process to process and to a GPU."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..runtime.arrays import ByteArray

if TYPE_CHECKING:
    import torch

__all__ = ["mirrored_bits", "pack_bits", "unpack_bits"]


def pack_bits(masks: ByteArray) -> ByteArray:
    """Pack masks (..., height, width) of zeros and ones to (..., height, ceil(width / 8)); the first pixel leads."""
    return np.packbits(masks, axis=-1)


def unpack_bits(packed: torch.Tensor, width: int) -> torch.Tensor:
    """The masks (..., height, width) that `pack_bits` packed, uint8, on the device that the bytes are on."""
    import torch

    pixels = _pixels_of_bytes(packed.device).index_select(0, packed.flatten().int()).view(torch.uint8)
    return pixels.view(*packed.shape[:-1], 8 * packed.shape[-1])[..., :width]


def mirrored_bits(packed: torch.Tensor, width: int) -> torch.Tensor:
    """What `pack_bits` makes of the masks (..., height, width) with left and right swapped, on the bytes' device."""
    import torch

    mirrored = _reversed_bytes(packed.device)[packed.int()].flip(-1)
    spare = 8 * packed.shape[-1] - width  # they lead now; a row ends with them
    if spare:
        following = torch.nn.functional.pad(mirrored[..., 1:], (0, 1))
        mirrored = (mirrored << spare) | (following >> (8 - spare))
    return mirrored


@lru_cache(maxsize=8)
def _pixels_of_bytes(device: torch.device) -> torch.Tensor:
    """(256,) the eight pixels of each byte, read as one number, so that they are fetched together."""
    import torch

    pixels = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return torch.from_numpy(pixels.view(np.int64)[:, 0]).to(device)


@lru_cache(maxsize=8)
def _reversed_bytes(device: torch.device) -> torch.Tensor:
    """(256,) uint8, each byte with its bits in the other order."""
    import torch

    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    return torch.from_numpy(np.packbits(bits[:, ::-1], axis=1)[:, 0]).to(device)
