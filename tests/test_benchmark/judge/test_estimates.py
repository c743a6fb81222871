"""Protects corrected rates: the arithmetic, and that 95% intervals hold the planted rate in 95 of 100 studies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmark.judge.simulation import PlantedJudge, Study, app, coverage
from benchmark.statistics.bootstrap import resample_sums
from benchmark.verdicts.estimates import (
    corrected_rate,
    corrected_resamples,
    error_draws,
    image_counts,
    prediction_powered,
    rate_draws,
    rogan_gladen,
)
from dataset.errors import InvalidInputError


def counts(successes: int, items: int, images: int = 50) -> np.ndarray:
    """Spread over images as evenly as it goes."""
    split = np.stack([np.bincount(np.arange(total) % images, minlength=images) for total in (successes, items)], axis=1)
    return split.astype(float)


def test_rogan_gladen_is_the_formula_and_its_inverse() -> None:
    rate, sensitivity, specificity = 0.3, 0.9, 0.8
    apparent = rate * sensitivity + (1 - rate) * (1 - specificity)
    assert rogan_gladen(np.array(apparent), np.array(sensitivity), np.array(specificity)) == pytest.approx(rate)
    assert rogan_gladen(np.array(0.0), np.array(0.9), np.array(0.8)) == 0
    assert rogan_gladen(np.array(1.0), np.array(0.9), np.array(0.8)) == 1
    assert np.isnan(rogan_gladen(np.array(0.5), np.array(0.5), np.array(0.5)))


def test_a_perfect_judge_changes_nothing() -> None:
    single = counts(120, 400, 400)
    single[:, 0] = np.arange(400) < 120
    estimate = corrected_rate(single, counts(5_000, 5_000), counts(0, 5_000))
    assert estimate.value == pytest.approx(0.3)
    assert estimate.low == pytest.approx(0.3 - 1.96 * np.sqrt(0.21 / 400), abs=0.01)
    assert estimate.high == pytest.approx(0.3 + 1.96 * np.sqrt(0.21 / 400), abs=0.01)


def test_a_small_calibration_makes_a_wide_interval() -> None:
    widths = []
    for items in (20, 100, 1_000):
        estimate = corrected_rate(counts(2_000, 4_000, 400), counts(items * 9 // 10, items), counts(items // 10, items))
        widths.append(estimate.high - estimate.low)
    assert widths[0] > 1.5 * widths[1] > 2.5 * widths[2]


def test_never_wrong_in_84_is_not_never_wrong() -> None:
    draws = rate_draws(counts(84, 84, 84), 4_000, np.random.default_rng(0))
    assert np.quantile(draws, 0.025) == pytest.approx(0.97, abs=0.005)  # Jeffreys: Beta(84.5, 0.5)
    draws = rate_draws(np.array([[84.0, 84.0]]), 4_000, np.random.default_rng(0))
    assert np.quantile(draws, 0.025) < 0.98


def test_correlated_items_count_less() -> None:
    clustered = np.array([[10.0, 10.0], [0.0, 10.0]] * 20)
    spread = np.array([[5.0, 10.0]] * 40)
    generator = np.random.default_rng(0)
    assert rate_draws(clustered, 2_000, generator).std() > 2.5 * rate_draws(spread, 2_000, generator).std()


def test_nothing_to_calibrate_on_is_no_estimate() -> None:
    nothing = np.zeros((0, 2))
    for true, false in ((nothing, counts(1, 9)), (counts(8, 9), nothing), (counts(5, 10), counts(5, 10))):
        assert np.isnan(corrected_rate(counts(5, 10), true, false).value)
    assert str(corrected_rate(counts(5, 10), nothing, nothing)) == "-"


def test_image_counts_add_up() -> None:
    table = image_counts(np.array([True, False, True]), ["b", "a", "b"])
    assert table.tolist() == [[0, 1], [2, 2]]
    assert image_counts(np.zeros(0, bool), []).shape == (0, 2)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("judge", [PlantedJudge(0.97, 0.97), PlantedJudge(0.85, 0.9)])
def test_the_corrected_interval_holds_the_planted_rate(judge, rate) -> None:
    """400 studies: 95% give or take 2.2% (two standard errors of the count)."""
    result = coverage(judge, Study(rate=rate, images=60, items=8), 400, draws=300)
    assert 0.92 <= result.held <= 0.98
    assert abs(result.bias) < 0.01


@pytest.mark.parametrize(("images", "least"), [(8, 0.93), (3, 0.97)])
def test_the_corrected_interval_of_few_images_is_not_too_narrow(images, least) -> None:
    """400 studies; a bootstrap of eight images held the rate in 92 of 100."""
    result = coverage(PlantedJudge(0.9, 0.95), Study(rate=0.5, images=images, items=50), 400, draws=300)
    assert result.held >= least


def test_one_image_tells_little_of_others() -> None:
    draws = rate_draws(np.array([[45.0, 50.0]]), 4_000, np.random.default_rng(0))
    assert np.quantile(draws, 0.025) < 0.2
    judged = np.array([True, False, True, True])
    estimate = prediction_powered(judged, np.array([1.0, 0.0, np.nan, np.nan]), ["a", "a", "b", "c"])
    assert estimate.value == pytest.approx(0.5 + (0.75 - 0.5) / 2)
    assert np.isnan(estimate.low)


def test_the_uncorrected_interval_does_not() -> None:
    result = coverage(PlantedJudge(0.85, 0.9), Study(rate=0.9), 100, draws=100)
    assert result.raw_held < 0.05
    assert result.raw_bias < -0.1


def test_the_prediction_powered_interval_holds_the_planted_rate() -> None:
    result = coverage(PlantedJudge(0.85, 0.9), Study(images=100, items=6, human_images=30), 400, draws=300)
    assert 0.92 <= result.held <= 0.98
    alone = coverage(PlantedJudge(0.5, 0.5), Study(images=100, items=6, human_images=30), 200, draws=300)
    assert result.width < 0.85 * alone.width  # a judge that knows something helps


def test_prediction_powered_needs_people() -> None:
    judged = np.array([True, False, True])
    assert np.isnan(prediction_powered(judged, np.full(3, np.nan), ["a", "b", "c"]).value)
    estimate = prediction_powered(judged, np.array([1.0, 0.0, 1.0]), ["a", "b", "c"])
    assert estimate.value == pytest.approx(2 / 3)


@pytest.mark.parametrize("images", [8, 40])
def test_resamples_of_a_report_are_spread_like_an_estimate_of_its_own(images) -> None:
    """The same interval, give or take, whether images are drawn here or for all scores at once."""
    accepted = np.array([[float(5 + k % 4), 10.0] for k in range(images)])
    true, false = counts(285, 300, 100), counts(15, 300, 100)
    estimate = corrected_rate(accepted, true, false)
    drawn = resample_sums(accepted, np.arange(images), 2_000)
    errors = error_draws(true, false, 2_000, np.random.default_rng(0))
    low, high = np.quantile(corrected_resamples(drawn, accepted, errors), [0.025, 0.975])
    assert low == pytest.approx(estimate.low, abs=0.01)
    assert high == pytest.approx(estimate.high, abs=0.01)
    everything = np.array([[10.0, 10.0]] * 40)
    drawn = resample_sums(everything, np.arange(40), 2_000)
    errors = error_draws(counts(300, 300, 100), false, 2_000, np.random.default_rng(0))
    low, high = np.quantile(corrected_resamples(drawn, everything, errors), [0.025, 0.975])
    assert 0.99 < low < high <= 1  # 400 of 400 is not certainty
    empty = corrected_resamples(np.zeros((3, 2)), accepted, errors[:, :3])
    assert np.isnan(empty).all()


def test_a_study_needs_studies() -> None:
    with pytest.raises(InvalidInputError, match="at least 1"):
        coverage(PlantedJudge(0.9, 0.9), replace(Study(), images=5), 0)


def test_the_command_writes_the_tables(tmp_path) -> None:
    out = tmp_path / "coverage.md"
    assert CliRunner().invoke(app, ["--studies", "1", "--out", str(out)]).exit_code == 0
    lines = out.read_text().splitlines()
    assert sum(line.startswith("| 97, 97 |") for line in lines) == 15
    assert len(lines) == (2 + 45) + 1 + (2 + 8) + 1 + (2 + 5)
