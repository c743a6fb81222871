"""What a judge made of each caption: recorded verdicts as scores, raw and corrected by the judge's known errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from dataset.errors import InvalidInputError, UrecaError

from ..statistics.signature import Signature
from ..text.corpus import Corpus
from ..verdicts.outcomes import Outcome, outcome_of
from ..verdicts.verdict import Verdict, verdicts_sha256
from .base import FloatArray, Metric
from .scores import ScoreInfo

if TYPE_CHECKING:
    from ..verdicts.calibration import Calibration, Question

__all__ = ["JudgeCorrected", "JudgeOutcomes"]

_FAILURES: dict[Outcome, str] = {
    "ambiguous": "Share of captions that fit their region and others, in the judge's eyes.",
    "wrong_parent": "Share of captions that fit a region around theirs instead: too coarse.",
    "wrong_child": "Share of captions that fit a part of their region instead: too fine.",
    "wrong_sibling": "Share of captions that fit a sibling of their region instead.",
    "wrong_other": "Share of captions that fit something else in the image.",
    "nothing": "Share of captions that fit nothing in the image, or say something false.",
}
_RATES = 2
"""How many rates of a judge there are: judged unique, judged true."""


class _JudgeMetric(Metric):
    """A metric of recorded verdicts."""

    implementation = "ureca-judge"
    needs_verdicts = True

    def __init__(self, verdicts: Iterable[Verdict] | None = None, calibration: Calibration | None = None) -> None:
        self.verdicts = tuple(verdicts or ())
        self.calibration = calibration
        self._by_key = {verdict.key: verdict for verdict in self.verdicts}

    def unavailable(self, corpus: Corpus) -> UrecaError | None:
        """Verdicts are needed, of these captions."""
        if any(self.verdict_of(corpus, row) is not None for row in range(len(corpus))):
            return None
        problem = "none of its verdicts is of these captions" if self.verdicts else "there are no verdicts of a judge"
        return InvalidInputError(
            "metrics",
            [f"{self.name}: {problem}"],
            "ureca judge makes them; in Python, pass judge=read_verdicts(path).",
        )

    def verdict_of(self, corpus: Corpus, row: int) -> Verdict | None:
        """The verdict on an item's caption."""
        return self._by_key.get((corpus.regions[row].region_id, corpus.candidates[row]))

    def judged(self, corpus: Corpus) -> list[tuple[int, Verdict | None]]:
        """Items that count, each with its verdict.

        Missing captions count as rejected, unless only a sample of the captions was judged: then only that counts.
        """
        rows = [(row, self.verdict_of(corpus, row)) for row in range(len(corpus))]
        is_sample = any(verdict is None and corpus.candidates[row].strip() for row, verdict in rows)
        return [(row, verdict) for row, verdict in rows if verdict is not None or not is_sample]

    def note(self, corpus: Corpus) -> str:
        """Which verdicts, and of how many captions: they differ from system to system, so no signature has them."""
        judged = len(self.judged(corpus))
        return f"judge: {judged:,} of {len(corpus):,} captions, verdicts {verdicts_sha256(self.verdicts)[:12]}"

    def parameters(self) -> dict[str, str]:
        """Which calibration."""
        return {} if self.calibration is None else {"calibration": self.calibration.sha256[:12]}

    def model(self) -> str | None:
        """The judge's signature."""
        return ",".join(sorted({verdict.judge or "unnamed" for verdict in self.verdicts})) or None


class JudgeOutcomes(_JudgeMetric):
    """Shares of a judge's outcomes, with the names of the listener's; of the captions that it has judged.

    ``judge_correct``: the caption fits its region alone. ``judge_true``: it fits its region, perhaps others too. The
    seven outcomes, without ``judge_true``, add up to 1.

    Args:
        verdicts: of one judge, of any systems; they are found by region and caption.
        calibration: not used here; see `JudgeCorrected`.
    """

    name = "judge"
    scores = (
        ScoreInfo(
            "judge_correct",
            "Judge correct",
            "Share of captions that fit their region and no other, as a multimodal judge sees them.",
            headline=3,
            is_verdict=True,
        ),
        ScoreInfo("judge_true", meaning="Share of captions that fit their region, in the judge's eyes."),
        *(
            ScoreInfo(f"judge_{outcome}", meaning=meaning, lower_is_better=True)
            for outcome, meaning in _FAILURES.items()
        ),
    )

    def statistics(self, corpus: Corpus) -> FloatArray:
        """One column per score, 0 or 1, and a last one that is 1 for items that were judged."""
        names = self.score_names()
        rows = np.zeros((len(corpus), len(names) + 1))
        regions = {region.region_id: region for region in corpus.regions}
        for row, verdict in self.judged(corpus):
            outcome = "nothing" if verdict is None else outcome_of(verdict, regions)
            rows[row, names.index(f"judge_{outcome}")] = 1.0
            rows[row, names.index("judge_true")] = float(verdict is not None and verdict.is_true)
            rows[row, -1] = 1.0
        return rows

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:  # noqa: ARG002 - judged ones count
        """Shares of the items that were judged."""
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: FloatArray = sums[..., :-1] / sums[..., -1:]
        return shares

    def resampled(self, sums: FloatArray, items: FloatArray, images: FloatArray) -> FloatArray:
        """The same; NaN where a single image was judged, as all resamples of it are equal."""
        several = np.count_nonzero(images[..., -1], axis=0) > 1
        return np.where(several[..., None], self.aggregate(sums, items), np.nan)


class JudgeCorrected(_JudgeMetric):
    """The judge's two rates, corrected for its errors on a calibration set; the interval carries both uncertainties.

    Args:
        verdicts: of one judge.
        calibration: the same judge's errors where the truth is known. Without it there is no corrected rate.
    """

    name = "judge_corrected"
    scores = (
        ScoreInfo(
            "judge_correct_corrected",
            headline=3,
            meaning="Share of captions that fit their region and no other, corrected for the judge's known errors.",
        ),
        ScoreInfo(
            "judge_true_corrected",
            meaning="Share of captions that fit their region, corrected for the judge's known errors.",
        ),
    )

    def __init__(self, verdicts: Iterable[Verdict] | None = None, calibration: Calibration | None = None) -> None:
        super().__init__(verdicts, calibration)
        self._draws: dict[tuple[int, int], FloatArray] = {}
        if calibration is not None:
            for judge in sorted({verdict.judge for verdict in self.verdicts}):
                calibration.check_judge(judge)

    def unavailable(self, corpus: Corpus) -> UrecaError | None:
        """A calibration is needed, too."""
        if self.calibration is None:
            problem = "there is no calibration of the judge"
            hint = "ureca judge-calibrate makes one."
            return InvalidInputError("metrics", [f"{self.name}: {problem}"], hint)
        return super().unavailable(corpus)

    def signature(self, corpus: Corpus) -> Signature:
        """With the method."""
        signature = super().signature(corpus)
        signature.parameters["method"] = "rogan-gladen"
        return signature

    def statistics(self, corpus: Corpus) -> FloatArray:
        """Judged unique, judged true, judged at all: 0 or 1."""
        rows = np.zeros((len(corpus), _RATES + 1))
        for row, verdict in self.judged(corpus):
            rows[row] = (verdict is not None and verdict.is_unique, verdict is not None and verdict.is_true, 1.0)
        return rows

    def aggregate(self, sums: FloatArray, items: FloatArray) -> FloatArray:  # noqa: ARG002 - judged ones count
        """The corrected rates."""
        from ..verdicts.estimates import rogan_gladen

        corrected = np.full((*sums.shape[:-1], _RATES), np.nan)
        for column, (true, false) in self._counts().items():
            with np.errstate(invalid="ignore", divide="ignore"):
                rates = sums[..., column] / sums[..., _RATES]
            sensitivity, false_rate = (counts[:, 0].sum() / counts[:, 1].sum() for counts in (true, false))
            corrected[..., column] = rogan_gladen(rates, sensitivity, 1 - false_rate)
        return corrected

    def resampled(self, sums: FloatArray, items: FloatArray, images: FloatArray) -> FloatArray:  # noqa: ARG002 - judged ones count
        """The same of resamples, each with another draw of the calibration; the same draws for all systems."""
        from ..verdicts.estimates import corrected_resamples, error_draws

        flat = sums.reshape(len(sums), -1, sums.shape[-1])
        of_images = images.reshape(len(images), -1, images.shape[-1])
        corrected = np.full((*flat.shape[:2], _RATES), np.nan)
        for column, (true, false) in self._counts().items():
            if (column, len(sums)) not in self._draws:
                self._draws[column, len(sums)] = error_draws(true, false, len(sums), np.random.default_rng(0))
            errors = self._draws[column, len(sums)]
            for system in range(flat.shape[1]):
                judged = of_images[of_images[:, system, _RATES] > 0, system][:, [column, _RATES]]
                accepted = flat[:, system, [column, _RATES]]
                corrected[:, system, column] = corrected_resamples(accepted, judged, errors)
        return corrected.reshape(*sums.shape[:-1], _RATES)

    def _counts(self) -> dict[int, tuple[FloatArray, FloatArray]]:
        """Rate -> accepted and all captions of each image of the calibration, of the true and of the false ones."""
        if self.calibration is None:
            raise InvalidInputError("metrics", [f"{self.name}: there is no calibration of the judge"])
        questions: tuple[Question, ...] = ("unique", "true")
        counts = {
            column: (self.calibration.counts(question, True), self.calibration.counts(question, False))
            for column, question in enumerate(questions)
        }
        return {column: (true, false) for column, (true, false) in counts.items() if len(true) and len(false)}

    def item_scores(self, statistics: FloatArray) -> FloatArray:
        """A single caption has no corrected rate."""
        return np.full((len(statistics), _RATES), np.nan)
