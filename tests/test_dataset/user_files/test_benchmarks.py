"""Protects: published layouts of COCO, LVIS, PACO, DLC, ParaDLC, GAR, MDVP, Ferret and RefOI as configs."""

import io
import json
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

import dataset
from benchmark.convert import PROTOCOLS, Files
from benchmark.foreign.results import match_results, read_results
from dataset.errors import InvalidInputError
from dataset.loading.regions import load_images, load_regions
from dataset.user_files.benchmarks.instances import names_of
from tests.support.refoi_files import HEIGHT, WIDTH, refoi_row, write_refoi

SQUARE = [[10, 5, 30, 5, 30, 25, 10, 25]]
LID = [[10, 5, 30, 5, 30, 10, 10, 10]]


def square() -> Any:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[5:25, 10:30] = True
    return mask


def run_lengths() -> dict[str, Any]:
    rle = coco_mask.encode(np.asfortranarray(square().astype(np.uint8)))
    return {"size": [HEIGHT, WIDTH], "counts": rle["counts"].decode()}


def write_image(path: Path, shade: int = 50) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (WIDTH, HEIGHT), (shade, 50, 100)).save(path)


def load(config: str, folder: Path, split: str = "test", **options: Any) -> Any:
    cache = str(folder.parent / "prepared")
    return datasets.load_dataset("ureca", config, split=split, data_dir=str(folder), cache_dir=cache, **options)


def instance(number: int, category: int, outline: Any, **more: Any) -> dict[str, Any]:
    box = [10, 5, 20, 20]
    return {"id": number, "image_id": 7, "category_id": category, "bbox": box, "segmentation": outline, **more}


def write_instances(path: Path, image: dict[str, Any], categories: list[Any], annotations: list[Any]) -> None:
    images = [{"id": 7, "height": HEIGHT, "width": WIDTH, **image}]
    path.write_text(json.dumps({"images": images, "categories": categories, "annotations": annotations}))


def test_coco_without_its_crowds(tmp_path: Path) -> None:
    folder = tmp_path / "coco"
    write_image(folder / "val2017" / "000000000007.jpg")
    rows = [instance(1, 17, SQUARE, iscrowd=0), instance(2, 17, run_lengths(), iscrowd=1)]
    name = {"file_name": "000000000007.jpg"}
    write_instances(folder / "instances_val2017.json", name, [{"id": 17, "name": "dining table"}], rows)
    [row] = load("instances", folder)
    assert (row["region_id"], row["captions"], row["category"]) == ("7/1", ["dining table"], "dining table")
    assert (dataset.decode_mask(row["mask"]) == square()).all()
    assert row["bbox"] == [10, 5, 20, 20]


def test_dlc_bench(tmp_path: Path) -> None:
    folder = tmp_path / "DLC-Bench"
    write_image(folder / "images" / "objects365_v2_00912042.jpg")
    (folder / "annotations").mkdir()
    row = instance(2391761, 22, run_lengths(), iscrowd=0, isfake=0, isreflected=0, area=400.2)
    image = {"file_name": "objects365_v2_00912042.jpg", "license": 5, "url": ""}
    categories = [{"name": "Person", "id": 1}, {"name": "Bench", "id": 22}]
    write_instances(folder / "annotations" / "annotations.json", image, categories, [row])
    [row] = load("instances", folder, annotations="annotations/annotations.json")
    assert (row["region_id"], row["category"]) == ("7/2391761", "Bench")
    assert (dataset.decode_mask(row["mask"]) == square()).all()


def test_lvis_and_paco(tmp_path: Path) -> None:
    folder = tmp_path / "lvis"
    write_image(folder / "train2017" / "000000000007.jpg")
    address = {"coco_url": "http://images.cocodataset.org/train2017/000000000007.jpg"}
    categories = [
        {"id": 1, "name": "trash_can", "synonyms": ["trash_can", "garbage_can"]},
        {"id": 2, "name": "trash_can:lid"},
    ]
    rows = [instance(1, 1, SQUARE, obj_ann_id=1), instance(2, 2, LID, obj_ann_id=1), instance(3, 9, SQUARE)]
    write_instances(folder / "paco_lvis_v1_val.json", address, categories, rows)
    options: dict[str, Any] = {"annotations": "paco_lvis_v1_val.json"}
    with pytest.raises(InvalidInputError, match="region 7/3: category_id 9 is not in /categories"):
        load("instances", folder, **options)
    whole, part = load("instances", folder, on_missing="skip", **options)
    assert whole["captions"] == ["trash can", "garbage can"]
    assert (whole["granularity"], whole["parent_id"]) == ("object", None)
    assert (part["caption"], part["category"]) == ("lid of the trash can", "lid")
    assert (part["granularity"], part["parent_id"], part["depth"]) == ("part", "7/1", 2)


def change(path: Path, **fields: Any) -> dict[str, Any]:
    """Rewrite a file of instances: fields of its first annotation, or ``images`` and ``categories`` to add."""
    document: dict[str, Any] = json.loads(path.read_text())
    for name in ("images", "categories", "annotations"):
        document[name] += fields.pop(name, [])
    document["annotations"][0].update(fields)
    path.write_text(json.dumps(dict(sorted(document.items()))))
    return document


IMAGE = {"id": 7, "height": HEIGHT, "width": WIDTH}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"annotations": [instance(1, 17, LID)]}, "id 1: rows of it differ"),
        ({"images": [{**IMAGE, "file_name": "other.jpg"}]}, "id 7: rows of it differ"),
        ({"categories": [{"id": 17, "name": "cat"}]}, "id 17: rows of it differ"),
        ({"category_id": 3, "categories": [{"id": 3, "name": None}]}, "category_id 3 is not in /categories, or has no"),
        ({"bbox": [40, 30, 5, 5]}, r"its box \[40.0, 30.0, 5.0, 5.0\] lies beside its mask"),
        ({"segmentation": {"size": [WIDTH, HEIGHT], "counts": [2400]}}, "region 7/1: is of size"),
    ],
)
def test_what_could_be_meant_two_ways_is_no_guess(tmp_path: Path, fields: dict[str, Any], message: str) -> None:
    """Protects: users' files with ids twice, nameless categories and boxes of other masks give no wrong rows."""
    folder = tmp_path / "data"
    write_image(folder / "7.jpg")
    path = folder / "instances_val2017.json"
    write_instances(path, {"file_name": "7.jpg"}, [{"id": 17, "name": "table"}], [instance(1, 17, SQUARE)])
    change(path, iscrowd="0")
    assert len(load_regions("instances", "test", data_dir=str(folder))) == 1
    change(path, **fields)
    with pytest.raises(InvalidInputError, match=message):
        load_regions("instances", "test", data_dir=str(folder))


def test_pictures_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    """Protects: no region lies on another image's picture because the two files have one name."""
    folder = tmp_path / "data"
    folder.mkdir()
    mdvp(folder)
    rows = json.loads((folder / "annotations.json").read_text())
    rows[1]["image_path"] = "other\\4010.jpg"
    write_image(folder / "other" / "4010.jpg", 200)
    (folder / "annotations.json").write_text(json.dumps(rows))
    first, second = [path for path, _ in load_images("region_lists", "test", data_dir=str(folder))]
    assert [path.parent.name for path in (first, second)] == ["images", "other"]
    second.unlink()
    with pytest.raises(InvalidInputError, match=r"no other/4010.jpg: .* is named by another image too"):
        load_regions("region_lists", "test", data_dir=str(folder))
    mdvp(folder)
    write_image(folder / "copy" / "images" / "4010.jpg")
    assert len(load_regions("region_lists", "test", data_dir=str(folder))) == 2
    write_image(folder / "natural_detailed_caption" / "natural_detailed_caption" / "images" / "4010.jpg", 9)
    with pytest.raises(InvalidInputError, match=r"4010.jpg differ: which is natural_detailed_caption/images/4010.jpg"):
        load_regions("region_lists", "test", data_dir=str(folder))


@pytest.mark.parametrize(
    ("category", "names"),
    [
        ({"name": "cap_(headwear)"}, ("cap",)),
        ({"name": "(odd)"}, ("(odd)",)),
        ({"name": "mug", "synonyms": ["mug", "cup_(drink)", "mug"]}, ("mug", "cup")),
        ({"name": "bottle:cap", "synonyms": []}, ("cap of the bottle",)),
    ],
)
def test_what_categories_are_called(category: dict[str, Any], names: tuple[str, ...]) -> None:
    assert names_of(category) == names


def paradlc(folder: Path) -> None:
    masks = [{"index": index, "mask_rle": {"counts": run_lengths()["counts"]}} for index in (0, 1)]
    image = {"image_id": 3, "file_name": "3.jpg", "height": HEIGHT, "width": WIDTH, "annotations": masks}
    (folder / "annotations.json").write_text(json.dumps([image]))
    (folder / "class_names.json").write_text(json.dumps({"3_0": "wild bird", "3_1": "lamp"}))
    write_image(folder / "images" / "3.jpg")


def gar(folder: Path) -> None:
    words = {"subject_name": "person", "predicate_name": "beside", "object_name": "skateboard"}
    row = {"image": "images/caption_detailed_0.png", **words, "mask_rles": [run_lengths(), run_lengths()]}
    (folder / "annotations.json").write_text(json.dumps([row]))
    write_image(folder / "images" / "caption_detailed_0.png")


def gar_simple(folder: Path) -> None:
    corner = np.zeros((HEIGHT, WIDTH), np.uint8, order="F")
    corner[:2, :2] = 1
    other = {"size": [HEIGHT, WIDTH], "counts": coco_mask.encode(corner)["counts"].decode()}
    words = {"question": "Where is <Prompt0>?", "answer": "<Prompt0> is beside <Prompt1>."}
    row = {"image_path": "/data/7.jpg", "mask_rles": [run_lengths(), other], **words, "image": "images/simple_0.png"}
    (folder / "annotations.json").write_text(json.dumps([row]))
    write_image(folder / "images" / "simple_0.png")


def mdvp(folder: Path) -> None:
    row = {"mask_rle": run_lengths(), "dataset_name": "natural_detailed_caption_box", "question": "Describe."}
    path = "natural_detailed_caption/images/4010.jpg"
    rows = [{"image_path": path, **row, "caption": text} for text in ("a shed", "a barrel")]
    (folder / "annotations.json").write_text(json.dumps(rows))
    write_image(folder / path)


def ferret(folder: Path) -> None:
    row = {"question_id": 0, "image": "000000069138.jpg", "category": "description", "text": "What about <region>?"}
    rows = [{**row, "annotation": {"bbox": [10, 5, 20, 20], "segmentation": SQUARE}}]
    (folder / "annotations.json").write_text(json.dumps(rows))
    answer = {"question_id": 0, "image": "000000069138.jpg", "category": "refer_desc", "text": "It is a sign."}
    (folder / "answer.jsonl").write_text(json.dumps(answer) + "\n")
    write_image(folder / "000000069138.jpg")


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        (paradlc, {"3/3_0": "wild bird", "3/3_1": "lamp"}),
        (gar, {"caption_detailed_0/0": "person beside skateboard"}),
        (mdvp, {"4010/0": "a shed", "4010/1": "a barrel"}),
        (ferret, {"000000069138/0": "It is a sign."}),
    ],
)
def test_lists_of_masks(tmp_path: Path, write: Any, expected: dict[str, str]) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder)
    regions = load_regions("region_lists", "test", data_dir=str(folder))
    assert {region.region_id: region.caption for region in regions} == expected
    for region in regions:
        assert (dataset.decode_mask(region.mask) == square()).all()
        assert region.bbox == (10, 5, 20, 20)


def test_a_caption_of_several_regions_is_of_their_group(tmp_path: Path) -> None:
    """Protects: GAR-Bench's simple captions are of all their masks together; published outputs fit the same rows."""
    folder = tmp_path / "data"
    folder.mkdir()
    gar_simple(folder)
    [region] = load_regions("region_lists", "test", data_dir=str(folder))
    assert (region.region_id, region.granularity, region.area) == ("simple_0/0", "group", 404)
    assert region.caption == "<Prompt0> is beside <Prompt1>."
    layout, rows = PROTOCOLS["gar-bench"], json.loads((folder / "annotations.json").read_text())
    (tmp_path / "output.json").write_text(json.dumps([{**rows[0], "model_output": "Beside."}]))
    [own] = layout.read(Files(folder / "annotations.json"))
    assert (own.region_id, own.mask) == (region.region_id, region.mask)
    results = read_results([tmp_path / "output.json"], layout)
    assert match_results(results, layout, [own]).captions == {"simple_0/0": "Beside."}
    rows[0]["mask_rles"][1] = {"size": [3, 3], "counts": "9"}
    (folder / "annotations.json").write_text(json.dumps(rows))
    with pytest.raises(InvalidInputError, match=r"mask 1: is of size \[3, 3\]"):
        load_regions("region_lists", "test", data_dir=str(folder))
    (folder / "annotations.json").write_text(json.dumps([{**rows[0], "choices": ["A", "B"]}]))
    with pytest.raises(InvalidInputError, match="multiple choices"):
        load_regions("region_lists", "test", data_dir=str(folder))


def test_lists_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    paradlc(folder)
    (folder / "class_names.json").write_text(json.dumps({"3_0": "wild bird"}))
    with pytest.raises(InvalidInputError, match="region 3/3_1: caption: expected text, found 'None'"):
        load_regions("region_lists", "test", data_dir=str(folder))
    paradlc(folder)
    row = json.loads((folder / "annotations.json").read_text())
    (folder / "annotations.json").write_text(json.dumps(row * 2))
    with pytest.raises(InvalidInputError, match="region 3/3_0: is there again"):
        load_regions("region_lists", "test", data_dir=str(folder))
    (folder / "annotations.json").write_text(json.dumps([{"image": "a.jpg", "text": "?"}]))
    with pytest.raises(InvalidInputError, match="found image, text"):
        load_regions("region_lists", "test", data_dir=str(folder))


def picture_bytes(array: Any, kind: str = "PNG") -> dict[str, Any]:
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, kind)
    return {"bytes": stream.getvalue(), "path": None}


@pytest.fixture
def refoi(tmp_path: Path) -> Path:
    other = refoi_row(mask=np.zeros((3, 3), np.uint8), written_descriptions=["the right cat"])
    alone = refoi_row(shade=91, co_occurrence=0)
    return write_refoi(tmp_path / "refoi", co_occurrence=[refoi_row(), other], single_presence=[alone])


def test_refoi_has_written_and_spoken_expressions(refoi: Path) -> None:
    [row] = load("refoi", refoi, "single_presence")
    assert row["captions"] == ["the left cat", "cat on the sofa", "sleeping cat"]
    assert (row["category"], row["area"], row["bbox"]) == ("Cat", 400, [10, 5, 20, 20])
    assert row["image"].size == (WIDTH, HEIGHT)
    [spoken] = load_regions("refoi", "single_presence", data_dir=str(refoi), expressions="spoken")
    assert spoken.captions == ("um the cat on the left", "left one")
    [both] = load_regions("refoi", "single_presence", data_dir=str(refoi), expressions="all")
    assert len(both.captions) == 5


def test_refoi_names_what_it_cannot_use_and_keeps_the_rest(refoi: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"mask is of size \[3, 3\], its image is \[40, 60\]"):
        load("refoi", refoi, "co_occurrence")
    [row] = load("refoi", refoi, "co_occurrence", on_missing="skip")
    assert row["region_id"] == f"{row['image_id']}/0"
    with pytest.raises(InvalidInputError, match="expressions: expected one of written, spoken, all, found 'sung'"):
        load_regions("refoi", "co_occurrence", data_dir=str(refoi), expressions="sung")
