"""Protects: paired intervals cover the truth on clustered data, Holm, ties, ranks, and forecasts of more images."""

import itertools

import numpy as np
import pytest

from benchmark.statistics.bootstrap import resample_sums
from benchmark.statistics.comparison import (
    compare_score,
    holm,
    images_to_separate,
    leader_groups,
    leader_resamples,
    p_values,
    resamples_for,
    tie_groups,
)


def simulate(generator, effect, images=40, regions=5):
    """Scores of two systems, (items, 2): images are hard or easy for both, and differ in what separates the two."""
    numbers = np.repeat(np.arange(images), regions)
    difficulty = generator.normal(0, 1, images)[numbers]
    own = generator.normal(effect, 0.5, images)[numbers]
    noise = generator.normal(0, 0.3, (len(numbers), 2))
    return np.stack([difficulty + own, difficulty], axis=1) + noise, numbers


def compared(scores, numbers, resamples=400, seed=0, **options):
    drawn = resample_sums(scores, numbers, resamples, seed) / len(scores)
    return compare_score(scores.mean(axis=0), drawn, int(numbers.max()) + 1, **options)


def test_interval_covers_the_true_difference_of_clustered_data():
    generator = np.random.default_rng(0)
    covered, naive = [], []
    for trial in range(300):
        scores, numbers = simulate(generator, effect=0.2)
        [pair] = compared(scores, numbers, seed=trial).pairs
        covered.append(pair.low <= 0.2 <= pair.high)
        [alone] = compared(scores, np.arange(len(scores)), seed=trial).pairs
        naive.append(alone.low <= 0.2 <= alone.high)
    assert 0.91 <= np.mean(covered) <= 0.98
    assert np.mean(naive) < 0.8  # resampling regions promises far too much


def test_false_findings_are_as_rare_as_promised():
    generator = np.random.default_rng(1)
    findings = [compared(*simulate(generator, effect=0.0), seed=trial).pairs[0].p_value < 0.05 for trial in range(300)]
    assert 0.02 <= np.mean(findings) <= 0.09


def test_a_against_b_mirrors_b_against_a():
    scores, numbers = simulate(np.random.default_rng(2), effect=0.1)
    [forth] = compared(scores, numbers).pairs
    [back] = compared(scores[:, ::-1], numbers).pairs
    assert (back.difference, back.low, back.high) == pytest.approx((-forth.difference, -forth.high, -forth.low))
    assert (back.p_value, back.adjusted, back.more_images) == (forth.p_value, forth.adjusted, forth.more_images)
    mirrored = forth.reversed()
    assert (mirrored.low, mirrored.high) == pytest.approx((back.low, back.high))
    assert (mirrored.first, mirrored.second) == (1, 0)


def test_equal_systems_tie_with_p_1():
    scores, numbers = simulate(np.random.default_rng(3), effect=1.0)
    result = compared(scores[:, [1, 0, 1, 1]], numbers)
    for pair in result.pairs:
        if 1 not in (pair.first, pair.second):
            assert (pair.difference, pair.low, pair.high) == (0, 0, 0)
            assert (pair.p_value, pair.adjusted, pair.more_images) == (1, 1, None)
    assert result.groups == ((1,), (0, 2, 3))
    assert [result.rank(system) for system in range(4)] == [2, 1, 2, 2]


def test_rounding_of_sums_is_no_difference():
    values = np.array([0.3, 0.1 + 0.2])
    drawn = values + np.array([0, 1e-16])
    result = compare_score(values, np.tile(drawn, (50, 1)), images=10)
    assert result.pairs[0].p_value == 1
    assert result.groups == ((1, 0),)


def test_p_value_agrees_with_the_interval():
    generator = np.random.default_rng(4)
    for shift in np.linspace(-3, 3, 41):
        spread = generator.normal(shift, 1, (2000, 1))
        low, high = np.percentile(spread, [2.5, 97.5])
        if min(abs(low), abs(high)) > 0.1:
            assert (p_values(spread)[0] < 0.05) == (low > 0 or high < 0)


def slow_holm(p_values):
    """Holm (1979) as written: test the smallest first, stop at the first that is not rejected; level by level."""
    adjusted = []
    for value in p_values:
        levels = sorted({min(1.0, (len(p_values) - k) * p) for p in p_values for k in range(len(p_values))} | {1.0})
        adjusted.append(next(level for level in levels if value in rejected_at(p_values, level)))
    return adjusted


def rejected_at(p_values, level):
    if level >= 1:
        return set(p_values)
    rejected = set()
    for step, value in enumerate(sorted(p_values)):
        if (len(p_values) - step) * value > level:
            break
        rejected.add(value)
    return rejected


def test_holm_against_a_direct_implementation():
    generator = np.random.default_rng(5)
    for size in (1, 2, 5, 9):
        for _ in range(20):
            raw = np.round(generator.random(size) ** 3, 3)
            np.testing.assert_allclose(holm(raw), slow_holm(raw.tolist()), atol=1e-12)


def test_holm_leaves_out_what_was_not_tested():
    np.testing.assert_array_equal(holm(np.array([0.01, np.nan, 0.02])), [0.02, np.nan, 0.02])


def test_tie_groups_follow_the_leader():
    values = np.array([0.9, 0.8, 0.5, 0.45, np.nan, 0.1])
    everything = set(itertools.combinations(range(6), 2))
    assert tie_groups(values, everything) == ((0,), (1,), (2,), (3,), (5,))
    assert tie_groups(values, set()) == ((0, 1, 2, 3, 5),)
    assert tie_groups(values, everything - {(2, 3)}) == ((0,), (1,), (2, 3), (5,))
    # 1 ties with 0, and 2 with 1, but 2 differs from the leader
    assert tie_groups(values, everything - {(0, 1), (1, 2)}) == ((0, 1), (2,), (3,), (5,))
    # 2 ties with the leader: 1, which lies between, cannot be ranked below it
    assert tie_groups(values, everything - {(0, 2)}) == ((0, 1, 2), (3,), (5,))
    assert tie_groups(values, everything, lower_is_better=True)[0] == (5,)


def test_a_score_without_a_value_is_not_compared():
    scores, numbers = simulate(np.random.default_rng(6), effect=1)
    scores = np.column_stack([scores, np.full(len(scores), np.nan)])
    result = compared(scores, numbers)
    assert [(pair.first, pair.second) for pair in result.pairs] == [(0, 1)]
    assert result.rank(2) is None
    assert np.isnan(result.intervals[2]).all()


def test_one_image_can_decide_nothing():
    result = compare_score(np.array([0.1, 0.9]), None, images=1)
    assert result.groups == ((1, 0),)
    assert result.pairs[0].p_value is None


def test_as_many_more_images_as_forecast_do_separate():
    generator = np.random.default_rng(7)
    error = np.sqrt((0.5**2 + 2 * 0.3**2 / 5) / 30)  # of `simulate` with 30 images
    more = images_to_separate(0.1, error, 30)
    trials = [compared(*simulate(generator, 0.1, images=30 + more), resamples=300, seed=t) for t in range(200)]
    assert 0.72 <= np.mean([trial.pairs[0].p_value < 0.05 for trial in trials]) <= 0.88


@pytest.mark.parametrize(("difference", "error"), [(0.0, 1.0), (np.nan, 1.0), (0.1, np.nan), (1e-300, 1.0)])
def test_no_forecast_without_a_difference(difference, error):
    assert images_to_separate(difference, error, 100) is None


def test_a_smaller_difference_or_more_pairs_need_more_images():
    needed = [images_to_separate(gap, 0.1, 100) for gap in (0.2, 0.1, 0.05)]
    assert needed == sorted(needed)
    assert images_to_separate(0.1, 0.1, 100, comparisons=10) > images_to_separate(0.1, 0.1, 100)


def test_the_smallest_p_value_survives_the_correction():
    for systems in (2, 5, 12, 30):
        pairs = systems * (systems - 1) // 2
        assert pairs * 2 / (resamples_for(systems) + 1) < 0.025


def test_leaders_alone_group_two_systems_as_all_pairs_do():
    generator = np.random.default_rng(3)
    for effect in (0.0, 0.1, 0.3, 1.0):
        scores, numbers = simulate(generator, effect)
        drawn = resample_sums(scores, numbers, 400) / len(scores)
        assert leader_groups(scores.mean(axis=0), drawn) == compared(scores, numbers).groups


def test_leaders_alone_find_the_steps_of_many_systems():
    generator = np.random.default_rng(4)
    difficulty = generator.normal(0, 1, (60, 1))
    levels = np.repeat([3.0, 2.0, 1.0], [5, 60, 35])
    scores = difficulty + levels + generator.normal(0, 0.3, (60, 100))
    scores[:, 7] = np.nan
    drawn = resample_sums(scores, np.arange(60), leader_resamples(100)) / 60
    groups = leader_groups(scores.mean(axis=0), drawn)
    assert sorted(groups[0]) == list(range(5))
    assert 7 not in {place for group in groups for place in group}
    assert [min(levels[list(group)]) for group in groups] == sorted(
        (min(levels[list(group)]) for group in groups), reverse=True
    )
    assert not any(3.0 in levels[list(group)] and 2.0 in levels[list(group)] for group in groups)


def test_leaders_alone_tie_where_there_is_one_image():
    assert leader_groups(np.array([0.1, 0.9, np.nan]), None) == ((1, 0),)
