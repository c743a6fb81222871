"""Protects the README and the card: their code runs, their front matter is valid, their commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

DOCUMENTS = ["README.md", "DATASET_CARD.md"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_python_block_runs(document: str, repository: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (repository / document).read_text(), re.MULTILINE | re.DOTALL)
    assert blocks
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_pictures_are_there(document: str, repository: Path) -> None:
    targets = re.findall(r"\]\((?!http|#)([^)#]+)", (repository / document).read_text())
    assert [target for target in targets if not (repository / target).exists()] == []


def test_card_front_matter_is_valid_for_the_hub(repository: Path) -> None:
    from huggingface_hub import DatasetCard

    text = (repository / "DATASET_CARD.md").read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    card = DatasetCard(text, ignore_metadata_errors=False)
    assert card.data.to_dict()["license"] == front["license"]
    assert [config["config_name"] for config in front["configs"]] == ["scenes", "photos"]
    assert {feature["name"] for info in front["dataset_info"] for feature in info["features"]} >= {"mask", "captions"}
