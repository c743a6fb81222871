"""Protects outlines of other people's files: masks as pycocotools makes them, what does not fit refused in words."""

from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask

import dataset
from dataset.errors import InvalidInputError
from dataset.user_files.outlines import box_mask, outline_mask

HEIGHT, WIDTH = 40, 60


@pytest.mark.parametrize(
    ("segmentation", "message"),
    [
        (None, "found NoneType"),
        ([], "no polygon"),
        ([[1, 2, 3, 4]], "three points"),
        ([[1, 2, 3, 4, 5, "6"]], "expected numbers"),
        ([[1, 2, 3, 4, 5, float("nan")]], "expected numbers"),
        ([[1, 2, 3, 4, 5, 1e12]], "expected numbers"),
        ({"size": [1, 1], "counts": [1]}, "is of size"),
        ({"size": [HEIGHT, WIDTH], "counts": [1, 2]}, "add up to 2,400"),
        ({"size": [HEIGHT, WIDTH], "counts": [-1, 2401]}, "add up to 2,400"),
        ({"size": [HEIGHT, WIDTH], "counts": "oooooooo"}, "more than 35 bits"),
        ({"size": [HEIGHT, WIDTH], "counts": "Ö"}, "alphabet"),
        ({"size": [HEIGHT, WIDTH], "counts": 3}, "counts: expected"),
    ],
)
def test_outlines_that_do_not_fit_are_refused(segmentation: Any, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        outline_mask(segmentation, HEIGHT, WIDTH)


def test_outlines_are_those_of_pycocotools() -> None:
    polygons = [[3.5, 2.2, 40.1, 8.9, 22.7, 37.3], [50, 1, 59.5, 1, 59.5, 20.25, 50, 20]]
    direct = coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(polygons, HEIGHT, WIDTH))).astype(bool)
    ours = outline_mask(polygons, HEIGHT, WIDTH)
    assert (dataset.decode_mask(ours) == direct).all()
    assert outline_mask(ours, HEIGHT, WIDTH) == ours


@pytest.mark.parametrize("sides", [(0, 0, 60, 40), (5, 0, 7, 40), (5, 3, 1, 1), (59, 39, 9, 9), (-3, -3, 5, 50)])
def test_a_box_is_filled_and_clipped(sides: tuple[int, int, int, int]) -> None:
    x, y, width, height = sides
    expected = np.zeros((HEIGHT, WIDTH), bool)
    expected[max(y, 0) : y + height, max(x, 0) : x + width] = True
    assert (dataset.decode_mask(box_mask(sides, HEIGHT, WIDTH)) == expected).all()
    assert box_mask(sides, HEIGHT, WIDTH) == dataset.encode_mask(expected)
