"""Protects: `python -m benchmark.score` end to end: tables, files, exit codes, no traceback, nothing heavy imported."""

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from benchmark.score import app

REFERENCES = [
    {"region_id": f"img{n // 2}/{n}", "image_id": f"img{n // 2}", "captions": [f"the {color} car", f"a {color} auto"]}
    for n, color in enumerate(["red", "blue", "green", "white", "black", "grey"])
]
CAPTIONS = {row["region_id"]: row["captions"][0] for row in REFERENCES}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "references.jsonl").write_text("\n".join(map(json.dumps, REFERENCES)))
    (tmp_path / "preds.json").write_text(
        json.dumps(
            {
                "system": {"name": "echo"},
                "predictions": [{"region_id": key, "caption": caption} for key, caption in CAPTIONS.items()],
            }
        )
    )
    return tmp_path


def run(folder, repository, *arguments):
    command = [sys.executable, "-m", "benchmark.score", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)


def test_scores_references_with_every_metric_but_models(folder, repository):
    metrics = "bleu,rouge_l,meteor,cider,duplicate_rate"
    arguments = ["preds.json", "--references", "references.jsonl", "--metrics", metrics]
    outputs = ["--json", "out/report.json", "--items", "items.parquet", "--markdown", "table.md"]
    done = run(folder, repository, *arguments, *outputs)
    assert done.returncode == 0, done.stderr
    assert "echo on references" in done.stdout
    assert "6 of 6 regions of 3 images have a caption" in done.stdout
    report = json.loads((folder / "out/report.json").read_text())
    assert report["metrics"]["bleu_2"]["value"] == pytest.approx(1.0, abs=1e-6)
    assert report["metrics"]["meteor"]["value"] == pytest.approx(1.0)
    assert report["metrics"]["duplicate_rate"]["value"] == 0
    assert report["system"] == {"name": "echo"}
    assert report["data"]["config"] is None
    assert (folder / "table.md").read_text().startswith("# echo on references")
    assert (folder / "items.parquet").read_bytes().startswith(b"PAR1")


def test_finds_the_data_from_the_ids(folder, repository):
    from dataset import load_regions

    regions = load_regions("photos", "test")
    (folder / "photos.json").write_text(json.dumps({region.region_id: region.caption for region in regions}))
    done = run(folder, repository, "photos.json", "--metrics", "cider,duplicate_rate", "--json", "report.json")
    assert done.returncode == 0, done.stderr
    report = json.loads((folder / "report.json").read_text())
    assert (report["data"]["config"], report["data"]["split"]) == ("photos", "test")
    assert report["coverage"]["missing"] == 0
    assert any(name.startswith("granularity=") for name in report["slices"])
    assert report["metrics"]["duplicate_rate"]["value"] == 0


def test_writes_a_page_of_the_photos(folder, repository):
    from dataset import load_regions

    captions = {region.region_id: region.category for region in load_regions("photos", "test")}
    (folder / "photos.json").write_text(json.dumps(captions))
    arguments = ["photos.json", "--metrics", "rouge_l", "--html", "page.html", "--markdown", "table.md"]
    done = run(folder, repository, *arguments, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    page = (folder / "page.html").read_text()
    assert "python -m benchmark.score photos.json --metrics rouge_l --html page.html" in page
    assert page.count("data:image/jpeg") > 3
    assert len(page) < 3_000_000
    assert "area=" in (folder / "table.md").read_text()


def test_names_the_data_that_the_ids_look_like(folder, repository):
    (folder / "scenes.json").write_text(json.dumps({"scenes-test-00001/1": "a car"}))
    done = run(folder, repository, "scenes.json", "--config", "photos")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "none of the 1 ids is in photos/test: 1 look like scenes/test" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bad.jsonl"], "line 2: malformed JSON"),
        (["none.json"], "no such file"),
        (["."], "this is a folder"),
        (["preds.json", "--references", "none.jsonl"], "no such file"),
        (["preds.json"], "the ids look like no region of any data known here (first: 'img0/0')"),
        (["preds.json", "--config", "photos", "--data-option", "seed"], "expected NAME=VALUE, found 'seed'"),
        (["preds.json", "--references", "references.jsonl", "--data-option", "seed=1"], "given together"),
        (["preds.json", "--config", "photo"], "Did you mean 'photos'"),
        (["preds.json", "--config", "photos", "--references", "references.jsonl"], "given together"),
        (["preds.json", "--references", "references.jsonl", "--metrics", "blue"], "unknown metric 'blue'"),
        (["preds.json", "--references", "references.jsonl", "--metrics", "listener"], "no worlds"),
        (["preds.json", "--references", "references.jsonl", "--meteor", "c"], "Available: native, java"),
        (["some.json", "--references", "references.jsonl"], "5 of 6 regions of the references have no caption"),
        (["preds.json", "--references", "references.jsonl", "--markdown", "."], "this is a folder"),
        (["surrogate.json", "--references", "references.jsonl"], "half of a surrogate pair"),
    ],
)
def test_bad_input_is_told_without_a_traceback(folder, monkeypatch, arguments, message):
    (folder / "bad.jsonl").write_text('{"region_id": "img0/0", "caption": "a"}\n{"region_id"\n')
    (folder / "some.json").write_text('{"img0/0": "a"}')
    (folder / "surrogate.json").write_text('{"img0/0": "a \\ud83d"}')
    before = sorted(path.name for path in folder.iterdir())
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, [*arguments, "--json", "report.json"])
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit), "anything else would be a traceback"
    assert message in done.stderr
    assert done.stdout == ""
    assert sorted(path.name for path in folder.iterdir()) == before


def test_missing_captions_can_be_allowed(folder, repository):
    (folder / "some.json").write_text('{"img0/0": "the red car", "img0/1": ""}')
    arguments = ["some.json", "--references", "references.jsonl", "--metrics", "rouge_l", "--allow-missing"]
    done = run(folder, repository, *arguments)
    assert done.returncode == 0, done.stderr
    assert "1 of 6 regions of 3 images have a caption (16.7%); the other 5 score 0" in done.stdout


def test_a_page_that_cannot_be_drawn_costs_nothing_else(folder, repository):
    rows = [json.loads(line) for line in (folder / "references.jsonl").read_text().splitlines()]
    masked = [{**row, "mask": {"size": [4, 4], "counts": "garbage~~"}} for row in rows]
    (folder / "masked.jsonl").write_text("\n".join(map(json.dumps, masked)))
    outputs = ["--json", "report.json", "--items", "items.parquet", "--html", "page.html"]
    done = run(folder, repository, "preds.json", "--references", "masked.jsonl", "--metrics", "bleu_4", *outputs)
    assert done.returncode == 2
    assert "mask: cannot be decoded" in done.stderr
    assert "img" in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads((folder / "report.json").read_text())["metrics"]["bleu_4"]["value"] is not None
    assert (folder / "items.parquet").is_file()
    assert not (folder / "page.html").exists()
    assert "bleu_4" in done.stdout


def test_nothing_heavy_is_imported(folder, repository):
    code = (
        "import sys; from benchmark.score import app\n"
        "app(['preds.json', '--references', 'references.jsonl', '--metrics', 'cider'], standalone_mode=False)\n"
        "heavy = {'datasets', 'torch', 'transformers', 'pandas', 'matplotlib', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
