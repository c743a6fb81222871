"""Protects: every outcome of the listener lands in its own share, and the shares add up to 1."""

import pytest

from benchmark import evaluate
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
    assert {name for name, score in report.metrics.items() if score.value == 1} == {f"listener_{outcome}"}
    assert sum(score.value for score in report.metrics.values()) == 1
    assert report.lower_is_better == set(report.metrics) - {"listener_correct"}


def test_missing_captions_are_unparsed():
    region = Region("scene/1", "scene", ("a thing",))
    report = evaluate({}, [region], metrics=["listener"], worlds={"scene": WORLD}, allow_missing=True)
    assert report.metrics["listener_unparsed"].value == 1
