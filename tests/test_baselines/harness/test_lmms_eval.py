"""Protects the task folder of lmms-eval: the real harness reads it, and its numbers are those of `evaluate`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import datasets
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from baselines.harness import CaptionTask
from baselines.harness.command import app
from baselines.harness.lmms_eval import write_task
from benchmark import evaluate
from dataset.errors import InvalidInputError, UnknownNameError
from dataset.loading.regions import load_regions, load_worlds
from tests.support.refoi_files import refoi_row, write_refoi

RUN = """
import json, sys
from lmms_eval.evaluator import simple_evaluate
from lmms_eval.tasks import TaskManager
tasks = TaskManager(include_path=sys.argv[1], include_defaults=False)
options = f"response={sys.argv[2]}"
results = simple_evaluate("dummy", options, tasks=sys.argv[3:], task_manager=tasks, log_samples=False)
print("RESULT", json.dumps(results["results"]))
"""


def written(task: CaptionTask, folder: Path) -> tuple[dict[str, object], ModuleType]:
    """The YAML file with its functions as names, and the module with the functions."""
    config, module = write_task(task, folder)

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))
    specification = importlib.util.spec_from_file_location(module.stem, module)
    assert specification is not None
    assert specification.loader is not None
    loaded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(loaded)
    return yaml.load(config.read_text(encoding="utf-8"), Loader), loaded


def test_task_of_the_photographs_scores_as_evaluate_does(tmp_path: Path) -> None:
    config, functions = written(CaptionTask("photos", view="crop", view_size=64), tmp_path)
    rows = datasets.load_dataset(config["dataset_path"], config["dataset_name"], **config["dataset_kwargs"])["test"]
    picture = functions.doc_to_visual(rows[0])[0]
    assert max(picture.size) == 64
    assert np.asarray(picture).std() > 0
    assert functions.doc_to_text(rows[0]).startswith("The image shows one region of a photograph")
    assert config["doc_to_target"] in rows.features
    answers = {row["region_id"]: f'"{row["short_caption"]}."' for row in rows.remove_columns("image")}
    results = [functions.process_results({"region_id": key}, [answer]) for key, answer in answers.items()]
    regions = load_regions("photos")
    captions = {region.region_id: f"{region.short_caption}." for region in regions}
    expected = evaluate(captions, regions, metrics=["unique_and_correct", "cider"])
    for metric in config["metric_list"]:
        name = metric["metric"]
        value = getattr(functions, metric["aggregation"].partition(".")[2])([result[name] for result in results])
        if name in expected.metrics:
            assert value == 100 * expected.metrics[name].value
        if name == "unique_and_correct_low":
            assert value == 100 * expected.metrics["unique_and_correct"].low
        assert metric["higher_is_better"] == (name != "duplicate_rate")


def test_a_part_of_the_data_is_scored_as_a_part() -> None:
    """A harness's --limit leaves regions out: they do not count as wrong, and the report says what is left."""
    task, regions = CaptionTask("photos"), load_regions("photos")
    first = [region for region in regions if region.image_id == regions[0].image_id]
    whole = task.report({region.region_id: region.caption for region in first})
    assert (whole.data.subset, whole.missing) == ("1 images", 0)
    cut = task.report({region.region_id: "I'm sorry, I cannot." for region in first[:3]})
    assert (cut.data.subset, cut.missing) == ("3 regions with captions", 3)
    with pytest.raises(InvalidInputError, match="no answers"):
        task.report({})


def test_what_is_wrong_with_a_task_is_said_when_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="contour"):
        CaptionTask(view="contur")
    with pytest.raises(UnknownNameError, match="validation"):
        CaptionTask(split="val2")
    done = CliRunner().invoke(app, ["lmms-eval", "--out", str(tmp_path), "--data-option", "test=2"])
    assert done.exit_code == 2
    assert "belongs to one config" in done.output
    assert not list(tmp_path.iterdir())


def test_the_real_harness_prints_the_headline(tmp_path: Path) -> None:
    pytest.importorskip("lmms_eval", reason="lmms-eval is not installed: make harness installs it and runs this test")
    settings = {"test": 2}
    write_task(CaptionTask("scenes", options=tuple(settings.items()), view_size=64), tmp_path / "tasks")
    rows = [refoi_row(shade=90), refoi_row(shade=120, written_descriptions=["a dog"])]
    refoi = {"data_dir": str(write_refoi(tmp_path / "refoi", co_occurrence=rows))}
    write_task(CaptionTask("refoi", "co_occurrence", tuple(refoi.items()), view_size=64), tmp_path / "tasks")
    regions = load_regions("scenes", "test", **settings)
    constant = next(region.caption for region in regions if "," not in region.caption)
    names = ["ureca_scenes", "ureca_refoi_co_occurrence"]
    command = [sys.executable, "-c", RUN, str(tmp_path / "tasks"), constant, *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("RESULT"))
    results, expressions = (json.loads(line.removeprefix("RESULT"))[name] for name in names)
    worlds = load_worlds("test", **settings)
    metrics = ["listener_correct", "unique_and_correct"]
    report = evaluate({region.region_id: constant for region in regions}, regions, metrics=metrics, worlds=worlds)
    assert results["listener_correct,none"] == pytest.approx(100 / len(regions))
    for name in metrics:
        assert results[f"{name},none"] == 100 * report.metrics[name].value
    assert results["listener_correct_high,none"] == 100 * report.metrics["listener_correct"].high
    assert report.metrics["listener_correct"].signature in done.stderr
    people = load_regions("refoi", "co_occurrence", **refoi)
    captions = {region.region_id: constant for region in people}
    protocol = "refoi, written expressions of co_occurrence: people's own, all of an object"
    report = evaluate(captions, people, metrics=["cider", "rouge_l"], protocol=protocol)
    assert report.metrics["rouge_l"].value > 0
    for name, score in report.metrics.items():
        assert expressions[f"{name},none"] == 100 * score.value
    assert report.metrics["cider"].signature in done.stderr
