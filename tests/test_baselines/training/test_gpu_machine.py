"""Protects training on a bare GPU machine: torch, transformers, peft, accelerate, numpy, pillow, numba suffice."""

import importlib
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from baselines.training.sweep import SWEEPS

NEEDED = ("torch", "transformers", "peft", "accelerate", "numpy", "pillow", "numba")
ABSENT = (
    "datasets",
    "pyarrow",
    "pycocotools",
    "skimage",
    "sklearn",
    "scipy",
    "matplotlib",
    "torchvision",
    "tensorboard",
)

TOY = {
    "DEVICE": "cpu",
    "MINI": "--preset smoke --until base --steps base=1 --tokenizer-scenes 2",
    "WAYS": "none ureca",
    "WAYS_OPTIONS": "--preset nano --steps 1",
    "WAYS_AT_ONCE": "2",
    "WAYS_IMAGES": "1",
    "TEST_IMAGES": "1",
    "VALIDATION_IMAGES": "1",
    "MFU": "--shapes tiny --images 1 --steps 1 --setups plain lean",
    "PREFIX": "--regions 2 --max-new-tokens 2 --repeats 1",
}
"""What `scripts/gpu.sh` reads: everything with toy sizes, on a CPU."""
MOST_FILES = 8


@pytest.fixture(scope="module")
def bare_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site-packages with `NEEDED` and what they require, and nothing else."""
    site = tmp_path_factory.mktemp("bare") / "site-packages"
    site.mkdir()
    for name in _with_requirements(NEEDED):
        installed = distribution(name)
        for top in {file.parts[0] for file in installed.files or () if file.parts[0] != ".."}:
            link = site / top
            if not link.exists() and top != "__pycache__":
                link.symlink_to(Path(str(installed.locate_file(top))))
    return site


def bare_environment(site: Path, repository: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    return {**environment, "PYTHONPATH": os.pathsep.join([str(site), str(repository)]), "OMP_NUM_THREADS": "1"}


@pytest.mark.rehearsal
def test_all_steps_run_on_a_bare_gpu_machine(bare_site: Path, tmp_path: Path, repository: Path) -> None:
    environment = bare_environment(bare_site, repository)
    folders = {"OUT": str(tmp_path / "out"), "WORK": str(tmp_path / "work")}
    python = [sys.executable, "-S"]  # nothing but what stands in PYTHONPATH
    look = f"from importlib.util import find_spec; print([name for name in {ABSENT} if find_spec(name)])"
    present = subprocess.run([*python, "-c", look], env=environment, capture_output=True, text=True, check=True).stdout
    assert present == "[]\n", f"these should not be there: {present}"

    done = subprocess.run(
        [
            "make",
            "gpu",
            f"PYTHON={' '.join(python)}",
            *(f"{name}={value}" for name, value in {**TOY, **folders}.items()),
        ],
        env=environment,
        cwd=repository,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    out = tmp_path / "out"
    expected = ["mfu.json", "mini.tar.gz", "model.safetensors", "shared-prefix.json", "ways.md", "ways.tar.gz"]
    assert sorted(path.name for path in out.iterdir()) == expected
    assert len(json.loads((out / "mfu.json").read_text())["rows"]) > 4
    assert json.loads((out / "shared-prefix.json").read_text())["model"].startswith(str(tmp_path / "work" / "mini"))
    assert (out / "ways.md").read_text().count("\n") == 4
    with tarfile.open(out / "mini.tar.gz") as archive:
        assert {"mini/base/log.jsonl", "mini/base/checkpoint/config.json"} < set(archive.getnames())
    with tarfile.open(out / "ways.tar.gz") as archive:
        assert {"ways/none/record.json", "ways/ureca/predictions.jsonl"} < set(archive.getnames())


def test_a_step_that_fails_is_said_and_stops_no_other(tmp_path: Path, repository: Path) -> None:
    environment = {**os.environ, **TOY, "OUT": str(tmp_path / "out"), "WORK": str(tmp_path / "work"), "PYTHON": "false"}
    script = str(repository / "scripts" / "gpu.sh")
    done = subprocess.run([script, "mfu", "prefix"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "FAILED" in line] == ["mfu FAILED", "prefix FAILED"]
    done = subprocess.run([script, "maxi"], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "no step maxi: expected mini, ways, mfu or prefix\n")


def test_what_comes_back_fits_into_few_files(repository: Path) -> None:
    """Three pieces of the `mini` weights, and the others."""
    script = (repository / "scripts" / "gpu.sh").read_text()
    names = set(re.findall(r"\$OUT/([a-z-]+[.a-z]+)\"", script)) | {"mini.tar.gz", "ways.tar.gz"}
    assert names == {"ways.md", "mfu.json", "shared-prefix.json", "mini.tar.gz", "ways.tar.gz"}
    assert 3 + len(names) <= MOST_FILES


def test_the_steps_fit_the_commands(repository: Path) -> None:
    """Their words of full size, which no rehearsal says."""
    defaults = dict(re.findall(r"\$\{(\w+):=([^}]*)\}", (repository / "scripts" / "gpu.sh").read_text()))
    scenes = ["--data", "scenes/train", "--first-scene", defaults["FIRST_SCENE"], "--render", "cuda", "--workers", "14"]
    for module, words in (
        ("baselines.train", [*shlex.split(defaults["MINI"]), *scenes, "--validation", "V", "--out", "O"]),
        ("baselines.training.sweep", ["strategies", *shlex.split(defaults["WAYS_OPTIONS"]), "--data", "D"]),
    ):
        tail = ["--time-budget", "570", "--seed", "0"] + (["--test", "T", "--out", "O"] if "sweep" in module else [])
        command = get_command(importlib.import_module(module).app)
        command.make_context(module, [*words, *tail]).close()  # refuses unknown options and missing ones
    assert shlex.split(defaults["WAYS"]) == [variation.name for variation in SWEEPS["strategies"]]


def _with_requirements(names: tuple[str, ...]) -> set[str]:
    """Names of installed distributions: these and all that they require without extras, here."""
    closure: set[str] = set()
    queue = [canonicalize_name(name) for name in names]
    while queue:
        name = queue.pop()
        if name in closure:
            continue
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        closure.add(name)
        for text in requirements:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                queue.append(canonicalize_name(requirement.name))
    return closure
