"""Protects: what pages say of a checkpoint is made from its files and reports alone, and is what its files say now."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmark import evaluate
from benchmark.reports.comparison_report import as_dict
from benchmark.systems import compare_systems
from dataset.loading.regions import load_regions, load_worlds
from dataset.runtime.checkpoint_files import bundled_checkpoints


@pytest.fixture(scope="module")
def pages(repository: Path) -> Any:
    sys.path.insert(0, str(repository / "scripts"))
    specification = importlib.util.spec_from_file_location("model_pages", repository / "scripts" / "model_pages.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["model_pages"] = module
    specification.loader.exec_module(module)
    yield module
    del sys.modules["model_pages"]
    sys.path.remove(str(repository / "scripts"))


@pytest.fixture(scope="module")
def sources(pages: Any) -> Any:
    """Reports of two systems on a few scenes: one says everything right, the other names categories."""
    options = {"resolution": 96, "test": 3}
    regions, worlds = load_regions("scenes", "test", **options), load_worlds("test", **options)
    captions = {
        "ureca-mini": {region.region_id: region.caption for region in regions},
        "ureca-nano": {region.region_id: region.category for region in regions},
    }
    names = ["duplicate_rate", "cider", "unique_and_correct", "listener_correct"]
    shared = {"metrics": names, "config": "scenes", "split": "test", "worlds": worlds, "resamples": 50}
    report = json.loads(json.dumps(evaluate(captions["ureca-mini"], regions, **shared).to_dict()))
    comparison = json.loads(json.dumps(as_dict(compare_systems(captions, regions, **shared))))
    return pages.Sources("ureca-mini", bundled_checkpoints()["ureca-mini"], report, comparison, comparison)


def test_every_block_is_made_and_words_are_left_alone(pages: Any, sources: Any) -> None:
    text = "Before.\n" + "".join(f"<!-- made: {name} -->\nOLD\n<!-- end -->\nBetween.\n" for name in pages.BLOCKS)
    page = pages.filled(text, sources)
    assert "OLD" not in page
    assert page.startswith("Before.\n")
    assert page.count("Between.") == len(pages.BLOCKS)
    assert pages.filled(page, sources) == page
    assert "| **listener_correct ↑** | 100.00 (1) |" in page
    assert "Most often right: " in page


def test_a_block_that_nobody_makes_is_a_mistake(pages: Any, sources: Any) -> None:
    with pytest.raises(KeyError):
        pages.filled("<!-- made: nonsense -->\n<!-- end -->", sources)


def test_a_log_of_the_trainer_has_curves(pages: Any, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    lines = [
        {"kind": "train", "step": 1, "loss": 7.0, "seconds": 4.0},
        {"kind": "held_out", "step": 5, "loss": 0.5},
        {"kind": "train", "step": 9, "loss": 0.1, "seconds": 6.0},
        {"kind": "validation", "step": 9, "listener_correct": 0.5, "seconds": 2.0},
    ]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    curves = pages.read_curves(log)
    assert curves == pages.Curves([(1, 7.0), (9, 0.1)], [(5, 0.5)], [(1, 4.0), (9, 6.0)])
    pages.draw_curves(curves, tmp_path / "curves.png")
    assert Image.open(tmp_path / "curves.png").width > 600


def test_the_card_says_what_the_files_say(pages: Any) -> None:
    """Weights that were replaced without ``make model-pages`` are noticed."""
    folder = bundled_checkpoints()["ureca-mini"]
    sources = pages.Sources("ureca-mini", folder, {}, {}, {})
    card = (folder / "README.md").read_text(encoding="utf-8")
    for block in ("training", "provenance"):
        assert "\n".join(pages.BLOCKS[block](sources)) in card
    assert (folder / pages.CURVES).is_file()


@pytest.mark.parametrize("name", ["ureca-mini", "ureca-nano", "ureca-blind"])
def test_every_block_of_its_pages_is_filled(pages: Any, name: str) -> None:
    """Protects: the pages of every shipped checkpoint have tables that a command makes."""
    assert pages.pages_of(name)
    for page in pages.pages_of(name):
        blocks = pages.block_texts(page.read_text(encoding="utf-8"))
        assert blocks, page
        assert all(len(lines.strip()) > 50 for _, lines in blocks), page
