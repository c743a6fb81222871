"""Do captions say anything about the image? They must fit their own region better than a similar one elsewhere.

Every caption is compared with the references of its own region, and with those of the regions of other images whose
masks are most like its own in size, shape and place. A system that sees the mask and not the image, or that guesses,
fits both nearly as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmark.statistics.bootstrap import percentile_interval, resample_sums
from dataset.masks.rle import area_of, bbox_xywh_of
from dataset.schema import Region

from .probe_texts import Sample

__all__ = ["Information", "information_of_images", "mask_shapes"]

NEAREST, STRANGERS = 24, 4
"""Each region is compared with so many of those whose masks are nearest."""
_RESAMPLES: Final = 500

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Information:
    """How well captions fit, on 0..1 (F1 of words, rare words weigh more).

    Attributes:
        own: mean with the references of the caption's own region.
        stranger: mean with those of similar regions of other images.
        worth: share of `own` that strangers do not have: 0 for captions that say nothing about the image; below
            0 by chance.
        low, high: 95% interval of `worth` over images.
    """

    own: float
    stranger: float
    worth: float
    low: float
    high: float


def information_of_images(sample: Sample, seed: int = 0) -> Information | None:
    """What the captions say beyond what the mask shows; None with fewer than two images."""
    if len(sample.images) < 2:
        return None
    numbers = {image: number for number, image in enumerate(sample.images)}
    weights = _rarity(sample)
    bags = [[frozenset(text.split()) for text in texts] for texts in sample.references]
    places = sample.captioned
    rows = np.zeros((len(places), 2))
    for row, (place, strangers) in enumerate(zip(places, _strangers(sample, seed), strict=True)):
        words = frozenset(sample.texts[place].split())
        if strangers:
            rows[row, 0] = _fit(words, bags[place], weights)
            rows[row, 1] = np.mean([_fit(words, bags[other], weights) for other in strangers])
    images = np.array([numbers[sample.regions[place].image_id] for place in places])
    sums = rows.sum(axis=0)
    low, high = percentile_interval(_worth(resample_sums(rows, images, _RESAMPLES, seed))[:, None])
    own, stranger = sums / len(places)
    return Information(float(own), float(stranger), float(_worth(sums)), float(low[0]), float(high[0]))


def _worth(sums: FloatArray) -> FloatArray:
    """From sums of own and stranger, (..., 2)."""
    own, stranger = sums[..., 0], sums[..., 1]
    worth: FloatArray = np.where(own > 0, (own - stranger) / np.where(own > 0, own, 1.0), 0.0)
    return worth


def _strangers(sample: Sample, seed: int) -> list[list[int]]:
    """Positions of regions of other images with the most similar masks, for each captioned position."""
    from scipy.spatial import cKDTree

    places = sample.captioned
    shapes = mask_shapes([sample.regions[place] for place in places])
    near = cKDTree(shapes).query(shapes, k=min(NEAREST, len(places)))[1]
    generator = np.random.default_rng(seed)
    strangers = []
    for place, row in zip(places, near, strict=True):
        image = sample.regions[place].image_id
        others = [places[number] for number in row if sample.regions[places[number]].image_id != image]
        strangers.append([int(other) for other in generator.permutation(others)[:STRANGERS]])
    return strangers


def mask_shapes(regions: Sequence[Region]) -> FloatArray:
    """What a mask shows of a region without its image, each measure scaled to a standard deviation of 1: (n, 6)."""
    shapes = np.zeros((len(regions), 6))
    for row, region in enumerate(regions):
        box = region.bbox or (None if region.mask is None else bbox_xywh_of(region.mask))
        if box is None:
            continue
        x, y, width, height = box
        area = region.area if region.area is not None or region.mask is None else area_of(region.mask)
        filled = width * height if area is None else float(area)
        shapes[row] = x + width / 2, y + height / 2, *np.log1p((width, height, filled)), filled / max(width * height, 1)
    deviation = shapes.std(axis=0)
    scaled: FloatArray = (shapes - shapes.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return scaled


def _rarity(sample: Sample) -> dict[str, float]:
    """Word -> weight: the logarithm of regions / regions whose references contain it, both plus 1."""
    holding: Counter[str] = Counter()
    for texts in sample.references:
        holding.update({word for text in texts for word in text.split()})
    total = len(sample.regions)
    return {word: float(np.log((1 + total) / (1 + count))) for word, count in holding.items()}


def _fit(words: frozenset[str], references: Sequence[frozenset[str]], weights: dict[str, float]) -> float:
    """The best weighted F1 with any reference."""
    own = sum(weights.get(word, 1.0) for word in words)
    best = 0.0
    for reference in references:
        common = sum(weights.get(word, 1.0) for word in words & reference)
        total = own + sum(weights.get(word, 1.0) for word in reference)
        best = max(best, 2 * common / total if total else 0.0)
    return best
