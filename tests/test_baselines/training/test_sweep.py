"""Protects comparisons: every variation starts equal, is evaluated as the benchmark is, and sweeps resume."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from baselines.training import sweep
from baselines.training.base import build_model, save_checkpoint
from baselines.training.draw import draw_shards
from baselines.training.evaluate import OUTCOMES, hear_captions
from baselines.training.presets import BASE, Rates, find_preset
from baselines.training.shards import Scenes
from baselines.training.sweep import SWEEPS, Variation, run_sweep
from baselines.training.tokenizer import caption_texts, train_tokenizer
from baselines.ureca import CONDITIONINGS, UrecaProcessor
from baselines.ureca.prompts import PROMPT_TEXTS
from benchmark import evaluate
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.loading.regions import load_regions, load_worlds

PRESET = dataclasses.replace(sweep._with_finetuning(find_preset("smoke"), 2), max_tiles=4)
VARIATIONS = (Variation("off", "none"), Variation("one", "ureca", {"dynamic_mask": False, "num_mask_tokens": 2}))


@pytest.fixture(scope="module")
def train_scenes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    return draw_shards(tmp_path_factory.mktemp("data") / "train", "train", 2, workers=1)


@pytest.fixture(scope="module")
def test_scenes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    return draw_shards(tmp_path_factory.mktemp("data") / "validation", "validation", 2, workers=1)


@pytest.fixture(scope="module")
def base(train_scenes: Scenes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "checkpoint"
    tokenizer = train_tokenizer(caption_texts(train_scenes.texts(), PROMPT_TEXTS), 600)
    save_checkpoint(*build_model(PRESET, tokenizer, "box_text", seed=0), folder, torch.float32)
    return folder


def test_every_variation_is_trained_and_evaluated_once(
    base: Path, train_scenes: Scenes, test_scenes: Scenes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {"time_budget": 0.01, "seconds_each": 60}
    first_records = run_sweep(VARIATIONS, PRESET, base, train_scenes, test_scenes, tmp_path, **short)
    assert [record["name"] for record in first_records] == [
        "off"
    ]  # no time for the next: it resumes when started again
    records = run_sweep(VARIATIONS, PRESET, base, train_scenes, test_scenes, tmp_path)
    assert [record["name"] for record in records] == ["off", "one"]
    assert records[0]["steps"] == records[0]["planned_steps"] == records[1]["steps"]  # equal work
    assert records[0]["regions_learned"] == records[1]["regions_learned"]
    for record in records:
        assert sum(share["value"] for share in record["evaluation"]["outcomes"].values()) == pytest.approx(1)
        predictions = (tmp_path / record["name"] / "predictions.jsonl").read_text().splitlines()
        assert len(predictions) == record["evaluation"]["regions"] == test_scenes.region_counts.sum()
    assert json.loads((tmp_path / "results.json").read_text()) == records
    assert (tmp_path / "results.md").read_text().count("\n") == 4
    processor = UrecaProcessor.from_pretrained(tmp_path / "one" / "ureca-finetune" / "checkpoint")
    mask = np.ones((448, 448), bool)
    assert len(processor.mask_tiles(mask)) == 1  # the switch survives the checkpoint ...
    assert (
        len(processor.image_processor(images=[Image.new("RGB", (448, 448))])["pixel_values"]) == 5
    )  # ... for masks only

    monkeypatch.setattr("baselines.training.sweep.train", None)  # nothing is trained again
    assert run_sweep(VARIATIONS, PRESET, base, train_scenes, test_scenes, tmp_path) == records


def test_masks_of_one_tile_are_refused_where_the_encoder_looks_at_the_images_tiles(train_scenes: Scenes) -> None:
    tokenizer = train_tokenizer(caption_texts(train_scenes.texts(), PROMPT_TEXTS), 600)
    with pytest.raises(InvalidInputError, match="dynamic_mask=True"):
        build_model(dataclasses.replace(PRESET, dynamic_mask=False), tokenizer, "ureca-moments", seed=0)


def test_what_is_learned_from_is_no_test(base: Path, train_scenes: Scenes, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="evaluate on other data"):
        run_sweep(VARIATIONS, PRESET, base, train_scenes, train_scenes, tmp_path)


def test_a_preset_without_a_base_starts_from_nothing(train_scenes: Scenes, test_scenes: Scenes, tmp_path: Path) -> None:
    finetune = PRESET.stages[-1]
    together = dataclasses.replace(finetune, steps=1, rates=Rates(1e-3, 1e-3, 1e-3, 1e-3))
    at_once = dataclasses.replace(PRESET, stages=(together,))
    [record] = run_sweep(VARIATIONS[:1], at_once, None, train_scenes, test_scenes, tmp_path)
    assert (record["base"], record["steps"]) == (None, 1)
    with pytest.raises(InvalidInputError, match=r"makes a base.*\n?.*"):
        run_sweep(VARIATIONS, PRESET, None, train_scenes, test_scenes, tmp_path / "other")


def test_variations_are_chosen_by_name() -> None:
    names = [variation.name for variation in sweep._variations_of(SWEEPS["strategies"], ["ureca", "none"])]
    assert names == ["ureca", "none"]
    assert sweep._variations_of(SWEEPS["strategies"], []) == SWEEPS["strategies"]
    with pytest.raises(UnknownNameError, match="Did you mean 'ureca'"):
        sweep._variations_of(SWEEPS["strategies"], ["urec"])


def test_the_listener_hears_what_the_benchmark_hears(test_scenes: Scenes) -> None:
    regions = load_regions("scenes", "validation", validation=2)
    captions = {
        region.region_id: region.caption if number % 3 else f"the {region.category}"
        for number, region in enumerate(regions)
    }
    report = evaluate(captions, regions, metrics=["listener"], worlds=load_worlds("validation", validation=2))
    shares = hear_captions(captions, test_scenes, 2)
    named = {name: report.metrics.get(f"listener_{name}") for name in OUTCOMES}
    assert named["correct"] is not None
    for name, expected in named.items():
        if expected is None:  # the benchmark says "wrong" by the kind of the region that was heard
            continue
        assert (shares[name].value, shares[name].low, shares[name].high) == pytest.approx(
            (expected.value, expected.low, expected.high)
        )
    assert 0.5 < shares["correct"].value < 1
    assert hear_captions(captions, test_scenes, 1)["correct"].low is None  # one image says nothing of others


def test_sweeps_are_the_papers_tables_over_known_parts() -> None:
    assert [variation.conditioning for variation in SWEEPS["strategies"]] == [
        name for name in CONDITIONINGS if name != "ureca-blind"
    ]
    for variations in SWEEPS.values():
        assert len({variation.name for variation in variations}) == len(variations)
        for variation in variations:
            assert variation.conditioning in CONDITIONINGS
            dataclasses.replace(find_preset("mini"), **variation.changes)


def test_fewer_steps_shorten_every_stage_alike() -> None:
    smoke = find_preset("smoke")
    shorter = sweep._with_finetuning(smoke, smoke.stages[-1].steps // 2)
    for before, after in zip(smoke.stages, shorter.stages, strict=True):
        assert after.steps == pytest.approx(before.steps / 2, abs=1)
    assert BASE in {stage.name for stage in shorter.stages}


def test_pictures_of_their_own_are_learned_in_more_passes_not_in_other_steps() -> None:
    finetune = dataclasses.replace(find_preset("mini").stages[-1], images_per_step=64)
    assert finetune.backward_passes(1) == 1
    assert finetune.backward_passes(16) == 16  # 4 images with 16 regions each
    assert finetune.backward_passes(16, processes=8) == 2
    odd = dataclasses.replace(finetune, images_per_step=6)
    assert odd.backward_passes(64) == 2  # 3 images cannot be halved


def test_an_unknown_sweep_is_named_with_the_nearest(tmp_path: Path) -> None:
    paths = ["--base", "b", "--data", "d", "--test", "t", "--out", str(tmp_path)]
    answer = CliRunner().invoke(sweep.app, ["ablation", *paths])
    assert answer.exit_code == 2
    assert "Did you mean 'ablations'" in answer.output
