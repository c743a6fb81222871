"""CPU time and memory from a JSON file to the parents of its masks: runs against full-frame bitmaps, in one run.

    python -m speed.mask_tree_speed
    python -m speed.mask_tree_speed --annotations sa_223750.json

Both read the file, decode the masks and apply the published rule. The bitmap side decodes every mask with pycocotools
to a full frame and compares with numpy's logical_and, once as the published curation does, which counts the pixels of
the mask that is placed at every comparison, and once counting them only once. All must find the same parents.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from dataset.curation import build_mask_tree
from dataset.masks.rle import encode_mask

__all__ = ["nested_annotations"]

Bitmap = npt.NDArray[np.bool_]


def nested_annotations(count: int, height: int, width: int, seed: int = 0) -> list[dict[str, Any]]:
    """Ragged blobs, most of them inside an earlier one, as SA-1B's masks of objects, parts and sub-parts are."""
    rng = np.random.default_rng(seed)
    discs: list[tuple[float, float, float]] = []
    annotations = []
    for index in range(count):
        if discs and rng.random() < 0.7:
            row, column, radius = discs[rng.integers(len(discs))]
            angle, away = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0, 0.7)
            row, column = row + away * np.sin(angle), column + away * np.cos(angle)
            radius *= rng.uniform(0.2, 0.6)
        else:
            row, column = rng.uniform(0, height), rng.uniform(0, width)
            radius = min(height, width) * 0.4 * 20 ** -rng.random()  # from 2% to 40%, as many small ones as large
        discs.append((row, column, max(radius, 4.0)))
        bitmap = _blob(height, width, *discs[-1], rng)
        rle = encode_mask(bitmap)
        annotations.append(
            {
                "id": 10_000 + index,
                "segmentation": rle,
                "area": int(bitmap.sum()),
                "bbox": [float(side) for side in coco_mask.toBbox({**rle, "counts": rle["counts"].encode()})],
                "predicted_iou": 0.9,
                "point_coords": [[float(column), float(row)]],
                "crop_box": [0, 0, width, height],
                "stability_score": 0.95,
            }
        )
    return annotations


def _blob(height: int, width: int, row: float, column: float, radius: float, rng: np.random.Generator) -> Bitmap:
    rows, columns = np.ogrid[:height, :width]
    angles = np.arctan2(rows - row, columns - column)
    reach = np.full(angles.shape, radius)
    for wave in range(2, 40, 3):
        reach += radius * rng.normal(0, 0.25 / wave) * np.cos(wave * angles + rng.uniform(0, 2 * np.pi))
    return np.asarray(np.hypot(rows - row, columns - column) <= reach)


def parents_by_runs(file: Path) -> list[int]:
    """Our way."""
    return [int(parent) for parent in build_mask_tree(json.loads(file.read_bytes())["annotations"]).parents]


def parents_by_bitmaps(file: Path, *, count_once: bool = False) -> list[int]:
    """Full frames and logical_and."""
    annotations = json.loads(file.read_bytes())["annotations"]
    bitmaps = [coco_mask.decode(annotation["segmentation"]) for annotation in annotations]
    children: dict[int, list[int]] = {-1: []}
    parents = [-1] * len(annotations)

    def contains(old: int, new: int, area: int) -> bool:
        shared = np.logical_and(bitmaps[new], bitmaps[old]).sum()
        counted = area if count_once else bitmaps[new].sum()
        return bool(counted and shared / counted >= 0.8)

    for new in sorted(range(len(annotations)), key=lambda index: annotations[index]["area"], reverse=True):
        area = bitmaps[new].sum() if count_once else 0
        at = -1
        child: int | None = -1
        while child is not None:
            at = child
            child = next((old for old in children[at] if contains(old, new, area)), None)
        parents[new] = at
        children[at].append(new)
        children[new] = []
    return parents


def cpu_seconds(work: Callable[[Path], list[int]], file: Path, times: int) -> list[float]:
    """CPU seconds of each call."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        work(file)
        taken.append(time.process_time() - started)
    return taken


def peak_megabytes(work: Callable[[Path], list[int]], file: Path) -> float:
    """Peak of what Python and numpy allocated during one call, in 10^6 bytes."""
    tracemalloc.start()
    try:
        work(file)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--annotations", type=Path, help="an SA-1B JSON file (default: 100 drawn masks of 1500x2250)")
    parser.add_argument("--masks", type=int, default=100, help="masks to draw (default 100)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the bitmap side (default 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.annotations or Path(folder) / "sa_1.json"
        if not options.annotations:
            file.write_text(json.dumps({"annotations": nested_annotations(options.masks, 2250, 1500)}))
        parents = parents_by_runs(file)
        once = partial(parents_by_bitmaps, count_once=True)
        if parents_by_bitmaps(file) != parents or once(file) != parents:
            raise SystemExit("the two sides disagree")
        sides: list[tuple[str, Callable[[Path], list[int]]]] = [
            ("bitmaps", parents_by_bitmaps),
            ("bitmaps, counted once", once),
            ("runs", parents_by_runs),
        ]
        taken = [cpu_seconds(work, file, 200 if name == "runs" else options.rounds) for name, work in sides]
        memory = [peak_megabytes(work, file) for _, work in sides]
        kilobytes = file.stat().st_size / 1e3
    print(f"{len(parents)} masks, {kilobytes:.0f} kB of JSON, {sum(parent >= 0 for parent in parents)} with a parent")
    ours = statistics.median(taken[-1])
    for (name, _), seconds, megabytes in zip(sides, taken, memory, strict=True):
        middle = statistics.median(seconds)
        print(
            f"{name:22s} {middle * 1e3:9.2f} ms CPU, median of {len(seconds):3d} {megabytes:8.2f} MB at the peak "
            f"{middle / ours:8,.0f}x"
        )


if __name__ == "__main__":
    main()
