"""Masks as they lie beside an image: what SA-1B publishes, what SAM's ``amg.py`` writes, and COCO's files.

Read are ``{"annotations": [...]}``, the bare list of ``amg.py --convert-to-rle``, whose masks have no ids and are
numbered by position from 0 as its own metadata does, and one COCO file for many images. A segmentation is polygons, or
runs as text or as a list; where there is none, the box is the mask.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from ..errors import InvalidInputError
from ..masks.rle import whole_number
from ..masks.turns import turn_mask
from .files import plain_id, xywh
from .frames import Size, StoredPicture, turn_of
from .outlines import box_mask, outline_mask

__all__ = ["MOST_MASKS", "read_annotations"]

MOST_MASKS: Final = 100_000
_ID: Final = re.compile(r"[\w.:-]{1,100}")


def read_annotations(
    document: Any, picture: StoredPicture, file_name: str, frame: str | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The annotations of one image, and one line for each that cannot be used.

    Args:
        document: what was parsed of the JSON file.
        picture: the header of the image.
        file_name: of the image, by which a COCO file of many images lists it.
        frame: what the masks are made for, see `turn_of`.

    Returns:
        Annotations with ``id`` (text, unique) and ``segmentation`` (a compressed RLE of the picture as it is shown).

    Raises:
        InvalidInputError: no list of annotations, or one for another image or for a frame that cannot be told.
    """
    rows, record = _rows_and_record(document, file_name)
    sizes = _sizes(rows, record, picture)
    turn = turn_of(picture, sizes, frame, what="masks are")
    height, width = picture.upright_size if turn == 1 else picture.size
    numbered = all(isinstance(row, Mapping) and row.get("id") is None for row in rows)
    annotations: list[dict[str, Any]] = []
    problems: list[str] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        own = str(index) if numbered else _id_of(row)
        try:
            if not isinstance(row, Mapping):
                raise InvalidInputError("", [f"expected an object, found {type(row).__name__}"])
            if own is None:
                wrong = str(row.get("id"))[:50]
                raise InvalidInputError(
                    "", [f"id: expected a number or a short text without spaces and slashes, found {wrong!r}"]
                )
            if own in seen:
                raise InvalidInputError("", [f"id {own!r} comes twice; the first stays"])
            annotation = {**_measures(row), "id": own, "segmentation": turn_mask(_mask_of(row, height, width), turn)}
        except InvalidInputError as error:
            name = "" if own is None or numbered or "comes twice" in error.problems[0] else f"id {own!r}: "
            problems.append(f"annotation {index}: {name}{error.problems[0]}")
            continue
        seen.add(own)
        annotations.append(annotation)
    return annotations, problems


def _rows_and_record(document: Any, file_name: str) -> tuple[list[Any], Mapping[str, Any] | None]:
    """The annotations of the image, and what the file says about the image itself."""
    rows = document.get("annotations") if isinstance(document, Mapping) else document
    if not isinstance(rows, list):
        raise InvalidInputError(file_name, ["/annotations: expected a list of masks, as in SA-1B, COCO or amg.py"])
    record: Mapping[str, Any] | None = None
    if isinstance(document, Mapping):
        images = document.get("images")
        if isinstance(images, list):
            record = _record_of(images, file_name)
            own = plain_id(record.get("id"))
            rows = [row for row in rows if not isinstance(row, Mapping) or plain_id(row.get("image_id")) == own]
        elif isinstance(document.get("image"), Mapping):
            record = document["image"]
    if len(rows) > MOST_MASKS:
        raise InvalidInputError(file_name, [f"{len(rows):,} masks: more than {MOST_MASKS:,}"])
    return rows, record


def _record_of(images: list[Any], file_name: str) -> Mapping[str, Any]:
    """The entry of a COCO file's ``images`` that is about the image."""
    records = [image for image in images if isinstance(image, Mapping)]
    own = [image for image in records if str(image.get("file_name")).replace("\\", "/").rpartition("/")[2] == file_name]
    if len(own) == 1:
        return own[0]
    problem = f"/images: {len(own)} of {len(images):,} entries have the file_name {file_name!r}, expected one"
    raise InvalidInputError(file_name, [problem])


def _sizes(rows: list[Any], record: Mapping[str, Any] | None, picture: StoredPicture) -> set[Size]:
    """The sizes that tell what the annotations are made for; a mask of a third size is a fault of that mask alone."""
    sizes = set()
    if record is not None:
        height, width = whole_number(record.get("height")), whole_number(record.get("width"))
        if height is not None and width is not None:
            sizes.add((height, width))
    for row in rows:
        segmentation = row.get("segmentation") if isinstance(row, Mapping) else None
        size = segmentation.get("size") if isinstance(segmentation, Mapping) else None
        sides = [whole_number(side) for side in size] if isinstance(size, list) else []
        if tuple(sides) in (picture.size, picture.upright_size):
            sizes.add((sides[0] or 0, sides[1] or 0))
    return sizes


def _id_of(row: Any) -> str | None:
    value = row.get("id") if isinstance(row, Mapping) else None
    if not isinstance(value, str) and whole_number(value) is None:
        return None
    own = plain_id(value)
    return own if _ID.fullmatch(own) else None


def _mask_of(row: Mapping[str, Any], height: int, width: int) -> Any:
    segmentation = row.get("segmentation")
    if segmentation is None or segmentation == []:
        box = xywh(row.get("bbox"))
        if box is None:
            raise InvalidInputError(
                "", ["segmentation: expected an object with size and counts, polygons, or else a bbox"]
            )
        return box_mask(box, height, width)
    try:
        return outline_mask(segmentation, height, width)
    except InvalidInputError as error:
        raise InvalidInputError("", [f"segmentation: {error.problems[0]}"]) from None


def _measures(row: Mapping[str, Any]) -> dict[str, Any]:
    """What else came with a mask."""
    measures = {key: value for key, value in row.items() if not (key == "area" and value is None)}
    area = measures.get("area", 0)  # it orders the mask tree
    if isinstance(area, bool) or not isinstance(area, int | float) or not math.isfinite(area):
        raise InvalidInputError("", [f"area: expected a number, found {str(area)[:50]!r}"])
    if isinstance(row.get("parent_id"), float):
        measures["parent_id"] = plain_id(row["parent_id"])
    return measures
