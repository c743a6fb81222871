"""Protects the main job on the whole test split: load, predict, score; unique captions denote, plain ones do not."""

import functools
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from baselines.predict import predict
from benchmark import evaluate
from benchmark.inputs.scoring_data import scoring_data
from dataset.listener import listen
from dataset.loading.regions import load_regions, load_worlds


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("main-job")


METRICS = ("listener", "duplicate_rate")


def run(*arguments: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr


def scores_of(captioner: str, folder: Path) -> dict[str, float | None]:
    """The same job inside of this process, where the split is loaded already."""
    predict(captioner, folder / f"{captioner}.jsonl")
    data = scoring_data("scenes", "test")
    report = evaluate(folder / f"{captioner}.jsonl", data.regions, metrics=METRICS, worlds=worlds(), resamples=0)
    return {name: score.value for name, score in report.metrics.items()}


@functools.cache
def worlds() -> Mapping[str, Any]:
    return load_worlds("test")


@pytest.mark.parametrize("share", [8, pytest.param(1, marks=pytest.mark.rehearsal)])
def test_every_reference_denotes_its_region_alone(share: int) -> None:
    """Of every image one reference in so many; `make rehearse` hears all."""
    references = [(region, caption) for region in load_regions("scenes", "test") for caption in region.captions]
    asked = references[::share]
    wrong = [
        (region.region_id, caption)
        for region, caption in asked
        if listen(caption, worlds()[region.image_id], region.region_id.rpartition("/")[2]).outcome != "correct"
    ]
    assert wrong == []
    assert {region.image_id for region, _ in asked} == worlds().keys()


def test_every_region_has_three_different_references() -> None:
    regions = load_regions("scenes", "test")
    assert min(len(set(region.captions)) for region in regions) >= 3
    assert len({region.region_id for region in regions}) == len(regions)


def test_canonical_captions_are_all_heard_correctly(folder: Path) -> None:
    """Protects: the commands do the whole job, on all 200 scenes."""
    run("baselines.predict", "reference", "--out", "reference.jsonl", folder=folder)
    words = ["--metrics", ",".join(METRICS), "--json", "r.json"]
    run("benchmark.score", "reference.jsonl", *words, folder=folder)
    report = json.loads((folder / "r.json").read_text())
    assert (report["data"]["config"], report["data"]["images"]) == ("scenes", 200)
    assert report["metrics"]["listener_correct"]["value"] == 1.0
    assert report["metrics"]["duplicate_rate"]["value"] == 0.0


def test_category_captions_are_as_ambiguous_as_the_statistics_say(folder: Path) -> None:
    from dataset.inspection.statistics import plain_ambiguity

    scores = scores_of("category", folder)
    assert scores["listener_unparsed"] == 0.0
    assert scores["listener_correct"] == pytest.approx(1 - plain_ambiguity("scenes", "test")["category"], abs=0.03)


def test_a_siblings_caption_is_heard_as_another_region(folder: Path) -> None:
    assert scores_of("sibling", folder)["listener_correct"] < 0.01


def test_train_never_shows_what_the_novel_slice_shows() -> None:
    small = {"train": 40, "resolution": 96}
    assert {region.slice for region in load_regions("scenes", "train", **small)} == {"standard"}
    slices = [region.slice for region in load_regions("scenes", "test")]
    assert 0.02 < slices.count("novel") / len(slices) < 0.5
