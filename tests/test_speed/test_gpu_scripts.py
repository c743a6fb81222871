"""Protects the speed figures: the arithmetic that MFU counts is what PyTorch counts, and both scripts measure."""

import itertools
import json
import os
import signal
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from baselines.training.feed.packs import pack_attention
from baselines.training.optimizer import add_lora, freeze
from baselines.training.presets import Rates, Stage, find_preset
from dataset.scenes.options import ScenesOptions
from speed import _training_step, model_mfu, shared_prefix_speed

TINY = _training_step.SHAPES["tiny"]
LORA = find_preset("internvl3-8b").stages[-1]
ALL = Stage("all", Rates(vision=1, projector=1, text=1, mask_encoder=1), 1, 1, steps=1)

ON_CPU = ["--shapes", "tiny", "--device", "cpu"]
WAY = ("setup", "checkpointing", "answer_logits", "regions_per_image")


@pytest.fixture(autouse=True)
def one_seed() -> None:
    torch.manual_seed(0)


# With adapters, nothing before the first layer is trained, and PyTorch leaves out the gradients of its input: 1 of 2
# layers here, 1 of 28 in the large model.
@pytest.mark.parametrize(("stage", "tolerance"), [(ALL, 0.005), (LORA, 0.03)])
def test_needed_flops_are_what_pytorch_counts(stage: Stage, tolerance: float) -> None:
    model = _training_step.build(TINY, torch.device("cpu"))
    model.set_attn_implementation("eager")  # the counter knows no fused attention on a CPU
    model = add_lora(model, stage)
    freeze(model, stage.rates)
    batch = _training_step.random_batch(TINY, model.config, images=2, regions=2)
    with FlopCounterMode(display=False) as counter:
        model(**batch.inputs(torch.device("cpu")), answer_logits=True).loss.backward()
    every_pair = len(batch.input_ids) * batch.input_ids.shape[1] ** 2
    expected = _training_step.needed_flops(model.config, stage, batch, pairs=every_pair)
    assert counter.get_total_flops() == pytest.approx(expected, rel=tolerance)
    assert _training_step.needed_flops(model.config, stage, batch) < expected


def test_the_large_shapes_need_what_was_computed_by_hand() -> None:
    """7 tiles and one region: 2,054 tokens, 65-69 TFLOP without checkpointing (computed before there was this code)."""
    shapes = _training_step.SHAPES["internvl3-8b"]
    model = _training_step.build(shapes, torch.device("meta"))
    assert sum(parameter.numel() for parameter in model.parameters()) == pytest.approx(8e9, rel=0.01)
    batch = _training_step.random_batch(shapes, model.config, images=1, regions=1)
    assert batch.input_ids.shape == (1, 2054)
    assert 65e12 < _training_step.needed_flops(model.config, LORA, batch) < 69e12


def test_random_packs_hide_regions_from_each_other() -> None:
    config = _training_step.build(TINY, torch.device("meta")).config
    batch = _training_step.random_batch(TINY, config, images=1, regions=2)
    seen = pack_attention(batch.segments)[0, 0]
    first, second = (torch.nonzero(batch.segments[0] == region).flatten() for region in (1, 2))
    assert not seen[second][:, first].any()
    assert seen[second][:, batch.segments[0] == 0].all()


def test_mfu_of_the_tiny_shapes_is_measured_on_a_cpu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mfu.json"
    setups = ["plain", "lean"]
    model_mfu.main([*ON_CPU, "--images", "1", "--steps", "1", "--setups", *setups, "--out", str(out)])
    report = json.loads(out.read_text())
    measured = {tuple(row[name] for name in WAY) for row in report["rows"]}
    assert len(measured) == len(report["rows"]) == len(model_mfu.ways(setups, 2))
    for row in report["rows"]:
        assert row["mfu"] == pytest.approx(row["flops_per_second"] / report["measured_peak_flops"])
        assert row["samples_per_second"] == pytest.approx(row["regions_per_image"] / row["step_seconds"])
    printed = capsys.readouterr().out
    target, _, best = printed[printed.index("target (MFU >= 40%)") :].splitlines()[:3]
    assert f"{max(row['mfu'] for row in report['rows']):.1%}" in target
    assert f"{max(row['mfu'] for row in report['rows']):.1%}" in best


@torch.no_grad()
def test_all_setups_learn_the_same() -> None:
    """One region, so that the mask is causal; without dropout."""
    bench = model_mfu.Bench(TINY, torch.device("cpu"), LORA)
    bench.model.eval()
    batch = _training_step.random_batch(TINY, bench.model.config, images=2, regions=1)
    inputs = batch.inputs(torch.device("cpu"))
    losses = []
    for setup in ("plain", "lean", "compiled"):
        bench.arrange(model_mfu.Way(setup, False, True, 1))
        causal = {} if setup == "plain" else {"attention_mask": None, "position_ids": None, "use_cache": False}
        losses.append(float(bench.model(**{**inputs, **causal}, answer_logits=True).loss))
    assert losses[1:] == pytest.approx([losses[0]] * 2, rel=1e-5)


NO_MEMORY = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
)


def test_running_out_of_memory_ends_growing_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is said: each way of running meets another error. What fits is not computed."""
    errors = itertools.cycle(NO_MEMORY)
    assert len(model_mfu.ways(["lean"], 2)) >= len(NO_MEMORY)

    def small_step(bench: model_mfu.Bench, inputs: dict[str, torch.Tensor]) -> None:
        if len(inputs["input_ids"]) > 1:
            raise next(errors)

    monkeypatch.setattr(model_mfu.Bench, "step", small_step)
    out = tmp_path / "mfu.json"
    words = ["--images", "1", "2", "4", "--steps", "1", "--setups", "lean", "--out", str(out)]
    model_mfu.main([*ON_CPU, *words])
    rows = json.loads(out.read_text())["rows"]
    assert [row["images"] for row in rows] == [1, 2] * len(model_mfu.ways(["lean"], 2))
    assert [row.get("problem") for row in rows] == [None, "out of memory"] * (len(rows) // 2)


def test_what_was_measured_before_a_stop_is_written_and_summed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measure, out = model_mfu.Bench.measure, tmp_path / "mfu.json"

    def measure_and_stop(bench: model_mfu.Bench, way: model_mfu.Way, images: int, steps: int) -> dict[str, float]:
        if images == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return measure(bench, way, images, steps)

    monkeypatch.setattr(model_mfu.Bench, "measure", measure_and_stop)
    with pytest.raises(SystemExit):
        model_mfu.main([*ON_CPU, "--images", "1", "2", "--steps", "1", "--out", str(out)])
    assert len(json.loads(out.read_text())["rows"]) == 1
    assert "target (MFU >= 40%)" in capsys.readouterr().out


def test_a_spent_time_budget_ends_the_measuring(tmp_path: Path) -> None:
    out = tmp_path / "mfu.json"
    model_mfu.main([*ON_CPU, "--images", "1", "2", "--time-budget", "0", "--out", str(out)])
    assert json.loads(out.read_text())["rows"] == []


@pytest.mark.parametrize("clocked", [False, pytest.param(True, marks=pytest.mark.speed)])
def test_shared_prefix_gives_the_captions_of_one_by_one_with_less_work(clocked: bool) -> None:
    scene = shared_prefix_speed.first_regions(shared_prefix_speed.draw_example(ScenesOptions(), "validation", 0)[0], 8)
    captioner = shared_prefix_speed.random_captioner("smoke", "ureca", scene, "cpu")
    captioner.max_new_tokens = 6
    report = shared_prefix_speed.measure(captioner, scene, repeats=1)
    assert report["equal_captions"] == {"shared_prefix": 8, "one_by_one": 8}
    assert not clocked or report["ratio"] > 1
