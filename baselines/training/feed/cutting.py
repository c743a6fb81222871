"""Tiles of images, pictures and masks, cut where the pixels and bits lie: in a GPU's memory, or in the host's.

What `UrecaProcessor` and `Conditioning.picture` make of one region at a time on the host, here many regions get at
once, equal to the last bit. Nothing waits for the device: what decides a shape (sizes, boxes) is known on the host.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from PIL.Image import Resampling

from dataset.errors import InvalidInputError
from dataset.masks.bits import unpack_bits
from dataset.runtime.arrays import IntArray

from ...ureca.conditioning import Conditioning
from ...ureca.device_regions import DeviceRegions
from ...ureca.processing import UrecaProcessor
from ...ureca.resizing import most_at_once, resized, resized_boxes, vertical_first
from ...ureca.tiling import grid_of, sampled

__all__ = ["Cutter", "image_tiles", "mask_tiles"]

Grid = tuple[int, int]
"""Columns and rows of tiles, without the thumbnail."""


@dataclass(frozen=True)
class Cutter:
    """Cuts as a processor does, for one way of pointing.

    Attributes:
        processor: whose tiles they are.
        conditioning: what is drawn, and how much of the image is seen.

    Raises:
        InvalidInputError: the processor does not resize bicubically to squares.
    """

    processor: UrecaProcessor
    conditioning: Conditioning

    def __post_init__(self) -> None:
        images = self.processor.image_processor
        problems = []
        if Resampling(images.resample) is not Resampling.BICUBIC or not images.do_resize:
            problems.append(f"resample: expected a bicubic resize, found {images.resample!r}")
        if images.size["height"] != images.size["width"]:
            problems.append(f"size: expected a square, found {dict(images.size)}")
        if problems:
            raise InvalidInputError("image processor", problems, "Train from a checkpoint that cuts as InternVL does.")

    @property
    def side(self) -> int:
        """Side of an image tile in pixels."""
        return int(self.processor.image_processor.size["height"])

    def grid(self, height: int, width: int) -> Grid:
        """Columns and rows that an image of this size is cut into."""
        return grid_of(height, width, self.processor.image_processor)

    def image_tiles(self, images: torch.Tensor) -> torch.Tensor:
        """`UrecaProcessor.image_tiles` of images (n, 3, height, width): (n * tiles, 3, side, side) uint8."""
        height, width = images.shape[2:]
        return image_tiles(images, self.grid(height, width), self.side)

    def mask_tiles(self, bits: torch.Tensor, width: int) -> torch.Tensor:
        """`UrecaProcessor.mask_tiles` of masks as `pack_bits` packs them: (regions, tiles, side, side) uint8."""
        grid = self.grid(bits.shape[1], width) if self.processor.dynamic_mask else (1, 1)
        return mask_tiles(bits, width, grid, self.processor.mask_tile_size or self.side)

    def picture_tiles(self, regions: DeviceRegions) -> tuple[torch.Tensor, IntArray]:
        """Image tiles of each region's own picture, as the conditioning points at it.

        Returns:
            All tiles (tiles, 3, side, side) uint8, in the order of the regions, and how many each region has
            (regions,), in the host's memory.
        """
        height, width = regions.size
        frames = self.conditioning.frames(regions.boxes, regions.size)
        if frames is None:
            grids = [self.grid(height, width)] * len(regions)
        else:
            grids = [self.grid(bottom - top, right - left) for left, top, right, bottom in frames.tolist()]
        counts = np.array([_tile_count(grid) for grid in grids], np.int64)
        firsts = np.cumsum(counts) - counts
        shape = (int(counts.sum()), 3, self.side, self.side)
        tiles = torch.empty(shape, dtype=torch.uint8, device=regions.images.device)
        at_once = most_at_once(regions.images.device, 3 * height * width)
        for first in range(0, len(regions), at_once):
            part = slice(first, first + at_once)
            pictures = self.conditioning.drawn(regions[part])
            if frames is None:
                own = slice(int(firsts[first]), int(firsts[first]) + len(pictures) * int(counts[first]))
                tiles[own] = image_tiles(pictures, grids[first], self.side)
            else:
                _cut_frames(tiles, firsts[part], pictures, frames[part], grids[part], self.side)
        return tiles, counts


def image_tiles(images: torch.Tensor, grid: Grid, side: int) -> torch.Tensor:
    """Tiles of images of one size, image by image, row by row, the thumbnail last where there are several.

    Args:
        images: (n, 3, height, width) uint8, in any memory order.
        grid: from `grid_of`.
        side: of a tile in pixels.

    Returns:
        (n * tiles, 3, side, side) uint8.
    """
    return _tiled([resized(images, *target) for target in _targets(grid, side)], grid, side)


def mask_tiles(bits: torch.Tensor, width: int, grid: Grid, side: int) -> torch.Tensor:
    """Tiles of masks of one size, as `tile_mask` cuts them.

    Args:
        bits: (regions, height, ceil(width / 8)) uint8, as `pack_bits` packs masks.
        width: of the masks in pixels.
        grid: from `grid_of`.
        side: of a tile in pixels.

    Returns:
        (regions, tiles, side, side) uint8, strictly {0, 1}; a region never vanishes.
    """
    masks = unpack_bits(bits, width)
    targets = [(target, _samples(bits.shape[1], width, target, bits.device)) for target in _targets(grid, side)]
    centres = _centres(bits) if any(samples.lossy for _, samples in targets) else None
    pictures = [_sampled(masks, target, samples, centres)[:, None] for target, samples in targets]
    return _tiled(pictures, grid, side).view(len(bits), _tile_count(grid), side, side)


def _tile_count(grid: Grid) -> int:
    tiles = grid[0] * grid[1]
    return tiles + (tiles > 1)


def _tiled(pictures: Sequence[torch.Tensor], grid: Grid, side: int) -> torch.Tensor:
    """(n * tiles, channels, side, side) of pictures that have been resized to `_targets`."""
    whole, *thumbnails = pictures
    columns, rows = grid
    count, channels = whole.shape[:2]
    tiles = torch.empty((count, _tile_count(grid), channels, side, side), dtype=whole.dtype, device=whole.device)
    places = tiles[:, : columns * rows].view(count, rows, columns, channels, side, side)
    places.copy_(whole.view(count, channels, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5))
    for thumbnail in thumbnails:
        tiles[:, -1] = thumbnail
    return tiles.flatten(0, 1)


def _cut_frames(
    tiles: torch.Tensor,
    firsts: IntArray,
    pictures: torch.Tensor,
    frames: IntArray,
    grids: Sequence[Grid],
    side: int,
) -> None:
    """Write the tiles of a part of each picture to where they belong; parts of like grid and size together."""
    heights, widths = frames[:, 3] - frames[:, 1], frames[:, 2] - frames[:, 0]
    groups: dict[tuple[Grid, tuple[bool, ...]], list[int]] = {}
    for number in np.argsort(heights * widths, kind="stable").tolist():
        before, grid = (int(heights[number]), int(widths[number])), grids[number]
        orders = tuple(vertical_first(before, after) for after in _targets(grid, side))
        groups.setdefault((grid, orders), []).append(number)
    for (grid, orders), group in groups.items():
        targets = _targets(grid, side)
        at_once = most_at_once(tiles.device, 3 * max(pictures.shape[2], targets[0][0]) * max(targets[0][1], side))
        for first in range(0, len(group), at_once):
            numbers = np.array(group[first : first + at_once])
            part, boxes = pictures.index_select(0, _on(numbers, tiles.device)), _on(frames[numbers], tiles.device)
            longest = int(heights[numbers].max()), int(widths[numbers].max())
            cut = [
                resized_boxes(part, boxes, longest, target, down_first=order)
                for target, order in zip(targets, orders, strict=True)
            ]
            places = firsts[numbers][:, None] + np.arange(_tile_count(grid))
            tiles.index_copy_(0, _on(places.reshape(-1), tiles.device), _tiled(cut, grid, side))


def _targets(grid: Grid, side: int) -> list[tuple[int, int]]:
    """(height, width) in pixels to which a picture is resized: that of all tiles, and the thumbnail's if any."""
    columns, rows = grid
    return [(rows * side, columns * side), (side, side)][: 1 + (columns * rows > 1)]


def _on(numbers: IntArray, device: torch.device) -> torch.Tensor:
    """Numbers of the host's on a device, without waiting for it."""
    tensor = torch.from_numpy(numbers)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


@dataclass(frozen=True)
class _Samples:
    """Which pixels of a mask its resized picture takes; None for all rows or columns as they are.

    Attributes:
        lines: (rows,) int64.
        across: (columns,) int64.
        lossy: not every pixel is taken, so that a region may be lost.
    """

    lines: torch.Tensor | None
    across: torch.Tensor | None
    lossy: bool


@lru_cache(maxsize=256)
def _samples(height: int, width: int, target: tuple[int, int], device: torch.device) -> _Samples:
    pairs = list(zip((height, width), target, strict=True))
    lines, across = (torch.from_numpy(sampled(*pair)).to(device) if pair[0] != pair[1] else None for pair in pairs)
    lossy = any(len(np.unique(sampled(*pair))) < pair[0] for pair in pairs)
    return _Samples(lines, across, lossy)


def _sampled(
    masks: torch.Tensor,
    target: tuple[int, int],
    samples: _Samples,
    centres: tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None,
) -> torch.Tensor:
    """Masks of one size, resized; where sampling loses a region, the pixel of its centre is set."""
    height, width = masks.shape[1:]
    resized_masks = masks if samples.lines is None else masks.index_select(1, samples.lines)
    if samples.across is not None:
        resized_masks = resized_masks.index_select(2, samples.across)
    if samples.lossy and centres is not None:
        pixels = resized_masks.flatten(1)  # a view of what has just been selected
        row, column = centres[0] * target[0] // height, centres[1] * target[1] // width
        place = (row * target[1] + column)[:, None]
        lost = (pixels.amax(dim=1) == 0) & centres[2]
        pixels.scatter_(1, place, pixels.gather(1, place) | lost[:, None])
    return resized_masks


@lru_cache(maxsize=8)
def _byte_tables(device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """(256,) uint8 each: how many bits of a byte are set, and the sum of their places from the left."""
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)
    tables = bits.sum(axis=1), (bits * np.arange(8)).sum(axis=1)
    counts, places = (torch.from_numpy(table.astype(np.uint8)).to(device) for table in tables)
    return counts, places


def _centres(bits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Mean row and column of each mask, rounded down, 0 for an empty one, and which are not empty; (regions,) each."""
    counts, places = (
        table.index_select(0, bits.flatten().int()).view(bits.shape) for table in _byte_tables(bits.device)
    )
    in_rows = counts.sum(dim=2, dtype=torch.int32).long()
    in_bytes = counts.sum(dim=1, dtype=torch.int32).long()
    total = in_rows.sum(dim=1)
    rows = (in_rows * torch.arange(bits.shape[1], device=bits.device)).sum(dim=1)
    columns = (in_bytes * torch.arange(0, 8 * bits.shape[2], 8, device=bits.device)).sum(dim=1)
    columns += places.sum(dim=(1, 2), dtype=torch.int32)
    divisor = total.clamp(min=1)
    return rows // divisor, columns // divisor, total > 0
