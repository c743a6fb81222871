"""Protects: whoever has only the wheel can read the guides that its messages name."""

import re
from pathlib import Path

from typer.testing import CliRunner

from dataset.__main__ import app
from dataset.terminal.guides import guide_files


def test_guides_that_messages_name_can_be_read_by_those_names(repository: Path) -> None:
    """Protects: "see docs/leaderboard.md" in a message is something to type behind `ureca guide`."""
    names = {"README.md"}
    for package in ("dataset", "benchmark", "baselines", "leaderboard"):
        for path in (repository / package).rglob("*.py"):
            names.update(re.findall(r"docs/[\w/-]+\.md", path.read_text("utf-8")))
    assert "docs/leaderboard.md" in names
    for name in sorted(names):
        done = CliRunner().invoke(app, ["guide", name])
        assert done.exit_code == 0, name
        assert done.stdout.strip() == (repository / name).read_text("utf-8").strip(), name


def test_the_list_has_every_guide_and_its_title() -> None:
    """Protects: a guide is found without knowing its name."""
    done = CliRunner().invoke(app, ["guide"])
    assert re.search(r"reporting +. Which number to report", done.stdout)
    assert all(f" {name} " in done.stdout for name in guide_files())
