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
from .parameters import ALPHA, BETA, DELTA, GAMMA, STAGE_WEIGHTS

__all__ = ["IMPLEMENTATIONS", "Meteor", "MeteorBackend"]

IMPLEMENTATIONS = ("native", "java")


class MeteorBackend(Protocol):
    """What counts METEOR's matches."""

    @property
    def signature(self) -> str:
        """Name and version, for the metric's signature."""

    def statistics(self, candidates: Sequence[str], references: Sequence[Sequence[str]]) -> FloatArray:
        """Counts of each tokenised candidate against its best reference, float64 (candidates, 23).

        Columns as METEOR's SCORE command prints them: candidate length, reference length, function words of each;
        for each stage (exact, stem, synonym, paraphrase) matched content words in candidate and reference, matched
        function words in candidate and reference; chunks; matched words in candidate and in reference.
        """


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
            headline=7,
            item_place=1,
        ),
    )
    uses_tokenizer = True

    def __init__(self, implementation: Literal["java", "native"] = "native") -> None:
        check_name("METEOR implementation", implementation, IMPLEMENTATIONS)
        self.backend = _backend(implementation)
        self.implementation = self.backend.signature

    def statistics(self, corpus: Corpus) -> FloatArray:
        """METEOR's 23 counts, see `MeteorBackend.statistics`; a perfect match has no chunk."""
        return _without_perfect_chunks(self.backend.statistics(corpus.tokenized[0], corpus.tokenized_references))

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Weighted F of precision and recall times (1 - fragmentation penalty).

        `scoring.score_statistics` is the same formula, compiled, and rounds as METEOR's program does: there equal
        references must tie as they do in the program.
        """
        stages = sums[..., 4:20].reshape(*sums.shape[:-1], 4, 4)
        matched = DELTA * stages[..., 0:2] + (1 - DELTA) * stages[..., 2:4]
        weighted = (matched * np.array(STAGE_WEIGHTS)[:, None]).sum(axis=-2)
        lengths, function_words = sums[..., 0:2], sums[..., 2:4]
        totals = DELTA * (lengths - function_words) + (1 - DELTA) * function_words
        with np.errstate(invalid="ignore", divide="ignore"):
            precision, recall = np.moveaxis(weighted / totals, -1, 0)
            f_mean = 1.0 / ((1.0 - ALPHA) / precision + ALPHA / recall)
            fragmentation = sums[..., 20] / (sums[..., 21:23].sum(axis=-1) / 2.0)
            score = f_mean * (1.0 - GAMMA * fragmentation**BETA)
        score = np.where((weighted > 0).all(axis=-1), score, 0.0)
        return np.where(items > 0, score, np.nan)[..., None]

    def parameters(self) -> dict[str, str]:
        """The language and METEOR's own normalisation."""
        return {"lang": "en", "norm": "yes"}


def _without_perfect_chunks(counts: FloatArray) -> FloatArray:
    """The counts, with no chunk where candidate and reference match in one: METEOR leaves those out of its totals."""
    stages = counts[:, 4:20].reshape(-1, 4, 4)
    all_matched = ((stages[..., 0:2] + stages[..., 2:4]).sum(axis=1) == counts[:, 0:2]).all(axis=1)
    adjusted = counts.copy()
    adjusted[all_matched & (counts[:, 20] == 1), 20] = 0
    return adjusted


def _backend(implementation: str) -> MeteorBackend:
    if implementation == "java":
        return JavaMeteor()
    from .native import NativeMeteor  # loads numba

    return NativeMeteor()
