"""Protects that image and masks are of one frame, in every reader and for EXIF orientations 1 to 8, or are refused."""

import io
import json
import pickle
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from PIL import Image, ImageOps

from dataset.curation.images import read_annotated_image
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.masks.rle import bbox_xywh_of, decode_mask, encode_mask
from dataset.masks.turns import turn_array, turn_box, turn_mask
from dataset.user_files.frames import StoredPicture, turn_of

ORIENTATIONS = range(1, 9)
LYING, SQUARE = (40, 60), (40, 40)
RED = (slice(0, 10), slice(0, 16))
"""The corner of the stored picture that is red; all else is blue."""
_EXIF = 0x0112


def stored_mask(size: tuple[int, int]) -> Any:
    mask = np.zeros(size, bool)
    mask[RED] = True
    return mask


def image_bytes(size: tuple[int, int], orientation: int) -> bytes:
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[..., 2] = 255
    pixels[RED] = (255, 0, 0)
    exif = Image.Exif()
    exif[_EXIF] = orientation
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", exif=exif, quality=95)
    return file.getvalue()


def covers_red(image: Any, mask: Any) -> bool:
    """Whether the mask is the red corner of the image, up to what JPEG blurs."""
    pixels = np.asarray(image.convert("RGB")).astype(int)
    assert pixels.shape[:2] == mask.shape
    return bool(((pixels[..., 0] > 128) == mask).mean() > 0.97)


def masks_in(frame: str, size: tuple[int, int], orientation: int) -> Any:
    mask = stored_mask(size)
    return mask if frame == "stored" else np.ascontiguousarray(turn_array(mask, orientation))


def write_sa1b(folder: Path, size: tuple[int, int], orientation: int, frame: str) -> dict[str, Any]:
    folder.mkdir()
    (folder / "sa_1.jpg").write_bytes(image_bytes(size, orientation))
    mask = masks_in(frame, size, orientation)
    record = {"image": {"height": mask.shape[0], "width": mask.shape[1]}}
    annotations = [{"id": 5, "segmentation": encode_mask(mask), "area": int(mask.sum())}]
    (folder / "sa_1.json").write_text(json.dumps({**record, "annotations": annotations}))
    turns = [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "the red corner"}]
    line = {"id": 0, "image": "sa_1", "mask_id": "5", "conversations": turns}
    (folder / "captions.jsonl").write_text(json.dumps(line) + "\n")
    return {"captions": str(folder / "captions.jsonl")}


def write_refcocog(folder: Path, size: tuple[int, int], orientation: int, frame: str) -> dict[str, Any]:
    folder.mkdir()
    (folder / "a.jpg").write_bytes(image_bytes(size, orientation))
    mask = masks_in(frame, size, orientation)
    x, y, wide, tall = bbox_xywh_of(encode_mask(mask))
    polygon = [x, y, x + wide, y, x + wide, y + tall, x, y + tall]
    ref = {"ann_id": 2, "image_id": 1, "split": "train", "sentences": [{"raw": "the red corner"}]}
    (folder / "refs(umd).p").write_bytes(pickle.dumps([ref], protocol=2))
    content = {
        "images": [{"id": 1, "file_name": "a.jpg", "height": mask.shape[0], "width": mask.shape[1]}],
        "annotations": [
            {"id": 2, "image_id": 1, "bbox": [x, y, wide, tall], "category_id": 1, "segmentation": [polygon]}
        ],
        "categories": [{"id": 1, "name": "corner"}],
    }
    (folder / "instances.json").write_text(json.dumps(content))
    return {}


def write_visual_genome(folder: Path, size: tuple[int, int], orientation: int, frame: str) -> dict[str, Any]:
    folder.mkdir()
    (folder / "1.jpg").write_bytes(image_bytes(size, orientation))
    mask = masks_in(frame, size, orientation)
    x, y, width, height = (int(side) for side in bbox_xywh_of(encode_mask(mask)))
    region = {"region_id": 3, "image_id": 1, "phrase": "the red corner"}
    region |= {"x": x, "y": y, "width": width, "height": height}
    (folder / "region_descriptions.json").write_text(json.dumps([{"id": 1, "regions": [region]}]))
    record = {"image_id": 1, "height": mask.shape[0], "width": mask.shape[1]}
    (folder / "image_data.json").write_text(json.dumps([record]))
    return {}


WRITERS = {"sa1b": write_sa1b, "refcocog": write_refcocog, "visual_genome": write_visual_genome}


def load(config: str, folder: Path, **options: Any) -> Any:
    cache = str(folder.parent / "prepared")
    return datasets.load_dataset("ureca", config, split="train", data_dir=str(folder), cache_dir=cache, **options)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_arrays_masks_and_boxes_turn_as_pillow_turns_pictures(orientation: int) -> None:
    generator = np.random.default_rng(orientation)
    stored = generator.integers(0, 2, (7, 11)).astype(bool)
    image = Image.fromarray(stored.astype(np.uint8) * 255)
    image.getexif()[_EXIF] = orientation
    upright = np.asarray(ImageOps.exif_transpose(image)) > 0
    assert (turn_array(stored, orientation) == upright).all()
    assert (decode_mask(turn_mask(encode_mask(stored), orientation)) == upright).all()
    corner = np.zeros((7, 11), bool)
    corner[2:4, 3:8] = True
    turned = encode_mask(np.ascontiguousarray(turn_array(corner, orientation)))
    assert turn_box((3, 2, 5, 2), orientation, 7, 11) == tuple(bbox_xywh_of(turned))


@pytest.mark.parametrize("config", WRITERS)
@pytest.mark.parametrize("frame", ["stored", "turned"])
@pytest.mark.parametrize("orientation", [1, 5, 6, 7, 8])
def test_sizes_show_the_frame(config: str, frame: str, orientation: int, tmp_path: Path) -> None:
    options = WRITERS[config](tmp_path / "data", LYING, orientation, frame)
    row = load(config, tmp_path / "data", **options)[0]
    mask = decode_mask(row["mask"])
    assert covers_red(row["image"], mask)
    assert row["bbox"] == bbox_xywh_of(encode_mask(mask))
    streamed = next(iter(load(config, tmp_path / "data", streaming=True, **options)))
    assert streamed["mask"] == row["mask"]


@pytest.mark.parametrize("config", WRITERS)
@pytest.mark.parametrize(("size", "orientation"), [(LYING, 3), (LYING, 2), (LYING, 4), (SQUARE, 6), (SQUARE, 3)])
def test_where_sizes_do_not_show_the_frame_it_has_to_be_named(
    config: str, size: tuple[int, int], orientation: int, tmp_path: Path
) -> None:
    for frame in ("stored", "turned"):
        options = WRITERS[config](tmp_path / frame, size, orientation, frame)
        with pytest.raises(InvalidInputError, match=rf'orientation {orientation}\)(.|\n)*give frame="stored"'):
            load(config, tmp_path / frame, **options)
        row = load(config, tmp_path / frame, frame=frame, **options)[0]
        assert covers_red(row["image"], decode_mask(row["mask"]))


def test_a_frame_that_the_sizes_contradict_is_refused(tmp_path: Path) -> None:
    write_refcocog(tmp_path / "data", LYING, 6, "stored")
    with pytest.raises(InvalidInputError, match=r"annotations are for \[40, 60\] and frame='turned'"):
        load("refcocog", tmp_path / "data", frame="turned")
    with pytest.raises(InvalidInputError, match="frame: expected one of stored, turned, found 'lying'"):
        load("refcocog", tmp_path / "data", frame="lying")
    with pytest.raises(InvalidInputError, match=r"\[40, 60\] and \[60, 40\]"):
        turn_of(StoredPicture((40, 60), 6), {(40, 60), (60, 40)})


@pytest.mark.parametrize("frame", ["stored", "turned"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_curation_and_captioning_have_the_frame_too(frame: str, orientation: int, tmp_path: Path) -> None:
    write_sa1b(tmp_path / "data", LYING, orientation, frame)
    path = tmp_path / "data" / "sa_1.jpg"
    if orientation in (2, 3, 4):
        with pytest.raises(InvalidInputError, match='give frame="stored"'):
            read_annotated_image(path)
    image = read_annotated_image(path, frame)
    mask = decode_mask(image.annotations[0]["segmentation"])
    assert mask.shape == (image.height, image.width)
    assert covers_red(Image.fromarray(image.read_pixels()), mask)
    with pytest.raises(UnknownNameError):
        read_annotated_image(path, "lying")


def saved(image: Any, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def test_what_cannot_be_shown_without_a_guess_is_refused_by_name(tmp_path: Path) -> None:
    write_visual_genome(tmp_path / "data", LYING, 1, "stored")
    frames = [Image.new("RGB", (60, 40), (0, shade, 0)) for shade in (0, 200)]
    deep = Image.fromarray(np.full((40, 60), 40_000, np.uint16))
    cases = {
        "has 2 frames": saved(frames[0], tmp_path / "a.gif", save_all=True, append_images=frames[1:]),
        "has 2 frames: save": saved(frames[0], tmp_path / "a.webp", save_all=True, append_images=frames[1:]),
        "more than 8 bits": saved(deep, tmp_path / "a.png"),
    }
    for message, file in cases.items():
        (tmp_path / "data" / "1.jpg").write_bytes(file.read_bytes())
        with pytest.raises(InvalidInputError, match=rf"image 1: .*1\.jpg.*{message}"):
            load("visual_genome", tmp_path / "data")


@pytest.mark.parametrize("kind", ["MPO", "CMYK"])
def test_a_turned_mpo_and_cmyk_are_read_rightly(kind: str, tmp_path: Path) -> None:
    write_visual_genome(tmp_path / "data", LYING, 6, "stored")
    image = Image.open(io.BytesIO(image_bytes(LYING, 6)))
    exif = image.getexif()
    path = tmp_path / "data" / "1.jpg"
    if kind == "MPO":
        image.save(path, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))], exif=exif, quality=95)
    else:
        image.convert("CMYK").save(path, "JPEG", exif=exif, quality=95)
    row = load("visual_genome", tmp_path / "data")[0]
    assert covers_red(row["image"], decode_mask(row["mask"]))
