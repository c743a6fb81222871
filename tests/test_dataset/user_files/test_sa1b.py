"""Protects the join of the published captions with a user's SA-1B: rows, shards, what is missing, what is broken."""

import gzip
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from PIL import Image

import dataset
from dataset.curation import build_mask_tree
from dataset.errors import DataUnavailableError, InvalidInputError, UnknownNameError
from dataset.loading.regions import load_images, load_regions
from dataset.user_files.sa1b.captioned_image import granularities
from dataset.user_files.sa1b.captions import read_captions
from tests.support.fake_hub import FakeHub
from tests.support.sa1b_samples import (
    IMAGE_IDS,
    annotations_of,
    caption_lines,
    image_files,
    write_captions,
    write_folder,
    write_shard,
)


@pytest.fixture
def captions(tmp_path: Path) -> Path:
    return write_captions(tmp_path / "captions.jsonl")


def load(data_dir: Path, captions: Path, **options: Any) -> Any:
    cache = str(captions.parent / "prepared")
    return datasets.load_dataset(
        "ureca", "sa1b", split="train", data_dir=str(data_dir), captions=str(captions), cache_dir=cache, **options
    )


def pixels_of(image_id: str) -> Any:
    with Image.open(io.BytesIO(image_files(image_id)[f"{image_id}.jpg"])) as opened:
        return np.asarray(opened.convert("RGB"))


def test_rows_join_captions_images_masks_and_the_tree(tmp_path: Path, captions: Path) -> None:
    rows = load(write_folder(tmp_path / "sa1b"), captions)
    assert rows.features == datasets.load_dataset_builder("ureca", "scenes").info.features
    assert list(dict.fromkeys(rows["image_id"])) == list(IMAGE_IDS)
    assert len(rows) == len(set(rows["region_id"])) == 20
    for image_id in IMAGE_IDS:
        annotations = annotations_of(image_id)
        tree = build_mask_tree(annotations)
        index_of = {f"{image_id}/{annotation['id']}": index for index, annotation in enumerate(annotations)}
        ours = [row for row in rows if row["image_id"] == image_id]
        captioned = {index_of[row["region_id"]] for row in ours}
        for row in ours:
            index = index_of[row["region_id"]]
            mask = dataset.decode_mask(row["mask"])
            assert row["mask"] == annotations[index]["segmentation"]
            assert row["area"] == mask.sum() == annotations[index]["area"]
            assert row["bbox"] == annotations[index]["bbox"]
            assert (np.asarray(row["image"]) == pixels_of(image_id)).all()
            assert row["depth"] == tree.depths[index]
            above = int(tree.parents[index])
            while above >= 0 and above not in captioned:
                above = int(tree.parents[above])
            assert row["parent_id"] == (None if above < 0 else f"{image_id}/{annotations[above]['id']}")
            assert row["caption"] == row["captions"][0] == f"the {annotations[index]['id']}th thing"
            assert (row["category"], row["short_caption"], row["slice"]) == (None, None, None)
    assert rows[0]["captions"] == ["the 0th thing", "another caption"]
    assert any(row["parent_id"] for row in rows)
    assert (rows[0]["granularity"], rows[0]["depth"], rows[1]["granularity"]) == ("background", 1, "object")


def test_images_are_paths_and_never_copied(tmp_path: Path, captions: Path) -> None:
    folder = write_folder(tmp_path / "sa1b" / "sa_000000")
    stored = load(tmp_path / "sa1b", captions).cast_column("image", datasets.Image(decode=False))
    assert stored[0]["image"] == {"bytes": None, "path": str(folder / "sa_7.jpg")}


@pytest.mark.parametrize("prefix", ["./", "", "sa_000000/"])
def test_tar_shards_give_the_rows_of_extracted_files(prefix: str, tmp_path: Path, captions: Path) -> None:
    extracted = load(write_folder(tmp_path / "sa1b"), captions)
    write_shard(tmp_path / "tars" / "sa_000000.tar", IMAGE_IDS[:2], prefix)
    write_shard(tmp_path / "tars" / "more" / "sa_000001.tar", IMAGE_IDS[2:], prefix)
    shards = load(tmp_path / "tars", captions)
    stream = load(tmp_path / "tars", captions, streaming=True)
    assert stream.num_shards == len(IMAGE_IDS)
    for other in (shards, list(stream)):
        for row, expected in zip(other, extracted, strict=True):
            assert (np.asarray(row.pop("image")) == np.asarray(expected.pop("image"))).all()
            assert row == expected


def test_a_stream_of_shards_writes_no_images(tmp_path: Path, captions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "cache"))
    write_shard(tmp_path / "tars" / "sa_000000.tar")
    rows = list(load(tmp_path / "tars", captions, streaming=True))
    assert len(rows) == 20
    assert not list((tmp_path / "cache").rglob("*.jpg"))


def test_shards_are_indexed_once(tmp_path: Path, captions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "cache"))
    shard = write_shard(tmp_path / "tars" / "sa_000000.tar")
    options = {"data_dir": str(shard.parent), "captions": str(captions)}
    before = load_regions("sa1b", "train", **options)
    monkeypatch.setattr(tarfile, "open", lambda *_, **__: pytest.fail("indexed again"))
    assert load_regions("sa1b", "train", **options) == before


def test_processes_and_pickles_give_the_same_rows(tmp_path: Path, captions: Path) -> None:
    write_shard(tmp_path / "tars" / "sa_000000.tar")
    shared = load(tmp_path / "tars", captions, num_proc=2)
    assert shared["region_id"] == [row["region_id"] for row in load(tmp_path / "tars", captions, streaming=True)]
    assert pickle.loads(pickle.dumps(shared))[3]["caption"] == shared[3]["caption"]


def test_images_deleted_from_the_cache_are_copied_again(
    tmp_path: Path, captions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "cache"))
    write_shard(tmp_path / "tars" / "sa_000000.tar")
    before = np.asarray(load(tmp_path / "tars", captions)[0]["image"])
    shutil.rmtree(tmp_path / "cache")
    assert (np.asarray(load(tmp_path / "tars", captions)[0]["image"]) == before).all()


def test_other_captions_are_other_data(tmp_path: Path, captions: Path) -> None:
    folder = write_folder(tmp_path / "sa1b")
    assert len(load(folder, captions)) == 20
    write_captions(captions, caption_lines()[:3])
    assert len(load(folder, captions)) == 3


def test_regions_and_images_for_scoring(tmp_path: Path, captions: Path) -> None:
    options = {"data_dir": str(write_folder(tmp_path / "sa1b")), "captions": str(captions)}
    assert [region.region_id for region in load_regions("sa1b", "train", **options)][:2] == ["sa_7/0", "sa_7/1"]
    images = list(load_images("sa1b", "train", **options))
    assert [(path.name, len(regions)) for path, regions in images] == [(f"{name}.jpg", 5) for name in IMAGE_IDS]


def lines_with_gaps() -> list[dict[str, Any]]:
    lines = caption_lines()
    lines[1]["mask_id"] = "4000000"
    lines += [{**lines[0], "image": "sa_55"}, {**lines[0], "image": "sa_55", "mask_id": "9"}]
    return lines


def test_everything_missing_is_named_and_counted(tmp_path: Path) -> None:
    captions = write_captions(tmp_path / "captions.jsonl", lines_with_gaps())
    folder = write_folder(tmp_path / "sa1b")
    (folder / "sa_90.json").unlink()
    (folder / "sa_000004.tar").write_bytes(b"no tar at all" * 100)
    (folder / "sa_000005.tar").write_bytes(write_shard(tmp_path / "whole.tar").read_bytes()[:30_000])
    with pytest.raises(
        InvalidInputError, match=r"2 shards, 2 images, 1 mask missing(.|\n)*on_missing=\"skip\""
    ) as caught:
        load(folder, captions)
    named = "\n".join(caught.value.problems)
    for what in (
        "sa_000004.tar",
        "sa_000005.tar",
        "sa_55: no .jpg and .json (2 captioned",
        "sa_90: no .json (5",
        "sa_7/4000000",
    ):
        assert what in named


def test_what_is_missing_can_be_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    captions = write_captions(tmp_path / "captions.jsonl", lines_with_gaps())
    folder = write_folder(tmp_path / "sa1b")
    rows = load(folder, captions, on_missing="skip")
    assert len(rows) == 19
    assert "1 image, 1 mask missing" in caplog.text
    assert "sa_7/4000000: no annotation has this id" in caplog.text
    assert [row["region_id"] for row in load(folder, captions, on_missing="skip", streaming=True)] == rows["region_id"]
    with pytest.raises(InvalidInputError, match="sa_55"):
        next(iter(load(folder, captions, streaming=True)))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("sa_7.json", b"{", "not JSON"),
        ("sa_7.json", b"[" * 100_000, "not JSON"),
        ("sa_7.json", b'{"image": {}}', "expected a list of masks"),
        ("sa_7.jpg", b"\xff\xd8\xff", "cannot be read as an image"),
        ("sa_7.jpg", image_files("sa_90")["sa_90.json"], "cannot be read as an image"),
    ],
)
def test_broken_files_are_named_and_cost_only_their_image(
    name: str, content: bytes, message: str, tmp_path: Path, captions: Path
) -> None:
    folder = write_folder(tmp_path / "sa1b")
    (folder / name).write_bytes(content)
    with pytest.raises(InvalidInputError, match=f"image sa_7: .*{message}"):
        load(folder, captions)
    assert set(load(folder, captions, on_missing="skip")["image_id"]) == set(IMAGE_IDS) - {"sa_7"}


def test_compressed_captions_are_read_and_other_files_are_called_by_name(captions: Path) -> None:
    whole = read_captions([captions])
    packed = captions.with_suffix(".gz")
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + captions.read_bytes()))
    assert read_captions([packed]) == whole
    packed.write_bytes(b"PAR1...PAR1")
    with pytest.raises(InvalidInputError, match="this is a parquet file"):
        read_captions([packed])


@pytest.mark.parametrize(
    ("index", "lost"), [(1, ["sa_7/1"]), (3, [])], ids=["a captioned mask", "a mask without a caption"]
)
@pytest.mark.parametrize("segmentation", [{"size": [160, 160], "counts": "garbage~~"}, {"size": [9, 9]}, 5])
def test_a_mask_that_cannot_be_decoded_costs_its_region_alone(
    segmentation: Any, index: int, lost: list[str], tmp_path: Path, captions: Path
) -> None:
    folder = write_folder(tmp_path / "sa1b")
    whole = list(dict.fromkeys(f"{line['image']}/{line['mask_id']}" for line in caption_lines()))
    document = json.loads((folder / "sa_7.json").read_text())
    document["annotations"][index]["segmentation"] = segmentation
    (folder / "sa_7.json").write_text(json.dumps(document))
    with pytest.raises(InvalidInputError, match=f"mask sa_7.*{index}.*segmentation: "):
        load(folder, captions)
    rows = load(folder, captions, on_missing="skip")
    assert rows["region_id"] == [name for name in whole if name not in lost]
    assert "segmentation: " in rows.info.description
    assert f"train: mask sa_7{f'/{index}' if lost else ''}: " in rows.info.description


def test_an_image_of_another_size_and_a_bomb_are_named(tmp_path: Path, captions: Path) -> None:
    folder = write_folder(tmp_path / "sa1b")
    Image.new("RGB", (161, 160)).save(folder / "sa_7.jpg")
    Image.new("1", (30_000, 30_000)).save(folder / "sa_90.jpg", format="PNG")
    with pytest.raises(InvalidInputError) as caught:
        load(folder, captions)
    sizes, bomb = caught.value.problems
    assert "is [160, 161] (height, width), its masks are [160, 160]" in sizes
    assert "sa_90" in bomb
    assert "decompression bomb" in bomb


def test_members_of_a_shard_cannot_lead_out_of_it(tmp_path: Path, captions: Path) -> None:
    write_folder(tmp_path / "secret", ("sa_90",))
    shard = write_shard(tmp_path / "tars" / "sa_000000.tar", IMAGE_IDS[:3], prefix="../../../../tmp/")
    with tarfile.open(shard, "a") as opened:
        for kind in ("jpg", "json"):
            link = tarfile.TarInfo(f"sa_90.{kind}")
            link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret" / f"sa_90.{kind}")
            opened.addfile(link)
    rows = load(tmp_path / "tars", captions, on_missing="skip")
    assert set(rows["image_id"]) == set(IMAGE_IDS[:3])


CHANGED = [
    ('{"image": "sa_7"', "line 3: not JSON"),
    ("[1, 2]", "line 3: expected an object, found list"),
    (
        json.dumps({**caption_lines()[0], "image": "7.jpg"}),
        "line 3: image: expected a name such as 'sa_223750', found '7.jpg'",
    ),
    (json.dumps({**caption_lines()[0], "image": "../sa_7"}), "found '../sa_7'"),
    (json.dumps({**caption_lines()[0], "mask_id": None}), "line 3: mask_id: expected a whole number, found None"),
    (json.dumps({**caption_lines()[0], "conversations": []}), "expected a turn from 'human' and one from 'gpt'"),
    (json.dumps({"image": "sa_7", "mask_id": 1, "caption": "a thing"}), "conversations: expected a turn"),
]


@pytest.mark.parametrize(("line", "message"), CHANGED)
def test_another_layout_shows_the_first_such_line(line: str, message: str, tmp_path: Path) -> None:
    captions = write_captions(tmp_path / "captions.jsonl")
    lines = captions.read_text().splitlines()
    captions.write_text("\n".join([*lines[:2], line, *lines[2:], line]) + "\n")
    with pytest.raises(InvalidInputError) as caught:
        load(write_folder(tmp_path / "sa1b"), captions)
    assert len(caught.value.problems) == 2
    assert message in str(caught.value)
    assert f"\n    {line}" in str(caught.value)
    assert "captions=FILE" in str(caught.value)


def test_without_data_the_config_is_listed_and_says_what_it_needs() -> None:
    assert datasets.get_dataset_split_names("ureca", "sa1b") == ["train"]
    assert set(datasets.get_dataset_infos("ureca")) >= {"scenes", "photos", "sa1b"}
    with pytest.raises(InvalidInputError, match="data_dir is needed"):
        datasets.load_dataset("ureca", "sa1b", split="train")
    with pytest.raises(InvalidInputError, match="data_dir is needed"):
        next(iter(datasets.load_dataset("ureca", "sa1b", split="train", streaming=True)))


def test_bad_options_are_named(tmp_path: Path, captions: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"3 problems(.|\n)*on_missing(.|\n)*data_dir(.|\n)*captions"):
        load(tmp_path / "nowhere", tmp_path / "nothing.jsonl", on_missing="ignore")
    with pytest.raises(UnknownNameError, match="Did you mean 'on_missing'"):
        load(tmp_path, captions, on_mising="skip")
    with pytest.raises(InvalidInputError, match="neither an image of the captions"):
        load(tmp_path, captions)
    with pytest.raises(UnknownNameError, match="Available: train"):
        load_regions("sa1b", "test", data_dir=str(tmp_path), captions=str(captions))


def test_granularity_follows_the_tree() -> None:
    def box(top: int, left: int, bottom: int, right: int) -> dict[str, Any]:
        mask = np.zeros((100, 100), bool)
        mask[top:bottom, left:right] = True
        return {"segmentation": dataset.encode_mask(mask)}

    boxes = [box(0, 0, 100, 100), box(0, 0, 90, 90), box(0, 0, 50, 50), box(0, 0, 30, 30), box(0, 0, 10, 10)]
    annotations = [{"id": index, **each} for index, each in enumerate([*boxes, box(0, 0, 5, 5), box(95, 95, 99, 99)])]
    expected = ["background", "background", "object", "part", "subpart", "subpart", "object"]
    assert granularities(build_mask_tree(annotations), annotations) == expected


LOAD = """
import sys, dataset
from datasets import load_dataset
try:
    rows = load_dataset("ureca", "sa1b", split="train", data_dir=sys.argv[1])
    print(len(rows), rows[0]["caption"])
except dataset.UrecaError as error:
    print(type(error).__name__, error)
"""


def load_from(hub_url: str, data_dir: Path, home: Path, offline: str = "0") -> str:
    environment = {**os.environ, "HF_ENDPOINT": hub_url, "HF_HOME": str(home), "HF_HUB_OFFLINE": offline}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(data_dir)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_captions_come_from_the_hub_once(hub: FakeHub, tmp_path: Path) -> None:
    hub.repositories["datasets/SammyLim/URECA"] = {}
    folder, home = write_folder(tmp_path / "sa1b"), tmp_path / "home"
    assert "has no .jsonl file" in load_from(hub.url, folder, tmp_path / "empty")
    content = write_captions(tmp_path / "captions.jsonl").read_bytes()
    published = {"README.md": b"# URECA", "train/caption_internvl_format.jsonl": content}
    hub.repositories["datasets/SammyLim/URECA"] = published
    assert load_from(hub.url, folder, home) == "20 the 0th thing"
    hub.repositories.clear()
    assert load_from(hub.url, folder, home, offline="1") == "20 the 0th thing"


def test_no_network_names_the_way_out(tmp_path: Path) -> None:
    said = load_from("http://127.0.0.1:9", write_folder(tmp_path / "sa1b"), tmp_path / "home", offline="1")
    assert said.startswith(DataUnavailableError.__name__)
    assert "captions=FILE" in said
