"""Protects the mask tree: the parents of the published rule on every input, and named errors for bad masks."""

import random
import time
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask

from dataset.curation import MaskTree, build_mask_tree, tree_depths
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.masks.column_runs import decode_runs
from dataset.masks.rle import area_of, bbox_xywh_of, decode_mask, encode_mask

Bitmap = npt.NDArray[np.bool_]


def annotations_of(bitmaps: list[Bitmap], areas: list[int] | None = None) -> list[dict[str, Any]]:
    return [
        {"id": 100 + k, "segmentation": encode_mask(bitmap), "area": int(bitmap.sum()) if areas is None else areas[k]}
        for k, bitmap in enumerate(bitmaps)
    ]


def share(inner: Bitmap, outer: Bitmap) -> float:
    return float(np.logical_and(inner, outer).sum() / inner.sum()) if inner.any() else 0.0


def published_parents(annotations: list[dict[str, Any]], threshold: float = 0.8) -> list[int]:
    """The rule as its description says it, on bitmaps: slow, and plain enough to be believed."""
    bitmaps = [decode_mask(annotation["segmentation"]) for annotation in annotations]
    children: dict[int, list[int]] = {-1: []}
    parents = [-1] * len(annotations)
    for new in sorted(range(len(annotations)), key=lambda k: -annotations[k]["area"]):
        at = -1
        while True:
            fitting = [child for child in children[at] if share(bitmaps[new], bitmaps[child]) >= threshold]
            if not fitting:
                break
            at = fitting[0]
        parents[new] = at
        children[at].append(new)
        children[new] = []
    return parents


def smallest_parents(annotations: list[dict[str, Any]], threshold: float = 0.8) -> list[int]:
    bitmaps = [decode_mask(annotation["segmentation"]) for annotation in annotations]
    order = sorted(range(len(annotations)), key=lambda k: -annotations[k]["area"])
    parents = [-1] * len(annotations)
    for rank, new in enumerate(order):
        containing = [old for old in order[:rank] if share(bitmaps[new], bitmaps[old]) >= threshold]
        parents[new] = containing[-1] if containing else -1
    return parents


@st.composite
def images(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Boxes with noise: nested, overlapping by about the threshold, empty, equal, and with areas that lie."""
    height, width = draw(st.integers(1, 14)), draw(st.integers(1, 14))
    seed = draw(st.integers(0, 2**32 - 1))
    density = draw(st.sampled_from([1.0, 1.0, 0.9, 0.6]))
    rng = np.random.default_rng(seed)
    bitmaps: list[Bitmap] = []
    for _ in range(draw(st.integers(0, 24))):
        kind = rng.integers(8)
        if bitmaps and kind == 0:
            bitmaps.append(bitmaps[rng.integers(len(bitmaps))].copy())
            continue
        bitmap = np.zeros((height, width), bool)
        top, bottom = sorted(rng.integers(0, height + 1, 2))
        left, right = sorted(rng.integers(0, width + 1, 2))
        bitmap[top:bottom, left:right] = rng.random((bottom - top, right - left)) <= density
        if bitmaps and kind < 4:
            bitmap &= bitmaps[rng.integers(len(bitmaps))]
        bitmaps.append(bitmap)
    true_areas = [int(bitmap.sum()) for bitmap in bitmaps]
    lies = draw(st.booleans())
    return annotations_of(bitmaps, [int(rng.integers(0, 6)) for _ in bitmaps] if lies else true_areas)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(images(), st.sampled_from([0.8, 0.8, 0.5, 0.95, 1.0, 1e-9, 1 / 3]))
def test_parents_are_those_of_the_published_rule(annotations: list[dict[str, Any]], threshold: float) -> None:
    tree = build_mask_tree(annotations, threshold)
    assert tree.parents.tolist() == published_parents(annotations, threshold)
    assert tree.areas.tolist() == [area_of(annotation["segmentation"]) for annotation in annotations]
    assert tree.boxes_xywh.tolist() == [bbox_xywh_of(annotation["segmentation"]) for annotation in annotations]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(images(), st.sampled_from([0.8, 0.5, 1.0]))
def test_the_smallest_container_is_found(annotations: list[dict[str, Any]], threshold: float) -> None:
    tree = build_mask_tree(annotations, threshold, policy="smallest")
    assert tree.parents.tolist() == smallest_parents(annotations, threshold)


@pytest.mark.parametrize("threshold", [0.8, 0.7, 0.3, 0.1, 1 / 3, 2 / 3])
def test_the_share_is_compared_in_doubles(threshold: float) -> None:
    """Products and quotients round differently: 0.1 * 30 > 3, but 3 / 30 >= 0.1."""
    for area in range(1, 41):
        for shared in range(area + 1):
            outer, inner = np.zeros((2, 2, 50), bool)
            outer[:, :41], inner[0, 41 - shared : 41 - shared + area] = True, True
            if inner.sum() == area:
                tree = build_mask_tree(annotations_of([outer, inner]), threshold)
                assert (tree.parents[1] == 0) == (shared / area >= threshold)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.02, 0.5, 0.98, 1.0]))
def test_runs_are_those_of_pycocotools(height: int, width: int, seed: int, density: float) -> None:
    bitmap = np.random.default_rng(seed).random((height, width)) < density
    runs, wrong = decode_runs([encode_mask(bitmap)["counts"].encode()] * 2, height, width)
    assert not wrong
    for mask in range(2):
        drawn = np.zeros(height * width, bool)
        for run in range(runs.offsets[mask], runs.offsets[mask + 1]):
            drawn[runs.starts[run] : runs.ends[run]] = True
        assert (bitmap == drawn.reshape(width, height).T).all()


def test_runs_of_no_length_are_read() -> None:
    """Counts that draw nothing in places are legal: [2, 3, 0, 1, 0, 0, 4]."""
    uncompressed = {"size": [10, 1], "counts": [2, 3, 0, 1, 0, 0, 4]}
    rle = coco_mask.frPyObjects(uncompressed, 10, 1)
    runs, wrong = decode_runs([rle["counts"]], 10, 1)
    assert not wrong
    assert (runs.starts.tolist(), runs.ends.tolist()) == ([2], [6])
    assert runs.areas.tolist() == [4]


def chain(count: int) -> list[dict[str, Any]]:
    """Discs of falling radius around one centre."""
    rows, columns = np.ogrid[:400, :400]
    distances = (rows - 200) ** 2 + (columns - 200) ** 2
    radii = np.unique(distances)[::-1]
    picked = radii[np.linspace(0, len(radii) - 1, count).astype(int)]
    return annotations_of([distances <= radius for radius in picked])


def test_a_chain_of_5000() -> None:
    tree = build_mask_tree(chain(5000))
    assert tree.parents.tolist() == list(range(-1, 4999))
    assert tree.depths[-1] == 5000


@pytest.mark.speed
def test_a_chain_of_5000_is_quick() -> None:
    build_mask_tree(chain(3))
    annotations = chain(5000)
    started = time.process_time()
    build_mask_tree(annotations)
    assert time.process_time() - started < 2  # 0.07 s on an idle core


def test_copies_become_a_chain_in_their_order() -> None:
    box = np.zeros((9, 9), bool)
    box[2:7, 2:7] = True
    tree = build_mask_tree(annotations_of([box] * 6))
    assert tree.parents.tolist() == [-1, 0, 1, 2, 3, 4]
    assert tree.parent_ids == {100: None, 101: 100, 102: 101, 103: 102, 104: 103, 105: 104}


def test_the_first_child_wins_and_nothing_goes_back() -> None:
    """The new mask goes under the first child that fits, although a later child holds a smaller container."""
    left, right, deep, new = np.zeros((4, 10, 20), bool)
    left[:, :12], right[:, 10:], deep[:, 12:18], new[:2, 10:12] = True, True, True, True
    deep[:, 10:12] = True
    annotations = annotations_of([left, right, deep, new])
    tree = build_mask_tree(annotations)
    assert tree.parents.tolist() == [-1, -1, 1, 0]
    assert build_mask_tree(annotations, policy="smallest").parents.tolist() == [-1, -1, 1, 2]
    assert tree.children == [[3], [2], [], [], [0, 1]]
    assert tree.depths.tolist() == [1, 1, 2, 2]


def test_no_annotations_are_an_empty_tree() -> None:
    tree = build_mask_tree([])
    assert isinstance(tree, MaskTree)
    assert (len(tree.parents), tree.parent_ids, tree.children) == (0, {}, [[]])


def test_areas_may_be_missing() -> None:
    outer, inner = np.zeros((2, 5, 5), bool)
    outer[1:4, 1:4], inner[2, 2] = True, True
    annotations = annotations_of([inner, outer])
    assert build_mask_tree([{**a, "id": str(a["id"])} for a in annotations]).parent_ids == {"100": "101", "101": None}
    for annotation in annotations:
        del annotation["area"]
    assert build_mask_tree(annotations).parents.tolist() == [1, -1]


def test_all_problems_are_named_at_once() -> None:
    good = encode_mask(np.ones((4, 4), bool))
    bad: list[Any] = [
        {"id": 1, "segmentation": good, "area": 16},
        {"id": 1, "segmentation": good, "area": 16},
        {"id": "1", "segmentation": good, "area": 16},
        {"id": 2, "segmentation": {"size": [4, 5], "counts": good["counts"]}, "area": 16},
        {"id": 3, "segmentation": {"size": [4, 4], "counts": good["counts"] + "!"}, "area": 16},
        {"id": 4, "segmentation": {"size": [4, 4], "counts": good["counts"] + "1"}, "area": 16},
        {"id": 5, "segmentation": {"size": [4, 4], "counts": "5"}, "area": 16},
        {"id": 6, "segmentation": {"size": [4, 4], "counts": "o" * 100}, "area": 16},
        {"id": 7, "segmentation": {"size": [4, 4], "counts": "P"}, "area": 16},
        {"id": 8, "segmentation": {"size": [4, 4], "counts": "K"}, "area": 16},
        {"id": 9, "segmentation": {"size": [4, 4], "counts": [0, 16]}, "area": 16},
        {"id": 10, "segmentation": {"size": [0, 4], "counts": ""}, "area": 16},
        {"id": 11, "segmentation": {"size": [2**20, 2**20], "counts": ""}, "area": 16},
        {"id": 12, "segmentation": good, "area": float("nan")},
        {"id": None, "segmentation": good, "area": 1},
        {"id": 13, "area": 1},
        "annotation",
    ]
    with pytest.raises(InvalidInputError) as caught:
        build_mask_tree(bad)
    problems = caught.value.problems
    assert [problem.split("/")[1].split(":")[0] for problem in problems] == [str(index) for index in range(1, len(bad))]
    for index, words in [
        (1, "also the id of /0"),
        (3, r"expected [4, 4] as the first mask, found [4, 5]"),
        (4, "a character that is not in COCO's alphabet"),
        (5, "runs past the end"),
        (6, "ends before the end"),
        (7, "more than 35 bits"),
        (8, "middle of a number"),
        (9, "a negative run length"),
        (10, "expected compressed text, found list"),
        (11, "found [0, 4]"),
        (16, "expected an object, found str"),
    ]:
        assert words in problems[index - 1]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(min_codepoint=40, max_codepoint=120), max_size=40), st.integers(1, 30))
def test_random_counts_never_pass_unless_they_fill_the_image(text: str, side: int) -> None:
    annotations = [{"id": 1, "segmentation": {"size": [side, side], "counts": text}}]
    try:
        tree = build_mask_tree(annotations)
    except InvalidInputError:
        return
    assert tree.areas[0] == coco_mask.decode({"size": [side, side], "counts": text.encode()}).sum()


def test_arguments_out_of_range() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'smallest'"):
        build_mask_tree([], policy="smalest")
    for threshold in (0, -1, 1.01, float("nan")):
        with pytest.raises(InvalidInputError, match="threshold"):
            build_mask_tree([], threshold)


def test_depths_of_a_stored_tree() -> None:
    parents: dict[Any, Any] = {3: 2, 2: 1, 1: None, 9: 1}
    assert tree_depths(parents) == {1: 1, 2: 2, 3: 3, 9: 2}
    shuffled = list(range(1, 3000))
    random.Random(4).shuffle(shuffled)
    assert tree_depths({0: None, **{k: k - 1 for k in shuffled}})[2999] == 3000


def test_cycles_and_unknown_parents_are_all_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        tree_depths({1: 2, 2: 3, 3: 1, 4: 4, 5: 77, 6: None, 7: 1})
    assert caught.value.problems == ["5: its parent 77 is not a node", "a cycle: 1 -> 2 -> 3 -> 1", "a cycle: 4 -> 4"]
