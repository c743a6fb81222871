"""Protects: outlines follow their masks as scikit-image's do: the same points, corners within the tolerance."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from benchmark.reports.level_lines import level_lines, simplified

measure = pytest.importorskip("skimage.measure")


def points_of(lines):
    return sorted(tuple(np.round(point, 9)) for line in lines for point in line[:-1])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("smooth", [0, 1.5])
def test_lines_are_those_of_scikit_image(seed, smooth):
    """Noise has every kind of square, both saddles included."""
    noise = np.random.default_rng(seed).random((30, 41))
    values = np.pad(gaussian_filter(noise, smooth) if smooth else noise, 1)
    lines, expected = level_lines(values, 0.5), measure.find_contours(values, 0.5)
    assert len(lines) == len(expected) > 5
    assert sorted(map(len, lines)) == sorted(map(len, expected))
    assert points_of(lines) == points_of(expected)
    for line in lines:
        assert (line[0] == line[-1]).all()
        assert np.abs(np.diff(line, axis=0)).max() <= 1, "neighbouring points lie in one square"


def test_a_square_and_its_hole():
    values = np.zeros((7, 7))
    values[1:6, 1:6] = 1
    values[3, 3] = 0
    hole, rim = sorted(level_lines(values, 0.5), key=len)
    assert hole[:, 0].min() == 2.5
    assert hole[:, 0].max() == 3.5
    assert rim.min() == 0.5
    assert rim.max() == 5.5
    assert level_lines(np.zeros((4, 4)), 0.5) == []
    with pytest.raises(ValueError, match="border"):
        level_lines(np.ones((4, 4)), 0.5)


@pytest.mark.parametrize("tolerance", [0.2, 0.4, 2.0])
def test_corners_are_those_of_scikit_image(tolerance):
    values = np.pad(gaussian_filter(np.random.default_rng(3).random((60, 60)), 3), 1)
    line = max(measure.find_contours(values, 0.5), key=len)
    corners = simplified(line, tolerance)
    assert (corners == measure.approximate_polygon(line, tolerance)).all()
    assert len(corners) < len(line)
