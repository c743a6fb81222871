"""Protects models on the hub: what training saves can be pushed, and anybody's captioner finds it by its id."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from baselines import caption_regions, open_captioner
from baselines.predict import app
from dataset.loading.regions import load_images
from tests.support.fake_hub import FakeHub

PUSH_AND_LOAD = """
import sys
import torch
from baselines.ureca import UrecaForConditionalGeneration, UrecaProcessor
from transformers import AutoModelForImageTextToText, AutoProcessor
local = UrecaForConditionalGeneration.from_pretrained(sys.argv[1])
local.push_to_hub("ana/tiny", token="hf_writer")
UrecaProcessor.from_pretrained(sys.argv[1]).push_to_hub("ana/tiny", token="hf_writer")
away = AutoModelForImageTextToText.from_pretrained("ana/tiny")
assert type(away) is UrecaForConditionalGeneration
assert type(AutoProcessor.from_pretrained("ana/tiny")).__name__ == "UrecaProcessor"
for name, value in local.state_dict().items():
    assert torch.equal(value, away.state_dict()[name]), name
print("the same")

from baselines.predict import app
app(["ana/tiny", "--config", "photos", "--images", "1", "--device", "cpu", *sys.argv[2:]], standalone_mode=False)
"""


def python(hub: FakeHub, home: Path, *arguments: str) -> str:
    """What a process says whose hub is the one of the test."""
    environment = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0"}
    environment |= {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_what_is_pushed_is_found_by_its_id(tiny: Path, hub: FakeHub, tmp_path: Path) -> None:
    """Both ways: by the Auto classes, and as a captioner of the command."""
    home = tmp_path / "home"
    hub.repositories["models/ana/tiny"] = {"training.pt": b"never downloaded"}
    words = ["--option", "max_new_tokens=4", "--out", str(tmp_path / "away.jsonl")]
    assert "the same" in python(hub, home, "-c", PUSH_AND_LOAD, str(tiny), *words)
    pushed = hub.repositories["models/ana/tiny"]
    assert {"config.json", "model.safetensors", "tokenizer.json", "processor_config.json"} <= pushed.keys()
    assert pushed["model.safetensors"] in hub.large.values()
    away = [json.loads(line)["caption"] for line in (tmp_path / "away.jsonl").read_text().splitlines()]
    with open_captioner(str(tiny), {"max_new_tokens": 4}, device="cpu") as captioner:
        caption_regions(captioner, list(load_images("photos"))[:1], tmp_path / "local.jsonl")
    assert [json.loads(line)["caption"] for line in (tmp_path / "local.jsonl").read_text().splitlines()] == away
    assert not list(home.rglob("training.pt"))


def test_a_model_that_is_nowhere_is_named_with_the_way_out(tmp_path: Path) -> None:
    """Here the network is off."""
    done = CliRunner().invoke(app, ["ana/nothing", "--out", str(tmp_path / "p.jsonl")])
    assert done.exit_code == 2
    assert "ana/nothing: there is no such folder, and the hub does not give a model of this name" in done.output
    assert "ureca-nano" in done.output
