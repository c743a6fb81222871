"""A split as images and COCO annotations, in the layout of DLC-Bench, for programs of other projects that read it.

Describe Anything's ``get_model_outputs.py`` and Grasp Any Region's ``DLC-Bench/inference.py`` take such a folder and
write an object annotation id -> caption. Annotation ids are our region ids, so that their file is a prediction file as
it is; image ids are numbers, since pycocotools takes a string for a list of ids. References are left out: nobody
else's program has to see them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...errors import InvalidInputError
from ...runtime.cache import whole_folder
from ...schema import Region
from ..regions import load_images
from .documents import credits_of

__all__ = ["ANNOTATIONS", "copy_upright", "write_coco"]

ANNOTATIONS: Final = "annotations.json"
_IMAGES: Final = "images"
_ORIENTATION: Final = 0x0112
_SUFFIXES: Final = {"JPEG": ".jpg", "PNG": ".png"}
_UNNAMED: Final = "region"


def write_coco(out: Path, config: str, split: str, options: Mapping[str, Any] | None = None) -> tuple[int, int]:
    """Write ``annotations.json``, ``images/``, and whose pictures they are; the folder appears whole.

    Images are copied byte by byte; one that is stored turned (EXIF) is written upright, as its masks are.

    Args:
        out: the folder; must not exist, or be empty.
        config: of the data.
        split: of the config.
        options: of the config.

    Returns:
        How many images and how many regions.

    Raises:
        InvalidInputError: the folder has files in it.
        UnknownNameError: no such config, split or option.
    """
    if out.exists() and any(out.iterdir()):
        raise InvalidInputError(str(out), ["the folder is not empty"], "Name a new folder, or empty this one first.")
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    categories: dict[str, int] = {}
    with whole_folder(out) as folder:
        (folder / _IMAGES).mkdir()
        for number, (file, regions) in enumerate(load_images(config, split, **dict(options or {})), 1):
            name, width, height = copy_upright(file, folder / _IMAGES, regions[0].image_id.replace("/", "."))
            images.append({"id": number, "file_name": name, "width": width, "height": height})
            for region in regions:
                category = categories.setdefault(region.category or _UNNAMED, len(categories) + 1)
                annotations.append({"image_id": number, "category_id": category, **_annotation(region)})
        content = {
            "images": images,
            "annotations": annotations,
            "categories": [{"id": number, "name": name} for name, number in categories.items()],
        }
        (folder / ANNOTATIONS).write_text(json.dumps(content), encoding="utf-8")
        for name, text in credits_of([config]).items():
            (folder / name).write_text(text, encoding="utf-8")
    return len(images), len(annotations)


def _annotation(region: Region) -> dict[str, Any]:
    """What COCO says of a region; one that has a box alone gets the box as its outline."""
    box = None if region.bbox is None else list(region.bbox)
    outline: Any = None if region.mask is None else dict(region.mask)
    if outline is None and box is not None:
        x, y, width, height = box
        outline = [[x, y, x + width, y, x + width, y + height, x, y + height]]
    return {"id": region.region_id, "segmentation": outline, "bbox": box, "area": region.area, "iscrowd": 0}


def copy_upright(file: Path, folder: Path, stem: str) -> tuple[str, int, int]:
    """Copy an image byte by byte, or write it upright if it is stored turned.

    Args:
        file: the image.
        folder: where the copy goes.
        stem: its name without a suffix.

    Returns:
        Its new name, width and height in pixels.
    """
    from PIL import Image, ImageOps

    with Image.open(file) as picture:
        if picture.getexif().get(_ORIENTATION, 1) != 1:
            upright = ImageOps.exif_transpose(picture)
            upright.save(folder / f"{stem}.png")
            return f"{stem}.png", upright.width, upright.height
        name = stem + _SUFFIXES.get(str(picture.format), file.suffix)
        shutil.copyfile(file, folder / name)
        return name, picture.width, picture.height
