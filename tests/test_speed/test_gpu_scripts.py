"""Protects the speed figures: the arithmetic that MFU counts is what PyTorch counts, and both scripts measure."""

import json
from pathlib import Path

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from baselines.training.optimizer import add_lora, freeze
from baselines.training.packs import pack_attention
from baselines.training.presets import Rates, Stage, find_preset
from dataset.scenes.options import ScenesOptions
from speed import model_mfu, shared_prefix_speed

TINY = model_mfu.SHAPES["tiny"]
LORA = find_preset("internvl3-8b").stages[-1]
ALL = Stage("all", Rates(vision=1, projector=1, text=1, mask_encoder=1), 1, 1, steps=1)


@pytest.fixture(autouse=True)
def one_seed() -> None:
    torch.manual_seed(0)


# With adapters, nothing before the first layer is trained, and PyTorch leaves out the gradients of its input: 1 of 2
# layers here, 1 of 28 in the large model.
@pytest.mark.parametrize(("stage", "tolerance"), [(ALL, 0.005), (LORA, 0.03)])
def test_needed_flops_are_what_pytorch_counts(stage: Stage, tolerance: float) -> None:
    model = model_mfu.build(TINY, torch.device("cpu"))
    model.set_attn_implementation("eager")  # the counter knows no fused attention on a CPU
    model = add_lora(model, stage)
    freeze(model, stage.rates)
    batch = model_mfu.random_batch(TINY, model.config, images=2, regions=2)
    with FlopCounterMode(display=False) as counter:
        model(**batch.inputs(torch.device("cpu"), model_mfu.as_numbers), answer_logits=True).loss.backward()
    every_pair = len(batch.input_ids) * batch.input_ids.shape[1] ** 2
    expected = model_mfu.needed_flops(model.config, stage, batch, pairs=every_pair)
    assert counter.get_total_flops() == pytest.approx(expected, rel=tolerance)
    assert model_mfu.needed_flops(model.config, stage, batch) < expected


def test_the_large_shapes_need_what_was_computed_by_hand() -> None:
    """7 tiles and one region: 2,054 tokens, 65-69 TFLOP without checkpointing (computed before there was this code)."""
    shapes = model_mfu.SHAPES["internvl3-8b"]
    model = model_mfu.build(shapes, torch.device("meta"))
    assert sum(parameter.numel() for parameter in model.parameters()) == pytest.approx(8e9, rel=0.01)
    batch = model_mfu.random_batch(shapes, model.config, images=1, regions=1)
    assert batch.input_ids.shape == (1, 2054)
    assert 65e12 < model_mfu.needed_flops(model.config, LORA, batch) < 69e12


def test_random_packs_hide_regions_from_each_other() -> None:
    config = model_mfu.build(TINY, torch.device("meta")).config
    batch = model_mfu.random_batch(TINY, config, images=1, regions=2)
    seen = pack_attention(batch.segments)[0, 0]
    first, second = (torch.nonzero(batch.segments[0] == region).flatten() for region in (1, 2))
    assert not seen[second][:, first].any()
    assert seen[second][:, batch.segments[0] == 0].all()


def test_mfu_of_the_tiny_shapes_is_measured_on_a_cpu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mfu.json"
    model_mfu.main(["--shapes", "tiny", "--device", "cpu", "--images", "1", "--steps", "1", "--out", str(out)])
    report = json.loads(out.read_text())
    variants = {(row["checkpointing"], row["answer_logits"], row["regions_per_image"]) for row in report["rows"]}
    assert len(variants) == len(report["rows"]) == 8
    for row in report["rows"]:
        assert row["mfu"] == pytest.approx(row["flops_per_second"] / report["measured_peak_flops"])
        assert row["samples_per_second"] == pytest.approx(row["regions_per_image"] / row["step_seconds"])
    assert "target (MFU >= 40%)" in capsys.readouterr().out


def test_a_spent_time_budget_ends_the_measuring(tmp_path: Path) -> None:
    out = tmp_path / "mfu.json"
    model_mfu.main(
        ["--shapes", "tiny", "--device", "cpu", "--images", "1", "2", "--time-budget", "0", "--out", str(out)]
    )
    assert len(json.loads(out.read_text())["rows"]) == 1


@pytest.mark.parametrize("clocked", [False, pytest.param(True, marks=pytest.mark.speed)])
def test_shared_prefix_gives_the_captions_of_one_by_one_with_less_work(clocked: bool) -> None:
    scene = shared_prefix_speed.first_regions(shared_prefix_speed.draw_example(ScenesOptions(), "validation", 0)[0], 8)
    captioner = shared_prefix_speed.random_captioner("smoke", "ureca", scene, "cpu")
    captioner.max_new_tokens = 6
    report = shared_prefix_speed.measure(captioner, scene, repeats=1)
    assert report["equal_captions"] == {"shared_prefix": 8, "one_by_one": 8}
    assert not clocked or report["ratio"] > 1
