"""Protects the masks beside an image as the field writes them: SA-1B, amg.py, COCO; one faulty mask costs itself."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from dataset.curation.images import read_annotated_image
from dataset.errors import InvalidInputError
from dataset.masks.rle import decode_mask, encode_mask
from dataset.user_files.annotations import read_annotations
from dataset.user_files.frames import StoredPicture

HEIGHT, WIDTH = 40, 60
PICTURE = StoredPicture((HEIGHT, WIDTH))
MASK = np.zeros((HEIGHT, WIDTH), bool)
MASK[5:25, 10:30] = True
RLE = encode_mask(MASK)


def list_of_runs(mask: Any) -> list[int]:
    flat = np.concatenate([[False], mask.T.reshape(-1)])
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    return [int(length) for length in np.diff([0, *edges, flat.size - 1])]


FORMS = {
    "compressed text": {"segmentation": RLE},
    "compressed bytes": {"segmentation": {**RLE, "counts": RLE["counts"].encode()}},
    "list of runs": {"segmentation": {"size": [HEIGHT, WIDTH], "counts": list_of_runs(MASK)}},
    "floats": {"segmentation": {"size": [40.0, 60.0], "counts": [float(n) for n in list_of_runs(MASK)]}},
    "polygon": {"segmentation": [[10, 5, 30, 5, 30, 25, 10, 25]]},
    "box": {"bbox": [10, 5, 20, 20]},
    "box and no polygon": {"bbox": [10.0, 5.0, 20.0, 20.0], "segmentation": []},
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_mask_is_the_same_mask(form: str) -> None:
    annotations, problems = read_annotations([FORMS[form]], PICTURE, "a.jpg")
    assert problems == []
    assert annotations[0]["segmentation"] == RLE


def test_a_list_without_ids_is_numbered_by_position() -> None:
    masks = [
        {"segmentation": RLE, "predicted_iou": 0.9},
        {"segmentation": {**RLE, "counts": "garbage~~"}},
        FORMS["box"],
    ]
    annotations, problems = read_annotations(masks, PICTURE, "a.jpg")
    assert [each["id"] for each in annotations] == ["0", "2"]
    assert len(problems) == 1
    assert problems[0].startswith("annotation 1: segmentation: counts:")


def test_ids_and_sizes_that_a_program_wrote_as_floats_are_whole_numbers() -> None:
    annotations, problems = read_annotations([{"id": 532000000.0, **FORMS["floats"]}], PICTURE, "a.jpg")
    assert (annotations[0]["id"], problems) == ("532000000", [])
    _, problems = read_annotations([{"id": 5.5, **FORMS["box"]}, {"id": 6, **FORMS["box"]}], PICTURE, "a.jpg")
    assert len(problems) == 1
    assert "5.5" in problems[0]


def test_one_coco_file_for_all_images(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / f"{name}.jpg")
    images = [{"id": n, "file_name": f"sub/{name}.jpg", "height": 40.0, "width": 60} for n, name in enumerate("ab")]
    annotations = [{"id": 7, "image_id": 0.0, **FORMS["polygon"]}, {"id": 8, "image_id": 1, **FORMS["box"]}]
    (tmp_path / "instances.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    assert [each["id"] for each in read_annotated_image(tmp_path / "a.jpg").annotations] == ["7"]
    second = read_annotated_image(tmp_path / "b.jpg")
    assert (decode_mask(second.annotations[0]["segmentation"]) == MASK).all()
    with pytest.raises(InvalidInputError, match=r"neither c\.json beside it, (.*) nor a COCO file in its folder"):
        read_annotated_image(tmp_path / "c.jpg")
    images[0]["height"] = 41
    (tmp_path / "a.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    with pytest.raises(InvalidInputError, match=r"is \[40, 60\] \(height, width\), its masks are \[41, 60\]"):
        read_annotated_image(tmp_path / "a.jpg")


@pytest.mark.parametrize("document", [None, 5, {}, {"annotations": {}}, {"images": [], "annotations": []}, "text"])
def test_what_lists_no_annotations_is_refused(document: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"a\.jpg: 1 problem"):
        read_annotations(document, PICTURE, "a.jpg")


def test_pycocotools_and_we_mean_the_same_runs() -> None:
    direct = coco_mask.frPyObjects({"size": [HEIGHT, WIDTH], "counts": list_of_runs(MASK)}, HEIGHT, WIDTH)
    assert (coco_mask.decode(direct).astype(bool) == MASK).all()
