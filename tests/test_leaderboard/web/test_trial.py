"""Protects "Try it": a model beside the code is found, asked in a process of its own, and its failures are told."""

import numpy as np
import pytest
from PIL import Image

from dataset.errors import DataUnavailableError
from leaderboard.web.trial import caption_region


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)).save(path)
    mask = np.zeros((40, 60), bool)
    mask[5:20, 10:30] = True
    return path, mask


def test_a_real_model_captions_a_region(tmp_path, picture):
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from baselines.training.base import build_model, save_checkpoint
    from baselines.training.presets import find_preset
    from baselines.training.tokenizer import train_tokenizer

    torch.set_num_threads(1)
    tokenizer = train_tokenizer(["the red car", "the left wheel of the blue car"], 600)
    model, processor = build_model(find_preset("smoke"), tokenizer, "ureca", seed=0)
    save_checkpoint(model, processor, tmp_path / "model", torch.float32)
    assert isinstance(caption_region(tmp_path / "model", *picture), str)


def test_a_model_that_cannot_be_read_says_why(tmp_path, picture):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}")
    with pytest.raises(DataUnavailableError, match="the model failed"):
        caption_region(tmp_path / "broken", *picture)


def test_a_model_that_takes_too_long_is_stopped(tmp_path, picture):
    with pytest.raises(DataUnavailableError, match="within 0 seconds"):
        caption_region(tmp_path, *picture, seconds=0.01)
