"""Protects `python -m dataset.curation`: a run against a server, stages alone, reports, the demonstration."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import datasets
import pyarrow.parquet as pq
import pytest
from PIL import Image
from typer.testing import CliRunner

from dataset.curation.__main__ import app
from dataset.curation.demonstration import outcomes
from dataset.curation.rehearsal import write_rehearsal_images
from dataset.curation.runs.services import read_worlds
from dataset.errors import DataUnavailableError, InvalidInputError, UnknownNameError

FEW = ("--encoder", "none", "--levels", "1", "--smallest", "0", "--view-size", "64", "--runner", "here")


def invoke(*arguments: object) -> str:
    """Run the command in this process; its output. Errors of ours are raised."""
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False, standalone_mode=False)
    assert done.return_value in (0, None), done.output
    return done.output


def rows_of(out: Path) -> list[dict]:
    return [row for path in sorted((out / "data").glob("*.parquet")) for row in pq.read_table(path).to_pylist()]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    write_rehearsal_images(tmp_path / "images", 3, levels=2)
    return tmp_path / "images"


def says(body: dict, number: int) -> str:
    words = body["messages"][0]["content"][-1]["text"]
    return "True" if "True or False" in words else f"thing {number}"


def test_a_run_against_a_server_is_loaded_as_a_dataset(images, tmp_path, chat_server):
    chat_server.behave = says
    out = tmp_path / "out"
    arguments = ("run", "--images", images, "--out", out, "--server", chat_server.url, "--model", "model-a", *FEW)
    output = invoke(*arguments)
    assert "regions captioned" in output
    loaded = datasets.load_dataset(str(out), split="train")
    assert len(loaded) == 18
    row = loaded[0]
    assert row["image"].size == (96, 64)
    assert row["region_id"] == "image-00000/0"
    assert row["verification"] == "true"
    assert [record["stage"] for record in row["provenance"]] == ["short", "detailed", "unique", "verification"]
    assert row["provenance"][0]["model"] == "model-a"
    asked = len(chat_server.bodies)
    assert asked == 18 * 3, "nothing looks alike: short, detailed, verification"
    invoke(*arguments)
    assert len(chat_server.bodies) == asked, "a run that is done asks nothing"


FAULTS = ("!500", "!nonsense", "!nothing", "!refusal", "!half", "!stream", "!length", "!empty")


def test_every_fault_of_the_server_costs_its_region_and_is_reported(images, tmp_path, chat_server):
    """The sick regions' detailed captions fail; all else is there."""
    sick = {f"short-{number}": fault for number, fault in enumerate(FAULTS)}

    def behave(body: dict, number: int) -> str:
        words = body["messages"][0]["content"][-1]["text"]
        if "Name what the red contour" in words:
            behave.named += 1
            return f"short-{behave.named - 1}"
        for name, fault in sick.items():
            if f'It is: "{name}"' in words:
                return fault
        return says(body, number)

    behave.named = 0
    chat_server.behave = behave
    out = tmp_path / "out"
    arguments = ("run", "--images", images, "--out", out, "--server", chat_server.url, "--model", "model-a", *FEW)
    output = invoke(*arguments, "--attempts", 1, "--timeout", 5)
    report = json.loads((out / "report.json").read_text())
    failures = report["shards"][0]["failures"]
    assert len(failures) == len(FAULTS)
    assert {failure["stage"] for failure in failures} == {"detailed"}
    kinds = {failure["reason"].partition(":")[0] for failure in failures}
    assert kinds == {"status", "malformed", "refusal", "connection", "truncated", "empty"}
    for failure in failures:
        assert failure["region_id"] in output
    rows = rows_of(out)
    assert len(rows) == 18
    failed = {failure["region_id"] for failure in failures}
    assert {row["caption_stage"] for row in rows if row["region_id"] in failed} == {"short"}
    assert {row["caption_stage"] for row in rows if row["region_id"] not in failed} == {"unique"}
    chat_server.behave = lambda body, number: says(body, number + 1000)
    invoke(*arguments, "--retry")
    left = json.loads((out / "report.json").read_text())["shards"][0]["failures"]
    assert left == []


def test_stages_one_by_one(images, tmp_path):
    out = tmp_path / "out"
    arguments = ("run", "--images", images, "--out", out, "--server", "rehearsal", *FEW)
    with pytest.raises(InvalidInputError, match="Run --stage short first"):
        invoke(*arguments, "--stage", "detailed")
    invoke(*arguments, "--stage", "short")
    assert {row["caption_stage"] for row in rows_of(out)} == {"short"}
    invoke(*arguments, "--stage", "detailed")
    assert {row["caption_stage"] for row in rows_of(out)} == {"detailed"}
    invoke(*arguments)
    assert {row["caption_stage"] for row in rows_of(out)} == {"unique"}
    assert {row["verification"] for row in rows_of(out)} <= {"true", "false"}


def test_mistakes_are_named_before_anything_is_asked(images, tmp_path, chat_server):
    run = ("run", "--images", images, "--out", tmp_path / "out", *FEW)
    with pytest.raises(InvalidInputError, match="needs the name of a model"):
        invoke(*run, "--server", chat_server.url)
    with pytest.raises(UnknownNameError, match="model-b"):
        invoke(*run, "--server", chat_server.url, "--model", "model")
    with pytest.raises(UnknownNameError, match="Did you mean 'short'"):
        invoke(*run, "--server", "rehearsal", "--stage", "shrot")
    invoke(*run, "--server", "rehearsal", "--stage", "short")
    with pytest.raises(InvalidInputError, match="started with other options"):
        invoke(*run, "--server", "rehearsal", "--seed", "3")
    with pytest.raises(InvalidInputError, match="no such folder"):
        invoke("run", "--images", tmp_path / "none", "--out", tmp_path / "out2", "--server", "rehearsal")
    with pytest.raises(DataUnavailableError, match="photographs need --server URL"):
        read_worlds(images, {"image-00000"})
    assert chat_server.bodies == []


def test_the_code_of_the_documentation_runs(images, tmp_path, repository):
    text = (repository / "docs" / "curation.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for written, real in (
        ("/data/sa1b", images),
        ("/data/captions", tmp_path / "out"),
        ("http://localhost:8000", "rehearsal"),
    ):
        assert written in code
        code = code.replace(written, str(real))
    names: dict = {}
    exec(code.replace('runner="local"', 'runner="here"'), names)
    assert names["report"].complete
    assert names["report"].reports[0].left_out == {"in a tree of 2 levels": 18}


def test_the_command_line_shows_errors_without_a_traceback(tmp_path):
    command = [
        sys.executable,
        "-m",
        "dataset.curation",
        "run",
        "--images",
        "none",
        "--out",
        "out",
        "--server",
        "embedded",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 2
    assert "no such folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demonstration_makes_captions_more_and_more_unique(tmp_path):
    pytest.importorskip("torch", reason="the encoder of look-alikes needs it")
    output = invoke("demo", "--out", tmp_path / "demo", "--scenes", "1")
    assert "its region" in output
    found = outcomes(tmp_path / "demo")
    share = {stage: counts["correct"] / counts.total() for stage, counts in found.items()}
    assert share["short"] < share["detailed"] < share["unique"]
    assert share["unique"] > 0.8
    assert share["short"] < 0.6
    assert not found["unique"]["unparsed"]
    sheet = Image.open(tmp_path / "demo" / "captions.png")
    assert sheet.width > 600
    loaded = datasets.load_dataset(str(tmp_path / "demo" / "captions"), split="train")
    assert loaded[0]["image"].size == (448, 448)
    assert sum(counts.total() for counts in found.values()) == 3 * len(loaded)


def test_what_amg_writes_is_curated_and_a_run_without_regions_is_no_success(tmp_path: Path) -> None:
    """``amg.py --convert-to-rle``: a bare list of masks without ids."""
    write_rehearsal_images(tmp_path / "images", 1, levels=2)
    path = tmp_path / "images" / "image-00000.json"
    masks = json.loads(path.read_text())["annotations"]
    path.write_text(json.dumps([{key: value for key, value in mask.items() if key != "id"} for mask in masks]))
    arguments = ("run", "--images", tmp_path / "images", "--server", "rehearsal")
    invoke(*arguments, "--out", tmp_path / "out", *FEW)
    assert [row["region_id"] for row in rows_of(tmp_path / "out")] == [f"image-00000/{n}" for n in range(len(masks))]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["complete"], report["regions"]) == (True, len(masks))

    flat = ("--encoder", "none", "--levels", "4", "--smallest", "0", "--runner", "here")
    with pytest.raises(InvalidInputError, match=r"no region has a caption(.|\n)*--levels 1"):
        invoke(*arguments, "--out", tmp_path / "empty", *flat)
    assert json.loads((tmp_path / "empty" / "report.json").read_text())["complete"] is False
    invoke(*arguments, "--out", tmp_path / "empty", *FEW)  # nothing was asked: other options, the same folder
    assert len(rows_of(tmp_path / "empty")) == len(masks)
    with pytest.raises(InvalidInputError, match=r"levels: 1 then, 4 now"):
        invoke(*arguments, "--out", tmp_path / "empty", *flat)
    path.write_text("[]")
    done = CliRunner().invoke(app, [*map(str, arguments), "--out", str(tmp_path / "none"), *FEW])
    assert done.exit_code == 2


def test_masks_of_turned_images_are_curated_when_their_frame_is_named(tmp_path: Path) -> None:
    write_rehearsal_images(tmp_path / "images", 1, levels=2)
    (path,) = (tmp_path / "images").glob("*.png")
    exif = Image.Exif()
    exif[0x0112] = 3
    with Image.open(path) as image:
        image.save(path, exif=exif)
    arguments = ("run", "--images", tmp_path / "images", "--server", "rehearsal", *FEW)
    with pytest.raises(InvalidInputError, match="no region has a caption"):
        invoke(*arguments, "--out", tmp_path / "refused")
    boxes = {}
    for frame in ("stored", "turned"):
        invoke(*arguments, "--out", tmp_path / frame, "--frame", frame)
        boxes[frame] = rows_of(tmp_path / frame)[1]["bbox"]
    x, y, width, height = boxes["turned"]
    assert boxes["stored"] == [96 - x - width, 64 - y - height, width, height]
