"""Scores of published judges: what one judged region contributes, and how the sums become a benchmark's number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..metrics.base import FloatArray, Totals
from ..metrics.scores import ScoreInfo

__all__ = ["ChoiceScores", "QuestionScores", "ReviewScores", "TruthScores"]


class QuestionScores(Totals):
    """Multiple-choice questions about each region, as in DLC-Bench: rewards for what is said, and for what is not.

    The published number is the mean of two means over regions, not the mean over questions.
    """

    name = "dlc-bench"
    scores = (
        ScoreInfo("average", "Average", "Mean of positive and negative.", headline=1),
        ScoreInfo("positive", "Positive", "Details that the region has: said rightly 1, wrongly -1, not at all 0."),
        ScoreInfo("negative", "Negative", "Details that it does not have: not said 1, said -1."),
        ScoreInfo("recognition", "Recognised", "Share of regions whose kind of thing the caption names."),
    )

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Means of the regions that have such questions; statistics are pairs of a sum and a count."""
        with np.errstate(invalid="ignore", divide="ignore"):
            positive, negative, recognition = (sums[..., place] / sums[..., place + 1] for place in (0, 2, 4))
        average = np.where(np.isnan(negative), positive, (positive + negative) / 2)
        del items  # a region without negative questions is no item of their mean
        return np.stack([average, positive, negative, recognition], axis=-1)

    @staticmethod
    def row(entry: Mapping[str, Any]) -> list[float] | str:
        """What one region contributes, or what is wrong with its entry."""
        row: list[float] = []
        for key in ("score_pos", "score_neg", "recognition_result"):
            value = entry.get(key)
            if value is not None and not isinstance(value, int | float):
                return f"{key}: expected a number, found {str(value)[:50]!r}"
            row += [0.0, 0.0] if value is None else [float(value), 1.0]
        return row if row[1] else "score_pos: expected a number, found nothing"


class TruthScores(Totals):
    """One yes or no of the judge about each caption, as in GAR-Bench."""

    name = "gar-bench"
    scores = (ScoreInfo("accuracy", "Accuracy", "Share of captions that the judge calls true.", headline=1),)

    @staticmethod
    def row(entry: Mapping[str, Any]) -> list[float] | str:
        """What one caption contributes; whatever is not the word True counts as false, as in the published program."""
        answer = entry.get("eval_result")
        if not isinstance(answer, str | bool):
            return f"eval_result: expected True or False, found {str(answer)[:50]!r}"
        return [float(str(answer) == "True")]


class ChoiceScores(Totals):
    """Questions with lettered choices about regions, answered by the system itself, as in GAR-Bench's VQA: no judge.

    An answer is right if it is the letter, in either case, and nothing else, as in the published program.
    """

    name = "gar-bench-vqa"
    kinds = ("color", "shape", "texture/pattern", "material", "mirror", "ordering", "relation")
    """Of the questions, as the file names them."""

    scores = (
        ScoreInfo("accuracy", "Accuracy", "Share of questions answered rightly.", headline=1),
        *(ScoreInfo(kind, kind.capitalize(), f"The same of the questions about {kind}.") for kind in kinds),
    )

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Shares of all and of each kind; statistics are pairs of right answers and questions."""
        del items  # each kind has its own number of them
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: FloatArray = sums[..., 0::2] / sums[..., 1::2]
        return shares

    @classmethod
    def row(cls, entry: Mapping[str, Any]) -> list[float] | str:
        """What one question contributes, or what is wrong with its entry."""
        for key in ("answer", "model_output"):
            if not isinstance(entry.get(key), str):
                return f"{key}: expected text, found {str(entry.get(key))[:50]!r}"
        if (kind := entry.get("type")) not in cls.kinds:
            return f"type: expected one of {', '.join(cls.kinds)}, found {str(kind)[:50]!r}"
        right = float(entry["model_output"].lower() == entry["answer"].lower())
        return [right, 1.0, *(value for each in cls.kinds for value in ([right, 1.0] if each == kind else [0.0, 0.0]))]


class ReviewScores(Totals):
    """Two marks of the judge for each question, of the reference and of the system, as in Ferret-Bench and MDVP-Bench.

    The published number is the ratio of the two means. A review without marks, which the published programs write as
    -1 and average in, counts in neither.
    """

    name = "review"
    scores = (
        ScoreInfo("relative", "Relative", "Mean mark of the system, by that of the reference.", headline=1, highest=10),
        ScoreInfo("mark", "Mark", "Mean mark of the system, as a share of ten."),
        ScoreInfo("reference_mark", "Reference's mark", "The same of the reference beside it."),
    )

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:
        """Ratio of the sums, and both means over the reviews that have marks."""
        reference, system, count = (sums[..., place] for place in range(3))
        del items
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.stack([system / reference, system / count / 10, reference / count / 10], axis=-1)

    @staticmethod
    def row(entry: Mapping[str, Any]) -> list[float] | str:
        """What one review contributes: both marks and 1, or nothing."""
        marks = entry.get("tuple")
        if not isinstance(marks, list) or len(marks) != 2 or not all(isinstance(mark, int | float) for mark in marks):
            return f"tuple: expected two marks, found {str(marks)[:50]!r}"
        return [0.0, 0.0, 0.0] if min(marks) < 0 else [float(marks[0]), float(marks[1]), 1.0]
