"""Protects the measurement of scenes per second: it compares, counts, reports failures and ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

from dataset.scenes.options import ScenesOptions
from speed import gpu_scenes

ROOT = Path(__file__).parents[2]


def test_a_scene_is_the_same_on_the_same_device() -> None:
    reports: list[dict[str, float]] = []
    gpu_scenes.compare(ScenesOptions(resolution=64), [5], "cpu", reports.append)
    (line,) = reports
    assert line["pixels"] == 64 * 64
    assert line["regions"] > 3
    assert [line[f"{name}_that_differ"] for name in ("pixels", "nodes", "captions")] == [0, 0, 0]


def test_processes_draw_until_the_time_is_over() -> None:
    command = [
        sys.executable,
        "-m",
        "speed.gpu_scenes",
        "--workers",
        "2",
        "--seconds",
        "1",
        "--resolution",
        "64",
        "--patience",
        "900",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["workers_ready"] == 2, done.stderr
    assert lines[-1]["scenes"] > 0
    assert set(lines[-1]["ms"]) == set(gpu_scenes.STEPS)


def test_a_process_that_fails_is_reported_and_the_run_ends() -> None:
    command = [
        sys.executable,
        "-m",
        "speed.gpu_scenes",
        "--workers",
        "1",
        "--seconds",
        "1",
        "--resolution",
        "64",
        "--patience",
        "900",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "NUMBA_DISABLE_CUDA": "1"}
    done = subprocess.run(
        [*command, "--device", "cuda", "--compare", "1"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["failed"] for line in lines if "failed" in line} == {"compare", "produce"}, done.stderr
    assert lines[-1]["scenes"] == 0
