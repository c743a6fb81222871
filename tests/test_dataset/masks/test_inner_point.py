"""Protects: the inner point of a mask is the farthest from its border, as scipy's exact distances say."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, gaussian_filter

from dataset.masks.inner_point import inner_point


def by_scipy(mask):
    distances = distance_transform_edt(np.pad(mask, 1))
    y, x = np.unravel_index(int(distances.argmax()), distances.shape)
    return int(x) - 1, int(y) - 1


@pytest.mark.parametrize("seed", range(40))
def test_it_is_the_first_of_the_farthest(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 90, 2))
    mask = gaussian_filter(rng.standard_normal(shape), rng.uniform(0, 6)) > rng.uniform(-0.1, 0.05)
    mask[tuple(rng.integers(0, shape))] = True
    assert inner_point(mask) == by_scipy(mask)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (40, 60), (61, 40)])
def test_of_a_full_mask(shape):
    assert inner_point(np.ones(shape, bool)) == by_scipy(np.ones(shape, bool))
