"""Protects work beside somebody else's `dataset.py` and `benchmark.py`: `ureca` runs, `python -m` explains."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dataset.runtime.interpreter import module_command, module_environment, typed_command
from dataset.runtime.namesakes import check_packages
from dataset.terminal import script
from tests.support.console_script import ureca

NAMES = ("dataset", "benchmark", "baselines", "leaderboard")
SMALL = ("test=2", "resolution=96")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of somebody who has files of all of these names, and a package."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('somebody else was imported')")
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "notes.txt").write_text("a folder of this name")
    return tmp_path


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False
    )


def test_scenes_are_drawn_captioned_and_scored_there(folder: Path) -> None:
    cache = {"URECA_CACHE": str(folder / "cache")}
    data = [word for pair in SMALL for word in ("--data-option", pair)]
    predicted = ureca("predict", "reference", *data, "--out", "p.jsonl", folder=folder, **cache)
    assert predicted.returncode == 0, predicted.stderr
    assert list((folder / "cache").rglob("regions.parquet")), "drawn now, by worker processes"
    options = ["--config", "scenes", *(word for pair in SMALL for word in ("--option", pair))]
    outputs = ["--metrics", "duplicate_rate,listener", "--resamples", "0", "--html", "page.html"]
    scored = ureca("score", "p.jsonl", *options, *outputs, folder=folder, **cache)
    assert scored.returncode == 0, scored.stderr
    assert "duplicate_rate" in scored.stdout


def test_scenes_become_training_shards_there(folder: Path) -> None:
    done = ureca("draw", "--images", "1", "--workers", "1", "--out", "shards", folder=folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "shards" / "summary.json").is_file()


def test_workers_of_curation_start_there(folder: Path) -> None:
    words = ["--scenes", "1", "--workers", "2", "--encoder", "none", "--out", "demo"]
    done = ureca("curate", "demo", *words, folder=folder)
    assert done.returncode == 0, done.stderr
    assert "shards made" in done.stdout


@pytest.mark.parametrize("module", ["benchmark.score", "baselines.caption", "leaderboard"])
def test_a_process_of_any_module_starts_there(module: str, folder: Path) -> None:
    done = run(module_command(module, "--help"), folder, **module_environment(COLUMNS="100"))
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_there_is_one_way_to_start_a_process(repository: Path) -> None:
    files = [path for name in NAMES for path in (repository / name).rglob("*.py")]
    assert [path.name for path in files if "sys.executable" in path.read_text(encoding="utf-8")] == ["interpreter.py"]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("benchmark.score", "dataset"),
        ("baselines.predict", "dataset"),
        ("baselines.predict", "benchmark"),
        ("leaderboard", "dataset"),
        ("leaderboard", "benchmark"),
    ],
)
def test_python_m_says_which_file_is_in_the_way(module: str, name: str, tmp_path: Path, repository: Path) -> None:
    own = tmp_path / f"{name}.py"
    own.write_text("print('somebody else was imported')")
    done = run([sys.executable, "-m", module, "--help"], tmp_path, PYTHONPATH=str(repository))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: the name `{name}` imports {own}, which is not part of URECA\n")
    assert f"`python -P -m {module}`" in done.stderr
    assert "Traceback" not in done.stderr
    if name == "dataset":
        safe = run([sys.executable, "-P", "-m", module, "--help"], tmp_path, PYTHONPATH=str(repository))
        assert safe.returncode == 0, safe.stderr


def test_the_script_says_so_where_somebody_elses_path_comes_first(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "benchmark.py").write_text("print('somebody else was imported')")
    done = ureca("score", "p.json", folder=tmp_path, PYTHONPATH=os.pathsep.join([str(tmp_path), str(repository)]))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: the name `benchmark` imports {tmp_path / 'benchmark.py'}, which is not")
    assert "Traceback" not in done.stderr


def test_an_import_raises_the_same(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "dataset.py").write_text("print('somebody else was imported')")
    done = run([sys.executable, "-c", "import leaderboard"], tmp_path, PYTHONPATH=str(repository))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"ImportError: the name `dataset` imports {tmp_path / 'dataset.py'}" in done.stderr


def test_another_project_installed_over_this_one_is_noticed(tmp_path: Path, repository: Path) -> None:
    for name in ("benchmark", "dataset/runtime"):
        (tmp_path / name).mkdir(parents=True)
    for file in ("benchmark/__init__.py", "dataset/runtime/namesakes.py", "dataset/runtime/lazy.py"):
        (tmp_path / file).write_bytes((repository / file).read_bytes())
    (tmp_path / "dataset" / "__init__.py").write_text('__version__ = "1.6.2"\n')
    done = run([sys.executable, "-c", "import benchmark"], tmp_path, PYTHONPATH=str(tmp_path))
    assert f"imports {tmp_path / 'dataset' / '__init__.py'}, which is not part of URECA" in done.stderr
    assert "pip uninstall -y dataset" in done.stderr


def test_the_own_packages_pass() -> None:
    check_packages(*NAMES)
    with pytest.raises(ImportError, match="`json` imports"):
        check_packages("json")
    with pytest.raises(ImportError, match="imports nothing"):
        check_packages("nobody_has_this_name")


def test_a_module_names_the_extra_it_needs(tmp_path: Path, repository: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util, sys\n"
        "whole = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name == 'sqlalchemy' else whole(name, *a)\n"
    )
    path = os.pathsep.join([str(tmp_path), str(repository)])
    done = run([sys.executable, "-m", "leaderboard", "serve"], tmp_path, PYTHONPATH=path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: python -m leaderboard needs sqlalchemy, which is not installed. "
        "Install it with: pip install 'ureca[leaderboard]'\n"
    )


def test_the_typed_command_can_be_typed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    monkeypatch.setattr(sys, "argv", ["/venv/bin/ureca", "score", "p.json"])
    assert typed_command() == ["ureca", "score", "p.json"]
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", script.__spec__)
    monkeypatch.setattr(sys, "argv", ["/x/script.py", "p.json"])
    assert typed_command() == ["python", "-m", "dataset.terminal.script", "p.json"]
