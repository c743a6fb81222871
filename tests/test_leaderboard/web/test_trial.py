"""Protects "Try it": one warm process captions for all visitors, in order, with a limit, and failures are told."""

import numpy as np
import psutil
import pytest
from PIL import Image

from dataset.errors import DataUnavailableError, LimitReachedError
from leaderboard.web.trial import Captioner, TrialQueue

VISITORS = 6


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 60, 3), np.uint8)).save(path)
    mask = np.zeros((40, 60), bool)
    mask[5:20, 10:30] = True
    return path, mask


def captioners():
    """Processes of this test that caption."""
    children = psutil.Process().children()
    return [child for child in children if child.status() != psutil.STATUS_ZOMBIE and "--requests" in child.cmdline()]


def test_all_visitors_are_served_by_one_process_of_a_real_model(tmp_path, picture):
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from baselines.training.base import build_model, save_checkpoint
    from baselines.training.presets import find_preset
    from baselines.training.tokenizer import train_tokenizer

    torch.set_num_threads(1)
    tokenizer = train_tokenizer(["the red car", "the left wheel of the blue car"], 600)
    model, processor = build_model(find_preset("smoke"), tokenizer, "ureca", seed=0)
    save_checkpoint(model, processor, tmp_path / "model", torch.float32)
    image, mask = picture
    waiting = TrialQueue(VISITORS, idle_seconds=0.5)
    trials = [waiting.ask(tmp_path / "model", image, lambda: mask, f"region {number}") for number in range(VISITORS)]
    assert [waiting.position(trial) for trial in trials] == list(range(1, VISITORS + 1))
    with pytest.raises(LimitReachedError, match=f"{VISITORS} regions wait"):
        waiting.ask(tmp_path / "model", image, lambda: mask, "one more")
    assert waiting.ask(tmp_path / "model", image, lambda: mask, f"region {VISITORS - 1}") is trials[-1]
    assert trials[0].over.wait(120)
    (process,) = captioners()
    memory = process.memory_info().rss
    assert trials[-1].over.wait(120)
    assert [process.pid] == [one.pid for one in captioners()]
    assert process.memory_info().rss < memory + 32 * 2**20
    assert all(isinstance(trial.caption, str) and not trial.error for trial in trials)
    assert waiting.ask(tmp_path / "model", image, lambda: mask, "region 3").over.is_set()  # known already
    process.wait(20)  # idle: its memory comes back


def test_a_model_that_cannot_be_read_says_why_and_the_next_region_is_served(tmp_path, picture):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{}")
    waiting = TrialQueue(5, idle_seconds=0.1)
    trial = waiting.ask(tmp_path / "broken", picture[0], lambda: picture[1], "a")
    behind = waiting.ask(tmp_path / "broken", picture[0], lambda: 1 / 0, "b")
    assert trial.over.wait(60)
    assert trial.error.startswith("the model failed")
    assert behind.over.wait(60)
    assert behind.error


def test_a_model_that_takes_too_long_is_stopped(tmp_path, picture):
    captioner = Captioner(tmp_path)
    with pytest.raises(DataUnavailableError, match="within 0 seconds"):
        captioner.caption(*picture, seconds=0.01)
    assert not captioner.alive
    captioner.stop()
