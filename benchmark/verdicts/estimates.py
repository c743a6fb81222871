"""Rates corrected for a judge's errors, with intervals that carry the uncertainty of both.

A rate is drawn from Beta(successes + 1/2, failures + 1/2) (Jeffreys), so that 84 of 84 does not mean that the judge is
never wrong. Captions of one image are correlated: they are counted as the smaller number of independent ones that would
be as uncertain, and as fewer still where images are few, by the quantiles of t (Korn and Graubard 1998). A bootstrap of
eight images is too narrow instead: by a fifth as it is, and by a tenth with the quantiles of t, as the weights of eight
images sum to a constant.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dataset.errors import InvalidInputError

from ..statistics.bootstrap import LEVEL, RESAMPLES, percentile_interval
from .verdict import Verdict

__all__ = [
    "DRAWS",
    "Estimate",
    "corrected_rate",
    "corrected_resamples",
    "error_draws",
    "estimate_of",
    "image_counts",
    "powered_by_people",
    "prediction_powered",
    "rate_draws",
    "rogan_gladen",
]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

DRAWS = RESAMPLES
"""Draws of an interval, as many as a report resamples images."""
_PRIOR = 0.5
"""Successes and failures added to those counted, that of Jeffreys."""
LEAST_SKILL = 0.05
"""Sensitivity plus specificity minus 1, below which a judge says nothing about the truth."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate on 0..1 with its 95% interval.

    Attributes:
        value: NaN if it cannot be estimated.
        low, high: NaN if there is no interval.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if np.isnan(self.value):
            return "-"
        return f"{100 * self.value:.1f} [{100 * self.low:.1f}, {100 * self.high:.1f}]"


def estimate_of(value: float, draws: FloatArray, level: float = LEVEL) -> Estimate:
    """An estimate from a value and its draws, shape (draws,); the interval is widened to hold the value."""
    low, high = (float(end) for end in percentile_interval(draws, level))
    return Estimate(value, min(low, value), max(high, value))


def image_counts(success: BoolArray, images: Sequence[str]) -> FloatArray:
    """Successes and items of every image, shape (images, 2)."""
    _, numbers = np.unique(np.asarray(images), return_inverse=True)
    count = int(numbers.max()) + 1 if len(numbers) else 0
    return np.stack(
        [np.bincount(numbers, success.astype(np.float64), count), np.bincount(numbers, minlength=count)], axis=1
    ).astype(np.float64)


def rate_draws(counts: FloatArray, resamples: int, generator: np.random.Generator) -> FloatArray:
    """Draws of a rate.

    Args:
        counts: successes and items of every image, (images, 2).
        resamples: how many.
        generator: random.

    Returns:
        (resamples,).
    """
    successes, failures = _independent_counts(counts)
    return generator.beta(successes + _PRIOR, failures + _PRIOR, resamples)


def _independent_counts(counts: FloatArray) -> tuple[float, float]:
    """Successes and failures of as many independent items as these of images, (images, 2), are worth.

    Source: Korn and Graubard (1998), Survey Methodology 24, with the design effect of Kish (1965), at least 1. Of the
    items of one image alone nobody knows how alike they are: together they are worth one.
    """
    images, items = len(counts), float(counts[:, 1].sum())
    if not items:
        return 0.0, 0.0
    rate = float(counts[:, 0].sum()) / items
    few_images = (_t_quantile(images - 1) / _t_quantile(max(items, images) - 1)) ** 2 if images > 1 else items
    worth = items / (_design_effect(counts, rate) * few_images)
    return rate * worth, (1 - rate) * worth


def _design_effect(counts: FloatArray, rate: float) -> float:
    """How many correlated items are worth one independent item, at least 1."""
    items, images = counts[:, 1].sum(), len(counts)
    if images < 2 or not 0 < rate < 1:
        return 1.0
    residuals = counts[:, 0] - rate * counts[:, 1]
    of_images = np.square(residuals).sum() * images / (images - 1)
    return max(1.0, float(of_images / (items * rate * (1 - rate))))


@functools.cache
def _t_quantile(degrees: float) -> float:
    """The upper end of the middle 95% of Student's t."""
    from scipy import stats

    return float(stats.t.ppf((1 + LEVEL) / 2, degrees))


def rogan_gladen(rate: FloatArray, sensitivity: FloatArray, specificity: FloatArray) -> FloatArray:
    """The true rate behind an apparent one (Rogan and Gladen 1978), cut to 0..1.

    Args:
        rate: share of items that the judge accepts, any shape.
        sensitivity: share of true items that it accepts.
        specificity: share of false items that it rejects.

    Returns:
        NaN where sensitivity + specificity - 1 is below `LEAST_SKILL`: such a judge says nothing.
    """
    skill = sensitivity + specificity - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        corrected: FloatArray = np.where(
            skill >= LEAST_SKILL, np.clip((rate + specificity - 1) / skill, 0.0, 1.0), np.nan
        )
    return corrected


def error_draws(
    accepted_true: FloatArray, accepted_false: FloatArray, resamples: int, generator: np.random.Generator
) -> FloatArray:
    """Draws of a judge's sensitivity and specificity, (2, resamples).

    Args:
        accepted_true: of the calibration's true items, accepted and all, for every image, (images, 2).
        accepted_false: of its false items.
        resamples: how many.
        generator: random.
    """
    sensitivity = rate_draws(accepted_true, resamples, generator)
    return np.stack([sensitivity, 1 - rate_draws(accepted_false, resamples, generator)])


def _corrected_draws(rates: FloatArray, errors: FloatArray) -> FloatArray:
    """Draws of the corrected rate, one for each draw of the apparent one, (draws,), and of the errors, (2, draws).

    Draws in which the judge would know nothing are 0 and 1 in turn: they widen the interval.
    """
    drawn = rogan_gladen(rates, *errors)
    return np.where(np.isnan(drawn), np.arange(len(drawn)) % 2, drawn)


def corrected_resamples(resampled: FloatArray, accepted: FloatArray, errors: FloatArray, seed: int = 0) -> FloatArray:
    """The corrected rate of resamples of images that were drawn elsewhere, as for every other score of a report.

    They keep their order, by which they are paired with those of other systems, and get the spread of `rate_draws`.

    Args:
        resampled: accepted and all items of every resample, (resamples, 2).
        accepted: of all images, accepted and all items of each, (images, 2): how many there are, how alike their items.
        errors: what `error_draws` has drawn, (2, resamples); the same for all systems, so that their differences are
            paired.
        seed: of the order of equal resamples.

    Returns:
        (resamples,), NaN where nothing was judged.
    """
    from scipy import special

    items = resampled[:, 1]
    judged = items > 0
    if not judged.any():
        return np.full(len(items), np.nan)
    rates = np.divide(resampled[:, 0], items, out=np.zeros(len(items)), where=judged)
    ties = np.random.default_rng(seed).random(len(rates))
    places = np.empty(len(rates))
    places[np.lexsort((ties, rates))] = (np.arange(len(rates)) + 0.5) / len(rates)
    successes, failures = _independent_counts(accepted)
    spread = special.betaincinv(successes + _PRIOR, failures + _PRIOR, places)
    return np.where(judged, _corrected_draws(spread, errors), np.nan)


def corrected_rate(
    accepted: FloatArray,
    accepted_true: FloatArray,
    accepted_false: FloatArray,
    *,
    resamples: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """The true rate behind a judge's verdicts, with an interval that carries their uncertainty and the calibration's.

    Args:
        accepted: accepted items and all items of every image that was judged, (images, 2).
        accepted_true: the same of the calibration's true items.
        accepted_false: the same of its false items.
        resamples: draws.
        seed: of the draws.

    Returns:
        NaN everywhere if the calibration has no true or no false items, or the judge knows nothing.
    """
    totals = [counts.sum(axis=0) for counts in (accepted, accepted_true, accepted_false)]
    if any(total[1] == 0 for total in totals):
        return Estimate(np.nan, np.nan, np.nan)
    rate, sensitivity, false_rate = (total[0] / total[1] for total in totals)
    value = float(rogan_gladen(rate, sensitivity, 1 - false_rate))
    if np.isnan(value):
        return Estimate(np.nan, np.nan, np.nan)
    generator = np.random.default_rng(seed)
    rates = rate_draws(accepted, resamples, generator)
    errors = error_draws(accepted_true, accepted_false, resamples, generator)
    return estimate_of(value, _corrected_draws(rates, errors))


def prediction_powered(
    judged: BoolArray,
    human: FloatArray,
    images: Sequence[str],
    *,
    resamples: int = DRAWS,
    seed: int = 0,
) -> Estimate:
    """A rate of human verdicts, which only some items have, with a judge's verdicts of all of them.

    The mean of the human verdicts, moved by as much as the judge's mean of all items differs from its mean of those
    items (Angelopoulos et al. 2023), times the factor that makes the variance least (PPI++). It needs no calibration,
    and no assumption but that the items with human verdicts are a random sample, of whole images or of items.

    Args:
        judged: whether the judge accepts each item, (items,).
        human: 1 or 0 where a person has judged, NaN elsewhere, (items,).
        images: the image of each item, (items,).
        resamples: draws.
        seed: of the draws.

    Returns:
        NaN everywhere with fewer than two human verdicts; no interval if they are all of one image.
    """
    checked = ~np.isnan(human)
    if np.count_nonzero(checked) < 2:
        return Estimate(np.nan, np.nan, np.nan)
    machine = judged.astype(np.float64)
    _, numbers = np.unique(np.asarray(images), return_inverse=True)
    sums = _image_sums(machine, np.where(checked, human, 0.0), checked, numbers)
    factor = _least_variance_factor(machine[checked], human[checked], len(judged))
    value = float(_powered(sums.sum(axis=0), factor))
    value = min(max(value, 0.0), 1.0)
    of_people = int(np.count_nonzero(sums[:, 0]))
    if of_people < 2:
        return Estimate(value, np.nan, np.nan)
    generator = np.random.default_rng(seed)
    drawn = generator.standard_exponential((resamples, len(sums))) @ sums
    pseudo = generator.standard_gamma(_PRIOR, (resamples, 2))  # half a success and half a failure, as they are
    drawn[:, :3] += np.stack([pseudo.sum(axis=1), pseudo[:, 0], pseudo[:, 0]], axis=1)
    drawn[:, 3:] += np.stack([pseudo.sum(axis=1), pseudo[:, 0]], axis=1)
    draws = _powered(drawn, factor)
    wider = _bootstrap_factor(of_people)
    return estimate_of(value, np.clip(draws.mean() + wider * (draws - draws.mean()), 0.0, 1.0))


def _bootstrap_factor(images: int) -> float:
    """By how much the Bayesian bootstrap (Rubin 1981) of few images is too narrow.

    Its mean has the variance of the images by images + 1, where images - 1 would be right, and the quantiles of the
    normal distribution, where those of t would be.
    """
    return float(np.sqrt((images + 1) / (images - 1)) * _t_quantile(images - 1) / _t_quantile(np.inf))


def powered_by_people(
    judged: Sequence[Verdict], people: Sequence[Verdict], *, resamples: int = DRAWS, seed: int = 0
) -> Estimate:
    """Share of captions that are unique, by people's verdicts on some of them and a judge's on all.

    Args:
        judged: the judge's verdicts on one system's captions.
        people: people's verdicts; those on other captions are left out.
        resamples: draws.
        seed: of the draws.

    Raises:
        InvalidInputError: people have judged fewer than two of the captions.
    """
    theirs = {verdict.key: float(verdict.is_unique) for verdict in people}
    human = np.array([theirs.get(verdict.key, np.nan) for verdict in judged])
    checked = np.count_nonzero(~np.isnan(human))
    if checked < 2:
        raise InvalidInputError("people's verdicts", [f"expected captions that the judge has judged, found {checked}"])
    accepted = np.array([verdict.is_unique for verdict in judged])
    images = [verdict.image_id for verdict in judged]
    return prediction_powered(accepted, human, images, resamples=resamples, seed=seed)


def _image_sums(
    machine: FloatArray, human: FloatArray, checked: BoolArray, numbers: npt.NDArray[np.int64]
) -> FloatArray:
    """Checked items, their human and their machine sum, all items and their machine sum, of every image (images, 5)."""
    columns = (checked, human, machine * checked, np.ones(len(machine)), machine)
    return np.stack([np.bincount(numbers, column.astype(np.float64)) for column in columns], axis=1)


def _powered(sums: FloatArray, factor: float) -> FloatArray:
    checked, human, machine_checked, items, machine = np.moveaxis(sums, -1, 0)
    powered: FloatArray = human / checked + factor * (machine / items - machine_checked / checked)
    return powered


def _least_variance_factor(machine: FloatArray, human: FloatArray, items: int) -> float:
    """0 where the judge tells nothing of the human verdicts, near 1 where it tells all."""
    variance = float(machine.var())
    if variance == 0:
        return 0.0
    covariance = float(((machine - machine.mean()) * (human - human.mean())).mean())
    return min(max(covariance / variance * (1 - len(machine) / max(items, len(machine))), 0.0), 1.0)
