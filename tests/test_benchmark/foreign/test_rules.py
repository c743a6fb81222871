"""Protects: a protocol says of which test set its numbers are, and stays with them; two of one name are told apart."""

from pathlib import Path

import pytest

from benchmark import compare_systems, evaluate
from benchmark.convert import write_predictions, write_references
from benchmark.foreign.protocols import PROTOCOLS, Files
from benchmark.inputs.predictions import read_predictions
from benchmark.inputs.scoring_data import find_data
from benchmark.reports.comparison_report import as_dict, facts
from dataset.errors import InvalidInputError
from dataset.schema import Region
from dataset.user_files.refcocog import refcocog_protocol


def test_the_test_sets_of_one_name_are_told_apart() -> None:
    instances, descriptions = Path("instances.json"), Path("region_descriptions.json")
    umd = PROTOCOLS["refcocog"].rules("refcocog", Files(instances, refs=Path("refs(umd).p"), split="val"), [])
    google = PROTOCOLS["refer"].rules("refer", Files(instances, refs=Path("refs(google).p"), split="val"), [])
    assert "val of refs(umd).p: UMD's split by images" in umd
    assert "val of refs(google).p: Google's split by objects" in google
    split = PROTOCOLS["visual-genome"].rules(
        "visual-genome", Files(descriptions, splits=Path("densecap_splits.json")), []
    )
    assert "test of densecap_splits.json" in split
    assert "no paper's test set" in PROTOCOLS["visual-genome"].rules("visual-genome", Files(descriptions), [])


def test_visual_genomes_two_test_sets_are_told_apart_by_what_is_in_them() -> None:
    """Protects: GRiT's and GLaMM's numbers on "Visual Genome test" are of different regions; the line says which."""
    regions = [Region(f"{image}/{number}", f"{image}", ("a dog",)) for image in range(2) for number in range(3)]
    test, captions = Files(Path("test.json")), Files(Path("test_caption.json"))
    every = PROTOCOLS["grit"].rules("grit", test, regions)
    assert every.startswith("grit, all regions of test.json: several regions of each of 2 images, as GRiT's test set")
    assert "one region of each of 2 images, as GLaMM's" in PROTOCOLS["glamm"].rules("glamm", captions, regions[::3])
    cocog = Files(Path("finetune_refcocog_val_captions.json"))
    assert "Visual Genome" not in PROTOCOLS["glamm"].rules("glamm", cocog, regions)


def test_a_protocol_stays_with_the_numbers(tmp_path: Path) -> None:
    """Protects: a report and a comparison say whose test set they are of, from the files alone; two are not mixed."""
    umd, google = (refcocog_protocol(f"refs({name}).p", "val") for name in ("umd", "google"))
    regions = [Region(f"{image}/0", f"{image}", ("a dog",)) for image in range(3)]
    captions = {region.region_id: "a dog" for region in regions}
    write_references(regions, tmp_path / "references.jsonl", umd)
    for name, protocol in (("umd", umd), ("google", google)):
        write_predictions(captions, tmp_path / f"{name}.jsonl", protocol)
    own, other = (read_predictions(tmp_path / f"{name}.jsonl") for name in ("umd", "google"))
    data = find_data(own, None, None, {}, tmp_path / "references.jsonl")
    fitted = {"own": own.match(data.regions), "other": other.match(data.regions)}
    report = evaluate(fitted["own"], data.regions, metrics=["duplicate_rate"], protocol=data.protocol)
    assert report.to_dict()["data"]["protocol"] == umd
    assert "|protocol:refcocog-val-of-refs(umd).p|" in report.metrics["duplicate_rate"].signature
    assert f"- protocol: {umd}" in report.markdown()
    assert "another protocol" not in report.markdown()
    assert "another protocol" in evaluate(fitted["other"], data.regions, metrics=["cider"], protocol=umd).markdown()
    comparison = compare_systems(fitted, data.regions, metrics=["duplicate_rate"], protocol=data.protocol)
    assert f"protocol: {umd}" in facts(comparison)
    assert f"other of another protocol, scored by the references above: {google}" in facts(comparison)
    assert as_dict(comparison)["data"]["protocol"] == umd
    write_references(regions[:1], tmp_path / "more.jsonl", google)
    both = (tmp_path / "references.jsonl").read_text() + (tmp_path / "more.jsonl").read_text().replace('"0/0"', '"9/0"')
    (tmp_path / "both.jsonl").write_text(both)
    with pytest.raises(InvalidInputError, match=r"3 rows are of refcocog, val of refs\(umd\)"):
        find_data(own, None, None, {}, tmp_path / "both.jsonl")
