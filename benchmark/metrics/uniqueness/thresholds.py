"""When two captions are nearly the same, and when a caption fits its region: thresholds with their provenance.

Both come from references alone, never from the candidates that they judge:

- *near duplicate*: the 95th percentile, over regions, of the similarity of a region's unique caption to the nearest
  unique caption of the same image (mostly a sibling's or a look-alike's). Captions that were written to tell regions
  apart are rarely more alike: one in twenty of the references would be called a near duplicate.
- *correct*: the 95th percentile of the similarity of a reference to the references of a region in another image.
  A caption that fits its region no better than that could have been written for any picture.

Scenes and rooms are judged by thresholds of their validation splits, stored in ``thresholds/<config>.json`` by
``python -m benchmark.calibrate``; other data by thresholds of its own references. Where there are too few of those
(fewer than `MIN_PAIRS` pairs), those of the scenes are used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dataset.errors import DataUnavailableError
from dataset.loading.regions import identify
from dataset.loading.sources import DEFAULT_CONFIG

from ...text.corpus import Corpus
from .similarity import TextVectors, best_of_references

__all__ = [
    "MIN_PAIRS",
    "PERCENTILE",
    "Thresholds",
    "calibrate",
    "find_thresholds",
    "image_members",
    "stored_file",
]

PERCENTILE = 95.0
"""Of both distributions."""

MIN_PAIRS = 50
"""Fewer pairs than this make no percentile worth having."""

_QUERIES, _OTHERS = 2_000, 50

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The two thresholds and where they come from.

    Attributes:
        near_duplicate: captions of one image more similar than this are near duplicates.
        correct: a caption at least this similar to its region's references fits the region.
        source: the data of the calibration, such as "scenes/validation@0123456789ab" or "own-references".
    """

    near_duplicate: float
    correct: float
    source: str

    def parameters(self) -> dict[str, str]:
        """For signatures."""
        return {
            "thresholds": self.source,
            "near_duplicate": f"{self.near_duplicate:.4f}",
            "correct": f"{self.correct:.4f}",
        }


def image_members(corpus: Corpus) -> Iterator[IntArray]:
    """The items of each image, in the order of the data."""
    order = np.argsort(corpus.image_numbers, kind="stable")
    ends = np.cumsum(np.bincount(corpus.image_numbers))
    yield from np.split(order, ends[:-1])


def nearest_similarities(vectors: TextVectors, corpus: Corpus) -> FloatArray:
    """Similarity of each region's unique caption to the nearest one of its image; lone regions are left out."""
    similarities = []
    for members in image_members(corpus):
        if len(members) > 1:
            first = corpus.reference_offsets[members] + len(corpus)
            products = vectors.products(first, first)
            np.fill_diagonal(products, -np.inf)
            similarities.append(products.max(axis=1))
    return np.concatenate(similarities) if similarities else np.empty(0)


def cross_image_similarities(vectors: TextVectors, corpus: Corpus, seed: int = 0) -> FloatArray:
    """Similarity of references to the references of regions in other images, of a fixed random sample of pairs."""
    generator = np.random.default_rng(seed)
    images = corpus.image_numbers
    queries = generator.permutation(len(corpus))[:_QUERIES]
    similarities = []
    for item in queries:
        others = np.unique(generator.integers(0, len(corpus), _OTHERS))
        others = others[images[others] != images[item]]
        if not len(others):
            continue
        reference = generator.integers(corpus.reference_offsets[item], corpus.reference_offsets[item + 1])
        similarities.append(best_of_references(vectors, corpus, np.array([reference + len(corpus)]), others)[0])
    return np.concatenate(similarities) if similarities else np.empty(0)


def calibrate(vectors: TextVectors, corpus: Corpus, source: str, percentile: float = PERCENTILE) -> Thresholds | None:
    """Thresholds from the references of a corpus; None where they make fewer than `MIN_PAIRS` pairs of either kind."""
    neighbours, strangers = nearest_similarities(vectors, corpus), cross_image_similarities(vectors, corpus)
    if min(len(neighbours), len(strangers)) < MIN_PAIRS:
        return None
    near_duplicate, correct = (
        float(np.percentile(similarities, percentile)) for similarities in (neighbours, strangers)
    )
    return Thresholds(round(near_duplicate, 4), round(correct, 4), source)


def find_thresholds(similarity: str, vectors: TextVectors, corpus: Corpus) -> Thresholds:
    """The thresholds that judge a corpus.

    Args:
        similarity: signature of the similarity.
        vectors: of the corpus.
        corpus: regions with ids of scenes or rooms get the stored thresholds of these, others those of their own
            references.

    Raises:
        DataUnavailableError: too few references to calibrate on, and no stored thresholds for this similarity.
    """
    looks = identify(region.region_id for region in corpus.regions)
    if looks and looks[0][2] == len(corpus):
        stored = _stored(looks[0][0]).get(similarity)
        if stored is not None:
            return stored
    thresholds = calibrate(vectors, corpus, "own-references") or _stored(DEFAULT_CONFIG).get(similarity)
    if thresholds is None:
        raise DataUnavailableError(
            f"no thresholds for the similarity {similarity!r}: the references make fewer than {MIN_PAIRS} pairs to "
            f"calibrate on, and none are stored. Give more references, or the default model."
        )
    return thresholds


def stored_file(config: str) -> Path:
    """Where the calibration on a config is kept, if it has one."""
    return Path(__file__).parent / "thresholds" / f"{config}.json"


@cache
def _stored(config: str) -> Mapping[str, Thresholds]:
    """Similarity -> stored thresholds of a config."""
    path = stored_file(config)
    if not path.is_file():
        return {}
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["thresholds"]
    return {
        row["similarity"]: Thresholds(
            row["near_duplicate"], row["correct"], f"{row['config']}/{row['split']}@{row['sha256'][:12]}"
        )
        for row in rows
    }
