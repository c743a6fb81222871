"""Protects: intervals come from whole images, are reproducible, and aggregate sums instead of averaging scores."""

import numpy as np

from benchmark.metrics import Bleu
from benchmark.statistics.bootstrap import percentile_interval, resample_slices, resample_sums


def test_sums_are_those_of_drawn_images():
    statistics = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    sums = resample_sums(statistics, np.array([0, 0, 1]), resamples=50, seed=1)
    # Two images of sums (3, 30) and (4, 40), two draws.
    assert {tuple(row) for row in sums.tolist()} == {(6.0, 60.0), (7.0, 70.0), (8.0, 80.0)}


def test_same_seed_same_sums_and_columns_do_not_matter():
    statistics = np.random.default_rng(0).normal(size=(40, 3))
    images = np.repeat(np.arange(10), 4)
    sums = resample_sums(statistics, images, 30, seed=5)
    np.testing.assert_array_equal(sums, resample_sums(statistics, images, 30, seed=5))
    np.testing.assert_allclose(sums[:, :1], resample_sums(statistics[:, :1], images, 30, seed=5))
    assert not np.array_equal(sums, resample_sums(statistics, images, 30, seed=6))


def test_correlated_siblings_widen_the_interval():
    images = np.repeat(np.arange(100), 10)
    values = np.random.default_rng(0).integers(0, 2, 100)[images][:, None].astype(float)
    clustered = np.ptp(percentile_interval(resample_sums(values, images, 500)[:, 0] / 1000))
    naive = np.ptp(percentile_interval(resample_sums(values, np.arange(1000), 500)[:, 0] / 1000))
    assert clustered > 2 * naive


def test_interval_has_the_width_of_a_binomial():
    values = (np.arange(400) % 2).astype(float)[:, None]
    low, high = percentile_interval(resample_sums(values, np.arange(400), 4000)[:, 0] / 400)
    assert abs((high - low) - 2 * 1.96 * 0.5 / 20) < 0.01


def test_corpus_bleu_is_aggregated_from_counts(word_corpus):
    metric = Bleu()
    statistics = metric.statistics(word_corpus)
    sums = resample_sums(statistics, word_corpus.image_numbers, 200)
    values = metric.aggregate(sums, np.full(200, 400.0))
    value = metric.aggregate(statistics.sum(axis=0), np.array(400.0))
    low, high = percentile_interval(values)
    assert ((low < value) & (value < high)).all()


def test_nan_resamples_are_left_out():
    low, high = percentile_interval(np.array([np.nan, 1.0, 1.0]))
    assert (low, high) == (1.0, 1.0)


def test_slices_come_from_the_same_draws():
    generator = np.random.default_rng(0)
    statistics, images = generator.normal(size=(60, 2)), np.arange(60) % 12
    masks = [np.ones(60, bool), generator.random(60) < 0.3, images == 4, np.zeros(60, bool)]
    for mask, sums in zip(masks, resample_slices(statistics, images, masks, 40, seed=3), strict=True):
        np.testing.assert_allclose(sums, resample_sums(statistics * mask[:, None], images, 40, seed=3), atol=1e-12)


def test_intervals_of_every_shape_are_those_of_numpy(recwarn):
    values = np.random.default_rng(0).normal(size=(50, 3, 2))
    values[:10, 0, 0] = np.nan
    values[:, 1, 1] = np.nan
    low, high = percentile_interval(values)
    assert not recwarn.list
    assert np.isnan(low[1, 1])
    assert np.isnan(high[1, 1])
    for place in [(0, 0), (0, 1), (2, 1)]:
        np.testing.assert_allclose((low[place], high[place]), np.nanpercentile(values[:, *place], [2.5, 97.5]))
