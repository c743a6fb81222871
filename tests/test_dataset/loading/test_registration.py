"""Protects `load_dataset("ureca")`: by name, from any folder, in any import order, with clear errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import datasets
import pytest

import dataset
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.loading import registration
from dataset.loading.sources import CONFIGS


def run_python(code: str, folder: Path, **environment: str) -> str:
    """Standard output of a fresh interpreter working in `folder`."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_is_light(tmp_path: Path) -> None:
    code = "import sys, dataset; print([m for m in ('datasets', 'numpy', 'PIL', 'pyarrow') if m in sys.modules])"
    assert run_python(code, tmp_path).strip() == "[]"


@pytest.mark.parametrize(
    "imports",
    [
        "import dataset; from datasets import load_dataset",
        "from datasets import load_dataset; import dataset",
        "import datasets.inspect; from datasets import load_dataset; import dataset, dataset",
    ],
)
def test_loads_by_name_in_any_import_order(imports: str, tmp_path: Path) -> None:
    code = f"{imports}; print(load_dataset('ureca', 'photos', split='test')[0]['region_id'])"
    assert run_python(code, tmp_path, HF_HUB_OFFLINE="1").strip() == "astronaut/1"


def test_names_of_configs_and_splits() -> None:
    assert datasets.get_dataset_config_names("ureca") == list(CONFIGS)
    assert datasets.get_dataset_split_names("ureca", "refoi") == ["single_presence", "co_occurrence"]
    assert datasets.get_dataset_split_names("ureca", "scenes") == ["train", "validation", "test"]
    assert datasets.get_dataset_split_names("ureca", "photos") == ["test"]
    assert datasets.get_dataset_split_names("ureca", "sa1b") == ["train"]
    assert datasets.get_dataset_split_names("ureca", "refcocog") == ["train", "validation", "test"]
    assert datasets.get_dataset_split_names("ureca", "visual_genome") == ["train", "validation", "test"]
    builder = datasets.load_dataset_builder("ureca")
    assert builder.config.name == "scenes"
    assert list(builder.info.features) == list(datasets.load_dataset_builder("ureca", "photos").info.features)


def test_registering_again_changes_nothing() -> None:
    wrapped = datasets.load.dataset_module_factory
    registration.register()
    assert datasets.load.dataset_module_factory is wrapped
    assert not hasattr(wrapped._ureca_original, "_ureca_original")


def test_other_names_reach_datasets(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"a": 1}) + "\n")
    assert datasets.load_dataset("json", data_files=str(tmp_path / "rows.jsonl"), split="train")[0] == {"a": 1}


def test_the_private_function_we_lean_on_is_there() -> None:
    """A canary for new versions of `datasets`: if this fails, pin the version or mend `registration`."""
    original = datasets.load.dataset_module_factory._ureca_original
    assert next(iter(original.__annotations__)) == "path"
    assert {"module_path", "hash", "builder_kwargs"} <= set(datasets.load.DatasetModule.__dataclass_fields__)


def test_a_version_without_that_function_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(datasets.load, "dataset_module_factory")
    registration.register()
    assert "dataset.load_dataset" in caplog.text
    assert dataset.load_dataset("photos", "test[:1]")[0]["image_id"] == "astronaut"


@pytest.mark.parametrize(
    ("config", "options", "message"),
    [
        ("scene", {}, "Did you mean 'scenes'"),
        ("photos", {"split": "train"}, "Available: test"),
        ("scenes", {"split": "tset"}, "Did you mean 'test'"),
        ("scenes", {"seeds": 3}, "Did you mean 'seed'"),
        ("photos", {"resolution": 100}, "option of config 'photos'"),
    ],
)
def test_unknown_names_say_what_there_is(config: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        datasets.load_dataset("ureca", config, **options)


def test_unknown_split_of_a_stream_says_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match="Available: train, validation, test"):
        datasets.load_dataset("ureca", split="dev", streaming=True)


def test_all_bad_options_are_named_at_once() -> None:
    with pytest.raises(InvalidInputError, match=r"2 problems(.|\n)*seed(.|\n)*resolution"):
        datasets.load_dataset("ureca", "scenes", seed=-1, resolution=3)
    with pytest.raises(InvalidInputError, match="takes no data_dir"):
        datasets.load_dataset("ureca", "photos", data_dir="/somewhere")


def test_the_menu_is_sorted_and_complete() -> None:
    assert dataset.__all__ == sorted(dataset.__all__)
    assert all(getattr(dataset, name) is not None for name in dataset.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = dataset.nonsense  # type: ignore[attr-defined]
