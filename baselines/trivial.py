"""Captioners that need no model: the floor and the ceiling of every metric.

They read what a model would have to find out (category, references), so they are not entries of a comparison but its
frame: a metric on which `reference` does not win, or `constant` does not lose, measures something else. `mask-only`
reads nothing but the masks: what it earns is given away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from dataset.errors import InvalidInputError
from dataset.masks.rle import decode_mask
from dataset.runtime.arrays import FloatArray
from dataset.schema import Region

from .captioner import AnnotationCaptioner
from .inputs import open_image
from .mask_only import mask_only

__all__ = ["TRIVIAL"]

_COLOR_WORDS: Final[Mapping[str, tuple[int, int, int]]] = {
    "black": (30, 30, 30),
    "gray": (128, 128, 128),
    "white": (235, 235, 230),
    "red": (190, 45, 40),
    "orange": (235, 140, 45),
    "yellow": (235, 205, 75),
    "green": (75, 150, 75),
    "teal": (50, 150, 150),
    "blue": (60, 95, 185),
    "purple": (130, 75, 165),
    "pink": (235, 150, 180),
    "brown": (115, 75, 50),
}


def constant(_image: Path, regions: Sequence[Region]) -> list[str]:
    """The same words for every region."""
    return ["the object in the picture"] * len(regions)


def category(_image: Path, regions: Sequence[Region]) -> list[str]:
    """The head noun alone: "the wheel"."""
    return [f"the {region.category or 'region'}" for region in regions]


def category_color(image: Path, regions: Sequence[Region]) -> list[str]:
    """The head noun after the colour word nearest to the region's mean colour: "the red wheel"."""
    pixels = np.asarray(open_image(image))
    captions = []
    for region in regions:
        if region.mask is None:
            raise InvalidInputError(region.region_id, ["it has no mask, and a colour needs one"])
        mean = pixels[decode_mask(region.mask)].mean(axis=0)
        captions.append(f"the {_color_word(mean)} {region.category or 'region'}")
    return captions


def sibling(_image: Path, regions: Sequence[Region]) -> list[str]:
    """Another region's unique caption: the next sibling's, or the next region's where there is none."""
    captions = []
    for position, region in enumerate(regions):
        following = [*regions[position + 1 :], *regions[:position], region]
        nearest = next((other for other in following if other.parent_id == region.parent_id), following[0])
        captions.append(nearest.caption if nearest is not region else following[0].caption)
    return captions


def reference(_image: Path, regions: Sequence[Region]) -> list[str]:
    """The region's own unique caption."""
    return [region.caption for region in regions]


TRIVIAL: Final[Mapping[str, AnnotationCaptioner]] = {
    "category": category,
    "category-color": category_color,
    "constant": constant,
    "mask-only": mask_only,
    "reference": reference,
    "sibling": sibling,
}
"""Name on the command line -> captioner."""


def _color_word(mean_rgb: FloatArray) -> str:
    distances = {word: float(((mean_rgb - rgb) ** 2).sum()) for word, rgb in _COLOR_WORDS.items()}
    return min(distances, key=distances.__getitem__)
