"""Protects what others read: the exported folder, its checksums and Croissant, the archive, the copy on the Hub."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import datasets
import mlcroissant
import pytest
import yaml
from typer.testing import CliRunner

from dataset import __version__
from dataset.__main__ import app
from dataset._version import __released__
from dataset.errors import InvalidInputError
from dataset.loading.publishing.archive import write_archive
from dataset.loading.publishing.croissant import croissant, croissant_text
from dataset.loading.publishing.folder import export_folder
from dataset.loading.sources import CONFIGS, EMBEDDED, open_source
from dataset.runtime.fingerprint import content_hash
from tests.support.fake_hub import FakeHub

LOAD = """
import sys
from datasets import load_dataset
for place in sys.argv[1:]:
    splits = load_dataset(place, "photos")
    rows = splits["test"]
    print(list(splits), len(rows), rows[0]["region_id"], rows[0]["image"].size, rows.column_names[0])
assert "dataset" not in sys.modules
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "photos"
    assert [path.name for path in export_folder(out, configs=["photos"])][-1] == "SHA256SUMS"
    return out


def environment(hub: FakeHub, home: Path, token: str) -> dict[str, str]:
    hub_only = {"HF_ENDPOINT": hub.url, "HF_HOME": str(home), "HF_HUB_OFFLINE": "0", "HF_TOKEN": token}
    return {**os.environ, **hub_only, "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def push(hub: FakeHub, home: Path, token: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dataset", "export", "--config", "photos", *arguments]
    done = subprocess.run(
        command, env=environment(hub, home, token), capture_output=True, text=True, timeout=300, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_everything_in_the_folder_has_its_checksum(folder: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert sums.keys() == files.keys() - {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in sums.items())
    assert {"README.md", "DATASHEET.md", "LICENSE", "PHOTOGRAPHS.md", "CITATION.cff", "croissant.json"} <= sums.keys()
    provenance = json.loads(files["provenance.json"].read_text())
    assert (provenance["version"], provenance["data_code"]) == (__version__, content_hash())
    assert provenance["regions"] == {"photos": {"test": 399}}
    stored = sum(path.stat().st_size for path in (folder / "photos").iterdir())
    assert stored < 8e6, "image bytes are stored once for each image, not once for each region"


def test_the_card_describes_what_was_exported_alone(folder: Path) -> None:
    front = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert front["configs"] == [
        {"config_name": "photos", "data_files": [{"split": "test", "path": "photos/test-*.parquet"}]}
    ]
    [info] = front["dataset_info"]
    features = [column["name"] for column in info["features"]]
    assert features == datasets.load_dataset("ureca", "photos", split="test").column_names
    assert (info["splits"][0]["name"], info["splits"][0]["num_examples"]) == ("test", 399)
    assert info["download_size"] == sum(path.stat().st_size for path in (folder / "photos").iterdir())
    assert {"license", "language", "task_categories", "size_categories", "annotations_creators"} <= front.keys()


def test_croissant_is_valid_and_reads_the_files(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        described = mlcroissant.Dataset(str(folder / "croissant.json"))
    assert not caplog.messages
    assert not described.metadata.issues.warnings
    record = next(iter(described.records("photos-test")))
    first = datasets.load_dataset("ureca", "photos", split="test")[0]
    assert record["photos-test/image"].size == first["image"].size
    assert record["photos-test/caption"].decode() == first["caption"]
    assert [float(side) for side in record["photos-test/bbox"]] == first["bbox"]
    assert record["photos-test/mask"]["photos-test/mask/counts"].decode() == first["mask"]["counts"]
    files = {file.content_url: file.sha256 for file in described.metadata.file_objects}
    assert len(files) == 2
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha for name, sha in files.items())


def test_every_config_has_its_croissant_with_responsible_ai(repository: Path, tmp_path: Path) -> None:
    """The file in the package is that of the configs that come with it; write it again after a change of version."""
    embedded = {name: list(open_source(name).splits) for name in EMBEDDED}
    assert (repository / "croissant.json").read_text(encoding="utf-8") == croissant_text(embedded)
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(\d.+)\] - (\S+)$", changelog, re.MULTILINE)[0] == (__version__, __released__)
    splits = {name: ["train"] if CONFIGS[name].needs_user_data else embedded[name] for name in CONFIGS}
    path = tmp_path / "all.json"
    path.write_text(croissant_text(splits), encoding="utf-8")
    metadata = mlcroissant.Dataset(str(path)).metadata
    assert not metadata.issues.warnings
    assert len(metadata.license) >= 5
    for config in CONFIGS:
        fields = {name: text for name, text in croissant({config: splits[config]}).items() if name.startswith("rai:")}
        assert len(fields) >= 12
        assert all(len(text) > len(f"{config}: ") for text in fields.values())
    assert all(f"{config}: " in str(metadata.data_biases) for config in CONFIGS)


def test_the_archive_is_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    archives = [write_archive(folder, place / "ureca.zip").read_bytes() for place in (tmp_path, tmp_path / "again")]
    assert archives[0] == archives[1]
    with zipfile.ZipFile(tmp_path / "ureca.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert len(names) == sum(path.is_file() for path in folder.rglob("*"))
    assert names == sorted(names)
    assert all(name.startswith("ureca/") for name in names)


def test_what_is_pushed_loads_without_our_code(folder: Path, hub: FakeHub, tmp_path: Path) -> None:
    """From the Hub by its name, and from the folder by its path."""
    done = push(hub, tmp_path / "writer", "hf_writer", "--push", "ana/ureca")
    assert done.returncode == 0, done.stderr
    pushed = hub.repositories["datasets/ana/ureca"]
    assert pushed.keys() == {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert pushed["photos/test-00000-of-00002.parquet"] in hub.large.values()
    read = subprocess.run(
        [sys.executable, "-c", LOAD, "ana/ureca", str(folder)],
        cwd=tmp_path,
        env=environment(hub, tmp_path / "reader", ""),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert read.returncode == 0, read.stderr
    ours = datasets.load_dataset("ureca", "photos", split="test")
    line = f"['test'] {len(ours)} {ours[0]['region_id']} {ours[0]['image'].size} image"
    assert read.stdout.splitlines() == [line, line]


def test_a_refused_upload_writes_nothing(hub: FakeHub, tmp_path: Path) -> None:
    done = push(hub, tmp_path, "hf_reader", "--push", "ana/ureca", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "the Hub refuses the token" in done.stderr
    assert not hub.repositories
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "nothing to write to"),
        (["--archive", "ureca.tar"], "ends in .zip"),
        (["--push", "ureca"], "ORGANISATION/NAME"),
        (["--push", "ana/ureca"], "needs a token"),
        (["--config", "refcocog", "--archive", "coco.zip"], "not ours to publish"),
        (["--out", "out", "--data-option", "test=2"], "expected one config"),
    ],
)
def test_what_cannot_be_published_is_said_first(
    arguments: list[str], problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    done = CliRunner().invoke(app, ["export", *arguments])
    assert done.exit_code == 2
    assert problem in " ".join(done.output.split())
    assert not list(tmp_path.iterdir())


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(InvalidInputError, match="not empty"):
        next(export_folder(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
