"""Masks as ``amg.py`` of Segment Anything writes them by default: a folder of an image's name with a PNG for each mask.

``NAME/metadata.csv`` lists the masks: ``id`` is the number of ``NAME/0.png`` and so on, with its area and box, the
point that it was made from and how sure the model was.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..errors import InvalidInputError
from ..masks.rle import encode_mask
from .files import xywh
from .frames import opened_image

__all__ = ["is_bitmap_folder", "read_bitmaps"]

_LIST: Final = "metadata.csv"
_BOX: Final = ("bbox_x0", "bbox_y0", "bbox_w", "bbox_h")
_MEASURES: Final = ("area", "predicted_iou", "stability_score")
_MOST_BYTES: Final = 64_000_000


def is_bitmap_folder(folder: Path) -> bool:
    """Whether this is a folder of masks: it has the list that `amg.py` writes."""
    try:
        with (folder / _LIST).open(encoding="utf-8-sig", errors="replace") as lines:
            return lines.readline(1_000).startswith("id,area,bbox_x0")
    except OSError:
        return False


def read_bitmaps(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """The annotations of a folder as `read_annotations` takes them, and one line for each mask that cannot be read.

    Annotations have ``id``, ``segmentation`` (run lengths), ``area``, ``bbox`` and the measures of the list.

    Raises:
        InvalidInputError: the list cannot be read.
    """
    path = folder / _LIST
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInputError(str(path), [f"more than {_MOST_BYTES:,} bytes"])
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, ValueError, csv.Error) as error:
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError(str(path), [f"cannot be read: {error}"]) from error
    annotations, problems = [], []
    for number, row in enumerate(rows, start=2):
        name = str(row.get("id"))
        try:
            annotations.append(_annotation(folder, name, row))
        except InvalidInputError as error:
            problems.append(f"{_LIST} line {number}: id {name[:50]!r}: {error.problems[0]}")
    return annotations, problems


def _annotation(folder: Path, name: str, row: dict[str, Any]) -> dict[str, Any]:
    if not (name.isascii() and name.isdecimal()):  # a name could lead to another folder
        raise InvalidInputError("", ["id: expected a whole number"])
    measures = {key: _number(row.get(key)) for key in (*_MEASURES, *_BOX)}
    box = xywh([measures.pop(key) for key in _BOX])
    with opened_image(folder / f"{name}.png", f"{name}.png", ("PNG",)) as image:
        if image.mode not in ("1", "L"):
            raise InvalidInputError("", [f"{name}.png: expected a black-and-white picture, found mode {image.mode}"])
        segmentation = dict(encode_mask(np.asarray(image)))
    annotation: dict[str, Any] = {"id": int(name), "segmentation": segmentation}
    annotation |= {key: value for key, value in measures.items() if value is not None}
    return annotation if box is None else {**annotation, "bbox": list(box)}


def _number(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None
