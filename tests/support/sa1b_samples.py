"""A small SA-1B with real JPEGs from the scenes renderer, and captions of it in the published layout."""

from __future__ import annotations

import functools
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from dataset.masks.rle import area_of, bbox_xywh_of, encode_mask
from dataset.scenes.options import ScenesOptions
from dataset.scenes.rows import draw

__all__ = ["IMAGE_IDS", "caption_lines", "image_files", "write_captions", "write_folder", "write_shard"]

IMAGE_IDS = ("sa_7", "sa_223750", "sa_223751", "sa_90")


@functools.cache
def image_files(image_id: str) -> dict[str, bytes]:
    """The JPEG and the JSON of one image."""
    number = IMAGE_IDS.index(image_id)
    pixels, _, masks = draw(ScenesOptions(resolution=160), "train", number)
    everything = np.ones(pixels.shape[:2], bool)
    annotations = []
    for index, mask in enumerate([everything, *masks.values()]):
        rle = encode_mask(mask)
        annotations.append(
            {
                "id": 1000 * number + index,
                "segmentation": rle,
                "bbox": bbox_xywh_of(rle),
                "area": area_of(rle),
                "predicted_iou": 0.9,
                "point_coords": [[1.0, 2.0]],
                "crop_box": [0.0, 0.0, 160.0, 160.0],
                "stability_score": 0.97,
            }
        )
    jpeg = io.BytesIO()
    Image.fromarray(pixels).save(jpeg, format="JPEG", quality=90)
    record = {
        "image": {"image_id": int(image_id[3:]), "width": 160, "height": 160, "file_name": f"{image_id}.jpg"},
        "annotations": annotations,
    }
    return {f"{image_id}.jpg": jpeg.getvalue(), f"{image_id}.json": json.dumps(record).encode()}


def annotations_of(image_id: str) -> list[dict[str, Any]]:
    annotations: list[dict[str, Any]] = json.loads(image_files(image_id)[f"{image_id}.json"])["annotations"]
    return annotations


def caption_lines(image_ids: tuple[str, ...] = IMAGE_IDS) -> list[dict[str, Any]]:
    """Captions of the first six masks of every image, the fourth left out; one of them has two."""
    lines = []
    for image_id in image_ids:
        for annotation in [*annotations_of(image_id)[:3], *annotations_of(image_id)[4:6]]:
            lines.append(_line(len(lines), image_id, annotation["id"], f"the {annotation['id']}th thing"))
    lines.append(_line(len(lines), image_ids[0], lines[0]["mask_id"], "another caption"))
    lines.append(_line(len(lines), image_ids[0], lines[0]["mask_id"], "another caption"))
    return lines


def _line(number: int, image_id: str, mask_id: Any, caption: str) -> dict[str, Any]:
    turns = [
        {"from": "human", "value": "<image>\n<mask>\nDescribe this region in the image."},
        {"from": "gpt", "value": caption},
    ]
    return {"id": number, "image": image_id, "mask_id": str(mask_id), "conversations": turns}


def write_captions(path: Path, lines: list[dict[str, Any]] | None = None) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in (caption_lines() if lines is None else lines)))
    return path


def write_folder(folder: Path, image_ids: tuple[str, ...] = IMAGE_IDS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for image_id in image_ids:
        for name, content in image_files(image_id).items():
            (folder / name).write_bytes(content)
    return folder


def write_shard(path: Path, image_ids: tuple[str, ...] = IMAGE_IDS, prefix: str = "./") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as shard:
        for image_id in image_ids:
            for name, content in image_files(image_id).items():
                member = tarfile.TarInfo(prefix + name)
                member.size = len(content)
                shard.addfile(member, io.BytesIO(content))
    return path
