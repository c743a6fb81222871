"""Protects: `make house` sees boxes, arrows, circles and participles; `make check` holds its limits."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def house(repository: Path):
    specification = importlib.util.spec_from_file_location("house", repository / "scripts" / "house.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["house"] = module
    specification.loader.exec_module(module)
    yield module
    del sys.modules["house"]


@pytest.fixture
def small(house, tmp_path: Path):
    """A package with a folder, an arrow between two of its boxes, and a circle in the folder."""
    files = {
        "dataset/__init__.py": "",
        "dataset/top.py": "from .inner import left\nfrom .inner.right import name\n",
        "dataset/inner/__init__.py": "",
        "dataset/inner/left.py": "def use():\n    from . import right\n    found = right\n    return found\n",
        "dataset/inner/right.py": "from .left import use\nname: str\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return house.read_modules(tmp_path)


def test_boxes_arrows_and_circles(house, small):
    folders = {folder.name: folder for folder in house.read_folders(small)}
    assert folders["dataset"].boxes == {"top", "inner"}
    assert folders["dataset"].arrows == {("top", "inner")}
    assert folders["dataset"].circles == ()
    assert folders["dataset.inner"].arrows == {("left", "right"), ("right", "left")}
    assert folders["dataset.inner"].circles == ("left", "right")


def test_participles_are_variables_not_fields(house, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(house, "ROOT", tmp_path)
    (tmp_path / "dataset").mkdir()
    text = "class A:\n    made: str\n\ndef f(given):\n    for known in given:\n        kept = known\n    return kept\n"
    (tmp_path / "dataset" / "a.py").write_text(text)
    path, tree = house.read_modules(tmp_path)["dataset.a"]
    places = [place.rpartition(" ")[2] for place in house.participles(path, tree)]
    assert sorted(places) == ["given", "kept", "known"]
