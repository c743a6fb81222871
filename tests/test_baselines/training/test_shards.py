"""Protects the training data: plain shards hold the benchmark's pixels, masks and words, and survive kills."""

import dataclasses
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from typer.testing import CliRunner

from baselines.training import convert, draw, shards
from dataset.errors import DataUnavailableError, InvalidInputError, UnknownNameError
from dataset.loading.regions import load_images, load_worlds
from dataset.masks.rle import area_of, bbox_xywh_of, decode_mask
from dataset.masks.row_runs import mask_to_runs, runs_to_mask
from dataset.scenes.options import ScenesOptions
from dataset.schema import Region

IMAGES = 3


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shards") / "train"
    draw.draw_shards(folder, "train", IMAGES, workers=1, command="draw again")
    return folder


def test_shards_hold_what_load_images_gives(drawn: Path) -> None:
    scenes = shards.read_shards(drawn)
    assert len(scenes) == IMAGES
    assert scenes.split == "train"
    worlds = load_worlds("train", train=IMAGES)
    for index, (path, regions) in enumerate(load_images("scenes", "train", train=IMAGES)):
        example = scenes[index]
        assert example.image_id == regions[0].image_id
        assert np.array_equal(example.image, np.asarray(Image.open(path)))
        for own, region in zip(example.regions, regions, strict=True):
            assert dataclasses.replace(own, mask=region.mask, depth=region.depth) == region
            assert own.area == area_of(region.mask)
            assert own.bbox == tuple(bbox_xywh_of(region.mask))
        assert example.masks.shape == (len(regions), 448, 448)
        for mask, region in zip(example.masks, regions, strict=True):
            assert np.array_equal(mask, decode_mask(region.mask))
        assert scenes.world(index) == worlds[example.image_id]
        assert scenes.region_counts[index] == len(scenes.text(index)) == len(regions)


def test_an_opened_folder_travels_to_other_processes_and_slices(drawn: Path) -> None:
    scenes = pickle.loads(pickle.dumps(shards.read_shards(drawn)))
    assert [example.image_id for example in scenes[1:]] == [text.image_id for text in list(scenes.texts())[1:]]
    assert scenes[-1].image_id == scenes[IMAGES - 1].image_id
    with pytest.raises(IndexError):
        scenes[IMAGES]


def test_drawing_again_keeps_what_is_there_and_adds_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "IMAGES_PER_SHARD", 1)
    monkeypatch.setattr(draw, "_draw_in_parallel", draw_here)
    first = draw.draw_shards(tmp_path, "train", 1, seed=5)[0]
    stamp = (tmp_path / "000000-000001" / "pixels.npy").stat().st_mtime_ns
    grown = draw.draw_shards(tmp_path, "train", 2, seed=5)
    assert len(grown) == 2
    assert (tmp_path / "000000-000001" / "pixels.npy").stat().st_mtime_ns == stamp
    assert grown[0].regions == first.regions
    assert len(draw.draw_shards(tmp_path, "train", 1, seed=5)) == 2  # asking for fewer takes nothing away


def test_a_smaller_last_shard_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "IMAGES_PER_SHARD", 2)
    monkeypatch.setattr(draw, "_draw_in_parallel", draw_here)
    draw.draw_shards(tmp_path, "train", 1, seed=5)
    draw.draw_shards(tmp_path, "train", 2, seed=5)
    assert sorted(path.name for path in tmp_path.glob("[0-9]*")) == ["000000-000002"]


def test_a_killed_drawing_leaves_a_folder_that_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "IMAGES_PER_SHARD", 1)

    def draw_the_first(out: Path, options: ScenesOptions, split: str, missing: list[tuple[int, int]], _: int) -> None:
        draw_here(out, options, split, missing[:1], 1)

    monkeypatch.setattr(draw, "_draw_in_parallel", draw_the_first)
    with pytest.raises(DataUnavailableError, match=r"1 of 2 images are there. Start `again!` again"):
        draw.draw_shards(tmp_path, "train", 2, seed=5, command="again!")
    assert len(shards.read_shards(tmp_path, images=1)) == 1
    monkeypatch.setattr(draw, "_draw_in_parallel", draw_here)
    assert len(draw.draw_shards(tmp_path, "train", 2, seed=5)) == 2


def test_a_shard_that_fails_half_way_is_not_there(tmp_path: Path, drawn: Path) -> None:
    example = shards.read_shards(drawn)[0]

    def failing():
        yield example, None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shards.write_shard(tmp_path, 0, 2, failing())
    assert not shards.shard_folder(tmp_path, 0, 2).exists()


def test_images_of_other_sizes_fit(tmp_path: Path) -> None:
    masks = np.zeros((2, 5, 9), bool)
    masks[0, 1, 2] = masks[1] = True
    pixels = np.arange(5 * 9 * 3, dtype=np.uint8).reshape(5, 9, 3)
    small = example_of("a", pixels, masks)
    large = example_of("b", np.full((31, 17, 3), 7, np.uint8), np.zeros((0, 31, 17), bool))
    shards.write_shard(tmp_path, 0, 2, [(small, None), (large, None)])
    (tmp_path / "summary.json").write_text(json.dumps({"format": 1, "images": 2, "split": "test"}))
    scenes = shards.read_shards(tmp_path)
    assert np.array_equal(scenes[0].image, pixels)
    assert np.array_equal(scenes[0].masks, masks)
    assert scenes[1].image.shape == (31, 17, 3)
    assert scenes[1].masks.shape == (0, 31, 17)
    assert scenes.world(0) is None


def test_a_shard_has_the_bytes_of_format_1(tmp_path: Path) -> None:
    masks = np.zeros((2, 5, 9), bool)
    masks[0, 1, 2] = masks[1] = True
    dot = Region("a/1", "a", ("a dot", "the dot"), "a/2", granularity="part", category="dot", short_caption="dot")
    regions = [dataclasses.replace(dot, slice="standard", depth=2), Region("a/2", "a", ("all",), granularity="object")]
    example = shards.SceneExample.measured("a", np.zeros((5, 9, 3), np.uint8), masks, regions)
    folder = shards.write_shard(tmp_path, 0, 1, [(example, None)])
    assert (folder / "scenes.jsonl").read_text() == (
        '{"image_id":"a","size":[5,9],"pixels_at":0,"regions":['
        '{"region_id":"a/1","parent_id":"a/2","bbox_xywh":[2.0,1.0,1.0,1.0],"area":1,"granularity":"part",'
        '"category":"dot","captions":["a dot","the dot"],"short_caption":"dot","slice":"standard","runs":[0,3]},'
        '{"region_id":"a/2","parent_id":null,"bbox_xywh":[0.0,0.0,9.0,5.0],"area":45,"granularity":"object",'
        '"category":null,"captions":["all"],"short_caption":null,"slice":null,"runs":[3,2]}]}\n'
    )
    assert np.load(folder / "runs.npy").tolist() == [11, 1, 33, 0, 45]


@given(arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_runs_give_back_every_mask(mask: np.ndarray) -> None:
    assert np.array_equal(runs_to_mask(mask_to_runs(mask), *mask.shape), mask)


def test_wrong_folders_and_other_scenes_are_refused(tmp_path: Path, drawn: Path) -> None:
    with pytest.raises(DataUnavailableError, match="Draw scenes into a new folder"):
        shards.read_shards(tmp_path)
    with pytest.raises(InvalidInputError, match="asked for 4 images"):
        shards.read_shards(drawn, images=4)
    with pytest.raises(InvalidInputError, match="seed: expected 1, found 0"):
        draw.draw_shards(drawn, "train", IMAGES, seed=1)
    with pytest.raises(UnknownNameError, match="Did you mean 'train'"):
        draw.draw_shards(tmp_path, "trian", 1)
    answer = CliRunner().invoke(draw.app, ["--images", "1", "--split", "tets", "--out", str(tmp_path)])
    assert answer.exit_code == 2
    assert "Did you mean 'test'" in answer.output


def test_photographs_of_many_sizes_become_shards(tmp_path: Path) -> None:
    out = tmp_path / "photos"
    paths = ["--config", "photos", "--split", "test", "--out", str(out)]
    answer = CliRunner().invoke(convert.app, paths)
    assert answer.exit_code == 0, answer.output
    scenes = shards.read_shards(out)
    images = list(load_images("photos", "test"))
    assert len({scene.image.shape for scene in scenes}) > 1
    for scene, (path, regions) in zip(scenes, images, strict=True):
        assert np.array_equal(scene.image, np.asarray(Image.open(path).convert("RGB")))
        for own, region in zip(scene.regions, regions, strict=True):
            assert dataclasses.replace(own, mask=region.mask, depth=region.depth) == region
        for mask, region in zip(scene.masks, regions, strict=True):
            assert np.array_equal(mask, decode_mask(region.mask))
    again = CliRunner().invoke(convert.app, [*paths, "--images", "1"])
    assert again.exit_code == 2  # fewer images are other data
    assert "data_sha256" in again.output
    unknown = CliRunner().invoke(convert.app, ["--config", "fotos", "--split", "test", "--out", str(tmp_path / "x")])
    assert unknown.exit_code == 2
    assert "Did you mean 'photos'" in unknown.output


def test_regions_without_masks_are_refused_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.fromarray(np.zeros((4, 6), np.uint8)).save(path)
    other = {"size": [4, 5], "counts": "d0"}
    regions = [Region("a/1", "a", ("one",)), Region("a/2", "a", ("two",), mask=other)]
    with pytest.raises(InvalidInputError, match=r"2 problems\n.*a/1 has no mask\n.*a/2: expected a mask of \(4, 6\)"):
        convert.example_of(path, regions)


def test_train_scenes_are_never_those_of_validation_or_test() -> None:
    example, _ = draw.draw_example(draw.ScenesOptions(), "train", 1_000)
    assert example.image_id == "scenes-train-01000"
    assert {region.slice for region in example.regions} == {"standard"}


def draw_here(out, options, split, missing, _workers) -> None:
    for span in missing:
        draw._draw_shard(out, options, split, *span)


def example_of(image_id: str, image: np.ndarray, masks: np.ndarray) -> shards.SceneExample:
    captions = [("a dot", "the dot"), ("all",)][: len(masks)]
    regions = [Region(f"{image_id}/{k}", image_id, caption, granularity="object") for k, caption in enumerate(captions)]
    return shards.SceneExample.measured(image_id, image, masks, regions)
