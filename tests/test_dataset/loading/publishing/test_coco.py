"""Protects: programs that read DLC-Bench read our data, and what they write is scored as it is."""

import json
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools.coco import COCO
from typer.testing import CliRunner

from benchmark.inputs.predictions import load_predictions
from dataset import decode_mask
from dataset.__main__ import app
from dataset.loading.publishing.coco import ANNOTATIONS, copy_upright
from dataset.loading.regions import load_images


def test_the_photographs_as_describe_anything_and_grasp_any_region_read_them(tmp_path: Path) -> None:
    """Protects: their calls of pycocotools find every image, mask and id; their answers are a prediction file."""
    folder = tmp_path / "photos"
    done = CliRunner().invoke(app, ["export", "--coco", str(folder), "--config", "photos"])
    assert done.exit_code == 0, done.output
    assert "8 images, 399 regions" in done.output
    coco = COCO(str(folder / ANNOTATIONS))
    regions = {region.region_id: region for _, members in load_images("photos", "test") for region in members}
    answers = {}
    for image_id in coco.imgs:
        [information] = coco.loadImgs(image_id)
        with Image.open(folder / "images" / information["file_name"]) as picture:
            size = picture.size
        for annotation_id in coco.getAnnIds(imgIds=[image_id], catIds=coco.getCatIds(), iscrowd=None):
            mask = coco.annToMask(coco.loadAnns([annotation_id])[0])
            assert mask.shape == size[::-1]
            if len(answers) % 20 == 0:
                np.testing.assert_array_equal(mask > 0, decode_mask(regions[annotation_id].mask))
            answers[annotation_id] = "a thing"
    assert list(answers) == list(regions)
    assert regions["astronaut/1"].captions[0] not in (folder / ANNOTATIONS).read_text()
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(answers))
    assert load_predictions(outputs, list(regions.values())).captions == answers


def test_a_picture_that_is_stored_turned_is_written_upright(tmp_path: Path) -> None:
    """Protects: masks of upright pictures do not meet pixels that lie on their side."""
    turned = Image.new("RGB", (30, 20), (9, 9, 9))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    (tmp_path / "images").mkdir()
    name, width, height = copy_upright(tmp_path / "turned.jpg", tmp_path / "images", "one")
    with Image.open(tmp_path / "images" / name) as picture:
        assert picture.size == (width, height) == (20, 30)


def test_one_folder_holds_one_split(tmp_path: Path) -> None:
    """Protects: two configs do not end in one file of annotations."""
    options = ["export", "--coco", str(tmp_path / "x")]
    for wrong in ([], ["--config", "photos", "--config", "scenes"], ["--config", "photos", "--out", str(tmp_path)]):
        done = CliRunner().invoke(app, [*options, *wrong])
        assert done.exit_code == 2
        assert "expected one --config" in done.output
    assert not (tmp_path / "x").exists()
