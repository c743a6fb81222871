"""A captioner that never sees a pixel: it asks the listener itself for phrases of place, order and size alone.

It gets the masks of an image and nothing else, builds a pretend world of them (boxes and nesting, no categories, no
colours), and says of each region the first phrase that the listener takes for that region alone in the pretend world.
What it earns is what a score gives away to masks.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError
from dataset.masks.rle import decode_mask
from dataset.schema import Region

if TYPE_CHECKING:
    from dataset.listener import World, WorldRegion

__all__ = ["mask_only", "nounless_phrases", "pretend_world"]

NOUNS: Final = ("thing", "things", "object", "one", "item", "part", "region", "group")
MOST: Final = (
    "leftmost", "rightmost", "topmost", "lowest", "nearest", "farthest", "biggest", "smallest", "tallest", "shortest",
)  # fmt: skip
PLACES: Final = ("left", "right", "top", "bottom", "middle")
RANKS: Final = ("second", "third", "fourth")
INSIDE: Final = 0.95
"""A mask of which a greater share lies in a larger one is a part of it."""


def mask_only(_image: Path, regions: Sequence[Region]) -> list[str]:
    """Of each region a phrase that means it alone among masks, else where it is: "the leftmost thing".

    Args:
        _image: not opened.
        regions: of one image; of each only the mask is used.

    Raises:
        InvalidInputError: a region has no mask.
    """
    from dataset.listener import listen  # no other captioner needs its tables of words

    bare = [f"{region.region_id}: it has no mask" for region in regions if region.mask is None]
    if bare:
        raise InvalidInputError("regions", bare)
    masks = np.array([decode_mask(region.mask) for region in regions if region.mask is not None])
    world = pretend_world(masks)
    best: dict[str, str] = {}
    for phrase in nounless_phrases():
        denoted = listen(phrase, world, "0").denoted
        if len(denoted) == 1:
            best.setdefault(denoted[0], phrase)
    return [best.get(region.id) or _where(region) for region in world.regions]


def pretend_world(masks: npt.NDArray[np.bool_]) -> World:
    """What can be known of an image from masks alone; a region's id is its number.

    Args:
        masks: bool (regions, height, width).
    """
    from dataset.listener import World

    flat = masks.reshape(len(masks), -1).astype(np.float32)
    areas = flat.sum(axis=1)
    inside = (flat @ flat.T > INSIDE * areas[:, None]) & (areas[:, None] < areas)  # of a row's mask in a column's
    sizes = np.where(inside, areas, np.inf)
    parents = [int(row.argmin()) if np.isfinite(row).any() else None for row in sizes]
    return World(tuple(_region(k, parent, mask) for k, (parent, mask) in enumerate(zip(parents, masks, strict=True))))


def nounless_phrases() -> Iterator[str]:
    """Noun phrases of place, order and size in which no word names a kind of thing, and pairs of them."""
    simple = [f"{most} {noun}" for most in MOST for noun in NOUNS]
    simple += [f"{place} {noun}" for place in PLACES for noun in NOUNS[:2]]
    simple += [f"{rank} {noun} from the {place}" for rank in RANKS for noun in NOUNS[:2] for place in PLACES[:4]]
    yield from (f"the {phrase}" for phrase in simple)
    yield from (f"the {one} of the {other}" for one, other in itertools.product(simple[::7], simple[::5]))


def _region(number: int, parent: int | None, mask: npt.NDArray[np.bool_]) -> WorldRegion:
    from dataset.listener import WorldRegion

    rows, columns = np.nonzero(mask)
    if not len(rows):
        rows, columns = np.array([0, mask.shape[0] - 1]), np.array([0, mask.shape[1] - 1])
    height, width = mask.shape
    return WorldRegion(
        id=str(number),
        parent=None if parent is None else str(parent),
        category="thing",
        granularity="object" if parent is None else "part",
        x=float(columns.mean() + 0.5) / width,
        y=float(rows.mean() + 0.5) / height,
        left=float(columns.min()) / width,
        top=float(rows.min()) / height,
        right=float(columns.max() + 1) / width,
        bottom=float(rows.max() + 1) / height,
        area=len(rows) / mask.size,
    )


def _where(region: WorldRegion) -> str:
    down = "top" if region.y < 1 / 3 else "bottom" if region.y > 2 / 3 else ""
    across = "left" if region.x < 1 / 3 else "right" if region.x > 2 / 3 else ""
    return f"the {' '.join(filter(None, (down, across))) or 'middle'} thing"
