"""Images per CPU second of the config ``sa1b`` against plain loops over the same files, in one run.

    python -m speed.sa1b_throughput
    python -m speed.sa1b_throughput --data-dir /data/sa1b --captions captions.jsonl

What every side hands out for each captioned region is the same and is compared first: the image as RGB array (height,
width, 3), the region's mask as boolean array (height, width), its caption and its box.

* "record loop" goes through the captions as they are published, one record per region: parse the image's JSON, find the
  annotation, decode its mask, open the JPEG with Pillow. This is how the published training code reads them.
* "image loop" does the captions of an image together: parse the JSON once, open the JPEG once, decode every mask.
* "load_images" is that of `dataset.loading.regions`: also parent, depth and granularity from the mask tree; an image is
  opened once, captioned masks decoded.
* "rows" is the same without any pixels: what preparing the Arrow data or scoring takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask

from dataset.loading.regions import load_images, load_regions
from dataset.masks.rle import decode_mask
from dataset.scenes.layout.scene import build_scene
from dataset.scenes.rendering.render import render
from speed.mask_tree_speed import nested_annotations

__all__ = ["write_sample"]

Item = tuple[str, Any, Any, str, list[float]]
"""Region id, RGB array, mask array, caption, XYWH box."""


def write_sample(folder: Path, images: int, captioned: int) -> tuple[Path, Path]:
    """A folder of drawn images of 1500 x 2250 with 100 masks each, and captions of some; (folder, captions file)."""
    folder.mkdir()
    annotations = nested_annotations(100, 2250, 1500)
    rng = np.random.default_rng(0)
    lines = []
    for number in range(images):
        scene = Image.fromarray(render(build_scene(number), 448).image).resize((1500, 2250), Image.Resampling.BICUBIC)
        grain = rng.normal(0, 6, (2250, 1500, 1))  # as of a camera: smooth pictures would decode too fast
        pixels = np.clip(np.asarray(scene) + grain, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"sa_{number}.jpg", quality=90)
        (folder / f"sa_{number}.json").write_text(json.dumps({"annotations": annotations}))
        for annotation in annotations[:: len(annotations) // captioned][:captioned]:
            mask_id = str(annotation["id"])
            turns = [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": f"thing {mask_id} of {number}"}]
            lines.append(json.dumps({"id": 0, "image": f"sa_{number}", "mask_id": mask_id, "conversations": turns}))
    captions = folder / "captions.jsonl"
    captions.write_text("\n".join(lines) + "\n")
    return folder, captions


def record_loop(folder: Path, captions: Path) -> Iterator[Item]:
    """One record at a time."""
    with captions.open() as lines:
        for line in lines:
            record = json.loads(line)
            name, mask_id = record["image"], record["mask_id"]
            annotations = json.loads((folder / f"{name}.json").read_bytes())["annotations"]
            annotation = next(each for each in annotations if each["id"] == int(mask_id))
            mask = coco_mask.decode(annotation["segmentation"]).astype(bool)
            pixels = np.asarray(Image.open(folder / f"{name}.jpg").convert("RGB"))
            yield f"{name}/{mask_id}", pixels, mask, record["conversations"][1]["value"], annotation["bbox"]


def image_loop(folder: Path, captions: Path) -> Iterator[Item]:
    """One image at a time, all of its masks decoded."""
    of_image: dict[str, dict[str, str]] = {}
    with captions.open() as lines:
        for line in lines:
            record = json.loads(line)
            of_image.setdefault(record["image"], {})[record["mask_id"]] = record["conversations"][1]["value"]
    for name, captioned in of_image.items():
        annotations = json.loads((folder / f"{name}.json").read_bytes())["annotations"]
        pixels = np.asarray(Image.open(folder / f"{name}.jpg").convert("RGB"))
        for annotation in annotations:
            mask = coco_mask.decode(annotation["segmentation"]).astype(bool)
            mask_id = str(annotation["id"])
            if mask_id in captioned:
                yield f"{name}/{mask_id}", pixels, mask, captioned[mask_id], annotation["bbox"]


def our_images(folder: Path, captions: Path) -> Iterator[Item]:
    """Ours."""
    for path, regions in load_images("sa1b", "train", data_dir=str(folder), captions=str(captions)):
        pixels = np.asarray(Image.open(path).convert("RGB"))
        for region in regions:
            if region.mask is not None and region.bbox is not None:
                yield region.region_id, pixels, decode_mask(region.mask), region.caption, list(region.bbox)


def our_rows(folder: Path, captions: Path) -> Iterable[Any]:
    """Ours, without pixels."""
    return load_regions("sa1b", "train", data_dir=str(folder), captions=str(captions))


def cpu_seconds(work: Callable[[Path, Path], Iterable[Any]], folder: Path, captions: Path, rounds: int) -> float:
    """CPU seconds of going through everything, the median of some rounds."""
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in work(folder, captions):
            pass
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def check_same(folder: Path, captions: Path) -> int:
    """Compare what the sides hand out; returns the number of regions."""
    sides = [{item[0]: item for item in side(folder, captions)} for side in (record_loop, image_loop, our_images)]
    for region_id, (_, pixels, mask, caption, box) in sides[0].items():
        for _, other_pixels, other_mask, other_caption, other_box in (side[region_id] for side in sides[1:]):
            same = np.array_equal(pixels, other_pixels) and np.array_equal(mask, other_mask)
            if not same or (caption, box) != (other_caption, other_box):
                raise SystemExit(f"the sides disagree on {region_id}")
    return len(sides[0])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="extracted SA-1B images (default: drawn ones)")
    parser.add_argument("--captions", type=Path, help="captions of these images, needed with --data-dir")
    parser.add_argument("--images", type=int, default=4, help="images to draw (default 4)")
    parser.add_argument("--captioned", type=int, default=10, help="captioned regions of each drawn image (default 10)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each side (default 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.data_dir:
            folder, captions = options.data_dir, options.captions
        else:
            folder, captions = write_sample(Path(scratch) / "sa1b", options.images, options.captioned)
        images = len({json.loads(line)["image"] for line in captions.read_text().splitlines()})
        regions = check_same(folder, captions)
        print(f"{images} images, {regions} captioned regions; the sides hand out the same arrays, captions and boxes")
        sides: list[tuple[str, Callable[[Path, Path], Iterable[Any]]]] = [
            ("load_images", our_images),
            ("record loop", record_loop),
            ("image loop", image_loop),
            ("rows", our_rows),
        ]
        ours = 0.0
        for name, side in sides:
            seconds = cpu_seconds(side, folder, captions, options.rounds)
            ours = ours or seconds
            print(
                f"{name:12s} {images / seconds:9.2f} images per CPU second   time: {seconds / ours:6.2f} of load_images"
            )


if __name__ == "__main__":
    main()
