"""Protects: the photographs in the package have the pixels that were annotated, and each has its licence."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import dataset.photos
from dataset.errors import DataUnavailableError
from dataset.photos.photographs import PHOTOGRAPHS

PICTURES = Path(dataset.photos.__file__).parent / "pictures"


def test_every_photograph_has_its_file_and_its_licence():
    names = {photograph.file_name for photograph in PHOTOGRAPHS}
    assert {path.name for path in PICTURES.iterdir() if path.suffix in {".png", ".jpg"}} == names
    rows = (PICTURES / "README.md").read_text(encoding="utf-8").splitlines()
    for photograph in PHOTOGRAPHS:
        [row] = [row for row in rows if row.startswith(f"| `{photograph.file_name}` |")]
        author = photograph.attribution.partition("; from ")[0].partition(" (")[0].partition(",")[0]
        assert author in row
        assert photograph.licence.partition(" (")[0].replace("-", " ") in row


@pytest.mark.parametrize("photograph", PHOTOGRAPHS, ids=lambda photograph: photograph.image_id)
def test_pixels_are_those_that_were_annotated(photograph, tmp_path, monkeypatch):
    with Image.open(PICTURES / photograph.file_name) as picture:
        decoded = np.asarray(picture.convert("RGB"))
    assert hashlib.sha256(decoded.tobytes()).hexdigest() == photograph.pixels_sha256
    monkeypatch.setenv("URECA_CACHE", str(tmp_path))
    with Image.open(photograph.cached_png()) as cached:
        assert cached.mode == "RGB"
        assert np.array_equal(np.asarray(cached), decoded)


def test_a_missing_or_foreign_picture_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("URECA_CACHE", str(tmp_path))
    absent = replace(PHOTOGRAPHS[0], file_name="nobody.png", pixels_sha256="0" * 64)
    with pytest.raises(DataUnavailableError, match=r"nobody\.png, which is not there.*--no-deps ureca"):
        absent.cached_png()
    other = replace(PHOTOGRAPHS[0], file_name="chelsea.png", pixels_sha256="0" * 64)
    with pytest.raises(DataUnavailableError, match=r"chelsea\.png is not the annotated picture"):
        other.cached_png()
