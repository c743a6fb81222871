"""The flow every metric shares: statistics per item, then an aggregate of their sums.

Corpus values, slices, per-item scores and bootstrap resamples are all the same aggregate, of other sums. So a metric
defines only what to count in one item and how to turn totals into scores; text is never read twice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from dataset.errors import UrecaError

from ..statistics.signature import Signature
from ..text.corpus import Corpus
from .scores import LAST_HEADLINE, ScoreInfo, lower_scores

__all__ = ["FloatArray", "Metric", "Totals"]

FloatArray = npt.NDArray[np.float64]


class Totals:
    """How sums of statistics become scores: all that comparing needs of a metric.

    A subclass sets `name` and, if a score is not the mean of its statistics, implements `aggregate`.
    """

    name: ClassVar[str]
    """Its key in reports."""

    scores: ClassVar[tuple[ScoreInfo, ...]] = ()
    """Its scores in the order of reports; if left empty a single one, named like it, among the headlines."""

    lower_is_better: ClassVar[frozenset[str]] = frozenset()
    """Names of those of `scores` where less is better; derived from them."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Derive `lower_is_better`."""
        super().__init_subclass__(**arguments)
        cls.lower_is_better = lower_scores(cls.scores)

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Scores from sums of statistics.

        Args:
            sums: statistics summed over items, (..., width).
            items: how many items were summed, (...).

        Returns:
            (..., number of scores), NaN where nothing was summed; the mean of each statistic if not overridden.
        """
        with np.errstate(invalid="ignore", divide="ignore"):
            means: FloatArray = sums / items[..., None]
        return means

    def resampled(self, sums: FloatArray, items: FloatArray, images: FloatArray) -> FloatArray:  # noqa: ARG002 - a hook
        """Scores of resamples of images, for intervals: `aggregate`, unless more than the images is uncertain.

        Args:
            sums: statistics of each resample, (resamples, ..., width).
            items: how many items were summed, (resamples, ...).
            images: statistics of each image that is resampled, (images, ..., width).

        Returns:
            (resamples, ..., number of scores).
        """
        return self.aggregate(sums, items)

    def item_scores(self, statistics: FloatArray) -> FloatArray:
        """Scores of every item by itself, (items, number of scores)."""
        return self.aggregate(statistics, np.ones(len(statistics)))

    @classmethod
    def described(cls) -> tuple[ScoreInfo, ...]:
        """Descriptions of all scores, in the order of reports."""
        return cls.scores or (ScoreInfo(cls.name, headline=LAST_HEADLINE),)

    @classmethod
    def score_names(cls) -> tuple[str, ...]:
        """Names of the scores in reports."""
        return tuple(score.name for score in cls.described())


class Metric(Totals, ABC):
    """A metric: one name, one or more scores, computed of captions.

    A subclass sets `name`, its key in `METRICS` and on the command line, and implements `statistics`. If a score is not
    the mean of its statistics, it also implements `aggregate`. See docs/metrics.md for an example of ten lines.
    """

    implementation: str = "ureca"
    """Which program computes it, for the signature."""

    uses_tokenizer: ClassVar[bool] = False
    """Whether the values depend on the tokenizer, for the signature."""

    runs_model: ClassVar[bool] = False
    """Whether it runs a neural network: minutes on a processor for one system."""

    needs_verdicts: ClassVar[bool] = False
    """Whether it scores a judge's recorded verdicts, which come beside the captions."""

    @abstractmethod
    def statistics(self, corpus: Corpus) -> FloatArray:
        """What one item contributes to the totals, float64 (items, width)."""

    def unavailable(self, corpus: Corpus) -> UrecaError | None:  # noqa: ARG002 - a hook
        """The error that says why this metric cannot be computed here and what to do; None if it can.

        It is raised if the metric was requested; otherwise the metric is left out, and the report says so if only a
        package is missing.
        """
        return None

    def parameters(self) -> dict[str, str]:
        """What else changes the values, for the signature."""
        return {}

    def model(self) -> str | None:
        """Name and hash of the model, for the signature."""
        return None

    def signature(self, corpus: Corpus) -> Signature:
        """How the scores of this corpus are computed."""
        return Signature(
            metric=self.name,
            implementation=self.implementation,
            tokenizer=corpus.tokenizer.signature if self.uses_tokenizer else "none",
            parameters=self.parameters(),
            model=self.model(),
            data=corpus.data_sha256,
            subset=corpus.subset,
            protocol=corpus.protocol,
        )
