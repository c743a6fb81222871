"""Protects training on a bare GPU machine: torch, transformers, peft, accelerate, numpy, pillow, numba suffice."""

import importlib
import json
import os
import shlex
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

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

DAY = """
import sys
from importlib.util import find_spec
from pathlib import Path

print([name for name in {absent} if find_spec(name) is not None])

from baselines.train import app as train
from baselines.training.draw import app as draw
from baselines.training.evaluate import app as evaluate
from baselines.training.sweep import app as sweep
from speed import model_mfu, shared_prefix_speed

if __name__ == "__main__":
    def run(app, *words):
        app([str(word) for word in words], standalone_mode=False)

    draw_and_train = Path(sys.argv[1])
    shards, mini = draw_and_train / "shards", draw_and_train / "mini"
    for split in ("train", "validation"):
        run(draw, "--split", split, "--images", 1, "--workers", 1, "--out", shards / split)
    data = ("--preset", "smoke", "--data", shards / "train")
    run(train, *data, "--validation", shards / "validation", "--out", mini, "--until", "base", "--steps", "base=1")
    base = mini / "base" / "checkpoint"
    run(evaluate, base, "--shards", shards / "validation", "--out", mini / "predictions.jsonl")
    run(
        sweep, "ablations", *data, "--base", base, "--test", shards / "validation", "--steps", 1,
        "--seconds-each", 1, "--time-budget", 1, "--out", draw_and_train / "ablations",
    )
    model_mfu.main(["--shapes", "tiny", "--device", "cpu", "--images", "1", "--time-budget", "0"])
    shared_prefix_speed.main(["--checkpoint", str(base), "--regions", "2", "--max-new-tokens", "2", "--repeats", "1"])
    print("through the day")
"""


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


def test_all_of_a_day_on_a_gpu_machine_runs_there(bare_site: Path, tmp_path: Path, repository: Path) -> None:
    script = tmp_path / "day.py"
    script.write_text(DAY.format(absent=ABSENT))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    environment |= {"PYTHONPATH": os.pathsep.join([str(bare_site), str(repository)]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-S", str(script), str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.startswith("[]\n"), "these should not be there: " + done.stdout.splitlines()[0]
    assert "through the day" in done.stdout
    scores = json.loads((tmp_path / "mini" / "predictions.scores.json").read_text())
    predictions = (tmp_path / "mini" / "predictions.jsonl").read_text().splitlines()
    assert scores["regions"] == len(predictions) > 0
    assert json.loads((tmp_path / "ablations" / "results.json").read_text())[0]["name"] == "no-mask-encoder"


def test_the_make_targets_fit_the_commands(repository: Path) -> None:
    targets = ["gpu-data", *(f"gpu-{number}" for number in range(1, 6))]
    printed = subprocess.run(
        ["make", "--no-print-directory", "-n", *targets], cwd=repository, capture_output=True, text=True, check=True
    ).stdout
    commands = [shlex.split(line) for line in printed.replace("\\\n", " ").splitlines()]
    modules = [command[command.index("-m") + 1] for command in commands]
    assert modules.count("baselines.training.draw") == 3
    assert modules.count("baselines.training.sweep") == 2
    for module, words in zip(modules, (command[command.index("-m") + 2 :] for command in commands), strict=True):
        if module.startswith("baselines"):
            command = get_command(importlib.import_module(module).app)
            command.make_context(module, list(words)).close()  # refuses unknown options and missing ones
    assert {"speed.model_mfu", "speed.shared_prefix_speed"} < set(modules)


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
