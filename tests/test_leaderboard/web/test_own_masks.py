"""Protects a visitor's picture: upright, bounded, without its metadata; pointing finds the region that is meant."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from dataset.errors import DataUnavailableError, InvalidInputError
from leaderboard.web.own_masks import LONGEST_SIDE, mask_of_shape, open_picture


def encoded(picture, form="JPEG", **options):
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


@pytest.fixture(scope="module")
def disc():
    """A bright disc on a dark, uneven ground, and where it is."""
    noise = np.random.default_rng(0).integers(0, 40, (200, 300, 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    ImageDraw.Draw(picture).ellipse((100, 50, 200, 150), fill=(250, 200, 40))
    truth = Image.new("1", picture.size)
    ImageDraw.Draw(truth).ellipse((100, 50, 200, 150), fill=1)
    return picture, np.array(truth, dtype=bool)


def overlap(mask, truth):
    return (mask & truth).sum() / (mask | truth).sum()


def test_pictures_are_turned_made_smaller_and_lose_what_cameras_write():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "taken at home"
    picture = open_picture(encoded(Image.new("RGB", (3000, 1000), "red"), exif=exif))
    assert picture.height == LONGEST_SIDE
    assert picture.width < picture.height
    assert not picture.getexif()
    assert b"taken at home" not in encoded(picture)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "LA"])
def test_every_kind_of_pixels_becomes_colour(mode):
    assert open_picture(encoded(Image.new(mode, (40, 40)), "PNG")).mode == "RGB"


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg/>", encoded(Image.new("RGB", (64, 64)))[:80]])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(InvalidInputError, match="no picture"):
        open_picture(content)


def test_too_many_pixels_are_refused_before_they_are_read():
    with pytest.raises(InvalidInputError, match="pixels"):
        open_picture(encoded(Image.new("1", (8_000, 8_000)), "PNG"))
    with pytest.raises(InvalidInputError, match="pixels"):
        open_picture(encoded(Image.new("RGB", (4, 400)), "PNG"))


@pytest.mark.parametrize(
    ("shape", "least"),
    [
        ({"kind": "box", "points": [[0.28, 0.15], [0.72, 0.85]]}, 0.9),
        ({"kind": "box", "points": [[0.72, 0.85], [0.28, 0.15]]}, 0.9),  # drawn from the other corner
        ({"kind": "click", "points": [[0.5, 0.5]]}, 0.85),
    ],
)
def test_a_box_or_a_click_finds_the_edge(disc, shape, least):
    picture, truth = disc
    mask = mask_of_shape(picture, shape)
    assert mask.shape == truth.shape
    assert overlap(mask, truth) > least
    assert (mask_of_shape(picture, shape) == mask).all()


def test_outlines_and_strokes_are_taken_as_they_are(disc):
    picture, _ = disc
    outline = mask_of_shape(picture, {"kind": "outline", "points": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]})
    assert outline.mean() == pytest.approx(0.5, abs=0.01)
    brush = mask_of_shape(picture, {"kind": "brush", "points": [[0.1, 0.5], [0.9, 0.5]]})
    assert brush[100, 150]
    assert not brush[20, 150]


def test_a_box_on_one_colour_is_the_region_itself():
    mask = mask_of_shape(Image.new("RGB", (100, 80)), {"kind": "box", "points": [[0.25, 0.25], [0.75, 0.75]]})
    assert 0.2 < mask.mean() < 0.3


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"kind": "star", "points": [[0, 0]]},
        {"kind": "box", "points": [[0, 0]]},
        {"kind": "outline", "points": [[0, 0], [1, 1]]},
        {"kind": "click", "points": [["x", 0]]},
        {"kind": "click", "points": [[float("nan"), 0]]},
        {"kind": "click", "points": [[0, 0, 0]]},
    ],
)
def test_what_is_no_shape_is_refused(disc, shape):
    with pytest.raises(InvalidInputError, match="region"):
        mask_of_shape(disc[0], shape)


def test_a_checkpoint_of_segment_anything_takes_the_place_of_grabcut(tmp_path) -> None:
    """Protects: what an operator names as segmenter is used for boxes and clicks, or the error names it."""
    transformers = pytest.importorskip("transformers")
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "mlp_dim": 16}
    window = {"image_size": 64, "patch_size": 16, "window_size": 2, "global_attn_indexes": [0]}
    config = transformers.SamConfig(
        vision_config={**small, **window, "output_channels": 16, "num_pos_feats": 8},
        prompt_encoder_config={"hidden_size": 16, "image_size": 64, "patch_size": 16, "mask_input_channels": 4},
        mask_decoder_config={**small, "iou_head_hidden_dim": 16, "iou_head_depth": 2},
    )
    transformers.SamModel(config).save_pretrained(tmp_path)
    images = transformers.SamImageProcessor(size={"longest_edge": 64}, pad_size={"height": 64, "width": 64})
    transformers.SamProcessor(images).save_pretrained(tmp_path)
    picture = Image.new("RGB", (90, 60), (20, 30, 20))
    for kind, points in (("box", [(0.2, 0.2), (0.7, 0.8)]), ("click", [(0.5, 0.5)])):
        mask = mask_of_shape(picture, {"kind": kind, "points": points}, str(tmp_path))
        assert (mask.shape, mask.dtype) == ((60, 90), np.bool_)
    with pytest.raises(DataUnavailableError, match="nothing-here"):
        mask_of_shape(picture, {"kind": "box", "points": [(0.2, 0.2), (0.7, 0.8)]}, str(tmp_path / "nothing-here"))
