"""How many regions share their caption with another region of the same image."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import numpy as np

from ..text.corpus import Corpus
from .base import FloatArray, Metric
from .scores import ScoreInfo

__all__ = ["DuplicateRate", "normalize_caption"]

_NOT_WORD = re.compile(r"[\W_]+")


def normalize_caption(text: str) -> str:
    """Caption as compared for duplicates: NFKC, case-folded, runs of anything but letters and digits one space."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


class DuplicateRate(Metric):
    """Share of regions whose normalised candidate equals another's within the image.

    Necessary, not sufficient: an index appended to one caption makes it 0. Missing candidates equal each other.
    """

    name = "duplicate_rate"
    scores = (
        ScoreInfo(
            "duplicate_rate",
            "Duplicates",
            "Share of regions whose caption another region of the image has, too.",
            lower_is_better=True,
            headline=12,
        ),
    )

    def statistics(self, corpus: Corpus) -> FloatArray:
        """One column: 1 for a duplicate, else 0."""
        keys = [
            (region.image_id, normalize_caption(candidate))
            for region, candidate in zip(corpus.regions, corpus.candidates, strict=True)
        ]
        uses = Counter(keys)
        return np.array([[float(uses[key] > 1)] for key in keys])
