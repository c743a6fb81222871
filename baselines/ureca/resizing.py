"""Pillow's bicubic resize, to the last bit, of pixels that lie in a device's memory.

Pillow weighs the pixels along one axis, rounds to 8 bits, then weighs along the other. Its weights have 22
binary places; here they are the entries of matrices in double precision, whose products are exact in whatever order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Final

import PIL
import torch

__all__ = ["most_at_once", "resized", "resized_boxes", "vertical_first"]

VERTICAL_FIRST: Final = int(PIL.__version__.split(".")[0]) >= 13
"""Whether this Pillow takes the vertical pass first where that is cheaper."""

SUPPORT: Final = 2.0
"""Pixels to each side that a cubic weighs."""
UNIT: Final = 2.0**22
"""What a weight of 1 is as an integer."""
_AT_ONCE: Final = {"cpu": 2**20}
"""Numbers in double precision at a time, by device: what fits a core's cache; elsewhere 256 MiB."""
BLOCK: Final = 32
"""Results that share a matrix of weights, most of which are 0."""


def resized(images: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Images of one size, each as ``Image.resize((width, height), Image.Resampling.BICUBIC)`` makes it.

    Args:
        images: (n, channels, height, width) uint8, in any memory order.
        height: wanted, in pixels.
        width: wanted, in pixels.

    Returns:
        (n, channels, height, width) uint8.
    """
    channels, rows, columns = images.shape[1:]
    passes = [(3, _blocks(columns, width, images.device)), (2, _blocks(rows, height, images.device))]
    if vertical_first((rows, columns), (height, width)):
        passes.reverse()
    at_once = most_at_once(images.device, channels * max(rows, height) * max(columns, width))
    parts = []
    for part in torch.split(images, at_once):
        for axis, blocks in passes:
            part = _weighed(part, axis, blocks) if blocks else part
        parts.append(part)
    return parts[0] if len(parts) == 1 else torch.cat(parts)


def most_at_once(device: torch.device, numbers: int) -> int:
    """How many images of so many numbers are computed at a time, at least one."""
    return max(_AT_ONCE.get(device.type, 2**25) // max(numbers, 1), 1)


def vertical_first(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether Pillow weighs along the columns before it weighs along the rows, for sizes (height, width).

    Since version 13 it does so where the height shrinks by more than twice of what the width does.
    """
    lost, narrower = before[0] - after[0], before[1] - after[1]
    return VERTICAL_FIRST and lost > max(2 * narrower, 0)


def resized_boxes(
    images: torch.Tensor, boxes: torch.Tensor, longest: tuple[int, int], size: tuple[int, int], *, down_first: bool
) -> torch.Tensor:
    """One box of each image, as ``image.crop(box).resize((width, height), Image.Resampling.BICUBIC)`` makes it.

    Args:
        images: (n, channels, height, width) uint8.
        boxes: (n, 4) int64 on the same device: left, top, right, bottom, inside the image and not empty.
        longest: (height, width) that no box passes, in pixels; what is computed grows with it.
        size: (height, width) wanted.
        down_first: `vertical_first` of these boxes, the same for all.

    Returns:
        (n, channels, height, width) uint8.
    """
    rows, columns = images.shape[2:]
    left, top, right, bottom = boxes.unbind(1)
    lines = (top[:, None] + torch.arange(longest[0], device=boxes.device)).clamp_(max=rows - 1)
    places = (left[:, None] + torch.arange(longest[1], device=boxes.device)).clamp_(max=columns - 1)
    numbers = torch.arange(len(images), device=boxes.device)[:, None, None]
    pixels = images.permute(0, 2, 3, 1)[numbers, lines[:, :, None], places[:, None, :]].permute(0, 3, 1, 2)
    passes = [(3, _bands(right - left, longest[1], size[1])), (2, _bands(bottom - top, longest[0], size[0]))]
    if down_first:
        passes.reverse()
    for axis, bands in passes:
        pixels = _weighed_each(pixels, axis, *bands)
    return pixels


def _weighed_each(pixels: torch.Tensor, axis: int, places: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """One pass over (n, channels, height, width), along axis 2 or 3, by the `_bands` of each image."""
    bands, taken = places.shape[1:]
    places = places.clamp(max=pixels.shape[axis] - 1).flatten(1)
    shape = list(pixels.shape)
    shape[axis] = places.shape[1]
    if axis == 2:
        rows = pixels.gather(2, places[:, None, :, None].expand(shape)).view(*shape[:2], bands, taken, shape[3])
        return _rounded(torch.matmul(weights.transpose(2, 3)[:, None], rows.double())).flatten(2, 3)
    columns = pixels.gather(3, places[:, None, None].expand(shape)).view(*shape[:3], bands, taken)
    windows = columns.permute(0, 3, 1, 2, 4).to(torch.float64, memory_format=torch.contiguous_format)
    sums = torch.matmul(windows.flatten(2, 3), weights)
    return _rounded(sums).view(shape[0], bands, shape[1], shape[2], -1).permute(0, 2, 3, 1, 4).flatten(3)


def _weighed(pixels: torch.Tensor, axis: int, blocks: Sequence[_Block]) -> torch.Tensor:
    """One pass over (n, channels, height, width), along axis 2 or 3."""
    numbers = pixels.contiguous().double()
    if axis == 3:
        parts = [torch.matmul(numbers[..., first:end], weights) for first, end, weights in blocks]
    else:
        parts = [torch.matmul(weights.T, numbers[:, :, first:end]) for first, end, weights in blocks]
    return torch.cat([_rounded(part) for part in parts], dim=axis)


def _rounded(sums: torch.Tensor) -> torch.Tensor:
    return sums.add_(0.5).clamp_(0, 255.5).to(torch.uint8)


_Block = tuple[int, int, torch.Tensor]
"""First pixel, one past the last, and (pixels, size) weights of them."""


@lru_cache(maxsize=64)
def _blocks(length: int, size: int, device: torch.device) -> list[_Block]:
    """The weights of one length and size, `BLOCK` results at a time; none if nothing is to be done."""
    if length == size:
        return []
    starts, weights = _weights(torch.tensor([length]), length, size)
    taps = weights.shape[1]
    matrix = torch.zeros((length + taps, size), dtype=torch.float64)
    matrix.scatter_(0, starts + torch.arange(taps)[:, None], weights[0])
    blocks = []
    for first in range(0, size, BLOCK):
        part = matrix[:, first : first + BLOCK]
        used = torch.nonzero(part.any(dim=1))[:, 0].tolist()
        blocks.append((used[0], used[-1] + 1, part[used[0] : used[-1] + 1].to(device)))
    return blocks


def _bands(lengths: torch.Tensor, longest: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights for resizing each of some lengths to one size, a band of results at a time.

    Args:
        lengths: (n,) int64, 1 to `longest`.
        longest: in pixels.
        size: wanted.

    Returns:
        Which pixels each band of results is made of, (n, bands, pixels) int64, some past the end with weights of 0, and
        their weights (n, bands, pixels, results of a band).
    """
    starts, weights = _weights(lengths, longest, size)
    count, taps, device = len(lengths), weights.shape[1], lengths.device
    results = next(results for results in range(min(BLOCK, size), 0, -1) if size % results == 0)
    pixels = ceil((results - 1) * longest / size) + 1 + taps
    starts = starts.view(count, -1, 1, results)
    firsts = starts[..., :1]
    places = starts - firsts + torch.arange(taps, device=device)[:, None]
    bands = torch.zeros((count, size // results, pixels, results), dtype=torch.float64, device=device)
    bands.scatter_(2, places, weights.view(count, taps, -1, results).transpose(1, 2))
    return firsts[:, :, 0] + torch.arange(pixels, device=device), bands


def _weights(lengths: torch.Tensor, longest: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """First pixel (n, size) and weights (n, taps, size), step by step as Pillow's ``precompute_coeffs`` has them.

    Each step is a kernel of its own, so that no device fuses a product with a sum and rounds once where C rounds twice.
    """
    taps = ceil(SUPPORT * max(longest / size, 1.0)) * 2 + 1
    counting = torch.arange(size, dtype=torch.float64, device=lengths.device)
    scale = lengths.double()[:, None] / size
    stretch = scale.clamp(min=1.0)
    centres = (counting + 0.5) * scale
    reach = stretch * SUPPORT
    starts = (centres - reach + 0.5).long().clamp_(min=0)
    ends = torch.minimum((centres + reach + 0.5).long(), lengths[:, None])
    pixels = starts[:, None] + torch.arange(taps, device=lengths.device)[:, None]
    weights = _cubic((pixels - centres[:, None] + 0.5) * (1.0 / stretch)[:, None])
    weights = torch.where(pixels < ends[:, None], weights, 0.0)
    total = weights[:, 0].clone()
    for tap in range(1, taps):  # one after the other, as Pillow adds them
        total += weights[:, tap]
    weights = weights / total[:, None] * UNIT
    return starts, (weights + torch.where(weights < 0, -0.5, 0.5)).trunc_() / UNIT


def _cubic(distances: torch.Tensor) -> torch.Tensor:
    x = distances.abs()
    near = (x * 1.5 - 2.5) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * -0.5
    return torch.where(x < 1, near, torch.where(x < 2, far, 0.0))
