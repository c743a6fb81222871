"""Protects what `datasets` users do with the data: splits, slices, streams, processes, caches, pickles."""

import pickle
import shutil
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest

import dataset
from dataset.errors import DataUnavailableError
from dataset.loading.builder import Ureca
from dataset.loading.sources import CONFIGS
from dataset.scenes.generate import shards_of
from dataset.scenes.options import ScenesOptions
from dataset.schema import GRANULARITIES

SMALL = {"train": 3, "validation": 2, "test": 4, "resolution": 128}


def load(split: str | None = "test", **options: Any) -> Any:
    return datasets.load_dataset("ureca", "scenes", split=split, **{**SMALL, **options})


def test_every_config_is_offered_with_its_options() -> None:
    offered = {config.name: config for config in Ureca.BUILDER_CONFIGS}
    assert {name: config.options for name, config in offered.items()} == {
        name: config.defaults for name, config in CONFIGS.items()
    }
    changed = datasets.load_dataset_builder("ureca", "scenes", seed=3, test=4).config
    assert changed.options == {**CONFIGS["scenes"].defaults, "seed": 3, "test": 4}
    assert pickle.loads(pickle.dumps(changed)).options == changed.options


@pytest.mark.parametrize(("config", "side"), [("scenes", 128), ("rooms", 512)])
def test_rows_follow_the_schema(config: str, side: int) -> None:
    rows = load() if config == "scenes" else datasets.load_dataset("ureca", config, split="test", test=2)
    for row in rows.select(range(0, len(rows), 7)):
        mask = dataset.decode_mask(row["mask"])
        assert row["image"].mode == "RGB"
        assert row["image"].size == mask.shape[::-1] == (side, side)
        assert mask.sum() == row["area"] > 0
        x, y, width, height = (int(side) for side in row["bbox"])
        assert mask[y : y + height, x : x + width].sum() == row["area"]
        assert row["captions"][0] == row["caption"]
        assert row["granularity"] in GRANULARITIES
        assert row["region_id"].startswith(row["image_id"] + "/")
    assert len(set(rows["region_id"])) == len(rows)


@pytest.mark.parametrize("config", ["scenes", "rooms"])
def test_parents_are_rows_that_contain_their_children(config: str) -> None:
    rows = load() if config == "scenes" else datasets.load_dataset("ureca", config, split="test", test=2)
    rows = rows.remove_columns("image")
    by_id = {row["region_id"]: row for row in rows}
    children = [row for row in rows if row["parent_id"]]
    assert children
    for row in children:
        parent = by_id[row["parent_id"]]
        assert parent["depth"] < row["depth"]
        assert not (dataset.decode_mask(row["mask"]) & ~dataset.decode_mask(parent["mask"])).any()


def test_only_the_split_asked_for_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URECA_CACHE", str(tmp_path))
    load("validation", seed=5)
    options = ScenesOptions(**{**SMALL, "seed": 5})
    assert all(shard.folder.is_dir() for shard in shards_of(options, "validation"))
    assert not any(shard.folder.is_dir() for split in ("train", "test") for shard in shards_of(options, split))


def test_slices_sums_and_all_splits() -> None:
    test, validation = load(), load("validation")
    assert load("test[:5]")["region_id"] == test["region_id"][:5]
    assert load("test[50%:]")["region_id"] == test["region_id"][round(len(test) / 2) :]
    assert len(load("validation+test[:3]")) == len(validation) + 3
    assert load(datasets.ReadInstruction("test", to=4, unit="abs"))["region_id"] == test["region_id"][:4]
    assert set(load(None)) == {"train", "validation", "test"}
    assert [len(part) for part in load(["test[:2]", "validation[:1]"])] == [2, 1]


def test_a_stream_gives_the_same_rows() -> None:
    rows, stream = load(), load(streaming=True)
    first = [row["region_id"] for row in stream.take(10)]
    assert first == rows["region_id"][:10]
    assert np.array_equal(np.asarray(next(iter(stream))["image"]), np.asarray(rows[0]["image"]))


def test_processes_give_the_same_rows(tmp_path: Path) -> None:
    alone = load("test", test=22)
    shared = load("test", test=22, num_proc=2, cache_dir=str(tmp_path))
    assert shared["region_id"] == alone["region_id"]


def test_rows_survive_pickling_and_parquet(tmp_path: Path) -> None:
    rows = load()
    again = pickle.loads(pickle.dumps(rows))
    assert again[3]["caption"] == rows[3]["caption"]
    rows.remove_columns("image").to_parquet(tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet").stat().st_size > 0


def test_images_deleted_from_the_cache_are_drawn_again() -> None:
    before = np.asarray(load("train")[0]["image"])
    for shard in shards_of(ScenesOptions(**SMALL), "train"):
        shutil.rmtree(shard.folder)
    assert np.array_equal(np.asarray(load("train")[0]["image"]), before)


def test_seed_and_resolution_show_in_the_ids() -> None:
    assert load(seed=0)["image_id"][0] == "scenes-r128-test-00000"
    assert load("test[:1]", seed=9, test=1)["image_id"][0] == "scenes-s9-r128-test-00000"


def test_photos_load_with_their_pictures() -> None:
    photos = datasets.load_dataset("ureca", "photos", split="test")
    assert len(photos) >= 120
    assert len(set(photos["image_id"])) == 8
    row = photos[0]
    assert row["image"].size == dataset.decode_mask(row["mask"]).shape[::-1]


@pytest.mark.parametrize("by_option", [True, False])
def test_a_place_that_datasets_cannot_write_names_the_variable(
    by_option: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    place = str(tmp_path / "file" / "prepared")
    if not by_option:
        monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", place)
    for loader in (datasets.load_dataset, lambda _, *args, **options: dataset.load_dataset(*args, **options)):
        with pytest.raises(DataUnavailableError, match=r"cannot write .*prepared.* Set HF_HOME .*cache_dir="):
            loader("ureca", "photos", split="test", cache_dir=place if by_option else None)


def test_rows_become_batches_of_pytorch() -> None:
    """Null parents and short captions are no obstacle."""
    data = pytest.importorskip("torch.utils.data")
    rows = load().select_columns(["image", "parent_id", "short_caption", "bbox", "depth", "captions"])
    batch = next(iter(data.DataLoader(rows.with_format("torch"), batch_size=3, collate_fn=dataset.collate)))
    assert batch["parent_id"] == rows[:3]["parent_id"]
    assert batch["bbox"].shape == (3, 4)
    assert batch["image"].shape == (3, 3, 128, 128)
    assert batch["depth"].tolist() == rows[:3]["depth"]


def test_the_fallback_loader_gives_the_same_rows() -> None:
    rows = dataset.load_dataset("scenes", "test", **SMALL)
    assert rows["region_id"] == load()["region_id"]
    assert (
        next(iter(dataset.load_dataset("scenes", "test", streaming=True, **SMALL)))["region_id"] == rows[0]["region_id"]
    )
