"""Protects the commands: every config, every name, options, and errors that end with code 2 and what to do."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import baselines
from baselines import Captioner, captioner_names, open_captioner
from baselines.caption import app as caption_app
from baselines.checkpoints import TrainedOptions
from baselines.predict import app as predict_app
from baselines.predict import predict
from baselines.prompted import PromptedOptions
from benchmark import load_predictions
from dataset.loading.regions import load_regions
from dataset.masks.rle import encode_mask
from tests.support.pages import programs
from tests.support.sa1b_samples import write_captions, write_folder

HEIGHT, WIDTH = 40, 60
SMALL = {"test": 3, "resolution": 96}


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(app: Any, *arguments: object) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a command."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


def image(path: Path, number: int = 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (WIDTH, HEIGHT), (number, 50, 100)).save(path)


def sa1b(folder: Path) -> tuple[str, dict[str, Any]]:
    write_folder(folder / "images")
    captions = write_captions(folder / "captions.jsonl")
    return "train", {"data_dir": str(folder / "images"), "captions": str(captions)}


def refcocog(folder: Path) -> tuple[str, dict[str, Any]]:
    name = "COCO_train2014_000000000007.jpg"
    image(folder / "images" / name)
    sentence = {"raw": "The cat.", "sent": "the cat", "tokens": ["the", "cat"]}
    refs = [{"ref_id": 1, "ann_id": 1, "image_id": 7, "split": "val", "sentences": [sentence]}]
    (folder / "refs(umd).p").write_bytes(pickle.dumps(refs, protocol=2))
    square = {"id": 1, "image_id": 7, "bbox": [5, 5, 20, 20], "category_id": 1}
    square["segmentation"] = [[5, 5, 25, 5, 25, 25, 5, 25]]
    instances = {
        "images": [{"id": 7, "file_name": name, "height": HEIGHT, "width": WIDTH}],
        "annotations": [square],
        "categories": [{"id": 1, "name": "cat"}],
    }
    (folder / "instances.json").write_text(json.dumps(instances))
    return "validation", {"data_dir": str(folder)}


def visual_genome(folder: Path) -> tuple[str, dict[str, Any]]:
    image(folder / "VG_100K" / "1.jpg")
    region = {"region_id": 10, "image_id": 1, "phrase": "a thing", "x": 3, "y": 4, "width": 10, "height": 5}
    (folder / "region_descriptions.json").write_text(json.dumps([{"id": 1, "regions": [region]}]))
    (folder / "image_data.json").write_text(json.dumps([{"image_id": 1, "width": WIDTH, "height": HEIGHT}]))
    (folder / "densecap_splits.json").write_text(json.dumps({"train": [], "val": [], "test": [1]}))
    return "test", {"data_dir": str(folder)}


CONFIGS: dict[str, Callable[[Path], tuple[str, dict[str, Any]]]] = {
    "scenes": lambda _folder: ("test", SMALL),
    "rooms": lambda _folder: ("test", {"test": 1}),
    "photos": lambda _folder: ("test", {}),
    "sa1b": sa1b,
    "refcocog": refcocog,
    "visual_genome": visual_genome,
}


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_is_captioned_whole(config: str, tmp_path: Path, chat_server) -> None:
    """By a captioner that reads annotations and by one that sees pixels: a caption for every region, none besides."""
    folder = tmp_path / config
    folder.mkdir()
    split, options = CONFIGS[config](folder)
    regions = load_regions(config, split, **options)
    chat_server.behave = lambda body, number: f"thing {number}"
    server = {"url": chat_server.url, "model": "model-a", "view_size": 64, "view": "crop"}
    for name, captioner_options in (("category", {}), ("prompted", server)):
        out = tmp_path / f"{name}.jsonl"
        count = predict(name, out, config=config, split=split, data_options=options, options=captioner_options)
        assert count == len(regions) > 0
        assert set(load_predictions(out, regions).captions) == {region.region_id for region in regions}
    assert 0 < len(chat_server.bodies) <= len(regions)  # regions that look the same are asked about once


def test_the_frame_of_a_comparison() -> None:
    """What the floor and the ceiling say of the same regions."""
    predicted = {}
    for name in ("constant", "category", "category-color", "sibling", "reference"):
        predict(name, Path(f"{name}.jsonl"), data_options=SMALL)
        lines = Path(f"{name}.jsonl").read_text().splitlines()
        predicted[name] = {row["region_id"]: row["caption"] for row in map(json.loads, lines)}
    regions = load_regions("scenes", "test", **SMALL)
    assert set(predicted["constant"].values()) == {"the object in the picture"}
    for region in regions:
        assert predicted["reference"][region.region_id] == region.caption
        assert predicted["category"][region.region_id] == f"the {region.category}"
        words = predicted["category-color"][region.region_id]
        assert words.startswith("the ")
        assert words.endswith(f" {region.category}")
        sibling = predicted["sibling"][region.region_id]
        assert sibling != region.caption
        assert sibling in {other.caption for other in regions if other.image_id == region.image_id}


def test_who_reads_annotations_is_no_captioner_of_pixels() -> None:
    for name in ("constant", "category", "category-color", "sibling", "reference"):
        with open_captioner(name) as captioner:
            assert not isinstance(captioner.captioner, Captioner)
            assert not isinstance(captioner.captioner, Captioner)


def test_the_command_writes_a_file_and_says_so() -> None:
    code, _, messages = run(predict_app, "category", "--config", "photos", "--images", 2, "--out", "p.jsonl")
    assert code == 0
    lines = Path("p.jsonl").read_text().splitlines()
    assert f"{len(lines)} captions written to p.jsonl" in messages
    assert len({json.loads(line)["region_id"].split("/")[0] for line in lines}) == 2


ERRORS = {
    "a typo": (["categroy"], "Did you mean 'category'?"),
    "a name that is nothing like one": (["gpt"], "Available: category"),
    "a folder that is not there": (["./runs/best", "--config", "photos"], "there is no such checkpoint folder"),
    "another config": (["category", "--config", "photo"], "Did you mean 'photos'?"),
    "another split": (["category", "--config", "photos", "--split", "train"], "'train'"),
    "an option it has not": (["category", "--config", "photos", "--option", "view=crop"], "Available: none"),
    "an option that is none": (["category", "--config", "photos", "--option", "view"], "expected NAME=VALUE"),
    "an option twice": (["category", "--config", "photos", "--option", "a=1", "--option", "a=2"], "given twice"),
    "options that are missing": (["prompted", "--config", "photos"], "url: it is missing"),
    "no data_dir": (["category", "--config", "sa1b", "--split", "train"], "data_dir"),
    "an output that is a folder": (["category", "--config", "photos", "--out", "."], "this is a folder"),
    "brackets": (["[bold]x[/bold]"], "[bold]x[/bold]: there is no such checkpoint folder"),
}


@pytest.mark.parametrize("mistake", ERRORS)
def test_a_mistake_ends_with_a_message(mistake: str) -> None:
    arguments, message = ERRORS[mistake]
    code, out, errors = run(predict_app, *arguments)
    assert (code, out) == (2, "")
    assert errors.startswith("error: ")
    assert message in errors
    assert "Traceback" not in errors


def boxes() -> dict[str, np.ndarray]:
    left, right = np.zeros((HEIGHT, WIDTH), bool), np.zeros((HEIGHT, WIDTH), bool)
    left[5:20, 5:25], right[5:20, 35:55] = True, True
    return {"left.png": left, "right.png": right}


def own_image() -> None:
    image(Path("photo.jpg"))
    for name, mask in boxes().items():
        Image.fromarray(mask).save(name)


def test_own_images_are_captioned(chat_server) -> None:
    own_image()
    chat_server.behave = lambda body, number: f"thing {number}"
    server = ["--option", f"url={chat_server.url}", "--option", "model=model-a", "--option", "concurrency=1"]
    arguments = ["prompted", "photo.jpg", "--mask", "left.png", "--mask", "right.png", *server]
    assert run(caption_app, *arguments) == (0, "left.png\tthing 0\nright.png\tthing 1\n", "")
    code, out, _ = run(caption_app, *arguments, "--json")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"image": "photo.jpg", "mask": "left.png", "caption": "thing 2"},
        {"image": "photo.jpg", "mask": "right.png", "caption": "thing 3"},
    ]
    annotations = [{"id": k, "segmentation": encode_mask(mask)} for k, mask in enumerate(boxes().values(), 7)]
    Path("photo.json").write_text(json.dumps({"annotations": annotations}))
    assert run(caption_app, "prompted", "photo.jpg", *server) == (0, "7\tthing 4\n8\tthing 5\n", "")
    code, out, _ = run(caption_app, "prompted", "photo.jpg", "photo.jpg", *server, "--json")
    assert (code, len(out.splitlines())) == (0, 4)
    chat_server.behave = lambda body, number: "!400"
    code, out, errors = run(caption_app, *arguments)
    assert (code, out) == (2, "")
    assert "2 regions have no caption\n  left.png: rejected" in errors


def test_masks_beside_an_image_are_read_as_the_field_writes_them(chat_server) -> None:
    """The order of the regions, from left to right, is that of the masks; a turned image needs their frame."""
    own_image()
    chat_server.behave = lambda body, number: f"thing {number}"
    server = ["--option", f"url={chat_server.url}", "--option", "model=model-a"]
    left, right = (encode_mask(mask) for mask in boxes().values())
    Path("photo.json").write_text(json.dumps([{"segmentation": left}, {"segmentation": right}]))
    assert run(caption_app, "prompted", "photo.jpg", *server) == (0, "0\tthing 0\n1\tthing 1\n", "")
    Path("photo.json").unlink()
    annotations = [
        {"id": 7.0, "image_id": 1, "segmentation": [[1, 1, 20, 1, 20, 20, 1, 20]]},
        {"id": 8, "image_id": 1, "bbox": [1, 1, 9, 9]},
        {"id": 9, "image_id": 2, "bbox": [1, 1, 9, 9]},
    ]
    images = [{"id": 1, "file_name": "photo.jpg"}, {"id": 2, "file_name": "other.jpg"}]
    Path("all.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    assert run(caption_app, "prompted", "photo.jpg", *server)[1] == "7\tthing 2\n8\tthing 3\n"
    exif = Image.Exif()
    exif[0x0112] = 3
    with Image.open("photo.jpg") as image:
        image.save("photo.jpg", exif=exif)
    code, out, errors = run(caption_app, "prompted", "photo.jpg", *server)
    assert (code, out) == (2, "")
    assert 'give frame="stored"' in errors
    assert run(caption_app, "prompted", "photo.jpg", "--frame", "stored", *server)[0] == 0
    assert "unknown frame 'lying'" in run(caption_app, "prompted", "photo.jpg", "--frame", "lying", *server)[2]


def test_own_images_with_mistakes_end_with_a_message(chat_server) -> None:
    own_image()
    server = ["--option", f"url={chat_server.url}", "--option", "model=model-a"]
    Image.new("L", (WIDTH, HEIGHT)).save("empty.png")
    Image.new("L", (HEIGHT, WIDTH), 255).save("turned.png")
    for arguments, message in (
        (["prompted", "photo.jpg"], "no region is named: there is no --mask, and no photo.json"),
        (["prompted", "nothing.jpg", "--mask", "left.png"], "nothing.jpg: 1 problem\n  the file is not there"),
        (["prompted", "photo.jpg", "--mask", "nothing.png"], "nothing.png"),
        (["prompted", "photo.jpg", "--mask", "left.png", "--mask", "left.png"], "left.png is given twice"),
        (["prompted", "photo.jpg", "photo.jpg", "--mask", "left.png"], "masks belong to one image"),
    ):
        code, out, errors = run(caption_app, *arguments, *server)
        assert (code, out) == (2, ""), arguments
        assert message in errors
    code, _, errors = run(
        caption_app,
        "prompted",
        "photo.jpg",
        "--mask",
        "empty.png",
        "--mask",
        "left.png",
        "--mask",
        "turned.png",
        *server,
    )
    assert code == 2
    assert "photo.jpg: 2 problems\n  empty.png: it is empty" in errors
    assert "\n  turned.png: expected the image's size" in errors
    Path("photo.json").write_text(json.dumps({"annotations": [{"id": 1, "segmentation": {"size": [1, 1]}}]}))
    assert "photo.json: 1 problem" in run(caption_app, "prompted", "photo.jpg", *server)[2]
    code, _, errors = run(caption_app, "category", "photo.jpg", "--mask", "left.png")
    assert code == 2
    assert "category reads the annotations of a data set" in errors
    assert chat_server.bodies == []


def test_the_menu_is_sorted_and_whole() -> None:
    assert sorted(baselines.__all__, key=lambda name: (name.upper() != name, name)) == baselines.__all__
    assert all(getattr(baselines, name) is not None for name in dir(baselines))
    assert captioner_names()[:7] == [
        *("category", "category-color", "constant", "mask-only", "reference", "sibling", "prompted")
    ]
    with pytest.raises(AttributeError):
        _ = baselines.Reference


def test_importing_the_package_loads_nothing_heavy(repository: Path) -> None:
    heavy = ("torch", "httpx", "transformers", "datasets")
    code = f"import sys, baselines.predict, baselines.caption; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_seed_reaches_the_server(chat_server) -> None:
    own_image()
    server = ["--option", f"url={chat_server.url}", "--option", "model=model-a"]
    outputs = {
        seed: run(caption_app, "prompted", "photo.jpg", "--mask", "left.png", "--seed", seed, *server)[1]
        for seed in (1, 2)
    }
    assert [body["seed"] for body in chat_server.bodies] == [1, 2]
    assert outputs[1] != outputs[2]


def test_the_code_of_the_documentation_runs() -> None:
    blocks = programs("docs/extend/captioner.md")
    assert blocks
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    regions = load_regions("photos")
    assert len(load_predictions(Path("by-size.jsonl"), regions, allow_missing=True).captions) > 50


def test_every_option_is_documented(repository: Path) -> None:
    page = (repository / "docs" / "baselines.md").read_text()
    for kind in (PromptedOptions, TrainedOptions):
        assert [name for name in kind.model_fields if name not in page] == []
