"""Protects: a protocol says of which test set its numbers are; two of one name are told apart."""

from pathlib import Path

from benchmark.foreign.protocols import PROTOCOLS, Files
from dataset.schema import Region


def test_the_test_sets_of_one_name_are_told_apart() -> None:
    instances, descriptions = Path("instances.json"), Path("region_descriptions.json")
    umd = PROTOCOLS["refcocog"].rules(Files(instances, refs=Path("refs(umd).p"), split="val"), [])
    google = PROTOCOLS["refer"].rules(Files(instances, refs=Path("refs(google).p"), split="val"), [])
    assert "val of refs(umd).p, UMD's split by images" in umd
    assert "val of refs(google).p, Google's split by objects" in google
    split = PROTOCOLS["visual-genome"].rules(Files(descriptions, splits=Path("densecap_splits.json")), [])
    assert "test of densecap_splits.json" in split
    assert "no paper's test set" in PROTOCOLS["visual-genome"].rules(Files(descriptions), [])


def test_visual_genomes_two_test_sets_are_told_apart_by_what_is_in_them() -> None:
    """Protects: GRiT's and GLaMM's numbers on "Visual Genome test" are of different regions; the line says which."""
    regions = [Region(f"{image}/{number}", f"{image}", ("a dog",)) for image in range(2) for number in range(3)]
    test, captions = Files(Path("test.json")), Files(Path("test_caption.json"))
    every = PROTOCOLS["grit"].rules(test, regions)
    assert every.startswith("all regions of test.json, several regions of each of 2 images, as GRiT's test set")
    assert "one region of each of 2 images, as GLaMM's" in PROTOCOLS["glamm"].rules(captions, regions[::3])
    cocog = Files(Path("finetune_refcocog_val_captions.json"))
    assert "Visual Genome" not in PROTOCOLS["glamm"].rules(cocog, regions)
