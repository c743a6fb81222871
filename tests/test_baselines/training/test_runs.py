"""Protects training runs: killed, stopped, continued, in several processes, and wrong on the command line."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from baselines.train import app, train
from baselines.training.logs import TrainingLog, read_log
from baselines.training.presets import Preset
from baselines.training.shards import Scenes
from dataset.errors import InvalidInputError


def train_here(*arguments: str) -> None:
    """The command in this process, which has PyTorch already."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output


def test_a_killed_run_goes_on_with_the_same_losses(boxes: Scenes, tmp_path: Path) -> None:
    """SIGKILL in the middle; the log of the second start is that of an uninterrupted run."""
    options = "--preset smoke --conditioning ureca --until base --threads 1 --steps base=12"
    command = [sys.executable, "-m", "baselines.train", "--data", str(boxes.folder), *options.split()]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    whole = tmp_path / "whole"
    train_here(*command[3:], "--out", str(whole))
    broken = tmp_path / "broken"
    process = subprocess.Popen([*command, "--out", str(broken)], env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (broken / "base" / "state" / "where.json").is_file() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (broken / "base" / "checkpoint").exists()
    train_here(*command[3:], "--out", str(broken))
    losses = [
        [(line["step"], line["loss"]) for line in read_log(run / "base" / "log.jsonl")] for run in (whole, broken)
    ]
    assert losses[0] == losses[1]
    assert [step for step, _ in losses[0]] == list(range(1, 13))
    one, other = ((run / "base" / "checkpoint" / "model.safetensors").read_bytes() for run in (whole, broken))
    assert one == other


def test_a_time_budget_is_kept_and_ends_with_a_checkpoint(boxes: Scenes, smoke: Preset, tmp_path: Path) -> None:
    endless = dataclasses.replace(
        smoke, stages=(dataclasses.replace(smoke.stages[0], steps=1_000_000),), validate_every=10**9, save_every=10**9
    )
    train(endless, boxes, tmp_path, time_budget=3)
    lines = read_log(tmp_path / "base" / "log.jsonl")
    assert lines[-1]["rate"] < 0.1 * max(line["rate"] for line in lines)  # the cosine ends with the time
    assert (tmp_path / "base" / "checkpoint" / "config.json").is_file()


def test_another_run_is_not_continued(boxes: Scenes, smoke: Preset, tmp_path: Path) -> None:
    short = dataclasses.replace(smoke, stages=(dataclasses.replace(smoke.stages[0], steps=8),))

    class Stopped(Exception):  # noqa: N818
        pass

    from baselines.training import stage as training_stage

    def stop(_trainer: object, _folder: Path) -> None:
        raise Stopped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_stage.Trainer, "_save_checkpoint", stop)
        with pytest.raises(Stopped):
            train(short, boxes, tmp_path)
    with pytest.raises(InvalidInputError, match=r"seed: was 0, now 1"):
        train(short, boxes, tmp_path, seed=1)
    with pytest.raises(InvalidInputError, match=r"grid: was .*'max_tiles': 1.* now .*'max_tiles': 2"):
        train(dataclasses.replace(short, max_tiles=2), boxes, tmp_path)


def run_stages(boxes: Scenes, out: Path, *launch: str) -> dict[str, list[dict[str, float]]]:
    """Logs of the stages of `smoke`, a few steps each."""
    options = ["--preset", "smoke", "--data", str(boxes.folder), "--threads", "1", "--out", str(out)]
    for steps in ("base=6", "mask-encoder=1", "finetune=2"):
        options += ["--steps", steps]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, *launch, *options], check=True, env=environment, capture_output=True)
    return {path.parent.name: read_log(path) for path in sorted(out.glob("*/log.jsonl"))}


@pytest.mark.rehearsal
def test_two_processes_train_as_one(boxes: Scenes, tmp_path: Path, repository: Path) -> None:
    """torchrun on two CPU processes, with whole weights in each and with shared ones (FSDP).

    The same batches split in two give the gradients of one process; sharing changes nothing, with adapters on the
    language model too, and its checkpoints are whole.
    """
    torchrun = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "0"]
    torchrun += ["--rdzv-backend", "c10d", "--rdzv-endpoint", "127.0.0.1:0"]
    driver = str(repository / "tests" / "support" / "train_on_cpus.py")
    one = run_stages(boxes, tmp_path / "one", driver, "--until", "base")
    two = run_stages(boxes, tmp_path / "two", *torchrun, driver)
    shared = run_stages(boxes, tmp_path / "shared", *torchrun, driver, "--shared")
    assert [len(log) for log in shared.values()] == [6, 2, 1]
    assert [line["regions"] for line in two["base"]] == [line["regions"] for line in one["base"]]
    norms = [[line["gradient_norm"] for line in run["base"]] for run in (one, two)]
    assert norms[0] == pytest.approx(norms[1], rel=0.05)  # means over two halves: captions differ in length
    for stage, log in two.items():
        assert [line["loss"] for line in shared[stage]] == pytest.approx([line["loss"] for line in log], abs=2e-4)
        weights = [load_file(tmp_path / run / stage / "checkpoint" / "model.safetensors") for run in ("two", "shared")]
        assert weights[0].keys() == weights[1].keys()
        for name, values in weights[0].items():
            assert torch.allclose(values.float(), weights[1][name].float(), atol=2e-3), name


def test_a_log_forgets_what_comes_again(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path, 0)
    for step in (1, 2, 3):
        log.write("train", step, {"loss": 1.0 / step})
    log.close()
    with (tmp_path / "log.jsonl").open("a") as lines:
        lines.write('{"kind": "train", "st')  # cut off by a kill
    TrainingLog(tmp_path, 2).close()
    assert [line["step"] for line in read_log(tmp_path / "log.jsonl")] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "nanoo"], "Did you mean 'nano'"),
        (["--preset", "smoke", "--steps", "base"], "expected STAGE=N"),
        (["--preset", "smoke", "--steps", "bases=3"], "Did you mean 'base'"),
        (["--preset", "smoke", "--conditioning", "boxtext"], "Did you mean 'box_text'"),
        (["--preset", "smoke", "--precision", "fp16"], "expected bf16 or no"),
        (["--preset", "smoke", "--until", "finetun"], "Did you mean 'finetune'"),
        (["--preset", "smoke", "--base", "nowhere/at-all"], "cannot be loaded"),
        (["--preset", "smoke", "--mirrored"], "only the words of scenes"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(
    arguments: list[str], message: str, boxes: Scenes, tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, [*arguments, "--data", str(boxes.folder), "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
