"""Protects `python -m dataset`: pictures, statistics, the exported folder, and errors without tracebacks."""

import os
import subprocess
import sys
from pathlib import Path

import datasets
import numpy as np
from PIL import Image

from dataset.inspection.pictures import outline
from dataset.inspection.statistics import ambiguity
from dataset.loading.export import export_folder


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dataset", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_show_draws_one_image_and_several(tmp_path: Path) -> None:
    one = run("show", "0", "--config", "photos", "--out", "one.png", folder=tmp_path)
    several = run(
        "show", "coffee", "1", "2", "--config", "photos", "--no-captions", "--out", "several.png", folder=tmp_path
    )
    assert (one.returncode, several.returncode) == (0, 0), one.stderr + several.stderr
    sizes = [Image.open(tmp_path / name).size for name in ("one.png", "several.png")]
    assert sizes[0][1] > sizes[1][1] > 300


def test_show_says_which_images_there_are(tmp_path: Path) -> None:
    done = run("show", "99", "--config", "photos", folder=tmp_path)
    assert done.returncode == 2
    assert "Numbers go from 0 to 7" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_stats_of_the_photographs(tmp_path: Path) -> None:
    done = run("stats", "--config", "photos", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "regions per image" in done.stdout
    assert "ambiguous" in done.stdout


def test_exported_folder_loads_without_our_code(tmp_path: Path) -> None:
    written = list(export_folder(tmp_path / "hub", configs=["photos"]))
    assert written[-1].name == "README.md"
    code = (
        "import sys; from datasets import load_dataset\n"
        "rows = load_dataset(sys.argv[1], 'photos', split='test')\n"
        "assert 'dataset' not in sys.modules\n"
        "print(len(rows), rows[0]['region_id'], rows[0]['image'].size, rows.features['captions'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "hub")],
        cwd=tmp_path,
        env={**os.environ, "HF_HOME": str(tmp_path / "hf")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    ours = datasets.load_dataset("ureca", "photos", split="test")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{len(ours)} {ours[0]['region_id']} {ours[0]['image'].size}")
    stored = sum(path.stat().st_size for path in (tmp_path / "hub" / "photos").iterdir())
    assert stored < 8e6, "image bytes are stored once for each image, not once for each region"


def test_export_refuses_a_folder_in_use(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    done = run("export", "--out", str(tmp_path), folder=tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_outline_draws_on_the_edge_only() -> None:
    image = np.full((40, 40, 3), 200, np.uint8)
    mask = np.zeros((40, 40), bool)
    mask[10:30, 10:30] = True
    drawn = outline(image, mask, (255, 0, 0))
    assert (drawn[10, 20] == (255, 0, 0)).all()
    assert (drawn[20, 20] == 200).all()
    assert (drawn[3, 3] == 200).all()


def test_ambiguity_counts_descriptions_that_fit_several() -> None:
    everything = [("a", "wheel"), ("a", "wheel"), ("a", "door"), ("b", "wheel")]
    assert ambiguity([("a", "wheel"), ("a", "door")], everything) == 0.5
    assert ambiguity([("b", "wheel")], everything) == 0.0
