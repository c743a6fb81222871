"""The shipped rooms are what the manifest says, load without a renderer, and are heard as exactly their regions."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import pytest
from datasets import load_dataset
from PIL import Image

from dataset.errors import DataUnavailableError, InvalidInputError, MissingDependencyError
from dataset.listener import World
from dataset.loading.regions import identify, load_images, load_regions, load_worlds
from dataset.rooms import rendered, shipped
from dataset.rooms.facts.captions import Told
from dataset.rooms.furniture import catalogue
from dataset.rooms.furniture.credits import CREDITS_FILE
from dataset.rooms.options import RoomsDataOptions
from scripts.pack_rooms import LARGEST, indices_of, problems_of_captions

LOAD = """
import sys
from dataset.loading.regions import load_images, load_worlds
images = list(load_images("rooms", "test", test=3))
assert list(load_worlds("test", "rooms", test=3)) == [regions[0].image_id for _, regions in images]
print(len(images), [name for name in ("bpy", "numba", "datasets") if name in sys.modules])
"""


@pytest.fixture(scope="module")
def facts() -> dict:
    return dict(shipped.manifest())


def test_every_file_is_that_of_the_manifest(facts: dict) -> None:
    """Protects: the manifest's digest is the identity of all that is shipped, and the package stays small."""
    digests = dict(facts["files"])
    for split, images in facts["images"].items():
        digests |= {f"{split}/{name}": image["sha256"] for name, image in images.items()}
    files = {path.relative_to(shipped.PICTURES).as_posix(): path for path in shipped.PICTURES.rglob("*.*")}
    assert files.keys() == digests.keys() | {shipped.MANIFEST}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in digests.items())
    assert sum(path.stat().st_size for path in files.values()) <= LARGEST


@pytest.mark.parametrize("split", shipped.SHIPPED_SPLITS)
def test_images_are_the_first_ones_that_were_not_left_out(split: str, facts: dict) -> None:
    """Protects: nobody chose pictures but by the list of those that are wrong, which has reasons."""
    left_out, names = facts["left_out"][split], list(facts["images"][split])
    indices = islice((index for index in count() if str(index) not in left_out), len(names))
    assert names == [f"rooms-{split}-{index:05d}.jpg" for index in indices]
    assert 0 < len(names) <= RoomsDataOptions().count(split)
    assert all(left_out.values())
    assert [path.name for path, _ in load_images("rooms", split)] == names
    assert len({region.region_id for region in load_regions("rooms", split)}) == len(load_regions("rooms", split))


def test_at_least_three_in_five_images_have_look_alikes_and_every_model_its_credit(facts: dict) -> None:
    """Protects: what the card says of the pictures, and the authors' right to be named."""
    images = [image for split in facts["images"].values() for image in split.values()]
    assert sum(image["look_alikes"] for image in images) >= 0.6 * len(images)
    page = CREDITS_FILE.read_text(encoding="utf-8")
    for model in {model for image in images for model in image["models"]}:
        assert f"| {model.partition('/')[2]} |" in page


def sample() -> Iterator[tuple[World, list]]:
    """World and regions of a few images of each split, from the first to the last."""
    for split in shipped.SHIPPED_SPLITS:
        worlds, images = load_worlds(split, "rooms"), list(load_images("rooms", split))
        for _, regions in images[:: max(len(images) // 3, 1)]:
            yield worlds[regions[0].image_id], regions


def test_every_reference_is_heard_as_exactly_its_region() -> None:
    """Protects: 100% of references, on a sample here; packing refuses if one of all is not heard so."""
    for world, regions in sample():
        assert list(problems_of_captions(world, regions)) == []
        assert min(len(set(region.captions)) for region in regions) >= 3
    wrong = replace(regions[0], captions=regions[1].captions)
    assert len(list(problems_of_captions(world, [wrong]))) == len(wrong.captions)


def test_loading_needs_no_renderer(tmp_path: Path) -> None:
    """Protects: numpy and pillow are enough, in an empty folder."""
    done = subprocess.run([sys.executable, "-c", LOAD], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("3 []", "")


def test_a_foreign_picture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: scores are of the pictures whose hash is the data."""
    monkeypatch.setenv("URECA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(shipped, "_picture_of", lambda split, name: tmp_path / name)
    with pytest.raises(DataUnavailableError, match=r"rooms-test-00000\.jpg cannot be read.*--no-deps ureca"):
        load_regions("rooms", "test", test=1)
    (tmp_path / "rooms-test-00000.jpg").write_bytes(b"another picture")
    with pytest.raises(DataUnavailableError, match="is not the rendered picture"):
        load_regions("rooms", "test", test=1)


def test_what_is_not_shipped_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: without furniture, training rooms are a clear error, and more test rooms are never invented."""
    monkeypatch.setenv("URECA_CACHE", str(tmp_path))
    monkeypatch.setattr(catalogue, "DEFAULT_FOLDER", tmp_path / "nowhere")
    with pytest.raises(MissingDependencyError, match="sweethome3d-furniture"):
        load_regions("rooms", "train", train=1)
    with pytest.raises(InvalidInputError, match="expected at most 200 images"):
        load_regions("rooms", "test", test=201)


def test_rooms_of_another_seed_are_rendered_into_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protects: operators' rooms have rows, worlds and images as the shipped ones have; the work is done once."""
    monkeypatch.setenv("URECA_CACHE", str(tmp_path))
    [(_, regions)] = load_images("rooms", "test", test=1)
    room = Told(load_worlds("test", "rooms", test=1)[regions[0].image_id], regions, 0)
    developed: list[Path] = []

    def draw(folder, split, indices, options):
        paths = [folder / f"{options.image_id(split, index)}.npz" for index in indices]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8)).save(path.with_suffix(".jpg"))
        return paths

    monkeypatch.setattr(rendered, "draw_rooms", draw)
    monkeypatch.setattr(rendered, "read_negative", developed.append)
    monkeypatch.setattr(rendered, "tell", lambda negative: room)
    for _ in range(2):
        images = list(load_images("rooms", "validation", seed=3, validation=12))
        assert [path.name for path, _ in images] == [f"rooms-s3-validation-{index:05d}.jpg" for index in range(12)]
        assert all(path.is_file() and found == regions for path, found in images)
        worlds = load_worlds("validation", "rooms", seed=3, validation=12)
        assert len(worlds) == 12
        assert worlds["rooms-s3-validation-00011"] == room.world
        assert len(developed) == 12


def test_ids_of_rooms_are_recognised() -> None:
    """Protects: a file of captions of rooms is scored without naming the data."""
    regions = [region.region_id for region in load_regions("rooms", "test", test=1)]
    assert identify([*regions, "scenes-test-00000/1"]) == [("rooms", "test", len(regions)), ("scenes", "test", 1)]
    assert identify(["rooms-s1-test-00000/1", "roomy-test-00000/1"]) == []


def test_indices_that_are_left_out_are_passed_over() -> None:
    """Protects: packing takes as many rooms as are asked for."""
    assert indices_of({"1": "dark", "3": "inside of a cupboard"}, 4) == [0, 2, 4, 5]


def test_rooms_to_learn_from_are_asked_for_by_their_number() -> None:
    """They are not shipped; the error says which option makes them, whichever way they are asked for."""
    expected = r"expected `train=N`(.|\n)*train=400 makes the split"
    for options in ({"split": "train"}, {"split": "train[:3]"}, {"split": "train", "streaming": True}):
        with pytest.raises(InvalidInputError, match=expected):
            load_dataset("ureca", "rooms", **options)
    with pytest.raises(InvalidInputError, match=expected):
        load_regions("rooms", "train")
