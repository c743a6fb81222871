"""Are some of the captions copied references and the others a system's own? Real systems fail where it is hard.

What is hard for a system shows in its own captions: from words, length, size and place of regions in some images, a
ridge regression predicts in the others which captions equal a reference. For a system that describes every region
itself that goes well: the same words, relations and small regions fail again and again. Where most captions were
copied, whether one equals its reference hardly depends on the region, and the prediction is little better than chance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .probe_texts import Sample

__all__ = ["Foresight", "foresight"]

FOLDS: Final = 5
FEWEST_OF_EACH: Final = 60
"""So many captions must equal a reference, and so many must not."""
_FEWEST_USES: Final = 15
_RIDGE: Final = 30.0

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Foresight:
    """How well a submission's own captions tell which others of it equal a reference.

    Attributes:
        equal: share of captions that equal a reference of their region.
        area: the probability that of two captions, one equal to a reference and one not, the prediction is higher for
            the equal one (area under the curve): 0.5 is chance.
        captions: how many were looked at.
    """

    equal: float
    area: float
    captions: int


def foresight(sample: Sample, words: int) -> Foresight | None:
    """Measure it on the regions whose longest reference has some words; None with too few captions or images."""
    places = [place for place in sample.captioned if len(_longest(sample, place)) >= words]
    equal = np.array([sample.texts[place] in sample.references[place] for place in places], np.float64)
    numbers = {image: number % FOLDS for number, image in enumerate(sample.images)}
    if len(numbers) < FOLDS or min(equal.sum(), len(equal) - equal.sum()) < FEWEST_OF_EACH:
        return None
    features = _features(sample, places)
    folds = np.array([numbers[sample.regions[place].image_id] for place in places])
    predicted = np.zeros(len(places))
    for fold in range(FOLDS):
        others = folds != fold
        rows, values = features[others], equal[others]
        weights = np.linalg.solve(rows.T @ rows + _RIDGE * np.eye(rows.shape[1]), rows.T @ (values - values.mean()))
        predicted[~others] = features[~others] @ weights + values.mean()
    return Foresight(float(equal.mean()), _area(predicted, equal), len(places))


def _longest(sample: Sample, place: int) -> list[str]:
    return max(sample.references[place], key=lambda text: (len(text), text), default="").split()


def _features(sample: Sample, places: list[int]) -> FloatArray:
    """What may make a region hard, each column scaled to mean 0; measures to a deviation of 1, words as they are."""
    texts = [_longest(sample, place) for place in places]
    holding = Counter(word for text in texts for word in set(text))
    vocabulary = sorted(word for word, count in holding.items() if _FEWEST_USES <= count < 0.9 * len(texts))
    columns = {word: column for column, word in enumerate(vocabulary)}
    rarity = {word: float(np.log((1 + len(texts)) / (1 + count))) for word, count in holding.items()}
    alike = Counter((region.image_id, region.category) for region in sample.regions)
    families = Counter((region.image_id, region.parent_id) for region in sample.regions)
    measures, uses = np.zeros((len(places), 7)), np.zeros((len(places), len(vocabulary)))
    for row, (place, text) in enumerate(zip(places, texts, strict=True)):
        region = sample.regions[place]
        measures[row] = (
            np.log1p(region.area or 0),
            len(text),
            sum(rarity[word] for word in text),
            max((rarity[word] for word in text), default=0.0),
            np.log(alike[region.image_id, region.category]),
            region.depth or 0,
            families[region.image_id, region.parent_id],
        )
        for word in set(text) & columns.keys():
            uses[row, columns[word]] = 1.0
    deviation = measures.std(axis=0)
    scaled = (measures - measures.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    features: FloatArray = np.hstack([scaled, uses - uses.mean(axis=0)])
    return features


def _area(predicted: FloatArray, equal: FloatArray) -> float:
    """Area under the curve, ties counted half."""
    values, places, counts = np.unique(predicted, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    ones = equal.sum()
    return float((ranks[equal == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(values[places]) - ones)))
