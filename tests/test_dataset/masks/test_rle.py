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


MASK = np.zeros((5, 7), bool)
MASK[1:4, 2:6] = True


@pytest.mark.parametrize("kind", ["bool", "uint8", "int64", "float32"])
@pytest.mark.parametrize("inside", [1, 255])
def test_arrays_of_two_values_are_masks(kind: str, inside: int) -> None:
    assert encode_mask((MASK * inside).astype(kind)) == encode_mask(MASK)
    assert encode_mask(np.zeros((5, 7), kind)) == encode_mask(np.zeros((5, 7), bool))


def test_tensors_are_masks() -> None:
    torch = pytest.importorskip("torch")
    for tensor in (
        torch.from_numpy(MASK),
        torch.from_numpy(MASK).float().requires_grad_(),
        torch.from_numpy(MASK).int(),
    ):
        assert encode_mask(tensor) == encode_mask(MASK)


@pytest.mark.parametrize(
    "array",
    [
        np.full((4, 4), 0.9),
        np.full((4, 4), 256),
        np.array([[0, 1], [2, 0]]),
        np.array([[0, 1], [255, 0]]),
        np.full((4, 4), np.nan),
        np.full((4, 4), -1),
        np.array([["a", "b"]]),
        np.array([[None, 1]]),
        "mask",
        None,
    ],
)
def test_arrays_that_are_no_masks_are_refused(array: object) -> None:
    with pytest.raises(InvalidInputError, match="expected"):
        encode_mask(array)


def test_every_legal_encoding_is_decoded() -> None:
    rle = encode_mask(MASK)
    flat = MASK.T.reshape(-1)
    edges = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff([0, *edges, flat.size])
    for counts in (rle["counts"], rle["counts"].encode(), runs.tolist(), runs, tuple(runs.astype(float))):
        assert np.array_equal(decode_mask({"size": (5.0, 7), "counts": counts}), MASK)
        assert area_of({"size": [5, 7], "counts": counts}) == 12
        assert bbox_xywh_of({"size": [5, 7], "counts": counts}) == [2, 1, 4, 3]
    assert np.array_equal(decode_mask([[2, 1, 6, 1, 6, 4, 2, 4]], size=(5, 7)), MASK)


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        ({"size": [4, 4], "counts": "garbage~~"}, "alphabet"),
        ({"size": [4, 4], "counts": "ooooo"}, "end in the middle"),
        ({"size": [4, 4], "counts": "ooooooooo0"}, "35 bits"),
        ({"size": [4, 4], "counts": "?"}, "sum to 15"),
        ({"size": [4, 4], "counts": "O"}, "negative"),
        ({"size": [4, 4], "counts": ""}, "end"),
        ({"size": [4, 4], "counts": [3]}, "add up to 16"),
        ({"size": [4, 4], "counts": [-1, 17]}, "add up to 16"),
        ({"size": [4, 4], "counts": None}, "found NoneType"),
        ({"size": [4, 4.5], "counts": [16]}, "size: expected"),
        ({"size": 4, "counts": [16]}, "size: expected"),
        ({"counts": [16]}, "size: expected"),
        ([[0, 0, 3, 0, 3, 3]], "do not say how large"),
        (None, "found NoneType"),
    ],
)
def test_what_is_no_encoding_is_refused(mask: object, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        decode_mask(mask)


def test_a_mask_of_another_size_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"is of size \[5, 7\], the image is \[7, 5\]"):
        decode_mask(encode_mask(MASK), size=(7, 5))
