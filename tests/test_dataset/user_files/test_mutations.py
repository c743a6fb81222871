"""Protects the readers of the users' files from mutations: the right rows or an error of ours, never a traceback."""

import json
import pickle
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dataset.errors import UrecaError
from dataset.masks.rle import decode_mask, encode_mask
from dataset.user_files.annotations import read_annotations
from dataset.user_files.described_image import DescribedImage, read_rows
from dataset.user_files.frames import StoredPicture
from dataset.user_files.sa1b.captions import read_captions
from dataset.user_files.splits import ListedImage, refcocog_images, visual_genome_images
from tests.support.mutations import mutated

HEIGHT, WIDTH = 40, 60
_MASK = np.zeros((HEIGHT, WIDTH), bool)
_MASK[5:25, 10:30] = True
RLE = dict(encode_mask(_MASK))
POLYGON = [[1, 1, 9, 1, 9, 9]]
BOX = [1, 2, 30, 4]
RUNS = {"size": [HEIGHT, WIDTH], "counts": [100, 200, 2100]}
DOCUMENTS = [
    [{"segmentation": RLE, "area": 5, "bbox": BOX}],
    {
        "image": {"height": HEIGHT, "width": WIDTH},
        "annotations": [{"id": 1, "segmentation": RLE}, {"id": 2, "bbox": BOX}],
    },
    {
        "images": [{"id": 1, "file_name": "a.jpg", "height": HEIGHT, "width": WIDTH}],
        "annotations": [{"id": 5, "image_id": 1, "bbox": BOX}, {"id": 6, "image_id": 1, "segmentation": RUNS}],
    },
]
SENTENCES = [{"raw": "a"}, "b"]
REFS = [{"ann_id": number, "image_id": 1, "split": "train", "sentences": SENTENCES} for number in (2, 3)]
INSTANCES = {
    "images": [{"id": 1, "file_name": "a.jpg", "height": HEIGHT, "width": WIDTH}],
    "annotations": [
        {"id": number, "image_id": 1, "bbox": BOX, "category_id": 1, "segmentation": form}
        for number, form in ((2, POLYGON), (3, RLE))
    ],
    "categories": [{"id": 1, "name": "x"}],
}
_PLACE = {"x": 1, "y": 1, "width": 5, "height": 5}
DESCRIPTIONS = [{"id": 1, "regions": [{"region_id": n, "image_id": 1, "phrase": "x", **_PLACE} for n in (3, 4)]}]
SIZES = [{"image_id": 1, "width": WIDTH, "height": HEIGHT}]
TURNS = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "c"}]
LINE = {"id": 0, "image": "sa_1", "mask_id": "5", "conversations": TURNS}


seeds = st.integers(0, 2**32 - 1).map(random.Random)


@given(seeds)
@settings(max_examples=1000, deadline=None)
def test_masks_beside_an_image(generator: random.Random) -> None:
    document = mutated(generator.choice(DOCUMENTS), generator)
    picture = StoredPicture((HEIGHT, WIDTH), generator.choice([1, 3, 6]))
    try:
        annotations, _ = read_annotations(document, picture, "a.jpg", generator.choice([None, "stored", "turned"]))
    except UrecaError:
        return
    assert all(decode_mask(each["segmentation"]).shape == picture.upright_size for each in annotations)


@given(seeds)
@settings(max_examples=500, deadline=None)
def test_encodings(generator: random.Random) -> None:
    mask = mutated(generator.choice([RLE, RUNS, POLYGON]), generator)
    try:
        decoded = decode_mask(mask, generator.choice([None, (HEIGHT, WIDTH)]))
    except UrecaError:
        return
    assert decoded.dtype == bool


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    Image.new("RGB", (WIDTH, HEIGHT)).save(folder / "a.jpg")
    return folder


def read_all(folder: Path, images: list[ListedImage]) -> None:
    for image in images:
        boxes_only = image.regions[0].segmentation is None
        described = DescribedImage(image.image_id, str(folder / "a.jpg"), image.size, image.regions, boxes_only)
        for row in read_rows(described)[0]:
            assert row["area"] == decode_mask(row["mask"]).sum() > 0
            assert row["caption"].strip()


def attempt(action: Any) -> None:
    with suppress(UrecaError):
        action()


@given(seeds)
@settings(max_examples=250, deadline=None)
def test_annotation_files(folder: Path, generator: random.Random) -> None:
    refs, instances = (
        (mutated(REFS, generator), INSTANCES) if generator.random() < 0.5 else (REFS, mutated(INSTANCES, generator))
    )
    (folder / "refs").write_bytes(pickle.dumps(refs))
    (folder / "instances.json").write_text(json.dumps(instances))
    attempt(lambda: read_all(folder, refcocog_images(folder / "refs", folder / "instances.json", "train", [])))
    (folder / "descriptions.json").write_text(json.dumps(mutated(DESCRIPTIONS, generator)))
    (folder / "sizes.json").write_text(json.dumps(mutated(SIZES, generator)))
    paths = folder / "descriptions.json", folder / "sizes.json"
    attempt(lambda: read_all(folder, visual_genome_images(*paths, None, "train", [])))
    (folder / "captions.jsonl").write_text(json.dumps(mutated(LINE, generator)))
    attempt(lambda: read_captions([folder / "captions.jsonl"], []))
