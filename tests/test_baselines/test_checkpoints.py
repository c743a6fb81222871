"""Protects trained checkpoints: found by name or folder, refused when not whole, the same captions killed or not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from baselines import Captioner, caption_regions, captioner_names, open_captioner, open_image
from baselines.checkpoints import check_checkpoint
from baselines.resumable import journal_path
from baselines.ureca import UrecaCaptioner
from dataset.errors import DataUnavailableError, InsufficientMemoryError, InvalidInputError, UnknownNameError
from dataset.masks.rle import decode_mask
from dataset.runtime.checkpoint_files import bundled_checkpoints, bundled_folder


@pytest.fixture
def checkpoint(tiny: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(tiny, tmp_path / "tiny"))


def test_a_folder_is_a_captioner(tiny: Path, images, tmp_path: Path) -> None:
    """The command's captions are those of the model itself, one for each region."""
    out = tmp_path / "p.jsonl"
    with open_captioner(str(tiny), {"batch_size": "2", "max_new_tokens": "5"}, device="cpu") as captioner:
        assert isinstance(captioner.captioner, Captioner)
        assert isinstance(captioner.captioner, Captioner)
        assert (captioner.captioner.batch_size, captioner.captioner.max_new_tokens) == (2, 5)
        assert caption_regions(captioner, images, out) == 12
    alone = UrecaCaptioner.from_pretrained(tiny, device="cpu", max_new_tokens=5)
    expected = [
        caption
        for path, regions in images
        for caption in alone.caption(open_image(path), [decode_mask(region.mask) for region in regions])
    ]
    assert [json.loads(line)["caption"] for line in out.read_text().splitlines()] == expected


def test_a_run_that_is_broken_off_goes_on_to_the_same_bytes(tiny: Path, images, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"

    def stop(_regions: int) -> None:
        raise KeyboardInterrupt

    options = {"max_new_tokens": 5}
    with open_captioner(str(tiny), options, device="cpu") as captioner:
        caption_regions(captioner, images, whole)
        with pytest.raises(KeyboardInterrupt):
            caption_regions(captioner, images, broken, on_image=stop)
    assert journal_path(broken).read_bytes().count(b"\n") == 2
    with open_captioner(str(tiny), options, device="cpu") as captioner:
        caption_regions(captioner, images, broken)
    assert broken.read_bytes() == whole.read_bytes()


def test_another_training_under_the_same_name_does_not_go_on(checkpoint: Path, images, tmp_path: Path) -> None:
    out = tmp_path / "p.jsonl"

    def stop(_regions: int) -> None:
        raise KeyboardInterrupt

    with (
        open_captioner(str(checkpoint), {"max_new_tokens": 2}, device="cpu") as captioner,
        pytest.raises(KeyboardInterrupt),
    ):
        caption_regions(captioner, images, out, on_image=stop)
    weights = checkpoint / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with (
        open_captioner(str(checkpoint), {"max_new_tokens": 2}, device="cpu") as captioner,
        pytest.raises(InvalidInputError, match=r"checkpoint: .* then, .* now"),
    ):
        caption_regions(captioner, images, out)


def test_bundled_checkpoints_are_found_by_name(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataset.runtime.checkpoint_files.bundled_folder", lambda: checkpoint.parent)
    assert bundled_checkpoints() == {"tiny": checkpoint}
    assert captioner_names()[-1] == "tiny"
    with open_captioner("tiny", device="cpu") as captioner:
        assert captioner.name == "tiny"
    with pytest.raises(UnknownNameError, match="Did you mean 'tiny'"):
        open_captioner("tinny")
    with pytest.raises(UnknownNameError, match="option of captioner 'tiny'"):
        open_captioner("tiny", {"view": "crop"})
    with pytest.raises(InvalidInputError, match="batch_size"):
        open_captioner("tiny", {"batch_size": "0"})


def test_what_ships_is_whole() -> None:
    """Every checkpoint of the package, whichever they are."""
    for name, folder in bundled_checkpoints().items():
        assert folder.parent == bundled_folder()
        assert check_checkpoint(folder) > 0, name


def cut(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def split(folder: Path, *parts: str) -> None:
    """An index over parts of which the second is missing."""
    (folder / "model.safetensors").rename(folder / "part-1.safetensors")
    index = {"weight_map": {f"weight.{number}": part for number, part in enumerate(parts)}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


SPOILED = {
    "nothing": (shutil.rmtree, "there is no such checkpoint folder"),
    "no configuration": (lambda folder: (folder / "config.json").unlink(), "no config.json"),
    "no weights": (lambda folder: (folder / "model.safetensors").unlink(), "model.safetensors: it is missing"),
    "weights cut off": (cut, "it is cut off: expected .* bytes, found"),
    "a pointer in place of weights": (
        lambda folder: (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n"),
        "not a safetensors file",
    ),
    "no bytes": (lambda folder: (folder / "model.safetensors").write_bytes(b""), "not a safetensors file"),
    "a part missing": (lambda folder: split(folder, "part-1.safetensors", "part-2.safetensors"), "part-2.* is missing"),
    "a broken index": (lambda folder: (folder / "model.safetensors.index.json").write_text("[]"), "not an index"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_checkpoint_that_is_not_whole_is_refused(how: str, checkpoint: Path) -> None:
    """Before torch loads anything: a random model would caption as happily as a trained one."""
    spoil, message = SPOILED[how]
    spoil(checkpoint)
    with pytest.raises(DataUnavailableError, match=message) as caught:
        open_captioner(f"{checkpoint}/", device="cpu")
    assert str(checkpoint) in str(caught.value)


def test_a_checkpoint_in_parts_is_counted_whole(checkpoint: Path) -> None:
    weights = check_checkpoint(checkpoint)
    split(checkpoint, "part-1.safetensors", "part-1.safetensors")
    assert check_checkpoint(checkpoint) == weights > 1000


def test_a_model_that_does_not_fit_is_refused_before_it_is_loaded(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("baselines.memory.free_memory", lambda: 100_000)
    with pytest.raises(InsufficientMemoryError, match=r"weights\) needs .* Take a smaller checkpoint"):
        open_captioner(str(tiny), device="cpu")


def test_memory_that_runs_out_while_captioning_is_named(tiny: Path, images, monkeypatch: pytest.MonkeyPatch) -> None:
    """What torch raises on a full GPU, in the middle of an image."""

    def full(*_arguments: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total of ...")

    with open_captioner(str(tiny), device="cpu") as captioner:
        monkeypatch.setattr(UrecaCaptioner, "caption", full)
        with pytest.raises(InsufficientMemoryError, match=r"captioning 3 regions.*Lower --option batch_size"):
            captioner.caption_regions(*images[0])


def test_a_device_that_is_not_there_is_named(tiny: Path) -> None:
    for device in ("gpu", "cuda:99"):
        with pytest.raises(InvalidInputError, match="--device"):
            open_captioner(str(tiny), device=device)


def test_a_trained_captioner_refuses_what_all_refuse(tiny: Path) -> None:
    """Bad input is the same error for every captioner, and the smallest and the largest region are captioned."""
    image = Image.new("L", (30, 20), 99)
    whole, pixel = np.ones((20, 30), bool), np.zeros((20, 30), bool)
    pixel[3, 4] = True
    with open_captioner(str(tiny), {"max_new_tokens": 2}, device="cpu") as captioner:
        assert captioner.captioner.caption(image, []) == []
        assert len(captioner.captioner.caption(image, [whole, pixel])) == 2
        with pytest.raises(InvalidInputError, match="mask 0: it is empty"):
            captioner.captioner.caption(image, [~whole])
        with pytest.raises(InvalidInputError, match="mask 1: expected the image's size"):
            captioner.captioner.caption(image, [whole, whole.T])
        assert len(captioner.captioner.caption(Image.new("RGB", (3000, 10)), [np.ones((10, 3000), bool)])) == 1
