"""METEOR 1.5 (Denkowski and Lavie 2014) with the English parameters, as used in COCO caption evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np

from dataset.errors import check_name

from ...text.corpus import Corpus
from ..base import FloatArray, Metric
from ..scores import ScoreInfo
from .java import JavaMeteor
from .parameters import STATISTICS

__all__ = ["IMPLEMENTATIONS", "Meteor", "MeteorBackend"]

IMPLEMENTATIONS = ("native", "java")


class MeteorBackend(Protocol):
    """What counts METEOR's matches."""

    @property
    def signature(self) -> str:
        """Name and version, for the metric's signature."""

    def statistics(self, candidates: Sequence[str], references: Sequence[Sequence[str]]) -> FloatArray:
        """Counts of each tokenised candidate against its best reference, float64 (candidates, `STATISTICS`)."""


class Meteor(Metric):
    """METEOR; the corpus value is computed from summed counts, as METEOR's own aggregate.

    Args:
        implementation: "native", compiled, or "java", METEOR's own program; their scores are equal.
    """

    name = "meteor"
    scores = (
        ScoreInfo(
            "meteor",
            "METEOR",
            "Agreement in words, stems, synonyms and paraphrases, and their order (METEOR 1.5).",
            headline=8,
            item_place=1,
        ),
    )
    uses_tokenizer = True

    def __init__(self, implementation: Literal["java", "native"] = "native") -> None:
        check_name("METEOR implementation", implementation, IMPLEMENTATIONS)
        self.backend = _backend(implementation)
        self.implementation = self.backend.signature

    def statistics(self, corpus: Corpus) -> FloatArray:
        """METEOR's counts of each item, float64 (items, `STATISTICS`); a perfect match has no chunk."""
        from .scoring import without_perfect_chunks  # loads numba

        return without_perfect_chunks(self.backend.statistics(corpus.tokenized[0], corpus.tokenized_references))

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Weighted F of precision and recall times (1 - fragmentation penalty), as METEOR's program computes it."""
        from .scoring import score_statistics  # loads numba

        scores = score_statistics(np.ascontiguousarray(sums, np.float64).reshape(-1, STATISTICS))
        return np.where(items > 0, scores.reshape(sums.shape[:-1]), np.nan)[..., None]

    def parameters(self) -> dict[str, str]:
        """The language and METEOR's own normalisation."""
        return {"lang": "en", "norm": "yes"}


def _backend(implementation: str) -> MeteorBackend:
    if implementation == "java":
        return JavaMeteor()
    from .native import NativeMeteor  # loads numba

    return NativeMeteor()
