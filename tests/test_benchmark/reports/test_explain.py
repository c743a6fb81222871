"""Protects: `ureca explain` says what was read, which regions remain and what excluded the region."""

import json

import pytest
from typer.testing import CliRunner

from benchmark.reports.explain import app, explanation
from dataset.listener import World
from dataset.schema import Region


def car(number, color, x):
    box = [x, 0.5, x - 0.1, 0.4, x + 0.1, 0.6, 0.01]
    fields = {"category": "car", "granularity": "object", "attributes": {"color": color}}
    return {"id": number, "parent": None, "box": box, **fields}


WORLD = World.from_dict({"regions": [car("1", "red", 0.2), car("2", "blue", 0.8), car("3", "red", 0.5)]})
REGIONS = [Region("scene/1", "scene", ("the left car",)), Region("scene/2", "scene", ("the blue car",))]


def test_reasons_and_the_regions_that_remain():
    text = explanation("the frobnicated red car", WORLD, "scene/2", REGIONS)
    assert "region    scene/2: the blue car" in text
    assert "outcome   wrong (other)" in text or "outcome   wrong (sibling)" in text
    assert "read      67%: the [frobnicated] red car" in text
    assert "unknown   frobnicated" in text
    assert "excluded  red" in text
    assert text.endswith("2 of 3 regions remain\n  scene/1: the left car\n  scene/3: car")
    assert explanation("the blue car", WORLD, "scene/2", REGIONS).endswith("scene/2: the blue car  <- the region")


@pytest.mark.parametrize("region", ["scenes-test-00000/999999", "elsewhere/1"])
def test_a_region_that_is_not_there(tmp_path, region):
    file = tmp_path / "predictions.jsonl"
    file.write_text(json.dumps({"region_id": "scenes-test-00000/0", "caption": "the floor"}))
    done = CliRunner().invoke(app, [str(file), region])
    assert done.exit_code == 2
    assert f"unknown region '{region}'" in done.output


def test_a_caption_of_the_data(tmp_path):
    file = tmp_path / "predictions.jsonl"
    file.write_text(json.dumps({"region_id": "scenes-test-00000/0", "caption": "the floor"}))
    done = CliRunner().invoke(app, [str(file), "scenes-test-00000/0"])
    assert done.exit_code == 0, done.output
    assert "outcome   correct" in done.output


def test_photographs_have_no_listener(tmp_path):
    file = tmp_path / "predictions.jsonl"
    file.write_text(json.dumps({"region_id": "astronaut/0", "caption": "the floor"}))
    done = CliRunner().invoke(app, [str(file), "astronaut/0", "--config", "photos"])
    assert done.exit_code == 2
    assert "scenes and rooms only" in done.output
