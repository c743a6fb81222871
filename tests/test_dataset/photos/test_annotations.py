"""Protects the hand-made annotations of the photographs: sound mask trees, clean and distinct captions."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import dataset.photos
from dataset.masks.rle import decode_mask, encode_mask
from dataset.photos.photographs import PHOTOGRAPHS
from dataset.schema import GRANULARITIES

PHOTOS = Path(dataset.photos.__file__).parent
FILES = sorted(PHOTOS.glob("*.json"))
MIN_AREA = 40
SPECK_AREA = 4
MIN_REGIONS = 15
MIN_REGIONS_IN_ALL = 120
FIELDS = ["id", "parent", "granularity", "category", "mask", "short_caption", "captions"]


class Annotation:
    """One annotated photograph with its masks decoded."""

    def __init__(self, path):
        self.text = path.read_text(encoding="utf-8")
        document = json.loads(self.text)
        self.image_id = document["image_id"]
        self.size = [document["height"], document["width"]]
        self.regions = document["regions"]
        self.parent = {region["id"]: region["parent"] for region in self.regions}
        self.masks = {region["id"]: decode_mask(region["mask"]) for region in self.regions}
        self.area = {region_id: int(mask.sum()) for region_id, mask in self.masks.items()}

    def ancestors(self, region_id):
        """Ids from the parent up to the root's child."""
        found = []
        while (region_id := self.parent[region_id]) is not None:
            found.append(region_id)
        return found

    def holds(self, outer, inner):
        return not (self.masks[inner] & ~self.masks[outer]).any()


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def annotation(request):
    return Annotation(request.param)


def normalised(caption):
    return " ".join(re.findall(r"[a-z0-9]+", caption.lower()))


def specks(mask):
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    return [int(area) for area in np.bincount(labels.ravel())[1:] if area < SPECK_AREA]


def test_all_photographs_are_annotated():
    assert [path.stem for path in FILES] == sorted(photograph.image_id for photograph in PHOTOGRAPHS)
    counts = {path.stem: len(json.loads(path.read_text(encoding="utf-8"))["regions"]) for path in FILES}
    assert min(counts.values()) >= MIN_REGIONS, counts
    assert sum(counts.values()) >= MIN_REGIONS_IN_ALL, counts


def test_size_is_that_of_the_photograph(annotation):
    photograph = next(photograph for photograph in PHOTOGRAPHS if photograph.image_id == annotation.image_id)
    with Image.open(photograph.cached_png()) as picture:
        assert [picture.height, picture.width] == annotation.size


def test_file_has_one_region_per_line_and_parents_first(annotation):
    own_lines = [line for line in annotation.text.splitlines() if line.lstrip().startswith('{"id": ')]
    assert len(own_lines) == len(annotation.regions)
    ids = [region["id"] for region in annotation.regions]
    assert ids == [str(number) for number in range(1, len(ids) + 1)]
    for region in annotation.regions:
        assert list(region) == FIELDS
        assert region["parent"] is None or int(region["parent"]) < int(region["id"])
        assert region["granularity"] in GRANULARITIES


def test_masks_are_canonical_and_whole(annotation):
    for region in annotation.regions:
        mask = annotation.masks[region["id"]]
        assert region["mask"]["size"] == annotation.size, region["id"]
        assert encode_mask(mask) == region["mask"], region["id"]
        assert mask.sum() >= MIN_AREA, region["id"]
        assert not specks(mask), (region["id"], "specks")
        assert not specks(~mask), (region["id"], "pinholes")


def test_child_lies_strictly_inside_its_parent(annotation):
    for child, parent in annotation.parent.items():
        if parent is not None:
            assert annotation.holds(parent, child), (child, parent)
            assert annotation.area[child] < annotation.area[parent], (child, parent)


def test_siblings_do_not_overlap(annotation):
    for one, other in combinations(annotation.masks, 2):
        if annotation.parent[one] == annotation.parent[other]:
            assert not (annotation.masks[one] & annotation.masks[other]).any(), (one, other)


def test_parent_is_the_smallest_enclosing_region(annotation):
    for inner in annotation.masks:
        enclosing = {outer for outer in annotation.masks if outer != inner and annotation.holds(outer, inner)}
        assert enclosing == set(annotation.ancestors(inner)), inner


def test_tree_has_levels_and_background(annotation):
    assert max(1 + len(annotation.ancestors(region_id)) for region_id in annotation.masks) >= 3
    assert "background" in {region["granularity"] for region in annotation.regions}


def test_captions_are_unique_within_the_photograph(annotation):
    captions = Counter(normalised(caption) for region in annotation.regions for caption in region["captions"])
    assert [caption for caption, count in captions.items() if count > 1] == []
    for region in annotation.regions:
        short = normalised(region["short_caption"])
        assert short not in captions, region["id"]
        assert len(short.split()) < len(normalised(region["captions"][0]).split()), region["id"]


def test_texts_are_clean(annotation):
    for region in annotation.regions:
        for text in (region["category"], region["short_caption"], *region["captions"]):
            assert text.isascii(), text
            assert text == " ".join(text.split()), text
            assert text, region["id"]
        for caption in region["captions"]:
            assert 4 <= len(caption.split()) <= 24, caption
