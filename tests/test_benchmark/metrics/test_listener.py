"""Protects: each outcome of the listener lands in its own share, which add up to 1; the share read stands beside."""

import pyarrow.parquet as pq
import pytest

from benchmark import evaluate
from benchmark.metrics import headline_scores
from dataset.listener import World
from dataset.schema import Region


def thing(number, parent=None, category="car", granularity="object", x=0.5, **fields):
    width = 0.1 if granularity == "object" else 0.02
    box = [x, 0.5, x - width, 0.5 - width, x + width, 0.5 + width, width**2]
    return {"id": number, "parent": parent, "category": category, "granularity": granularity, "box": box, **fields}


WORLD = World.from_dict(
    {
        "regions": [
            thing("1", x=0.2, attributes={"color": "red"}),
            thing("2", x=0.8, attributes={"color": "blue"}),
            thing("3", parent="1", category="wheel", granularity="part", x=0.2),
        ]
    }
)
CAPTIONS = {
    "correct": ("1", "the red car"),
    "ambiguous": ("1", "the car"),
    "wrong_parent": ("3", "the red car"),
    "wrong_child": ("1", "the wheel of the red car"),
    "wrong_sibling": ("1", "the blue car"),
    "wrong_other": ("3", "the blue car"),
    "nothing": ("1", "the green car"),
    "unparsed": ("1", "xyzzy plugh !"),
}


@pytest.mark.parametrize("outcome", CAPTIONS)
def test_outcome(outcome):
    target, caption = CAPTIONS[outcome]
    region = Region(f"scene/{target}", "scene", ("a thing",))
    report = evaluate({region.region_id: caption}, [region], metrics=["listener"], worlds={"scene": WORLD})
    shares = {name: score.value for name, score in report.metrics.items() if name != "listener_read"}
    assert {name for name, value in shares.items() if value == 1} == {f"listener_{outcome}"}
    assert sum(shares.values()) == 1
    assert report.lower_is_better == set(shares) - {"listener_correct"}
    assert report.metrics["listener_read"].value == (outcome != "unparsed")


def test_missing_captions_are_unparsed():
    region = Region("scene/1", "scene", ("a thing",))
    report = evaluate({}, [region], metrics=["listener"], worlds={"scene": WORLD}, allow_missing=True)
    assert report.metrics["listener_unparsed"].value == 1
    assert report.metrics["listener_read"].value == 0


def test_the_share_read_is_a_headline_and_stands_with_every_region(tmp_path):
    regions = [Region(f"scene/{number}", "scene", ("a thing",)) for number in ("1", "2")]
    captions = {"scene/1": "the frobnicated red car", "scene/2": "the blue car"}
    report = evaluate(captions, regions, metrics=["listener"], worlds={"scene": WORLD})
    assert report.items["listener_read"].tolist() == [pytest.approx(2 / 3), 1.0]
    assert report.metrics["listener_read"].value == pytest.approx(5 / 6)
    assert headline_scores(report.metrics) == ["listener_correct", "listener_read"]
    report.write_items(tmp_path / "items.parquet")
    rows = pq.read_table(tmp_path / "items.parquet").to_pylist()
    assert [row["listener_heard"] for row in rows] == ["1", "2"]
    assert rows[0]["listener_meaning"] == "car[red]"
    assert rows[0]["listener_unknown"] == "frobnicated"
