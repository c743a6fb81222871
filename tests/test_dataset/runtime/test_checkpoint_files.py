"""Protects: checkpoints are found and counted by their files, one or several; what is wrong with them is named."""

import json
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from dataset.runtime import checkpoint_files
from dataset.runtime.checkpoint_files import bundled_checkpoints, bundled_folder, count_weights

safetensors = pytest.importorskip("safetensors.numpy")


def save(path: Path, *shapes: tuple[int, ...]) -> None:
    arrays = {f"{path.stem}.{number}": np.zeros(shape, np.float32) for number, shape in enumerate(shapes)}
    safetensors.save_file(arrays, path, {"format": "pt"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkpoint in two safetensors files."""
    save(tmp_path / "model-1.safetensors", (3, 5))
    save(tmp_path / "model-2.safetensors", (7,), (2, 2))
    places = {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-2.safetensors"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    (tmp_path / "config.json").write_text("{}")
    return tmp_path


def test_weights_of_several_files_are_counted(folder: Path) -> None:
    assert count_weights(folder) == (26, [])


def test_weights_of_one_file_are_counted(folder: Path) -> None:
    (folder / "model.safetensors.index.json").unlink()
    save(folder / "model.safetensors", (4, 4))
    assert count_weights(folder) == (16, [])


def test_a_head_that_is_the_table_of_embeddings_is_counted_once(folder: Path) -> None:
    head = {"lm_head.weight": np.zeros((3, 5), np.float32)}
    safetensors.save_file(head, folder / "model-3.safetensors")
    places = {"a": "model-1.safetensors", "b": "model-2.safetensors", "lm_head.weight": "model-3.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    assert count_weights(folder) == (41, [])
    (folder / "config.json").write_text('{"tie_word_embeddings": true}')
    assert count_weights(folder) == (26, [])


def test_everything_that_is_wrong_is_named(folder: Path) -> None:
    (folder / "config.json").unlink()
    (folder / "model-1.safetensors").unlink()
    cut = folder / "model-2.safetensors"
    cut.write_bytes(cut.read_bytes()[:-4])
    weights, problems = count_weights(folder)
    assert weights == 0
    assert problems[:2] == ["no config.json", "model-1.safetensors: it is missing"]
    assert problems[2].startswith("model-2.safetensors: it is cut off: expected ")
    (folder / "model.safetensors.index.json").write_text("[]")
    assert "not an index of weights" in count_weights(folder)[1][1]


def test_only_folders_with_a_configuration_come_with_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nano", "unfinished"):
        (tmp_path / "weights" / name).mkdir(parents=True)
    (tmp_path / "weights" / "nano" / "config.json").write_text("{}")
    spec = ModuleSpec("baselines", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(checkpoint_files, "find_spec", lambda _: spec)
    assert bundled_checkpoints() == {"nano": tmp_path / "weights" / "nano"}
    monkeypatch.setattr(checkpoint_files, "find_spec", lambda _: None)
    assert (bundled_folder(), bundled_checkpoints()) == (None, {})


def test_the_package_is_not_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "baselines", raising=False)
    bundled_checkpoints()
    assert "baselines" not in sys.modules
