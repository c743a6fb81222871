"""Protects the wheel: it has the version and the types of the packages, and loads the data from an empty folder."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import dataset

PACKAGES = {"dataset", "benchmark", "baselines", "leaderboard"}


def run(*command: str, folder: Path, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_and_sdist_load_from_an_empty_folder(repository: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    dist = tmp_path / "dist"
    run(sys.executable, "-m", "build", "--no-isolation", "-o", str(dist), str(repository), folder=empty)
    (wheel,) = dist.glob("*.whl")
    assert len(list(dist.glob("*.tar.gz"))) == 1
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == PACKAGES
    assert "dataset/DATASET_CARD.md" in names
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(names)
    assert wheel.name.split("-")[1] == dataset.__version__
    [entry_points] = [name for name in names if name.endswith(".dist-info/entry_points.txt")]
    assert b"ureca = dataset.terminal.script:main" in zipfile.ZipFile(wheel).read(entry_points)

    run(sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv"), folder=empty)
    site = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    # dependencies come from the running environment; its own editable install of this project does not
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    code = (
        "import dataset; from datasets import load_dataset;"
        "print(dataset.__file__);"
        "print(load_dataset('ureca', split='test', test=1, resolution=96)[0]['region_id'])"
    )
    where, row = run(str(tmp_path / "venv/bin/python"), "-c", code, folder=empty, HF_HOME=str(tmp_path / "hf")).split()
    assert Path(where).is_relative_to(site)
    assert row.startswith("scenes-r96-test-00000/")


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
