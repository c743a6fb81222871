"""Protects faster steps: compiled layers and adapters without conversions learn what plain ones learn."""

import dataclasses
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from baselines.training import stage as stage_module
from baselines.training.base import build_model
from baselines.training.feed.data import FolderData
from baselines.training.logs import read_log
from baselines.training.optimizer import add_lora
from baselines.training.presets import Lora, Preset, Rates, find_preset
from baselines.training.shards import Scenes
from baselines.training.stage import RunOptions, Trainer
from baselines.training.tokenizer import caption_texts, train_tokenizer


def losses(boxes: Scenes, preset: Preset, folder: Path, *, compiles: bool) -> list[float]:
    """Of three steps of adapters in bfloat16."""
    adapters = {"rates": Rates(lora=1e-2), "lora": Lora(4, 8, 0.0), "steps": 3}
    stage = dataclasses.replace(preset.stages[-1], images_per_step=2, regions_per_image=2, **adapters)
    tokenizer = train_tokenizer(caption_texts(boxes.texts()), 600)
    model, processor = build_model(preset, tokenizer, "ureca", seed=0)
    options = RunOptions(precision="bf16", compiles=compiles)
    Trainer(model, processor, preset, stage, FolderData(boxes), None, folder, options).run()
    return [line["loss"] for line in read_log(folder / "log.jsonl")]


@pytest.fixture(scope="module")
def plain_steps(boxes: Scenes, tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """Losses of a trainer whose adapters convert their inputs, as peft has them do."""

    def add_converting(model: Any, stage: Any, *, autocast: bool = False) -> Any:
        return add_lora(model, stage, autocast=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_module, "add_lora", add_converting)
        return losses(boxes, find_preset("smoke"), tmp_path_factory.mktemp("plain"), compiles=False)


def test_adapters_without_conversions_learn_the_same(
    plain_steps: list[float], boxes: Scenes, smoke: Preset, tmp_path: Path
) -> None:
    assert losses(boxes, smoke, tmp_path / "lean", compiles=False) == pytest.approx(plain_steps, rel=1e-4)
    assert plain_steps[0] > plain_steps[-1]


@pytest.mark.parametrize("checkpointing", [False, True])
def test_compiled_layers_with_adapters_learn_the_same(
    plain_steps: list[float],
    boxes: Scenes,
    smoke: Preset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    checkpointing: bool,
) -> None:
    """Also where activations are recomputed; on a CPU without its compiler, which takes a minute."""
    monkeypatch.setattr(nn.Module, "compile", partialmethod(nn.Module.compile, backend="aot_eager"))
    torch._dynamo.reset()
    torch._dynamo.utils.counters.clear()
    preset = dataclasses.replace(smoke, checkpointing=checkpointing)
    assert losses(boxes, preset, tmp_path / "compiled", compiles=True) == pytest.approx(plain_steps, rel=1e-3)
    assert torch._dynamo.utils.counters["stats"]["unique_graphs"] > 0
    torch._dynamo.reset()
