"""Protects models of other families by their ids: real ones with random weights are shown every view and answer."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from baselines import caption_regions, open_captioner
from baselines.image_text import ImageTextCaptioner, ImageTextOptions
from baselines.predict import app
from dataset.errors import CaptioningError, InvalidInputError, UnknownNameError
from dataset.loading.regions import load_images
from dataset.prompting.pointing import POINTINGS
from tests.support.tiny_models import FAMILIES, save_tiny

VISION = pytest.mark.skipif(find_spec("torchvision") is None, reason="torchvision is not installed")


@pytest.fixture(scope="module")
def tiny_llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny("llava", tmp_path_factory.mktemp("models") / "llava")


def squares() -> tuple[Image.Image, list[np.ndarray]]:
    pixels = np.full((60, 80, 3), 40, np.uint8)
    masks = np.zeros((3, 60, 80), bool)
    for number, left in enumerate((5, 30, 55)):
        masks[number, 20:40, left : left + 20] = True
        pixels[masks[number], number] = 255
    return Image.fromarray(pixels), list(masks)


@pytest.mark.parametrize("family", [name if name == "llava" else pytest.param(name, marks=VISION) for name in FAMILIES])
def test_a_family_captions_regions_through_every_view(family: str, tmp_path: Path) -> None:
    folder = save_tiny(family, tmp_path / family)
    image, masks = squares()
    for view in POINTINGS:
        options = {"view": view, "view_size": 64, "max_new_tokens": 5, "batch_size": 2}
        with open_captioner(str(folder), options, device="cpu") as captioner:
            captions = captioner.captioner.caption(image, masks)
        assert len(captions) == 3
        assert all(caption and set(caption) <= {"a", "b"} for caption in captions)


def test_the_model_sees_the_picture_and_the_words(tiny_llava: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captioner = ImageTextCaptioner(tiny_llava, ImageTextOptions(view="crop", view_size=64, ask="What?"), device="cpu")
    conversations = []
    ask = captioner._processor.apply_chat_template

    def record(batch: list, **settings: object) -> object:
        conversations.extend(batch)
        return ask(batch, **settings)

    monkeypatch.setattr(captioner._processor, "apply_chat_template", record)
    image, masks = squares()
    captioner.caption(image, masks)
    assert len(conversations) == 3
    for number, [turn] in enumerate(conversations):
        picture, text = turn["content"]
        assert text["text"] == f"{POINTINGS['crop'].words}\nWhat?"
        assert np.asarray(picture["image"])[32, 32].argmax() == number


def test_batches_change_no_caption(tiny_llava: Path) -> None:
    """Questions are padded at their beginning, and an answer starts where its question ends."""
    image, masks = squares()
    captions = [
        ImageTextCaptioner(
            tiny_llava, ImageTextOptions(view_size=64, max_new_tokens=6, batch_size=size), device="cpu"
        ).caption(image, masks)
        for size in (1, 3)
    ]
    assert captions[0] == captions[1]


def test_predict_runs_it_and_resumes_with_the_same_view_alone(tiny_llava: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"
    options = {"view": "crop", "view_size": 32, "max_new_tokens": 3}
    images = [(path, regions[:2]) for path, regions in list(load_images("photos"))[:2]]
    with open_captioner(str(tiny_llava), options, device="cpu") as captioner:
        assert captioner.identity["words"] == POINTINGS["crop"].words
        assert caption_regions(captioner, images, out) == 4
    assert {*json.loads(out.read_text().splitlines()[0])} == {"region_id", "caption"}
    done = CliRunner().invoke(app, [str(tiny_llava), "--config", "photos", "--out", str(out), "--option", "views=crop"])
    assert done.exit_code == 2
    assert "view" in done.output


def test_an_answer_without_a_caption_is_named(tiny_llava: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captioner = ImageTextCaptioner(tiny_llava, ImageTextOptions(view_size=32), device="cpu")
    monkeypatch.setattr(captioner, "_answers", lambda prompts: ["I'm sorry, I cannot.", "the box", "..."])
    with pytest.raises(CaptioningError) as raised:
        captioner.caption(*squares())
    assert raised.value.failures.keys() == {"mask 0", "mask 2"}
    assert "--skip-failed" in str(raised.value)
    assert captioner.caption(squares()[0], []) == []


def test_what_is_no_such_model_is_refused(tiny_llava: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="view"):
        open_captioner(str(tiny_llava), {"views": "crop"}, device="cpu")
    silent, other = tmp_path / "silent", tmp_path / "other"
    for folder in (silent, other):
        folder.mkdir()
        for path in tiny_llava.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
    (silent / "chat_template.jinja").unlink()
    with pytest.raises(InvalidInputError, match="no chat template"):
        open_captioner(str(silent), device="cpu")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "model_type": "bert"}))
    with pytest.raises(InvalidInputError, match="image-text-to-text"):
        open_captioner(str(other), device="cpu")
