"""Protects the mask encoding: exact round trips, and areas and boxes that need no decoding."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dataset.errors import InvalidInputError
from dataset.masks.rle import area_of, bbox_xywh_of, decode_mask, encode_mask

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.booleans())


@given(masks)
@settings(max_examples=200, deadline=None)
def test_round_trip_through_json(mask: np.ndarray) -> None:
    again = decode_mask(json.loads(json.dumps(encode_mask(mask))))
    assert again.dtype == bool
    assert np.array_equal(again, mask)


@given(masks)
@settings(max_examples=200, deadline=None)
def test_area_and_box_agree_with_the_pixels(mask: np.ndarray) -> None:
    mask_rle = encode_mask(mask)
    assert area_of(mask_rle) == mask.sum()
    rows, columns = np.nonzero(mask)
    box = [columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1] if len(rows) else [0, 0, 0, 0]
    assert bbox_xywh_of(mask_rle) == [float(value) for value in box]


def test_a_mask_with_channels_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"expected shape \(height, width\), found \(2, 3, 4\)"):
        encode_mask(np.zeros((2, 3, 4), bool))
