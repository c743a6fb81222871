"""Protects the dataset class of VLMEvalKit, against the interface that its commit e8e78f0 publishes.

VLMEvalKit is on no package index, so a stand-in takes its place where it is not installed: a base class that calls and
keeps what the published one does, and nothing else.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas
import pytest
from PIL import Image

from baselines.harness import CaptionTask
from baselines.harness.vlmevalkit import dataset_class, register
from benchmark import evaluate
from dataset.errors import InvalidInputError, MissingDependencyError
from dataset.loading.regions import load_regions


class Base:
    """What a subclass of ``ImageBaseDataset`` gets and is asked for."""

    MODALITY = "IMAGE"
    DATASET_URL: dict[str, str] = {}  # noqa: RUF012 - as published

    def __init__(self, dataset: str, skip_noimg: bool = True) -> None:
        self.dataset_name = dataset
        self.img_root = str(Path(pytest.root) / "images" / dataset)
        data = self.load_data(dataset)
        assert "image" not in data, "images are files"
        data["index"] = [str(index) for index in data["index"]]
        self.data = data

    def __len__(self) -> int:
        return len(self.data)

    @classmethod
    def supported_datasets(cls) -> list[str]:
        return list(cls.DATASET_URL)


@pytest.fixture
def kit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    monkeypatch.setattr(pytest, "root", tmp_path, raising=False)
    modules = {name: ModuleType(name) for name in ("vlmeval", "vlmeval.dataset", "vlmeval.dataset.image_base")}
    smp = modules["vlmeval.smp"] = ModuleType("vlmeval.smp")
    smp.load = pandas.read_json
    smp.dump = lambda value, path: Path(path).write_text(json.dumps(value))
    modules["vlmeval.dataset"].DATASET_CLASSES = []
    modules["vlmeval.dataset"].SUPPORTED_DATASETS = []
    modules["vlmeval.dataset.image_base"].ImageBaseDataset = Base
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    return modules["vlmeval.dataset"]


def test_the_class_is_in_the_list_once(kit: Any) -> None:
    assert register() is register()
    assert [known.__name__ for known in kit.DATASET_CLASSES] == ["UrecaDataset"]
    assert kit.SUPPORTED_DATASETS == ["URECA_scenes", "URECA_rooms", "URECA_photos"]


def test_regions_are_asked_about_and_scored_as_evaluate_does(kit: ModuleType, tmp_path: Path) -> None:
    regions = load_regions("photos")
    data = dataset_class([CaptionTask("photos", view_size=64)])("URECA_photos")
    assert len(data) == len(regions)
    for line in (0, data.data.iloc[1]):
        picture, words = data.build_prompt(line)
        assert max(Image.open(picture["value"]).size) == 64
        assert words == {"type": "text", "value": CaptionTask("photos").question}
    rows = [{"region_id": region.region_id, "prediction": f"Caption: {region.short_caption}"} for region in regions]
    file = tmp_path / "model_URECA_photos.json"
    file.write_text(json.dumps(rows))
    scores = data.evaluate(str(file), model="unused")
    captions = {region.region_id: region.short_caption for region in regions}
    expected = evaluate(captions, regions, metrics=["unique_and_correct"]).metrics["unique_and_correct"]
    assert data.report_primary_metric(scores) == {"unique_and_correct": 100 * expected.value}
    assert json.loads((tmp_path / "model_URECA_photos_score.json").read_text()) == scores
    with pytest.raises(InvalidInputError, match="URECA_photos"):
        data.evaluate(str(file.rename(tmp_path / "model.json")))


def test_without_the_kit_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vlmeval", None)
    with pytest.raises(MissingDependencyError, match="clone"):
        register()
