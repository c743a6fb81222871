"""Masks with eight pixels of a row in a byte, as they travel from process to process and to a GPU."""

from __future__ import annotations

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

    # Shift each byte right by 7, 6, ..., 0 and keep the lowest bit: its pixels from left to right.
    places = torch.arange(7, -1, -1, dtype=torch.uint8, device=packed.device)
    return ((packed[..., None] >> places) & 1).flatten(-2)[..., :width]


def mirrored_bits(packed: torch.Tensor, width: int) -> torch.Tensor:
    """What `pack_bits` makes of the masks (..., height, width) with left and right swapped, on the bytes' device."""
    import torch

    order = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)[:, ::-1], axis=1)[:, 0]
    reversed_bytes = torch.from_numpy(order).to(packed.device, non_blocking=True)
    mirrored = reversed_bytes[packed.int()].flip(-1)
    spare = 8 * packed.shape[-1] - width  # they lead now; a row ends with them
    if spare:
        following = torch.nn.functional.pad(mirrored[..., 1:], (0, 1))
        mirrored = (mirrored << spare) | (following >> (8 - spare))
    return mirrored
