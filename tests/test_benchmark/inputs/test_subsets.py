"""Protects: a subset is scored as data of its own: no region that was left out counts, and the signature says so."""

import json

import pytest
from typer.testing import CliRunner

from benchmark.compare import app as compare
from benchmark.score import app as score
from dataset.loading.regions import load_regions

METRICS = "cider,duplicate_rate,unique_and_correct"


@pytest.fixture
def files(tmp_path):
    """Captions of 30 regions of every second image, and of all regions."""
    regions = load_regions("photos")
    images = list(dict.fromkeys(region.image_id for region in regions))
    few = {region.region_id: region.caption for region in regions if region.image_id in images[::2]}
    few = dict(list(few.items())[::6][:30])
    paths = {}
    for name, captions in (("few", few), ("all", {region.region_id: region.short_caption for region in regions})):
        paths[name] = tmp_path / f"{name}.json"
        paths[name].write_text(json.dumps(captions))
    return tmp_path, paths, images


def run(app, *words):
    return CliRunner().invoke(app, [*map(str, words), "--metrics", METRICS, "--resamples", "50"])


def test_only_the_regions_of_the_file(files):
    folder, paths, _ = files
    done = run(score, paths["few"], "--only-given", "--json", folder / "r.json", "--latex", folder / "r.tex")
    assert done.exit_code == 0, done.output
    report = json.loads((folder / "r.json").read_text())
    assert report["coverage"] == {"scored": 30, "missing": 0}
    assert report["data"]["subset"] == "regions with captions"
    assert report["metrics"]["duplicate_rate"]["value"] < 0.1, "370 missing ones would all be duplicates"
    signature = report["metrics"]["cider"]["signature"]
    assert f"|data:{report['data']['sha256'][:12]}|subset:regions-with-captions|" in signature
    assert "|subset:regions-with-captions|" in report["metrics"]["unique_and_correct"]["signature"]
    assert "photos/test (regions with captions)" in (folder / "r.tex").read_text()
    refused = CliRunner().invoke(score, [str(paths["few"])])
    assert refused.exit_code == 2
    assert "regions of photos/test have no caption" in refused.stderr
    assert "--only-given" in refused.stderr


def test_the_first_images_or_those_of_a_file(files):
    folder, paths, images = files
    names = folder / "images.txt"
    names.write_text(f"{images[1]}\n\n{images[0]}\n")
    reports = []
    for which in ("2", names):
        done = run(score, paths["all"], "--images", which, "--json", folder / "r.json")
        assert done.exit_code == 0, done.output
        reports.append(json.loads((folder / "r.json").read_text()))
    assert reports[0]["metrics"] == reports[1]["metrics"]
    assert reports[0]["data"]["images"] == 2
    assert reports[0]["data"]["subset"] == "2 images"
    whole = run(score, paths["all"], "--json", folder / "r.json")
    assert whole.exit_code == 0
    report = json.loads((folder / "r.json").read_text())
    assert "subset" not in report["data"]
    assert "subset" not in report["metrics"]["cider"]["signature"]


def test_images_that_are_not_there_are_named(files):
    folder, paths, _ = files
    (folder / "images.txt").write_text("chelsea\ncat\ndog\n")
    wrong = CliRunner().invoke(score, [str(paths["all"]), "--images", str(folder / "images.txt")])
    assert wrong.exit_code == 2
    assert "line 2: the data has no image 'cat'" in wrong.stderr
    assert "line 3: the data has no image 'dog'" in wrong.stderr
    many = CliRunner().invoke(score, [str(paths["all"]), "--images", "9"])
    assert many.exit_code == 2
    assert "expected 1 to 8, or a file, found 9" in many.stderr


def test_ids_of_nowhere_stay_a_mistake(files):
    paths = files[1]
    captions = json.loads(paths["few"].read_text()) | {"chelsea/999": "a cat"}
    paths["few"].write_text(json.dumps(captions))
    wrong = CliRunner().invoke(score, [str(paths["few"]), "--only-given"])
    assert wrong.exit_code == 2
    assert "has no region 'chelsea/999'" in wrong.stderr


def test_systems_are_compared_on_what_all_have(files):
    folder, paths, _ = files
    outputs = ("--json", folder / "c.json", "--latex", folder / "c.tex", "--markdown", folder / "c.md")
    done = run(compare, paths["few"], paths["all"], "--only-given", *outputs, "--latex-intervals")
    assert done.exit_code == 0, done.output
    record = json.loads((folder / "c.json").read_text())
    assert record["data"]["regions"] == 30
    assert record["data"]["subset"] == "regions with captions"
    assert r"\textbf{" in (folder / "c.tex").read_text()
    interval = record["scores"]["cider"]["values"]["few"]
    cell = f"[{100 * interval['low']:.2f}, {100 * interval['high']:.2f}]"
    assert cell in (folder / "c.md").read_text()
    assert cell in done.stdout
