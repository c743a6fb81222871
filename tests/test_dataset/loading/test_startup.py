"""Protects ``ureca enable``: the name works without the import, in spawned workers too, at no cost, until disabled."""

import subprocess
import sys
import sysconfig
import timeit
import venv
from pathlib import Path

import pytest

from dataset.errors import DataUnavailableError
from dataset.loading import startup

REPOSITORY = Path(__file__).resolve().parents[3]

PROGRAM = """\
import multiprocessing, sys

def names(_):
    import datasets
    assert "dataset" in sys.modules
    return sorted(datasets.get_dataset_config_names("ureca"))

if __name__ == "__main__":
    assert "dataset" not in sys.modules and "datasets" not in sys.modules
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(names, [0]) == [names(0)]
    print(names(0))
"""


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python of its own, which sees this repository and all that is installed here."""
    venv.create(tmp_path / "venv", symlinks=True)
    packages = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    (packages / "here.pth").write_text(f"{REPOSITORY}\n{sysconfig.get_path('purelib')}\n")
    monkeypatch.setattr(startup, "startup_file", lambda: packages / "ureca.pth")
    return tmp_path / "venv" / "bin" / "python"


def test_the_name_works_without_the_import_until_it_is_disabled(python: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)

    def run() -> subprocess.CompletedProcess[str]:
        command = [str(python), str(tmp_path / "program.py")]
        environment = {"HOME": str(tmp_path), "HF_HUB_OFFLINE": "1", "PATH": ""}
        return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=300)

    startup.enable()
    done = run()
    assert "scenes" in done.stdout, done.stderr
    startup.enable()
    assert startup.disable() == startup.startup_file()
    assert startup.disable() is None
    assert run().returncode != 0


def test_another_package_of_the_name_is_never_imported(python: Path, tmp_path: Path) -> None:
    startup.enable()
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "__init__.py").write_text("raise SystemExit('imported')")
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "__init__.py").write_text("")
    (tmp_path / "datasets" / "load.py").write_text("print('loaded')")
    command = [str(python), "-c", "import datasets.load"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert (done.stdout, done.stderr) == ("loaded\n", "")


def test_a_start_costs_less_than_a_millisecond(python: Path) -> None:
    line = startup.enable().read_text()
    before = list(sys.meta_path)
    try:
        seconds = min(timeit.repeat(lambda: exec(line), number=1, repeat=50))
    finally:
        sys.meta_path[:] = before
    assert seconds < 0.001


def test_a_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(startup, "startup_file", lambda: tmp_path / "nowhere" / "ureca.pth")
    with pytest.raises(DataUnavailableError, match=r"ureca\.pth"):
        startup.enable()
