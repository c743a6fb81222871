"""Protects the files that strangers read first: the citation, the hooks before a commit, one version for everything."""

import re
import tomllib
from pathlib import Path

import yaml

import dataset

PACKAGES = ("dataset", "benchmark", "baselines", "leaderboard", "speed")


def test_the_citation_names_the_software_and_the_paper(repository: Path) -> None:
    citation = yaml.safe_load((repository / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    [paper] = citation["references"]
    assert paper["url"].endswith("2504.05305")
    authors = " and ".join(f"{author['family-names']}, {author['given-names']}" for author in paper["authors"])
    assert authors in (repository / "DATASET_CARD.md").read_text()


def test_the_version_stands_in_one_place(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version"]
    path = repository / project["tool"]["hatch"]["version"]["path"]
    assert f'"{dataset.__version__}"' in path.read_text()


def test_hooks_run_what_make_check_runs(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text()
    [recipe] = re.findall(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    checks = set(re.findall(r"ruff (?:format --check|check)", recipe))
    [local] = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())["repos"]
    entries = [hook["entry"] for hook in local["hooks"]]
    assert "make check" in entries
    assert checks == {check for check in checks if any(check in entry for entry in entries)} != set()


def test_pages_named_in_code_exist(repository: Path) -> None:
    broken = [
        f"{path.relative_to(repository)}: {page}"
        for package in PACKAGES
        for path in (repository / package).rglob("*.py")
        for page in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
        if not (repository / page).exists()
    ]
    assert broken == []
