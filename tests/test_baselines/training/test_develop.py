"""Rooms as training data: negatives are developed into shards and rows without bpy or furniture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from baselines.training.draw import app, develop_rooms
from baselines.training.shards import Scenes, read_shards
from dataset.errors import InvalidInputError
from dataset.listener import listen
from dataset.loading.regions import load_images
from dataset.masks.rle import decode_mask
from dataset.rooms.generate import draw_rooms
from dataset.rooms.options import RoomsOptions
from tests.support.painted_rooms import SIZE, write_room

OPTIONS = RoomsOptions(resolution=SIZE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two negatives, developed."""
    folder = tmp_path_factory.mktemp("rooms")
    for index in (0, 3):
        write_room(folder, OPTIONS.image_id("train", index))
    develop_rooms(folder, "train", OPTIONS, workers=1, command="again")
    return folder


def test_every_caption_of_a_developed_room_is_heard_as_its_region(folder: Path) -> None:
    """Protects: shards that can be trained on and validated: ids, parents, masks, and worlds that agree with them."""
    scenes = read_shards(folder)
    assert [text.image_id for text in scenes.texts()] == ["rooms-r128-train-00000", "rooms-r128-train-00003"]
    example, world = scenes[0], scenes.world(0)
    assert world is not None
    ids = {region.region_id for region in example.regions}
    assert len(ids) == len(example.regions) >= 6
    assert all(name.startswith("rooms-r128-train-00000/") for name in ids)
    assert {region.parent_id for region in example.regions} <= {None, *ids}
    lid = next(region for region in example.regions if region.category == "lid")
    assert lid.parent_id == "rooms-r128-train-00000/2"
    for region, mask in zip(example.regions, example.masks, strict=True):
        assert region.area == mask.sum() > 0
        for caption in region.captions:
            assert listen(caption, world, region.region_id.rpartition("/")[2]).outcome == "correct", caption
    assert "chair" not in {region.category for region in world.regions}


def test_rows_beside_the_shards_are_a_folder_of_rows(folder: Path) -> None:
    """Protects: `ureca show`, `stats` and scoring of a drawn folder, by config ``folder``: the same regions."""
    scenes = read_shards(folder)
    images = list(load_images("folder", "train", data_dir=str(folder)))
    assert [path.name for path, _ in images] == ["rooms-r128-train-00000.jpg", "rooms-r128-train-00003.jpg"]
    for (_, regions), example in zip(images, scenes, strict=True):
        assert [region.captions for region in regions] == [region.captions for region in example.regions]
        for region, mask in zip(regions, example.masks, strict=True):
            assert np.array_equal(decode_mask(region.mask), mask)


def test_words_are_made_anew_only_where_they_would_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: shards are kept while the code is the same, and never mix the words of two states of it."""

    def developed() -> Scenes:
        return develop_rooms(folder, "train", OPTIONS, workers=1)

    draw_rooms(folder, "train", [0, 3], OPTIONS)  # needs neither bpy nor furniture: nothing is missing
    shard = folder / "000000-000002" / "scenes.jsonl"
    before = shard.stat().st_mtime_ns
    developed()
    assert shard.stat().st_mtime_ns == before
    monkeypatch.setattr("baselines.training.draw.words_hash", lambda: "other words")
    assert developed().summary["words"] == "other words"
    assert shard.stat().st_mtime_ns != before
    with pytest.raises(InvalidInputError, match="rooms-r128-test-"):
        develop_rooms(folder, "test", OPTIONS, workers=1)


def test_options_of_rooms_are_refused_with_scenes(tmp_path: Path) -> None:
    """Protects: an option that only rooms have is not passed over in silence."""
    options = ["--images", "1", "--first", "4", "--samples", "2", "--out", str(tmp_path / "scenes")]
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 2
    assert "--first, --samples" in result.output
    assert not (tmp_path / "scenes").exists()
