"""Files of questions about regions, as projects of the LLaVA family write them.

- ``vip-llava``: a list of questions with ``id``, ``image`` and ``conversations``; the first answer is the reference.
- ``mdvp``: MDVP-Bench as Grasp-Any-Region reads it, a list of ``image_path``, ``mask_rle`` and ``caption`` without ids:
  a region is named by its position, as results follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..masks.rle import MaskRle
from ..schema import Region
from .coco import read_grit
from .files import by_region, leave_out, load_json, load_json_lines, plain_id, rows_of

__all__ = ["read_llava", "read_mdvp"]

_ANSWERING = ("gpt", "assistant")


def read_llava(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of a file of questions, JSON or JSON Lines: one for each, its first answer is the reference.

    Args:
        path: the file.
        left_out: where a line goes for each question that cannot be used; None raises instead.

    Raises:
        InvalidInputError: without `left_out` questions without id, image or answer, all of them.
    """
    content = load_json_lines(path) if ".jsonl" in path.name else load_json(path)
    rows, problems = [], []
    for question in rows_of(path, content, "", ["id", "image", "conversations"], left_out):
        image, name, answer = plain_id(question["image"]), plain_id(question["id"]), _answer(question["conversations"])
        if answer is None:
            problems.append(f"region {image}/{name}: conversations: no answer")
        else:
            rows.append({"image": image, "id": name, "caption": answer})
    leave_out(path, problems, left_out)
    return by_region(path, rows, lambda row: (row["image"], row["id"]), left_out)


def read_mdvp(path: Path, left_out: list[str] | None = None) -> list[Region]:
    """Regions of MDVP-Bench's list of masks, named by their positions; of a COCO file as `read_grit` does.

    Arguments are those of `read_llava`.

    Raises:
        InvalidInputError: without `left_out` with every row that does not fit.
    """
    content = load_json(path)
    if isinstance(content, dict):
        return read_grit(path, left_out)
    rows = rows_of(path, content, "", ["image_path", "mask_rle", "caption"], left_out)
    places = {id(row): index for index, row in enumerate(content)}
    masks = {(plain_id(row["image_path"]), str(places[id(row)])): _mask(row["mask_rle"]) for row in rows}
    regions = by_region(path, rows, lambda row: (plain_id(row["image_path"]), str(places[id(row)])), left_out)
    return [replace(region, mask=masks[region.image_id, region.region_id.rpartition("/")[2]]) for region in regions]


def _answer(conversations: Any) -> str | None:
    """The first answer of a conversation."""
    turns = conversations if isinstance(conversations, list) else []
    answers = (turn.get("value") for turn in turns if isinstance(turn, Mapping) and turn.get("from") in _ANSWERING)
    return next((answer for answer in answers if isinstance(answer, str) and answer.strip()), None)


def _mask(rle: Any) -> MaskRle | None:
    """A mask in compressed run lengths; None for another form."""
    if not isinstance(rle, Mapping) or not isinstance(rle.get("counts"), str) or not isinstance(rle.get("size"), list):
        return None
    return MaskRle(size=list(rle["size"]), counts=rle["counts"])
