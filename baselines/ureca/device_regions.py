"""Regions whose pixels and masks lie in a device's memory, and what is drawn from them there.

Nothing here waits for the device: sizes and boxes lie in the host's memory, and no result is as large as its data say.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional as F

from dataset.masks.bits import unpack_bits
from dataset.runtime.arrays import IntArray

__all__ = ["DeviceRegions", "grown_bits"]


@dataclass(frozen=True)
class DeviceRegions:
    """Regions of images of one size.

    Attributes:
        images: (n, 3, height, width) uint8, in any memory order.
        image_of: (regions,) int64 on the images' device: which image a region is of.
        bits: (regions, height, ceil(width / 8)) uint8 on the images' device, as `pack_bits` packs masks.
        boxes: (regions, 4) in the host's memory: left, top, right and bottom, from `box_of`.
    """

    images: torch.Tensor
    image_of: torch.Tensor
    bits: torch.Tensor
    boxes: IntArray

    def __len__(self) -> int:
        """Number of regions."""
        return len(self.bits)

    def __getitem__(self, part: slice) -> DeviceRegions:
        """Some of the regions."""
        return DeviceRegions(self.images, self.image_of[part], self.bits[part], self.boxes[part])

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the images in pixels."""
        height, width = self.images.shape[2:]
        return height, width

    def pictures(self) -> torch.Tensor:
        """(regions, 3, height, width) uint8: the image of each region, for it alone to draw on."""
        return self.images.index_select(0, self.image_of)

    def inside(self) -> torch.Tensor:
        """(regions, height, width) bool: the masks."""
        return unpack_bits(self.bits, self.size[1]).view(torch.bool)

    def outlines(self, reach: int) -> torch.Tensor:
        """(regions, height, width) bool: pixels that have both inside and outside within `reach` pixels."""
        width = self.size[1]
        outside = ~self.bits
        outside[..., -1] &= 256 - 2 ** (-width % 8)  # the bits after a row's last pixel are no pixels
        outline = grown_bits(self.bits, reach) & grown_bits(outside, reach)
        return unpack_bits(outline, width).view(torch.bool)


def grown_bits(bits: torch.Tensor, reach: int) -> torch.Tensor:
    """What `conditioning.grown` does, for masks with eight pixels of a row in a byte.

    Args:
        bits: (..., height, bytes) uint8; those after a row's last pixel are 0.
        reach: pixels to each side.

    Returns:
        The same shape; bits after a row's last pixel mean nothing.
    """
    for shift in (_shifted_down, _shifted_right):
        done = 0
        while done < reach:  # steps that double, as there
            step = min(reach - done, done + 1)
            bits = bits | shift(bits, step) | shift(bits, -step)
            done += step
    return bits


def _shifted_down(bits: torch.Tensor, pixels: int) -> torch.Tensor:
    height = bits.shape[-2]
    if pixels > 0:
        return F.pad(bits, (0, 0, pixels, 0))[..., :height, :]
    return F.pad(bits, (0, 0, 0, -pixels))[..., -pixels:, :]


def _shifted_right(bits: torch.Tensor, pixels: int) -> torch.Tensor:
    width = bits.shape[-1]
    whole, rest = divmod(abs(pixels), 8)
    if pixels > 0:
        padded = F.pad(bits, (whole + 1, 0))
        near, far = padded[..., 1 : width + 1], padded[..., :width]
        return (near >> rest) | (far << (8 - rest)) if rest else near
    padded = F.pad(bits, (0, whole + 1))
    near, far = padded[..., whole : whole + width], padded[..., whole + 1 :]
    return (near << rest) | (far >> (8 - rest)) if rest else near
