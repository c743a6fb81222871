"""Protects the folders of masks that amg.py of Segment Anything writes by default: read like its JSON, no images."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmark.convert import app as convert
from dataset.curation.images import find_images, read_annotated_image
from dataset.errors import InvalidInputError
from dataset.masks.rle import decode_mask, encode_mask

HEIGHT, WIDTH = 40, 60
HEADER = "id,area,bbox_x0,bbox_y0,bbox_w,bbox_h,point_input_x,point_input_y,predicted_iou,stability_score,crop_box_x0"


def mask_of(number: int) -> Any:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[5 : 20 + number, 10:30] = True
    return mask


def write_masks(folder: Path, count: int = 3) -> Path:
    """As `amg.py` writes them: 0 and 255, numbered from 0."""
    Image.new("RGB", (WIDTH, HEIGHT)).save(folder / "photo.jpg")
    (folder / "photo").mkdir()
    lines = [HEADER]
    for number in range(count):
        Image.fromarray(mask_of(number).astype(np.uint8) * 255).save(folder / "photo" / f"{number}.png")
        area = int(mask_of(number).sum())
        lines.append(f"{number},{area},10,5,19,{14 + number},12.5,7.5,0.98,0.97,0")
    (folder / "photo" / "metadata.csv").write_text("\n".join(lines))
    return folder / "photo.jpg"


def test_the_masks_are_those_of_the_bitmaps(tmp_path: Path) -> None:
    image = read_annotated_image(write_masks(tmp_path))
    assert image.problems == []
    assert [each["id"] for each in image.annotations] == ["0", "1", "2"]
    for number, annotation in enumerate(image.annotations):
        assert (decode_mask(annotation["segmentation"]) == mask_of(number)).all()
        assert annotation["area"] == mask_of(number).sum()
        assert annotation["predicted_iou"] == 0.98


def test_the_bitmaps_are_no_images_of_their_own(tmp_path: Path) -> None:
    write_masks(tmp_path)
    (tmp_path / "more").mkdir()
    Image.new("RGB", (9, 9)).save(tmp_path / "more" / "0.png")
    assert list(find_images(tmp_path, [])) == ["more/0.png", "photo.jpg"]


def test_a_json_file_comes_first(tmp_path: Path) -> None:
    path = write_masks(tmp_path)
    (tmp_path / "photo.json").write_text(json.dumps([{"id": 9, "segmentation": encode_mask(mask_of(0))}]))
    assert [each["id"] for each in read_annotated_image(path).annotations] == ["9"]


def test_a_bitmap_that_cannot_be_used_costs_that_mask(tmp_path: Path) -> None:
    path = write_masks(tmp_path, 5)
    (tmp_path / "photo" / "0.png").unlink()
    (tmp_path / "photo" / "1.png").write_bytes(b"\x89PNG")
    Image.fromarray(mask_of(2).astype(np.uint8) * 100).save(tmp_path / "photo" / "2.png")
    Image.new("L", (WIDTH, HEIGHT + 1)).save(tmp_path / "photo" / "3.png")
    image = read_annotated_image(path)
    assert [each["id"] for each in image.annotations] == ["4"]
    reasons = ("id '0': the image is not there", "id '1': cannot be read", "id '2': expected booleans", "id '3': ")
    assert [reason in line for reason, line in zip(reasons, image.problems, strict=True)] == [True] * 4


def test_a_name_in_the_list_leads_nowhere_else(tmp_path: Path) -> None:
    path = write_masks(tmp_path, 1)
    Image.new("L", (WIDTH, HEIGHT), 255).save(tmp_path / "secret.png")
    with (tmp_path / "photo" / "metadata.csv").open("a") as lines:
        lines.write("\n../secret,1,0,0,1,1,0,0,0,0,0")
    image = read_annotated_image(path)
    assert len(image.annotations) == 1
    assert image.problems == ["metadata.csv line 3: id '../secret': id: expected a whole number"]


@pytest.mark.parametrize("option", ["--annotations", "--results"])
def test_convert_says_what_reads_them(option: str, tmp_path: Path) -> None:
    write_masks(tmp_path)
    paths = {"--annotations": tmp_path / "a.json", "--results": tmp_path / "r.json", option: tmp_path}
    arguments = [text for name, path in paths.items() for text in (name, str(path))]
    with pytest.raises(InvalidInputError, match=r"amg\.py(.|\n)*ureca curate run --images"):
        convert(["--protocol", "grit", *arguments], standalone_mode=False)


def test_a_compressed_json_file_is_read(tmp_path: Path) -> None:
    Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "a.jpg")
    content = json.dumps([{"segmentation": encode_mask(mask_of(0))}]).encode()
    for packed in (content, b"\xef\xbb\xbf" + content, gzip.compress(content)):
        (tmp_path / "a.json").write_bytes(packed)
        assert len(read_annotated_image(tmp_path / "a.jpg").annotations) == 1
