"""Protects: every block of Python on a page runs, in order, in an empty folder; the card's front matter is valid."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.pages import PAGES, programs


@pytest.mark.parametrize("page", [page for page in PAGES if programs(page)])
def test_every_python_block_runs(page: str, repository: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(programs(page))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_pages_that_are_meant_to_be_followed_have_code() -> None:
    extending = [page for page in PAGES if page.startswith("docs/extend/")]
    assert len(extending) >= 5
    assert [page for page in ["README.md", "DATASET_CARD.md", *extending] if not programs(page)] == []


def test_card_front_matter_is_valid_for_the_hub(repository: Path) -> None:
    from huggingface_hub import DatasetCard

    text = (repository / "DATASET_CARD.md").read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    card = DatasetCard(text, ignore_metadata_errors=False)
    assert card.data.to_dict()["license"] == front["license"]
    assert [config["config_name"] for config in front["configs"]] == ["scenes", "rooms", "photos"]
    assert {feature["name"] for info in front["dataset_info"] for feature in info["features"]} >= {"mask", "captions"}
