"""Protects the command: killed by the operating system it goes on to the same bytes; planted errors are corrected."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from benchmark.inputs.verdicts import read_verdicts
from benchmark.judge.__main__ import app
from benchmark.verdicts.calibration import Calibration, CalibrationItem
from dataset.loading.regions import load_regions
from dataset.photos.photographs import PHOTOGRAPHS
from tests.support.judged_squares import caption_of, reply

QUICK = ["--size", "64", "--rounds", "1"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Predictions for all regions of the photographs: every second caption is nonsense."""
    path = tmp_path / "photos.jsonl"
    rows = [
        {"region_id": region.region_id, "caption": region.caption if number % 2 else f"purple nonsense {number}"}
        for number, region in enumerate(load_regions("photos", "test"))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def judge(*arguments: str) -> Result:
    """The command in this process."""
    return CliRunner().invoke(app, arguments)


def test_a_killed_command_goes_on_to_the_same_bytes(chat_server, photos, tmp_path, repository) -> None:
    chat_server.behave = lambda body, _: reply([1 + len(caption_of(body)) % 2])
    ask = [str(photos), "--url", chat_server.url, "--model", "model-a", "--limit", "40", *QUICK]
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    result = judge(*ask, "--out", str(whole))
    assert result.exit_code == 0, result.stderr
    assert len(chat_server.bodies) == 40
    assert "judge_correct" in result.stdout
    chat_server.seconds = 0.3
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    command = [sys.executable, "-m", "benchmark.judge", *ask, "--out", str(broken), "--concurrency", "2"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    while len(chat_server.bodies) < 60 and running.poll() is None:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL
    assert not broken.exists()
    chat_server.seconds = 0.0
    before = len(chat_server.bodies)
    assert judge(*ask, "--out", str(broken)).exit_code == 0
    assert len(chat_server.bodies) - before <= 40 - 16  # at most what was under way is asked again
    assert broken.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*broken*")) == ["broken.jsonl"]


def test_planted_errors_of_a_server_are_corrected(chat_server, photos, tmp_path) -> None:
    """The server accepts 80% of the true captions and 15% of the nonsense; half of the captions are true."""
    panels = {"true": 0.8, "nonsense": 0.15}

    def planted(body: dict, _: int) -> str:
        caption = caption_of(body)
        kind = "nonsense" if caption.startswith("purple nonsense") else "true"
        chance = int(hashlib.sha256(caption.encode()).hexdigest()[:8], 16) / 2**32
        return reply(["FITS"] if chance < panels[kind] else [])

    truth = {row["caption"]: row["region_id"] for row in map(json.loads, photos.read_text().splitlines())}
    orders: dict[str, int] = {}

    def behave(body: dict, number: int) -> str:
        answer = json.loads(planted(body, number))
        answer["fits"] = [orders[caption_of(body)] for _ in answer["fits"]]
        return json.dumps(answer)

    from benchmark.inputs.scoring_data import scoring_data
    from benchmark.judge.panels import PanelOptions
    from benchmark.judge.plan import Questions, images_to_judge

    options = PanelOptions(size=64, rounds=1)
    data = scoring_data("photos", "test")
    questions = Questions(images_to_judge(data, {region: caption for caption, region in truth.items()}), options)
    for place in questions.places():
        caption = questions.caption(place)
        (together,) = questions.regions_of(place)
        orders[caption.caption] = together.index(caption.region_id) + 1
    chat_server.behave = behave
    items = [
        CalibrationItem(f"c{k}", "", "", "", truth_, truth_, accepted, accepted)
        for k in range(200)
        for truth_, accepted in ((True, k < 160), (False, k < 30))
    ]
    Calibration("", "scenes", tuple(items)).write(tmp_path / "c.json")
    out, calibration = str(tmp_path / "v.jsonl"), str(tmp_path / "c.json")
    asked = [str(photos), "--url", chat_server.url, "--model", "model-a", "--out", out, *QUICK]
    result = judge(*asked, "--calibration", calibration)
    assert result.exit_code == 0, result.stderr
    verdicts = read_verdicts(tmp_path / "v.jsonl")
    raw = sum(verdict.is_unique for verdict in verdicts) / len(verdicts)
    assert 0.4 < raw < 0.5
    (line,) = [line for line in result.stdout.splitlines() if "judge_correct_corrected" in line]
    value, low, high = (float(number.strip("[],")) for number in line.replace("│", " ").split()[2:5])
    assert low < 50 < high
    assert abs(value - 50) < 6
    offline = judge(str(photos), "--verdicts", out, "--calibration", calibration)
    assert line in offline.stdout.splitlines()


def test_costs_and_pictures_come_before_questions(photos, tmp_path) -> None:
    """No server: a forecast, and the first questions as they would be asked."""
    show = tmp_path / "questions"
    prices = ["--prompt-price", "2", "--completion-price", "8"]
    result = judge(str(photos), *prices, "--show", str(show), "--limit", "9", *QUICK)
    assert result.exit_code == 0, result.stderr
    assert "9 captions, 9 to 9 questions" in result.stderr
    assert "in all" in result.stderr
    assert len(list(show.glob("*.png"))) == len(list(show.glob("*.txt"))) == 8
    assert len(PHOTOGRAPHS) == 8


def test_mistakes_are_messages(photos) -> None:
    for arguments, words in (
        ([], "--url is missing"),
        (["--url", "http://127.0.0.1:9", "--model", "m", "--view", "fisheye"], "one of panels, numbered, single"),
        (["--url", "http://127.0.0.1:9", "--model", "m"], "Is a chat server running there"),
        (["--url", "http://127.0.0.1:9", "--model", "m", "--budget", "3"], "no price"),
    ):
        result = judge(str(photos), *arguments, *QUICK)
        assert result.exit_code == 2
        assert words in result.stderr
        assert "Traceback" not in result.stderr
