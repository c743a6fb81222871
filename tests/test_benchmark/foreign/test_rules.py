"""Protects: a protocol says of which test set its numbers are; two of one name are told apart."""

from pathlib import Path

from benchmark.foreign.protocols import PROTOCOLS, Files


def test_the_test_sets_of_one_name_are_told_apart() -> None:
    instances, descriptions = Path("instances.json"), Path("region_descriptions.json")
    umd = PROTOCOLS["refcocog"].rules(Files(instances, refs=Path("refs(umd).p"), split="val"))
    google = PROTOCOLS["refer"].rules(Files(instances, refs=Path("refs(google).p"), split="val"))
    assert "val of refs(umd).p, UMD's split by images" in umd
    assert "val of refs(google).p, Google's split by objects" in google
    split = PROTOCOLS["visual-genome"].rules(Files(descriptions, splits=Path("densecap_splits.json")))
    assert "test of densecap_splits.json" in split
    assert "no paper's test set" in PROTOCOLS["visual-genome"].rules(Files(descriptions))
    assert PROTOCOLS["grit"].rules(Files(Path("test.json"))) == "all regions of test.json"
