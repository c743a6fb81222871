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

from ..errors import InvalidInputError
from ..masks.rle import MaskRle
from ..schema import Region
from .coco import read_grit
from .files import by_region, load_json, load_json_lines, rows_of

__all__ = ["read_llava", "read_mdvp"]

_ANSWERING = ("gpt", "assistant")


def read_llava(path: Path) -> list[Region]:
    """Regions of a file of questions, JSON or JSON Lines: one for each, its first answer is the reference.

    Raises:
        InvalidInputError: questions without id, image or answer, all of them.
    """
    content = load_json_lines(path) if ".jsonl" in path.name else load_json(path)
    questions = rows_of(path, content, "", ["id", "image", "conversations"])
    answers = [_answer(question["conversations"]) for question in questions]
    problems = [f"/{index}/conversations: no answer" for index, answer in enumerate(answers) if answer is None]
    if problems:
        raise InvalidInputError(str(path), problems)
    rows = [
        {"image": question["image"], "id": question["id"], "caption": answer}
        for question, answer in zip(questions, answers, strict=True)
    ]
    return by_region(path, rows, lambda row: (str(row["image"]), str(row["id"])))


def read_mdvp(path: Path) -> list[Region]:
    """Regions of MDVP-Bench's list of masks, named by their positions; of a COCO file as `read_grit` does.

    Raises:
        InvalidInputError: with every row that does not fit.
    """
    content = load_json(path)
    if isinstance(content, dict):
        return read_grit(path)
    rows = [
        {**row, "name": index}
        for index, row in enumerate(rows_of(path, content, "", ["image_path", "mask_rle", "caption"]))
    ]
    regions = by_region(path, rows, lambda row: (str(row["image_path"]), str(row["name"])))
    return [replace(region, mask=_mask(row["mask_rle"])) for region, row in zip(regions, rows, strict=True)]


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
