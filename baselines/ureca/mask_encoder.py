"""Mask encoders: mask tiles in, mask tokens out.

Every encoder takes tiles of shape (tiles, 1, side, side), strictly {0, 1}, and what is seen on the image tiles that
they lie on, and gives tokens of shape (tiles, M, text width).
"""

from __future__ import annotations

import math
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from .configuration import UrecaConfig

__all__ = [
    "CloseUpMaskEncoder",
    "FlatMaskEncoder",
    "MaskConvolution",
    "MaskPool",
    "MomentsMaskEncoder",
    "Sight",
    "build_mask_encoder",
]


Margins = tuple[torch.Tensor, torch.Tensor]
"""Sums of masks over each column, and over each row, (tiles, side) each."""


class Sight(NamedTuple):
    """Image tiles, as pixels and as the vision tower sees them.

    Attributes:
        pixels: normalised, (tiles, 3, side, side).
        grid: last features of the vision tower, (tiles, grid, grid, vision width).
    """

    pixels: torch.Tensor
    grid: torch.Tensor

    def of_tiles(self, numbers: torch.Tensor) -> Sight:
        """That of some tiles, in their order."""
        return Sight(self.pixels[numbers], self.grid[numbers])


class MaskConvolution(nn.Conv2d):
    """A convolution over masks; it has initial weights of its own, see `ureca.modeling`."""


class FlatMaskEncoder(nn.Module):
    """The published encoder (Section 4.2): the whole map of each channel, flattened.

    Two 3x3 convolutions of stride 2, 1 -> M -> M channels, with ReLU; each of the M maps is flattened and projected to
    the text width by one linear layer.
    """

    sees_image = False

    def __init__(self, config: UrecaConfig) -> None:
        super().__init__()
        tokens = config.num_mask_tokens
        self.conv_1 = MaskConvolution(1, tokens, 3, stride=2, padding=1)
        self.conv_2 = MaskConvolution(tokens, tokens, 3, stride=2, padding=1)
        self.projection = nn.Linear(math.ceil(config.tile_size / 4) ** 2, config.text_config.hidden_size)

    def forward(self, masks: torch.Tensor, _sight: Sight | None = None) -> torch.Tensor:
        """(tiles, 1, side, side) -> (tiles, M, text width)."""
        maps = self.conv_2(self.conv_1(masks.to(self.projection.weight.dtype)).relu()).relu()
        tokens: torch.Tensor = self.projection(maps.flatten(2))
        return tokens


class MomentsMaskEncoder(nn.Module):
    """Where a region is, its shape, and what is seen in it, each as tokens of its own.

    Token 1 is what the image shows inside of the region, token 2 what it shows right around it (features of the vision
    tower averaged with the mask as weights); the other M - 2 tokens come from the region's geometry: log-area, centre,
    second moments, box, an 8x8 map of occupancy, and a small convolution of the mask averaged over the region.
    """

    sees_image = True
    occupancy = 8
    resolution = 56
    channels = 32

    def __init__(self, config: UrecaConfig, others: int = 2) -> None:
        super().__init__()
        self.tokens = max(config.num_mask_tokens - others, 0)
        text, vision = config.text_config.hidden_size, config.vision_config.hidden_size
        self.shape = nn.Sequential(
            MaskConvolution(1, self.channels, 3, stride=2, padding=1),
            nn.GELU(),
            MaskConvolution(self.channels, self.channels, 3, stride=2, padding=1),
            nn.GELU(),
        )
        geometry = 12 + self.occupancy**2 + self.channels
        self.geometry = nn.Sequential(nn.Linear(geometry, text), nn.GELU(), nn.Linear(text, self.tokens * text))
        self.seen = nn.Sequential(nn.LayerNorm(vision), nn.Linear(vision, text), nn.GELU(), nn.Linear(text, text))
        self.role = nn.Parameter(torch.zeros(config.num_mask_tokens, text))
        self.num_mask_tokens = config.num_mask_tokens

    def forward(self, masks: torch.Tensor, sight: Sight) -> torch.Tensor:
        """(tiles, 1, side, side) and as many image tiles -> (tiles, M, text width)."""
        masks = masks.float()
        inside = _patch_weights(masks, sight.grid.shape[1]).to(self.role.dtype)
        seen = torch.stack([_pooled(inside, sight.grid), _pooled(_ring(inside), sight.grid)], dim=1)
        placed = self.geometry(self.described(masks)).unflatten(-1, (self.tokens, -1))
        tokens = torch.cat([self.seen(seen.to(self.role.dtype)), placed], dim=1)[:, : self.num_mask_tokens]
        return tokens + self.role

    def described(self, masks: torch.Tensor) -> torch.Tensor:
        """Geometry of mask tiles: (tiles, 1, side, side) -> (tiles, 12 + 64 + channels)."""
        return self._described(masks, _margins(masks))

    def _described(self, masks: torch.Tensor, margins: Margins) -> torch.Tensor:
        dtype = self.role.dtype
        fine = _patch_weights(masks, self.resolution)[:, None]
        # Shares of coarse cells are means of those of fine ones, which are fewer than pixels.
        cells = masks if masks.shape[-1] % self.resolution else fine
        maps = self.shape(fine.to(dtype))
        occupied = _patch_weights(cells, self.occupancy).flatten(1)
        shape = _pooled(_patch_weights(cells, maps.shape[-1]).to(dtype), maps.permute(0, 2, 3, 1))
        return torch.cat([_moments(masks, margins).to(dtype), occupied.to(dtype), shape], dim=-1)


class CloseUpMaskEncoder(MomentsMaskEncoder):
    """The region looked at closely: what `MomentsMaskEncoder` says, and two close-ups of the pixels.

    A vision tower sees a small region in one or two patches, mixed with all around it. Here a square around its box and
    one three times as wide are cut from the tile's pixels, with the mask as a fourth channel, as in the focal prompt of
    Describe Anything (Lian et al. 2025), and each is read by the same small convolutional network.

    Token 1 is what the tower sees inside of the region, tokens 2 and 3 are the close-ups, the other M - 3 geometry.
    """

    margin = 1.25
    wide = 3.0
    side = 32
    widths = (32, 64, 128)

    def __init__(self, config: UrecaConfig) -> None:
        if config.num_mask_tokens < 4:
            raise ValueError(
                f"close-ups take 4 tokens per tile or more, found num_mask_tokens={config.num_mask_tokens}"
            )
        super().__init__(config, others=3)
        channels = (4, *self.widths)
        steps = [
            layer
            for before, after in pairwise(channels)
            for layer in (nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GroupNorm(8, after), nn.GELU())
        ]
        self.look = nn.Sequential(*steps, nn.Flatten())
        text = config.text_config.hidden_size
        flat = self.widths[-1] * (self.side // 2 ** len(self.widths)) ** 2
        self.close_up = nn.Sequential(nn.Linear(flat, text), nn.GELU(), nn.Linear(text, text))

    def forward(self, masks: torch.Tensor, sight: Sight) -> torch.Tensor:
        """(tiles, 1, side, side) and as many image tiles -> (tiles, M, text width)."""
        dtype, masks = self.role.dtype, masks.float()
        inside = _pooled(_patch_weights(masks, sight.grid.shape[1]).to(dtype), sight.grid)
        margins = _margins(masks)
        edges = _edges(margins)
        views = [self._look(masks, sight, edges, scale) for scale in (self.margin, self.wide)]
        placed = self.geometry(self._described(masks, margins)).unflatten(-1, (self.tokens, -1))
        tokens = torch.cat([self.seen(inside.to(dtype))[:, None], torch.stack(views, dim=1), placed], dim=1)
        return tokens + self.role

    def _look(self, masks: torch.Tensor, sight: Sight, edges: torch.Tensor, scale: float) -> torch.Tensor:
        """A close-up as a token: (tiles, text width)."""
        places = _squares(edges, 1 / masks.shape[-1], scale, 2 * self.side)
        layers = (F.grid_sample(layer.float(), places, align_corners=False) for layer in (sight.pixels, masks))
        cut = torch.cat([_halved(layer) for layer in layers], dim=1)
        token: torch.Tensor = self.close_up(self.look(cut.to(self.role.dtype)))
        return token


class MaskPool(nn.Module):
    """Mask-pooled visual features as the only word about the region, in the manner of OMG-LLaVA and Osprey.

    The average of the vision tower's features inside of the mask, projected to M = 1 token per tile.
    """

    sees_image = True

    def __init__(self, config: UrecaConfig) -> None:
        super().__init__()
        if config.num_mask_tokens != 1:
            raise ValueError(f"mask pooling makes 1 token per tile, found num_mask_tokens={config.num_mask_tokens}")
        text, vision = config.text_config.hidden_size, config.vision_config.hidden_size
        self.projection = nn.Sequential(nn.LayerNorm(vision), nn.Linear(vision, text), nn.GELU(), nn.Linear(text, text))

    def forward(self, masks: torch.Tensor, sight: Sight) -> torch.Tensor:
        """(tiles, 1, side, side) and as many image tiles -> (tiles, 1, text width)."""
        pooled = _pooled(_patch_weights(masks, sight.grid.shape[1]).to(sight.grid.dtype), sight.grid)
        tokens: torch.Tensor = self.projection(pooled).unsqueeze(1)
        return tokens


_ENCODERS: dict[str, type[nn.Module]] = {
    "flat": FlatMaskEncoder,
    "moments": MomentsMaskEncoder,
    "close-up": CloseUpMaskEncoder,
    "pool": MaskPool,
}


def build_mask_encoder(config: UrecaConfig) -> Any:
    """The encoder that the configuration names, None for "none"."""
    return None if config.mask_encoder == "none" else _ENCODERS[config.mask_encoder](config)


def moments(masks: torch.Tensor) -> torch.Tensor:
    """Geometry of mask tiles (tiles, 1, side, side): (tiles, 12), float32.

    Whether the tile holds any of the region, log-area (0 for the whole tile), square root of the area, centre x and y,
    standard deviations in x and y, correlation, and the box; lengths in tile sides. An empty tile gives zeros. Never in
    lower precision: sums over the pixels of a tile lose too much there.
    """
    return _moments(masks, _margins(masks))


def _moments(masks: torch.Tensor, margins: Margins) -> torch.Tensor:
    with torch.autocast(masks.device.type, enabled=False):
        return _exact_moments(masks[:, 0].float(), margins)


def _exact_moments(mass: torch.Tensor, margins: Margins) -> torch.Tensor:
    """Of masks (tiles, side, side), float32."""
    side = mass.shape[-1]
    columns, rows = margins
    area = columns.sum(1)
    places = _places(side, mass.device)
    total = area.clamp(min=1)
    x, y = (columns @ places) / total, (rows @ places) / total
    deviation_x = ((columns * (places - x[:, None]) ** 2).sum(1) / total).sqrt()
    deviation_y = ((rows * (places - y[:, None]) ** 2).sum(1) / total).sqrt()
    products = ((mass @ places) * places).sum(1) / total - x * y
    correlation = products / (deviation_x * deviation_y + 1e-4)
    share = area / side**2
    log_area = torch.log(share.clamp(min=1 / side**2))
    values = [
        torch.ones_like(area),
        log_area,
        share.sqrt(),
        x,
        y,
        deviation_x,
        deviation_y,
        correlation,
        *_edges(margins),
    ]
    return torch.stack(values, dim=1) * (area > 0)[:, None]


def windows(masks: torch.Tensor, scale: float, side: int) -> torch.Tensor:
    """Places to sample for a square around each region: (tiles, side, side, 2), x and y on -1..1 of the tile.

    Its side is `scale` times the longer side of the region's box, at least two pixels of the mask and at most `scale`
    tiles; what lies outside of the tile is outside of -1..1. An empty tile gives a corner.
    """
    return _squares(boxes(masks), 1 / masks.shape[-1], scale, side)


def boxes(masks: torch.Tensor) -> torch.Tensor:
    """Centres of the first and last occupied column, and row, of tiles (tiles, 1, side, side): (4, tiles)."""
    return _edges(_margins(masks))


def _margins(masks: torch.Tensor) -> Margins:
    """How many pixels of each column and of each row tiles (tiles, 1, side, side) occupy, exact in float32."""
    mass = masks[:, 0].float()
    return mass.sum(1), mass.sum(2)


def _edges(margins: Margins) -> torch.Tensor:
    """`boxes` of the sums."""
    columns, rows = margins
    places = _places(columns.shape[-1], columns.device)
    return torch.stack([edge for sums in (columns, rows) for edge in _extent(sums > 0, places)])


def _places(side: int, device: torch.device) -> torch.Tensor:
    """Centres of pixels along a side, on 0..1."""
    return (torch.arange(side, device=device, dtype=torch.float32) + 0.5) / side


def _squares(edges: torch.Tensor, pixel: float, scale: float, side: int) -> torch.Tensor:
    """`windows` around `boxes`, with the side of a pixel."""
    left, right, top, bottom = edges
    reach = scale * (torch.maximum(right - left, bottom - top) + pixel).clamp(min=2 * pixel)
    steps = (torch.arange(side, device=edges.device, dtype=torch.float32) + 0.5) / side - 0.5
    x, y = ((low + high)[:, None] / 2 + reach[:, None] * steps for low, high in ((left, right), (top, bottom)))
    return 2 * torch.stack([x[:, None, :].expand(-1, side, -1), y[:, :, None].expand(-1, -1, side)], dim=-1) - 1


def _extent(occupied: torch.Tensor, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """First and last occupied place of each row of (tiles, side)."""
    # Places are below 1, so that 2 never is the least, and above 0, so that 0 never is the greatest of an occupied row.
    first = torch.where(occupied, places, torch.full_like(places, 2.0)).amin(1)
    return first, torch.where(occupied, places, torch.zeros_like(places)).amax(1)


def _patch_weights(masks: torch.Tensor, grid: int) -> torch.Tensor:
    """Share of each cell of a grid that the mask covers: (tiles, 1, side, side) -> (tiles, grid, grid)."""
    side = masks.shape[-1]
    step, rest = divmod(side, grid)
    if rest:
        return F.adaptive_avg_pool2d(masks.float(), grid)[:, 0]
    # Counts of pixels are exact in whatever order they are made, and this one is several times quicker on a CPU.
    rows = masks[:, 0].float().reshape(-1, grid, step, side).sum(2)
    cells = rows.view(-1, grid, grid, step)
    narrow = step <= 4 and masks.device.type == "cpu"  # a sum over so few numbers that lie together is slow
    counts = reduce(torch.add, cells.unbind(3)) if narrow else cells.sum(3)
    return counts / step / step


def _halved(maps: torch.Tensor) -> torch.Tensor:
    """Means over squares of 2 x 2 of maps (tiles, channels, side, side), equal to the last bit on any device."""
    if maps.device.type != "cpu":
        return F.avg_pool2d(maps, 2)
    upper, lower = maps[..., ::2, :], maps[..., 1::2, :]  # several times quicker on a CPU, in the same order
    return (upper[..., ::2] + upper[..., 1::2] + lower[..., ::2] + lower[..., 1::2]) / 4


def _ring(weights: torch.Tensor) -> torch.Tensor:
    """Cells next to the region and not in it; zeros where the region fills the tile."""
    grown = F.max_pool2d((weights > 0).to(weights.dtype)[:, None], 5, stride=1, padding=2)[:, 0]
    return grown * (1 - weights.clamp(max=1))


def _pooled(weights: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
    """Weighted mean over the cells: (tiles, grid, grid), (tiles, grid, grid, width) -> (tiles, width)."""
    normal = weights / weights.sum((1, 2), keepdim=True).clamp(min=1e-6)
    if features.stride(0) == 0:  # one and the same for all tiles
        return normal.flatten(1) @ features[0].flatten(0, 1).to(normal.dtype)
    return torch.einsum("nyx,nyxd->nd", normal, features.to(normal.dtype))
