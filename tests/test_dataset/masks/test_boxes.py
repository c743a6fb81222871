"""Protects masks as arrays and as bits: one box for all forms of a mask, and bits that unpack to what was packed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dataset.masks.bits import pack_bits, unpack_bits
from dataset.masks.boxes import box_of, to_xywh
from dataset.masks.rle import bbox_xywh_of, encode_mask, encode_runs
from dataset.masks.windows import MaskWindows

masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=20), elements=st.booleans())


@given(masks)
@settings(max_examples=100, deadline=None)
def test_all_forms_of_a_mask_have_the_same_box(mask: np.ndarray) -> None:
    height, width = mask.shape
    assert list(to_xywh(box_of(mask))) == bbox_xywh_of(encode_mask(mask))
    assert box_of(mask) == MaskWindows(encode_mask(mask), width, height).box == MaskWindows(mask, width, height).box


@given(masks)
@settings(max_examples=100, deadline=None)
def test_bits_unpack_to_what_was_packed(mask: np.ndarray) -> None:
    torch = pytest.importorskip("torch")
    packed = pack_bits(mask.view(np.uint8)[None])
    assert packed.nbytes == mask.shape[0] * -(-mask.shape[1] // 8)
    assert np.array_equal(unpack_bits(torch.from_numpy(packed), mask.shape[1])[0].numpy(), mask)


@given(masks)
@settings(max_examples=100, deadline=None)
def test_run_lengths_are_those_of_the_columns(mask: np.ndarray) -> None:
    flat = mask.reshape(-1, order="F")
    edges = np.flatnonzero(np.diff(flat.astype(int), prepend=0))
    counts = np.diff([0, *edges, len(flat)]).tolist()
    assert encode_runs(counts, *mask.shape) == encode_mask(mask)
