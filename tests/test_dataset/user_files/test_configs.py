"""Protects the configs over RefCOCOg's and Visual Genome's files: rows, splits, what is missing or hostile."""

import json
import os
import pickle
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from PIL import Image

import dataset
from baselines.predict import predict
from benchmark.inputs.predictions import read_predictions
from benchmark.inputs.scoring_data import scoring_data
from benchmark.inputs.subsets import take_subset
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.loading.publishing.folder import export_folder
from dataset.loading.regions import load_images, load_regions

HEIGHT, WIDTH = 40, 60
SQUARE = [[10, 5, 30, 5, 30, 25, 10, 25]]
TWO_PARTS = [[0, 0, 8, 0, 8, 8, 0, 8], [50, 30, 60, 30, 60, 40, 50, 40]]
RUNS = {"size": [HEIGHT, WIDTH], "counts": [HEIGHT * 2, HEIGHT * 3, HEIGHT * (WIDTH - 5)]}
ANNOTATIONS = [
    {"id": 1, "image_id": 100, "bbox": [10, 5, 20, 20], "category_id": 17, "segmentation": SQUARE},
    {"id": 2, "image_id": 100, "bbox": [0, 0, 60, 40], "category_id": 18, "segmentation": TWO_PARTS},
    {"id": 3, "image_id": 200, "bbox": [2, 0, 3, 40], "category_id": 18, "segmentation": RUNS},
    {"id": 4, "image_id": 300, "bbox": [10, 5, 20, 20], "category_id": 99, "segmentation": SQUARE},
    {"id": 5, "image_id": 300, "bbox": [11, 6, 18, 18], "category_id": 17, "segmentation": SQUARE},
]


def ref(annotation: int, image: int, split: str, *sentences: str) -> dict[str, Any]:
    texts = [{"raw": text, "sent": text.lower(), "tokens": text.split()} for text in sentences]
    return {"ref_id": annotation, "ann_id": annotation, "image_id": image, "split": split, "sentences": texts}


UMD = [
    ref(1, 100, "train", "The grey cat.", "A cat on the left."),
    ref(2, 100, "train", "A dog"),
    ref(1, 100, "train", "Cat"),
    ref(3, 200, "train", "A thin dog"),
    ref(4, 300, "val", "The thing"),
    ref(5, 300, "test", "The other cat"),
]
GOOGLE = [row for row in UMD if row["split"] != "test"]


def file_name(image: int) -> str:
    return f"COCO_train2014_{image:012d}.jpg"


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content))


def write_image(path: Path, number: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (number % 256, 50, 100)).save(path)


@pytest.fixture
def refcocog(tmp_path: Path) -> Path:
    folder = tmp_path / "refcocog"
    for image, place in ((100, "images"), (200, "train2014"), (300, "deep/below")):
        write_image(folder / place / file_name(image), image)
    (folder / "refs(umd).p").write_bytes(pickle.dumps(UMD, protocol=2))
    (folder / "refs(google).p").write_bytes(pickle.dumps(GOOGLE, protocol=2))
    images = [{"id": n, "file_name": file_name(n), "height": HEIGHT, "width": WIDTH} for n in (100, 200, 300)]
    categories = [{"id": 17, "name": "cat"}, {"id": 18, "name": "dog"}]
    write_json(folder / "instances.json", {"images": images, "annotations": ANNOTATIONS, "categories": categories})
    return folder


def vg_region(number: int, image: int, box: tuple[int, int, int, int]) -> dict[str, Any]:
    x, y, width, height = box
    place = {"x": x, "y": y, "width": width, "height": height}
    return {"region_id": number, "image_id": image, "phrase": f"thing {number}", **place}


@pytest.fixture
def visual_genome(tmp_path: Path) -> Path:
    folder = tmp_path / "visual_genome"
    regions = {
        1: [vg_region(10, 1, (3, 4, 10, 5)), vg_region(11, 1, (-2, 30, 100, 30))],
        2: [vg_region(20, 2, (0, 0, WIDTH, HEIGHT))],
        3: [vg_region(30, 3, (59, 39, 1, 1))],
    }
    for image, place in ((1, "VG_100K"), (2, "VG_100K_2"), (3, ".")):
        write_image(folder / place / f"{image}.jpg", image)
    write_json(folder / "region_descriptions.json", [{"id": n, "regions": found} for n, found in regions.items()])
    write_json(folder / "image_data.json", [{"image_id": n, "width": WIDTH, "height": HEIGHT} for n in regions])
    write_json(folder / "densecap_splits.json", {"train": [1], "val": [2], "test": [3]})
    return folder


def load(config: str, data_dir: Path, split: str | None = "train", **options: Any) -> Any:
    cache = str(data_dir.parent / "prepared")
    return datasets.load_dataset("ureca", config, split=split, data_dir=str(data_dir), cache_dir=cache, **options)


def box(left: int, top: int, right: int, bottom: int) -> Any:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_refcocog_rows(refcocog: Path) -> None:
    rows = load("refcocog", refcocog)
    assert rows.features == datasets.load_dataset_builder("ureca", "scenes").info.features
    assert rows["region_id"] == ["100/1", "100/2", "200/3"]
    assert rows["captions"] == [["The grey cat.", "A cat on the left.", "Cat"], ["A dog"], ["A thin dog"]]
    assert rows["caption"] == ["The grey cat.", "A dog", "A thin dog"]
    assert rows["category"] == ["cat", "dog", "dog"]
    assert set(rows["granularity"]) == {"object"}
    assert set(rows["depth"]) == {1}
    for column in ("parent_id", "short_caption", "slice"):
        assert set(rows[column]) == {None}
    expected = [box(10, 5, 30, 25), box(0, 0, 8, 8) | box(50, 30, 60, 40), box(2, 0, 5, HEIGHT)]
    for row, mask, annotation in zip(rows, expected, ANNOTATIONS, strict=False):
        assert (dataset.decode_mask(row["mask"]) == mask).all()
        assert row["area"] == mask.sum()
        assert row["bbox"] == annotation["bbox"]
        assert row["image"].size == (WIDTH, HEIGHT)
    assert load("refcocog", refcocog, "validation")["category"] == [None]


def test_refcocog_splits(refcocog: Path) -> None:
    everything = load("refcocog", refcocog, None)
    assert {name: len(rows) for name, rows in everything.items()} == {"train": 3, "validation": 1, "test": 1}
    google = load("refcocog", refcocog, None, refs="google")
    assert {name: len(rows) for name, rows in google.items()} == {"train": 3, "validation": 1}
    for streaming in (False, True):
        with pytest.raises(UnknownNameError, match="Available: train, validation"):
            load("refcocog", refcocog, "test", refs="google", streaming=streaming)
    with pytest.raises(UnknownNameError, match="val"):
        load("refcocog", refcocog, "dev")
    (refcocog / "refs(umd).p").write_bytes(pickle.dumps(UMD[:1], protocol=2))
    with pytest.raises(UnknownNameError, match="unknown split 'val'"):
        load("refcocog", refcocog, "validation")


def test_what_was_captioned_names_its_test_set_and_so_does_an_export(refcocog: Path, tmp_path: Path) -> None:
    """Protects: predictions and exported rows say whose split they are of, as the split itself does."""
    options = {"data_dir": str(refcocog), "refs": "google"}
    protocol = scoring_data("refcocog", "validation", **options).protocol
    assert protocol.startswith("refcocog, val of refs(google).p: Google's split by objects")
    predict("constant", tmp_path / "out.jsonl", config="refcocog", split="validation", data_options=options)
    assert read_predictions(tmp_path / "out.jsonl").protocol == protocol
    list(export_folder(tmp_path / "hub", ["refcocog"], ["validation"], options))
    assert scoring_data("folder", "validation", data_dir=str(tmp_path / "hub")).protocol == protocol


def test_visual_genome_rows(visual_genome: Path) -> None:
    rows = load("visual_genome", visual_genome)
    assert rows["region_id"] == ["1/10", "1/11"]
    assert rows["captions"] == [["thing 10"], ["thing 11"]]
    for column in ("granularity", "depth", "parent_id", "category", "short_caption", "slice"):
        assert set(rows[column]) == {None}
    for row, mask in zip(rows, (box(3, 4, 13, 9), box(0, 30, WIDTH, HEIGHT)), strict=True):
        assert (dataset.decode_mask(row["mask"]) == mask).all()
        assert row["area"] == mask.sum()
    assert rows["bbox"] == [[3, 4, 10, 5], [0, 30, WIDTH, 10]]
    assert load("visual_genome", visual_genome, "validation")[0]["area"] == HEIGHT * WIDTH
    assert load("visual_genome", visual_genome, "test")["region_id"] == ["3/30"]


def test_visual_genome_needs_neither_sizes_nor_splits(visual_genome: Path) -> None:
    whole = load("visual_genome", visual_genome, "train")
    (visual_genome / "image_data.json").unlink()
    (visual_genome / "densecap_splits.json").unlink()
    rows = load("visual_genome", visual_genome, None)
    assert list(rows) == ["train"]
    assert rows["train"]["image_id"] == ["1", "1", "2", "3"]
    assert rows["train"]["mask"][:2] == whole["mask"][:]
    with pytest.raises(UnknownNameError, match="Available: train"):
        load("visual_genome", visual_genome, "test")


@pytest.mark.parametrize("config", ["refcocog", "visual_genome"])
def test_images_are_the_users_files_and_streams_and_processes_agree(
    config: str, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(config)
    rows = load(config, folder)
    stored = rows.cast_column("image", datasets.Image(decode=False))
    assert all(Path(image["path"]).is_relative_to(folder) and image["bytes"] is None for image in stored["image"])
    stream = load(config, folder, streaming=True)
    assert stream.num_shards == len(set(rows["image_id"]))
    assert [row["region_id"] for row in stream] == rows["region_id"]
    shared = load(config, folder, num_proc=2, download_mode="force_redownload")
    assert shared.remove_columns("image")[:] == rows.remove_columns("image")[:]
    options = {"data_dir": str(folder)}
    assert [region.region_id for region in load_regions(config, "train", **options)] == rows["region_id"]
    assert all(path.is_file() for path, _ in load_images(config, "train", **options))


def test_what_is_missing_is_named_and_counted_or_left_out(refcocog: Path, caplog: pytest.LogCaptureFixture) -> None:
    (refcocog / "images" / file_name(100)).unlink()
    write_image(refcocog / "train2014" / file_name(200), 1, (WIDTH + 1, HEIGHT))
    with pytest.raises(InvalidInputError, match=r"2 images missing(.|\n)*on_missing=\"skip\"") as caught:
        load("refcocog", refcocog)
    assert f"image 100: no {file_name(100)} (2 regions)" in caught.value.problems
    assert "[40, 61] (height, width), its annotations are for [40, 60]" in caught.value.problems[1]
    write_image(refcocog / "train2014" / file_name(200), 1)
    rows = load("refcocog", refcocog, on_missing="skip")
    assert rows["region_id"] == ["200/3"]
    assert "1 image missing or unusable" in caplog.text
    assert [row["region_id"] for row in load("refcocog", refcocog, on_missing="skip", streaming=True)] == ["200/3"]
    write_image(refcocog / "images" / file_name(100), 1)
    assert len(load("refcocog", refcocog)) == 3


def test_images_and_boxes_that_cannot_be_used_cost_only_themselves(visual_genome: Path) -> None:
    regions = [vg_region(10, 1, (3, 4, 10, 5)), vg_region(11, 1, (WIDTH, 0, 5, 5))]
    other = [vg_region(20, 2, (0, 0, 9, 9)), {**vg_region(21, 2, (0, 0, 9, 9)), "x": "left"}]
    last = [vg_region(30, 3, (0, 0, 9, 9))]
    (visual_genome / "densecap_splits.json").unlink()
    write_json(visual_genome / "region_descriptions.json", [{"regions": each} for each in (regions, other, last)])
    (visual_genome / "3.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(InvalidInputError, match="1 image, 2 regions missing or unusable") as caught:
        load("visual_genome", visual_genome)
    assert {problem.split(":")[0] for problem in caught.value.problems} == {"region 1/11", "region 2/21", "image 3"}
    assert load("visual_genome", visual_genome, on_missing="skip")["region_id"] == ["1/10", "2/20"]
    with pytest.raises(InvalidInputError, match="2/21"):
        list(load("visual_genome", visual_genome, streaming=True))


def change_json(path: Path, change: Any) -> None:
    content = json.loads(path.read_text())
    change(content)
    write_json(path, content)


def test_bad_rows_of_visual_genome_are_named_by_region_or_left_out(visual_genome: Path) -> None:
    (visual_genome / "densecap_splits.json").unlink()
    bad = [
        {**vg_region(12, 1, (1, 1, 2, 2)), "phrase": ""},
        {**vg_region(13, 1, (1, 1, 2, 2)), "phrase": None},
        {**vg_region(14, 1, (1, 1, 2, 2)), "x": "left"},
        {"region_id": 15, "image_id": 1, "phrase": "no box"},
        {**vg_region(16, 9, (1, 1, 2, 2))},
        "no object",
    ]
    change_json(visual_genome / "region_descriptions.json", lambda images: images[0]["regions"].extend(bad))
    change_json(visual_genome / "image_data.json", lambda images: images[1].update(width="wide"))
    with pytest.raises(InvalidInputError, match="2 rows, 2 images, 3 regions missing or unusable") as caught:
        load("visual_genome", visual_genome)
    lines = " | ".join(caught.value.problems)
    for words in (
        "region 1/12",
        "region 1/13",
        "region 1/14: box",
        "region_id 15, image_id 1",
        "image 9",
        "image 2: exp",
    ):
        assert words in lines
    rows = load("visual_genome", visual_genome, on_missing="skip")
    assert rows["region_id"] == ["1/10", "1/11", "3/30"]
    assert "Left out, 7:" in rows.info.description
    assert "train: region 1/12 (row 2): caption: expected text, found ''" in rows.info.description
    again = load("visual_genome", visual_genome, on_missing="skip")
    assert again.info.description == rows.info.description


def test_what_a_stream_leaves_out_is_in_its_description_and_in_the_log(
    visual_genome: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (visual_genome / "densecap_splits.json").unlink()
    whole = load("visual_genome", visual_genome)["region_id"]
    bad = [{**vg_region(12, 1, (1, 1, 2, 2)), "phrase": ""}, vg_region(13, 1, (WIDTH, 0, 5, 5))]
    change_json(visual_genome / "region_descriptions.json", lambda images: images[0]["regions"].extend(bad))
    stream = load("visual_genome", visual_genome, on_missing="skip", streaming=True)
    described = stream.info.description
    assert "Left out before an image is opened (the log names what is left out later), 1:" in described
    assert "train: region 1/12 (row 2): caption: expected text, found ''" in described
    assert "region 1/13" not in caplog.text
    assert [row["region_id"] for row in stream] == whole
    assert "left out: region 1/13: box" in caplog.text
    assert "region 1/12" in caplog.text


def test_a_report_of_scores_says_what_was_left_out(visual_genome: Path) -> None:
    (visual_genome / "densecap_splits.json").unlink()
    bad = [{**vg_region(12, 1, (1, 1, 2, 2)), "phrase": ""}, vg_region(13, 1, (WIDTH, 0, 5, 5))]
    change_json(visual_genome / "region_descriptions.json", lambda images: images[0]["regions"].extend(bad))
    data = scoring_data("visual_genome", "train", data_dir=str(visual_genome), on_missing="skip")
    assert data.name == "visual_genome/train (without 2 regions that cannot be used)"
    first, _ = take_subset(data, [], "1", only_given=False)
    assert first.subset == "without 2 regions that cannot be used, 1 images"
    assert scoring_data("photos", "test").name == "photos/test"


def test_bad_rows_of_refcocog_are_named_by_region_or_left_out(refcocog: Path) -> None:
    bad = [
        ref(3, 200, "train", ""),
        ref(77, 200, "train", "of no annotation"),
        {**ref(2, 100, "train"), "sentences": "text"},
        {"ann_id": 4, "image_id": 300, "split": "train"},
    ]
    (refcocog / "refs(umd).p").write_bytes(pickle.dumps([*UMD, *bad], protocol=2))
    change_json(refcocog / "instances.json", lambda content: content["annotations"][0].update(bbox=[1, 2]))
    with pytest.raises(InvalidInputError, match="1 row, 4 regions missing or unusable") as caught:
        load("refcocog", refcocog)
    lines = " | ".join(caught.value.problems)
    for words in (
        "region 200/3",
        "region 200/77",
        "region 100/2: sentences",
        "(ann_id 4, image_id 300)",
        "region 100/1: box",
    ):
        assert words in lines
    rows = load("refcocog", refcocog, on_missing="skip")
    assert rows["region_id"] == ["100/2", "200/3"]
    assert "Left out, 5:" in rows.info.description
    assert load("refcocog", refcocog, "validation").info.description.count("Left out") == 0


@pytest.mark.parametrize("streaming", [False, True])
def test_a_split_stands_alone(refcocog: Path, streaming: bool) -> None:
    broken = [ref(5, 300, "test", ""), {"split": "test"}]
    (refcocog / "refs(umd).p").write_bytes(pickle.dumps([*UMD, *broken], protocol=2))
    assert len(list(load("refcocog", refcocog, "train", streaming=streaming))) == 3
    with pytest.raises(InvalidInputError, match="region 300/5"):
        load("refcocog", refcocog, "test", streaming=streaming)
    (refcocog / "refs(umd).p").write_bytes(pickle.dumps([ref(4, 300, "val", "The thing")], protocol=2))
    assert [row["region_id"] for row in load("refcocog", refcocog, "validation", streaming=streaming)] == ["300/4"]
    with pytest.raises(UnknownNameError, match="unknown split 'train'"):
        load("refcocog", refcocog, "train", streaming=streaming)


class Hostile:
    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.witness}",)


def test_a_hostile_pickle_is_refused_and_runs_nothing(refcocog: Path) -> None:
    witness = refcocog / "witness"
    (refcocog / "refs(umd).p").write_bytes(pickle.dumps([Hostile(witness)], protocol=2))
    with pytest.raises(InvalidInputError, match="not a pickle of plain data"):
        load("refcocog", refcocog)
    assert not witness.exists()


def test_file_names_cannot_lead_out_of_the_folder(refcocog: Path) -> None:
    write_image(refcocog.parent / "secret.jpg", 1)
    content = json.loads((refcocog / "instances.json").read_text())
    content["images"][0]["file_name"] = "../secret.jpg"
    write_json(refcocog / "instances.json", content)
    with pytest.raises(InvalidInputError, match=r"image 100: no secret\.jpg"):
        load("refcocog", refcocog)


def test_changed_annotations_are_other_data(refcocog: Path) -> None:
    assert len(load("refcocog", refcocog)) == 3
    (refcocog / "refs(umd).p").write_bytes(pickle.dumps(UMD[1:2], protocol=2))
    assert load("refcocog", refcocog)["region_id"] == ["100/2"]


@pytest.mark.parametrize("config", ["refcocog", "visual_genome"])
def test_without_data_the_config_is_listed_and_says_what_it_needs(config: str, tmp_path: Path) -> None:
    assert config in datasets.get_dataset_config_names("ureca")
    assert config in datasets.get_dataset_infos("ureca")
    assert datasets.get_dataset_split_names("ureca", config) == ["train", "validation", "test"]
    with pytest.raises(InvalidInputError, match="data_dir is needed"):
        datasets.load_dataset("ureca", config, split="train")
    with pytest.raises(InvalidInputError, match="data_dir is needed"):
        next(iter(datasets.load_dataset("ureca", config, split="train", streaming=True)))
    with pytest.raises(InvalidInputError, match=r"2 problems|3 problems"):
        load(config, tmp_path, on_missing="ignore")
    with pytest.raises(InvalidInputError, match="is not a folder"):
        load(config, tmp_path / "nowhere")
    with pytest.raises(UnknownNameError, match="Did you mean 'on_missing'"):
        load(config, tmp_path, on_mising="skip")


def test_refs_is_one_of_two(refcocog: Path) -> None:
    with pytest.raises(InvalidInputError, match="refs: expected one of umd, google, found 'unc'"):
        load("refcocog", refcocog, refs="unc")
