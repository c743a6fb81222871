"""Protects: which regions a slice holds, in which order slices are listed, and that foreign values stay few."""

import numpy as np

from benchmark.statistics.slices import look_alikes, slice_masks
from dataset.schema import Region


def region(number, image="a", **fields):
    return Region(f"{image}/{number}", image, ("x",), **fields)


def members(masks, name):
    return np.flatnonzero(masks[name]).tolist()


def test_families_come_in_order_and_empty_slices_are_left_out():
    regions = [
        region(0, granularity="part", depth=3, category="leg"),
        region(1, granularity="object", depth=1, category="chair"),
        region(2, granularity="part", depth=7, category="leg", slice="novel"),
        region(3, slice="standard"),
    ]
    masks = slice_masks(regions)
    assert list(masks) == [
        "granularity=object",
        "granularity=part",
        "depth=1",
        "depth=3",
        "depth=4+",
        "look_alikes=0",
        "look_alikes=1",
        "slice=novel",
    ]
    assert members(masks, "granularity=part") == [0, 2]
    assert members(masks, "depth=4+") == [2]
    assert members(masks, "look_alikes=1") == [0, 2]


def test_area_is_a_share_of_the_image_and_ends_are_included():
    def sized(number, area):
        return region(number, area=area, mask={"size": [100, 100], "counts": ""})

    masks = slice_masks([sized(0, 50), sized(1, 51), sized(2, 3200), sized(3, 10_000), region(4, area=5)])
    assert [name for name in masks if name.startswith("area")] == [
        "area=<0.5%",
        "area=0.5-2%",
        "area=8-32%",
        "area=>32%",
    ]
    assert members(masks, "area=<0.5%") == [0]
    assert members(masks, "area=8-32%") == [2]


def test_look_alikes_are_counted_within_an_image():
    regions = [region(0, category="cup"), region(1, category="cup"), region(2, image="b", category="cup"), region(3)]
    assert look_alikes(regions) == [1, 1, 0, None]


def test_only_the_most_frequent_foreign_values_become_slices():
    regions = [region(n, granularity=f"level {n // 2 if n < 20 else n}") for n in range(200)]
    masks = slice_masks(regions)
    assert sorted(masks) == sorted(f"granularity=level {n}" for n in range(10))
