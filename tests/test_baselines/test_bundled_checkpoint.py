"""Protects the checkpoints that come with the package: whole, small, with their history, as good as they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch

from baselines import open_captioner, open_image
from dataset.listener import listen
from dataset.loading.regions import load_images, load_worlds
from dataset.masks.rle import decode_mask
from dataset.runtime.checkpoint_files import bundled_checkpoints

LARGEST_FILE, LARGEST = 16 * 2**20, 40 * 2**20


@pytest.fixture(params=["ureca-mini", "ureca-nano", "ureca-blind"])
def folder(request: pytest.FixtureRequest) -> Path:
    torch.set_num_threads(1)
    return bundled_checkpoints()[request.param]


def test_the_better_one_comes_first() -> None:
    """`Try it` of the leaderboard offers the first."""
    assert list(bundled_checkpoints()) == ["ureca-mini", "ureca-nano", "ureca-blind"]


def test_it_is_small_and_tells_how_it_was_made(folder: Path) -> None:
    sizes = [path.stat().st_size for path in folder.iterdir()]
    assert max(sizes) < LARGEST_FILE
    assert sum(sizes) < LARGEST
    card = (folder / "README.md").read_text()
    runs = sorted(path.name.removesuffix("run.json") for path in folder.glob("*run.json"))
    assert runs
    for run in runs:
        record = json.loads((folder / f"{run}run.json").read_text())
        assert {"command", "versions"} <= record.keys()
        assert re.search(r"\b[0-9a-f]{7,40}\b", record.get("commit") or record["code"])
        lines = [json.loads(line) for line in (folder / f"{run}log.jsonl").read_text().splitlines()]
        assert f"{lines[-1]['step']:,} steps" in card
    assert "license: apache-2.0" in card


@pytest.mark.parametrize(("name", "scenes"), [("ureca-mini", 2), ("ureca-nano", 4)])
def test_it_captions_scenes_it_has_never_seen(name: str, scenes: int) -> None:
    """The listener hears more than a fifth of its captions as their region; a model that lost its weights gets none."""
    torch.set_num_threads(1)
    worlds = load_worlds("test", test=scenes)
    right = regions = 0
    with open_captioner(name, device="cpu") as opened:
        for path, rows in load_images("scenes", "test", test=scenes):
            captions = opened.captioner.caption(open_image(path), [decode_mask(row.mask) for row in rows])
            for row, caption in zip(rows, captions, strict=True):
                region = row.region_id.rpartition("/")[2]
                right += listen(caption, worlds[row.image_id], region).outcome == "correct"
            regions += len(rows)
    assert right / regions > 0.2


def test_the_example_in_the_documentation_runs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (repository / "docs/model.md").read_text(), re.S)
    exec(code, {})
    assert re.match(r"\['.+'\]", capsys.readouterr().out)
