"""Protects `python -m dataset`: pictures, statistics, the exported folder, and errors without tracebacks."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from dataset.inspection.pictures import outline
from dataset.inspection.statistics import ambiguity


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
